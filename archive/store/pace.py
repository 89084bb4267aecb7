"""The pace on hosts that are asked outside of a run: each request reserves its moment, in all processes and after a restart."""

from __future__ import annotations

from pagewitness.archive import times
from pagewitness.archive.store.database import Sqlite

_FREE_AT = "select free_at from hosts where host = :host"
_RESERVE = """
    insert into hosts (host, free_at) values (:host, :until) on conflict (host) do update set free_at = :until"""


def reserve(db: Sqlite, host: str, now: str, pause: float, longest: float) -> str:
    """Reserve the next moment at which a host may be asked.

    Args:
        host: with its port, as in addresses.
        now: the present moment.
        pause: seconds until the host may be asked again after that.
        longest: seconds that we wait at most: a moment that is further ahead comes from a clock that was wrong.

    Returns:
        The moment; it may be over.
    """
    with db.transaction():
        free_at = db.value(_FREE_AT, host=host) or now
        at: str = free_at if now < free_at <= times.later(now, longest) else now
        db.execute(_RESERVE, host=host, until=times.later(at, pause))
    return at


def stay_away(db: Sqlite, host: str, until: str) -> None:
    """Record that a host asks not to be asked before a moment."""
    db.execute(_RESERVE, host=host, until=until)
