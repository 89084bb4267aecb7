"""One walk over a page's tree gives its visible blocks: the runs of text between the borders of blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pagewitness.archive.words import normalised
from pagewitness.scraper.clean.icons import INLINE, is_silent
from pagewitness.scraper.clean.zones import DOCUMENT, zone_of

_KINDS: Final = {
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
    "p": "p", "li": "li", "blockquote": "quote", "figcaption": "caption", "caption": "caption", "pre": "pre",
    "dt": "dt", "dd": "dd", "td": "p", "th": "p",
}  # fmt: skip
# A paragraph in these is of their kind; in anything else it is a paragraph.
_GIVES_KIND: Final = frozenset({"quote", "caption", "li", "dd", "dt"})
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


class _Frame(NamedTuple):
    """What holds inside an element."""

    kind: str = "p"
    zone: str = "main"
    by: str = ""
    link: bool = False
    in_row: bool = False
    in_article: bool = False
    place: int = -1
    strong: bool = False


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

    def border(self, frame: _Frame) -> None:
        """End a block: what was gathered belongs to `frame`."""
        if self._letters:
            text = normalised("".join(self._text))
            if _CELL in text:
                text = _SEPARATOR.join(filter(None, map(str.strip, text.split(_CELL))))
            if text:
                links, strong = (round(min(1.0, part / self._letters), 2) for part in (self._linked, self._strong))
                self.pieces.append(Piece(frame.kind, text, frame.zone, links, frame.by, frame.place, strong))
        self._text.clear()
        self._letters = self._linked = self._strong = self.breaks = 0

    def cell(self) -> None:
        self._text.append(_CELL)


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk gives.

    Attributes:
        pieces: the visible blocks in reading order.
        places: the elements that are not inline, in reading order.
    """

    pieces: list[Piece]
    places: list[Place]


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

    run, frames, places = _Run(), [_Frame()], list[Place]()
    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if skipped or (is_silent(element, tag) and not (noscript and tag == "noscript")):
                skipped += 1
                continue
            _enter(element, tag, run, frames, marks, places)
        elif skipped:
            skipped -= 1
            if not skipped:
                run.add(" ", frames[-1])
                run.add(element.tail, frames[-1])
        else:
            _leave(element, tag, run, frames)
    run.border(frames[-1])
    return Walk(run.pieces, places)


def _enter(element: Any, tag: str, run: _Run, frames: list[_Frame], marks: dict[Any, str], places: list[Place]) -> None:
    outer = frames[-1]
    inline = tag in INLINE
    place = outer.place
    if not inline and tag != "br":
        places.append(Place(place, tag, f"{element.get('class', '')} {element.get('id', '')}".strip()))
        place = len(places) - 1
    frame = _frame(element, tag, outer, marks, place)
    frames.append(frame)
    if tag == "br":
        _break(run, outer)
    elif frame.in_row and outer.in_row:
        run.add(" ", frame) if not inline else None
        if tag in ("td", "th"):
            run.cell()
    elif _is_border(inline, frame, outer):
        run.border(outer)
    run.add(element.text, frame)


def _leave(element: Any, tag: str, run: _Run, frames: list[_Frame]) -> None:
    frame = frames.pop()
    outer = frames[-1]
    if frame.in_row and outer.in_row:
        run.add(" ", frame) if tag not in INLINE else None
    elif tag != "br" and _is_border(tag in INLINE, frame, outer):
        run.border(frame)
    run.add(element.tail, outer)


def _break(run: _Run, frame: _Frame) -> None:
    """One br is a space; two in a row end a paragraph."""
    run.breaks += 1
    if run.breaks >= 2 and not frame.in_row:
        run.border(frame)
    else:
        run.add(" ", frame)


def _is_border(inline: bool, frame: _Frame, outer: _Frame) -> bool:
    if frame is outer:
        return not inline
    return not inline or frame.by != outer.by or (frame.zone != outer.zone and frame.zone in ("dialog", "control"))


def _frame(element: Any, tag: str, outer: _Frame, marks: dict[Any, str], place: int) -> _Frame:
    plain = not element.attrib and not (marks and element in marks)
    if plain and tag in INLINE and tag not in _STRONG:
        return outer  # most of a page's elements: nothing changes inside
    by = outer.by or marks.get(element, "")
    zone = zone_of(element, tag, outer.zone, outer.in_article)
    kind = _KINDS.get(tag, outer.kind)
    if kind == "p" and outer.kind in _GIVES_KIND:
        kind = outer.kind
    in_row = outer.in_row or (tag == "tr" and _is_data(element))
    kind = "row" if in_row else kind
    document = tag in DOCUMENT
    link = not document and (outer.link or (tag == "a" and element.get("href") is not None) or tag == "button")
    strong = outer.strong or tag in _STRONG
    return _Frame(kind, zone, by, link, in_row, outer.in_article or document, place, strong)


def _is_data(row: Any) -> bool:
    """Whether a table's row holds data: cells of text and no more."""
    if next(row.iter(*_LAYOUT), None) is not None:
        return False
    return all(sum(1 for _ in cell.iter("p", "div")) <= 3 for cell in row)
