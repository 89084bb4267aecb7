"""Find marginal notes: few short lines beside a column of running text, which begin and end wherever they like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import Line

_GUTTER: Final = 0.9  # font sizes; the least gap between a column and its margin
_NEAR: Final = 4.0  # points by which the left edges of a column's lines may differ
_LEAST: Final = 5  # lines of a column
_PROSE: Final = 34  # median letters of a column's lines, at least
_FILLED: Final = 0.7  # share of a column's width that its lines fill, at least
_NARROW: Final = 0.55  # widest margin, as a share of its column
_FEW: Final = 0.6  # lines of a margin, as a share of its column's, at most
_WORDY: Final = 3  # median letters in a line of a note; figures are cells
_LOOSE: Final = 1.35  # leadings; a larger gap is between paragraphs
_SMALLER: Final = 0.93  # share of the column's size; notes are often set in a smaller type
_ROWS: Final = 3  # names of paragraphs that make a table
_LEVEL: Final = 0.35  # font sizes by which the bases of one line may differ


def without_margins(found: Sequence[Line]) -> list[list[Line]] | None:
    """Split a part of a page into its column and the notes in its margins, in reading order; None if no note is there.

    A note comes before the paragraph that it begins beside, or behind it if that is the first and the note not its name.
    """
    by_height = sorted(found, key=lambda one: (one.base, one.left))
    column = _column(by_height)
    if column is None:
        return None
    left, right = column
    main = [one for one in by_height if one.left >= left - _NEAR and one.right <= right + 1]
    aside = [one for one in by_height if one.right < left - _GUTTER * one.size or one.left > right + _GUTTER * one.size]
    if not aside or len(main) + len(aside) < len(by_height):
        across = [one for one in by_height if not _is_in(one, left, right)]
        return _around(by_height, across[0]) if aside and across else None
    blocks = _blocks(main)
    notes = [note for side in (True, False) for note in _blocks([one for one in aside if (one.left < left) == side])]
    if not _are_notes(notes, blocks, main, right - left):
        return None
    return _merged(blocks, sorted(notes, key=lambda note: note[0].base))


def _is_in(one: Line, left: float, right: float) -> bool:
    inside = one.left >= left - _NEAR and one.right <= right + 1
    return inside or one.right < left - _GUTTER * one.size or one.left > right + _GUTTER * one.size


def _around(by_height: list[Line], across: Line) -> list[list[Line]] | None:
    """The parts above and below a line that is across the column and its margin, if there are notes in one of them."""
    at = next(number for number, one in enumerate(by_height) if one is across)
    above, below = by_height[:at], by_height[at + 1 :]
    found = [without_margins(part) if len(part) > _LEAST else None for part in (above, below)]
    if found == [None, None]:
        return None
    parts = [made if made is not None else [part] for made, part in zip(found, (above, below), strict=True)]
    return [part for part in [*parts[0], [across], *parts[1]] if part]


def _column(by_height: Sequence[Line]) -> tuple[float, float] | None:
    """The left and right edge of the running text; None if most lines are something else."""
    long = [one for one in by_height if len(one.text) >= _PROSE]
    if len(long) < _LEAST:
        return None
    slot = Counter(round(one.left / _NEAR) for one in long).most_common(1)[0][0]
    own = [one for one in long if abs(one.left - slot * _NEAR) <= 1.5 * _NEAR]
    rights = sorted(one.right for one in own)
    left, right = min(one.left for one in own), rights[int(0.9 * (len(rights) - 1))] + 2 * _NEAR
    filled = [(one.right - one.left) / (right - left) for one in own]
    return (left, right) if len(own) >= _LEAST and median(filled) >= _FILLED else None


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines in blocks with more than a line's distance between them."""
    if not lines:
        return []
    distances = [two.base - one.base for one, two in pairwise(lines) if two.base - one.base > 0.8 * one.size]
    leading = min(median(distances), 1.6 * lines[0].size) if distances else 1.2 * lines[0].size
    found = [[lines[0]]]
    for one, two in pairwise(lines):
        if two.base - one.base > _LOOSE * leading:
            found.append([])
        found[-1].append(two)
    return found


def _are_notes(notes: list[list[Line]], blocks: list[list[Line]], main: Sequence[Line], width: float) -> bool:
    """Whether blocks beside a column are notes, and not the cells of a table or the names of its paragraphs."""
    lines = [one for note in notes for one in note]
    if len(lines) > _FEW * len(main) or median(len(one.text) for one in main) < _PROSE:
        return False
    if max(one.right - one.left for one in lines) > _NARROW * width:
        return False
    if median(sum(map(str.isalpha, one.text)) for one in lines) < _WORDY:
        return False
    if main[0].base > lines[-1].base or main[-1].base < lines[0].base:
        return False
    size = median(one.size for one in main)
    if median(one.size for one in lines) <= _SMALLER * size:
        return True
    return len(notes) < _ROWS or not all(_is_name(note, blocks) for note in notes)


def _is_name(note: Sequence[Line], blocks: Sequence[Sequence[Line]]) -> bool:
    """Whether lines in the margin are beside the first line of a paragraph, whose name they may be."""
    return any(abs(note[0].base - block[0].base) <= _LEVEL * note[0].size for block in blocks)


def _merged(blocks: list[list[Line]], notes: list[list[Line]]) -> list[list[Line]]:
    before: dict[int, list[list[Line]]] = {}
    for note in notes:
        at = next((at for at, block in enumerate(blocks) if block[-1].base >= note[0].base - 1), len(blocks) - 1)
        names = note[0].right < blocks[at][0].left and _is_name(note, blocks[at : at + 1])
        before.setdefault(at if names else at or 1, []).append(note)
    found: list[list[Line]] = []
    text: list[Line] = []
    for at in range(len(blocks) + 1):
        if at in before:
            found += [text, *before[at]] if text else before[at]
            text = []
        text += blocks[at] if at < len(blocks) else []
    return [*found, text] if text else found
