"""When lines were visible: from the first observation that shows them to the first one that does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive.derived import VisibleBlock, block_range
from pagewitness.archive.fold import derivation
from pagewitness.archive.fold.judgement import Shown
from pagewitness.archive.fold.line_store import LineStore
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.presence import PresenceWriter
from pagewitness.archive.fold.reading_view import ReadingView, line_key
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import plain

SHIPS, BOATS = "Ships may enter.", "Boats may not."
COUNTED, COUNTED_AGAIN = "Read 907 times", "Read 908 times"


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
        self._db, self._at = db, last
        self._store = LineStore(db, page, whole=not last)
        self._writer = PresenceWriter(page, "c1", lambda number: views[number - 1], last or None, (db, self._store))

    def look(self, *readings: int) -> None:
        """Take observations of these readings, on the days after one another."""
        for one in readings:
            self._at += 1
            self._writer.look(self._shown(one))

    def _shown(self, reading: int) -> Shown:
        return Shown(self._at, day(self._at), 100 + reading, reading)

    def begin(self, text: str, reading: int) -> None:
        """A line enters the text with the last observation."""
        block = VisibleBlock("p", text)
        line = self._store.line(block, ReadingView([block]).keys[0], None)
        self._writer.begin(line, self._shown(reading))

    def says(self, text: str) -> list[tuple[int, int | None]]:
        """The presence of a line: from which visit to which."""
        rows = self._db.rows(
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


# --- wordings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("Ships may enter on 1 March 2024.", "Ships may enter on March 1, 2024.", id="a date"),
        pytest.param("Write to desk@agency.example.", "Write to [email protected].", id="a mail address"),
    ],
)
def test_each_wording_of_a_line_has_its_own_presence(db: Sqlite, page: Page, before: str, after: str) -> None:
    seen = Observed(db, page, [before], [after], [BOATS])
    seen.look(1)
    seen.begin(before, 1)
    seen.look(2, 2, 1, 3)
    assert (seen.says(before), seen.says(after)) == ([(1, 2), (4, 5)], [(2, 4)])


def test_other_typography_is_no_other_wording(db: Sqlite, page: Page) -> None:
    plain_one, curly = 'Ships - "all" of them - may enter.', "Ships \u2013 \u201eall\u201c of them \u2013 may enter."
    seen = Observed(db, page, [plain_one], [curly])
    seen.look(1)
    seen.begin(plain_one, 1)
    seen.look(2)
    assert (seen.says(plain_one), seen.says(curly)) == ([(1, None)], [])


def test_a_running_count_is_present_until_it_changes_and_no_new_count_begins(db: Sqlite, page: Page) -> None:
    """It has another wording at each visit."""
    assert ReadingView([VisibleBlock("p", COUNTED)]).forms != [COUNTED], "it has a running count"
    seen = Observed(db, page, [COUNTED], [COUNTED_AGAIN], [f"It was {COUNTED}, they say."])
    seen.look(1)
    seen.begin(COUNTED, 1)
    seen.look(2, 3)
    assert seen.says(COUNTED) == [(1, 2)], "the same words in a sentence are another line"
    assert seen.says(COUNTED_AGAIN) == []


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
    store = LineStore(db, page, whole=False)
    writer = PresenceWriter(page, "c1", texts.view, 2, (db, store))
    shown = Shown(3, day(3), 3, 2)
    db.execute("delete from presence where block_id = (select id from blocks where text = :text)", text=SHIPS)
    line = db.value("select id from blocks where text = :text", text=SHIPS)
    writer.begin(store.line(VisibleBlock("p", SHIPS), line_key(plain(SHIPS)), "en"), shown)
    assert db.value("select since_at from presence where block_id = :id", id=line) == day(2)
