"""Where the links of a document lead: how a reading stores it, and which links were repointed (pure).

A link is known by its words and its line; if these say little ("Read more"), also by the heading above, and if the page has
several such lines ("Download"), by the line before. Its target changed if its words stayed in successive observations, the
address differs in more than what servers vary (`same_place`), and the next observation confirms it. A link whose target
goes back and forth says nothing, so it makes no change.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.store import bodies

_ZONES: Final = frozenset({"main", "aside"})
_FEW_WORDS: Final = 3  # of a line that is the same whatever it links
_MOST: Final = 5_000  # links of a reading
# A part of a name that a build or a content network made from what a file holds: not the name itself.
_DIGEST: Final = re.compile(r"[-._]?(?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,}(?![0-9a-z])", re.IGNORECASE)
# What the Wayback Machine writes before the links of its captures, which others import as their own.
_REPLAYED: Final = re.compile(r"https?://web\.archive\.org/web/\d{4,14}(?:[a-z]{2}_)?/(https?):/+")
# A mail address as a link, hidden or written without `mailto:`, leads to no page.
_MAIL: Final = re.compile(r"/cdn-cgi/l/email-protection|[^/?#]@[^/?#]+$")
_NAME: Final = re.compile(r"[^\W\d_]{3,}")
_RETURNS: Final = 2  # to an earlier target, from which a link alternates


class StoredLink(NamedTuple):
    """A link of a reading.

    Attributes:
        line: the id of its line's text.
        words: its words; empty if they are the whole line.
        address: where it leads.
        after: the id of the heading above it or of the line before it, if that makes out which link it is; else 0.
    """

    line: int
    words: str
    address: str
    after: int


LinkKey = tuple[int, str, int]  # line, words, after


def packed_links(blocks: Sequence[VisibleBlock], ids: Mapping[str, int]) -> bytes | None:
    """The links of a reading's document as they are stored; None if it has no links.

    Args:
        blocks: the visible blocks.
        ids: of their texts.
    """
    found: list[StoredLink] = []
    texts = Counter(block.text for block in blocks)
    before = heading = 0
    for block in blocks:
        if block.document or block.zone in _ZONES:
            says_little = len(block.text.split()) <= _FEW_WORDS
            after = before if texts[block.text] > 1 else heading if says_little else 0
            for words, address in (one for one in block.targets if not _MAIL.search(one[1])):
                said = "" if words == block.text else words
                found.append(StoredLink(ids[block.text], said, address, after))
        before = ids[block.text] if texts[block.text] == 1 else before
        heading = ids[block.text] if block.kind[0] == "h" else heading
    if not found:
        return None
    return bodies.pack(json.dumps(found[:_MOST], ensure_ascii=False, separators=(",", ":")).encode())


def unpacked_links(stored: bytes | None) -> dict[LinkKey, str]:
    """The address of each link of a reading; links that can't be told apart are left out."""
    links = [StoredLink(*one) for one in json.loads(bodies.unpack(stored))] if stored else []
    times = Counter((one.line, one.words, one.after) for one in links)
    return {key: one.address for one in links if times[key := (one.line, one.words, one.after)] == 1}


@lru_cache(maxsize=1 << 14)
def same_place(address: str) -> str:
    """An address without what varies while it leads to the same place: scheme, www., digests in names, a last slash.

    >>> same_place("http://www.a.example/f/3f2a9b1c/report-0a1b2c3d.pdf") == same_place("https://a.example/f/9e8d7c6b/report.pdf")
    True
    >>> same_place("https://a.example/r2024.pdf") == same_place("https://a.example/r2025.pdf")
    False
    """
    try:
        parts = urlsplit(_REPLAYED.sub(r"\1://", address))
    except ValueError:
        return address
    *folders, name = unquote(parts.path).rstrip("/").split("/")
    plain = _DIGEST.sub("", name)
    if _NAME.search(plain.partition(".")[0]):  # else the digest is what names it
        folders, name = [folder for folder in folders if not _DIGEST.fullmatch(folder)], plain
    return f"{parts.netloc.lower().removeprefix('www.')}{'/'.join([*folders, name])}?{parts.query}#{parts.fragment}"


class Repointed(NamedTuple):
    """A link that began to lead elsewhere.

    Attributes:
        at: the place, among the observations, of the first one with the new target.
        key: the link.
        before, after: where it led, and where it leads.
    """

    at: int
    key: LinkKey
    before: str
    after: str


@dataclass
class _Target:
    """Where one link leads, as observed so far."""

    address: str
    known: list[str]
    waiting: tuple[int, str] | None = None  # a new address, and the observation that first showed it
    changes: list[Repointed] = field(default_factory=list)

    def see(self, at: int, key: LinkKey, address: str) -> None:
        place = same_place(address)
        if place == self.known[-1]:
            self.address, self.waiting = address, None
        elif self.waiting and same_place(self.waiting[1]) == place:
            self.changes.append(Repointed(self.waiting[0], key, self.address, address))
            self.address, self.waiting = address, None
            self.known.append(place)
        else:
            self.waiting = at, address

    @property
    def alternates(self) -> bool:
        """Whether it goes back and forth between targets."""
        return len(self.known) - len(set(self.known)) >= _RETURNS


def repointed(observations: Iterable[Mapping[LinkKey, str]]) -> list[Repointed]:
    """The links that began to lead elsewhere, in order.

    Args:
        observations: the address of each link at each credible observation, oldest first.
    """
    now: dict[LinkKey, _Target] = {}
    ended: list[_Target] = []
    for at, links in enumerate(observations):
        ended += [now.pop(key) for key in now.keys() - links.keys()]  # one that comes back is another link
        for key, address in links.items():
            if key in now:
                now[key].see(at, key, address)
            else:
                now[key] = _Target(address, [same_place(address)])
    return sorted(_settled([*ended, *now.values()]))


def _settled(targets: Iterable[_Target]) -> Iterator[Repointed]:
    for target in targets:
        if not target.alternates:
            yield from target.changes
