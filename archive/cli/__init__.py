"""The commands that need no network and no cleaning, one short file each; and what all commands share.

A command's module holds one click command named `command`; the root (`pagewitness.scraper.cli`) loads it when called.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pagewitness.archive.model import Source
    from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the root hands down to a command.

    Attributes:
        archive: where the archive is.
        interval: seconds between two visits of a page.
        settings: all settings, for the commands of the scraper.
        sources: gives the catalogue's sources as they are now; rules may be others than at the last call.
    """

    archive: str
    interval: float
    settings: Any
    sources: Callable[[], list[Source]]

    def open(self, *, create: bool = False) -> Sqlite:
        """The archive; with `create` it is made where there is none. Raises ArchiveError."""
        from pagewitness.archive.store.database import open_archive

        return open_archive(self.archive, create=create)

    def know(self, db: Sqlite) -> None:
        """Let the archive know the sources of the catalogue and the stemmer as they are now. Raises ConfigError."""
        from pagewitness.archive.store import sources, stems

        sources.know(db, self.sources())
        stems.bring_up_to_date(db)


_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")

pass_invocation = click.make_pass_decorator(Invocation)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


def print_json(values: Mapping[str, Any]) -> None:
    """One object on one line of standard output."""
    click.echo(json.dumps(dict(values), ensure_ascii=False))


def echo(text: str = "") -> None:
    """A line for people on standard output: colour only on a terminal, and not where NO_COLOR is set (no-color.org)."""
    click.echo(printable(text), color=colours())


def colours() -> bool:
    """Whether standard output takes colour."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def printable(text: str) -> str:
    """A text without the control characters that a page could send to a terminal; our own colours stay."""
    return _CONTROLS.sub(lambda control: control[0] if control[0] in "\n\t\x1b" else "", text)


def safe(text: str | None, keep: str = "") -> str:
    """A page's own text for a terminal: no control characters but those to keep."""
    return _CONTROLS.sub(lambda control: control[0] if control[0] in keep else " ", text or "")


def listed(arguments: Iterable[str]) -> list[str]:
    """The arguments of a command, `-` replaced by the lines of standard input (comments and empty ones left out).

    Raises QueryError when there is none.
    """
    from pagewitness.archive.errors import QueryError

    found: list[str] = []
    for argument in arguments:
        if not argument.strip():
            raise QueryError("'' names no page: give its address whole, with https://.")
        found += [argument] if argument != "-" else [one.strip() for one in sys.stdin]
    found = [one for one in found if one and not one.startswith("#")]
    if not found:
        raise QueryError("Standard input names no page: write one a line.")
    return found


def refuse_options(words: Iterable[str], command: click.Command) -> None:
    """Raise a UsageError where a word is meant as an option that a command has not; `-word` excludes, `--word` does not.

    Nor is `-h` meant to exclude a letter.
    """
    for word in words:
        if word == "-h":
            raise click.UsageError('-h is read as a word to leave out: --help is for help, -"h" leaves it out')
        name = word.partition("=")[0]
        if word.startswith("--") and len(word) > 2:
            known = [option for one in command.params for option in one.opts if option.startswith("--")]
            near = difflib.get_close_matches(name, known, 1)
            raise click.UsageError(f"There is no option {name}" + (f": did you mean {near[0]}?" if near else ""))


def counted(number: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def columns() -> int | None:
    """The width of the terminal that standard output is, in characters; None where it is none."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else None


def width() -> int:
    """The width of the terminal in characters, at most 120."""
    return min(shutil.get_terminal_size((100, 24)).columns, 120)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, flexible: int) -> None:
    """Print a table: on a terminal as wide as that is, elsewhere with every cell whole.

    Args:
        flexible: the number of the column that is cut short where the others need the room.
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
    """A text cut short to a size, with an ellipsis in its middle: addresses differ at their ends."""
    if len(text) <= size:
        return text
    tail = (size - 1) * 2 // 3
    return f"{text[: size - 1 - tail]}…{text[len(text) - tail :]}"
