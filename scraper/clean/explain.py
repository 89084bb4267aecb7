"""Explain the model's decisions: how much each feature of a block added to its score (only for `clean --explain`).

This is the path method of Saabas ("Interpreting random forests", 2014). As a block goes down a tree, each split credits
its feature with the change in the expected value, which is the mean of the leaves below a node. If the model's file has
training counts (`covers`), the mean is weighted by them. The credits plus the expected values at the roots equal the
block's score, the logit of its probability. The trees are those of the second pass, whose features include what the first one
makes of the block and its surroundings.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean, stripped_form
from pagewitness.scraper.clean.blocks.pieces import Walk
from pagewitness.scraper.clean.classify.features import Facts
from pagewitness.scraper.clean.classify.model import Forest, Model
from pagewitness.scraper.clean.classify.second_features import second_features
from pagewitness.scraper.clean.pdf import is_pdf
from pagewitness.scraper.clean.pdf.ocr import Recogniser

MOST = 4  # features shown for a block
_AT_ONCE = 512  # blocks in a batch: each needs one number per tree
_CONTAINER: Final = re.compile(r"(?:c|in)(\d)_(\w+)")
_NEIGHBOUR: Final = re.compile(r"(\w+)([+-])(\d)")
_AROUND: Final = (
    "its container",
    "the container around that",
    "the third container around it",
    "the fourth container around it",
    "the fifth container around it",
)


class Added(NamedTuple):
    """How much a feature added to a block's score.

    Attributes:
        feature: its name in the model.
        value: the feature's value for the block.
        added: added to the logit; below 0 if it counts against the document.
    """

    feature: str
    value: float
    added: float


@dataclass(frozen=True, slots=True)
class Explained:
    """A reading with fuller reasons in the `by` of its blocks.

    Attributes:
        features: for each block the features that counted most; empty if the model did not decide on it.
        unused: selectors and phrases of the rules that match nothing on the page.
    """

    reading: Reading
    features: tuple[tuple[Added, ...], ...]
    unused: tuple[str, ...] = ()


def explained(
    body: bytes, content_type: str | None, url: str | None, rules: str = "", recogniser: Recogniser | None = None
) -> Explained:
    """Read a page; for each block that the model decided on, list the features that counted most.

    Args, Raises: as for `clean.clean`.
    """
    reading = clean(body, content_type, url, rules, recogniser)
    decided = [at for at, block in enumerate(reading.blocks) if "model: " in block.by]
    unused = _unused(body, content_type, rules, {block.by for block in reading.blocks}) if rules else ()
    if not decided:
        return Explained(reading, ((),) * len(reading.blocks), unused)
    from pagewitness.scraper.clean.classify.model import model
    from pagewitness.scraper.clean.classify.scoring import scored
    from pagewitness.scraper.clean.page import parse_page
    from pagewitness.scraper.clean.rules import applied_rules

    parsed = parse_page(stripped_form(body, content_type), url, applied_rules(rules))
    assert parsed is not None
    page = scored(parsed, model())
    found = contributions(model(), parsed.walk, parsed.facts, page.first)
    ahead = len(reading.blocks) - len(found)  # a title taken from the head comes before the visible blocks
    strongest = [_strongest(found[at - ahead]) if at in set(decided) else () for at in range(len(reading.blocks))]
    blocks = [
        replace(block, by=f"{block.by}; {', '.join(map(_in_words, added))}") if added else block
        for block, added in zip(reading.blocks, strongest, strict=True)
    ]
    return Explained(replace(reading, blocks=tuple(blocks)), tuple(strongest), unused)


def _unused(body: bytes, content_type: str | None, rules: str, by: Collection[str]) -> tuple[str, ...]:
    from pagewitness.scraper.clean.blocks.tree import parse_tree
    from pagewitness.scraper.clean.rules import applied_rules, unused

    root = None if is_pdf(body, content_type) else parse_tree(stripped_form(body, content_type))
    phrases = tuple(phrase for *_, phrase in applied_rules(rules).phrases if f"rule: phrase {phrase}" not in by)
    return phrases if root is None else (*unused(root, applied_rules(rules)), *phrases)


def _strongest(added: Sequence[Added]) -> tuple[Added, ...]:
    return tuple(sorted(added, key=lambda one: -abs(one.added))[:MOST])


def contributions(model: Model, walk: Walk, facts: Facts, first: Sequence[float]) -> list[list[Added]]:
    """How much each feature added to the score of each block by the second pass, in the features' order.

    Args:
        walk, facts: as for `Model.rows`.
        first: the blocks' probabilities by the first pass.
    """
    import numpy as np

    if not first:
        return []
    more, beside = second_features(walk, np.array(first))
    names, rows, trees = [*model.names, *more], np.hstack([model.rows(walk, facts), beside]), model.second
    added = np.concatenate([_added(trees, rows[start : start + _AT_ONCE]) for start in range(0, len(rows), _AT_ONCE)])
    return [
        [Added(*one) for one in zip(names, map(float, row), map(float, more), strict=True)]
        for row, more in zip(rows, added, strict=True)
    ]


def expected(trees: Forest) -> Any:
    """The expected value at each node: the mean of the leaves below it, weighted by their covers if there are any."""
    import numpy as np

    count = len(trees.value)
    leaves = np.ones(count) if trees.cover is None else np.maximum(trees.cover, 1.0)
    total = trees.value * leaves
    for at in range(count - 1, -1, -1):  # a node's children come after it
        left, right = trees.children[2 * at], trees.children[2 * at + 1]
        if left != at:
            total[at], leaves[at] = total[left] + total[right], leaves[left] + leaves[right]
    return total / leaves


def _added(trees: Forest, rows: Any) -> Any:
    import numpy as np

    mean, count = expected(trees), len(rows)
    node = np.tile(trees.roots, (count, 1))
    block = np.repeat(np.arange(count), len(trees.roots)).reshape(node.shape)
    added = np.zeros(rows.shape)
    for _ in range(trees.depth):
        feature = trees.feature[node]
        below = trees.children[2 * node + (rows[block, feature] > trees.threshold[node])]
        np.add.at(added, (block, feature), mean[below] - mean[node])
        node = below
    return added


# --- in words ---------------------------------------------------------------------------------------------------------


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "explain.toml").read_text("utf-8"))


def _in_words(added: Added) -> str:
    return f"{_named(added.feature)} {_valued(added.feature, added.value)} ({added.added:+.1f})"


def _named(feature: str) -> str:
    """A feature's name in plain words; its own name if the table does not have it."""
    known: dict[str, str] = _words()["features"]
    if feature in known:
        return known[feature]
    if (found := _CONTAINER.fullmatch(feature)) and found[2] in _words()["containers"]:
        return f"{_words()['containers'][found[2]]} {_AROUND[int(found[1])]}"
    if (found := _NEIGHBOUR.fullmatch(feature)) and found[1] in known:
        side = "before" if found[2] == "-" else "after"
        return f"{known[found[1]]}, {found[3]} block{'' if found[3] == '1' else 's'} {side}"
    group, _, rest = feature.partition("_")
    if group == "like" and rest in _words()["containers"]:
        return "blocks like it" if rest == "blocks" else f"{_words()['containers'][rest]} blocks like it"
    if group == "page" and rest in _words()["page"]:
        return f"{_words()['page'][rest]} of the page"
    return feature


def _valued(feature: str, value: float) -> str:
    """A value as people read it: a count for its logarithm, a name for its number."""
    from pagewitness.scraper.clean.classify.features import KINDS, ZONES

    neighbour = _NEIGHBOUR.fullmatch(feature)
    base = neighbour[1] if neighbour else re.sub(r"^(?:c\d|like|page)_", "", feature)
    if neighbour and value < 0 and base not in ("vote", "links"):
        return "none"
    if base in _words()["counted"]:
        return f"{math.expm1(value):.0f}"
    names = {"kind": KINDS, "zone": ZONES}.get(base)
    if names and 0 <= value < len(names):
        return "heading" if names[int(value)].startswith("h1") else names[int(value)]
    return f"{value:.2f}".rstrip("0").rstrip(".")
