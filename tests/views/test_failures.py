"""Periods in which a page failed: when they begin and end, and that each is reported once."""

from __future__ import annotations

import pytest
from helpers import answer, day, read, reading

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Outcome, Page, Visit
from pagewitness.archive.store import bookmarks, evidence
from pagewitness.archive.store.bookmarks import SeenSoFar
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import changes, failures, history
from pagewitness.archive.views.change_events import Which

URL = "https://example.org/a"
TEXT = [f"Paragraph {word} of the yearly assessment describes the harbour, the border and the cables." for word in
        ("one", "two", "three", "four")]  # fmt: skip
CHALLENGE = (("Server", "cloudflare"), ("CF-Mitigated", "challenge"))


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


def visited(db: Sqlite, page: Page, at: float, what: str) -> None:
    """A visit: `.` shows the page, `f` gets no answer, `e` an error, `g` says that it is gone, `b` is kept out."""
    if what == "f":
        made = Visit(page, "run", day(at), Outcome.FAILED, reason=f"{URL}: no answer after 30 s.")
        evidence.note(db, made)
    else:
        status, headers = {".": (200, ()), "e": (503, ()), "g": (404, ()), "b": (403, CHALLENGE)}[what]
        made_of = answer(f"{at}" if what == "." else what, status=status, url=URL, headers=headers)
        capture = evidence.keep(db, Visit(page, "run", day(at)), made_of)
        assert capture is not None
        read(db, capture, reading(TEXT if what == "." else ["An error."]))
    derivation.derive(db, page, "c1")


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        (".ff.", []),
        (".fff", [(1, 3, None, 3)]),
        (".fffff.", [(1, 3, 6, 5)]),
        (".fef.fff", [(1, 3, 4, 3), (5, 7, None, 3)]),
        (".ggggg", []),
        (".fbbbf", []),
        ("ggg.", [(0, 2, 3, 3)]),
    ],
    ids=["too few", "lasting", "ended", "twice", "removed", "blocked", "never found"],
)
def test_a_page_fails_from_the_third_failure_in_a_row(
    db: Sqlite, page: Page, visits: str, expected: list[tuple[int, int, int | None, int]]
) -> None:
    for at, what in enumerate(visits):
        visited(db, page, at, what)
    found = failures.failings(history.visits(db, page))
    assert [(one.since, one.known_at, one.until, one.visits) for one in found] == [
        (day(since), day(known), None if until is None else day(until), count)
        for since, known, until, count in expected
    ]
    told = [one.page.captured_at for one in changes.list_changes(db, Which(), None)[0] if one.cause == "failing"]
    assert sorted(told) == [day(known) for _, known, *_ in expected]


def test_what_a_run_repeats_at_once_is_one_failure(db: Sqlite, page: Page) -> None:
    for at in (0, 1, 1.001, 1.002, 2, 2.001, 2.002, 3):
        visited(db, page, at, "f" if at else ".")
    [one] = failures.failings(history.visits(db, page))
    assert (one.since, one.known_at, one.visits) == (day(1), day(3), 3)
    assert [one.page.captured_at for one in changes.list_changes(db, Which(since=day(2.5)), None)[0]] == [day(3)]


def told_after_each(db: Sqlite, page: Page, visits: str) -> list[str]:
    """What somebody reads who looks after each visit: its cause, or nothing."""
    seen, told = SeenSoFar(0, "[]", ""), []
    for at, what in enumerate(visits):
        visited(db, page, at, what)
        mark = bookmarks.here(db, day(at))
        told.append(" ".join(one.cause for one in changes.list_changes(db, Which(seen=seen), None)[0][::-1]))
        seen = mark
    return told


def test_an_episode_is_told_once_when_it_begins_and_once_when_it_ends(db: Sqlite, page: Page) -> None:
    assert told_after_each(db, page, ".ffff..") == ["first", "", "", "failing", "", "answering", ""]
    found = {one.cause: one.summary for one in changes.list_changes(db, Which(), None)[0]}
    assert found["failing"] == "no answer after 30 s; all visits since 2024-01-02 00:00 failed"
    assert found["answering"] == "it failed for 4 days, since 2024-01-02 00:00 (4 visits)"


def test_a_page_that_failed_and_is_removed_or_blocked_then_does_not_answer_again(db: Sqlite, page: Page) -> None:
    assert told_after_each(db, page, ".fffg") == ["first", "", "", "failing", "removed"]
    assert told_after_each(db, page, "") == []
    visited(db, page, 5, ".")
    for at, what in enumerate("fffb", 6):
        visited(db, page, at, what)
    found = changes.list_changes(db, Which(since=day(6)), None)[0]
    assert [one.cause for one in found] == ["blocked", "failing"]
