"""Hits: what is shown of the pages that match a query."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from pagewitness.archive.derived import Hit, PageState
from pagewitness.archive.search.match_pass import MatchPass
from pagewitness.archive.search.query import terms
from pagewitness.archive.search.snippets import snippet
from pagewitness.archive.search.temporal_match import Filters, PageMatch, last_seen
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.intervals import OPEN_END
from pagewitness.archive.views import departures, history
from pagewitness.archive.views.absence import Coverage, watched

_SHOWN = """
    select since_at, until_at from presence where block_id = :block and since_at <= :last
    order by since_at desc limit 1"""


class _Block(NamedTuple):
    text: str
    language: str | None


class _Presence(NamedTuple):
    since_at: str
    until_at: str | None


def hits(db: Sqlite, found: list[tuple[PageMatch, MatchPass, int]], filters: Filters) -> list[Hit]:
    """The hits for some pages, given each page's pass and the block to show. A hit with the text of an earlier one names it."""
    made: list[Hit] = []
    shown: dict[str, str] = {}
    for page_match, match_pass, block in found:
        row = db.one(_Block, "select text, language from blocks where id = :id", id=block)
        assert row is not None
        hit = _hit(db, page_match, match_pass, row, shown.get(row.text))
        shown.setdefault(row.text, hit.url)
        hit = _of_its_text(db, hit, block)
        number = history.pdf_page_of(db, hit.page_id, hit.revision, block) if hit.kind == "pdf" else None
        made.append(replace(hit, page=number))
    return made


def _of_its_text(db: Sqlite, hit: Hit, block: int) -> Hit:
    """A hit with the time of the block that it shows; if the page matched in another wording later, with its revision."""
    shown = db.one(_Presence, _SHOWN, block=block, last=hit.last_seen)
    if shown is None:
        return hit
    since, until = shown
    if until is None or until > hit.last_seen:
        return replace(hit, shown_since=since)
    number = db.value(history.CURRENT_AT, page=hit.page_id, at=last_seen(db, hit.page_id, since, until))
    return replace(hit, shown_since=since, shown_until=until, revision=number or hit.revision)


_HIT = f"""
    select url, coalesce(revisions.title, pages.title) as title, kind, sources.name as source, revisions.number as revision,
        followed as visited
    from pages left join revisions on page_id = pages.id and number = ({history.CURRENT_AT})
    left join sources on sources.id = source_id where pages.id = :page"""


class _About(NamedTuple):
    """What a hit says about a page, as it was when it last matched."""

    url: str
    title: str | None
    kind: str
    source: str | None
    revision: int
    visited: int


def _hit(db: Sqlite, page_match: PageMatch, match_pass: MatchPass, block: _Block, same_as: str | None) -> Hit:
    excerpt, marks = snippet(*block, [(term, match_pass.stemmed) for term in terms(match_pass.node)])
    last = last_seen(db, page_match.page, *page_match.intervals[-1])
    about = db.one(_About, _HIT, page=page_match.page, at=last)
    assert about is not None
    state, since = (departures.left(db, page_match.page) if page_match.current else None) or (None, "")
    until, seen = page_match.intervals[-1][1], Coverage(0, None)
    if state or not page_match.current:
        seen = watched(db, page_match.page, (since or until, 0), state=state)
    return Hit(
        page_id=page_match.page,
        url=about.url,
        title=about.title,
        kind=about.kind,
        source=about.source,
        revision=about.revision,
        snippet=excerpt,
        marks=marks,
        first_seen=page_match.first,
        last_seen=last,
        current=page_match.current,
        language=block.language,
        same_as=same_as,
        removed_since=since if state is PageState.REMOVED else None,
        moved_since=since if state is PageState.MOVED else None,
        blocked_since=departures.blocked_since(db, page_match.page) if page_match.current and not state else None,
        periods=tuple((since, None if until == OPEN_END else until) for since, until in page_match.intervals),
        visits=seen.visits,
        longest_gap=seen.longest_gap,
        visited=bool(about.visited),
    )
