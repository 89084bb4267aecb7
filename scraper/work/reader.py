"""Giving captures their readings: the cheap ways first, then in the workers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from pagewitness.archive import cleaner_names
from pagewitness.archive.derived import Reading
from pagewitness.archive.errors import FixityError, Lacking, Stalled
from pagewitness.archive.fold import readings
from pagewitness.archive.model import Capture, Page
from pagewitness.archive.store import bodies, evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.evidence import Damaged
from pagewitness.scraper.clean import Known, cleaner_name
from pagewitness.scraper.net.byte_budget import Share
from pagewitness.scraper.work import repeated_lines
from pagewitness.scraper.work.workers import Workers, failed_reading, name_for

MOST_TRIES = 5  # to read a capture whose reading does not get on


@dataclass(frozen=True, slots=True)
class Delayed:
    """A capture whose reading timed out or stalled: it stays unread, and is tried again next time.

    Attributes:
        url: its page's address.
        reason: what was waited for, in a clause.
    """

    url: str
    capture_id: int
    reason: str


Unread = Damaged | Delayed


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A capture that the cleaner could not read: it is too large, took too long, or killed what read it.

    Attributes:
        url: its page's address.
        reason: why, in one clause.
    """

    url: str
    capture_id: int
    reason: str


def lost(unread: Iterable[Unread]) -> list[int]:
    """The captures that no later try will read as they are, by their ids: histories continue without them."""
    return [one.capture_id for one in unread if isinstance(one, Damaged)]


def still_unread(db: Sqlite, unread: Iterable[Unread]) -> list[Unread]:
    """Those of some captures that are still unread: a run may have read the others in the meantime."""
    return [one for one in unread if isinstance(one, Damaged) or not _is_read(db, one.capture_id)]


def _is_read(db: Sqlite, capture_id: int) -> bool:
    capture = evidence.capture(db, capture_id)
    return readings.is_read_by(db, capture, cleaner_name(evidence.page(db, capture.page_id).rules))


@dataclass(frozen=True, slots=True)
class _Task:
    """A capture to be read by the workers.

    Attributes:
        known: digests of stripped pages that were read before (`readings.known`).
        share: the room that its body takes, given back when it is read.
    """

    page: Page
    capture: Capture
    body: bytes
    known: Collection[str]
    share: Share


class Reader:
    """Gives captures their readings: the cheap ways first, then in the workers, some captures ahead.

    The database is written by the calling thread only; `ahead` is how many captures may be in the workers at once
    beside the one being read. `body` gives the bytes of a body, by its id; otherwise they are read from the archive.

    Attributes:
        unread: by their ids, captures that could not be read, since their bytes are damaged or their reading did not get
            on. They stay unread, and this reader does not try them again: restored from a backup, or the next time, they
            are read like any other.
        failed: by their ids, captures that the cleaner could not read. Their readings say so.
    """

    def __init__(self, db: Sqlite, workers: Workers, ahead: int, body: Callable[[int], bytes] | None = None) -> None:
        self._db = db
        self._body = body or bodies.body_loader(db)
        self._workers = workers
        self._ahead = ahead
        self._pool = ThreadPoolExecutor(ahead) if ahead else None
        self.unread: dict[int, Unread] = {}
        self.failed: dict[int, Unreadable] = {}
        self._waiting: deque[tuple[Page, Capture, Future[Reading | Known | Stalled]]] = deque()

    def read(self, page: Page, capture: Capture, body: bytes | None = None) -> None:
        """Give one capture its reading, now or (with `ahead`) a little later.

        Args:
            page: the capture's, whose rules count.
            body: its bytes, where they are at hand.
        """
        db, cleaner = self._db, cleaner_name(page.rules)
        if capture.id in self.unread or readings.read_as_before(db, capture, cleaner):
            return
        known = readings.known(db, capture.page_id, cleaner)
        share = self._workers.bodies.share()
        try:
            body = self._loaded(capture, share) if body is None else body
        except FixityError as error:
            self.unread[capture.id] = Damaged(page.url, capture.id, error.expected)
            return
        if repeated_lines.is_list(capture.url):
            share.release()
            self._write(
                page, capture, repeated_lines.reading_of_list(body, capture.url, cleaner_names.of_html(cleaner))
            )
            return
        task = _Task(page, capture, body, known, share)
        del body
        if self._pool is None:
            self._write(page, capture, self._clean(task))
            return
        self._waiting.append((page, capture, self._pool.submit(self._clean, task)))
        del task
        while len(self._waiting) > self._ahead:
            self._write_next()

    def read_missing(self, page: Page) -> None:
        """Give every capture of a page its reading that has none by today's cleaner."""
        for capture_id in readings.unread(self._db, page.id, cleaner_name(page.rules)):
            self.read(page, evidence.capture(self._db, capture_id))
        self.flush()

    def is_reading(self, page: Page) -> bool:
        """Whether captures of a page are still in the workers."""
        return any(other.id == page.id for other, _, _ in self._waiting)

    def taken(self, page: Page) -> tuple[tuple[Unread, ...], tuple[Unreadable, ...]]:
        """The captures of a page that stay unread, and those that the cleaner could not read; both are forgotten here."""
        unread = [one for one in self.unread.values() if one.url == page.url]
        failed = [one for one in self.failed.values() if one.url == page.url]
        for one in (*unread, *failed):
            self.unread.pop(one.capture_id, None)
            self.failed.pop(one.capture_id, None)
        return tuple(unread), tuple(failed)

    def flush(self) -> None:
        """Wait for all readings and write them."""
        while self._waiting:
            self._write_next()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.flush()
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _loaded(self, capture: Capture, share: Share) -> bytes:
        """The bytes of a capture, as soon as there is room for them. Raises FixityError."""
        share.reserve(bodies.body_size(self._db, capture.read_id))
        try:
            return self._body(capture.read_id)
        except BaseException:
            share.release()
            raise

    def _clean(self, task: _Task) -> Reading | Known | Stalled:
        with task.share:
            try:
                return self._workers.clean(
                    task.body, task.capture.content_type, task.capture.url, task.known, task.page.rules
                )
            except Stalled as error:
                return error

    def _write_next(self) -> None:
        page, capture, reading = self._waiting.popleft()
        self._write(page, capture, reading.result())

    def _write(self, page: Page, capture: Capture, reading: Reading | Known | Stalled) -> None:
        cleaner = cleaner_name(page.rules)
        if isinstance(reading, Stalled):
            lacks = isinstance(reading, Lacking)  # until it is installed, trying again is vain and not counted
            if lacks or readings.count_attempt(self._db, capture, cleaner) < MOST_TRIES:
                self.unread[capture.id] = Delayed(page.url, capture.id, str(reading))
                return
            name = name_for(self._body(capture.read_id), capture.content_type, page.rules)
            reading = failed_reading(capture.digest, capture.url, f"{reading}, {MOST_TRIES} times", name)
        if isinstance(reading, Known):
            readings.link_known(self._db, capture, cleaner, reading.page_digest, reading.encodings)
            return
        readings.add(self._db, capture, reading, cleaner)
        if reading.failed:
            self.failed[capture.id] = Unreadable(page.url, capture.id, reading.not_credible or "")
