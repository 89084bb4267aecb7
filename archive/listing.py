"""The list of pages with their state."""

from __future__ import annotations

from collections.abc import Iterator

from pagewitness.archive import history, times
from pagewitness.archive.database import Sqlite
from pagewitness.archive.model import Row

_QUERY = """
    select pages.id, url, pages.title, kind, sources.name as source, followed, due_at, interval, failures, visited_at, outcome,
        visits.status, (select count(*) from revisions where page_id = pages.id) as revisions,
        (select shown_at from showings where page_id = pages.id and verdict in ('first', 'changed', 'returned')
         order by shown_at desc, visit_id desc limit 1) as last_change
    from pages left join sources on sources.id = source_id
    left join visits on visits.id = (
        select id from visits where page_id = pages.id order by visited_at desc, id desc limit 1)
    where case when :kind is null then kind <> 'furniture' else kind = :kind end
    order by coalesce(sources.name, ''), url"""

_TAIL = """
    select shown_at, verdict, showings.reason, captures.status from showings
    left join captures on captures.id = capture_id
    where showings.page_id = :page order by shown_at desc, visit_id desc limit 50"""


def pages(db: Sqlite, at: str, kind: str | None = None) -> Iterator[Row]:
    """Every page: url, title, kind, source, state, last_visit, last_change, next_visit, failures, revisions, pending, question.

    Args:
        at: the present moment.
        kind: only pages of this kind; None for all but furniture.

    Yields:
        rows; `state` is the first that holds of `disallowed`, `failing`, `removed` (the last answers were 404 or 410),
        `suspect` (the last one is not credible), `overdue` (by more than an interval), `learned` (furniture), `followed`,
        `imported`.
        `last_change`: when another text came into force, a new one or one that returned.
        `pending`: since when something waits for confirmation. `question`: what a person should look at.
    """
    for row in db.rows(_QUERY, kind=kind):
        tail = db.rows(_TAIL, page=row["id"])
        state = _state(row, tail, at)
        yield {
            "url": row["url"],
            "title": row["title"],
            "kind": row["kind"],
            "source": row["source"],
            "state": state,
            "last_visit": row["visited_at"],
            "last_change": row["last_change"],
            "next_visit": row["due_at"] if row["followed"] else None,
            "failures": row["failures"],
            "revisions": row["revisions"],
            "pending": _pending(tail),
            "question": _question(state, tail, row),
        }


def _state(row: Row, tail: list[Row], at: str) -> str:
    if row["outcome"] == "disallowed":
        return "disallowed"
    if row["outcome"] in ("refused", "failed"):
        return "failing"
    if tail and tail[0]["verdict"] == "suspect":
        return "removed" if tail[0]["status"] in history.GONE else "suspect"
    if row["followed"] and row["due_at"] and row["due_at"] < times.later(at, -row["interval"]):
        return "overdue"
    if row["kind"] == "furniture":
        return "learned"
    return "followed" if row["followed"] else "imported"


def furnished(db: Sqlite) -> int:
    """Of how many hosts there is furniture."""
    count: int = db.value("select count(*) from pages where kind = 'furniture'")
    return count


def _pending(tail: list[Row]) -> str | None:
    """Since when something waits for confirmation: the first of the pending showings at the end."""
    since = None
    for row in tail:
        if row["verdict"] == "pending":
            since = row["shown_at"]
        elif row["verdict"] != "suspect":
            break
    return since


def _question(state: str, tail: list[Row], row: Row) -> str | None:
    if not row["followed"] and state != "suspect":
        return None  # that is the answer
    if state == "removed":
        return "Was the page removed, or has it moved?"
    if state == "suspect":
        return f"Is this the document? {tail[0]['reason']}"
    if state in ("failing", "disallowed"):
        return (
            f"Can it be reached at all? {row['failures']} visits in a row brought nothing."
            if row["failures"] > 2
            else None
        )
    return None
