"""New entries of listings, feeds and sitemaps, and entries that are no longer linked, as events.

An entry of a listing with further pages is listed as long as any of these pages lists it. What a listing had at its first
observation is not new. Entries beyond the pages that are read are not seen: `no longer linked` is about those pages.
"""

from __future__ import annotations

from typing import NamedTuple

from pagewitness.archive.store.database import Sqlite


class ListedEvent(NamedTuple):
    """An entry that came or went.

    Attributes:
        at: the first observation with it, or the first one without it.
        kind: `new` or `no longer linked`.
        listing: the address of the listing, feed or sitemap.
        url: the address of the entry.
        title: the words of the link to it.
        page_id: the page of the entry in the archive; None if it is not followed.
        last_at: the last observation with it before `at`; None for a new one.
    """

    at: str
    kind: str
    listing: str
    url: str
    title: str
    page_id: int | None
    last_at: str | None = None


# Of each listing, with its further pages, and each key: from when to when it was listed without a break.
_EVENTS = """
    with parts as (
        select pages.id as part, case when role = 'pager' then parent_id else pages.id end as listing from pages
        where role in ('listing', 'pager', 'feed', 'sitemap')),
    known as (select listing, key, min(since_at) as since_at, max(coalesce(until_at, '~')) as until_at, url, title
        from listed join parts on part = page_id group by listing, key),
    -- What a part had when it was read first is not new: it was there before we looked.
    began as (select listing, key, min(since_at > first_at) as is_new from listed join parts on part = page_id
        join (select page_id as one, min(since_at) as first_at from listed group by page_id) on one = page_id
        group by listing, key)
    select at, found.kind, listings.url as listing, found.url, found.title, pages.id as page_id, last_at from (
        select since_at as at, 'new' as kind, known.listing, known.key, url, title, null as last_at from known
            join began on began.listing = known.listing and began.key = known.key where is_new
        union all
        select until_at, 'no longer linked', listing, key, url, title,
            (select max(visited_at) from visits where visits.page_id = known.listing and visited_at < until_at
                and outcome in ('captured', 'not-modified')) from known where until_at <> '~') as found
    join pages as listings on listings.id = found.listing left join pages on pages.key = found.key
    where at >= :since order by at, found.kind, found.url"""


def events(db: Sqlite, since: str) -> list[ListedEvent]:
    """The entries that came or went since a moment, oldest first.

    Moved and vanished entries are states of their own pages (`departures`).
    """
    return db.all(ListedEvent, _EVENTS, since=since)
