"""When a phrase was on pages: the blocks that have it, and the intervals in which any of them was on its page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from pagewitness.archive.derived import BLOCK_BITS
from pagewitness.archive.search import fulltext, page_filters, wordings
from pagewitness.archive.search.query import Term
from pagewitness.archive.search.snippets import marks_of
from pagewitness.archive.search.temporal_match import Filters
from pagewitness.archive.search.wordings import Wording
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import index_words, words
from pagewitness.archive.text.intervals import OPEN_END, union

_INDIFFERENT = re.compile("[\\s\"'-]")
_CROWD = 20_000  # blocks with a word are counted up to this number

Moment = tuple[str, int]  # (moment, visit): the order of history
Find = Callable[
    ["PresentBlock"], str | None
]  # the wording in a block: "" for the phrase itself, None if it is not there


_PRESENCE = f"""
    select block_id, text, language, since_at, since_visit, until_at, until_visit
    from ({{blocks}}) cross join blocks on blocks.id = block cross join presence on block_id = block
    where (:only is null or block >> {BLOCK_BITS} in (select value from json_each(:only)))
    and block >> {BLOCK_BITS} not in (select value from json_each(:without))
    and (:languages is null or language in (select value from json_each(:languages)))
    order by since_at, since_visit, text"""


class PresentBlock(NamedTuple):
    """A block in one time of its presence, as `_PRESENCE` selects it."""

    block_id: int
    text: str
    language: str | None
    since_at: str
    since_visit: int
    until_at: str | None
    until_visit: int | None


def presence_of(db: Sqlite, blocks: str, filters: Filters, **values: str | None) -> list[PresentBlock]:
    """When blocks were on the pages that pass the filters.

    Args:
        blocks: SQL that selects ids as `block`, with its values.
    """
    allowed = page_filters.allowed(db, filters.source, filters.kind, filters.title, filters.country)
    languages = page_filters.in_language(db, filters.language) if filters.language else None
    return db.all(
        PresentBlock,
        _PRESENCE.format(blocks=blocks),
        only=page_filters.json_ids(allowed),
        without=page_filters.json_ids(page_filters.left_out(db, filters.kind)),
        languages=page_filters.json_ids(languages),
        **values,
    )


def blocks_with_phrase(db: Sqlite, sought: wordings.SoughtPhrase) -> list[int]:
    """The blocks that have enough of a phrase's parts.

    A block with none of the `needed` parts, the rarest, can't have enough. So blocks with one of these are chosen first,
    and only they are checked for the other parts.
    """
    matches = {part: fulltext.word_match([(part.beginning, part.whole)]) for part in sought.parts}
    frequency = {
        part: db.value(f"select count(*) from ({match.blocks('q')} limit :most)", q=match.expression, most=_CROWD)
        for part, match in matches.items()
    }
    rest = sorted(sought.parts, key=lambda part: (frequency[part], -len(part.letters), part.beginning))
    needed: list[wordings.PhraseWord] = []
    while rest and (not needed or sought.is_enough(rest)):
        needed.append(rest.pop(0))
    has: dict[int, list[wordings.PhraseWord]] = defaultdict(list)
    for part in needed:
        for block in db.column(int, matches[part].blocks("q"), q=matches[part].expression):
            has[block].append(part)
    chosen = page_filters.json_ids(has)
    for part in rest if not all(map(sought.is_enough, has.values())) else ():
        # The plus keeps SQLite from looking each block up by itself.
        sql = f"select block from ({matches[part].blocks('q')}) where +block in (select value from json_each(:chosen))"
        for block in db.column(int, sql, q=matches[part].expression, chosen=chosen):
            has[block].append(part)
    enough: dict[tuple[wordings.PhraseWord, ...], bool] = {}
    return [
        block
        for block, parts in has.items()
        if enough.get(key := tuple(parts)) or (key not in enough and enough.setdefault(key, sought.is_enough(key)))
    ]


def exact_wording(row: PresentBlock, term: Term) -> Wording | None:
    """Where a block has a phrase exactly; None if its words are there, but not what the phrase puts between them."""
    marks = marks_of(row.text, row.language, [(term, False)])
    sought = _between(term.text)
    found = (mark for mark in marks if _has(_between(row.text[mark[0] : mark[1]]), sought))
    mark = next(found, None if any(sought) else (0, 0))
    return mark and Wording(*mark, 1.0)


def _between(text: str) -> list[str]:
    """The punctuation between the words of a text, without the quotation marks and dashes that make no difference."""
    tokens = index_words.looked_for(text)
    return [_INDIFFERENT.sub("", words.undressed(text[end:start])) for (_, end, _), (start, _, _) in pairwise(tokens)]


def _has(there: list[str], sought: list[str]) -> bool:
    return all(signs in found for signs, found in zip(sought, there, strict=False))


def nearest_wording(row: PresentBlock, sought: wordings.SoughtPhrase, least: float) -> Wording | None:
    """Where a block has the wording most like a phrase; None if none is similar enough."""
    return wordings.best_wording(row.text, sought, least)


def similar_spelling(text: str, sought: wordings.SoughtPhrase, least: float) -> str | None:
    """The wording in a text that is similar to a phrase, "" if it is the phrase itself, None if no words are similar."""
    found = wordings.near(text, sought, least)
    return None if found is None else "" if found.likeness == 1 else found.spelt


class Interval(NamedTuple):
    """An interval in which a phrase was on a page, with a block that had it at first, and one at last: the same if one had it at both."""

    page: int
    since: Moment
    until: Moment
    first: PresentBlock
    last: PresentBlock


def intervals(rows: list[PresentBlock], find: Find) -> Iterator[Interval]:
    """The intervals in which a phrase was on a page.

    The presence of blocks with one wording, however it is spelt, is united; all exact matches are one wording.
    """
    spans: dict[tuple[int, str], list[tuple[Moment, Moment]]] = defaultdict(list)
    first: dict[tuple[int, str, Moment], list[PresentBlock]] = defaultdict(list)
    last: dict[tuple[int, str, Moment], list[PresentBlock]] = defaultdict(list)
    in_block: dict[int, str | None] = {}
    for row in rows:
        block = row.block_id
        if block not in in_block:
            in_block[block] = find(row)
        wording = in_block[block]
        if wording is None:
            continue
        which = block >> BLOCK_BITS, wording
        since = row.since_at, row.since_visit
        until = (row.until_at, row.until_visit or 0) if row.until_at else (OPEN_END, 0)
        spans[which].append((since, until))
        first[*which, since].append(row)
        last[*which, until].append(row)
    for (page, spelt), own in spans.items():
        for since, until in union(own):
            begun, ended = first[page, spelt, since], last[page, spelt, until]
            stayed = {row.block_id for row in begun} & {row.block_id for row in ended}
            at_first = next((row for row in begun if row.block_id in stayed), begun[0])
            at_last = next((row for row in ended if row.block_id == at_first.block_id), ended[-1])
            yield Interval(page, since, until, at_first, at_last)
