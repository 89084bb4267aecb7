"""Leases on hosts, and the pace of each host.

A host is leased to one process at a time: `claim` counts its leases and is the fencing token. The holder renews its lease
while it works, however long a visit takes. If it loses the lease anyway (it was stopped, or the machine slept), it can no
longer change anything here: every statement that writes for a holder checks its claim.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pagewitness.archive import times
from pagewitness.archive.store import holders
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.due_times import DUE, ONE_OF

LEASE_SECONDS = 300.0  # after which others may take a host, unless the lease is renewed
_SET_BACK = 60.0  # seconds by which a clock may be set back without ending the leases of others


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


@dataclass(frozen=True, slots=True)
class Choice:
    """Which hosts may be leased.

    Attributes:
        only: with pages of these ids (a JSON list), or None for all.
        last: hosts that come after all others, in this order (they had their turn).
        early: whether pages count that are nearly due.
    """

    only: str | None = None
    last: Sequence[str] = ()
    early: bool = True


ANY_HOST = Choice()

# SQL: due pages on hosts that are not leased. A lease that ends later than any can was made while a clock was wrong.
_FREE = f"""from pages left join hosts on hosts.host = pages.host
    where followed and {DUE} and {ONE_OF}
        and (claimed_by is null or claimed_until not between :now and :latest or claimed_by in (select value from json_each(:dead)))"""

_CLAIM_HOST = f"""
    select pages.host {_FREE} group by pages.host
    order by coalesce((select key from json_each(:last) where value = pages.host), -1), min(due_at)
    limit 1"""

_LEASE = """
    insert into hosts (host, claim, claimed_by, claimed_until) values (:host, 1, :holder, :until)
    on conflict (host) do update set claim = claim + 1, claimed_by = :holder, claimed_until = :until
    returning host, claim, robots, free_at"""


def _held(db: Sqlite, now: str, seconds: float) -> dict[str, str]:
    """The parameters of `_FREE` at a moment: the latest end of a lease, and holders whose process has ended."""
    found = db.column(
        str, "select distinct claimed_by from hosts where claimed_until >= :now and claimed_by is not null", now=now
    )
    dead = [one for one in found if holders.is_dead(one)]
    return {"now": now, "latest": times.later(now, max(seconds, LEASE_SECONDS) + _SET_BACK), "dead": json.dumps(dead)}


def claim_host(
    db: Sqlite, at: str, now: str, holder: str, choice: Choice = ANY_HOST, *, seconds: float = LEASE_SECONDS
) -> Lease | None:
    """Lease the host that has waited longest with a page due.

    Args:
        at: pages due by then count.
        now: the present moment; leases that ended before it are over.
        holder: who leases it (`holders.name_of_process`).
        seconds: how long the lease lasts without a renewal. All processes use the same length; a lease that ends later
            is void.

    Returns:
        None when no free host has a page due.
    """
    with db.transaction():
        held = _held(db, now, seconds)
        host = db.value(_CLAIM_HOST, at=at, only=choice.only, early=choice.early, last=json.dumps(choice.last), **held)
        if host is None:
            return None
        return db.one(Lease, _LEASE, host=host, holder=holder, until=times.later(now, seconds))


def host_waits(db: Sqlite, at: str, now: str, choice: Choice = ANY_HOST) -> bool:
    """Whether `claim_host` would find a host."""
    sql = f"select 1 {_FREE} limit 1"
    return bool(db.value(sql, at=at, only=choice.only, early=choice.early, **_held(db, now, LEASE_SECONDS)))


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


_KEEP_HOST = """
    update hosts set free_at = coalesce(:free, free_at), robots = coalesce(:robots, robots)
    where host = :host and claim = :claim"""


def keep_host(db: Sqlite, lease: Lease, *, free_at: str | None = None, robots: str | None = None) -> None:
    """Record when a leased host may be visited again, or its robots.txt."""
    db.execute(_KEEP_HOST, host=lease.host, claim=lease.claim, free=free_at, robots=robots)
