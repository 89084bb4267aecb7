"""Changes of what alerts match that are no news: only our own reading or filing changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext

from pagewitness.archive import times
from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.model import Page
from pagewitness.archive.search import find
from pagewitness.archive.search.alerts import ALERTS, SavedAlert, saved_filters
from pagewitness.archive.store.database import Sqlite

_OPEN = "alert_id = :alert and page_id = :page and lost_at is null"
_QUIETLY = f"select found_at > :added and not began_silent as notified from alert_pages where {_OPEN}"
_END = f"update alert_pages set lost_at = :at, ended_silent = 1 where {_OPEN}"
_BEGIN = """
    insert into alert_pages (alert_id, page_id, found_at, began_silent) values (:alert, :page, :at, 1)
    on conflict (alert_id, page_id, found_at) do nothing"""


@contextmanager
def quietly(db: Sqlite, page: Page) -> Iterator[None]:
    """A context in which a page starts or stops matching alerts without news, because only our own reading changed.

    News from before is kept. Use it in the transaction that rebuilds the page's history (`derivation.derive`).
    """
    only = page.kind == "boilerplate"
    saved = [one for one in db.all(SavedAlert, ALERTS) if not only or json.loads(one.filters).get("kind") == page.kind]
    with _silently(db, saved, page.id):
        yield


@contextmanager
def refiling(db: Sqlite) -> Iterator[None]:
    """A transaction in which pages are filed under other sources, and sources under other countries: that is no news either."""
    saved = [one for one in db.all(SavedAlert, ALERTS) if {"source", "country"} & json.loads(one.filters).keys()]
    with db.transaction() if saved else nullcontext(), _silently(db, saved):
        yield


@contextmanager
def _silently(db: Sqlite, saved: Collection[SavedAlert], page: int | None = None) -> Iterator[None]:
    """A context in which a page, or any page, starts or stops matching alerts without news."""
    before = [_matches(db, one, page) for one in saved]
    yield
    at = times.now()
    for one, old in zip(saved, before, strict=True):
        new = _matches(db, one, page)
        for changed in old ^ new:
            notified: int | None = db.value(_QUIETLY, alert=one.id, page=changed, added=one.added_at)
            if (notified is not None) is (changed in new):
                continue  # not reported yet: `record` will report it if it is still true
            sql = _BEGIN if changed in new else _END if notified else f"delete from alert_pages where {_OPEN}"
            db.execute(sql, alert=one.id, page=changed, at=at)


def _matches(db: Sqlite, alert: SavedAlert, page: int | None) -> set[int]:
    """The ids of the pages that match an alert; one that can't be evaluated is left to `record`."""
    try:
        return find.current_matches(db, alert.query, page, filters=saved_filters(alert.filters))
    except (QueryError, NotFound):
        return set()
