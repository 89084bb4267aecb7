"""Find the dates in a line, in whatever language and figures it writes them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from typing import Final

from pagewitness.archive.text.dates import dated
from pagewitness.scraper.clean.lexicon.tables import lexicon_table

FORM: Final = re.compile(r"(?<!\d)(\d{4})_(\d\d)_(\d\d)(?!\d)")  # of a date in `with_dates`
_ISO: Final = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)(?:[T ]+\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s?(?:Z\b|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST: Final = re.compile(r"(?<!\d)(\d{4})([./])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)")
_EAST_ASIAN: Final = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号]?")
_VIETNAMESE: Final = re.compile(r"(\d{1,2}) tháng (\d{1,2}),? năm (\d{4})", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(r"(?<![\w./-])(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})(?![\w/]|[.,-]\d)")
_NAMED: Final = re.compile(
    r"(?<![\w.,/:-])(\d{1,2})(?:\.|st|nd|rd|th|º|ª|-[^\W\d_]{1,3})?\s(?:de |of |ta’ |ta' |من )?([^\W\d_]{2,14}\w*)\.?,?"
    r"(?:\s[^\W\d_]{7})?\s(?:de |del )?(\d{4})(?!\d)",
    re.IGNORECASE,
)
_NAMED_LATER: Final = re.compile(r"(?<!\d)(\d{4})\.?\s([^\W\d_]{3,14})\s(\d{1,2})(?!\d)\.?(?:-[^\W\d_]{1,3})?")
_OLDEST_YEAR = 1900  # of dates in markup
_LAST_YEAR = 2040  # later ones stand for "never"
_EMPTY: Final = frozenset({"1970-01-01", "1900-01-01", "1980-01-01"})  # what programs write for no date


def calendar_day(year: str | int, month: str | int, day: str | int) -> str | None:
    """A day as ISO 8601; None if it does not exist, is implausible for a web page, or is what programs write for no date."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    written = found.isoformat()
    return written if _OLDEST_YEAR <= found.year <= _LAST_YEAR and written not in _EMPTY else None


def with_dates(text: str, locale: str | None) -> str:
    """A line with each date that has a year in the form 2024_12_01; those that do not exist stay as written.

    Args:
        text: the line.
        locale: of the text, such as `lt` or `en-GB`, or None. In figures the day comes first, but in English only where the
            region tells the order, or a figure is above twelve.

    >>> with_dates("公開日：2026年5月3日", "ja"), with_dates("03/05/2026", "en"), with_dates("03/05/2026", "en-GB")
    ('公開日:2026_05_03', '03/05/2026', '2026_05_03')
    """
    text = _in_latin_figures(unicodedata.normalize("NFKC", text))
    for expression, order in (
        (_ISO, (1, 2, 3)),
        (_EAST_ASIAN, (1, 2, 3)),
        (_VIETNAMESE, (3, 2, 1)),
        (_YEAR_FIRST, (1, 3, 4)),
    ):
        text = expression.sub(lambda found, order=order: _form(*found.group(*order)) or found[0], text)  # type: ignore[misc]
    text = _DAY_FIRST.sub(lambda found: _figures(found, (locale or "").lower()), text)
    stems = _stems((locale or "").lower().partition("-")[0])
    if stems:
        text = _NAMED.sub(lambda found: _form(found[3], _month(found[2], stems), found[1]) or found[0], text)
        text = _NAMED_LATER.sub(lambda found: _form(found[1], _month(found[2], stems), found[3]) or found[0], text)
    return dated(text)


def _in_latin_figures(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if not sign.isascii() and sign.isdecimal() else sign for sign in text)


def _form(year: str, month: str | int, day: str) -> str | None:
    return f"{year}_{int(month):02}_{int(day):02}" if calendar_day(year, month, day) else None


def _figures(found: re.Match[str], locale: str) -> str:
    first, second = int(found[1]), int(found[3])
    language, _, region = locale.partition("-")
    if found[2] != "." and language in ("", "en") and first <= 12 and second <= 12 and first != second:
        regions = lexicon_table("datelines")["english"]
        if region in regions["month"]:
            first, second = second, first
        elif region not in regions["day"] and (found[2] == "/" or language == "en"):
            return found[0]
    if second > 12 >= first:
        first, second = second, first
    return _form(found[4], second, str(first)) or found[0]


def _month(name: str, stems: tuple[tuple[str, ...], ...]) -> int:
    """The number of a month by its name; 0 for any other word."""
    name = plain_letters(name)
    for at, begin in enumerate(stems, 1):
        if name.startswith(begin) or (name[:1] == "ב" and name[1:].startswith(begin)):
            return at
    return 0


def plain_letters(text: str) -> str:
    """A text in small letters without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))


@cache
def _stems(language: str) -> tuple[tuple[str, ...], ...]:
    """How the names of the months begin in a language, if they are not in `archive/text/dates.toml`."""
    found = lexicon_table("datelines")["months"].get(language, "").split()
    return tuple(tuple(map(plain_letters, one.split("|"))) for one in found)
