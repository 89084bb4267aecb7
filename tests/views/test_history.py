"""What the archive says about a page: revisions, the text at a moment, visits, and blame."""

from __future__ import annotations

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive.derived import Reading
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Answer, Outcome, Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import digest_of
from pagewitness.archive.views import blame, history

STANDING = ["# Threats", "The assessment describes the year that has passed.", "It says what may come."]
UNLIKELY, LIKELY = [*STANDING, "An attack is unlikely."], [*STANDING, "An attack is likely."]


def show(db: Sqlite, page: Page, at: float, made: Reading, status: int = 200) -> int:
    """A capture that shows something; it is folded in."""
    capture = evidence.keep(
        db, Visit(page, "import", day(at)), answer(f"<{at}>", status=status, record_id=f"<urn:{at}>")
    )
    assert capture is not None
    read(db, capture, made)
    derivation.derive(db, page, "c1")
    return capture


@pytest.fixture
def page(db: Sqlite) -> Page:
    """A page that said one thing on days 1 and 2, another on day 3, and the first again on day 5; day 4 was a wall."""
    found = evidence.known_page(db, URL)
    show(db, found, 1, reading(UNLIKELY, title="First"))
    show(db, found, 2, reading(UNLIKELY, title="First"))
    show(db, found, 3, reading(LIKELY, title="Second"))
    show(db, found, 4, reading(["Accept cookies."], not_credible="it is a wall"))
    show(db, found, 5, reading(UNLIKELY, title="First"))
    return found


def test_a_revision_is_known_by_the_capture_that_first_showed_it(db: Sqlite, page: Page) -> None:
    """Its number is its rank by time; its digest is that of its text."""
    one, two = history.revisions(db, page)
    assert (one.number, one.cause, one.captured_at, one.title) == (1, "first", day(1), "First")
    assert (two.number, two.cause, two.captured_at, two.title) == (2, "change", day(3), "Second")
    assert (
        one.words
        == len(
            [
                "Threats",
                "The",
                "assessment",
                "describes",
                "the",
                "year",
                "that",
                "has",
                "passed",
                "It",
                "says",
                "what",
                "may",
                "come",
            ]
        )
        + 4
    )
    assert one.digest == digest_of("\n".join(text.removeprefix("# ") for text in UNLIKELY))


def test_a_revision_was_last_seen_at_its_last_credible_observation(db: Sqlite, page: Page) -> None:
    """Also one that returned; a wall shows nothing."""
    assert [one.last_seen_at for one in history.revisions(db, page)] == [day(5), day(3)]
    evidence.note(db, Visit(page, "import", day(6), Outcome.NOT_MODIFIED))
    show(db, page, 7, reading(UNLIKELY), status=503)
    assert [one.last_seen_at for one in history.revisions(db, page)] == [day(6), day(3)]


@pytest.mark.parametrize(("at", "number"), [(0.5, None), (1, 1), (2.9, 1), (3, 2), (4.5, 2), (5, 1), (99, 1)])
def test_the_revision_current_at_a_moment(db: Sqlite, page: Page, at: float, number: int | None) -> None:
    """As far as was seen; none before the first capture."""
    assert history.current_at(db, page, day(at)) == number


def test_numbers_move_up_when_an_earlier_capture_arrives(db: Sqlite, page: Page) -> None:
    """A number is a rank; the time by which a revision is known stays."""
    show(db, page, 0.5, reading([*STANDING, "An attack is very likely."]))
    assert [(one.number, one.captured_at) for one in history.revisions(db, page)] == [
        (1, day(0.5)),
        (2, day(1)),
        (3, day(3)),
    ]


def test_a_late_capture_within_a_revision_changes_nothing_but_when_it_was_seen(db: Sqlite, page: Page) -> None:
    """Here: that the second was there for longer."""
    before = history.revisions(db, page)
    show(db, page, 4.5, reading(LIKELY, title="Second"))
    after = history.revisions(db, page)
    assert [one.digest for one in after] == [one.digest for one in before]
    assert [one.last_seen_at for one in after] == [day(5), day(4.5)]


def test_the_blocks_of_a_revision_with_since_when_they_stand(db: Sqlite, page: Page) -> None:
    """In reading order."""
    second = history.blocks_of(db, history.revisions(db, page)[1])
    assert [(block.kind, block.text) for block in second][:2] == [("h2", "Threats"), ("p", STANDING[1])]
    assert [block.first_seen for block in second] == [day(1)] * 3 + [day(3)]
    assert {block.language for block in second} == {"en"}


def test_blame_of_the_current_revision(db: Sqlite, page: Page) -> None:
    """What is on the page is current and was last seen when the page was; what returned counts from its return."""
    blamed = blame.blame(db, page, history.revisions(db, page)[0])
    assert [(one.text, one.first_seen, one.first_revision, one.last_seen, one.current) for one in blamed[2:]] == [
        (STANDING[2], day(1), 1, day(5), True),
        ("An attack is unlikely.", day(5), 1, day(5), True),
    ]


def test_blame_of_a_revision_that_is_gone(db: Sqlite, page: Page) -> None:
    """The block that went with it was last seen before the first observation without it."""
    blamed = blame.blame(db, page, history.revisions(db, page)[1])[-1]
    assert (blamed.text, blamed.first_seen, blamed.first_revision) == ("An attack is likely.", day(3), 2)
    assert (blamed.last_seen, blamed.current) == (day(3), False)


def test_the_bytes_and_details_of_a_revision(db: Sqlite, page: Page) -> None:
    """Those of the capture that first showed it."""
    revision = history.revisions(db, page)[1]
    assert history.raw(db, revision.capture_id) == b"<3>"
    assert history.reading_details(db, revision)["language"] == "en"


def test_every_visit_is_listed(db: Sqlite, page: Page) -> None:
    """Oldest first, with its verdict, whatever the order of arrival."""
    evidence.note(db, Visit(page, "run", day(0), Outcome.FAILED, reason="no answer"))
    rows = history.visits(db, page)
    assert [(row["visited_at"], row["outcome"], row["verdict"], row["number"]) for row in rows] == [
        (day(0), "failed", None, None),
        (day(1), "captured", "first", 1),
        (day(2), "captured", "unchanged", 1),
        (day(3), "captured", "changed", 2),
        (day(4), "captured", "suspect", 2),
        (day(5), "captured", "returned", 1),
    ]
    assert rows[4]["reason"] == "it is a wall"
    assert (rows[1]["status"], rows[1]["writer"], rows[1]["size"], rows[1]["url"]) == (200, "import", 3, URL)


def test_a_page_without_revisions_has_an_empty_history(db: Sqlite) -> None:
    page = evidence.known_page(db, URL)
    assert history.revisions(db, page) == []
    assert history.current_at(db, page, day(1)) is None
    assert history.visits(db, page) == []


def test_the_last_capture_by_a_moment_is_found_whatever_its_verdict(db: Sqlite, page: Page) -> None:
    """Day 4 was a wall."""
    found = [history.captured_by(db, page, day(at)) for at in (0.5, 1, 2.5, 4, 4.5, 99)]
    assert [capture and history.raw(db, capture) for capture in found] == [None, b"<1>", b"<2>", b"<4>", b"<4>", b"<5>"]


def test_returns_are_listed_with_their_revision(db: Sqlite, page: Page) -> None:
    """Oldest first."""
    show(db, page, 6, reading(LIKELY, title="Second"))
    assert history.returns(db, page) == [(day(5), 1), (day(6), 2)]


def test_a_visit_that_was_redirected_tells_where_its_answer_came_from(db: Sqlite, page: Page) -> None:
    moved = Answer("https://example.org/new", 200, (), b"<new>", redirects=((301, URL, "https://example.org/new"),))
    evidence.keep(db, Visit(page, "run", day(9)), moved)
    rows = history.visits(db, page)
    assert [row["came_from"] for row in rows] == [None] * 5 + ["https://example.org/new"]
