"""The history of a phrase: the intervals in which it was on each page, and the captures that prove their ends.

A phrase is on a page while any one of its blocks has it, folded as in search; it does not extend over several blocks.
An interval is the union of the presence of such blocks. The observations before and after it show how exact its ends are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from heapq import heappop, heappush
from typing import NamedTuple

from pagewitness.archive.derived import PageState
from pagewitness.archive.errors import QueryError
from pagewitness.archive.search import fulltext, page_filters, phrase_presence, query, wordings
from pagewitness.archive.search.phrase_presence import Interval, Moment, PresentBlock
from pagewitness.archive.search.query import Term
from pagewitness.archive.search.temporal_match import NO_FILTERS, Filters
from pagewitness.archive.search.wordings import Wording
from pagewitness.archive.store.credible import BEFORE, last_credible_sql
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import index_words
from pagewitness.archive.text.intervals import OPEN_END
from pagewitness.archive.views import departures, history
from pagewitness.archive.views.absence import ALWAYS, watched

Worded = Callable[[PresentBlock], Wording | None]  # where a block has the phrase


@dataclass(frozen=True, slots=True)
class PhraseInterval:
    """An interval in which a phrase was on a page.

    Attributes:
        since: the first observation with it.
        until: the last observation with it (a 304 is one); None while it is on the page.
        last_seen: the last observation with it, whether or not it is still on the page.
        proved_by: the times of the captures whose bytes show it, the first and the last of the interval.
        not_before: the last credible observation before, without it; None if the page's first one has it.
        gone_by: the first credible observation without it; None while it is on the page.
        removed_since: the time from which the page has been removed; None if it has not, or the phrase was gone before.
        moved_since: the same of a page whose address leads to another text.
        blocked_since: the time from which we have been kept out of the page, if it had the phrase when it was last seen.
        visits: how many visits saw it absent after that, until it came back; or the page removed. 0 while it is there.
        longest_gap: the most seconds between two of them; None for less than two.
        visited: whether anybody visits the page: what an unvisited page showed last may have gone since.
        sentence: the first sentence that has it, and `mark` its place in that.
        last_sentence: a sentence that has it at last, and `last_mark` its place; None if the first one still does.
        wording: as it is worded there.
        likeness: of the wording to the phrase, 0 to 1.
        page: the page of a PDF on which its first block begins; None elsewhere.
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
    visits: int = 0
    longest_gap: float | None = None
    visited: bool = True
    moved_since: str | None = None
    blocked_since: str | None = None


def phrase_history(
    db: Sqlite, phrase: str, filters: Filters = NO_FILTERS, least: float | None = None, limit: int | None = None
) -> list[PhraseInterval]:
    """The intervals in which a phrase was on pages: those that had it first come first, each page's in order of time.

    Args:
        filters: on pages, the language, `since` and `until`; `at` and `current` are for search only.
        limit: the most pages to return; None for all.
        least: find similar wordings too, of at least this likeness (0 to 1), each with its own intervals; None for exact ones.

    Raises:
        QueryError: the phrase has no word, or is too long.
        NotFound: no source has the name that the filters give.
    """
    if len(phrase) > query.MAX_LENGTH:
        raise QueryError(f"The phrase has {len(phrase)} characters; the limit is {query.MAX_LENGTH}.")
    if not index_words.sought(phrase)[0]:
        raise QueryError(f"'{phrase}' has no letter or digit to look for.")
    if least is None:
        term = Term(0, phrase, quoted=True)
        match = fulltext.exact_match(term)
        rows = phrase_presence.presence_of(db, match.blocks("q"), filters, q=match.expression)
        worded: Worded = partial(phrase_presence.exact_wording, term=term)
        found = list(phrase_presence.intervals(rows, lambda row: "" if worded(row) else None))
    else:
        sought = wordings.sought_phrase(phrase)
        chosen = page_filters.json_ids(phrase_presence.blocks_with_phrase(db, sought))
        rows = phrase_presence.presence_of(db, "select value as block from json_each(:chosen)", filters, chosen=chosen)
        found = list(
            phrase_presence.intervals(rows, lambda row: phrase_presence.similar_spelling(row.text, sought, least))
        )
        worded = partial(phrase_presence.nearest_wording, sought=sought, least=least)
    pages: dict[int, list[Interval]] = defaultdict(list)
    for each in found:
        pages[each.page].append(each)

    def prove(page: int) -> list[PhraseInterval]:
        proved = [(each, _proved(db, each, worded)) for each in pages[page]]
        begun: dict[str, list[Moment]] = defaultdict(list)
        for each, one in sorted(proved, key=lambda pair: pair[0].since):
            begun[_same(one)].append(each.since)
        covered = (_covered(db, each, one, begun[_same(one)]) for each, one in proved)
        kept = [one for one in covered if _touches(one, filters)]
        return sorted(kept, key=lambda one: (one.since, -one.likeness, one.wording))

    return list(_first_pages({page: min(each.since[0] for each in own) for page, own in pages.items()}, prove, limit))


def _first_pages(
    begun: dict[int, str], prove: Callable[[int], list[PhraseInterval]], limit: int | None
) -> Iterator[PhraseInterval]:
    """The intervals of the first pages, by the start of the first interval that passes the filters, then by address.

    Args:
        begun: the start of each page's first interval, whether or not it passes.
    """
    ready: list[tuple[str, str, list[PhraseInterval]]] = []
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


_OBSERVED_BEFORE = f"""
    select observed_at, coalesce(captures.captured_at, observed_at) as captured_at
    from credible left join captures on captures.id = capture_id
    where visit_id = ({last_credible_sql(condition=BEFORE)})"""


class _Seen(NamedTuple):
    """An observation and when its capture was taken."""

    observed_at: str
    captured_at: str


class _About(NamedTuple):
    """What an interval says about its page."""

    url: str
    title: str | None
    kind: str
    followed: int
    source: str | None


_TITLE = f"select title from revisions where page_id = :page and number = ({history.CURRENT_AT})"


def _proved(db: Sqlite, interval: Interval, worded: Worded) -> PhraseInterval:
    """An interval with the observations at its ends and just outside."""
    page, since, until, row, latest = interval
    wording = worded(row)
    assert wording
    before, last = (db.one(_Seen, _OBSERVED_BEFORE, page=page, at=at, visit=visit) for at, visit in (since, until))
    captured = db.value(
        "select captured_at from observations join captures on captures.id = capture_id where visit_id = :visit",
        visit=since[1],
    )
    about = db.one(
        _About,
        """select url, pages.title, kind, followed, sources.name as source from pages left join sources on sources.id = source_id
           where pages.id = :page""",
        page=page,
    )
    assert last
    assert about
    number = _page(db, page, since[1], row.block_id) if about.kind == "pdf" else None
    is_current = until[0] == OPEN_END
    state, left = (departures.left(db, page) if is_current else None) or (None, None)
    sentence, mark = _sentence(row, wording)
    at_last, last_mark = _sentence(latest, worded(latest))
    another = at_last != sentence
    return PhraseInterval(
        page_id=page,
        url=about.url,
        title=db.value(_TITLE, page=page, at=last.observed_at) or about.title,
        source=about.source,
        language=row.language,
        since=since[0],
        until=None if is_current else last.observed_at,
        last_seen=last.observed_at,
        proved_by=(captured or since[0], last.captured_at),
        not_before=before.observed_at if before else None,
        gone_by=None if is_current else until[0],
        removed_since=left if state is PageState.REMOVED else None,
        moved_since=left if state is PageState.MOVED else None,
        blocked_since=departures.blocked_since(db, page) if is_current and not state else None,
        sentence=sentence,
        mark=mark,
        last_sentence=at_last if another else None,
        last_mark=last_mark if another else None,
        wording=row.text[wording.start : wording.end],
        likeness=round(wording.likeness, 3),
        page=number,
        visited=bool(about.followed),
    )


def _same(one: PhraseInterval) -> str:
    """What intervals of the same wording have in common: all exact ones are one wording."""
    return "" if one.likeness == 1 else one.wording.casefold()


def _covered(db: Sqlite, interval: Interval, one: PhraseInterval, begun: list[Moment]) -> PhraseInterval:
    """The same with the visits that saw the phrase absent after it.

    Args:
        begun: when the page's intervals of this wording begin, in order.
    """
    if since := one.removed_since or one.moved_since:
        state = PageState.REMOVED if one.removed_since else PageState.MOVED
        seen = watched(db, interval.page, (since, 0), state=state)
    elif one.gone_by:
        back = next((since for since in begun if since >= interval.until), ALWAYS)
        seen = watched(db, interval.page, interval.until, back)
    else:
        return one
    return replace(one, visits=seen.visits, longest_gap=seen.longest_gap)


def _sentence(row: PresentBlock, wording: Wording | None) -> tuple[str, tuple[int, int]]:
    """The sentence of a block that has a wording, and the wording's place in it."""
    assert wording
    start, end = wordings.sentence(row.text, wording.start, wording.end)
    return row.text[start:end], (wording.start - start, wording.end - start)


def _page(db: Sqlite, page: int, visit: int, block: int) -> int | None:
    """The page of a PDF on which a block begins in the revision that was current after a visit."""
    number = db.value(
        "select number from observations join revisions on revisions.visit_id = revision where observations.visit_id = :visit",
        visit=visit,
    )
    return history.pdf_page_of(db, page, number, block)


def _touches(one: PhraseInterval, filters: Filters) -> bool:
    """Whether it was on the page in the period of the filters; what is there now is taken to stay while somebody visits the page."""
    stays = one.until is None and one.visited and not (one.removed_since or one.moved_since)
    return (filters.until is None or one.since <= filters.until) and (
        filters.since is None or stays or one.last_seen >= filters.since
    )
