"""The loop: lease a host, visit what is due on it one page after the other, give it back.

Threads go over hosts; a host is one thread's at a time, in all processes (`agenda`). Only here and in the command roots
is a family of errors caught.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import urlsplit

from pagewitness.archive import times
from pagewitness.archive.model import Collector, Page, PageRole
from pagewitness.archive.store import agenda, evidence, forward, holders
from pagewitness.archive.store import robots as stored
from pagewitness.archive.store.adaptive import AdaptiveIntervals, IntervalBounds
from pagewitness.archive.store.agenda import Lease
from pagewitness.archive.store.database import Sqlite
from pagewitness.scraper.net.fetch import Extra, Session
from pagewitness.scraper.net.robots import NOWHERE, Robots, fetch_robots
from pagewitness.scraper.work import finding, heap
from pagewitness.scraper.work.finding import Bounds
from pagewitness.scraper.work.visit import Context, Visited, robots_error, visit
from pagewitness.scraper.work.workers import Workers

RENEWALS = 5  # of a lease, in the time after which it would end
QUIET_SECONDS = 0.02  # without a page done: then one more thread pays
FAIR_SECONDS = 1.0  # after which one more is started all the same: hosts that wait get their thread
TURN_SECONDS = 30.0  # a host's turn, where all threads have one and others wait
LONGEST_PAUSE = 30.0  # seconds: a server that asks for a longer pause gets it in the next run
_SQLITE_BYTES = 64 << 20  # of memory, after which the connections of all threads let go of pages that they cache
_GONE = (404, 410)  # statuses of a further page of a listing that became shorter
_BACKOFF = 2.0  # seconds before the first repetition where the server names no pause; doubled each time

Report = Callable[[Visited], None]


@dataclass
class Run:
    """One run: everything that was due when it began, once.

    Attributes:
        delay: seconds between two visits of a host; a longer Crawl-delay wins.
        retries: how often a visit that failed in a passing way is repeated.
        report: called with each page when it is done; by one thread at a time.
        only: the ids of the pages to visit (a JSON list), or None for all that are due.
        lease: seconds after which others may take a host from a process that no longer says that it has it.
        turn: seconds after which a host makes place for others that wait for a thread.
        extras: what a source wants in the requests for its pages (`visit.Context`).
        collector: who makes the visits, for the record.
        bounds: how much is followed of what pages lead to; None to follow nothing.
        pacing: whether and between what intervals adapt to how often pages change, where their source says nothing else.
    """

    db: Sqlite
    session: Session
    workers: Workers
    delay: float
    retries: int
    threads: int
    report: Report
    only: str | None = None
    lease: float = agenda.LEASE_SECONDS
    turn: float = TURN_SECONDS
    stop: threading.Event = field(default_factory=threading.Event)
    extras: Mapping[str, Extra] = field(default_factory=dict)
    collector: Collector | None = None
    bounds: Bounds | None = field(default_factory=Bounds)
    pacing: IntervalBounds = field(default_factory=IntervalBounds)

    def __post_init__(self) -> None:
        self._context = Context(self.db, self.session, self.workers, self._permit, self.extras, self.collector)
        self._holder = holders.name_of_process()
        self._began = times.now()
        self._intervals = AdaptiveIntervals(self.db, self.pacing, self._began)
        self._reporting = threading.Lock()
        self._reported = 0
        self._robots: dict[str, Robots] = {}
        self._held: set[Lease] = set()
        self._served: list[str] = []  # hosts that had a turn and made place, the last one last

    def go(self) -> None:
        """Visit all that is due. An error of one page is that page's; what is ours ends the run."""
        heap.give_back_large_blocks()
        self.db.execute(f"pragma soft_heap_limit = {_SQLITE_BYTES}")
        with ThreadPoolExecutor(self.threads, thread_name_prefix="host") as pool:
            jobs = [pool.submit(self._serve_hosts)]
            try:
                self._watch(jobs, pool)
                for job in jobs:
                    job.result()
            except BaseException:
                # Mostly Ctrl-C: do not wait for the slowest server.
                self.stop.set()
                self.session.stop()
                raise

    def _watch(self, jobs: list[Future[None]], pool: ThreadPoolExecutor) -> None:
        """Until all threads are done: hold on to the leases, and start one more thread where that pays.

        Threads that wait for servers cost nothing, but threads that process answers compete for the interpreter. So one
        more is started only when no thread has finished a page for a moment, or when the last one was started a while
        ago, so that no host waits for ever behind a fast one. A thread ends when no host is left for it.
        """
        renewed = started = time.monotonic()
        while working := [job for job in jobs if not job.done()]:
            growing = len(working) == len(jobs) < self.threads
            before, patience = self._reported, self.lease / RENEWALS
            wait(working, timeout=min(QUIET_SECONDS, patience) if growing else patience, return_when=FIRST_COMPLETED)
            now = time.monotonic()
            if now - renewed >= patience:
                self._renew()
                renewed = now
            quiet = self._reported == before or now - started >= FAIR_SECONDS
            if growing and quiet and not any(job.done() for job in jobs):
                jobs.append(pool.submit(self._serve_hosts))
                started = now

    def _renew(self) -> None:
        """Renew the lease of every host that we hold. A thread that has lost one notices at its next statement."""
        for lease in list(self._held):
            agenda.renew(self.db, lease, times.now(), self.lease)

    def _serve_hosts(self) -> None:
        try:
            while (lease := self._claim()) is not None:
                self._held.add(lease)
                try:
                    self._serve(lease)
                finally:
                    self._held.remove(lease)
                    agenda.release(self.db, lease)
        except BaseException:
            self.stop.set()
            raise

    def _claim(self) -> Lease | None:
        if self.stop.is_set():
            return None
        choice = agenda.Choice(self.only, self._served)
        return agenda.claim_host(self.db, self._began, times.now(), self._holder, choice, seconds=self.lease)

    def _serve(self, lease: Lease) -> None:
        """Visit the pages of a host that are due, or as many as its turn allows."""
        free_at, end = lease.free_at, time.monotonic() + self.turn
        robots = Robots.from_json(lease.robots) if lease.robots else None
        while not self.stop.is_set():
            page = agenda.next_page(self.db, lease, self._began, self.only)
            if page is None:
                return
            if not self._wait_until(free_at, self._pause(robots)):
                return
            robots = self._rules(page.url, lease)
            visited = self._visit(page, robots, lease)
            if visited is None:
                return
            visited = self._with_found(visited, robots)
            pause = self._pause(robots)
            free_at = times.later(times.now(), pause) if pause else ""
            with self._reporting:
                self._reported += 1
                self.report(visited)
            if time.monotonic() >= end:  # not before a visit: whoever makes place has moved on
                if agenda.host_waits(self.db, self._began, times.now(), self.only):
                    self._make_place(lease.host)
                    return
                end = time.monotonic() + self.turn

    def _visit(self, page: Page, robots: Robots, lease: Lease) -> Visited | None:
        """Visit a page, again while that may help; None when the lease is lost or the run is to stop."""
        for attempt in range(self.retries + 1):
            if not agenda.holds(self.db, lease):
                return None
            settle = partial(self._settle, robots, lease, attempt)
            visited = visit(self._context, page, robots, settle, lease.claim)
            pause = self._patience(visited, attempt)
            if visited.late:
                return None
            if pause is None:
                return visited
            if self.stop.wait(max(pause, self._pause(robots))):
                return None
        return None

    def _with_found(self, visited: Visited, robots: Robots) -> Visited:
        """The visit, with the pages that are followed from now on; this run visits them, too."""
        if visited.error is not None or self.bounds is None:
            return visited
        page = evidence.page(self.db, visited.page.id)  # the visit may have changed its kind and role
        if page.role is PageRole.PAGER and visited.status in _GONE:
            finding.leave_part(self.db, page, times.now())
            return visited
        upto = forward.listed_upto(self.db, page)
        new = finding.find(self.db, page, self.bounds, robots, self._began)
        if upto is not None:
            forward.bring_forward(self.db, page, upto, self._began, self._intervals.shortest(page))
        return replace(visited, found=tuple(one.url for one in new))

    def _patience(self, visited: Visited, attempt: int) -> float | None:
        """After how many seconds a visit is repeated; None when it is not."""
        pause = visited.wait if visited.wait is not None else _BACKOFF * 2**attempt
        return pause if visited.passing and pause <= LONGEST_PAUSE and attempt < self.retries else None

    def _settle(self, robots: Robots, lease: Lease, attempt: int, visited: Visited) -> bool:
        """Write down when the page is due again, and when its host may be visited; False when the lease is lost."""
        if self._patience(visited, attempt) is not None:
            return True
        now = times.now()
        result = agenda.Result(visited.failed, visited.derived.pending, visited.wait)
        page = visited.page if visited.failed else self._intervals.adapt(self.db, visited.page)
        counts = agenda.record_visit(self.db, page, now, lease, result)
        agenda.keep_host(self.db, lease, free_at=times.later(now, self._pause(robots)))
        return counts

    def _pause(self, robots: Robots | None) -> float:
        return max(self.delay, (robots and robots.delay) or 0.0)

    def _wait_until(self, free_at: str, longest: float) -> bool:
        """Wait for a host's pause to end; False when the run is to stop.

        Args:
            longest: seconds that the pause can last. An end that is further ahead comes of a clock that was wrong.
        """
        end = time.monotonic() + longest
        while free_at and (left := min(_seconds_until(free_at), end - time.monotonic())) > 0:
            if self.stop.wait(left):
                return False
        return not self.stop.is_set()

    def _make_place(self, host: str) -> None:
        """A host's turn is over: it comes after all others."""
        with self._reporting:
            self._served = [*(one for one in self._served if one != host), host]

    # --- robots.txt ---------------------------------------------------------------------------------------------------

    def _rules(self, url: str, lease: Lease) -> Robots:
        """The robots.txt of a leased host, as on record while it is fresh."""
        origin = _origin(url)
        robots = self._robots.get(origin)
        if robots is None and lease.robots:
            robots = Robots.from_json(lease.robots)
            robots = None if robots.status == NOWHERE else robots  # what our settings refused, they may allow now
        if robots is None or robots.origin != origin or robots.stale(times.now()):
            robots = self._fetched(origin)
            agenda.keep_host(self.db, lease, robots=robots.to_json())
        self._robots[origin] = robots
        return robots

    def _fetched(self, origin: str) -> Robots:
        """The robots.txt of an origin, asked for now and put on record."""
        robots = fetch_robots(origin, self.session, times.now())
        stored.record_robots(self.db, origin, robots.fetched_at, robots.status, robots.text)
        return robots

    def _permit(self, url: str) -> None:
        """Ask the robots.txt of a host that a redirect leads to. Raises Disallowed, or FetchError where the site is down."""
        origin = _origin(url)
        robots = self._robots.get(origin)
        if robots is None or robots.stale(times.now()):
            robots = self._robots[origin] = self._fetched(origin)
        if (refused := robots_error(robots, url)) is not None:
            raise refused


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _seconds_until(moment: str) -> float:
    return (times.moment(moment) - times.moment(times.now())).total_seconds()
