"""The processes of a browser: what memory they take, and how they are ended."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from pagewitness.scraper.net.browser_traffic import Traffic

_TICK: Final = 0.25  # seconds between two looks
_PROCESSES: Final = Path("/proc")


def end_browser(pid: int) -> None:
    """End a browser and all that it has started: its group of processes, where it leads one."""
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg") and os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)


def memory_of(pid: int) -> int:
    """The bytes of memory that a browser and all that it has started take; 0 where the system does not say (no /proc)."""
    pages = 0
    for process in _PROCESSES.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            # After the name in parentheses: state, parent, group, …; the 22nd is the resident set, in pages.
            fields = process.read_text().rpartition(")")[2].split()
            pages += int(fields[21]) if int(fields[2]) == pid else 0
    return pages * os.sysconf("SC_PAGE_SIZE") if pages else 0


class Limits:
    """Ends a browser that takes too long, too much memory, or loads too much. Use it as a context manager.

    Attributes:
        exceeded: which limit was exceeded, in a clause; None for none.
    """

    def __init__(self, pid: int, seconds: float, megabytes: int, traffic: Traffic) -> None:
        self.exceeded: str | None = None
        self._pid, self._traffic = pid, traffic
        self._seconds, self._megabytes = seconds, megabytes
        self._ends = time.monotonic() + seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, name="browser limits", daemon=True)

    def left(self) -> float:
        """The seconds that are left, at least one thousandth."""
        return max(0.001, self._ends - time.monotonic())

    def _look(self) -> None:
        checks: tuple[Callable[[], str | None], ...] = (self._late, self._loaded, self._large)
        while not self._done.wait(_TICK):
            self.exceeded = next((said for check in checks if (said := check())), None)
            if self.exceeded:
                end_browser(self._pid)
                return

    def _late(self) -> str | None:
        over = time.monotonic() > self._ends
        return f"it was not shown within {self._seconds:g} s ([browser] deadline)" if over else None

    def _loaded(self) -> str | None:
        return "it loads more than [browser] max_bytes allows" if self._traffic.too_much else None

    def _large(self) -> str | None:
        over = memory_of(self._pid) > self._megabytes << 20
        return f"the browser took more than {self._megabytes} MB for it ([browser] megabytes)" if over else None

    def __enter__(self) -> Limits:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
