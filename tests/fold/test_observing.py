"""The observations of a page: as the judge gets them from the evidence, and as its history has them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive.derived import PageState
from pagewitness.archive.fold import derivation, observing
from pagewitness.archive.fold.checkpoints import BEGINNING, Key
from pagewitness.archive.fold.judgement import Shown
from pagewitness.archive.model import Answer, Outcome, Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


def capture(
    db: Sqlite, page: Page, at: float, made: Answer | None = None, *, folded: bool = True, cleaner: str = "c1"
) -> int:
    """A capture with a reading."""
    found = evidence.keep(db, Visit(page, "import", day(at)), made or answer(f"body {at}"))
    assert found is not None
    read(db, found, reading([f"An attack is likelier than on day {at}."], cleaner=cleaner))
    if folded:
        db.execute("delete from fold_queue")
    return found


def observed(db: Sqlite, page: Page, key: Key = BEGINNING, cleaner: str = "c1") -> list[Shown]:
    return [*observing.observations(db, page, cleaner, key)]


def test_an_observation_has_its_capture_and_the_reading_of_it(db: Sqlite, page: Page) -> None:
    one = capture(db, page, 1)
    assert observed(db, page) == [Shown(1, day(1), one, 1, None, "en")]


def test_a_304_that_names_no_capture_is_one_without_a_reading_and_without_a_doubt(db: Sqlite, page: Page) -> None:
    capture(db, page, 1)
    evidence.note(db, Visit(page, "run", day(2), Outcome.NOT_MODIFIED, 304))
    db.execute("delete from fold_queue")
    assert observed(db, page)[1:] == [Shown(2, day(2), None, 0)]


@pytest.mark.parametrize(
    ("status", "doubt", "state"),
    [(200, None, None), (404, "HTTP status 404", PageState.REMOVED), (503, "HTTP status 503", None)],
)
def test_what_is_not_credible_has_its_reason_and_what_it_says_of_the_page(
    db: Sqlite, page: Page, status: int, doubt: str | None, state: PageState | None
) -> None:
    capture(db, page, 1, answer(status=status))
    [found] = observed(db, page)
    assert (found.doubt, found.state) == (doubt, state)


def test_the_header_fields_of_an_answer_count(db: Sqlite, page: Page) -> None:
    capture(db, page, 1, answer(headers=(("Refresh", "0; url=/new"),)))
    assert observed(db, page)[0].doubt == "it only leads on, to https://example.org/new"


def test_an_observation_has_the_address_to_which_the_page_redirected(db: Sqlite, page: Page) -> None:
    hop = (301, URL, f"{URL}/new")
    capture(db, page, 1, replace(answer(url=f"{URL}/new"), redirects=(hop,)))
    capture(db, page, 2)
    assert [one.came_from for one in observed(db, page)] == [f"{URL}/new", None]


def test_observations_come_in_order_and_those_up_to_a_key_are_left_out(db: Sqlite, page: Page) -> None:
    for at in (1, 2, 2, 3):
        capture(db, page, at, answer(f"body {at} {db.value('select count(*) from captures')}"))
    assert [one.visit for one in observed(db, page)] == [1, 2, 3, 4]
    assert [one.visit for one in observed(db, page, (day(2), 2))] == [3, 4]
    assert observed(db, page, (day(3), 4)) == []


def test_what_is_queued_or_was_read_by_another_cleaner_is_left_out(db: Sqlite, page: Page) -> None:
    capture(db, page, 1, cleaner="c2")
    capture(db, page, 2, folded=False)
    assert observed(db, page) == []
    assert [one.visit for one in observed(db, page, cleaner="c2")] == [1]


def test_the_credible_observations_of_a_history_come_latest_first(db: Sqlite, page: Page) -> None:
    for at, status in ((1, 200), (2, 404), (3, 200), (3, 200)):
        capture(
            db, page, at, answer(f"body {at} {db.value('select count(*) from captures')}", status=status), folded=False
        )
    derivation.derive(db, page, "c1")
    assert [(one.observed_at, one.visit_id) for one in observing.credible(db, page, "c1")] == [
        (day(3), 4), (day(3), 3), (day(1), 1)
    ]  # fmt: skip
    assert [one.visit_id for one in observing.credible(db, page, "c1", (day(3), 4))] == [3, 1]
    assert [one.visit_id for one in observing.credible(db, page, "c1", (day(3), 3))] == [1]
    assert observing.credible(db, page, "c2") == []
    assert day(100_000) < observing.LAST[0]


# --- addresses --------------------------------------------------------------------------------------------------------


def test_without_a_capture_a_page_has_been_at_its_own_address_only(db: Sqlite, page: Page) -> None:
    found = observing.addresses(db, page)
    assert (found.page, found.first, found.alias, found.of(1)) == (URL, URL, False, URL)


def test_a_page_has_been_where_its_first_capture_came_from(db: Sqlite, page: Page) -> None:
    capture(db, page, 2, answer(url=f"{URL}/second"))
    capture(db, page, 1, answer(url=f"{URL}/first"))
    found = observing.addresses(db, page)
    assert (found.page, found.first) == (URL, f"{URL}/first")
    assert [found.of(number) for number in (1, 2)] == [f"{URL}/second", f"{URL}/first"]


@pytest.mark.parametrize(
    ("statuses", "alias"),
    [
        ((), False),
        ((301,), False),
        ((308,), False),
        ((200,), False),
        ((302,), True),
        ((301, 303), True),
        ((307, 301), True),
    ],
)
def test_an_address_is_an_alias_if_it_redirected_from_the_beginning_and_not_for_good(
    db: Sqlite, page: Page, statuses: tuple[int, ...], alias: bool
) -> None:
    hops = tuple((status, URL, f"{URL}/new") for status in statuses)
    capture(db, page, 1, replace(answer(url=f"{URL}/new"), redirects=hops))
    assert observing.addresses(db, page).alias is alias
