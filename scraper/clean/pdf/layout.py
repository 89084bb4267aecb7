"""Lay out a page: its words as lines, and its ruled tables with the lines of their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pagewitness.scraper.clean.pdf import grid, notes
from pagewitness.scraper.clean.pdf.lines import lines_on_page
from pagewitness.scraper.clean.pdf.page_model import Line, PdfPage, Word


@dataclass(slots=True)
class Box:
    """A cell of a table: its left and right edge, and its lines."""

    left: float
    right: float
    lines: list[Line]


@dataclass(slots=True)
class PageTable:
    """A ruled table of a page.

    Attributes:
        columns: as in `grid.Table`.
        rows: its cells, including empty ones.
        sure: whether it is certainly a table; if not, it is one only if it continues over pages.
    """

    columns: Sequence[float]
    top: float
    bottom: float
    rows: list[list[Box]]
    sure: bool


@dataclass(slots=True)
class PageLayout:
    """The layout of a page.

    Attributes:
        lines: the lines outside ruled tables.
        tables: the ruled tables.
        dropped: words that are not visible, by reason.
        marks: the marks of the notes that it refers to.
    """

    pdf_page: PdfPage
    lines: list[Line]
    tables: list[PageTable]
    dropped: dict[str, list[Word]]
    marks: set[str]


def lay_out(
    pdf_page: PdfPage, words: list[Word], dropped: dict[str, list[Word]], before: PageLayout | None
) -> PageLayout:
    """Lay out a page.

    Args:
        words: its visible words.
        dropped: words that are not visible, by reason.
        before: the previous page, whose last table may continue.
    """
    found = grid.tables(pdf_page.rules, words, before.tables[-1].columns if before and before.tables else ())
    inside = {id(word) for one in found for row in one.rows for cell in row for word in cell.words}
    given = list(_tagged([word for word in words if id(word) not in inside and word.tag and word.tag.cell], pdf_page))
    inside |= {id(word) for _, some in given for word in some}
    tables = [
        PageTable(
            one.columns,
            one.top,
            one.bottom,
            [
                [Box(cell.left, cell.right, lines_on_page(cell.words, pdf_page.number)) for cell in row]
                for row in one.rows
            ],
            grid.has_rows(one),
        )
        for one in found
    ]
    tables = sorted([*tables, *(table for table, _ in given)], key=lambda one: one.top)
    page = PageLayout(
        pdf_page,
        lines_on_page([word for word in words if id(word) not in inside], pdf_page.number),
        tables,
        dropped,
        set(),
    )
    page.marks = notes.note_marks([*page.lines, *cell_lines(page)])
    return page


def _tagged(words: Sequence[Word], pdf_page: PdfPage) -> Iterator[tuple[PageTable, list[Word]]]:
    """The tables that the file's structure tags tell, with their words; not those whose cells are across each other."""
    rows = dict[int, dict[int, dict[int, list[Word]]]]()
    for word in words:
        if word.tag is not None:
            row = rows.setdefault(word.tag.table, {}).setdefault(word.tag.row, {})
            row.setdefault(word.tag.cell, []).append(word)
    for table in rows.values():
        made = [
            sorted((_box(cell, pdf_page.number) for cell in row.values()), key=lambda box: box.left)
            for row in table.values()
        ]
        apart = all(one.right <= two.left + 2 for row in made for one, two in pairwise(row))
        if len(made) < 2 or max(map(len, made)) < 2 or not apart:
            continue
        own = [word for row in table.values() for cell in row.values() for word in cell]
        widest = max(made, key=len)
        columns = [widest[0].left, *(box.right for box in widest)]
        yield PageTable(columns, min(word.top for word in own), max(word.bottom for word in own), made, True), own


def _box(words: list[Word], number: int) -> Box:
    return Box(min(word.left for word in words), max(word.right for word in words), lines_on_page(words, number))


def cell_lines(page: PageLayout) -> list[Line]:
    """The lines in the tables of a page."""
    return [one for table in page.tables for row in table.rows for box in row for one in box.lines]


def without_unsure(page: PageLayout) -> list[Line]:
    """Remove the tables of a page that turn out not to be tables, and return their lines."""
    unsure = [table for table in page.tables if not table.sure]
    page.tables = [table for table in page.tables if table.sure]
    words = [word for table in unsure for row in table.rows for box in row for one in box.lines for word in one.words]
    return lines_on_page(words, page.pdf_page.number)
