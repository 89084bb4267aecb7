"""Quiet hours in the agenda: what is put off, how long, and that a daily run does not miss it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from helpers import environment, pagewitness
from loopback import Loopback, Reply

from pagewitness.archive import times
from pagewitness.archive.model import Page
from pagewitness.archive.store import agenda, due_times, evidence, leases
from pagewitness.archive.store.database import Sqlite
from pagewitness.config.publishers import CatalogueSource
from pagewitness.config.settings import defaults
from pagewitness.scraper.work.quiet import QuietTimes, quiet_times

ONE, OTHER = "https://one.example/a", "https://other.example/a"
DAY = 86400.0


def schedule(quiet: str, timezone: str = "UTC") -> QuietTimes:
    return quiet_times(dataclasses.replace(defaults().schedule, quiet=quiet, timezone=timezone), [])


def at(text: str, day: int = 10) -> str:
    """A moment of a day in January 2024."""
    return f"2024-01-{day:02}T{text}:00.000000Z"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the clock shows, as a list of one moment that a test exchanges."""
    shows = [at("12:00")]
    monkeypatch.setattr(times, "now", lambda: shows[0])
    return shows


def follow(db: Sqlite, *urls: str, source: str | None = None) -> list[Page]:
    return [page for page, _ in agenda.follow(db, urls, source, DAY, times.now())]


def due_at(db: Sqlite, page: Page) -> str:
    found = due_times.due_of(db, page.id)
    assert found is not None
    return found.due_at


def test_what_a_source_does_not_say_the_settings_say() -> None:
    """Its hours, their zone, or both; and no hours where it wants none."""
    plain = CatalogueSource("", "", "LT", ("lt",), ())
    own = [
        dataclasses.replace(plain, name="day", quiet="08:00-18:00"),
        dataclasses.replace(plain, name="zone", timezone="America/New_York"),
        dataclasses.replace(plain, name="never", quiet=""),
        dataclasses.replace(plain, name="same"),
    ]
    usual = dataclasses.replace(defaults().schedule, quiet="22:00-06:00", timezone="Europe/Vilnius")
    quiet = quiet_times(usual, own)
    assert quiet.until("day", at("09:00")) == at("16:00"), "in Vilnius it is eleven"
    assert quiet.until("zone", at("04:00")) == at("11:00")
    assert quiet.until("never", at("23:00")) is None
    assert quiet.until("same", at("23:00")) == quiet.until(None, at("23:00")) == at("04:00", 11)
    assert quiet_times(defaults().schedule, [plain]).until(None, at("23:00")) is None


def test_what_is_due_in_quiet_hours_is_due_at_their_end(db: Sqlite, clock: list[str]) -> None:
    """No run finds it before, however much earlier it may come otherwise; another source's page is left as it is."""
    quiet = QuietTimes(None, {"A": schedule("22:00-06:00").usual})
    clock[0] = at("23:00")
    [page], [other] = follow(db, ONE, source="A"), follow(db, OTHER, source="B")
    db.execute("update pages set slack = 8640")
    quiet.put_off_all(db)
    assert (due_at(db, page), due_at(db, other)) == (at("06:00", 11), at("23:00"))
    assert agenda.due(db, at("05:59", 11)) == 1, "the other one"
    assert agenda.due(db, at("06:00", 11)) == 2
    assert due_times.bring_back(db, clock[0]) == 0


def test_a_page_that_is_nearly_due_keeps_its_time(db: Sqlite, clock: list[str]) -> None:
    """But no run comes early for it within the hours."""
    [page] = follow(db, ONE)
    db.execute("update pages set due_at = :due, slack = 14400", due=at("07:00", 11))
    clock[0] = at("05:00", 11)
    schedule("22:00-06:00").put_off_all(db)
    assert due_at(db, page) == at("07:00", 11)
    assert agenda.due(db, at("05:59", 11)) == 0
    assert agenda.due(db, at("06:00", 11)) == 1


def test_hours_that_begin_during_a_run_put_off_what_is_left(db: Sqlite, clock: list[str]) -> None:
    [page] = follow(db, ONE)
    clock[0] = at("21:59")
    assert not schedule("22:00-06:00").put_off(db, page)
    clock[0] = at("22:00")
    assert schedule("22:00-06:00").put_off(db, page)
    assert due_at(db, page) == at("06:00", 11)


@pytest.mark.parametrize("starts", ["21:50", "06:00", "12:00"])
def test_a_daily_run_outside_quiet_hours_visits_every_day(db: Sqlite, clock: list[str], starts: str) -> None:
    """Also just before they begin, when the next visit of many pages would be due in them."""
    quiet = schedule("22:00-06:00")
    pages = follow(db, *(f"https://one.example/{number}" for number in range(20)))
    for day in range(11, 25):
        clock[0] = at(starts, day)
        quiet.put_off_all(db)
        assert agenda.due(db, clock[0]) == len(pages), f"on day {day}"
        lease = leases.claim_host(db, clock[0], clock[0], "test")
        assert lease is not None
        clock[0] = times.later(clock[0], 300)
        for page in pages:
            assert agenda.record_visit(db, evidence.page(db, page.id), clock[0], lease, agenda.Result())
            quiet.move_next(db, page, clock[0])
            assert quiet.until(None, due_at(db, page)) is None
        leases.release(db, lease)


def test_run_respects_quiet_hours_unless_a_person_asks(tmp_path: Path) -> None:
    """It says when the page is due instead; `run URL` visits at once, and the next visit is not in quiet hours."""
    hour = int(times.now()[11:13])
    hours = f"{hour:02}:00-{(hour + 2) % 24:02}:00"
    env = environment(PAGEWITNESS_SCHEDULE_QUIET=hours)
    end = f"{(hour + 2) % 24:02}:00 UTC"
    with Loopback({"/1": Reply(404)}) as site:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", site.url("/1"), env=env)
        done = pagewitness(file, "run", env=env)
        assert (done.returncode, site.requests) == (0, [])
        assert f"{end}; `pagewitness run URL` or `run --all` visits at once." in done.stdout.decode()
        assert b"1 page visited" in pagewitness(file, "run", site.url("/1"), env=env).stdout
