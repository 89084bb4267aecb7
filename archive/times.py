"""Moments as text, and the dates that people write (pure; the clock is an argument).

Everywhere in the archive a moment is UTC, ISO 8601 with microseconds and `Z`, so that moments sort as text.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

from pagewitness.archive.errors import QueryError

_AGO = re.compile(r"(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
FIRST = "0001-01-01T00:00:00.000000Z"
LAST = "9999-12-31T23:59:59.999999Z"


def stamp(moment: datetime) -> str:
    """A moment as the archive writes it.

    >>> stamp(datetime(2024, 2, 19, 6, tzinfo=UTC))
    '2024-02-19T06:00:00.000000Z'
    """
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def moment(text: str) -> datetime:
    """The moment that `stamp` or any ISO 8601 text names; without a zone it is UTC. Raises ValueError."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def http_date(text: str) -> datetime:
    """The moment of a header such as Date; one that names no zone is UTC (RFC 9110, 5.6.7). Raises ValueError, OverflowError.

    >>> stamp(http_date("Mon Feb 19 06:00:00 2024"))
    '2024-02-19T06:00:00.000000Z'
    """
    from email.utils import parsedate_to_datetime  # most commands read none

    parsed = parsedate_to_datetime(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def now() -> str:
    """The present moment."""
    return stamp(datetime.now(UTC))


def later(at: str, seconds: float) -> str:
    """The moment so many seconds after (or, negative, before) another; limited to the years 1 to 9999."""
    try:
        return stamp(moment(at) + timedelta(seconds=seconds))
    except OverflowError:
        return LAST if seconds > 0 else FIRST


def seconds_between(one: str, other: str) -> float:
    """The seconds from one moment to another; negative if the other is earlier."""
    return (moment(other) - moment(one)).total_seconds()


def short(at: str) -> str:
    """A moment for people: `2024-02-19 06:00`."""
    return at[:16].replace("T", " ")


def short_pair(one: str, other: str) -> tuple[str, str]:
    """Two moments for people: as `short`, but with seconds or fractions where they would look equal and are not.

    >>> short_pair("2024-02-19T06:00:01.500000Z", "2024-02-19T06:00:09.000000Z")
    ('2024-02-19 06:00:01', '2024-02-19 06:00:09')
    """
    length = next((size for size in (16, 19, 23) if one[:size] != other[:size]), 16 if one == other else 26)
    return one[:length].replace("T", " "), other[:length].replace("T", " ")


def every(seconds: float) -> str:
    """How often something happens, for people.

    >>> every(86400), every(5400), every(64.4405), every(0.04)
    ('every 24 h', 'every 90 min', 'every 64 s', 'every 0.04 s')
    """
    if seconds > 10:
        seconds = round(seconds)
    for size, unit in ((3600, "h"), (60, "min"), (1, "s")):
        if seconds % size == 0:
            return f"every {seconds / size:g} {unit}"
    return f"every {seconds:g} s"


def lasting(seconds: float) -> str:
    """A length of time for people, in its largest whole unit.

    >>> lasting(3 * 86400), lasting(86400), lasting(5 * 3600 + 9), lasting(90), lasting(0.2)
    ('3 days', '1 day', '5 h', '1 min', '0 s')
    """
    if seconds >= 86400:
        return f"{seconds / 86400:.0f} day{'' if round(seconds / 86400) == 1 else 's'}"
    size, unit = next(((size, unit) for size, unit in ((3600, "h"), (60, "min")) if seconds >= size), (1, "s"))
    return f"{seconds // size:.0f} {unit}"


def in_two_units(seconds: float) -> str:
    """A length of time for people, in its two largest units, rounded up to the smaller one.

    >>> in_two_units(3 * 3600 + 12 * 60 - 1), in_two_units(90), in_two_units(0.2), in_two_units(86400), in_two_units(3600)
    ('3 h 12 min', '1 min 30 s', '1 s', '1 day', '1 h')
    """
    left = math.ceil(seconds)
    left = left if left < 3600 else -(-left // 60) * 60
    left = left if left < 86400 else -(-left // 3600) * 3600
    parts = []
    for size, unit in ((86400, "day"), (3600, "h"), (60, "min"), (1, "s")):
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {unit}{'s' if unit == 'day' and number > 1 else ''}")
    return " ".join(parts[:2]) or "0 s"


def when(text: str) -> str:
    """A date that somebody typed, as the end of a sentence.

    >>> when("2024-03"), when("30d")
    ('at 2024-03', '30d ago')
    """
    return f"{text} ago" if _AGO.fullmatch(text.strip()) else f"at {text}"


def is_date(text: str) -> bool:
    """Whether a text is a date for `period`."""
    try:
        period(text, "2000-01-01T00:00:00.000000Z")
    except QueryError:
        return False
    return True


def period(text: str, today: str) -> tuple[str, str]:
    """The first and the last moment that a date names.

    Args:
        text: `2024`, `2024-03`, `2024-03-07`, a full ISO 8601 time, or `30d`, `6h` … ago.
        today: the present moment.

    Returns:
        Two moments; the same one twice for a full time.

    Raises:
        QueryError: it is not a date.
    """
    text = text.strip()
    try:
        if ago := _AGO.fullmatch(text):
            at = later(today, -timedelta(**{_UNITS[ago[2]]: int(ago[1])}).total_seconds())
            return at, at
        if named := _PERIOD.fullmatch(text):
            return _calendar(*(int(part) if part else None for part in named.groups()))
        at = stamp(moment(text))
        return at, later(at, _vagueness(text))
    except (ValueError, OverflowError):
        if _PERIOD.fullmatch(text):
            raise QueryError(f"There is no date {text}: write one that the calendar has, such as 2024-03-07.") from None
        raise QueryError(
            f"'{text}' is not a date: write 2024, 2024-03, 2024-03-07, 2024-03-07T06:00:00Z, or 30d or 6h for so long ago."
        ) from None


def past(text: str, today: str, option: str = "") -> tuple[str, str]:
    """As `period`, for what was seen: the period may not begin in the future.

    Args:
        option: with which the date was given, such as `--at`, for the message.

    Raises:
        QueryError: it is not a date, or a future one.
    """
    found = period(text, today)
    if found[0] > today:
        raise QueryError(f"{f'{option} ' if option else ''}{text} is in the future: name a time in the past.")
    return found


def between(since: str | None, until: str | None, today: str) -> tuple[str | None, str | None]:
    """The first moment of one date and the last moment of another, None for none.

    Args:
        since, until: as for `period`.

    Raises:
        QueryError: one is not a date, the first is in the future, or the second ends before the first begins.
    """
    first = period(since, today)[0] if since else None
    last = period(until, today)[1] if until else None
    if first and last and first > last:
        raise QueryError(f"--since {since} is later than --until {until}: exchange them.")
    if since:
        past(since, today, "--since")
    return first, last


def _vagueness(text: str) -> float:
    """The seconds that a time leaves open if it is given to the second, the minute or the hour; captures have microseconds."""
    if "." in text:
        return 0.0
    clock = re.split(r"[T ]", text, maxsplit=1)[-1]
    digits = re.split(r"[Z+-]", clock, maxsplit=1)[0].count(":")
    return {2: 0.999999, 1: 59.999999}.get(digits, 0.999999 if len(clock) >= 6 else 3599.999999)


def _calendar(year: int | None, month: int | None, day: int | None) -> tuple[str, str]:
    start = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
    if start.year == 9999 and (month or 12) == 12 and (day or 31) == 31:
        return stamp(start), LAST
    if day:
        end = start + timedelta(days=1)
    elif month:
        end = (start + timedelta(days=32)).replace(day=1)
    else:
        end = start.replace(year=start.year + 1)
    return stamp(start), stamp(end - timedelta(microseconds=1))
