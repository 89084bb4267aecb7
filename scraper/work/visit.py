"""THE PATH: fetch, keep, read, derive.

What came is kept before anything looks at it; reading and deriving can be interrupted at any moment, and whoever works
on the archive next finishes them (`finish`), since visits that the history lacks are on record as such.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pagewitness.archive import times
from pagewitness.archive.errors import Disallowed, FetchError, Refused, ScraperError
from pagewitness.archive.fold import derivation, readings
from pagewitness.archive.fold.derivation import Derived
from pagewitness.archive.model import Capture, Outcome, Page, Visit
from pagewitness.archive.search import alerts
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.scraper.clean import cleaner_name
from pagewitness.scraper.net.fetch import Failed, NotModified, Permit, Session, fetch, retry_after
from pagewitness.scraper.net.robots import Robots
from pagewitness.scraper.work.reader import Reader, Unread, lost
from pagewitness.scraper.work.workers import Workers

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
        unread: captures of the page that could not be read, now or at all.
        late: whether the page's host was somebody else's by then: the answer is kept, the visit does not count.
    """

    page: Page
    outcome: Outcome
    status: int | None
    error: ScraperError | None
    derived: Derived
    wait: float | None = None
    passing: bool = False
    unread: tuple[Unread, ...] = ()
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
        unread: Collection[Unread] = ()
        if since is not None and not readings.is_read(db, since, cleaner_name(page.rules)):  # an older cleaner has
            unread = _read(db, workers, page, _unrecognised(db, page))
        with db.transaction():
            shown = since.id if since else None
            evidence.note(db, Visit(page, "run", at, Outcome.NOT_MODIFIED, 304, capture_id=shown, claim=claim))
            return _settled(db, settle, page, Outcome.NOT_MODIFIED, 304, unread=unread)
    evidence.keep(db, Visit(page, "run", at, claim=claim), answer)
    wait = retry_after(answer.headers, datetime.now(UTC)) if answer.status in PASSING else None
    with db.transaction():
        if not (captures := _unrecognised(db, page)):
            return _settled(db, settle, page, Outcome.CAPTURED, answer.status, wait)
    unread = _read(db, workers, page, captures)
    return _settled(db, settle, page, Outcome.CAPTURED, answer.status, wait, unread=unread)


def finish(db: Sqlite, workers: Workers) -> list[Unread]:
    """Finish what an interrupted run or import left undone, and try again to read what waits for it.

    Returns:
        captures that could not be read, now or at all.
    """
    unread: list[Unread] = []
    for page in derivation.unfinished(db):
        left = _read(db, workers, page, _unrecognised(db, page))
        derivation.derive(db, page, cleaner_name(page.rules), without=lost(left), quietly=alerts.quietly)
        unread.extend(left)
    return unread


def _base(db: Sqlite, page: Page, at: str) -> Capture | None:
    since = derivation.last_credible(db, page)
    return since if since and since.captured_at > times.later(at, -FULL_SECONDS) else None


def _unrecognised(db: Sqlite, page: Page) -> list[Capture]:
    """Read a page's captures without cleaning, as far as the same bytes were read before; the rest of them."""
    cleaner = cleaner_name(page.rules)
    unread = [evidence.capture(db, capture) for capture in readings.unread(db, page.id, cleaner)]
    return [capture for capture in unread if not readings.read_as_before(db, capture, cleaner)]


def _read(db: Sqlite, workers: Workers, page: Page, captures: Iterable[Capture]) -> Collection[Unread]:
    with Reader(db, workers, ahead=0) as reader:
        for capture in captures:
            reader.read(page, capture)
    return reader.unread.values()


def _failed(db: Sqlite, page: Page, at: str, error: ScraperError, settle: Settle | None, claim: int | None) -> Visited:
    outcome = {Disallowed: Outcome.DISALLOWED, Refused: Outcome.REFUSED}.get(type(error), Outcome.FAILED)
    with db.transaction():
        evidence.note(db, Visit(page, "run", at, outcome, reason=str(error), claim=claim))
        return _settled(db, settle, page, outcome, None, error.retry_after, error)


def _settled(
    db: Sqlite,
    settle: Settle | None,
    page: Page,
    outcome: Outcome,
    status: int | None,
    wait: float | None = None,
    error: ScraperError | None = None,
    unread: Collection[Unread] = (),
) -> Visited:
    """Derive the history and settle what follows from it, in one transaction."""
    passing = status in PASSING or (isinstance(error, FetchError) and error.transient)
    with db.transaction():
        derived = derivation.derive(db, page, cleaner_name(page.rules), without=lost(unread), quietly=alerts.quietly)
        visited = Visited(page, outcome, status, error, derived, wait, passing, tuple(unread))
        if settle is not None and not settle(visited):
            visited = replace(visited, late=True)
    return visited
