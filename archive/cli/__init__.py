"""Commands that need neither the network nor the cleaner, one short file each, and what all commands share.

Each module holds one click command named `command`. The root (`pagewitness.scraper.cli`) imports it when it is called.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pagewitness.archive.model import Source
    from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the root passes to each command.

    Attributes:
        archive: the archive's path or URL.
        interval: seconds between two visits of a page.
        settings: all settings, for the scraper's commands.
        sources: reads the catalogue's sources afresh; their rules may have changed since the last call.
    """

    archive: str
    interval: float
    settings: Any
    sources: Callable[[], list[Source]]

    def open(self, *, create: bool = False) -> Sqlite:
        """Open the archive; with `create`, make it if it does not exist. Raises ArchiveError."""
        from pagewitness.archive.store.database import open_archive

        return open_archive(self.archive, create=create)

    @contextmanager
    def read(self) -> Iterator[Sqlite]:
        """The archive as it is at one moment: for commands that only read. Raises ArchiveError."""
        with self.open() as db, db.snapshot():
            yield db

    def know(self, db: Sqlite) -> None:
        """Update the archive's sources and stems to today's catalogue and stemmer. Raises ConfigError."""
        from pagewitness.archive.store import sources, stems

        sources.know(db, self.sources())
        stems.bring_up_to_date(db)


_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")

pass_invocation = click.make_pass_decorator(Invocation)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")


def print_json(values: Mapping[str, Any]) -> None:
    """Print one object as one line on standard output."""
    click.echo(json.dumps(dict(values), ensure_ascii=False))


def echo(text: str = "") -> None:
    """Print a line for people: in colour only on a terminal, and never if NO_COLOR is set (no-color.org)."""
    click.echo(printable(text), color=colours())


def colours() -> bool:
    """Whether to colour standard output."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def printable(text: str) -> str:
    """Remove control characters that a page could send to a terminal; our own colours stay."""
    return _CONTROLS.sub(lambda control: control[0] if control[0] in "\n\t\x1b" else "", text)


def safe(text: str | None, keep: str = "") -> str:
    """Replace control characters in a page's text with blanks, except those in `keep`."""
    return _CONTROLS.sub(lambda control: control[0] if control[0] in keep else " ", text or "")


def listed(arguments: Iterable[str]) -> list[str]:
    """A command's arguments, with `-` replaced by the lines of standard input (without comments and empty lines).

    Raises QueryError if none are left.
    """
    from pagewitness.archive.errors import QueryError

    found: list[str] = []
    for argument in arguments:
        if not argument.strip():
            raise QueryError("An empty argument names no page: give a whole address, with https://.")
        found += [argument] if argument != "-" else [one.strip() for one in sys.stdin]
    found = [one for one in found if one and not one.startswith("#")]
    if not found:
        raise QueryError("Standard input is empty: write one name or address per line.")
    return found


def refuse_options(words: Iterable[str], command: click.Command) -> None:
    """Raise a UsageError if a word looks like an option that the command does not have.

    `-word` excludes a word from a search; `--word` and `-h` are mistakes.
    """
    for word in words:
        if word == "-h":
            raise click.UsageError('-h would exclude the word h: use --help for help, or -"h" to exclude it')
        name = word.partition("=")[0]
        if word.startswith("--") and len(word) > 2:
            known = [option for one in command.params for option in one.opts if option.startswith("--")]
            near = difflib.get_close_matches(name, known, 1)
            raise click.UsageError(f"There is no option {name}" + (f": did you mean {near[0]}?" if near else ""))


def counted(number: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def columns() -> int | None:
    """The terminal's width in columns, or None if standard output is not a terminal."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else None


def width() -> int:
    """The width to wrap text to, in columns: the terminal's, at most 120."""
    return min(shutil.get_terminal_size((100, 24)).columns, 120)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, flexible: int) -> None:
    """Print a table: fitted to the width of a terminal, with whole cells elsewhere.

    Args:
        flexible: the index of the column that is shortened if the table is too wide.
    """
    body = [tuple(safe(cell) for cell in row) for row in rows]
    widths = [max(len(row[i]) for row in [head, *body]) for i in range(len(head))]
    if there := columns():
        room = there - sum(widths) + widths[flexible] - 2 * (len(head) - 1)
        widths[flexible] = max(12, min(widths[flexible], room))
    for number, row in enumerate([head, *body]):
        cells = [cut(cell, widths[i]).ljust(widths[i]) for i, cell in enumerate(row)]
        line = "  ".join(cells).rstrip()
        echo(click.style(line, bold=True) if number == 0 else line)


def cut(text: str, size: int) -> str:
    """Shorten a text to a size in columns, with an ellipsis in the middle: addresses differ at their ends."""
    if len(text) <= size:
        return text
    tail = (size - 1) * 2 // 3
    return f"{text[: size - 1 - tail]}…{text[len(text) - tail :]}"
