"""`pagewitness run`: visit all pages that are due, once."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from shlex import quote
from typing import TYPE_CHECKING, TypedDict

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation
from pagewitness.archive.model import Collector
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.model import Page
    from pagewitness.archive.store.adaptive import IntervalBounds
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.config.settings import Network, Settings
    from pagewitness.scraper.cli.run_report import RunReport
    from pagewitness.scraper.work.finding import Bounds
    from pagewitness.scraper.work.quiet import QuietTimes
    from pagewitness.scraper.work.reader import Unread
    from pagewitness.scraper.work.watch import WatchLoop


@click.command()
@click.argument("pages", nargs=-1, metavar="[URL|SOURCE]…")
@click.option("--all", "everything", is_flag=True, help="Visit every followed page, due or not.")
@click.option("--quiet", is_flag=True, help="Print only what is new or wrong, for cron.")
@json_option
@pass_invocation
def command(invocation: Invocation, pages: tuple[str, ...], everything: bool, quiet: bool, as_json: bool) -> int:
    """Visit all pages that are due, or the pages named.

    Pages named, those of a SOURCE named, and all pages with --all are visited whether they are due or not. A page is
    due up to a tenth of its interval early, so a daily run visits daily pages every day.

    Exit code 1: done, but some pages failed or are still unread; they are listed. 5: done, but some captures are
    damaged; they are listed.
    """
    from pagewitness.scraper.cli.told import beating

    _refuse_both(pages, everything)
    with beating(invocation.settings) as pulse, invocation.open() as db:
        only = _hastened(invocation, db, pages, everything)
        invocation.know(db)
        report = visit_due(invocation, db, RunOptions(quiet, as_json, only, at_any_hour=bool(pages or everything)))
        pulse.failed = report.has_failed
        return report.code


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is made, and what it prints.

    Attributes:
        quiet: whether to print only what is new or wrong.
        as_json: whether to print objects.
        only: the ids of the pages to visit (a JSON list), or None for all that are due.
        at_any_hour: whether quiet hours do not count.
        watch: the loop that makes the run, or None.
    """

    quiet: bool = False
    as_json: bool = False
    only: str | None = None
    at_any_hour: bool = False
    watch: WatchLoop | None = None


def visit_due(invocation: Invocation, db: Sqlite, options: RunOptions) -> RunReport:
    """Visit what is due, once, and print what comes of it; the report has the exit code. Raises ConfigError."""
    from pagewitness.archive import times
    from pagewitness.archive.store import agenda, bookmarks, due_times
    from pagewitness.scraper.cli.progress import Progress
    from pagewitness.scraper.cli.run_report import RunReport
    from pagewitness.scraper.cli.told import begin_telling, tell_and_report
    from pagewitness.scraper.net.browser import Browser
    from pagewitness.scraper.net.fetch import open_session
    from pagewitness.scraper.work.extras import extras
    from pagewitness.scraper.work.schedule import Run
    from pagewitness.scraper.work.visit import finish
    from pagewitness.scraper.work.workers import Workers, cores

    settings, network, cleaning = invocation.settings, invocation.settings.network, invocation.settings.clean
    watch, quiet = options.watch, None if options.at_any_hour else quiet_times_of(settings)
    with (
        open_session(network) as session,
        Browser(settings.browser, session) as browser,
        Workers(cleaning.workers or cores(), cleaning.seconds, cleaning.megabytes) as workers,
    ):
        begin_telling(db, session, settings.notify)
        wanted = extras(db, settings)
        unread = finish(db, workers)
        due_times.bring_back(db, times.now())
        if quiet:
            quiet.put_off_all(db)
        total = agenda.due(db, times.now(), options.only, early=watch is None)
        in_a_log = watch is not None and not sys.stderr.isatty()
        with Progress("pages", total, hidden=options.quiet or in_a_log) as progress:
            report = RunReport(progress, options.quiet, options.as_json, seen=bookmarks.here(db, times.now()))
            run = Run(
                db,
                session,
                workers,
                report=report.add,
                only=options.only,
                extras=wanted,
                browser=browser,
                quiet=quiet,
                **_as_set(settings),
            )
            if watch:
                watch.begins(run)
            run.go()
        report.code = _conclude(db, unread, report, _summary(db, report, total, watch))
        tell_and_report(db, session, settings.notify, quiet=options.quiet, as_json=options.as_json)
        return report


class _AsSet(TypedDict):
    """What the settings say about a run, by its arguments (`Run`)."""

    delay: float
    retries: int
    threads: int
    collector: Collector
    bounds: Bounds
    pacing: IntervalBounds


def _as_set(settings: Settings) -> _AsSet:
    from pagewitness.archive.store.adaptive import IntervalBounds
    from pagewitness.scraper.work.finding import Bounds

    network, schedule = settings.network, settings.schedule
    return {
        "delay": network.delay,
        "retries": network.retries,
        "threads": schedule.threads,
        "collector": _collector(network),
        "bounds": Bounds(**asdict(settings.discover)),
        "pacing": IntervalBounds(schedule.adaptive, schedule.shortest, schedule.longest),
    }


def quiet_times_of(settings: Settings) -> QuietTimes:
    """The quiet hours of the settings and of the catalogue. Raises ConfigError."""
    from pagewitness.config.catalogue import load_catalogue
    from pagewitness.scraper.work.quiet import quiet_times

    return quiet_times(settings.schedule, load_catalogue(settings.sources).values())


def _summary(db: Sqlite, report: RunReport, total: int, watch: WatchLoop | None) -> str:
    from pagewitness.archive import times
    from pagewitness.archive.store import agenda
    from pagewitness.scraper.cli import visited as visits

    if watch:  # which may leave some of them to its next run
        said = visits.summary_of_run(report.done, len(report.done))
        return f"{times.short(times.now())} UTC: {said}" if report.done else ""
    return visits.summary_of_run(report.done, total) if total else visits.nothing_due(agenda.next_due(db))


def _refuse_both(pages: tuple[str, ...], everything: bool) -> None:
    if everything and pages:
        raise click.UsageError("--all and the names of pages exclude each other: choose one")


def _conclude(db: Sqlite, unread: list[Unread], report: RunReport, summary: str) -> int:
    """Report what is still unread and the alerts, and learn the sites' boilerplate; returns the exit code."""
    from pagewitness.scraper.clean import cleaner_name
    from pagewitness.scraper.cli.reports import boilerplate_revisions, report_boilerplate
    from pagewitness.scraper.cli.visited import failed
    from pagewitness.scraper.work.learning import learn
    from pagewitness.scraper.work.reader import still_unread

    unread = [*unread, *(one for visited in report.done for one in visited.unread)]
    code = report.conclude(db, still_unread(db, unread), summary) or int(any(map(failed, report.done)))
    before = boilerplate_revisions(db)
    learn(db, cleaner_name())
    if report.is_whole:
        report_boilerplate(db, before)
    return code


def _collector(network: Network) -> Collector:
    from importlib.metadata import version

    return Collector("pagewitness", version("pagewitness"), network.vantage or None, network.operator or None)


def _hastened(invocation: Invocation, db: Sqlite, pages: tuple[str, ...], everything: bool) -> str | None:
    """Make the pages named due now, or all; returns the ids to visit as JSON, None for all that are due.

    Raises NotFound, QueryError.
    """
    from pagewitness.archive import times
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.store import agenda, sources
    from pagewitness.archive.views import selection

    named: list[Page] = []
    for name in pages:
        followed = invocation.followed_pages(db, name)
        if not followed and (of_source := sources.pages_of(db, name) or sources.pages_of(db, invocation.called(name))):
            many = "No page of" if len(of_source) > 1 else "The page of"
            raise QueryError(
                f"{many} {safe(name)} is {'' if len(of_source) > 1 else 'not '}followed: "
                f"`pagewitness follow {safe(quote(name))}` follows {'them' if len(of_source) > 1 else 'it'} again."
            )
        named += followed or [selection.page_named(db, name)]
    if unfollowed := [page.url for page in named if not page.followed]:
        raise QueryError(
            f"{safe(unfollowed[0])} is not followed: `pagewitness add {safe(quote(unfollowed[0]))}` follows it."
        )
    if named or everything:
        agenda.hasten(db, None if everything else [page.id for page in named], times.now())
    return json.dumps([page.id for page in named]) if named and not everything else None
