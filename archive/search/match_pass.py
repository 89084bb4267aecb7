"""The two passes of a query: its words as typed, and in any form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pagewitness.archive.search import page_filters
from pagewitness.archive.search.fulltext import Match, exact_match, stem_match
from pagewitness.archive.search.query import Leaf, Node, Term, leaves
from pagewitness.archive.store.database import Sqlite

COMMON = 10_000  # blocks; a leaf in more of them hardly distinguishes pages and is expensive to rank
WIDE = 40_000  # blocks; so many are expensive even to read


@dataclass(frozen=True, slots=True)
class MatchPass:
    """A query with what finds its leaves in blocks.

    Attributes:
        stemmed: whether other forms of a word match.
        matches: for each leaf, by its number, the expressions that find its blocks.
        blocks: the number of blocks with each leaf, counted up to `WIDE` + 1.
    """

    node: Node
    stemmed: bool
    matches: dict[int, tuple[Match, ...]]
    blocks: Mapping[int, int] = field(default_factory=dict)

    @property
    def common(self) -> frozenset[int]:
        """The numbers of the leaves that are in more than `COMMON` blocks."""
        return self._in_more_than(COMMON)

    @property
    def wide(self) -> frozenset[int]:
        """The numbers of the leaves that are in more than `WIDE` blocks."""
        return self._in_more_than(WIDE)

    def _in_more_than(self, most: int) -> frozenset[int]:
        return frozenset(number for number, count in self.blocks.items() if count > most)

    def wanted(self) -> list[Leaf]:
        """The leaves that a page must have."""
        return list(leaves(self.node))


def passes(db: Sqlite, node: Node, only: list[str] | None, *, ranked: bool = True) -> Iterator[MatchPass]:
    """The passes of a query: as typed and, if that can find more, in any form.

    In both passes, exclusions apply to any form and every language.

    Args:
        only: the languages that blocks may be in; None for all.
        ranked: whether pages will be ranked; if not, blocks are not counted.
    """
    spoken = page_filters.languages(db)
    wanted = {leaf.number for leaf in leaves(node)}
    exact: dict[int, tuple[Match, ...]] = {}
    stemmed: dict[int, tuple[Match, ...]] = {}
    for leaf in leaves(node, excluded=True):
        within = only if leaf.number in wanted else None
        typed = exact_match(leaf, within)
        form = stem_match(leaf, spoken if within is None else within) if isinstance(leaf, Term) else None
        stemmed[leaf.number] = (typed, form) if form else (typed,)
        exact[leaf.number] = (typed,) if leaf.number in wanted else stemmed[leaf.number]
    yield _counted(db, MatchPass(node, False, exact)) if ranked else MatchPass(node, False, exact)
    if any(len(stemmed[number]) > 1 for number in wanted):
        yield _counted(db, MatchPass(node, True, stemmed)) if ranked else MatchPass(node, True, stemmed)


def _counted(db: Sqlite, match_pass: MatchPass) -> MatchPass:
    """A pass with the numbers of its blocks, counted only as far as needed."""
    blocks: dict[int, int] = {}
    matches: dict[int, tuple[Match, ...]] = {}
    for number, several in match_pass.matches.items():
        looked = [_looked_up(db, match) for match in several]
        matches[number] = tuple(match for match, _ in looked)
        blocks[number] = max(count for _, count in looked)
    return replace(match_pass, matches=matches, blocks=blocks)


def _looked_up(db: Sqlite, match: Match) -> tuple[Match, int]:
    """A match, with its blocks if it pays to keep them, and their number, counted up to `WIDE` + 1."""
    if match.dear:
        blocks = db.column(int, f"{match.blocks('q')} limit :most", q=match.value, most=COMMON + 1)
        if len(blocks) <= COMMON:
            return replace(match, found=json.dumps(blocks)), len(blocks)
    return match, db.value(f"select count(*) from ({match.blocks('q')} limit :most)", q=match.value, most=WIDE + 1)
