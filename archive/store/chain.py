"""The hash chain of visits: each is linked to the one that its writer appended before it.

So it shows when a visit was altered or deleted. A link covers the page's id and facts of the visit, its capture and its
body, which are never altered. It does not cover what may change about a page (its key, its source).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from pagewitness.archive.model import Collector, Outcome
from pagewitness.archive.store.database import Sqlite

_AT_ONCE = 1000  # visits
_FACTS = """select visits.id, visits.page_id, visits.url, visited_at, outcome, visits.status, visits.reason, visits.chain,
        software, version, vantage, operator, exchange, captures.id as capture, captures.page_id as of_page, captured_at,
        captures.url as answered_by, captures.status as answered, headers, redirects, bodies.digest, record_id, truncated,
        server_date, dom.digest as dom, picture.digest as picture, made
    from visits left join captures on captures.id = visits.capture_id left join bodies on bodies.id = body_id
    left join renderings on renderings.capture_id = captures.id left join bodies as dom on dom.id = dom_id
    left join bodies as picture on picture.id = picture_id
    left join collectors on collectors.id = collector_id left join exchanges on exchanges.id = exchange_id
    where writer = :writer and visits.id > :after order by visits.id limit :most"""


class _Facts(NamedTuple):
    """A visit as `_FACTS` selects it; from `capture` on, its capture's, whose JSON is covered as it is stored."""

    id: int
    page_id: int
    url: str | None
    visited_at: str
    outcome: str
    status: int | None
    reason: str | None
    chain: str
    software: str | None
    version: str | None
    vantage: str | None
    operator: str | None
    exchange: str | None
    capture: int | None
    of_page: int | None
    captured_at: str | None
    answered_by: str | None
    answered: int | None
    headers: str | None
    redirects: str | None
    digest: str | None
    record_id: str | None
    truncated: str | None
    server_date: str | None
    dom: str | None
    picture: str | None
    made: str | None


def link(last: str, facts: list[Any]) -> str:
    """The next link: SHA-256 (hex) over the last link and the facts of this visit."""
    return hashlib.sha256(
        f"{last}\n{json.dumps(facts, ensure_ascii=False)}".encode("utf-8", "surrogatepass")
    ).hexdigest()


def last(db: Sqlite, writer: str) -> str:
    """The last link that a writer appended; empty before the first."""
    found: str | None = db.value(
        "select chain from visits where writer = :writer order by id desc limit 1", writer=writer
    )
    return found or ""


def who(collector: Collector | None) -> list[str | None] | None:
    """The facts of a collector that a link covers."""
    if collector is None:
        return None
    return [collector.software, collector.version, collector.vantage or None, collector.operator or None]


def broken(db: Sqlite, writer: str) -> Iterator[int]:
    """The ids of a writer's visits whose links do not match what is stored, oldest first.

    A deleted visit shows at the one after it.
    """
    before, after = "", 0
    while rows := db.all(_Facts, _FACTS, writer=writer, after=after, most=_AT_ONCE):
        for row in rows:
            if link(before, _facts(row)) != row.chain:
                yield row.id
            before, after = row.chain, row.id


def _facts(row: _Facts) -> list[Any]:
    """The facts that a link covers, as `evidence` wrote them."""
    shown: list[int | str | None] = []
    if row.outcome == Outcome.CAPTURED or (row.capture is not None and row.outcome != Outcome.NOT_MODIFIED):
        shown = [row.of_page, row.captured_at, row.answered_by, row.answered, row.headers, row.redirects, row.digest]
        shown += [row.record_id, row.truncated, row.server_date]
        shown += [] if row.made is None else [row.dom, row.picture, row.made]
    elif row.capture is not None:
        shown = [row.record_id]
    collector = None if row.software is None else [row.software, row.version, row.vantage, row.operator]
    return [row.page_id, row.url, row.visited_at, row.outcome, row.status, row.reason, shown, collector, row.exchange]
