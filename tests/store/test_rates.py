"""How often pages change, and how visits are shared out among them."""

from __future__ import annotations

import math
import random
from statistics import mean

import pytest

from pagewitness.archive.store.rates import Needed, constant_of, rate_of_change

DAY = 86400.0


def test_a_rate_that_is_known_is_found_again_from_irregular_visits() -> None:
    """To a few hundredths on average, with as many visits as are looked at."""
    chance = random.Random(7)
    for rate in (0.05, 0.3, 2.0):
        found = []
        for _ in range(40):
            gaps = [chance.uniform(0.2, 2.0) for _ in range(100)]
            changed = [gap for gap in gaps if chance.random() < 1 - math.exp(-rate * gap)]
            found.append(rate_of_change(changed, sum(gaps) - sum(changed), 1.0))
        assert mean(found) == pytest.approx(rate, rel=0.2)


def test_the_rate_solves_the_equation_of_the_estimator() -> None:
    changed, unchanged, usual = [3600.0, 7 * DAY, 400 * DAY], 30 * DAY, DAY
    rate = rate_of_change(changed, unchanged, usual)
    assert sum(gap / math.expm1(rate * gap) for gap in [*changed, usual] if rate * gap < 700) == pytest.approx(
        unchanged + usual
    )


@pytest.mark.parametrize(
    ("changed", "unchanged"),
    [([], 0.0), ([], 1e9), ([DAY] * 100, 0.0), ([1e-4] * 50, 1e9), ([1e9], 0.0), ([1e9, 1e-4], 1e-4)],
)
def test_a_rate_is_a_positive_number_whatever_was_seen(changed: list[float], unchanged: float) -> None:
    assert 0 < rate_of_change(changed, unchanged, DAY) < math.inf
    assert 0 < rate_of_change(changed, unchanged, 1.0) < math.inf


def test_the_visits_of_all_pages_add_up_to_the_budget() -> None:
    """Whatever the bounds, as long as they allow it."""
    chance = random.Random(8)
    for _ in range(50):
        pages = []
        for _ in range(20):
            shortest = 10 ** chance.uniform(2, 5)
            pages.append(Needed(10 ** chance.uniform(-4, 0), shortest, shortest * 10 ** chance.uniform(0, 2)))
        budget = sum(1 / chance.uniform(one.shortest, one.longest) for one in pages)
        constant = constant_of(pages, budget)
        assert sum(1 / one.within(constant / one.need) for one in pages) == pytest.approx(budget)


def test_a_budget_beyond_the_bounds_gives_the_nearest() -> None:
    pages = [Needed(0.01, DAY, 2 * DAY), Needed(0.02, DAY, 2 * DAY)]
    for visits, interval in ((5 / DAY, DAY), (0.1 / DAY, 2 * DAY)):
        constant = constant_of(pages, visits)
        assert [one.within(constant / one.need) for one in pages] == pytest.approx([interval, interval])
    assert constant_of([], 0.0) > 0


def test_intervals_are_as_the_root_of_the_rate() -> None:
    """A page that changes nine times as often is visited three times as often."""
    pages = [Needed(math.sqrt(rate), 1.0, 1e9) for rate in (1e-6, 9e-6)]
    constant = constant_of(pages, 2 / DAY)
    slow, fast = (one.within(constant / one.need) for one in pages)
    assert slow == pytest.approx(3 * fast)
