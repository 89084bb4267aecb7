"""Notices as an Atom feed (RFC 4287; pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from pagewitness.archive.diff.notice import Notice
from pagewitness.archive.render import notices as render

ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 (2.2) has no place for.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and what is in it.

    Attributes:
        name: what tells it from the other feeds: `all`, `sources/NAME`, `pages/UUID`, `searches/NAME`.
        title: for readers.
        notices: the newest first.
        address: its own address on the web; empty if it is not known.
        begun_at: when it was updated last, if nothing is in it.
    """

    name: str
    title: str
    notices: Sequence[Notice]
    address: str = ""
    begun_at: str = "1970-01-01T00:00:00Z"


def as_atom(feed: Feed) -> bytes:
    """The feed as a file. Its id is a UUID of its name, those of its entries are the keys of the notices."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    _add(root, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, f'pagewitness feed {feed.address or feed.name}')}")
    _add(root, "title", feed.title)
    _add(root, "updated", max((one.entry.page.captured_at for one in feed.notices), default=feed.begun_at))
    _add(_add(root, "author", ""), "name", "pagewitness")
    _add(root, "generator", "pagewitness")
    if feed.address:
        _add(root, "link", "", rel="self", type="application/atom+xml", href=feed.address)
    for notice in feed.notices:
        _entry(root, notice)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(root: ElementTree.Element, notice: Notice) -> None:
    page = notice.entry.page
    entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
    _add(entry, "id", f"urn:uuid:{notice.key}")
    _add(entry, "title", render.heading(notice))
    _add(entry, "updated", page.captured_at)
    _add(entry, "published", page.captured_at)
    if page.url.startswith(("http://", "https://")):
        _add(entry, "link", "", rel="alternate", href=page.url)
    if page.source:
        _add(_add(entry, "author", ""), "name", page.source)
        _add(entry, "category", "", term=page.source)
    _add(entry, "category", "", term=notice.entry.cause)
    _add(entry, "summary", notice.entry.summary or render.heading(notice))
    _add(entry, "content", render.as_html_part(notice), type="html")


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> ElementTree.Element:
    clean = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", clean)
    child.text = _NOT_XML.sub("", text) or None
    return child
