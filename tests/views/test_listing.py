"""The list of pages with their state."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import answer, day, read, reading

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import listing


def see(db: Sqlite, number: int, at: float, *lines: str, not_credible: str | None = None) -> None:
    """A visit to one of several pages."""
    page = evidence.known_page(db, f"https://agency.example/{number}")
    capture = evidence.keep(db, Visit(page, "import", day(at)), answer(f"{number} {at}", url=page.url))
    assert capture is not None
    read(db, capture, reading(lines, title=f"Report {number}", not_credible=not_credible))
    derivation.derive(db, page, "c1")


def asked(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many queries the list of pages takes."""
    queries: list[str] = []
    rows = db.rows

    def counted(sql: str, /, **values: Any) -> list[Any]:
        queries.append(sql)
        return rows(sql, **values)

    with monkeypatch.context() as patched:
        patched.setattr(db, "rows", counted)
        list(listing.page_rows(db, day(9)))
    return len(queries)


def test_more_pages_take_no_more_queries(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    see(db, 0, 0, "The threat is moderate.")
    for_one = asked(db, monkeypatch)
    for number in range(1, 6):
        see(db, number, number, "The threat is moderate.")
    assert asked(db, monkeypatch) == for_one


def test_each_page_has_its_own_last_observation_and_its_own_pending_change(db: Sqlite) -> None:
    """A change to another text is pending since it was first shown, though answers that are not credible came between."""
    for number in range(3):
        see(db, number, number / 10, f"The threat to cables is moderate, says report {number}.", "It has not changed.")
    see(db, 1, 2, "Quite another text.", "It has nothing in common with the first.")
    see(db, 1, 3, "Sorry", not_credible="an error page")
    see(db, 2, 4, "Sorry", not_credible="an error page")
    rows = list(listing.page_rows(db, day(5)))
    assert [row["pending"] for row in rows] == [None, day(2), None]
    assert [row["state"] for row in rows] == ["imported", "suspect", "suspect"]
    assert [row["last_visit"] for row in rows] == [day(0), day(3), day(4)]


def test_a_change_is_pending_since_its_first_visit_however_many_came_since(db: Sqlite) -> None:
    see(db, 0, 0, "The threat to cables is moderate.", "It has not changed.")
    see(db, 0, 1, "Quite another text.", "It has nothing in common with the first.")
    for at in range(60):
        see(db, 0, 2 + at / 100, "Sorry", not_credible="an error page")
    [row] = listing.page_rows(db, day(3))
    assert row["pending"] == day(1)
