"""What is due, leases on hosts, and pace. The database is the queue.

A host is leased to one process at a time: `claim` counts its leases and is the fencing token. The holder renews its lease
while it works, however long a visit takes. If it loses the lease anyway (it was stopped, or the machine slept), it can no
longer change anything here: every statement that writes for a holder checks its claim.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pagewitness.archive import addresses, times
from pagewitness.archive.model import Page
from pagewitness.archive.store import evidence, holders
from pagewitness.archive.store.database import Sqlite

LEASE_SECONDS = 300.0  # after which others may take a host, unless the lease is renewed
RECHECK_SECONDS = 3600.0  # a pending page is visited again within the hour
LONGEST_LEASE = 30 * 86400.0  # an end further ahead comes from a clock that was wrong
EARLY = (
    0.1  # of the pause before a visit: a run may come so early, or a daily one would miss what is due a second later
)
FAILURE_SECONDS = 900.0  # until a failed page is visited again; doubled with each failure, up to its interval


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to visit a host.

    Attributes:
        claim: the fencing token.
        robots: the robots.txt on record, as the scraper keeps it (JSON), or None.
        free_at: when the host may next be visited.
    """

    host: str
    claim: int
    robots: str | None
    free_at: str


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


# SQL: pages that are due at a moment, or nearly so.
_DUE = "(due_at <= :at or (slack > 0 and (julianday(due_at) - julianday(:at)) * 86400 <= slack))"
# SQL: pages with an id in a JSON list, or all pages if there is no list.
_ONE_OF = "(:only is null or pages.id in (select value from json_each(:only)))"
# SQL: due pages on hosts that are not leased.
_FREE = f"""from pages left join hosts on hosts.host = pages.host
    where followed and {_DUE} and {_ONE_OF}
        and (claimed_by is null or claimed_until not between :now and :latest or claimed_by in (select value from json_each(:dead)))"""


def due(db: Sqlite, at: str, only: str | None = None) -> int:
    """The number of followed pages that are due at a moment, of those with the ids in `only` (a JSON list)."""
    sql = f"select count(*) from pages where followed and {_DUE} and {_ONE_OF}"
    found: int = db.value(sql, at=at, only=only)
    return found


def next_due(db: Sqlite) -> str | None:
    """From when on a run will find a page due, to the second; None if no page is followed."""
    sql = (
        "select strftime('%Y-%m-%dT%H:%M:%S.000000Z', min(julianday(due_at) - slack / 86400)) from pages where followed"
    )
    at: str | None = db.value(sql)
    return at


def _held(db: Sqlite, now: str) -> dict[str, str]:
    """The parameters of `_FREE` at a moment: the latest end of a lease, and holders whose process has ended."""
    found = db.column(
        str, "select distinct claimed_by from hosts where claimed_until >= :now and claimed_by is not null", now=now
    )
    dead = [one for one in found if holders.is_dead(one)]
    return {"now": now, "latest": times.later(now, LONGEST_LEASE), "dead": json.dumps(dead)}


_CLAIM_HOST = f"""
    select pages.host {_FREE} group by pages.host
    order by coalesce((select key from json_each(:last) where value = pages.host), -1), min(due_at)
    limit 1"""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which hosts may be leased.

    Attributes:
        only: with pages of these ids (a JSON list), or None for all.
        last: hosts that come after all others, in this order (they had their turn).
    """

    only: str | None = None
    last: Sequence[str] = ()


ANY_HOST = Choice()

_LEASE = """
    insert into hosts (host, claim, claimed_by, claimed_until) values (:host, 1, :holder, :until)
    on conflict (host) do update set claim = claim + 1, claimed_by = :holder, claimed_until = :until
    returning host, claim, robots, free_at"""


def claim_host(
    db: Sqlite, at: str, now: str, holder: str, choice: Choice = ANY_HOST, *, seconds: float = LEASE_SECONDS
) -> Lease | None:
    """Lease the host that has waited longest with a page due.

    Args:
        at: pages due by then count.
        now: the present moment; leases that ended before it are over.
        holder: who leases it (`holders.name_of_process`).
        seconds: how long the lease lasts without a renewal.

    Returns:
        None when no free host has a page due.
    """
    with db.transaction():
        host = db.value(_CLAIM_HOST, at=at, only=choice.only, last=json.dumps(choice.last), **_held(db, now))
        if host is None:
            return None
        return db.one(Lease, _LEASE, host=host, holder=holder, until=times.later(now, seconds))


def host_waits(db: Sqlite, at: str, now: str, only: str | None = None) -> bool:
    """Whether `claim_host` would find a host."""
    return bool(db.value(f"select 1 {_FREE} limit 1", at=at, only=only, **_held(db, now)))


def renew(db: Sqlite, lease: Lease, at: str, seconds: float = LEASE_SECONDS) -> bool:
    """Extend a lease by some seconds from a moment; False if another process has it by now, or it was released."""
    return bool(
        db.execute(
            """update hosts set claimed_until = :until
               where host = :host and claim = :claim and claimed_by is not null""",
            host=lease.host,
            claim=lease.claim,
            until=times.later(at, seconds),
        )
    )


def holds(db: Sqlite, lease: Lease) -> bool:
    """Whether the lease is still ours: no other process has leased the host since."""
    return bool(
        db.value("select 1 from hosts where host = :host and claim = :claim", host=lease.host, claim=lease.claim)
    )


_RELEASE = "update hosts set claimed_by = null, claimed_until = null where host = :host and claim = :claim"


def release(db: Sqlite, lease: Lease) -> None:
    """End a lease."""
    db.execute(_RELEASE, host=lease.host, claim=lease.claim)


_NEXT_PAGE = f"""
    where host = :host and followed and {_DUE} and {_ONE_OF}
    and exists (select 1 from hosts where host = :host and claim = :claim)
    order by due_at, pages.id limit 1"""


def next_page(db: Sqlite, lease: Lease, at: str, only: str | None = None) -> Page | None:
    """The page of a leased host that has been due longest at a moment; None also if another process has the lease by now.

    Args:
        only: pages of these ids (a JSON list), or None for all.
    """
    found = evidence.pages_where(db, _NEXT_PAGE, host=lease.host, claim=lease.claim, at=at, only=only)
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
    update pages set due_at = :due, slack = :slack, failures = :failures
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
    slack = 0.0 if (result.wait or 0.0) > pause else pause * EARLY  # a server that asks for a pause gets all of it
    due = times.later(at, max(pause, result.wait or 0.0, 0.000001))
    return bool(
        db.execute(_VISITED, due=due, slack=slack, failures=failures, id=page.id, host=lease.host, claim=lease.claim)
    )


_KEEP_HOST = """
    update hosts set free_at = coalesce(:free, free_at), robots = coalesce(:robots, robots)
    where host = :host and claim = :claim"""


def keep_host(db: Sqlite, lease: Lease, *, free_at: str | None = None, robots: str | None = None) -> None:
    """Record when a leased host may be visited again, or its robots.txt."""
    db.execute(_KEEP_HOST, host=lease.host, claim=lease.claim, free=free_at, robots=robots)
