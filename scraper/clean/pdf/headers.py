"""Find the header rows that a ruled table repeats on each page, so that they are shown once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pagewitness.scraper.clean.pdf.layout import Box, PageTable
from pagewitness.scraper.clean.pdf.page_model import Line

_LEAST: Final = 2  # pages that must repeat a row if it does not look different from others

Row = Sequence[Box]


def without_headers(tables: Sequence[PageTable]) -> Iterator[list[Line]]:
    """Take repeated headers out of the parts of a table.

    A row with the words of the first row is not always a header. It counts as one if it is bold and no row below is, or
    if it is repeated at the top of every page (at least two) and nowhere else.

    Args:
        tables: the parts of one table, one per page, in order.

    Yields:
        the lines taken out of each part except the first.
    """
    first, *rest = tables
    same = [repeated_rows(first, table) for table in rest]
    longest, everywhere = max(same, default=0), min(same, default=0)
    body = [*first.rows[longest:], *(row for table, many in zip(rest, same, strict=True) for row in table.rows[many:])]
    plain = everywhere if len(rest) >= _LEAST else 0
    plain = next(
        (at for at, row in enumerate(first.rows[:plain]) if any(_is_same(row, other) for other in body)), plain
    )
    apart = next((at for at, row in enumerate(first.rows[:longest]) if not _is_apart(row, body)), longest)
    for table, many in zip(rest, same, strict=True):
        out = min(many, max(plain, apart))
        yield [one for row in table.rows[:out] for box in row for one in box.lines]
        del table.rows[:out]


def repeated_rows(first: PageTable, table: PageTable) -> int:
    """How many of the first rows of `first` the table repeats at its top, leaving at least one row."""
    at = 0
    while at < min(len(first.rows), len(table.rows) - 1) and _is_same(first.rows[at], table.rows[at]):
        at += 1
    return at


def _is_same(row: Row, other: Row) -> bool:
    """Whether two rows have the same words in the same style."""
    return any(box.lines for box in row) and _texts(row) == _texts(other) and _is_bold(row) == _is_bold(other)


def _is_apart(row: Row, body: Sequence[Row]) -> bool:
    """Whether a row is bold while no other of its kind (one cell, or several cells) is."""
    return _is_bold(row) and not any(_is_bold(other) and _is_wide(other) == _is_wide(row) for other in body)


def _is_bold(row: Row) -> bool:
    return any(box.lines for box in row) and all(one.bold for box in row for one in box.lines)


def _is_wide(row: Row) -> bool:
    return sum(bool(box.lines) for box in row) > 1


def _texts(row: Row) -> list[str]:
    return [" ".join(one.text for one in box.lines) for box in row]
