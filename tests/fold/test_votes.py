"""What the readings of a page say about its lines, added up."""

from __future__ import annotations

from typing import Any

from pagewitness.archive.derived import UNSHOWN, Signs, VisibleBlock
from pagewitness.archive.fold.reading_view import Line, ReadingView
from pagewitness.archive.fold.votes import LIKELY, Pool, Votes


def block(text: str, chance: int = 90, *, document: bool = True, links: float = 0.0, **signs: Any) -> VisibleBlock:
    """A block that the model finds so likely, in hundredths."""
    return VisibleBlock("p", text, "main", links, document, judged=Signs(chance / 100, **signs))


def pooled(*readings: list[VisibleBlock]) -> Pool:
    pool = Pool()
    for blocks in readings:
        pool.add(ReadingView(blocks))
    return pool


def line_of(one: VisibleBlock) -> Line:
    """The line of a block."""
    return ReadingView([one]).lines[0]


THREAT = "An attack is unlikely."


def votes_on(*blocks: VisibleBlock) -> Votes:
    """The votes on a line that each reading shows once."""
    pool = pooled(*([one] for one in blocks))
    assert len(pool.lines) == 1
    return pool.lines[line_of(blocks[0])]


def test_a_line_that_no_reading_shows_has_no_votes() -> None:
    assert Votes() == Votes(shown=0, chance=0, document=0, barred=0, main=0, among_text=0, text=0, below={})


def test_each_reading_has_one_vote() -> None:
    votes = votes_on(block(THREAT, 60), block(THREAT, 25), block(THREAT, 5))
    assert (votes.shown, votes.chance) == (3, 90)


def test_a_chance_is_counted_in_hundredths() -> None:
    assert votes_on(VisibleBlock("p", THREAT, judged=Signs(0.127))).chance == 13


def test_each_sign_is_counted_by_itself() -> None:
    assert votes_on(block(THREAT), block(THREAT, document=False)).document == 1
    for sign in ("barred", "main", "among_text"):
        votes = votes_on(block(THREAT, document=False, **{sign: True}), block(THREAT, document=False))
        assert {name: getattr(votes, name) for name in ("document", "barred", "main", "among_text")} == {
            "document": 0, "barred": 0, "main": 0, "among_text": 0, sign: 1
        }  # fmt: skip


def test_a_reading_that_shows_a_line_twice_speaks_once_by_its_likeliest_block() -> None:
    for chances in ((10, 90, 50), (90, 50, 10), (50, 10, 90)):
        pool = pooled([block(THREAT, chance) for chance in chances])
        assert [(votes.shown, votes.chance) for votes in pool.lines.values()] == [(1, 90)]


def test_of_two_blocks_that_are_as_likely_the_first_one_speaks() -> None:
    pool = pooled([block(THREAT), block(THREAT, main=True)])
    assert pool.lines[line_of(block(THREAT))].main == 0


def test_a_block_that_is_no_line_has_no_vote() -> None:
    """The title that only the head of a page states."""
    pool = pooled([VisibleBlock("h1", "Threats", UNSHOWN), block(THREAT)])
    assert [*pool.lines] == [line_of(block(THREAT))]
    assert pool.shown.total() == 1


def test_the_same_words_elsewhere_on_the_page_are_another_line() -> None:
    pool = pooled([block(THREAT, path="main/p"), block(THREAT, path="aside/p")])
    assert [votes.shown for votes in pool.lines.values()] == [1, 1]


def test_a_reading_shows_a_group_once_however_many_of_its_lines_it_has() -> None:
    pool = pooled([block(THREAT), block("It is rare.")], [block(THREAT)], [])
    assert [*pool.shown.values()] == [2]
    assert pool.readings == 3


def test_the_letters_of_the_main_part_are_counted() -> None:
    pool = pooled([block("123456", main=True), block("1234", LIKELY - 1, main=True), block("12")])
    assert (pool.letters, pool.likely) == (10, 6)


def test_a_line_at_the_bar_is_likely() -> None:
    assert pooled([block("123456", LIKELY, main=True)]).likely == 6
    assert pooled([block("123456", 50, main=True)]).likely == 6, "and so is one with an even chance"


def test_links_are_letters_of_the_main_part_and_no_likely_ones() -> None:
    pool = pooled([block("123456", 90, links=1.0, main=True)])
    assert (pool.letters, pool.likely) == (6, 0)


def test_what_is_new_has_counted_nothing() -> None:
    pool = Pool()
    assert (pool.readings, pool.letters, pool.likely, pool.lines, pool.shown) == (0, 0, 0, {}, {})


def test_a_line_keeps_the_text_of_its_first_reading() -> None:
    pool = Pool()
    for ids in ((), (7,), (8,)):
        pool.add(ReadingView([block(THREAT)], texts=ids))
    assert pool.lines[line_of(block(THREAT))].text == 7


def test_without_an_archive_a_line_has_no_text_of_it() -> None:
    assert votes_on(block(THREAT)).text == 0


# --- headings ---------------------------------------------------------------------------------------------------------

HEADING, OTHER = block("Threats", heads=True), block("It is rare.")


def test_a_heading_counts_what_stands_right_below_it() -> None:
    pool = pooled([HEADING, block(THREAT), OTHER], [HEADING, block(THREAT)], [HEADING, OTHER])
    assert pool.lines[line_of(HEADING)].below == {line_of(block(THREAT)): 2, line_of(OTHER): 1}


def test_what_is_no_line_does_not_stand_below_it() -> None:
    pool = pooled([HEADING, VisibleBlock("p", "Threats", UNSHOWN), OTHER])
    assert pool.lines[line_of(HEADING)].below == {line_of(OTHER): 1}


def test_a_heading_at_the_end_and_a_line_that_heads_nothing_have_nothing_below() -> None:
    pool = pooled([OTHER, block(THREAT), HEADING])
    assert [votes.below for votes in pool.lines.values()] == [{}, {}, {}]
