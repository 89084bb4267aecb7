"""The observations of a page with their readings: as the judge gets them from the evidence, and as its history has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from pagewitness.archive.fold import instead, redirects
from pagewitness.archive.fold.checkpoints import Key
from pagewitness.archive.fold.credibility import Answered, doubt
from pagewitness.archive.fold.judgement import Shown
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite

_OBSERVATIONS = """
    select visits.id as visit, visited_at as at, visits.capture_id as capture, captures.status, reading_id,
        not_credible, truncated, language, captures.headers,
        coalesce(captures.url, '') as url, case when redirects <> '[]' then captures.url end as came_from
    from visits left join captures on captures.id = visits.capture_id
    left join capture_readings on capture_readings.capture_id = captures.id and capture_readings.cleaner = :cleaner
    left join readings on readings.id = reading_id
    where visits.page_id = :page and outcome in ('captured', 'not-modified')
        and visited_at >= :at and (visited_at, visits.id) > (:at, :visit)
        and (visits.capture_id is null or reading_id is not null)
        and not exists (select 1 from fold_queue where visit_id = visits.id)
    order by visited_at, visits.id"""


class _Visited(NamedTuple):
    """A visit; from `status` on, of its capture and that capture's reading (None for a 304 that names no capture)."""

    visit: int
    at: str
    capture: int | None
    status: int | None
    reading_id: int | None
    not_credible: str | None
    truncated: str | None
    language: str | None
    headers: str | None
    url: str
    came_from: str | None


def observations(db: Sqlite, page: Page, cleaner: str, key: Key) -> Iterator[Shown]:
    """The page's observations after a key, in order.

    Captures that the cleaner has not read, and queued visits, are left out.
    """
    for row in db.all(_Visited, _OBSERVATIONS, page=page.id, cleaner=cleaner, at=key[0], visit=key[1]):
        why = row.status and doubt(Answered(row.url, row.status, row.headers or "[]", row.not_credible, row.truncated))
        reason, state = why or (None, None)
        yield Shown(row.visit, row.at, row.capture, row.reading_id or 0, reason, row.language, state, row.came_from)


_CREDIBLE = """
    select observed_at, visit_id, revision, reading_id from credible
    join capture_readings on capture_readings.capture_id = credible.capture_id and cleaner = :cleaner
    where page_id = :page and observed_at <= :at and (observed_at, visit_id) < (:at, :visit)
    order by observed_at desc, visit_id desc"""
LAST: Key = ("~", 0)  # behind all observations


class Observed(NamedTuple):
    """A credible observation of the history, with the revision that was current then and its reading."""

    observed_at: str
    visit_id: int
    revision: int
    reading_id: int


def credible(db: Sqlite, page: Page, cleaner: str, before: Key = LAST) -> list[Observed]:
    """The credible observations of a page's history before a key, latest first, with their readings by a cleaner."""
    return db.all(Observed, _CREDIBLE, page=page.id, cleaner=cleaner, at=before[0], visit=before[1])


_FIRST = "select url, redirects from captures where page_id = :page order by captured_at, id limit 1"


class _First(NamedTuple):
    """A page's first capture: the address that answered, and the hops before it (JSON)."""

    url: str
    redirects: str


def addresses(db: Sqlite, page: Page) -> instead.Addresses:
    """The addresses at which a page has been."""
    first = db.one(_First, _FIRST, page=page.id)
    hops = json.loads(first.redirects) if first else []
    return instead.Addresses(
        page.url,
        first.url if first else page.url,
        any(status not in redirects.PERMANENT for status, *_ in hops),
        lambda capture: str(db.value("select url from captures where id = :id", id=capture) or page.url),
    )
