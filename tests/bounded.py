"""Cleaning pages in a child process, with what each took: for tests and benchmarks of what hostile pages may cost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

SECONDS = 10.0  # what any page may take, of processor time
MEGABYTES = 500  # and of memory, with all that the process had before
_PATIENCE = 3  # a child that takes so many times as long is ended

Job = tuple[str, Callable[..., bytes], tuple[Any, ...]]  # a name, and how its body is made


@dataclass(frozen=True, slots=True)
class Measured:
    """What cleaning one page took.

    Attributes:
        seconds: of processor time.
        megabytes: the most memory that the process held meanwhile (resident).
        outcome: `read`, `suspect: …`, `CleanError: …`, or what else was raised or killed the process.
        text: of the document.
        honest: whether it was read, or refused by a CleanError.
    """

    name: str
    seconds: float
    megabytes: int
    outcome: str
    text: str = ""
    honest: bool = True

    @property
    def is_bounded(self) -> bool:
        """Whether it kept to both limits and raised nothing but CleanError."""
        return self.honest and self.seconds <= SECONDS and self.megabytes <= MEGABYTES


def measured(jobs: Iterable[Job]) -> Iterator[Measured]:
    """Clean each page in a child, which is replaced where a page ends it."""
    from pagewitness.scraper.work.child import _context

    context = _context()
    child, pipe = None, None
    for name, make, arguments in jobs:
        if child is None or pipe is None:
            pipe, theirs = context.Pipe()
            child = context.Process(target=_serve, args=(theirs,), daemon=True)
            child.start()
            theirs.close()
        try:
            pipe.send((name, make, arguments))
            yield pipe.recv()
        except (EOFError, OSError):
            child.join()
            yield Measured(name, SECONDS * _PATIENCE, 0, f"the process ended with {child.exitcode}", honest=False)
            child = pipe = None
    if pipe is not None and child is not None:
        pipe.close()
        child.join()


def _serve(pipe: Connection) -> None:
    from pagewitness.scraper.clean import clean

    # The libraries are no page's memory or time.
    clean(
        b"<title>Ice in the north</title><h1>Ice in the north</h1>" + b"<p>The ferries stopped for ice again.</p>" * 9,
        None,
        None,
    )
    while True:
        try:
            name, make, arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(_clean(name, make(*arguments), clean))


def _clean(name: str, body: bytes, clean: Callable[..., Any]) -> Measured:
    from pagewitness.archive.errors import CleanError

    signal.setitimer(signal.ITIMER_PROF, _PATIENCE * SECONDS)
    _forget_peak()
    began, text, honest = time.process_time(), "", True
    try:
        reading = clean(body, None, "https://office.example/reports/1")
        outcome = f"suspect: {reading.not_credible}" if reading.not_credible else "read"
        text = "\n".join(block.text for block in reading.document)
    except CleanError as error:
        outcome = f"CleanError: {error}"
    except Exception as error:  # noqa: BLE001 (whether one is raised is what is measured)
        outcome, honest = f"{type(error).__name__}: {error}"[:200], False
    taken = time.process_time() - began
    signal.setitimer(signal.ITIMER_PROF, 0)
    return Measured(name, taken, _peak(), outcome, text[:10_000] + text[-10_000:], honest)


def _forget_peak() -> None:
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")


def _peak() -> int:
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) // 1024


def is_possible() -> bool:
    """Whether this system tells a process's peak of memory, and lets it be forgotten."""
    return os.access("/proc/self/clear_refs", os.W_OK)
