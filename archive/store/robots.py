"""Every robots.txt that was fetched, with its time: what the site allowed us to fetch then."""

from __future__ import annotations

import hashlib

from pagewitness.archive.store.database import Sqlite

_KEEP = "insert into robots (origin, fetched_at, status, digest) values (:origin, :at, :status, :digest)"


def record_robots(db: Sqlite, origin: str, at: str, status: int | None, text: str) -> None:
    """Record an answer; equal texts are stored once.

    Args:
        origin: such as `https://example.org`.
        at: when it was asked for.
        status: the HTTP status; None if there was no answer.
        text: of the robots.txt; empty if the site has none.
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else None
    with db.transaction():
        if digest and not db.value("select 1 from robots_texts where digest = :digest", digest=digest):
            db.execute("insert into robots_texts (digest, text) values (:digest, :text)", digest=digest, text=text)
        db.execute(_KEEP, origin=origin, at=at, status=status, digest=digest)
