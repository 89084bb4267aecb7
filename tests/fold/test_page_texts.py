"""The texts and the places of a page's lines: stored once, looked up once."""

from __future__ import annotations

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive.fold.layout import Standing
from pagewitness.archive.fold.page_texts import PageTexts, keep_groups, keep_lines, stored_blocks
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


def test_a_text_is_stored_once_for_each_page(db: Sqlite, page: Page) -> None:
    other = evidence.known_page(db, f"{URL}/other")
    first = keep_lines(db, page.id, ["Ships", "Boats", "Ships"])
    assert keep_lines(db, page.id, ["Boats"]) == {"Boats": first["Boats"]}
    assert keep_lines(db, other.id, ["Boats"])["Boats"] not in first.values()
    assert db.value("select count(*) from lines") == 3
    assert {len(digest) for digest in db.column(str, "select digest from lines")} == {32}


def test_where_lines_stand_is_stored_once_and_all_of_it_is_returned(db: Sqlite, page: Page) -> None:
    one, other = Standing("p", "main", "main/p"), Standing("li", "nav", "ul/li")
    first = keep_groups(db, page.id, {one})
    both = keep_groups(db, page.id, {one, other})
    assert both.keys() == {one, other}
    assert both[one] == first[one] != both[other]


def test_a_reading_is_looked_up_with_its_title_and_the_ids_of_its_texts(db: Sqlite, page: Page) -> None:
    texts = PageTexts(db)
    for at, lines in enumerate((["# Threats", "Ships"], ["Ships", "Boats"]), 1):
        capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"body {at}"))
        assert capture is not None
        read(db, capture, reading(lines, title="Threats now"))
        found = db.value("select max(id) from readings")
        view = texts.view(found)
        assert [block.text for block in view.blocks] == [line.removeprefix("# ") for line in lines]
        assert (view.title, view.blocks) == ("Threats now", stored_blocks(db, found))
        ids = db.mapping(str, int, "select text, id from lines")
        assert view.texts == [ids[block.text] for block in view.blocks]
