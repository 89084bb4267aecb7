"""Turn dates as pages write them into ISO 8601 (with time and zone if both are clear)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pagewitness.scraper.clean.metadata.written_dates import FORM, calendar_day, with_dates

_ISO: Final = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"
    r"(?:(?:T|,? )(\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?")
_MAIL: Final = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?) ?(GMT|UTC|Z|[+-]\d{4})\b")  # RFC 5322
_IN_ADDRESS: Final = re.compile(r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?:[/_-]|$)")
_FIRST_YEAR = 1990  # of web pages
_LONGEST = 160  # letters of a line with a date


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


def dates_in(text: str, locale: str | None) -> Iterator[str]:
    """The dates with a year that a text mentions.

    Args:
        locale: of the text, such as `lt` or `en-GB`, or None; in figures the day comes first, except in English.
    """
    if not any(map(str.isdigit, text)):
        return
    for found in FORM.finditer(with_dates(text, locale)):
        day = calendar_day(*found.groups())
        if day and int(found[1]) >= _FIRST_YEAR:
            yield day


def in_address(url: str | None) -> str | None:
    """The date in an address, as on news sites."""
    found = _IN_ADDRESS.search(url or "")
    return calendar_day(*found.groups()) if found else None


def _zone(zone: str | None) -> str:
    if not zone:
        return ""
    if zone in ("Z", "UTC", "GMT"):
        return "Z"
    return f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
