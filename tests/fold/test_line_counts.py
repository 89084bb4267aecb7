"""How often the readings of a page show each of its lines, and which pages of a host are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from helpers import answer, day, read, reading

from pagewitness.archive.derived import Signs, VisibleBlock
from pagewitness.archive.fold import derivation
from pagewitness.archive.fold.line_counts import (
    MOST_PAGES,
    LineCount,
    PageLines,
    hosts,
    learned,
    line_texts,
    newest_reading,
    others,
    page_lines,
    sample,
)
from pagewitness.archive.fold.reading_view import line_key
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

HOST = "agency.example"


def shown(
    db: Sqlite,
    path: str,
    *readings: Sequence[VisibleBlock],
    status: int = 200,
    truncated: str | None = None,
    not_credible: str | None = None,
    since: float = 0,
) -> Page:
    """A page of the host that shows these blocks on the days after one another."""
    page = evidence.known_page(db, f"https://{HOST}/{path}")
    start = db.value("select count(*) from captures where page_id = :page", page=page.id)
    for at, blocks in enumerate(readings, start):
        made = replace(answer(f"{path} {at}", status=status, url=page.url), truncated=truncated)
        capture = evidence.keep(db, Visit(page, "run", day(since + at)), made)
        assert capture is not None
        plain = reading([f"{path} {at}"], not_credible=not_credible)
        read(db, capture, replace(plain, blocks=tuple(blocks)))
    derivation.derive(db, page, "c1")
    return page


def block(text: str, kind: str = "p", zone: str = "main", *, document: bool = True, main: bool = True) -> VisibleBlock:
    return VisibleBlock(kind, text, zone, 0.0, document, judged=Signs(0.9, zone, False, main, main))


LINE = block("An attack is unlikely.")


def count(db: Sqlite, page: Page, text: str = LINE.text) -> tuple[int, int, int]:
    """The readings that show a line, in which it may be a member, and in which it is main text."""
    found = page_lines(db, page.id).counts[line_key(text)]
    assert line_texts(db, [found.line]) == {found.line: text}
    return found.shown, found.document, found.main


@pytest.mark.parametrize(("shown", "main", "found"), [(3, 2, True), (2, 1, False), (3, 1, False)])
def test_a_line_is_main_text_if_it_is_in_most_readings(shown: int, main: int, found: bool) -> None:
    assert LineCount(1, shown, shown, main).is_main is found


def test_each_reading_counts_once(db: Sqlite) -> None:
    page = shown(db, "a", [LINE, LINE], [LINE, block("Ships")], [block("Boats")])
    assert count(db, page) == (2, 2, 2)
    assert count(db, page, "Ships") == (1, 1, 1)


def test_a_line_may_be_a_member_if_it_is_document_or_in_the_main_part_and_is_main_text_if_both(db: Sqlite) -> None:
    page = shown(
        db,
        "a",
        [
            LINE,
            block("Ships", document=False),
            block("Boats", document=False, main=False),
            block("Rafts", main=False),
        ],
    )
    assert [count(db, page, text) for text in ("Ships", "Boats", "Rafts")] == [(1, 1, 0), (1, 0, 0), (1, 1, 0)]


def test_main_text_is_in_the_zone_of_the_text_or_a_first_heading(db: Sqlite) -> None:
    page = shown(
        db, "a", [LINE, block("Ships", zone="header"), block("Threats", "h1", "header"), block("Boats", "h2", "aside")]
    )
    assert [count(db, page, text)[2] for text in (LINE.text, "Ships", "Threats", "Boats")] == [1, 0, 1, 0]


def test_a_line_at_several_places_is_counted_where_it_is_most_often(db: Sqlite) -> None:
    """And has an id of its text, whichever place has it."""
    nav = block(LINE.text, zone="nav", document=False, main=False)
    page = shown(db, "a", [LINE, nav], [nav], [block("Ships"), nav])
    assert count(db, page) == (3, 1, 1)


def test_the_lines_of_the_last_credible_capture_are_those_of_now(db: Sqlite) -> None:
    """In order, each once."""

    def now(page: Page) -> list[str]:
        return [*page_lines(db, page.id).now]

    page = shown(db, "a", [LINE], [block("Ships"), LINE, block("Ships"), block("Threats", zone="title")])
    expected = [line_key("Ships"), line_key(LINE.text)]
    assert now(page) == expected
    shown(db, "a", [block("Not found")], status=404)
    shown(db, "a", [block("Cut off")], truncated="length")
    shown(db, "a", [block("Who are you?")], not_credible="it looks like a bot wall")
    assert now(page) == expected
    shown(db, "a", [block("Moved")], status=300)
    assert now(page) == expected
    shown(db, "a", [block("Boats")], status=299)
    assert now(page) == [line_key("Boats")]


def test_a_page_without_readings_has_no_lines(db: Sqlite) -> None:
    page = evidence.known_page(db, f"https://{HOST}/a")
    assert page_lines(db, page.id) == PageLines(page.id, {}, ())


# --- which pages ------------------------------------------------------------------------------------------------------


def test_a_host_is_due_when_enough_of_its_pages_are_there_and_one_has_a_new_reading(db: Sqlite) -> None:
    assert newest_reading(db) == 0
    shown(db, "a", [LINE])
    assert hosts(db, "c1", 1) == [HOST]
    assert hosts(db, "c1", 2) == []
    learned(db, "c1", newest_reading(db))
    assert newest_reading(db) == 1
    assert hosts(db, "c1", 1) == []
    assert hosts(db, "c2", 1) == [HOST], "another cleaner has learned nothing"
    shown(db, "a", [block("Ships")])
    assert hosts(db, "c1", 1) == [HOST]


def test_what_was_learned_is_not_forgotten(db: Sqlite) -> None:
    shown(db, "a", [LINE], [block("Ships")])
    for reading_id in (2, 1):
        learned(db, "c1", reading_id)
        assert db.column(int, "select reading_id from boilerplate_cursor") == [2]
    learned(db, "c2", 1)
    assert db.rows("select cleaner, reading_id from boilerplate_cursor")[0][:] == ("c2", 1), "the last cleaner counts"


def test_pages_are_sampled_in_the_order_in_which_they_became_known(db: Sqlite) -> None:
    pages = [shown(db, path, [LINE], since=since) for path, since in (("b", 3), ("c", 1), ("a", 2))]
    evidence.known_page(db, f"https://{HOST}/unseen")
    assert sample(db, HOST) == [pages[1].id, pages[2].id, pages[0].id]
    assert others(db, HOST, [pages[0].id]) == [pages[1].id, pages[2].id]
    assert sample(db, "other.example") == []


def test_at_most_sixty_four_pages_are_sampled_and_an_added_page_replaces_one(db: Sqlite) -> None:
    assert MOST_PAGES == 64
    with db.transaction():
        for at in range(MOST_PAGES + 1):
            page = evidence.known_page(db, f"https://{HOST}/{at}")
            db.execute(
                "insert into readings (page_id, cleaner, page_digest, layout) values (:page, 'c1', '', x'')",
                page=page.id,
            )
    first = {*sample(db, HOST)}
    assert len(first) == MOST_PAGES
    assert len(others(db, HOST, first)) == 1
