"""What happened to pages and to no word of their texts: episodes that began or ended, and links that lead elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pagewitness.archive import times
from pagewitness.archive.derived import PageState
from pagewitness.archive.model import PageRole
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import departures, failures, history, link_changes, series
from pagewitness.archive.views.change_events import Which
from pagewitness.archive.views.visited import VisitRow


class StateEvent(NamedTuple):
    """Something that happened to a page, but to no word of its text.

    Attributes:
        visit_id: of the visit with which it was known.
        cause: `removed`, `redirected`, `back`, `blocked`, `unblocked`, `failing`, `answering`, `repointed`; of a source's
            reports `overdue` or `arrived` (`series`).
        said: it in a few words.
        number: of the revision that was current then; None before the first.
        not_before: the last visit before it.
    """

    page_id: int
    visit_id: int
    at: str
    cause: str
    said: str
    number: int | None
    not_before: str | None


# Pages with another state, or another address, than at the observation before.
_TURNS = """
    select page_id from (
        select page_id, visit_id, observed_at, coalesce(state, '') as state,
            lag(coalesce(state, '')) over (partition by page_id order by observed_at, visit_id) as before
        from observations where page_id in (select page_id from observations where state in ('removed', 'moved', 'blocked')))
    where state is not before and observed_at between :since and :until
        and (visit_id > :seen or visit_id in (select value from json_each(:undecided)))
    union select page_id from (
        select page_id, id, captured_at, url, lag(url) over (partition by page_id order by captured_at, id) as before
        from captures where page_id in (select page_id from captures where redirects <> '[]'))
    where url <> before and captured_at between :since and :until and id >= coalesce(
        (select capture_id from visits where id <= :seen and capture_id is not null order by id desc limit 1), 0)"""

# Pages with links that led to several places, and with another reading than before: of a capture from the period, and not
# before the last one that was seen (the next one may confirm it).
_LINKED = """
    select pages.id from pages where kind <> 'boilerplate' and role <> 'pager'
        and (select count(distinct targets) from readings where page_id = pages.id) > 1
        and exists (
            select 1 from captures join capture_readings as own on own.capture_id = captures.id
            where captures.page_id = pages.id and captured_at between :since and :until
                and own.cleaner = (select cleaner from checkpoints where page_id = pages.id)
                and captures.id >= coalesce((
                    select capture_id from observations where page_id = pages.id and visit_id <= :seen
                    order by observed_at desc, visit_id desc limit 1), 0)
                and own.reading_id is not (
                    select reading_id from captures as earlier join capture_readings as last on last.capture_id = earlier.id
                    where earlier.page_id = pages.id and last.cleaner = own.cleaner
                        and (earlier.captured_at, earlier.id) < (captures.captured_at, captures.id)
                    order by earlier.captured_at desc, earlier.id desc limit 1))"""


def state_events(db: Sqlite, which: Which) -> Iterator[StateEvent]:
    """What happened to pages and to no word of their texts, in no order."""
    asked = {"since": which.since, "until": which.until, "seen": which.seen.visit_id}
    turned = db.column(int, _TURNS, undecided=which.seen.undecided, **asked)
    failed = failures.pages_with_turns(db, which.since, which.until, which.seen)
    for page_id in dict.fromkeys([*turned, *failed]):
        if which.among(page_id):
            yield from _meant(which, _episodes(db, page_id))
    yield from _meant(which, (one for one in _reports(db) if which.among(one.page_id)))
    for page_id in db.column(int, _LINKED, **asked):
        if which.among(page_id):
            yield from _meant(which, _repointed(db, page_id))


def _meant(which: Which, events: Iterator[StateEvent]) -> Iterator[StateEvent]:
    return (one for one in events if which.since <= one.at <= which.until and which.seen.is_new(one.visit_id))


_VISIT_AT = "select visited_at, id from visits where page_id = :page order by visited_at, id"


def _episodes(db: Sqlite, page_id: int) -> Iterator[StateEvent]:
    page = evidence.page(db, page_id)
    if page.role is PageRole.PAGER:  # its listing speaks for it
        return
    visits = history.visits(db, page)
    ids = db.mapping(str, int, _VISIT_AT, page=page_id)
    rows = {row["visited_at"]: row for row in visits}
    before = dict(zip(list(rows)[1:], rows, strict=False))
    for at, cause, said in [*_turns(visits, rows), *_failings(visits, rows, page.url)]:
        yield StateEvent(page_id, ids[at], at, cause, said, rows[at]["number"], before.get(at))


def _turns(visits: Sequence[VisitRow], rows: dict[str, VisitRow]) -> Iterator[tuple[str, str, str]]:
    """When a page was removed, redirected, blocked, or was there again: moment, cause, and what to say."""
    gone, moves = departures.removals(visits), departures.moves(visits)
    begun = {one.since for one in gone} | {one.since for one in moves}
    for one in gone:
        yield one.since, "removed", f"HTTP status {one.status}" + (f", a redirect to {one.to}" if one.to else "")
        if one.until and one.until not in begun and _shows(rows[one.until]):
            yield one.until, "back", f"it was removed {_lasting(one.since, one.until)}"
    first = next(iter(rows), "")
    for move in moves:
        if move.since != first:  # else it always redirected, as far as we know
            where = "its history continues there" if move.continues else "another text is there"
            yield move.since, "redirected", f"to {move.to} (HTTP status {move.status}); {where}"
        if move.until and move.until not in begun and _shows(rows[move.until]):
            yield move.until, "back", f"it redirected to {move.to} {_lasting(move.since, move.until)}"
    for kept_out in departures.blocks(visits):
        yield kept_out.since, "blocked", f"{kept_out.reason}: we don't know what the page shows"
        if kept_out.until:
            seen = f"{kept_out.visits} visit{'s' if kept_out.visits > 1 else ''}"
            yield kept_out.until, "unblocked", f"it was blocked {_lasting(kept_out.since, kept_out.until, seen)}"


def _failings(visits: Sequence[VisitRow], rows: dict[str, VisitRow], url: str) -> Iterator[tuple[str, str, str]]:
    """When a page began to fail, and when it answered again; not if it was removed, moved or blocked by then."""
    for one in failures.failings(visits):
        reason = one.reason.removeprefix(f"{url}: ").rstrip(".")
        yield one.known_at, "failing", f"{reason}; all visits since {times.short(one.since)} failed"
        if one.until and rows[one.until]["state"] in (None, PageState.VARIANT):
            yield one.until, "answering", f"it failed {_lasting(one.since, one.until, f'{one.visits} visits')}"


_VISIT_BEFORE = "select max(visited_at) from visits where page_id = :page and visited_at < :at"


def _reports(db: Sqlite) -> Iterator[StateEvent]:
    """When reports of a source became overdue, and when they arrived."""
    for one in series.overdue_reports(db):
        turns = [(one.since, one.since_visit, "overdue", one.said)]
        if one.until and one.until_visit:
            turns.append((one.until, one.until_visit, "arrived", one.arrived))
        for at, visit_id, cause, said in turns:
            number = history.current_at(db, evidence.page(db, one.page_id), at)
            before = db.value(_VISIT_BEFORE, page=one.page_id, at=at)
            yield StateEvent(one.page_id, visit_id, at, cause, said, number, before)


def _lasting(since: str, until: str, more: str = "") -> str:
    """How long an episode lasted: `for 3 days, since 2024-02-19 06:00 (4 visits)`."""
    said = f"for {times.lasting(times.seconds_between(since, until))}, since {times.short(since)}"
    return f"{said} ({more})" if more else said


def _shows(row: VisitRow) -> bool:
    """Whether a visit shows the page's document at its address."""
    return row["state"] in (None, PageState.VARIANT) and row["verdict"] != "suspect"


_CONFIRMED = """
    select visit_id from credible where page_id = :page and observed_at > :at order by observed_at, visit_id limit 1"""
_SEEN_BEFORE = "select max(observed_at) from credible where page_id = :page and observed_at < :at"


def _repointed(db: Sqlite, page_id: int) -> Iterator[StateEvent]:
    for link in link_changes.link_changes(db, evidence.page(db, page_id)):
        known = db.value(_CONFIRMED, page=page_id, at=link.at) or 0
        before = db.value(_SEEN_BEFORE, page=page_id, at=link.at)
        yield StateEvent(page_id, known, link.at, "repointed", link.said, link.revision, before)
