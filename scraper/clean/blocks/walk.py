"""Find a page's visible blocks in one walk over its tree: the runs of text between the borders of blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.blocks.formulas import formula
from pagewitness.scraper.clean.blocks.frames import STRIP, STRUCK, Frame, Frames
from pagewitness.scraper.clean.blocks.notes import begins_note, leads_back
from pagewitness.scraper.clean.blocks.pictures import is_picture, words_of_picture
from pagewitness.scraper.clean.blocks.pieces import Piece, Place, Walk, place_of
from pagewitness.scraper.clean.blocks.rows import GROUPS, Grid
from pagewitness.scraper.clean.blocks.tiles import LABELS, is_apart, is_tile
from pagewitness.scraper.clean.blocks.unseen import adds_to_shown, is_for_print, is_never_shown
from pagewitness.scraper.clean.blocks.written import join_written, lines_of
from pagewitness.scraper.clean.lexicon.icons import INLINE, is_silent
from pagewitness.scraper.clean.lexicon.signs import TOGGLES, has_sign

# Elements that show other text than they hold.
_INSTEAD: Final[dict[str, Callable[[Any, Frame], str]]] = {"math": formula, "img": words_of_picture}
_REVISED: Final = frozenset({"ins", *STRUCK})
_TELLING: Final = frozenset({"sup", "text", "tr", *LABELS, *GROUPS, *_REVISED})  # elements for `_told`
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
        self._links: list[tuple[int, str]] = []  # where a link begins among the texts, and its target; empty at its end
        self._grid, self._row = Grid(), None
        self._tiles: set[Any] = set()  # links that are blocks
        self._apart: set[Any] = set()  # elements that a blank follows
        self._unseen: set[Any] = set()  # elements that others do not see

    def enter(self, element: Any) -> None:
        """Enter an element; stop before its first child."""
        outer, place, tag = self._frame, self._place, element.tag
        self._around.append((self.inside, outer, place))
        self.inside = element
        if outer is None:
            return
        items = element.items()
        instead = _INSTEAD.get(tag) or (words_of_picture if items and is_picture(items, element) else None)
        words = instead(element, outer) if instead else ""
        if words:
            self._instead(words, outer, tag in INLINE or tag in _INSTEAD or outer.in_row)
        silent = is_silent(element, tag) or tag in _INSTEAD or (tag == "a" and leads_back(element))
        if words or (silent and not (self._noscript and tag == "noscript")):
            self._frame = None
            return
        inline = tag in INLINE
        if tag == "a" and len(element) > 1 and is_tile(element):
            self._tiles.add(element)
            inline = False
        frame = self._frame = self._in.inside(outer, element, tag, items, inline)
        if (outer.opens and inline and has_sign(element.get("class") or "", TOGGLES)) or (
            frame.zone != outer.zone and inline and self._is_unseen(element, frame, outer)
        ):
            self._frame = None  # it only says that the section opens, or is for screen readers
            self._unseen.add(element)
            return
        if items and not inline:
            if frame.zone == "hidden" != outer.zone and is_never_shown(element):
                frame = self._frame = self._in.barred(frame, "hidden: nothing shows it")
            elif is_for_print(element):
                frame = self._frame = self._in.barred(frame, "hidden: only printed")
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
                self._places.append(place_of(place, tag, items))
        if tag in _TELLING:
            frame = self._frame = self._told(element, tag, frame)
        text = element.text
        if text and (self._texts or not text.isspace()):
            self._add(text, frame)

    def _is_unseen(self, element: Any, frame: Frame, outer: Frame) -> bool:
        """Whether an element adds words for screen readers to what a link or a heading shows; others are set apart from it."""
        if frame.zone != "hidden":
            return outer.opens
        if (outer.link or outer.opens) and adds_to_shown(element):
            return True
        self._space(outer)
        self._apart.add(element)
        return False

    def _instead(self, text: str, frame: Frame, inline: bool) -> None:
        """Take the text that an element shows in place of what it holds; it is a block of its own unless it is inline."""
        if not inline:
            self._border(frame, self._place)
        self._add(text, frame)
        if not inline:
            self._border(frame, self._place)

    def _told(self, element: Any, tag: str, frame: Frame) -> Frame:
        """Take an element that begins a link, a label, the mark of a note, text of a drawing, or a table; returns its frame."""
        if tag in GROUPS:
            self._grid.begin()
        elif tag == "tr":
            self._row = element
        elif tag == "text" or (tag in _REVISED and _is_instead(element, tag)) or (tag in LABELS and is_apart(element)):
            self._space(frame)
        elif self._texts and begins_note(element, tag, self._texts[-1], self._frames[-1]):
            self._space(frame)
            frame = self._in.raised(frame)
        if tag == "a" and element.get("href", "#") != "#":
            self._links.append((len(self._texts), element.get("href")))
        return frame

    def leave(self) -> None:
        """Leave the current element, and take the text after it."""
        element, frame, place = self.inside, self._frame, self._place
        self.inside, outer, self._place = self._around.pop()
        self._frame = outer
        if outer is None:
            return
        tag = element.tag
        if frame is None:
            if tag not in _INSTEAD and (
                not (element.tail or element in self._unseen) or (element.tail or " ")[0].isalnum()
            ):
                self._space(outer)
        else:
            inline = tag in INLINE and element not in self._tiles
            if frame is not outer or not inline:
                if frame.in_row and outer.in_row:
                    if not inline:
                        self._space(frame)
                elif self._texts and tag != "br" and _is_border(inline, frame, outer):
                    self._border(frame, place)
            if tag == "a" and self._links:
                self._links.append((len(self._texts), ""))
            if element in self._apart:
                self._space(outer)
            if tag == "tr":
                self._grid.passed(element)
        tail = element.tail
        if tail and (self._texts or not tail.isspace()):
            self._add(tail, outer)

    def end(self) -> Walk:
        while self._around:
            self.leave()
        self._border(self._in.root, self._place)
        return Walk(self._pieces, self._places)

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
            self._add("\n", frame)
            self._broken = len(self._texts)

    def _border(self, frame: Frame, place: int) -> None:
        """End a block: the text gathered so far belongs to `frame` and `place`."""
        if not self._texts:
            return
        if self._in.strips and not _is_stripped(frame):
            self._take_out(frame, place)
        letters, linked, strong, inward = self._counted()
        if letters:
            written = join_written(self._texts, self._frames) if self._in.writes else "".join(self._texts)
            text = normalised(written)
            if _CELL in text:
                before, *cells = text.split(_CELL)
                cells = [*filter(None, [before.strip()]), *map(str.strip, self._grid.filled(self._row, cells))]
                text = normalised(_SEPARATOR.join(cells))
            if text:
                shares = _share(linked, letters), _share(strong, letters)
                piece = Piece(frame.kind, text, frame.zone, shares[0], frame.by, place, shares[1])
                lines = lines_of(written) if frame.kind == "pre" else ()
                self._pieces.append(piece._replace(targets=self._targets(), lines=lines, inward=2 * inward > linked))
        self._links = [(0, self._links[-1][1])] if self._links and self._links[-1][1] else []
        self._texts.clear()
        self._frames.clear()
        self._broken = 0

    def _targets(self) -> tuple[tuple[str, str], ...]:
        """The words of each link of a block, and where it leads."""
        if not self._links:
            return ()
        found = []
        ends = [*(at for at, _ in self._links[1:]), len(self._texts)]
        for (start, target), end in zip(self._links, ends, strict=True):
            words = normalised("".join(self._texts[start:end]).replace(_CELL, " ")) if target else ""
            if words:
                found.append((words, target))
        return tuple(found)

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
        self._links.clear()  # they are counted in texts

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


def _is_instead(element: Any, tag: str) -> bool:
    """Whether inserted text comes right after struck text, or the other way round."""
    before = element.getprevious()
    return before is not None and not before.tail and before.tag in _REVISED and (before.tag == "ins") != (tag == "ins")


def _share(part: int, letters: int) -> float:
    if not part or part >= letters:
        return float(part > 0)
    return round(part / letters, 2)


def _is_stripped(frame: Frame) -> bool:
    return frame.by.startswith(STRIP)


def _is_border(inline: bool, frame: Frame, outer: Frame) -> bool:
    if frame is outer:
        return not inline
    if inline and (_is_stripped(frame) or _is_stripped(outer)):
        return False  # it is taken out of the block, and the block continues
    return not inline or frame.by != outer.by or (frame.zone != outer.zone and frame.zone in ("dialog", "control"))
