"""The bars that a line has to pass to belong to the document: where they lie, and who passes them together.

Chances are in hundredths here. A bar may be tuned again, so its constant is used to test what happens at it. A chance that
is written out is an example: a bar that is tuned past it changes what such a line is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pagewitness.archive.derived import UNSHOWN, Signs, VisibleBlock
from pagewitness.archive.fold.membership import (
    BESIDE,
    FEW,
    IN_LIST,
    IN_TEXT,
    LETTERS,
    LINKED,
    MANY,
    MEMBER,
    RUNNING,
    Membership,
)
from pagewitness.archive.fold.reading_view import Group, ReadingView
from pagewitness.archive.fold.votes import Pool, Votes

PARAGRAPH = Group("p", "main", "main/p", linked=False, inward=False)
ITEM = Group("li", "main", "ul/li", linked=False, inward=False)
LINK = Group("li", "main", "ul/li", linked=True, inward=False)
BOX = Group("li", "aside", "aside/li", linked=False, inward=False)  # an item outside of the main part
NOTHING_BUT_TEXT, MUCH_TEXT, LIST = 1.0, RUNNING[0], 0.0  # shares of the main part that are likely
LETTERS_HERE = 100_000


def hundredths(bar: float) -> int:
    return round(100 * bar)


EVEN = hundredths(MEMBER)  # no member by itself, and likely enough for the main part


def votes(*chances: int, inside: bool = True, **more: Any) -> list[Votes]:
    """Lines with these chances, each in one reading, inside the main part or not."""
    return [Votes(shown=1, chance=one, main=int(inside), among_text=int(inside), **more) for one in chances]


def membership(
    group: Group,
    lines: Sequence[Votes],
    *,
    text: float = NOTHING_BUT_TEXT,
    shown: int = 1,
    repeated: Sequence[int] = (),
) -> Membership:
    """A page with lines that stand alike.

    Args:
        text: the share of its main part that is likely.
        shown: how many readings show such lines.
        repeated: which of them the site repeats.
    """
    pool = Pool()
    pool.readings = LETTERS_HERE  # so many that only the share counts
    pool.letters, pool.likely = LETTERS_HERE, round(text * LETTERS_HERE)
    pool.lines.update({(str(at), group): one for at, one in enumerate(lines)})
    pool.shown[group] = shown
    return Membership(pool, {str(at) for at in repeated})


def belong(
    group: Group,
    lines: Sequence[Votes],
    *,
    text: float = NOTHING_BUT_TEXT,
    shown: int = 1,
    repeated: Sequence[int] = (),
) -> list[int]:
    """Which of some lines that stand alike are members, by their numbers."""
    asked = membership(group, lines, text=text, shown=shown, repeated=repeated)
    return [at for at in range(len(lines)) if asked.is_member((str(at), group))]


def test_a_line_that_is_more_likely_than_not_belongs_wherever_it_stands() -> None:
    for text in (NOTHING_BUT_TEXT, LIST):
        assert belong(BOX, votes(hundredths(MEMBER) + 1, inside=False), text=text) == [0]
        assert belong(BOX, votes(hundredths(MEMBER), inside=False), text=text) == []
    assert belong(BOX, votes(60, inside=False)) == [0]


@pytest.mark.parametrize(("readings", "found"), [(2, [0]), (3, [])])
def test_a_line_belongs_that_half_of_its_readings_take_for_the_document(readings: int, found: list[int]) -> None:
    line = Votes(shown=readings, chance=0, document=1)
    assert belong(BOX, [line], shown=readings) == found


def test_a_link_that_is_taken_for_the_document_needs_an_even_chance_too_in_a_running_text() -> None:
    def line(chance: int) -> list[Votes]:
        return votes(chance, inside=False, document=1)

    assert belong(LINK, line(hundredths(MEMBER))) == [0]
    assert belong(LINK, line(hundredths(MEMBER) - 1)) == []
    assert belong(LINK, line(hundredths(MEMBER) - 1), text=LIST) == [0], "a list is made of links"


@pytest.mark.parametrize(("barred", "found"), [(1, [0]), (2, [])])
def test_a_line_is_out_that_most_of_its_readings_bar(barred: int, found: list[int]) -> None:
    """Half of them are not most."""
    line = replace(votes(90)[0], shown=2, chance=180, barred=barred)
    assert belong(PARAGRAPH, [line], shown=2) == found


def test_a_line_that_no_reading_shows_is_no_member_and_not_likely() -> None:
    asked, unknown = membership(PARAGRAPH, votes(90)), ("unknown", PARAGRAPH)
    assert not asked.is_member(unknown)
    assert not asked.is_sure(unknown)
    assert asked.chance(unknown) == 0.0


def test_the_chance_of_a_line_is_the_mean_of_its_readings() -> None:
    assert membership(PARAGRAPH, [Votes(shown=2, chance=150)]).chance(("0", PARAGRAPH)) == 0.75


def test_a_block_that_is_no_line_is_no_member() -> None:
    """The title that only the head of a page states."""
    title, line = VisibleBlock("h1", "Threats", UNSHOWN), VisibleBlock("p", "An attack is unlikely.", judged=Signs(0.9))
    view, pool = ReadingView([title, line]), Pool()
    pool.add(view)
    assert Membership(pool).members(view) == (1,)


# --- a running text, or a list ----------------------------------------------------------------------------------------


def is_running(letters: int, likely: int, readings: int) -> bool:
    pool = Pool()
    pool.letters, pool.likely, pool.readings = letters, likely, readings
    return Membership(pool).is_running


def test_a_main_part_that_is_mostly_likely_text_is_a_running_text() -> None:
    assert is_running(LETTERS_HERE, round(RUNNING[0] * LETTERS_HERE), LETTERS_HERE)
    assert not is_running(LETTERS_HERE, round(RUNNING[0] * LETTERS_HERE) - 1, LETTERS_HERE)
    assert is_running(LETTERS_HERE, round(0.9 * LETTERS_HERE), LETTERS_HERE)


@pytest.mark.parametrize("readings", [1, 3])
def test_so_is_one_with_many_likely_letters_in_each_reading(readings: int) -> None:
    assert is_running(LETTERS_HERE, LETTERS * readings, readings)
    assert not is_running(LETTERS_HERE, LETTERS * readings - 1, readings)


def test_a_page_without_a_main_part_has_no_running_text() -> None:
    assert not is_running(0, 0, 0)


# --- paragraphs and items of the main part ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bar"),
    [
        pytest.param(MUCH_TEXT, IN_TEXT[0], id="a text with lists"),
        pytest.param(sum(RUNNING) / 2, sum(IN_TEXT) / 2, id="one with fewer of them"),
        pytest.param(RUNNING[1], IN_TEXT[1], id="a text without lists"),
        pytest.param(1.0, IN_TEXT[1], id="nothing but likely text"),
    ],
)
def test_the_fewer_lists_a_text_has_the_more_likely_a_line_of_it_must_be(text: float, bar: float) -> None:
    assert belong(PARAGRAPH, votes(int(100 * bar) + 1), text=text) == [0]
    assert belong(PARAGRAPH, votes(int(100 * bar)), text=text) == []


def test_a_text_beside_long_lists_has_the_lower_bar() -> None:
    """Its likely letters are many, and their share is small."""

    def found(chance: int) -> bool:
        asked = membership(PARAGRAPH, votes(chance), text=MUCH_TEXT / 2)
        asked._pool.readings = 1
        return asked.is_member(("0", PARAGRAPH))

    assert found(hundredths(IN_TEXT[0]) + 1)
    assert not found(hundredths(IN_TEXT[0]))


def test_a_line_as_likely_as_one_in_three_belongs_to_a_text_with_lists_and_not_to_one_without() -> None:
    assert belong(PARAGRAPH, votes(33), text=MUCH_TEXT) == [0]
    assert belong(PARAGRAPH, votes(33), text=NOTHING_BUT_TEXT) == []


def test_in_a_running_text_paragraphs_speak_for_themselves_and_items_together() -> None:
    chances = (90, 5, 70)
    assert belong(PARAGRAPH, votes(*chances)) == [0, 2]
    assert belong(ITEM, votes(*chances)) == [0, 1, 2]
    for kind in ("row", "dt", "dd"):
        assert belong(ITEM._replace(kind=kind), votes(*chances)) == [0, 1, 2]


def test_three_items_are_a_list_and_two_are_not() -> None:
    assert FEW == 3
    assert belong(ITEM, votes(90, 5)) == [0]
    assert belong(ITEM, votes(90, 90, 5)) == [0, 1, 2]


def test_on_a_page_that_is_a_list_paragraphs_are_decided_together_too() -> None:
    assert belong(PARAGRAPH, votes(40, 0, 0), text=LIST) == [0, 1, 2]
    assert belong(PARAGRAPH, votes(40, 0), text=LIST) == [0]


def test_a_list_that_is_the_document_needs_little() -> None:
    bar = hundredths(IN_LIST)
    assert belong(ITEM, votes(*[bar + 1] * 4), text=LIST) == [0, 1, 2, 3]
    assert belong(ITEM, votes(*[bar] * 4), text=LIST) == []
    assert belong(ITEM, votes(6, 6, 6), text=LIST) == [0, 1, 2]


def test_a_line_or_two_at_a_time_are_no_list() -> None:
    """However many there have been."""
    bar = hundredths(IN_TEXT[0])
    for shown in (2, 4):
        assert belong(ITEM, votes(*[bar + 1] * 4), text=LIST, shown=shown) == [0, 1, 2, 3]
        assert belong(ITEM, votes(*[bar] * 4), text=LIST, shown=shown) == []
    assert belong(ITEM, votes(*[bar] * 6), text=LIST, shown=2) == [*range(6)], "three at a time are"


# --- the main part ----------------------------------------------------------------------------------------------------


def among(count: int, of: int, chance: int = EVEN) -> Votes:
    """A line that so many of its readings place in the main part."""
    return Votes(shown=of, chance=chance * of, main=count, among_text=count)


@pytest.mark.parametrize("text", [NOTHING_BUT_TEXT, LIST])
def test_a_line_is_in_the_main_part_if_most_of_its_readings_place_it_there(text: float) -> None:
    assert belong(PARAGRAPH, [among(2, 3)], text=text, shown=3) == [0]
    assert belong(PARAGRAPH, [among(1, 2)], text=text, shown=2) == []
    assert belong(PARAGRAPH, [among(1, 3)], text=text, shown=3) == []


@pytest.mark.parametrize("text", [NOTHING_BUT_TEXT, LIST])
def test_or_if_its_siblings_are_there(text: float) -> None:
    lines = [among(0, 1), among(1, 1), among(1, 1)]
    assert belong(ITEM, lines, text=text) == [0, 1, 2]
    assert belong(ITEM, [*lines, among(0, 1)], text=text) == [1, 2], "half of them are not enough"
    assert belong(PARAGRAPH, [among(0, 3), among(5, 5)], text=text, shown=5) == [1], "and one is no sibling"


def test_in_a_running_text_it_is_the_text_that_counts_and_not_the_part() -> None:
    behind = Votes(shown=1, chance=EVEN, main=1, among_text=0)
    assert belong(PARAGRAPH, [behind]) == []
    assert belong(PARAGRAPH, [behind], text=LIST) == [0]


def test_what_a_page_puts_beside_its_main_part_is_not_in_it() -> None:
    """Whatever the structure says: the lower bar is for the zone `main`."""
    for text in (NOTHING_BUT_TEXT, LIST):
        assert belong(BOX, votes(EVEN), text=text) == []


def test_a_list_beside_the_text_takes_in_its_less_likely_items() -> None:
    bar = hundredths(BESIDE)
    assert belong(BOX, votes(bar + 1, 90, 90, inside=False)) == [0, 1, 2]
    assert belong(BOX, votes(bar, 90, 90, inside=False)) == [1, 2]
    assert belong(BOX, votes(35, 90, 90, inside=False)) == [0, 1, 2]
    assert belong(BOX, votes(bar, 90, 90)) == [0, 1, 2], "all of them if it is among the text"


def test_a_list_does_so_only_if_it_is_more_likely_than_not() -> None:
    assert belong(BOX, votes(EVEN - 9, EVEN + 9, EVEN, inside=False)) == [1]
    assert belong(BOX, votes(EVEN - 9, EVEN + 10, EVEN, inside=False)) == [0, 1, 2]


# --- links ------------------------------------------------------------------------------------------------------------


def test_links_outside_of_the_main_part_never_belong_and_neither_do_those_into_the_page() -> None:
    assert belong(LINK._replace(zone="nav"), votes(99)) == []
    assert belong(LINK._replace(inward=True), votes(99)) == []
    assert belong(LINK._replace(inward=True, kind="h2"), votes(99)) == [0], "a heading may link to itself"


def test_a_link_among_the_text_needs_less_than_a_line() -> None:
    bar = hundredths(LINKED[0])
    assert belong(LINK, votes(bar + 1)) == [0]
    assert belong(LINK, votes(bar)) == []
    assert belong(LINK, votes(25)) == [0]


def test_two_links_are_judged_by_their_mean_and_one_at_a_time_by_itself() -> None:
    bar = hundredths(LINKED[0])
    lines = votes(bar - 10, bar + 12)
    assert belong(LINK, lines) == [0, 1]
    assert belong(LINK, lines, shown=2) == [1]


def behind(*chances: int) -> list[Votes]:
    """Links in the main part, behind its text."""
    return [Votes(shown=1, chance=one, main=1) for one in chances]


def test_a_link_behind_the_text_needs_more() -> None:
    """Menus may be there, too."""
    bar = hundredths(LINKED[1])
    assert belong(LINK, behind(bar + 1)) == [0]
    assert belong(LINK, behind(bar)) == []
    assert belong(LINK, behind(45)) == [0]
    assert belong(LINK, [*behind(bar + 1), *votes(bar + 1, inside=False)]) == [], (
        "half of them are not in the main part"
    )


def test_more_links_than_a_list_in_a_text_has_are_no_part_of_it() -> None:
    for lines in (votes(*[EVEN] * MANY), behind(*[EVEN] * MANY)):
        assert belong(LINK, lines) == [*range(MANY)]
        assert belong(LINK, [*lines, lines[0]]) == []


def test_a_likely_link_among_three_unlikely_ones_does_not_belong() -> None:
    """In a running text; two at a time speak for themselves."""
    lines = votes(EVEN + 9, EVEN - 9, EVEN, inside=False)
    assert belong(LINK, lines) == []
    assert belong(LINK, lines[:2]) == [0]
    assert belong(LINK, lines, text=LIST) == [0]
    assert belong(LINK, votes(EVEN + 10, EVEN - 9, EVEN, inside=False)) == [0, 1, 2], "unless they are likely together"


# --- what the site repeats --------------------------------------------------------------------------------------------


def test_among_lines_most_of_which_the_site_repeats_none_belongs() -> None:
    lines = votes(90, 90, 90, 90, 90)
    assert belong(PARAGRAPH, lines, repeated=[0, 1, 2]) == []
    assert belong(PARAGRAPH, lines, repeated=[0, 1]) == [2, 3, 4]
    assert belong(PARAGRAPH, lines[:4], repeated=[0, 1]) == [2, 3], "half of them are not most"


def test_what_takes_the_place_of_a_repeated_line_does_not_belong() -> None:
    """Where one line is shown at a time, the next one is as much the site's."""
    lines = votes(90, 90, 90)
    assert belong(PARAGRAPH, lines, shown=3, repeated=[0]) == []
    assert belong(PARAGRAPH, lines, shown=2, repeated=[0]) == [1, 2], "three lines in two readings are more than one"
    assert belong(PARAGRAPH, lines, shown=3) == [0, 1, 2]


# --- headings ---------------------------------------------------------------------------------------------------------


def headed(heading: Votes, *below: int) -> bool:
    """Whether a heading is a member above lines with these chances, each shown below it once; outside of the main part."""
    lines = [(str(at), BOX) for at in range(1, len(below) + 1)]
    head = ("0", BOX._replace(kind="h2"))
    asked = membership(BOX, [])
    asked._pool.lines.update(zip(lines, votes(*below, inside=False), strict=True))
    asked._pool.lines[head] = replace(heading, shown=len(below), below=dict.fromkeys(lines, 1), document=len(below))
    asked._pool.shown.update({BOX: len(below), head[1]: len(below)})
    return asked.is_member(head)


def test_an_unlikely_heading_is_out_if_most_of_what_was_below_it_is() -> None:
    doubtful = Votes()
    assert headed(doubtful, 90)
    assert not headed(doubtful, 10)
    assert headed(doubtful, 90, 10), "half of the readings are not most"
    assert not headed(doubtful, 90, 10, 10)


def test_a_heading_with_an_even_chance_stays_whatever_is_below_it() -> None:
    assert headed(Votes(chance=hundredths(MEMBER)), 10)
    assert not headed(Votes(chance=hundredths(MEMBER) - 1), 10)


def test_a_heading_above_a_heading_that_is_out_is_out_too() -> None:
    asked = membership(BOX, votes(10, inside=False))
    heads = [(name, BOX._replace(kind=name)) for name in ("h1", "h2", "h3")]
    for head, below in zip(heads, [*heads[1:], ("0", BOX)], strict=True):
        asked._pool.lines[head] = Votes(shown=1, document=1, below={below: 1})
        asked._pool.shown[head[1]] = 1
    assert [asked.is_member(head) for head in heads] == [False, False, False]


# --- what counts at once ----------------------------------------------------------------------------------------------


def sure(group: Group, lines: Sequence[Votes], text: float = NOTHING_BUT_TEXT) -> list[bool]:
    asked = membership(group, lines, text=text)
    return [asked.is_sure((str(at), group)) for at in range(len(lines))]


def test_a_line_with_an_even_chance_is_sure_and_so_is_one_that_half_of_the_readings_take() -> None:
    assert sure(BOX, votes(EVEN)) == [True]
    assert sure(BOX, votes(EVEN - 1)) == [False]
    assert sure(BOX, [Votes(shown=2, document=1)]) == [True]
    assert sure(BOX, [Votes(shown=3, document=1)]) == [False]


def test_a_line_is_sure_if_three_siblings_have_an_even_chance_together() -> None:
    assert sure(BOX, votes(EVEN - 9, EVEN + 9, EVEN)) == [True, True, True]
    assert sure(BOX, votes(EVEN - 9, EVEN + 8, EVEN)) == [False, True, True]
    assert sure(BOX, votes(EVEN - 9, EVEN + 9)) == [False, True]


def test_lines_that_are_barred_are_no_siblings() -> None:
    barred = votes(90, 90, barred=1)
    assert belong(ITEM, [*votes(5, 90), *barred]) == [1]
    assert sure(ITEM, [*votes(5, 90), *barred]) == [False, True, True, True]
    assert sure(ITEM, votes(5, 5, 5, barred=1)) == [False, False, False]


def test_links_behind_a_running_text_are_never_sure() -> None:
    """They may be a box that shows others at each visit."""
    assert sure(LINK, behind(90)) == [False]
    assert sure(LINK, behind(90), LIST) == [True]
    assert sure(LINK, votes(90)) == [True], "those among it are"
    assert sure(LINK, [*votes(90), *behind(90)]) == [False, False], "unless half of their group is behind it"
    assert sure(LINK, votes(90, barred=1)) == [False]
    assert sure(PARAGRAPH, behind(90)) == [True], "and so is a paragraph"
