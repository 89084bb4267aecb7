"""`pagewitness reclean`: re-read captures with today's cleaner and report what changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import echo_wrapped

if TYPE_CHECKING:
    from pagewitness.archive.model import Page
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.scraper.cli.recleaned import Sum


@click.command()
@click.argument("pages", nargs=-1, metavar="[PAGE]…|-")
@click.option("--dry-run", "dry", is_flag=True, help="Show what would change without writing anything.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Number of cleaning processes [default: the setting clean.workers].",
)
@json_option
@pass_invocation
def command(invocation: Invocation, pages: tuple[str, ...], dry: bool, jobs: int | None, as_json: bool) -> int:
    """Re-read captures that an older cleaner read.

    Reports which revisions change. Name pages by address, by a part of an address (all pages that contain it), or by
    source; - reads one name per line. By default all pages are re-read. Each reading is saved at once, so an
    interrupted command continues where it stopped. Older readings are kept (`show --cleaner`), and no notification is
    sent.

    Exit code 1: done, but some captures could not be read or are still unread; they are listed. 5: done, but some
    captures are damaged; they are listed.
    """
    from pagewitness.archive.fold import history_diff, readings
    from pagewitness.scraper.clean import cleaner_name
    from pagewitness.scraper.cli import recleaned
    from pagewitness.scraper.cli.progress import Progress
    from pagewitness.scraper.cli.reports import EXIT_CODE
    from pagewitness.scraper.work.learning import learn
    from pagewitness.scraper.work.recleaning import reclean
    from pagewitness.scraper.work.workers import Workers, cores

    limits = invocation.settings.clean
    count = jobs or limits.workers or cores()
    with invocation.open() as db, Workers(count, limits.seconds, limits.megabytes) as workers:
        chosen = list(_pages(db, _ids(db, pages), invocation, dry))
        total = recleaned.Sum(dry)
        read = 0
        with ExitStack() as stack:
            missing = readings.missing(db, {page.id: cleaner_name(page.rules) for page in chosen})
            progress = stack.enter_context(Progress("captures", missing))

            def advance() -> None:
                nonlocal read
                read += 1
                progress.advance(read)

            for one in stack.enter_context(closing(reclean(db, chosen, workers, count + 1, dry=dry, read=advance))):
                found = list(history_diff.differences(one.before, one.after))
                total.add(one, found)
                progress.clear()
                if as_json:
                    print_json(recleaned.as_json(one, found))
                else:
                    recleaned.print_page(one, found)
            if not dry:
                learn(db, cleaner_name())
    _print_sum(total, cleaner_name(), as_json)
    return EXIT_CODE if total.damaged else 1 if total.failed or total.waiting else 0


def _print_sum(total: Sum, cleaner: str, as_json: bool) -> None:
    if as_json:
        print_json(total.as_json(cleaner))
    else:
        for line in total.said(cleaner).splitlines():
            echo_wrapped(line)


def _ids(db: Sqlite, named: tuple[str, ...]) -> list[int]:
    from pagewitness.archive.cli import listed
    from pagewitness.archive.store import sources
    from pagewitness.archive.views import selection

    if named:
        chosen: dict[int, None] = {}
        for name in listed(named):
            own = sources.addresses_of(db, name) or {one.id: one.url for one in selection.pages_named(db, name)}
            chosen |= dict.fromkeys(own)
        return list(chosen)
    # Boilerplate is not cleaned: learning re-reads it by itself.
    return selection.documents(db)


def _pages(db: Sqlite, ids: Iterable[int], invocation: Invocation, dry: bool) -> Iterator[Page]:
    """The pages with their sources' present rules, which are saved in the archive unless it is a dry run."""
    from pagewitness.archive import addresses
    from pagewitness.archive.store import evidence

    known = invocation.sources()
    if not dry:
        invocation.know(db)
    rules = {source.name: source.rules for source in known}
    owner = {host: source.name for source in known for host in source.hosts}
    for number in ids:
        page = evidence.page(db, number)
        host = addresses.host_in(page.key)
        source = owner.get(host, page.source) if page.source in (None, host) else page.source
        yield replace(page, rules=rules.get(source or "", ""))
