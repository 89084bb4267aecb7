"""Which readings of a page have a say in what belongs to its document: those of captures that show the page.

An error page may be read as well as any other, and an address may redirect to another document. Such an answer says nothing
about the page, so it has no vote on its lines (`pooling`) and on what its site repeats (`line_counts`). The judge decides
whether an observation is credible by the members, which the votes make; here each reading's own signs have to do, so that one
does not rest on the other.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import NamedTuple

from pagewitness.archive.fold import instead, observing
from pagewitness.archive.fold.comparer import Comparer
from pagewitness.archive.fold.credibility import Answered, doubt
from pagewitness.archive.fold.judgement import Base, KnownText, Shown, State
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.votes import Pool
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

_CAPTURES = """
    select captures.id, captured_at, captures.url, status, headers, truncated, not_credible, language, reading_id,
        case when redirects <> '[]' then captures.url end as came_from
    from captures join capture_readings on capture_id = captures.id and capture_readings.cleaner = :cleaner
    join readings on readings.id = reading_id
    where captures.page_id = :page and not_credible is null
        and (:all or reading_id > :after or reading_id in (select value from json_each(:also)))
    order by captured_at, captures.id"""

# Whether an answer of a page came from another address than its first one, after a redirect.
_ELSEWHERE = """
    select 1 from captures join pages on pages.id = page_id
    where page_id = :page and redirects <> '[]' and captures.url not in (
        pages.url, (select url from captures where page_id = :page order by captured_at, id limit 1)) limit 1"""


class _Capture(NamedTuple):
    """A capture, and what its reading says about it; `came_from` is the address that answered after a redirect."""

    id: int
    captured_at: str
    url: str
    status: int
    headers: str
    truncated: str | None
    not_credible: str | None
    language: str | None
    reading_id: int
    came_from: str | None


class Voter(NamedTuple):
    """A capture that shows its page, and its reading."""

    capture: int
    reading: int


def is_elsewhere(db: Sqlite, page_id: int) -> bool:
    """Whether a page has ever been at another address than at first; then all of its captures have to be compared."""
    return bool(db.value(_ELSEWHERE, page=page_id))


def voters(
    db: Sqlite, page_id: int, cleaner: str, texts: PageTexts, after: int = 0, also: Collection[int] = ()
) -> list[Voter]:
    """The captures of a page that show it, oldest first: a function of its evidence.

    Args:
        cleaner: whose readings count.
        texts: the page's.
        after, also: only readings with a higher id, and these, are asked for; all of them if the page has been elsewhere.
    """
    elsewhere = is_elsewhere(db, page_id)
    which = {"all": elsewhere, "after": after, "also": json.dumps([*also])}
    rows = db.all(_Capture, _CAPTURES, page=page_id, cleaner=cleaner, **which)
    answers = [row for row in rows if doubt(_answered(row)) is None]
    shown = _of_page(db, page_id, answers, texts) if elsewhere else iter(answers)
    return [Voter(row.id, row.reading_id) for row in shown]


_AT_ONCE = 20  # captures that are looked at, newest first, before all are


def newest(db: Sqlite, page_id: int, cleaner: str, texts: PageTexts) -> Voter | None:
    """The last capture of a page that shows it, or None. Arguments as for `voters`."""
    if not is_elsewhere(db, page_id):
        last = f"{_CAPTURES.partition('order by')[0]} order by captured_at desc, captures.id desc limit {_AT_ONCE}"
        for row in db.all(_Capture, last, page=page_id, cleaner=cleaner, all=True, after=0, also="[]"):
            if doubt(_answered(row)) is None:
                return Voter(row.id, row.reading_id)
    return next(reversed(voters(db, page_id, cleaner, texts)), None)


def _answered(row: _Capture) -> Answered:
    return Answered(row.url, row.status, row.headers, row.not_credible, row.truncated)


def _of_page(db: Sqlite, page_id: int, rows: list[_Capture], texts: PageTexts) -> Iterator[_Capture]:
    """The captures that are not those of another document, to which the address redirected."""
    addresses = observing.addresses(db, evidence.page(db, page_id))
    own = _OwnSigns(texts.view, lambda: Membership(Pool()))
    state = State()
    for row in rows:
        shown = Shown(0, row.captured_at, row.id, row.reading_id, language=row.language, came_from=row.came_from)
        if instead.doubted(state, shown, own, addresses).doubt is None:
            text = KnownText(0, "", row.captured_at, row.language or (state.text.language if state.text else None))
            state = State(text, base=Base(row.id, row.reading_id))
            yield row


class _OwnSigns(Comparer):
    """Compares readings by what each of them takes for the document."""

    def _members_of(self, reading: int) -> tuple[int, ...]:
        blocks = enumerate(self.view(reading).blocks)
        return tuple(at for at, one in blocks if one.document or (one.signs.main and not one.signs.barred))
