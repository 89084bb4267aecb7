"""What subscribers were told of a page: a record of its own, appended by the fold and never computed again.

A row says that from a observation on they know the page as it was then. The next row follows when another revision is in
force than the one that, *as the history reads today*, was in force at that observation. So whatever a new cleaner, a late
import or a confirmation make of the past, nothing is told twice. Only what we saw ourselves is told; what an import or
another cleaner made otherwise is noted in silence.
"""

from __future__ import annotations

from pagewitness.archive.model import Page, Row, Verdict
from pagewitness.archive.store.database import Sqlite


def note(db: Sqlite, page: Page, at: str | None) -> bool:
    """Append what changed since the last row, if anything did; within the transaction of the fold that made it so.

    Args:
        at: when the live visit was that showed it; None appends a silent row.

    Returns:
        whether there is news: a row that is not silent.
    """
    now = db.row(
        """select observations.visit_id, revision, revisions.capture_id from observations
               join revisions on revisions.visit_id = revision
           where observations.page_id = :page and verdict not in ('suspect', 'pending')
           order by observed_at desc, observations.visit_id desc limit 1""",
        page=page.id,
    )
    last = db.row(
        """select visits.id, visited_at, verdict from told join visits on visits.id = told.visit_id
               left join observations on observations.visit_id = visits.id
           where told.page_id = :page order by told.id desc limit 1""",
        page=page.id,
    )
    then = _in_force(db, page, last) if last else None
    if now is None:
        return False
    if then is not None and then["revision"] == now["revision"]:
        if last["verdict"] and Verdict(last["verdict"]).credible:
            return False
        at = None  # what is not credible today may be tomorrow, as something else: the same is written down anew
    db.execute(
        """insert into told (page_id, visit_id, from_capture, to_capture, told_at)
           values (:page, :visit, :before, :after, :at)""",
        page=page.id, visit=now["visit_id"], before=then and then["capture_id"], after=now["capture_id"], at=at,
    )  # fmt: skip
    return at is not None


def _in_force(db: Sqlite, page: Page, visit: Row) -> Row | None:
    """The revision that is in force today at a visit, or None before the first."""
    found: Row | None = db.row(
        """select revision, revisions.capture_id from observations join revisions on revisions.visit_id = revision
           where observations.page_id = :page and observed_at <= :at and (observed_at, observations.visit_id) <= (:at, :visit)
           order by observed_at desc, observations.visit_id desc limit 1""",
        page=page.id, at=visit["visited_at"], visit=visit["id"],
    )  # fmt: skip
    return found
