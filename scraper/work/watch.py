"""The loop of `watch`: visit what is due, wait for what comes next, and end when asked.

It never trusts a due time for long: every few seconds it looks at the clock and the agenda again. So pages that others add
are visited soon, and neither a machine that slept nor a clock that jumped makes it wait in vain.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from pagewitness.archive import times
from pagewitness.archive.errors import Busy
from pagewitness.archive.store import agenda, due_times, leases
from pagewitness.archive.store.agenda import Outlook
from pagewitness.archive.store.database import Sqlite
from pagewitness.scraper.work.quiet import QuietTimes
from pagewitness.scraper.work.schedule import Run

LOOK_SECONDS = 10.0  # between two looks at the agenda
LONGEST_RUN = 600.0  # seconds, so that one slow host does not keep the others waiting

_EXACTLY_DUE = leases.Choice(early=False)


@dataclass
class WatchLoop:
    """Visits what is due until it is asked to end.

    Attributes:
        visit: makes one run; returns how many pages it visited. It calls `begins` with the run.
        waits: called at each look while nothing is to be done, with what comes next and the present moment.
        is_busy: called when another process held the archive for too long; it is tried again.
        look: seconds between two looks.
    """

    db: Sqlite
    quiet: QuietTimes
    visit: Callable[[WatchLoop], int]
    waits: Callable[[Outlook, str], None]
    is_busy: Callable[[Busy], None]
    look: float = LOOK_SECONDS
    _stop: threading.Event = field(default_factory=threading.Event)
    _run: Run | None = None
    _visiting: bool = False

    def go(self) -> None:
        """Visit and wait until `drain` is called."""
        while not self._stop.is_set():
            try:
                pause = self._step()
            except Busy as error:
                self.is_busy(error)
                pause = self.look
            self._stop.wait(pause)

    def _step(self) -> float:
        """Visit what is due, or say what comes next; returns after how many seconds to look again."""
        now = times.now()
        due_times.bring_back(self.db, now)
        self.quiet.put_off_all(self.db)
        if leases.host_waits(self.db, now, now, _EXACTLY_DUE):
            self._visiting = True
            try:
                if self.visit(self) or self._stop.is_set():
                    return 0.0
            finally:
                self._visiting, self._run = False, None
        now = times.now()
        outlook = agenda.outlook(self.db)
        self.waits(outlook, now)
        left = times.seconds_between(now, outlook.due_at) if outlook.due_at else self.look
        return min(left, self.look) if left > 0 else self.look  # what is due is another process's to visit

    def begins(self, run: Run) -> None:
        """Prepare a run: it visits pages at their time, not earlier, and makes place for the next run after a while."""
        run.early, run.longest, self._run = False, LONGEST_RUN, run
        if self._stop.is_set():
            run.stop.set()

    def drain(self) -> bool:
        """End once the visits that are under way are finished and stored; returns whether there are any.

        Any thread may call it.
        """
        self._stop.set()
        if (run := self._run) is not None:
            run.stop.set()
        return self._visiting

    def break_off(self) -> None:
        """End without the visits that are under way. Any thread may call it."""
        self._stop.set()
        if (run := self._run) is not None:
            run.break_off()
