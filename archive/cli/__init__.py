"""Commands that need neither the network nor the cleaner, one short file each, and what all commands share.

Each module holds one click command named `command`. The root (`pagewitness.scraper.cli`) imports it when it is called.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pagewitness.archive.model import Page, Source
    from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the root passes to each command.

    Attributes:
        archive: the archive's path or URL.
        home: the folder of the default archive, which is made when that archive is. No other folder is: it may be mistyped.
        interval: seconds between two visits of a page.
        settings: all settings, for the scraper's commands.
        sources: reads the catalogue's sources afresh; their rules may have changed since the last call.
        called: the catalogue's own name for a source that people also call otherwise; the name itself, if it has none.
    """

    archive: str
    home: Path
    interval: float
    settings: Any
    sources: Callable[[], list[Source]]
    called: Callable[[str], str]

    def open(self, *, create: bool = False) -> Sqlite:
        """Open the archive; with `create`, make it if it does not exist. Raises ArchiveError."""
        from pagewitness.archive.errors import ArchiveError
        from pagewitness.archive.store.database import open_archive

        if create and Path(self.archive).parent == self.home:
            try:
                self.home.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                said = f"The folder {self.home} can't be made ({error.strerror}): name an archive in another one."
                raise ArchiveError(said) from None
        return open_archive(self.archive, create=create)

    def is_new(self) -> bool:
        """Whether there is no archive yet, or only an empty file, so that `open` would create one."""
        try:
            return not os.stat(os.path.expanduser(self.archive)).st_size
        except (OSError, ValueError):
            return True

    @contextmanager
    def read(self) -> Iterator[Sqlite]:
        """The archive as it is at one moment: for commands that only read. Raises ArchiveError."""
        with self.open() as db, db.snapshot():
            yield db

    def followed_pages(self, db: Sqlite, name: str) -> list[Page]:
        """The followed pages of a source, by its name in the archive or else by any that the catalogue knows. Raises ConfigError."""
        from pagewitness.archive.store import sources

        return sources.followed_pages(db, name) or sources.followed_pages(db, self.called(name))

    def know(self, db: Sqlite) -> None:
        """Update the archive's sources and stems to today's catalogue and stemmer. Raises ConfigError."""
        from pagewitness.archive.search import silent_alerts
        from pagewitness.archive.store import sources, stems

        with silent_alerts.refiling(db):
            sources.know(db, self.sources())
        stems.bring_up_to_date(db)


pass_invocation = click.make_pass_decorator(Invocation)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")


def print_json(values: Mapping[str, Any]) -> None:
    """Print one object as one line on standard output."""
    click.echo(json.dumps(dict(values), ensure_ascii=False))


def listed(arguments: Iterable[str]) -> list[str]:
    """A command's arguments, with `-` replaced by the lines of standard input (without comments and empty lines).

    Raises QueryError if none are left.
    """
    return [one.text for one in listed_with_lines(arguments)]


@dataclass(frozen=True, slots=True)
class Listed:
    """An argument of a command, or a line of standard input that takes its place.

    Attributes:
        where: `line 3 of standard input: `, or empty for an argument.
    """

    text: str
    where: str = ""


def listed_with_lines(arguments: Iterable[str]) -> list[Listed]:
    """As `listed`, with where each text was read. Raises QueryError if none are left."""
    from pagewitness.archive.errors import QueryError

    found: list[Listed] = []
    for argument in arguments:
        if not argument.strip():
            raise QueryError("An empty argument names no page: give its address.")
        found += [Listed(argument)] if argument != "-" else map(_line, enumerate(sys.stdin, 1))
    found = [one for one in found if one.text and not one.text.startswith("#")]
    if not found:
        raise QueryError("Standard input is empty: write one name or address per line.")
    return found


def _line(numbered: tuple[int, str]) -> Listed:
    number, text = numbered
    return Listed(text.strip(), f"Line {number} of standard input: ")


def refuse_options(words: Sequence[str], command: click.Command) -> None:
    """Raise a UsageError if a word looks like an option that the command does not have.

    `-word` excludes a word from a search; `--word`, `-h` and `-n 3` are mistakes. A word such as `-gone` is no mistake,
    but a note on standard error says what it does.
    """
    known = [option for one in command.params for option in one.opts if option.startswith("--")]
    for place, word in enumerate(words):
        if word == "-h":
            raise click.UsageError('-h would exclude the word h: use --help for help, or -"h" to exclude it')
        number = (word[2:] or next(iter(words[place + 1 :]), "")) if word.startswith("-n") else ""
        if number.isdigit() and "--limit" in known:
            raise click.UsageError(f"-n would exclude the word n: write --limit {number} for at most {number} results")
        name = word.partition("=")[0]
        if word.startswith("--") and len(word) > 2:
            near = difflib.get_close_matches(name, known, 1, 0.75)
            raise click.UsageError(f"There is no option {name}" + (f": did you mean {near[0]}?" if near else ""))
        if word.startswith("-") and '"' not in word and (near := difflib.get_close_matches(f"-{name}", known, 1, 0.85)):
            click.echo(f"Note: {name} excludes the word '{name[1:]}'. Did you mean {near[0]}?", err=True)


def exclusive(**given: object) -> None:
    """Raise a UsageError if more than one of these options was given, by their names without dashes."""
    names = [f"--{name}" for name, value in given.items() if value not in (None, False)]
    if len(names) > 1:
        raise click.UsageError(f"{' and '.join(names)} exclude each other: choose one")


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name most like a mistyped one, whatever the case of its letters; None if none is like it."""
    lower = {one.lower(): one for one in known}
    near = difflib.get_close_matches(name.lower(), lower, 1)
    return lower[near[0]] if near else None


def counted(number: int, noun: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
