"""Visible blocks before the decision whether they are the document, and the elements around them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from pagewitness.archive.text.words import tokens
from pagewitness.scraper.clean.blocks.frames import KEEP

_LONG = 300  # letters
_COPIED = 0.5  # a hidden block may be a copy if this share of it is also visible elsewhere


class Piece(NamedTuple):
    """A visible block before the decision whether it is the document.

    Attributes:
        kind, text, zone, links: as in `archive.derived.VisibleBlock`.
        by: the table's entry or the rule that already decides on it; empty if nothing does.
        place: the number of the element it is in, in reading order; -1 if it is outside of all.
        strong: the share of its letters in bold, 0 to 1.
        targets: the words of each of its links, and where it leads, as written.
        lines: its lines, if it is preformatted text of several; else empty.
        inward: whether most of its link text leads into the page itself (`#part`).
    """

    kind: str
    text: str
    zone: str
    links: float
    by: str
    place: int = -1
    strong: float = 0.0
    targets: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    inward: bool = False

    @property
    def barred(self) -> bool:
        """Whether it cannot be the document."""
        return self.by != "" and not self.by.startswith(KEEP)


class Place(NamedTuple):
    """An element that is not inline.

    Attributes:
        parent: the number of the element around it, in reading order; -1 for the root.
        tag: its tag name.
        names: its classes and its id, as written.
        classes: its classes, as written.
    """

    parent: int
    tag: str
    names: str
    classes: str = ""


def place_of(around: int, tag: str, items: list[tuple[str, str]]) -> Place:
    """The place of an element in another."""
    if not items:
        return Place(around, tag, "")
    attributes = dict(items)
    classes = attributes.get("class", "")
    return Place(around, tag, f"{classes} {attributes.get('id', '')}".strip(), classes)


@dataclass(frozen=True)
class Walk:
    """The result of walking over a page.

    Attributes:
        pieces: the visible blocks in reading order.
        places: the elements that are not inline, in reading order.
        written: a cache of `features`, which runs twice if a vote is asked for.
    """

    pieces: list[Piece]
    places: list[Place]
    written: list[Any] = field(default_factory=list, compare=False)

    def nearest(self, tags: Collection[str]) -> list[int]:
        """For each block the number of the innermost element around it that has one of some tags; -1 if it is in none."""
        found: list[int] = []
        for at, place in enumerate(self.places):
            found.append(at if place.tag in tags else found[place.parent] if place.parent >= 0 else -1)
        return [found[piece.place] if piece.place >= 0 else -1 for piece in self.pieces]

    @cached_property
    def words(self) -> list[list[str]]:
        """The words of each block, in lower case."""
        return [short or tokens(piece.text.lower()) for piece, short in zip(self.pieces, self.short_words, strict=True)]

    @cached_property
    def short_words(self) -> list[list[str]]:
        """The words of blocks of fewer than 300 letters, in lower case; empty for longer blocks."""
        return [tokens(piece.text.lower()) if len(piece.text) < _LONG else [] for piece in self.pieces]

    @cached_property
    def seen(self) -> list[float]:
        """The share of each hidden block that is visible elsewhere on the page, 0 to 1; 0 for visible blocks."""
        seen = [0.0] * len(self.pieces)
        hidden = [at for at, piece in enumerate(self.pieces) if piece.zone == "hidden"]
        wanted = {span for at in hidden for span in spans(self.words[at])}
        if hidden:
            visible = {
                span
                for piece, words in zip(self.pieces, self.words, strict=True)
                if piece.zone != "hidden"
                for span in spans(words)
                if span in wanted
            }
            for at in hidden:
                own = spans(self.words[at])
                seen[at] = sum(span in visible for span in own) / len(own) if own else 0.5
        return seen

    @cached_property
    def copies(self) -> list[bool]:
        """Whether each block is hidden and a copy of what is visible elsewhere: it has no word of its own.

        The same sentence with another figure, as of last year, is no copy.
        """
        found = [False] * len(self.pieces)
        pieces = self.pieces
        hidden = [at for at, share in enumerate(self.seen) if share > _COPIED and pieces[at].zone == "hidden"]
        hidden = [at for at in hidden if not pieces[at].barred]
        wanted = {span: set[int]() for at in hidden for span in spans(self.words[at])}
        for at, piece in enumerate(self.pieces):
            if wanted and piece.zone != "hidden":
                for span in spans(self.words[at]):
                    if span in wanted:
                        wanted[span].add(at)
        for at in hidden:
            near = {other for span in spans(self.words[at]) for other in wanted[span]}
            found[at] = {word for other in near for word in self.words[other]}.issuperset(self.words[at])
        return found

    def with_main(self, zones: Collection[str]) -> Walk:
        """The same blocks, with those of some zones (never `hidden`) moved to the main part."""
        pieces = [piece._replace(zone="main") if piece.zone in zones else piece for piece in self.pieces]
        walk = Walk(pieces, self.places, self.written)
        for name in ("words", "short_words", "seen", "copies"):  # these do not depend on the zones
            if name in vars(self):
                vars(walk)[name] = vars(self)[name]
        return walk


def spans(words: Sequence[str]) -> list[tuple[str, str, str]]:
    """All runs of three words, by which texts are compared."""
    return list(zip(words, words[1:], words[2:], strict=False))
