"""The texts that became current on all pages, newest first, and which events are meant (`state_events` has the others)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from pagewitness.archive import times
from pagewitness.archive.store.bookmarks import NOTHING_SEEN, SeenSoFar
from pagewitness.archive.store.credible import last_credible_sql
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.schema_views import BEFORE_IT, CAME, WENT, text_sql

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
    where shown.verdict in ('first', 'changed', 'returned') and kind <> 'boilerplate' and role <> 'pager' and shown.observed_at >= :since
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


def since(which: Which, at: str) -> Which:
    """The same events, but none before a moment."""
    return replace(which, since=max(which.since, at))
