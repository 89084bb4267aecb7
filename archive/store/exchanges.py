"""How an answer was obtained, by whom, and when according to the server: facts that can't be found out later."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from pagewitness.archive import times
from pagewitness.archive.model import Answer, Collector, Exchange
from pagewitness.archive.store.database import Sqlite


def exchange_json(exchange: Exchange | None) -> str | None:
    """An exchange as JSON.

    Returns:
        method, request_headers (without secrets), address, port, http_version, tls_version, certificates (the digests of the
        chain, leaf first), each if it is known; None for no exchange.
    """
    if exchange is None:
        return None
    fields = {
        "method": exchange.method,
        "request_headers": exchange.request_headers,
        "address": exchange.address,
        "port": exchange.port,
        "http_version": exchange.http_version,
        "tls_version": exchange.tls_version,
        "certificates": [_digest(certificate) for certificate in exchange.certificates],
    }
    known = {name: value for name, value in fields.items() if value not in (None, (), [])}
    return _encode(known)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_KEEP = "insert into exchanges (exchange) values (:text) returning id"
_KEEP_CERTIFICATE = "insert into certificates (digest, der) values (:digest, :der) on conflict (digest) do nothing"


def keep_exchange(db: Sqlite, exchange: Exchange | None, text: str | None) -> int | None:
    """Keep an exchange and the server's certificate, where they are new.

    Args:
        text: the exchange as `exchange_json` gives it.

    Returns:
        The id of the exchange; None for none.
    """
    if exchange is None:
        return None
    found: int | None = db.value("select id from exchanges where exchange = :text", text=text)
    if found is not None:
        return found
    for leaf in exchange.certificates[:1]:
        db.execute(_KEEP_CERTIFICATE, digest=_digest(leaf), der=leaf)
    new: int = db.value(_KEEP, text=text)
    return new


def _digest(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()


_COLLECTOR = """
    select id from collectors where software = :software and version = :version
    and vantage is :vantage and operator is :operator"""
_KEEP_COLLECTOR = """
    insert into collectors (software, version, vantage, operator)
    values (:software, :version, :vantage, :operator) returning id"""


def collector_id(db: Sqlite, collector: Collector | None) -> int | None:
    """The id of a collector, added if it is new; None if there is no collector."""
    if collector is None:
        return None
    values = asdict(collector) | {"vantage": collector.vantage or None, "operator": collector.operator or None}
    found: int | None = db.value(_COLLECTOR, **values)
    return found or db.value(_KEEP_COLLECTOR, **values)


def server_date(answer: Answer) -> str | None:
    """When the server says that it answered (its Date header); None if it does not say, or the header is malformed."""
    date = answer.header("Date")
    if date is None:
        return None
    try:
        return times.stamp(times.http_date(date))
    except (ValueError, OverflowError):
        return None
