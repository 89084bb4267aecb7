"""THE PATH: fetch, keep, read, derive.

The answer is stored before anything reads it. Reading and deriving can be interrupted at any moment: visits that the
history lacks are queued, and the next command that writes to the archive finishes them (`finish`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pagewitness.archive import times
from pagewitness.archive.derived import PageState
from pagewitness.archive.errors import Disallowed, FetchError, Refused, ScraperError
from pagewitness.archive.fold import derivation, readings
from pagewitness.archive.fold.derivation import Derived
from pagewitness.archive.fold.redirects import PERMANENT, Leads, leads
from pagewitness.archive.model import Answer, Capture, Collector, Exchange, Outcome, Page, PageRole, Visit
from pagewitness.archive.search import silent_alerts
from pagewitness.archive.store import evidence, finds
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import departures
from pagewitness.scraper.clean import cleaner_name
from pagewitness.scraper.discover import feeds, sitemaps
from pagewitness.scraper.net.browser import Browser
from pagewitness.scraper.net.fetch import Extra, Failed, NotModified, Permit, Session, fetch
from pagewitness.scraper.net.retry_after import retry_after
from pagewitness.scraper.net.robots import Robots
from pagewitness.scraper.work import rendering
from pagewitness.scraper.work.reader import Reader, Unread, lost
from pagewitness.scraper.work.workers import Workers

# A server may claim for ever that nothing changed: once a week we ask without validators.
FULL_SECONDS = 7 * 86400
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses that may be another the next time


@dataclass(frozen=True, slots=True)
class Context:
    """What all visits of a run share.

    Attributes:
        permit: asked before each redirect (`fetch.fetch`).
        extras: what a source wants in the requests for its pages, by its name; under "" for pages without a source.
        collector: who makes the visits, for the record.
        browser: shows the pages that need one.
    """

    db: Sqlite
    session: Session
    workers: Workers
    permit: Permit | None = None
    extras: Mapping[str, Extra] = field(default_factory=dict)
    collector: Collector | None = None
    browser: Browser | None = None

    def extra(self, page: Page) -> Extra:
        """What a page's source wants in the requests for it."""
        return self.extras.get(page.source or "") or self.extras.get("", Extra())


@dataclass(frozen=True, slots=True)
class Visited:
    """What a visit brought.

    Attributes:
        error: why nothing came, None when something did.
        derived: the page's history after it.
        wait: seconds that the server asked us to stay away, or None.
        passing: whether trying again soon may help.
        unread: captures of the page that could not be read, now or at all.
        late: whether the page's host was somebody else's by then: the answer is kept, the visit does not count.
        moved_to: the address from which the page's text came for the first time, by redirects that are meant to last.
        twin: the address from which the answer came by redirects, if it is another page that is followed, and the page's
            text did not come from there before.
        news: whether the answer says something about the page that the one before did not.
        found: the addresses of pages that are followed from now on, as this one leads to them.
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
    moved_to: str | None = None
    twin: str | None = None
    news: bool = True
    found: tuple[str, ...] = ()

    @property
    def state(self) -> PageState | None:
        """What the answer says about the page, if it is not the page and there is a text of it."""
        known = self.derived.number is not None or self.derived.state is PageState.BLOCKED
        return self.derived.state if self.error is None and known and not self.unread else None

    @property
    def failed(self) -> bool:
        """Whether the page could not be seen: no answer, an error status, or somebody answered in the site's place."""
        return self.error is not None or (self.status or 0) >= 400 or self.state is PageState.BLOCKED


Settle = Callable[[Visited], bool]


def visit(
    context: Context, page: Page, robots: Robots, settle: Settle | None = None, claim: int | None = None
) -> Visited:
    """Fetch a page, store the answer, and derive the page's history again.

    Args:
        robots: the robots.txt of the page's host.
        settle: called with the result, in the transaction that derives the history: one for all that is written costs
            half of two. It returns False where the visit came too late to count.
        claim: of the lease on the page's host (`evidence.keep`).
    """
    this = _Visit(context, page, times.now(), settle, claim)
    if (refused := robots_error(robots, page.url) or rendering.hindrance(context.browser, page)) is not None:
        return this.failed(refused)
    since = _base(context.db, page, this.at)
    with context.session.bodies.share() as share:
        permit, extra = context.permit, context.extra(page)
        answer = fetch(page.url, context.session, since, permit=permit, extra=extra, share=share)
        if isinstance(answer, Answer):
            sent, answer = answer, rendering.show_answer(context.browser, page, answer, permit, extra)
            if isinstance(answer, Failed):
                return this.failed(answer.error, answer.exchange, sent)
            del sent
        if isinstance(answer, Answer):
            this = replace(this, page=_as_what_came(context.db, page, answer))
            evidence.keep(context.db, this.record(), answer)
            answer = replace(answer, body=b"", rendering=None)  # it may be large, and is stored
    if isinstance(answer, Failed):
        return this.failed(answer.error, answer.exchange)
    if isinstance(answer, NotModified):
        return this.not_modified(since, answer.exchange)
    return this.captured(answer)


def _as_what_came(db: Sqlite, page: Page, answer: Answer) -> Page:
    """The page; followed as a feed or a sitemap from now on if it was to be a listing and one of these came."""
    if page.role is not PageRole.LISTING or answer.status != 200:
        return page
    if feeds.is_feed(answer.body):
        return finds.set_role(db, page, PageRole.FEED)
    return finds.set_role(db, page, PageRole.SITEMAP) if sitemaps.is_sitemap(answer.body) else page


def finish(db: Sqlite, workers: Workers) -> list[Unread]:
    """Finish what an interrupted run or import left undone, and try again to read what waits for it.

    Returns:
        captures that could not be read, now or at all.
    """
    unread: list[Unread] = []
    for page in derivation.unfinished(db):
        left = _read(db, workers, page, _unrecognised(db, page))
        derivation.derive(db, page, cleaner_name(page.rules), without=lost(left), quietly=silent_alerts.quietly)
        unread.extend(left)
    return unread


@dataclass(frozen=True, slots=True)
class _Visit:
    """One visit: what is put on record of it, and what follows.

    Attributes:
        at: when it began, which is what a WARC-Date says, too (WARC 1.1, 5.4); the last answer may come a minute later.
        settle, claim: as in `visit`.
    """

    context: Context
    page: Page
    at: str
    settle: Settle | None
    claim: int | None

    def failed(self, error: ScraperError, exchange: Exchange | None = None, came: Answer | None = None) -> Visited:
        """The page was not seen: note why, and keep what came all the same."""
        outcome = {Disallowed: Outcome.DISALLOWED, Refused: Outcome.REFUSED}.get(type(error), Outcome.FAILED)
        record = replace(self.record(), outcome=outcome, reason=str(error), exchange=exchange)
        if came is not None:
            evidence.keep(self.context.db, record, came)
            return self._settled(outcome, error=error)
        with self.context.db.transaction():
            evidence.note(self.context.db, record)
            return self._settled(outcome, error=error)

    def not_modified(self, since: Capture | None, exchange: Exchange | None) -> Visited:
        """The page is as the capture whose validators were sent: note that."""
        db, page = self.context.db, self.page
        unread: Collection[Unread] = ()
        is_read = page.role.is_file_of_addresses
        if (
            since is not None and not is_read and not readings.is_read_by(db, since, cleaner_name(page.rules))
        ):  # an older cleaner has
            unread = _read(db, self.context.workers, page, _unrecognised(db, page))
        with db.transaction():
            shown = since.id if since else None
            evidence.note(
                db,
                replace(self.record(), outcome=Outcome.NOT_MODIFIED, status=304, capture_id=shown, exchange=exchange),
            )
            return self._settled(Outcome.NOT_MODIFIED, 304, unread=unread)

    def captured(self, answer: Answer) -> Visited:
        """Something came and is kept: read it, if these bytes were not read before. Of the answer the body does not count."""
        db, page, status = self.context.db, self.page, answer.status
        wait = retry_after(answer.headers, datetime.now(UTC)) if status in PASSING else None
        moved_to, twin = _led(db, page, answer) if answer.redirects else (None, None)
        with db.transaction():
            if page.role.is_file_of_addresses or not (captures := _unrecognised(db, page)):
                return replace(self._settled(Outcome.CAPTURED, status, wait=wait), moved_to=moved_to, twin=twin)
        unread = _read(db, self.context.workers, page, captures)
        return replace(self._settled(Outcome.CAPTURED, status, wait=wait, unread=unread), moved_to=moved_to, twin=twin)

    def record(self) -> Visit:
        """The visit as it goes on record before its outcome is known."""
        return Visit(self.page, "run", self.at, claim=self.claim, collector=self.context.collector)

    def _settled(
        self,
        outcome: Outcome,
        status: int | None = None,
        error: ScraperError | None = None,
        wait: float | None = None,
        unread: Collection[Unread] = (),
    ) -> Visited:
        """Derive the history and settle what follows from it, in one transaction."""
        db, page = self.context.db, self.page
        passing = status in PASSING or (isinstance(error, FetchError) and error.transient)
        with db.transaction():
            derived = _derived(db, page, lost(unread))
            news = derived.state is None or departures.is_news(db, page.id, derived.state)
            visited = Visited(page, outcome, status, error, derived, wait, passing, tuple(unread), news=news)
            late = self.settle is not None and not self.settle(visited)
        return replace(visited, late=True) if late else visited


def robots_error(robots: Robots, url: str) -> ScraperError | None:
    """Why an address may not be fetched now."""
    if (said := robots.refusal(url)) is None:
        return None
    # A site that is down forbids nothing: it fails, and its robots.txt is asked again in the next run.
    return FetchError(said, transient=False) if robots.unreachable else Disallowed(said)


def _derived(db: Sqlite, page: Page, without: Collection[int]) -> Derived:
    """A page's history after its visit; that of a feed or a sitemap is empty, as its text is nobody's document."""
    if page.role.is_file_of_addresses:
        return Derived(None, None, None, 0, False)
    return derivation.derive(db, page, cleaner_name(page.rules), without=without, quietly=silent_alerts.quietly)


def _base(db: Sqlite, page: Page, at: str) -> Capture | None:
    if rendering.is_wanted(page):
        return None  # what its scripts load may have changed though its HTML has not
    if page.role.is_file_of_addresses:
        last = "where page_id = :page and status = 200 and truncated is null order by captured_at desc limit 1"
        since = evidence.capture_where(db, last, page=page.id)
    else:
        since = derivation.last_credible(db, page)
    return since if since and since.captured_at > times.later(at, -FULL_SECONDS) else None


_LAST_BUT_ONE = "select url from captures where page_id = :page order by captured_at desc, id desc limit 1 offset 1"


def _led(db: Sqlite, page: Page, answer: Answer) -> tuple[str | None, str | None]:
    """Where redirects led, if that is not where the page's text was before: `moved_to` and `twin` of `Visited`."""
    before = derivation.last_credible(db, page)
    if before and leads(before.url, answer.url) is Leads.SAME:
        return None, None
    for_good = PERMANENT.issuperset(status for status, *_ in answer.redirects)
    other = evidence.find_page(db, answer.url)
    twin = other.url if other and other.followed and other.id != page.id else None
    last = db.value(_LAST_BUT_ONE, page=page.id)  # this answer is the last one
    if twin and last and leads(last, answer.url) is Leads.SAME:
        twin = None  # it was named then
    return (answer.url if before and for_good else None), twin


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
