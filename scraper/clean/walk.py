"""One walk over a page's tree gives its visible blocks: the runs of text between the borders of blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from pagewitness.archive.words import normalised
from pagewitness.scraper.clean.labels import is_ligature
from pagewitness.scraper.clean.tables import any_of, table

_KINDS: Final = {
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
    "p": "p", "li": "li", "blockquote": "quote", "figcaption": "caption", "caption": "caption", "pre": "pre",
    "dt": "dt", "dd": "dd", "td": "p", "th": "p",
}  # fmt: skip
# A paragraph in these is of their kind; in anything else it is a paragraph.
_GIVES_KIND: Final = frozenset({"quote", "caption", "li", "dd", "dt"})
_INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "nobr",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "output",
        "meter",
        "data",
    ]
)
_SILENT: Final = frozenset(
    ["script", "style", "template", "svg", "math", "head", "title", "meta", "link", "noscript", "textarea", "datalist"]
)
_DOCUMENT: Final = frozenset({"main", "article"})
_CONTROLS: Final = frozenset(["button", "select", "option", "optgroup", "label", "legend"])
_ZONES: Final = {"nav": "nav", "footer": "footer", "aside": "aside", "dialog": "dialog", "menu": "nav"}
_ROLES: Final = {
    "navigation": "nav", "contentinfo": "footer", "complementary": "aside", "dialog": "dialog", "alertdialog": "dialog",
    "banner": "header", "search": "control", "button": "control", "menu": "nav", "menubar": "nav", "toolbar": "control",
    "main": "main",
}  # fmt: skip
# What makes the cells of a row more than cells: the table only lays the page out.
_LAYOUT: Final = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "article", "section", "blockquote", "form")
_MOST_HIDDEN_ICON = 40  # letters
_SEPARATOR = " | "
_CELL = "\u241f"  # the picture of a unit separator: no page has it, and it is no control character


class Piece(NamedTuple):
    """A visible block before anybody has decided on it.

    Attributes:
        kind, text, zone, links: as in `archive.model.VisibleBlock`.
        by: the table's entry by which it cannot be the document; empty where there is none.
        place: the number of the element it stands in, in reading order; -1 outside of any.
    """

    kind: str
    text: str
    zone: str
    links: float
    by: str
    place: int = -1


class _Frame(NamedTuple):
    """What holds inside an element."""

    kind: str = "p"
    zone: str = "main"
    by: str = ""
    link: bool = False
    in_row: bool = False
    in_article: bool = False
    place: int = -1


class _Run:
    """The text since the last border."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._text: list[str] = []
        self._letters = self._linked = 0
        self.breaks = 0

    def add(self, text: str | None, frame: _Frame) -> None:
        if not text:
            return
        if not text.isspace():
            self.breaks = 0
            letters = len(text)
            self._letters += letters
            self._linked += letters if frame.link else 0
        self._text.append(text)

    def border(self, frame: _Frame) -> None:
        """End a block: what was gathered belongs to `frame`."""
        if self._letters:
            text = normalised("".join(self._text))
            text = _SEPARATOR.join(filter(None, map(str.strip, text.split(_CELL))))
            if text:
                share = round(min(1.0, self._linked / self._letters), 2)
                self.pieces.append(Piece(frame.kind, text, frame.zone, share, frame.by, frame.place))
        self._text.clear()
        self._letters = self._linked = self.breaks = 0

    def cell(self) -> None:
        self._text.append(_CELL)


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk gives.

    Attributes:
        pieces: the visible blocks in reading order.
        parents: for each element that is not inline, by its number in reading order, the number of the one around it.
    """

    pieces: list[Piece]
    parents: list[int]


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

    run, frames, parents = _Run(), [_Frame()], list[int]()
    skipped = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if skipped or (_is_silent(element, tag) and not (noscript and tag == "noscript")):
                skipped += 1
                continue
            _enter(element, tag, run, frames, marks, parents)
        elif skipped:
            skipped -= 1
            if not skipped:
                run.add(" ", frames[-1])
                run.add(element.tail, frames[-1])
        else:
            _leave(element, tag, run, frames)
    run.border(frames[-1])
    return Walk(run.pieces, parents)


def _enter(element: Any, tag: str, run: _Run, frames: list[_Frame], marks: dict[Any, str], parents: list[int]) -> None:
    outer = frames[-1]
    place = outer.place
    if tag not in _INLINE and tag != "br":
        parents.append(place)
        place = len(parents) - 1
    frame = _frame(element, tag, outer, marks, place)
    frames.append(frame)
    if tag == "br":
        _break(run, outer)
    elif frame.in_row and outer.in_row:
        run.add(" ", frame) if tag not in _INLINE else None
        if tag in ("td", "th"):
            run.cell()
    elif _is_border(tag, frame, outer):
        run.border(outer)
    run.add(element.text, frame)


def _leave(element: Any, tag: str, run: _Run, frames: list[_Frame]) -> None:
    frame = frames.pop()
    outer = frames[-1]
    if frame.in_row and outer.in_row:
        run.add(" ", frame) if tag not in _INLINE else None
    elif tag != "br" and _is_border(tag, frame, outer):
        run.border(frame)
    run.add(element.tail, outer)


def _break(run: _Run, frame: _Frame) -> None:
    """One br is a space; two in a row end a paragraph."""
    run.breaks += 1
    if run.breaks >= 2 and not frame.in_row:
        run.border(frame)
    else:
        run.add(" ", frame)


def _is_border(tag: str, frame: _Frame, outer: _Frame) -> bool:
    return (
        tag not in _INLINE or frame.by != outer.by or (frame.zone != outer.zone and frame.zone in ("dialog", "control"))
    )


def _is_silent(element: Any, tag: Any) -> bool:
    """Whether an element shows no words: scripts, pictures, the names of pictures in icon fonts."""
    if not isinstance(tag, str) or tag in _SILENT:
        return True
    if tag not in _INLINE and tag not in ("mat-icon", "md-icon", "ion-icon", "iconify-icon"):
        return False
    return _is_icon(element)


def _is_icon(element: Any) -> bool:
    classes, hidden = element.get("class"), element.get("aria-hidden") == "true"
    if not hidden and not (classes and _names_icon(classes)) and element.tag != "mat-icon":
        return False
    text = "".join(element.itertext()).strip()
    if hidden:
        return len(text) <= 2 or is_ligature(text)
    return " " not in text and (
        is_ligature(text) or len(text) <= 2 or (text.islower() and "material" in (classes or ""))
    )


def _frame(element: Any, tag: str, outer: _Frame, marks: dict[Any, str], place: int) -> _Frame:
    by = outer.by or marks.get(element, "")
    zone = _zone(element, tag, outer)
    kind = _KINDS.get(tag, outer.kind)
    if kind == "p" and outer.kind in _GIVES_KIND:
        kind = outer.kind
    in_row = outer.in_row or (tag == "tr" and _is_data(element))
    kind = "row" if in_row else kind
    document = tag in _DOCUMENT
    link = not document and (outer.link or (tag == "a" and element.get("href") is not None) or tag == "button")
    return _Frame(kind, zone, by, link, in_row, outer.in_article or document, place)


def _zone(element: Any, tag: str, outer: _Frame) -> str:
    if outer.zone in ("hidden", "dialog"):
        return outer.zone
    get = element.get
    if get("hidden") is not None or get("style") or (get("aria-hidden") == "true" and _is_short(element)):
        return "hidden"
    if tag in ("body", "html", "main", "article"):
        # Markup that leaves a header or a button open does not make the document a part of it.
        return "main" if tag in _DOCUMENT and outer.zone in ("header", "control") else outer.zone
    named = _zone_of_tag(element, tag, outer)
    if named:
        return named
    classes, identity = get("class"), get("id")
    found = _zone_named(classes) if classes else None
    found = found or (_zone_named(identity) if identity else None)
    if found is None or (found in ("header", "footer") and outer.in_article):
        return outer.zone
    # What a name says weakly does not undo what an element around it says.
    return found if outer.zone == "main" or found == "hidden" else outer.zone


def _zone_of_tag(element: Any, tag: str, outer: _Frame) -> str | None:
    role = element.get("role")
    if role in _ROLES:
        return _ROLES[role]
    if tag in _CONTROLS or (tag == "a" and element.get("onclick")):
        return "control"
    if tag == "header" and not outer.in_article:
        return "header"
    if tag == "footer" and outer.in_article:
        return outer.zone
    return _ZONES.get(tag)


def _is_short(element: Any) -> bool:
    return len("".join(element.itertext()).strip()) <= _MOST_HIDDEN_ICON


def _is_data(row: Any) -> bool:
    """Whether a table's row holds data: cells of text and no more."""
    if next(row.iter(*_LAYOUT), None) is not None:
        return False
    return all(sum(1 for _ in cell.iter("p", "div")) <= 3 for cell in row)


@lru_cache(maxsize=16384)
def _names_icon(classes: str) -> bool:
    return any(_icons().fullmatch(name) for name in classes.split())


@cache
def _icons() -> re.Pattern[str]:
    return re.compile(any_of(table("icons")["classes"]), re.IGNORECASE)


@lru_cache(maxsize=16384)
def _zone_named(names: str) -> str | None:
    for zone, expression in _zones():
        if any(expression.fullmatch(name) for name in names.split()):
            return zone
    return None


@cache
def _zones() -> tuple[tuple[str, re.Pattern[str]], ...]:
    zones = table("zones")
    return tuple((zone, re.compile(any_of(names), re.IGNORECASE)) for zone, names in zones.items())
