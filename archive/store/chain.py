"""The hash chain of visits: each is linked to the one that its writer appended before it.

So a visit that was altered, or taken out, shows. What a link covers is stored with the visit, its capture and the body,
which are never altered: what may change of a page (its key, its source) is no part of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from pagewitness.archive.model import Collector, Outcome
from pagewitness.archive.store.database import Sqlite

_AT_ONCE = 1000  # visits
_FACTS = """select visits.id, visits.url, visited_at, outcome, visits.status, visits.reason, visits.chain,
        software, version, vantage, operator, captures.id as capture, captures.url as answered_by, captures.status as answered,
        headers, redirects, digest, record_id, truncated, exchange
    from visits left join captures on captures.id = capture_id left join bodies on bodies.id = body_id
    left join collectors on collectors.id = collector_id left join exchanges on exchanges.id = exchange_id
    where writer = :writer and visits.id > :after order by visits.id limit :most"""


def link(last: str, facts: list[Any]) -> str:
    """The next link: SHA-256 (hex) over the last link and the facts of this visit."""
    return hashlib.sha256(
        f"{last}\n{json.dumps(facts, ensure_ascii=False)}".encode("utf-8", "surrogatepass")
    ).hexdigest()


def last(db: Sqlite, writer: str) -> str:
    """The link that a writer appended last; empty before the first."""
    found: str | None = db.value(
        "select chain from visits where writer = :writer order by id desc limit 1", writer=writer
    )
    return found or ""


def who(collector: Collector | None) -> list[str | None] | None:
    """A collector as a link covers it."""
    if collector is None:
        return None
    return [collector.software, collector.version, collector.vantage, collector.operator]


def broken(db: Sqlite, writer: str) -> Iterator[int]:
    """The ids of a writer's visits whose links do not follow from what is stored, oldest first.

    One that was taken out shows at the one after it.
    """
    before, after = "", 0
    while rows := db.rows(_FACTS, writer=writer, after=after, most=_AT_ONCE):
        for row in rows:
            if link(before, _facts(row)) != row["chain"]:
                yield row["id"]
            before, after = row["chain"], row["id"]


def _facts(row: Any) -> list[Any]:
    """What a link covers, as `evidence` wrote it."""
    shown: list[Any] = []
    if row["outcome"] == Outcome.CAPTURED:
        names = ("answered_by", "answered", "headers", "redirects", "digest", "record_id", "truncated")
        shown = [row[name] for name in names]
    elif row["capture"] is not None:
        shown = [row["record_id"]]
    collector = None if row["software"] is None else [row[n] for n in ("software", "version", "vantage", "operator")]
    visit = [row[name] for name in ("url", "visited_at", "outcome", "status", "reason")]
    return [*visit, shown, collector, row["exchange"]]
