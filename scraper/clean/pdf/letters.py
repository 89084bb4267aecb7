"""A page's letters, as PDFium has them, to words with their places.

PDFium gives letters in the order in which they are drawn, with blanks where there are gaps. Asking it for each letter's
place takes three to six times as long as the text, so only the two ends of a word are asked for, and what a text object
says (size, weight, angle, visibility) once an object. A word whose ends are of different objects is looked at letter by
letter: it may carry a note's mark. All that is asked is asked for a page at once (`calls`).
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np

from pagewitness.scraper.clean.pdf.calls import Floats, are_clear, boxes, calls, matrices, origins
from pagewitness.scraper.clean.pdf.glyphs import readable
from pagewitness.scraper.clean.pdf.sheet import Style, Word

_WORD: Final = re.compile(r"[^\s\x00-\x01\x03-\x1f]+")  # \x02 is a hyphen at a line's end
_BOLD: Final = re.compile(r"bold|black|heavy|semibold|demi(?!ng)", re.IGNORECASE)
_BLANK = 0.14  # sizes of a gap that is a blank, where PDFium saw none
_RAISED = 0.15  # sizes by which a letter stands higher than the one before it
_INVISIBLE = 3  # a text's render mode
_LEAST_SIZE = 0.1  # points, in which sizes are told
_NOTHING = 0.01  # points: less than either share of the least size


class Words(NamedTuple):
    """The words of a page, in the page's own space (y upwards).

    Attributes:
        sides: left, top, right and bottom of each, a row each.
        bases: of each, on the axis across its line.
    """

    texts: list[str]
    sides: Floats
    bases: Floats
    styles: list[Style]
    glued: list[bool]

    def word(self, at: int) -> Word:
        """One of them."""
        left, top, right, bottom = self.sides[at].tolist()
        return Word(self.texts[at], left, top, right, bottom, float(self.bases[at]), self.styles[at], self.glued[at])

    def each(self) -> list[Word]:
        """All of them."""
        return list(map(Word, self.texts, *self.sides.T.tolist(), self.bases.tolist(), self.styles, self.glued))


class _Piece(NamedTuple):
    """A word or a part of it: from one letter to before another."""

    start: int
    end: int
    style: Style
    glued: bool


class _Border(NamedTuple):
    """A place between two text objects inside a word, where it may have to be cut.

    Attributes:
        at: the letter behind it.
        anew: whether the font or the nominal size is another there.
        gap: before the letter, in points; below zero where gaps say nothing.
        step: by which the letter stands higher or lower, in points.
    """

    at: int
    of: int
    anew: bool
    gap: float
    step: float


def words(text: int, letters: str) -> Words:
    """The words of a page.

    Args:
        text: the address of its text page.
        letters: all that it has, one for each of PDFium's.
    """
    spans = [found.span() for found in _WORD.finditer(letters)]
    ask = calls().text_object
    first = list(map(ask, repeat(text), [start for start, _ in spans]))
    last = list(map(ask, repeat(text), [end - 1 for _, end in spans]))
    many = [at for at, (one, other) in enumerate(zip(first, last, strict=True)) if one != other]
    styles = _Styles(text)
    styles.learn(first, [start for start, _ in spans])
    borders = _borders(text, [spans[at] for at in many], styles)
    pieces = list[_Piece]()
    for (start, end), of in zip(spans, first, strict=True):
        if start in borders:
            pieces += _pieces(start, end, of, borders[start], styles)
        else:
            pieces.append(_Piece(start, end, styles.of(of, start), False))
    return _placed(text, letters, pieces)


def _placed(text: int, letters: str, pieces: Sequence[_Piece]) -> Words:
    """Pieces with their places: the boxes of their ends as one, and where the first letter stands."""
    starts = [one.start for one in pieces]
    sides = boxes(text, starts)
    longer = [at for at, one in enumerate(pieces) if one.end - one.start > 1]
    ends = boxes(text, [pieces[at].end - 1 for at in longer])
    own = sides[longer]
    sides[longer] = np.stack(
        [np.minimum(own[:, 0], ends[:, 0]), np.maximum(own[:, 1], ends[:, 1]),
         np.maximum(own[:, 2], ends[:, 2]), np.minimum(own[:, 3], ends[:, 3])], axis=1,
    )  # fmt: skip
    across = np.fromiter((one.style.angle % 2 != 1 for one in pieces), np.intp, len(pieces))
    bases = origins(text, starts)[np.arange(len(pieces)), across]
    texts = [readable(letters[one.start : one.end]) for one in pieces]
    return Words(texts, sides, bases, [one.style for one in pieces], [one.glued for one in pieces])


# --- words of several objects -----------------------------------------------------------------------------------------


def _pieces(start: int, end: int, of: int, borders: Sequence[_Border], styles: _Styles) -> Iterator[_Piece]:
    """A word of several text objects, cut where the style or the height changes, and where there is a blank after all."""
    style, glued = styles.of(of, start), False
    for border in borders:
        apart = not style.angle and border.gap > _BLANK * style.size
        raised = not border.anew and not style.angle and border.step > _RAISED * style.size
        if apart or raised or border.anew:
            yield _Piece(start, border.at, style, glued)
            start, glued, style = border.at, not apart, styles.of(border.of, border.at)
    yield _Piece(start, end, style, glued)


def _borders(text: int, spans: Sequence[tuple[int, int]], styles: _Styles) -> dict[int, list[_Border]]:
    """Where words of several objects may have to be cut, by where they start.

    Some programs make an object of each letter: of most borders nothing comes, and they are left out here at once.
    """
    if not spans:
        return {}
    starts, ends = np.array(spans, np.intp).T
    lengths = ends - starts
    word = np.repeat(np.arange(len(spans)), lengths)
    letters = np.concatenate([np.arange(start, end) for start, end in spans])
    objects = np.fromiter(map(calls().text_object, repeat(text), letters.tolist()), np.uint64, len(letters))
    border = np.empty(len(letters), bool)
    border[0] = False
    border[1:] = (objects[1:] != objects[:-1]) & (word[1:] == word[:-1])
    at = np.flatnonzero(border)
    anew = _anew(text, letters, objects)[at]
    needed = border.copy()
    needed[at - 1] = True
    row = np.cumsum(needed) - 1
    sides = boxes(text, letters[needed].tolist())
    now, before = sides[row[at]], sides[row[at - 1]]
    # Where an object is a letter, places say nothing of blanks: fonts lie about widths.
    by_letter = np.bincount(word[at], minlength=len(spans)) > np.maximum(1, lengths // 4)
    gap = np.where(by_letter[word[at]], -math.inf, now[:, 0] - before[:, 2])
    step = np.abs(now[:, 3] - before[:, 3])
    telling = anew | (gap > _NOTHING) | (step > _NOTHING)
    if styles.learn(objects[at[telling]].tolist(), letters[at[telling]].tolist()) < _LEAST_SIZE:
        telling[:] = True
        styles.learn(objects[at].tolist(), letters[at].tolist())
    found: dict[int, list[_Border]] = {start: [] for start, _ in spans}
    columns = (letters[at], objects[at], anew, gap, step, starts[word[at]])
    for *one, start in zip(*(column[telling].tolist() for column in columns), strict=True):
        found[start].append(_Border(*one))
    return found


def _anew(text: int, letters: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """Of each letter whether its font or its nominal size is another than that of the one before it."""
    each, first, which = np.unique(objects, return_index=True, return_inverse=True)
    fonts = np.fromiter(map(calls().font, each.tolist()), np.uint64, len(each))[which]
    sizes = np.fromiter(map(calls().font_size, repeat(text), letters[first].tolist()), np.float64, len(each))[which]
    found = np.zeros(len(letters), bool)
    found[1:] = (fonts[1:] != fonts[:-1]) | (sizes[1:] != sizes[:-1])
    return found


# --- styles -----------------------------------------------------------------------------------------------------------


class _Styles:
    """How the text objects of a page are set, each looked up once."""

    def __init__(self, text: int) -> None:
        self._text = text
        self._known: dict[int, Style] = {}
        self._bold: dict[int, bool] = {}
        self._least = math.inf

    def of(self, which: int, at: int) -> Style:
        """The style of an object, or of a letter that has none."""
        found = self._known.get(which)
        if found is None:
            self._look_up({which: at})
            found = self._known[which]
        return found

    def learn(self, objects: Sequence[int], at: Sequence[int]) -> float:
        """Look objects up, each with a letter that is of it; the smallest size that any has so far, in points."""
        new: dict[int, int] = {}
        for which, one in zip(objects, at, strict=True):
            if which and which not in self._known:
                new.setdefault(which, one)
        if new:
            self._look_up(new)
        return self._least

    def _look_up(self, new: dict[int, int]) -> None:
        objects, at, ask = list(new), list(new.values()), calls()
        sizes = map(ask.font_size, repeat(self._text), at)
        turned = (
            _turned(size, *row) for size, row in zip(sizes, matrices(self._text, at)[:, :4].tolist(), strict=True)
        )
        fonts, modes, clear = map(ask.font, objects), map(ask.render_mode, objects), are_clear(objects)
        for which, one, (size, angle), font, mode, none in zip(objects, at, turned, fonts, modes, clear, strict=True):
            hidden = bool(which) and (mode == _INVISIBLE or none)
            self._known[which] = _style(size, bool(which) and self._is_bold(font, one), angle, hidden)
            self._least = min(self._least, size)

    def _is_bold(self, font: int, at: int) -> bool:
        bold = self._bold.get(font)
        if bold is None:
            name = ctypes.create_string_buffer(128)
            calls().font_name(font, ctypes.addressof(name), 128)
            heavy = calls().weight(self._text, at) >= 600
            bold = self._bold[font] = heavy or bool(_BOLD.search(name.value.decode("latin-1")))
        return bold


@cache
def _style(size: float, bold: bool, angle: int, hidden: bool) -> Style:
    return Style(size, bold, angle, hidden)


@lru_cache(maxsize=1 << 12)
def _turned(size: float, a: float, b: float, c: float, d: float) -> tuple[float, int]:
    """The size of letters as seen, and their angle in quarters, by their nominal size and their matrix."""
    angle = 0.0 if b == 0 and a > 0 else math.degrees(math.atan2(b, a)) % 360
    quarter = round(angle / 90) % 4 if min(angle % 90, -angle % 90) < 2 else -1
    return round(size * (math.hypot(c, d) or 1.0), 1), quarter
