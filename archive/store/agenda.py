"""What is due. The database is the queue; hosts are leased by `leases`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pagewitness.archive import addresses, times
from pagewitness.archive.model import Page
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.due_times import DUE, EARLY, ONE_OF, shift
from pagewitness.archive.store.leases import Lease

RECHECK_SECONDS = 3600.0  # a pending page is visited again within the hour
FAILURE_SECONDS = 900.0  # until a failed page is visited again; doubled with each failure, up to its interval


_FOLLOW = """
    update pages set followed = 1, due_at = :at, slack = 0, interval = :interval, adapted = null, url = :url,
        role = case when :listing and role in ('page', 'pager') then 'listing' when role = 'pager' then 'page' else role end,
        source_id = (select id from sources where name = :name) where id = :id"""


def follow(
    db: Sqlite, urls: Iterable[str], source: str | None, interval: float, at: str, *, listings: bool = False
) -> list[tuple[Page, bool]]:
    """Follow pages from now on; pages that are already followed become due again.

    Args:
        source: the source's name; None keeps a page's source; a page without one gets the source that has its host,
            or else its host's name.
        interval: seconds between two visits.
        listings: whether the pages that they list are followed, too.

    Returns:
        Each page, and whether it is newly followed. Nothing is written unless all addresses are good.

    Raises:
        QueryError: one is not an http or https address.
    """
    followed = []
    with db.transaction():
        for url in urls:
            page = evidence.known_page(db, url)
            host = addresses.host_in(page.key)
            name = source or page.source or _source_of(db, host) or host
            db.execute("insert into sources (name) values (:name) on conflict (name) do nothing", name=name)
            db.execute(
                _FOLLOW, id=page.id, at=at, interval=interval, name=name, listing=listings,
                url=page.url if page.followed else url.strip(),
            )  # fmt: skip
            followed.append((evidence.page(db, page.id), not page.followed))
    return followed


def _source_of(db: Sqlite, host: str) -> str | None:
    """The name of the source that has entries on a host, or None."""
    name: str | None = db.value(
        "select name from sites join sources on sources.id = source_id where sites.host = :host", host=host
    )
    return name


def unfollow(db: Sqlite, pages: Iterable[int]) -> None:
    """Stop visiting pages, and what only leads on from them. Their history stays, and `follow` continues it."""
    with db.transaction():
        db.many(
            """update pages set followed = 0, due_at = null
               where id = :id or (parent_id = :id and role in ('pager', 'feed', 'sitemap'))""",
            ({"id": page} for page in pages),
        )


def newest_page(db: Sqlite) -> int:
    """The highest id of a page; 0 if the archive has no pages."""
    number: int = db.value("select coalesce(max(id), 0) from pages")
    return number


def hasten(db: Sqlite, pages: Iterable[int] | None, at: str) -> None:
    """Make followed pages due now; None for all of them."""
    if pages is None:
        db.execute("update pages set due_at = :at, slack = 0 where followed and due_at > :at", at=at)
        return
    with db.transaction():
        db.many(
            "update pages set due_at = :at, slack = 0 where id = :id and followed",
            ({"id": page, "at": at} for page in pages),
        )


def due(db: Sqlite, at: str, only: str | None = None, *, early: bool = True) -> int:
    """The number of followed pages that are due at a moment.

    Args:
        only: pages of these ids (a JSON list), or None for all.
        early: whether pages count that are nearly due.
    """
    sql = f"select count(*) from pages where followed and {DUE} and {ONE_OF}"
    found: int = db.value(sql, at=at, only=only, early=early)
    return found


def next_due(db: Sqlite) -> str | None:
    """From when on a run will find a page due, to the second; None if no page is followed."""
    sql = (
        "select strftime('%Y-%m-%dT%H:%M:%S.000000Z', min(julianday(due_at) - slack / 86400)) from pages where followed"
    )
    at: str | None = db.value(sql)
    return at


@dataclass(frozen=True, slots=True)
class Outlook:
    """What comes next.

    Attributes:
        due_at: when the next page is due, and `host` its host; None if no page is followed.
        followed: how many pages are followed.
    """

    due_at: str | None
    host: str | None
    followed: int


_OUTLOOK = """
    select (select min(due_at) from pages where followed) as due_at,
        (select host from pages where followed order by due_at limit 1) as host,
        (select count(*) from pages where followed) as followed"""


def outlook(db: Sqlite) -> Outlook:
    """What comes next, and when."""
    found = db.one(Outlook, _OUTLOOK)
    assert found is not None
    return found


_NEXT_PAGE = f"""
    where host = :host and followed and {DUE} and {ONE_OF}
    and exists (select 1 from hosts where host = :host and claim = :claim)
    order by due_at, pages.id limit 1"""


def next_page(db: Sqlite, lease: Lease, at: str, only: str | None = None, *, early: bool = True) -> Page | None:
    """The page of a leased host that has been due longest at a moment; None also if another process has the lease by now.

    Args:
        only: pages of these ids (a JSON list), or None for all.
        early: whether pages count that are nearly due.
    """
    found = evidence.pages_where(db, _NEXT_PAGE, host=lease.host, claim=lease.claim, at=at, only=only, early=early)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Result:
    """What decides when a visited page is due again.

    Attributes:
        failed: the visit brought no answer.
        pending: the observation has to be confirmed.
        wait: seconds that the server asked us to stay away, or None.
    """

    failed: bool = False
    pending: bool = False
    wait: float | None = None


_VISITED = """
    update pages set due_at = :due, slack = :slack, ahead = :ahead, failures = :failures
    where id = :id and exists (select 1 from hosts where host = :host and claim = :claim)"""


def record_visit(db: Sqlite, page: Page, at: str, lease: Lease, result: Result) -> bool:
    """Record when a page is due again.

    Args:
        at: when it was visited.
        lease: under which it was visited.

    Returns:
        False when another process has the lease by now: then nothing changes.
    """
    failures = page.failures + 1 if result.failed else 0
    pause = page.pause
    if result.failed:
        pause = min(pause, FAILURE_SECONDS * 2 ** min(failures - 1, 20))
    if result.pending:
        pause = min(pause, RECHECK_SECONDS)
    slack = pause * EARLY
    if pause == page.pause:  # due earlier or later, but a run may come as early as ever
        moved = shift(page.key, at, pause)
        pause, slack = pause + moved, slack + moved
    if (result.wait or 0.0) > pause:
        pause, slack = result.wait or 0.0, 0.0  # a server that asks for a pause gets all of it
    pause = max(pause, 0.000001)
    return bool(
        db.execute(
            _VISITED, due=times.later(at, pause), slack=slack, ahead=pause, failures=failures, id=page.id,
            host=lease.host, claim=lease.claim,
        )
    )  # fmt: skip
