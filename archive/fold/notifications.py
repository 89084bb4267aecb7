"""What subscribers were notified of: the fold appends to this record, and never computes it again.

A row says that subscribers know a page as it was at an observation. The next row follows when the current revision is not the
one that, *by the present history*, was current at that observation. So nobody is notified of the same change twice, whatever
a new cleaner, a late import or a confirmation makes of the past. Only live visits are news; what an import or another cleaner
changed is recorded silently.
"""

from __future__ import annotations

from typing import NamedTuple

from pagewitness.archive.derived import Verdict
from pagewitness.archive.model import Page
from pagewitness.archive.store.credible import UP_TO, last_credible_sql
from pagewitness.archive.store.database import Sqlite

_NOTE = """
    insert into notifications (page_id, visit_id, from_capture, to_capture, notified_at)
    values (:page, :visit, :before, :after, :at)"""


class _Now(NamedTuple):
    """The last credible observation, and the revision that it shows."""

    visit_id: int
    revision: int
    capture_id: int


class _Then(NamedTuple):
    """A revision, by the observation and the capture that began it."""

    revision: int
    capture_id: int


class _Notified(NamedTuple):
    """The visit of the last notification, and today's verdict on it."""

    visit: int
    at: str
    verdict: str | None


def record_change(db: Sqlite, page: Page, at: str | None) -> bool:
    """Append a row if anything changed since the last one, within the transaction of the fold.

    Args:
        at: the time of the live visit that showed it; None appends a silent row.

    Returns:
        True if there is news, a row that is not silent.
    """
    now = db.one(
        _Now,
        """select current_revision.visit_id, revision, revisions.capture_id
           from current_revision join revisions on revisions.visit_id = revision where current_revision.page_id = :page""",
        page=page.id,
    )
    latest = db.one(
        _Notified,
        """select visits.id as visit, visited_at as at, verdict from notifications join visits on visits.id = notifications.visit_id
               left join observations on observations.visit_id = visits.id
           where notifications.page_id = :page order by notifications.id desc limit 1""",
        page=page.id,
    )
    then = _current(db, page, latest) if latest else None
    if now is None:
        return False
    if then is not None and then.revision == now.revision:
        if latest and latest.verdict and Verdict(latest.verdict).credible:
            return False
        at = None  # what is not credible now may become so later, as another text: record this one again
    if at is not None and _is_notified(db, page, at):
        at = None  # its capture was damaged and has been restored
    before = then and then.capture_id
    db.execute(_NOTE, page=page.id, visit=now.visit_id, before=before, after=now.capture_id, at=at)
    return at is not None


def _is_notified(db: Sqlite, page: Page, at: str) -> bool:
    """Whether subscribers were notified of the visit at a moment."""
    sql = "select 1 from notifications where page_id = :page and notified_at = :at"
    return bool(db.value(sql, page=page.id, at=at))


_CURRENT = f"""
    select revision, revisions.capture_id from credible join revisions on revisions.visit_id = revision
    where credible.visit_id = ({last_credible_sql(condition=UP_TO)})"""


def _current(db: Sqlite, page: Page, last: _Notified) -> _Then | None:
    """The revision that was current at a visit by the present history, or None before the first."""
    return db.one(_Then, _CURRENT, page=page.id, at=last.at, visit=last.visit)
