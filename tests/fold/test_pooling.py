"""The votes of a page's readings as they are stored: the same as if all had been counted at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from helpers import URL, answer, day, read, reading

from pagewitness.archive.derived import Signs, VisibleBlock
from pagewitness.archive.fold import pooling
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.reading_view import ReadingView, line_key
from pagewitness.archive.fold.votes import Pool
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

HEADING = VisibleBlock("h2", "Threats", judged=Signs(0.4, "main/h2", main=True, among_text=True, heads=True))
LINE = VisibleBlock("p", "An attack is unlikely.", judged=Signs(0.9, "main/p", main=True, among_text=True))
LINK = VisibleBlock("li", "Home", "nav", 1.0, False, judged=Signs(0.1, "ul/li", inward=True))
BARRED = VisibleBlock("p", "Print", "footer", 0.0, False, judged=Signs(0.2, "footer/p", barred=True))
ALL = [LINK, HEADING, LINE, BARRED]


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


def add(
    db: Sqlite, page: Page, blocks: Sequence[VisibleBlock], cleaner: str = "c1", not_credible: str | None = None
) -> None:
    """Another reading of the page."""
    at = int(db.value("select count(*) from captures"))
    capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"body {at}"))
    assert capture is not None
    made = reading([f"{at}"], cleaner=cleaner, not_credible=not_credible)
    read(db, capture, replace(made, blocks=tuple(blocks)))


def told(pool: Pool) -> dict[str, object]:
    """All that a pool says, except the ids of texts, which only an archive has."""
    lines = {line: replace(votes, text=0) for line, votes in pool.lines.items()}
    return {**vars(pool), "lines": lines}


def counted(*readings: Sequence[VisibleBlock]) -> dict[str, object]:
    pool = Pool()
    for blocks in readings:
        pool.add(ReadingView(blocks))
    return told(pool)


def stored(db: Sqlite, page: Page, cleaner: str = "c1") -> dict[str, object]:
    return told(pooling.pooled(db, page.id, cleaner, PageTexts(db)))


def bring_up(db: Sqlite, page: Page, cleaner: str = "c1", boilerplate: frozenset[str] = frozenset()) -> bool:
    """Whether the membership of lines that were known before is another."""
    return pooling.brought_up(db, page.id, cleaner, PageTexts(db), boilerplate)[1]


@pytest.mark.parametrize(
    "readings",
    [
        pytest.param([ALL], id="one"),
        pytest.param([ALL, [LINE], [HEADING, LINK, LINE]], id="several"),
        pytest.param([[LINE], [LINE, LINK]], id="a line more"),
        pytest.param([[LINE]], id="a single line"),
        pytest.param([[]], id="nothing"),
    ],
)
def test_votes_that_are_brought_up_one_by_one_are_those_of_all_readings(
    db: Sqlite, page: Page, readings: list[list[VisibleBlock]]
) -> None:
    for at, blocks in enumerate(readings, 1):
        add(db, page, blocks)
        assert stored(db, page) == counted(*readings[:at]), "before they are stored"
        assert bring_up(db, page) is False
        assert stored(db, page) == counted(*readings[:at]), "and afterwards"


def test_a_line_keeps_the_id_of_its_text(db: Sqlite, page: Page) -> None:
    for _ in range(2):
        add(db, page, [LINK, LINE])
        bring_up(db, page)
    pool = pooling.pooled(db, page.id, "c1", PageTexts(db))
    ids = db.mapping(int, str, "select id, text from lines")
    assert {ids[votes.text] for votes in pool.lines.values()} == {LINK.text, LINE.text}


def test_no_reading_is_counted_twice(db: Sqlite, page: Page) -> None:
    add(db, page, ALL)
    assert not pooling.is_counted(db, page.id, "c1", [1])
    for number in (2, 3):
        bring_up(db, page)
        bring_up(db, page)
        add(db, page, ALL)
        assert pooling.is_counted(db, page.id, "c1", range(1, number))
        assert not pooling.is_counted(db, page.id, "c1", [1, number])
    assert stored(db, page)["readings"] == 3


def test_what_is_not_credible_has_no_vote(db: Sqlite, page: Page) -> None:
    add(db, page, ALL, not_credible="it is empty")
    assert stored(db, page) == counted()
    bring_up(db, page)
    assert not pooling.is_counted(db, page.id, "c1", [1])


def test_another_cleaner_counts_its_own_readings_from_the_first_one(db: Sqlite, page: Page) -> None:
    add(db, page, ALL)
    bring_up(db, page)
    add(db, page, [LINE], cleaner="c2")
    assert stored(db, page, "c2") == counted([LINE])
    bring_up(db, page, "c2")
    assert not pooling.is_counted(db, page.id, "c1", [1]), "its votes are replaced"
    assert pooling.is_counted(db, page.id, "c2", [2])


# --- what a new reading changes ---------------------------------------------------------------------------------------


def chance(value: float) -> VisibleBlock:
    return VisibleBlock("p", "A box beside the text.", "aside", document=False, judged=Signs(value, "aside/p"))


def test_a_reading_that_makes_a_member_of_a_known_line_changes_the_membership(db: Sqlite, page: Page) -> None:
    add(db, page, [LINE, chance(0.1)])
    assert bring_up(db, page) is False, "nothing was known before"
    add(db, page, [LINE, chance(0.2)])
    assert bring_up(db, page) is False
    add(db, page, [LINE, chance(1.0), LINK])
    add(db, page, [LINE, chance(1.0)])
    assert bring_up(db, page) is True
    assert bring_up(db, page) is False, "that is known now"


def test_so_does_one_that_makes_a_member_sure(db: Sqlite, page: Page) -> None:
    """It was a member already, at a chance that is not sure."""
    list_of = [
        replace(LINE, text=f"Item {at}", document=False, judged=Signs(0.3, "ul/li", main=True)) for at in range(2)
    ]
    for _ in range(2):
        add(db, page, list_of)
        assert bring_up(db, page) is False
    surer = [replace(one, document=False, judged=Signs(1.0, "ul/li", main=True)) for one in list_of]
    add(db, page, surer)
    membership, changed = pooling.brought_up(db, page.id, "c1", PageTexts(db))
    assert changed
    assert [membership.is_sure(line) for line in ReadingView(list_of).lines] == [True, True]


def test_what_the_site_repeats_is_no_member(db: Sqlite, page: Page) -> None:
    add(db, page, [LINE])
    repeated = frozenset({line_key(LINE.text)})
    membership, _ = pooling.brought_up(db, page.id, "c1", PageTexts(db), repeated)
    assert membership.members(ReadingView([LINE])) == ()
