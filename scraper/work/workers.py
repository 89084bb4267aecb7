"""A pool of child processes in which pages are cleaned (`child`), and what to say about a page that can't be read.

The parent imports neither trafilatura nor lxml: a child that waits does. Children are started when they are first needed.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Collection
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING

from pagewitness.archive.derived import Reading
from pagewitness.archive.errors import CleanError, Lacking
from pagewitness.archive.text.words import digest_of
from pagewitness.scraper.clean import MOST_PAGE_BYTES, Known, cleaner_name, html_name, pdf, read_unless_known
from pagewitness.scraper.net.byte_budget import ByteBudget
from pagewitness.scraper.work.child import KILLED, Child, ChildAnswer, Task

if TYPE_CHECKING:
    from pagewitness.scraper.clean.explain import Explained

_BODIES = 64 << 20  # bytes of all large bodies that wait to be read, or are being read
_CLOSED = "The workers are closed: nothing can be cleaned any more."


def cores() -> int:
    """How many children the settings' 0 means: as many as there are cores, at most 4."""
    return min(4, os.cpu_count() or 1)


class Workers:
    """A pool of children that clean.

    Args:
        count: how many children at most.
        seconds: the processor time that one page may take (where the system counts it), and a fifth of what it may
            take by the clock on the wall.
        megabytes: how much address space a child may take beyond what it has when it is ready (Linux, macOS).

    Attributes:
        bodies: the room for large bodies in memory. Who takes them from the archive asks for it.

    Use it as a context manager, or call `close`.
    """

    def __init__(self, count: int, seconds: float, megabytes: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._count = max(1, count)
        self.bodies = ByteBudget(_BODIES)
        # A seat is a place for a child, None while it is empty. The last used is taken first, so that a pool that needs
        # only one child starts only one.
        self._seats: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(self._count):
            self._seats.put(None)
        self._closing = threading.Event()
        self._interrupted = threading.Event()
        self._asked: set[Child] = set()  # children at work

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def clean(
        self, body: bytes, content_type: str | None, url: str | None, known: Collection[str] = (), rules: str = ""
    ) -> Reading | Known:
        """Read a page in a child; waits until one is free. Any number of threads may call it at once.

        Args:
            body, content_type, url, known, rules: as in `clean.read_unless_known`.

        Returns:
            what that gives; or a reading that says why (`failed_reading`), where the page can't be read, took too much
            processor time or killed the child. Never raises for what a page does.

        Raises:
            Stalled: the child did not get on, by the clock on the wall.
            Lacking: an optional part is not installed that this body needs.
            CleanError: the pool is closed, or no child can be started.
        """
        if pdf.is_pdf(body, content_type) and not pdf.is_installed():
            raise Lacking(pdf.LACKING)
        answer = self._ask_twice((body, content_type, url, frozenset(known), rules, False))
        if isinstance(answer, str):
            return failed_reading(sha256(body).hexdigest(), url, answer, name_for(body, content_type, rules))
        assert isinstance(answer, (Reading, Known))
        return answer

    def explain(self, body: bytes, content_type: str | None, url: str | None, rules: str = "") -> Explained:
        """Read a page that is not to be kept, and say why its blocks were kept or dropped.

        Raises:
            CleanError: as `read`.
        """
        answer = self._ask_twice((body, content_type, url, frozenset(), rules, True))
        if isinstance(answer, str):
            raise CleanError(answer)
        assert not isinstance(answer, (Reading, Known))
        return answer

    def read(self, body: bytes, content_type: str | None, url: str | None, rules: str = "") -> Reading:
        """Read a page that is not to be kept, as `clean` does.

        Raises:
            CleanError: it can't be read, took too much processor time or killed the child; or as `clean`.
        """
        answer = self._ask_twice((body, content_type, url, frozenset(), rules, False))
        if isinstance(answer, str):
            raise CleanError(answer)
        assert isinstance(answer, Reading)
        return answer

    def _ask_twice(self, task: Task) -> ChildAnswer:
        body, content_type, url, _, rules, explain = task
        if not explain and len(body) > MOST_PAGE_BYTES and not pdf.is_pdf(body, content_type):
            return _refused(body, content_type, url, rules)
        answer = self._ask(task)
        if answer == KILLED:
            # Once more: it may have been the machine, which kills when memory is short, and not the page.
            answer = self._ask(task)
        return answer

    def _ask(self, task: Task) -> ChildAnswer:
        """One task in one child; a text is the reason why there is no reading."""
        child = self._seats.get()
        try:
            if self._closing.is_set() or self._interrupted.is_set():
                raise CleanError(_CLOSED)
            if child is not None and not child.is_running():
                child.kill()
                child = None
            child = child or Child(self._seconds, self._megabytes)
            self._asked.add(child)
            try:
                if self._interrupted.is_set():
                    raise CleanError(_CLOSED)
                answer = child.ask(task, self._seconds)
            finally:
                self._asked.discard(child)
        except BaseException:
            # Whatever interrupted the wait, the child may still answer the old question: it must not hear another.
            if child is not None:
                child.kill()
            self._seats.put(None)
            raise
        if isinstance(answer, str):
            if not child.alive:
                child.kill()
            self._seats.put(child if child.alive else None)
            return answer
        self._seats.put(child)
        return answer

    def interrupt(self) -> None:
        """End all waiting: the pages being read get no reading, and later calls of `clean` raise CleanError."""
        self._interrupted.set()
        for child in list(self._asked):
            child.interrupt()

    def close(self) -> None:
        """End all children; waits for the pages in work. More calls of `clean` raise CleanError."""
        if self._closing.is_set():
            return
        self._closing.set()
        for _ in range(self._count):
            child = self._seats.get()
            if child is not None:
                child.end()
        for _ in range(self._count):
            self._seats.put(None)


def _refused(body: bytes, content_type: str | None, url: str | None, rules: str) -> ChildAnswer:
    """What to say about a body that is too large to be read: nothing of it is parsed, so it needs no child, and no copies."""
    try:
        return read_unless_known(body, content_type, url, (), rules)
    except CleanError as error:
        return str(error)


def name_for(body: bytes, content_type: str | None, rules: str = "") -> str:
    """The cleaner's name under which readings of such bytes are kept (`archive.cleaners`)."""
    return cleaner_name(rules) if pdf.is_pdf(body, content_type) else html_name(rules)


def failed_reading(body: str, url: str | None, reason: str, cleaner: str) -> Reading:
    """The reading of a page that could not be read: named by its bytes, since its stripped form is unknown.

    Args:
        body: the digest of its bytes.
        reason: why, in a clause.
        cleaner: the name under which it is kept (`name_for`).
    """
    digest = digest_of(url or "", body)
    return Reading(cleaner, digest, None, None, None, None, None, (), reason, failed=True)
