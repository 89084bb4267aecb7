"""How an answer was obtained, by whom, and when according to the server: facts that can't be found out later."""

from __future__ import annotations

import hashlib
import json

from pagewitness.archive import times
from pagewitness.archive.model import Answer, Collector, Exchange
from pagewitness.archive.store.database import Sqlite


def record_exchange(db: Sqlite, exchange: Exchange | None) -> str | None:
    """Store the certificates of an exchange, and return the rest of it as JSON.

    Returns:
        method, request_headers (without secrets), address, port, http_version, tls_version, certificates (the digests of the
        chain, leaf first), each if it is known; None for no exchange.
    """
    if exchange is None:
        return None
    digests = [hashlib.sha256(one).hexdigest() for one in exchange.certificates]
    if digests and not db.value("select 1 from certificates where digest = :digest", digest=digests[0]):
        db.execute(
            "insert into certificates (digest, der) values (:digest, :der) on conflict (digest) do nothing",
            digest=digests[0],
            der=exchange.certificates[0],
        )
    fields = {
        "method": exchange.method,
        "request_headers": exchange.request_headers,
        "address": exchange.address,
        "port": exchange.port,
        "http_version": exchange.http_version,
        "tls_version": exchange.tls_version,
        "certificates": digests,
    }
    known = {name: value for name, value in fields.items() if value not in (None, [])}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


def collector_id(db: Sqlite, collector: Collector | None) -> int | None:
    """The id of a collector, added if it is new; None if there is no collector."""
    if collector is None:
        return None
    values = {
        "software": collector.software,
        "version": collector.version,
        "vantage": collector.vantage or None,
        "operator": collector.operator or None,
    }
    sql = """select id from collectors where software = :software and version = :version
        and vantage is :vantage and operator is :operator"""
    found: int | None = db.value(sql, **values)
    return found or db.value(
        """insert into collectors (software, version, vantage, operator)
           values (:software, :version, :vantage, :operator) returning id""",
        **values,
    )


def server_date(answer: Answer) -> str | None:
    """When the server says that it answered (its Date header); None if it does not say, or the header is malformed."""
    date = answer.header("Date")
    if date is None:
        return None
    try:
        return times.stamp(times.http_date(date))
    except (ValueError, OverflowError):
        return None
