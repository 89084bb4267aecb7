"""When a report of a series is expected, and by when it is overdue (pure)."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pagewitness.archive import times

GRACE = timedelta(days=45)  # after the last expected month, and before the first: agencies are late, and early


@dataclass(frozen=True, slots=True)
class Season:
    """A run of months in which a report is expected once.

    Attributes:
        name: for people: `March 2026`, `March or April 2026`, `November 2025 to January 2026`.
        year: of its last month.
        begins: its first moment.
        opens: from when on something new is taken for the report.
        due: from when on the report is overdue: 45 days after its last day, or when the next season begins.
    """

    name: str
    year: int
    begins: str
    opens: str
    due: str


def seasons(months: Collection[int], since: str, until: str) -> Iterator[Season]:
    """The seasons of a report that begin after a moment and are due by another, oldest first.

    A report that comes all the year round has none: a pause of it means nothing.

    >>> [one.name for one in seasons([1, 12, 6], "2024-03-01T00:00:00.000000Z", "2025-12-31T00:00:00.000000Z")]
    ['June 2024', 'December 2024 or January 2025', 'June 2025']
    """
    first, last = times.moment(since), times.moment(until)
    spans = sorted(_span(year, run) for year in range(first.year - 2, last.year + 2) for run in _runs(months))
    for (_, before), (begins, ends), (following, _) in zip(spans, spans[1:], spans[2:], strict=False):
        due = min(ends - timedelta(days=1) + GRACE, following)
        if begins >= first and due <= last:
            final = ends - timedelta(days=1)
            opens = max(begins - GRACE, before)
            yield Season(_named(begins, final), final.year, times.stamp(begins), times.stamp(opens), times.stamp(due))


def _runs(months: Collection[int]) -> list[tuple[int, int]]:
    """Months that follow one another, also over the end of a year: the first of each run and how many they are."""
    found = sorted(month for month in set(months) if (month - 2) % 12 + 1 not in months)
    return [(one, next(count for count in range(1, 12) if (one + count - 1) % 12 + 1 not in months)) for one in found]


def _span(year: int, run: tuple[int, int]) -> tuple[datetime, datetime]:
    """The first moment of a run of months that begins in a year, and the first one after it."""
    first, count = run
    years, month = divmod(first + count - 1, 12)
    return datetime(year, first, 1, tzinfo=UTC), datetime(year + years, month + 1, 1, tzinfo=UTC)


def _named(first: datetime, last: datetime) -> str:
    one, other = calendar.month_name[first.month], calendar.month_name[last.month]
    if first.year == last.year and first.month == last.month:
        return f"{one} {first.year}"
    one = one if first.year == last.year else f"{one} {first.year}"
    is_next = (last.month - first.month) % 12 == 1
    return f"{one} {'or' if is_next else 'to'} {other} {last.year}"
