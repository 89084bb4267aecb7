"""Whatever is said to be absent, or there, says how well that was watched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import URL, archive, day, read, reading

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Answer, Page, Visit
from pagewitness.archive.search.find import search
from pagewitness.archive.search.phrases import phrase_history
from pagewitness.archive.search.temporal_match import Filters
from pagewitness.archive.store import agenda, evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import absence, blame, departures, history, selection
from pagewitness.archive.views.absence import Coverage

SAME = [f"Paragraph {number} of the yearly assessment stands as it did before, word for word." for number in range(4)]
SAID, UNSAID = [*SAME, "An attack on the harbour is unlikely."], [*SAME, "Nothing is known of the harbour."]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Sqlite]:
    with archive(tmp_path) as opened:
        yield opened


@pytest.fixture
def page(db: Sqlite) -> Page:
    """A page that said something on days 0 and 1, did not on days 2, 3 and 7 (a wall on day 5), and said it again from day 50."""
    found = evidence.known_page(db, URL)
    for at, text in [(0, SAID), (1, SAID), (2, UNSAID), (3, UNSAID), (5, None), (7, UNSAID), (50, SAID)]:
        visited(db, found, at, text)
    return found


def visited(db: Sqlite, page: Page, at: float, text: list[str] | None, status: int = 200, title: str = "Old") -> None:
    capture = evidence.keep(db, Visit(page, "import", day(at)), Answer(URL, status, (), f"{at}".encode()))
    assert capture is not None
    read(db, capture, reading(text or ["A wall"], title=title, not_credible=None if text else "it is a wall"))
    derivation.derive(db, page, "c1")


def test_a_phrase_says_how_many_visits_saw_it_absent_and_how_far_apart(db: Sqlite, page: Page) -> None:
    """Until it came back; the wall saw nothing. While it is there, none has."""
    first, again = phrase_history(db, "unlikely")
    assert (first.gone_by, first.visits, first.longest_gap) == (day(2), 3, 4 * 86400)
    assert (again.gone_by, again.visits, again.longest_gap) == (None, 0, None)
    [other] = phrase_history(db, "nothing is known")
    assert (other.visits, other.longest_gap) == (1, None)


def test_of_a_page_that_was_removed_the_answers_that_said_so_count(db: Sqlite, page: Page) -> None:
    for at, status in [(51, 404), (52, 404), (54, 403), (57, 410)]:
        visited(db, page, at, ["Not found"], status)
    last = phrase_history(db, "unlikely")[-1]
    assert (last.removed_since, last.visits, last.longest_gap) == (day(51), 3, 5 * 86400)
    [removal] = departures.removals(history.visits(db, page))
    assert (removal.visits, removal.longest_gap) == (3, 5 * 86400)


def test_of_a_page_whose_address_leads_to_another_text_the_text_is_not_said_to_be_there_still(
    db: Sqlite, page: Page
) -> None:
    for at in (51, 53):
        redirect = Answer("https://example.org/weather", 200, (), b"x", ((301, URL, "https://example.org/weather"),))
        capture = evidence.keep(db, Visit(page, "import", day(at)), redirect)
        assert capture is not None
        read(db, capture, reading(["Rain falls on the coast until noon; afterwards the sun returns, says nobody."]))
        derivation.derive(db, page, "c1")
    last, [hit] = phrase_history(db, "unlikely")[-1], search(db, "unlikely")
    assert (last.moved_since, last.removed_since, last.visits) == (day(51), None, 2)
    assert (hit.moved_since, hit.removed_since, hit.visits, hit.longest_gap) == (day(51), None, 2, 2 * 86400)


def test_a_removed_line_a_hit_and_a_revision_say_it_too(db: Sqlite, page: Page) -> None:
    [line] = [one for one in blame.removed(db, page, selection.current_revision(db, page)) if "Nothing" in one.text]
    assert (line.visits, line.longest_gap) == (1, None)
    [hit] = search(db, "nothing", Filters(current=False))
    assert (hit.visits, hit.longest_gap) == (1, None)
    second = history.revisions(db, page)[1]
    assert absence.of_revision(db, second) == Coverage(3, 4 * 86400)


def test_a_page_that_nobody_visits_is_not_said_to_show_anything_still(db: Sqlite, page: Page) -> None:
    """An imported one was last seen."""
    assert not phrase_history(db, "unlikely")[-1].visited
    assert not search(db, "unlikely")[0].visited
    agenda.follow(db, [URL], None, 86400.0, day(60))
    assert phrase_history(db, "unlikely")[-1].visited
    assert search(db, "unlikely")[0].visited


def test_the_title_of_an_old_hit_is_that_of_its_time(db: Sqlite, page: Page) -> None:
    visited(db, page, 100, [*UNSAID, "And no more of that."], title="New")
    [hit] = search(db, "unlikely")
    assert (hit.title, hit.current) == ("Old", False)
    assert [one.title for one in phrase_history(db, "unlikely")] == ["Old", "Old"]
    assert search(db, "nothing")[0].title == "New"
