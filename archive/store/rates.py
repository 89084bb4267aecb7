"""How often a page changes, and how a number of visits is best shared out among pages (pure).

Visits see only whether a page has changed since the one before, not how often. The rate of change at which what they saw is
likeliest is that of Cho and Garcia-Molina, "Estimating frequency of change", ACM Transactions on Internet Technology 3(3),
2003, for visits at irregular times.

A change is pinned to the interval between two visits, so the mean width of these is Σ rate·interval / Σ rate. With Σ 1/interval
given, it is least where each interval is c/√rate, with one c for all pages (Lagrange).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_CLOSE = 1e-6  # relative: a rate is never known as well as that
_FAR = 500.0  # e to this power is as good as infinite


class Needed(NamedTuple):
    """How badly a page needs visits, and the bounds of its interval.

    Attributes:
        need: the root of its weight times its rate of change.
        shortest, longest: seconds between two visits.
    """

    need: float
    shortest: float
    longest: float

    def within(self, seconds: float) -> float:
        """An interval within the bounds."""
        return min(max(seconds, self.shortest), self.longest)


def rate_of_change(changed: Sequence[float], unchanged: float, usual: float) -> float:
    """The rate of change at which some visits would most likely have seen what they saw.

    It solves Σ x/(e^(rate·x) − 1) = unchanged, the sum being over all gaps x before a visit that saw a change. One imaginary
    gap with a change and one without count with the others, so that the rate is never 0 or infinite.

    Args:
        changed: the gaps, in seconds, before each visit that saw a change.
        unchanged: the sum of the other gaps, in seconds.
        usual: the length of each of the imaginary gaps, in seconds; more than 0.

    Returns:
        changes a second.

    >>> round(rate_of_change([], 9 * 86400.0, 86400.0) * 86400, 3)  # nothing new in nine days: 1 of 11, with the imaginary ones
    0.095
    """
    gaps, rest = [*changed, usual], unchanged + usual
    rate = len(gaps) / (rest + sum(gaps) / 2)  # not above the solution, so that Newton's steps all lead up to it
    for _ in range(100):
        excess, slope = -rest, 0.0
        for gap in gaps:
            if (power := rate * gap) < _FAR:
                grown = math.expm1(power)
                excess += gap / grown
                slope += gap * gap * (1 + 1 / grown) / grown
        if slope == 0.0 or (step := excess / slope) < _CLOSE * rate:
            break
        rate += step
    return rate


def constant_of(pages: Iterable[Needed], visits: float) -> float:
    """The constant with which the visits of all pages add up to a number.

    Args:
        visits: of all pages, a second.

    Returns:
        the constant c of the intervals c/need; where the bounds allow no such number, the one that comes nearest to it.
    """
    at_bounds, between, turns = 0.0, 0.0, list[tuple[float, float, float]]()
    for one in pages:
        at_bounds += 1 / one.shortest
        turns.append((one.need * one.shortest, -1 / one.shortest, one.need))
        turns.append((one.need * one.longest, 1 / one.longest, -one.need))
    turns.sort()
    constant = 1.0
    for constant, more, need in turns:
        if at_bounds + max(0.0, between) / constant <= visits:
            return between / (visits - at_bounds) if between > 0 and visits > at_bounds else constant
        at_bounds += more
        between += need
    return constant


def rounded(seconds: float) -> float:
    """An interval as people say it: in whole hours from six hours on, in whole minutes from ten minutes on.

    >>> rounded(86000.0), rounded(9876.0), rounded(30.4)
    (86400.0, 9900.0, 30.4)
    """
    unit = next((unit for least, unit in ((6 * 3600, 3600.0), (600, 60.0)) if seconds >= least), None)
    return round(seconds / unit) * unit if unit else seconds
