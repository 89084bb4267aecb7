"""Derive a page's history from its evidence.

The history of a page (observations with their verdicts, revisions, lines, presence) is a function of its visits and their
readings, in whatever order these arrived. `derive` continues after the last observation. The history is remade from its
beginning where that is not possible: a visit arrived late, or a new reading changed the membership of older lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property

from pagewitness.archive.derived import PageState, Verdict
from pagewitness.archive.fold import (
    boilerplate,
    checkpoints,
    instead,
    judge,
    notifications,
    observing,
    pooling,
    readings,
)
from pagewitness.archive.fold.boilerplate import Repeated
from pagewitness.archive.fold.checkpoints import BEGINNING, Key
from pagewitness.archive.fold.comparer import Comparer, ListComparer
from pagewitness.archive.fold.history_writer import HistoryWriter, erase
from pagewitness.archive.fold.judgement import State
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.model import Capture, Page
from pagewitness.archive.store import evidence
from pagewitness.archive.store.credible import SHOWS_TEXT
from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class Derived:
    """The result of `derive`.

    Attributes:
        verdict, reason, state: of the page's latest observation; None before the first.
        number: of the current revision; None before the first.
        gained: by how many the page's revisions have increased.
        pending: whether the history ends with an observation that another visit may soon confirm: one that is pending, or has
            another order (where each visit has another one, only the first).
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
        from_start: rebuild the whole history, without checkpoints and stored votes.
        without: captures that can't be read because their bytes are damaged. The history continues without them, and they
            stay queued until they are restored. (Captures that will be read later do not belong here.)
        quietly: a context for rebuilding a history from the same evidence: its effects are no news (`silent_alerts.quietly`).
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
        if from_start or judged_by not in (None, judge.JUDGE):
            pooling.forget(db, page.id)
        fold = PageFold(db, page, cleaner, repeated)
        recleaned |= made_by is not None and (masked != repeated.digest or judged_by != judge.JUDGE)
        if from_start or recleaned or (made_by is not None and fold.is_changed(waiting)):
            # First without the queued visits: what our own new reading changes is no news.
            with quietly(db, page):
                fold.remake()
                notifications.record_change(db, page, None)
        _fold_in(fold, [one for one in waiting if not one.live])
        news = _fold_in(fold, [one for one in waiting if one.live])
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
    current = "where captures.id = (select capture_id from current_revision where page_id = :page)"
    return evidence.capture_where(db, current, page=page.id)


def unfinished(db: Sqlite) -> list[Page]:
    """The pages with visits that are not in their history yet (after an interruption)."""
    return [evidence.page(db, page) for page in db.column(int, "select distinct page_id from fold_queue")]


# --- the fold -------------------------------------------------------------------------------------------------------


class PageFold:
    """The fold of one page, within the transaction of `derive`: its readings and the membership of its lines."""

    def __init__(self, db: Sqlite, page: Page, cleaner: str, repeated: Repeated) -> None:
        self.db = db
        self.page = page
        self._cleaner = cleaner
        self._repeated = repeated
        self._texts = PageTexts(db)
        self._comparing = ListComparer if page.kind == "boilerplate" else Comparer

    @cached_property
    def _membership(self) -> tuple[Membership, bool]:
        return pooling.brought_up(self.db, self.page.id, self._cleaner, self._texts, self._repeated.keys)

    @cached_property
    def _comparer(self) -> Comparer:
        return self._comparing(self._texts.view, lambda: self._membership[0])

    def is_changed(self, waiting: Collection[QueuedVisit]) -> bool:
        """Whether the readings of queued visits change the membership of lines that were known before."""
        new = [one.reading for one in waiting if one.reading]
        return not pooling.is_counted(self.db, self.page.id, self._cleaner, new) and self._membership[1]

    def remake(self) -> bool:
        """Judge all observations, and replace the whole history."""
        erase(self.db, self.page)
        return self._judge(BEGINNING, State())

    def resume(self, since: Key) -> bool:
        """Judge the observations that the history lacks.

        Args:
            since: the key of the first of them. If it is not behind the last observation, the history is remade.

        Returns:
            whether another text may be current than before.
        """
        last, state = checkpoints.restart(self.db, self.page)
        return self._judge(last, state) if last < since else self.remake()

    def _judge(self, key: Key, state: State) -> bool:
        """Judge all observations after a key, and add their rows."""
        db, page = self.db, self.page
        writer = HistoryWriter(db, page, self._cleaner, self._comparer.view, state)
        addresses = observing.addresses(db, page)
        for shown in observing.observations(db, page, self._cleaner, key):
            shown = instead.doubted(state, shown, self._comparer, addresses)
            state, judged = judge.step(state, shown, self._comparer)
            writer.enter(judged)
            key = shown.at, shown.visit
        writer.close()
        if key != BEGINNING:
            checkpoints.save(db, page, key, state, (self._cleaner, self._repeated.digest))
        return writer.moved


def _fold_in(fold: PageFold, waiting: Collection[QueuedVisit]) -> bool:
    """Apply queued visits and record a notification. True if there is news (only live visits bring any)."""
    if not waiting:
        return False
    fold.db.many("delete from fold_queue where visit_id = :visit", ({"visit": one.visit} for one in waiting))
    moved = fold.resume(min((one.at, one.visit) for one in waiting))
    seen = max((one.at for one in waiting if one.live), default=None)
    return moved and notifications.record_change(fold.db, fold.page, seen)


# --- the queue ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueuedVisit:
    """A visit that can be added to the history and is not in it.

    Attributes:
        live: whether we made it ourselves.
        reading: of its capture; 0 if it names none.
    """

    at: str
    visit: int
    live: bool
    reading: int


def _waiting(db: Sqlite, page: Page, cleaner: str) -> list[QueuedVisit]:
    """The visits that can be added to the history and are not in it."""
    rows = db.all(
        QueuedVisit,
        """select visited_at as at, visits.id as visit, writer = 'run' as live, coalesce(reading_id, 0) as reading
           from fold_queue join visits on visits.id = visit_id
           left join capture_readings on capture_readings.capture_id = visits.capture_id and cleaner = :cleaner
           where fold_queue.page_id = :page and (visits.capture_id is null or reading_id is not null)""",
        page=page.id,
        cleaner=cleaner,
    )
    return [replace(row, live=bool(row.live)) for row in rows]


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


@dataclass(frozen=True, slots=True)
class _Last:
    """A page's last observation, the number of its revisions, and whether an observation is to be confirmed."""

    verdict: str
    reason: str | None
    state: str | None
    number: int | None
    revisions: int
    pending: int | None


def _outcome(db: Sqlite, page: Page, before: int) -> Derived:
    last = db.one(
        _Last,
        f"""select verdict, reason, state, number,
               (select count(*) from revisions where page_id = :page) as revisions,
               (select verdict = 'pending' and state is null or not {SHOWS_TEXT} and not coalesce(before, 0) from (
                    select verdict, state, reason, observed_at, visit_id,
                        lead(not {SHOWS_TEXT}) over (order by observed_at desc, visit_id desc) as before
                    from observations where page_id = :page and verdict <> 'suspect'
                    order by observed_at desc, visit_id desc limit 2)
                order by observed_at desc, visit_id desc limit 1) as pending
           from observations left join revisions on revisions.visit_id = revision
           where observations.page_id = :page order by observed_at desc, observations.visit_id desc limit 1""",
        page=page.id,
    )
    if last is None:
        return Derived(None, None, None, 0, False)
    return Derived(
        Verdict(last.verdict),
        last.reason,
        last.number,
        last.revisions - before,
        bool(last.pending),
        state=PageState(last.state) if last.state else None,
    )
