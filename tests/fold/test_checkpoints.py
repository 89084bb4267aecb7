"""The fold's state after a page's last observation, stored and read."""

from __future__ import annotations

import pytest
from helpers import URL, answer, day

from pagewitness.archive.derived import PageState
from pagewitness.archive.fold import checkpoints
from pagewitness.archive.fold.comparison import Inherited
from pagewitness.archive.fold.judge import JUDGE
from pagewitness.archive.fold.judgement import Base, KnownText, Shown, State
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

PENDING = Shown(3, day(3), 103, 8, "it redirects", "de", PageState.VARIANT, f"{URL}/de")
STATE = State(
    text=KnownText(1, "digest", day(2), "en"),
    before=(KnownText(5, "other", day(1)), KnownText(6, "third", day(0), "lt")),
    pending=(PENDING, Shown(4, day(4))),
    base=Base(101, 7, Inherited((1, 2), (3,))),
    awaited=Shown(2, day(2), 102, 9),
    number=4,
)


@pytest.fixture
def page(db: Sqlite) -> Page:
    page = evidence.known_page(db, URL)
    evidence.keep(db, Visit(page, "run", day(1)), answer())
    return page


def test_without_a_checkpoint_the_fold_begins_at_the_beginning(db: Sqlite, page: Page) -> None:
    """Before every observation."""
    key, state = checkpoints.restart(db, page)
    assert (key, state) == (checkpoints.BEGINNING, State())
    assert key < (day(0), 1)
    assert key == ("", 0)
    assert checkpoints.made(db, page) == checkpoints.Made(0, None, "", None)


@pytest.mark.parametrize("state", [State(), STATE, State(text=STATE.text, base=Base(None, 0), number=1)])
def test_a_state_comes_back_as_it_was(db: Sqlite, page: Page, state: State) -> None:
    checkpoints.save(db, page, (day(1), 1), state, ("c1", "repeated"))
    assert checkpoints.restart(db, page) == ((day(1), 1), state)


def test_the_last_checkpoint_of_a_page_counts(db: Sqlite, page: Page) -> None:
    checkpoints.save(db, page, (day(1), 1), State(), ("c1", ""))
    checkpoints.save(db, page, (day(2), 1), STATE, ("c2", "repeated"))
    assert checkpoints.restart(db, page) == ((day(2), 1), STATE)
    assert checkpoints.made(db, page) == checkpoints.Made(0, "c2", "repeated", JUDGE)


def test_another_cleaner_may_take_over_a_history(db: Sqlite, page: Page) -> None:
    checkpoints.save(db, page, (day(1), 1), STATE, ("c1", ""))
    checkpoints.set_cleaner(db, page, "c2")
    assert checkpoints.made(db, page).cleaner == "c2"
    assert checkpoints.restart(db, page) == ((day(1), 1), STATE)
