"""`pagewitness follow`: follow the publishers of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from pagewitness.archive.cli import Invocation, counted, echo, json_option, listed, pass_invocation, print_json, safe

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of following one publisher.

    Attributes:
        followed, again: addresses that are followed from now on, and those that were already.
        joined: those of pages that were there before, as another source's or nobody's, and are the publisher's now.
        unverified: addresses left out, since nobody has seen them.
    """

    source: str
    followed: tuple[str, ...]
    again: tuple[str, ...]
    joined: tuple[str, ...]
    unverified: tuple[str, ...]


class _Tried(Exception):
    """Ends a transaction of which nothing is to stay."""


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…|-")
@click.option("--unverified", is_flag=True, help="Also addresses that nobody has seen.")
@click.option("--dry-run", "dry", is_flag=True, help="Only say what would be followed, and write nothing.")
@json_option
@pass_invocation
def command(invocation: Invocation, sources: tuple[str, ...], unverified: bool, dry: bool, as_json: bool) -> None:
    """Follow publishers of the catalogue by name.

    - reads names from standard input, one a line. `pagewitness sources` lists them. Their addresses are visited as often as
    the catalogue says, or else the settings. Pages on their hosts that are here already join them, unless you gave these
    another source.
    """
    from pagewitness.archive.errors import NotFound
    from pagewitness.config import catalogue
    from pagewitness.scraper.cli.known import catalogue_of

    known = catalogue_of(invocation.settings)
    wanted = [catalogue.named(known, name) for name in dict.fromkeys(listed(sources))]
    chosen = [(source, [entry.url for entry in source.entries if entry.verified or unverified]) for source in wanted]
    for source, urls in chosen:
        if not urls:
            seen = ", ".join(entry.url for entry in source.entries)
            raise NotFound(
                f"No address of '{source.name}' has been seen by anybody: look at {seen}, and follow it with --unverified."
            )
    done: list[Followed] = []
    try:
        with invocation.open(create=not dry) as db, db.transaction():
            done = _follow(db, known, chosen, invocation.interval)
            if dry:
                raise _Tried
    except _Tried:
        pass
    except NotFound:
        if not dry:
            raise
        # There is no archive yet, and so nothing that could join.
        done = [Followed(source.name, tuple(urls), (), (), _left(source, urls)) for source, urls in chosen]
    for one in done:
        if as_json:
            print_json({name: getattr(one, name) for name in Followed.__slots__} | {"dry_run": dry})
        else:
            _tell(one, dry)
    if not as_json:
        echo("Nothing is written: it was a dry run." if dry else "`pagewitness run` visits them.")


def _follow(
    db: Sqlite, known: dict[str, Any], chosen: Sequence[tuple[Any, list[str]]], interval: float
) -> list[Followed]:
    """Follow the addresses of publishers."""
    from pagewitness.archive import times
    from pagewitness.archive.store import agenda
    from pagewitness.archive.store import sources as archived
    from pagewitness.scraper.cli.known import as_archived

    newest = db.value("select coalesce(max(id), 0) from pages")
    before = {source.name: archived.pages(db, source.name).keys() for source, _ in chosen}
    archived.know(db, as_archived(known))
    done = []
    for source, urls in chosen:
        visited = agenda.follow(db, urls, source.name, source.every or interval, times.now())
        now = archived.pages(db, source.name)
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


def _tell(one: Followed, dry: bool) -> None:
    for url in one.followed:
        echo(f"{'Would follow' if dry else 'Following'}: {safe(url)}")
    for url in one.again:
        echo(f"{'Followed already' if dry else 'Followed already, due again'}: {safe(url)}")
    if one.joined:
        was, them = ("was", "it") if len(one.joined) == 1 else ("were", "them")
        echo(
            f"{one.source}: {counted(len(one.joined), 'page')} that {was} here already "
            f"{'would join' if dry else 'joined'} it: the rules of the source count for {them}, too."
        )
    if left := len(one.unverified):
        some = "1 address that" if left == 1 else f"{left} addresses that"
        echo(f"{one.source}: {some} nobody has seen {'was' if left == 1 else 'were'} left out (--unverified).")
