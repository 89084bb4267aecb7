"""Giving captures their readings: the cheap ways first, then in the workers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from pagewitness.archive import evidence, readings
from pagewitness.archive.database import Sqlite
from pagewitness.archive.errors import FixityError
from pagewitness.archive.evidence import Damaged
from pagewitness.archive.model import Capture, Page, Reading
from pagewitness.scraper.clean import Known, cleaner_name
from pagewitness.scraper.workers import Workers


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A capture that the cleaner could not read: it took too long, or killed what read it.

    Attributes:
        url: its page's address.
        reason: why, in one clause.
    """

    url: str
    capture_id: int
    reason: str


class Reader:
    """Gives captures their readings: the cheap ways first, then in the workers, some captures ahead.

    The database is written by the calling thread only; `ahead` is how many captures may be in the workers at once
    beside the one being read. `body` gives the bytes of a body, by its id; otherwise they are read from the archive.

    Attributes:
        damaged: by their ids, captures that could not be read, since their bytes are damaged. They stay unread: restored
            from a backup, they are read like any other.
        failed: by their ids, captures that the cleaner could not read. Their readings say so.
    """

    def __init__(self, db: Sqlite, workers: Workers, ahead: int, body: Callable[[int], bytes] | None = None) -> None:
        self._db = db
        self._body = body or evidence.body_reader(db)
        self._workers = workers
        self._ahead = ahead
        self._pool = ThreadPoolExecutor(ahead) if ahead else None
        self.damaged: dict[int, Damaged] = {}
        self.failed: dict[int, Unreadable] = {}
        self._waiting: deque[tuple[Capture, Future[Reading | Known]]] = deque()

    def read(self, capture: Capture, body: bytes | None = None) -> None:
        """Give one capture its reading, now or (with `ahead`) a little later.

        Args:
            body: its bytes, where they are at hand.
        """
        db, cleaner = self._db, cleaner_name()
        if readings.read_as_before(db, capture, cleaner):
            return
        known = readings.known(db, capture.page_id, cleaner)
        try:
            body = self._body(capture.body_id) if body is None else body
        except FixityError as error:
            self.damaged[capture.id] = Damaged(evidence.page(db, capture.page_id).url, capture.id, error.expected)
            return
        if self._pool is None:
            self._write(capture, self._clean(body, capture, known))
            return
        self._waiting.append((capture, self._pool.submit(self._clean, body, capture, known)))
        while len(self._waiting) > self._ahead:
            self._write_next()

    def read_missing(self, page: Page) -> None:
        """Give every capture of a page its reading that has none by today's cleaner."""
        for capture_id in readings.unread(self._db, page.id, cleaner_name()):
            self.read(evidence.capture(self._db, capture_id))
        self.flush()

    def is_reading(self, page: Page) -> bool:
        """Whether captures of a page are still in the workers."""
        return any(capture.page_id == page.id for capture, _ in self._waiting)

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

    def _clean(self, body: bytes, capture: Capture, known: Collection[str]) -> Reading | Known:
        return self._workers.clean(body, capture.content_type, capture.url, known)

    def _write_next(self) -> None:
        capture, reading = self._waiting.popleft()
        self._write(capture, reading.result())

    def _write(self, capture: Capture, reading: Reading | Known) -> None:
        if isinstance(reading, Known):
            readings.link_known(self._db, capture, cleaner_name(), reading.stripped, reading.encodings)
            return
        readings.add(self._db, capture, reading)
        if reading.failed:
            url = evidence.page(self._db, capture.page_id).url
            self.failed[capture.id] = Unreadable(url, capture.id, reading.suspicion or "")
