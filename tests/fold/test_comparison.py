"""What counts as a change of the document between two observations, and what does not."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.diff.pairing import SPELT_ALIKE
from pagewitness.archive.fold.comparison import Difference, Text, compare_texts, emptied, following, kept
from pagewitness.archive.fold.judge import KEPT
from pagewitness.archive.fold.reading_view import ReadingView

FIRST = "The service assesses that the threat from hostile intelligence is unlikely to decline in the coming year."
SECOND = "Three cases of sabotage were recorded on the railway, and two of them were prevented by the police."
THIRD = "Agencies of the region exchange what they know of vessels that leave their lanes near cables."


def shows(*blocks: str | VisibleBlock) -> Text:
    """An observation of some blocks; texts are paragraphs of the document."""
    found = [VisibleBlock("p", block) if isinstance(block, str) else block for block in blocks]
    return Text(ReadingView(found), [at for at, block in enumerate(found) if block.document])


def other(text: str, zone: str = "main", links: float = 0.0) -> VisibleBlock:
    """A visible block that is not the document."""
    return VisibleBlock("p", text, zone, links, False)


def difference(before: Text, after: Text) -> Difference:
    return compare_texts(before, following(before, after.view, after.members), lambda text, at: True)


def says(found: Difference) -> str:
    return "change" if found.words else "moved" if found.moved else "same"


MENU = other("Home", "nav", 1.0)
BEFORE = shows(FIRST, SECOND, MENU)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(shows(FIRST, SECOND, MENU), id="equal"),
        pytest.param(shows(FIRST, other(SECOND)), id="a paragraph that is no member any more, though it is visible"),
        pytest.param(shows(FIRST, SECOND, other("Start", "nav", 1.0)), id="another menu"),
        pytest.param(shows(MENU, FIRST, SECOND), id="the menu elsewhere"),
        pytest.param(shows(FIRST, other("© 2026 Agency", "footer"), SECOND), id="a footer in between"),
        pytest.param(shows(FIRST, SECOND, other("Read our ten most popular stories of this week here")), id="a teaser"),
        pytest.param(shows(f"{FIRST} {SECOND}"), id="two paragraphs in one"),
        pytest.param(shows(FIRST[:50], FIRST[50:].strip(), SECOND), id="one paragraph in two"),
        pytest.param(shows(FIRST[:50], f"{FIRST[50:].strip()} {SECOND}"), id="other borders"),
        pytest.param(shows(f"• {FIRST}", SECOND.replace(" ", "\u00a0")), id="typography"),
        pytest.param(shows(FIRST, SECOND, SECOND), id="a sentence twice"),
    ],
)
def test_what_shows_the_same_document_is_no_change(after: Text) -> None:
    assert says(difference(BEFORE, after)) == "same"


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(shows(FIRST.replace("unlikely", "likely"), SECOND), id="one word"),
        pytest.param(shows(FIRST.removesuffix("."), f"{SECOND}."), id="full stops"),
        pytest.param(shows(FIRST.replace("hostile", "Hostile"), SECOND), id="a capital"),
        pytest.param(shows(FIRST), id="a paragraph removed"),
        pytest.param(shows(FIRST, SECOND, THIRD), id="a paragraph added"),
        pytest.param(shows("Withdrawn", FIRST, SECOND), id="a word added"),
        pytest.param(shows(FIRST, VisibleBlock("li", "Report 2024", "main", 1.0), SECOND), id="a link added"),
        pytest.param(
            shows(FIRST.replace("the threat from hostile", "hostile threat from the"), SECOND), id="word order"
        ),
    ],
)
def test_what_is_new_gone_or_edited_is_a_change(after: Text) -> None:
    assert says(difference(BEFORE, after)) == "change"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param([FIRST, SECOND], [SECOND, FIRST], "moved", id="two paragraphs"),
        pytest.param(["Allowed", "Ships", "Forbidden", "Boats"], ["Allowed", "Boats", "Forbidden", "Ships"], "moved", id="items"),
        pytest.param(["Sweden", "High", "Finland", "Low"], ["Sweden", "Low", "Finland", "High"], "moved", id="values"),
        pytest.param(["Sweden | High", "Finland | Low"], ["Sweden | Low", "Finland | High"], "change", id="values in rows"),
        pytest.param(["It may be.", "It may not go."], ["It may not be.", "It may go."], "change", id="a not"),
    ],
)  # fmt: skip
def test_order_is_meaning(before: list[str], after: list[str], found: str) -> None:
    """Inside a line at once; of whole lines it is for the next observation to confirm."""
    assert says(difference(shows(*before), shows(*after))) == found


def test_a_small_word_is_judged_where_it_stands() -> None:
    """Whether or not the same word stands elsewhere on the page."""
    levels = ["Sweden", "High", "Finland", "Low", "Latvia", "Low"]
    assert difference(shows(*levels), shows(*levels[:-1], "High")).come == {"High"}
    party = ["Anna", "Green Party", "Berta", "Centre", "Carla", "Centre"]
    assert says(difference(shows(*party), shows(*party[:-1], "Green Party"))) == "change"
    assert says(difference(shows(*party), shows(*party[:-1]))) == "change"


def test_a_level_that_stays_visible_in_a_menu_is_gone_from_its_place() -> None:
    menu = [other("Low", "nav", 1.0), other("High", "nav", 1.0)]
    assert difference(shows(*menu, "Level", "Low"), shows(*menu, "Level", "High")).gone == {"Low"}


def test_a_line_of_the_text_stays_in_it_while_it_is_visible() -> None:
    """Wherever it is: our opinion of a place is no change of the page. In a menu that had it before it is not left."""
    after = shows(FIRST, other(SECOND, "aside"))
    text = following(BEFORE, after.view, after.members)
    assert text.forms == BEFORE.forms
    assert text.inherited.carried == (1,)
    assert says(compare_texts(text, shows(FIRST), lambda text, at: True)) == "change", "and it is missed when it goes"
    before = shows(other("China", "nav", 1.0), FIRST, "China")
    after = shows(other("China", "nav", 1.0), FIRST)
    assert following(before, after.view, after.members).forms == (FIRST,)


def test_a_difference_is_sure_if_any_of_its_lines_is() -> None:
    found = compare_texts(BEFORE, shows(FIRST, SECOND, "A promotion"), lambda text, at: text.forms[at] != "A promotion")
    assert (found.words, found.sure) == (True, False)
    assert compare_texts(BEFORE, shows(FIRST, "A promotion"), lambda text, at: text.forms[at] != "A promotion").sure


def test_hidden_mail_addresses_are_equal_to_those_written_out() -> None:
    """Proxies write `[email protected]` in their place, in some answers."""
    written = shows(f"{FIRST} Write to desk@agency.example for more.")
    for hidden in ("[email\xa0protected]", "desk (at) agency.example", "desk [at] agency [dot] example"):
        assert says(difference(written, shows(f"{FIRST} Write to {hidden} for more."))) == "same"
        view = shows(f"{FIRST} Write to {hidden} for more.").view
        assert view.places_alike(written.view.blocks[0].text, written.view) == [0]
        assert not view.shows(written.view.blocks[0].text)
    assert says(difference(written, shows(f"{FIRST} Write to office@agency.example for more."))) == "change"


@pytest.mark.parametrize(("after", "share"), [(shows(FIRST, other(SECOND)), 1.0), (shows(THIRD), 0.2), (shows(), 0.0)])
def test_how_much_of_a_text_is_kept_is_reported_by_all_that_is_shown(after: Text, share: float) -> None:
    assert kept(BEFORE, after.view) == pytest.approx(share, abs=0.12)


def test_a_text_without_words_keeps_all_of_them() -> None:
    assert kept(shows(), BEFORE.view) == 1.0


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        pytest.param(shows(MENU), True, id="the frame alone"),
        pytest.param(shows(MENU, "Loading, please wait …"), True, id="and a note"),
        pytest.param(shows(SECOND, MENU), False, id="a paragraph stayed"),
        pytest.param(shows(THIRD, MENU), False, id="another text came"),
    ],
)
def test_a_frame_without_its_main_part_is_reported(after: Text, answer: bool) -> None:
    assert emptied(BEFORE, after) is answer


def test_a_short_document_that_is_rewritten_in_few_words_is_not_a_frame() -> None:
    assert not emptied(shows("The port is closed."), shows("Ships may enter again."))


def test_a_document_of_headings_alone_has_no_main_part_to_lack() -> None:
    assert not emptied(shows(VisibleBlock("h2", FIRST)), shows())


@pytest.mark.parametrize(("note", "missing"), [(6, True), (7, False)])
def test_a_note_in_place_of_the_main_part_has_six_words_at_most(note: int, missing: bool) -> None:
    before = shows(VisibleBlock("h1", "Threat level"), *(f"{FIRST} {SECOND} {THIRD} {number}" for number in range(3)))
    after = shows(VisibleBlock("h1", "Threat level"), other(" ".join(f"nova{number}" for number in range(note))))
    assert emptied(before, after) is missing


def test_a_main_part_that_was_shortened_is_not_missing() -> None:
    """A page of one paragraph that keeps its first sentence says less, but it does not hide what it says."""
    heading = VisibleBlock("h1", "Threat level")
    before, after = (shows(heading, text) for text in (" ".join([FIRST, SECOND, THIRD]), FIRST))
    assert kept(before, after.view) < KEPT
    assert not emptied(before, after)


DATED = f"{FIRST} It was published on 1 December 2024."


def test_another_way_of_writing_a_date_is_no_change_and_another_date_is() -> None:
    """Also if the same figures stand elsewhere on the page."""
    rewritten = DATED.replace("1 December 2024", "December 1, 2024")
    assert says(difference(shows(DATED, SECOND), shows(rewritten, SECOND))) == "same"
    for date in ("2 December 2024", "1 November 2024", "1 December 2025", "12 January 2024"):
        assert says(difference(shows(DATED), shows(DATED.replace("1 December 2024", date)))) == "change"


def test_a_quotation_mark_that_goes_is_a_change_and_another_kind_of_it_is_none() -> None:
    quoted = FIRST.replace("unlikely", "“unlikely”")
    assert says(difference(shows(quoted, SECOND), shows(FIRST.replace("unlikely", '"unlikely"'), SECOND))) == "same"
    assert says(difference(shows(quoted, SECOND), shows(FIRST, SECOND))) == "change"


def test_a_counter_makes_no_change_when_it_counts() -> None:
    assert says(difference(shows(FIRST, "Views: 1,204"), shows(FIRST, "Views: 1,377"))) == "same"
    assert says(difference(shows(FIRST, "Views: 1,204"), shows(FIRST))) == "same"


def test_a_line_is_visible_as_a_block_or_with_its_words_contiguous() -> None:
    view = shows(FIRST, other("Three cases of sabotage,", "nav"), "and two, too.").view
    for form in (FIRST, "sabotage", "Three cases of sabotage, and two, too."):
        assert view.shows(form)
    for form in ("sabotages", "Three cases of sabotage and two", ""):
        assert not view.shows(form)


def test_a_line_that_stays_in_the_text_keeps_its_place_in_it_though_a_menu_has_it_too() -> None:
    """A redesign renamed the boxes: the lines are no members by their places, and the menu above shows one of them, too."""
    name = "Prime Minister"
    before = shows(other(name, "nav", 1.0), FIRST, name, SECOND)
    after = shows(other(name, "nav", 1.0), other(FIRST), other(name), other(SECOND))
    text = following(before, after.view, after.members)
    assert text.forms == before.forms
    assert says(difference(before, after)) == "same"


@pytest.mark.parametrize("sign", [".", "|", "»", "-", "* * *"])
def test_punctuation_alone_is_no_line_of_the_text(sign: str) -> None:
    before, after = shows(FIRST, sign, SECOND), shows(FIRST, SECOND)
    assert before.digest == after.digest
    assert says(difference(before, after)) == says(difference(after, before)) == "same"
    assert says(difference(before, shows(sign, FIRST, SECOND))) == "same"


def test_a_tick_that_turns_into_a_cross_is_a_change() -> None:
    before, after = (shows(FIRST, VisibleBlock("dd", sign), SECOND) for sign in "✓✗")
    assert says(difference(before, after)) == "change"


def test_a_line_that_was_visible_comes_into_the_text_only_with_a_revision() -> None:
    """A panel that was hidden is shown: what it says is not new on that day."""
    before, after = shows(FIRST, other(SECOND, "hidden")), shows(FIRST, SECOND)
    text = following(before, after.view, after.members)
    assert (text.forms, text.inherited.withheld) == (before.forms, (1,))
    assert says(difference(before, after)) == "same"
    assert following(before, shows(FIRST, SECOND, SECOND).view, [0, 1, 2]).forms == (FIRST, SECOND, SECOND)


def test_another_mail_address_is_another_text_and_a_hidden_one_is_not() -> None:
    one, other_one, hidden = (
        f"Send notice to {mail}." for mail in ("a@one.example", "b@two.example", "[email protected]")
    )
    texts = [shows(FIRST, line) for line in (one, other_one, hidden)]
    assert len({text.digest for text in texts}) == 3
    assert says(difference(texts[0], texts[1])) == "change"
    assert says(difference(texts[0], texts[2])) == "same"


def test_a_change_is_confirmed_by_what_is_new_and_not_by_what_a_box_no_longer_shows() -> None:
    one, other_one, third = {"Sea cables"}, {"Cyber outlook"}, {"Annual report"}
    rotated = Difference(gone=one, come=other_one)
    assert not Difference(gone=one, come=third).confirms(rotated)
    assert Difference(gone=one, come=other_one | third).confirms(rotated)
    assert Difference(gone=one).confirms(Difference(gone=one | third))
    corrected = Difference(gone=one, come={"Maria Rossi Minister for Energy"})
    assert corrected.confirms(Difference(gone=one, come={"Maria Rossi Minister of Energy"}))


# --- the place --------------------------------------------------------------------------------------------------------


def test_the_place_of_a_difference_ends_at_the_members_around_it() -> None:
    """That the line before has the same word, too, says nothing of this one."""
    level = "The level is High today."
    for text in ([FIRST, level, "High"], [FIRST, "High", level]):
        after = ["Low" if line == "High" else line for line in text]
        found = difference(shows(*text), shows(*after))
        assert (found.gone, found.come) == ({"High"}, {"Low"})


def halves(text: str) -> tuple[str, str]:
    at = text.index(" ", len(text) // 2)
    return text[:at], text[at + 1 :]


def test_it_begins_with_the_first_block_behind_them() -> None:
    after = shows(FIRST, *halves(SECOND), THIRD)
    found = difference(shows(FIRST, SECOND), after)
    assert (found.gone, found.come) == (set(), {THIRD})


def test_what_stands_behind_the_last_member_is_at_its_place() -> None:
    found = difference(shows(FIRST, SECOND), shows(FIRST, *map(other, halves(SECOND))))
    assert says(found) == "same"


def test_a_line_that_was_in_a_menu_and_is_in_the_text_twice_has_moved() -> None:
    """If nothing is known of what came before (`following`)."""
    before, after = shows(other("High", "nav"), FIRST, "High", SECOND), shows(FIRST, "High", SECOND, "High")
    assert says(compare_texts(before, after, lambda text, at: True)) == "moved"
    assert says(compare_texts(after, before, lambda text, at: True)) == "moved"


@pytest.mark.parametrize(("words", "found"), [(8, "same"), (7, "change")])
def test_a_copy_of_eight_words_is_no_line_of_its_own(words: int, found: str) -> None:
    """A pulled quote; a shorter line may be a value."""
    line = " ".join(f"word{number}" for number in range(words))
    assert says(difference(shows(line, FIRST), shows(line, FIRST, line))) == found


# --- what a text has from the one before ------------------------------------------------------------------------------


def test_a_line_that_the_text_has_twice_stays_in_it_twice() -> None:
    before, after = shows("High", FIRST, "High"), shows(other("High"), FIRST, other("High"))
    assert following(before, after.view, after.members).inherited.carried == (0, 2)
    before, after = after, before
    assert following(before, after.view, after.members).inherited.withheld == (0, 2)


def test_a_line_that_is_visible_less_often_than_before_is_not_carried() -> None:
    """One of its two places was in the text, and nobody knows that it is not that one which is gone."""
    before, after = shows(other("High"), FIRST, "High"), shows(other("High"), FIRST)
    assert following(before, after.view, after.members).inherited.carried == ()


def test_a_text_is_known_by_thirty_two_figures_of_its_lines() -> None:
    assert len(BEFORE.digest) == 32
    assert BEFORE.digest == shows(MENU, FIRST, SECOND).digest != shows(SECOND, FIRST).digest


# --- what confirms a difference ---------------------------------------------------------------------------------------


def test_a_difference_is_confirmed_by_what_is_new_at_both_observations() -> None:
    one = Difference({FIRST}, {SECOND})
    assert one.confirms(Difference({FIRST}, {SECOND, THIRD}))
    assert one.confirms(Difference(set(), {SECOND}))
    assert not one.confirms(Difference({FIRST}, {THIRD})), "a box that rotates"


def test_where_nothing_is_new_at_one_of_them_it_is_confirmed_by_what_is_gone() -> None:
    gone = Difference({FIRST, SECOND})
    for one, other_one in ((gone, Difference({FIRST})), (gone, Difference({FIRST}, {THIRD}))):
        assert one.confirms(other_one)
        assert other_one.confirms(one)
    assert not gone.confirms(Difference({THIRD}))
    assert not gone.confirms(Difference({THIRD}, {FIRST}))


def test_a_new_line_that_was_corrected_confirms_itself() -> None:
    """It is spelt alike: so much of its letters are the same."""
    line, half = "abcde" * 4, round(20 * SPELT_ALIKE)
    same, too_little = line[:half] + "-" * (20 - half), line[: half - 1] + "-" * (21 - half)
    assert Difference(set(), {line}).confirms(Difference(set(), {same}))
    assert not Difference(set(), {line}).confirms(Difference(set(), {too_little}))


# --- a frame alone ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "most"), [(200, 6), (60, 6), (40, 4)])
@pytest.mark.parametrize("member", [True, False])
def test_a_note_has_a_tenth_of_the_words_of_the_document_at_most(length: int, most: int, member: bool) -> None:
    """And never more than six."""
    before = shows(" ".join(f"word{number}" for number in range(length)))

    def note(words: int) -> Text:
        text = " ".join(f"nova{number}" for number in range(words))
        return shows(text if member else other(text))

    assert emptied(before, note(most))
    assert not emptied(before, note(most + 1))


def test_a_document_that_is_written_again_in_its_own_words_is_not_missing() -> None:
    """As many of them as a note may have are none of it."""
    before = shows(" ".join(f"word{number}" for number in range(60)))
    for words, missing in ((6, True), (7, False)):
        assert emptied(before, shows(" ".join(f"word{number}" for number in range(words)))) is missing
