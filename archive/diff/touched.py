"""The numbers, dates and names that a change touches: what an analyst looks for first (pure).

Hardly any list of words is behind it: a date is a year, a numeric date, or a day and a word and a year; a name is a run of
capitalised words that does not just begin a sentence. In a text that capitalises freely (German nouns, titles)
only runs of several words and words in capitals count as names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pagewitness.archive.dates import month
from pagewitness.archive.diff.tokens import Token, is_date, is_word, tokens

# What may stand in the middle of a name: Chamber of Trade, Office for the Protection of the Constitution.
PARTICLES = frozenset(
    ["of", "the", "for", "de", "du", "des", "del", "della", "di", "da", "do", "dos", "der", "den", "van", "von"]
)
FREELY = 0.25  # a text that capitalises more than this share of its words within sentences
ENOUGH = 20  # words within sentences that are enough to say so
SAMPLE = 40_000  # characters of the texts that are looked at for it
AROUND = 200  # characters on both sides of what changed, in which a date or a name that it touches begins or ends
TOGETHER = 20_000  # characters that are looked at between two looks at the time
KINDS = ("numbers", "dates", "names")

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


def touched(marked: Iterable[Marked], whole: tuple[str, str], *, late: Callable[[], bool] = lambda: False) -> Touched:
    """What the marks of some changed blocks touch.

    Args:
        marked: the blocks that changed.
        whole: all of the old text, and all of the new one: a name is gone only where it stands in the new one no more.
        late: whether the time for it is over; then the rest is not looked at, and it is partial.
    """
    listed = [(old, new, list(pieces)) for old, new, pieces in marked]
    freely = [_capitalises_freely(texts) for texts in ([old for old, _, _ in listed], [new for _, new, _ in listed])]
    found: dict[str, tuple[list[str], list[str]]] = {name: ([], []) for name in KINDS}
    partial = False
    for side, text, stretches in _parts(listed):
        if partial := late():
            break
        for name, thing in _under(text, stretches, freely[side]):
            found[name][side].append(thing)
    sides = {name: _without_common(*sides) for name, sides in found.items()}
    went, came = sides["names"]
    sides["names"] = (
        [name for name in went if not _stands(name, whole[1])], [name for name in came if not _stands(name, whole[0])]
    )  # fmt: skip
    return Touched(**sides, partial=partial)


def _stands(name: str, text: str) -> bool:
    """Whether a name stands in a text, as whole words."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not text[max(0, at - 1) : at].isalnum() and not text[end : end + 1].isalnum():
            return True
        at = text.find(name, at + 1)
    return False


def _parts(listed: Iterable[Marked]) -> Iterator[tuple[int, str, list[Span]]]:
    """What is looked at together: of which side, a part of its text, and where in that something went or came."""
    for old, new, pieces in listed:
        for side, (text, mark) in enumerate(((old, "-"), (new, "+"))):
            for start, end, stretches in _windows(text, _stretches(pieces, mark)):
                yield side, text[start:end], [(one - start, other - start, part) for one, other, part in stretches]


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


def _under(text: str, stretches: list[Span], freely: bool) -> Iterator[tuple[str, str]]:
    """(numbers, dates or names; the thing) for all things in a text that some stretch touches."""
    listed = _placed(text)
    dates = _dates(text, listed)
    numbers = [
        (start, end, token.core)
        for start, end, token in listed
        if token.core[-1] in "%‰°" or (any(map(str.isdigit, token.core)) and not any(map(str.isalpha, token.core)))
    ]
    things = {"numbers": list(_meeting(numbers, dates, False)), "dates": dates, "names": list(_names(listed, freely))}
    for name, some in things.items():
        yield from ((name, thing[2]) for thing in _meeting(some, stretches, True))


def _dates(text: str, listed: list[Placed]) -> list[Span]:
    """The dates of a text: those that are one token, and what else has the shape of one."""
    named = [(start, end, token.core) for start, end, token in listed if is_date(token)]
    shaped = [(match.start(), match.end(), match.group()) for match in DATE.finditer(text)]
    return sorted([*named, *_meeting(shaped, named, False)])


def _meeting(some: list[Span], others: list[Span], meeting: bool) -> Iterator[Span]:
    """Those that meet any of the others, or none of them; the others are in order and do not overlap."""
    ends = [end for _, end, _ in others]
    for one in some:
        at = bisect_right(ends, one[0])
        if (at < len(others) and others[at][0] < one[1]) is meeting:
            yield one


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
    return token.core[0].isupper() and not is_date(token)


def _is_in_capitals(token: Token) -> bool:
    return len(token.core) > 1 and token.core.isupper()


def _names(listed: list[Placed], freely: bool) -> Iterator[Span]:
    run: list[tuple[int, int, Token, bool]] = []
    for start, end, token, begins in [*_within_sentences(listed), (0, 0, Token("", "", ""), True)]:
        if run and not begins and token.core and (_is_capitalised(token) or token.core in PARTICLES):
            run.append((start, end, token, begins))
            continue
        yield from _name(run, freely)
        run = [(start, end, token, begins)] if token.core and _is_capitalised(token) and not month(token.core) else []


def _name(run: list[tuple[int, int, Token, bool]], freely: bool) -> Iterator[Span]:
    """The name that a run of capitalised words is, if it is one; particles and months at its end are none of it."""
    while run and (run[-1][2].core in PARTICLES or month(run[-1][2].core)):
        run = run[:-1]
    if len(run) == 1 and not _is_in_capitals(run[0][2]) and (freely or run[0][3]):
        return
    if run:
        yield run[0][0], run[-1][1], " ".join(token.core for _, _, token, _ in run)


def _capitalises_freely(texts: list[str]) -> bool:
    """Whether capitals say little in these texts, as far as their beginnings say."""
    within, room = [], SAMPLE
    for text in texts:
        if room <= 0:
            break
        within += [
            token
            for _, _, token, begins in _within_sentences(_placed(text[:room]))
            if not begins and is_word(token) and token.core[0].isalpha()
        ]
        room -= len(text)
    return len(within) >= ENOUGH and sum(map(_is_capitalised, within)) > FREELY * len(within)


def _without_common(went: list[str], came: list[str]) -> tuple[list[str], list[str]]:
    both = Counter(went) & Counter(came)
    return _once(went, both), _once(came, both)


def _once(things: list[str], both: Counter[str]) -> list[str]:
    counted = Counter(things)
    return [thing for thing in dict.fromkeys(things) if counted[thing] > both[thing]]
