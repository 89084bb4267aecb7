"""Entries of listings, feeds and sitemaps that came, moved or went, as events.

An entry of a listing with further pages is listed as long as any of these pages lists it. What a listing had at its first
observation is not new. Entries beyond the pages that are read are not seen, so what new entries push off the end has not
gone, and a feed keeps only its newest entries: what leaves it is no event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from pagewitness.archive import times
from pagewitness.archive.diff.listed import ListedEntry
from pagewitness.archive.model import PageRole
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import plain
from pagewitness.archive.views.change_events import Which

_RANKS = {PageRole.LISTING: 0, PageRole.FEED: 1, PageRole.SITEMAP: 2}  # of what lists an entry, only the first is named


class ListedEvent(NamedTuple):
    """An entry that came or went.

    Attributes:
        at: the first observation with it, or the first one without it.
        kind: `new` or `unlisted`.
        listing, listing_id, role: of the listing, feed or sitemap: its address, its page, and what it is.
        url: the address of the entry.
        key: the canonical form of that.
        title: the words of the link to it.
        place: its rank when it was listed last, from 0.
        page_id: the page of the entry in the archive; None if it is not followed.
        is_read: whether that page has a text.
        last_at: the last observation with it before `at`; None for a new one.
        visit_id: of the observation.
    """

    at: str
    kind: str
    listing: str
    listing_id: int
    role: str
    url: str
    key: str
    title: str
    place: int
    page_id: int | None
    is_read: int
    last_at: str | None
    visit_id: int


# Of each listing, with its further pages, and each key: from when to when it was listed without a break.
_EVENTS = """
    with parts as (
        select pages.id as part, case when role = 'pager' then parent_id else pages.id end as listing from pages
        where role in ('listing', 'pager', 'feed', 'sitemap')),
    began as (select page_id, min(since_at) as first_at from listed group by page_id),
    -- What a part had when it was read first is not new: it was there before we looked.
    known as (
        select listing, listed.key, min(since_at) as since_at, max(coalesce(until_at, '~')) as until_at,
            min(since_at > first_at) as is_new, url, title, max(place) as place
        from parts cross join listed on listed.page_id = part join began on began.page_id = part
        group by listing, listed.key
        having (is_new and min(since_at) between :since and :until)
            or max(coalesce(until_at, '~')) between :since and :until)
    select at, found.kind, listings.url as listing, listings.id as listing_id, listings.role, found.url, found.key, found.title,
        place, pages.id as page_id, exists (select 1 from revisions where page_id = pages.id) as is_read,
        case when found.kind = 'unlisted' then (select max(visited_at) from visits where visits.page_id = listings.id
            and visited_at < at and outcome in ('captured', 'not-modified')) end as last_at,
        coalesce((select id from visits where visited_at <= at
            and page_id in (select part from parts where parts.listing = found.listing)
            order by visited_at desc, id desc limit 1), 0) as visit_id
    from (
        select since_at as at, 'new' as kind, listing, key, url, title, place from known
            where is_new and since_at between :since and :until
        union all select until_at, 'unlisted', listing, key, url, title, place from known
            where until_at between :since and :until) as found
    join pages as listings on listings.id = found.listing left join pages on pages.key = found.key
    order by at, listings.id, found.kind, place, found.url"""


def events(db: Sqlite, since: str, until: str = times.LAST) -> list[ListedEvent]:
    """The entries that came or went in a period, oldest first, each by itself."""
    return db.all(ListedEvent, _EVENTS, since=since, until=until)


@dataclass(frozen=True, slots=True)
class ListingEvent:
    """What happened at once to entries of a listing.

    Attributes:
        listing_id, visit_id, at: its page, and the observation that showed it.
        not_before: the last observation before it, if it is known.
        cause: `listed`, `unlisted` or `relisted` (the same title leads to another address).
        entries: those that came, went or moved, in the order of the listing.
    """

    listing_id: int
    visit_id: int
    at: str
    not_before: str | None
    cause: str
    entries: tuple[ListedEntry, ...]


def listing_events(db: Sqlite, which: Which) -> list[ListingEvent]:
    """The entries that came, moved or went, those of one observation together, oldest first.

    Of several lists with an entry, listings go before feeds and these before sitemaps.
    """
    found = [one for one in events(db, which.since, which.until) if _is_meant(one, which)]
    made: list[ListingEvent] = []
    named: set[tuple[str, str]] = set()
    for _, of_rank in groupby(sorted(found, key=_rank), key=_rank):
        fresh = [one for one in of_rank if (one.kind, one.key) not in named]
        named |= {(one.kind, one.key) for one in fresh}
        made += _together(db, fresh)
    return sorted(made, key=lambda one: (one.at, one.visit_id))


def _rank(event: ListedEvent) -> int:
    return _RANKS.get(PageRole(event.role), len(_RANKS))


def _is_meant(event: ListedEvent, which: Which) -> bool:
    among = which.among(event.listing_id) or (event.page_id is not None and which.among(event.page_id))
    return among and not (event.kind == "unlisted" and event.role == PageRole.FEED)


_ENDS = "select page_id, max(place) from listed where until_at is null group by page_id"


def _together(db: Sqlite, found: Iterable[ListedEvent]) -> Iterator[ListingEvent]:
    """The events of each observation of a listing."""
    ends = db.mapping(int, int, _ENDS)
    grouped: dict[tuple[str, int], list[ListedEvent]] = defaultdict(list)
    for one in found:
        grouped[one.at, one.listing_id].append(one)
    for (at, listing_id), own in grouped.items():
        came = [one for one in own if one.kind == "new"]
        end = ends.get(listing_id, 0) - len(came)
        went = [one for one in own if one.kind == "unlisted" and not (came and one.place > end)]
        before = next((one.last_at for one in own if one.last_at), None)
        for cause, entries in _sorted_out(came, went):
            if entries:
                yield ListingEvent(listing_id, own[0].visit_id, at, before, cause, tuple(entries))


def _sorted_out(came: Sequence[ListedEvent], went: Sequence[ListedEvent]) -> Iterator[tuple[str, list[ListedEntry]]]:
    """The entries by what happened: one that went and one that came with the same title have moved."""
    old = {plain(one.title): one for one in went if one.title}
    pairs = [(one, old.pop(plain(one.title))) for one in came if plain(one.title) in old]
    new = {one.key for one, _ in pairs}
    gone = {one.key for _, one in pairs}
    yield "relisted", [ListedEntry("moved", one.url, one.title, was.url, one.page_id) for one, was in pairs]
    yield (
        "listed",
        [
            ListedEntry("new", one.url, one.title, None, one.page_id, bool(one.is_read))
            for one in came
            if one.key not in new
        ],
    )
    yield (
        "unlisted",
        [ListedEntry("unlisted", one.url, one.title, None, one.page_id) for one in went if one.key not in gone],
    )
