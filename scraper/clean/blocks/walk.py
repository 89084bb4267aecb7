"""Find a page's visible blocks in one walk over its tree: the runs of text between the borders of blocks."""

from __future__ import annotations

from typing import Any, Final

from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.blocks.frames import STRIP, Frame, Frames
from pagewitness.scraper.clean.blocks.pieces import Piece, Place, Walk
from pagewitness.scraper.clean.lexicon.icons import INLINE, is_silent

_HIGH: Final = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
_FIGURES: Final = frozenset("0123456789+-−()")
_ENDS: Final = frozenset(".,;:!?…)]\"'”’»“")
_SEPARATOR = " | "
_CELL = "\u241f"  # the symbol for a unit separator: pages do not use it, and it is not a control character


def visible_blocks(root: Any, marks: dict[Any, str], noscript: bool = False) -> Walk:
    """The visible blocks of a page in reading order.

    Args:
        root: the root element.
        marks: elements that are not the document, each with the reason (`prune.consent_parts`).
        noscript: whether to read text that is shown only if scripts are off.

    Returns:
        the blocks, including hidden ones, which are in the zone `hidden`.
    """
    walker = _Walker(marks, noscript)
    for element in root.iter():
        parent = element.getparent()
        while walker.inside is not parent:
            walker.leave()
        walker.enter(element)
    return walker.end()


class _Walker:
    """The state of a walk: the open elements with their frames and places, and the text since the last border.

    This is the inner loop of reading. A page has thousands of elements, so common cases are checked first, and letters
    are counted only at borders.
    """

    def __init__(self, marks: dict[Any, str], noscript: bool) -> None:
        self.inside: Any = None
        self._in, self._noscript = Frames(marks), noscript
        self._frame: Frame | None = self._in.root  # None inside an element that shows nothing
        self._place = -1
        self._around: list[tuple[Any, Frame | None, int]] = []
        self._places: list[Place] = []
        self._pieces: list[Piece] = []
        self._texts: list[str] = []
        self._frames: list[Frame | None] = []  # one per text; None for a border between cells
        self._broken = 0  # number of texts at the last of several br in a row

    def enter(self, element: Any) -> None:
        """Enter an element; stop before its first child."""
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
                self._places.append(_place(place, tag, items))
        if tag == "sup" and self._texts and _is_note(element, self._texts[-1]):
            self._space(frame)
        text = element.text
        if text and (self._texts or not text.isspace()):
            raised = tag == "sup" or (tag == "a" and self._above() == "sup")
            self._add(_raised(text) if raised else text, frame)

    def leave(self) -> None:
        """Leave the current element, and take the text after it."""
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
        """The tag of the element around the current one."""
        above = self._around[-1][0]
        return above.tag if above is not None else None

    def _add(self, text: str, frame: Frame | None) -> None:
        self._texts.append(text)
        self._frames.append(frame)

    def _space(self, frame: Frame) -> None:
        if self._texts:
            self._add(" ", frame)

    def _break(self, frame: Frame, place: int) -> None:
        """Take a br: one is a space, two in a row end a paragraph."""
        again = self._broken and all(map(str.isspace, self._texts[self._broken :]))
        if again and not frame.in_row:
            self._border(frame, place)
        else:
            self._add(" ", frame)
            self._broken = len(self._texts)

    def _border(self, frame: Frame, place: int) -> None:
        """End a block: the text gathered so far belongs to `frame` and `place`."""
        if not self._texts:
            return
        if self._in.strips and not _is_stripped(frame):
            self._take_out(frame, place)
        letters, linked, strong, inward = self._counted()
        if letters:
            text = normalised("".join(self._texts))
            if _CELL in text:
                text = _SEPARATOR.join(filter(None, map(str.strip, text.split(_CELL))))
            if text:
                shares = _share(linked, letters), _share(strong, letters)
                leads_inward = 2 * inward > linked
                self._pieces.append(
                    Piece(frame.kind, text, frame.zone, shares[0], frame.by, place, shares[1], leads_inward)
                )
        self._texts.clear()
        self._frames.clear()
        self._broken = 0

    def _take_out(self, frame: Frame, place: int) -> None:
        """Make stripped parts of a block (the mark of a reference, a cell) blocks of their own, before the rest."""
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

    def _counted(self) -> tuple[int, int, int, int]:
        """The number of letters gathered, and how many of them are in links, in bold, and in links into the page."""
        letters = linked = strong = inward = 0
        for text, frame in zip(self._texts, self._frames, strict=True):
            if frame is not None and not text.isspace():
                letters += len(text)
                if frame.link:
                    linked += len(text)
                    inward += len(text) if frame.inward else 0
                if frame.strong:
                    strong += len(text)
        return letters, linked, strong, inward


def _is_note(raised: Any, before: str) -> bool:
    """Whether superscript text is the mark of a note, not part of the word before it as in m² and 10⁶."""
    return next(raised.iter("a"), None) is not None or before[-1:] in _ENDS


def _place(around: int, tag: str, items: list[tuple[str, str]]) -> Place:
    """The place of an element in another."""
    if not items:
        return Place(around, tag, "")
    attributes = dict(items)
    classes = attributes.get("class", "")
    return Place(around, tag, f"{classes} {attributes.get('id', '')}".strip(), classes)


def _share(part: int, letters: int) -> float:
    if not part or part >= letters:
        return float(part > 0)
    return round(part / letters, 2)


def _raised(text: str) -> str:
    """Superscript digits as superscript characters, so that 10⁶ is not read as 106, or a note's mark as part of a year."""
    return text.translate(_HIGH) if text.strip() and _FIGURES.issuperset(text.strip()) else text


def _is_stripped(frame: Frame) -> bool:
    return frame.by.startswith(STRIP)


def _is_border(inline: bool, frame: Frame, outer: Frame) -> bool:
    if frame is outer:
        return not inline
    if inline and (_is_stripped(frame) or _is_stripped(outer)):
        return False  # it is taken out of the block, and the block continues
    return not inline or frame.by != outer.by or (frame.zone != outer.zone and frame.zone in ("dialog", "control"))
