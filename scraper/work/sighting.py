"""What a page lists: read from its bytes after each observation that shows something new, and recorded.

It is derived from credible observations (`fold/listed.py`): what was not finished, or was deleted with a history that is
made again, is made the next time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pagewitness.archive import addresses
from pagewitness.archive.errors import FixityError
from pagewitness.archive.fold import listed
from pagewitness.archive.fold.listed import ListedAddress, Sighting
from pagewitness.archive.model import Page, PageRole
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import dates
from pagewitness.scraper.clean.encoding.decode import decode
from pagewitness.scraper.discover import feeds, sitemaps, traps
from pagewitness.scraper.discover.anchors import Anchor, Written, read_anchors

_MOST_FEEDS: Final = 3  # of a listing
_SAME_FEED: Final = 0.5  # share of its entries that the listing has, too, if it is the listing's feed
_PAGER_PATIENCE: Final = 7  # times the interval of its listing, unless the listing changes
_LONGEST_TITLE: Final = 300
_NO_PDF: Final = "reading PDFs needs the extra `pdf`"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page showed: its links as they are written, and the entries among them.

    Attributes:
        entries: None if the answer is not what it should be, so that it says nothing.
        anchors: all links of a page of HTML.
        sitemaps: the addresses in an index of sitemaps.
    """

    entries: list[ListedAddress] | None
    anchors: tuple[Anchor, ...] = ()
    sitemaps: tuple[str, ...] = ()


def relist(db: Sqlite, page: Page) -> Seen | None:
    """Record what a page lists by now. Returns what it showed last; None if that is nothing new."""
    if page.kind == "boilerplate" or (page.role is PageRole.PAGE and page.kind != "html"):
        return None
    last: Seen | None = None
    for shown in listed.unlisted(db, page):
        try:
            seen = see(db, page, shown)
        except FixityError:
            continue
        if seen.entries is not None:
            listed.record_sighting(db, page, shown, seen.entries)
            last = seen
    return last


def seen_last(db: Sqlite, page: Page) -> Seen | None:
    """What a page showed last; None if it has shown nothing that is credible, or its bytes are damaged."""
    shown = listed.last_shown(db, page)
    try:
        return see(db, page, shown) if shown else None
    except FixityError:
        return None


def see(db: Sqlite, page: Page, shown: Sighting) -> Seen:
    """What an observation of a page showed. Raises FixityError."""
    capture = evidence.capture(db, shown.capture_id)
    body = evidence.body_of(db, capture) if page.role.is_file_of_addresses else evidence.document_of(db, capture)
    if page.role is PageRole.FEED:
        rows = feeds.read_feed(body, capture.url) if feeds.is_feed(body) else None
        return Seen(rows if rows is None else _entries(db, page, rows))
    if page.role is PageRole.SITEMAP:
        if not sitemaps.is_sitemap(body):
            return Seen(None)
        found = sitemaps.read_sitemap(body)
        return Seen(_entries(db, page, ((url, "", day) for url, day in found.pages)), sitemaps=found.sitemaps)
    anchors = read_anchors(decode(body, capture.content_type)[0], capture.url)
    written = Written(anchors)
    rows = [
        (anchor.url, link.words[:_LONGEST_TITLE], day_in(link.line))
        for link in listed.document_links(db, shown, is_list=page.role is not PageRole.PAGE)
        if (anchor := written.find(link.address, link.words)) is not None
    ]
    if page.role is PageRole.PAGE:
        rows = [row for row in rows if traps.is_file(row[0])]
    return Seen(_entries(db, page, rows), tuple(anchors))


def _entries(db: Sqlite, page: Page, rows: Iterable[tuple[str, str, str | None]]) -> list[ListedAddress]:
    """Entries with their canonical addresses, each once; of several links to one address the first words that say something."""
    found: dict[str, ListedAddress] = {}
    for url, title, day in rows:
        plain = addresses.without_session(url)
        try:
            key = evidence.key_by_rules(db, plain)
        except ValueError:
            continue
        known = found.get(key)
        if key == page.key:
            continue
        if known is None:
            found[key] = ListedAddress(plain, key, title, day)
        elif len(known.title.split()) < 2 < len(title.split()) or not known.dated:
            better = title if len(known.title.split()) < 2 <= len(title.split()) else known.title
            found[key] = replace(known, title=better, dated=known.dated or day)
    return list(found.values())


def day_in(line: str) -> str | None:
    """The first date of a line that has a year (ISO 8601), or None."""
    for word in dates.dated(line).split():
        parts = word.strip(".,;:()").split("_")
        if len(parts) == 3 and all(part.isdigit() for part in parts) and len(parts[0]) == 4:
            return "-".join(parts)
    return None
