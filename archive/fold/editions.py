"""Whether a change is a new edition: next year's text on the same address (pure).

A text is called by its first heading, and by the title of the page. It is a new edition of another when it is called the
same but for later numbers ("Threat assessment 2024", "Bulletin no. 6") and much of it is new; when it is called nearly the
same, with a later year, and most of it is new; or when it is called the same, its headings and first paragraphs speak of a
later year, and hardly anything stayed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Final

from pagewitness.archive.fold.comparison import ReadingView, paired
from pagewitness.archive.text.words import plain, tokens

# The share of the old text's words that stand in blocks which the new one has, too, below which it is a new edition. Where
# the name says less than that numbers went up, blocks that were edited count among them.
SAME_NAME: Final = 0.8  # called the same but for later numbers
LIKE_NAME: Final = 0.5  # called nearly the same, with a later year
NO_NAME: Final = 0.3  # called the same, without a year
_ALIKE: Final = 0.5  # Dice's coefficient of the words of two names
_FIRST: Final = 4  # blocks that say what a text is about
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True)
class Titled:
    """What one reading shows, and what its page is called there."""

    title: str | None
    view: ReadingView

    @cached_property
    def names(self) -> tuple[str, str]:
        """What the text is called: by its first heading, and by the page."""
        heading = next((one.text for one in self.view.blocks if one.document and re.fullmatch("h[1-6]", one.kind)), "")
        return plain(heading), plain(self.title or "")

    @cached_property
    def latest(self) -> int:
        """The latest year in headings and first paragraphs, 0 where there is none."""
        document = [one for one in self.view.blocks if one.document]
        return max(
            (_year(one.text) for at, one in enumerate(document) if at < _FIRST or one.kind.startswith("h")), default=0
        )


def is_edition(old: Titled, new: Titled) -> bool:
    """Whether a text is a new edition of another that it took the place of.

    Args:
        old: the text that was current.
        new: the one that became current.
    """
    share, edited = _stayed(old.view, new.view)
    for before, after in zip(old.names, new.names, strict=True):
        if not before or not after:
            continue
        if share < SAME_NAME and _counted_up(before, after):
            return True
        if edited < LIKE_NAME and 0 < _year(before) < _year(after) and _alike(before, after):
            return True
    same = any(before and before == after for before, after in zip(old.names, new.names, strict=True))
    return edited < NO_NAME and same and 0 < old.latest < new.latest


def _stayed(old: ReadingView, new: ReadingView) -> tuple[float, float]:
    """The share of a text's words in blocks that another shows, too; and in those or ones that it shows edited."""
    document = [form for form, block in old.lines if form and block.document]
    total = _words(document)
    if not total:
        return 1.0, 1.0
    gone = [form for form in document if form not in new.visible]
    _, lost, _ = paired(gone, [form for form in new.visible if form not in old.visible])
    return 1 - _words(gone) / total, 1 - _words(lost) / total


def _words(forms: Iterable[str]) -> int:
    return sum(len(tokens(form)) for form in forms)


def _counted_up(before: str, after: str) -> bool:
    """Whether two names differ in their numbers alone, and the first that differs is greater."""
    if _NUMBER.sub("#", before) != _NUMBER.sub("#", after):
        return False
    pairs = zip_longest(_NUMBER.findall(before), _NUMBER.findall(after))
    return next((int(old) < int(new) for old, new in pairs if int(old) != int(new)), False)


def _year(text: str) -> int:
    return max(map(int, _YEAR.findall(text)), default=0)


def _alike(before: str, after: str) -> bool:
    one, other = (Counter(tokens(_NUMBER.sub(" ", name).casefold())) for name in (before, after))
    total = one.total() + other.total()
    return total > 0 and 2 * (one & other).total() / total >= _ALIKE
