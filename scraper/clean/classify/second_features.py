"""What the first pass makes of a block's surroundings: features of the second pass.

A list has the same chance everywhere in the document or in the frame; a paragraph between two of the document belongs to it. So the
second pass sees the chances of neighbours, of blocks that stand alike, of containers and sections, and where the likely text is.
"""

from __future__ import annotations

from typing import Any, Final

from pagewitness.scraper.clean.blocks.pieces import Walk
from pagewitness.scraper.clean.classify.containers import ancestry, groups_alike
from pagewitness.scraper.clean.classify.lexical_features import Columns

_NEIGHBOURS: Final = 3
_LEVELS: Final = 5
_LIKELY: Final = 0.5
_MOST: Final = (0.8, 0.95)  # of the likely letters, which the main part holds
_LEAST_LETTERS: Final = 20.0  # what a shorter block weighs
_FAR: Final = 50  # blocks


def second_features(walk: Walk, chances: Any) -> tuple[list[str], Any]:
    """The features of the second pass.

    Args:
        walk: the visible blocks (at least one) and their places.
        chances: of the first pass, an array of shape (blocks,).

    Returns:
        the features' names, and an array of float64, rounded to four places, of shape (blocks, features).
    """
    import numpy as np

    barred = np.array([piece.barred for piece in walk.pieces])
    own = np.where(barred, 0.0, chances)
    size = np.array([max(_LEAST_LETTERS, len(piece.text)) for piece in walk.pieces])
    columns: Columns = {"chance": own}
    columns |= _beside(own)
    columns |= _alike(walk, own, size)
    columns |= _containers(walk, own, size)
    columns |= _extent(own, size)
    columns |= _sections(walk, own, size)
    return list(columns), np.stack(list(columns.values()), axis=1).astype(np.float64).round(4)


def _beside(own: Any) -> Columns:
    """The chances of neighbours, and the mean of those on each side."""
    import numpy as np

    count, found = len(own), Columns()
    padded = np.pad(own, _NEIGHBOURS, constant_values=-1.0)
    for step in range(1, _NEIGHBOURS + 1):
        found[f"chance-{step}"] = padded[_NEIGHBOURS - step : _NEIGHBOURS - step + count]
        found[f"chance+{step}"] = padded[_NEIGHBOURS + step : _NEIGHBOURS + step + count]
    sums = np.concatenate(([0.0], np.cumsum(own)))
    at = np.arange(count)
    for width in (6, 15):
        first, last = np.maximum(0, at - width), np.minimum(count, at + 1 + width)
        found[f"before_{width}"] = (sums[at] - sums[first]) / width
        found[f"after_{width}"] = (sums[last] - sums[at + 1]) / width
    return found


def _alike(walk: Walk, own: Any, size: Any) -> Columns:
    """The mean, the least and the greatest chance of the blocks that stand alike, and how many they are."""
    import numpy as np

    found = Columns()
    for name, levels in (("group", 3), ("kin", 2)):
        group = groups_alike(walk.pieces, walk.places, levels)
        many = np.bincount(group)
        least, most = np.ones(len(many)), np.zeros(len(many))
        np.minimum.at(least, group, own)
        np.maximum.at(most, group, own)
        found[f"{name}_mean"] = (np.bincount(group, own) / many)[group]
        found[f"{name}_letters"] = (np.bincount(group, own * size) / np.bincount(group, size))[group]
        found[f"{name}_least"], found[f"{name}_most"] = least[group], most[group]
        found[f"{name}_blocks"] = np.log1p(many)[group]
    return found


def _containers(walk: Walk, own: Any, size: Any) -> Columns:
    """For each container the mean chance of the other blocks in it, by number and by letters, and its share of the likely letters."""
    import numpy as np

    where, outer, ends = ancestry(walk.pieces, walk.places)
    first = np.arange(len(ends))

    def total(measure: Any) -> Any:
        before = np.concatenate(([0.0], np.cumsum(np.bincount(where, measure, minlength=len(ends)))))
        return before[ends] - before[first]

    blocks, chance, letters, likely = total(np.ones(len(own))), total(own), total(size), total(own * size)
    found, here = Columns(), outer[where]
    for level in range(_LEVELS):
        others = np.maximum(1.0, blocks[here] - 1)
        found[f"in{level}_chance"] = np.where(blocks[here] > 1, (chance[here] - own) / others, own)
        found[f"in{level}_likely"] = likely[here] / letters[here]
        found[f"in{level}_most"] = likely[here] / max(1.0, likely[0])
        here = outer[here]
    for most in _MOST:
        # In reading order the innermost element with most of the likely letters comes last.
        box = int(np.flatnonzero(likely >= most * likely[0] - 1e-9)[-1])
        found[f"main_{most}"] = ((where >= box) & (where < ends[box])).astype(np.float64)
        found[f"main_{most}_letters"] = np.full(len(own), likely[box] / letters[box])
    return found


def _extent(own: Any, size: Any) -> Columns:
    """Where a block is beside the likely ones: before the first, after the last, how far from the next on each side."""
    import numpy as np

    count, at = len(own), np.arange(len(own))
    likely = own >= _LIKELY
    where = np.flatnonzero(likely) if likely.any() else np.array([int(own.argmax())])
    last = np.maximum.accumulate(np.where(likely, at, -1))
    following = np.minimum.accumulate(np.where(likely, at, count)[::-1])[::-1]
    before = np.cumsum(own * size) - own * size
    total = max(1.0, float((own * size).sum()))
    return {
        "extent": (at >= where[0]).astype(np.float64) + (at > where[-1]),
        "since": np.where(last >= 0, np.minimum(at - last, _FAR), _FAR),
        "until": np.where(following < count, np.minimum(following - at, _FAR), _FAR),
        "likely_before": before / total,
        "page_likely": np.full(count, np.log1p(total)),
        "page_mean": np.full(count, total / size.sum()),
        "page_doubt": np.full(count, (np.minimum(own, 1 - own) * size).sum() / total),
    }


def _sections(walk: Walk, own: Any, size: Any) -> Columns:
    """The chance of the heading above a block, and the mean of what is below that heading, or below the block if it is one."""
    import numpy as np

    heading = np.array([piece.kind[0] == "h" for piece in walk.pieces])
    section = np.cumsum(heading)
    likely, letters = np.bincount(section, own * size * ~heading), np.bincount(section, size * ~heading)
    mean = np.where(letters > 0, likely / np.maximum(1.0, letters), -1.0)
    head = np.concatenate(([-1.0], own[heading]))
    return {
        "section_mean": mean[section],
        "section_head": np.where(heading, -1.0, head[section]),
        "section_before": np.concatenate(([-1.0], mean))[section],
        "section_after": np.concatenate((mean, [-1.0]))[section + 1],
    }
