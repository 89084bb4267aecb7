"""`pagewitness discover`: what listings lead to, and why; follows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, counted, json_option, listed, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo, echo_wrapped
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.model import Page
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.scraper.discover.choice import Decision


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address to discover from: a page, or a listing of a source, which the archive may not have yet.

    Attributes:
        source: the name of its source; None if that is not given.
    """

    url: str
    source: str | None = None


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="URL|SOURCE…|-")
@click.option("--dry-run", "dry", is_flag=True, help="Show what would be followed without writing anything.")
@json_option
@pass_invocation
def command(invocation: Invocation, names: tuple[str, ...], dry: bool, as_json: bool) -> int:
    """Show which pages a listing leads to, and follow them.

    Each address has the reason why it is followed or not.

    Name a page, a feed or a sitemap by its address, or a source for all of its listings. A page that was not visited yet
    is visited now, and followed as a listing. `pagewitness run` does the same for every listing that you follow.
    """
    from pagewitness.archive.errors import NotFound

    done: list[Discovered] = []
    if not dry:
        with invocation.open(create=True) as db:
            invocation.know(db)
            done = [_discovered(invocation, db, one, follows=True) for one in _all_wanted(invocation, db, names)]
    else:
        wanted = [Wanted(name) for name in listed(names)]
        try:
            with invocation.open() as db:
                invocation.know(db)
                wanted = _all_wanted(invocation, db, names)
                done = [one for name in wanted if (one := _as_seen(invocation, db, name)) is not None]
        except NotFound:
            if not invocation.is_new():
                raise
            wanted = [one for name in listed(names) for one in _in_catalogue(invocation, name) or [Wanted(name)]]
        known = {one.url for one in done}
        done += [_visited_apart(invocation, one) for one in wanted if one.url not in known]
    for one in done:
        _print(one, dry, as_json)
    if not as_json:
        echo("Dry run: nothing was written." if dry else "Next: `pagewitness run` visits them.")
    return int(any(one.error for one in done))


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a page leads to.

    Attributes:
        choices: what is followed and what is not.
        error: why the page could not be read; None if it could.
    """

    url: str
    choices: Sequence[Decision] = ()
    error: str | None = None


class _Tried(Exception):
    """Rolls back what was tried."""


def _as_seen(invocation: Invocation, db: Sqlite, one: Wanted) -> Discovered | None:
    """What a page in the archive leads to, without writing anything; None if it was not visited yet."""
    from pagewitness.archive.store import evidence
    from pagewitness.scraper.work.finding import has_shown

    page = evidence.find_page(db, one.url)
    if page is None or not has_shown(db, page):
        return None
    found = None
    try:
        with db.transaction():
            found = _discovered(invocation, db, one, follows=False)
            raise _Tried
    except _Tried:
        return found


def _visited_apart(invocation: Invocation, one: Wanted) -> Discovered:
    """What a page leads to that is not in the archive: it is visited in an archive that is deleted afterwards."""
    from pagewitness.archive.fold.scratch_archive import temporary_archive

    with temporary_archive() as db:
        invocation.know(db)
        return _discovered(invocation, db, one, follows=False)


def _discovered(invocation: Invocation, db: Sqlite, one: Wanted, *, follows: bool) -> Discovered:
    """What a page leads to, as a listing; visits it if nothing is known of it, and follows what is found if so asked."""
    from pagewitness.archive import times
    from pagewitness.archive.model import PageRole
    from pagewitness.archive.store import agenda, evidence, finds
    from pagewitness.scraper.work import finding, sighting

    page = evidence.find_page(db, one.url)
    if page is None or not page.followed:
        page = agenda.follow(db, [one.url], one.source, invocation.interval, times.now(), listings=True)[0][0]
    elif page.role is PageRole.PAGE:
        page = finds.set_role(db, page, PageRole.LISTING)
    if not finding.has_shown(db, page) and (error := _visit(invocation, db, page)) is not None:
        return Discovered(page.url, error=error)
    page = evidence.page(db, page.id)
    bounds = finding.Bounds(**asdict(invocation.settings.discover))
    explained = finding.explain(db, page, bounds)
    if follows and (seen := sighting.seen_last(db, page)) is not None:
        finding.follow_seen(db, page, seen, (bounds, finding.robots_on_record(db, page)), times.now())
    return Discovered(page.url, explained)


def _all_wanted(invocation: Invocation, db: Sqlite, names: Sequence[str]) -> list[Wanted]:
    return [one for name in listed(names) for one in _wanted(invocation, db, name)]


def _wanted(invocation: Invocation, db: Sqlite, name: str) -> list[Wanted]:
    """The pages that a name means. Raises NotFound."""
    from pagewitness.archive import addresses
    from pagewitness.archive.model import PageRole
    from pagewitness.archive.store import evidence
    from pagewitness.archive.views import selection

    if addresses.is_web(name):
        page = evidence.find_page(db, name)
        return [Wanted(page.url if page else name)]
    own = invocation.followed_pages(db, name)
    if leading := [page for page in own if page.role in (PageRole.LISTING, PageRole.FEED, PageRole.SITEMAP)]:
        return [Wanted(page.url, page.source) for page in leading]
    if own:
        return [Wanted(page.url, page.source) for page in own if page.parent_id is None]
    return _in_catalogue(invocation, name) or [Wanted(selection.page_named(db, name).url)]


def _in_catalogue(invocation: Invocation, name: str) -> list[Wanted]:
    """The listings and feeds of a source of the catalogue; its other pages if it has no such entry."""
    from pagewitness.config.catalogue import load_catalogue
    from pagewitness.config.publishers import Role
    from pagewitness.config.source_names import named

    found = named(load_catalogue(invocation.settings.sources), name)
    if len(found) != 1:
        return []
    source = found[0]
    leading = [entry for entry in source.entries if entry.role in (Role.LISTING, Role.FEED) and entry.verified]
    return [Wanted(entry.url, source.name) for entry in leading or source.pages]


def _visit(invocation: Invocation, db: Sqlite, page: Page) -> str | None:
    """Visit a page. Returns why that gave nothing to read; None if it did."""
    from pagewitness.archive import times
    from pagewitness.archive.store import agenda, evidence
    from pagewitness.scraper.net.browser import Browser
    from pagewitness.scraper.net.fetch import open_session
    from pagewitness.scraper.work.extras import extras
    from pagewitness.scraper.work.finding import has_shown
    from pagewitness.scraper.work.schedule import Run
    from pagewitness.scraper.work.visit import Visited
    from pagewitness.scraper.work.workers import Workers, cores

    agenda.hasten(db, [page.id], times.now())
    settings, done = invocation.settings, list[Visited]()
    with (
        open_session(settings.network) as session,
        Browser(settings.browser, session) as browser,
        Workers(settings.clean.workers or cores(), settings.clean.seconds, settings.clean.megabytes) as workers,
    ):
        Run(
            db, session, workers, delay=settings.network.delay, retries=settings.network.retries, threads=1,
            report=done.append, extras=extras(db, settings), only=json.dumps([page.id]), bounds=None,
            browser=browser,
        ).go()  # fmt: skip
    if has_shown(db, evidence.page(db, page.id)):
        return None
    for visited in done:
        return str(visited.error or visited.derived.reason or f"HTTP status {visited.status}").removeprefix(
            f"{page.url}: "
        )
    return "another run is visiting its host: try again later"


def _print(one: Discovered, dry: bool, as_json: bool) -> None:
    from pagewitness.scraper.discover.choice import KNOWN

    if as_json:
        for choice in one.choices:
            found = choice.candidate
            title = found.title or None
            print_json(
                {"url": found.url, "followed": choice.followed, "why": choice.why, "title": title, "listing": one.url}
            )
        if one.error:
            print_json({"url": one.url, "followed": False, "why": one.error, "title": None, "listing": None})
        return
    if one.error:
        echo(click.style(f"{safe(one.url)}: {safe(one.error)}", fg="red"))
        return
    echo(safe(one.url))
    for choice in one.choices:
        echo(f"  {click.style('+', fg='green') if choice.followed else '-'} {safe(choice.candidate.url)}")
        title = choice.candidate.title
        echo_wrapped(f"{safe(title)}: {safe(choice.why)}" if title else safe(choice.why), "      ", "      ")
    followed, known = (
        sum(choice.followed for choice in one.choices),
        sum(choice.why == KNOWN for choice in one.choices),
    )
    what = "would be followed" if dry else "followed"
    left = len(one.choices) - followed
    echo(f"{counted(followed - known, 'new page')} {what}, {known} already followed, {left} not followed.")
