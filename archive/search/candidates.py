"""The pages that may match a query, as sets in SQL, limited by time.

Each leaf of a query is a set of pages, each operator an operation on such sets, all in one statement. A page with all
leaves may not have had them at one moment: `temporal_match` decides that. For a given moment the sets are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pagewitness.archive.derived import BLOCK_BITS, block_range
from pagewitness.archive.search.match_pass import MatchPass
from pagewitness.archive.search.query import And, Leaf, Near, Node, Not, Or, Term
from pagewitness.archive.store.database import Sqlite

_CURRENT = "until_at is null"
_AT_MOMENT = "since_at <= :at and (until_at is null or until_at > :at)"


def on(db: Sqlite, match_pass: MatchPass) -> set[int]:
    """The pages that had all leaves at some time, not necessarily at once."""
    return _pages(db, Sets(match_pass), match_pass.node)


def current_pages(db: Sqlite, match_pass: MatchPass, page: int | None = None) -> set[int]:
    """Exactly the pages that match now; with `page`, only the page with this id is considered."""
    return _pages(db, Sets(match_pass, _CURRENT, exact=True, page=page), match_pass.node)


def at_moment(db: Sqlite, match_pass: MatchPass, moment: str) -> set[int]:
    """Exactly the pages that matched at a moment."""
    return _pages(db, Sets(match_pass, _AT_MOMENT, exact=True, values={"at": moment}), match_pass.node)


def in_period(db: Sqlite, match_pass: MatchPass, since: str | None, until: str | None) -> set[int]:
    """The pages that had each leaf at some time in a period."""
    touches = "(:since is null or until_at is null or until_at > :since) and (:until is null or since_at <= :until)"
    return _pages(db, Sets(match_pass, touches, values={"since": since, "until": until}), match_pass.node)


def _pages(db: Sqlite, sets: Sets, node: Node) -> set[int]:
    name = sets.pages(node)
    return set(db.column(int, f"with {sets.ctes()} select page from {name}", **sets.values))


@dataclass
class Sets:
    """The common table expressions of a query, one for each node, flat: nested ones overflow the parser's stack.

    Attributes:
        condition: on the presence of the blocks with a leaf; empty for all.
        exact: whether exclusions are subtracted, which is right only for a single moment.
        page: the id of the only page to consider; None for all.
    """

    match_pass: MatchPass
    condition: str = ""
    exact: bool = False
    page: int | None = None
    values: dict[str, str | None] = field(default_factory=dict)
    _written: list[str] = field(default_factory=list)

    def ctes(self) -> str:
        """The expressions so far, for a `with` clause."""
        return ", ".join(self._written)

    def pages(self, node: Node) -> str:
        """The name of the set of a node."""
        match node:
            case Term() | Near():
                return self._leaf(node)
            case Or(parts=parts):
                return self._add(" union ".join(f"select page from {self.pages(part)}" for part in parts))
            case And(parts=parts):
                wanted = [self.pages(part) for part in parts if not isinstance(part, Not)]
                sql = " intersect ".join(f"select page from {name}" for name in wanted)
                if self.exact:
                    unwanted = [self.pages(part.part) for part in parts if isinstance(part, Not)]
                    sql += "".join(f" except select page from {name}" for name in unwanted)
                return self._add(sql)
            case Not():
                raise AssertionError("an exclusion is always part of an And")

    def _leaf(self, leaf: Leaf) -> str:
        sources = []
        for place, match in enumerate(self.match_pass.matches[leaf.number]):
            value = f"q{leaf.number}_{place}"
            self.values[value] = match.value
            sources.append(match.blocks(value) if self.condition else match.pages(value))
        sql = " union all ".join(sources)
        if self.page is not None:
            first, last = block_range(self.page)
            sql = " union all ".join(f"select * from ({one}) where block between {first} and {last}" for one in sources)
        if self.condition:
            return self._add(
                f"""select distinct block >> {BLOCK_BITS} as page from ({sql})
                    cross join presence on block_id = block where {self.condition}"""
            )
        return self._add(sql if len(sources) == 1 else f"select distinct page from ({sql})")

    def _add(self, sql: str) -> str:
        name = f"set{len(self._written)}"
        self._written.append(f"{name} as materialized ({sql})")
        return name
