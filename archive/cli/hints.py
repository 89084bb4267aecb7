"""Suggestions when nothing matches a query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pagewitness.archive.cli import counted

if TYPE_CHECKING:
    from pagewitness.archive.search.temporal_match import Filters
    from pagewitness.archive.store.database import Sqlite


def hints(db: Sqlite, text: str, filters: Filters) -> Iterator[str]:
    """A sentence about boilerplate that contains the words, and one about the languages available."""
    from pagewitness.archive.search import find, page_filters

    if filters.kind is None and (number := find.count(db, text, replace(filters, kind="boilerplate"))):
        yield f"Boilerplate of {counted(number, 'site')} contains it: add --kind boilerplate."
    spoken = page_filters.languages(db)
    if filters.language and not page_filters.in_language(db, filters.language):
        yield f"No text is in {filters.language}. Languages in the archive: {', '.join(spoken) or 'none known'}."
