"""Whether the document differs between two observations: their members compared as sequences, at the place (pure).

The place of a difference is all that is visible between the members around it. A line is gone, or new, only if the page
shows it less, or more, often than before, and if its words and punctuation are not together, in order, at the place of the
other observation: then only the borders of blocks moved. So "High", a party's name, a phrase of a longer line are judged
at their place, whether or not the same words are elsewhere, too. A line that the page shows as often as before, but
elsewhere, has moved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Final, NamedTuple

from pagewitness.archive.diff.alignment import equals
from pagewitness.archive.diff.pairing import SPELT_ALIKE
from pagewitness.archive.diff.tokens import Vocabulary
from pagewitness.archive.fold.reading_view import TOKEN, ReadingView, running_words
from pagewitness.archive.text.counters import COUNTED
from pagewitness.archive.text.words import digest_of, tokens

# A letter or a figure, or a sign that is one by itself: a box that is ticked, a star, a face.
_SAYING: Final = re.compile(
    "[^\\W_]|[\u2605\u2606\u2610-\u2612\u2620-\u2623\u26a0\u2705\u2713-\u2718\u274c\U0001f300-\U0001faff]"
)
_SENTENCE: Final = 8  # words: a copy of so long a line is no line of its own
_NOTE: Final = 6  # words that a page shows in place of its main part: "Loading", "Please try again."
_NOTE_SHARE: Final = 0.1  # and at most this share of the words before: few words can rewrite a short document


class Inherited(NamedTuple):
    """What a text has from the one before, whatever the places of the lines say.

    Attributes:
        carried: places of blocks that are members because the text before had their lines.
        withheld: places of blocks that are no members yet because their lines were visible before, and not in its text.
    """

    carried: tuple[int, ...] = ()
    withheld: tuple[int, ...] = ()


NOTHING: Final = Inherited()


class Text:
    """The document of an observation.

    Attributes:
        view: all that it showed.
        members: the places of the blocks that are members.
        inherited: how these differ from the members by their places.
    """

    def __init__(self, view: ReadingView, members: Sequence[int], inherited: Inherited = NOTHING) -> None:
        self.view = view
        self.members = tuple(sorted({*members, *inherited.carried} - {*inherited.withheld}))
        self.inherited = inherited

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """Its sequence of lines: counters and lone punctuation make no difference, nor do mail addresses if it hides any."""
        forms = self.view.masked if self.view.hides_mail else self.view.forms
        return tuple(forms[at] for at in self.members if _speaks(forms[at]))

    @cached_property
    def digest(self) -> str:
        """Of its sequence of lines."""
        return digest_of(*self.forms)[:32]

    @cached_property
    def tokens(self) -> Counter[str]:
        """Its words and punctuation."""
        return Counter(token for at in self.members for token in TOKEN.findall(self.view.forms[at]))


def following(old: Text, view: ReadingView, members: Sequence[int]) -> Text:
    """The document of the observation after another.

    A line of the text before that is still visible stays a member, wherever it is now, and one that was visible and was not in
    the text stays out of it until a revision begins: our opinion of a place is no change of the page.

    Args:
        old: the document of the observation before.
        view: what this one showed.
        members: the places of its lines that are members by themselves.
    """
    olds, news = old.view.shown(view), view.shown(old.view)
    own = [olds[at] for at in old.members]
    had, has = Counter(own), Counter(news[at] for at in members)
    before, now = Counter(olds), Counter(news)
    lacking = Counter({form: n for form, n in (had - has).items() if now[form] >= before[form]})
    surplus = Counter({form: n for form, n in (has - had).items() if now[form] <= before[form]})
    carried = _taken(lacking, news, _in_order(own, news, set(range(len(news))) - set(members))) if lacking else []
    withheld = _taken(surplus, news, reversed([*_in_order(own, news, set(members))])) if surplus else []
    return Text(view, members, Inherited(tuple(sorted(carried)), tuple(sorted(withheld))))


def _taken(wanted: Counter[str], forms: Sequence[str], places: Iterable[int]) -> list[int]:
    """The first of some places for each of the wanted lines."""
    taken = []
    for at in places:
        if wanted[forms[at]] > 0 and _speaks(forms[at]):
            taken.append(at)
            wanted[forms[at]] -= 1
    return taken


def _in_order(old: Sequence[str], news: Sequence[str], places: Set[int]) -> Iterator[int]:
    """Some places: first those that keep the order of the old text, as a line may be in a menu, too."""
    vocabulary = Vocabulary()
    same = equals(vocabulary.spell(old), vocabulary.spell(news))
    kept = [at for _, start, length in same for at in range(start, start + length) if at in places]
    yield from kept
    yield from sorted(places - set(kept))


def _speaks(form: str) -> bool:
    """Whether a line says anything of the document: it is no running count, and no punctuation that is alone."""
    return bool(_SAYING.search(form)) and not form.startswith(COUNTED)


@dataclass(slots=True)
class Difference:
    """What differs between two texts.

    Attributes:
        gone, come: lines of the old text that are gone, and lines of the new one that are new.
        moved: whether lines are elsewhere.
        sure: whether any of the lines gone or new is likely to be the document, whatever is beside it.
    """

    gone: set[str] = field(default_factory=set)
    come: set[str] = field(default_factory=set)
    moved: bool = False
    sure: bool = False

    @property
    def words(self) -> bool:
        """Whether lines are gone or new."""
        return bool(self.gone or self.come)

    def confirms(self, other: Difference) -> bool:
        """Whether what was new at another observation is so at this one, too; if nothing was new, what was gone.

        A new line may have been corrected meanwhile. A box that rotates has lost the same lines at both observations, but
        what came instead is gone again.
        """
        if not (self.come and other.come):
            return bool(self.gone & other.gone)
        return bool(self.come & other.come) or any(_is_spelt_alike(*two) for two in product(self.come, other.come))


def _is_spelt_alike(one: str, other: str) -> bool:
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(one, other) >= SPELT_ALIKE


Sure = Callable[[Text, int], bool]  # whether a member of a text (its place in it) is likely by itself


def compare_texts(old: Text, new: Text, sure: Sure) -> Difference:
    """What differs between the documents of two observations.

    Args:
        old: that of the last credible observation.
        new: that of the observation to be judged.
        sure: asked about members that are gone or new.
    """
    found = Difference()
    if old.view is new.view:
        return found
    sides = _Side(old, new.view), _Side(new, old.view)
    if sides[0].lines == sides[1].lines:
        return found
    for place in _places(*sides):
        _compare_at(place, sides, found, sure)
    return found


class _Side:
    """One of two observations that are compared, in the forms in which they are."""

    def __init__(self, text: Text, other: ReadingView) -> None:
        self.text = text
        self.shown = text.view.shown(other)
        self.lines = [self.shown[at] for at in text.members]

    @cached_property
    def visible(self) -> Counter[str]:
        return Counter(self.shown)

    @cached_property
    def own(self) -> set[str]:
        return set(self.lines)

    def around(self, part: range) -> list[str]:
        """All that is visible between the members around some members."""
        members = self.text.members
        start = members[part.start - 1] + 1 if part.start else 0
        return self.shown[start : members[part.stop] if part.stop < len(members) else len(self.shown)]


def _places(old: _Side, new: _Side) -> Iterator[tuple[range, range]]:
    """The stretches of members that differ."""
    vocabulary = Vocabulary()
    same = equals(vocabulary.spell(old.lines), vocabulary.spell(new.lines))
    begin = [(0, 0), *((i + length, j + length) for i, j, length in same)]
    end = [*((i, j) for i, j, _ in same), (len(old.lines), len(new.lines))]
    for (i, j), (after_i, after_j) in zip(begin, end, strict=True):
        place = range(i, after_i), range(j, after_j)
        if any(map(len, place)):
            yield place


def _compare_at(place: tuple[range, range], sides: tuple[_Side, _Side], found: Difference, sure: Sure) -> None:
    old, new = sides
    around = old.around(place[0]), new.around(place[1])
    gone, come = _fewer(old, place[0], new), _fewer(new, place[1], old)
    found.moved = found.moved or _has_moved(old, place[0], new, around[1]) or _has_moved(new, place[1], old, around[0])
    if gone or come:
        gone, come = _not_redivided(old, gone, around[1]), _not_redivided(new, come, around[0])
        if running_words(old.lines[at] for at in gone) == running_words(new.lines[at] for at in come):
            return  # the same words with other borders
        found.gone.update(old.lines[at] for at in gone)
        found.come.update(new.lines[at] for at in come)
        found.sure = found.sure or any(sure(old.text, at) for at in gone) or any(sure(new.text, at) for at in come)


def _fewer(side: _Side, part: range, other: _Side) -> list[int]:
    """The members at a place whose lines the other side shows less often."""
    return [
        at
        for at in part
        if other.visible[side.lines[at]] < side.visible[side.lines[at]] and _counts(side.lines[at], other.visible)
    ]


def _has_moved(side: _Side, part: range, other: _Side, there: Sequence[str]) -> bool:
    """Whether the other side shows a member at a place as often, but elsewhere."""
    forms = (form for at in part if _speaks(form := side.lines[at]))
    return any(other.visible[form] >= side.visible[form] and form in other.own and form not in there for form in forms)


def _not_redivided(side: _Side, members: Sequence[int], there: Sequence[str]) -> list[int]:
    """Those of some members whose words do not stand contiguously at the place on the other side."""
    text = running_words(there)
    return [at for at in members if running_words([side.lines[at]]) not in text]


def _counts(form: str, there: Counter[str]) -> bool:
    """Whether a line that is shown more often on one side says anything: no running count, no copy of a sentence."""
    return _speaks(form) and not (there[form] and len(tokens(form)) >= _SENTENCE)


def kept(text: Text, new: ReadingView) -> float:
    """The share, 0 to 1, of the words of a text that another reading shows anywhere."""
    total = text.tokens.total()
    return (text.tokens & new.tokens).total() / total if total else 1.0


def emptied(old: Text, new: Text) -> bool:
    """Whether a page shows its frame without its main part: of the document only headings, and hardly any new words."""
    body = {old.view.forms[at] for at in old.members if old.view.blocks[at].kind[0] != "h"}
    come = sum(one.isalnum() for one in (new.view.tokens - old.view.tokens).elements())
    few = min(_NOTE, old.tokens.total() * _NOTE_SHARE)
    # A shortened part is in blocks that are new to the page, though all its words were there before.
    rest = (new.view.forms[at] for at in new.members if new.view.blocks[at].kind[0] != "h")
    left = sum(len(tokens(form)) for form in rest if form not in old.view.whole)
    return bool(body) and come <= few and left <= few and not any(form in body for form in new.view.forms)
