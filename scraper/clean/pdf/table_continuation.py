"""Join ruled tables that continue over pages: their header is shown once, and a row cut by a page break is one row.

If it is uncertain whether a row continues, it stays two rows: better that than a row that nobody wrote.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from pagewitness.scraper.clean.pdf.glyphs import ENDS
from pagewitness.scraper.clean.pdf.grid import are_near
from pagewitness.scraper.clean.pdf.headers import repeated_rows, without_headers
from pagewitness.scraper.clean.pdf.hyphens import is_cut
from pagewitness.scraper.clean.pdf.layout import Box, PageTable
from pagewitness.scraper.clean.pdf.page_model import Line

_NEAR: Final = 4.0  # points by which the columns of a table may differ between pages
_PADDING: Final = 12.0  # points between a rule and a cell's text, at most
_BLANK: Final = 0.3  # font sizes; the space before a word
_NOTE: Final = 0.95  # share of the text's size; smaller lines below a table are notes
_SPARE: Final = (
    4.0  # font sizes free below a cut text: a line or two that may not be left alone, and the cell's padding
)
_SLACK: Final = 3.0  # font sizes; the height of a row beyond its text
_FULL: Final = 10  # one page in so many may reach further down than text does: an imprint, a stray note
_LEAST_FOOT, _MOST_HEAD = 0.75, 0.25  # shares of the page's height, if the document's pages do not show its margins
_LEAST_WORDS: Final = 3  # of a cell cut in the middle of a sentence
_ITEM: Final = re.compile(r"(?:o|\(?\w{1,4}[.)])(?:\s|$)")


class PageContent(NamedTuple):
    """The contents of a page.

    Attributes:
        tables: from top to bottom.
        lines: outside the tables, without running headers and footers.
        height: of the page, in points.
    """

    tables: Sequence[PageTable]
    lines: Sequence[Line]
    height: float


Edges = Mapping[int, tuple[float, float]]
"""Where the text of full pages begins and ends, in points, by the rounded height of the pages."""


def join_tables(pages: Sequence[PageContent], size: float) -> list[list[Line]]:
    """Join the tables that continue over pages: merge rows that were cut, and take out repeated headers.

    Args:
        pages: in order; their tables are changed in place.
        size: of the document's text, in points.

    Returns:
        for each page the lines of the header rows that were taken out.
    """
    again: list[list[Line]] = [[] for _ in pages]
    edges = _edges(pages)
    for start, end in _runs(pages, edges, size):
        tables = [pages[start].tables[-1], *(page.tables[0] for page in pages[start + 1 : end])]
        again[start + 1 : end] = without_headers(tables)
        open_ = tables[0]  # the part whose last row may continue
        for at, (before, after) in enumerate(pairwise(tables), start):
            open_ = before if before.rows else open_
            least = before.bottom + _room(pages[at], edges) - _SPARE * size
            if open_.rows and after.rows and _goes_on(open_.rows, after.rows, least):
                for box, more in zip(open_.rows[-1], after.rows.pop(0), strict=True):
                    box.lines += more.lines
                open_.sure = after.sure = True
    return again


# --- pages ------------------------------------------------------------------------------------------------------------


def _edges(pages: Sequence[PageContent]) -> Edges:
    # Most pages begin at the top margin. A few reach below the bottom margin, and many end above it.
    tops, ends = defaultdict[int, list[float]](list), defaultdict[int, list[float]](list)
    for page in pages:
        sides = [(one.top, one.bottom) for one in page.tables] + [(one.top, one.bottom) for one in page.lines]
        if sides:
            tops[round(page.height)].append(min(top for top, _ in sides))
            ends[round(page.height)].append(max(bottom for _, bottom in sides))
    return {
        height: (
            min(sorted(tops[height])[len(some) // 2], _MOST_HEAD * height),
            max(sorted(some, reverse=True)[len(some) // _FULL], _LEAST_FOOT * height),
        )
        for height, some in ends.items()
    }


def _runs(pages: Sequence[PageContent], edges: Edges, size: float) -> Iterator[tuple[int, int]]:
    """The runs of pages over which a table continues: the first page, and the one after the last."""
    start = 0
    for at in range(1, len(pages) + 1):
        if at == len(pages) or not _follows(pages[start], pages[at - 1], pages[at], edges, size):
            if at - start > 1:
                yield start, at
            start = at
        elif len(pages[at].tables) > 1:
            yield start, at + 1
            start = at


def _follows(start: PageContent, page: PageContent, next_: PageContent, edges: Edges, size: float) -> bool:
    """Whether a page's last table continues on the next: same columns, nothing between, no room left."""
    if not page.tables or not next_.tables:
        return False
    last, first = page.tables[-1], next_.tables[0]
    ends = all(one.base <= last.bottom or one.size <= _NOTE * size for one in page.lines)
    begins = all(one.base >= first.top for one in next_.lines)
    if not (ends and begins and are_near(last.columns, first.columns)):
        return False
    row = [one for box in first.rows[repeated_rows(start.tables[-1], first)] for one in box.lines] if first.rows else []
    height = max((one.bottom for one in row), default=0.0) - min((one.top for one in row), default=0.0)
    head = edges[round(next_.height)][0]
    return first.top - head <= _SLACK * size and _room(page, edges) <= height + _SLACK * size


def _room(page: PageContent, edges: Edges) -> float:
    """The points free below the last table of a page, above and below its notes."""
    bottom = page.tables[-1].bottom
    below = [one for one in page.lines if one.base > bottom]
    gap = max(0.0, min((one.top for one in below), default=bottom) - bottom)
    end = max([bottom, *(one.bottom for one in below)])
    return gap + max(0.0, edges[round(page.height)][1] - end)


# --- rows -------------------------------------------------------------------------------------------------------------


def _goes_on(rows: Sequence[Sequence[Box]], after: Sequence[Sequence[Box]], least: float) -> bool:
    """Whether the last row of a table continues in the first row of the next page, in each cell that has words there.

    Args:
        least: the y that the last line of a cell must reach to be at the page's foot, in points.
    """
    row, more = rows[-1], after[0]
    if len(row) != len(more) or any(abs(a.left - b.left) > _NEAR for a, b in zip(row, more, strict=True)):
        return False
    going = [at for at, box in enumerate(more) if box.lines]
    others = [other for other in (*rows, *after[1:]) if len(other) == len(row)]
    return bool(going) and all(
        _is_torn(row[at], more[at], least) and not any(_begins_small(other[at]) for other in others) for at in going
    )


def _is_torn(box: Box, more: Box, least: float) -> bool:
    """Whether a cell ends in mid-sentence on a full line at the page's foot, and the other continues it."""
    if not box.lines or box.lines[-1].page + 1 != more.lines[0].page or box.lines[-1].bottom < least:
        return False
    last, next_ = box.lines[-1], more.lines[0]
    if is_cut(last.text):
        return _begins_small(more)
    padding = min(_PADDING, max(0.0, min(one.left for one in box.lines) - box.left))
    word = next_.words[0].right - next_.words[0].left
    if box.right - padding - last.right > word + _BLANK * last.size:
        return False
    if sum(len(one.text.split()) for one in box.lines) < _LEAST_WORDS:
        return False
    return last.text.endswith(",") or (not ENDS.search(last.text) and _begins_small(more))


def _begins_small(box: Box) -> bool:
    """Whether a cell begins with a lower-case letter that does not number a list item."""
    return bool(box.lines) and box.lines[0].text[:1].islower() and not _ITEM.match(box.lines[0].text)
