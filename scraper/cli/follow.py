"""`pagewitness follow`: follow publishers from the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.cli import Invocation, counted, json_option, listed, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, echo_wrapped
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class Followed:
    """The result of following one publisher.

    Attributes:
        followed, again: addresses newly followed, and addresses already followed.
        joined: addresses of existing pages that now belong to this publisher.
        unverified: addresses omitted because nobody has checked them.
    """

    source: str
    followed: tuple[str, ...]
    again: tuple[str, ...]
    joined: tuple[str, ...]
    unverified: tuple[str, ...]


class _Tried(Exception):
    """Rolls back the transaction of a dry run."""


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…|-")
@click.option("--unverified", is_flag=True, help="Also follow addresses that nobody has checked.")
@click.option("--dry-run", "dry", is_flag=True, help="Show what would be followed without writing anything.")
@json_option
@pass_invocation
def command(invocation: Invocation, sources: tuple[str, ...], unverified: bool, dry: bool, as_json: bool) -> None:
    """Follow publishers from the catalogue by name.

    With -, read one name per line from standard input. `pagewitness sources` lists the names. How often pages are
    visited is set in the catalogue, or else in your settings. Pages of the archive on a publisher's hosts join it,
    unless you gave them another source.
    """
    from pagewitness.archive.errors import NotFound
    from pagewitness.archive.search import silent_alerts
    from pagewitness.config import catalogue
    from pagewitness.scraper.cli.catalogue import shared_hosts

    known = catalogue.load_catalogue(invocation.settings.sources)
    wanted = [catalogue.source_named(known, name) for name in dict.fromkeys(listed(sources))]
    chosen = [(source, [entry.url for entry in source.entries if entry.verified or unverified]) for source in wanted]
    for source, urls in chosen:
        if not urls:
            seen = ", ".join(entry.url for entry in source.entries)
            raise NotFound(
                f"No address of '{source.name}' has been checked: look at {seen}, then follow it with --unverified."
            )
    done: list[Followed] = []
    new = invocation.is_new()
    try:
        with invocation.open(create=not dry) as db, db.transaction(), silent_alerts.refiling(db):
            done = _follow(db, known, chosen, invocation.interval)
            if dry:
                raise _Tried
        if new and not as_json:
            echo(f"Created the archive {safe(str(db.path))}.")
    except _Tried:
        pass
    except NotFound:
        if not dry:
            raise
        # There is no archive yet, so no page can join.
        done = [Followed(source.name, tuple(urls), (), (), _left(source, urls)) for source, urls in chosen]
    for one in done:
        if as_json:
            print_json({name: getattr(one, name) for name in Followed.__slots__} | {"dry_run": dry})
        else:
            _report(one, dry)
            for host, owner in shared_hosts(known, one.source).items():
                echo_wrapped(
                    f"{one.source}: {host} belongs to the source {owner}. Other pages that you add there join {owner}, "
                    f"unless you add them with --source {one.source}.",
                    rest="  ",
                )
    if not as_json:
        echo("Dry run: nothing was written." if dry else "Next: `pagewitness run` visits them.")


def _follow(
    db: Sqlite, known: dict[str, Any], chosen: Sequence[tuple[Any, list[str]]], interval: float
) -> list[Followed]:
    """Follow the chosen addresses of each publisher; returns what happened."""
    from pagewitness.archive import times
    from pagewitness.archive.store import agenda
    from pagewitness.archive.store import sources as archived
    from pagewitness.scraper.cli.catalogue import as_archived

    newest = agenda.newest_page(db)
    before = {source.name: archived.addresses_of(db, source.name).keys() for source, _ in chosen}
    archived.know(db, as_archived(known))
    done = []
    for source, urls in chosen:
        visited = agenda.follow(db, urls, source.name, source.every or interval, times.now())
        now = archived.addresses_of(db, source.name)
        done.append(
            Followed(
                source.name,
                tuple(page.url for page, new in visited if new),
                tuple(page.url for page, new in visited if not new),
                tuple(url for page, url in now.items() if page <= newest and page not in before[source.name]),
                _left(source, urls),
            )
        )
    return done


def _left(source: Any, urls: Sequence[str]) -> tuple[str, ...]:
    return tuple(entry.url for entry in source.entries if entry.url not in urls)


def _report(one: Followed, dry: bool) -> None:
    for url in one.followed:
        echo(f"{'Would follow' if dry else 'Following'}: {safe(url)}")
    for url in one.again:
        echo(f"{'Already followed' if dry else 'Already followed, due now'}: {safe(url)}")
    if one.joined:
        many = len(one.joined) > 1
        echo(
            f"{one.source}: {counted(len(one.joined), 'existing page')} {'would join' if dry else 'joined'} this source; "
            f"its rules {'would now' if dry else 'now'} apply to {'them' if many else 'it'}."
        )
    if left := len(one.unverified):
        some = "1 unverified address" if left == 1 else f"{left} unverified addresses"
        echo(f"{one.source}: skipped {some} (--unverified follows {'it' if left == 1 else 'them'}).")
