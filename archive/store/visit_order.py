"""When a visit counts as made: a clock that jumps back must not turn the order of live visits around."""

from __future__ import annotations

from pagewitness.archive import times
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store.database import Sqlite

_NOT_BEFORE_THE_LAST = (
    "select visited_at from visits where page_id = :page and writer = :writer order by visited_at desc limit 1"
)


def not_before_the_last(db: Sqlite, visit: Visit) -> str:
    """A clock that jumps back puts no live visit before its page's last one.

    A visit whose lease was taken while it lasted is kept all the same, for it happened; but whoever has the host now may
    have seen the page since. To date the older answer after the newer one would say that an old text returned: it keeps
    its own moment, and the fold gives it its place.
    """
    if visit.writer == "import" or (visit.claim is not None and _lease_is_lost(db, visit.page, visit.claim)):
        return visit.at
    last = db.value(_NOT_BEFORE_THE_LAST, page=visit.page.id, writer=visit.writer)
    return times.later(last, 0.000001) if last and last >= visit.at else visit.at


def _lease_is_lost(db: Sqlite, page: Page, claim: int) -> bool:
    sql = "select 1 from pages join hosts on hosts.host = pages.host where pages.id = :page and claim <> :claim"
    return bool(db.value(sql, page=page.id, claim=claim))
