"""The history of a phrase: over all pages, the intervals in which it stood, and what proves their ends.

A phrase stands on a page while any of its blocks has it, folded as search folds; it goes over no border between blocks.
An interval is the union of the presence of such blocks; what was seen before and after it says how exact its ends are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from typing import Any, NamedTuple

from pagewitness.archive.derived import BLOCK_BITS
from pagewitness.archive.errors import QueryError
from pagewitness.archive.fold import boilerplate
from pagewitness.archive.search import fulltext, page_filters, query, wordings
from pagewitness.archive.search.query import Term
from pagewitness.archive.search.snippets import marks_of
from pagewitness.archive.search.temporal_match import NO_FILTERS, Filters
from pagewitness.archive.search.wordings import Wording
from pagewitness.archive.store.credible import BEFORE
from pagewitness.archive.store.credible import last as last_credible
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import index_words
from pagewitness.archive.text.intervals import OPEN_END, union
from pagewitness.archive.views import history

_CROWD = 20_000  # blocks: so far it is counted how many have a word

Moment = tuple[str, int]  # (moment, visit): the order of history
Worded = Callable[[Any], Wording | None]  # how it is worded in the block of a row
Find = Callable[[str], str | None]  # in the text of a block: how it is worded there; "" as asked for, None not at all


@dataclass(frozen=True, slots=True)
class Stood:
    """An interval in which a phrase stood on a page.

    Attributes:
        since: the first capture that showed it.
        until: the last that did, a 304 counted as one; None while it stands.
        last_seen: the last that did, also while it stands.
        proved_by: the captures whose bytes show it, the first and the last of the interval.
        not_before: the last credible capture before, which did not have it; None where it was there from the first on.
        gone_by: the first credible one without it; None while it stands.
        removed_since: since when all answers of the page are 404 or 410, where it stands; None where they are not.
        sentence: in which it stood first, and `mark` where in that it is.
        last_sentence: in which it stood last, and `last_mark`, where that is another one; None where it is not.
        wording: as it stood there.
        likeness: of the wording to the phrase, 0 to 1.
        page: the number of the page of a PDF on which it stood first; None elsewhere.
        repeated: whether that block is boilerplate, a line that the site repeats: it may be worded otherwise by now.
    """

    page_id: int
    url: str
    title: str | None
    source: str | None
    language: str | None
    since: str
    until: str | None
    last_seen: str
    proved_by: tuple[str, str]
    not_before: str | None
    gone_by: str | None
    removed_since: str | None
    sentence: str
    mark: tuple[int, int]
    wording: str
    likeness: float
    last_sentence: str | None = None
    last_mark: tuple[int, int] | None = None
    page: int | None = None
    repeated: bool = False


def stood(
    db: Sqlite, phrase: str, filters: Filters = NO_FILTERS, least: float | None = None, limit: int | None = None
) -> list[Stood]:
    """The intervals in which a phrase stood, page after page by when each had it first, each page's in order of time.

    Args:
        filters: on pages, the language, `since` and `until`; `at` and `current` are for search only.
        limit: the most pages to return, and to look for proof of; None for all.
        least: with it, near wordings too, at least so like the phrase (0 to 1): an interval for each wording of a page.

    Raises:
        QueryError: the phrase has nothing to look for, or too much.
        NotFound: no source has the name that the filters give.
    """
    if len(phrase) > query.MAX_LENGTH:
        raise QueryError(f"The phrase has {len(phrase)} characters: {query.MAX_LENGTH} are the most.")
    if not index_words.sought(phrase)[0]:
        raise QueryError(f"'{phrase}' has no letter or digit to look for.")
    if least is None:
        term = Term(0, phrase, quoted=True)
        match = fulltext.exact_match(term)
        rows = _carriers(db, match.blocks("q"), filters, q=match.expression)
        found = list(_intervals(rows, lambda _: ""))
        worded: Worded = partial(_exact, term=term)
    else:
        sought = wordings.sought_phrase(phrase)
        chosen = page_filters.json_ids(_candidates(db, sought))
        rows = _carriers(db, "select value as block from json_each(:chosen)", filters, chosen=chosen)
        found = list(_intervals(rows, lambda text: _near(text, sought, least)))
        worded = partial(_nearest, sought=sought, least=least)
    repeated = boilerplate.covered(db, {each.first["block_id"] for each in found})
    pages: dict[int, list[_Interval]] = defaultdict(list)
    for each in found:
        pages[each.page].append(each)

    def prove(page: int) -> list[Stood]:
        proved = (_proved(db, each, worded, each.first["block_id"] in repeated) for each in pages[page])
        kept = [one for one in proved if _touches(one, filters)]
        return sorted(kept, key=lambda one: (one.since, -one.likeness, one.wording))

    return list(_first_pages({page: min(each.since[0] for each in own) for page, own in pages.items()}, prove, limit))


def _first_pages(begun: dict[int, str], prove: Callable[[int], list[Stood]], limit: int | None) -> Iterator[Stood]:
    """The intervals of the first pages, in order of their first intervals that the filters keep, then of address.

    Args:
        begun: when each page's first interval began, kept or not.
    """
    ready: list[tuple[str, str, list[Stood]]] = []
    waiting = sorted(begun, key=lambda page: begun[page])
    given = 0
    for page, following in zip(waiting, [*(begun[other] for other in waiting[1:]), "~"], strict=False):
        if own := prove(page):
            heappush(ready, (own[0].since, own[0].url, own))
        while ready and ready[0][0] < following:
            yield from heappop(ready)[2]
            given += 1
            if given == limit:
                return


# --- where it stands --------------------------------------------------------------------------------------------------


def _carriers(db: Sqlite, blocks: str, filters: Filters, **values: str | None) -> list[Any]:
    """The presence of some blocks (SQL, with its values), on the pages that the filters leave."""
    return db.rows(
        f"""select block_id, text, language, since_at, since_visit, until_at, until_visit
            from ({blocks}) cross join blocks on blocks.id = block cross join presence on block_id = block
            where (:only is null or block >> {BLOCK_BITS} in (select value from json_each(:only)))
            and block >> {BLOCK_BITS} not in (select value from json_each(:without))
            and (:languages is null or language in (select value from json_each(:languages)))
            order by since_at, since_visit, text""",
        only=page_filters.json_ids(page_filters.allowed(db, filters.source, filters.kind, filters.title, filters.country)),
        without=page_filters.json_ids(page_filters.left_out(db, filters.kind)),
        languages=page_filters.json_ids(page_filters.in_language(db, filters.language) if filters.language else None), **values,
    )  # fmt: skip


def _candidates(db: Sqlite, sought: wordings.SoughtPhrase) -> list[int]:
    """The blocks in which enough of a phrase's parts stand.

    Without the parts that are `needed` the rest is not enough: the blocks that have one of these, the rarest, are chosen,
    and only of these it is asked what else they have.
    """
    matches = {part: fulltext.word_match([(part.beginning, part.whole)]) for part in sought.parts}
    crowd = {
        part: db.value(
            f"select count(*) from ({match.blocks('q')} limit :most)", q=match.expression, most=_CROWD
        )
        for part, match in matches.items()
    }  # fmt: skip
    rest = sorted(sought.parts, key=lambda part: (crowd[part], -len(part.letters), part.beginning))
    needed: list[wordings.PhraseWord] = []
    while rest and (not needed or sought.is_enough(rest)):
        needed.append(rest.pop(0))
    has: dict[int, list[wordings.PhraseWord]] = defaultdict(list)
    for part in needed:
        for row in db.rows(matches[part].blocks("q"), q=matches[part].expression):
            has[row[0]].append(part)
    chosen = page_filters.json_ids(has)
    for part in rest if not all(map(sought.is_enough, has.values())) else ():
        # The plus keeps SQLite from looking each block up by itself.
        for row in db.rows(
            f"select block from ({matches[part].blocks('q')}) where +block in (select value from json_each(:chosen))",
            q=matches[part].expression, chosen=chosen,
        ):  # fmt: skip
            has[row[0]].append(part)
    enough: dict[tuple[wordings.PhraseWord, ...], bool] = {}
    return [
        block
        for block, parts in has.items()
        if enough.get(key := tuple(parts)) or (key not in enough and enough.setdefault(key, sought.is_enough(key)))
    ]


def _exact(row: Any, term: Term) -> Wording:
    marks = marks_of(row["text"], row["language"], [(term, False)])
    return Wording(*(marks[0] if marks else (0, 0)), 1.0)


def _nearest(row: Any, sought: wordings.SoughtPhrase, least: float) -> Wording | None:
    return wordings.nearest(row["text"], sought, least)


def _near(text: str, sought: wordings.SoughtPhrase, least: float) -> str | None:
    found = wordings.near(text, sought, least)
    return None if found is None else "" if found.likeness == 1 else found.spelt


class _Interval(NamedTuple):
    """An interval in which a phrase was on a page, with the rows of the first and of the last block that had it."""

    page: int
    since: Moment
    until: Moment
    first: Any
    last: Any


def _intervals(rows: list[Any], find: Find) -> Iterator[_Interval]:
    """The intervals in which a phrase was on a page.

    Spans of one wording, however it is spelt, are united; exact ones are one wording.
    """
    spans: dict[tuple[int, str], list[tuple[Moment, Moment]]] = defaultdict(list)
    first: dict[tuple[int, str, Moment], Any] = {}
    last: dict[tuple[int, str, Moment], Any] = {}
    in_block: dict[int, str | None] = {}
    for row in rows:
        block = row["block_id"]
        if block not in in_block:
            in_block[block] = find(row["text"])
        wording = in_block[block]
        if wording is None:
            continue
        which = block >> BLOCK_BITS, wording
        since = row["since_at"], row["since_visit"]
        until = (row["until_at"], row["until_visit"]) if row["until_at"] else (OPEN_END, 0)
        spans[which].append((since, until))
        first.setdefault((*which, since), row)
        last[*which, until] = row
    for (page, spelt), own in spans.items():
        for since, until in union(own):
            yield _Interval(page, since, until, first[page, spelt, since], last[page, spelt, until])


# --- what proves it ---------------------------------------------------------------------------------------------------

_OBSERVED = """select observed_at, coalesce(captures.captured_at, observed_at) as captured_at
    from credible left join captures on captures.id = capture_id"""


def _proved(db: Sqlite, interval: _Interval, worded: Worded, repeated: bool) -> Stood:
    """An interval with what was seen at its ends and just outside."""
    page, since, until, row, latest = interval
    wording = worded(row)
    assert wording
    before, last = (
        db.row(
            f"{_OBSERVED} where visit_id = ({last_credible(condition=BEFORE)})",
            page=page, at=at, visit=visit,
        )
        for at, visit in (since, until)
    )  # fmt: skip
    captured = db.value(
        "select captured_at from observations join captures on captures.id = capture_id where visit_id = :visit",
        visit=since[1],
    )
    about = db.row(
        """select url, pages.title, kind, sources.name as source from pages left join sources on sources.id = source_id
           where pages.id = :page""",
        page=page,
    )
    number = _page(db, page, since[1], row["block_id"]) if about["kind"] == "pdf" else None
    stands = until[0] == OPEN_END
    gone = history.gone(db, page) if stands else None
    sentence, mark = _sentence(row, wording)
    at_last, last_mark = _sentence(latest, worded(latest))
    another = at_last != sentence
    return Stood(
        page_id=page, url=about["url"], title=about["title"], source=about["source"], language=row["language"],
        since=since[0], until=None if stands else last["observed_at"], last_seen=last["observed_at"],
        proved_by=(captured or since[0], last["captured_at"]), not_before=before["observed_at"] if before else None,
        gone_by=None if stands else until[0], removed_since=gone[0] if gone else None,
        sentence=sentence, mark=mark, last_sentence=at_last if another else None, last_mark=last_mark if another else None,
        wording=row["text"][wording.start : wording.end], likeness=round(wording.likeness, 3),
        page=number, repeated=repeated,
    )  # fmt: skip


def _sentence(row: Any, wording: Wording | None) -> tuple[str, tuple[int, int]]:
    """The sentence of a block in which a wording stands, and where in it."""
    assert wording
    start, end = wordings.sentence(row["text"], wording.start, wording.end)
    return row["text"][start:end], (wording.start - start, wording.end - start)


def _page(db: Sqlite, page: int, visit: int, block: int) -> int | None:
    """The number of the page of a PDF on which a block stood in the current revision at a visit."""
    number = db.value(
        "select number from observations join revisions on revisions.visit_id = revision where observations.visit_id = :visit",
        visit=visit,
    )
    return history.page_of(db, page, number, block)


def _touches(one: Stood, filters: Filters) -> bool:
    """Whether it was seen to stand in the period asked for; what stands now stands, as far as anybody knows."""
    return (filters.until is None or one.since <= filters.until) and (
        filters.since is None or one.until is None or one.until >= filters.since
    )
