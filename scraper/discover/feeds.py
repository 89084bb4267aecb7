"""RSS and Atom: the addresses that a feed lists."""

from __future__ import annotations

import io
import re
import time
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from pagewitness.archive.text.words import normalised
from pagewitness.scraper.discover.sitemaps import without_entities

TYPES: Final = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_MOST_BYTES: Final = 4 << 20
_MOST: Final = 2_000  # entries
_START: Final = re.compile(
    rb"(?:<\?xml[^>]{0,300}>|<\?[^>]{0,500}>|<!--.{0,2000}?-->|<!DOCTYPE[^>\[]{0,300}>|\s)*+<(?:\w+:)?(rss|feed|RDF)[\s>]",
    re.DOTALL,
)
_LOOKED_AT: Final = 8192


def is_feed(body: bytes) -> bool:
    """Whether a body begins as RSS or Atom does."""
    found = _START.match(body[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf"))
    return found is not None and (found[1] != b"RDF" or b"purl.org/rss/1.0" in body[:_LOOKED_AT])


def read_feed(body: bytes, url: str) -> list[tuple[str, str, str | None]]:
    """The entries of a feed, as it has them: address, title, and date (ISO 8601) or None.

    Args:
        body: the feed. One that declares entities is not read, and neither is one of more than 4 MB.
        url: the address that answered, from which relative addresses lead on.
    """
    if len(body) > _MOST_BYTES or not without_entities(body):
        return []
    import feedparser

    # From a stream of bytes: given a text, feedparser would take it for an address or a file's name.
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    entries: list[Any] = parsed.entries[:_MOST]
    return [found for entry in entries if (found := _entry(entry, url)) is not None]


def _entry(entry: Any, url: str) -> tuple[str, str, str | None] | None:
    links = [link.get("href", "") for link in entry.get("links", ()) if link.get("rel", "alternate") == "alternate"]
    href = (entry.get("link") or next(iter(links), "")).strip()
    try:
        address = urljoin(url, href) if href else ""
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    return address, normalised(str(entry.get("title") or ""))[:300], _day(moment)


def _day(moment: time.struct_time | None) -> str | None:
    return f"{moment.tm_year:04}-{moment.tm_mon:02}-{moment.tm_mday:02}" if moment else None
