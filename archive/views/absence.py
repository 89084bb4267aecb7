"""How well an absence was watched: how many visits saw it, and how far apart these were."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pagewitness.archive.derived import PageState, Revision
from pagewitness.archive.store.credible import CREDIBLE, SHOWS_TEXT
from pagewitness.archive.store.database import Sqlite

Moment = tuple[str, int]  # (observed_at, visit_id)
ALWAYS: Moment = ("~", 0)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The visits that saw something: that a text was not there, or that a revision was.

    Attributes:
        visits: their number.
        longest_gap: the most seconds between two of them; None for less than two.
    """

    visits: int
    longest_gap: float | None


_WATCHED = """
    with seen as (
        select observed_at, lag(observed_at) over (order by observed_at, visit_id) as before from observations
        where page_id = :page and {which} and observed_at >= :at
            and (observed_at, visit_id) >= (:at, :visit) and (observed_at, visit_id) < (:end, :last))
    select count(*) as visits, max((julianday(observed_at) - julianday(before)) * 86400) as longest_gap from seen"""


def watched(
    db: Sqlite, page_id: int, since: Moment, until: Moment = ALWAYS, state: PageState | None = None
) -> Coverage:
    """The visits that observed a page from a moment on, before another one.

    Args:
        state: count those that found the page removed, or moved, in place of those that saw its document.
    """
    which = f"state = '{state}'" if state else CREDIBLE
    return _coverage(db, which, page=page_id, at=since[0], visit=since[1], end=until[0], last=until[1])


_REVISION = f"{CREDIBLE} and {SHOWS_TEXT} and revision = (select visit_id from revisions where page_id = :page and number = :number)"


def of_revision(db: Sqlite, revision: Revision) -> Coverage:
    """The visits that saw a revision."""
    number = revision.number
    return _coverage(db, _REVISION, page=revision.page_id, number=number, at="", visit=0, end=ALWAYS[0], last=0)


def _coverage(db: Sqlite, which: str, **parameters: object) -> Coverage:
    found = db.one(Coverage, _WATCHED.format(which=which), **parameters)
    assert found is not None
    return found if found.longest_gap is None else replace(found, longest_gap=round(found.longest_gap, 3))
