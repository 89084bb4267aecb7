"""Two lists of blocks -> which old blocks became which new ones (pure).

1. Blocks of equal words are aligned (a longest common subsequence).
2. Of the rest, equal blocks elsewhere have *moved*.
3. Between two aligned blocks, old and new ones that are alike are paired, in order, so that the pairs together are as much
   alike as possible.
4. A pair grows if a paragraph was split or merged: a neighbour without a partner joins it if its words are in the rest of
   the other side.
5. Of what is left over elsewhere, blocks that are alike, or one a part of the other, have moved and were edited.
6. A short block is left over, and all of its words are in one that is left over on the other side: it became that one, if
   they are between the same neighbours or neither can be confused with others. What is still there was not removed.

`likeness` chooses the blocks to compare and measures how much they are alike. How this differs from the judge's pairing:
`fold.comparison`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pagewitness.archive.diff import alignment
from pagewitness.archive.diff.likeness import ALIKE, in_common, likeness, pairs_to_compare
from pagewitness.archive.diff.rows import Rows, is_row
from pagewitness.archive.diff.tokens import Vocabulary, keys_of_words
from pagewitness.archive.text import words

ALONE = 0.25  # two with nothing else beside them are paired if they share this much
SPELT_ALIKE = 0.6  # or this share of their letters
CONTAINED = 0.7  # two are alike if one has this share of the other's stretches of three words, whatever their lengths
MOVED_ALIKE = 0.6  # two in different places need more
BETTER = 0.25  # no pair is made if either block has a partner elsewhere that is more alike by this much
FEW_WORDS = 5  # shorter blocks move or are contained only if they can't be confused with others
QUICK = 100_000  # old times new blocks that are looked through for such a one
LABELLED = 8  # words; two blocks this short that begin with the same two words are one: Last updated: …


@dataclass(frozen=True, slots=True)
class Link:
    """Old blocks (neighbours) that became new ones (neighbours).

    Attributes:
        old, new: their places; one side has only one.
        moved: whether they are elsewhere.
        same: whether they have the same words.
    """

    old: range
    new: range
    moved: bool = False
    same: bool = False


def pair(
    old: Sequence[str],
    new: Sequence[str],
    *,
    late: Callable[[], bool] = lambda: False,
    on_coarse: Callable[[], None] = lambda: None,
) -> list[Link]:
    """Which of the old texts became which of the new ones.

    Args:
        old, new: the texts of blocks, in order.
        late: whether the time for it is over; then the rest is not paired by likeness.
        on_coarse: called when it was late, or a stretch of blocks was too long to be aligned.

    Returns:
        Links in the order of their new blocks, each block in at most one; those that have not moved ascend in both.
    """
    plain = {text: words.plain(text) for text in {*old, *new}}
    before, after = [plain[text] for text in old], [plain[text] for text in new]
    vocabulary = Vocabulary()
    stretches = alignment.equals(vocabulary.spell(before), vocabulary.spell(after), late=late, on_coarse=on_coarse)
    kept = [(i + step, j + step) for i, j, length in stretches for step in range(length)]
    moved = _moved(before, after, kept)
    left = _Left(before, after, kept, {i for i, _ in moved}, {j for _, j in moved})
    links = [
        *(Link(_one(i), _one(j), same=True) for i, j in kept),
        *(Link(_one(i), _one(j), True, True) for i, j in moved),
        *(left.links(late, on_coarse) if left.old and left.new else ()),
    ]
    return sorted(links, key=lambda link: link.new.start)


def _one(place: int) -> range:
    return range(place, place + 1)


def _moved(before: list[str], after: list[str], kept: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Equal blocks among those that were not kept; short ones only if each text has them once."""
    count_old, count_new = Counter(before), Counter(after)
    stayed_old, stayed_new = {i for i, _ in kept}, {j for _, j in kept}
    places = defaultdict(list)
    for i, text in enumerate(before):
        if i not in stayed_old:
            places[text].append(i)
    moved = []
    for j, text in enumerate(after):
        if j in stayed_new or not places.get(text):
            continue
        alone = count_old[text] == count_new[text] == 1
        if words.count_words([text]) >= (1 if alone else FEW_WORDS):
            moved.append((places[text].pop(0), j))
    return moved


class _Left:
    """The blocks without an equal partner, and their links."""

    def __init__(
        self, old: Sequence[str], new: Sequence[str], kept: list[tuple[int, int]], gone: set[int], come: set[int]
    ) -> None:
        stayed_old, stayed_new = [i for i, _ in kept], [j for _, j in kept]
        self._texts = old, new
        self.old = {i: bisect_right(stayed_old, i) for i in range(len(old))}  # place -> its gap
        self.new = {j: bisect_right(stayed_new, j) for j in range(len(new))}
        for gaps, taken in ((self.old, {*stayed_old, *gone}), (self.new, {*stayed_new, *come})):
            for place in taken:
                del gaps[place]
        self._words = {i: keys_of_words(old[i]) for i in self.old}, {j: keys_of_words(new[j]) for j in self.new}
        vocabulary = Vocabulary()
        old_words, new_words = self._words
        self._strings = (
            {at: vocabulary.spell(line) for at, line in old_words.items()},
            {at: vocabulary.spell(line) for at, line in new_words.items()},
        )
        self._counted: dict[str, Counter[str]] = {}

    @cached_property
    def _rows(self) -> Rows:
        return Rows(*self._texts)

    def links(self, late: Callable[[], bool], on_coarse: Callable[[], None]) -> Iterator[Link]:
        """All of them."""
        likeness = {}
        for i, j in pairs_to_compare(self._strings, (self.old, self.new)):
            if late():
                on_coarse()
                break
            likeness[i, j] = self._likeness(i, j)
        pairs = self._in_place(likeness)
        pairs += self._alone(pairs)
        for i, j in pairs:
            del self.old[i], self.new[j]
        yield from [self._grown(i, j) for i, j in sorted(pairs)]
        for i, j in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
            enough = min(len(self._strings[0][i]), len(self._strings[1][j])) >= FEW_WORDS
            if i in self.old and j in self.new and enough and self._may_move(i, j, likeness[i, j]):
                moved = self.old.pop(i) != self.new.pop(j) or self._crosses(i, j, pairs)
                if not moved:
                    pairs.append((i, j))
                yield Link(_one(i), _one(j), moved)
        if len(self.old) * len(self.new) <= QUICK and not late():
            yield from self._rest(pairs)

    def _rest(self, pairs: list[tuple[int, int]]) -> Iterator[Link]:
        """Of what is left, two blocks where one has all words of the other in a row; the longest first."""
        found = {(i, j): size for i in self.old for j in self.new if (size := self._part(i, j))}
        partners = Counter(at for i, j in found for at in ((0, i), (1, j)))
        shown = Counter(self._texts[0]), Counter(self._texts[1])
        for i, j in sorted(found, key=lambda pair: (self.old[pair[0]] != self.new[pair[1]], -found[pair], pair)):
            if i not in self.old or j not in self.new:
                continue
            one, other = self._texts[0][i], self._texts[1][j]
            clear = min(shown[0][one], shown[1][one]) == 1 if one == other else partners[0, i] == partners[1, j] == 1
            if clear or self.old[i] == self.new[j]:
                moved = self.old.pop(i) != self.new.pop(j) or self._crosses(i, j, pairs)
                if not moved:
                    pairs.append((i, j))
                yield Link(_one(i), _one(j), moved)

    def _part(self, i: int, j: int) -> int:
        """The words of the shorter of two blocks, if all of them are in the other in a row; else 0."""
        shorter, longer = sorted((self._strings[0][i], self._strings[1][j]), key=len)
        return len(shorter) if shorter in longer else 0

    # --- which are alike ----------------------------------------------------------------------------------------------

    def _likeness(self, i: int, j: int) -> float:
        if self._are_rows(i, j):
            return self._rows.likeness(self._texts[0][i], self._texts[1][j])
        one, other = self._strings[0][i], self._strings[1][j]
        shorter, longer = sorted((one, other), key=len)
        alike = likeness(one, other)
        unequal = len(shorter) < CONTAINED * len(longer)
        if alike < ALIKE and len(longer) <= LABELLED and one[:2] == other[:2] and len(shorter) >= 2:
            return ALIKE
        if alike < ALIKE and unequal and len(shorter) >= FEW_WORDS and self._contained(shorter, longer) >= CONTAINED:
            return ALIKE
        return alike

    def _are_rows(self, i: int, j: int) -> bool:
        return is_row(self._texts[0][i]) and is_row(self._texts[1][j])

    def _contained(self, shorter: str, longer: str) -> float:
        """The share of one's stretches of three words that the other has too."""
        if len(shorter) < 3:
            return float(shorter in longer)
        mine, theirs = self._threes(shorter), self._threes(longer)
        return in_common(mine, theirs) / mine.total()

    def _threes(self, text: str) -> Counter[str]:
        """The stretches of three words of a text, from a cache."""
        if text not in self._counted:
            self._counted[text] = Counter(map("".join, zip(text, text[1:], text[2:], strict=False)))
        return self._counted[text]

    def _may_move(self, i: int, j: int, likeness: float) -> bool:
        """Whether two are alike enough to be one in different places; one may be a part of the other, word for word."""
        shorter, longer = sorted((self._strings[0][i], self._strings[1][j]), key=len)
        return likeness >= MOVED_ALIKE or shorter in longer

    # --- which are paired ---------------------------------------------------------------------------------------------

    def _in_place(self, likeness: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
        """Pairs that stay in their gap and in order, together as much alike as possible."""
        best: dict[tuple[int, int], float] = defaultdict(float)  # (side, place) -> its likeness to its best partner
        for (i, j), alike in likeness.items():
            best[0, i], best[1, j] = max(best[0, i], alike), max(best[1, j], alike)
        good = [
            (i, j, alike)
            for (i, j), alike in likeness.items()
            if self.old[i] == self.new[j] and alike >= ALIKE and alike > max(best[0, i], best[1, j]) - BETTER
        ]
        return alignment.heaviest(good)

    def _alone(self, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pairs of an old and a new block with nothing else beside them."""
        paired_old, paired_new = {i for i, _ in pairs}, {j for _, j in pairs}
        by_old, by_new = sorted(paired_old), sorted(paired_new)
        places: dict[tuple[int, int], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side, (gaps, paired, ordered) in enumerate(
            ((self.old, paired_old, by_old), (self.new, paired_new, by_new))
        ):
            for place, gap in gaps.items():
                if place not in paired:
                    places[gap, bisect_right(ordered, place)][side].append(place)
        return [
            (old[0], new[0])
            for old, new in places.values()
            if len(old) == len(new) == 1 and self._alike_alone(old[0], new[0])
        ]

    def _alike_alone(self, i: int, j: int) -> bool:
        from rapidfuzz.distance import Indel

        if self._are_rows(i, j):
            return self._likeness(i, j) >= ALIKE
        return self._likeness(i, j) >= ALONE or (
            max(len(self._texts[0][i]), len(self._texts[1][j])) < 200
            and Indel.normalized_similarity(self._texts[0][i].casefold(), self._texts[1][j].casefold()) >= SPELT_ALIKE
        )

    def _crosses(self, i: int, j: int, pairs: list[tuple[int, int]]) -> bool:
        return any((i < other_i) != (j < other_j) for other_i, other_j in pairs)

    # --- split and merged ---------------------------------------------------------------------------------------------

    def _grown(self, i: int, j: int) -> Link:
        """The pair with the neighbours that were split from it or merged into it; these are taken from what is left."""
        new = self._grow(self._strings[0][i], j, 1)
        old = self._grow(self._strings[1][j], i, 0) if len(new) == 1 else _one(i)
        return Link(old, new)

    def _grow(self, whole: str, place: int, side: int) -> range:
        """The blocks of one side, around a place, that together are most like the whole on the other side."""
        left, strings = (self.old, self.new)[side], self._strings[side]
        grown, text, alike = _one(place), strings[place], likeness(strings[place], whole)
        while True:
            for at in (grown.stop, grown.start - 1):
                if at not in left or not self._belongs(strings[at], text, whole, before=at < grown.start):
                    continue
                longer = text + strings[at] if at == grown.stop else strings[at] + text
                if (more := likeness(longer, whole)) > alike:
                    grown, text, alike = range(min(grown.start, at), max(grown.stop, at + 1)), longer, more
                    del left[at]
                    break
            else:
                return grown

    def _belongs(self, one: str, text: str, whole: str, *, before: bool) -> bool:
        """Whether a block has words of the whole that are beside a text; a single word must be exactly there."""
        if len(one) == 1:
            return whole.startswith(one + text[:2]) if before else whole.endswith(text[-2:] + one)
        return bool(one) and self._contained(one, whole) >= ALIKE
