"""Bringing pages forward: a listing or a feed that has changed says that its pages may have changed, too."""

from __future__ import annotations

from pagewitness.archive.model import Page, PageRole
from pagewitness.archive.store import finds
from pagewitness.archive.store.database import Sqlite

_HALF = 0.5  # of a page's interval: so a listing that changes all the time costs at most twice the visits


def listed_upto(db: Sqlite, page: Page) -> str | None:
    """The observation of a page up to which it is recorded what it lists; None for a page that lists nothing, or nothing yet."""
    if page.role is PageRole.PAGE:
        return None
    at: str | None = db.value("select observed_at from listed_upto where page_id = :page", page=page.id)
    return at


# The pages that a page lists or has listed after a moment, and those found on it. Entries that came or went then are affected.
_BRING = f"""
    update pages set due_at = :at, slack = 0
    from (select id, max(affected) as affected from (
            select pages.id, since_at > :since or coalesce(until_at > :since, 0) as affected from listed join pages using (key)
            where listed.page_id = :page and (until_at is null or until_at > :since)
            union all select id, 0 from pages where parent_id in (:page, :listing)) as each group by id) as mine
    where pages.id = mine.id and followed and due_at > :at and role in ('page', 'listing') and pages.id <> :listing
        and coalesce((julianday(:at) - julianday((select max(visited_at) from visits where page_id = pages.id))) * 86400
            >= max(:shortest, case when affected then 0 else {_HALF} * coalesce(adapted, interval) end), 1)"""


def bring_forward(db: Sqlite, page: Page, since: str, at: str, shortest: float) -> int:
    """Make the pages of a listing or a feed due now if what it lists has changed.

    Entries that are new in it or have left it are due if their last visit is not too recent; all its other pages if half of
    their interval is over.

    Args:
        since: the observation up to which it was recorded what it lists, before its latest visit (`listed_upto`).
        at: the present moment.
        shortest: seconds after a visit of a page within which it is not visited again.

    Returns:
        the number of pages.
    """
    sql = "select 1 from listed where page_id = :page and (since_at > :since or until_at > :since) limit 1"
    if not db.value(sql, page=page.id, since=since):
        return 0
    listing = finds.listing_of(db, page)
    return db.execute(_BRING, page=page.id, listing=listing.id, since=since, at=at, shortest=shortest)
