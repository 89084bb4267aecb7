"""What a reading says about each block's membership (`Signs`): its chance, its containers, whether it is in the main part.

The main part is found from the structure of the page, whatever the model says about single blocks: a list of links with a low
chance each is the document if it is in the document's place. It is the innermost element with most of the likely
text and the title, grown as long as its surroundings add nothing of the frame; it begins at the title, or at the lines
right above it that are no links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pagewitness.archive.derived import Signs, VisibleBlock
from pagewitness.scraper.clean.blocks.pieces import Walk
from pagewitness.scraper.clean.classify.held import with_held
from pagewitness.scraper.clean.classify.tree import Tree

LIKELY: Final = 0.5
MOST: Final = 0.8  # of the likely text, which the main part holds
_LEAST_LETTERS: Final = 20  # what a shorter block weighs
_LEVELS: Final = 3  # containers in a path
_FRAME: Final = frozenset({"nav", "header", "footer", "aside", "dialog"})
_UNSEEN: Final = frozenset({"hidden", "dialog", "control"})
_BARRED: Final = ("control", "consent", "hidden", "behind", "link: before", "title: twin", "rule")
_OF_TABLES: Final = frozenset({"tr", "tbody", "thead", "tfoot"})
_FIGURES: Final = re.compile(r"\d+")


def with_signs(blocks: Sequence[VisibleBlock], walk: Walk, chances: Sequence[float]) -> tuple[VisibleBlock, ...]:
    """The blocks of a page with their signs.

    Args:
        blocks: as decided (`decide`): those of the walk, after a title that is not shown, if there is one.
        walk: the visible blocks and their elements.
        chances: the probability of each visible block.
    """
    ahead = len(blocks) - len(walk.pieces)
    tree = Tree([piece.place for piece in walk.pieces], walk.places)
    shown = blocks[ahead:]
    main = main_part(shown, tree)
    raised = with_held(shown, tree, main, chances)
    core = [at for at, block in enumerate(shown) if block.document and chances[at] >= LIKELY]
    last = core[-1] if core else -1
    paths = [f"{place.tag}.{_FIGURES.sub('#', place.classes)}" if place.classes else place.tag for place in walk.places]
    found = [
        replace(
            block,
            judged=Signs(
                chance=1.0 if block.by == "title" else raised[at],
                path=_path(block, tree, at, paths),
                barred=not block.document and block.by.startswith(_BARRED),
                main=main[at],
                among_text=main[at] and at < last,
                inward=walk.pieces[at].inward,
                heads=_is_label(block, tree, at, paths) and tree.shares(at),
            ),
        )
        for at, block in enumerate(shown)
    ]
    return (*blocks[:ahead], *found)


def main_part(blocks: Sequence[VisibleBlock], tree: Tree) -> list[bool]:
    """For each block whether it is in the main part.

    Args:
        blocks: with `document` and `by` as decided.
        tree: their elements.
    """
    title = next((at for at, block in enumerate(blocks) if block.by == "title" and tree.places[at] >= 0), None)
    likely = {
        at: max(_LEAST_LETTERS, len(block.text))
        for at, block in enumerate(blocks)
        if block.document and at != title and tree.places[at] >= 0 and block.zone not in _UNSEEN
    }
    total = sum(likely.values())
    # A title behind most of the text heads something else.
    heads = title is not None and 2 * sum(size for at, size in likely.items() if at < title) <= total
    found = [False] * len(blocks)
    if likely:
        box = _box(likely, tree, title if heads else None)
        first = title if heads and title is not None else tree.ends[box][0]
        _fill(found, blocks, tree, _grown(blocks, tree, box, first), first)
    if title is not None and not (heads and likely):
        for box in tree.around(tree.places[title]):
            if any(_may_be_main(blocks[at], tree, at) for at in range(title + 1, tree.ends[box][1] + 1)):
                _fill(found, blocks, tree, _grown(blocks, tree, box, title), title)
                break
    return found


def _box(likely: dict[int, int], tree: Tree, title: int | None) -> int:
    """The innermost element with most of the likely text, and the title if there is one."""
    weights: dict[int, int] = {}
    for at, size in likely.items():
        for place in tree.around(tree.places[at]):
            weights[place] = weights.get(place, 0) + size
    total = sum(likely.values())
    holding = [place for place, weight in weights.items() if weight >= MOST * total]
    if title is not None:
        above = set(tree.around(tree.places[title]))
        holding = [place for place in holding if place in above] or holding
    return max(holding)  # in reading order the innermost comes last


def _grown(blocks: Sequence[VisibleBlock], tree: Tree, box: int, first: int) -> int:
    """The outermost element around another that adds nothing of the frame, and nothing before the first block."""
    for place in tree.around(tree.elements[box].parent):
        (start, end), (inner, inner_end) = tree.ends[place], tree.ends[box]
        more = [at for at in (*range(start, inner), *range(inner_end + 1, end + 1)) if not _is_barred(blocks[at])]
        if any(blocks[at].zone in _FRAME or at < first for at in more):
            break
        box = place
    return box


def _fill(found: list[bool], blocks: Sequence[VisibleBlock], tree: Tree, box: int, first: int) -> None:
    start, end = tree.ends[box]
    first = max(start, first)
    # "Withdrawn" or "Draft" may be written above the title.
    while first > start and _may_be_main(blocks[first - 1], tree, first - 1) and not blocks[first - 1].links:
        first -= 1
    for at in range(first, end + 1):
        found[at] = found[at] or _may_be_main(blocks[at], tree, at)


def _may_be_main(block: VisibleBlock, tree: Tree, at: int) -> bool:
    return tree.places[at] >= 0 and block.zone == "main" and not _is_barred(block)


def _is_barred(block: VisibleBlock) -> bool:
    return not block.document and block.by.startswith(_BARRED)


def _path(block: VisibleBlock, tree: Tree, at: int, names: Sequence[str]) -> str:
    places = [
        place
        for place in tree.around(tree.places[at])
        if not (block.kind == "row" and names[place].split(".", 1)[0] in _OF_TABLES)
    ]
    return "/".join(names[place] for place in reversed(places[:_LEVELS]))


def _is_label(block: VisibleBlock, tree: Tree, at: int, names: Sequence[str]) -> bool:
    """Whether a block is a heading, or the label of what is folded away."""
    if block.kind[0] == "h":
        return True
    inner = [names[place].split(".", 1)[0] for place in tree.around(tree.places[at])][:2]
    return "summary" in inner
