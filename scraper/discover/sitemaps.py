"""Sitemaps and indexes of sitemaps (sitemaps.org), plain or compressed, from bytes that were fetched already."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit

MOST_BYTES: Final = 50 << 20  # of one sitemap, decompressed (sitemaps.org)
_MOST: Final = 50_000  # addresses of one (sitemaps.org)
_MOST_DEPTH: Final = 8  # elements inside one another
_START: Final = re.compile(
    rb"(?:<\?[^>]{0,500}>|<!--.{0,2000}?-->|\s)*+<(?:\w+:)?(urlset|sitemapindex)[\s>]", re.DOTALL
)
_ENTITIES: Final = re.compile(rb"<!(?:ENTITY|DOCTYPE[^>\[]{0,1000}\[)", re.IGNORECASE)
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)")
_LOOKED_AT: Final = 4096


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists.

    Attributes:
        pages: (address, date of its last change or None).
        sitemaps: the addresses of other sitemaps, if it is an index.
    """

    pages: tuple[tuple[str, str | None], ...] = ()
    sitemaps: tuple[str, ...] = ()


def is_sitemap(body: bytes) -> bool:
    """Whether a body is a sitemap or an index of sitemaps, perhaps compressed with gzip."""
    start = _decompressed(body, _LOOKED_AT) if body.startswith(b"\x1f\x8b") else body[:_LOOKED_AT]
    return _START.match((start or b"").removeprefix(b"\xef\xbb\xbf")) is not None


def without_entities(body: bytes) -> bool:
    """Whether XML declares no entities of its own: these can take all memory, or read files."""
    wide = body.replace(b"\0", b"") if b"\0" in body[:64] else body
    return _ENTITIES.search(wide) is None


def read_sitemap(body: bytes) -> Sitemap:
    """The addresses in a sitemap; none if it is malformed from the beginning, declares entities or is too large.

    Nothing outside of the bytes is read, and only those on the way to an address are kept.
    """
    from lxml import etree

    if body.startswith(b"\x1f\x8b"):
        body = _decompressed(body, MOST_BYTES + 1)
    if len(body) > MOST_BYTES or not without_entities(body):
        return Sitemap()
    pages: dict[str, str | None] = {}
    sitemaps: dict[str, None] = {}
    with suppress(etree.XMLSyntaxError):  # what came before it counts
        _collect(body, pages, sitemaps)
    return Sitemap(tuple(pages.items()), tuple(sitemaps))


def _collect(body: bytes, pages: dict[str, str | None], sitemaps: dict[str, None]) -> None:
    from lxml import etree

    options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": True}
    depth = 0
    for event, element in etree.iterparse(BytesIO(body), events=("start", "end"), **options):
        depth += 1 if event == "start" else -1
        if depth > _MOST_DEPTH or len(pages) + len(sitemaps) >= _MOST:
            break
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if event == "end" and name in ("url", "sitemap"):
            address, changed = _child(element, "loc"), _DAY.match(_child(element, "lastmod"))
            if _is_web(address):
                if name == "url":
                    pages.setdefault(address, changed[1] if changed else None)
                else:
                    sitemaps.setdefault(address)
            element.clear()


def _child(element: object, name: str) -> str:
    for one in element:  # type: ignore[attr-defined]
        if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == name:
            return (one.text or "").strip()
    return ""


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def _decompressed(body: bytes, most: int) -> bytes:
    """The first bytes of what was compressed with gzip; empty if that is malformed."""
    try:
        return zlib.decompressobj(wbits=31).decompress(body, most)
    except zlib.error:
        return b""
