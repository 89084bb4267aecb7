"""Answers what the judge asks about readings (`judgement.Comparing`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pagewitness.archive.fold import comparison, editions
from pagewitness.archive.fold.comparison import NOTHING, Difference, Inherited, Text
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.fold.stand_in import is_stand_in, stands_in_document

_AT_HAND = 128  # readings


class Comparer:
    """Compares readings by their members.

    Args:
        view: gives a reading, by its id.
        membership: gives the membership of their lines; asked only if readings are compared.
    """

    def __init__(self, view: Callable[[int], ReadingView], membership: Callable[[], Membership]) -> None:
        self._membership = membership
        self.view = lru_cache(maxsize=_AT_HAND)(view)
        self._members = lru_cache(maxsize=_AT_HAND)(self._members_of)
        self.text = lru_cache(maxsize=_AT_HAND)(self._text)
        self.following = lru_cache(maxsize=_AT_HAND)(self._following)
        self.difference = lru_cache(maxsize=_AT_HAND)(self._difference)

    def kept(self, text: Text, reading: int) -> float:
        return comparison.kept(text, self.view(reading))

    def emptied(self, old: Text, new: Text) -> bool:
        return comparison.emptied(old, new) or _is_replaced(old, new)

    def edition(self, old: Text, new: Text) -> bool:
        return editions.is_edition(old, new)

    def other_issue(self, one: Text, other: Text) -> bool:
        return editions.is_other_issue(one, other)

    def _text(self, reading: int, inherited: Inherited = NOTHING) -> Text:
        return Text(self.view(reading), self._members(reading), inherited)

    def _following(self, old: Text, reading: int) -> Text:
        text = comparison.following(old, self.view(reading), self._members(reading))
        return self.text(reading, text.inherited)  # the same object for the same text

    def _difference(self, old: Text, new: Text) -> Difference:
        return comparison.compare_texts(old, new, self._is_sure)

    def _is_sure(self, text: Text, at: int) -> bool:
        return self._membership().is_sure(text.view.lines[text.members[at]])

    def _members_of(self, reading: int) -> tuple[int, ...]:
        return self._membership().members(self.view(reading))


class ListComparer(Comparer):
    """Compares lists of boilerplate: we wrote them, so they are credible, and every line that differs counts."""

    def __init__(self, view: Callable[[int], ReadingView], membership: Callable[[], Membership]) -> None:
        super().__init__(lambda reading: _listed(view(reading)), membership)

    def kept(self, text: Text, reading: int) -> float:
        return 1.0

    def edition(self, old: Text, new: Text) -> bool:
        return False

    def _members_of(self, reading: int) -> tuple[int, ...]:
        return tuple(range(len(self.view(reading).blocks)))

    def _following(self, old: Text, reading: int) -> Text:
        return self.text(reading, NOTHING)

    def _difference(self, old: Text, new: Text) -> Difference:
        before, now = set(old.forms), set(new.forms)
        return Difference(before - now, now - before, sure=True)


def _listed(view: ReadingView) -> ReadingView:
    """A list without what is no longer repeated."""
    return ReadingView([block for block in view.blocks if block.document], view.title)


def _is_replaced(old: Text, new: Text) -> bool:
    """Whether a few other words are shown in place of a document (`stand_in`)."""
    mine = {at for at in old.members if stands_in_document(old.view.blocks[at])}
    document = [(old.view.blocks[at].kind, old.view.forms[at]) for at in sorted(mine)]
    frame = {form for at, form in enumerate(old.view.forms) if at not in mine}
    return is_stand_in(document, frame, new.view.forms)
