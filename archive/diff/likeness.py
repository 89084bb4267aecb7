"""How much two lines are alike, and which lines of two texts are worth comparing (pure).

A diff pairs lines by this measure, and the judge decides by it whether an edit is a change, so verdicts and diffs agree (except
for a threshold, see `fold.comparison`). A diff then keeps lines in order; for the judge they may be anywhere.

An index of the rarest words chooses the lines to compare, so time grows with the words and not with the pairs of lines.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import nlargest

from pagewitness.archive.diff.tokens import Vocabulary

ALIKE = 0.5  # two lines that share this much of their words are one edited line
LOOKED_AT = 6  # old lines compared with a new one
RAREST = 24  # words of a line looked up in the index
CROWD = 64  # a word in more lines is looked up only if rarer ones are missing, and only nearby
LONG = 3_000  # words; longer lines are compared without regard to order
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")

Strings = Mapping[int, str]  # the place of a line -> its words, one character each


def most_alike(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which lines became which, wherever they are: the most alike are paired first, each line once.

    Args:
        old, new: lines in their normal form (`words.plain`). Words and punctuation count as they are written.

    Returns:
        places in `old` and `new` of lines that share more than `ALIKE` of their words, the most alike first.
    """
    vocabulary = Vocabulary()
    before, after = (
        {at: vocabulary.spell(_WORD_OR_MARK.findall(line)) for at, line in enumerate(side)} for side in (old, new)
    )
    anywhere = dict.fromkeys(before, 0), dict.fromkeys(after, 0)
    alike = {(i, j): likeness(before[i], after[j]) for i, j in pairs_to_compare((before, after), anywhere)}
    taken_old, taken_new, pairs = set[int](), set[int](), list[tuple[int, int]]()
    for i, j in sorted(alike, key=lambda pair: (-alike[pair], pair)):
        if alike[i, j] > ALIKE and i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            pairs.append((i, j))
    return pairs


def pairs_to_compare(
    strings: tuple[Strings, Strings], gaps: tuple[Mapping[int, int], Mapping[int, int]]
) -> Iterator[tuple[int, int]]:
    """Pairs worth comparing: for each new line the old ones that share most of its rare words.

    Args:
        strings: the words of the old and of the new lines.
        gaps: the old and the new lines, each with the number of its gap between equal lines; lines in the same gap are
            preferred.
    """
    old, new = gaps
    postings: dict[str, list[int]] = defaultdict(list)
    for i in old:
        for word in set(strings[0][i]):
            postings[word].append(i)
    rarity = {word: math.log(1 + len(old) / len(at)) for word, at in postings.items()}
    by_rarity = sorted(postings, key=lambda word: (len(postings[word]), word))
    rank = {word: number for number, word in enumerate(by_rarity)}
    for j, gap in new.items():
        shared = sorted([rank[word] for word in set(strings[1][j]) if word in rank])
        score: dict[int, float] = defaultdict(float)
        for number in shared[:RAREST]:
            word = by_rarity[number]
            if score and len(postings[word]) > CROWD:
                break
            rare, near = rarity[word], 1.5 * rarity[word]
            for i in _nearest(postings[word], j):
                score[i] += near if old[i] == gap else rare
        yield from ((i, j) for i in nlargest(LOOKED_AT, score, key=score.__getitem__))


def likeness(one: str, other: str) -> float:
    """The share of their words, 0 to 1, that two lines have in common in the same order (a character for each word)."""
    if max(len(one), len(other)) > LONG:
        total = len(one) + len(other)
        return 2 * in_common(Counter(one), Counter(other)) / total
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(one, other) if one and other else 0.0


def in_common(one: Counter[str], other: Counter[str]) -> int:
    """The size of the intersection of two multisets."""
    return sum([min(one[thing], other[thing]) for thing in one.keys() & other.keys()])


def _nearest(places: list[int], place: int) -> list[int]:
    """Of many places the `CROWD` around one."""
    if len(places) <= CROWD:
        return places
    start = min(max(0, bisect_right(places, place) - CROWD // 2), len(places) - CROWD)
    return places[start : start + CROWD]
