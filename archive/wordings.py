"""Near wordings of a phrase: which stretch of a text is most like it (pure).

Two wordings are as like as their folded letters are: the share of letters that both have in the same order
(`rapidfuzz.distance.Indel`), 0 to 1. A stretch is whole words, or whole letters of scripts without blanks, of one
paragraph.

So that a million paragraphs need not be read, a paragraph is looked at only where words that hold `SHARED` of the
phrase's letters stand in it, each at least by its beginning: so *grėsmė* is near *grėsmių*, and one word of several may
be another.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pagewitness.archive import words

SHARED = 0.6  # of the phrase's letters: in words of which the paragraph has the beginning
BEGINNING = 0.6  # of a word's letters, at least
SHORT = 3  # letters: so many, or the whole of a shorter word
STOPS = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？]+[」』”]*|\n")


class Wording(NamedTuple):
    """A stretch of a text, from where to where it stands, and how much it is like the phrase (0 to 1)."""

    start: int
    end: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Sought:
    """A phrase as it is looked for.

    Attributes:
        spelt: its folded words (`words.spelt`).
        letters: for the beginning of each of its words, the places of the letters that these words have.
        count: how many letters all its words have.
    """

    spelt: str
    letters: Mapping[str, frozenset[int]]
    count: int

    def is_enough(self, beginnings: Iterable[str]) -> bool:
        """Whether the words with these beginnings are enough of the phrase for a closer look."""
        held = frozenset[int]().union(*(self.letters[begin] for begin in beginnings))
        return len(held) >= SHARED * self.count


def sought(phrase: str) -> Sought:
    """What is near a phrase has to be like this.

    >>> sorted(sought("Very likely").letters)
    ['like', 'ver']
    """
    letters: dict[str, frozenset[int]] = {}
    tokens = words.looked_for(phrase)
    for start, end, token in tokens:
        if len(tokens) == 1 or not _is_last_letter(tokens, start, end):
            begin = beginning(token)
            letters[begin] = letters.get(begin, frozenset()) | frozenset(range(start, end))
    return Sought(words.spelt(phrase)[0], letters, len(frozenset[int]().union(*letters.values())))


def _is_last_letter(tokens: list[tuple[int, int, str]], start: int, end: int) -> bool:
    """Whether a token is the last letter of a run of pairs, which its pair has too."""
    return any(other < start < stop == end for other, stop, _ in tokens)


def beginning(word: str) -> str:
    """With what a word has to begin to be near another."""
    return word[: max(SHORT, math.ceil(BEGINNING * len(word)))]


def nearest(text: str, phrase: Sought, least: float) -> Wording | None:
    """The stretch of a text that is most like a phrase; the shortest, then the first, of several.

    Args:
        least: how much it has to be like it, more than 0 and at most 1.
    """
    if not _may_be(text, phrase):
        return None
    from rapidfuzz.distance import Indel

    spelt, places = words.spelt(text)
    ends = [place[1] for place in places]
    shortest, longest = (len(phrase.spelt) * share for share in (least / (2 - least), (2 - least) / least))
    best: tuple[float, int, int, int] | None = None
    for start, _, begins, _ in places:
        for last in range(bisect_left(ends, start + shortest - 1), bisect_right(ends, start + longest + 1)):
            alike = Indel.normalized_similarity(phrase.spelt, spelt[start : ends[last]], score_cutoff=least)
            found = (-alike, ends[last] - start, begins, places[last][3])
            if alike >= least and ends[last] > start and (best is None or found < best):
                best, least = found, alike
    return None if best is None else Wording(best[2], best[3], -best[0])


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """From where to where the sentence, or sentences, go in which a stretch of a text stands."""
    borders = [0, *(match.end() for match in STOPS.finditer(text)), len(text)]
    first = max(border for border in borders if border <= start)
    last = min(border for border in borders if border >= end)
    return first, first + len(text[first:last].rstrip())


def _may_be(text: str, phrase: Sought) -> bool:
    """Whether the words that stand there, by their beginnings, are enough."""
    there = "".join(f"\n{token}" for _, _, token in words.looked_for(text))
    return phrase.is_enough(begin for begin in phrase.letters if f"\n{begin}" in there)
