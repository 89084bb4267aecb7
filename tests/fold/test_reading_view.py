"""A reading prepared for comparison: the forms and the groups of its lines, and what is visible."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import UNSHOWN, Signs, VisibleBlock
from pagewitness.archive.fold.reading_view import MOST_LINKED, OUTSIDE, ReadingView, line_key

TITLE = VisibleBlock("h1", "Threats", UNSHOWN)


def view(*texts: str) -> ReadingView:
    return ReadingView([VisibleBlock("p", text) for text in texts])


def test_the_key_of_a_line_has_sixteen_figures() -> None:
    assert len(line_key("threats")) == 16
    assert line_key("threats") != line_key("Threats")


def test_a_title_that_is_not_shown_is_no_line_and_yet_its_page_has_it() -> None:
    found = ReadingView([VisibleBlock("p", "An attack is unlikely."), TITLE])
    assert found.forms == ["An attack is unlikely.", ""]
    assert found.keys == [line_key("An attack is unlikely."), ""]
    assert found.unshown == (1,)
    assert found.shows("Threats")
    assert not found.shows("unlikely. Threats")
    assert found.places_alike("Threats", found) == [1]
    assert found.wordings == {line_key("An attack is unlikely."), line_key("Threats")}


# --- groups of lines ------------------------------------------------------------------------------------------------


def test_siblings_are_of_one_kind_in_one_zone_and_in_the_same_containers() -> None:
    one = VisibleBlock("li", "Ships", judged=Signs(path="ul/li"))
    same = VisibleBlock("li", "Boats", judged=Signs(0.2, "ul/li"))
    others = [
        VisibleBlock("p", "Boats", judged=Signs(path="ul/li")),
        VisibleBlock("li", "Boats", "nav", judged=Signs(path="ul/li")),
        VisibleBlock("li", "Boats", judged=Signs(path="ol/li")),
    ]
    groups = ReadingView([one, same, *others]).groups
    assert groups[0] == groups[1]
    assert len({*groups}) == 4


def test_the_frame_has_zones_and_all_else_is_the_main_part() -> None:
    zones = [*sorted(OUTSIDE), "main", UNSHOWN]
    groups = ReadingView([VisibleBlock("p", zone, zone) for zone in zones]).groups
    assert [group.zone for group in groups] == [*sorted(OUTSIDE), "main", "main"]


def linked(*shares: float, path: str = "ul/li", inward: bool = False) -> list[bool]:
    """Which of some siblings are links, by the shares of their letters that are."""
    blocks = [
        VisibleBlock("li", str(at), links=one, judged=Signs(path=path, inward=inward)) for at, one in enumerate(shares)
    ]
    groups = ReadingView(blocks).groups
    assert [group.inward for group in groups] == [group.linked and inward for group in groups]
    return [group.linked for group in groups]


def test_a_line_is_a_link_if_most_of_its_letters_are() -> None:
    assert linked(MOST_LINKED + 0.01) == [True]
    assert linked(MOST_LINKED) == [False]
    assert (linked(0.6), linked(0.4)) == ([True], [False])


@pytest.mark.parametrize("inward", [True, False])
def test_a_line_that_is_no_link_leads_nowhere(inward: bool) -> None:
    assert linked(1.0, 0.0, inward=inward) == [True, False]


def test_a_link_with_a_long_date_stands_with_its_siblings_if_most_of_them_are_links() -> None:
    assert linked(1.0, 1.0, 0.1) == [True, True, True]
    assert linked(1.0, 1.0, 0.0) == [True, True, False], "a line without a link is none"
    assert linked(1.0, 0.1) == [True, False], "half of them are not most"
    assert linked(1.0, 0.1, 0.1) == [True, False, False]


# --- what is visible --------------------------------------------------------------------------------------------------


def test_words_are_visible_as_a_block_or_contiguous_in_the_text() -> None:
    found = view("An attack is unlikely,", "they say.")
    for form in ("they say.", "attack is", "unlikely, they"):
        assert found.shows(form)
    for form in ("", "tack is", "unlikely they", "say. An"):
        assert not found.shows(form)


def test_words_are_visible_as_they_are_worded_except_for_typography() -> None:
    found = view("1. The \u201cattack\u201d of 1 March 2024 \u2013 unlikely.")
    assert found.shows('1. The "attack" of 1 March 2024 - unlikely.')
    assert found.shows('"attack" of 1 March 2024')
    assert not found.shows('"attack" of 2024-03-01')
    assert not found.shows('2. The "attack" of 1 March 2024 - unlikely.')


def test_a_line_is_at_the_places_that_differ_only_in_the_spelling_of_a_date() -> None:
    found = view("Ships enter on March 1, 2024.", "Boats do not.", "Ships enter on 1 March 2024.", "Read 907 times")
    assert found.places_alike("Ships enter on 1 March 2024.", found) == [0, 2]
    assert found.places_alike("Ships enter on 2 March 2024.", found) == []
    assert found.places_alike("Ships enter", found) == [], "a part of a line is none"
    assert found.places_alike("Read 907 times", found) == [], "it has a running count"


def test_a_part_of_a_line_is_visible_though_the_page_hides_a_mail_address() -> None:
    found = view("Write to [email protected] for more.", "An attack is unlikely.")
    assert found.shows("attack is")
    written = view("Write to desk@agency.example for more.", "Write to desk@agency.example for less.")
    more, less = (block.text for block in written.blocks)
    assert not found.shows(more), "these are not its words"
    assert found.places_alike(more, written) == [0], "but it is that line"
    assert found.places_alike(less, written) == []


def test_a_mail_address_is_visible_like_all_words_if_neither_side_hides_it() -> None:
    found = view("Write to desk@agency.example for more.")
    assert found.shows("to desk@agency.example")
    assert not found.shows("to office@agency.example")
    assert found.places_alike("Write to office@agency.example for more.", found) == []
    hidden = "Write to desk (at) agency.example for more."
    assert not found.shows(hidden)
    assert found.places_alike(hidden, view(hidden)) == [0]


def test_a_word_that_may_hide_an_address_and_hides_none_is_no_address() -> None:
    assert not view("Look at it [at] once.").hides_mail
    assert view("desk [at] agency.example").hides_mail


def test_two_readings_are_compared_without_addresses_if_only_one_of_them_hides_them() -> None:
    hidden, written = view("Write to [email protected] now."), view("Write to desk@agency.example now.")
    assert hidden.shown(written) == written.shown(hidden) == ["Write to @ now."]
    assert written.shown(written) == ["Write to desk@agency.example now."]
    assert hidden.shown(hidden) == ["Write to [email protected] now."]
