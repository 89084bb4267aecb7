"""Following what pages lead to: after a visit, within bounds, and what `discover` says about it.

A listing leads to the pages of its document part, any page to the PDFs and office files that its document links. What they
list is recorded first (`sighting.py`), so a page that was interrupted here is finished the next time. What is followed is
decided by `discover/choice.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from pagewitness.archive import addresses
from pagewitness.archive.model import Page, PageRole
from pagewitness.archive.store import agenda, evidence, finds, sources
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.finds import Found
from pagewitness.scraper.clean import pdf
from pagewitness.scraper.discover import choice, feeds, pagers, traps
from pagewitness.scraper.discover.anchors import Anchor
from pagewitness.scraper.discover.choice import Candidate, Decision, Policy
from pagewitness.scraper.net.robots import Robots
from pagewitness.scraper.work.sighting import Seen, relist, seen_last
from pagewitness.scraper.work.twins import alternates, details_of, twins_of

_MOST_LOOKS: Final = 10  # times what a listing may lead to at once: no listing leads to more pages in all
_MOST_FEEDS: Final = 3  # of a listing
_SAME_FEED: Final = 0.5  # share of its entries that the listing has, too, if it is the listing's feed
_PAGER_PATIENCE: Final = 7  # times the interval of its listing, unless the listing changes
_NO_PDF: Final = "reading PDFs needs the extra `pdf`"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is followed; `defaults.toml` says what each is for."""

    most: int = 200
    depth: int = 1
    pager: int = 10
    files: int = 50


def find(db: Sqlite, page: Page, bounds: Bounds, robots: Robots | None, at: str) -> list[Page]:
    """Record what a page lists by now, and follow what is to be followed.

    Args:
        page: it was just visited.
        robots: the robots.txt of its host; None if it is not known.
        at: when new pages are due.

    Returns:
        the pages that are newly followed, except further pages of a listing.
    """
    seen = relist(db, page)
    return follow_seen(db, page, seen, (bounds, robots), at) if seen is not None else []


def follow_seen(db: Sqlite, page: Page, seen: Seen, limits: tuple[Bounds, Robots | None], at: str) -> list[Page]:
    """Follow what a page leads to; the arguments and the result are as those of `find`.

    Args:
        seen: what the page showed last.
        limits: what bounds it, and the robots.txt of its host.
    """
    bounds, robots = limits
    new = finds.follow_found(db, page, _found(choices(db, page, bounds, robots), page, bounds), at)
    if page.role.is_document:
        new += finds.follow_found(db, page, [Found(one["url"], page.role) for one in _spoken_twins(db, page)], at)
        _leave_twin(db, page)
    if page.role in (PageRole.LISTING, PageRole.PAGER):
        _follow_parts(db, page, seen, bounds, at)
    if page.role is PageRole.LISTING:
        finds.follow_found(db, page, _feeds(seen), at)
    if page.role is PageRole.SITEMAP:
        room = bounds.pager - len(finds.followed_from(db, page, PageRole.SITEMAP))
        finds.follow_found(db, page, [Found(url, PageRole.SITEMAP) for url in seen.sitemaps[: max(0, room)]], at)
    return new


KNOWN: Final = choice.KNOWN


def explain(db: Sqlite, page: Page, bounds: Bounds) -> list[Decision]:
    """What is followed of all that a page links, and why the rest is not; the document's links come first.

    Args:
        page: it has shown something (`has_shown`).
    """
    relist(db, page)
    robots = robots_on_record(db, page)
    found = choices(db, page, bounds, robots)
    seen = seen_last(db, page)
    known = {one.candidate.key for one in found} | {page.key}
    return [*found, *_others(db, page, seen, known)] if seen else found


def leave_part(db: Sqlite, page: Page, at: str) -> None:
    """Stop reading a further page of a listing that is gone: the listing became shorter."""
    with db.transaction():
        agenda.unfollow(db, [page.id])
        db.execute("update listed set until_at = :at where page_id = :page and until_at is null", at=at, page=page.id)


def has_shown(db: Sqlite, page: Page) -> bool:
    """Whether a page has shown something that is credible, so that it can be said what it leads to."""
    return seen_last(db, page) is not None


def robots_on_record(db: Sqlite, page: Page) -> Robots | None:
    """The robots.txt of a page's host as it was fetched last, or None."""
    text = db.value("select robots from hosts where host = :host", host=addresses.host_in(page.key))
    return Robots.from_json(text) if text else None


def _others(db: Sqlite, page: Page, seen: Seen, known: set[str]) -> Iterator[Decision]:
    """The links that do not belong to the document, each once, and why they are not followed."""
    twins, done = twins_of(db, page), set(known)
    spoken = {addresses.key_of(one["url"]) for one in _spoken_twins(db, page)}
    further = {addresses.key_of(url) for url in pagers.pagers(seen.anchors, page.url, page.url)}
    for anchor in seen.anchors:
        url = addresses.without_session(anchor.url)
        key = addresses.key_of(url)
        if key in done or (anchor.in_head and key not in twins and not _is_feed(anchor)):
            continue
        done.add(key)
        if key in further and page.role is not PageRole.PAGE:
            why = "a further page of the listing, which is read with it"
        elif _is_feed(anchor):
            why = "a feed: followed for new pages if it lists the same as the listing"
        else:
            why = twins.get(key) or traps.trap_of(url, page.url) or "outside the document"
        yield Decision(Candidate(url, key, anchor.words), key in spoken, why)


# --- what is followed -------------------------------------------------------------------------------------------------


def choices(db: Sqlite, page: Page, bounds: Bounds, robots: Robots | None) -> list[Decision]:
    """What is followed of all that a page lists, with its further pages if it is a listing, and why the rest is not."""
    listing = finds.listing_of(db, page)
    candidates = list(
        _candidates(db, finds.listing_pages(db, listing) if listing.role is PageRole.LISTING else [listing])
    )
    if page.role is PageRole.FEED and not _is_feed_of(db, page, candidates):
        return []
    return choice.choose(candidates, policy_of(db, listing, bounds, robots, [one.key for one in candidates]))


def policy_of(db: Sqlite, listing: Page, bounds: Bounds, robots: Robots | None, keys: Iterable[str]) -> Policy:
    """What counts for the addresses on a page."""
    sql = "where pages.key in (select value from json_each(:keys))"
    other = {one.key: one for one in evidence.pages_where(db, sql, keys=json.dumps(list(keys)))}
    return Policy(
        listing=listing.url,
        why=_WHY[listing.role],
        patterns=sources.link_patterns(db, listing.source) if listing.role is not PageRole.PAGE else (),
        known={key for key, one in other.items() if one.followed},
        given_up={key for key, one in other.items() if finds.is_given_up(db, one)},
        twins=twins_of(db, listing),
        files_only=listing.role is PageRole.PAGE,
        room=_MOST_LOOKS * bounds.most - finds.number_of_children(db, listing),
        most=bounds.files if listing.role is PageRole.PAGE else bounds.most,
        refusal=lambda url: _refusal(robots, url),
        unread=lambda url: _NO_PDF if urlsplit(url).path.lower().endswith(".pdf") and not pdf.is_installed() else None,
    )


_WHY: Final = {
    PageRole.LISTING: "listed in the document",
    PageRole.PAGER: "listed in the document",
    PageRole.PAGE: "a file that the document links",
    PageRole.FEED: "in the feed",
    PageRole.SITEMAP: "in the sitemap",
}


def _candidates(db: Sqlite, parts: Iterable[Page]) -> Iterator[Candidate]:
    """What some pages list now, in order, each address once."""
    known: set[str] = set()
    for page in parts:
        sql = "select url, key, title, dated from listed where page_id = :page and until_at is null order by place, key"
        for entry in db.all(Candidate, sql, page=page.id):
            if entry.key not in known:
                known.add(entry.key)
                yield entry


def _spoken_twins(db: Sqlite, page: Page) -> list[dict[str, Any]]:
    """The page in the other languages of its source, one for each, as far as they are on its site."""
    spoken = set(sources.languages_of(db, page.source))
    own = (details_of(db, page).get("language") or "").partition("-")[0]
    found: dict[str, dict[str, Any]] = {}
    for one in sorted(alternates(db, page), key=lambda one: len(one.get("language", ""))):  # without a region first
        language = one.get("language", "").partition("-")[0]
        if (
            one["kind"] == "language"
            and language in spoken - {own}
            and choice.site_of(one["url"]) == choice.site_of(page.url)
        ):
            found.setdefault(language, one)
    return list(found.values())


def _leave_twin(db: Sqlite, page: Page) -> None:
    """Stop following a page that was found if it says that another page, which is followed, is the document."""
    if page.parent_id is None or page.role is not PageRole.PAGE or not page.title:
        return
    found = details_of(db, page).get("canonical")
    other = evidence.find_page(db, found) if found else None
    if other and other.id != page.id and other.followed and other.title == page.title:
        agenda.unfollow(db, [page.id])


def _is_feed_of(db: Sqlite, feed: Page, entries: list[Candidate]) -> bool:
    """Whether a feed that a listing names lists the same as the listing; true of a feed that somebody added."""
    if feed.parent_id is None:
        return True
    sql = (
        "select count(distinct key) from listed where page_id <> :feed and key in (select value from json_each(:keys))"
    )
    both: int = db.value(sql, feed=feed.id, keys=json.dumps([one.key for one in entries]))
    return bool(entries) and both >= _SAME_FEED * len(entries)


def _refusal(robots: Robots | None, url: str) -> str | None:
    parts = urlsplit(url)
    if robots is None or robots.origin != f"{parts.scheme}://{parts.netloc}" or robots.unreachable:
        return None
    return "robots.txt forbids it" if robots.refusal(url) else None


def _found(chosen: Iterable[Decision], page: Page, bounds: Bounds) -> Iterator[Found]:
    """The pages to follow; with more depth they are listings, too."""
    for one in chosen:
        if one.followed:
            deeper = (
                page.role is PageRole.LISTING and page.depth + 1 < bounds.depth and not traps.is_file(one.candidate.url)
            )
            yield Found(one.candidate.url, PageRole.LISTING if deeper else PageRole.PAGE)


def _follow_parts(db: Sqlite, page: Page, seen: Seen, bounds: Bounds, at: str) -> None:
    """Follow the further pages of a listing; those that are known are due again, as entries have moved on to them."""
    listing = finds.listing_of(db, page)
    known = finds.followed_from(db, listing, PageRole.PAGER)
    urls = pagers.pagers(seen.anchors, listing.url, page.url)
    room = max(0, bounds.pager - len(known))
    patient = replace(listing, interval=listing.interval * _PAGER_PATIENCE)
    new = [url for url in urls if (one := evidence.find_page(db, url)) is None or not one.followed]
    finds.follow_found(db, patient, [Found(url, PageRole.PAGER) for url in new[:room]], at)
    if page.role is PageRole.LISTING:
        finds.hasten_parts(db, listing, at)


def _is_feed(anchor: Anchor) -> bool:
    return anchor.in_head and "alternate" in anchor.rel and anchor.kind in feeds.TYPES


def _feeds(seen: Seen) -> list[Found]:
    """The feeds that a listing names in its head."""
    urls = [anchor.url for anchor in seen.anchors if _is_feed(anchor) and "comments" not in anchor.url]
    return [Found(url, PageRole.FEED) for url in dict.fromkeys(urls)][:_MOST_FEEDS]
