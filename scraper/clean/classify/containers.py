"""Features of a visible block's surroundings: its containers, innermost first, and the blocks that are like it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from pagewitness.scraper.clean.blocks.pieces import Piece, Place
from pagewitness.scraper.clean.classify.lexical_features import Columns, Lexicon, name_words

_TAGS: Final = (
    ("article", "main"), ("section",), ("ul", "ol", "li"), ("table", "tbody", "tr", "td", "th"), ("form", "fieldset"),
    ("aside", "nav", "footer", "header"), ("dl", "dd", "dt"), ("figure", "figcaption"), ("p", "blockquote", "pre"),
)  # fmt: skip
_NUMBER_OF_TAG: Final = {tag: at + 1 for at, group in enumerate(_TAGS) for tag in group}
# Words in the names of readers' comments. On a forum the comments are the document; the trees have learned that.
_TALK: Final = frozenset({"comment", "comments", "commentlist", "disqus", "respond", "replies", "reply", "discussion"})
_LEVELS = 5
_TAGGED_LEVELS = 3
_ROOT = Place(-1, "html", "")


def around(columns: Columns, pieces: Sequence[Piece], places: Sequence[Place], size: Any, lexicon: Lexicon) -> Columns:
    """The features of five containers: size, links, votes, headings, learned weights of their names.

    Args:
        columns: the features of the blocks themselves.
        size: the number of letters of each block.
    """
    import numpy as np

    places = places or [_ROOT]
    parents = [max(0, place.parent) for place in places]
    inside_of = [max(0, piece.place) for piece in pieces]
    where = np.array(inside_of)
    sums = _sums(columns, where, parents, size)
    names = _names(places, parents, lexicon)
    over = np.array(_outer(inside_of, parents))
    tags = np.array([_NUMBER_OF_TAG.get(place.tag, 0) for place in places])
    found: Columns = {f"names_{name}": column[where] for name, column in names.items() if name != "least"}
    found["depth"], found["tag"] = _depth(parents)[where], tags[where]
    found |= _talk(places, parents, where, size)
    inside, here = where, over[where]
    for level in range(_LEVELS):
        blocks = np.maximum(1.0, sums["blocks"][here])
        letters = np.maximum(1.0, sums["letters"][here])
        values = {
            "letters": np.log1p(sums["letters"][here]),
            "blocks": np.log1p(sums["blocks"][here]),
            "share": letters / max(1.0, size.sum()),
            "links": sums["linked"][here] / letters,
            "ends": sums["ends"][here] / letters,
            "headings": sums["headings"][here] / blocks,
            "short": sums["short"][here] / blocks,
            "vote": sums["voted"][here] / letters,
            "vote_of": sums["voted"][here] / max(1.0, sums["voted"][0]),
            "names": names["own"][here],
            "least": np.minimum(names["least"][here], names["least"][inside]),
        }
        if level < _TAGGED_LEVELS:
            values["tag"] = tags[here]
        found |= {f"c{level}_{name}": column for name, column in values.items()}
        inside, here = here, over[here]
    return found


def _sums(columns: Columns, where: Any, parents: Sequence[int], size: Any) -> Columns:
    """For each element the sums over all blocks in it."""
    import numpy as np

    measures = {
        "letters": size,
        "blocks": np.ones(len(size)),
        "linked": size * columns["links"],
        "headings": columns["heading"] > 0,
        "ends": columns["ends"] * size,
        "short": columns["words"] < np.log1p(5),
        "voted": size * columns["vote"],
    }
    # Elements are in reading order, so the descendants of each follow it directly.
    ends = np.array(_ends(parents))
    first = np.arange(len(parents))
    found: Columns = {}
    for name, measure in measures.items():
        before = np.concatenate(([0.0], np.cumsum(np.bincount(where, measure, minlength=len(parents)))))
        found[name] = (before[ends] - before[first]).round(6)
    return found


def _ends(parents: Sequence[int]) -> list[int]:
    """For each element the number of the first one after its last descendant."""
    ends = list(range(1, len(parents) + 1))
    for at in range(len(parents) - 1, 0, -1):
        parent = parents[at]
        if ends[at] > ends[parent]:
            ends[parent] = ends[at]
    return ends


def _names(places: Sequence[Place], parents: Sequence[int], lexicon: Lexicon) -> Columns:
    """The weights of each element's names: their mean and least, and the least and sum of the means up to the root."""
    import numpy as np

    weight = lexicon.names.get
    known: dict[str, tuple[float, float]] = {"": (0.0, 0.0)}
    own, least = [], []
    for place in places:
        found = known.get(place.names)
        if found is None:
            weights = [one for one in map(weight, name_words(place.names)) if one is not None]
            found = (math.fsum(weights) / len(weights), min(weights)) if weights else (0.0, 0.0)
            known[place.names] = found
        own.append(found[0])
        least.append(found[1])
    worst, total = list(least), list(own)
    for at in range(1, len(places)):
        parent = parents[at]
        if worst[parent] < worst[at]:
            worst[at] = worst[parent]
        total[at] += total[parent]
    return {"own": np.array(own), "least": np.array(least), "worst": np.array(worst), "sum": np.array(total)}


@lru_cache(maxsize=16384)
def _is_talk(names: str) -> bool:
    return not _TALK.isdisjoint(name_words(names))


def _talk(places: Sequence[Place], parents: Sequence[int], where: Any, size: Any) -> Columns:
    """Whether a block is among readers' comments, whether it is after the first, and their share of the page."""
    import numpy as np

    inside = [_is_talk(place.names) for place in places]
    for at in range(1, len(places)):
        inside[at] = inside[at] or inside[parents[at]]
    talk = np.array(inside, dtype=np.float64)[where]
    share = (talk * size).sum() / max(1.0, size.sum())
    return {"talk": talk, "talk_before": np.maximum.accumulate(talk), "page_talk": np.full(len(where), share)}


def _depth(parents: Sequence[int]) -> Any:
    import numpy as np

    depth = [0] * len(parents)
    for at in range(1, len(parents)):
        depth[at] = depth[parents[at]] + 1
    return np.array(depth)


def _outer(where: Sequence[int], parents: Sequence[int]) -> list[int]:
    """For each element the nearest ancestor that holds more blocks; for the root, itself."""
    count = [0] * len(parents)
    for at in where:
        count[at] += 1
    for at in range(len(parents) - 1, 0, -1):
        count[parents[at]] += count[at]
    outer = [0] * len(parents)
    for at in range(1, len(parents)):
        parent = parents[at]
        outer[at] = outer[parent] if count[parent] == count[at] else parent
    return outer


def ancestry(pieces: Sequence[Piece], places: Sequence[Place]) -> tuple[Any, Any, Any]:
    """Each block's element, each element's nearest ancestor with more blocks, and the first element after its last descendant."""
    import numpy as np

    parents = [max(0, place.parent) for place in places or [_ROOT]]
    where = [max(0, piece.place) for piece in pieces]
    return np.array(where), np.array(_outer(where, parents)), np.array(_ends(parents))


def groups_alike(pieces: Sequence[Piece], places: Sequence[Place], levels: int = 3) -> Any:
    """The number of each block's group: those of one kind and zone in elements of the same tags and names, so many levels up."""
    import numpy as np

    path: list[tuple[tuple[str, str], ...]] = []
    for place in places:
        path.append(((place.tag, place.names), *(path[place.parent][: levels - 1] if place.parent >= 0 else ())))
    numbers: dict[Any, int] = {}
    return np.array(
        [
            numbers.setdefault((piece.kind, piece.zone, path[piece.place] if piece.place >= 0 else ()), len(numbers))
            for piece in pieces
        ]
    )


def alike(columns: Columns, pieces: Sequence[Piece], places: Sequence[Place]) -> Columns:
    """Features of the blocks at the same kind of place: a row of cards, comments, the paragraphs of a text."""
    import numpy as np

    group = groups_alike(pieces, places)
    many = np.bincount(group)
    found: Columns = {"like_blocks": np.log1p(many)[group]}
    for name in ("letters", "links", "vote", "ends"):
        found[f"like_{name}"] = (np.bincount(group, columns[name]) / many)[group]
    return found
