"""The two ways in which blocks carry the terms of a query: as typed, and in another form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from pagewitness.archive import query as grammar
from pagewitness.archive.database import Sqlite
from pagewitness.archive.fulltext import Match, exact_match, stem_match
from pagewitness.archive.model import BLOCK_BITS, block_range
from pagewitness.archive.moments import NEVER
from pagewitness.archive.query import Both, Node, Not, Term


@dataclass(frozen=True, slots=True)
class Carrier:
    """A block that carries a term, with one of its spans. `rank`: bm25, the lower the better."""

    block: int
    text: str
    language: str | None
    span: tuple[str, str]
    rank: float


class Tier(ABC):
    """One way in which blocks carry terms."""

    stemmed = False

    def __init__(self, db: Sqlite, node: Node) -> None:
        self._db = db
        self._node = node
        self._terms = {term.number: self._matches(term) for term in _all_terms(node)}

    @abstractmethod
    def pages(self, source: str | None) -> Iterator[int]:
        """The ids of the pages (of a source) that have all terms at some time, best first."""

    def blocks(self, page: int, language: str | None) -> dict[int, list[Carrier]]:
        """The blocks of a page that carry each term (by its number)."""
        wanted = {term.number for term in grammar.terms(self._node)}
        # What is excluded is excluded in whatever language it stands.
        return {
            number: self._carriers(matches, page, language if number in wanted else None)
            for number, matches in self._terms.items()
        }

    def _matches(self, term: Term) -> list[Match]:
        return [exact_match(term)]

    def _carriers(self, matches: list[Match], page: int, language: str | None) -> list[Carrier]:
        found: dict[tuple[int, str], Carrier] = {}
        first, last = block_range(page)
        for match in matches:
            for row in self._db.rows(
                f"""select blocks.id, text, language, since_at, coalesce(until_at, '{NEVER}') as until_at, score
                    from ({match.ranked()} and {match.table}.rowid between :first and :last) as matched
                    join blocks on blocks.id = matched.block join spans on block_id = blocks.id
                    where :language is null or language = :language""",
                q=match.expression, first=first, last=last, language=language,
            ):  # fmt: skip
                if not match.speaks(row["text"], row["language"]):
                    continue
                found.setdefault(
                    (row["id"], row["since_at"]),
                    Carrier(row["id"], row["text"], row["language"], (row["since_at"], row["until_at"]), row["score"]),
                )
        return list(found.values())

    def _page_set(self, values: dict[str, str]) -> str:
        """SQL for the pages that have, at whatever time, what the query wants; the parameters go into `values`."""

        def of(node: Node) -> str:
            if isinstance(node, Term):
                return " union ".join(self._pages_of(match, values) for match in self._terms[node.number])
            assert not isinstance(node, Not)
            joined = " intersect " if isinstance(node, Both) else " union "
            parts = [f"select page from ({of(part)})" for part in node.parts if not isinstance(part, Not)]
            return joined.join(parts)

        return of(self._node)

    def _pages_of(self, match: Match, values: dict[str, str]) -> str:
        name = f"q{len(values)}"
        values[name] = match.expression
        return f"select distinct rowid >> {BLOCK_BITS} as page from {match.table} where {match.table} match :{name}"


_SOURCE = """(:source is null or page in (
    select pages.id from pages join sources on sources.id = source_id where instr(fold(sources.name), fold(:source))))"""


class Exact(Tier):
    """The words as they were typed."""

    def pages(self, source: str | None) -> Iterator[int]:
        """Best first: by bm25 of the best block."""
        values: dict[str, str] = {}
        chosen = self._page_set(values)
        anywhere = " OR ".join(self._terms[term.number][0].expression for term in grammar.terms(self._node))
        rows = self._db.rows(
            f"""with chosen as materialized ({chosen}),
                    ranked as materialized (
                        select rowid >> {BLOCK_BITS} as page, bm25(blocks_fts) as score from blocks_fts
                        where blocks_fts match :any)
                select page, min(score) as best from ranked where page in (select page from chosen) and {_SOURCE}
                group by page order by best, page""",
            any=anywhere, source=source, **values,
        )  # fmt: skip
        return iter([row[0] for row in rows])


class Stemmed(Tier):
    """The words in whatever form: as typed, or with the same stem in one of the archive's languages."""

    stemmed = True

    def pages(self, source: str | None) -> Iterator[int]:
        """Newest first: by the page's last change."""
        if all(len(matches) == 1 for matches in self._terms.values()):
            return iter(())
        values: dict[str, str] = {}
        chosen = self._page_set(values)
        rows = self._db.rows(
            f"""with chosen as materialized ({chosen})
                select page from chosen where {_SOURCE}
                order by (select max(captured_at) from revisions where page_id = page) desc, page""",
            source=source, **values,
        )  # fmt: skip
        return iter([row[0] for row in rows])

    def _matches(self, term: Term) -> list[Match]:
        stemmed = None if term.quoted or term.prefix else stem_match(term, _languages(self._db))
        return [exact_match(term), *([stemmed] if stemmed else [])]


def _all_terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    else:
        for part in (node.part,) if isinstance(node, Not) else node.parts:
            yield from _all_terms(part)


def _languages(db: Sqlite) -> list[str]:
    """The languages of the archive's blocks, by a walk over the readings, which are few."""
    return [row[0] for row in db.rows("select distinct language from readings where language is not null order by 1")]
