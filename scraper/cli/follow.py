"""`pagewitness follow`: follow publishers from the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, counted, json_option, listed, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, echo_wrapped
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.model import Page
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.config.publishers import CatalogueSource


@dataclass(frozen=True, slots=True)
class Followed:
    """The result of following one publisher.

    Attributes:
        interval: seconds between two visits of each page.
        followed, again: addresses newly followed, and addresses already followed.
        joined: addresses of existing pages that now belong to this publisher.
        unverified: addresses of pages that are not followed because nobody has checked them.
        feeds, editions: other addresses that the catalogue knows but that are not followed.
        obstacles: what may keep visits from reading a page, by its address.
    """

    source: str
    interval: float
    followed: tuple[str, ...]
    again: tuple[str, ...]
    joined: tuple[str, ...]
    unverified: tuple[str, ...]
    feeds: tuple[str, ...]
    editions: tuple[str, ...]
    obstacles: dict[str, str]


class _Tried(Exception):
    """Rolls back the transaction of a dry run."""


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…|-")
@click.option("--unverified", is_flag=True, help="Also follow pages that nobody has checked.")
@click.option("--dry-run", "dry", is_flag=True, help="Show what would be followed without writing anything.")
@json_option
@pass_invocation
def command(invocation: Invocation, sources: tuple[str, ...], unverified: bool, dry: bool, as_json: bool) -> None:
    """Follow publishers from the catalogue by name.

    Use any name of a publisher, with or without capitals, accents and hyphens; `pagewitness sources` lists them. A name
    that only your archive has follows the pages that it has there again.
    With -, read one name per line from standard input. How often pages are visited is set in the catalogue, or else in
    your settings. Pages of the archive on a publisher's hosts join it, unless you gave them another source.
    """
    from pagewitness.archive.errors import NotFound
    from pagewitness.archive.search import silent_alerts
    from pagewitness.config.catalogue import load_catalogue
    from pagewitness.config.source_names import source_named

    known = load_catalogue(invocation.settings.sources)
    nameable = known | _only_archived(invocation, known)
    wanted = {source.name: source for source in (source_named(nameable, name) for name in listed(sources))}
    chosen = [(source, _pages(source, unverified)) for source in wanted.values()]
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
        done = [_result(one, urls, urls, (), invocation.interval) for one, urls in chosen]
    for one in done:
        if as_json:
            print_json(asdict(one) | {"dry_run": dry})
        else:
            _report(one, wanted[one.source], known, dry)
    if not as_json:
        echo("Dry run: nothing was written." if dry else "Next: `pagewitness run` visits them.")


def _only_archived(invocation: Invocation, known: Collection[str]) -> dict[str, CatalogueSource]:
    """The sources that only the archive has; none if there is no archive yet."""
    from pagewitness.archive.errors import NotFound
    from pagewitness.scraper.cli.catalogue import only_archived

    if invocation.is_new():
        return {}
    try:
        with invocation.read() as db:
            return only_archived(db, known)
    except NotFound:  # an empty file
        return {}


def _pages(source: CatalogueSource, unverified: bool) -> list[str]:
    """The addresses to follow. Raises NotFound, which says what to do, if it has no such page."""
    from pagewitness.archive.errors import NotFound
    from pagewitness.config.publishers import HINDERS, Role

    able = [entry for entry in source.entries if entry.is_page or entry.role is Role.FEED]
    if urls := [entry.url for entry in able if entry.verified or unverified]:
        return urls
    if not able:
        known = next(entry.newest for entry in source.entries if entry.role is Role.EDITION)
        raise NotFound(
            f"'{source.name}' has no page that stays: each edition has an address of its own. To follow one of them: "
            f"`pagewitness add {known} --source {source.name}`."
        )
    shown = (f"{entry.url} ({HINDERS[entry.obstacle]})" if entry.obstacle else entry.url for entry in able)
    raise NotFound(
        f"No page of '{source.name}' is verified: look at {', '.join(shown)}, then follow "
        f"{'it' if len(able) == 1 else 'them'} with --unverified."
    )


def _follow(
    db: Sqlite, known: dict[str, CatalogueSource], chosen: Sequence[tuple[CatalogueSource, list[str]]], interval: float
) -> list[Followed]:
    """Follow the chosen addresses of each publisher; returns what happened."""
    from pagewitness.archive.store import agenda
    from pagewitness.archive.store import sources as archived
    from pagewitness.scraper.cli.catalogue import as_archived

    newest = agenda.newest_page(db)
    before = {source.name: archived.addresses_of(db, source.name).keys() for source, _ in chosen}
    archived.know(db, as_archived(known))
    done = []
    for source, urls in chosen:
        visited = _agreed(db, source, urls, interval)
        now = archived.addresses_of(db, source.name)
        new = [url for url, (_, is_new) in zip(urls, visited, strict=True) if is_new]
        joined = tuple(url for page, url in now.items() if page <= newest and page not in before[source.name])
        result = _result(source, urls, new, archived.followed(db).keys(), interval)
        done.append(replace(result, joined=joined))
    return done


def _agreed(db: Sqlite, source: CatalogueSource, urls: Sequence[str], interval: float) -> list[tuple[Page, bool]]:
    """Follow addresses of a source, its listings and feeds as such. Returns each page, and whether it is newly followed."""
    from pagewitness.archive import times
    from pagewitness.archive.model import PageRole
    from pagewitness.archive.store import agenda, finds
    from pagewitness.config.publishers import Role

    roles = {entry.url: entry.role for entry in source.entries}
    every, at, done = source.every or interval, times.now(), []
    for url in urls:
        done += agenda.follow(db, [url], source.name, every, at, listings=roles[url] is Role.LISTING)
        if roles[url] is Role.FEED:
            finds.set_role(db, done[-1][0], PageRole.FEED)
    return done


def _result(
    source: CatalogueSource, urls: Sequence[str], new: Collection[str], keys: Collection[str], interval: float
) -> Followed:
    """What following a source did.

    Args:
        urls: the addresses that were to be followed.
        new: those that were not followed before.
        keys: the canonical addresses of all followed pages.
    """
    from pagewitness.config.publishers import Role
    from pagewitness.scraper.cli.catalogue import entry_key

    left = [entry for entry in source.entries if entry_key(source, entry) not in keys]
    return Followed(
        source.name,
        source.every or interval,
        followed=tuple(url for url in urls if url in new),
        again=tuple(url for url in urls if url not in new),
        joined=(),
        unverified=tuple(entry.url for entry in left if entry.is_page and entry.url not in urls),
        feeds=tuple(entry.url for entry in left if entry.role == Role.FEED and entry.url not in urls),
        editions=tuple(entry.newest for entry in left if entry.role == Role.EDITION),
        obstacles={entry.url: str(entry.obstacle) for entry in source.entries if entry.url in urls and entry.obstacle},
    )


def _report(one: Followed, source: CatalogueSource, known: dict[str, CatalogueSource], dry: bool) -> None:
    from pagewitness.archive.times import every
    from pagewitness.scraper.cli.catalogue import described, shared_hosts

    entries = {entry.url: entry for entry in source.entries}
    echo_wrapped(f"{source.name}: {source.title}" if source.title else source.name, rest="  ")
    for urls, what in (
        (one.followed, f"{'Would follow' if dry else 'Following'}, visited {every(one.interval)}:"),
        (one.again, f"Already followed{'' if dry else ', due now'}:"),
    ):
        if urls:
            echo(f"  {what}")
        for url in urls:
            echo(f"  {safe(url)}")
            if source.file:  # nobody has described the pages of others
                echo_wrapped(described(entries[url]), "      ", "      ")
    if left := list(_left_out(one)):
        echo_wrapped(f"Not followed: {'; '.join(left)}.", "  ", "    ")
    if one.joined:
        many = len(one.joined) > 1
        echo_wrapped(
            f"{counted(len(one.joined), 'existing page')} {'would join' if dry else 'joined'} this source; "
            f"its rules {'would now' if dry else 'now'} apply to {'them' if many else 'it'}.",
            "  ",
            "    ",
        )
    for host, owner in shared_hosts(known, one.source).items():
        echo_wrapped(
            f"{host} belongs to the source {owner}. Other pages that you add there join {owner}, unless you add them "
            f"with --source {one.source}.",
            "  ",
            "    ",
        )


def _left_out(one: Followed) -> Iterator[str]:
    """What the catalogue knows about a source but `follow` did not follow, and what to do about it."""
    if left := len(one.unverified):
        yield f"{counted(left, 'unverified page')} (--unverified follows {'it' if left == 1 else 'them'})"
    if feeds := len(one.feeds):
        yield f"{counted(feeds, 'unverified feed')} (--unverified follows {'it' if feeds == 1 else 'them'})"
    if editions := len(one.editions):
        what = (
            "1 edition with an address of its own"
            if editions == 1
            else f"{editions} editions with addresses of their own"
        )
        yield f"{what} (`pagewitness sources {one.source}` shows {'it' if editions == 1 else 'them'})"
