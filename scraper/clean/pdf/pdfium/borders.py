"""Cut words made of several text objects where the style changes, or where there is a space that PDFium did not see."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pagewitness.scraper.clean.pdf.page_model import Style
from pagewitness.scraper.clean.pdf.pdfium.calls import Addresses, boxes, calls, objects_of, sizes_of
from pagewitness.scraper.clean.pdf.pdfium.styles import Styles

_BLANK = 0.14  # font sizes; a gap this wide is a space
_RAISED = 0.15  # font sizes; a letter this much higher than the one before is raised
_LEAST_SIZE = 0.1  # points; for smaller sizes, no border is skipped
_NOTHING = 0.01  # points; less than `_BLANK` or `_RAISED` of the least size

Places = npt.NDArray[np.intp]
WordSpan = tuple[int, int, int, Style, bool]
"""A word or a part of it: first letter, letter after the last, object and style of the first, and whether it is glued."""


class _Border(NamedTuple):
    """A place between two text objects inside a word, where it may have to be cut.

    Attributes:
        at: the letter after it.
        of: the text object of that letter.
        restyled: whether the font or the nominal size changes there.
        gap: before the letter, in points; below zero if gaps are not reliable.
        step: by which the letter is higher or lower, in points.
    """

    at: int
    of: int
    restyled: bool
    gap: float
    step: float


def cut_word(word: WordSpan, borders: Sequence[_Border], styles: Styles) -> Iterator[WordSpan]:
    """Cut a word of several text objects where the style or the height changes, and where there is a space."""
    start, end, of, style, glued = word
    for border in borders:
        apart = not style.angle and border.gap > _BLANK * style.size
        raised = not border.restyled and not style.angle and border.step > _RAISED * style.size
        if apart or raised or border.restyled:
            yield start, border.at, of, style, glued
            start, of, glued, style = border.at, border.of, not apart, styles.of(border.of, border.at)
    yield start, end, of, style, glued


def borders(text: int, spans: Places, first: Addresses, last: Addresses, styles: Styles) -> dict[int, list[_Border]]:
    """The places where words of several objects may have to be cut, by the first letter of the word.

    Some programs make an object of each letter. Most borders then do not matter, and are left out at once.
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
    restyled = _restyled(text, letters, objects)[at]
    needed = border.copy()
    needed[at - 1] = True
    row = np.cumsum(needed) - 1
    sides = boxes(text, letters[needed].tolist())
    now, before = sides[row[at]], sides[row[at - 1]]
    # If each letter is an object, gaps are not reliable, because fonts give wrong widths.
    by_letter = np.bincount(word[at], minlength=len(spans)) > np.maximum(1, lengths // 4)
    gap = np.where(by_letter[word[at]], -math.inf, now[:, 0] - before[:, 2])
    step = np.abs(now[:, 3] - before[:, 3])
    telling = restyled | (gap > _NOTHING) | (step > _NOTHING)
    styles.learn(objects[at[telling]].tolist(), letters[at[telling]].tolist())
    if styles.least < _LEAST_SIZE:
        telling[:] = True
        styles.learn(objects[at].tolist(), letters[at].tolist())
    found = dict[int, list[_Border]]()
    columns = (letters[at], objects[at], restyled, gap, step, starts[word[at]])
    for *one, start in zip(*(column[telling].tolist() for column in columns), strict=True):
        found.setdefault(start, []).append(_Border(*one))
    return found


def _restyled(text: int, letters: Places, objects: Addresses) -> npt.NDArray[np.bool_]:
    """For each letter whether its font or nominal size differs from that of the letter before."""
    each, first, which = np.unique(objects, return_index=True, return_inverse=True)
    fonts = np.fromiter(map(calls().font, each.tolist()), np.uint64, len(each))[which]
    sizes = np.array(sizes_of(text, letters[first].tolist()))[which]
    found = np.zeros(len(letters), bool)
    found[1:] = (fonts[1:] != fonts[:-1]) | (sizes[1:] != sizes[:-1])
    return found
