"""Similar wordings of a phrase: the stretch of a text that is most like it (pure).

The likeness of two wordings is the share of folded letters that both have in the same order (`rapidfuzz.distance.Indel`),
0 to 1. A stretch is whole words, or whole letters of scripts without blanks, of one paragraph.

So that a million paragraphs need not be read, a stretch must have words with `SHARED` of the phrase's letters, each at least
by its beginning: so *grėsmė* is like *grėsmių*, and one word of several may differ.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from pagewitness.archive.text import index_words, words

SHARED = 0.6  # of the phrase's letters, in words whose beginning the stretch has
BEGINNING = 0.6  # of a word's letters, at least
SHORT = 4  # letters; a word so short must be there whole
STOPS = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？]+[」』”]*|\n")


# Latin, Greek and Cyrillic letters and the punctuation beside them, in one piece each: a text of these is folded letter by
# letter, and cut into words after that, since all its letters fold to letters and all else to none.
_SIMPLE = re.compile(
    "[\x00-\x7f\xa0-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb-\u0148\u014a-\u024f\u0386-\u0389\u038c-\u03ce\u0400-\u045f"
    "\u2010-\u2027\u2030-\u203a\u20a0-\u20b8\u2116\u2122\u2212]*"
)


class _Folded(dict[int, str]):
    """The code of a simple letter -> what it folds to, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = words.fold(chr(code))
        return folded


_fold = _Folded()
_WORD = re.compile(f"{words.SPACED_LETTER}+")
_NEVER = frozenset(map(words.fold, words.NEVER_STEMMED))  # words of estimates must be there whole, too


class Wording(NamedTuple):
    """A stretch of a text: its start and end, and its likeness to the phrase (0 to 1)."""

    start: int
    end: int
    likeness: float


@dataclass(frozen=True, slots=True)
class PhraseWord:
    """A word of a phrase, as similar wordings must have it.

    Attributes:
        beginning: how a word must begin (a token, as in `index_words.looked_for`).
        whole: whether the word must be there whole.
        letters: the places of its letters in the phrase.
        pattern: finds it in a folded text.
    """

    beginning: str
    whole: bool
    letters: frozenset[int]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class SoughtPhrase:
    """A phrase prepared for the search.

    Attributes:
        spelt: its folded words (`index_words.spelt`).
        parts: its words; `count` is the number of their letters together.
        spaced: whether blanks are between all its words.
    """

    spelt: str
    parts: tuple[PhraseWord, ...]
    count: int
    spaced: bool

    def is_enough(self, parts: Iterable[PhraseWord]) -> bool:
        """Whether some parts are enough of the phrase for a closer look."""
        return len(frozenset[int]().union(*(part.letters for part in parts))) >= SHARED * self.count


def sought_phrase(phrase: str) -> SoughtPhrase:
    """A phrase prepared for the search for similar wordings.

    >>> [(part.beginning, part.whole) for part in sought_phrase("Very likely").parts]
    [('very', True), ('likely', True)]
    """
    letters: dict[tuple[str, bool], frozenset[int]] = {}
    tokens = index_words.looked_for(phrase)
    for start, end, token in tokens:
        # The last letter of a run is also in its last pair; a single letter is the beginning of any pair.
        if not any(other < start < stop == end for other, stop, _ in tokens):
            alone = end - start == 1 and index_words.is_unspaced(phrase[start])
            beginning = token if token in _NEVER else token[: max(SHORT, math.ceil(BEGINNING * len(token)))]
            key = beginning, len(beginning) == len(token) and not alone
            letters[key] = letters.get(key, frozenset()) | frozenset(range(start, end))
    parts = tuple(PhraseWord(begin, whole, own, _pattern(begin, whole)) for (begin, whole), own in letters.items())
    spelt, count = index_words.spelt(phrase)[0], len(frozenset[int]().union(*letters.values()))
    return SoughtPhrase(spelt, parts, count, not any(map(index_words.is_unspaced, spelt)))


def _pattern(beginning: str, whole: bool) -> re.Pattern[str]:
    folded = words.fold(index_words.shown(beginning))
    if index_words.is_unspaced(index_words.shown(beginning)[0]):
        return re.compile(re.escape(folded))
    letter = words.SPACED_LETTER
    return re.compile(f"(?<!{letter}){re.escape(folded)}" + (f"(?!{letter})" if whole else ""))


class NearMatch(NamedTuple):
    """The stretch of a text that is most like a phrase: its likeness, its spelling, and its first and last word."""

    likeness: float
    spelt: str
    first: int
    last: int


def best_wording(text: str, phrase: SoughtPhrase, least: float) -> Wording | None:
    """The place of the stretch of a text that is most like a phrase. Arguments as for `near`."""
    found = near(text, phrase, least)
    if found is None:
        return None
    places = index_words.spelt(text)[1]
    return Wording(places[found.first][2], places[found.last][3], found.likeness)


def near(text: str, phrase: SoughtPhrase, least: float) -> NearMatch | None:
    """The stretch of a text that is most like a phrase; of several the shortest, then the first. None for a phrase without words.

    Args:
        least: the least likeness, more than 0 and at most 1.
    """
    if not phrase.spelt:
        return None
    simple = text.isascii() or _SIMPLE.fullmatch(text) is not None
    folded = (
        text.lower() if text.isascii() else text.translate(_fold) if simple else words.fold(index_words.widths(text))
    )
    spelt = " ".join(_WORD.findall(folded)) if simple else ""
    if simple and phrase.spaced and (at := f" {spelt} ".find(f" {phrase.spelt} ")) >= 0:
        first = spelt.count(" ", 0, at)
        return NearMatch(1.0, phrase.spelt, first, first + phrase.spelt.count(" "))
    if not phrase.is_enough(part for part in phrase.parts if part.pattern.search(folded)):
        return None
    from rapidfuzz.distance import Indel

    if simple:
        ends = [end - 1 for end in accumulate(len(word) + 1 for word in spelt.split(" "))]
        starts = [0, *(end + 1 for end in ends[:-1])]
    else:
        spelt, places = index_words.spelt(text)
        starts, ends = [place[0] for place in places], [place[1] for place in places]
    shortest, longest = (len(phrase.spelt) * share for share in (least / (2 - least), (2 - least) / least))
    found = sorted(
        ((match.start(), match.end(), part) for part in phrase.parts for match in part.pattern.finditer(spelt)),
        key=lambda one: one[:2],
    )
    numbers = {
        number
        for first, _, _ in found
        for number in range(bisect_left(starts, first - longest), bisect_right(starts, first))
    }
    best: tuple[float, int, int, int] | None = None
    for number in sorted(numbers):
        start, most = starts[number], starts[number] + longest + 1
        reach = _reach(phrase, found, start, most)
        if reach is None:
            continue
        for last in range(bisect_left(ends, max(reach, start + shortest - 1)), bisect_right(ends, most)):
            alike = Indel.normalized_similarity(phrase.spelt, spelt[start : ends[last]])
            one = (-alike, ends[last] - start, number, last)
            if alike >= least and (best is None or one < best):
                best, least = one, alike
    return NearMatch(-best[0], spelt[starts[best[2]] : ends[best[3]]], *best[2:]) if best else None


def _reach(phrase: SoughtPhrase, found: list[tuple[int, int, PhraseWord]], start: int, most: float) -> int | None:
    """Where a stretch must end to have enough of the phrase's parts; None if that is beyond `most`."""
    letters: set[int] = set()
    end = 0
    for at in range(bisect_left(found, start, key=lambda one: one[0]), len(found)):
        first, last, part = found[at]
        if first > most:
            break
        letters |= part.letters
        end = max(end, last)
        if len(letters) >= SHARED * phrase.count:
            return end
    return None


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The start and end of the sentence, or sentences, with a stretch of a text."""
    borders = [0, *(match.end() for match in STOPS.finditer(text)), len(text)]
    first = max(border for border in borders if border <= start)
    last = min(border for border in borders if border >= end)
    return first, first + len(text[first:last].rstrip())
