"""On which revisions two histories of one page do not agree."""

from __future__ import annotations

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive.fold import derivation
from pagewitness.archive.fold.history_diff import History, RevisionKey, differences, either, history_of
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite


def revision(visit: int, digest: str = "", cause: str = "change", number: int = 1) -> RevisionKey:
    """The revision that begins with a visit, on its day."""
    return RevisionKey(visit, day(visit), number, cause, digest or f"text {visit}", None, ())


def made(*revisions: RevisionKey) -> History:
    """A history in which each revision stays current until the next one."""
    transitions = [((one.at, one.visit), one.visit) for one in revisions]
    return History({one.visit: one for one in revisions}, transitions, lambda one: [])


def found(old: History, new: History) -> list[tuple[str, int]]:
    return [(one.what, one.revision.visit) for one in differences(old, new)]


def test_a_revision_is_current_from_its_observation_to_the_next_one() -> None:
    first, second = revision(2), revision(4)
    history = made(first, second)
    assert [history.current_at((day(at), at)) for at in (1, 2, 3, 4, 5)] == [None, first, first, second, second]
    assert history.current_at((day(2), 1)) is None, "of two visits at one time the earlier one is before it"


def test_equal_histories_agree_whatever_the_numbers() -> None:
    assert found(made(revision(1), revision(2)), made(revision(1), revision(2, number=7))) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param([1, 2], [1], [("gone", 2)], id="gone"),
        pytest.param([1], [1, 2], [("new", 2)], id="new"),
        pytest.param([1, 2], [2], [("gone", 1)], id="the first one gone"),
        pytest.param([1, 3], [1, 2], [("new", 2), ("gone", 3)], id="another in its place, oldest first"),
    ],
)
def test_a_revision_that_only_one_of_them_has_is_gone_or_new(
    old: list[int], new: list[int], what: list[tuple[str, int]]
) -> None:
    assert found(made(*map(revision, old)), made(*map(revision, new))) == what


def test_differences_at_one_time_come_in_the_order_of_their_visits() -> None:
    revisions = [RevisionKey(visit, day(1), 1, "change", "", None, ()) for visit in (3, 2)]
    assert found(made(), made(*revisions)) == [("new", 2), ("new", 3)]


def test_one_that_both_have_may_have_another_text_or_another_cause() -> None:
    assert found(made(revision(1, "a")), made(revision(1, "b"))) == [("text", 1)]
    assert found(made(revision(1, cause="moved")), made(revision(1))) == [("cause", 1)]
    assert found(made(revision(1, "a", "moved")), made(revision(1, "b"))) == [("text", 1)], "the text says more"


def test_a_difference_has_what_was_current_in_both_histories_then() -> None:
    old, new = made(revision(1), revision(3)), made(revision(2))
    assert [(one.old, one.new) for one in differences(old, new)] == [
        (revision(1), None), (revision(1), revision(2)), (revision(3), revision(2))
    ]  # fmt: skip


def test_the_revision_of_a_difference_is_that_of_the_new_history() -> None:
    [one] = differences(made(revision(1, "a", number=1)), made(revision(1, "b", number=2)))
    assert one.revision.number == 2


def test_revisions_of_both_histories_are_counted_once() -> None:
    assert either(made(revision(1), revision(2)), made(revision(2), revision(3))) == 3
    assert either(made(), made()) == 0


# --- the history of an archive ----------------------------------------------------------------------------------------

COMMON = [f"Paragraph {number} of the yearly assessment is what it was before." for number in range(4)]


@pytest.fixture
def page(db: Sqlite) -> Page:
    """A page that changed and changed back, seen twice each time."""
    page = evidence.known_page(db, URL)
    for at, last in enumerate(("unlikely", "unlikely", "likely", "likely", "unlikely"), 1):
        capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"body {at}"))
        assert capture is not None
        read(db, capture, reading([*COMMON, f"An attack is {last}."], title="Threats"))
    derivation.derive(db, page, "c1")
    return page


@pytest.mark.parametrize("keep", [True, False])
def test_a_history_has_its_revisions_and_when_each_became_current(db: Sqlite, page: Page, keep: bool) -> None:
    history = history_of(db, page, keep=keep)
    assert [(one.visit, one.number, one.cause, one.title) for one in history.revisions.values()] == [
        (1, 1, "first", "Threats"), (3, 2, "change", "Threats")
    ]  # fmt: skip
    assert history.transitions == [((day(1), 1), 1), ((day(3), 3), 3), ((day(5), 5), 1)]
    assert [tuple(line) for line in history.lines(history.revisions[3])] == [
        *(("p", line) for line in COMMON), ("p", "An attack is likely.")
    ]  # fmt: skip
    assert history.lines(None) == []


def test_a_kept_history_has_its_texts_when_the_archive_has_another_one(db: Sqlite, page: Page) -> None:
    history, looked_up = history_of(db, page, keep=True), history_of(db, page)
    db.execute("update blocks set text = 'An attack is certain.' where text = 'An attack is likely.'")
    assert history.lines(history.revisions[3])[-1] == ("p", "An attack is likely.")
    assert tuple(looked_up.lines(looked_up.revisions[3])[-1]) == ("p", "An attack is certain.")
