"""Import: each record of a WARC enters the path after `fetch`, with the record's own date."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pagewitness.archive.errors import InputError
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.search import alerts
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.warc import Recorded
from pagewitness.scraper.clean import cleaner_name
from pagewitness.scraper.work.reader import Reader, Unread, lost
from pagewitness.scraper.work.workers import Workers

BATCH = 256  # captures between two derivations


@dataclass
class Imported:
    """What an import came to.

    Attributes:
        added, known: records that are new, and those that were here already.
        pages: those whose records were added, by id.
        unread: captures of these pages that could not be read, now or at all.
        broken: why the records ended before their time; None where they did not.
    """

    added: int = 0
    known: int = 0
    pages: dict[int, Page] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    broken: InputError | None = None


def take_in(
    db: Sqlite, records: Iterable[Recorded], workers: Workers, ahead: int, progress: Callable[[Imported], None]
) -> Imported:
    """Import records.

    Args:
        records: from `warc.Records`; where they break in the middle, all that came before is derived.
        ahead: how many captures may be cleaned at once.
        progress: told after each record.
    """
    imported = Imported()
    touched: dict[int, Page] = {}
    pages: dict[str, Page] = {}
    with Reader(db, workers, ahead) as reader:

        def settle() -> None:
            reader.flush()
            for page in touched.values():
                reader.read_missing(page)
                without = lost(reader.unread.values())
                derivation.derive(db, page, cleaner_name(page.rules), without=without, quietly=alerts.quietly)
            touched.clear()

        try:
            for count, record in enumerate(records, 1):
                page = pages.get(record.url) or pages.setdefault(record.url, evidence.known_page(db, record.url))
                if _keep(db, page, record, reader):
                    imported.added += 1
                    touched[page.id] = imported.pages[page.id] = page
                else:
                    imported.known += 1
                progress(imported)
                if count % BATCH == 0:
                    settle()
        except InputError as error:
            imported.broken = error
        finally:
            settle()
            imported.unread = list(reader.unread.values())
    return imported


def _keep(db: Sqlite, page: Page, record: Recorded, reader: Reader) -> bool:
    if record.answer is None:
        visit = Visit(page, "import", record.at, record.outcome, reason=record.reason, capture_id=record.capture)
        return evidence.note(db, visit)
    capture_id = evidence.keep(db, Visit(page, "import", record.at), record.answer)
    if capture_id is None:
        return False
    reader.read(page, evidence.capture(db, capture_id), record.answer.body)
    return True
