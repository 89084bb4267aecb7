"""When a page was removed, or moved to another address, and what `pages` says about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import URL, archive, day, read, reading

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Answer, Outcome, Page, Row, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import departures, history, listing
from pagewitness.archive.views.departures import Move, Removal

TEXT = [f"Paragraph {number} of the yearly assessment stands as it did before, word for word." for number in range(4)]
EDITED = [*TEXT[:3], "Paragraph 3 of the yearly assessment was written anew, word for word."]
WEATHER = ["Rain falls on the coast until noon; afterwards the sun returns, says nobody in particular."]
THERE, HOME = "https://example.org/chapters/assessment", "https://example.org/"
HTML = (("Content-Type", "text/html"),)
CHALLENGE = (("Server", "cloudflare"), ("CF-Mitigated", "challenge"))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Sqlite]:
    with archive(tmp_path) as opened:
        yield opened


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


def visited(db: Sqlite, page: Page, at: float, text: list[str], made: Answer, language: str | None = "en") -> None:
    """A visit with what a cleaner made of its answer."""
    capture = evidence.keep(db, Visit(page, "import", day(at)), made)
    assert capture is not None
    read(db, capture, reading(text, language=language))
    derivation.derive(db, page, "c1")


def direct(status: int = 200, headers: tuple[tuple[str, str], ...] = HTML, body: str = "x") -> Answer:
    return Answer(URL, status, headers, body.encode())


def through(to: str, status: int = 301) -> Answer:
    return Answer(to, 200, HTML, to.encode(), ((status, URL, to),))


def listed(db: Sqlite, at: float) -> Row:
    [row] = listing.page_rows(db, day(at))
    return row


def test_a_page_is_removed_since_the_first_of_its_last_answers_that_say_so(db: Sqlite, page: Page) -> None:
    """Nobody's answer and one that says nothing of the page change nothing; one that shows the page says it is back."""
    visited(db, page, 0, TEXT, direct())
    assert departures.gone(db, page.id) is None
    visited(db, page, 1, ["Not found."], direct(404))
    visited(db, page, 2, TEXT, direct())
    assert departures.gone(db, page.id) is None
    visited(db, page, 3, ["Not found."], direct(404))
    evidence.note(db, Visit(page, "import", day(4), Outcome.FAILED, reason="no answer"))
    visited(db, page, 5, ["Just a moment"], direct(403, CHALLENGE))
    visited(db, page, 6, ["Gone."], direct(410))
    assert departures.gone(db, page.id) == (day(3), 410)
    assert departures.removals(history.visits(db, page)) == [
        Removal(day(1), 404, day(2), 1),
        Removal(day(3), 404, None, 1, visits=2, longest_gap=3 * 86400, last_status=410),
    ]
    assert (listed(db, 7)["state"], listed(db, 7)["removed_since"]) == ("removed", day(3))


def test_a_page_that_redirects_home_is_removed(db: Sqlite, page: Page) -> None:
    visited(db, page, 0, TEXT, direct())
    visited(db, page, 1, WEATHER, through(HOME, 302))
    assert departures.removals(history.visits(db, page)) == [Removal(day(1), 302, None, 1, HOME)]
    row = listed(db, 2)
    assert (row["state"], row["removed_since"], row["revisions"], row["moved_to"]) == ("removed", day(1), 1, None)


def test_a_page_that_moved_with_its_text_goes_on_and_says_where(db: Sqlite, page: Page) -> None:
    visited(db, page, 0, TEXT, direct())
    visited(db, page, 1, TEXT, through(THERE))
    visited(db, page, 2, EDITED, Answer(THERE, 200, HTML, b"edited", ((301, URL, THERE),)))
    assert departures.moves(history.visits(db, page)) == [Move(day(1), None, 301, THERE, True)]
    row = listed(db, 3)
    assert (row["state"], row["moved_to"], row["revisions"], row["question"]) == ("moved", THERE, 2, None)
    visited(db, page, 4, EDITED, direct(body="back"))
    assert departures.moves(history.visits(db, page)) == [Move(day(1), day(4), 301, THERE, True)]
    assert (listed(db, 5)["state"], listed(db, 5)["moved_to"]) == ("imported", None)


def test_a_page_whose_address_leads_to_another_text_has_moved_and_somebody_is_asked(db: Sqlite, page: Page) -> None:
    """At once: the site says where to."""
    from pagewitness.archive.store import agenda

    agenda.follow(db, [URL], None, 86400.0, day(0))
    visited(db, page, 0, TEXT, direct())
    visited(db, page, 1, WEATHER, through("https://example.org/weather"))
    assert departures.moves(history.visits(db, page)) == [Move(day(1), None, 301, "https://example.org/weather", False)]
    row = listed(db, 1.5)
    assert (row["state"], row["moved_to"]) == ("moved", "https://example.org/weather")
    assert row["question"].startswith("Has the document moved to https://example.org/weather?")
    assert history.revisions(db, page)[-1].number == 1


def test_an_address_that_always_redirected_is_followed_and_shows_where_it_leads(db: Sqlite, page: Page) -> None:
    visited(db, page, 0, TEXT, through(THERE))
    assert (listed(db, 1)["state"], listed(db, 1)["moved_to"]) == ("imported", THERE)


def test_another_spelling_of_the_address_is_no_move(db: Sqlite, page: Page) -> None:
    visited(db, page, 0, TEXT, direct())
    visited(db, page, 1, TEXT, through(f"https://www.{URL.removeprefix('https://')}/"))
    assert departures.moves(history.visits(db, page)) == []
    assert listed(db, 2)["moved_to"] is None


def test_an_imported_redirect_that_nobody_followed_says_where_it_leads(db: Sqlite, page: Page) -> None:
    visited(db, page, 0, TEXT, direct())
    visited(db, page, 1, [], direct(301, (("Location", "/elsewhere"),), ""))
    assert departures.moves(history.visits(db, page)) == [
        Move(day(1), None, 301, "https://example.org/elsewhere", False)
    ]
    assert listed(db, 2)["state"] == "moved"


def test_a_page_that_a_firewall_keeps_from_us_is_blocked_not_removed(db: Sqlite, page: Page) -> None:
    """Whatever the status; a person is asked after a week."""
    visited(db, page, 0, TEXT, direct())
    visited(db, page, 1, ["Not found"], direct(404, (("Server", "cloudflare"),)))
    visited(db, page, 9, ["Just a moment"], direct(200, CHALLENGE))
    row = listed(db, 10)
    assert (row["state"], row["removed_since"], row["revisions"]) == ("blocked", None, 1)
    assert row["question"].startswith("Does the site refuse us? HTTP status 200 by Cloudflare")
    assert listed(db, 5)["question"] is None
    said = departures.departures_of(history.visits(db, page)).blocked
    assert said == departures.Blocked(day(1), "HTTP status 200 by Cloudflare, not by the site", 2)
    visited(db, page, 11, TEXT, direct())
    assert departures.departures_of(history.visits(db, page)).blocked is None


def test_a_page_in_another_language_is_a_variant_and_somebody_is_asked_when_it_stays(db: Sqlite, page: Page) -> None:
    visited(db, page, 0, TEXT, direct())
    for at in range(1, 10):
        visited(db, page, at, WEATHER, direct(body=f"{at}"), "lt")
    early, late = listed(db, 5), listed(db, 10)
    assert (late["state"], late["variant"], late["revisions"], late["pending"]) == ("imported", "lt", 1, day(1))
    assert early["question"] is None
    assert late["question"].startswith("Which language do you follow? The page has been in another one (lt) since")
