"""The two ways in which blocks carry the leaves of a query: as typed, and in another form."""

from __future__ import annotations

from dataclasses import dataclass

from pagewitness.archive.database import Sqlite
from pagewitness.archive.fulltext import Match, exact_match, stem_match
from pagewitness.archive.query import Leaf, Node, Term, leaves

COMMON = 10_000  # blocks: what is in more of them tells pages apart by nothing, and is dear to rank


@dataclass(frozen=True, slots=True)
class Tier:
    """One way in which blocks carry leaves.

    Attributes:
        stemmed: whether words may stand in another form.
        matches: for each leaf, by its number, what finds its blocks.
        common: the numbers of the leaves that are in more than `COMMON` blocks.
    """

    node: Node
    stemmed: bool
    matches: dict[int, tuple[Match, ...]]
    common: frozenset[int]

    def wanted(self) -> list[Leaf]:
        """The leaves that have to stand there."""
        return list(leaves(self.node))


def tiers(db: Sqlite, node: Node, only: list[str] | None, *, ranked: bool = True) -> list[Tier]:
    """The tiers of a query: as typed, and, where that finds more, in any form.

    What is excluded is excluded in any form and in every language, in both.

    Args:
        only: the languages that blocks may be in; None for all.
        ranked: whether pages will be ranked; else it is not counted which leaves are common.
    """
    spoken = languages(db)
    wanted = {leaf.number for leaf in leaves(node)}
    exact: dict[int, tuple[Match, ...]] = {}
    stemmed: dict[int, tuple[Match, ...]] = {}
    for leaf in leaves(node, excluded=True):
        within = only if leaf.number in wanted else None
        typed = exact_match(leaf, within)
        form = stem_match(leaf, spoken if within is None else within) if isinstance(leaf, Term) else None
        stemmed[leaf.number] = (typed, form) if form else (typed,)
        exact[leaf.number] = (typed,) if leaf.number in wanted else stemmed[leaf.number]
    found = [Tier(node, False, exact, _common(db, exact) if ranked else frozenset())]
    if any(len(stemmed[number]) > 1 for number in wanted):
        found.append(Tier(node, True, stemmed, _common(db, stemmed) if ranked else frozenset()))
    return found


def languages(db: Sqlite) -> list[str]:
    """The languages of the archive's blocks: one look into an index for each."""
    return [
        row[0]
        for row in db.rows(
            """with recursive found (language) as (
                   select min(language) from blocks
                   union all
                   select (select min(language) from blocks where language > found.language) from found
                   where language is not null)
               select language from found where language is not null"""
        )
    ]


def _common(db: Sqlite, matches: dict[int, tuple[Match, ...]]) -> frozenset[int]:
    """The leaves that are in very many blocks, counted no further than to tell."""
    return frozenset(
        number
        for number, several in matches.items()
        if any(
            db.value(f"select count(*) from ({match.blocks('q')} limit :most)", q=match.expression, most=COMMON + 1)
            > COMMON
            for match in several
        )
    )
