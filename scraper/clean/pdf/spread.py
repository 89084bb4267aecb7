"""Ruled tables that go on over the page: their header is shown once, and a row that the page cut is one row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from pagewitness.scraper.clean.pdf.glyphs import HYPHEN
from pagewitness.scraper.clean.pdf.grid import are_near
from pagewitness.scraper.clean.pdf.laid import Box, Laid
from pagewitness.scraper.clean.pdf.sheet import Line

_NEAR: Final = 4.0  # points by which the columns of one table may stand apart on two pages
_PADDING: Final = 12.0  # points between a rule and the text of a cell at most
_ROOM: Final = 0.3  # sizes of the blank before a word
_NOTE: Final = 0.95  # of the text's size: what is smaller below a table are notes
_ENDS: Final = re.compile(r"[.!?:;…][\"'”’»)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")


def joined(pages: Sequence[tuple[Sequence[Laid], Sequence[Line]]], size: float) -> list[list[Line]]:
    """Join the tables that go on over pages: what goes on in a row is moved to it, and repeated headers are taken out.

    Args:
        pages: of each its tables from top to bottom, and the lines outside of them, without those that run over the pages.
        size: of the document's text, in points.

    Returns:
        of each page the lines of the header rows that were taken out.
    """
    again: list[list[Line]] = [[] for _ in pages]
    header: list[list[Box]] = []
    open_: Laid | None = None  # the table whose last row may go on
    for at, ((before, below), (after, above)) in enumerate(pairwise(pages), 1):
        if not _goes_on(before, below, after, above, size):
            open_ = None
            continue
        if open_ is None:
            open_, header = before[-1], list(before[-1].rows)
        elif before[-1].rows:
            open_ = before[-1]
        first = after[0]
        again[at] = list(_without_header(first, header))
        if first.rows and open_.rows and _is_cut(open_.rows, first.rows[0]):
            for box, more in zip(open_.rows[-1], first.rows.pop(0), strict=True):
                box.lines += more.lines
            first.sure = open_.sure = True
        if len(after) > 1:
            open_ = None
    return again


def _goes_on(
    before: Sequence[Laid], below: Sequence[Line], after: Sequence[Laid], above: Sequence[Line], size: float
) -> bool:
    """Whether the last table of a page has the same columns as the first one of the next page, and nothing is between."""
    if not before or not after:
        return False
    last, first = before[-1], after[0]
    ends = all(one.base <= last.bottom or one.size <= _NOTE * size for one in below)
    begins = all(one.base >= first.top for one in above)
    return ends and begins and are_near(last.columns, first.columns)


def _without_header(table: Laid, header: Sequence[Sequence[Box]]) -> Iterator[Line]:
    """Take the rows with which the table began on an earlier page out of it."""
    for row in header:
        if len(table.rows) < 2 or _said(table.rows[0]) != _said(row) or not any(_said(row)):
            return
        yield from (one for box in table.rows.pop(0) for one in box.lines)


def _said(row: Sequence[Box]) -> list[str]:
    return [" ".join(one.text for one in box.lines) for box in row]


def _is_cut(rows: Sequence[Sequence[Box]], more: Sequence[Box]) -> bool:
    """Whether the last row of a table goes on in another.

    In no cell that was empty; and in the middle of a sentence of one at least, or with no name, where each row has one.
    """
    row = rows[-1]
    pairs = list(zip(row, more, strict=False))
    if len(row) != len(more) or any(abs(a.left - b.left) > _NEAR or (b.lines and not a.lines) for a, b in pairs):
        return False
    named = not more[0].lines and all(one[0].lines for one in rows)
    return any(box.lines for box in more) and (named or any(_is_torn(a, b) for a, b in pairs))


def _is_torn(box: Box, more: Box) -> bool:
    """Whether a cell goes on in another: its last line is full, its sentence has no end, and the other has no beginning."""
    if not box.lines or not more.lines:
        return False
    last, next_ = box.lines[-1], more.lines[0]
    padding = min(_PADDING, max(0.0, min(one.left for one in box.lines) - box.left))
    word = next_.words[0].right - next_.words[0].left
    if box.right - padding - last.right > word + _ROOM * last.size and not last.text.endswith((HYPHEN, "-")):
        return False
    return last.text.endswith(",") or (not _ENDS.search(last.text) and next_.text[:1].islower())
