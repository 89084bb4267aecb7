"""Thousands of pages on hundreds of hosts for a month on a simulated clock: adaptive intervals beside fixed ones.

    python tests/benchmarks/simulated_month.py [--pages 10000] [--hosts 500] [--days 30] [--own 24] [--delay 5]

The agenda is the product's own: an archive on disk, in which pages are chosen, and next visits written down, by the
functions that `run` calls, with moments from a clock that is moved on by an hour at a time (as `run` each hour, from cron).
All hosts are leased once, at the beginning: looking for a free one among 10,000 pages takes longer than the rest. There is
no network: a visit takes a second, then comes the host's pause. Whether a page has changed since the last visit is known
from made changes (log-normal rates, once a month in the middle, seeded), and is written down as the judge would write it.

Printed for both: visits, most visits of a host in a day, the shortest pause between two visits of a host, and how long
after a change the first visit saw it.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median, quantiles

from pagewitness.archive import times
from pagewitness.archive.model import Page
from pagewitness.archive.store import agenda, holders, leases
from pagewitness.archive.store.adaptive import AdaptiveIntervals, IntervalBounds
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.store.leases import Lease

BEGIN = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
STEP, VISIT = 3600.0, 1.0  # seconds: between two runs; that a visit takes
DAY = 86400.0
_SEEN = """
    insert into visits (page_id, url, writer, visited_at, outcome, status, chain)
    values (:page, '', 'run', :at, 'not-modified', 304, '')"""
_OBSERVED = """
    insert into observations (visit_id, page_id, observed_at, verdict)
    values ((select max(id) from visits), :page, :at, :verdict)"""


_HOSTS = "select distinct host from pages where followed and julianday(due_at) - slack / 86400 <= julianday(:at)"


@dataclass
class Month:
    """What happened.

    Attributes:
        delays: seconds from each change to the first visit after it.
        pauses: the shortest of each host, in seconds.
        daily: visits by host and day.
    """

    visits: int = 0
    delays: list[float] = field(default_factory=list)
    pauses: dict[str, float] = field(default_factory=dict)
    daily: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: float = 0.0


def moment(seconds: float) -> str:
    """A moment of the simulated clock."""
    return times.stamp(datetime.fromtimestamp(BEGIN + seconds, UTC))


def changes(options: argparse.Namespace) -> dict[str, list[float]]:
    """When each page changes, by its address."""
    chance, found = random.Random(45), {}
    for number in range(options.pages):
        rate, at, mine = math.exp(chance.gauss(0, 1.5)) / (30 * DAY), 0.0, list[float]()
        while (at := at + chance.expovariate(rate)) < options.days * DAY:
            mine.append(at)
        found[f"https://host{number % options.hosts}.example/{number}"] = mine
    return found


class Simulation:
    """A month with one policy."""

    def __init__(
        self, db: Sqlite, made: dict[str, list[float]], bounds: IntervalBounds, options: argparse.Namespace
    ) -> None:
        self.db, self.made, self.bounds, self.options = db, made, bounds, options
        self.seen: dict[int, float] = {}
        self.ended: dict[str, float] = {}  # by host: its last visit
        self.month = Month()
        agenda.follow(db, made, None, options.own * 3600, moment(0))
        self.free: dict[str, float] = {}  # when the pause of a host ends
        self.leases = {lease.host: lease for lease in self.claimed()}
        # As a user's archive is after a while: not all pages are due at the same moment.
        chance = random.Random(46)
        spread = [
            {"id": one, "at": moment(chance.uniform(0, options.own * 3600))}
            for one in db.column(int, "select id from pages")
        ]
        with db.transaction():
            db.many("update pages set due_at = :at where id = :id", spread)

    def claimed(self) -> Iterator[Lease]:
        """Leases on all hosts."""
        holder = holders.name_of_process()
        while (lease := leases.claim_host(self.db, moment(0), moment(0), holder, seconds=20 * DAY)) is not None:
            yield lease

    def go(self) -> Month:
        """All days, a run after the other."""
        began = time.process_time()
        for step in range(int(self.options.days * DAY / STEP)):
            with self.db.transaction():
                self.run(step * STEP)
        self.month.seconds = time.process_time() - began
        return self.month

    def run(self, now: float) -> None:
        """Visit all that is due, host by host, each from now on at its own pace."""
        at = moment(now)
        intervals = AdaptiveIntervals(self.db, self.bounds, at)
        for host in self.db.column(str, _HOSTS, at=at):
            clock = max(now, self.free.get(host, 0.0))
            for page in self.due(self.leases[host], at):
                self.visit(page, self.leases[host], clock, intervals)
                clock = self.free[host] = clock + VISIT + self.options.delay
            leases.keep_host(self.db, self.leases[host], free_at=moment(clock))

    def due(self, lease: Lease, at: str) -> Iterator[Page]:
        """The pages of a host that are due, one after the other."""
        while (page := agenda.next_page(self.db, lease, at)) is not None:
            yield page

    def visit(self, page: Page, lease: Lease, clock: float, intervals: AdaptiveIntervals) -> None:
        """Visit a page: write down what it showed, and when it is due again."""
        last, mine, month = self.seen.get(page.id), self.made[page.url], self.month
        new = mine[bisect_right(mine, last) : bisect_right(mine, clock)] if last is not None else []
        month.delays += [clock - change for change in new]
        self.seen[page.id], month.visits = clock, month.visits + 1
        month.daily[lease.host, int(clock / DAY)] += 1
        before = self.ended.get(lease.host)
        if before is not None:
            month.pauses[lease.host] = min(clock - before, month.pauses.get(lease.host, math.inf))
        self.ended[lease.host] = clock + VISIT
        verdict = "first" if last is None else "changed" if new else "unchanged"
        self.db.execute(_SEEN, page=page.id, at=moment(clock))
        self.db.execute(_OBSERVED, page=page.id, at=moment(clock), verdict=verdict)
        agenda.record_visit(self.db, intervals.adapt(self.db, page), moment(clock), lease, agenda.Result())


def show(name: str, month: Month, options: argparse.Namespace) -> None:
    """Print a column of figures as a line."""
    later = [one / 3600 for one in month.delays]
    daily = month.daily.values()
    print(
        f"{name:<9} {month.visits:>8} {month.visits / options.hosts / options.days:>9.1f} {max(daily):>8} "
        f"{min(month.pauses.values()):>7.1f} {len(later):>8} {mean(later):>7.1f} {median(later):>7.1f} "
        f"{quantiles(later, n=20)[-1]:>7.1f} {1000 * month.seconds / month.visits:>8.2f}",
        flush=True,
    )


def main() -> None:
    """Simulate both months."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--own", type=float, default=24.0, help="interval of all pages, in hours")
    parser.add_argument("--delay", type=float, default=5.0, help="pause of a host, in seconds")
    parser.add_argument("--policies", default="fixed,adaptive")
    options = parser.parse_args()
    made = changes(options)
    heads = (("", "visits", "per host", "most", "pause", "changes", "delay", "median", "95 %", "ms CPU"),
             ("", "", "and day", "a day", "s", "seen", "h", "h", "h", "a visit"))  # fmt: skip
    for head in heads:
        print("{:<9} {:>8} {:>9} {:>8} {:>7} {:>8} {:>7} {:>7} {:>7} {:>8}".format(*head))
    for name in options.policies.split(","):
        with tempfile.TemporaryDirectory() as folder, open_archive(str(Path(folder) / "archive.db"), create=True) as db:
            show(name, Simulation(db, made, IntervalBounds(name == "adaptive"), options).go(), options)


if __name__ == "__main__":
    main()
