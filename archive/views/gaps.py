"""Periods in which a page was not observed (pure): absence of evidence is not evidence of absence.

A visit *observes* if its observation is credible or pending, or its answer is that the page is gone. A visit that failed, was
refused, or met a bot wall or an error page observes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pagewitness.archive import times

LONGER = 3  # times the page's rhythm
LEAST = 86400.0  # seconds; a shorter pause is not a gap
ENOUGH = 3  # pauses from which a rhythm is computed


@dataclass(frozen=True, slots=True)
class Gap:
    """A pause between two observations that is long for the page.

    Attributes:
        since: the last observation before it.
        until: the first after it; None while the gap is open.
        seconds: its length, so far if it is open.
        visits: the number of visits in it, none of which observed anything.
    """

    since: str
    until: str | None
    seconds: float
    visits: int


def gaps(visits: Iterable[tuple[str, bool]], now: str | None, interval: float | None) -> list[Gap]:
    """The pauses between observations that are more than three times the page's rhythm, and longer than a day.

    The rhythm is the median pause or, with fewer than three pauses, the interval of visits.

    Args:
        visits: the time of each, in order, and whether it observed.
        now: the present moment for a followed page; None for another.
        interval: seconds between two visits of a followed page; None for another.
    """
    seen: list[
        tuple[str, int]
    ] = []  # each observation, with the number of visits since the one before that observed nothing
    fruitless, last = 0, ""
    for at, observes in visits:
        last = at
        if observes:
            seen.append((at, fruitless))
            fruitless = 0
        else:
            fruitless += 1
    if not seen:
        return []
    pauses = [(one, other, times.seconds_between(one, other), count) for (one, _), (other, count) in pairwise(seen)]
    rhythm = median(length for _, _, length, _ in pauses) if len(pauses) >= ENOUGH else interval
    if rhythm is None:
        return []
    long = max(LONGER * rhythm, LEAST)
    found = [Gap(one, other, length, count) for one, other, length, count in pauses if length > long]
    open_for = times.seconds_between(seen[-1][0], max(now or last, last))
    return [*found, Gap(seen[-1][0], None, open_for, fruitless)] if open_for > long else found
