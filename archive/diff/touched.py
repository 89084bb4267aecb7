"""The numbers, dates and names that a change touches: what an analyst looks for first (pure).

Hardly any list of words is behind it: what has the shape of a date is one (`dates.shaped`), and a name is a run of
capitalised words (`names`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from pagewitness.archive.diff import names
from pagewitness.archive.diff.names import PARTICLES
from pagewitness.archive.diff.standing import places, standing_not, stands_at
from pagewitness.archive.diff.tokens import Token, tokens
from pagewitness.archive.text import words
from pagewitness.archive.text.dates import YEAR, shaped

SAMPLE = 40_000  # characters of the texts that are looked at for it
AROUND = 200  # characters on both sides of what changed, in which a date or a name that it touches begins or ends
NEAR = 24  # characters on both sides of it, in which a date that it touches has a figure, and a name a capital
TOGETHER = 20_000  # characters that are looked at between two looks at the time
KINDS = ("numbers", "dates", "names")

_WITH_YEAR = re.compile(rf"(?P<day>.+?)(?P<between>,?\s)(?P<year>{YEAR})")
_FIGURE = re.compile(r"[\d%‰°]")

Span = tuple[int, int, str]  # from, to, what stands there
Marked = tuple[str, str, Iterable[tuple[str, str]]]  # old, new, pieces


@dataclass(frozen=True, slots=True)
class Touched:
    """What went and what came, each in the order of the text and once.

    Attributes:
        numbers, dates, names: (what went, what came). What went in one place and came in another is in neither; nor is a
            name that still stands, or stood already, in another place.
        partial: whether time forbade to look at all that changed.
    """

    numbers: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    dates: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    names: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    partial: bool = False

    def as_json(self) -> dict[str, dict[str, list[str]]]:
        """{numbers: {removed, added}, dates: …, names: …}"""
        return {name: {"removed": getattr(self, name)[0], "added": getattr(self, name)[1]} for name in KINDS}


def touched(
    marked: Iterable[Marked],
    whole: tuple[str, str],
    *,
    cut: Callable[[str], list[Token]] = tokens,
    late: Callable[[], bool] = lambda: False,
) -> Touched:
    """What the marks of some changed blocks touch.

    Args:
        marked: the blocks that changed.
        whole: all of the old text, and all of the new one: a name is gone only where the new one has it nowhere.
        cut: what gives the tokens of a block; one that remembers them saves time.
        late: whether the time for it is over; then the rest is not looked at, and it is partial.
    """
    listed = [(old, new, list(pieces)) for old, new, pieces in marked]
    freely = [
        _capitalises_freely(texts, cut) for texts in ([old for old, _, _ in listed], [new for _, new, _ in listed])
    ]
    found: dict[str, tuple[list[str], list[str]]] = {name: ([], []) for name in KINDS}
    partial = False
    for side, part in _parts(listed, cut):
        if partial := late():
            break
        for name, thing in _under(part, freely[side]):
            found[name][side].append(thing)
    _number_where_a_number_stands(found, whole)
    sides = {name: _without_common(*sides) for name, sides in found.items()}
    went, came = sides["names"]
    sides["names"] = standing_not(went, whole[1]), standing_not(came, whole[0])
    return Touched(**sides, partial=partial)


def _number_where_a_number_stands(found: dict[str, tuple[list[str], list[str]]], whole: tuple[str, str]) -> None:
    """Takes a year for a number where the other side has a number in its place: *March 5, 2000 people*, then 3000."""
    for side, (dates, numbers) in enumerate(zip(found["dates"], found["numbers"], strict=True)):
        others, other_numbers = found["dates"][1 - side], found["numbers"][1 - side]
        for date in list(dates):
            parts = _WITH_YEAR.fullmatch(date)
            if parts is None or parts["day"] not in others:
                continue
            behind = places(parts["day"] + parts["between"], whole[1 - side])
            if any(stands_at(end, number, whole[1 - side]) for _, end in behind for number in other_numbers):
                dates.remove(date)
                others.remove(parts["day"])
                numbers.append(parts["year"])


@dataclass(frozen=True, slots=True)
class _Part:
    """What is looked at together: the window of a text from `start` to `end`, and its tokens.

    Attributes:
        text: the whole of it.
        ends: where the tokens end in it.
        stretches: where in it something went or came.
    """

    text: str
    start: int
    end: int
    tokens: list[Token]
    ends: list[int]
    stretches: list[Span]


def _parts(listed: Iterable[Marked], cut: Callable[[str], list[Token]]) -> Iterator[tuple[int, _Part]]:
    """Each with its side."""
    for old, new, pieces in listed:
        for side, (text, mark) in enumerate(((old, "-"), (new, "+"))):
            telling = [one for one in _stretches(pieces, mark) if _may_touch(text, *one[:2])]
            if not telling:
                continue
            found = cut(text)[:-1]
            ends = list(accumulate([len(gap) + len(core) for gap, core, _ in found]))
            for start, end, stretches in _windows(text, telling):
                first, last = bisect_right(ends, start), bisect_left(ends, end) + 1
                yield side, _Part(text, start, end, found[first:last], ends[first:last], stretches)


def _may_touch(text: str, start: int, end: int) -> bool:
    """Whether a stretch may touch a number, a date or a name: there is no need to look around most words of prose."""
    stretch = text[start:end]
    if stretch.lower() != stretch or _FIGURE.search(text, max(0, start - NEAR), end + NEAR):
        return True
    if PARTICLES.isdisjoint(words.tokens(stretch)):
        return False
    around = text[max(0, start - NEAR) : end + NEAR]
    return around.lower() != around


def _windows(text: str, stretches: list[Span]) -> Iterator[tuple[int, int, list[Span]]]:
    """The parts of a text around its stretches, from where to where, each with its own: none far from a change."""
    own: list[Span] = []
    for stretch in [*stretches, None]:
        if own and (stretch is None or stretch[0] - own[-1][1] > 2 * AROUND or stretch[0] - own[0][0] > TOGETHER):
            yield _sentence_before(text, own[0][0] - AROUND), _end_of_word(text, own[-1][1] + AROUND), own
            own = []
        own += [stretch] if stretch else []


def _sentence_before(text: str, at: int) -> int:
    """Where to begin so that a place is in it: with a sentence, or at least a word; 0 for a place before the text."""
    if at <= 0:
        return 0
    sentence = text.rfind(". ", max(0, at - AROUND), at)
    return sentence + 2 if sentence >= 0 else text.rfind(" ", 0, at) + 1


def _end_of_word(text: str, at: int) -> int:
    found = text.find(" ", at)
    return found if found >= 0 else len(text)


def _stretches(pieces: Iterable[tuple[str, str]], mark: str) -> list[Span]:
    """Where the pieces with a mark lie in the text that they belong to."""
    at = 0
    found: list[Span] = []
    for sign, text in pieces:
        if sign == mark and text.strip():
            found.append((at + len(text) - len(text.lstrip()), at + len(text.rstrip()), text))
        at += len(text) if sign in ("=", mark) else 0
    return found


def _under(part: _Part, freely: bool) -> Iterator[tuple[str, str]]:
    """(numbers, dates or names; the thing) for all things in a part of a text that some stretch touches."""
    found, ends = part.tokens, part.ends
    kinds = names.kinds(found)

    def span(first: int, last: int) -> Span:
        cores = [token.core for token in found[first:last]]
        return ends[first] - len(cores[0]), ends[last - 1], " ".join(cores)

    dates = _dates(part, [span(at, at + 1) for at in names.dates(kinds)])
    things = {
        "numbers": list(_meeting((span(at, at + 1) for at in names.numbers(kinds)), dates, False)),
        "dates": dates,
        "names": [span(first, last) for first, last in names.names(kinds, freely)],
    }
    for name, some in things.items():
        yield from ((name, thing[2]) for thing in _meeting(some, part.stretches, True))


def _dates(part: _Part, named: list[Span]) -> list[Span]:
    """The dates of a part: those that are one token, and what else has the shape of one."""
    others = [(start, end, part.text[start:end]) for start, end in shaped(part.text, part.start, part.end)]
    return sorted([*named, *_meeting(others, named, False)])


def _meeting(some: Iterable[Span], others: list[Span], meeting: bool) -> Iterator[Span]:
    """Those that meet any of the others, or none of them; the others are in order and do not overlap."""
    ends = [end for _, end, _ in others]
    for one in some:
        at = bisect_right(ends, one[0])
        if (at < len(others) and others[at][0] < one[1]) is meeting:
            yield one


def _capitalises_freely(texts: list[str], cut: Callable[[str], list[Token]]) -> bool:
    """Whether capitals say little in these texts, as far as their beginnings say."""
    kinds, room = [], SAMPLE
    for text in texts:
        if room <= 0:
            break
        kinds.append(names.kinds(cut(text)[:-1] if len(text) <= room else tokens(text[:room])[:-1]))
        room -= len(text)
    return names.capitalises_freely(kinds)


def _without_common(went: list[str], came: list[str]) -> tuple[list[str], list[str]]:
    both = Counter(went) & Counter(came)
    return _once(went, both), _once(came, both)


def _once(things: list[str], both: Counter[str]) -> list[str]:
    counted = Counter(things)
    return [thing for thing in dict.fromkeys(things) if counted[thing] > both[thing]]
