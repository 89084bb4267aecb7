"""Import: each record (of a WARC, of a web archive, of saved pages) enters the path after `fetch`, with its own date."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial

from pagewitness.archive.errors import InputError
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.search import silent_alerts
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.warc import Recorded
from pagewitness.scraper.clean import cleaner_name
from pagewitness.scraper.work.reader import Reader, Unread, lost
from pagewitness.scraper.work.workers import Workers

CAPTURES_AT_ONCE = 256  # captures between two derivations
MOST_NAMED = 20  # pages whose new revisions are counted one by one


@dataclass
class Imported:
    """What an import came to.

    Attributes:
        added, known: records that are new, and those that were here already.
        pages: how many pages have records that were added.
        revisions: by how many the revisions of all pages have increased.
        gained: the same for the first of these pages (`MOST_NAMED`), by their addresses.
        unread: captures of these pages that could not be read, now or at all.
        broken: why the records ended before their time; None where they did not.
    """

    added: int = 0
    known: int = 0
    pages: int = 0
    revisions: int = 0
    gained: dict[str, int] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    broken: InputError | None = None


class Interrupted(KeyboardInterrupt):
    """The user stopped an import: what it came to until then."""

    def __init__(self, imported: Imported) -> None:
        super().__init__()
        self.imported = imported


def take_in(
    db: Sqlite, records: Iterable[Recorded], workers: Workers, ahead: int, progress: Callable[[Imported], None]
) -> Imported:
    """Import records.

    Args:
        records: from `warc.Records` or another source of them; where they break in the middle, all that came before is derived.
        ahead: how many captures may be cleaned at once.
        progress: called after each record.

    Raises:
        Interrupted: by Ctrl-C. All records until then are kept; whoever works on the archive next finishes what is left
            to be read and derived. So it is after any other error.
    """
    with Reader(db, workers, ahead) as reader:
        work = _Import(db, reader)
        try:
            try:
                for count, record in enumerate(records, 1):
                    work.take(record)
                    progress(work.imported)
                    if count % CAPTURES_AT_ONCE == 0:
                        work.settle()
            except InputError as error:
                work.imported.broken = error
            work.settle()
        except KeyboardInterrupt:
            workers.interrupt()
            raise Interrupted(work.imported) from None
        work.imported.unread = list(reader.unread.values())
    return work.imported


class _Import:
    """An import under way. What it holds does not grow with the records, but by a byte for each page."""

    def __init__(self, db: Sqlite, reader: Reader) -> None:
        self.imported = Imported()
        self._db, self._reader = db, reader
        self._touched: dict[int, Page] = {}  # since the last derivation
        self._counted = bytearray()  # for each page, by its id, whether it is counted in `pages`
        self._page = lru_cache(maxsize=4 * CAPTURES_AT_ONCE)(partial(evidence.known_page, db))

    def take(self, record: Recorded) -> None:
        """Take in one record."""
        page = self._page(record.url)
        if not _keep(self._db, page, record, self._reader):
            self.imported.known += 1
            return
        self.imported.added += 1
        self._touched[page.id] = page
        if page.id >= len(self._counted):
            self._counted.extend(bytes(page.id + 1 - len(self._counted)))
        self.imported.pages += not self._counted[page.id]
        self._counted[page.id] = True

    def settle(self) -> None:
        """Read what is not read yet, and derive the histories of all pages that got records."""
        self._reader.flush()
        for page in self._touched.values():
            self._reader.read_missing(page)
            without = lost(self._reader.unread.values())
            cleaner = cleaner_name(page.rules)
            derived = derivation.derive(self._db, page, cleaner, without=without, quietly=silent_alerts.quietly)
            self._count(page.url, derived.gained)
        self._touched.clear()
        self._reader.failed.clear()

    def _count(self, url: str, gained: int) -> None:
        found = self.imported
        found.revisions += gained
        if gained and (url in found.gained or len(found.gained) < MOST_NAMED):
            found.gained[url] = found.gained.get(url, 0) + gained


def _keep(db: Sqlite, page: Page, record: Recorded, reader: Reader) -> bool:
    if record.answer is None:
        visit = Visit(page, "import", record.at, record.outcome, reason=record.reason, capture_id=record.capture)
        return evidence.note(db, visit)
    capture_id = evidence.keep(db, Visit(page, "import", record.at, reason=record.reason), record.answer)
    if capture_id is None:
        return False
    reader.read(page, evidence.capture(db, capture_id), record.answer.body)
    return True
