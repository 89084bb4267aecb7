"""One walk over a page's tree gives its visible blocks: the runs of text between the borders of blocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from pagewitness.archive.text.words import normalised, tokens
from pagewitness.scraper.clean.blocks.frames import KEEP, STRIP, Frame, Frames
from pagewitness.scraper.clean.lexicon.icons import INLINE, is_silent

_HIGH: Final = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
_FIGURES: Final = frozenset("0123456789+-−()")
_ENDS: Final = frozenset(".,;:!?…)]\"'”’»“")
_SEPARATOR = " | "
_LONG = 300  # letters
_CELL = "\u241f"  # the picture of a unit separator: no page has it, and it is no control character


class Piece(NamedTuple):
    """A visible block before anybody has decided on it.

    Attributes:
        kind, text, zone, links: as in `archive.model.VisibleBlock`.
        by: the table's entry or the rule by which it cannot be the document, or the rule by which it is; empty where
            there is none.
        place: the number of the element it stands in, in reading order; -1 outside of any.
        strong: the share of its letters in bold type, 0 to 1.
    """

    kind: str
    text: str
    zone: str
    links: float
    by: str
    place: int = -1
    strong: float = 0.0

    @property
    def barred(self) -> bool:
        """Whether it cannot be the document."""
        return self.by != "" and not self.by.startswith(KEEP)


class Place(NamedTuple):
    """An element that is not inline.

    Attributes:
        parent: the number of the one around it, in reading order; -1 for the root.
        tag: its name.
        names: its classes and its id, as written.
    """

    parent: int
    tag: str
    names: str


@dataclass(frozen=True)
class Walk:
    """What a walk gives.

    Attributes:
        pieces: the visible blocks in reading order.
        places: the elements that are not inline, in reading order.
        written: what `features` knows of how the blocks are written, for it is asked twice where a vote is asked.
    """

    pieces: list[Piece]
    places: list[Place]
    written: list[Any] = field(default_factory=list, compare=False)

    @cached_property
    def words(self) -> list[list[str]]:
        """The words of each block, in lower case."""
        return [short or tokens(piece.text.lower()) for piece, short in zip(self.pieces, self.short_words, strict=True)]

    @cached_property
    def short_words(self) -> list[list[str]]:
        """The same of blocks of fewer than 300 letters; nothing of longer ones."""
        return [tokens(piece.text.lower()) if len(piece.text) < _LONG else [] for piece in self.pieces]

    @cached_property
    def seen(self) -> list[float]:
        """The share of each hidden block that is visible elsewhere on the page, 0 to 1; 0 for those that are not hidden."""
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

    def with_main(self, zones: Collection[str]) -> Walk:
        """The same blocks, with those of some zones (none of them `hidden`) in the main part."""
        pieces = [piece._replace(zone="main") if piece.zone in zones else piece for piece in self.pieces]
        walk = Walk(pieces, self.places, self.written)
        for name in ("words", "short_words", "seen"):  # they hold as before
            if name in vars(self):
                vars(walk)[name] = vars(self)[name]
        return walk


def spans(words: Sequence[str]) -> list[tuple[str, str, str]]:
    """Three words in a row, at each place: what texts are compared by."""
    return list(zip(words, words[1:], words[2:], strict=False))


def visible_blocks(root: Any, marks: dict[Any, str], noscript: bool = False) -> Walk:
    """The visible blocks of a page in reading order.

    Args:
        root: the root element.
        marks: elements that are no document, each with the reason (`prune.consent_parts`).
        noscript: whether to read what is shown only to browsers that run no scripts.

    Returns:
        the blocks; what is hidden is among them, in the zone `hidden`.
    """
    walker = _Walker(marks, noscript)
    for element in root.iter():
        parent = element.getparent()
        while walker.inside is not parent:
            walker.leave()
        walker.enter(element)
    return walker.end()


class _Walker:
    """Where a walk is: the elements around with their frames and places, and the text since the last border.

    The inner loop of all reading: a page has thousands of elements, so what is usual is asked first, and counts are
    made at borders only.
    """

    def __init__(self, marks: dict[Any, str], noscript: bool) -> None:
        self.inside: Any = None
        self._in, self._noscript = Frames(marks), noscript
        self._frame: Frame | None = self._in.root  # none inside of what shows nothing
        self._place = -1
        self._around: list[tuple[Any, Frame | None, int]] = []
        self._places: list[Place] = []
        self._pieces: list[Piece] = []
        self._texts: list[str] = []
        self._frames: list[Frame | None] = []  # of each text; none for a border between cells
        self._broken = 0  # texts at the last of some br in a row

    def enter(self, element: Any) -> None:
        """Go into an element, up to its first child."""
        outer, place, tag = self._frame, self._place, element.tag
        self._around.append((self.inside, outer, place))
        self.inside = element
        if outer is None or (is_silent(element, tag) and not (self._noscript and tag == "noscript")):
            self._frame = None
            return
        inline, items = tag in INLINE, element.items()
        frame = self._frame = self._in.inside(outer, element, tag, items, inline)
        if frame is not outer or not inline:
            if tag == "br":
                self._break(outer, place)
            elif frame.in_row and outer.in_row:
                if not inline:
                    self._space(frame)
                if tag in ("td", "th"):
                    self._add(_CELL, None)
            elif self._texts and _is_border(inline, frame, outer):
                self._border(outer, place)
            if not inline and tag != "br":
                self._place = len(self._places)
                self._places.append(Place(place, tag, _names(items) if items else ""))
        if tag == "sup" and self._texts and _is_note(element, self._texts[-1]):
            self._space(frame)
        text = element.text
        if text and (self._texts or not text.isspace()):
            raised = tag == "sup" or (tag == "a" and self._above() == "sup")
            self._add(_raised(text) if raised else text, frame)

    def leave(self) -> None:
        """Come out of the element that the walk is in, up to what stands behind it."""
        element, frame, place = self.inside, self._frame, self._place
        self.inside, outer, self._place = self._around.pop()
        self._frame = outer
        if outer is None:
            return
        if frame is None:
            self._space(outer)
        else:
            tag = element.tag
            if frame is not outer or tag not in INLINE:
                if frame.in_row and outer.in_row:
                    if tag not in INLINE:
                        self._space(frame)
                elif self._texts and tag != "br" and _is_border(tag in INLINE, frame, outer):
                    self._border(frame, place)
        tail = element.tail
        if tail and (self._texts or not tail.isspace()):
            self._add(tail, outer)

    def end(self) -> Walk:
        while self._around:
            self.leave()
        self._border(self._in.root, self._place)
        return Walk(self._pieces, self._places)

    def _above(self) -> Any:
        """The tag of the element around the one that the walk is in."""
        above = self._around[-1][0]
        return above.tag if above is not None else None

    def _add(self, text: str, frame: Frame | None) -> None:
        self._texts.append(text)
        self._frames.append(frame)

    def _space(self, frame: Frame) -> None:
        if self._texts:
            self._add(" ", frame)

    def _break(self, frame: Frame, place: int) -> None:
        """One br is a space; two in a row end a paragraph."""
        again = self._broken and all(map(str.isspace, self._texts[self._broken :]))
        if again and not frame.in_row:
            self._border(frame, place)
        else:
            self._add(" ", frame)
            self._broken = len(self._texts)

    def _border(self, frame: Frame, place: int) -> None:
        """End a block: what was gathered belongs to `frame`, and stands at `place`."""
        if not self._texts:
            return
        if self._in.strips and not _is_stripped(frame):
            self._take_out(frame, place)
        letters, linked, strong = self._counted()
        if letters:
            text = normalised("".join(self._texts))
            if _CELL in text:
                text = _SEPARATOR.join(filter(None, map(str.strip, text.split(_CELL))))
            if text:
                shares = _share(linked, letters), _share(strong, letters)
                self._pieces.append(Piece(frame.kind, text, frame.zone, shares[0], frame.by, place, shares[1]))
        self._texts.clear()
        self._frames.clear()
        self._broken = 0

    def _take_out(self, frame: Frame, place: int) -> None:
        """What is stripped inside a block (a reference's mark, a cell) is a block of its own, before the rest."""
        stripped = [
            (text, one) for text, one in zip(self._texts, self._frames, strict=True) if one and _is_stripped(one)
        ]
        if not stripped:
            return
        text = normalised("".join(text for text, _ in stripped))
        if text:
            self._pieces.append(Piece(frame.kind, text, frame.zone, 0.0, stripped[0][1].by, place))
        rest = [
            (text, one) for text, one in zip(self._texts, self._frames, strict=True) if not (one and _is_stripped(one))
        ]
        self._texts, self._frames = [text for text, _ in rest], [one for _, one in rest]

    def _counted(self) -> tuple[int, int, int]:
        """How many letters were gathered; of them in links, and in bold type."""
        letters = linked = strong = 0
        for text, frame in zip(self._texts, self._frames, strict=True):
            if frame is not None and not text.isspace():
                letters += len(text)
                if frame.link:
                    linked += len(text)
                if frame.strong:
                    strong += len(text)
        return letters, linked, strong


def _is_note(raised: Any, before: str) -> bool:
    """Whether what is set high is the mark of a note, which is no part of the word before it, as in m² and 10⁶."""
    return next(raised.iter("a"), None) is not None or before[-1:] in _ENDS


def _names(items: list[tuple[str, str]]) -> str:
    """The classes and the id of an element."""
    attributes = dict(items)
    return f"{attributes.get('class', '')} {attributes.get('id', '')}".strip()


def _share(part: int, letters: int) -> float:
    if not part or part >= letters:
        return float(part > 0)
    return round(part / letters, 2)


def _raised(text: str) -> str:
    """Figures that are set high, as letters that are: 10⁶ is no 106, and a note's mark no part of a year."""
    return text.translate(_HIGH) if text.strip() and _FIGURES.issuperset(text.strip()) else text


def _is_stripped(frame: Frame) -> bool:
    return frame.by.startswith(STRIP)


def _is_border(inline: bool, frame: Frame, outer: Frame) -> bool:
    if frame is outer:
        return not inline
    if inline and (_is_stripped(frame) or _is_stripped(outer)):
        return False  # it is taken out of the block, and the block goes on
    return not inline or frame.by != outer.by or (frame.zone != outer.zone and frame.zone in ("dialog", "control"))
