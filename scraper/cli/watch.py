"""`pagewitness watch`: stay, and visit each page when it is due."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, counted, json_option, pass_invocation
from pagewitness.archive.cli.terminal import echo_error, error_columns
from pagewitness.archive.text.columns import clipped, safe

if TYPE_CHECKING:
    from pagewitness.archive.errors import Busy
    from pagewitness.archive.store.agenda import Outlook

_INTERRUPTED = 130


@click.command()
@click.option("--quiet", is_flag=True, help="Print only what is new or wrong.")
@json_option
@pass_invocation
def command(invocation: Invocation, quiet: bool, as_json: bool) -> int:
    """Stay, and visit each page when it is due.

    Between visits it says what comes next. Pages that are added meanwhile are visited within seconds; settings and source files
    are read at the start. Several may work on one archive.

    SIGTERM and Ctrl-C let it finish and store what it is fetching, then it ends: with exit code 0, after Ctrl-C with 130. A second
    signal ends it at once.
    """
    from pagewitness.scraper.cli.run import RunOptions, quiet_times_of, visit_due
    from pagewitness.scraper.cli.told import beating
    from pagewitness.scraper.work.watch import WatchLoop

    line = _Line(hidden=quiet)

    def visit(watch: WatchLoop) -> int:
        line.clear()
        with beating(invocation.settings) as pulse:
            report = visit_due(invocation, db, RunOptions(quiet, as_json, watch=watch))
            pulse.failed = report.has_failed
        return len(report.done)

    def is_busy(error: Busy) -> None:
        line.clear()
        echo_error(f"pagewitness: {error}")

    def drain() -> None:
        if watch.drain():
            line.say("Finishing the visits that are under way; a second signal ends at once.")

    with invocation.open() as db:
        invocation.know(db)
        watch = WatchLoop(db, quiet_times_of(invocation.settings), visit, line.show, is_busy)
        with _Signals(drain, watch.break_off) as signals:
            watch.go()
        line.clear()
        return _INTERRUPTED if signals.first == signal.SIGINT else 0


class _Line:
    """Says what comes next on standard error: one line rewritten on a terminal, elsewhere a line when that changes."""

    def __init__(self, *, hidden: bool) -> None:
        self._hidden = hidden
        self._columns = error_columns()
        self._said: Outlook | None = None

    def show(self, outlook: Outlook, now: str) -> None:
        """Say what comes next, and when, as seen from a moment."""
        if self._hidden:
            return
        if self._columns:
            self._write(clipped(line_about(outlook, now), self._columns - 1))
        elif outlook != self._said:
            echo_error(line_about(outlook, now))
        self._said = outlook

    def say(self, text: str) -> None:
        """Say something else."""
        if not self._hidden:
            self.clear()
            echo_error(text)

    def clear(self) -> None:
        """Erase the line from a terminal."""
        if self._columns and not self._hidden:
            self._write("")

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def line_about(outlook: Outlook, now: str) -> str:
    """What comes next, in a line.

    >>> from pagewitness.archive.store.agenda import Outlook
    >>> line_about(Outlook("2026-11-30T14:05:00.000000Z", "vsd.lt", 214), "2026-11-30T10:53:00.000000Z")
    'Next: vsd.lt in 3 h 12 min, at 14:05 UTC; 214 pages followed.'
    """
    from pagewitness.archive.times import in_two_units, seconds_between, short

    if outlook.due_at is None or outlook.host is None:
        return "You follow no pages yet; those that you add will be visited."
    followed, host = f"{counted(outlook.followed, 'page')} followed", safe(outlook.host)
    left = seconds_between(now, outlook.due_at)
    if left <= 0:
        return f"Another process is visiting {host}; {followed}."
    at = short(outlook.due_at)
    at = at[11:] if at[:10] == now[:10] else at
    return f"Next: {host} in {in_two_units(left)}, at {at} UTC; {followed}."


class _Signals:
    """Handles SIGTERM and SIGINT: the first one drains, the second one breaks off and raises KeyboardInterrupt.

    A handler runs in the middle of anything that the main thread does, perhaps while that holds the very lock that the handler
    needs; so it only puts the signal into a queue, and a thread acts on it.

    Attributes:
        first: the first signal that came, or None.
    """

    def __init__(self, drain: Callable[[], None], break_off: Callable[[], None]) -> None:
        self.first: int | None = None
        self._acts = (drain, break_off)
        self._came: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    def __enter__(self) -> _Signals:
        threading.Thread(target=self._listen, name="signals", daemon=True).start()
        self._before = {number: signal.signal(number, self._handle) for number in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._came.put(None)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._came.put(number)
        if self.first is not None:
            raise KeyboardInterrupt
        self.first = number

    def _listen(self) -> None:
        for act in self._acts:
            if self._came.get() is None:
                return
            act()
