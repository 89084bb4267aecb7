"""A temporary archive with the evidence of a few pages, in which another cleaner can make their history."""

from __future__ import annotations

from pathlib import Path

from helpers import URL, answer, day, read, reading

from pagewitness.archive.fold import boilerplate, derivation
from pagewitness.archive.fold.scratch_archive import drop, take, temporary_archive
from pagewitness.archive.model import Outcome, Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

LINE = "An attack is unlikely."
HTML, PDF = "cleaner 2", "cleaner 2 pdf-3"


def visited(db: Sqlite, url: str, captures: int = 1, cleaner: str = "c1") -> Page:
    """A page with captures that a cleaner has read, each in its own way."""
    page = evidence.known_page(db, url)
    for at in range(captures):
        capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"{url} {at}"))
        assert capture is not None
        read(db, capture, reading([LINE, f"It is day {at}."], cleaner=cleaner))
    return page


def rows(db: Sqlite, table: str, page: Page) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.rows(f"select * from {table} where page_id = :page order by id", page=page.id)]


def test_a_page_is_taken_with_its_evidence_under_the_same_ids(db: Sqlite) -> None:
    visited(db, f"{URL}/other", 3)
    page = visited(db, URL, 2)
    evidence.note(db, Visit(page, "run", day(5), Outcome.FAILED))
    boilerplate.set_lines(db, "example.org", {"key": [7]})
    with temporary_archive() as other:
        take(db, page, "c1", other)
        for table in ("captures", "visits", "readings", "lines", "line_groups"):
            assert rows(other, table, page) == rows(db, table, page), table
            assert len(rows(other, table, page)) == other.value(f"select count(*) from {table}"), "of no other page"
        assert evidence.known_page(other, URL).id == page.id
        assert other.column(int, "select visit_id from fold_queue order by 1") == [4, 5], "what showed something"
        assert boilerplate.repeated_on(other, page) == boilerplate.repeated_on(db, page)
        assert derivation.derive(other, page, "c1").number == 2


def test_all_of_a_long_history_is_taken(db: Sqlite) -> None:
    """In parts: also what lies at their borders."""
    page = visited(db, URL)
    with db.transaction():
        db.execute("drop trigger captures_update")
        for at in range(1, 1_100):
            db.execute(
                """insert into captures (id, page_id, captured_at, url, status, headers, body_id)
                   select 10 + :at, page_id, :day, url, status, headers, body_id from captures where id = 1""",
                at=at,
                day=day(at),
            )
        db.execute("insert into capture_readings select id, 'c1', 1, '{}' from captures where id > 1")
    with temporary_archive() as other:
        take(db, page, "c1", other)
        for table in ("captures", "capture_readings"):
            assert other.value(f"select count(*) from {table}") == 1_100


def test_what_another_cleaner_read_is_taken_only_if_this_one_would_read_it_so(db: Sqlite) -> None:
    page = visited(db, URL, cleaner=HTML)
    with temporary_archive() as other:
        take(db, page, PDF, other)
        assert other.rows("select capture_id, cleaner, reading_id from capture_readings")[0][:] == (1, PDF, 1)
    with temporary_archive() as other:
        take(db, page, "c1", other)
        assert [other.value(f"select count(*) from {table}") for table in ("readings", "lines", "captures")] == [
            0,
            0,
            1,
        ]


def test_a_page_is_dropped_with_all_that_was_made_of_it(db: Sqlite) -> None:
    one, two = visited(db, URL, 2), visited(db, f"{URL}/other")
    with temporary_archive() as other:
        for page in (one, two):
            take(db, page, "c1", other)
            derivation.derive(other, page, "c1")
        drop(other, one)
        tables = other.column(
            str, "select name from sqlite_master where type = 'table' and sql like '%page_id integer%'"
        )
        assert {"captures", "revisions", "checkpoints"} < {*tables}
        for table in tables:
            assert rows_of(other, table, one) == 0, table
        assert other.column(int, "select id from pages") == [two.id]
        assert other.value("select count(*) from bodies") == other.value("select count(*) from captures") == 1
        assert derivation.derive(other, two, "c1").number == 1


def rows_of(db: Sqlite, table: str, page: Page) -> int:
    return int(db.value(f"select count(*) from {table} where page_id = :page", page=page.id))


def test_it_is_deleted_in_the_end(db: Sqlite) -> None:
    with temporary_archive() as other:
        file = Path(other.path)
        assert file.exists()
    assert not file.exists()
