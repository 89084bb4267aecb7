"""The order of pages: in the pass as typed best first (bm25 of the best block), otherwise newest first.

Very common leaves neither select nor rank pages if the query has others. If it has only such leaves, the newest pages come
first in both passes: for words that are nearly everywhere, bm25 says nothing and takes long.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from pagewitness.archive.derived import BLOCK_BITS
from pagewitness.archive.search import fulltext, page_filters
from pagewitness.archive.search.candidates import Sets
from pagewitness.archive.search.match_pass import MatchPass
from pagewitness.archive.search.query import And, Near, Node, Not, Or, Term, leaves
from pagewitness.archive.store.database import Sqlite

Candidate = tuple[int, int]  # (page, its best block by rank, or 0 if pages are not ranked)

FIRST = 32  # pages in the first batch
NEXT = 64
BEST = 512  # blocks to rank before all are ranked
FEW_BLOCKS = 1000  # blocks: checking so many one by one takes less time than reading those of a common leaf
AT_ONCE = 512  # revisions to read at a time to find the newest pages
_NEWEST = "(select max(captured_at) from revisions where page_id = page) desc, page"


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first pages of an order.

    Attributes:
        batches: a few at a time.
        whole: whether these are all pages.
    """

    batches: Iterator[list[Candidate]]
    whole: bool


def first(db: Sqlite, match_pass: MatchPass, only: Collection[int] | None, before: str | None = None) -> Beginning:
    """The first pages of the order, as far as they can be found without ranking all.

    If all leaves are very common, these are all pages, whether or not they have the words.

    Args:
        only: the ids of the pages that pass the filters; None for all.
        before: a moment; pages that were not known by then may be left out if that is cheap.
    """
    ranked_by = _selective(match_pass.node, match_pass.common)
    if ranked_by is None:
        pages = _newest(db, before) if only is None else iter(_in_order(db, only))
        return Beginning(_batches((page, 0) for page in pages), whole=True)
    if match_pass.stemmed:
        return Beginning(iter(()), whole=False)
    blocks = _ranked(db, match_pass, ranked_by, ranked_by, only, BEST)
    best = _pages(blocks)
    return Beginning(iter((best[:FIRST], best[FIRST:])), whole=len(blocks) < BEST)


def _batches(candidates: Iterator[Candidate]) -> Iterator[list[Candidate]]:
    size = FIRST
    while batch := list(islice(candidates, size)):
        yield batch
        size = NEXT


def everything(db: Sqlite, match_pass: MatchPass, only: Collection[int] | None) -> list[Candidate]:
    """All pages that may match, in order. Arguments as for `first`."""
    ranked_by = _selective(match_pass.node, match_pass.common)
    chosen_by = match_pass.node
    if ranked_by is not None:  # a leaf that selects few pages needs no help from common ones, which is slow
        few = min(match_pass.blocks[leaf.number] for leaf in leaves(ranked_by)) <= FEW_BLOCKS
        chosen_by = ranked_by if few else _selective(match_pass.node, match_pass.wide) or match_pass.node
    if ranked_by is not None and not match_pass.stemmed:
        return _pages(_ranked(db, match_pass, ranked_by, chosen_by, only, None))
    ctes, values = _chosen(match_pass, chosen_by, only)
    return [(page, 0) for page in db.column(int, f"{ctes} select page from chosen order by {_NEWEST}", **values)]


def _ranked(
    db: Sqlite, match_pass: MatchPass, ranked_by: Node, chosen_by: Node, only: Collection[int] | None, most: int | None
) -> list[int]:
    """The ids of blocks, best first.

    Args:
        ranked_by: the leaves that rank blocks.
        chosen_by: the leaves that their pages must have.
        only: the ids of the pages that pass the filters; None for all.
        most: the most blocks to return; None for all.
    """
    ranking = [match for leaf in leaves(ranked_by) for match in match_pass.matches[leaf.number]]
    expression = fulltext.matching_any(ranking)
    if only is None and len(ranking) == 1 and chosen_by is ranked_by:  # every ranked block is chosen
        return db.column(int, fulltext.best_blocks_sql(most), any=expression)
    ctes, values = _chosen(match_pass, chosen_by, only)
    return db.column(int, f"{ctes} {fulltext.best_blocks_sql(most, within='chosen')}", any=expression, **values)


def _pages(blocks: list[int]) -> list[Candidate]:
    """The pages of ordered blocks, each with its first block."""
    best: dict[int, int] = {}
    for block in blocks:
        best.setdefault(block >> BLOCK_BITS, block)
    return list(best.items())


def _chosen(match_pass: MatchPass, node: Node, only: Collection[int] | None) -> tuple[str, dict[str, str | None]]:
    """The common table expressions up to `chosen`, the pages that have the leaves of a node, and their values."""
    sets = Sets(match_pass)
    chosen = sets.pages(node)
    limited = " where page in (select value from json_each(:only))" if only is not None else ""
    values = sets.values | ({"only": page_filters.json_ids(only)} if only is not None else {})
    return f"with {sets.ctes()}, chosen as materialized (select page from {chosen}{limited})", values


def _in_order(db: Sqlite, only: Collection[int]) -> list[int]:
    return db.column(
        int,
        f"select page from (select value as page from json_each(:only)) order by {_NEWEST}",
        only=page_filters.json_ids(only),
    )


_LATEST_AFTER = """
    select captured_at, page_id from revisions
    where captured_at <= :at and (captured_at < :at or page_id > :after)
    and (:before is null or exists (
        select 1 from revisions as early where early.page_id = revisions.page_id and early.captured_at <= :before))
    order by captured_at desc, page_id limit :most"""


class _Revised(NamedTuple):
    captured_at: str
    page_id: int


def _newest(db: Sqlite, before: str | None) -> Iterator[int]:
    """All pages with revisions (by a moment, if one is given), ordered by their latest one, newest first."""
    known: set[int] = set()
    at, after = "~", 0
    while True:
        rows = db.all(_Revised, _LATEST_AFTER, at=at, after=after, most=AT_ONCE, before=before)
        for _, page in rows:
            if page not in known:
                known.add(page)
                yield page
        if len(rows) < AT_ONCE:
            return
        at, after = rows[-1]


def _selective(node: Node, left_out: Collection[int]) -> Node | None:
    """A query without its exclusions and some leaves; None if the rest selects no pages."""
    match node:
        case Term() | Near():
            return None if node.number in left_out else node
        case Or(parts=parts):
            kept = [_selective(part, left_out) for part in parts]
            return None if None in kept else Or(tuple(part for part in kept if part))
        case And(parts=parts):
            rest = tuple(part for each in parts if (part := _selective(each, left_out)))
            return And(rest) if rest else None
        case Not():
            return None
