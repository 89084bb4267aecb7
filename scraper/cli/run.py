"""`pagewitness run`: visit all pages that are due, once."""

from __future__ import annotations

import json
from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation
from pagewitness.archive.model import Collector
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.model import Page
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.config.settings import Network
    from pagewitness.scraper.cli.run_report import RunReport
    from pagewitness.scraper.work.reader import Unread


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
    from pagewitness.archive import times
    from pagewitness.archive.store import agenda
    from pagewitness.scraper.cli import visited as visits
    from pagewitness.scraper.cli.progress import Progress
    from pagewitness.scraper.cli.run_report import RunReport
    from pagewitness.scraper.net.fetch import open_session
    from pagewitness.scraper.work.extras import extras
    from pagewitness.scraper.work.finding import Bounds
    from pagewitness.scraper.work.schedule import Run
    from pagewitness.scraper.work.visit import finish
    from pagewitness.scraper.work.workers import Workers, cores

    _refuse_both(pages, everything)
    settings, network, cleaning = invocation.settings, invocation.settings.network, invocation.settings.clean
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
        with Progress("pages", total, hidden=quiet) as progress:
            report = RunReport(progress, quiet, as_json)
            Run(
                db,
                session,
                workers,
                delay=network.delay,
                retries=network.retries,
                threads=settings.schedule.threads,
                report=report.add,
                only=only,
                extras=wanted,
                collector=_collector(network),
                bounds=Bounds(**asdict(settings.discover)),
            ).go()
        said = visits.summary_of_run(report.done, total) if total else visits.nothing_due(agenda.next_due(db))
        return _conclude(db, unread, report, said) or int(any(map(visits.failed, report.done)))


def _refuse_both(pages: tuple[str, ...], everything: bool) -> None:
    if everything and pages:
        raise click.UsageError("--all and the names of pages exclude each other: choose one")


def _conclude(db: Sqlite, unread: list[Unread], report: RunReport, summary: str) -> int:
    """Report what is still unread and the alerts, and learn the sites' boilerplate; returns the exit code so far."""
    from pagewitness.scraper.clean import cleaner_name
    from pagewitness.scraper.cli.reports import boilerplate_revisions, report_boilerplate
    from pagewitness.scraper.work.learning import learn
    from pagewitness.scraper.work.reader import still_unread

    unread = [*unread, *(one for visited in report.done for one in visited.unread)]
    code = report.conclude(db, still_unread(db, unread), summary)
    before = boilerplate_revisions(db)
    learn(db, cleaner_name())
    if report.is_whole:
        report_boilerplate(db, before)
    return code


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

    named: list[Page] = []
    for name in pages:
        followed = sources.followed_pages(db, name)
        if not followed and (of_source := sources.pages_of(db, name)):
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
