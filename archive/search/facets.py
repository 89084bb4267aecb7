"""Count the hits of a query by source, year or language."""

from __future__ import annotations

from collections import Counter

from pagewitness.archive.search import page_filters
from pagewitness.archive.search.find import found_pages, with_blocks
from pagewitness.archive.search.query import parse
from pagewitness.archive.search.temporal_match import Filters
from pagewitness.archive.store.database import Sqlite

FACETS = ("source", "year", "lang")


_FACET = "select pages.id, sources.name from pages left join sources on sources.id = source_id"
_LANGUAGES = "select language from json_each(:blocks) join blocks on blocks.id = value"


def facet(db: Sqlite, text: str, filters: Filters, by: str) -> list[tuple[str | None, int]]:
    """Count hits by source, by language of the best block, or by the year in which they started to match.

    Args:
        by: one of `FACETS`.

    Returns:
        values and counts: years in order, otherwise the most frequent first.

    Raises:
        QueryError, NotFound: as `search`.
    """
    found = list(found_pages(db, parse(text), filters))
    if by == "year":
        return sorted(Counter(one.page_match.first[:4] for one in found).items())
    if by == "source":
        of: dict[int, str | None] = db.mapping(int, str, _FACET)
        counted = Counter(of[one.page_match.page] for one in found)
    else:
        blocks = page_filters.json_ids([block for _, block in with_blocks(db, found, filters)])
        languages: list[str | None] = db.column(str, _LANGUAGES, blocks=blocks)
        counted = Counter(languages)
    return sorted(counted.items(), key=lambda one: (-one[1], one[0] or ""))
