"""Due times: what counts as due at a moment, how due times are spread, and when they are moved.

A due time is never further ahead than its `pages.ahead` or its interval. One that is was written while a clock was
wrong, and is brought back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from pagewitness.archive import times
from pagewitness.archive.store.database import Sqlite

EARLY = (
    0.1  # of the pause before a visit: a run may come so early, or a daily one would miss what is due a second later
)
JITTER = 0.05  # of the interval, by which a due time is earlier or later, so that pages added together spread

# SQL: pages that are due at a moment; with :early also those that are nearly due.
DUE = """(due_at <= :at or (:early and slack > 0 and (julianday(due_at) - julianday(:at)) * 86400 <= slack))"""
# SQL: pages with an id in a JSON list, or all pages if there is no list.
ONE_OF = "(:only is null or pages.id in (select value from json_each(:only)))"
# SQL: the seconds by which a due time may be ahead.
AHEAD = f"(case when ahead > interval * {1 + JITTER} then ahead else interval * {1 + JITTER} end)"


def shift(key: str, at: str, interval: float) -> float:
    """By how many seconds a page's next visit is earlier or later: at most a twentieth of its interval.

    The same page and visit always give the same shift, so that two processes agree.

    Args:
        key: of the page.
        at: when it was visited.
        interval: seconds between two visits.

    >>> abs(shift("https://example.org/", "2024-02-19T06:00:00.000000Z", 86400)) <= 4320
    True
    """
    number = int.from_bytes(sha256(f"{key} {at}".encode()).digest()[:4], "big")
    return interval * JITTER * (number / 2**31 - 1)


@dataclass(frozen=True, slots=True)
class Due:
    """When a page is due.

    Attributes:
        source: the name of its source.
        slack: seconds before `due_at` from which a run visits it.
    """

    id: int
    source: str | None
    due_at: str
    slack: float


_DUE_OF = "select pages.id, name as source, due_at, slack from pages left join sources on sources.id = source_id"


def due_now(db: Sqlite, at: str, only: str | None = None) -> list[Due]:
    """The followed pages that are due at a moment, or nearly so.

    Args:
        only: pages of these ids (a JSON list), or None for all.
    """
    return db.all(Due, f"{_DUE_OF} where followed and {DUE} and {ONE_OF}", at=at, only=only, early=True)


def due_of(db: Sqlite, page: int) -> Due | None:
    """When a page is due; None if it is not followed."""
    found = db.all(Due, f"{_DUE_OF} where followed and pages.id = :page", page=page)
    return found[0] if found else None


_PUT_OFF = """
    update pages set due_at = :until, slack = :slack, ahead = (julianday(:until) - julianday(:at)) * 86400
    where id = :id and due_at = :due"""


def put_off(db: Sqlite, pages: Iterable[tuple[Due, str, float]], at: str) -> None:
    """Make pages due later than they are, unless that was changed meanwhile.

    Args:
        pages: each with the moment at which it is due instead, and with its slack then.
        at: the present moment.
    """
    rows = [{"id": one.id, "due": one.due_at, "until": until, "slack": slack} for one, until, slack in pages]
    with db.transaction():
        db.many(_PUT_OFF, ({**row, "at": at} for row in rows))


@dataclass(frozen=True, slots=True)
class _Stray:
    """A page whose due time is further ahead than it can be; `seen` is 0 if no visit of it is on record."""

    id: int
    key: str
    interval: float
    ahead: float
    seen: int


_STRAYS = f"""
    select id, key, interval, ahead, exists (select 1 from visits where page_id = pages.id and writer = 'run') as seen
    from pages where followed and (julianday(due_at) - julianday(:at)) * 86400 > {AHEAD} + 1"""


def bring_back(db: Sqlite, at: str) -> int:
    """Bring back due times that are further ahead than they can be, as a clock was wrong when they were written.

    Such a page is due as long from now as it was to be, and one that was never visited at once.

    Args:
        at: the present moment.

    Returns:
        how many there were.
    """
    strays = db.all(_Stray, _STRAYS, at=at)
    if not strays:
        return 0
    with db.transaction():
        for one in strays:
            ahead = one.ahead or one.interval + shift(one.key, at, one.interval)
            due_at = times.later(at, ahead if one.seen else 0.0)
            db.execute("update pages set due_at = :due where id = :id and followed", due=due_at, id=one.id)
    return len(strays)
