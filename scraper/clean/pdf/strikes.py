"""Find struck text: words with a stroke through the middle of their small letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import Rule, Word

_LOWEST: Final = 0.1  # font sizes of a stroke above the base of what it strikes, and the highest
_HIGHEST: Final = 0.52
_THICK: Final = 0.2  # font sizes; thickest stroke, or points, as PDFium has a point more around it
_THIN: Final = 2.2
_BEYOND: Final = 0.7  # font sizes by which a stroke is longer than its words, at most
_FILLED: Final = (
    0.6  # share of a stroke that its words fill, at least: a line of a chart has other things beside a word
)
_WHOLE: Final = 0.8  # share of a word that strikes all of it
_PART: Final = 0.12  # share of a word that strikes a part of it, at least
_SLOT: Final = 10.0  # points
_NARROW: Final = frozenset("iljtfrI.,:;'’|!()[]-")
_BROAD: Final = frozenset("mwMWОЖШЩЮ")


def with_struck(words: list[Word], strokes: Sequence[Rule]) -> list[Word]:
    """Words, with a mark on those that a stroke goes through; one that is struck in part is cut.

    Args:
        words: of a page, upright.
        strokes: thin level lines on it.
    """
    if not strokes:
        return words
    slots = defaultdict[int, list[int]](list)
    for at, word in enumerate(words):
        if not word.style.angle and any(map(str.isalnum, word.text)):
            slots[int(word.base // _SLOT)].append(at)
    through = defaultdict[int, list[Rule]](list)
    for stroke in strokes:
        for at in _struck_by(stroke, words, slots):
            through[at].append(stroke)
    if not through:
        return words
    return [part for at, word in enumerate(words) for part in _parts(word, through.get(at, ()))]


def _struck_by(stroke: Rule, words: Sequence[Word], slots: dict[int, list[int]]) -> list[int]:
    """The numbers of the words that a stroke goes through."""
    y = (stroke.top + stroke.bottom) / 2
    found = list[int]()
    for slot in range(int(y // _SLOT), int((y + 40) // _SLOT) + 1):
        for at in slots.get(slot, ()):
            word = words[at]
            size = word.style.size
            if (
                _LOWEST * size <= word.base - y <= _HIGHEST * size
                and stroke.bottom - stroke.top <= max(_THIN, _THICK * size)
                and min(stroke.right, word.right) - max(stroke.left, word.left) > _PART * (word.right - word.left)
            ):
                found.append(at)
    if not found:
        return []
    size = max(words[at].style.size for at in found)
    first, last = min(words[at].left for at in found), max(words[at].right for at in found)
    filled = sum(min(stroke.right, words[at].right) - max(stroke.left, words[at].left) for at in found)
    fits = first - _BEYOND * size <= stroke.left and stroke.right <= last + _BEYOND * size
    return found if fits and filled >= _FILLED * (stroke.right - stroke.left) else []


def _parts(word: Word, strokes: Sequence[Rule]) -> Iterator[Word]:
    """A word in parts that are struck or not."""
    if not strokes:
        yield word
        return
    left, right = min(one.left for one in strokes), max(one.right for one in strokes)
    wide = max(0.1, word.right - word.left)
    struck = word.style._replace(struck=True)
    if min(right, word.right) - max(left, word.left) >= _WHOLE * wide or len(word.text) < 2:
        yield word._replace(style=struck)
        return
    edges = list(_edges(word))
    start = min(range(len(edges)), key=lambda at: abs(edges[at] - left)) if left > word.left + _PART * wide else 0
    end = min(range(len(edges)), key=lambda at: abs(edges[at] - right)) if right < word.right - _PART * wide else -1
    end = len(word.text) if end < 0 else end
    glued = word.glued
    for some, others, style in ((0, start, word.style), (start, end, struck), (end, len(word.text), word.style)):
        if some < others:
            yield word._replace(
                text=word.text[some:others], left=edges[some], right=edges[others], style=style, glued=glued
            )
            glued = True


def _edges(word: Word) -> Iterator[float]:
    """About where each letter of a word begins, and where the last one ends."""
    shares = [0.5 if letter in _NARROW else 1.5 if letter in _BROAD else 1.0 for letter in word.text]
    each = (word.right - word.left) / sum(shares)
    place = word.left
    yield place
    for share in shares:
        place += share * each
        yield place
