"""Moments, and the dates that people write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive import times
from pagewitness.archive.errors import QueryError

TODAY = "2024-03-31T12:30:00.500000Z"
MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31))


def test_a_moment_is_utc_with_microseconds() -> None:
    """Whatever zone it came in."""
    assert times.stamp(datetime(2024, 2, 19, 6, tzinfo=UTC)) == "2024-02-19T06:00:00.000000Z"
    assert times.stamp(datetime(2024, 2, 19, 1, tzinfo=timezone(timedelta(hours=2)))) == "2024-02-18T23:00:00.000000Z"
    assert times.now().endswith("Z")
    assert len(times.now()) == 27


@given(MOMENTS, MOMENTS)
def test_moments_sort_as_text(one: datetime, other: datetime) -> None:
    """So that the database can compare them."""
    one, other = one.replace(tzinfo=UTC), other.replace(tzinfo=UTC)
    assert (times.stamp(one) < times.stamp(other)) == (one < other)
    assert times.moment(times.stamp(one)) == one


def test_later_and_earlier() -> None:
    """To the microsecond, and never past the end of time."""
    assert times.later(TODAY, 0.000001) == "2024-03-31T12:30:00.500001Z"
    assert times.later(TODAY, -86400) == "2024-03-30T12:30:00.500000Z"
    assert times.later(TODAY, 1e12) == times.LAST
    assert times.later(times.LAST, 1) == times.LAST


def test_a_moment_for_people() -> None:
    """To the minute."""
    assert times.short(TODAY) == "2024-03-31 12:30"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01T00:00:00.000000Z", "2024-12-31T23:59:59.999999Z"),
        ("2024-02", "2024-02-01T00:00:00.000000Z", "2024-02-29T23:59:59.999999Z"),
        ("2023-12", "2023-12-01T00:00:00.000000Z", "2023-12-31T23:59:59.999999Z"),
        (" 2024-03-07 ", "2024-03-07T00:00:00.000000Z", "2024-03-07T23:59:59.999999Z"),
        ("2024-03-07T06:00:00Z", "2024-03-07T06:00:00.000000Z", "2024-03-07T06:00:00.999999Z"),
        ("2024-03-07T06:00:00.25Z", "2024-03-07T06:00:00.250000Z", "2024-03-07T06:00:00.250000Z"),
        ("2024-03-07T06:00:00", "2024-03-07T06:00:00.000000Z", "2024-03-07T06:00:00.999999Z"),
        ("2024-03-07T06:00:00+02:00", "2024-03-07T04:00:00.000000Z", "2024-03-07T04:00:00.999999Z"),
        ("30d", "2024-03-01T12:30:00.500000Z", "2024-03-01T12:30:00.500000Z"),
        ("999999w", times.FIRST, times.FIRST),
        ("0500", "0500-01-01T00:00:00.000000Z", "0500-12-31T23:59:59.999999Z"),
        ("6h", "2024-03-31T06:30:00.500000Z", "2024-03-31T06:30:00.500000Z"),
    ],
)
def test_a_date_names_a_period(text: str, first: str, last: str) -> None:
    """A year, a month, a day, a moment, or so long ago; UTC unless a zone is given."""
    assert times.period(text, TODAY) == (first, last)
    assert times.is_date(text)


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13", "2024-02-30", "30", "30x", "0000", "24"])
def test_what_is_no_date_is_told(text: str) -> None:
    """With the ways to write one."""
    with pytest.raises(QueryError, match="2024-03-07") as caught:
        times.period(text, TODAY)
    assert caught.value.exit_code == 2
    assert not times.is_date(text)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_told(text: str) -> None:
    """Nothing else is raised, and a period never ends before it begins."""
    try:
        first, last = times.period(text, TODAY)
    except QueryError:
        return
    assert first <= last


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31"])
def test_the_last_year_has_an_end(text: str) -> None:
    """Though no year follows it."""
    assert times.period(text, TODAY)[1] == times.LAST
