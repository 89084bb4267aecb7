"""OPML (opml.org/spec2.opml): the feeds and pages that readers of feeds export, with their groups."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, Final

from pagewitness.archive.errors import InputError
from pagewitness.scraper.discover.sitemaps import without_entities
from pagewitness.scraper.formats.follow_lists import Followable, FollowList

_START: Final = re.compile(
    rb"(?:<\?[^>]{0,500}>|<!--.{0,2000}?-->|<!DOCTYPE[^>\[]{0,300}>|\s)*+<opml[\s>]", re.DOTALL | re.IGNORECASE
)
_LOOKED_AT: Final = 8192
MOST_BYTES: Final = 16 << 20
_MOST: Final = 50_000  # outlines
_MOST_DEPTH: Final = 64


def is_opml(start: bytes) -> bool:
    """Whether a file begins as OPML does."""
    return _START.match(start[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf")) is not None


def read_opml(body: bytes, name: str) -> FollowList:
    """The feeds and pages of an OPML file; the innermost group that has a name counts.

    Args:
        name: of the file, for errors.

    Raises:
        InputError: it is malformed, declares entities, or is too large.
    """
    from lxml import etree

    if len(body) > MOST_BYTES:
        raise InputError(f"{name} is larger than {MOST_BYTES >> 20} MB: split it into several OPML files.")
    if not without_entities(body):
        raise InputError(
            f"{name} declares entities of XML, which can take all memory: write their text in their places."
        )
    found, groups, count = FollowList("OPML"), [""], 0
    options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    try:
        for event, element in etree.iterparse(BytesIO(body), events=("start", "end"), **options):
            if not isinstance(element.tag, str) or etree.QName(element).localname.lower() != "outline":
                continue
            if event == "end":
                groups.pop()
                element.clear()
                continue
            count += 1
            if count > _MOST or len(groups) > _MOST_DEPTH:
                raise InputError(f"{name} has too many outlines, or too deep ones: split it into several OPML files.")
            groups.append(
                _outline({str(key).lower(): str(value) for key, value in element.attrib.items()}, groups[-1], found)
            )
    except etree.XMLSyntaxError as error:
        raise InputError(f"{name} can't be read as OPML (line {error.lineno}): export it again.") from error
    return found


def _outline(said: dict[str, Any], group: str, found: FollowList) -> str:
    """Take in an outline; returns the group of those inside it."""
    title = (said.get("title") or said.get("text") or "").strip()
    feed, page, link = (said.get(key, "").strip() for key in ("xmlurl", "htmlurl", "url"))
    if feed:
        found.add(Followable(feed, group, title, leads=True))
    for address in (page, link):
        if address:
            found.add(Followable(address, group, title))
    return group if feed or page or link else title or group
