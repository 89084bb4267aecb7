"""Dates in one form, however a page writes them (pure; the names of the months are in `dates.toml`).

`December 1, 2024`, `1 December 2024`, `1er décembre 2024`, `2024 m. gruodžio 1 d.` and `2024-12-01` are one date. Figures
alone are a date only if they are unambiguous: `13.12.2024` and `2024-12-01`, not `1.12.2024`. A date without a year stays
without one; with its month first (`March 5`) it is a date only if nothing countable follows: *In May 12 people died*. Names
of months that are common words elsewhere are not months without a year (`words`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

# The time of day in a stamp as ISO 8601 has it: T10:00, T10:00:00.5Z, T10:00+02:00.
CLOCK = r"T\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
STAMP = rf"\d{{4}}-\d\d-\d\d(?:{CLOCK})?"  # 2024-03-07  2024-03-07T10:00Z
CJK = r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"  # 2024年3月7日
_ORDINAL = r"(?:st|nd|rd|th|er|re|o|a|:a|:e|\.|-[^\W\d_]{1,4})?"
_DAY = rf"\d{{1,2}}{_ORDINAL}"
_NAME = r"[^\W\d_]{3,14}"
# The 18th to the 21st century: in 3000 people it is not a year. In dates of figures, and before a month, any year counts.
YEAR = r"(?:1[89]|20)\d\d"
_OF = r"(?:of[ ]|de[ ]|del[ ]|di[ ]|do[ ])?"
# Both begin with a figure, or with the blank before one, because most words are not months.
_DAY_FIRST = re.compile(
    rf"""(?<![\w.,/:$€£¥₽₴№\#-])(?:
        (?P<y1>\d{{4}})(?P<s1>[-/.])(?P<n1>\d{{1,2}})(?P=s1)(?P<d1>\d{{1,2}})(?![\w/]|[.,-]\d)
      | (?P<d2>\d{{1,2}})(?P<s2>[./-])(?P<n2>\d{{1,2}})(?P=s2)(?P<y2>\d{{4}})(?![\w/]|[.,-]\d)
      | (?P<y3>\d{{4}})[ ]m\.[ ](?P<m3>{_NAME})[ ](?P<d3>{_DAY})(?!\w)(?:[ ]d\.)?
      | (?P<y4>\d{{4}})\.[ ]gada[ ](?P<d4>{_DAY})[ ](?P<m4>{_NAME})\b
      | (?:(?P<r5>\d{{1,2}}\.?)[-–])?(?P<d5>{_DAY})[ ]{_OF}(?P<m5>{_NAME})\b(?:\.(?=,?[ ]{YEAR}\b))?
        (?:,?[ ]{_OF}(?P<y5>{YEAR})\b)?
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\d–|(?<!\w)(?:N[or]\.?|n[or]\.|№) )\Z"
)  # before a figure that is not a day: No. 12 December 2020
_MONTH_FIRST = re.compile(rf"\.? (\d{{1,2}})(st|nd|rd|th)?(?![\w:%]| %|[.,]\d)(?:,? ({YEAR})\b)?", re.IGNORECASE)
_COUNTED = re.compile(r" ?\w(?<! d(?=\.))")  # something countable; not the end of kovo 3 d.
_ON = re.compile(r"(?<!\w)on \Z", re.IGNORECASE)  # on March 5 we: before a month, it means a day follows
_MONTH_BEFORE = re.compile(rf"(?<!\w)({_NAME})\.?,? {_OF}\Z", re.IGNORECASE)
_MONTH_BEHIND = re.compile(rf"(?: m\.|\. gada) ({_NAME})(?!\w)", re.IGNORECASE)
_ONE_YEAR = re.compile(rf"(?<!\w){YEAR}(?!\d)")
_NO_YEAR = re.compile(r"[^\W\d]|/|[.,]\d| [%‰]")
# The shape of a date in any language, even one whose months are not in a table.
_ANY_WORD = r"[^\W\d_]{3,}"
_SHAPED = re.compile(
    rf"""\b(?:{STAMP} | \d{{1,2}}[./]\d{{1,2}}[./](?:{YEAR}|\d\d) | {YEAR}[./]\d{{1,2}}[./]\d{{1,2}}
      | \d{{1,2}}(?:\.|st|nd|rd|th|er|º|ª)?\s(?:d[eo]\s|of\s)?{_ANY_WORD},?\s(?:d[eo]\s)?{YEAR}  # 7 de marzo de 2024
      | [^\W\d_a-z]{_ANY_WORD}\s\d{{1,2}},\s{YEAR}                                             # March 7, 2024
      | {YEAR}\sm\.\s{_ANY_WORD}\s\d{{1,2}}\sd\.                                              # 2024 m. kovo 7 d.
      | {YEAR}\.?\s{_ANY_WORD}\s\d{{1,2}}\.                                                   # 2024. március 7.
      | {CJK}
      | {YEAR}(?:[/–-]{YEAR})?)(?!\w|\s?[%‰]|[.,]\d)""",
    re.VERBOSE,
)
_FIGURES = re.compile(r"\d+")
_WORD_BEFORE = re.compile(rf"(?<!\w){_NAME}\Z")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # of the months, at most
_LONGEST = 15  # letters of a month, and one before it


def dated(text: str) -> str:
    """A text with each date as one word: `2024_12_01`, or `_12_01` without a year.

    Args:
        text: normalised, in NFKC.
    """
    figures = _figures(text)
    if not figures:
        return text
    days = [(*found.span(), form) for found in _day_first(text, figures) if (form := _one(found)) != found[0]]
    if days:
        text = _with(text, days)
        figures = _figures(text)
    return _with(text, _month_first(text, figures))


def date_places(text: str) -> list[tuple[int, int]]:
    """The (start, end) of the dates of a text that name their month, in order; also of a month with only its year.

    >>> [text[start:end] for text in ["By 3 March 2024, or in May 2025."] for start, end in date_places(text)]
    ['3 March 2024', 'May 2025']
    """
    figures = _figures(text)
    found: list[tuple[int, int]] = []
    for finder in (_days, _days_behind, _months_of_years) if figures else ():
        own = list(finder(text, figures))
        found += own
        text = _with(text, [(start, end, "_" * (end - start)) for start, end in own])
    return sorted(found)


def shaped(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The (start, end) of what has the shape of a date, in order: a year, figures, or a day and a word and a year.

    It uses no table of months, so it finds more than `date_places`.

    Args:
        start, end: the part of the text to look at, in characters; by default all of it.

    >>> shaped("2024. március 7.")
    [(0, 16)]
    """
    return [found.span() for found in _SHAPED.finditer(text, start, len(text) if end is None else end)]


def _figures(text: str) -> list[int]:
    """Where the figures of a text begin: every date begins or ends with figures, and they are faster to find."""
    return [found.start() for found in _FIGURES.finditer(text)]


def _with(text: str, some: Iterable[tuple[int, int, str]]) -> str:
    """A text with some of its stretches replaced."""
    parts: list[str] = []
    last = 0
    for start, end, other in some:
        parts += text[last:start], other
        last = end
    return "".join((*parts, text[last:])) if parts else text


def _day_first(text: str, figures: list[int]) -> Iterator[re.Match[str]]:
    last = 0
    for start in figures:
        if start < last or not (found := _DAY_FIRST.match(text, start)):
            continue
        if not _NUMBERED.search(text[max(0, start - 5) : start]):
            last = found.end()
            yield found


def _days(text: str, figures: list[int]) -> Iterator[tuple[int, int]]:
    for found in _day_first(text, figures):
        if (found["m3"] or found["m4"] or found["m5"]) and _one(found) != found[0]:
            yield found.span()


def _days_behind(text: str, figures: list[int]) -> Iterator[tuple[int, int]]:
    return ((start, end) for start, end, _ in _month_first(text, figures))


def _is_certain(name: str) -> bool:
    """Whether a name of a month is one even without a year: not the *out* of 12 out of 15, an October in Portuguese."""
    return name.lower() not in _words()


def _month_first(text: str, figures: list[int]) -> Iterator[tuple[int, int, str]]:
    """The dates with the month before the day: start, end, and their normal form."""
    last = 0
    for start in figures:
        blank = start - 1
        if blank < last or text[blank] != " ":
            continue
        found = _MONTH_FIRST.match(text, blank - 1 if blank and text[blank - 1] == "." else blank)
        name = _WORD_BEFORE.search(text, max(last, found.start() - _LONGEST), found.start()) if found else None
        number = month(name[0]) if name else 0
        if not (found and name and number and 0 < int(found[1]) <= _DAYS[number - 1]):
            continue
        alone = not (found[2] or found[3]) and _COUNTED.match(text, found.end())
        before = text[max(last, name.start() - 4) : name.start()]
        if (found[3] or _is_certain(name[0])) and not (alone and not _ON.search(before)):
            last = found.end()
            yield name.start(), last, _form(found[3], number, int(found[1]))


def _months_of_years(text: str, figures: list[int]) -> Iterator[tuple[int, int]]:
    last = 0
    for place in figures:
        year = _ONE_YEAR.match(text, place)
        if year is None:
            continue
        before = _MONTH_BEFORE.search(text, max(last, year.start() - _LONGEST - 6), year.start())
        if before and not _NO_YEAR.match(text, year.end()):
            name, start, end = before[1], before.start(), year.end()
        elif behind := _MONTH_BEHIND.match(text, year.end()):
            name, start, end = behind[1], year.start(), behind.end()
        else:
            continue
        if month(name) and _is_certain(name):
            last = end
            yield start, end


def _form(year: str | None, month: int, day: int) -> str:
    return f"{year or ''}_{month:02}_{day:02}"


def _one(found: re.Match[str]) -> str:
    """A date in its normal form; anything that only looks like one, unchanged."""
    for number in range(1, 6):
        part = {key: found[f"{key}{number}"] for key in "ydmnr" if f"{key}{number}" in found.re.groupindex}
        if part["d"] is None:
            continue
        day = int(re.match(r"\d+", part["d"])[0])  # type: ignore[index]
        number_of_month = month(part["m"]) if "m" in part else int(part["n"])
        # In figures with the day first, the day must be over 12, or equal to the month.
        unclear = number == 2 and day <= 12 and day != number_of_month
        if not 0 < number_of_month <= 12 or not 0 < day <= _DAYS[number_of_month - 1] or unclear:
            return found[0]
        if "m" in part and not (part["y"] or _is_certain(part["m"])):
            return found[0]
        form, first = _form(part["y"], number_of_month, day), part.get("r")  # r: the first of several days
        if first is None:
            return form
        return f"{int(first.rstrip('.'))}-{form}" if 0 < int(first.rstrip(".")) < day else found[0]
    return found[0]


def month(name: str) -> int:
    """The number of a month by its name; 0 for any other word."""
    number = months().get(name.lower(), 0)
    return 0 if name.islower() and name in _capitals() else number


@cache
def months() -> dict[str, int]:
    """The number of the month by each form of its name."""
    return {
        form: number
        for forms in _table()["months"].values()
        for number, names in enumerate(forms, 1)
        for form in names.split()
    }


@cache
def _capitals() -> frozenset[str]:
    return frozenset(_table()["capitals"])


@cache
def _words() -> frozenset[str]:
    return frozenset(_table()["words"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("dates.toml").read_text("utf-8"))
