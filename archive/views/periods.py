"""When revisions were current, and when the page showed them in another order that was not confirmed."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from pagewitness.archive.model import Page
from pagewitness.archive.store.credible import AT, SHOWS_TEXT
from pagewitness.archive.store.database import Sqlite


class _Current(NamedTuple):
    number: int
    observed_at: str
    shown: int


_CURRENT = f"""
    select number, observed_at, {SHOWS_TEXT} as shown from credible join revisions on revisions.visit_id = revision
    where credible.page_id = :page order by observed_at, credible.visit_id"""


def periods(db: Sqlite, page: Page) -> dict[int, list[tuple[str, str]]]:
    """When each revision was current: by number, its periods as (first, last observation), oldest first.

    Periods of two revisions do not overlap: a text that returned has one for each time. An observation that shows another order
    ends none, as it is not confirmed, but none ends with it (`passing`).
    """
    found: dict[int, list[tuple[str, str]]] = {}
    for number, own in groupby(db.all(_Current, _CURRENT, page=page.id), key=lambda row: row.number):
        seen = [row.observed_at for row in own if row.shown]
        found.setdefault(number, []).append((seen[0], seen[-1]))
    return found


class Passing(NamedTuple):
    """Visits in the time of a revision that showed another order, or another line beside the text: how many, and the first."""

    number: int
    visits: int
    since: str


def passing(db: Sqlite, page: Page) -> list[Passing]:
    """What was seen of each revision in another order, or with another line beside the text, without being confirmed."""
    sql = f"""select number, count(*) as visits, min(observed_at) as since
        from credible join revisions on revisions.visit_id = revision
        where credible.page_id = :page and not {SHOWS_TEXT} group by number order by number"""
    return db.all(Passing, sql, page=page.id)


_DIFFERING = f"""
    select observed_at from credible where page_id = :page and {AT} and not {SHOWS_TEXT} and observed_at > coalesce(
        (select max(observed_at) from credible where page_id = :page and {AT} and {SHOWS_TEXT}), '')
    order by observed_at limit 1"""


def differing_since(db: Sqlite, page: Page, at: str) -> str | None:
    """The time from which, by a moment, observations have shown an order, or a line beside the text, that is not confirmed."""
    since: str | None = db.value(_DIFFERING, page=page.id, at=at)
    return since


def awaited(db: Sqlite) -> dict[int, str]:
    """The ids of pages whose last credible observation shows another order, or another line beside the text, with its time."""
    return db.mapping(
        int,
        str,
        f"""select current_revision.page_id, current_revision.observed_at from current_revision
            join observations on observations.visit_id = current_revision.visit_id where not {SHOWS_TEXT}""",
    )
