"""What a site repeats, as it is stored: which lines are no members on which pages."""

from __future__ import annotations

from helpers import URL, answer, day, read, reading

from pagewitness.archive.fold import boilerplate, derivation
from pagewitness.archive.fold.boilerplate import Repeated
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

HOST = "example.org"


def visited(db: Sqlite, url: str, cleaner: str = "c1") -> Page:
    page = evidence.known_page(db, url)
    capture = evidence.keep(db, Visit(page, "run", day(1)), answer(url))
    assert capture is not None
    read(db, capture, reading([url], cleaner=cleaner))
    derivation.derive(db, page, cleaner)
    return page


def test_a_repeated_line_is_no_member_except_on_the_pages_that_are_exempt(db: Sqlite) -> None:
    one, other = (evidence.known_page(db, f"{URL}/{name}") for name in "ab")
    boilerplate.set_lines(db, HOST, {"first": [], "second": [other.id]})
    assert boilerplate.repeated_on(db, one).keys == {"first", "second"}
    assert boilerplate.repeated_on(db, other).keys == {"first"}


def test_where_nothing_is_repeated_all_lines_may_be_members(db: Sqlite) -> None:
    page = evidence.known_page(db, URL)
    assert boilerplate.repeated_on(db, page) == Repeated(page.id, "", "{}")
    boilerplate.set_lines(db, HOST, {"first": []})
    boilerplate.set_lines(db, HOST, {})
    assert boilerplate.repeated_on(db, page) == Repeated(page.id, "", "{}")


def test_what_is_repeated_has_a_digest_that_does_not_depend_on_any_order(db: Sqlite) -> None:
    page, digests = evidence.known_page(db, URL), []
    for lines in ({"a": [2, 1], "b": []}, {"b": [], "a": [1, 2]}, {"a": [1], "b": []}):
        boilerplate.set_lines(db, HOST, lines)
        digests.append(boilerplate.repeated_on(db, page).digest)
    assert digests[0] == digests[1] != digests[2]
    assert {len(digest) for digest in digests} == {32}


def test_lines_are_stored_as_they_are_written_and_not_shown_in_messages(db: Sqlite) -> None:
    boilerplate.set_lines(db, HOST, {"ü": []})
    found = boilerplate.repeated_on(db, evidence.known_page(db, URL))
    assert found.written == '{"ü": []}'
    assert "ü" not in repr(found)


def test_a_history_is_stale_that_a_cleaner_made_with_other_boilerplate(db: Sqlite) -> None:
    """Whichever rules of a source, or reader of PDFs, it had."""
    mine = [visited(db, f"{URL}/{at}", name) for at, name in enumerate(("c1", "c1 rules-5e", "c1 pdf-9c"))]
    visited(db, f"{URL}/other", "c2")
    assert boilerplate.stale(db, "c1") == []
    boilerplate.set_lines(db, HOST, {"first": []})
    assert boilerplate.stale(db, "c1") == [page.id for page in mine]


def test_boilerplate_is_copied_with_a_page(db: Sqlite) -> None:
    from pagewitness.archive.fold.scratch_archive import take, temporary_archive

    page = visited(db, URL)
    with temporary_archive() as other:
        take(db, page, "c1", other)
        assert other.value("select count(*) from boilerplate") == 0
    boilerplate.set_lines(db, HOST, {"first": []})
    with temporary_archive() as other:
        take(db, page, "c1", other)
        assert boilerplate.repeated_on(other, page) == boilerplate.repeated_on(db, page)
