"""On which page of a PDF a line begins."""

from __future__ import annotations

from dataclasses import replace

from helpers import URL, answer, day, read, reading

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.fold import derivation
from pagewitness.archive.fold.page_numbers import page_numbers
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

TITLE, FIRST, SECOND = "Threats", "An attack is “unlikely”.", "It is rare."


def shown(db: Sqlite, *lines: tuple[str, int | None], at: int = 1) -> int:
    """A PDF with lines, each with its page; the id of its reading."""
    page = evidence.known_page(db, URL)
    capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"body {at}"))
    assert capture is not None
    blocks = tuple(VisibleBlock("p", text, page=number) for text, number in lines)
    read(db, capture, replace(reading([text for text, _ in lines]), blocks=blocks))
    derivation.derive(db, page, "c1")
    found: int = db.value("select max(id) from readings")
    return found


def ids(db: Sqlite, *texts: str) -> list[int]:
    known = db.mapping(str, int, "select text, id from blocks")
    return [known[text] for text in texts]


def test_each_line_has_the_page_on_which_it_begins(db: Sqlite) -> None:
    found = shown(db, (TITLE, 1), (FIRST, 1), (SECOND, 3))
    assert page_numbers(db, found, ids(db, TITLE, FIRST, SECOND)) == [1, 1, 3]


def test_a_page_without_pages_has_no_numbers(db: Sqlite) -> None:
    found = shown(db, (TITLE, None), (FIRST, None))
    assert page_numbers(db, found, ids(db, TITLE, FIRST)) == [None, None]


def test_a_line_that_is_there_twice_has_two_pages_in_order(db: Sqlite) -> None:
    found = shown(db, (TITLE, 1), (FIRST, 1), (TITLE, 2), (SECOND, 2), (TITLE, 3))
    assert page_numbers(db, found, ids(db, TITLE, TITLE, SECOND, TITLE)) == [1, 2, 2, 3]


def test_a_line_is_known_in_another_typography(db: Sqlite) -> None:
    """It keeps that of its first observation, as often as it is there."""
    shown(db, (TITLE, 1), (FIRST, 1), (SECOND, 1))
    typed = FIRST.replace("“", '"').replace("”", '"')
    found = shown(db, (TITLE, 1), (typed, 2), (SECOND, 3), (typed, 4), at=2)
    assert page_numbers(db, found, ids(db, TITLE, FIRST, SECOND, FIRST)) == [1, 2, 3, 4]


def test_a_line_that_the_reading_lacks_has_no_page_and_leaves_the_next_ones_in_their_places(db: Sqlite) -> None:
    shown(db, (TITLE, 1), (FIRST, 1), (SECOND, 1))
    found = shown(db, (TITLE, 1), (SECOND, 5), at=2)
    assert page_numbers(db, found, ids(db, TITLE, FIRST, SECOND)) == [1, None, 5]
