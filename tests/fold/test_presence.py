"""When lines were visible: from the first observation that shows them to the first one that does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive.derived import VisibleBlock, block_range
from pagewitness.archive.fold import derivation
from pagewitness.archive.fold.judgement import Shown
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.presence import PresenceWriter
from pagewitness.archive.fold.reading_view import ReadingView, line_key
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import plain

SHIPS, BOATS, COUNTED = "Ships may enter.", "Boats may not.", "Read 907 times"


@pytest.fixture
def page(db: Sqlite) -> Page:
    """A page that was visited on ten days."""
    page = evidence.known_page(db, URL)
    for at in range(1, 11):
        evidence.keep(db, Visit(page, "run", day(at)), answer(f"body {at}"))
    return page


class Observed:
    """A page's observations, one for each reading, and the writer that takes them.

    Args:
        last: the number of the observation that was taken before; 0 for none.
    """

    def __init__(self, db: Sqlite, page: Page, *readings: Sequence[str], last: int = 0) -> None:
        views = [ReadingView([VisibleBlock("p", text) for text in one]) for one in readings]
        self.db, self.page, self._at = db, page, last
        self.writer = PresenceWriter(db, page, "c1", lambda number: views[number - 1], last or None)

    def look(self, *readings: int) -> None:
        """Take observations of these readings, on the days after one another."""
        for one in readings:
            self._at += 1
            self.writer.look(self.shown(one))

    def shown(self, reading: int) -> Shown:
        return Shown(self._at, day(self._at), 100 + reading, reading)

    def begin(self, text: str, reading: int) -> None:
        """A line enters the text with the last observation."""
        form, first = line_key(plain(text)), block_range(self.page.id)[0]
        known = self.db.value("select id from blocks where text = :text", text=text)
        line = known or first + 1 + self.db.value("select count(*) from blocks")
        if not known:
            self.db.execute(
                "insert into blocks (id, form, kind, text, stems) values (:id, :form, 'p', :text, '')",
                id=line,
                form=form,
                text=text,
            )
        self.writer.begin(line, form, self.shown(reading))

    def says(self, text: str) -> list[tuple[int, int | None]]:
        """The presence of a line: from which visit to which."""
        rows = self.db.rows(
            """select since_visit, since_at, until_visit, until_at from presence join blocks on blocks.id = block_id
               where text = :text order by since_at""",
            text=text,
        )
        assert all(row["since_at"] == day(row["since_visit"]) for row in rows)
        assert all(row["until_at"] == (row["until_visit"] and day(row["until_visit"])) for row in rows)
        return [(row["since_visit"], row["until_visit"]) for row in rows]


def test_a_line_is_present_while_it_is_visible(db: Sqlite, page: Page) -> None:
    seen = Observed(db, page, [SHIPS, BOATS], [BOATS])
    seen.look(1)
    seen.begin(SHIPS, 1)
    seen.look(1)
    assert seen.says(SHIPS) == [(1, None)]
    seen.look(2, 2)
    assert seen.says(SHIPS) == [(1, 3)]


def test_a_line_that_comes_back_has_another_presence(db: Sqlite, page: Page) -> None:
    seen = Observed(db, page, [SHIPS, BOATS], [BOATS])
    seen.look(1)
    seen.begin(SHIPS, 1)
    seen.look(2, 2, 1, 2)
    assert seen.says(SHIPS) == [(1, 2), (4, 5)]


def test_it_comes_back_with_its_block_and_not_with_a_longer_line_that_has_its_words(db: Sqlite, page: Page) -> None:
    seen = Observed(db, page, [SHIPS], [BOATS], [f"{SHIPS} {BOATS}"], [BOATS])
    seen.look(1)
    seen.begin(SHIPS, 1)
    seen.look(2, 3, 4)
    assert seen.says(SHIPS) == [(1, 2)]


def test_other_borders_of_blocks_are_no_absence(db: Sqlite, page: Page) -> None:
    seen = Observed(db, page, [SHIPS, BOATS], [f"{SHIPS} {BOATS}"], [BOATS])
    seen.look(1)
    seen.begin(SHIPS, 1)
    seen.look(2)
    assert seen.says(SHIPS) == [(1, None)]
    seen.look(3)
    assert seen.says(SHIPS) == [(1, 3)]


def test_a_line_that_enters_the_text_was_visible_before(db: Sqlite, page: Page) -> None:
    """Since the first of the observations in a row that show it, back from this one."""
    seen = Observed(db, page, [SHIPS, BOATS], [BOATS])
    seen.look(1, 2, 1, 1)
    seen.begin(SHIPS, 1)
    assert seen.says(SHIPS) == [(3, None)]
    seen.begin(BOATS, 1)
    assert seen.says(BOATS) == [(1, None)]


def test_a_line_that_is_present_does_not_begin_again(db: Sqlite, page: Page) -> None:
    seen = Observed(db, page, [SHIPS])
    for _ in range(2):
        seen.look(1)
        seen.begin(SHIPS, 1)
    assert seen.says(SHIPS) == [(1, None)]


def test_a_line_with_a_running_count_is_visible_as_a_whole_block_only(db: Sqlite, page: Page) -> None:
    """The same words in a sentence are another line."""
    view = ReadingView([VisibleBlock("p", COUNTED)])
    assert view.forms != [COUNTED], "it has a running count"
    seen = Observed(db, page, [COUNTED], ["Read 908 times"], [f"It was {COUNTED}, they say."])
    seen.look(1)
    form, first = line_key(view.forms[0]), block_range(page.id)[0]
    db.execute(
        "insert into blocks (id, form, kind, text, stems) values (:id, :form, 'p', :text, '')",
        id=first + 1,
        form=form,
        text=COUNTED,
    )
    seen.writer.begin(first + 1, form, seen.shown(1))
    seen.look(2)
    assert seen.says(COUNTED) == [(1, None)]
    seen.look(3)
    assert seen.says(COUNTED) == [(1, 3)]


# --- a history that continues -----------------------------------------------------------------------------------------


def test_a_writer_that_continues_knows_which_lines_are_present(db: Sqlite, page: Page) -> None:
    readings = [SHIPS, BOATS], [BOATS], [SHIPS]
    before = Observed(db, page, *readings)
    before.look(1)
    before.begin(SHIPS, 1)
    before.begin(BOATS, 1)
    before.look(2)
    after = Observed(db, page, *readings, last=2)
    after.look(2)
    assert (after.says(SHIPS), after.says(BOATS)) == ([(1, 2)], [(1, None)])
    after.look(3)
    assert (after.says(SHIPS), after.says(BOATS)) == ([(1, 2), (4, None)], [(1, 4)])


def test_the_lines_of_other_pages_are_left_alone(db: Sqlite, page: Page) -> None:
    other = block_range(evidence.known_page(db, f"{URL}/other").id)[0]
    db.execute("insert into blocks (id, form, kind, text, stems) values (:id, 'x', 'p', 'Far away', '')", id=other)
    db.execute("insert into presence (block_id, since_visit, since_at) values (:id, 1, :at)", id=other, at=day(1))
    seen = Observed(db, page, [SHIPS], [BOATS], last=1)
    seen.look(2)
    assert seen.says("Far away") == [(1, None)]


def test_since_when_a_line_has_been_visible_is_looked_up_in_the_history(db: Sqlite) -> None:
    """A line beside the text enters it when it changes: it was visible before the fold that sees it enter."""
    page = evidence.known_page(db, URL)
    common = [f"Paragraph {number} of the yearly assessment is what it was before." for number in range(4)]
    for at, line in enumerate((BOATS, SHIPS, SHIPS), 1):
        capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"body {at}"))
        assert capture is not None
        read(db, capture, reading([*common, line]))
        derivation.derive(db, page, "c1")
    texts = PageTexts(db)
    writer = PresenceWriter(db, page, "c1", texts.view, 2)
    shown = Shown(3, day(3), 3, 2)
    db.execute("delete from presence where block_id = (select id from blocks where text = :text)", text=SHIPS)
    line = db.value("select id from blocks where text = :text", text=SHIPS)
    writer.begin(line, line_key(plain(SHIPS)), shown)
    assert db.value("select since_at from presence where block_id = :id", id=line) == day(2)
