"""Tell letters that no language writes: fonts that don't say which letters they show, or say it wrongly (pure)."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from pagewitness.scraper.clean.pdf.glyphs import UNREADABLE

_LEAST: Final = 60  # letters needed to judge
_FEWEST: Final = 8  # different words
_WORD: Final = re.compile(r"[^\W\d_]{4,}")  # shorter ones may be codes and abbreviations
_MANY: Final = 200  # letters from which few vowels are enough
_VOWELS: Final = 0.2  # share of vowels, at least; languages have 0.3 to 0.5
_FEW_VOWELS: Final = 0.27  # the same, if the letters are not those that languages use most either
_LIKE: Final = 0.4  # least correlation with the usual frequencies of Latin letters; languages have 0.6 to 0.95
# How often European languages use each letter, in per cent, about: the mean of a dozen of them.
_USUAL: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (9.5, 1.5, 2.5, 4, 12, 1.2, 2, 2, 8, 1.2, 2.5, 4.5, 3, 7.5, 6.5, 2.3, 0.3, 6.5, 6.5, 6.7, 4, 1.8, 0.9, 0.2, 1.2, 1.2),
        strict=True,
    )
)  # fmt: skip


def unspeakable(text: str) -> bool:
    """Whether Latin letters form no language: they are shifted by a font that does not map them."""
    if sum(map(text.count, "aeiouyAEIOUY")) >= _FEW_VOWELS * len(text):  # as in nearly all texts
        return False
    words = _WORD.findall(text)
    counts, letters = Counter("".join(words)), Counter[str]()
    for letter, count in counts.items():
        for small in letter.lower():
            letters[small] += count
    latin = sum(count for letter, count in letters.items() if "a" <= letter <= "z" or "ß" <= letter <= "ÿ")
    plain = sum(count for letter, count in letters.items() if "a" <= letter <= "z")
    if (
        latin < _LEAST
        or len(set(words)) < _FEWEST
        or 2 * latin < sum(count for letter, count in counts.items() if letter.isalpha())
    ):
        return False
    vowels = sum(letters[vowel] for vowel in "aeiouy") / max(1, plain)
    if latin >= _MANY and (2 * plain < latin or vowels < _VOWELS):
        return True
    return plain >= _LEAST and vowels < _FEW_VOWELS and _likeness(letters) < _LIKE


def _likeness(letters: Counter[str]) -> float:
    """The correlation of letters with those that European languages use, -1 to 1."""
    own = [float(letters[letter]) for letter in _USUAL]
    usual = list(_USUAL.values())
    mean, middle = sum(own) / len(own), sum(usual) / len(usual)
    both = sum((a - mean) * (b - middle) for a, b in zip(own, usual, strict=True))
    spread = math.sqrt(sum((a - mean) ** 2 for a in own) * sum((b - middle) ** 2 for b in usual))
    return both / spread if spread else 0.0


def without_gibberish(texts: list[str], fonts: Sequence[int], unmapped: Sequence[bool]) -> list[str]:
    """The words of a page; letters of those that nobody can read are U+FFFD.

    Args:
        fonts: by word, its font; the words of a font are judged together.
        unmapped: by word, whether its font does not say which letters it shows.
    """
    of = defaultdict[int, list[str]](list)
    for text, font in zip(texts, fonts, strict=True):
        of[font].append(text)
    wrong = {font for font, some in of.items() if sum(map(len, some)) >= _LEAST and unspeakable(" ".join(some))}
    if not wrong and not any(unmapped):
        return texts
    return [
        unreadable(text) if font in wrong or lost else text
        for text, font, lost in zip(texts, fonts, unmapped, strict=True)
    ]


def unreadable(text: str) -> str:
    """A word that can't be read: a number or a dot may be meant by any of its letters."""
    return UNREADABLE * len(text) if any(map(str.isalnum, text)) else text
