"""The time of a visit: a clock that jumps back must not change the order of live visits."""

from __future__ import annotations

from pagewitness.archive import times
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store.database import Sqlite

_NOT_BEFORE_THE_LAST = (
    "select visited_at from visits where page_id = :page and writer = :writer order by visited_at desc limit 1"
)


def not_before_the_last(db: Sqlite, visit: Visit) -> str:
    """The time of a visit; for a live one never before its page's last, even if the clock jumps back.

    A visit that lost its lease on the way is kept, because it happened. But the new holder may have seen the page since, and
    to date the older answer after the newer one would say that an old text returned. So it keeps its own time, and the fold
    puts it in its place.
    """
    if visit.writer == "import" or (visit.claim is not None and _lease_is_lost(db, visit.page, visit.claim)):
        return visit.at
    last = db.value(_NOT_BEFORE_THE_LAST, page=visit.page.id, writer=visit.writer)
    return times.later(last, 0.000001) if last and last >= visit.at else visit.at


def _lease_is_lost(db: Sqlite, page: Page, claim: int) -> bool:
    sql = "select 1 from pages join hosts on hosts.host = pages.host where pages.id = :page and claim <> :claim"
    return bool(db.value(sql, page=page.id, claim=claim))
