"""Readings in the archive: one for each distinct page and cleaner, and what one cleaner has of another's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers import URL, answer, day, reading

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.fold import readings
from pagewitness.archive.model import Capture, Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

HTML, OTHER_HTML = "cleaner 2", "cleaner 3"
NEW_PDF = f"{HTML} pdf-2"  # the cleaner 2 with a reader of PDFs


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


def capture(db: Sqlite, page: Page, body: str = "", kind: str = "text/html", url: str = URL) -> Capture:
    """Another capture of a page; one with no body of its own has another one's bytes."""
    at = int(db.value("select count(*) from captures"))
    made = answer(body or f"body {at}", headers=(("content-TYPE", kind), ("Content-Type", "second")), url=url)
    found = evidence.keep(db, Visit(page, "run", day(at)), made)
    assert found is not None
    return evidence.capture(db, found)


def count(db: Sqlite, table: str = "readings") -> int:
    return int(db.value(f"select count(*) from {table}"))


# --- storing ----------------------------------------------------------------------------------------------------------


def test_a_reading_comes_back_as_it_was(db: Sqlite, page: Page) -> None:
    made = replace(
        reading(["# Threats", "An attack is unlikely."], title="Threats", not_credible="it is empty"),
        published="2024-01-01", modified="2024-01-02", author="The Service",
        encodings={"used": "utf-8"}, details={"agency": "Ministère"},
    )  # fmt: skip
    one = capture(db, page)
    assert not readings.is_read_by(db, one, "c1")
    readings.add(db, one, made)
    assert readings.is_read_by(db, one, "c1")
    assert readings.reading_of(db, one.id, "c1") == made
    assert db.value("select details from readings") == '{"agency":"Ministère"}'


def test_equal_readings_of_a_page_are_stored_once(db: Sqlite, page: Page) -> None:
    one, same, other = capture(db, page), capture(db, page), capture(db, page)
    for each, text in (
        (one, "An attack is unlikely."),
        (same, "An attack is unlikely."),
        (other, "An attack is likely."),
    ):
        readings.add(db, each, reading([text]))
    assert count(db) == 2
    assert [readings.reading_of(db, each.id, "c1").blocks for each in (one, same, other)] == [
        (VisibleBlock("p", "An attack is unlikely."),), (VisibleBlock("p", "An attack is unlikely."),),
        (VisibleBlock("p", "An attack is likely."),),
    ]  # fmt: skip
    readings.add(db, capture(db, evidence.known_page(db, f"{URL}/other")), reading(["An attack is unlikely."]))
    assert count(db) == 3, "but another page has its own"


def test_a_capture_has_its_reading_by_the_whole_name_of_its_cleaner(db: Sqlite, page: Page) -> None:
    one = capture(db, page)
    readings.add(db, one, reading(["An attack is unlikely."], cleaner=HTML), NEW_PDF)
    assert readings.is_read_by(db, one, NEW_PDF)
    assert not readings.is_read_by(db, one, HTML)
    assert [*readings.read_by(db, one.id)] == [HTML]


def test_attempts_are_counted(db: Sqlite, page: Page) -> None:
    one = capture(db, page)
    assert [readings.count_attempt(db, one, "c1") for _ in range(3)] == [1, 2, 3]
    assert readings.count_attempt(db, one, "c2") == 1


def test_captures_without_a_reading_are_missing(db: Sqlite, page: Page) -> None:
    readings.add(db, capture(db, page), reading(["An attack is unlikely."]))
    capture(db, page)
    assert readings.missing(db, {page.id: "c1"}) == 1
    assert readings.missing(db, {page.id: "c2"}) == 2
    assert readings.missing(db, {}) == 0


# --- not to be read again ---------------------------------------------------------------------------------------------


def test_the_same_bytes_from_the_same_address_of_the_same_type_have_the_same_reading(db: Sqlite, page: Page) -> None:
    """The first field with the type counts, however its name is written."""
    readings.add(db, capture(db, page, "same"), reading(["An attack is unlikely."]))
    again = capture(db, page, "same")
    assert readings.read_as_before(db, again, "c1") is True
    assert readings.is_read_by(db, again, "c1")


@pytest.mark.parametrize(
    ("body", "kind", "url", "cleaner"),
    [
        ("another", "text/html", URL, "c1"), ("same", "text/plain", URL, "c1"),
        ("same", "text/html", f"{URL}/other", "c1"), ("same", "text/html", URL, "c2"),
    ],
)  # fmt: skip
def test_anything_else_has_to_be_read(db: Sqlite, page: Page, body: str, kind: str, url: str, cleaner: str) -> None:
    readings.add(db, capture(db, page, "same"), reading(["An attack is unlikely."]))
    other = capture(db, page, body, kind, url)
    assert readings.read_as_before(db, other, cleaner) is False
    assert not readings.is_read_by(db, other, cleaner)


def test_the_newest_pages_are_known_by_their_digests(db: Sqlite, page: Page) -> None:
    assert readings.REMEMBERED == 64
    made = [reading([f"An attack is likelier than on day {at}."]) for at in range(readings.REMEMBERED + 1)]
    with db.transaction():
        for one in made:
            readings.add(db, capture(db, page), one)
    assert readings.known(db, page.id, "c1") == {one.page_digest for one in made[1:]}
    assert readings.known(db, page.id, "c2") == frozenset()
    last = capture(db, page)
    readings.link_known(db, last, "c1", made[3].page_digest, {"used": "utf-8"})
    assert readings.reading_of(db, last.id, "c1") == replace(made[3], encodings={"used": "utf-8"})


# --- several cleaners -------------------------------------------------------------------------------------------------


def checkpoint(db: Sqlite, page: Page, cleaner: str) -> None:
    """The history of a page was made by a cleaner, from all its captures."""
    db.execute("delete from fold_queue")
    sql = """insert into checkpoints (page_id, observed_at, visit_id, cleaner, state) values (:page, '', 1, :cleaner, '{}')
        on conflict (page_id) do update set cleaner = :cleaner"""
    db.execute(sql, page=page.id, cleaner=cleaner)


@pytest.mark.parametrize(
    ("made_by", "cleaner", "pdf", "alike"),
    [
        pytest.param(HTML, HTML, False, True, id="the same"),
        pytest.param(NEW_PDF, NEW_PDF, True, True, id="the same, also of PDFs"),
        pytest.param(HTML, NEW_PDF, False, True, id="one that reads PDFs, too"),
        pytest.param(NEW_PDF, HTML, False, True, id="one that reads no PDFs, where there are none"),
        pytest.param(NEW_PDF, f"{HTML} pdf-3", False, True, id="another reader of PDFs, where there are none"),
        pytest.param(NEW_PDF, f"{HTML} pdf-3", True, False, id="another reader of PDFs"),
        pytest.param(HTML, OTHER_HTML, False, False, id="another reader of HTML"),
        pytest.param(NEW_PDF, f"{OTHER_HTML} pdf-2", False, False, id="the same reader of PDFs beside it"),
    ],
)
def test_two_cleaners_read_alike_what_both_read_in_the_same_way(
    db: Sqlite, page: Page, made_by: str, cleaner: str, pdf: bool, alike: bool
) -> None:
    readings.add(db, capture(db, page), reading(["An attack is unlikely."], cleaner=made_by if pdf else HTML), made_by)
    assert readings.reads_alike(db, page.id, made_by, cleaner) is alike


def test_before_the_first_history_what_is_queued_is_unread(db: Sqlite, page: Page) -> None:
    one, other = capture(db, page), capture(db, page)
    readings.add(db, one, reading(["An attack is unlikely."]))
    assert readings.unread(db, page.id, "c1") == [other.id]
    assert readings.unread(db, page.id, "c2") == [one.id, other.id]
    db.execute("delete from fold_queue")
    assert readings.unread(db, page.id, "c2") == []


def test_for_the_cleaner_of_a_history_only_what_is_queued_is_unread(db: Sqlite, page: Page) -> None:
    """It has read all else, so that is not looked for."""
    capture(db, page)
    checkpoint(db, page, "c1")
    assert readings.unread(db, page.id, "c1") == []
    last = capture(db, page)
    assert readings.unread(db, page.id, "c1") == [last.id]


def test_for_another_cleaner_all_captures_are(db: Sqlite, page: Page) -> None:
    one, other = capture(db, page), capture(db, page)
    checkpoint(db, page, "c1")
    assert readings.unread(db, page.id, "c2") == [one.id, other.id]


def test_another_cleaner_has_what_it_would_read_in_the_same_way(db: Sqlite, page: Page) -> None:
    """All but the PDFs, which another reader has read."""
    html, pdf = capture(db, page), capture(db, page)
    readings.add(db, html, reading(["An attack is unlikely."], cleaner=HTML), NEW_PDF)
    readings.add(db, pdf, reading(["An attack is likely."], cleaner=NEW_PDF))
    checkpoint(db, page, NEW_PDF)
    assert readings.unread(db, page.id, f"{HTML} pdf-3") == [pdf.id]
    assert readings.is_read_by(db, html, f"{HTML} pdf-3")
    assert count(db) == 2
    assert readings.unread(db, page.id, f"{OTHER_HTML} pdf-2") == [html.id, pdf.id]


def test_the_cleaner_of_a_history_takes_nothing_from_others(db: Sqlite, page: Page) -> None:
    one = capture(db, page)
    readings.add(db, one, reading(["An attack is unlikely."], cleaner=HTML), f"{HTML} pdf-3")
    checkpoint(db, page, NEW_PDF)
    assert readings.unread(db, page.id, NEW_PDF) == []
    assert not readings.is_read_by(db, one, NEW_PDF)
