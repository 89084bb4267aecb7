"""One walk over a page's tree gives its visible blocks: the runs of text between the borders of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from pagewitness.archive.words import normalised, tokens
from pagewitness.scraper.clean.icons import INLINE, is_silent
from pagewitness.scraper.clean.zones import DOCUMENT, zone_of

_KINDS: Final = {
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
    "p": "p", "li": "li", "blockquote": "quote", "figcaption": "caption", "caption": "caption", "pre": "pre",
    "dt": "dt", "dd": "dd", "td": "p", "th": "p",
}  # fmt: skip
# A paragraph in these is of their kind; in anything else it is a paragraph.
_GIVES_KIND: Final = frozenset({"quote", "caption", "li", "dd", "dt"})
_HIGH: Final = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
_FIGURES: Final = frozenset("0123456789+-−()")
# Attributes that tell a zone or a link.
_TELLING: Final = frozenset({"class", "id", "role", "hidden", "style", "aria-hidden", "onclick", "href"})
_STRONG: Final = frozenset({"b", "strong"})
# What makes the cells of a row more than cells: the table only lays the page out.
_LAYOUT: Final = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "article", "section", "blockquote", "form")
_SEPARATOR = " | "
_CELL = "\u241f"  # the picture of a unit separator: no page has it, and it is no control character


class Piece(NamedTuple):
    """A visible block before anybody has decided on it.

    Attributes:
        kind, text, zone, links: as in `archive.model.VisibleBlock`.
        by: the table's entry by which it cannot be the document; empty where there is none.
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


class _Frame:
    """What holds inside an element, but for its place; and the frames of the kinds of elements met in it."""

    __slots__ = ("by", "in_article", "in_row", "inner", "kind", "link", "strong", "zone")

    def __init__(
        self,
        kind: str = "p",
        zone: str = "main",
        by: str = "",
        link: bool = False,
        in_row: bool = False,
        in_article: bool = False,
        strong: bool = False,
    ) -> None:
        self.kind, self.zone, self.by, self.link = kind, zone, by, link
        self.in_row, self.in_article, self.strong = in_row, in_article, strong
        self.inner: dict[Any, _Frame] = {}


class _Run:
    """The text since the last border."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._text: list[str] = []
        self._letters = self._linked = self._strong = 0
        self.breaks = 0

    def add(self, text: str | None, frame: _Frame) -> None:
        if not text:
            return
        if not text.isspace():
            self.breaks = 0
            letters = len(text)
            self._letters += letters
            self._linked += letters if frame.link else 0
            self._strong += letters if frame.strong else 0
        self._text.append(text)

    def border(self, frame: _Frame, place: int) -> None:
        """End a block: what was gathered belongs to `frame`, and stands at `place`."""
        if not self._text:
            return
        if self._letters:
            text = normalised("".join(self._text))
            if _CELL in text:
                text = _SEPARATOR.join(filter(None, map(str.strip, text.split(_CELL))))
            if text:
                links, strong = self._share(self._linked), self._share(self._strong)
                self.pieces.append(Piece(frame.kind, text, frame.zone, links, frame.by, place, strong))
        self._text.clear()
        self._letters = self._linked = self._strong = self.breaks = 0

    def _share(self, letters: int) -> float:
        if not letters or letters >= self._letters:
            return float(letters > 0)
        return round(letters / self._letters, 2)

    def cell(self) -> None:
        self._text.append(_CELL)


@dataclass(frozen=True)
class Walk:
    """What a walk gives.

    Attributes:
        pieces: the visible blocks in reading order.
        places: the elements that are not inline, in reading order.
    """

    pieces: list[Piece]
    places: list[Place]

    @cached_property
    def words(self) -> list[list[str]]:
        """The words of each block, in lower case."""
        return [tokens(piece.text.lower()) for piece in self.pieces]

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
    from lxml import etree

    walker = _Walker(marks)
    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            if skipped or (is_silent(element, element.tag) and not (noscript and element.tag == "noscript")):
                skipped += 1
            else:
                walker.enter(element)
        elif not skipped:
            walker.leave(element)
        else:
            skipped -= 1
            if not skipped:
                walker.pass_by(element)
    return walker.end()


class _Walker:
    """Where a walk is: the frames and places of the elements around, and the text since the last border."""

    def __init__(self, marks: dict[Any, str]) -> None:
        self._marks = marks
        self._run = _Run()
        self._around: list[tuple[_Frame, int]] = [(_Frame(), -1)]
        self._places: list[Place] = []

    def enter(self, element: Any) -> None:
        tag, run = element.tag, self._run
        outer, place = around = self._around[-1]
        inline = tag in INLINE
        frame = self._frame(element, tag, outer, inline)
        if frame is outer and inline:
            self._around.append(around)
        else:
            if tag == "br":
                self._break(outer, place)
            elif frame.in_row and outer.in_row:
                if not inline:
                    run.add(" ", frame)
                if tag in ("td", "th"):
                    run.cell()
            elif _is_border(inline, frame, outer):
                run.border(outer, place)
            if not inline and tag != "br":
                names = f"{element.get('class', '')} {element.get('id', '')}".strip()
                self._places.append(Place(place, tag, names))
                place = len(self._places) - 1
            self._around.append((frame, place))
        text = element.text
        if text:
            run.add(_raised(text) if tag == "sup" else text, frame)

    def leave(self, element: Any) -> None:
        frame, inside = self._around.pop()
        outer, _ = self._around[-1]
        tag = element.tag
        if frame is not outer or tag not in INLINE:
            if frame.in_row and outer.in_row:
                if tag not in INLINE:
                    self._run.add(" ", frame)
            elif tag != "br" and _is_border(tag in INLINE, frame, outer):
                self._run.border(frame, inside)
        tail = element.tail
        if tail:
            self._run.add(tail, outer)

    def pass_by(self, element: Any) -> None:
        """Go on behind an element that shows nothing."""
        frame, _ = self._around[-1]
        self._run.add(" ", frame)
        self._run.add(element.tail, frame)

    def end(self) -> Walk:
        self._run.border(*self._around[-1])
        return Walk(self._run.pieces, self._places)

    def _break(self, frame: _Frame, place: int) -> None:
        """One br is a space; two in a row end a paragraph."""
        self._run.breaks += 1
        if self._run.breaks >= 2 and not frame.in_row:
            self._run.border(frame, place)
        else:
            self._run.add(" ", frame)

    def _frame(self, element: Any, tag: str, outer: _Frame, inline: bool) -> _Frame:
        """The frame of an element; pages are made of few kinds of elements, so each is looked at once."""
        marks = self._marks
        attributes = {name: value for name, value in element.items() if name in _TELLING}
        if not attributes and inline and tag not in _STRONG and not marks:
            return outer  # most of a page's elements: nothing changes inside
        by = marks.get(element, "") if marks else ""
        if by or tag == "tr" or "aria-hidden" in attributes:
            return _frame_of(element, tag, attributes, outer, by)  # it depends on more than its tag and its attributes
        if "href" in attributes:
            attributes["href"] = ""
        key = (tag, *attributes.items())
        frame = outer.inner.get(key)
        if frame is None:
            frame = outer.inner[key] = _frame_of(element, tag, attributes, outer, by)
        return frame


def _raised(text: str) -> str:
    """Figures that are set high, as letters that are: 10⁶ is no 106, and a note's mark no part of a year."""
    return text.translate(_HIGH) if text.strip() and _FIGURES.issuperset(text.strip()) else text


def _is_border(inline: bool, frame: _Frame, outer: _Frame) -> bool:
    if frame is outer:
        return not inline
    return not inline or frame.by != outer.by or (frame.zone != outer.zone and frame.zone in ("dialog", "control"))


def _frame_of(element: Any, tag: str, attributes: dict[str, str], outer: _Frame, by: str) -> _Frame:
    zone = zone_of(element, tag, attributes, outer.zone, outer.in_article)
    kind = _KINDS.get(tag, outer.kind)
    if kind == "p" and outer.kind in _GIVES_KIND:
        kind = outer.kind
    in_row = outer.in_row or (tag == "tr" and _is_data(element))
    kind = "row" if in_row else kind
    document = tag in DOCUMENT
    link = not document and (outer.link or (tag == "a" and "href" in attributes) or tag == "button")
    strong = outer.strong or tag in _STRONG
    return _Frame(kind, zone, outer.by or by, link, in_row, outer.in_article or document, strong)


def _is_data(row: Any) -> bool:
    """Whether a table's row holds data: cells of text and no more."""
    if next(row.iter(*_LAYOUT), None) is not None:
        return False
    return all(sum(1 for _ in cell.iter("p", "div")) <= 3 for cell in row)
