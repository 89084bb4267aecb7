"""`pagewitness changes`: the changes of all pages, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.cli import (
    Invocation,
    counted,
    exclusive,
    json_option,
    nearest_name,
    pass_invocation,
    print_json,
)
from pagewitness.archive.cli.filters import source_option
from pagewitness.archive.cli.terminal import echo, echo_message, look, paged
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.diff.listed import ListedChange
    from pagewitness.archive.store.bookmarks import SeenSoFar
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.archive.views.change_events import Which

LIMIT = 50
DEFAULT_NAME = "default"


@dataclass(frozen=True, slots=True)
class _Options:
    """The options of the command, by their names on the command line."""

    since: str | None
    until: str | None
    new: bool
    seen: bool
    name: str
    source: str | None
    title: str | None
    limit: int | None
    as_csv: bool
    as_markdown: bool
    as_html: bool
    as_json: bool

    @property
    def lists(self) -> bool:
        """Whether there is anything to list, not only a bookmark to set."""
        return self.new or not self.seen or bool(self.since or self.until)

    @property
    def most(self) -> int | None:
        """The most changes to list. What becomes seen must have been listed, so --seen lists all."""
        return self.limit or (None if self.seen else LIMIT)


@click.command()
@click.option("--since", metavar="DATE", help="Only changes seen then or later.")
@click.option("--until", metavar="DATE", help="Only changes seen then or earlier.")
@click.option("--new", is_flag=True, help="Only changes since your bookmark.")
@click.option("--seen", is_flag=True, help="Set your bookmark: all changes until now are seen.")
@click.option("--name", default=DEFAULT_NAME, metavar="NAME", help="Your name, if several people have bookmarks.")
@source_option
@click.option("--title", metavar="TEXT", help="Only pages with this in their title.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help=f"List at most N changes  [default: {LIMIT}].")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown with <del> and <ins>.")
@click.option("--html", "as_html", is_flag=True, help="Print one self-contained HTML page.")
@json_option
@pass_invocation
@paged()
def command(invocation: Invocation, /, **given: Any) -> None:
    """List the changes of all pages, newest first.

    Each with the words added and removed, the line that says most, and whether the page declared it: its own date moved,
    or a new line has the date. The same edit on several pages is one entry. New pages, removals, moves, blocks and links that
    lead elsewhere are listed, too. `changes --new --seen` lists what is new since you last called it.
    """
    from pagewitness.archive import times
    from pagewitness.archive.store import bookmarks

    options = _Options(**given)
    exclusive(json=options.as_json, csv=options.as_csv, markdown=options.as_markdown, html=options.as_html)
    if options.seen and (options.limit or options.source or options.title or options.until):
        raise click.UsageError("--seen marks all changes as seen: leave out --limit, --source, --title and --until")
    with invocation.read() as db:
        here, last = bookmarks.here(db, times.now()), bookmarks.bookmark(db, options.name)
        found, more = _found(db, options, last) if options.lists else ([], False)
        known = bookmarks.bookmark_names(db)
    if options.lists:
        _print(found, options)
    if not (options.as_json or options.as_csv or options.as_markdown or options.as_html):
        _conclude(found, options, more, last, known)
    if options.seen:
        with invocation.open() as db:
            bookmarks.set_bookmark(db, options.name, here)
        if not options.lists:
            echo_message(
                f"All changes until {times.short(here.seen_at)} UTC are seen: `pagewitness changes --new` lists later ones."
            )


def _found(db: Sqlite, options: _Options, last: SeenSoFar | None) -> tuple[list[ListedChange], bool]:
    from pagewitness.archive.views import changes

    return changes.list_changes(db, _which(db, options, last), options.most)


def _which(db: Sqlite, options: _Options, last: SeenSoFar | None) -> Which:
    """Which changes the options mean. Raises QueryError, NotFound."""
    from pagewitness.archive import times
    from pagewitness.archive.search import page_filters
    from pagewitness.archive.store.bookmarks import NOTHING_SEEN
    from pagewitness.archive.views.change_events import Which

    since, until = times.between(options.since, options.until, times.now())
    allowed = page_filters.allowed(db, options.source, None, options.title)
    seen = (last if options.new else None) or NOTHING_SEEN
    return Which(since or times.FIRST, until or times.LAST, allowed, seen)


def _print(found: list[ListedChange], options: _Options) -> None:
    from pagewitness.archive.render import change_list

    if options.as_json:
        for entry in found:
            print_json(entry.as_json())
    elif options.as_csv:
        click.echo(change_list.as_csv(found), nl=False)
    elif options.as_markdown:
        click.echo(change_list.list_as_markdown(found), nl=False)
    elif options.as_html:
        click.echo(change_list.list_as_html(found), nl=False)
    else:
        for line in change_list.list_lines(found, look()):
            echo(line)


def _conclude(
    found: list[ListedChange], options: _Options, more: bool, last: SeenSoFar | None, known: list[str]
) -> None:
    """Say what the list leaves out, and why it may be empty."""
    from pagewitness.archive.times import short

    if more:
        echo_message(
            f"There are more: --limit {2 * len(found)} lists twice as many, --since or --new only the later ones."
        )
    if options.new and last is None and not options.seen:
        near = nearest_name(options.name, known)
        instead = f" Did you mean --name {safe(near)}?" if near else ""
        echo_message(f"There is no bookmark '{safe(options.name)}' yet, so all is new: --seen sets it.{instead}")
    elif options.lists and not found:
        since = f" since {short(last.seen_at)} UTC" if options.new and last else ""
        echo_message(f"No changes{since}.")
    elif options.new and last and found:
        echo_message(f"{counted(len(found), 'entry').replace('entrys', 'entries')} since {short(last.seen_at)} UTC.")
