"""Whether a change is a new edition: next year's text on the same address (pure).

A text has two names: its first heading and the title of its page. It is a new edition of another in one of three cases:
the name is the same except for later numbers ("Threat assessment 2024", "Bulletin no. 6") and much of the text is new; the name
is nearly the same, with a later year, and most of the text is new; or the name is the same, headings and first paragraphs
name a later year, and hardly anything is left of the old text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from pagewitness.archive.diff.likeness import most_alike
from pagewitness.archive.fold.comparison import Text
from pagewitness.archive.text.words import plain, tokens

# A new edition keeps less than this share of the old text's words, in blocks that are in both texts. Unless only the numbers
# in the name went up, edited blocks count as kept.
SAME_NAME: Final = 0.8  # the name is the same except for later numbers
LIKE_NAME: Final = 0.5  # nearly the same, with a later year
NO_NAME: Final = 0.3  # the same, without a year
_ALIKE: Final = 0.5  # Dice's coefficient of the words of two names
_FIRST: Final = 4  # first blocks, which say what a text is about
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER: Final = re.compile(r"\d{1,18}")  # a longer run of figures is several: Python refuses to count so far


class _Titled:
    """A document with its names."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.blocks = [text.view.blocks[at] for at in (*text.view.unshown, *text.members)]

    @cached_property
    def names(self) -> tuple[str, str]:
        """The names of the text: its first heading, and the page's title."""
        heading = next((one.text for one in self.blocks if re.fullmatch("h[1-6]", one.kind)), "")
        return plain(heading), plain(self.text.view.title or "")

    @cached_property
    def latest(self) -> int:
        """The latest year in headings and first paragraphs; 0 if they name no year."""
        return _year(
            "\n".join(one.text for at, one in enumerate(self.blocks) if at < _FIRST or one.kind.startswith("h"))
        )


def is_edition(replaced: Text, text: Text) -> bool:
    """Whether a text is a new edition of the one that it replaced.

    Args:
        replaced: the text that was current.
        text: the text that became current.
    """
    old, new = _Titled(replaced), _Titled(text)
    share, edited = _stayed(replaced, text)
    for before, after in zip(old.names, new.names, strict=True):
        if share < SAME_NAME and _counted_up(before, after):
            return True
        if edited < LIKE_NAME and _is_later(_year(before), _year(after)) and _alike(before, after):
            return True
    same = any(before and before == after for before, after in zip(old.names, new.names, strict=True))
    return edited < NO_NAME and same and _is_later(old.latest, new.latest)


def is_other_issue(one: Text, other: Text) -> bool:
    """Whether two texts are issues of one series, however much they have in common.

    Their names differ in numbers only, or are alike and name other years.
    """
    for before, after in zip(_Titled(one).names, _Titled(other).names, strict=True):
        years = {_year(before), _year(after)}
        if before != after and _NUMBER.sub("#", before) == _NUMBER.sub("#", after):
            return True
        if all(years) and len(years) == 2 and _alike(before, after):
            return True
    return False


def _stayed(old: Text, new: Text) -> tuple[float, float]:
    """The share of a text's words in blocks that another shows too; and the same with edited blocks included."""
    document = [old.view.forms[at] for at in old.members if old.view.forms[at]]
    total = _words(document)
    if not total:
        return 1.0, 1.0
    gone = [form for form in document if form not in new.view.whole]
    come = [form for form in dict.fromkeys(new.view.forms) if form and form not in old.view.whole]
    edited = {at for at, _ in most_alike(gone, come)}
    lost = [form for at, form in enumerate(gone) if at not in edited]
    return (total - _words(gone)) / total, (total - _words(lost)) / total


def _words(forms: Iterable[str]) -> int:
    return sum(len(tokens(form)) for form in forms)


def _counted_up(before: str, after: str) -> bool:
    """Whether two names differ only in numbers, and the first of these is greater in the second name."""
    same = _NUMBER.sub("#", before) == _NUMBER.sub("#", after)
    return same and [*map(int, _NUMBER.findall(before))] < [*map(int, _NUMBER.findall(after))]


def _is_later(year: int, other: int) -> bool:
    """Whether another year is a later one; both are known."""
    return bool(year) and year < other


def _year(text: str) -> int:
    """The latest year that a text names; 0 if it names none."""
    return max(map(int, _YEAR.findall(text)), default=0)


def _alike(before: str, after: str) -> bool:
    one, other = (Counter(tokens(_NUMBER.sub(" ", name).casefold())) for name in (before, after))
    total = one.total() + other.total()
    return bool(total) and 2 * (one & other).total() / total >= _ALIKE
