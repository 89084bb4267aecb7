"""Append visits: each with its link in the hash chain, and queued for the fold."""

from __future__ import annotations

from typing import Any

from pagewitness.archive.model import Outcome, Visit
from pagewitness.archive.store import chain, exchanges
from pagewitness.archive.store.database import Sqlite

_APPEND = """
    insert into visits (page_id, url, writer, visited_at, outcome, status, reason, capture_id, collector_id,
        exchange_id, chain)
    values (:page, :url, :writer, :at, :outcome, :status, :reason, :capture, :collector, :exchange, :chain)
    returning id"""


def append(db: Sqlite, visit: Visit, covered: list[Any]) -> None:
    """Append a visit with its link in the chain, and queue it for the fold.

    Args:
        covered: what the link covers of what it showed.
    """
    exchange = exchanges.text_of(visit.exchange)
    facts = [
        visit.page.url,
        visit.at,
        str(visit.outcome),
        visit.status,
        visit.reason,
        covered,
        chain.who(visit.collector),
        exchange,
    ]
    visit_id = db.value(
        _APPEND,
        page=visit.page.id,
        url=visit.page.url,
        writer=visit.writer,
        at=visit.at,
        outcome=visit.outcome,
        status=visit.status,
        reason=visit.reason,
        capture=visit.capture_id,
        collector=exchanges.collector_id(db, visit.collector),
        exchange=exchanges.keep(db, visit.exchange, exchange),
        chain=chain.link(chain.last(db, visit.writer), facts),
    )
    if visit.outcome in (Outcome.CAPTURED, Outcome.NOT_MODIFIED):
        db.execute(
            "insert into fold_queue (visit_id, page_id) values (:visit, :page)", visit=visit_id, page=visit.page.id
        )
