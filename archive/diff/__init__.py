"""Two block lists -> a Change: aligned, paired, and edited blocks marked word by word (pure).

Blocks are the same if they have the same words (`words.plain`). `pairing` decides which of the others became which,
`marks` compares two texts word by word, `touched` names the numbers, dates and names among what changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from pagewitness.archive.diff.marks import Words, replaced, word_by_word
from pagewitness.archive.diff.pairing import Link, pair
from pagewitness.archive.diff.tokens import Token, tokenise
from pagewitness.archive.diff.touched import Touched, touched
from pagewitness.archive.text import words

_FIGURE = re.compile(r"\d+(?:[.,:'’]\d+)+")
CHANGES = ("added", "removed", "moved", "edited")

Line = tuple[str, str]  # (kind, text) of a block


@dataclass(frozen=True, slots=True)
class Hunk:
    """One block of a change, or several if one was split or several merged.

    Attributes:
        change: `same`, `added`, `removed`, `moved` (and perhaps edited) or `edited`.
        kind: of the (first) block.
        old, new: its text before and after; None if it was not there. If a block was split or blocks were merged, the texts
            of several blocks are joined by line feeds (a block's own text has none).
        words: pieces of text, each with `=`, `-` or `+`; joining the `=` and `-` ones gives `old` to the letter, the
            `=` and `+` ones `new`.
        old_at, new_at: the place of its (first) block among the blocks of the old and of the new text, from 1; None
            if it was not there.
    """

    change: str
    kind: str
    old: str | None
    new: str | None
    words: Words
    old_at: int | None
    new_at: int | None

    @property
    def edited(self) -> bool:
        """Whether its words changed, in its place or elsewhere."""
        return self.change in ("edited", "moved") and any(mark != "=" for mark, _ in self.words)


@dataclass(frozen=True)
class Change:
    """The difference of two texts.

    Attributes:
        hunks: all their blocks, in the order of the new text; removed blocks are where they were.
        replaced: whether time or size did not allow a comparison of all words: some blocks are shown as replaced though
            they have more in common.
        cut: gives the tokens of a block, from a cache.
        late: whether the time to look for what is touched is over.
    """

    hunks: tuple[Hunk, ...]
    replaced: bool = False
    cut: Callable[[str], list[Token]] = field(default=tokenise, compare=False, repr=False)
    late: Callable[[], bool] = field(default=lambda: False, compare=False, repr=False)

    @property
    def coarse(self) -> bool:
        """Whether time or size did not allow a full comparison, of words or of what is touched."""
        return self.replaced or self.touched.partial

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return all(hunk.change == "same" for hunk in self.hunks)

    def summary(self) -> dict[str, int]:
        """Blocks added, removed, moved and edited, and words added and removed."""
        blocks = Counter(hunk.change for hunk in self.hunks)
        count = {"+": 0, "-": 0}
        for hunk in self.hunks:
            for mark, text in hunk.words if hunk.change != "same" else ():
                if mark in count:
                    count[mark] += words.count_words([_FIGURE.sub("0", text)])  # 1,350,000 counts as one word
        return {
            **{change: blocks[change] for change in CHANGES},
            "words_added": count["+"],
            "words_removed": count["-"],
        }

    @cached_property
    def touched(self) -> Touched:
        """The numbers, dates and names among what was removed and added."""
        changed = (hunk for hunk in self.hunks if hunk.change != "same")
        whole = "\n".join(hunk.old or "" for hunk in self.hunks), "\n".join(hunk.new or "" for hunk in self.hunks)
        marked = ((hunk.old or "", hunk.new or "", hunk.words) for hunk in changed)
        return touched(marked, whole, cut=self.cut, late=self.late)


def compare(old: Sequence[Line], new: Sequence[Line], *, late: Callable[[], bool] = lambda: False) -> Change:
    """What changed from one text to another.

    Args:
        old, new: the (kind, text) of their blocks, in order.
        late: whether the time for it is over; then blocks are no longer paired by likeness, words no longer compared, and
            the change is coarse.

    Returns:
        The change; joining the blocks of its hunks by `old_at` gives the old text, by `new_at` the new one.
    """
    return _Comparison(old, new, late).run()


class _Comparison:
    def __init__(self, old: Sequence[Line], new: Sequence[Line], late: Callable[[], bool]) -> None:
        self._old, self._new, self._late = old, new, late
        self._cut = cache(tokenise)
        self._coarse = False

    def run(self) -> Change:
        old, new = [text for _, text in self._old], [text for _, text in self._new]
        links = pair(old, new, late=self._late, on_coarse=self._be_coarse)
        return Change(tuple(self._hunks(links)), self._coarse, self._cut, self._late)

    def _be_coarse(self) -> None:
        self._coarse = True

    def _hunks(self, links: list[Link]) -> Iterator[Hunk]:
        elsewhere = {i for link in links if link.moved for i in link.old}
        i = j = 0
        for link in links:
            if not link.moved:
                yield from (self._removed(at) for at in range(i, link.old.start) if at not in elsewhere)
                i = link.old.stop
            yield from (self._added(at) for at in range(j, link.new.start))
            j = link.new.stop
            yield self._linked(link)
        yield from (self._removed(at) for at in range(i, len(self._old)) if at not in elsewhere)
        yield from (self._added(at) for at in range(j, len(self._new)))

    def _removed(self, at: int) -> Hunk:
        kind, text = self._old[at]
        return Hunk("removed", kind, text, None, (("-", text),) if text else (), at + 1, None)

    def _added(self, at: int) -> Hunk:
        kind, text = self._new[at]
        return Hunk("added", kind, None, text, (("+", text),) if text else (), None, at + 1)

    def _linked(self, link: Link) -> Hunk:
        old = "\n".join(self._old[i][1] for i in link.old)
        new = "\n".join(self._new[j][1] for j in link.new)
        change = "moved" if link.moved else "same" if link.same else "edited"
        kind = self._new[link.new.start][0]
        return Hunk(change, kind, old, new, self._marked(old, new), link.old.start + 1, link.new.start + 1)

    def _marked(self, old: str, new: str) -> Words:
        if old != new and self._late():
            self._coarse = True
            return replaced(old, new)
        return word_by_word(old, new, cut=self._cut, late=self._late, on_coarse=self._be_coarse)


__all__ = ["CHANGES", "Change", "Hunk", "Line", "Words", "compare", "word_by_word"]
