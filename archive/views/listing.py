"""The list of pages with their state."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TypedDict

from pagewitness.archive import times
from pagewitness.archive.derived import PageState
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import departures, periods, scripts, series
from pagewitness.archive.views.questions import Asked, LastAnswer, Unconfirmed, question
from pagewitness.archive.views.visited import Redirected, whereto

_QUERY = """
    select pages.id, pages.url, pages.title, kind, sources.name as source, followed, due_at, coalesce(adapted, interval) as interval,
        failures, visited_at, outcome, visits.status, visits.reason, pages.role,
        coalesce(pages.browser, sources.browser, 0) as browser,
        (select url from pages as parents where parents.id = pages.parent_id) as found_on,
        (select count(*) from revisions where page_id = pages.id) as revisions,
        last_change.observed_at as last_change, last_change.verdict as how, cause,
        visits.id is not null
            and not exists (select 1 from visits where page_id = pages.id and writer <> 'import') as only_imported
    from pages left join observations as last_change on last_change.visit_id = (
        select visit_id from observations where page_id = pages.id and verdict in ('first', 'changed', 'returned')
        order by observed_at desc, visit_id desc limit 1)
    left join revisions on revisions.visit_id = last_change.revision left join sources on sources.id = source_id
    left join visits on visits.id = (
        select id from visits where page_id = pages.id order by visited_at desc, id desc limit 1)
    where case when :kind is null then kind <> 'boilerplate' else kind = :kind end and pages.role in ('page', 'listing')
    order by coalesce(sources.name, ''), pages.url"""

# The last observation of each page.
_LAST = """
    select pages.id as page, observed_at, verdict, observations.reason, state, captures.status, captures.url, redirects,
        case when captures.status between 300 and 399 then captures.headers end as location,
        case when state = 'variant' then (select language from capture_readings join readings on readings.id = reading_id
            where capture_readings.capture_id = captures.id order by reading_id desc limit 1) end as language
    from pages cross join observations on visit_id = (
        select visit_id from observations where page_id = pages.id order by observed_at desc, visit_id desc limit 1)
    left join captures on captures.id = capture_id"""

_FIRST = """
    select url, status, redirects, case when status between 300 and 399 then headers end as location from captures
    where page_id = :page order by captured_at, id limit 1"""

# Of each page's observations since its last credible one.
_UNCONFIRMED = """
    select pages.id as page, min(observed_at) as since, count(*) as count, sum(verdict = 'pending') as pending,
        min(case when verdict = 'pending' then observed_at end) as pending_since
    from pages cross join observations on observations.page_id = pages.id and (observed_at, visit_id) > (
        coalesce((select observed_at from current_revision where page_id = pages.id), ''),
        coalesce((select visit_id from current_revision where page_id = pages.id), 0))
    group by pages.id"""


@dataclass(frozen=True, slots=True)
class _PageRow:
    """A row of `_QUERY`."""

    id: int
    url: str
    title: str | None
    kind: str
    source: str | None
    followed: int
    due_at: str | None
    interval: float
    failures: int
    visited_at: str | None
    outcome: str | None
    status: int | None
    reason: str | None
    role: str
    browser: int
    found_on: str | None
    revisions: int
    last_change: str | None
    how: str | None
    cause: str | None
    only_imported: int


@dataclass(frozen=True, slots=True)
class _Observed:
    """The last observation of a page; from `status` on, of its capture (`Redirected`)."""

    page: int
    observed_at: str
    verdict: str
    reason: str | None
    state: str | None
    status: int | None
    url: str | None
    redirects: str | None
    location: str | None
    language: str | None


class ListedPage(TypedDict):
    """A page as it is listed.

    `state` is the first that applies of `learned` (boilerplate), `unfollowed` (it was followed once), `disallowed`,
    `failing` (no answer, or 404 or 410 from a page that never had a text), by the last answer `removed`, `blocked` or
    `suspect`, and `overdue` (the visit by more than an interval, or a report that the page would show), `moved` (also if the
    history continues at the other address), `followed`, `imported`.
    `role`: `page`, or `listing` if the pages that it lists are followed, too; `found_on`: the page that led to it.
    `last_change`: when a different text became current, new or returned; `last_cause`: `first`, `change`, `edition` or
    `returned`. `interval`: the seconds between two visits that apply, null as `next_visit` if it is not followed. `pending`:
    the time from which a change has awaited confirmation. `removed_since`: the time from which the site has said that a page
    with a text is gone. `moved_to`: the address to which it redirects for good, or that has another text. `variant`: the other language
    that the last answer was in. `reason`: why the page is not simply `followed` or `imported`, by its last visit. `question`:
    what a person should check, null until it has lasted for a week; about an address that was never found or has moved,
    and a page that seems to need scripts, at once.
    """

    url: str
    title: str | None
    kind: str
    source: str | None
    role: str
    found_on: str | None
    state: str
    last_visit: str | None
    last_change: str | None
    last_cause: str | None
    next_visit: str | None
    interval: float | None
    failures: int
    revisions: int
    pending: str | None
    removed_since: str | None
    moved_to: str | None
    variant: str | None
    reason: str | None
    question: str | None


def page_rows(db: Sqlite, at: str, kind: str | None = None, only: Container[int] | None = None) -> Iterator[ListedPage]:
    """List pages, by source and address.

    Args:
        at: the present moment.
        kind: only pages of this kind; None for all but boilerplate.
        only: only pages with these ids; None for all.
    """
    last_of = {one.page: one for one in db.all(_Observed, _LAST)}
    unconfirmed_of = {one.page: one for one in db.all(Unconfirmed, _UNCONFIRMED)}
    awaited = periods.awaited(db)
    late: dict[int, str] = {}
    for one in (one for one in series.overdue_reports(db) if one.lasts):
        late[one.page_id] = f"{late[one.page_id]}; {one.said}" if one.page_id in late else one.said
    for row in (one for one in db.all(_PageRow, _QUERY, kind=kind) if only is None or one.id in only):
        last = _last(db, row.url, last_of.get(row.id))
        report = late.get(row.id)
        state = _state(row, last, at, report)
        unconfirmed = unconfirmed_of.get(row.id)
        gone = departures.gone(db, row.id) if row.revisions and unconfirmed else None
        yield {
            "url": row.url,
            "title": row.title,
            "kind": row.kind,
            "source": row.source,
            "role": row.role,
            "found_on": row.found_on,
            "state": state,
            "last_visit": row.visited_at,
            "last_change": row.last_change,
            "last_cause": "returned" if row.how == "returned" else row.cause,
            "next_visit": row.due_at if row.followed else None,
            "interval": row.interval if row.followed else None,
            "failures": row.failures,
            "revisions": row.revisions,
            "pending": awaited.get(row.id) or (unconfirmed.pending_since if unconfirmed else None),
            "removed_since": gone[0] if gone else None,
            "moved_to": last.to,
            "variant": last.language,
            "reason": _reason(row, state, last, report),
            "question": scripts.suggest(row, state, last.reason)
            or question(_asked(row, state, last, unconfirmed, report), at),
        }


def _asked(row: _PageRow, state: str, last: LastAnswer, unconfirmed: Unconfirmed | None, report: str | None) -> Asked:
    """What a question about a page depends on."""
    followed, has_text = bool(row.followed), bool(row.revisions)
    return Asked(row.url, row.source, row.found_on, state, followed, has_text, row.failures, last, unconfirmed, report)


def _last(db: Sqlite, url: str, one: _Observed | None) -> LastAnswer:
    if one is None:
        return LastAnswer()
    where = whereto(url, Redirected(one.url, one.status, one.redirects, one.location))
    to = where.to if one.state == PageState.MOVED or (where.permanent and one.state is None) else None
    first = db.one(Redirected, _FIRST, page=one.page) if to else None
    moved = to is not None and (first is None or whereto(url, first).to != to)
    return LastAnswer(one.observed_at, one.verdict, one.reason or "", one.state, one.status, to, moved, one.language)


def _state(row: _PageRow, last: LastAnswer, at: str, report: str | None) -> str:
    if row.kind == "boilerplate":
        return "learned"
    if not row.followed and not row.only_imported:
        return "unfollowed"
    if row.outcome == "disallowed":
        return "disallowed"
    if row.outcome in ("refused", "failed"):
        return "failing"
    if last.state == PageState.REMOVED:
        return "removed" if row.revisions else "failing"  # a page that never had a text: a mistyped address
    if last.state in (PageState.BLOCKED, PageState.MOVED):
        return str(last.state)
    if last.verdict == "suspect" and last.state != PageState.VARIANT:
        return "suspect"
    if report or (row.followed and row.due_at and row.due_at < times.later(at, -row.interval)):
        return "overdue"
    if last.moved:
        return "moved"
    return "followed" if row.followed else "imported"


def _reason(row: _PageRow, state: str, last: LastAnswer, report: str | None) -> str | None:
    """Why a page is in its state, in a clause without the page's address; None if all is well, or nobody visits it."""
    if state == "overdue":
        return report or f"due since {times.short(row.due_at or '')}, and not visited since then"
    if state in ("failing", "disallowed"):
        said = row.reason or (f"HTTP status {row.status}" if row.status else last.reason)
    else:
        said = last.reason if state in ("removed", "blocked", "moved", "suspect") else ""
    return said.removeprefix(f"{row.url}: ").rstrip(".") or None
