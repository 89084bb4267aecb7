"""The numbers, dates and names that a change touches: what an analyst looks for first (pure).

It needs hardly any lists of words: anything with the shape of a date is one (`dates.shaped`), and a name is a run of
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
from pagewitness.archive.diff.tokens import Token, tokenise
from pagewitness.archive.diff.whole_words import missing_from, occurrences, occurs_at
from pagewitness.archive.text import words
from pagewitness.archive.text.dates import YEAR, shaped

SAMPLE = 40_000  # characters of the texts that are read to decide whether they capitalise freely
AROUND = 200  # characters on both sides of a change in which a date or name that it touches begins or ends
NEAR = 24  # characters on both sides of a change in which a date that it touches has a figure, and a name a capital
TOGETHER = 20_000  # characters to read between two checks of the time
KINDS = ("numbers", "dates", "names")

_WITH_YEAR = re.compile(rf"(?P<day>.+?)(?P<between>,?\s)(?P<year>{YEAR})")
_FIGURE = re.compile(r"[\d%‰°]")

Span = tuple[int, int, str]  # start, end, the text there
Marked = tuple[str, str, Iterable[tuple[str, str]]]  # old, new, pieces


@dataclass(frozen=True, slots=True)
class Touched:
    """What was removed and what was added, each once and in the order of the text.

    Attributes:
        numbers, dates, names: (removed, added). What was removed in one place and added in another is in neither, nor is a
            name that the other text has elsewhere.
        partial: whether time did not allow to read all changes.
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
    cut: Callable[[str], list[Token]] = tokenise,
    late: Callable[[], bool] = lambda: False,
) -> Touched:
    """What the marks of some changed blocks touch.

    Args:
        marked: the blocks that changed.
        whole: all of the old text, and all of the new one: a name is removed only if the new one has it nowhere.
        cut: gives the tokens of a block; a cached one saves time.
        late: whether the time for it is over; then the rest is skipped, and the result is partial.
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
    _years_as_numbers(found, whole)
    sides = {name: _without_common(*sides) for name, sides in found.items()}
    went, came = sides["names"]
    sides["names"] = missing_from(went, whole[1]), missing_from(came, whole[0])
    return Touched(**sides, partial=partial)


def _years_as_numbers(found: dict[str, tuple[list[str], list[str]]], whole: tuple[str, str]) -> None:
    """Treat a year as a number if the other side has a number in its place: *March 5, 2000 people*, then 3000."""
    for side, (dates, numbers) in enumerate(zip(found["dates"], found["numbers"], strict=True)):
        others, other_numbers = found["dates"][1 - side], found["numbers"][1 - side]
        for date in list(dates):
            parts = _WITH_YEAR.fullmatch(date)
            if parts is None or parts["day"] not in others:
                continue
            behind = occurrences(parts["day"] + parts["between"], whole[1 - side])
            if any(occurs_at(end, number, whole[1 - side]) for _, end in behind for number in other_numbers):
                dates.remove(date)
                others.remove(parts["day"])
                numbers.append(parts["year"])


@dataclass(frozen=True, slots=True)
class _Part:
    """A window of a text, from `start` to `end`, and its tokens.

    Attributes:
        text: the whole text.
        ends: the ends of the tokens in it.
        stretches: the changed places in the window.
    """

    text: str
    start: int
    end: int
    tokens: list[Token]
    ends: list[int]
    stretches: list[Span]


def _parts(listed: Iterable[Marked], cut: Callable[[str], list[Token]]) -> Iterator[tuple[int, _Part]]:
    """The windows around changes, each with its side (0 old, 1 new)."""
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
    """Whether a stretch may touch a number, a date or a name: most words of prose do not, and are skipped."""
    stretch = text[start:end]
    if stretch.lower() != stretch or _FIGURE.search(text, max(0, start - NEAR), end + NEAR):
        return True
    if PARTICLES.isdisjoint(words.tokens(stretch)):
        return False
    around = text[max(0, start - NEAR) : end + NEAR]
    return around.lower() != around


def _windows(text: str, stretches: list[Span]) -> Iterator[tuple[int, int, list[Span]]]:
    """The (start, end) of the parts of a text around its stretches, each with its own stretches."""
    own: list[Span] = []
    for stretch in [*stretches, None]:
        if own and (stretch is None or stretch[0] - own[-1][1] > 2 * AROUND or stretch[0] - own[0][0] > TOGETHER):
            yield _sentence_before(text, own[0][0] - AROUND), _end_of_word(text, own[-1][1] + AROUND), own
            own = []
        own += [stretch] if stretch else []


def _sentence_before(text: str, at: int) -> int:
    """The beginning of the sentence, or at least the word, before a place; 0 for a place before the text."""
    if at <= 0:
        return 0
    sentence = text.rfind(". ", max(0, at - AROUND), at)
    return sentence + 2 if sentence >= 0 else text.rfind(" ", 0, at) + 1


def _end_of_word(text: str, at: int) -> int:
    found = text.find(" ", at)
    return found if found >= 0 else len(text)


def _stretches(pieces: Iterable[tuple[str, str]], mark: str) -> list[Span]:
    """The places of the pieces with a mark in their text."""
    at = 0
    found: list[Span] = []
    for sign, text in pieces:
        if sign == mark and text.strip():
            found.append((at + len(text) - len(text.lstrip()), at + len(text.rstrip()), text))
        at += len(text) if sign in ("=", mark) else 0
    return found


def _under(part: _Part, freely: bool) -> Iterator[tuple[str, str]]:
    """(numbers, dates or names; the thing) for all things in a window that some stretch touches."""
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
    """The dates of a window: those that are one token, and anything else with the shape of one."""
    others = [(start, end, part.text[start:end]) for start, end in shaped(part.text, part.start, part.end)]
    return sorted([*named, *_meeting(others, named, False)])


def _meeting(some: Iterable[Span], others: list[Span], meeting: bool) -> Iterator[Span]:
    """Those that overlap any of the others or, with `meeting` false, none; the others are in order and do not overlap."""
    ends = [end for _, end, _ in others]
    for one in some:
        at = bisect_right(ends, one[0])
        if (at < len(others) and others[at][0] < one[1]) is meeting:
            yield one


def _capitalises_freely(texts: list[str], cut: Callable[[str], list[Token]]) -> bool:
    """Whether these texts capitalise freely, judged by their beginnings."""
    kinds, room = [], SAMPLE
    for text in texts:
        if room <= 0:
            break
        kinds.append(names.kinds(cut(text)[:-1] if len(text) <= room else tokenise(text[:room])[:-1]))
        room -= len(text)
    return names.capitalises_freely(kinds)


def _without_common(went: list[str], came: list[str]) -> tuple[list[str], list[str]]:
    both = Counter(went) & Counter(came)
    return _once(went, both), _once(came, both)


def _once(things: list[str], both: Counter[str]) -> list[str]:
    counted = Counter(things)
    return [thing for thing in dict.fromkeys(things) if counted[thing] > both[thing]]
