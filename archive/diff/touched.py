"""The numbers, dates and names that a change touches: what an analyst looks for first (pure).

Hardly any list of words is behind it: a date is a year, a numeric date, or a day and a word and a year; a name is a run of
capitalised words that does not just begin a sentence. In a text that capitalises freely (German nouns, titles)
only runs of several words and words in capitals count as names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pagewitness.archive.diff.tokens import Token, is_word, tokens

# What may stand in the middle of a name: Chamber of Trade, Office for the Protection of the Constitution.
PARTICLES = frozenset(
    ["of", "the", "for", "de", "du", "des", "del", "della", "di", "da", "do", "dos", "der", "den", "van", "von"]
)
FREELY = 0.25  # a text that capitalises more than this share of its words within sentences
ENOUGH = 20  # words within sentences that are enough to say so

_YEAR = r"(?:1[89]|20)\d\d"
_NUMERIC = rf"\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./](?:{_YEAR}|\d\d)|{_YEAR}[./]\d{{1,2}}[./]\d{{1,2}}"
_WORD = r"[^\W\d_]{3,}"
DATE = re.compile(
    rf"""\b(?:{_NUMERIC}
      | \d{{1,2}}(?:\.|st|nd|rd|th|er|º|ª)?\s(?:d[eo]\s|of\s)?{_WORD},?\s(?:d[eo]\s)?{_YEAR}  # 7 de marzo de 2024
      | [^\W\d_a-z]{_WORD}\s\d{{1,2}},\s{_YEAR}                                             # March 7, 2024
      | {_YEAR}\sm\.\s{_WORD}\s\d{{1,2}}\sd\.                                               # 2024 m. kovo 7 d.
      | {_YEAR}\.?\s{_WORD}\s\d{{1,2}}\.                                                    # 2024. március 7.
      | {_YEAR}年(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?
      | {_YEAR}(?:[/–-]{_YEAR})?)(?!\w|\s?[%‰]|[.,]\d)""",
    re.VERBOSE,
)

Placed = tuple[int, int, Token]  # from, to
Span = tuple[int, int, str]  # from, to, what stands there
Marked = tuple[str, str, Iterable[tuple[str, str]]]  # old, new, pieces


@dataclass(frozen=True, slots=True)
class Touched:
    """What went and what came, each in the order of the text and once.

    Attributes:
        numbers, dates, names: (what went, what came). What went in one place and came in another is in neither.
    """

    numbers: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    dates: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    names: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))

    def as_json(self) -> dict[str, dict[str, list[str]]]:
        """{numbers: {removed, added}, dates: …, names: …}"""
        return {
            name: {"removed": getattr(self, name)[0], "added": getattr(self, name)[1]}
            for name in ("numbers", "dates", "names")
        }


def touched(marked: Iterable[Marked]) -> Touched:
    """What the marks of some changed blocks touch."""
    listed = [(old, new, list(pieces)) for old, new, pieces in marked]
    freely = [_capitalises_freely(texts) for texts in ([old for old, _, _ in listed], [new for _, new, _ in listed])]
    found: dict[str, tuple[list[str], list[str]]] = {name: ([], []) for name in ("numbers", "dates", "names")}
    for old, new, pieces in listed:
        for side, (text, mark) in enumerate(((old, "-"), (new, "+"))):
            for name, thing in _under(text, _stretches(pieces, mark), freely[side]):
                found[name][side].append(thing)
    return Touched(**{name: _without_common(*sides) for name, sides in found.items()})


def _stretches(pieces: Iterable[tuple[str, str]], mark: str) -> list[Span]:
    """Where the pieces with a mark lie in the text that they belong to."""
    at = 0
    found: list[Span] = []
    for sign, text in pieces:
        if sign == mark and text.strip():
            found.append((at + len(text) - len(text.lstrip()), at + len(text.rstrip()), text))
        at += len(text) if sign in ("=", mark) else 0
    return found


def _under(text: str, stretches: list[Span], freely: bool) -> Iterator[tuple[str, str]]:
    """(numbers, dates or names; the thing) for all things in a text that some stretch touches."""
    if not stretches:
        return
    dates = [(match.start(), match.end(), match.group()) for match in DATE.finditer(text)]
    listed = _placed(text)
    numbers = [
        (start, end, token.core)
        for start, end, token in listed
        if token.core[-1] in "%‰°" or (any(map(str.isdigit, token.core)) and not any(map(str.isalpha, token.core)))
    ]
    numbers = [number for number in numbers if not any(_meet(number, date) for date in dates)]
    for name, things in (("numbers", numbers), ("dates", dates), ("names", list(_names(listed, freely)))):
        for thing in things:
            if any(_meet(thing, stretch) for stretch in stretches):
                yield name, thing[2]


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _placed(text: str) -> list[Placed]:
    """The tokens of a text with where they begin and end."""
    at, found = 0, []
    for token in tokens(text)[:-1]:
        start = at + len(token.gap)
        at = start + len(token.core)
        found.append((start, at, token))
    return found


def _within_sentences(listed: list[Placed]) -> Iterator[tuple[int, int, Token, bool]]:
    """The tokens, each with whether it begins a sentence (or a cell, or what a quote or a colon opens)."""
    begins = True
    for start, end, token in listed:
        yield start, end, token, begins
        begins = not (is_word(token) or token.key in ",;/-") or (begins and not is_word(token))


def _is_capitalised(token: Token) -> bool:
    return token.core[0].isupper()


def _is_in_capitals(token: Token) -> bool:
    return len(token.core) > 1 and token.core.isupper()


def _names(listed: list[Placed], freely: bool) -> Iterator[Span]:
    run: list[tuple[int, int, Token, bool]] = []
    for start, end, token, begins in [*_within_sentences(listed), (0, 0, Token("", "", ""), True)]:
        if run and not begins and token.core and (_is_capitalised(token) or token.core in PARTICLES):
            run.append((start, end, token, begins))
            continue
        yield from _name(run, freely)
        run = [(start, end, token, begins)] if token.core and _is_capitalised(token) else []


def _name(run: list[tuple[int, int, Token, bool]], freely: bool) -> Iterator[Span]:
    """The name that a run of capitalised words is, if it is one; particles at its end are none of it."""
    while run and run[-1][2].core in PARTICLES:
        run = run[:-1]
    if len(run) == 1 and not _is_in_capitals(run[0][2]) and (freely or run[0][3]):
        return
    if run:
        yield run[0][0], run[-1][1], " ".join(token.core for _, _, token, _ in run)


def _capitalises_freely(texts: list[str]) -> bool:
    """Whether capitals say little in these texts."""
    within = [
        token
        for text in texts
        for _, _, token, begins in _within_sentences(_placed(text))
        if not begins and is_word(token) and token.core[0].isalpha()
    ]
    return len(within) >= ENOUGH and sum(map(_is_capitalised, within)) > FREELY * len(within)


def _without_common(went: list[str], came: list[str]) -> tuple[list[str], list[str]]:
    both = Counter(went) & Counter(came)
    return _once(went, both), _once(came, both)


def _once(things: list[str], both: Counter[str]) -> list[str]:
    counted = Counter(things)
    return [thing for thing in dict.fromkeys(things) if counted[thing] > both[thing]]
