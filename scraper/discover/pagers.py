"""The further pages of a listing, known by how their addresses differ from the listing's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from pagewitness.archive import addresses
from pagewitness.scraper.discover.anchors import Anchor

_NUMBER: Final = re.compile(r"\d{1,5}")
_WORDS: Final = re.compile(r"\D{0,20}?(\d{1,5})\D{0,20}")  # "2", "Page 2", "Seite 2 von 9" has two
# The end of a path that numbers a page: /2, -2, ;page=2, and /page/2, /p2.
_PATH_ENDS: Final = tuple(
    re.compile(rf"{before}(\d{{1,5}})(?:\.\w{{2,5}})?/?$", re.IGNORECASE)
    for before in (r"[-_;/](?:[a-z]+=)?", r"/[^\W\d_]{1,12}[-_/]?")
)
_MOST_DIGITS: Final = 3  # of a number at the end of a path: more may be a year
_NAMES: Final = re.compile(r"p|pg|pag(?:e|ed|ina|ing)?|page_?(?:no|nr|num(?:ber)?|index|id)?|seite|sida|side|sivu|strana|strona|puslapis|"
    r"lapa|start|offset|skip|from|first|cursor|.*[_-](?:page|start|offset|cp)|.*[\[_](?:currentpage|page)\]?", re.IGNORECASE)  # fmt: skip


def pagers(anchors: Iterable[Anchor], listing: str, ours: str) -> list[str]:
    """The addresses of further pages of a listing, in order: those said to be the next one, and numbered ones.

    Args:
        anchors: the links of the listing, or of a further page of it.
        listing: the address of the listing.
        ours: the address of the page that has the links.
    """
    anchors = list(anchors)
    found = dict.fromkeys(
        anchor.url for anchor in anchors if anchor.rel & {"next"} and is_part(anchor.url, listing, said=True)
    )
    found |= dict.fromkeys(_numbered(anchors, listing))
    skipped = {addresses.key_of(listing), addresses.key_of(ours)}
    return [url for url in found if addresses.key_of(url) not in skipped]


def is_part(url: str, listing: str, *, said: bool = False) -> bool:
    """Whether an address is that of a further page of a listing: it differs only by a number.

    Args:
        said: whether the link says so (`rel=next`): then the number may be missing, if the path is the same.
    """
    if not _same_host(url, listing):
        return False
    number = number_of(url, listing)
    return number is not None or (said and _path(url) == _path(listing))


def number_of(url: str, listing: str) -> int | None:
    """The number by which the address of a further page differs from its listing's; None if it differs otherwise."""
    parts, home = urlsplit(url), urlsplit(listing)
    here, there = (
        dict(parse_qsl(parts.query, keep_blank_values=True)),
        dict(parse_qsl(home.query, keep_blank_values=True)),
    )
    if _path(url) == _path(listing):
        differing = {name for name in here.keys() | there.keys() if here.get(name) != there.get(name)}
        if len(differing) != 1:
            return None
        name = differing.pop()
        value = here.get(name, "")
        return int(value) if _NAMES.fullmatch(name) and _NUMBER.fullmatch(value) else None
    if here != there:
        return None
    stems = {home.path.rstrip("/"), *(home.path[: end.start()].rstrip("/") for end in _ends(home.path))}
    stems |= {re.sub(r"(?:/index)?\.\w{2,5}$", "", stem) for stem in stems}
    for end in _ends(parts.path):
        if parts.path[: end.start()].rstrip("/") in stems and len(end[1]) <= _MOST_DIGITS:
            return int(end[1])
    return None


def _ends(path: str) -> list[re.Match[str]]:
    return [found for end in _PATH_ENDS if (found := end.search(path))]


def is_numbered(url: str, listing: str) -> bool:
    """Whether an address is the listing's with another number of a page among its parameters."""
    return _path(url) == _path(listing) and _same_host(url, listing) and number_of(url, listing) is not None


def _numbered(anchors: list[Anchor], listing: str) -> Iterator[str]:
    """Links whose words are a number, and whose addresses differ from the listing's by one; and what is named like them."""
    named = []
    for anchor in anchors:
        number = None if anchor.in_head or not _same_host(anchor.url, listing) else number_of(anchor.url, listing)
        if number is None or (number <= 1 and _WORDS.fullmatch(anchor.words) is None):
            continue
        end_of_path = _path(anchor.url) != _path(listing)
        words = _WORDS.fullmatch(anchor.words)
        # A path may end in a number for other reasons, and then the link has words of its own.
        if words and (not end_of_path or int(words[1]) == number or anchor.words.isdigit()):
            if int(words[1]) > 1:
                yield anchor.url
        elif not end_of_path and len(anchor.words) < 40:
            named.append(anchor.url)
    yield from named


def _same_host(url: str, other: str) -> bool:
    return urlsplit(url).netloc.lower() == urlsplit(other).netloc.lower()


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")
