"""What belongs together in a list of changes, so that nothing is in it twice.

A listing whose words changed names the entries that came or went with them; an entry whose page has a text is listed as a
new page; and a page that was removed and is no longer linked has vanished.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pagewitness.archive import times
from pagewitness.archive.diff.listed import ListedEntry
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import departures, listed_entries, state_events
from pagewitness.archive.views.change_events import TextEvent, Which
from pagewitness.archive.views.listed_entries import ListingEvent
from pagewitness.archive.views.state_events import StateEvent

TOGETHER = 7 * 86400.0  # seconds between two events that are one thing, at most

Event = list[TextEvent] | StateEvent | ListingEvent


@dataclass(slots=True)
class JoinedEvents:
    """The events of a list, and what else some of them name.

    Attributes:
        events: texts that became current (each with the same edit of other pages), states, and entries of listings.
        entries: those that a listing's change of words names, by the visit of the text.
    """

    events: list[Event]
    entries: dict[int, list[ListedEntry]] = field(default_factory=dict)

    def entries_of(self, event: Event) -> tuple[ListedEntry, ...]:
        """The entries that an event names."""
        if isinstance(event, ListingEvent):
            return event.entries
        return () if isinstance(event, StateEvent) else tuple(self.entries.get(event[0].visit_id, ()))


def join_events(db: Sqlite, which: Which, texts: Sequence[list[TextEvent]]) -> JoinedEvents:
    """The texts with all other events, in no order."""
    states = list(state_events.state_events(db, which))
    made = JoinedEvents([*texts])
    words = {(one.page_id, one.at): group[0].visit_id for group in texts for one in group if one.cause != "first"}
    repointed = {(one.page_id, one.at) for one in states if one.cause == "repointed"}
    for event in listed_entries.listing_events(db, which):
        here = event.listing_id, event.at
        entries, states = _vanished(db, event, states) if event.cause == "unlisted" else (event.entries, states)
        if here in words:
            made.entries.setdefault(words[here], []).extend(entries)
        elif event.visit_id > which.seen.visit_id and not (event.cause == "relisted" and here in repointed):
            own = tuple(one for one in entries if not (one.is_read or one.change == "removed"))
            made.events += [replace(event, entries=own)] if own else []
    made.events += states
    return made


def _vanished(
    db: Sqlite, event: ListingEvent, states: Sequence[StateEvent]
) -> tuple[tuple[ListedEntry, ...], list[StateEvent]]:
    """The entries that are no longer linked, and the states, with pages that are gone, too, as vanished.

    An entry is marked as `removed` if the removal of its page is listed, too, and says the rest.
    """
    entries: list[ListedEntry] = []
    found = list(states)
    for entry in event.entries:
        gone = departures.gone(db, entry.page_id) if entry.page_id else None
        if gone is None or entry.page_id is None or times.seconds_between(event.at, gone[0]) > TOGETHER:
            entries.append(entry)
            continue
        place = next(_removal(found, entry.page_id, gone[0], event.at), None)
        entries.append(entry._replace(change="vanished" if place is None else "removed"))
        if place is not None:
            where = evidence.page(db, event.listing_id).url
            said = f"{found[place].said}; no longer linked on {where} since {times.short(event.at)}"
            found[place] = found[place]._replace(cause="vanished", said=said)
    return tuple(entries), found


def _removal(states: Iterable[StateEvent], page_id: int, since: str, unlinked: str) -> Iterator[int]:
    """The place of the removal of a page among the states, if it was soon before or after it was unlinked."""
    for place, one in enumerate(states):
        is_it = (one.page_id, one.at, one.cause) == (page_id, since, "removed")
        if is_it and abs(times.seconds_between(since, unlinked)) <= TOGETHER:
            yield place
