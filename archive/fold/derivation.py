"""Derive a page's history from its evidence.

The history of a page (observations with their verdicts, revisions, blocks, presence) is a function of its visits and their
readings, in whatever order these arrived. `derive` continues from the last checkpoint before the earliest visit that is not
in the history: it deletes what was written after that checkpoint (`history_writer`) and writes it again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from pagewitness.archive.derived import PageState, Verdict
from pagewitness.archive.fold import boilerplate, checkpoints, instead, judge, notifications, readings, redirects
from pagewitness.archive.fold.boilerplate import Repeated
from pagewitness.archive.fold.comparer import Comparer, ListComparer
from pagewitness.archive.fold.credibility import Answered, doubt
from pagewitness.archive.fold.history_writer import BEGINNING, HistoryWriter, Key
from pagewitness.archive.fold.judgement import Shown, State
from pagewitness.archive.model import Capture, Page
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class Derived:
    """The result of `derive`.

    Attributes:
        verdict, reason, state: of the page's latest observation; None if there is none.
        number: of the current revision; None before the first.
        gained: by how many the page's revisions have increased.
        pending: whether the history ends with a pending observation that another visit may soon confirm.
        notified: whether a notification was added (`notifications`).
    """

    verdict: Verdict | None
    reason: str | None
    number: int | None
    gained: int
    pending: bool
    notified: bool = False
    state: PageState | None = None


Quietly = Callable[[Sqlite, Page], AbstractContextManager[None]]


def derive(
    db: Sqlite,
    page: Page,
    cleaner: str,
    *,
    from_start: bool = False,
    without: Collection[int] = (),
    quietly: Quietly = lambda db, page: nullcontext(),
) -> Derived:
    """Bring a page's history up to date with its evidence. Idempotent; one transaction.

    Args:
        page: the page.
        cleaner: whose readings count; captures that it has not read stay queued. A history made from other readings stays
            until this cleaner has read all captures of the page, and is then rebuilt.
        from_start: rebuild the whole history, without checkpoints.
        without: captures that can't be read because their bytes are damaged. The history continues without them, and they
            stay queued until they are restored. (Captures that will be read later do not belong here.)
        quietly: a context for rebuilding a history from the same evidence: its effects are no news (`alerts.quietly`).
    """
    with db.transaction():
        before, made_by, masked, judged_by = checkpoints.made(db, page)
        repeated = boilerplate.repeated_on(db, page)
        if made_by != cleaner:
            readings.adopt(db, page.id, cleaner)
        waiting = _waiting(db, page, cleaner)
        recleaned = made_by is not None and not readings.reads_alike(db, page.id, made_by, cleaner)
        if not recleaned and made_by not in (None, cleaner):
            checkpoints.set_cleaner(db, page, cleaner)
        if recleaned:
            # One cleaner makes the whole history: a new one takes over when it has read everything.
            if not set(readings.unread(db, page.id, cleaner)) <= set(without):
                return _outcome(db, page, before)
            if without:
                _queue_unread(db, page, cleaner)
        recleaned |= made_by is not None and (masked != repeated.digest or judged_by != judge.JUDGE)
        if from_start or recleaned:
            # First without the queued visits: what our own new reading changes is no news.
            with quietly(db, page):
                _fold(db, page, cleaner, repeated, BEGINNING, State())
                notifications.record_change(db, page, None)
        _fold_in(db, page, cleaner, repeated, [one for one in waiting if not one.live])
        news = _fold_in(db, page, cleaner, repeated, [one for one in waiting if one.live])
        return replace(_outcome(db, page, before), notified=news)


def is_current(db: Sqlite, page: Page, cleaner: str) -> bool:
    """Whether this cleaner and the present judge made a page's history, and it has all of its visits."""
    made = checkpoints.made(db, page)
    if made.cleaner is not None and (
        made.judge != judge.JUDGE or not readings.reads_alike(db, page.id, made.cleaner, cleaner)
    ):
        return False
    return not db.value("select 1 from fold_queue where page_id = :page", page=page.id)


def last_credible(db: Sqlite, page: Page) -> Capture | None:
    """The page's last credible capture: the next one is compared with it, and a request sends its validators."""
    row = db.row(
        f"{evidence.CAPTURE} where captures.id = (select capture_id from current_revision where page_id = :page)",
        page=page.id,
    )
    return None if row is None else evidence.capture_from_row(row)


def unfinished(db: Sqlite) -> list[Page]:
    """The pages with visits that are not in their history yet (after an interruption)."""
    return [evidence.page(db, row[0]) for row in db.rows("select distinct page_id from fold_queue")]


# --- the fold -------------------------------------------------------------------------------------------------------


def _fold_in(db: Sqlite, page: Page, cleaner: str, repeated: Repeated, waiting: Collection[QueuedVisit]) -> bool:
    """Apply queued visits and record a notification. True if there is news (only live visits bring any)."""
    if not waiting:
        return False
    db.many("delete from fold_queue where visit_id = :visit", ({"visit": one.visit} for one in waiting))
    moved = _fold(
        db, page, cleaner, repeated, *checkpoints.restart(db, page, min((one.at, one.visit) for one in waiting))
    )
    seen = max((one.at for one in waiting if one.live), default=None)
    return moved and notifications.record_change(db, page, seen)


def _fold(db: Sqlite, page: Page, cleaner: str, repeated: Repeated, key: Key, state: State) -> bool:
    """Judge all observations after a key, and replace the rows after it.

    Returns:
        whether another text may be current than before.
    """
    writer = HistoryWriter(db, page, cleaner)
    waiting = judge.waiting(state)
    writer.take_back(key, [one.shown for one in waiting])
    writer.enter(waiting)
    comparing = ListComparer(db, repeated) if page.kind == "boilerplate" else Comparer(db, repeated)
    states: dict[Key, State] = {}
    last: Key | None = None
    addresses = _addresses(db, page)
    for count, shown in enumerate(_observations(db, page, cleaner, key), 1):
        state, judged = judge.step(state, instead.doubted(state, shown, comparing, addresses), comparing)
        writer.enter(judged)
        if last is not None and (count - 1) % checkpoints.BETWEEN:
            del states[last]
        last = shown.at, shown.visit
        states[last] = state
    writer.close()
    checkpoints.save_states(db, page, cleaner, repeated.digest, states)
    return writer.moved


_OBSERVATIONS = """
    select visits.id as visit, visited_at as at, visits.capture_id as capture, captures.status, reading_id,
        text_digest, not_credible, truncated, language, captures.headers,
        coalesce(captures.url, '') as url, case when redirects <> '[]' then captures.url end as came_from
    from visits left join captures on captures.id = visits.capture_id
    left join capture_readings on capture_readings.capture_id = captures.id and capture_readings.cleaner = :cleaner
    left join readings on readings.id = reading_id
    where visits.page_id = :page and outcome in ('captured', 'not-modified')
        and visited_at >= :at and (visited_at, visits.id) > (:at, :visit)
        and (visits.capture_id is null or reading_id is not null)
        and not exists (select 1 from fold_queue where visit_id = visits.id)
    order by visited_at, visits.id"""


def _observations(db: Sqlite, page: Page, cleaner: str, key: Key) -> Iterator[Shown]:
    """The page's observations after a key, in order.

    Captures that the cleaner has not read, and queued visits, are left out.
    """
    for row in db.rows(_OBSERVATIONS, page=page.id, cleaner=cleaner, at=key[0], visit=key[1]):
        why = row["status"] and doubt(
            Answered(row["url"], row["status"], row["headers"], row["not_credible"], row["truncated"])
        )
        reason, state = why or (None, None)
        yield Shown(
            row["visit"],
            row["at"],
            row["capture"],
            row["reading_id"] or 0,
            row["text_digest"] or "",
            reason,
            row["language"],
            state,
            row["came_from"],
        )


_FIRST = "select url, redirects from captures where page_id = :page order by captured_at, id limit 1"


def _addresses(db: Sqlite, page: Page) -> instead.Addresses:
    """The addresses at which a page has been."""
    first = db.row(_FIRST, page=page.id)
    hops = json.loads(first["redirects"]) if first else []
    return instead.Addresses(
        page.url,
        first["url"] if first else page.url,
        any(status not in redirects.PERMANENT for status, *_ in hops),
        lambda capture: str(db.value("select url from captures where id = :id", id=capture) or page.url),
    )


# --- the queue ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueuedVisit:
    """A visit that can be added to the history and is not in it; `live` if we made it ourselves."""

    at: str
    visit: int
    live: bool


def _waiting(db: Sqlite, page: Page, cleaner: str) -> list[QueuedVisit]:
    """The visits that can be added to the history and are not in it."""
    rows = db.rows(
        """select visited_at, visits.id, writer = 'run' from fold_queue join visits on visits.id = visit_id
           where fold_queue.page_id = :page and (capture_id is null or exists (
               select 1 from capture_readings where capture_readings.capture_id = visits.capture_id and cleaner = :cleaner))""",
        page=page.id,
        cleaner=cleaner,
    )
    return [QueuedVisit(row[0], row[1], bool(row[2])) for row in rows]


def _queue_unread(db: Sqlite, page: Page, cleaner: str) -> None:
    """Queue the visits whose captures a cleaner has not read."""
    db.execute(
        """insert into fold_queue (visit_id, page_id)
           select id, page_id from visits
           where page_id = :page and capture_id is not null and outcome in ('captured', 'not-modified')
               and not exists (
                   select 1 from capture_readings where capture_readings.capture_id = visits.capture_id and cleaner = :cleaner)
           on conflict (visit_id) do nothing""",
        page=page.id,
        cleaner=cleaner,
    )


# --- the result -----------------------------------------------------------------------------------------------------


def _outcome(db: Sqlite, page: Page, before: int) -> Derived:
    last = db.row(
        """select verdict, reason, state, number,
               (select count(*) from revisions where page_id = :page) as revisions,
               (select verdict = 'pending' and state is null from observations
                where page_id = :page and verdict <> 'suspect'
                order by observed_at desc, visit_id desc limit 1) as pending
           from observations left join revisions on revisions.visit_id = revision
           where observations.page_id = :page order by observed_at desc, observations.visit_id desc limit 1""",
        page=page.id,
    )
    if last is None:
        return Derived(None, None, None, 0, False)
    gained = last["revisions"] - before
    return Derived(
        Verdict(last["verdict"]),
        last["reason"],
        last["number"],
        gained,
        bool(last["pending"]),
        state=PageState(last["state"]) if last["state"] else None,
    )
