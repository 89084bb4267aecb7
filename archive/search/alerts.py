"""Saved searches: each run reports the pages that start or stop matching."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from shlex import quote
from typing import NamedTuple, TypedDict

from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.search import find, page_filters, query
from pagewitness.archive.search.temporal_match import Filters
from pagewitness.archive.store.database import Sqlite

RESERVED = ("add", "rm")
KEPT = ("source", "country", "language", "kind", "title")  # the filters that apply to current text


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a run found for one alert.

    Attributes:
        found, lost: the addresses of the pages that started to match its query, and of those that stopped.
        refused: why it could not be evaluated: its query, saved by another version, is no longer valid, or its source is
            missing; None if it could.
    """

    name: str
    found: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    refused: str | None = None


class SavedAlert(NamedTuple):
    """A saved search; `filters` as JSON."""

    id: int
    name: str
    query: str
    filters: str
    added_at: str


ALERTS = "select id, name, query, filters, added_at from alerts"
_ADD = "insert into alerts (name, query, filters, added_at) values (:name, :query, :filters, :at) returning id"


def add_alert(db: Sqlite, name: str, text: str, at: str, filters: Filters = find.NO_FILTERS) -> int:
    """Save a search; the pages that match now are no news.

    Args:
        name: its name.
        text: the query (`query.parse`).
        at: the present moment.
        filters: on pages and the language (`KEPT`).

    Returns:
        the number of pages that match now.

    Raises:
        QueryError: the query is malformed, the name is taken, or a filter is on time.
        NotFound: no source matches the filters.
    """
    query.parse(text)
    asked = {one.name: value for one in fields(filters) if (value := getattr(filters, one.name)) is not None}
    if on_time := sorted(asked.keys() - set(KEPT)):
        raise QueryError(f"An alert searches the current text: it can't have the filter {on_time[0]}.")
    if name in RESERVED or not name.strip():
        raise QueryError(f"'{name}' can't be the name of an alert: choose another.")
    with db.transaction():
        if db.value("select 1 from alerts where name = :name", name=name):
            raise QueryError(f"There is an alert '{name}' already: `pagewitness alert rm {quote(name)}` removes it.")
        new: int = db.value(_ADD, name=name, query=text, filters=json.dumps(asked, ensure_ascii=False), at=at)
        found, _ = _record(db, new, find.current_matches(db, text, filters=filters), at)
        return len(found)


def remove(db: Sqlite, name: str) -> None:
    """Delete an alert and what it found. Raises NotFound."""
    with db.transaction():
        found = _alert(db, name).id
        db.execute("delete from alert_pages where alert_id = :id", id=found)
        db.execute("delete from alert_turns where alert_id = :id", id=found)
        db.execute("delete from alerts where id = :id", id=found)


def record(db: Sqlite, at: str) -> list[Noticed]:
    """Record, for each alert, which pages have started or stopped matching since it was last evaluated.

    Args:
        at: the present moment.

    Returns:
        the alerts with news.
    """
    noticed = []
    for alert in db.all(SavedAlert, f"{ALERTS} order by name"):
        # In one transaction: a run that looked earlier must not write later than another and undo its news.
        with db.transaction():
            if db.value("select 1 from alerts where id = :id", id=alert.id):
                noticed.append(_looked_at(db, alert, at))
    return [one for one in noticed if one.found or one.lost or one.refused]


def _looked_at(db: Sqlite, alert: SavedAlert, at: str) -> Noticed:
    """Evaluate one alert. If that fails, the reason is reported and the others continue."""
    try:
        pages = find.current_matches(db, alert.query, filters=saved_filters(alert.filters))
    except (QueryError, NotFound) as error:
        return Noticed(alert.name, refused=_reason(error))
    found, lost = _record(db, alert.id, pages, at)
    turns = [(page, 1) for page in sorted(found)] + [(page, 0) for page in sorted(lost)]
    db.many(
        "insert into alert_turns (alert_id, page_id, found, at) values (:alert, :page, :found, :at)",
        ({"alert": alert.id, "page": page, "found": is_found, "at": at} for page, is_found in turns),
    )
    return Noticed(alert.name, _addresses(db, found), _addresses(db, lost))


class AlertRow(TypedDict):
    """An alert as it is listed.

    `pages`: the number that match; `found` and `lost`: since it was added; `refused`: why it can't be evaluated and stays as
    it was; null if it can.
    """

    name: str
    query: str
    filters: dict[str, str]
    added_at: str
    pages: int
    found: int
    lost: int
    last_news: str | None
    refused: str | None


class _Counted(NamedTuple):
    """An alert with its counts, as the archive has it (`AlertRow`); `filters` as JSON, `last_news` empty for none."""

    name: str
    query: str
    filters: str
    added_at: str
    pages: int
    found: int
    lost: int
    last_news: str


def all_alerts(db: Sqlite) -> list[AlertRow]:
    """All alerts, by name."""
    rows = db.all(
        _Counted,
        """select name, query, filters, added_at, coalesce(sum(lost_at is null and page_id is not null), 0) as pages,
               coalesce(sum(found_at > added_at and not began_silent), 0) as found,
               coalesce(sum(lost_at is not null and not ended_silent), 0) as lost,
               max(max(case when not ended_silent then coalesce(lost_at, '') else '' end),
                   max(case when found_at > added_at and not began_silent then found_at else '' end)) as last_news
           from alerts left join alert_pages on alert_id = alerts.id group by alerts.id order by name""",
    )
    return [
        AlertRow(
            name=row.name,
            query=row.query,
            filters=json.loads(row.filters),
            added_at=row.added_at,
            pages=row.pages,
            found=row.found,
            lost=row.lost,
            last_news=row.last_news or None,
            refused=_refusal(db, row.query, row.filters),
        )
        for row in rows
    ]


def alert_refusal(db: Sqlite, name: str) -> str | None:
    """Why an alert can't be evaluated (`Noticed.refused`); None if it can. Raises NotFound."""
    alert = _alert(db, name)
    return _refusal(db, alert.query, alert.filters)


def _refusal(db: Sqlite, text: str, filters: str) -> str | None:
    try:
        find.check_query(db, text, saved_filters(filters))
    except (QueryError, NotFound) as error:
        return _reason(error)
    return None


def _reason(error: QueryError | NotFound) -> str:
    return str(error).splitlines()[0]


class AlertPage(TypedDict):
    """A page of an alert as it is listed.

    `found_at`: when a run found it; `lost_at`: null while it matches; `new`: whether it was found after the alert was added.
    """

    url: str
    title: str | None
    found_at: str
    lost_at: str | None
    new: bool


def pages_of_alert(db: Sqlite, name: str) -> list[AlertPage]:
    """The pages of an alert, the latest news first. Raises NotFound."""
    rows = db.all(
        AlertPage,
        """select url, title, found_at, lost_at, found_at > added_at and not began_silent as new
           from alert_pages join alerts on alerts.id = alert_id join pages on pages.id = page_id
           where alert_id = :id order by coalesce(lost_at, found_at) desc, url""",
        id=_alert(db, name).id,
    )
    return [{**row, "new": bool(row["new"])} for row in rows]


def _record(db: Sqlite, alert: int, pages: set[int], at: str) -> tuple[set[int], set[int]]:
    """Record which pages match an alert; returns those that are new, and those that no longer do."""
    sql = "select page_id from alert_pages where alert_id = :id and lost_at is null"
    known = set(db.column(int, sql, id=alert))
    found, lost = pages - known, known - pages
    db.many(
        "insert into alert_pages (alert_id, page_id, found_at) values (:alert, :page, :at) on conflict do nothing",
        ({"alert": alert, "page": page, "at": at} for page in sorted(found)),
    )
    db.many(
        "update alert_pages set lost_at = :at where alert_id = :alert and page_id = :page and lost_at is null",
        ({"alert": alert, "page": page, "at": at} for page in sorted(lost)),
    )
    return found, lost


def _addresses(db: Sqlite, pages: set[int]) -> tuple[str, ...]:
    sql = "select url from pages where id in (select value from json_each(:pages)) order by url"
    return tuple(db.column(str, sql, pages=page_filters.json_ids(pages)))


def saved_filters(saved: str) -> Filters:
    """The filters of an alert, from JSON. Raises QueryError if another version saved one that is unknown here."""
    kept = json.loads(saved)
    if unknown := sorted(kept.keys() - set(KEPT)):
        raise QueryError(f"Its filter '{unknown[0]}' is of another version.")
    return Filters(**kept)


def _alert(db: Sqlite, name: str) -> SavedAlert:
    """An alert. Raises NotFound."""
    found = db.one(SavedAlert, f"{ALERTS} where name = :name", name=name)
    if found is None:
        raise NotFound(f"There is no alert '{name}': `pagewitness alert` lists them.")
    return found
