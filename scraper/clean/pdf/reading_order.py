"""Put a page's lines in reading order by splitting it into columns.

Between columns there is a vertical gap that no line crosses, with running text on both sides. We choose the gap with the
most lines beginning at its right edge. The lines above and below it are read before and after the columns, and each part
is split again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pagewitness.scraper.clean.pdf.margins import without_margins
from pagewitness.scraper.clean.pdf.page_model import Line

_GUTTER: Final = 0.9  # font sizes; the least gap between columns
_LEAST: Final = 3  # lines of a column, at least
_PROSE: Final = 18  # median letters of a column's lines, at least
_FILLED: Final = 0.45  # share of a column's width that its lines fill, at least
_DEEPEST: Final = 6
_NEAR: Final = 4.0  # points by which the left edges of one column's lines may differ


def in_order(found: Sequence[Line], depth: int = 0) -> list[list[Line]]:
    """The parts of a page in reading order, each with its lines from top to bottom."""
    cut = _cut(found) if depth < _DEEPEST and len(found) >= 2 * _LEAST else None
    if cut is None and (apart := without_margins(found)) is not None:
        return apart
    if cut is None:
        return [sorted(found, key=lambda one: (one.base, one.left))] if found else []
    return [part for piece in cut for part in in_order(piece, depth + 1)]


def _cut(found: Sequence[Line]) -> tuple[list[Line], ...] | None:
    """Split lines into those above the columns, the left column, the right column, and those below; None if not split."""
    by_height = sorted(found, key=lambda one: one.base)
    starts = Counter(round(one.left / _NEAR) for one in found)
    best: tuple[int, tuple[list[Line], ...]] | None = None
    for slot, count in starts.most_common(12):
        if count + starts[slot - 1] + starts[slot + 1] < _LEAST:
            continue
        edge = min(one.left for one in found if abs(round(one.left / _NEAR) - slot) <= 0)
        for start, end in _runs(by_height, edge):
            run = by_height[start:end]
            left, right = _sides(run, edge)
            if not (_is_column(left) and _is_column(right)) or not _beside(left, right):
                continue
            score = min(len(left), len(right))
            if best is None or score > best[0]:
                best = score, (by_height[:start], left, right, by_height[end:])
    return best[1] if best else None


def _runs(by_height: Sequence[Line], edge: float) -> list[tuple[int, int]]:
    """The longest stretches of lines that do not cross the gap to the left of an edge."""
    runs, start = [], 0
    for at, one in enumerate(by_height):
        if one.left < edge - 1 and one.right > edge - _GUTTER * one.size:
            runs.append((start, at))
            start = at + 1
    runs.append((start, len(by_height)))
    return [(start, end) for start, end in runs if end - start >= 2 * _LEAST]


def _sides(run: Sequence[Line], edge: float) -> tuple[list[Line], list[Line]]:
    return [one for one in run if one.left < edge - 1], [one for one in run if one.left >= edge - 1]


def _is_column(side: Sequence[Line]) -> bool:
    """Whether lines are running text: most of them long, and as wide as the column."""
    if len(side) < _LEAST:
        return False
    lengths = sorted(len(one.text) for one in side)
    width = max(one.right for one in side) - min(one.left for one in side)
    rows: dict[int, float] = {}
    for one in side:  # it may consist of two more columns
        rows[round(one.base / 3)] = rows.get(round(one.base / 3), 0.0) + one.right - one.left
    filled = sorted(taken / width for taken in rows.values() if width)
    return bool(filled) and lengths[len(lengths) // 2] >= _PROSE and filled[len(filled) // 2] >= _FILLED


def _beside(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether two columns are side by side for most of the shorter one's height."""
    low = max(left[0].top, right[0].top)
    high = min(left[-1].bottom, right[-1].bottom)
    shorter = min(left[-1].bottom - left[0].top, right[-1].bottom - right[0].top)
    return high - low > 0.5 * shorter
