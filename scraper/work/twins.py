"""The other forms of a page: in other languages, for printing and for telephones, as its current text names them."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from pagewitness.archive import addresses
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite

_TWINS: Final = {"amp": "an AMP version", "print": "a print version"}


def twins_of(db: Sqlite, page: Page) -> dict[str, str]:
    """The keys of a page's other forms and languages, each with what it is."""
    return {addresses.key_of(one["url"]): why for one in alternates(db, page) if (why := _twin(one)) is not None}


def alternates(db: Sqlite, page: Page) -> list[dict[str, Any]]:
    """The other forms of a page that its current text names (`Reading.details`)."""
    known = details_of(db, page).get("alternates", [])
    return [one for one in known if addresses.is_web(one["url"]) and addresses.key_of(one["url"]) != page.key]


class _Said(NamedTuple):
    """What a reading says about its page: its details, as JSON, and its language."""

    details: str
    language: str | None


def details_of(db: Sqlite, page: Page) -> dict[str, Any]:
    """What a page's current text says about itself: `Reading.details`, and its language."""
    row = db.one(
        _Said,
        """select details, language from current_revision join revisions on revisions.visit_id = revision
           join readings on readings.id = reading_id where current_revision.page_id = :page""",
        page=page.id,
    )
    return json.loads(row.details) | {"language": row.language} if row else {}


def _twin(one: dict[str, Any]) -> str | None:
    if one["kind"] == "language":
        return f"the page in another language ({one.get('language') or 'unknown'})"
    return _TWINS.get(one["kind"])
