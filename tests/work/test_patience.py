"""How long what a server says is believed: its 304 for a week, its Retry-After for half a minute."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive import times
from pagewitness.archive.errors import Disallowed, FetchError, ScraperError
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.scraper.net.robots import Robots
from pagewitness.scraper.work import schedule, visit
from pagewitness.scraper.work.known_robots import KnownRobots
from pagewitness.scraper.work.schedule import Run


@pytest.mark.parametrize(("days", "asked"), [(6.9, True), (7, False), (8, False)])
def test_validators_are_sent_for_less_than_a_week(db: Sqlite, days: float, asked: bool) -> None:
    """A server may claim for ever that nothing changed."""
    page = evidence.known_page(db, URL)
    capture = evidence.keep(db, Visit(page, "import", day(1)), answer("one"))
    assert capture is not None
    read(db, capture, reading(["One thing is likely."]))
    derivation.derive(db, page, "c1")
    base = visit._base(db, page, day(1 + days))
    assert (base is not None and base.id == capture) is asked


@pytest.mark.parametrize(
    ("wait", "passing", "attempt", "pause"),
    [
        (schedule.LONGEST_PAUSE, True, 0, schedule.LONGEST_PAUSE),
        (schedule.LONGEST_PAUSE + 1, True, 0, None),
        (0.0, True, 0, 0.0),
        (None, True, 0, 2.0),
        (None, True, 1, 4.0),
        (None, True, 2, None),
        (1.0, False, 0, None),
    ],
)
def test_a_visit_is_repeated_after_the_pause_that_the_server_asks_for_if_it_is_short(
    wait: float | None, passing: bool, attempt: int, pause: float | None
) -> None:
    """Of two repetitions at most; without a pause named, after two seconds and then twice as many."""
    visited = cast(Any, SimpleNamespace(wait=wait, passing=passing))
    assert Run._patience(cast(Any, SimpleNamespace(retries=2)), visited, attempt) == pause
    assert schedule.LONGEST_PAUSE == 30


@pytest.mark.parametrize(
    ("status", "text", "error"), [(503, "", FetchError), (200, "User-agent: *\nDisallow: /", Disallowed)]
)
def test_a_redirect_to_a_site_that_is_down_is_a_failure_and_not_forbidden(
    status: int, text: str, error: type[ScraperError]
) -> None:
    """As where the page itself is on such a site."""
    robots = Robots("https://example.org", times.now(), status, text)
    known = KnownRobots(cast(Any, None), cast(Any, None), {robots.origin: robots})
    with pytest.raises(error) as caught:
        known.permit("https://example.org/next")
    assert type(caught.value) is error
