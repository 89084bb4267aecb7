"""Find a page's visible words: not those that are drawn invisibly, outside the page, turned, or twice."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from pagewitness.scraper.clean.pdf.page_model import PdfPage, Word

_MOST_HIDDEN: Final = 0.8  # share of hidden letters from which they are the page's text (a scan with a text layer)
_TWICE: Final = 2.0  # points between a word and its copy, drawn as a shadow or to make it bold
_EDGE: Final = 1.0  # points by which a word may be outside the page

VisibleWords = tuple[
    list[Word], dict[str, list[Word]]
]  # the words of a page that are visible, and those that are not, by reason
Repeated = npt.NDArray[np.bool_]


def visible_words(pdf_page: PdfPage) -> VisibleWords:
    """Split the words of a page into visible ones, and those that are not, by reason."""
    if not pdf_page.words:
        return [], {}
    texts, lefts, _, rights, _, bases, styles, *_ = zip(*pdf_page.words, strict=True)
    left, base = np.array(lefts), np.array(bases)
    middle = (left + np.array(rights)) / 2
    inside = (
        (middle >= -_EDGE) & (middle <= pdf_page.width + _EDGE) & (base >= -_EDGE) & (base <= pdf_page.height + _EDGE)
    )
    turned = np.array([style.angle != 0 for style in styles])
    hidden = np.array([style.hidden for style in styles])
    if hidden.any():
        letters = np.array(list(map(len, texts)))
        if letters[hidden].sum() > _MOST_HIDDEN * letters.sum():
            hidden[:] = False
    again = _again(texts, left, base)
    if not (hidden | turned | ~inside | again).any():  # as on nearly all pages
        return list(pdf_page.words), {}
    words, dropped = list[Word](), dict[str, list[Word]]()
    places = dict[str, list[tuple[float, float]]]()
    for at, word in enumerate(pdf_page.words):
        if hidden[at]:
            reason = "hidden"
        elif turned[at]:
            reason = "turned"
        elif not inside[at]:
            reason = "hidden: outside the page"
        elif again[at] and _is_near(word, places.setdefault(word.text, [])):
            reason = "hidden: drawn twice"
        else:
            words.append(word)
            continue
        dropped.setdefault(reason, []).append(word)
    return words, dropped


def _again(texts: tuple[str, ...], left: npt.NDArray[np.float64], base: npt.NDArray[np.float64]) -> Repeated:
    """Which words may be at the place of an equal word: in one square of four grids, shifted by half a side."""
    named = np.fromiter(map(hash, texts), np.int64, len(texts))
    found = np.zeros(len(texts), bool)
    for right in (0.0, _TWICE):
        for down in (0.0, _TWICE):
            with np.errstate(invalid="ignore"):  # a word may have no place
                x = np.floor((left + right) / (2 * _TWICE)).astype(np.int64)
                y = np.floor((base + down) / (2 * _TWICE)).astype(np.int64)
            square = named ^ (x * 1_000_003 + y)
            _, which, counts = np.unique(square, return_inverse=True, return_counts=True)
            found |= counts[which] > 1
    return found & (np.fromiter(map(len, texts), np.intp, len(texts)) > 1)


def _is_near(word: Word, others: list[tuple[float, float]]) -> bool:
    """Whether a word is at the place of one of the others; if not, add it to them."""
    if any(abs(word.base - base) < _TWICE and abs(word.left - left) < _TWICE for base, left in others):
        return True
    others.append((word.base, word.left))
    return False
