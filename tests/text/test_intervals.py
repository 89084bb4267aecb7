"""Sets of time: the operations of a query."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.text.intervals import OPEN_END, Intervals, intersection, overlap, subtraction, union

DIGITS = "0123456789"
INTERVAL = st.tuples(st.sampled_from(DIGITS), st.sampled_from([*DIGITS, OPEN_END])).filter(lambda one: one[0] < one[1])
MOMENTS = st.lists(INTERVAL, max_size=6).map(union)


def covers(moments: Intervals, at: str) -> bool:
    return any(since <= at < until for since, until in moments)


@given(st.lists(INTERVAL, max_size=8))
def test_a_union_is_sorted_and_disjoint(intervals: Intervals) -> None:
    """Intervals that touch become one."""
    merged = union(intervals)
    assert all(one[1] < other[0] for one, other in pairwise(merged))
    assert all(covers(merged, at) == covers(intervals, at) for at in DIGITS)


@given(MOMENTS, MOMENTS)
def test_operations_are_those_of_sets(one: Intervals, other: Intervals) -> None:
    """At every moment: and, and-not, or."""
    for at in DIGITS:
        here, there = covers(one, at), covers(other, at)
        assert covers(intersection(one, other), at) == (here and there)
        assert covers(subtraction(one, other), at) == (here and not there)
    assert overlap(one, other) == any(covers(one, at) and covers(other, at) for at in DIGITS)
