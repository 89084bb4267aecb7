"""What a browser made of an answer is evidence beside it, and what the capture is read from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers import answer, day, read, reading

from pagewitness.archive.errors import ArchiveError, FixityError, NotFound
from pagewitness.archive.fold import readings
from pagewitness.archive.fold.scratch_archive import drop, take, temporary_archive
from pagewitness.archive.model import Answer, Page, Rendering, Source, Visit
from pagewitness.archive.store import agenda, bodies, chain, evidence, finds, renderings, sources
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.finds import Found
from pagewitness.archive.views.rendered import rendered_part

PICTURE = b"\x89PNG"
MADE = '{"browser": "Chromium 1"}'


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, "https://example.org/app")


def shown(dom: bytes, picture: bytes | None = PICTURE, body: bytes = b"<div id=root>") -> Answer:
    return replace(answer(body), rendering=Rendering(dom, picture, MADE))


def kept(db: Sqlite, page: Page, at: float, made: Answer) -> int:
    capture = evidence.keep(db, Visit(page, "run", day(at)), made)
    assert capture is not None
    return capture


def test_all_three_are_kept_each_once_and_read_back(db: Sqlite, page: Page) -> None:
    first, second = kept(db, page, 1, shown(b"<p>one")), kept(db, page, 2, shown(b"<p>one"))
    assert db.value("select count(*) from bodies") == 3
    for one in (first, second):
        capture = evidence.capture(db, one)
        assert evidence.body_of(db, capture) == b"<div id=root>"
        assert evidence.document_of(db, capture) == b"<p>one"
        assert capture.content_type == "text/html; charset=utf-8"
        assert rendered_part(db, one, picture=True) == PICTURE
        assert rendered_part(db, one, picture=False) == b"<p>one"


def test_a_capture_without_a_browser_has_none(db: Sqlite, page: Page) -> None:
    plain, blind = kept(db, page, 1, answer("<p>one")), kept(db, page, 2, shown(b"<p>one", None))
    assert evidence.document_of(db, evidence.capture(db, plain)) == b"<p>one"
    with pytest.raises(NotFound, match=r"No browser showed https://example.org/assessment at 2024-01-02 00:00 UTC"):
        rendered_part(db, plain, picture=False)
    with pytest.raises(NotFound, match="could not take a picture"):
        rendered_part(db, blind, picture=True)


def test_a_reading_is_of_the_dom_whatever_was_sent(db: Sqlite, page: Page) -> None:
    """The same HTML with another DOM is another page, and the same DOM the same; a DOM is never taken for what was sent."""
    ids = [
        kept(db, page, 1, shown(b"<p>one")),
        kept(db, page, 2, shown(b"<p>two")),
        kept(db, page, 3, shown(b"<p>one", body=b"<div id=root></div>")),
        kept(db, page, 4, answer("<div id=root>")),
        kept(db, page, 5, answer("<p>one")),
    ]
    read(db, ids[0], reading(["One thing is likely."]))
    captures = [evidence.capture(db, one) for one in ids]
    assert [readings.read_as_before(db, one, "c1") for one in captures[1:]] == [False, True, False, False]


def test_an_altered_rendering_breaks_the_chain_and_the_database_refuses_it(db: Sqlite, page: Page) -> None:
    first, second = kept(db, page, 1, shown(b"<p>one")), kept(db, page, 2, answer("<p>two"))
    assert not list(chain.broken(db, "run"))
    for sql in ("update renderings set made = ''", "delete from renderings"):
        with pytest.raises(ArchiveError, match="renderings is append-only"):
            db.execute(sql)
    db.execute("drop trigger renderings_update")
    broken = db.value("select id from visits where capture_id = :first", first=first)
    for sql in (
        "update renderings set made = '{}'",
        "update renderings set picture_id = null",
        f"update renderings set dom_id = (select body_id from captures where id = {second})",
    ):
        with db.transaction():
            db.execute("savepoint before")
            db.execute(sql)
            assert list(chain.broken(db, "run")) == [broken]
            db.execute("rollback to before")


def test_a_damaged_dom_is_told(db: Sqlite, page: Page) -> None:
    capture = evidence.capture(db, kept(db, page, 1, shown(b"<p>one")))
    db.execute(
        "update frames set data = :data where id = (select frame_id from bodies where id = :dom)",
        data=bodies.pack(b"<p>two"), dom=capture.dom_id,
    )  # fmt: skip
    with pytest.raises(FixityError, match=r"The capture of https://example.org/assessment from 2024-01-02 00:00 UTC"):
        evidence.document_of(db, capture)


def test_a_temporary_archive_has_the_renderings_too(db: Sqlite, page: Page) -> None:
    capture = kept(db, page, 1, shown(b"<p>one"))
    with temporary_archive() as into:
        take(db, page, "c1", into)
        assert evidence.capture(into, capture) == evidence.capture(db, capture)
        drop(into, page)
        assert into.value("select (select count(*) from renderings) + (select count(*) from bodies)") == 0


def test_a_page_is_shown_as_its_source_says_unless_somebody_says_otherwise(db: Sqlite) -> None:
    service = Source("kss", "KSS", "LT", hosts=("example.org",), browser=True)
    sources.know(db, [service])
    (one, _), (two, _) = agenda.follow(db, ["https://example.org/1", "https://example.org/2"], None, 60, day(1))
    assert one.browser
    renderings.show_in_browser(db, [two.id], False)
    assert not evidence.page(db, two.id).browser
    found = finds.follow_found(db, evidence.page(db, two.id), [Found("https://example.org/3")], day(1))
    assert not found[0].browser
    sources.know(db, [replace(service, browser=False)])
    assert not evidence.page(db, one.id).browser
