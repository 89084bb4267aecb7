"""Blame: when each block appeared and disappeared, and what replaced it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from helpers import URL, answer, archive, day, lines, pagewitness, read, reading, undone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import blame, history

STANDING = ["# Threats", "The assessment describes the year that has passed.", "It says what may come, and why."]
END = "Nothing else is to be said of this year here."


def show(db: Sqlite, at: float, blocks: list[str]) -> Page:
    page = evidence.known_page(db, URL)
    capture = evidence.keep(db, Visit(page, "import", day(at)), answer(f"<{at}>", record_id=f"<urn:{at}>"))
    assert capture is not None
    read(db, capture, reading(blocks))
    derivation.derive(db, page, "c1")
    return page


def gone(db: Sqlite, page: Page, number: int = 0) -> list[blame.Blamed]:
    return blame.removed(db, page, history.revisions(db, page)[number - 1])


def test_an_edited_block_was_replaced_and_a_dropped_one_was_not(db: Sqlite) -> None:
    """What went last comes first."""
    show(db, 1, [*STANDING, "An attack on the harbours is likely.", END, "The ferry to the islands sails no more."])
    show(
        db, 2, [*STANDING, "An attack on the harbours is very likely.", END, "The ferry to the islands sails no more."]
    )
    page = show(db, 3, [*STANDING, "An attack on the harbours is very likely.", END])
    found = [(one.text, one.first_seen, one.last_seen, one.gone_by, one.replaced_by) for one in gone(db, page)]
    assert found == [
        ("The ferry to the islands sails no more.", day(1), day(2), day(3), None),
        (
            "An attack on the harbours is likely.", day(1), day(1), day(2),
            "An attack on the harbours is very likely.",
        ),
    ]  # fmt: skip
    assert [one.first_revision for one in gone(db, page)] == [1, 1]


def test_what_went_together_comes_in_the_order_in_which_it_stood(db: Sqlite) -> None:
    gone_at_once = ["Zebras are no threat to anybody.", "Apes are one, some say.", "Mice are the worst of all."]
    show(db, 1, [*STANDING, *gone_at_once, END])
    assert [one.text for one in gone(db, show(db, 2, [*STANDING, END]))] == gone_at_once


def test_a_block_that_was_split_was_replaced_by_both_parts(db: Sqlite) -> None:
    first = "The groups that we have watched since spring use stolen passwords to enter."
    second = "Most of the municipalities do not notice that for several months at all."
    show(db, 1, [*STANDING, f"{first} {second} It is rare.", END])
    page = show(db, 2, [*STANDING, first, f"{second} It is common.", END])
    (one,) = gone(db, page)
    assert one.replaced_by == f"{first}\n{second} It is common."


def test_a_block_that_came_back_is_not_gone(db: Sqlite) -> None:
    """Nor is one that came only later, as of an earlier revision."""
    one, other = [*STANDING, "An attack is likely."], [*STANDING, "An attack is unlikely."]
    show(db, 1, one)
    show(db, 2, other)
    page = show(db, 3, one)
    assert [each.text for each in gone(db, page, 1)] == ["An attack is unlikely."]
    assert [each.text for each in gone(db, page, 2)] == ["An attack is likely."]
    assert all(each.current and not each.replaced_by for each in blame.blame(db, page, history.revisions(db, page)[0]))


@pytest.fixture(scope="module")
def empty() -> Iterator[Sqlite]:
    with TemporaryDirectory() as folder, archive(Path(folder)) as db:
        yield db


SAID = st.sets(st.sampled_from([f"Sentence {one} says something else, {one} times." for one in "abcdef"]), max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(SAID, min_size=1, max_size=6))
def test_every_block_ever_shown_is_current_or_removed(empty: Sqlite, shown: list[set[str]]) -> None:
    """And each that is gone says so with an observation that did not have it."""
    with undone(empty):
        for at, said in enumerate(shown):
            page = show(empty, at, [*STANDING, *sorted(said)])
        revisions = history.revisions(empty, page)
        now = next(one for one in revisions if one.number == history.current_at(empty, page, day(99)))
        stands, removed = blame.blame(empty, page, now), blame.removed(empty, page, now)
        ids = {block for one in revisions for block in one.block_ids}
        texts = {row[0] for row in empty.rows("select text from blocks where id in (select value from json_each(:ids))",
                                              ids=json.dumps(list(ids)))}  # fmt: skip
        assert {one.text for one in stands} | {one.text for one in removed} == texts
        assert not {one.text for one in stands} & {one.text for one in removed}
        for one in removed:
            assert one.first_seen <= one.last_seen < (one.gone_by or "")


def test_what_was_removed_is_limited_and_compared_only_while_there_is_time(db: Sqlite) -> None:
    """The most recently removed first; what was not compared says so."""
    for at in range(1, 7):
        page = show(db, at, [*STANDING, f"An attack in the harbour number {at} is likely this year.", END])
    last = history.revisions(db, page)[-1]
    assert [one.first_revision for one in blame.removed(db, page, last, limit=2)] == [5, 4]
    clock = iter([False, False, True, True, True])
    found = blame.removed(db, page, last, late=lambda: next(clock))
    assert [(one.first_revision, one.compared) for one in found] == [
        (5, True), (4, True), (3, False), (2, False), (1, False)
    ]  # fmt: skip
    assert [bool(one.replaced_by) for one in found] == [True, True, False, False, False]
    done = pagewitness(db.path, "blame", URL, "--removed", "--budget", "0")
    assert "The time ran out before 5 paragraphs could be compared" in done.stdout.decode()
    rows = lines(pagewitness(db.path, "blame", URL, "--removed", "--budget", "0", "--limit", "3", "--json"))
    assert [row["compared"] for row in rows] == [False] * 3
    assert "compared" not in lines(pagewitness(db.path, "blame", URL, "--removed", "--json"))[0]
