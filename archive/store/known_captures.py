"""Which captures of others are in the archive already."""

from __future__ import annotations

from pagewitness.archive import times
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

_KNOWN = "select 1 from captures where page_id = :page and captured_at >= :at and captured_at < :end limit 1"


def has_capture_of(db: Sqlite, url: str, at: str) -> bool:
    """Whether a page has a capture of this second.

    Args:
        url: the page's address.
        at: a moment to the second, as web archives give it.
    """
    page = evidence.find_page(db, url)
    return page is not None and bool(db.value(_KNOWN, page=page.id, at=at, end=times.later(at, 1)))
