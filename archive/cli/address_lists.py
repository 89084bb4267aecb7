"""Addresses as arguments, or as lines or a column of standard input."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator

from pagewitness.archive.cli import Listed, listed_with_lines

_COLUMNS = ("url", "address", "link")


def listed_addresses(arguments: Iterable[str]) -> list[Listed]:
    """As `listed_with_lines`, where standard input may also be CSV with a column `url`, `address` or `link`.

    Raises:
        QueryError: there is no address, or a cell is too long.
    """
    from pagewitness.archive.errors import QueryError

    found: list[Listed] = []
    for argument in arguments:
        try:
            found += _of_input() if argument == "-" else listed_with_lines([argument])
        except csv.Error as error:
            raise QueryError(f"Standard input can't be read as CSV ({error}): write one address per line.") from error
    if not found:
        raise QueryError("Standard input is empty: write one name or address per line.")
    return found


def _of_input() -> list[Listed]:
    lines = [(number, line) for number, line in enumerate(_without_mark(sys.stdin), 1) if _says_something(line)]
    if lines and (column := _column(lines[0][1])) is not None:
        return list(_cells([line for _, line in lines], [number for number, _ in lines], *column))
    return [Listed(line.strip(), f"Line {number} of standard input: ") for number, line in lines]


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """Lines without the byte order mark that spreadsheets write before the first."""
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if not number else line


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("#")


def _column(head: str) -> tuple[int, str] | None:
    """The place of the addresses in the head of a CSV file, and what separates its columns; None for no such head."""
    if "://" in head:
        return None
    for separator in ",;\t":
        names = [name.strip().lower() for name in next(csv.reader([head], delimiter=separator))]
        if (place := next((names.index(one) for one in _COLUMNS if one in names), None)) is not None:
            return place, separator
    return None


def _cells(lines: list[str], numbers: list[int], place: int, separator: str) -> Iterator[Listed]:
    rows = csv.reader(lines, delimiter=separator)
    next(rows)
    for row in rows:
        number = numbers[min(rows.line_num, len(numbers)) - 1]
        if len(row) > place and row[place].strip():
            yield Listed(row[place].strip(), f"Line {number} of standard input: ")
