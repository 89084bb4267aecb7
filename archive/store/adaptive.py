"""Adaptive intervals: pages that change often are visited more often, and the others less, with as many visits in all.

How often a page changes is computed from its history after each visit (`rates.py`). What is stored with the page, its rate
and its interval, can be thrown away: the next visit computes it again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from pagewitness.archive import times
from pagewitness.archive.model import Page, PageRole
from pagewitness.archive.store.credible import CREDIBLE
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.rates import Needed, constant_of, rate_of_change, rounded

ENOUGH_VISITS = 10  # before which a page keeps its own interval: too few to say how often it changes
MOST_VISITS = 50  # that are looked at, the newest: a page may change its habits, and more would cost time
_LEAST = 1.0  # seconds between two visits: intervals of 0 are for tests


class ChangesSeen(NamedTuple):
    """What the newest visits of a page saw.

    Attributes:
        visits: how many of them showed the page.
        changed: the gaps in seconds before those that saw a change.
        unchanged: the sum of the other gaps in seconds.
    """

    visits: int
    changed: tuple[float, ...]
    unchanged: float


class _Seen(NamedTuple):
    """When a visit showed the page, and whether it saw a change."""

    at: str
    changed: int


# What a page's observations were and whether each saw another text; the same of its visits for files of addresses.
_TEXTS = f"""
    select observed_at as at, verdict = 'changed' as changed from observations
    where page_id = :page and {CREDIBLE} order by observed_at desc, visit_id desc limit :most"""
_ENTRIES = """
    select at, at in (select since_at from listed where page_id = :page
        union select until_at from listed where page_id = :page)"""
_LISTING = f"""
    {_ENTRIES} {{also}} as changed from (
        select observed_at as at, verdict from observations
        where page_id = :page and {CREDIBLE} order by observed_at desc, visit_id desc limit :most)"""
_FILE = f"""
    {_ENTRIES} as changed from (
        select visited_at as at from visits where page_id = :page and outcome in ('captured', 'not-modified') and status in (200, 304)
        order by visited_at desc, id desc limit :most)"""
_SEEN = {
    PageRole.PAGE: _TEXTS,
    PageRole.LISTING: _LISTING.format(also="or verdict = 'changed'"),
    PageRole.PAGER: _LISTING.format(also=""),
    PageRole.FEED: _FILE,
    PageRole.SITEMAP: _FILE,
}


def changes_seen(db: Sqlite, page: Page) -> ChangesSeen:
    """What the newest visits of a page saw: of a document changes of its text, of what lists others those of its entries."""
    rows = db.all(_Seen, _SEEN[page.role], page=page.id, most=MOST_VISITS + 1)
    if not rows:
        return ChangesSeen(0, (), 0.0)
    gaps = [times.seconds_between(rows[place + 1].at, one.at) for place, one in enumerate(rows[:-1]) if one.changed]
    return ChangesSeen(
        len(rows), tuple(gap for gap in gaps if gap > 0), times.seconds_between(rows[-1].at, rows[0].at) - sum(gaps)
    )


@dataclass(frozen=True, slots=True)
class IntervalBounds:
    """Between what the intervals of a source's pages are adapted.

    Attributes:
        adaptive: whether they are; else each page keeps its own interval.
        shortest, longest: seconds; a page's own interval is always allowed.
        weight: how much a change of its pages counts beside one of others.
    """

    adaptive: bool = False
    shortest: float = 3600.0
    longest: float = 3 * 86400.0
    weight: float = 1.0

    def needed(self, own: float, rate: float) -> Needed:
        """How badly a page with an interval of its own and a rate of change needs visits."""
        own = max(own, _LEAST)
        return Needed(math.sqrt(self.weight * rate), min(self.shortest, own), max(self.longest, own))


class _Rated(NamedTuple):
    id: int
    interval: float
    rate: float
    source: str | None


_RATED = """
    select pages.id, interval, rate, sources.name as source from pages left join sources on sources.id = source_id
    where followed and rate is not null"""
_KEEP = "update pages set rate = :rate, adapted = :adapted where id = :id"
_FIX = "update pages set rate = null, adapted = null, due_at = min(due_at, :due) where id = :id"


class AdaptiveIntervals:
    """The intervals of a run: one constant for all pages, so that they cost as many visits as the pages' own intervals would.

    Args:
        usual: what holds for pages whose source says nothing else.
        at: the present moment. Pages that are no longer adapted get their own interval again, from then on.
    """

    def __init__(self, db: Sqlite, usual: IntervalBounds, at: str) -> None:
        self._usual = usual
        self._of_source = _bounds_of_sources(db, usual)
        self._give_back(db, at)
        self._constant, self._shared = 0.0, frozenset[int]()  # the pages among which the visits are shared out
        if usual.adaptive or any(one.adaptive for one in self._of_source.values()):
            rated = [(row, self._bounds(row.source)) for row in db.all(_Rated, _RATED)]
            rated = [(row, bounds) for row, bounds in rated if bounds.adaptive]
            visits = sum(1 / max(row.interval, _LEAST) for row, _ in rated)
            self._constant = constant_of([bounds.needed(row.interval, row.rate) for row, bounds in rated], visits)
            self._shared = frozenset(row.id for row, _ in rated)

    def adapt(self, db: Sqlite, page: Page) -> Page:
        """The page with the interval that its rate of change asks for by now; written down, too.

        A page whose rate is estimated for the first time keeps its own interval until the next run has counted it in.
        """
        bounds = self._bounds(page.source)
        if not bounds.adaptive:
            return page
        seen = changes_seen(db, page)
        if seen.visits < ENOUGH_VISITS:
            return page
        rate = rate_of_change(seen.changed, seen.unchanged, max(page.interval, _LEAST))
        needed = bounds.needed(page.interval, rate)
        adapted = needed.within(rounded(self._constant / needed.need)) if page.id in self._shared else None
        db.execute(_KEEP, id=page.id, rate=rate, adapted=adapted)
        return replace(page, adapted=adapted)

    def shortest(self, page: Page) -> float:
        """Seconds within which a page is not visited again for another page's sake."""
        return min(self._bounds(page.source).shortest, max(page.interval, _LEAST))

    def _bounds(self, source: str | None) -> IntervalBounds:
        return self._of_source.get(source or "", self._usual)

    def _give_back(self, db: Sqlite, at: str) -> None:
        rows = [row for row in db.all(_Adapted, _ADAPTED) if not self._bounds(row.source).adaptive]
        if rows:
            with db.transaction():
                db.many(_FIX, ({"id": row.id, "due": times.later(at, row.interval)} for row in rows))


class _Adapted(NamedTuple):
    id: int
    interval: float
    source: str | None


_ADAPTED = """
    select pages.id, interval, sources.name as source from pages left join sources on sources.id = source_id
    where adapted is not null"""


class _Said(NamedTuple):
    name: str
    pacing: str


def _bounds_of_sources(db: Sqlite, usual: IntervalBounds) -> Mapping[str, IntervalBounds]:
    """The bounds of the sources that say something about them, by name."""
    said = db.all(_Said, "select name, pacing from sources where pacing <> ''")
    return {one.name: replace(usual, **json.loads(one.pacing)) for one in said}
