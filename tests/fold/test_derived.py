"""When a page's history is continued and when it is made again, and what `derive` says about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive.derived import PageState, Signs, Verdict, VisibleBlock
from pagewitness.archive.fold import boilerplate, checkpoints, derivation, judge
from pagewitness.archive.fold.derivation import Derived, PageFold, QueuedVisit, derive, is_current
from pagewitness.archive.fold.judgement import State
from pagewitness.archive.fold.reading_view import line_key
from pagewitness.archive.model import Outcome, Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

COMMON = [f"Paragraph {number} of the yearly assessment is what it was before." for number in range(4)]
UNLIKELY, LIKELY = [*COMMON, "An attack is unlikely."], [*COMMON, "An attack is likely."]
FAR = ["Rain falls on the coast until noon; afterwards the sun returns, says nobody in particular."]


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


def see(
    db: Sqlite,
    page: Page,
    at: float,
    text: Sequence[str] | Sequence[VisibleBlock],
    *cleaners: str,
    status: int = 200,
    writer: str = "run",
) -> int:
    """A capture that some cleaners have read (c1 where none is named)."""
    capture = evidence.keep(db, Visit(page, writer, day(at)), answer(f"body {at}", status=status))
    assert capture is not None
    blocks = tuple(VisibleBlock("p", one) if isinstance(one, str) else one for one in text)
    for cleaner in cleaners or ("c1",):
        made = reading([one.text for one in blocks] + [f"{at}"] * (not isinstance(text[0], str)), cleaner=cleaner)
        read(db, capture, replace(made, blocks=blocks))
    return capture


@dataclass
class Remade:
    """Counts how often a history is made again from the same evidence."""

    times: int = 0

    @contextmanager
    def quietly(self, db: Sqlite, page: Page) -> Iterator[None]:
        self.times += 1
        yield


def times_remade(db: Sqlite, page: Page, cleaner: str = "c1", *, without: Sequence[int] = ()) -> int:
    counted = Remade()
    derive(db, page, cleaner, without=without, quietly=counted.quietly)
    return counted.times


# --- continued, or made again -----------------------------------------------------------------------------------------


def test_a_history_begins_and_continues_without_being_made_again(db: Sqlite, page: Page) -> None:
    for at, text in enumerate((UNLIKELY, LIKELY, LIKELY)):
        see(db, page, at, text)
        assert times_remade(db, page) == 0
    assert times_remade(db, page) == 0, "with nothing new"


def test_it_is_made_again_on_request(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY)
    derive(db, page, "c1")
    counted = Remade()
    derive(db, page, "c1", from_start=True, quietly=counted.quietly)
    assert counted.times == 1


def test_it_is_made_again_for_another_judge(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY)
    derive(db, page, "c1")
    db.execute("update checkpoints set state = json_set(state, '$.judge', 'another')")
    assert not is_current(db, page, "c1")
    assert times_remade(db, page) == 1
    assert is_current(db, page, "c1")
    assert times_remade(db, page) == 0


def test_votes_are_counted_again_on_request_and_for_another_judge(db: Sqlite, page: Page) -> None:
    """Whatever is stored of them."""
    see(db, page, 1, UNLIKELY)
    derive(db, page, "c1")
    db.execute("update votes set lines = x'00'")
    derive(db, page, "c1", from_start=True)
    db.execute("update votes set lines = x'00'")
    db.execute("update checkpoints set state = json_set(state, '$.judge', 'another')")
    assert derive(db, page, "c1").number == 1


def test_it_is_made_again_where_the_site_repeats_other_lines(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY)
    derive(db, page, "c1")
    boilerplate.set_lines(db, "example.org", {line_key(COMMON[0]): []})
    assert times_remade(db, page) == 1
    assert times_remade(db, page) == 0
    assert COMMON[0] not in db.column(str, "select text from blocks")


def beside(chance: float) -> list[VisibleBlock]:
    """A text with a line that the model finds so likely beside it."""
    signs = Signs(0.9, "main/p", main=True, among_text=True)
    text = [VisibleBlock("p", one, judged=signs) for one in UNLIKELY]
    return [
        *text,
        VisibleBlock("p", "A box beside the text.", "aside", document=False, judged=Signs(chance, "aside/p")),
    ]


def test_it_is_made_again_if_a_new_reading_makes_a_member_of_an_older_line(db: Sqlite, page: Page) -> None:
    for at, (chance, times) in enumerate(((0.1, 0), (0.2, 0), (1.0, 0), (1.0, 1), (1.0, 0))):
        see(db, page, at, beside(chance))
        assert times_remade(db, page) == times, at
    assert "A box beside the text." in db.column(str, "select text from blocks")


def test_membership_changes_with_readings_that_were_not_counted_yet(db: Sqlite, page: Page) -> None:
    """A 304 brings none."""
    see(db, page, 0, beside(0.1))
    derive(db, page, "c1")
    with db.transaction():
        fold = PageFold(db, page, "c1", boilerplate.repeated_on(db, page))
        assert not fold.is_changed([QueuedVisit(day(1), 2, True, 0), QueuedVisit(day(1), 2, True, 1)])
        assert "_membership" not in vars(fold), "so nobody has to ask"
        assert not fold.is_changed([QueuedVisit(day(1), 2, True, 2)])


# --- another cleaner --------------------------------------------------------------------------------------------------


def test_another_cleaner_takes_over_when_it_has_read_everything(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY, "c1", "c2")
    last = see(db, page, 2, LIKELY)
    derive(db, page, "c1")
    assert derive(db, page, "c2") == Derived(Verdict.CHANGED, None, 2, 0, False, notified=False)
    assert checkpoints.made(db, page).cleaner == "c1"
    assert not is_current(db, page, "c2")
    read(db, last, reading(LIKELY, cleaner="c2"))
    assert times_remade(db, page, "c2") == 1
    assert checkpoints.made(db, page).cleaner == "c2"
    assert times_remade(db, page, "c2") == 0


def test_or_everything_except_what_is_damaged(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY, "c1", "c2")
    damaged = see(db, page, 2, LIKELY)
    derive(db, page, "c1")
    assert times_remade(db, page, "c2", without=[damaged]) == 1
    assert checkpoints.made(db, page).cleaner == "c2"
    assert db.column(int, "select visit_id from fold_queue") == [2], "it stays queued"


def test_a_cleaner_that_reads_alike_continues_the_history_of_another(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY, "c1")
    derive(db, page, "c1")
    assert is_current(db, page, "c1 pdf-2")
    assert times_remade(db, page, "c1 pdf-2") == 0
    assert checkpoints.made(db, page).cleaner == "c1 pdf-2"
    assert db.column(str, "select distinct cleaner from capture_readings order by 1") == ["c1", "c1 pdf-2"]
    assert times_remade(db, page, "c1") == 0
    assert checkpoints.made(db, page).cleaner == "c1"


def test_the_cleaner_of_a_history_does_not_take_the_readings_of_another(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY)
    derive(db, page, "c1 pdf-2")
    see(db, page, 2, LIKELY)
    derive(db, page, "c1 pdf-2")
    assert db.column(int, "select visit_id from fold_queue") == [2]


# --- what is current --------------------------------------------------------------------------------------------------


def test_a_history_is_current_that_has_all_visits(db: Sqlite, page: Page) -> None:
    assert is_current(db, page, "c1"), "there are none"
    see(db, page, 1, UNLIKELY)
    assert not is_current(db, page, "c1")
    assert [one.id for one in derivation.unfinished(db)] == [page.id]
    derive(db, page, "c1")
    assert is_current(db, page, "c1")
    assert derivation.unfinished(db) == []
    assert not is_current(db, page, "c2")


def test_the_last_credible_capture_is_compared_with_the_next(db: Sqlite, page: Page) -> None:
    assert derivation.last_credible(db, page) is None
    first = see(db, page, 1, UNLIKELY)
    see(db, page, 2, ["Not found."], status=404)
    derive(db, page, "c1")
    last = derivation.last_credible(db, page)
    assert last is not None
    assert last.id == first


# --- what is said about it --------------------------------------------------------------------------------------------


def test_a_page_without_visits_has_no_history(db: Sqlite, page: Page) -> None:
    assert derive(db, page, "c1") == Derived(None, None, None, 0, False)
    assert derive(db, page, "c1").notified is False
    assert checkpoints.restart(db, page) == (checkpoints.BEGINNING, State())


def test_the_result_is_that_of_the_last_observation(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY)
    assert derive(db, page, "c1") == Derived(Verdict.FIRST, None, 1, 1, False, True)
    assert checkpoints.made(db, page).judge == judge.JUDGE
    assert derive(db, page, "c1") == Derived(Verdict.FIRST, None, 1, 0, False, False)
    see(db, page, 2, LIKELY)
    see(db, page, 3, ["Not found."], status=404)
    said = "HTTP status 404"
    assert derive(db, page, "c1") == Derived(Verdict.SUSPECT, said, 2, 1, False, True, PageState.REMOVED)
    see(db, page, 4, FAR)
    assert derive(db, page, "c1").pending


def test_an_import_is_no_news_and_neither_is_the_same_text(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY, writer="import")
    assert not derive(db, page, "c1").notified
    see(db, page, 2, UNLIKELY)
    assert not derive(db, page, "c1").notified
    evidence.note(db, Visit(page, "run", day(3), Outcome.NOT_MODIFIED, 304))
    assert not derive(db, page, "c1").notified
    see(db, page, 4, LIKELY)
    assert derive(db, page, "c1").notified


def test_visits_that_arrive_late_have_their_place_in_the_history(db: Sqlite, page: Page) -> None:
    for at, text in ((3, LIKELY), (1, UNLIKELY), (2, LIKELY)):
        see(db, page, at, text, writer="import")
        derive(db, page, "c1")
    rows = db.rows("select captured_at, number from revisions order by number")
    assert [tuple(row) for row in rows] == [(day(1), 1), (day(2), 2)]


def test_a_history_is_made_again_from_an_observation_that_it_has(db: Sqlite, page: Page) -> None:
    see(db, page, 1, UNLIKELY)
    derive(db, page, "c1")
    with db.transaction():
        fold = PageFold(db, page, "c1", boilerplate.repeated_on(db, page))
        assert fold.resume((day(1), 1)) is True
        assert fold.resume((day(2), 2)) is False


def test_every_line_of_a_list_of_boilerplate_is_its_text(db: Sqlite) -> None:
    page = evidence.boilerplate_page(db, "example.org")
    see(db, page, 1, [VisibleBlock("p", "Home", judged=Signs(0.0, "nav"))], writer="learn")
    assert derive(db, page, "c1").number == 1
    assert db.column(str, "select text from blocks") == ["Home"]
