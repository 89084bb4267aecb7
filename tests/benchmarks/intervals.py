"""How closely changes are pinned with adaptive intervals, beside fixed ones with as many visits.

    python tests/benchmarks/intervals.py FOLDER [--packs government,demo] [--own 1,2,4] [--longest 3] [--days 720]

FOLDER has `packs.py`, which reads a pack, and `revisions/` with packs and what is true of them. Each capture is a chance to
visit; a policy takes the first one that is not earlier than the next visit is due (within a tenth, as `run` does), and sees
a change if there was one since the visit before. All pages of a pack begin on the same day. Rows of each pack:

- *as it is*: each page is there as long as its history lasts;
- *repeated*: histories are repeated until all are --days long, so that pages that were kept for two weeks are there all the time;
- and `made`: 100 pages with made rates of change (log-normal), a chance to visit each hour, for 180 days.

`own` is the interval that all pages have, and the fixed policy's. The adaptive policy gets the budget with which it makes as many visits,
but not one more. Widths are means over the changes that the captures pin more closely than `own` (no policy can do better than they do),
in days, over --phases starts. `oracle`: the same policy if it knew each page's mean rate from the beginning.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import mean

from pagewitness.archive.store.adaptive import ENOUGH_VISITS, MOST_VISITS, IntervalBounds
from pagewitness.archive.store.due_times import EARLY
from pagewitness.archive.store.rates import constant_of, rate_of_change, rounded

DAY = 86400.0
TRUTH = {"government": "truth-government.jsonl"}


@dataclass(frozen=True)
class History:
    """A page's captures, and those of them that show something new for the first time: seconds from its beginning."""

    captures: list[float]
    changes: list[float]

    def repeated(self, seconds: float) -> History:
        """Itself again and again, as often as that lasts so long at most; at least once."""
        length = self.captures[-1] * (1 + 1 / (len(self.captures) - 1))
        starts = [length * turn for turn in range(max(1, int(seconds // length)))]
        return History(*([start + at for start in starts for at in one] for one in (self.captures, self.changes)))

    def later(self, seconds: float) -> History:
        """Without its beginning."""
        first = self.captures[bisect_left(self.captures, seconds)]
        return History(*([at - first for at in one if at >= first] for one in (self.captures, self.changes)))

    def rate(self) -> float:
        """Changes a second; half a change if it has never changed."""
        return max(len(self.changes), 0.5) / self.captures[-1]


@dataclass
class Followed:
    """A page while it is visited.

    Attributes:
        gaps: before its newest visits, each with whether the visit saw a change.
        rate: its rate of change, as far as the policy knows it.
    """

    history: History
    visits: list[float] = field(default_factory=list)
    gaps: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=MOST_VISITS))
    rate: float | None = None

    def visit(self, at: float) -> None:
        """Visit it at the time of a capture."""
        if self.visits:
            last, changes = self.visits[-1], self.history.changes
            self.gaps.append((at - last, bisect_right(changes, at) > bisect_right(changes, last)))
        self.visits.append(at)

    def after(self, seconds: float) -> float | None:
        """The first capture that is not earlier than so long after the last visit, or a tenth less; None for none."""
        place = bisect_left(self.history.captures, self.visits[-1] + seconds * (1 - EARLY))
        return self.history.captures[place] if place < len(self.history.captures) else None

    def estimate(self, own: float) -> float | None:
        """Its rate of change by its visits, as the product computes it; None after too few."""
        if len(self.visits) < ENOUGH_VISITS:
            return None
        changed = [gap for gap, new in self.gaps if new]
        return rate_of_change(changed, sum(gap for gap, new in self.gaps if not new), own)

    def widths(self, closest: float) -> Iterator[float]:
        """Between which visits each change lies, as far as the captures pin it more closely than that."""
        for change in self.history.changes:
            place, there = bisect_left(self.history.captures, change), bisect_left(self.visits, change)
            pinned = place and self.history.captures[place] - self.history.captures[place - 1] <= closest
            if pinned and 0 < there < len(self.visits):
                yield self.visits[there] - self.visits[there - 1]


Policy = Callable[[Followed, float, Sequence[Followed]], float]


def play(histories: Sequence[History], policy: Policy) -> list[Followed]:
    """Visit all pages from the beginning of their histories to the end."""
    pages = [Followed(one) for one in histories]
    waiting = [(0.0, number) for number in range(len(pages))]
    while waiting:
        at, number = heapq.heappop(waiting)
        page = pages[number]
        page.visit(at)
        if (due := page.after(policy(page, at, pages))) is not None:
            heapq.heappush(waiting, (due, number))
    return pages


def fixed(interval: float) -> Policy:
    """The same interval for all pages."""
    return lambda page, at, pages: interval


class Adaptive:
    """The product's policy; its constant is chosen again each day, for the pages that are there then."""

    def __init__(self, own: float, bounds: IntervalBounds, share: float, *, knows: bool) -> None:
        self.own, self.bounds, self.share, self.knows = own, bounds, share, knows
        self.chosen, self.constant = -DAY, 1.0

    def __call__(self, page: Followed, at: float, pages: Sequence[Followed]) -> float:
        page.rate = page.history.rate() if self.knows else page.estimate(self.own)
        if at - self.chosen >= DAY:
            there = [one for one in pages if one.history.captures[-1] > at]
            rates = [one.rate for one in there if one.rate is not None]
            needed = [self.bounds.needed(self.own, rate) for rate in rates]
            self.constant, self.chosen = constant_of(needed, self.share * len(needed) / self.own), at
        if page.rate is None:
            return self.own
        need = self.bounds.needed(self.own, page.rate)
        return need.within(rounded(self.constant / need.need))


def visits(pages: Sequence[Followed]) -> int:
    """How many there were."""
    return sum(len(one.visits) for one in pages)


def adaptive(
    histories: Sequence[History], own: float, bounds: IntervalBounds, most: int, *, knows: bool
) -> list[Followed]:
    """The visits of the adaptive policy: as many as it can make with the budget that makes no more than so many."""
    low, high = 0.5, 2.0
    for _ in range(7):
        middle = (low + high) / 2
        made = visits(play(histories, Adaptive(own, bounds, middle, knows=knows)))
        low, high = (middle, high) if made <= most else (low, middle)
    return play(histories, Adaptive(own, bounds, low, knows=knows))


def measure(name: str, histories: Sequence[History], own: float, options: argparse.Namespace) -> None:
    """Print one row."""
    bounds = IntervalBounds(True, own / options.shortest, own * options.longest)
    found, counts = defaultdict[str, list[float]](list), defaultdict[str, int](int)
    for phase in range(options.phases):
        shifted = [one.later(phase * own / options.phases) for one in histories]
        beside = play(shifted, fixed(own))
        results = {"fixed": beside}
        for policy in ("adaptive", "oracle"):
            results[policy] = adaptive(shifted, own, bounds, visits(beside), knows=policy == "oracle")
        for policy, pages in results.items():
            counts[policy] += visits(pages)
            found[policy] += [width for page in pages for width in page.widths(own)]
    widths, phases = {policy: mean(some) / DAY for policy, some in found.items()}, options.phases
    print(
        f"{name:<22} {own / DAY:>4g} {len(found['fixed']) // phases:>8} {counts['fixed'] // phases:>8} "
        f"{counts['adaptive'] // phases:>9} {widths['fixed']:>7.2f} {widths['adaptive']:>9.2f} "
        f"{widths['adaptive'] / widths['fixed']:>6.2f} {widths['oracle'] / widths['fixed']:>7.2f}",
        flush=True,
    )


def histories_of(folder: Path, pack: str) -> list[History]:
    """The histories in a pack, one for each address."""
    sys.path.insert(0, str(folder))
    times: dict[str, dict[str, float]] = {}
    address: dict[str, str] = {}
    for capture in import_module("packs").read_pack(folder / "revisions" / f"{pack}.pack.zst"):
        if address.setdefault(capture.url or capture.page, capture.page) == capture.page:
            times.setdefault(capture.page, {})[capture.commit] = float(capture.at)
    real = defaultdict[str, set[float]](set)
    for line in (folder / "revisions" / TRUTH.get(pack, "truth.jsonl")).read_text("utf-8").splitlines():
        event = json.loads(line)
        if event["label"] == "real" and not event.get("optional") and event["commit"] in times.get(event["page"], {}):
            real[event["page"]].add(times[event["page"]][event["commit"]])
    found = [(sorted(set(one.values())), real[page]) for page, one in times.items()]
    return [History([at - all_[0] for at in all_], sorted(at - all_[0] for at in new)) for all_, new in found]


def made_histories(pages: int, days: int) -> list[History]:
    """Pages that change at rates of their own, once in a month in the middle, at random."""
    chance, found = random.Random(45), []
    for _ in range(pages):
        rate, at, changes = math.exp(chance.gauss(0, 1.5)) / (30 * DAY), 0.0, list[float]()
        while (at := at + chance.expovariate(rate)) < days * DAY:
            changes.append(math.ceil(at / 3600) * 3600.0)
        found.append(History([hour * 3600.0 for hour in range(days * 24 + 1)], sorted(set(changes))))
    return found


def main() -> None:
    """Measure, and print a row for each pack and interval."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--packs", default="government,demo,demo-small,made")
    parser.add_argument("--own", default="1,2,4", help="in days")
    parser.add_argument("--shortest", type=float, default=24.0, help="own is so many times as long [24]")
    parser.add_argument("--longest", type=float, default=3.0, help="so many times own [3]")
    parser.add_argument("--days", type=int, default=720, help="that repeated histories last")
    parser.add_argument("--phases", type=int, default=3)
    options = parser.parse_args()
    print(
        f"{'':<22} {'own':>4} {'changes':>8} {'visits':>8} {'visits':>9} {'width':>7} {'width':>9} {'ratio':>6} {'oracle':>7}"
    )
    print(f"{'':<22} {'':>4} {'':>8} {'fixed':>8} {'adaptive':>9} {'fixed':>7} {'adaptive':>9}")
    for pack in options.packs.split(","):
        for own in (float(one) * DAY for one in options.own.split(",")):
            if pack == "made":
                measure("made", made_histories(100, 180), own, options)
                continue
            histories = histories_of(options.folder, pack)
            measure(f"{pack} as it is", histories, own, options)
            measure(f"{pack} repeated", [one.repeated(options.days * DAY) for one in histories], own, options)


if __name__ == "__main__":
    main()
