"""Terms as full-text expressions: the one place where databases speak differently of search.

What a user typed reaches FTS5 only inside a quoted string, in which nothing but the quotation mark is special
(https://www.sqlite.org/fts5.html#full_text_query_syntax).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from pagewitness.archive import words
from pagewitness.archive.query import Term


@dataclass(frozen=True, slots=True)
class Match:
    """An expression on one of the two indexes. `word`: the one whose stems it has, None on the index of words."""

    table: str
    expression: str
    word: str | None = None

    def ranked(self) -> str:
        """SQL for the blocks that match `:q`, with their score: bm25, or 0 on the index that keeps no positions."""
        score = "bm25(blocks_fts)" if self.table == "blocks_fts" else "0.0"
        return f"select rowid as block, {score} as score from {self.table} where {self.table} match :q"

    def speaks(self, text: str, language: str | None) -> bool:
        """Whether a block that matched has the word in its own language: *not* is no form of *notes* in English."""
        if self.word is None:
            return True
        stem = words.stem(self.word, language)
        return any(words.stem(token, language) == stem for token in words.tokens(text))


def exact_match(term: Term) -> Match:
    """A term as it was typed; the index folds case and diacritics."""
    return Match("blocks_fts", _quoted(term.text) + (" *" if term.prefix else ""))


def stem_match(term: Term, languages: list[str]) -> Match | None:
    """A word by its stems in some languages; None where it is more than one word, or has letters that the index splits."""
    tokens = words.tokens(term.text)
    if len(tokens) != 1:
        return None
    stems = {words.stem(tokens[0], language) for language in languages}
    whole = sorted(stem for stem in stems if _is_one_token(stem))
    return Match("blocks_stems", " OR ".join(map(_quoted, whole)), tokens[0]) if whole else None


def _quoted(text: str) -> str:
    plain = "".join(words.FOLDED_LETTERS.get(letter, letter) for letter in text)
    return '"' + plain.replace('"', '""') + '"'


def _is_one_token(stem: str) -> bool:
    """Whether FTS5 takes a stem for one token: it knows the letters of an old Unicode, and must not split the rest."""
    return bool(stem) and all(unicodedata.ucd_3_2_0.category(letter)[0] in "LN" for letter in stem)
