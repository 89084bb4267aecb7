"""When pages matched a query: the presence of its leaves, combined by its operators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple, TypeVar

from pagewitness.archive.search import page_filters
from pagewitness.archive.search.match_pass import MatchPass
from pagewitness.archive.search.query import And, Near, Node, Not, Or, Term
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.intervals import OPEN_END, Intervals, intersection, overlap, subtraction, union
from pagewitness.archive.views import departures

T = TypeVar("T")
FEW_PAGES = 64  # pages: up to so many are searched one by one


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be, apart from matching the query.

    Attributes:
        source: the name of its source, or a part of it (any case).
        country: of its source (`LT`, `EU`, `INT`).
        language: of the block (ISO 639-1).
        since, until: moments; it was seen to match at some time from `since` to `until`.
        at: a moment; it matched then.
        current: True if it still matches, False if it no longer does, None for both.
        kind: of the page: `html`, `pdf`, `boilerplate`.
        title: a part of the page's title (case and diacritics do not count).
    """

    source: str | None = None
    language: str | None = None
    since: str | None = None
    until: str | None = None
    at: str | None = None
    current: bool | None = None
    kind: str | None = None
    title: str | None = None
    country: str | None = None

    @property
    def window(self) -> tuple[str, str]:
        """The period of the filters; the block to show was on the page in it."""
        since, until = self.at or self.since or "", self.at or self.until
        return since, f"{until}{OPEN_END}" if until else OPEN_END


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class PageMatch:
    """When a page matched a query.

    Attributes:
        intervals: those that pass the filters; at least one.
        current: whether it still matches.
    """

    page: int
    intervals: Intervals
    current: bool

    @property
    def first(self) -> str:
        """When it started to match."""
        return self.intervals[0][0]


class _PageSpan(NamedTuple):
    """When some block was present on a page."""

    page: int
    since_at: str
    until_at: str


class _BlockSpan(NamedTuple):
    """When a block was present."""

    page: int
    block_id: int
    since_at: str
    until_at: str


def page_matches(db: Sqlite, match_pass: MatchPass, pages: Collection[int], filters: Filters) -> Iterator[PageMatch]:
    """The pages that matched, in the given order."""
    columns = f"page, since_at, coalesce(until_at, '{OPEN_END}') as until_at"
    carried: dict[int, dict[int, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for number, spans in _presence(db, match_pass, pages, (_PageSpan, columns), match_pass.matches):
        for page, since, until in spans:
            carried[page][number].append((since, until))
    for page in pages:
        if page in carried and (page_match := _page_match(db, match_pass.node, page, carried[page], filters)):
            yield page_match


def best_blocks(
    db: Sqlite, match_pass: MatchPass, found: Mapping[int, PageMatch], filters: Filters, ranked: Mapping[int, int]
) -> dict[int, int]:
    """The block to show of each page: it was present while the page matched, and has the most leaves.

    Of several, the one that was present last, then the best ranked, then the first.

    Args:
        found: matches by page.
        ranked: the best ranked block by page, if it is known.
    """
    columns = f"page, block_id, since_at, coalesce(until_at, '{OPEN_END}') as until_at"
    wanted = [leaf.number for leaf in match_pass.wanted()]
    carried: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    ends: dict[int, str] = {}
    times = {
        page: intersection(page_match.intervals, [filters.window]) or page_match.intervals
        for page, page_match in found.items()
    }
    for number, spans in _presence(db, match_pass, found, (_BlockSpan, columns), wanted):
        for page, block, since, until in spans:
            if overlap([(since, until)], times[page]):
                carried[page][block].add(number)
                ends[block] = max(until, ends.get(block, ""))
    return {
        page: min(
            blocks, key=lambda one: (-len(blocks[one]), ends[one] < times[page][-1][1], ranked.get(page) != one, one)
        )
        for page, blocks in carried.items()
    }


def _presence(
    db: Sqlite, match_pass: MatchPass, pages: Collection[int], wanted: tuple[type[T], str], numbers: Iterable[int]
) -> Iterator[tuple[int, list[T]]]:
    """The presence of some leaves on some pages, with the number of the leaf.

    Args:
        wanted: the type of a row, and its columns in SQL.
        numbers: of the leaves.
    """
    kind, columns = wanted
    ids, wide = page_filters.json_ids(pages), match_pass.wide
    for number in numbers:
        for match in match_pass.matches[number]:
            within = len(pages) <= FEW_PAGES and number in wide and not match.dear
            yield number, db.all(kind, match.spans(columns, within=within), q=match.value, pages=ids)


def _page_match(
    db: Sqlite, node: Node, page: int, carried: Mapping[int, list[tuple[str, str]]], filters: Filters
) -> PageMatch | None:
    intervals = _intervals(node, carried)
    current = bool(intervals) and intervals[-1][1] == OPEN_END
    if filters.current is not None and current is not filters.current:
        return None
    if filters.at:
        intervals = [one for one in intervals if one[0] <= filters.at < one[1]]
    if filters.current:
        intervals = [one for one in intervals if one[1] == OPEN_END]
    intervals = [one for one in intervals if _touches(db, page, one, filters)]
    return PageMatch(page, intervals, current) if intervals else None


def _intervals(node: Node, carried: Mapping[int, list[tuple[str, str]]]) -> Intervals:
    """When a query matched, given the presence of the blocks with each of its leaves."""
    match node:
        case Term(number=number) | Near(number=number):
            return union(carried[number])
        case Or(parts=parts):
            return union(span for part in parts for span in _intervals(part, carried))
        case And(parts=parts):
            wanted = [_intervals(part, carried) for part in parts if not isinstance(part, Not)]
            unwanted = [_intervals(part.part, carried) for part in parts if isinstance(part, Not)]
            return reduce(subtraction, unwanted, reduce(intersection, wanted))
        case Not():
            raise AssertionError("an exclusion is always part of an And")


def _touches(db: Sqlite, page: int, one: tuple[str, str], filters: Filters) -> bool:
    """Whether it was seen to match in the period of the filters; what matches now is taken to match while somebody visits the page."""
    since, until = one
    if filters.until and since > filters.until:
        return False
    if not filters.since or since >= filters.since:
        return True
    return until > filters.since and _is_known(db, page, one, filters.since)


def _is_known(db: Sqlite, page: int, one: tuple[str, str], at: str) -> bool:
    """Whether a page is known to have matched at a moment in an interval, or later: it was seen then, or is visited still."""
    if last_seen(db, page, *one) >= at:
        return True
    followed = "select followed from pages where id = :page"
    return one[1] == OPEN_END and bool(db.value(followed, page=page)) and departures.left(db, page) is None


_LAST_SEEN = """
    select max(observed_at) from credible
    where page_id = :page and observed_at >= :since and observed_at < :until"""


def last_seen(db: Sqlite, page: int, since: str, until: str) -> str:
    """The last credible observation of a page in an interval that began with one."""
    found: str | None = db.value(_LAST_SEEN, page=page, since=since, until=until)
    return found or since
