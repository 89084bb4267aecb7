"""Which pages the filters on pages leave."""

from __future__ import annotations

import json
from collections.abc import Collection

from pagewitness.archive import words
from pagewitness.archive.database import Sqlite
from pagewitness.archive.errors import NotFound


def allowed(db: Sqlite, source: str | None, kind: str | None, title: str | None) -> frozenset[int] | None:
    """The pages that the filters on pages leave; None for all.

    Args:
        source: the name of their source, or a part of it (any case, with or without diacritics).
        kind: `html`, `pdf`, `furniture`.
        title: a part of their title, likewise.

    Raises:
        NotFound: no source is called so.
    """
    if source is None and kind is None and title is None:
        return None
    sources = None
    if source is not None:
        name = words.fold(source)
        sources = [row[0] for row in db.rows("select id, name from sources") if name in words.fold(row[1])]
        if not sources:
            raise NotFound(f"No source is called '{source}': `pagewitness pages` shows the names.")
    rows = db.rows(
        """select id, title from pages where (:sources is null or source_id in (select value from json_each(:sources)))
           and (:kind is null or kind = :kind)""",
        sources=listed(sources), kind=kind,
    )  # fmt: skip
    if title is None:
        return frozenset(row[0] for row in rows)
    part = words.fold(title)
    return frozenset(row[0] for row in rows if row[1] and part in words.fold(row[1]))


def left_out(db: Sqlite, kind: str | None) -> set[int]:
    """The pages that only those find who ask for their kind: furniture is what documents are cleaned of."""
    return set() if kind is not None else {row[0] for row in db.rows("select id from pages where kind = 'furniture'")}


def listed(ids: Collection[int] | None) -> str | None:
    """Ids as a parameter of SQL, for `json_each`."""
    return None if ids is None else json.dumps(list(ids))
