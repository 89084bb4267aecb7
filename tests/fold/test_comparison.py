"""What counts as a change of the document between two observations, and what does not."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.fold.comparison import ReadingView, changed, emptied, kept, paired
from pagewitness.archive.fold.judge import KEPT

FIRST = "The service assesses that the threat from hostile intelligence is unlikely to decline in the coming year."
SECOND = "Three cases of sabotage were recorded on the railway, and two of them were prevented by the police."
THIRD = "Agencies of the region exchange what they know of vessels that leave their lanes near cables."


def view(*blocks: str | VisibleBlock) -> ReadingView:
    """A reading that shows some blocks; texts are paragraphs of the document."""
    return ReadingView([VisibleBlock("p", block) if isinstance(block, str) else block for block in blocks])


def other(text: str, zone: str = "main", links: float = 0.0) -> VisibleBlock:
    """A visible block that the extractor did not take for the document."""
    return VisibleBlock("p", text, zone, links, False)


def differs(before: ReadingView, after: ReadingView) -> bool:
    """Whether the document of a current text changed, being shown so and then so."""
    return changed(before, before, after)


BEFORE = view(FIRST, SECOND, other("Home", "nav", 1.0))


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(view(FIRST, SECOND, other("Home", "nav", 1.0)), id="equal"),
        pytest.param(view(SECOND, other("Home", "nav", 1.0), FIRST), id="in another order"),
        pytest.param(view(FIRST, other(SECOND)), id="a paragraph that the extractor lost, though it is visible"),
        pytest.param(view(FIRST, SECOND, other("Start", "nav", 1.0)), id="another menu"),
        pytest.param(view(FIRST, SECOND, other("© 2026 Agency", "footer")), id="another footer"),
        pytest.param(view(FIRST, SECOND, other("Read our ten most popular stories of this week here")), id="a teaser"),
        pytest.param(view(FIRST, SECOND, "See details"), id="a label"),
        pytest.param(view(f"{FIRST} {SECOND}"), id="two paragraphs in one"),
        pytest.param(view(FIRST[:50], FIRST[50:].strip(), SECOND), id="one paragraph in two"),
        pytest.param(view(f"• {FIRST}", SECOND.replace(" ", "\u00a0")), id="typography"),
    ],
)
def test_what_shows_the_same_document_is_no_change(after: ReadingView) -> None:
    assert not differs(BEFORE, after)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(view(FIRST.replace("unlikely", "likely"), SECOND), id="one word"),
        pytest.param(view(FIRST.removesuffix("."), SECOND), id="a full stop"),
        pytest.param(view(FIRST), id="a paragraph removed"),
        pytest.param(view(FIRST, SECOND, THIRD), id="a paragraph added"),
        pytest.param(
            view(FIRST, other(SECOND.replace("Three", "Four"))), id="an edit where the extractor lost the block"
        ),
    ],
)
def test_what_is_new_gone_or_edited_is_a_change(after: ReadingView) -> None:
    assert differs(BEFORE, after)


def test_a_block_that_was_visible_already_is_not_added() -> None:
    """The extractor takes at last what it did not take before."""
    assert not differs(view(FIRST, other(SECOND)), view(FIRST, SECOND))


def test_what_was_document_once_is_missed_though_the_extractor_had_lost_it() -> None:
    """The current text remembers it."""
    text, base = view(FIRST, SECOND), view(FIRST, other(SECOND))
    assert changed(text, base, view(FIRST))


def test_hidden_mail_addresses_are_equal_to_those_written_out() -> None:
    """Proxies write `[email protected]` in their place, in some answers."""
    written = view(f"{FIRST} Write to desk@agency.example for more.")
    for hidden in ("[email\xa0protected]", "desk (at) agency.example", "desk [at] agency [dot] example"):
        assert not differs(written, view(f"{FIRST} Write to {hidden} for more."))
    assert differs(written, view(f"{FIRST} Write to office@agency.example for more."))


def test_a_named_zone_that_holds_the_document_counts() -> None:
    """A theme may call the whole document a sidebar."""
    aside = [VisibleBlock("p", text, "aside") for text in (FIRST, SECOND, THIRD)]
    assert changed(view(*aside[:2]), view(*aside[:2]), view(*aside))


@pytest.mark.parametrize(("after", "share"), [(view(FIRST, other(SECOND)), 1.0), (view(THIRD), 0.2), (view(), 0.0)])
def test_how_much_of_a_text_is_kept_is_reported_by_all_that_is_shown(after: ReadingView, share: float) -> None:
    assert kept(BEFORE, after) == pytest.approx(share, abs=0.12)


def test_a_text_without_words_keeps_all_of_them() -> None:
    assert kept(view(), view(FIRST)) == 1.0


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        pytest.param(view(other("Home", "nav", 1.0)), True, id="the frame alone"),
        pytest.param(view(other("Home", "nav", 1.0), "Loading, please wait …"), True, id="and a note"),
        pytest.param(view(SECOND, other("Home", "nav", 1.0)), False, id="a paragraph stayed"),
        pytest.param(view(THIRD, other("Home", "nav", 1.0)), False, id="another text came"),
    ],
)
def test_a_frame_without_its_main_part_is_reported(after: ReadingView, answer: bool) -> None:
    assert emptied(BEFORE, BEFORE, after) is answer


def test_a_short_document_that_is_rewritten_in_few_words_is_not_a_frame() -> None:
    short = view("The port is closed.")
    assert not emptied(short, short, view("Ships may enter again."))


def test_a_document_of_headings_alone_has_no_main_part_to_lack() -> None:
    headings = ReadingView([VisibleBlock("h2", FIRST)])
    assert not emptied(headings, headings, view())


DATED = f"{FIRST} It was published on 1 December 2024."


def test_another_way_of_writing_a_date_is_no_change_and_another_date_is() -> None:
    """Also where the same figures stand elsewhere on the page."""
    assert not differs(view(DATED, SECOND), view(DATED.replace("1 December 2024", "December 1, 2024"), SECOND))
    for other_date in ("2 December 2024", "1 November 2024", "1 December 2025", "12 January 2024"):
        assert differs(view(DATED, SECOND), view(DATED.replace("1 December 2024", other_date), SECOND))


def test_a_quotation_mark_that_goes_is_a_change_and_another_kind_of_it_is_none() -> None:
    quoted = FIRST.replace("unlikely", "“unlikely”")
    assert not differs(view(quoted, SECOND), view(FIRST.replace("unlikely", '"unlikely"'), SECOND))
    assert differs(view(quoted, SECOND), view(FIRST, SECOND))


def test_a_level_that_is_replaced_at_its_place_is_a_change() -> None:
    """Behind the same heading; elsewhere a label says nothing about another one."""
    level = VisibleBlock("h2", "Threat level")
    assert differs(view(level, "SUBSTANTIAL", FIRST), view(level, "SEVERE", FIRST))
    assert not differs(view(level, FIRST, "More details"), view(level, FIRST, other("Less details")))
    assert not differs(view("Previous issue", level, FIRST), view(level, "Next issue", FIRST))


def test_a_document_made_of_names_or_of_links_changes_with_them() -> None:
    names = [f"Anna Volkova {number}" for number in range(6)]
    assert differs(view(*names), view(*names[1:]))
    links = [VisibleBlock("li", f"Report on the year {2010 + number}", "main", 1.0, True) for number in range(6)]
    assert differs(view(*links), view(*links[1:]))
    assert differs(view(*links[1:]), view(*links))
    assert not differs(view(FIRST, SECOND, links[0]), view(FIRST, SECOND))


def test_a_counter_that_never_made_a_change_makes_none_when_it_counts() -> None:
    text, base, new = view(FIRST), view(FIRST, "Views: 1,204"), view(FIRST, "Views: 1,377")
    assert not changed(text, text, base)
    assert not changed(text, base, new)


def test_a_main_part_that_was_shortened_is_not_missing() -> None:
    """A page of one paragraph that keeps its first sentence says less, but it does not hide what it says."""
    before, after = (
        view(VisibleBlock("h1", "Threat level"), text) for text in (" ".join([FIRST, SECOND, THIRD]), FIRST)
    )
    assert kept(before, after) < KEPT
    assert not emptied(before, before, after)


def test_a_long_table_of_which_each_row_changed_is_compared_row_by_row() -> None:
    """All pairs of them would take minutes, and gigabytes."""
    olds, nows = ([f"{year} | incident N{row} | damage to a cable" for row in range(4000)] for year in (2023, 2024))
    pairs, gone, come = paired(olds, nows)
    assert {*pairs} == {*zip(olds, nows, strict=True)}
    assert not gone
    assert not come


WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet"


@pytest.mark.parametrize(
    ("zone_words", "main_words", "outside"),
    [pytest.param(3, 7, False, id="three tenths"), pytest.param(2, 8, True, id="less")],
)
def test_a_zone_with_three_tenths_of_the_document_is_part_of_it(
    zone_words: int, main_words: int, outside: bool
) -> None:
    """Counted in letters: words of one length here."""
    blocks = [VisibleBlock("p", "abcd" * zone_words, "aside"), VisibleBlock("p", "abcd" * main_words)]
    assert ("aside" in ReadingView(blocks).outside) is outside


@pytest.mark.parametrize(("new_words", "counts"), [(5, True), (4, False)])
def test_a_line_is_new_when_half_of_its_words_are(new_words: int, counts: bool) -> None:
    """The other words were on the page already, in a line beside the document that is gone now."""
    known, fresh = WORDS.split()[: 10 - new_words], [f"nova{number}" for number in range(new_words)]
    before = view(FIRST, other(" ".join(reversed(WORDS.split())), "aside"))
    assert differs(before, view(FIRST, " ".join([*known, *fresh]))) is counts


@pytest.mark.parametrize(("label", "change"), [("See more details", False), ("See more details here", True)])
def test_three_words_are_a_label_and_four_are_not(label: str, change: bool) -> None:
    assert differs(view(FIRST, SECOND), view(FIRST, SECOND, label)) is change


@pytest.mark.parametrize(("links", "change"), [(0.5, True), (0.51, False)])
def test_more_than_half_of_a_line_has_to_be_links_for_it_to_be_passed_over(links: float, change: bool) -> None:
    assert differs(view(FIRST, SECOND), view(FIRST, SECOND, VisibleBlock("p", THIRD, "main", links, True))) is change


@pytest.mark.parametrize(("note", "missing"), [(6, True), (7, False)])
def test_a_note_in_place_of_the_main_part_has_six_words_at_most(note: int, missing: bool) -> None:
    before = view(VisibleBlock("h1", "Threat level"), *(f"{FIRST} {SECOND} {THIRD} {number}" for number in range(3)))
    after = view(VisibleBlock("h1", "Threat level"), other(" ".join(f"nova{number}" for number in range(note))))
    assert emptied(before, before, after) is missing


def test_lines_are_one_when_they_share_more_than_half_of_their_words() -> None:
    """Half is not enough: two rows of a list share as much by chance."""
    words = WORDS.split()
    half, more = " ".join([*words[:5], "k1 k2 k3 k4 k5"]), " ".join([*words[:6], "k1 k2 k3 k4"])
    assert paired([WORDS], [half]) == ([], [WORDS], [half])
    assert paired([WORDS], [more]) == ([(WORDS, more)], [], [])
