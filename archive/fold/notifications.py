"""What subscribers know of a page: a record of its own, appended by the fold and never computed again.

A row says that as of an observation they know the page as it was then. The next row follows when another revision is
current than the one that, *as the history reads today*, was current at that observation. So whatever a new cleaner, a late
import or a confirmation make of the past, nobody is notified of the same twice. Only what we saw ourselves is news; what an
import or another cleaner changed is recorded in silence.
"""

from __future__ import annotations

from pagewitness.archive.derived import Verdict
from pagewitness.archive.model import Page, Row
from pagewitness.archive.store.credible import UP_TO, last
from pagewitness.archive.store.database import Sqlite

_NOTE = """
    insert into notifications (page_id, visit_id, from_capture, to_capture, notified_at)
    values (:page, :visit, :before, :after, :at)"""


def note(db: Sqlite, page: Page, at: str | None) -> bool:
    """Append what changed since the last row, if anything did; within the transaction of the fold that made it so.

    Args:
        at: when the live visit was that showed it; None appends a silent row.

    Returns:
        whether there is news: a row that is not silent.
    """
    now = db.row(
        """select current_revision.visit_id, revision, revisions.capture_id
           from current_revision join revisions on revisions.visit_id = revision where current_revision.page_id = :page""",
        page=page.id,
    )
    latest = db.row(
        """select visits.id, visited_at, verdict from notifications join visits on visits.id = notifications.visit_id
               left join observations on observations.visit_id = visits.id
           where notifications.page_id = :page order by notifications.id desc limit 1""",
        page=page.id,
    )
    then = _current(db, page, latest) if latest else None
    if now is None:
        return False
    if then is not None and then["revision"] == now["revision"]:
        if latest["verdict"] and Verdict(latest["verdict"]).credible:
            return False
        at = None  # what is not credible today may be tomorrow, as something else: the same is written down anew
    if at is not None and _is_notified(db, page, at):
        at = None  # its capture was damaged for a while, and is restored
    db.execute(
        _NOTE, page=page.id, visit=now["visit_id"], before=then and then["capture_id"], after=now["capture_id"], at=at
    )
    return at is not None


def _is_notified(db: Sqlite, page: Page, at: str) -> bool:
    """Whether subscribers were notified of what the visit at a moment showed."""
    sql = "select 1 from notifications where page_id = :page and notified_at = :at"
    return bool(db.value(sql, page=page.id, at=at))


_CURRENT = f"""
    select revision, revisions.capture_id from credible join revisions on revisions.visit_id = revision
    where credible.visit_id = ({last(condition=UP_TO)})"""


def _current(db: Sqlite, page: Page, visit: Row) -> Row | None:
    """The revision that is current at a visit as the history reads today, or None before the first."""
    found: Row | None = db.row(_CURRENT, page=page.id, at=visit["visited_at"], visit=visit["id"])
    return found
