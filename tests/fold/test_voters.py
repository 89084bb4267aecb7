"""Only captures that show a page have a say in what belongs to its document."""

from __future__ import annotations

import pytest
from helpers import URL, answer, day, read, told

from pagewitness.archive.derived import Reading, Signs, VisibleBlock
from pagewitness.archive.fold import derivation, voters
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words
from pagewitness.archive.views import history

ELSEWHERE = "https://example.org/reports"
TEXT = [f"Paragraph {number} of the assessment says at some length what the service thinks." for number in range(5)]
TITLE, BADGE = "Cyber resilience of hospitals", "Threat level: SEVERE"


def line(text: str, chance: float, kind: str = "p", path: str = "main/p", zone: str = "main") -> VisibleBlock:
    signs = Signs(chance, path, False, zone == "main" and chance > 0.5, False)
    return VisibleBlock(kind, text, zone, document=chance > 0.5, judged=signs)


def made(*blocks: VisibleBlock) -> Reading:
    digest = words.digest_of(repr(blocks))
    return Reading("c1", digest, "Title", "en", None, None, None, blocks, None)


DOCUMENT = [line(TITLE, 0.9, "h1", "main/h1"), *(line(text, 0.9) for text in TEXT)]
DOUBTED = made(line(BADGE, 0.3, path="div.banner"), *DOCUMENT)  # a line that one reading finds unlikely
OTHER = made(line(BADGE, 0.9, path="div.banner"), *(line(f"Another report, number {n}.", 0.9) for n in range(9)))
SAME = made(line(BADGE, 0.3, path="div.banner"), *DOCUMENT, line("One paragraph more is here.", 0.9))


def keep(db: Sqlite, page: Page, at: float, one: Reading, *, to: str | None = None, status: int = 200) -> None:
    """A capture of a page and its reading, folded in; `to`: where its address redirected."""
    reply = answer(f"<{at}>", url=to or page.url, status=status)
    if to:
        reply = type(reply)(reply.url, reply.status, reply.headers, reply.body, ((301, page.url, to),))
    capture = evidence.keep(db, Visit(page, "import", day(at)), reply)
    assert capture is not None
    read(db, capture, one)
    derivation.derive(db, page, "c1")


def texts(db: Sqlite, page: Page) -> list[list[str]]:
    return [[one.text for one in history.blocks_of(db, revision)] for revision in history.revisions(db, page)]


@pytest.mark.parametrize("how", [{"to": ELSEWHERE}, {"status": 404}, {"status": 503}])
def test_what_is_no_answer_of_the_page_does_not_change_its_past(db: Sqlite, how: dict[str, str | int]) -> None:
    """Not even if it finds a line likely that the page's own readings doubt."""
    page = evidence.known_page(db, URL)
    keep(db, page, 1, DOUBTED)
    before = texts(db, page)
    assert before == [[TITLE, *TEXT]]
    for at in (2, 3):
        keep(db, page, at, OTHER, **how)  # type: ignore[arg-type]
    assert texts(db, page) == before


def test_where_a_page_has_moved_with_its_text_it_goes_on(db: Sqlite) -> None:
    page = evidence.known_page(db, URL)
    keep(db, page, 1, DOUBTED)
    keep(db, page, 2, SAME, to=ELSEWHERE)
    assert texts(db, page) == [[TITLE, *TEXT], [TITLE, *TEXT, "One paragraph more is here."]]


def test_the_votes_do_not_depend_on_the_order_of_arrival(db: Sqlite) -> None:
    """An answer from elsewhere may come before the capture with which it is compared, and a reading may have been an error's."""
    captures = [
        (1, DOUBTED, {}),
        (2, OTHER, {"to": ELSEWHERE}),
        (3, SAME, {"to": ELSEWHERE}),
        (4, OTHER, {"status": 404}),
    ]
    found = []
    for number, order in enumerate(((0, 1, 2, 3), (3, 1, 0, 2), (1, 2, 3, 0), (2, 0, 3, 1))):
        page = evidence.known_page(db, f"{URL}/{number}")
        for at in order:
            when, one, how = captures[at]
            keep(db, page, when, one, **how)  # type: ignore[arg-type]
        found.append(texts(db, page))
    assert found == [found[0]] * 4


def test_a_reading_counts_once_a_capture_shows_it_as_the_page(db: Sqlite) -> None:
    page = evidence.known_page(db, URL)
    keep(db, page, 1, DOUBTED)
    keep(db, page, 2, SAME, status=500)
    keep(db, page, 3, SAME)
    assert [len(one) for one in texts(db, page)] == [6, 7]
    again = told(db, page)
    derivation.derive(db, page, "c1", from_start=True)
    assert told(db, page) == again


def test_the_newest_voter_is_the_last_one(db: Sqlite) -> None:
    """Also behind a long row of errors, and if the page has moved."""
    page = evidence.known_page(db, URL)
    keep(db, page, 1, DOUBTED)
    for at in range(2, 2 + voters._AT_ONCE + 1):
        keep(db, page, at, made(line(f"Error {at}", 0.9)), status=500)
    found = [voters.newest(db, page.id, "c1", PageTexts(db)), voters.voters(db, page.id, "c1", PageTexts(db))[-1]]
    assert found == [(1, 1), (1, 1)]
    keep(db, page, 90, OTHER, to=ELSEWHERE)
    assert voters.newest(db, page.id, "c1", PageTexts(db)) == (1, 1)
