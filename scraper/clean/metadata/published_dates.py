"""Turn dates as pages write them into ISO 8601 (with time and zone if both are clear)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Final, NamedTuple

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.dates import dated
from pagewitness.scraper.clean.lexicon.tables import lexicon_table

_ISO: Final = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"
    r"(?:(?:T|,? )(\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?")
_MAIL: Final = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?) ?(GMT|UTC|Z|[+-]\d{4})\b")  # RFC 5322
_IN_TEXT: Final = re.compile(r"(?<!\d)(\d{4})_(\d\d)_(\d\d)(?!\d)")
_DAY_FIRST: Final = re.compile(r"(?<![\w./-])(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})(?![\w/]|[.,-]\d)")
_IN_ADDRESS: Final = re.compile(r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?:[/_-]|$)")
# What a line calls its date, if that is not when it was published: "Deadline: 12 March", "Enters into force on 1 May".
_OTHER_LABEL: Final = re.compile(
    r"[^\d:]{2,}[:：]\s*(?:[^\W\d_]+\.?\s+)?\d|\D*(?<![^\W\d_])(?:[^\W\d_A-Z]+ ){2}(?:[^\W\d_]+\.? )?\d"
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100  # of web pages
_OLDEST_YEAR = 1900  # of dates in markup
_NEAR = (4, 9)  # blocks before the title and after it
_AT_THE_END = 6  # last blocks of the document
_LONGEST = 160  # letters of a line with a date
_MOST_WORDS = 12  # of such a line without a label for the date
_NOT = frozenset({"nav", "footer", "hidden", "dialog"})


class FoundDate(NamedTuple):
    """A date in the text: its kind (`published` or `modified`), and whether the text says which."""

    kind: str
    date: str
    labelled: bool


def iso_date(text: str | None) -> str | None:
    """A date as ISO 8601, with its time and zone if given; None if the text has no valid date."""
    text = (text or "").strip()
    found = _ISO.search(text)
    if found and (day := calendar_day(*found.group(1, 2, 3))):
        return iso_moment(day, found[4], found[5])
    compact = _COMPACT.fullmatch(text)
    if compact and (day := calendar_day(*compact.group(1, 2, 3))):
        return iso_moment(day, ":".join(filter(None, compact.group(4, 5, 6))), compact[7])
    named = next(dates_in(text[:_LONGEST], None), None)
    clock = _MAIL.search(text[:_LONGEST]) if named else None
    return iso_moment(named, clock[1], clock[2]) if named and clock else named


def iso_moment(day: str, clock: str | None, zone: str | None = None) -> str:
    """A day with a time of day, as ISO 8601; only the day if the time or the zone is not valid.

    >>> iso_moment("2024-02-19", "6:00", "+0200"), iso_moment("2024-02-19", "25:99", "Z")
    ('2024-02-19T06:00+02:00', '2024-02-19')
    """
    if not clock:
        return day
    written = f"{day}T{'0' if clock[1] == ':' else ''}{clock}{_zone(zone)}"
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return day
    return written


def dates_in(text: str, language: str | None) -> Iterator[str]:
    """The dates with a year that a text mentions.

    Args:
        language: of the text; in dates with slashes the day comes first, except in English.
    """
    if not any(map(str.isdigit, text)):
        return
    for found in _IN_TEXT.finditer(dated(_figures(unicodedata.normalize("NFKC", text), language))):
        day = calendar_day(*found.groups())
        if day and int(found[1]) >= _FIRST_YEAR:
            yield day


def _figures(text: str, language: str | None) -> str:
    """A text with its purely numeric dates written in words, if it is clear which number is the day."""

    def one(found: re.Match[str]) -> str:
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == "/" and language in (None, "en") and month <= 12 and day <= 12 and day != month:
            return found[0]
        if found[2] == "/" and month > 12 >= day:
            day, month = month, day
        return f"{year}_{month:02}_{day:02}" if calendar_day(year, month, day) else found[0]

    return _DAY_FIRST.sub(one, text)


def dates_near_title(blocks: Sequence[VisibleBlock], title: str | None, language: str | None) -> dict[str, FoundDate]:
    """The dates near the title, and labelled dates at the document's end, by kind.

    Args:
        blocks: all visible blocks, in order.
        title: the document's title, or None.
        language: the page's language, or None.
    """
    at = next((at for at, block in enumerate(blocks) if block.text == title and block.document), None)
    found: dict[str, FoundDate] = {}
    for block in blocks[max(0, at - _NEAR[0]) : at + _NEAR[1]] if at is not None else blocks[: _NEAR[1]]:
        if len(block.text) <= _LONGEST and block.zone not in _NOT and block.text != title:
            for one in _in_line(block.text, language):
                found = _better(found, one) if one.labelled or block.zone != "aside" else found
    last = [block for block in blocks if block.document][-_AT_THE_END:]
    for block in last:
        if len(block.text) <= _LONGEST:
            for one in _in_line(block.text, language):
                found = _better(found, one) if one.labelled else found
    return found


def _better(found: dict[str, FoundDate], one: FoundDate) -> dict[str, FoundDate]:
    """Add a date: the first of a kind counts, unless a later one is labelled."""
    known = found.get(one.kind)
    return found if known and (known.labelled or not one.labelled) else {**found, one.kind: one}


def _in_line(text: str, language: str | None) -> Iterator[FoundDate]:
    if not any(map(str.isdigit, text)):
        return
    said = _labels().findall(text.lower())
    days = list(dates_in(text, language))
    if not said and len(text.split()) <= _MOST_WORDS and not _OTHER_LABEL.match(text):
        yield from (FoundDate("published", day, False) for day in days[:1])
    for label, day in zip(said, days, strict=False):
        yield FoundDate(_kinds()[label], day, True)


@cache
def _kinds() -> dict[str, str]:
    """The kind of date by the label before it."""
    return {label: kind for kind in ("published", "modified") for label in lexicon_table("metadata")[kind]}


@cache
def _labels() -> re.Pattern[str]:
    longest_first = sorted(_kinds(), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)[^\d]{{0,30}}(?=\d|\w+ \d)")


def in_address(url: str | None) -> str | None:
    """The date in an address, as on news sites."""
    found = _IN_ADDRESS.search(url or "")
    return calendar_day(*found.groups()) if found else None


def calendar_day(year: str | int, month: str | int, day: str | int) -> str | None:
    """A day as ISO 8601; None if it does not exist, or is implausible for a web page."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if _OLDEST_YEAR <= found.year <= _LAST_YEAR else None


def _zone(zone: str | None) -> str:
    if not zone:
        return ""
    if zone in ("Z", "UTC", "GMT"):
        return "Z"
    return f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
