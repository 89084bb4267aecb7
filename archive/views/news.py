"""What people are to learn: changes that live visits brought since the last time, and what alerts found.

Texts come from the notifications, and from these only: what an import or another cleaner changed is silent there. Removals,
moves and blocks are no notifications; they count if a live visit brought them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from pagewitness.archive.diff.listed import ListedChange, SamePage
from pagewitness.archive.diff.notice import Notice, notice_of
from pagewitness.archive.store import bookmarks
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.outbox import ToldSoFar
from pagewitness.archive.views import changes
from pagewitness.archive.views.change_events import TextEvent, Which

BUDGET = 30.0  # seconds for comparing words, of all changes together
HISTORY = 100  # notifications with which a feed begins


def told_here(db: Sqlite, at: str) -> ToldSoFar:
    """The point up to which there is no news now.

    Args:
        at: the present moment.
    """
    seen = bookmarks.here(db, at)
    newest: int = db.value("select coalesce(max(id), 0) from notifications")
    turn: int = db.value("select coalesce(max(id), 0) from alert_turns")
    return ToldSoFar(newest, seen.visit_id, seen.undecided, turn, at)


def before_history(db: Sqlite, here: ToldSoFar) -> ToldSoFar:
    """An earlier point, before the latest notifications: for what shows the past, too."""
    sql = "select coalesce(min(id), 0) - 1 from (select id from notifications order by id desc limit :most)"
    return here._replace(notification_id=max(0, db.value(sql, most=HISTORY)))


def news(db: Sqlite, since: ToldSoFar) -> list[Notice]:
    """The notices of everything after a point, the oldest first. Use it in a snapshot."""
    end = time.monotonic() + BUDGET
    others, named = changes.other_changes(db, Which(seen=since.seen))
    texts = (replace(one, entries=named.get(one.visit_id, ())) for one in _texts(db, since, end))
    found = [*texts, *(one for one in others if not db.value(_SILENT, visit=one.visit_id))]
    matches = _matches(db, since)
    made = []
    for entry in _together(found):
        own = [one for one in matches if one.url in {page.url for page in entry.pages}]
        matches = [one for one in matches if one not in own]
        made.append(notice_of(entry, sorted({(one.name, bool(one.found)) for one in own})))
    made += [notice_of(_matched(one), [(one.name, bool(one.found))]) for one in matches]
    return sorted(made, key=lambda one: one.entry.page.captured_at)


# `shown` began what is current at the observation of the notification; `earlier` is what subscribers knew before. The first
# text of a page is somebody's own doing, unless its listing, or its feed, gained it after it had been seen first.
_NOTIFIED = """
    select pages.id as page_id, shown.visit_id, shown.observed_at as at,
        case shown.verdict when 'returned' then 'returned' else revisions.cause end as cause,
        pages.url, coalesce(revisions.title, pages.title) as title, sources.name as source, revisions.number, revisions.words,
        revisions.visit_id as revision, earlier.number as number_before, earlier.visit_id as before,
        (select max(observed_at) from credible where page_id = pages.id and observed_at < shown.observed_at) as not_before,
        shown.capture_id, from_capture as capture_before
    from notifications cross join observations as told on told.visit_id = notifications.visit_id
    join revisions on revisions.visit_id = told.revision
    join observations as shown on shown.visit_id = (
        select visit_id from observations where page_id = notifications.page_id and revision = told.revision
            and verdict in ('first', 'changed', 'returned') and observed_at <= told.observed_at
        order by observed_at desc, visit_id desc limit 1)
    join pages on pages.id = notifications.page_id left join sources on sources.id = source_id
    left join revisions as earlier on from_capture is not null and earlier.visit_id = (
        select revision from credible where page_id = notifications.page_id and capture_id = from_capture
        order by observed_at, visit_id limit 1)
    where notifications.id > :after and notified_at is not null and kind <> 'boilerplate' and role <> 'pager'
        and earlier.visit_id is not revisions.visit_id and (earlier.visit_id is not null or from_capture is null and exists (
            select 1 from listed where listed.page_id = pages.parent_id and listed.key = pages.key
                and since_at > coalesce(
                    (select min(observed_at) from credible where page_id = pages.parent_id),
                    (select min(captured_at) from captures where page_id = pages.parent_id and status = 200))))
    order by notifications.id"""


def _texts(db: Sqlite, since: ToldSoFar, end: float) -> Iterator[ListedChange]:
    for event in db.all(TextEvent, _NOTIFIED, after=since.notification_id):
        entry = changes.entry_of_text(db, event, end)
        if event.before is None or (entry.change is not None and not entry.change.empty):
            yield entry


# What is no change of a text counts only if a live visit brought it.
_SILENT = "select 1 from visits where id = :visit and writer <> 'run'"


def _together(entries: list[ListedChange]) -> Iterator[ListedChange]:
    """The entries, with the same edit of several pages once."""
    groups: dict[object, list[ListedChange]] = {}
    for entry in entries:
        edit = tuple(hunk.words for hunk in entry.change.hunks if hunk.change != "same") if entry.change else None
        alone = None if edit else (entry.page.url, entry.page.captured_at, entry.cause)
        groups.setdefault((entry.cause, edit, alone), []).append(entry)
    for group in groups.values():
        pages = {page.url: page for entry in group for page in entry.pages}
        yield replace(group[0], pages=tuple(pages.values()))


class _Match(NamedTuple):
    """A page that began or ceased to match an alert."""

    name: str
    found: int
    at: str
    url: str
    title: str | None
    source: str | None
    number: int | None


# The first text of a page that somebody added is no news, even if it matches.
_MATCHES = """
    select alerts.name, found, at, url, pages.title, sources.name as source,
        (select number from current_revision where current_revision.page_id = pages.id) as number
    from alert_turns join alerts on alerts.id = alert_id join pages on pages.id = alert_turns.page_id
    left join sources on sources.id = source_id
    where alert_turns.id > :since and (
        found = 0 or pages.parent_id is not null
        or (select number from current_revision where current_revision.page_id = pages.id) > 1)
    order by at, alerts.name, url"""


def _matches(db: Sqlite, since: ToldSoFar) -> list[_Match]:
    return db.all(_Match, _MATCHES, since=since.alert_turn_id)


def _matched(one: _Match) -> ListedChange:
    said = f"{'now matches' if one.found else 'no longer matches'} the saved search “{one.name}”"
    page = SamePage(one.url, one.title, one.source, one.number, one.number, one.at, None)
    return ListedChange("search", (page,), line=(("=", said),))
