"""`watch`: visits what is due as long as it runs, whatever the clock does, and ends without losing anything."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers import HTML, check_whole, command, environment, html, lines, pagewitness
from loopback import Handler, Loopback, Reply, network

from pagewitness.archive import times
from pagewitness.archive.errors import Busy
from pagewitness.archive.store import agenda, due_times
from pagewitness.archive.store.agenda import Outlook
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.config.quiet_hours import quiet_hours
from pagewitness.scraper.net.fetch import open_session
from pagewitness.scraper.work import schedule
from pagewitness.scraper.work.quiet import QuietTimes
from pagewitness.scraper.work.schedule import Run
from pagewitness.scraper.work.visit import Visited
from pagewitness.scraper.work.watch import WatchLoop
from pagewitness.scraper.work.workers import Workers

DAY, YEAR = 86400.0, 366 * 86400.0
FAR = "9999-01-01T00:00:00.000000Z"
NOTHING = Reply(404)  # which no child has to read


class Clock:
    """The clock of this process, which a test can put forward and back (seconds)."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._now = times.now

    def __call__(self) -> str:
        return times.later(self._now(), self.ahead)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(times, "now", clock)
    return clock


class Watching:
    """A watch in a thread of this process, on an archive and a site."""

    def __init__(self, db: Sqlite, quiet: QuietTimes | None = None) -> None:
        self.visited: list[Visited] = []
        self.outlooks: list[Outlook] = []
        self.busy = self.runs = 0
        self.watch = WatchLoop(db, quiet or QuietTimes(None), self._visit, self._waits, self._is_busy, look=0.02)
        self._db, self._quiet = db, quiet
        self._workers, self._session = Workers(1, 20, 1024), open_session(network())

    def _visit(self, watch: WatchLoop) -> int:
        self.runs += 1
        before = len(self.visited)
        run = Run(self._db, self._session, self._workers, 0.0, 0, 2, self.visited.append, quiet=self._quiet)
        watch.begins(run)
        run.go()
        return len(self.visited) - before

    def _waits(self, outlook: Outlook, _: str) -> None:
        self.outlooks.append(outlook)

    def _is_busy(self, _: Busy) -> None:
        self.busy += 1

    @contextmanager
    def going(self) -> Iterator[Watching]:
        """While it goes; afterwards it has ended by itself."""
        thread = threading.Thread(target=self.watch.go, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.watch.drain()
            thread.join(60)
            self._session.close()
            self._workers.close()
        assert not thread.is_alive()

    def until(self, said: Callable[[], object]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + 60
        while not said():
            assert time.monotonic() < end, "it never came to that"
            time.sleep(0.005)

    def waited(self) -> None:
        """Wait until it has looked at the agenda again and found nothing to do."""
        before = len(self.outlooks)
        self.until(lambda: len(self.outlooks) >= before + 2)


def follow(db: Sqlite, *urls: str, interval: float = DAY) -> None:
    agenda.follow(db, urls, None, interval, times.now())


# --- what it visits, and when -----------------------------------------------------------------------------------------


def test_it_visits_what_is_due_and_what_others_add_while_it_waits(db: Sqlite) -> None:
    """And says what comes next."""
    with Loopback({"/1": NOTHING, "/2": NOTHING}) as site, Watching(db).going() as ours:
        ours.until(lambda: ours.outlooks)
        assert ours.outlooks[-1] == Outlook(None, None, 0)
        follow(db, site.url("/1"))
        ours.until(lambda: len(ours.visited) == 1)
        with open_archive(str(db.path)) as others:
            follow(others, site.url("/2"))
        ours.until(lambda: len(ours.visited) == 2)
        ours.waited()
        assert ours.outlooks[-1].followed == 2
        assert ours.outlooks[-1].host == site.origin.removeprefix("http://")
        assert site.paths == ["/robots.txt", "/1", "/2"]


def test_it_visits_pages_at_their_time_and_not_earlier(db: Sqlite, clock: Clock) -> None:
    """It is there at any time: only a run that comes once a day has to come early."""
    with Loopback({"/1": NOTHING, "/2": NOTHING}) as site, Watching(db).going() as ours:
        follow(db, site.url("/1"))
        ours.until(lambda: len(ours.visited) == 1)
        db.execute("update pages set failures = 0, due_at = :due, slack = 8640", due=times.later(clock(), 3600))
        ours.waited()
        assert agenda.due(db, clock()) == 1, "a run would visit it"
        assert ours.runs == 1
        follow(db, site.url("/2"))
        ours.until(lambda: len(ours.visited) == 2)
        ours.waited()
        assert site.paths == ["/robots.txt", "/1", "/2"]
        clock.ahead = 3601
        ours.until(lambda: site.paths.count("/1") == 2)


def test_a_page_in_quiet_hours_is_visited_when_they_end(db: Sqlite, clock: Clock) -> None:
    clock.ahead = times.seconds_between(clock(), f"{times.later(clock(), 2 * DAY)[:10]}T23:00:00Z")
    with Loopback({"/1": NOTHING}) as site, Watching(db, QuietTimes(quiet_hours("22:00-06:00", "UTC"))).going() as ours:
        follow(db, site.url("/1"))
        ours.waited()
        due_at = ours.outlooks[-1].due_at
        assert due_at is not None
        assert due_at[10:] == "T06:00:00.000000Z"
        assert (site.requests, ours.runs) == ([], 0)
        clock.ahead += times.seconds_between(clock(), due_at)
        ours.until(lambda: len(ours.visited) == 1)


def test_hours_that_begin_during_a_run_keep_the_rest_of_its_pages_for_later(db: Sqlite, clock: Clock) -> None:
    """And the page that was visited last is not due again within them."""
    clock.ahead = times.seconds_between(clock(), f"{times.later(clock(), 2 * DAY)[:10]}T21:59:00Z")

    def at_ten(_: Handler) -> Reply:
        clock.ahead += 120
        return NOTHING  # which is asked for again after 15 minutes

    quiet = QuietTimes(quiet_hours("22:00-06:00", "UTC"))
    with Loopback({"/1": at_ten, "/2": NOTHING}) as site, Watching(db, quiet).going() as ours:
        follow(db, site.url("/1"), site.url("/2"))
        ours.until(lambda: ours.visited)
        ours.waited()
        assert site.paths == ["/robots.txt", "/1"]
        assert {one[11:16] for one in db.column(str, "select due_at from pages")} == {"06:00"}


def test_a_slow_host_does_not_keep_others_waiting(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that lasts long begins no further visit; the next one continues, with what became due meanwhile."""
    passed, visited = [0.0], list[Visited]()
    monkeypatch.setattr(schedule, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + sum(passed)))

    def slowly(one: Visited) -> None:
        visited.append(one)
        passed.append(700.0)

    with Loopback(dict.fromkeys(("/1", "/2", "/3"), NOTHING)) as site, Workers(1, 20, 1024) as workers:
        follow(db, *map(site.url, ("/1", "/2", "/3")))
        for expected in (1, 2, 3):
            with open_session(network()) as session:
                Run(db, session, workers, 0.0, 0, 2, slowly, longest=600.0).go()
            assert len(visited) == expected


def test_a_busy_archive_does_not_end_it(db: Sqlite) -> None:
    """It says so and tries again."""
    ours = Watching(db)
    visit, ours.watch.visit = ours.watch.visit, lambda watch: (_ for _ in ()).throw(Busy("Another process holds it."))
    with Loopback({"/1": NOTHING}) as site, ours.going():
        follow(db, site.url("/1"))
        ours.until(lambda: ours.busy > 1)
        ours.watch.visit = visit
        ours.until(lambda: ours.visited)


# --- clocks -----------------------------------------------------------------------------------------------------------


def test_a_machine_that_slept_visits_what_became_due_meanwhile(db: Sqlite, clock: Clock) -> None:
    """As soon as it is awake."""
    with Loopback({"/1": NOTHING}) as site, Watching(db).going() as ours:
        follow(db, site.url("/1"))
        ours.until(lambda: len(ours.visited) == 1)
        clock.ahead = 2 * DAY
        ours.until(lambda: len(ours.visited) == 2)


def test_a_clock_that_is_set_back_stalls_nothing(db: Sqlite, clock: Clock) -> None:
    """It was years ahead for a while: each page is due after its pause by the right clock."""
    clock.ahead = 10 * YEAR
    with Loopback({"/1": NOTHING}) as site, Watching(db).going() as ours:
        follow(db, site.url("/1"))
        ours.until(lambda: len(ours.visited) == 1)
        ours.waited()
        clock.ahead = 0
        ours.waited()
        due_at = ours.outlooks[-1].due_at
        assert due_at is not None
        assert times.seconds_between(clock(), due_at) == pytest.approx(agenda.FAILURE_SECONDS, abs=5)
        clock.ahead = agenda.FAILURE_SECONDS
        ours.until(lambda: len(ours.visited) == 2)


def test_what_a_wrong_clock_wrote_into_the_archive_stalls_nothing(db: Sqlite) -> None:
    """A page due, a host free, and another machine's lease that ends, in thousands of years: it is visited at once."""
    with Loopback({"/1": NOTHING}) as site:
        follow(db, site.url("/1"))
        db.execute("update pages set due_at = :far", far=FAR)
        db.execute(
            """insert into hosts (host, free_at, claim, claimed_by, claimed_until)
               select host, :far, 7, 'another-machine 17 1', :far from pages""",
            far=FAR,
        )
        with Watching(db).going() as ours:
            ours.until(lambda: len(ours.visited) == 1)


def test_a_clock_that_is_set_back_during_a_run_repeats_no_visit(db: Sqlite, clock: Clock) -> None:
    """Else the run would visit the page until the clock is again where it was."""

    def setting_back(_: Handler) -> Reply:
        clock.ahead -= 30 * DAY
        return NOTHING

    with Loopback({"/1": setting_back, "/2": NOTHING}) as site, Watching(db).going() as ours:
        follow(db, site.url("/1"), site.url("/2"))
        ours.until(lambda: len(ours.visited) >= 1)
        ours.waited()
        assert Counter(site.paths)["/1"] == 1
        clock.ahead += DAY
        ours.until(lambda: any(one.page.url == site.url("/2") for one in ours.visited))


# --- how it ends ------------------------------------------------------------------------------------------------------


class Slow:
    """A route that answers when it is allowed to."""

    def __init__(self, reply: Reply) -> None:
        self.asked, self.answer, self._reply = threading.Event(), threading.Event(), reply

    def __call__(self, _: Handler) -> Reply:
        self.asked.set()
        self.answer.wait(60)
        return self._reply


@contextmanager
def watching(archive: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`pagewitness watch` as a process of its own."""
    once = environment(PAGEWITNESS_NETWORK_RETRIES="0")  # else it repeats what failed in a passing way, after pauses
    started = subprocess.Popen(
        command(archive, "watch", *options), env=once, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
            started.communicate()


def test_it_finishes_and_stores_what_it_is_fetching_when_it_is_asked_to_end(tmp_path: Path) -> None:
    """SIGTERM as a service manager sends it: exit code 0, and no further visit. `--json` prints an object for each visit."""
    slow = Slow(Reply(200, html("Slow"), HTML))
    with Loopback({"/1": slow, "/2": Reply(200, html("Two"), HTML)}) as site:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", site.url("/1"), site.url("/2"))
        with watching(file, "--json") as process:
            assert slow.asked.wait(60)
            os.kill(process.pid, signal.SIGTERM)
            assert process.stderr is not None
            assert process.stderr.readline().startswith("Finishing the visits that are under way")
            slow.answer.set()
            said, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
        assert [(one["url"], one["outcome"], one["new_revisions"]) for one in lines(said)] == [
            (site.url("/1"), "captured", 1)
        ]
        assert "/2" not in site.paths
        with open_archive(str(file)) as db:
            check_whole(db)
            assert db.value("select count(*) from revisions") == 1
            assert db.value("select count(*) from fold_queue") == 0
            assert db.value("select count(*) from hosts where claimed_by is not null") == 0


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    """Whatever the server does; exit code 130, and what was stored is whole."""
    slow = Slow(NOTHING)
    with Loopback({"/1": NOTHING, "/2": slow}) as site:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", site.url("/1"), site.url("/2"))
        with watching(file) as process:
            assert slow.asked.wait(60)
            os.kill(process.pid, signal.SIGTERM)
            assert process.stderr is not None
            assert process.stderr.readline().startswith("Finishing")
            began = time.monotonic()
            os.kill(process.pid, signal.SIGINT)
            _, errors = process.communicate(timeout=60)
            slow.answer.set()
        assert time.monotonic() - began < 5
        assert (process.returncode, "Interrupted." in errors, "Traceback" in errors) == (130, True, False)
        with open_archive(str(file)) as db:
            check_whole(db)
            assert db.value("select count(*) from visits") == 1


def test_another_takes_over_from_one_that_was_killed(tmp_path: Path) -> None:
    """By SIGKILL, in the middle of a fetch. The next one says what comes next while it waits; Ctrl-C ends that with 130."""
    slow = Slow(NOTHING)
    with Loopback({"/1": slow}) as site:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", site.url("/1"))
        with watching(file) as process:
            assert slow.asked.wait(60)
            process.kill()
            process.communicate()
        slow.answer.set()
        with watching(file) as process:
            assert process.stderr is not None
            line = process.stderr.readline()
            os.kill(process.pid, signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        assert process.returncode == 130
        host = site.origin.removeprefix("http://")
        assert line.startswith((f"Next: {host} in 15 min, at ", f"Next: {host} in 14 min "))
        assert line.endswith(" UTC; 1 page followed.\n")
        assert "UTC: 1 page visited, 0 new revisions, 1 failed." in said
        with open_archive(str(file)) as db:
            check_whole(db)
            assert db.value("select count(*) from visits") == 1


def test_two_watch_one_archive_and_share_the_work(tmp_path: Path) -> None:
    """Each page is visited once. With --quiet they print only what is new or wrong, and nothing about waiting."""
    paths = [f"/{number}" for number in range(4)]
    with Loopback(dict.fromkeys(paths, NOTHING)) as one, Loopback(dict.fromkeys(paths, NOTHING)) as two:
        file = tmp_path / "archive.db"
        urls = [site.url(path) for site in (one, two) for path in paths]
        pagewitness(file, "add", *urls)
        with watching(file, "--quiet") as first, watching(file, "--quiet") as second, open_archive(str(file)) as db:
            end = time.monotonic() + 60
            while db.value("select count(*) from visits") < len(urls) or db.value(
                "select count(*) from hosts where claimed_by is not null"
            ):
                assert time.monotonic() < end
                time.sleep(0.05)
            said = ""
            for process in (first, second):
                os.kill(process.pid, signal.SIGTERM)
            for process in (first, second):
                printed, errors = process.communicate(timeout=60)
                assert (process.returncode, errors) == (0, "")
                said += printed
        asked = Counter(site.url(path) for site in (one, two) for path in site.paths if path != "/robots.txt")
        assert asked == Counter(urls)
        assert Counter(line.split()[1].rstrip(":") for line in said.splitlines() if line.startswith("failed")) == asked


def test_due_times_are_brought_back_only_where_they_can_not_be_right(db: Sqlite) -> None:
    """Neither a pause that a server asked for, nor the rest of quiet hours is one that a wrong clock wrote."""
    now = times.now()
    follow(db, "https://one.example/", interval=3600)
    db.execute("update pages set due_at = :due, ahead = :ahead", due=times.later(now, DAY), ahead=DAY)
    assert due_times.bring_back(db, now) == 0
    assert due_times.bring_back(db, times.later(now, -YEAR)) == 1
