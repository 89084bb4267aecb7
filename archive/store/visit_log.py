"""Append visits, each with its link in the hash chain, and queue them for the fold; recognise records already imported."""

from __future__ import annotations

from typing import Any

from pagewitness.archive.model import Answer, Outcome, Visit
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
    exchange = exchanges.exchange_json(visit.exchange)
    facts = [
        visit.page.id,
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
        exchange=exchanges.keep_exchange(db, visit.exchange, exchange),
        chain=chain.link(chain.last(db, visit.writer), facts),
    )
    if visit.outcome in (Outcome.CAPTURED, Outcome.NOT_MODIFIED) and not visit.page.role.is_file_of_addresses:
        db.execute(
            "insert into fold_queue (visit_id, page_id) values (:visit, :page)", visit=visit_id, page=visit.page.id
        )


def has_record(db: Sqlite, visit: Visit, answer: Answer, digest: str) -> bool:
    """Whether a record is here: by its WARC-Record-ID, or as the same bytes of the same page at the same moment."""
    return bool(
        db.value(
            """select 1 where exists (select 1 from captures where record_id = :record)
               or exists (select 1 from captures join bodies on bodies.id = body_id
                          where captures.page_id = :page and captured_at = :at and digest = :digest and status = :status)""",
            record=answer.record_id,
            page=visit.page.id,
            at=visit.at,
            digest=digest,
            status=answer.status,
        )
    )
