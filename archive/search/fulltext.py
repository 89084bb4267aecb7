"""Leaves of a query as full-text expressions: the only place that depends on the database's search.

User input reaches FTS5 only inside a quoted string, in which only the quotation mark is special
(https://www.sqlite.org/fts5.html#full_text_query_syntax).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from pagewitness.archive.derived import BLOCK_BITS
from pagewitness.archive.search.query import Leaf, Near, Term
from pagewitness.archive.text import index_words, words

_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")  # used by the index for languages and marks


@dataclass(frozen=True, slots=True)
class Match:
    """An expression on one of the two indexes.

    Attributes:
        table: `blocks_fts` (words as written) or `blocks_stems`.
        dear: whether each use of it is expensive (a phrase, whose positions are compared; a prefix, which stands for many
            words).
        found: the ids of the blocks that match, as JSON, if they are known already.
    """

    table: str
    expression: str
    dear: bool = False
    found: str | None = None

    @property
    def value(self) -> str:
        """The value of the parameter in the statements."""
        return self.expression if self.found is None else self.found

    def blocks(self, value: str) -> str:
        """SQL for the blocks that match, given the name of the parameter that holds `value`."""
        if self.found is not None:
            return f"select value as block from json_each(:{value})"
        return f"select rowid as block from {self.table} where {self.table} match :{value}"

    def pages(self, value: str) -> str:
        """SQL for the pages whose blocks match."""
        block = "rowid" if self.found is None else "value"
        rest = f"{self.table} where {self.table} match :{value}" if self.found is None else f"json_each(:{value})"
        return f"select distinct {block} >> {BLOCK_BITS} as page from {rest}"

    def spans(self, columns: str, *, within: bool) -> str:
        """SQL for the presence of the blocks that match `:q`, on the pages whose ids are the JSON list `:pages`.

        Args:
            columns: of `presence`, and `page`.
            within: search each page by itself, which is cheaper if pages are few and matching blocks many.
        """
        table, bits = self.table, BLOCK_BITS
        if within and self.found is None:
            return f"""select distinct {columns} from (select value as page from json_each(:pages)) cross join {table}
                cross join presence where {table} match :q
                and {table}.rowid between page << {bits} and (page + 1 << {bits}) - 1 and block_id = {table}.rowid"""
        return f"""select distinct {columns} from (select block, block >> {bits} as page from ({self.blocks("q")}))
            cross join presence on block_id = block where page in (select value from json_each(:pages))"""


def exact_match(leaf: Leaf, languages: list[str] | None = None) -> Match:
    """A leaf as typed; the index folds case and diacritics.

    Args:
        languages: only blocks in one of these; None for all.
    """
    found = f"NEAR({' '.join(map(_phrase, leaf.parts))}, {leaf.distance})" if isinstance(leaf, Near) else _phrase(leaf)
    dear = isinstance(leaf, Near) or leaf.prefix or len(index_words.sought(leaf.text)[0]) > 1
    expression = f"words : ({found})"
    if languages is not None:
        expression += f" AND language : ({' OR '.join(map(_quoted, languages))})"
    return Match("blocks_fts", expression, dear)


def stem_match(term: Term, languages: Iterable[str]) -> Match | None:
    """A word by its stems in some languages; None if it is more than one word, or the index splits it into pairs of letters."""
    tokens = words.tokens(term.text)
    if term.quoted or term.prefix or len(tokens) != 1 or index_words.bigrams(term.text) is not None:
        return None
    stems = {(words.stem(tokens[0], language), language) for language in languages}
    keys = sorted(words.stem_key(stem, language) for stem, language in stems if _is_one_token(stem))
    return Match("blocks_stems", " OR ".join(map(_quoted, keys))) if keys else None


def word_match(words_or_beginnings: Iterable[tuple[str, bool]]) -> Match:
    """Blocks with any of some words, folded as by `index_words.looked_for`, each with whether it is whole or a beginning."""
    several = (_quoted(word) + ("" if whole else " *") for word, whole in words_or_beginnings)
    return Match("blocks_fts", f"words : ({' OR '.join(several)})", dear=True)


def matching_any(matches: Iterable[Match]) -> str:
    """One expression on the index of words that matches what any of several does."""
    return " OR ".join(f"({match.expression})" for match in matches)


def best_blocks_sql(most: int | None, within: str | None = None) -> str:
    """SQL for the blocks that match the expression `:any`, by bm25, the best first.

    Args:
        most: the most blocks to return; None for all.
        within: the name of the common table expression with the pages to consider; None for all.
    """
    chosen = f" and rowid >> {BLOCK_BITS} in (select page from {within})" if within else ""
    limited = f" limit {most}" if most is not None else ""
    return f"""select rowid as block, bm25(blocks_fts, 1.0, 0.0) as score from blocks_fts
            where blocks_fts match :any{chosen} order by score, block{limited}"""


def _phrase(term: Term) -> str:
    if index_words.bigrams(term.text) is None:
        return _quoted(term.text) + (" *" if term.prefix else "")
    parts, beginning = index_words.sought(term.text)
    return f'"{" ".join(parts)}"' + (" *" if term.prefix or beginning else "")


def _quoted(text: str) -> str:
    plain = "".join(words.FOLDED_LETTERS.get(letter, letter) for letter in text)
    return '"' + plain.replace('"', '""') + '"'


def _is_one_token(stem: str) -> bool:
    """Whether FTS5 takes a stem for one token: it knows the letters of an old Unicode and would split at others."""
    return bool(stem) and all(unicodedata.ucd_3_2_0.category(letter)[0] in "LN" for letter in stem)
