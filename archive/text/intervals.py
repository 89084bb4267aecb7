"""Sets of time: sorted, disjoint, half-open intervals of moments (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

OPEN_END = "~"  # sorts after every moment: the end of an interval that has not ended

Interval = tuple[str, str]
Intervals = list[Interval]
_Moment = TypeVar("_Moment", str, tuple[str, int])


def union(intervals: Iterable[tuple[_Moment, _Moment]]) -> list[tuple[_Moment, _Moment]]:
    """The time covered by any of the intervals.

    A moment is text, or text with a visit's id if several visits can have one moment.

    >>> union([("3", "5"), ("1", "2"), ("2", "4")])
    [('1', '5')]
    """
    merged: list[tuple[_Moment, _Moment]] = []
    for since, until in sorted(intervals):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((since, until))
    return merged


def intersection(one: Intervals, other: Intervals) -> Intervals:
    """The time in both.

    >>> intersection([("1", "4")], [("2", "3"), ("3", "6")])
    [('2', '3'), ('3', '4')]
    """
    common: Intervals = []
    i = j = 0
    while i < len(one) and j < len(other):
        since, until = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if since < until:
            common.append((since, until))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return common


def subtraction(one: Intervals, other: Intervals) -> Intervals:
    """The time in one and not in the other.

    >>> subtraction([("1", "9")], [("2", "3"), ("5", "~")])
    [('1', '2'), ('3', '5')]
    """
    return intersection(one, _complement(other))


def overlap(one: Intervals, other: Intervals) -> bool:
    """Whether two sets share any time."""
    return bool(intersection(one, other))


def _complement(intervals: Intervals) -> Intervals:
    starts, ends = ["", *(until for _, until in intervals)], [*(since for since, _ in intervals), OPEN_END]
    return [(since, until) for since, until in zip(starts, ends, strict=True) if since < until]
