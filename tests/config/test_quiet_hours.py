"""Quiet hours: what is understood, and when they end, also on the days on which clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pagewitness.config.quiet_hours import QuietHours, checked_hours, checked_zone, quiet_hours

VILNIUS = "Europe/Vilnius"  # UTC+2, in summer UTC+3: from 31 March 2024, 03:00, to 27 October 2024, 04:00


def hours(text: str, zone: str = VILNIUS) -> QuietHours:
    found = quiet_hours(text, zone)
    assert found is not None
    return found


def local(text: str, zone: str = VILNIUS, fold: int = 0) -> datetime:
    """A moment by the clocks of a zone; with `fold` the second time that they show it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2024-01-10T21:59:59", None),
        ("2024-01-10T22:00:00", "2024-01-11T06:00:00"),
        ("2024-01-10T23:30:00", "2024-01-11T06:00:00"),
        ("2024-01-11T00:00:00", "2024-01-11T06:00:00"),
        ("2024-01-11T05:59:59", "2024-01-11T06:00:00"),
        ("2024-01-11T06:00:00", None),
    ],
)
def test_hours_over_midnight(at: str, end: str | None) -> None:
    assert hours("22:00-06:00").until(local(at)) == (local(end) if end else None)


def test_hours_within_a_day() -> None:
    """With a dash as people type it, or spaces around it."""
    for text in ("08:00-18:00", "08:00–18:00", " 08:00 - 18:00 "):
        assert hours(text).until(local("2024-01-10T12:00:00")) == local("2024-01-10T18:00:00")
        assert hours(text).until(local("2024-01-10T18:00:00")) is None
        assert hours(text).until(local("2024-01-10T07:59:00")) is None


@pytest.mark.parametrize(
    ("evening", "length"), [("2024-03-29", 8), ("2024-03-30", 7), ("2024-10-25", 8), ("2024-10-26", 9)]
)
def test_a_night_in_which_clocks_are_changed_is_shorter_or_longer(evening: str, length: int) -> None:
    """The hours end at six by the clocks of the zone, whatever that is in UTC."""
    begin = local(f"{evening}T22:00:00")
    end = hours("22:00-06:00").until(begin)
    assert end is not None
    assert (end.tzinfo, end.astimezone(ZoneInfo(VILNIUS)).hour, end - begin) == (UTC, 6, timedelta(hours=length))
    before = end - timedelta(seconds=1)
    assert hours("22:00-06:00").until(before) == end
    assert hours("22:00-06:00").until(end) is None


def test_hours_whose_end_clocks_skip_end_with_the_skip() -> None:
    """On 31 March 2024 no clock showed half past three."""
    end = hours("22:00-03:30").until(local("2024-03-31T01:00:00"))
    assert end == local("2024-03-31T04:00:00") == datetime(2024, 3, 31, 1, tzinfo=UTC)


def test_hours_whose_end_clocks_show_twice_end_at_the_first() -> None:
    """On 27 October 2024 they showed it again an hour later: from three to half past three, it is quiet again."""
    quiet = hours("22:00-03:30")
    assert quiet.until(local("2024-10-27T01:00:00")) == local("2024-10-27T03:30:00", fold=0)
    assert quiet.until(local("2024-10-27T03:45:00", fold=0)) is None
    assert quiet.until(local("2024-10-27T03:10:00", fold=1)) == local("2024-10-27T03:30:00", fold=1)


@pytest.mark.parametrize("zone", [VILNIUS, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", ""])
def test_the_end_is_the_first_moment_that_is_not_quiet(zone: str) -> None:
    """Each half hour of a year, in zones with hours, half hours and quarters."""
    quiet, moment = hours("22:10-05:50", zone), datetime(2024, 1, 1, tzinfo=UTC)
    while moment < datetime(2025, 1, 1, tzinfo=UTC):
        end = quiet.until(moment)
        if end is not None:
            assert moment < end <= moment + timedelta(hours=9)
            assert quiet.until(end) is None
            assert quiet.until(end - timedelta(seconds=1)) is not None
        moment += timedelta(minutes=29 * 7)


def test_no_hours_are_none() -> None:
    assert quiet_hours("", VILNIUS) is None
    assert quiet_hours(" ", "") is None


@pytest.mark.parametrize(
    "text", ["22-06", "22:00", "24:00-06:00", "22:00-06:60", "06:00-06:00", "night", "22:00-06:00 daily"]
)
def test_what_is_no_hours(text: str) -> None:
    with pytest.raises(ValueError, match="such as 22:00-06:00"):
        checked_hours(text)


@pytest.mark.parametrize("name", ["Europe/Vilnus", "Europe", "/etc/passwd", "../Vilnius", "EET+2x", "a\0b"])
def test_what_is_no_time_zone(name: str) -> None:
    with pytest.raises(ValueError, match="such as Europe/Vilnius"):
        checked_zone(name)
