"""THE PATH: fetch, keep, read, derive.

What came is kept before anything looks at it; reading and deriving can be interrupted at any moment, and whoever works
on the archive next finishes them (`finish`), since visits that the history lacks are on record as such.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pagewitness.archive import derivation, evidence, readings, times
from pagewitness.archive.database import Sqlite
from pagewitness.archive.derivation import Derived
from pagewitness.archive.errors import Disallowed, FetchError, FixityError, Refused, ScraperError
from pagewitness.archive.evidence import Damaged
from pagewitness.archive.model import Capture, Outcome, Page, Reading
from pagewitness.scraper.clean import Known, cleaner_name
from pagewitness.scraper.fetch import Failed, NotModified, Permit, Session, fetch, retry_after
from pagewitness.scraper.robots import Robots
from pagewitness.scraper.workers import Workers

# A server may claim for ever that nothing changed: once a week we ask without validators.
FULL_SECONDS = 7 * 86400
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses that may be another the next time


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of a visit.

    Attributes:
        error: why nothing came, None when something did.
        derived: the page's history after it.
        wait: seconds that the server asked us to stay away, or None.
        passing: whether trying again soon may help.
        damaged: captures of the page that could not be read, since their bytes are damaged.
        late: whether the page's host was somebody else's by then: the answer is kept, the visit does not count.
    """

    page: Page
    outcome: Outcome
    status: int | None
    error: ScraperError | None
    derived: Derived
    wait: float | None = None
    passing: bool = False
    damaged: tuple[Damaged, ...] = ()
    late: bool = False

    @property
    def failed(self) -> bool:
        """Whether the page could not be seen: no answer, or an error status."""
        return self.error is not None or (self.status or 0) >= 400


Settle = Callable[[Visited], bool]


def visit(
    db: Sqlite,
    page: Page,
    session: Session,
    workers: Workers,
    robots: Robots,
    permit: Permit | None = None,
    settle: Settle | None = None,
    claim: int | None = None,
) -> Visited:
    """Fetch a page, keep what came, and derive its history again.

    Args:
        robots: the robots.txt of the page's host.
        permit: asked before each redirect (`fetch.fetch`).
        settle: told what came of the visit, in the transaction that derives the history: one for all that is written
            costs half of two. False: the visit came too late to count.
        claim: of the lease on the page's host (`evidence.keep`).
    """
    at = times.now()
    if refusal := robots.refusal(page.url):
        # A site that is down forbids nothing: it fails, and its robots.txt is asked again in the next run.
        error = FetchError(refusal, transient=False) if robots.unreachable else Disallowed(refusal)
        return _failed(db, page, at, error, settle, claim)
    since = _base(db, page, at)
    answer = fetch(page.url, session, since, permit=permit)
    if isinstance(answer, Failed):
        return _failed(db, page, at, answer.error, settle, claim)
    if isinstance(answer, NotModified):
        damaged: Collection[Damaged] = ()
        if since is not None and not readings.is_read(db, since, cleaner_name()):  # an older cleaner has
            damaged = _read(db, workers, _unrecognised(db, page))
        with db.transaction():
            shown = since.id if since else None
            evidence.note(db, page, at, Outcome.NOT_MODIFIED, writer="run", status=304, capture_id=shown, claim=claim)
            return _settled(db, settle, page, Outcome.NOT_MODIFIED, 304, damaged=damaged)
    evidence.keep(db, page, answer, at, "run", claim=claim)
    wait = retry_after(answer.headers, datetime.now(UTC)) if answer.status in PASSING else None
    with db.transaction():
        if not (unread := _unrecognised(db, page)):
            return _settled(db, settle, page, Outcome.CAPTURED, answer.status, wait)
    damaged = _read(db, workers, unread)
    return _settled(db, settle, page, Outcome.CAPTURED, answer.status, wait, damaged=damaged)


def finish(db: Sqlite, workers: Workers) -> list[Damaged]:
    """Finish what an interrupted run or import left undone; which captures can't be read, since they are damaged."""
    found: list[Damaged] = []
    for page in derivation.unfinished(db):
        damaged = _read(db, workers, _unrecognised(db, page))
        derivation.derive(db, page, cleaner_name(), without=[one.capture_id for one in damaged])
        found += damaged
    return found


def _base(db: Sqlite, page: Page, at: str) -> Capture | None:
    since = derivation.last_credible(db, page)
    return since if since and since.captured_at > times.later(at, -FULL_SECONDS) else None


def _unrecognised(db: Sqlite, page: Page) -> list[Capture]:
    """Read a page's captures without cleaning, as far as the same bytes were read before; the rest of them."""
    cleaner = cleaner_name()
    unread = [evidence.capture(db, capture) for capture in readings.unread(db, page.id, cleaner)]
    return [capture for capture in unread if not readings.read_as_before(db, capture, cleaner)]


def _read(db: Sqlite, workers: Workers, captures: Iterable[Capture]) -> Collection[Damaged]:
    with Reader(db, workers, ahead=0) as reader:
        for capture in captures:
            reader.read(capture)
    return reader.damaged.values()


def _failed(db: Sqlite, page: Page, at: str, error: ScraperError, settle: Settle | None, claim: int | None) -> Visited:
    outcome = {Disallowed: Outcome.DISALLOWED, Refused: Outcome.REFUSED}.get(type(error), Outcome.FAILED)
    with db.transaction():
        evidence.note(db, page, at, outcome, writer="run", reason=str(error), claim=claim)
        return _settled(db, settle, page, outcome, None, error.retry_after, error)


def _settled(
    db: Sqlite,
    settle: Settle | None,
    page: Page,
    outcome: Outcome,
    status: int | None,
    wait: float | None = None,
    error: ScraperError | None = None,
    damaged: Collection[Damaged] = (),
) -> Visited:
    """Derive the history and settle what follows from it, in one transaction."""
    passing = status in PASSING or (isinstance(error, FetchError) and error.transient)
    with db.transaction():
        derived = derivation.derive(db, page, cleaner_name(), without=[one.capture_id for one in damaged])
        visited = Visited(page, outcome, status, error, derived, wait, passing, tuple(damaged))
        if settle is not None and not settle(visited):
            visited = replace(visited, late=True)
    return visited


class Reader:
    """Gives captures their readings: the cheap ways first, then in the workers, some captures ahead.

    The database is written by the calling thread only; `ahead` is how many captures may be in the workers at once
    beside the one being read.

    Attributes:
        damaged: by their ids, captures that could not be read, since their bytes are damaged. They stay unread: restored
            from a backup, they are read like any other.
    """

    def __init__(self, db: Sqlite, workers: Workers, ahead: int) -> None:
        self._db = db
        self._workers = workers
        self._ahead = ahead
        self._pool = ThreadPoolExecutor(ahead) if ahead else None
        self.damaged: dict[int, Damaged] = {}
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
            body = evidence.body(db, capture.body_id) if body is None else body
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
        else:
            readings.add(self._db, capture, reading)
