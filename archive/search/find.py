"""Search over the blocks of all revisions: a query -> hits, one a page.

All words of a query have to be on the page at one moment, not necessarily in one block. `candidates` gives the pages that ever
had them, `ranking` their order, and `temporal_match` the times at which they matched, for as many pages as are needed.

There are two passes: first pages with the words as typed, best first (bm25 of the best block); then pages with another form
of some words (their stems), newest first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from pagewitness.archive.derived import Hit
from pagewitness.archive.search import candidates, page_filters, ranking
from pagewitness.archive.search import query as grammar
from pagewitness.archive.search.hits import hits
from pagewitness.archive.search.match_pass import MatchPass, passes
from pagewitness.archive.search.query import Node, Not
from pagewitness.archive.search.ranking import Candidate
from pagewitness.archive.search.temporal_match import NO_FILTERS as NO_FILTERS
from pagewitness.archive.search.temporal_match import Filters as Filters
from pagewitness.archive.search.temporal_match import PageMatch, best_blocks, page_matches
from pagewitness.archive.store.database import Sqlite

LOOKED = 512  # pages to check, at most, before the rest is filtered in SQL
BATCH = 4096  # pages to check together when many are needed; otherwise `ranking.NEXT`
ONE_BY_ONE = 1024  # checking so many pages takes less time than finding all pages that match now
MOST = 10**9  # hits: more than there will ever be


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page that matches, its pass, and its best block by rank."""

    page_match: PageMatch
    match_pass: MatchPass
    ranked: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """The state of one search, carried from pass to pass.

    Attributes:
        only: the pages that pass the filters; None for all.
        known: the pages that were found or are left out.
        current: as for `_possible`.
    """

    filters: Filters
    only: frozenset[int] | None
    known: set[int]
    current: set[int] = field(default_factory=set)


def search(
    db: Sqlite, text: str, filters: Filters = NO_FILTERS, limit: int = 20, offset: int = 0, order: str = "rank"
) -> list[Hit]:
    """The pages that ever matched a query.

    Args:
        text: the query (`query.parse` has the grammar).
        limit: the most hits to return.
        offset: the number of hits to skip.
        order: `rank`, or `date`: those that started to match last come first.

    Raises:
        QueryError: the query is malformed.
        NotFound: no source has the name in the filters.
    """
    node = grammar.parse(text)
    if order == "date":
        everything = sorted(found_pages(db, node, filters), key=lambda one: one.page_match.page)
        everything.sort(key=lambda one: one.page_match.first, reverse=True)
        wanted = everything[offset : offset + limit]
    else:
        offset, limit = min(offset, MOST), min(limit, MOST)
        wanted = list(islice(found_pages(db, node, filters, offset + limit), offset, offset + limit))
    return hits(
        db, [(one.page_match, one.match_pass, block) for one, block in with_blocks(db, wanted, filters)], filters
    )


def count(db: Sqlite, text: str, filters: Filters = NO_FILTERS) -> int:
    """The number of pages that match a query. Raises QueryError, NotFound."""
    node = grammar.parse(text)
    only, left_out = _allowed(db, filters), _left_out(db, filters)
    pages: set[int] = set()
    current: set[int] = set()
    for match_pass in _passes(db, node, filters):
        certain, possible = _decided(db, match_pass, filters, current)
        if only is not None:
            certain, possible = certain & only, possible & only
        certain, possible = certain - left_out, possible - left_out
        undecided = list(possible - certain - pages)
        pages |= certain
        pages.update(
            page_match.page
            for part in _batches(undecided)
            for page_match in page_matches(db, match_pass, part, filters)
        )
    return len(pages)


def check_query(db: Sqlite, text: str, filters: Filters) -> None:
    """Raises QueryError if a query is malformed, NotFound if no source matches the filters."""
    grammar.parse(text)
    _allowed(db, filters)


def current_matches(db: Sqlite, text: str, page: int | None = None, *, filters: Filters = NO_FILTERS) -> set[int]:
    """The ids of the pages that match a query now; boilerplate only if the filters ask for it.

    Args:
        page: the id of the only page to consider; None for all.
        filters: on pages and the language; those on time are ignored.

    Raises:
        QueryError: the query is malformed.
        NotFound: no source matches the filters.
    """
    only = _allowed(db, filters)
    if page is not None and only is not None and page not in only:
        return set()
    found = {
        page_match
        for match_pass in _passes(db, grammar.parse(text), filters, ranked=False)
        for page_match in candidates.current_pages(db, match_pass, page)
    }
    return (found if only is None else found & only) - _left_out(db, filters)


# --- in order -------------------------------------------------------------------------------------------------------


def found_pages(db: Sqlite, node: Node, filters: Filters, most: int | None = None) -> Iterator[FoundPage]:
    """The pages that match, in order of passes.

    Args:
        most: how many the caller will take; None for all.
    """
    asked = _Asked(filters, _allowed(db, filters), _left_out(db, filters))
    found = 0
    for match_pass in _passes(db, node, filters):
        for candidate, page_match in _fitting(db, match_pass, asked, None if most is None else most - found):
            found += 1
            yield FoundPage(page_match, match_pass, candidate[1])


def _fitting(
    db: Sqlite, match_pass: MatchPass, asked: _Asked, most: int | None
) -> Iterator[tuple[Candidate, PageMatch]]:
    """The candidates of a pass that match and are not in `asked.known`; they are added to it.

    The first few are checked in order, and more while these promise to be enough. Only then all candidates are ranked and
    limited to those that may match.
    """
    only, known, filters = asked.only, asked.known, asked.filters
    looked: set[int] = set()
    if most is not None:
        found = 0
        beginning = ranking.first(db, match_pass, only, filters.at or filters.until)
        for batch in beginning.batches:
            new = [one for one in batch if one[0] not in known]
            looked.update(one[0] for one in batch)
            for one in _look(db, match_pass, new, known, filters):
                found += 1
                yield one
            if found >= most or (most - found) * len(looked) > max(found, 0.5) * (LOOKED - len(looked)):
                break
        else:
            if beginning.whole:
                return
    possible, _ = _possible(db, match_pass, filters, asked.current)
    if possible is not None:
        only = frozenset(possible if only is None else possible & only)
    rest = ranking.everything(db, match_pass, only)
    rest = [one for one in rest if one[0] not in looked and one[0] not in known]
    size = BATCH if most is None else ranking.NEXT
    while rest:
        yield from _look(db, match_pass, rest[:size], known, filters)
        rest, size = rest[size:], BATCH


def _look(
    db: Sqlite, match_pass: MatchPass, batch: list[Candidate], known: set[int], filters: Filters
) -> Iterator[tuple[Candidate, PageMatch]]:
    by_page = {one[0]: one for one in batch}
    for page_match in page_matches(db, match_pass, list(by_page), filters):
        known.add(page_match.page)
        yield by_page[page_match.page], page_match


def _possible(db: Sqlite, match_pass: MatchPass, filters: Filters, current: set[int]) -> tuple[set[int] | None, bool]:
    """The pages of a pass that may match by the filters on time; None without such filters.

    Args:
        current: pages that match now in an earlier pass, and so in this one; those of this pass are added if they are
            determined.

    Returns:
        also whether each page is certain to match now, or not to, as the filters demand.
    """
    within: set[int] | None = None
    if filters.at:
        within = candidates.at_moment(db, match_pass, filters.at)
    elif filters.since or filters.until:
        within = candidates.in_period(db, match_pass, filters.since, filters.until)
    if filters.current is None:
        return within, True
    if filters.current:
        now = candidates.current_pages(db, match_pass)
        return (now if within is None else within & now), True
    possible = (candidates.on(db, match_pass) if within is None else within) - current
    if current and len(possible) <= ONE_BY_ONE:
        return possible, False
    current |= candidates.current_pages(db, match_pass)
    return possible - current, True


def _decided(db: Sqlite, match_pass: MatchPass, filters: Filters, current: set[int]) -> tuple[set[int], set[int]]:
    """The pages of a pass that certainly match, and all that may. `current`: as for `_possible`."""
    possible, sure = _possible(db, match_pass, filters, current)
    pages = candidates.on(db, match_pass) if possible is None else possible
    if filters.since or filters.until or not sure:
        return set(), pages
    if filters.at or _one_moment(match_pass.node):
        return (pages, pages) if not (filters.at and filters.current) else (set(), pages)
    if filters.current is None:
        return candidates.current_pages(db, match_pass), pages
    return (pages if filters.current else set()), pages


def _one_moment(node: Node) -> bool:
    """Whether a query matches wherever one of its leaves is: it neither joins nor excludes."""
    if isinstance(node, grammar.Or):
        return all(map(_one_moment, node.parts))
    return not isinstance(node, grammar.And | Not)


def _batches(pages: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pages), BATCH):
        yield pages[start : start + BATCH]


# --- filters, and what is shown -------------------------------------------------------------------------------------


def _passes(db: Sqlite, node: Node, filters: Filters, *, ranked: bool = True) -> Iterator[MatchPass]:
    if filters.language is None:
        return passes(db, node, None, ranked=ranked)
    only = page_filters.in_language(db, filters.language)
    return passes(db, node, only, ranked=ranked) if only else iter(())


def _left_out(db: Sqlite, filters: Filters) -> set[int]:
    return page_filters.left_out(db, filters.kind)


def _allowed(db: Sqlite, filters: Filters) -> frozenset[int] | None:
    return page_filters.allowed(db, filters.source, filters.kind, filters.title, filters.country)


def with_blocks(db: Sqlite, found: list[FoundPage], filters: Filters) -> list[tuple[FoundPage, int]]:
    """Each page that matches, with the block to show."""
    blocks: dict[int, int] = {}
    for match_pass in {id(one.match_pass): one.match_pass for one in found}.values():
        own = [one for one in found if one.match_pass is match_pass]
        for start in range(0, len(own), BATCH):
            part = own[start : start + BATCH]
            ranked = {one.page_match.page: one.ranked for one in part}
            blocks |= best_blocks(
                db, match_pass, {one.page_match.page: one.page_match for one in part}, filters, ranked
            )
    return [(one, blocks[one.page_match.page]) for one in found]
