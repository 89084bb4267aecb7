"""When each line appeared, when it was removed, and what replaced it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from pagewitness.archive.derived import Revision, block_range
from pagewitness.archive.diff.pairing import pair
from pagewitness.archive.model import Page
from pagewitness.archive.store.credible import BEFORE, last_credible_sql
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import history
from pagewitness.archive.views.absence import watched


@dataclass(frozen=True, slots=True)
class Blamed:
    """A line with the interval in which it was on the page.

    Attributes:
        first_seen, last_seen: the first and the last observation of its latest interval.
        first_revision: the number of the revision that brought it.
        current: whether it is still on the page.
        gone_by: the first credible observation without it; None while it is current.
        replaced_by: the text that replaced it, as `diff` pairs lines (several lines are joined by line feeds); None
            while it is current, or if nothing replaced it.
        page: the page of a PDF on which it begins; None elsewhere, and for removed lines.
        compared: whether `replaced_by` was looked for; False once the time for that was used up.
        visits: how many visits have seen the page without it since; 0 while it is current.
        longest_gap: the most seconds between two of them; None for less than two.
    """

    kind: str
    text: str
    first_seen: str
    first_revision: int
    last_seen: str
    current: bool
    gone_by: str | None
    replaced_by: str | None
    page: int | None = None
    compared: bool = True
    visits: int = 0
    longest_gap: float | None = None


_PRESENCE = """select blocks.id, kind, text, since_at as first_seen, number as first_revision, until_at, until_visit,
        coalesce((select max(observed_at) from credible
                  where credible.page_id = :page and (observed_at, visit_id) < (coalesce(until_at, 'Z'), coalesce(until_visit, 0))),
            since_at) as last_seen
    from {source} join presence on block_id = blocks.id and (since_at, since_visit) = (
        select since_at, since_visit from presence where block_id = blocks.id and {chosen}
        order by since_at desc, since_visit desc limit 1)
    join observations as began on began.visit_id = since_visit join revisions on revisions.visit_id = began.revision"""


_LINES_OF = (
    _PRESENCE.format(source="json_each(:ids) join blocks on blocks.id = value", chosen="since_at <= :at")
    + " order by key"
)
_REMOVED = f"""
    {_PRESENCE.format(source="blocks", chosen="until_at <= :at")}
    where blocks.id between :first and :last and blocks.id not in (select value from json_each(:ids))
        and not exists ( -- it is there in another wording
            select 1 from json_each(:ids) join blocks as own on own.id = value join presence as other on other.block_id = own.id
            where own.form = blocks.form and own.kind = blocks.kind and other.since_at >= presence.until_at)
    order by until_at desc, until_visit desc, blocks.id limit :limit"""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its interval, as `_PRESENCE` selects it."""

    id: int
    kind: str
    text: str
    first_seen: str
    first_revision: int
    until_at: str | None
    until_visit: int | None
    last_seen: str


@dataclass(frozen=True, slots=True)
class _Revised:
    """An observation and the lines of its revision (a JSON list of ids)."""

    observed_at: str
    blocks: str


def blame(db: Sqlite, page: Page, revision: Revision) -> list[Blamed]:
    """The lines of a revision in reading order, each with its interval at the time the revision was last seen.

    A line of the current revision is current, even if the page returned to that revision.
    """
    rows = db.all(_Line, _LINES_OF, page=page.id, ids=json.dumps(revision.block_ids), at=revision.last_seen_at)
    found = _blamed(db, page, rows)
    return [replace(one, page=number) for one, number in zip(found, history.pdf_pages(db, revision), strict=True)]


def _never() -> bool:
    return False


def removed(
    db: Sqlite, page: Page, revision: Revision, limit: int | None = None, late: Callable[[], bool] = _never
) -> list[Blamed]:
    """Lines that were on the page before a revision and are not in it, each with its latest interval.

    The most recently removed come first; those removed together are in reading order.

    Args:
        limit: the most lines to return; None for all.
        late: whether the time for comparing texts is used up; from then on lines are not `compared`.
    """
    first, last = block_range(page.id)
    rows = db.all(
        _Line,
        _REMOVED,
        page=page.id,
        first=first,
        last=last,
        ids=json.dumps(revision.block_ids),
        at=revision.last_seen_at,
        limit=-1 if limit is None else limit,
    )
    end = (revision.last_seen_at, sys.maxsize)
    gone = {row.until_at: row.until_visit for row in rows if row.until_at}
    seen = {at: watched(db, page.id, (at, visit or 0), end) for at, visit in gone.items()}
    blamed = _blamed(db, page, rows, in_order=False, late=late)
    return [
        replace(one, visits=seen[one.gone_by].visits, longest_gap=seen[one.gone_by].longest_gap) if one.gone_by else one
        for one in blamed
    ]


def _blamed(
    db: Sqlite, page: Page, rows: list[_Line], *, in_order: bool = True, late: Callable[[], bool] = _never
) -> list[Blamed]:
    """Args: in_order: whether the rows are in reading order; if not, those removed together are put in it."""
    blamed: list[Blamed] = []
    for visit, group in groupby(rows, key=lambda row: None if in_order else row.until_visit):
        own = list(group)
        if not in_order and late():
            blamed += [replace(_one(row, {}), compared=False) for row in own]
            continue
        became = {one: _became(db, page, one) for row in own if (one := row.until_visit) is not None}
        if not in_order:
            assert visit is not None  # a line that is in no revision since has left the page
            places = {block: place for place, block in enumerate(became[visit])}
            own.sort(key=lambda row: places.get(row.id, len(places)))
        blamed += [_one(row, became.get(row.until_visit or 0, {})) for row in own]
    return blamed


def _one(row: _Line, became: Mapping[int, str | None]) -> Blamed:
    return Blamed(
        row.kind,
        row.text,
        row.first_seen,
        row.first_revision,
        row.last_seen,
        row.until_at is None,
        row.until_at,
        became.get(row.id),
    )


_BECAME = f"""
    select observed_at, blocks from credible join revisions on revisions.visit_id = revision
    where credible.visit_id = ({last_credible_sql(condition=BEFORE)})"""


def _became(db: Sqlite, page: Page, visit: int) -> dict[int, str | None]:
    """The lines on the page until the observation of a visit, in order, each with the text that replaced it."""
    after = db.one(
        _Revised,
        """select observed_at, blocks from observations join revisions on revisions.visit_id = revision
           where observations.visit_id = :visit""",
        visit=visit,
    )
    assert after is not None
    before = db.one(_Revised, _BECAME, page=page.id, at=after.observed_at, visit=visit)
    assert before is not None
    ids = [history.worded(db, json.loads(one.blocks), one.observed_at) for one in (before, after)]
    texts = _texts(db, {*ids[0], *ids[1]})
    old, new = ([texts[one] for one in side] for side in ids)
    became: dict[int, str | None] = dict.fromkeys(ids[0])
    for link in reversed(pair(old, new)):
        became |= dict.fromkeys((ids[0][i] for i in link.old), "\n".join(new[j] for j in link.new))
    return became


def _texts(db: Sqlite, ids: Iterable[int]) -> dict[int, str]:
    sql = "select blocks.id, text from json_each(:ids) join blocks on blocks.id = value"
    return db.mapping(int, str, sql, ids=json.dumps(list(ids)))
