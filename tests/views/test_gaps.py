"""What counts as a time in which a page was not observed: both sides of each border."""

from __future__ import annotations

import pytest
from helpers import day
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.views.gaps import Gap, gaps

DAY = 86400.0


def seen(*days: float) -> list[tuple[str, bool]]:
    """Visits that observed, at some days; negative ones did not."""
    return [(day(abs(one)), one >= 0) for one in days]


@pytest.mark.parametrize(("last", "gap"), [(7.0, False), (7.1, True)])
def test_a_gap_is_longer_than_three_times_the_rhythm(last: float, gap: bool) -> None:
    """Among daily observations, three days are no gap."""
    found = gaps(seen(1, 2, 3, 4, last), None, None)
    assert [(one.since, one.until, one.visits) for one in found] == ([(day(4), day(last), 0)] if gap else [])
    assert [one.seconds for one in found] == pytest.approx([(last - 4) * DAY] if gap else [])


@pytest.mark.parametrize(("last", "gap"), [(1.3, False), (1.32, True)])
def test_a_gap_is_longer_than_a_day(last: float, gap: bool) -> None:
    """However often the page is visited."""
    assert bool(gaps(seen(0, 0.1, 0.2, 0.3, last), None, None)) is gap


def test_a_page_that_is_seldom_visited_has_a_slow_rhythm() -> None:
    assert gaps(seen(0, 30, 60, 90, 170), None, None) == []
    assert len(gaps(seen(0, 30, 60, 90, 190), None, None)) == 1


def test_visits_that_observe_nothing_do_not_end_a_gap() -> None:
    """They are counted."""
    (gap,) = gaps(seen(1, 2, 3, 4, -5, -6, -7, 8), None, None)
    assert (gap.since, gap.until, gap.visits) == (day(4), day(8), 3)


@pytest.mark.parametrize(("interval", "count"), [(DAY, 1), (3 * DAY, 0), (None, 0)])
def test_with_few_observations_the_rhythm_is_the_interval_of_visits(interval: float | None, count: int) -> None:
    """Where nobody visits the page, two observations make no rhythm."""
    assert len(gaps(seen(1, 2, 8), day(8) if interval else None, interval)) == count


def test_a_gap_is_open_while_nothing_is_observed() -> None:
    """Until now for a page that is to be visited, until its last visit for another."""
    visits = seen(1, 2, 3, 4, -9)
    assert gaps(visits, day(20), DAY) == [Gap(day(4), None, 16 * DAY, 1)]
    assert gaps(visits, None, None) == [Gap(day(4), None, 5 * DAY, 1)]
    assert gaps(seen(1, 2, 3, 4), None, None) == []


def test_what_was_never_observed_has_no_gaps() -> None:
    assert gaps(seen(-1, -9), day(20), DAY) == []


@given(st.lists(st.tuples(st.floats(0, 400), st.booleans()), max_size=30))
def test_gaps_lie_between_observations_and_in_order(some: list[tuple[float, bool]]) -> None:
    visits = [(day(at), observes) for at, observes in sorted(some)]
    found = gaps(visits, day(401), DAY)
    observed = {at for at, observes in visits if observes}
    for gap in found:
        assert gap.since in observed
        assert gap.until is None or gap.until in observed
        assert not any(gap.since < at < (gap.until or "Z") for at in observed)
        assert gap.seconds > DAY
    assert [gap.since for gap in found] == sorted(gap.since for gap in found)
