"""What happened on all pages, newest first: texts that became current, removals, moves, blocks, and links that lead elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from pagewitness.archive import times
from pagewitness.archive.derived import PageState
from pagewitness.archive.store import evidence
from pagewitness.archive.store.bookmarks import NOTHING_SEEN, SeenSoFar
from pagewitness.archive.store.credible import last_credible_sql
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.schema_views import BEFORE_IT, CAME, WENT, text_sql
from pagewitness.archive.views import departures, history, link_changes
from pagewitness.archive.views.visited import VisitRow

BATCH = 200  # rows that are read at once


@dataclass(frozen=True, slots=True)
class Which:
    """Which events are meant.

    Attributes:
        since, until: the first and the last moment.
        pages: ids; None for all.
        seen: only what came after this bookmark.
    """

    since: str = times.FIRST
    until: str = times.LAST
    pages: frozenset[int] | None = None
    seen: SeenSoFar = NOTHING_SEEN

    def among(self, page_id: int) -> bool:
        """Whether a page's events are meant."""
        return self.pages is None or page_id in self.pages


class TextEvent(NamedTuple):
    """A text that became current.

    Attributes:
        visit_id, at: of the observation that showed it first.
        cause: `first`, `change`, `edition`, `moved` or `returned`.
        number, words, revision: of the text: its number, length, and the visit that began it.
        number_before, before: the same of the text before; None for the first.
        not_before: the last credible observation before it.
        capture_id, capture_before: of the two observations.
    """

    page_id: int
    visit_id: int
    at: str
    cause: str
    url: str
    title: str | None
    source: str | None
    number: int
    words: int
    revision: int
    number_before: int | None
    before: int | None
    not_before: str | None
    capture_id: int
    capture_before: int | None


_TEXTS = f"""
    select shown.page_id, shown.visit_id, shown.observed_at as at,
        case shown.verdict when 'returned' then 'returned' else revisions.cause end as cause,
        url, coalesce(revisions.title, pages.title) as title, sources.name as source, revisions.number, revisions.words,
        shown.revision, earlier.number as number_before, last.revision as before, last.observed_at as not_before,
        shown.capture_id, last.capture_id as capture_before
    from observations as shown indexed by observations_news cross join pages on pages.id = shown.page_id
    cross join revisions on revisions.visit_id = shown.revision left join sources on sources.id = source_id
    left join observations as last on last.visit_id = ({last_credible_sql("shown.page_id", BEFORE_IT)})
    left join revisions as earlier on earlier.visit_id = last.revision
    where shown.verdict in ('first', 'changed', 'returned') and kind <> 'boilerplate' and shown.observed_at >= :since
        and shown.observed_at <= :at and (shown.observed_at, shown.visit_id) < (:at, :visit)
        and (shown.visit_id > :seen or shown.visit_id in (select value from json_each(:undecided)))
    order by shown.observed_at desc, shown.visit_id desc limit :batch"""


def text_events(db: Sqlite, which: Which) -> Iterator[TextEvent]:
    """The texts that became current, newest first."""
    key = which.until, 1 << 62
    while True:
        rows = db.all(
            TextEvent, _TEXTS, since=which.since, at=key[0], visit=key[1], batch=BATCH, seen=which.seen.visit_id,
            undecided=which.seen.undecided,
        )  # fmt: skip
        yield from (row for row in rows if which.among(row.page_id))
        if len(rows) < BATCH:
            return
        key = rows[-1].at, rows[-1].visit_id


class Edit(NamedTuple):
    """The lines that a text added and removed, one below the other; None for none."""

    added: str | None
    removed: str | None


NO_EDIT = Edit(None, None)

_EDIT = f"""
    select {text_sql("revisions.blocks", "earlier.blocks", CAME)} as added,
        {text_sql("earlier.blocks", "revisions.blocks", WENT)} as removed
    from observations as shown join revisions on revisions.visit_id = shown.revision
    join observations as last on last.visit_id = ({last_credible_sql("shown.page_id", BEFORE_IT)})
    join revisions as earlier on earlier.visit_id = last.revision
    where shown.visit_id = :visit"""


def edit_of(db: Sqlite, event: TextEvent) -> Edit:
    """The lines that became visible with a text, and those that were no longer visible."""
    return db.one(Edit, _EDIT, visit=event.visit_id) or NO_EDIT


class StateEvent(NamedTuple):
    """Something that happened to a page, but to no word of its text.

    Attributes:
        visit_id: of the visit with which it was known.
        cause: `removed`, `redirected`, `back`, `blocked`, `unblocked` or `repointed`.
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
    select pages.id from pages where kind <> 'boilerplate'
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
    for page_id in db.column(int, _TURNS, undecided=which.seen.undecided, **asked):
        if which.among(page_id):
            yield from _meant(which, _departures(db, page_id))
    for page_id in db.column(int, _LINKED, **asked):
        if which.among(page_id):
            yield from _meant(which, _repointed(db, page_id))


def _meant(which: Which, events: Iterator[StateEvent]) -> Iterator[StateEvent]:
    return (one for one in events if which.since <= one.at <= which.until and which.seen.is_new(one.visit_id))


_VISIT_AT = "select visited_at, id from visits where page_id = :page order by visited_at, id"


def _departures(db: Sqlite, page_id: int) -> Iterator[StateEvent]:
    visits = history.visits(db, evidence.page(db, page_id))
    ids = db.mapping(str, int, _VISIT_AT, page=page_id)
    rows = {row["visited_at"]: row for row in visits}
    before = dict(zip(list(rows)[1:], rows, strict=False))
    for at, cause, said in _turns(visits, rows):
        yield StateEvent(page_id, ids[at], at, cause, said, rows[at]["number"], before.get(at))


def _turns(visits: Collection[VisitRow], rows: dict[str, VisitRow]) -> Iterator[tuple[str, str, str]]:
    """When a page was removed, redirected, blocked, or was there again: moment, cause, and what to say."""
    gone, moves = departures.removals(visits), departures.moves(visits)
    begun = {one.since for one in gone} | {one.since for one in moves}
    for one in gone:
        yield one.since, "removed", f"HTTP status {one.status}" + (f", a redirect to {one.to}" if one.to else "")
        if one.until and one.until not in begun and _shows(rows[one.until]):
            yield one.until, "back", f"it was removed since {times.short(one.since)}"
    first = next(iter(rows), "")
    for move in moves:
        if move.since != first:  # else it always redirected, as far as we know
            where = "its history continues there" if move.continues else "another text is there"
            yield move.since, "redirected", f"to {move.to} (HTTP status {move.status}); {where}"
        if move.until and move.until not in begun and _shows(rows[move.until]):
            yield move.until, "back", f"it redirected to {move.to} since {times.short(move.since)}"
    for kept_out in departures.blocks(visits):
        yield kept_out.since, "blocked", f"{kept_out.reason}: we don't know what the page shows"
        if kept_out.until:
            lasting = f"{times.short(kept_out.since)}, {kept_out.visits} visit{'s' if kept_out.visits > 1 else ''}"
            yield kept_out.until, "unblocked", f"it was blocked since {lasting}"


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


def since(which: Which, at: str) -> Which:
    """The same events, but none before a moment."""
    return replace(which, since=max(which.since, at))
