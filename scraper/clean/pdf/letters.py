"""A page's letters, as PDFium has them, to words with their places.

PDFium gives letters in the order in which they are drawn, with blanks where there are gaps. Asking it for each letter's
place takes three to six times as long as the text, so only the two ends of a word are asked for, and what a text object
says (`styles`) once an object. A word whose ends are of different objects is looked at letter by letter: it may carry a
note's mark. All that is asked is asked for a page at once (`calls`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pagewitness.scraper.clean.pdf.calls import Addresses, Floats, boxes, calls, objects_of, origins, sizes_of
from pagewitness.scraper.clean.pdf.glyphs import readable
from pagewitness.scraper.clean.pdf.sheet import Style, Word, each_word
from pagewitness.scraper.clean.pdf.styles import Styles

_WORD: Final = re.compile(r"[^\s\x00-\x01\x03-\x1f]+")  # \x02 is a hyphen at a line's end
_BLANK = 0.14  # sizes of a gap that is a blank, where PDFium saw none
_RAISED = 0.15  # sizes by which a letter stands higher than the one before it
_LEAST_SIZE = 0.1  # points, in which sizes are told
_NOTHING = 0.01  # points: less than either share of the least size
_STRIDE = 16  # letters, half of it again and again, in which objects are looked for

Places = npt.NDArray[np.intp]
_Piece = tuple[int, int, int, Style, bool]
"""A word or a part of it: from one letter to before another, the object of the first, its style, and whether it is glued."""


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
        return list(each_word(self.texts, *self.sides.T.tolist(), self.bases.tolist(), self.styles, self.glued))


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
    spans = np.array([found.span() for found in _WORD.finditer(letters)], np.intp).reshape(-1, 2)
    if not len(spans):
        return Words([], np.zeros((0, 4)), np.zeros(0), [], [])
    first, last = _objects(text, (spans - (0, 1)).ravel()).reshape(-1, 2).T
    styles = Styles(text)
    starts, ends = spans.T.tolist()
    pieces: Iterable[_Piece] = zip(
        starts, ends, first.tolist(), styles.each(first.tolist(), starts), repeat(False), strict=False
    )
    many = first != last
    if many.any():
        borders = _borders(text, spans[many], first[many], last[many], styles)
        cut = ((one, borders.get(one[0])) for one in pieces)
        pieces = [part for one, at in cut for part in (_cut(one, at, styles) if at else (one,))]
    return _placed(text, letters, pieces, styles)


def _objects(text: int, at: Places) -> Addresses:
    """The objects of some letters in order; what lies between two letters of one object is of it too."""
    found = np.zeros(len(at), np.uint64)

    def ask(places: Places) -> None:
        found[places] = objects_of(text, at[places].tolist())

    last, step = len(at) - 1, _STRIDE
    ask(np.append(np.arange(0, last, step), last))
    while step > 1:
        step //= 2
        middle = np.arange(step, last, 2 * step)
        before, behind = found[middle - step], found[np.minimum(middle + step, last)]
        same = (before == behind) & (before != 0)
        found[middle[same]] = before[same]
        ask(middle[~same])
    return found


def _placed(text: int, letters: str, pieces: Iterable[_Piece], styles: Styles) -> Words:
    """Pieces with their places: the boxes of their ends as one, and where the first letter stands."""
    starts, ends, objects, found, glued = map(list, zip(*pieces, strict=True))
    sides = boxes(text, starts)
    longer = [at for at, (start, end) in enumerate(zip(starts, ends, strict=True)) if end - start > 1]
    behind = boxes(text, [ends[at] - 1 for at in longer])
    own = sides[longer]
    sides[longer] = np.stack(
        [np.minimum(own[:, 0], behind[:, 0]), np.maximum(own[:, 1], behind[:, 1]),
         np.maximum(own[:, 2], behind[:, 2]), np.minimum(own[:, 3], behind[:, 3])], axis=1,
    )  # fmt: skip
    bases = np.array(list(map(styles.base, objects)))
    asked = np.flatnonzero(np.isnan(bases)).tolist()
    across = [int(found[at].angle % 2 != 1) for at in asked]
    bases[asked] = origins(text, [starts[at] for at in asked])[np.arange(len(asked)), across]
    texts = [readable(letters[start:end]) for start, end in zip(starts, ends, strict=True)]
    return Words(texts, sides, bases, found, glued)


# --- words of several objects -----------------------------------------------------------------------------------------


def _cut(word: _Piece, borders: Sequence[_Border], styles: Styles) -> Iterator[_Piece]:
    """A word of several text objects, cut where the style or the height changes, and where there is a blank after all."""
    start, end, of, style, glued = word
    for border in borders:
        apart = not style.angle and border.gap > _BLANK * style.size
        raised = not border.anew and not style.angle and border.step > _RAISED * style.size
        if apart or raised or border.anew:
            yield start, border.at, of, style, glued
            start, of, glued, style = border.at, border.of, not apart, styles.of(border.of, border.at)
    yield start, end, of, style, glued


def _borders(text: int, spans: Places, first: Addresses, last: Addresses, styles: Styles) -> dict[int, list[_Border]]:
    """Where words of several objects may have to be cut, by where they start.

    Some programs make an object of each letter: of most borders nothing comes, and they are left out here at once.
    """
    starts, ends = spans.T
    lengths = ends - starts
    word = np.repeat(np.arange(len(spans)), lengths)
    behind = np.cumsum(lengths)
    letters = np.arange(behind[-1]) + np.repeat(starts - behind + lengths, lengths)
    inner = np.ones(len(letters), bool)
    inner[behind - lengths] = inner[behind - 1] = False
    objects = np.empty(len(letters), np.uint64)
    objects[behind - lengths], objects[behind - 1] = first, last
    objects[inner] = objects_of(text, letters[inner].tolist())
    border = np.zeros(len(letters), bool)
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
    styles.learn(objects[at[telling]].tolist(), letters[at[telling]].tolist())
    if styles.least < _LEAST_SIZE:
        telling[:] = True
        styles.learn(objects[at].tolist(), letters[at].tolist())
    found = dict[int, list[_Border]]()
    columns = (letters[at], objects[at], anew, gap, step, starts[word[at]])
    for *one, start in zip(*(column[telling].tolist() for column in columns), strict=True):
        found.setdefault(start, []).append(_Border(*one))
    return found


def _anew(text: int, letters: Places, objects: Addresses) -> npt.NDArray[np.bool_]:
    """Of each letter whether its font or its nominal size is another than that of the one before it."""
    each, first, which = np.unique(objects, return_index=True, return_inverse=True)
    fonts = np.fromiter(map(calls().font, each.tolist()), np.uint64, len(each))[which]
    sizes = np.array(sizes_of(text, letters[first].tolist()))[which]
    found = np.zeros(len(letters), bool)
    found[1:] = (fonts[1:] != fonts[:-1]) | (sizes[1:] != sizes[:-1])
    return found
