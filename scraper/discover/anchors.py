"""The links of a page as they are written.

Readings keep where links lead without what varies between visits, so that they can be compared. To visit a page, its
address is needed as it is, so the page's bytes are read again for it. This takes regular expressions and no tree: the
page may be of any size and nesting.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.blocks.replayed import own_address
from pagewitness.scraper.clean.blocks.strip import steady_path

_HIDES: Final = re.compile(r"<(?:!--|(script|style)\b)", re.IGNORECASE)
# No part of a tag reaches over the next <, so that no page makes this slow.
_TAG: Final = re.compile(r"<(a|area|link|base)\b((?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>|</a\s*>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"(?<![\w:-])([\w:-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_MARKUP: Final = re.compile(r"<[^<>]*(?:>|$)")
_WHITE: Final = re.compile(r"\s+")
_LONGEST_WORDS: Final = 2_000  # letters of a link with its markup
_LONGEST_ADDRESS: Final = 2_000
_MOST: Final = 20_000  # links of a page


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of a page.

    Attributes:
        url: where it leads, absolute and as it is written, without a fragment that does not select content.
        steady: the same as readings keep it.
        words: its text.
        rel: what the link is said to be: `next`, `alternate`; in small letters.
        kind: the type of what is there, as a `link` element says; empty elsewhere.
        language: of what is there (hreflang); empty if that is not said.
        in_head: whether it is a `link` element.
        media: for which a `link` element is, such as `print`.
    """

    url: str
    steady: str
    words: str = ""
    rel: frozenset[str] = frozenset()
    kind: str = ""
    language: str = ""
    in_head: bool = False
    media: str = ""


def read_anchors(text: str, url: str) -> list[Anchor]:
    """The links of a page to web addresses, in order.

    Args:
        text: the page's markup, decoded.
        url: the address that answered.
    """
    text = _shown(text)
    base = _base(text, url)
    found: list[Anchor] = []
    for name, attributes, words in _links(text):
        written = own_address(attributes["href"].strip())
        href = unescape(written).strip()
        address = _absolute(href, base)
        if address is None:
            continue
        found.append(
            Anchor(
                url=address,
                steady=_absolute(unescape(steady_path(written)), base) or address,
                words=words,
                rel=frozenset(attributes.get("rel", "").lower().split()),
                kind=attributes.get("type", "").partition(";")[0].strip().lower(),
                language=attributes.get("hreflang", "").lower(),
                in_head=name == "link",
                media=attributes.get("media", "").lower(),
            )
        )
        if len(found) >= _MOST:
            break
    return found


def _shown(text: str) -> str:
    """The markup without comments, scripts and styles."""
    parts, last, lower = [], 0, text.lower()
    while opened := _HIDES.search(text, last):
        end = f"</{opened[1].lower()}" if opened[1] else "-->"
        closed = lower.find(end, opened.end())
        parts.append(text[last : opened.start()])
        if closed < 0:
            return "".join(parts)
        last = closed + len(end)
    return "".join([*parts, text[last:]])


class Written:
    """Finds the links of a reading among those of its page as they are written."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._by_steady: dict[str, list[Anchor]] = defaultdict(list)
        for anchor in anchors:
            if not anchor.in_head:
                self._by_steady[anchor.steady].append(anchor)

    def find(self, address: str, words: str) -> Anchor | None:
        """The link that a reading keeps with this address and these words; None if it is not among them."""
        same = self._by_steady.get(address, [])
        if len({anchor.url for anchor in same}) == 1:
            return same[0]
        wanted = _letters(words)
        return next((anchor for anchor in same if _letters(anchor.words) == wanted), None)


def _letters(words: str) -> str:
    return _WHITE.sub("", words).casefold()


def _links(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """The elements that link, each with its attributes and its words."""
    tags = list(_TAG.finditer(text))
    for at, tag in enumerate(tags):
        name = (tag[1] or "").lower()
        if not name or name == "base":
            continue
        attributes = {one[1].lower(): one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(tag[2])}
        if "href" not in attributes:
            continue
        end = tags[at + 1].start() if at + 1 < len(tags) else len(text)
        inner = text[tag.end() : min(end, tag.end() + _LONGEST_WORDS)] if name == "a" else ""
        yield name, attributes, normalised(unescape(_MARKUP.sub(" ", inner)))


def _base(text: str, url: str) -> str:
    for tag in _TAG.finditer(text):
        if (tag[1] or "").lower() == "base":
            for one in _ATTRIBUTE.finditer(tag[2]):
                if one[1].lower() == "href":
                    return _absolute(unescape(one[2] or one[3] or one[4] or "").strip(), url) or url
    return url


def _absolute(href: str, base: str) -> str | None:
    """An absolute web address; None if it is not a web address."""
    if not href or len(href) > _LONGEST_ADDRESS:
        return None
    try:
        address = urljoin(base, _WHITE.sub(lambda white: "%20" if white[0] == " " else "", href))
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None
