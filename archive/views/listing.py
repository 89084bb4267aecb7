"""The list of pages with their state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pagewitness.archive import times
from pagewitness.archive.model import Row
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import history

QUESTION_SECONDS = 7 * 86400  # ask a person about what was not credible, not confirmed or removed for so long
QUESTION_OBSERVATIONS = 10  # or is still not confirmed after so many observations

_QUERY = """
    select pages.id, pages.url, pages.title, kind, sources.name as source, followed, due_at, interval, failures, visited_at, outcome,
        visits.status, (select count(*) from revisions where page_id = pages.id) as revisions,
        last_change.observed_at as last_change, last_change.verdict as how, cause,
        visits.id is not null
            and not exists (select 1 from visits where page_id = pages.id and writer <> 'import') as only_imported
    from pages left join observations as last_change on last_change.visit_id = (
        select visit_id from observations where page_id = pages.id and verdict in ('first', 'changed', 'returned')
        order by observed_at desc, visit_id desc limit 1)
    left join revisions on revisions.visit_id = last_change.revision left join sources on sources.id = source_id
    left join visits on visits.id = (
        select id from visits where page_id = pages.id order by visited_at desc, id desc limit 1)
    where case when :kind is null then kind <> 'boilerplate' else kind = :kind end
    order by coalesce(sources.name, ''), pages.url"""

_TAIL = """
    select observed_at, verdict, observations.reason, captures.status from observations
    left join captures on captures.id = capture_id
    where observations.page_id = :page order by observed_at desc, visit_id desc limit 50"""

# Since the last credible observation: the first one, how many there are, and how many of them are pending.
_UNCONFIRMED = """
    select min(observed_at) as since, count(*) as count, coalesce(sum(verdict = 'pending'), 0) as pending from observations
    where page_id = :page and (observed_at, visit_id) > (
        coalesce((select observed_at from current_revision where page_id = :page), ''),
        coalesce((select visit_id from current_revision where page_id = :page), 0))"""


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
    revisions: int
    last_change: str | None
    how: str | None
    cause: str | None
    only_imported: int


@dataclass(frozen=True, slots=True)
class _Observed:
    """One of the latest observations of a page; `status` of its capture."""

    observed_at: str
    verdict: str
    reason: str | None
    status: int | None


@dataclass(frozen=True, slots=True)
class _Unconfirmed:
    """What came since the last credible observation: the first, how many, and how many of them pending."""

    since: str | None
    count: int
    pending: int


def page_rows(db: Sqlite, at: str, kind: str | None = None) -> Iterator[Row]:
    """List pages: url, title, kind, source, state, last_visit, last_change, last_cause, next_visit, interval, failures,
    revisions, pending, removed_since, question.

    Args:
        at: the present moment.
        kind: only pages of this kind; None for all but boilerplate.

    Yields:
        rows; `state` is the first that applies of `learned` (boilerplate), `unfollowed` (it was followed once),
        `disallowed`, `failing` (no answer, or 404 or 410 from a page that never had a text), `removed` (404 or 410 from
        another), `suspect` (the last answer is not credible), `overdue` (by more than an interval), `followed`, `imported`.
        `last_change`: when a different text became current, new or returned; `last_cause`: `first`, `change`,
        `edition` or `returned`. `interval`: seconds between two visits, null as `next_visit` if it is not followed.
        `pending`: since when a change has awaited confirmation. `removed_since`: since when all answers of a page that
        had a text have been 404 or 410. `question`: what a person should check, null until it has lasted for a week;
        about an address that was never found, at once.
    """
    for row in db.all(_PageRow, _QUERY, kind=kind):
        tail = db.all(_Observed, _TAIL, page=row.id)
        state = _state(row, tail, at)
        unconfirmed = db.one(_Unconfirmed, _UNCONFIRMED, page=row.id)
        assert unconfirmed is not None
        gone = history.gone(db, row.id) if _answers_gone(tail) and row.revisions else None
        yield {
            "url": row.url,
            "title": row.title,
            "kind": row.kind,
            "source": row.source,
            "state": state,
            "last_visit": row.visited_at,
            "last_change": row.last_change,
            "last_cause": "returned" if row.how == "returned" else row.cause,
            "next_visit": row.due_at if row.followed else None,
            "interval": row.interval if row.followed else None,
            "failures": row.failures,
            "revisions": row.revisions,
            "pending": _pending(tail),
            "removed_since": gone[0] if gone else None,
            "question": _question(state, tail, row, unconfirmed, at),
        }


def _state(row: _PageRow, tail: list[_Observed], at: str) -> str:
    if row.kind == "boilerplate":
        return "learned"
    if not row.followed and not row.only_imported:
        return "unfollowed"
    if row.outcome == "disallowed":
        return "disallowed"
    if row.outcome in ("refused", "failed"):
        return "failing"
    if _answers_gone(tail):
        return "removed" if row.revisions else "failing"  # a page that never had a text: a mistyped address
    if tail and tail[0].verdict == "suspect":
        return "suspect"
    if row.followed and row.due_at and row.due_at < times.later(at, -row.interval):
        return "overdue"
    return "followed" if row.followed else "imported"


def _answers_gone(tail: list[_Observed]) -> bool:
    """Whether the last answer of a page was 404 or 410."""
    return bool(tail) and tail[0].verdict == "suspect" and tail[0].status in history.GONE


def documents(db: Sqlite) -> list[int]:
    """The ids of all pages but boilerplate."""
    return [row[0] for row in db.rows("select id from pages where kind <> 'boilerplate' order by id")]


def sites_with_boilerplate(db: Sqlite) -> int:
    """The number of hosts that have boilerplate."""
    count: int = db.value("select count(*) from pages where kind = 'boilerplate'")
    return count


def _pending(tail: list[_Observed]) -> str | None:
    """Since when a change has awaited confirmation: the first of the latest pending observations."""
    since = None
    for row in tail:
        if row.verdict == "pending":
            since = row.observed_at
        elif row.verdict != "suspect":
            break
    return since


def _question(state: str, tail: list[_Observed], row: _PageRow, unconfirmed: _Unconfirmed, at: str) -> str | None:
    """What a person should check, in a sentence or two that say what to do; None if there is nothing yet."""
    if not row.followed and state != "suspect":
        return None  # unfollowed: already answered
    if _answers_gone(tail) and not row.revisions:
        first = unconfirmed.since or tail[0].observed_at
        return (
            f"Is this address right? It has never been found: HTTP status {tail[0].status} since {first[:10]}. "
            f"`pagewitness unfollow {row.url}` stops visiting it."
        )
    if state in ("failing", "disallowed"):
        return f"Does this address still work? The last {row.failures} visits failed." if row.failures > 2 else None
    since = unconfirmed.since
    if since is None or since > times.later(at, -QUESTION_SECONDS):
        return None
    day, url = since[:10], row.url
    look = f"Check with `pagewitness show {url} --at {tail[0].observed_at} --raw`"
    stop = f"`pagewitness unfollow {url}` stops visiting it"
    if state == "removed":
        return f"Was the page removed, or has it moved? It has been missing since {day}; {stop}."
    visits = "1 visit" if unconfirmed.count == 1 else f"{unconfirmed.count} visits in a row"
    if state == "suspect":
        return f"Is this the document? {tail[0].reason}, since {day} ({visits}). {look}; {stop}."
    if unconfirmed.pending and unconfirmed.count >= QUESTION_OBSERVATIONS:
        return (
            f"Which text is the document? The page has shown unconfirmed texts since {day} ({visits}). {look}; {stop}."
        )
    return None
