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
from math import inf

from pagewitness.archive import times
from pagewitness.archive.model import Collector, Page, PageRole
from pagewitness.archive.store import agenda, evidence, forward, holders, leases
from pagewitness.archive.store.adaptive import AdaptiveIntervals, IntervalBounds
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.leases import Lease
from pagewitness.scraper.net.browser import Browser
from pagewitness.scraper.net.fetch import Extra, Session
from pagewitness.scraper.net.robots import Robots
from pagewitness.scraper.work import finding, heap
from pagewitness.scraper.work.finding import Bounds
from pagewitness.scraper.work.known_robots import KnownRobots
from pagewitness.scraper.work.quiet import QuietTimes
from pagewitness.scraper.work.visit import Context, Visited, visit
from pagewitness.scraper.work.workers import Workers

_NAP = 0.5  # seconds: the system may give a signal to any thread, but only this one acts on it, once it wakes
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
        browser: shows the pages that need one.
        quiet: when which source is not visited; None to visit at any hour.
        early: whether pages are visited that are nearly due.
        longest: seconds after which no further visit begins.
        stop: no further visit begins once it is set; those that are under way are finished and stored.
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
    lease: float = leases.LEASE_SECONDS
    turn: float = TURN_SECONDS
    stop: threading.Event = field(default_factory=threading.Event)
    extras: Mapping[str, Extra] = field(default_factory=dict)
    collector: Collector | None = None
    bounds: Bounds | None = field(default_factory=Bounds)
    browser: Browser | None = None
    quiet: QuietTimes | None = None
    early: bool = True
    longest: float = inf
    pacing: IntervalBounds = field(default_factory=IntervalBounds)

    def __post_init__(self) -> None:
        self._robots = KnownRobots(self.db, self.session)
        self._context = Context(
            self.db, self.session, self.workers, self._robots.permit, self.extras, self.collector, self.browser
        )
        self._holder = holders.name_of_process()
        self._began = times.now()
        self._end = inf
        self._intervals = AdaptiveIntervals(self.db, self.pacing, self._began)
        self._reporting = threading.Lock()
        self._reported = 0
        self._held: set[Lease] = set()
        self._served: list[str] = []  # hosts that had a turn and made place, the last one last

    def go(self) -> None:
        """Visit all that is due. An error of one page is that page's; what is ours ends the run."""
        self._end = time.monotonic() + self.longest
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
                self.break_off()
                raise

    def break_off(self) -> None:
        """End at once, without the visits that are under way. What is stored stays, and is read by the next run."""
        self.stop.set()
        self.session.stop()
        self.workers.interrupt()

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
            nap = min(QUIET_SECONDS if growing else _NAP, patience)
            wait(working, timeout=nap, return_when=FIRST_COMPLETED)
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
            leases.renew(self.db, lease, times.now(), self.lease)

    def _serve_hosts(self) -> None:
        try:
            while (lease := self._claim()) is not None:
                self._held.add(lease)
                try:
                    self._serve(lease)
                finally:
                    self._held.remove(lease)
                    leases.release(self.db, lease)
        except BaseException:
            self.stop.set()
            raise

    def _claim(self) -> Lease | None:
        if self._over():
            return None
        now = times.now()
        return leases.claim_host(self.db, self._by(now), now, self._holder, self._choice(), seconds=self.lease)

    def _choice(self) -> leases.Choice:
        return leases.Choice(self.only, self._served, early=self.early)

    def _by(self, now: str) -> str:
        """By when pages must be due: by the beginning. If the clock is set back, what was visited must not be due again."""
        return min(self._began, now)

    def _over(self) -> bool:
        """Whether no further visit is to begin."""
        return self.stop.is_set() or time.monotonic() >= self._end

    def _serve(self, lease: Lease) -> None:
        """Visit the pages of a host that are due, or as many as its turn allows."""
        free_at, end = lease.free_at, time.monotonic() + self.turn
        robots = Robots.from_json(lease.robots) if lease.robots else None
        while not self._over():
            page = agenda.next_page(self.db, lease, self._by(times.now()), self.only, early=self.early)
            if page is None:
                return
            if not self._wait_until(free_at, self._pause(robots)):
                return
            if self.quiet is not None and self.quiet.put_off(self.db, page):
                continue
            robots = self._robots.rules(page.url, lease)
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
                now = times.now()
                if leases.host_waits(self.db, self._by(now), now, self._choice()):
                    self._make_place(lease.host)
                    return
                end = time.monotonic() + self.turn

    def _visit(self, page: Page, robots: Robots, lease: Lease) -> Visited | None:
        """Visit a page, again while that may help; None when the lease is lost or the run is to stop."""
        for attempt in range(self.retries + 1):
            if not leases.holds(self.db, lease):
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
        if self.quiet is not None and counts:
            self.quiet.move_next(self.db, page, now)
        leases.keep_host(self.db, lease, free_at=times.later(now, self._pause(robots)))
        return counts

    def _pause(self, robots: Robots | None) -> float:
        return max(self.delay, (robots and robots.delay) or 0.0)

    def _wait_until(self, free_at: str, longest: float) -> bool:
        """Wait for a host's pause to end; False when the run is to stop.

        Args:
            longest: seconds that the pause can last. An end that is further ahead comes of a clock that was wrong.
        """
        end = time.monotonic() + longest
        while free_at and (left := min(times.seconds_between(times.now(), free_at), end - time.monotonic())) > 0:
            if self.stop.wait(left):
                return False
        return not self._over()

    def _make_place(self, host: str) -> None:
        """A host's turn is over: it comes after all others."""
        with self._reporting:
            self._served = [*(one for one in self._served if one != host), host]
