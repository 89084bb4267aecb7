"""The loop: lease a host, visit what is due on it one page after the other, give it back.

Threads go over hosts; a host is one thread's at a time, in all processes (`agenda`). Only here and in the command roots
is a family of errors caught.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pagewitness.archive import agenda, times
from pagewitness.archive.agenda import Lease
from pagewitness.archive.database import Sqlite
from pagewitness.archive.errors import Disallowed
from pagewitness.archive.model import Page
from pagewitness.scraper.fetch import Session
from pagewitness.scraper.robots import Robots, fetch_robots
from pagewitness.scraper.visit import Visited, visit
from pagewitness.scraper.workers import Workers

RENEW_SECONDS = 60.0  # a lease is renewed when it is older: long before it ends, and not with each page
QUIET_SECONDS = 0.02  # without a page done: then one more thread pays
PATIENCE = 30.0  # seconds: a server that asks for a longer pause gets it in the next run
_BACKOFF = 2.0  # seconds before the first repetition where the server names no pause; doubled each time

Report = Callable[[Visited], None]


@dataclass
class Run:
    """One run: everything that was due when it began, once.

    Attributes:
        delay: seconds between two visits of a host; a longer Crawl-delay wins.
        retries: how often a visit that failed in a passing way is repeated.
        report: told of each page when it is done with; called by one thread at a time.
        only: the ids of the pages to visit (a JSON list), or None for all that are due.
    """

    db: Sqlite
    session: Session
    workers: Workers
    delay: float
    retries: int
    threads: int
    report: Report
    only: str | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._holder = agenda.name_of_process()
        self._began = times.now()
        self._reporting = threading.Lock()
        self._reported = 0
        self._robots: dict[str, Robots] = {}
        self._renewed: dict[str, str] = {}  # host -> when its lease was

    def go(self) -> None:
        """Visit all that is due. An error of one page is that page's; what is ours ends the run."""
        with ThreadPoolExecutor(self.threads, thread_name_prefix="host") as pool:
            jobs = [pool.submit(self._serve_hosts)]
            try:
                while self._more(jobs):
                    jobs.append(pool.submit(self._serve_hosts))
                for job in jobs:
                    job.result()
            except BaseException:
                # Ctrl-C, above all: nobody wants to wait for the slowest server then.
                self.stop.set()
                self.session.stop()
                raise

    def _more(self, jobs: list[Future[None]]) -> bool:
        """Wait until one more thread pays; False when all are there, or there is no host left for one.

        Threads that wait for servers cost nothing, but those that have answers at hand contend for the interpreter: so
        one more is started only when for a moment none had anything to say.
        """
        while len(jobs) < self.threads and not any(job.done() for job in jobs):
            before = self._reported
            wait(jobs, timeout=QUIET_SECONDS, return_when=FIRST_COMPLETED)
            if self._reported == before:
                return not any(job.done() for job in jobs)
        return False

    def _serve_hosts(self) -> None:
        try:
            while not self.stop.is_set():
                lease = agenda.claim_host(self.db, self._began, times.now(), self._holder, self.only)
                if lease is None:
                    return
                try:
                    self._serve(lease)
                finally:
                    agenda.release(self.db, lease)
        except BaseException:
            self.stop.set()
            raise

    def _serve(self, lease: Lease) -> None:
        """Visit the pages of a host that are due."""
        free_at = lease.free_at
        while not self.stop.is_set():
            page = agenda.next_page(self.db, lease, self._began, self.only)
            if page is None:
                return
            if not self._wait_until(free_at, lease):
                return
            robots = self._rules(page.url, lease)
            visited = self._visit(page, robots, lease)
            if visited is None:
                return
            pause = self._pause(robots)
            free_at = times.later(times.now(), pause) if pause else ""
            with self._reporting:
                self._reported += 1
                self.report(visited)

    def _visit(self, page: Page, robots: Robots, lease: Lease) -> Visited | None:
        """Visit a page, again while that may help; None when the lease is lost or the run is to stop."""
        for attempt in range(self.retries + 1):
            if not self._holds(lease):
                return None

            def settle(visited: Visited, attempt: int = attempt) -> None:
                if self._patience(visited, attempt) is None:
                    self._settle(visited, robots, lease)

            visited = visit(self.db, page, self.session, self.workers, robots, self._permit, settle)
            pause = self._patience(visited, attempt)
            if pause is None:
                return visited
            if self.stop.wait(max(pause, self._pause(robots))):
                return None
        return None

    def _patience(self, visited: Visited, attempt: int) -> float | None:
        """After how many seconds a visit is repeated; None when it is not."""
        pause = visited.wait if visited.wait is not None else _BACKOFF * 2**attempt
        return pause if visited.passing and pause <= PATIENCE and attempt < self.retries else None

    def _settle(self, visited: Visited, robots: Robots, lease: Lease) -> None:
        """Write down when the page is due again, and when its host may be visited."""
        now, pending = times.now(), visited.derived.pending
        agenda.visited(self.db, visited.page, now, failed=visited.failed, pending=pending, wait=visited.wait)
        agenda.keep_host(self.db, lease, free_at=times.later(now, self._pause(robots)))

    def _holds(self, lease: Lease) -> bool:
        """Whether a lease is still ours, as far as it was renewed lately (`agenda.next_page` looks each time)."""
        now = times.now()
        if self._renewed.get(lease.host, "") > times.later(now, -RENEW_SECONDS):
            return True
        self._renewed[lease.host] = now
        return agenda.renew(self.db, lease, now)

    def _pause(self, robots: Robots) -> float:
        return max(self.delay, robots.delay or 0.0)

    def _wait_until(self, free_at: str, lease: Lease) -> bool:
        """Wait for a host's pause to end; False when the run is to stop or the lease is lost."""
        while free_at and (left := _seconds_until(free_at)) > 0:
            if self.stop.wait(min(left, agenda.LEASE_SECONDS / 3)) or not agenda.renew(self.db, lease, times.now()):
                return False
        return not self.stop.is_set()

    # --- robots.txt ---------------------------------------------------------------------------------------------------

    def _rules(self, url: str, lease: Lease) -> Robots:
        """The robots.txt of a leased host, as on record while it is fresh."""
        origin = _origin(url)
        robots = self._robots.get(origin)
        if robots is None and lease.robots:
            robots = Robots.from_json(lease.robots)
        if robots is None or robots.origin != origin or robots.stale(times.now()):
            robots = fetch_robots(origin, self.session, times.now())
            agenda.keep_host(self.db, lease, robots=robots.to_json())
        self._robots[origin] = robots
        return robots

    def _permit(self, url: str) -> None:
        """Ask the robots.txt of a host that a redirect leads to. Raises Disallowed."""
        origin = _origin(url)
        robots = self._robots.get(origin)
        if robots is None or robots.stale(times.now()):
            robots = self._robots[origin] = fetch_robots(origin, self.session, times.now())
        if refusal := robots.refusal(url):
            raise Disallowed(refusal)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _seconds_until(moment: str) -> float:
    return (times.moment(moment) - times.moment(times.now())).total_seconds()
