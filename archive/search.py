"""Search over the blocks of all revisions: a query -> hits, one a page.

All words of a query have to stand on the page at one moment, not necessarily in one block: each term has the spans of
the blocks that carry it, and the query's operators are operations on these sets of time (`moments`). What is excluded
takes away the time in which it stood.

Two tiers: pages on which the words stand as typed come first, best first (bm25 of the best block); then those on which
some stand in another form (their stems), newest first.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import reduce

from pagewitness.archive import query as grammar
from pagewitness.archive.database import Sqlite
from pagewitness.archive.errors import NotFound
from pagewitness.archive.model import Hit
from pagewitness.archive.moments import NEVER, Moments, intersection, overlap, subtraction, union
from pagewitness.archive.query import Both, Either, Node, Not, Term
from pagewitness.archive.snippets import snippet
from pagewitness.archive.tiers import Carrier, Exact, Stemmed, Tier


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit has to be beside fitting the query.

    Attributes:
        source: the name of its source, or a part of it (whatever its case and diacritics).
        language: of the block (ISO 639-1).
        since, until: moments; it fitted at some time from `since` to `until`, as far as was seen.
        at: a moment; it fitted then.
        current: True for what still stands, False for what is gone, None for both.
    """

    source: str | None = None
    language: str | None = None
    since: str | None = None
    until: str | None = None
    at: str | None = None
    current: bool | None = None


def search(db: Sqlite, text: str, filters: Filters = Filters(), limit: int = 20) -> list[Hit]:
    """The pages that ever fitted a query.

    Args:
        text: the query (`query.parse` has the grammar).
        limit: how many hits at most.

    Raises:
        QueryError: the query is malformed.
        NotFound: no source has the name that the filters give.
    """
    node = grammar.parse(text)
    if filters.source is not None and not db.value(
        "select 1 from sources where instr(fold(name), fold(:name))", name=filters.source
    ):
        raise NotFound(f"No source is called '{filters.source}': `pagewitness pages` shows the names.")
    found: dict[int, Hit] = {}
    for tier in (Exact(db, node), Stemmed(db, node)):
        for page in tier.pages(filters.source):
            if len(found) >= limit:
                break
            if page not in found and (hit := _hit(db, node, tier, page, filters)):
                found[page] = hit
    return list(found.values())


# --- one page -------------------------------------------------------------------------------------------------------


def _hit(db: Sqlite, node: Node, tier: Tier, page: int, filters: Filters) -> Hit | None:
    """The page as a hit, or None when its blocks never fitted the query together."""
    carried = tier.blocks(page, filters.language)
    fitted = _moments(node, carried)
    current = bool(fitted) and fitted[-1][1] == NEVER
    if not fitted or (filters.current is not None and current is not filters.current):
        return None
    if filters.at:
        fitted = [one for one in fitted if one[0] <= filters.at < one[1]]
    if filters.current:
        fitted = [one for one in fitted if one[1] == NEVER]
    first, last = _seen(db, page, fitted, filters)
    if first is None:
        return None
    best = _best(node, carried, intersection(fitted, [_window(filters)]) or fitted)
    shown, marks = snippet(best.text, best.language, [(term, tier.stemmed) for term in grammar.terms(node)])
    row = db.row(
        """select url, pages.title, kind, sources.name as source,
               (select number from showings join revisions on revisions.visit_id = revision
                where showings.page_id = pages.id and shown_at <= :last and verdict not in ('suspect', 'pending')
                order by shown_at desc, showings.visit_id desc limit 1) as revision
           from pages left join sources on sources.id = source_id where pages.id = :page""",
        page=page, last=last,
    )  # fmt: skip
    assert row is not None
    return Hit(
        page_id=page, snippet=shown, marks=marks, first_seen=first, last_seen=last or first, current=current,
        language=best.language, **dict(row),
    )  # fmt: skip


def _moments(node: Node, carried: dict[int, list[Carrier]]) -> Moments:
    """When a query fitted, given the blocks that carry each of its terms."""
    match node:
        case Term(number=number):
            return union(carrier.span for carrier in carried[number])
        case Either(parts=parts):
            return union(span for part in parts for span in _moments(part, carried))
        case Not():
            raise AssertionError("an exclusion stands beside something")
        case Both(parts=parts):
            wanted = [_moments(part, carried) for part in parts if not isinstance(part, Not)]
            unwanted = [_moments(part.part, carried) for part in parts if isinstance(part, Not)]
            return reduce(subtraction, unwanted, reduce(intersection, wanted))


def _seen(db: Sqlite, page: int, fitted: Moments, filters: Filters) -> tuple[str | None, str | None]:
    """The first and last showing at which a page fitted, of the intervals that the filters' dates touch."""
    first = last = None
    for since, until in fitted:
        seen = db.value(
            """select max(shown_at) from showings where page_id = :page and shown_at >= :since and shown_at < :until
               and verdict not in ('suspect', 'pending')""",
            page=page, since=since, until=until,
        )  # fmt: skip
        seen = seen or since
        # What stands now stands since then, too, as far as anybody knows.
        if (filters.since and until != NEVER and seen < filters.since) or (filters.until and since > filters.until):
            continue
        first, last = first or since, seen
    return first, last


def _window(filters: Filters) -> tuple[str, str]:
    """The time that the filters ask about: what is shown has to have stood in it."""
    since, until = filters.at or filters.since or "", filters.at or filters.until
    return since, f"{until}{NEVER}" if until else NEVER


def _best(node: Node, carried: dict[int, list[Carrier]], fitted: Moments) -> Carrier:
    """The block that carries the most terms while the page fitted; then one that stood last; then the best ranked."""
    terms: dict[int, set[int]] = defaultdict(set)
    ranks: dict[int, float] = defaultdict(float)
    blocks: dict[int, Carrier] = {}
    for term in grammar.terms(node):
        for carrier in carried[term.number]:
            if overlap([carrier.span], fitted):
                if term.number not in terms[carrier.block]:
                    ranks[carrier.block] += carrier.rank
                terms[carrier.block].add(term.number)
                blocks[carrier.block] = max(carrier, blocks.get(carrier.block, carrier), key=lambda one: one.span)
    last = fitted[-1][1]
    return min(
        blocks.values(),
        key=lambda one: (-len(terms[one.block]), one.span[1] < last, ranks[one.block], one.block),
    )
