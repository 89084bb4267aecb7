"""Recognise drawn bullets: browsers print a bullet as a drawn dot before the line, not as a letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import Rule, Word

MOST_DOTS: Final = 300  # dots of a page; a page with more is a diagram
_NEAR: Final = 3.0  # font sizes between a dot and its line, at most
_SQUARE: Final = 1.4  # ratio of a dot's longer side to its shorter one, at most


def bullets(dots: Sequence[Rule], words: Sequence[Word]) -> Iterator[Word]:
    """The dots right before a word, with none before them, at about half the height of its lower-case letters.

    Args:
        dots: boxes in the page's own space, y upwards.
        words: the words of the page, in the same space.
    """
    if not 0 < len(dots) <= MOST_DOTS:
        return
    slots: dict[int, list[Word]] = {}
    for word in words:
        if not word.style.angle:
            slots.setdefault(int(word.base // 10), []).append(word)
    for dot in dots:
        wide, high = dot.right - dot.left, dot.top - dot.bottom
        middle = (dot.top + dot.bottom) / 2
        if max(wide, high) > _SQUARE * min(wide, high):
            continue
        row = [word for at in (-2, -1, 0) for word in slots.get(int(middle // 10) + at, ()) if _is_level(middle, word)]
        behind = [word for word in row if word.left >= dot.right - 0.5]
        first = min(behind, key=lambda word: word.left, default=None)
        before = any(word.left < dot.left and dot.left - word.right < word.style.size for word in row)
        if first is not None and not before and first.left - dot.right <= _NEAR * first.style.size:
            yield Word("•", dot.left, first.top, dot.right, first.bottom, first.base, first.style)


def _is_level(middle: float, word: Word) -> bool:
    return 0.1 * word.style.size <= middle - word.base <= 0.6 * word.style.size
