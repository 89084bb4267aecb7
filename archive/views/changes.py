"""The changes of all pages, newest first: each with its words and the line that says most; the same edit of many pages once."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from pagewitness.archive import diff, times
from pagewitness.archive.diff import Change, telling
from pagewitness.archive.diff.listed import ListedChange, ListedEntry, SamePage, said_of_entries
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import change_events, comparing, history
from pagewitness.archive.views.change_events import NO_EDIT, TextEvent, Which
from pagewitness.archive.views.joined_events import TOGETHER, Event, join_events
from pagewitness.archive.views.listed_entries import ListingEvent
from pagewitness.archive.views.state_events import StateEvent

BUDGET = 4.0  # seconds for comparing words, of all changes together
LEAST = 0.05  # of them, for each change
LOOKED_AT = 2000  # texts that are looked at for more pages with an edit that is listed


def list_changes(
    db: Sqlite, which: Which, limit: int | None, budget: float = BUDGET, *, whole: bool = False
) -> tuple[list[ListedChange], bool]:
    """The changes of all pages, newest first, and whether there are more.

    Args:
        limit: the most entries; None for all.
        budget: seconds for comparing words, of all changes together.
        whole: whether to keep the whole comparisons (`ListedChange.change`), which take memory.
    """
    texts = _groups(db, which, limit)
    if limit is not None and len(texts) > limit:
        which = change_events.since(which, texts[limit][0].at)
    together = join_events(db, which, texts)
    found = sorted(together.events, key=_order, reverse=True)
    end = time.monotonic() + budget
    shown = found[:limit] if limit is not None else found
    made = (_entry(db, one, together.entries_of(one), end) for one in shown)
    return [one if whole else replace(one, change=None) for one in made], len(found) > len(shown)


def other_changes(db: Sqlite, which: Which) -> tuple[list[ListedChange], dict[int, tuple[ListedEntry, ...]]]:
    """What `list_changes` lists beside texts, newest first, and the entries that it names with texts, by their visits."""
    together = join_events(db, which, _groups(db, which, None))
    found = sorted(together.events, key=_order, reverse=True)
    others = [_other_entry(db, one, together.entries_of(one)) for one in found if not isinstance(one, list)]
    return others, {visit: tuple(entries) for visit, entries in together.entries.items()}


def _entry(db: Sqlite, one: Event, entries: tuple[ListedEntry, ...], end: float) -> ListedChange:
    if isinstance(one, list):
        return replace(_text_entry(db, one, end), entries=entries)
    return _other_entry(db, one, entries)


def _order(one: Event) -> tuple[str, int]:
    first = one[0] if isinstance(one, list) else one
    return first.at, first.visit_id


# --- the same edit ----------------------------------------------------------------------------------------------------


def _groups(db: Sqlite, which: Which, limit: int | None) -> list[list[TextEvent]]:
    """The texts that became current, newest first, each with the other pages that had the same edit within a week."""
    groups: list[list[TextEvent]] = []
    by_edit: dict[object, list[TextEvent]] = {}
    events = change_events.text_events(db, which)
    for event in events:
        key = _key(db, event)
        if (known := by_edit.get(key)) and _belongs(event, known):
            known.append(event)
            continue
        groups.append([event])
        by_edit[key] = groups[-1]
        if limit is not None and len(groups) > limit:
            _join_others(db, by_edit, islice(events, LOOKED_AT))
            break
    return groups


def _join_others(db: Sqlite, by_edit: dict[object, list[TextEvent]], events: Iterable[TextEvent]) -> None:
    """Add more pages to the groups, of older texts."""
    oldest = min(group[0].at for group in by_edit.values())
    for event in events:
        if event.at < times.later(oldest, -TOGETHER):
            return
        if (known := by_edit.get(_key(db, event))) and _belongs(event, known):
            known.append(event)


def _key(db: Sqlite, event: TextEvent) -> object:
    """What texts with the same edit have in common; of others, what they have alone."""
    edit = change_events.edit_of(db, event) if event.before is not None else NO_EDIT
    return event.visit_id if edit == NO_EDIT else (event.cause, edit)


def _belongs(event: TextEvent, group: list[TextEvent]) -> bool:
    """Whether a text with the same edit belongs to a group: another page's, and not long before the others."""
    return event.at >= times.later(group[0].at, -TOGETHER) and event.page_id not in {one.page_id for one in group}


# --- entries ----------------------------------------------------------------------------------------------------------


class _About(NamedTuple):
    url: str
    title: str | None
    source: str | None


_ABOUT = """
    select url, pages.title, sources.name as source from pages left join sources on sources.id = source_id
    where pages.id = :page"""
_PARENT = "select url from pages where id = (select parent_id from pages where id = :page)"


def _other_entry(db: Sqlite, one: StateEvent | ListingEvent, entries: tuple[ListedEntry, ...]) -> ListedChange:
    """An entry about something else than a text."""
    page_id, number, said = (
        (one.page_id, one.number, one.said)
        if isinstance(one, StateEvent)
        else (one.listing_id, None, said_of_entries(one.entries))
    )
    about = db.one(_About, _ABOUT, page=page_id)
    assert about is not None
    page = SamePage(*about, number, number, one.at, one.not_before)
    return ListedChange(one.cause, (page,), line=(("=", said),), visit_id=one.visit_id, entries=entries)


def _text_entry(db: Sqlite, group: list[TextEvent], end: float) -> ListedChange:
    """An entry about a text; of several pages, its words and line are those of the first, which has the same edit."""
    pages = tuple(
        SamePage(one.url, one.title, one.source, one.number, one.number_before, one.at, one.not_before) for one in group
    )
    event = group[0]
    after = _dates(db, event.page_id, event.capture_id)
    if event.before is None or event.not_before is None:
        parent = db.value(_PARENT, page=event.page_id)
        line = (("=", f"first capture, {event.words} words" + (f", found on {parent}" if parent else "")),)
        return ListedChange(
            event.cause, pages, event.words, dates=(None, after.own), line=line, visit_id=event.visit_id
        )
    before = _dates(db, event.page_id, event.capture_before)
    change = _change(db, event, max(end, time.monotonic() + LEAST))
    counts, hunk = change.summary(), telling.most_telling(change)
    declared = after.is_moved_from(before) or telling.dated_between(change, event.not_before[:10], event.at[:10])
    return ListedChange(
        event.cause, pages, event.words, counts["words_added"], counts["words_removed"], declared, (before.own, after.own),
        telling.excerpt(hunk) if hunk else (), hunk.change if hunk else "", change.coarse, change,
        event.visit_id,
    )  # fmt: skip


def _change(db: Sqlite, event: TextEvent, end: float) -> Change:
    """How a text differs from the one before, as `diff` says it."""
    assert event.before is not None
    old, new = (history.revision_begun_by(db, visit) for visit in (event.before, event.revision))
    texts = [[(block.kind, block.text) for block in blocks] for blocks in comparing.compared_texts(db, old, new)]
    return diff.compare(*texts, late=lambda: time.monotonic() > end)


class _Dates(NamedTuple):
    """What a page says about its own dates."""

    published: str | None
    modified: str | None

    @property
    def own(self) -> str | None:
        """When it was modified, or else published."""
        return self.modified or self.published

    def is_moved_from(self, before: _Dates) -> bool:
        """Whether either date is another one than before; a date that is no longer stated has not moved."""
        return any(date and date != old for date, old in zip(self, before, strict=True))


_DATES = """
    select published, modified from capture_readings join readings on readings.id = reading_id
    where capture_id = :capture
        and capture_readings.cleaner = (select cleaner from checkpoints where checkpoints.page_id = :page)"""


def _dates(db: Sqlite, page_id: int, capture_id: int | None) -> _Dates:
    return db.one(_Dates, _DATES, page=page_id, capture=capture_id) or _Dates(None, None)


def entry_of_text(db: Sqlite, event: TextEvent, end: float) -> ListedChange:
    """The entry about a text, with its whole comparison.

    Args:
        end: by the monotonic clock, when words are no longer compared.
    """
    return _text_entry(db, [event], end)
