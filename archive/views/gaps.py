"""Times in which a page was not observed (pure): absence of evidence is not evidence of absence.

A visit *observes* when it says what the page said: its observation is credible or waits for confirmation, or its answer is that
the page is gone. One that failed, was refused, or met a bot wall or an error page observes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pagewitness.archive import times

LONGER = 3  # times the page's rhythm
LEAST = 86400.0  # seconds; a shorter pause is no gap
ENOUGH = 3  # pauses, from which a page's rhythm is taken


@dataclass(frozen=True, slots=True)
class Gap:
    """A pause between two observations that is long for the page.

    Attributes:
        since: the last observation before it.
        until: the first after it; None while there is none.
        seconds: how long it is, or has been so far.
        visits: how many visits there were in it, which observed nothing.
    """

    since: str
    until: str | None
    seconds: float
    visits: int


def gaps(visits: Iterable[tuple[str, bool]], now: str | None, interval: float | None) -> list[Gap]:
    """The pauses between observations that are more than three times the page's rhythm, and longer than a day.

    The rhythm is the median pause; of a page with fewer than three it is the interval at which it is visited.

    Args:
        visits: when each was, in order, and whether it observed.
        now: the present moment, for a page that is to be visited; None for one that nobody visits any more.
        interval: seconds between two visits, likewise.
    """
    seen: list[tuple[str, int]] = []  # each observation, and the fruitless visits since the one before
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
    pauses = [(one, other, seconds(one, other), count) for (one, _), (other, count) in pairwise(seen)]
    rhythm = median(length for _, _, length, _ in pauses) if len(pauses) >= ENOUGH else interval
    if rhythm is None:
        return []
    long = max(LONGER * rhythm, LEAST)
    found = [Gap(one, other, length, count) for one, other, length, count in pauses if length > long]
    open_for = seconds(seen[-1][0], max(now or last, last))
    return [*found, Gap(seen[-1][0], None, open_for, fruitless)] if open_for > long else found


def seconds(one: str, other: str) -> float:
    """How many seconds after one moment another is."""
    return (times.moment(other) - times.moment(one)).total_seconds()
