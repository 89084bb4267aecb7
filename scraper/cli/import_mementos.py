"""`pagewitness import --memento`: what a web archive has of pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pagewitness.archive.cli import counted
from pagewitness.archive.cli.terminal import echo, echo_error
from pagewitness.archive.text.columns import safe
from pagewitness.scraper.cli.import_report import list_failures, report_imported

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.scraper.cli.import_session import ImportSession
    from pagewitness.scraper.work.memento_import import Wish


def import_mementos(session: ImportSession, archive: str, pages: Sequence[str], wish: Wish) -> int:
    """Import what a web archive has of pages; returns the exit code.

    Args:
        archive: its address.
        pages: their names or addresses; empty for all followed pages.
    """
    from pagewitness.scraper.net.fetch import open_session
    from pagewitness.scraper.work.archive_requests import Asker
    from pagewitness.scraper.work.memento_import import MementoRecords
    from pagewitness.scraper.work.web_archive import WebArchive

    network = session.invocation.settings.network
    with open_session(network) as connection:
        asker = Asker(session.db, connection, network.delay, network.retries)
        wanted = _addresses(session.db, pages)
        records = MementoRecords(session.db, WebArchive(archive, asker), wanted, wish)
        records.say = session.say
        imported = session.take(records.name, records)
    list_failures(records.failed)
    skipped = [f"{counted(records.skipped, 'capture')} skipped (images, scripts …)"] if records.skipped else []
    report_imported(records.name, imported, skipped, known=records.known)
    for url in records.absent:
        echo(f"{'absent':<10} {safe(url)}: {safe(records.name)} has no such capture")
    if records.rewritten:
        echo_error(
            f"pagewitness: {records.name} gives no captures as they came: these have its own links, and perhaps its own bar. "
            "Their text is read without them, but their bytes are not those of the site."
        )
    if records.stopped is not None:
        echo_error(f"pagewitness: {records.stopped} What is here already is not asked for again.")
    return int(bool(records.failed) or records.stopped is not None)


def _addresses(db: Sqlite, names: Sequence[str]) -> list[str]:
    """The addresses of pages by their names, sources or addresses; of all followed documents if none is named.

    Raises:
        NotFound: a name means no page, or no page is followed.
        QueryError: it means several.
    """
    from pagewitness.archive import addresses
    from pagewitness.archive.errors import NotFound
    from pagewitness.archive.store import evidence, sources
    from pagewitness.archive.views import selection

    found: dict[str, None] = {}
    for name in names:
        if addresses.is_web(name):
            page = evidence.find_page(db, name)
            found[page.url if page else name.strip()] = None
            continue
        own = sources.followed_pages(db, name) or [selection.page_named(db, name)]
        found |= dict.fromkeys(one.url for one in own)
    if not names:
        every = evidence.pages_where(db, "where followed and role in ('page', 'listing') order by pages.id")
        found = dict.fromkeys(one.url for one in every)
        if not found:
            raise NotFound("No page is followed yet: name pages by their addresses, or follow some first.")
    return list(found)
