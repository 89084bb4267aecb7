"""Periods in which a page failed: several visits in a row got no answer that says anything of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pagewitness.archive import times
from pagewitness.archive.derived import PageState
from pagewitness.archive.model import Outcome
from pagewitness.archive.store.bookmarks import SeenSoFar
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views.visited import VisitRow

ENOUGH = 3  # failed visits in a row: fewer are no news
_ONE_TRY = 600.0  # seconds in which several visits are one: a run repeats what failed in a passing way
_NO_ANSWER = (Outcome.FAILED, Outcome.REFUSED, Outcome.DISALLOWED)


@dataclass(frozen=True, slots=True)
class Failing:
    """A period in which all visits of a page failed.

    Attributes:
        since: the first visit that failed.
        known_at: the one that made it a period (`ENOUGH` in a row).
        reason: of the last one.
        visits: how many failed; those that a run repeated at once are one.
        until: the first visit that did not; None while it fails.
    """

    since: str
    known_at: str
    reason: str
    visits: int
    until: str | None = None


def failings(visits: Iterable[VisitRow]) -> list[Failing]:
    """The periods in which a page failed, oldest first, given its visits (`history.visits`), oldest first.

    That a page is removed, moved or blocked is an answer; that an address was never found is a failure, and so is an error
    of its server.
    """
    return [one for one in _runs(visits) if one.visits >= ENOUGH]


def _runs(visits: Iterable[VisitRow]) -> Iterator[Failing]:
    run: Failing | None = None
    counted = ""  # the last visit that counted
    for row in visits:
        at = row["visited_at"]
        if not has_failed(row):
            if run:
                yield replace(run, until=at)
            run = None
            continue
        reason = row["reason"] or f"HTTP status {row['status']}"
        if run is None:
            run, counted = Failing(at, at, reason, 1), at
        elif times.seconds_between(counted, at) < _ONE_TRY:
            run = replace(run, reason=reason)
        else:
            known_at = at if run.visits < ENOUGH else run.known_at
            run, counted = replace(run, known_at=known_at, reason=reason, visits=run.visits + 1), at
    if run:
        yield run


def has_failed(row: VisitRow) -> bool:
    """Whether a visit (of `history.visits`) got no answer, or an error that says nothing of the page."""
    if row["outcome"] in _NO_ANSWER:
        return True
    never_found = row["state"] == PageState.REMOVED and row["number"] is None
    return (row["status"] or 0) >= 400 and (row["state"] is None or never_found)


# The condition of the index `visits_failed`: a visit that may have failed.
_MAY = "(outcome in ('failed', 'refused', 'disallowed') or status >= 400)"
_NEW = """(visited_at between :since and :until
    and (id > :seen or id in (select value from json_each(:undecided))))"""

# Pages on which a visit of the period made `ENOUGH` failures in a row, or ended them, or may have.
_TURNS = f"""
    with failed as materialized (
        select page_id, visited_at, id, (select next.id from visits as next where next.page_id = visits.page_id
            and (next.visited_at, next.id) > (visits.visited_at, visits.id) order by next.visited_at, next.id limit 1) as after
        from visits indexed by visits_failed where {_MAY})
    select distinct page_id from failed
    where (id in (select id from visits where id = failed.id and {_NEW})
            or after in (select id from visits where id = failed.after and {_NEW} and not {_MAY}))
        and {ENOUGH - 1} = (select sum(may) from (select {_MAY} as may from visits as before
            where before.page_id = failed.page_id and (before.visited_at, before.id) < (failed.visited_at, failed.id)
            order by before.visited_at desc, before.id desc limit {ENOUGH - 1}))"""


def pages_with_turns(db: Sqlite, since: str, until: str, seen: SeenSoFar) -> list[int]:
    """The ids of pages that may have begun or ceased to fail in a period, and after a bookmark."""
    return db.column(int, _TURNS, since=since, until=until, seen=seen.visit_id, undecided=seen.undecided)
