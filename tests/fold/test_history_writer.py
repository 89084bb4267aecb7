"""The rows of a page's history: observations, revisions, lines, the page's title and kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive.derived import UNSHOWN, Cause, PageState, Verdict, VisibleBlock, block_range
from pagewitness.archive.errors import ArchiveError
from pagewitness.archive.fold.history_writer import HistoryWriter, erase
from pagewitness.archive.fold.judgement import Base, Judged, Shown, State
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.reading_view import line_key
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

QUOTED, STRAIGHT, BOATS = "An attack is “unlikely”.", 'An attack is "unlikely".', "Boats may not enter."


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


class Written:
    """A history that is written by hand: each observation is a visit on the next day."""

    def __init__(self, db: Sqlite, page: Page) -> None:
        self.db, self.page, self._at, self._number = db, page, 0, 0
        self.open(State())

    def open(self, state: State) -> None:
        """Begin, or continue, with a state."""
        self.writer = HistoryWriter(self.db, self.page, "c1", PageTexts(self.db).view, state)

    def shown(self, blocks: Sequence[str | VisibleBlock], title: str | None = None, pdf: bool = False) -> Shown:
        """Another observation."""
        self._at += 1
        capture = evidence.keep(self.db, Visit(self.page, "run", day(self._at)), answer(f"body {self._at}"))
        assert capture is not None
        visible = tuple(VisibleBlock("p", one) if isinstance(one, str) else one for one in blocks)
        made = reading([f"{self._at}"], title=title)
        read(self.db, capture, replace(made, blocks=visible, encodings={"format": "pdf"} if pdf else {}))
        return Shown(self._at, day(self._at), capture, self.db.value("select max(id) from readings"))

    def begin(self, *blocks: str | VisibleBlock, title: str | None = None, pdf: bool = False) -> Shown:
        """An observation with which a revision begins."""
        shown = self.shown(blocks, title, pdf)
        self._number += 1
        cause, verdict = (Cause.CHANGE, Verdict.CHANGED) if self._number > 1 else (Cause.FIRST, Verdict.FIRST)
        members = tuple(range(len(blocks)))
        self.writer.enter([Judged(shown, verdict, None, shown.visit, self._number, cause, members)])
        return shown

    def see(self, verdict: Verdict, *blocks: str, revision: int | None = 1, pdf: bool = False) -> Shown:
        """Another observation, with which none begins."""
        shown = self.shown(blocks, pdf=pdf)
        self.writer.enter([Judged(shown, verdict, None, revision)])
        return shown

    def texts(self, number: int) -> list[str]:
        ids = json.loads(self.db.value("select blocks from revisions where number = :number", number=number))
        known = self.db.mapping(int, str, "select id, text from blocks")
        return [known[one] for one in ids]

    def presence(self, text: str) -> list[tuple[int, int | None]]:
        sql = "select since_visit, until_visit from presence join blocks on id = block_id where text = :text order by since_at"
        return [tuple(row) for row in self.db.rows(sql, text=text)]

    def kind(self) -> str:
        self.writer.close()
        return str(self.db.value("select kind from pages where id = :id", id=self.page.id))

    def title(self) -> str | None:
        self.writer.close()
        found: str | None = self.db.value("select title from pages where id = :id", id=self.page.id)
        return found


@pytest.fixture
def written(db: Sqlite, page: Page) -> Written:
    return Written(db, page)


def continues(shown: Shown) -> State:
    return State(base=Base(shown.capture, shown.reading))


# --- observations and revisions ---------------------------------------------------------------------------------------


def test_the_last_verdict_on_an_observation_is_written(db: Sqlite, written: Written) -> None:
    shown = written.begin(QUOTED)
    later = written.shown([BOATS])
    for verdict, reason in ((Verdict.PENDING, "1 of 3"), (Verdict.SUSPECT, "was not confirmed")):
        written.writer.enter([Judged(replace(later, state=PageState.VARIANT), verdict, reason, 1)])
    written.writer.close()
    rows = db.rows(
        "select visit_id, observed_at, capture_id, verdict, reason, state, revision from observations order by 1"
    )
    assert [tuple(row) for row in rows] == [
        (1, day(1), shown.capture, "first", None, None, 1),
        (2, day(2), later.capture, "suspect", "was not confirmed", "variant", 1),
    ]


def test_a_revision_has_its_lines_in_order_with_their_words(db: Sqlite, written: Written) -> None:
    written.begin(BOATS, QUOTED, BOATS, title="Threats")
    assert written.texts(1) == [BOATS, QUOTED, BOATS]
    assert db.rows("select cause, words, title, cleaner from revisions")[0][:] == ("first", 12, "Threats", "c1")
    assert db.value("select count(*) from blocks") == 2, "a line that is there twice is one"


def test_a_line_has_the_language_of_its_block_or_of_its_page(db: Sqlite, written: Written) -> None:
    written.begin(QUOTED, VisibleBlock("p", "Ein Angriff droht.", language="de"))
    assert db.column(str, "select language from blocks order by id") == ["en", "de"]


def test_a_title_that_is_not_shown_is_known_by_its_words(db: Sqlite, written: Written) -> None:
    written.begin(VisibleBlock("h1", "Threats", UNSHOWN), QUOTED)
    assert db.column(str, "select form from blocks order by id") == [line_key("Threats"), line_key(STRAIGHT)]
    assert written.presence("Threats") == [(1, None)]


# --- the wording of lines ---------------------------------------------------------------------------------------------


def test_a_line_keeps_the_wording_of_its_first_observation(written: Written) -> None:
    written.begin(QUOTED)
    shown = written.begin(STRAIGHT, BOATS)
    assert written.texts(2) == [QUOTED, BOATS]
    written.writer.close()
    written.open(continues(shown))
    written.begin(STRAIGHT)
    assert written.texts(3) == [QUOTED], "also when the history continues later"


def test_a_line_of_another_kind_is_another_line(db: Sqlite, written: Written) -> None:
    written.begin(QUOTED, VisibleBlock("li", STRAIGHT))
    assert written.texts(1) == [QUOTED, STRAIGHT]


def test_a_history_that_is_written_again_keeps_the_ids_of_its_lines_and_has_its_own_wording(
    db: Sqlite, page: Page, written: Written
) -> None:
    written.begin(QUOTED, BOATS)
    written.writer.close()
    before = db.mapping(str, int, "select text, id from blocks")
    erase(db, page)
    again = Written(db, page)
    again._at = 1
    again.begin(VisibleBlock("p", STRAIGHT, language="lt"))
    again.begin(QUOTED)
    assert (again.texts(1), again.texts(2)) == ([STRAIGHT], [STRAIGHT])
    again.writer.close()
    assert db.rows("select id, text, language from blocks")[0][:] == (before[QUOTED], STRAIGHT, "lt")
    assert db.value("select count(*) from blocks") == 1, "what the new history lacks is gone"


def test_an_erased_history_leaves_the_pages_lines_only(db: Sqlite, page: Page, written: Written) -> None:
    written.begin(QUOTED)
    written.writer.close()
    erase(db, page)
    assert [
        db.value(f"select count(*) from {table}") for table in ("observations", "revisions", "presence", "blocks")
    ] == [0, 0, 0, 1]


def test_a_page_has_as_many_lines_as_there_are_ids(db: Sqlite, page: Page, written: Written) -> None:
    last = block_range(page.id)[1]
    db.execute("insert into blocks (id, form, kind, text, stems) values (:id, 'x', 'p', 'x', '')", id=last - 1)
    written.begin(QUOTED)
    assert db.value("select id from blocks where text = :text", text=QUOTED) == last
    with pytest.raises(ArchiveError, match="over a million different paragraphs"):
        written.begin(BOATS)


# --- presence ---------------------------------------------------------------------------------------------------------


def test_a_line_is_gone_with_the_first_credible_observation_without_it(written: Written) -> None:
    written.begin(QUOTED, BOATS)
    written.see(Verdict.SUSPECT, BOATS)
    written.see(Verdict.PENDING, BOATS)
    assert written.presence(QUOTED) == [(1, None)]
    written.see(Verdict.UNCHANGED, BOATS)
    assert written.presence(QUOTED) == [(1, 4)]


def test_an_observation_that_is_judged_again_is_not_looked_at_again(written: Written) -> None:
    """Its change was awaited, and the next observation has confirmed it."""
    first = written.begin(QUOTED, BOATS)
    awaited = written.see(Verdict.UNCHANGED, BOATS)
    back = written.see(Verdict.UNCHANGED, QUOTED, BOATS)
    written.writer.enter([Judged(awaited, Verdict.UNCHANGED, None, 1)])
    assert written.presence(QUOTED) == [(1, 2), (3, None)]
    written.open(replace(continues(first), awaited=back))
    written.writer.enter([Judged(back, Verdict.UNCHANGED, None, 1)])
    written.see(Verdict.UNCHANGED, BOATS)
    assert written.presence(QUOTED) == [(1, 2), (3, 4)]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_a_page_is_what_its_last_credible_capture_is(written: Written) -> None:
    written.begin(QUOTED, pdf=True)
    assert written.kind() == "pdf"
    shown = written.see(Verdict.UNCHANGED, QUOTED)
    assert written.kind() == "html"
    written.see(Verdict.SUSPECT, QUOTED, pdf=True)
    assert written.kind() == "html"
    written.open(continues(shown))
    written.see(Verdict.SUSPECT, QUOTED, pdf=True)
    assert written.kind() == "html", "also where the history continues with what is not credible"


def test_without_a_credible_capture_it_is_what_its_last_one_is(written: Written) -> None:
    written.see(Verdict.SUSPECT, QUOTED, revision=None)
    written.see(Verdict.SUSPECT, QUOTED, revision=None, pdf=True)
    assert written.kind() == "pdf"


def test_a_list_of_boilerplate_stays_one(db: Sqlite) -> None:
    written = Written(db, evidence.boilerplate_page(db, "agency.example"))
    written.begin(QUOTED)
    assert written.kind() == "boilerplate"


def test_a_page_has_the_title_of_its_last_text_that_has_one(db: Sqlite, written: Written) -> None:
    written.begin(QUOTED, title="Threats")
    written.begin(BOATS, title="Ships")
    assert written.title() == "Ships"
    shown = written.begin(QUOTED, BOATS)
    assert written.title() == "Ships"
    written.open(continues(shown))
    assert not written.writer.moved
    written.see(Verdict.UNCHANGED, QUOTED, BOATS, revision=3)
    assert not written.writer.moved, "the same text is current"
    written.see(Verdict.RETURNED, QUOTED, revision=1)
    assert written.writer.moved
    assert written.title() == "Threats"


def test_a_history_that_begins_may_have_another_text_than_before(db: Sqlite, page: Page) -> None:
    assert Written(db, page).writer.moved
