"""The terminal that a command writes to: colours, width, tables, lines of text, and advice."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.render.terminal import Look
from pagewitness.archive.text.columns import clipped, columns, cut, padded, printable, safe, wrap

if TYPE_CHECKING:
    from pagewitness.archive.search.temporal_match import Filters
    from pagewitness.archive.store.database import Sqlite

NARROW = 120  # columns; a terminal with fewer gets fewer or shorter columns
LEAST_FLEXIBLE = 12  # columns that a shortened cell keeps


def echo(text: str = "") -> None:
    """Print a line for people: in colour only on a terminal, and never if NO_COLOR is set (no-color.org)."""
    held = _HELD.get()
    if held is None:
        click.echo(printable(text), color=colours())
    else:
        held.append(printable(text))


_HELD: ContextVar[list[str] | None] = ContextVar("held", default=None)  # lines that wait until all are known


@contextmanager
def paged() -> Iterator[None]:
    """Show what `echo` prints in a pager ($PAGER, or else less) if it is longer than the terminal.

    An empty $PAGER, or `cat`, means no pager. Elsewhere than on a terminal nothing changes.
    """
    if os.environ.get("PAGER") in ("", "cat") or not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield
        return
    held: list[str] = []
    token = _HELD.set(held)
    try:
        yield
    finally:
        _HELD.reset(token)
        lines = [f"{line}\n" for text in held for line in text.split("\n")]
        if len(lines) >= shutil.get_terminal_size((100, 24)).lines:
            click.echo_via_pager(lines, color=None if colours() else False)
        else:
            click.echo("".join(lines), nl=False, color=colours())


def echo_wrapped(text: str, first: str = "", rest: str = "") -> None:
    """Print a text in lines as wide as the terminal."""
    for line in wrap(safe(text), width(), first, rest):
        echo(line)


def echo_message(text: str) -> None:
    """Print a sentence: wrapped on a terminal, on one line elsewhere."""
    for line in wrap(safe(text), terminal_columns() or len(text) * 2):
        echo(line)


def echo_error(text: str) -> None:
    """Print a sentence on standard error: wrapped on a terminal, on one line elsewhere."""
    said, there = safe(text, keep="\n"), error_columns()
    for line in said.splitlines():
        for part in wrap(line, there) if there else [line]:
            click.echo(part, err=True)


def error_columns() -> int | None:
    """The terminal's width in columns, or None if standard error is not a terminal."""
    if not sys.stderr.isatty():
        return None
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isdecimal() and int(given) else os.get_terminal_size(sys.stderr.fileno()).columns or None


def colours() -> bool:
    """Whether to colour standard output."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def terminal_columns() -> int | None:
    """The terminal's width in columns, or None if standard output is not a terminal."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else None


def width() -> int:
    """The width to wrap text to, in columns: the terminal's, at most 120."""
    return min(shutil.get_terminal_size((100, 24)).columns, 120)


def look() -> Look:
    """How to render for standard output."""
    return Look(width(), colours())


def print_table(
    head: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
    *,
    flexible: int,
    below: Sequence[str | None] = (),
    prose: bool = False,
) -> None:
    """Print a table: fitted to the width of a terminal, with whole cells elsewhere.

    Args:
        flexible: the index of the column that is shortened if the table is too wide.
        below: for each row a text to print below it, or None.
        prose: whether cells are shortened at their ends; otherwise in the middle, as suits addresses.
    """
    shortened = clipped if prose else cut
    body = [tuple(safe(cell) for cell in row) for row in rows]
    widths = [max(columns(row[i]) for row in [head, *body]) for i in range(len(head))]
    if there := terminal_columns():
        room = there - sum(widths) + widths[flexible] - 2 * (len(head) - 1)
        widths[flexible] = max(LEAST_FLEXIBLE, min(widths[flexible], room))
    for number, row in enumerate([head, *body]):
        line = "  ".join(padded(shortened(cell, widths[i]), widths[i]) for i, cell in enumerate(row)).rstrip()
        echo(click.style(line, bold=True) if number == 0 else line)
        if number and below and (more := below[number - 1]):
            echo_wrapped(more, "  ", "    ")


def byline(published: str | None, modified: str | None, author: str | None, agency: str | None) -> str:
    """The dates and authors of a document in one line; empty if none is known.

    >>> byline("2024-02-19T06:00:00+02:00", "2024-03-01", "Ona Onaitė", "Harbour Office")
    'published 2024-02-19 06:00 +02:00, modified 2024-03-01 · Ona Onaitė · Harbour Office'
    """
    dates = ", ".join(
        f"{what} {_short(date)}" for what, date in (("published", published), ("modified", modified)) if date
    )
    return " · ".join(dict.fromkeys(part for part in (dates, author, agency) if part))


def _short(date: str) -> str:
    day, _, time = date.partition("T")
    zone = time[5:].lstrip(":0123456789") if time else ""
    return f"{day} {time[:5]} {'UTC' if zone == 'Z' else zone}".strip() if time else day


def hints(db: Sqlite, text: str, filters: Filters) -> Iterator[str]:
    """Suggestions when nothing matches a query: where the archive begins, boilerplate with the words, the languages there."""
    from pagewitness.archive.cli import counted
    from pagewitness.archive.search import find, page_filters

    yield from before_the_first(db, filters)
    if filters.kind is None and (number := find.count(db, text, replace(filters, kind="boilerplate"))):
        yield f"Boilerplate of {counted(number, 'site')} contains it: add --kind boilerplate."
    spoken = page_filters.languages(db)
    if filters.language and not page_filters.in_language(db, filters.language):
        yield f"No text is in {filters.language}. Languages in the archive: {', '.join(spoken) or 'none known'}."


def before_the_first(db: Sqlite, filters: Filters) -> Iterator[str]:
    """Say when the archive begins, or its captures of the pages that pass the filters, if the filters end before that."""
    from pagewitness.archive.search import page_filters
    from pagewitness.archive.times import short

    if (end := filters.at or filters.until) is None:
        return
    allowed = page_filters.allowed(db, filters.source, filters.kind, filters.title, filters.country)
    first = page_filters.first_seen(db, allowed)
    if first is not None and end < first:
        what = "The archive begins" if allowed is None else "The archive of the pages that pass the filters begins"
        yield f"{what} on {short(first)} UTC."


def absent(visits: int, longest_gap: float | None) -> str:
    """How many visits saw an absence, and how far apart they were at most (seconds; None for less than two)."""
    from pagewitness.archive.times import lasting

    if longest_gap is None:
        return "absent in 1 visit" if visits == 1 else f"absent in {visits} visits"
    return f"absent in {visits} visits, at most {lasting(longest_gap)} apart"


def indented(first: str, text: str, **style: Any) -> Iterator[str]:
    """A text in lines as wide as the terminal, the further ones indented as far as the first; one line elsewhere."""
    room = terminal_columns()
    lines = wrap(text, room, first, " " * len(first)) if room else [first + text]
    return (click.style(line, **style) for line in lines)
