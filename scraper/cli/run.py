"""`pagewitness run`: visit all pages that are due, once."""

from __future__ import annotations

import json
from functools import partial
from shlex import quote
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, counted, pass_invocation
from pagewitness.archive.cli.terminal import echo, echo_message
from pagewitness.archive.derived import PageState
from pagewitness.archive.model import Collector, Outcome
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.config.settings import Network
    from pagewitness.scraper.cli.progress import Progress
    from pagewitness.scraper.work.reader import Unread
    from pagewitness.scraper.work.visit import Visited


@click.command()
@click.argument("pages", nargs=-1, metavar="[URL|SOURCE]…")
@click.option("--all", "everything", is_flag=True, help="Visit every followed page, due or not.")
@pass_invocation
def command(invocation: Invocation, pages: tuple[str, ...], everything: bool) -> int:
    """Visit all pages that are due, or the pages named.

    Pages named, those of a SOURCE named, and all pages with --all are visited whether they are due or not.

    Exit code 1: done, but some pages failed or are still unread; they are listed. 5: done, but some captures are
    damaged; they are listed.
    """
    from pagewitness.archive import times
    from pagewitness.archive.store import agenda
    from pagewitness.scraper.cli.progress import Progress
    from pagewitness.scraper.net.fetch import open_session
    from pagewitness.scraper.work.extras import extras
    from pagewitness.scraper.work.schedule import Run
    from pagewitness.scraper.work.visit import finish
    from pagewitness.scraper.work.workers import Workers, cores

    settings = invocation.settings
    network, cleaning = settings.network, settings.clean
    with (
        invocation.open() as db,
        open_session(network) as session,
        Workers(cleaning.workers or cores(), cleaning.seconds, cleaning.megabytes) as workers,
    ):
        only = _hastened(db, pages, everything)
        invocation.know(db)
        wanted = extras(db, settings)
        unread = finish(db, workers)
        total = agenda.due(db, times.now(), only)
        done: list[Visited] = []
        with Progress("pages", total) as progress:
            Run(
                db,
                session,
                workers,
                delay=network.delay,
                retries=network.retries,
                threads=settings.schedule.threads,
                report=partial(_report, progress, done),
                only=only,
                extras=wanted,
                collector=_collector(network),
            ).go()
        unread = [*unread, *(one for visited in done for one in visited.unread)]
        said = _summary(done, total) if total else _nothing_due(agenda.next_due(db))
        return _conclude(db, unread, said) or int(any(_failed(visited) for visited in done))


def _conclude(db: Sqlite, unread: list[Unread], summary: str) -> int:
    """Print what is still unread, a summary and the alerts, and learn the sites' boilerplate; returns the exit code so far."""
    from pagewitness.scraper.clean import cleaner_name
    from pagewitness.scraper.cli.reports import boilerplate_revisions, list_unread, report_alerts, report_boilerplate
    from pagewitness.scraper.work.learning import learn
    from pagewitness.scraper.work.reader import still_unread

    code = list_unread(still_unread(db, unread))
    echo_message(summary)
    report_alerts(db)
    before = boilerplate_revisions(db)
    learn(db, cleaner_name())
    report_boilerplate(db, before)
    return code


def _report(progress: Progress, done: list[Visited], visited: Visited) -> None:
    """Add a visit to those that are done, and print its line."""
    done.append(visited)
    if line := _line(visited):
        progress.clear()
        echo(line)
    progress.advance(len(done))


def _collector(network: Network) -> Collector:
    from importlib.metadata import version

    return Collector("pagewitness", version("pagewitness"), network.vantage or None, network.operator or None)


def _hastened(db: Sqlite, pages: tuple[str, ...], everything: bool) -> str | None:
    """Make the pages named due now, or all; returns the ids to visit as JSON, None for all that are due.

    Raises NotFound, QueryError.
    """
    from pagewitness.archive import times
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.store import agenda, sources
    from pagewitness.archive.views import selection

    named = [one for page in pages for one in sources.followed_pages(db, page) or [selection.page_named(db, page)]]
    if unfollowed := [page.url for page in named if not page.followed]:
        raise QueryError(f"{safe(unfollowed[0])} is not followed: `pagewitness add` follows it.")
    if named or everything:
        agenda.hasten(db, None if everything else [page.id for page in named], times.now())
    return json.dumps([page.id for page in named]) if named and not everything else None


def _failed(visited: Visited) -> bool:
    """Whether a visit counts as failed; a page that was removed is no failure."""
    return visited.failed and visited.state != PageState.REMOVED


_KEPT = {PageState.REMOVED: "; what it said is kept", PageState.MOVED: "; what it said is kept"}


def _line(visited: Visited) -> str | None:
    """A line about a visit; None if there is nothing to report, or only what was reported before.

    A page that is blocked counts as failed, and is reported each time.
    """
    line = _result(visited)
    if visited.twin and (line or visited.error is None):
        line = line or click.style(f"{'redirected':<10} {safe(visited.page.url)} → {safe(visited.twin)}", fg="yellow")
        return line + click.style(f"; you follow {safe(visited.twin)}, too", fg="yellow")
    return line


def _result(visited: Visited) -> str | None:
    url, derived, state = safe(visited.page.url), visited.derived, visited.state
    if visited.error is not None:
        reason = safe(str(visited.error).removeprefix(f"{visited.page.url}: "))
        return click.style(f"{visited.outcome.value:<10} {url}: {reason}", fg="red")
    if state is not None and state is not PageState.BLOCKED and not visited.news:
        return None
    if state is not None:
        said = f"{state.value:<10} {url}: {safe(derived.reason)}{_KEPT.get(state, '')}"
        return click.style(said, fg="red" if state is PageState.BLOCKED else "yellow")
    if visited.failed:
        missing = derived.state is PageState.REMOVED
        what = f"HTTP status {visited.status}" + ("; is the address right?" if missing else "")
        return click.style(f"{'failed':<10} {url}: {what}", fg="red")
    doubted = derived.verdict is not None and not derived.verdict.credible
    if visited.moved_to and not doubted:
        what = f", revision {derived.number}" if derived.gained > 0 else "; the text is the same"
        return click.style(f"{'moved':<10} {url} → {safe(visited.moved_to)}{what}", fg="yellow")
    if derived.gained > 0:
        verdict = "changed" if derived.verdict == "unchanged" else derived.verdict or ""  # this visit confirmed it
        return click.style(f"{verdict:<10} {url}: revision {derived.number}", fg="green")
    if derived.verdict == "returned":
        return click.style(f"{'returned':<10} {url}: revision {derived.number} again", fg="yellow")
    if derived.pending and not doubted:
        return click.style(f"{'pending':<10} {url}: {safe(derived.reason)}", fg="yellow")
    if doubted:
        return click.style(
            f"{derived.verdict:<10} {url}" + (f": {safe(derived.reason)}" if derived.reason else ""), fg="yellow"
        )
    return None


def _nothing_due(at: str | None) -> str:
    from pagewitness.archive.times import short

    if at is None:
        return "You follow no pages yet: `pagewitness add URL` follows one."
    return f"No page is due before {short(at)} UTC; `pagewitness run URL` or `run --all` visits at once."


_COUNTED = {PageState.BLOCKED: "of them blocked", PageState.VARIANT: "in another language"}


def _summary(done: list[Visited], total: int) -> str:
    failed, states = sum(map(_failed, done)), [visited.state for visited in done]
    revisions = sum(max(0, visited.derived.gained) for visited in done)
    said = f"{counted(len(done), 'page')} visited, {counted(revisions, 'new revision')}, {failed} failed"
    for state in (PageState.BLOCKED, PageState.REMOVED, PageState.MOVED, PageState.VARIANT):
        if count := states.count(state):
            said += f", {count} {_COUNTED.get(state, state)}"
    if suspect := sum(
        visited.derived.verdict == "suspect" and not visited.failed and not visited.state for visited in done
    ):
        said += f", {suspect} suspect"
    elsewhere = total - len(done)
    said += f"; another run is visiting {elsewhere}." if elsewhere > 0 else "."
    if refused := [safe(quote(visited.page.url)) for visited in done if visited.outcome is Outcome.REFUSED]:
        said += f" Once your settings allow it, `pagewitness run {refused[0]}` tries again at once."
    return said
