"""Two texts -> what changed: which blocks stayed, came, went, moved, were edited, split and merged."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagewitness.archive.diff import Change, Hunk, compare
from pagewitness.archive.text import words

Text = list[tuple[str, str]]

REMAIN = "The Office describes how the security environment changed over the past year."
BORDER = "Hostile services will continue to recruit travellers at the border in every season."
SUPPLY = "Supply chains through the port are examined closely, since disruption is felt within days."
CABLES = "Damage to undersea cables is becoming harder to explain by accident, storms and old age."
CYBER = "Cyber operations against ministries grow quieter, slower and a good deal more patient."


def paragraphs(*texts: str) -> Text:
    return [("p", text) for text in texts]


def changes(change: Change) -> list[tuple[str, str | None, str | None]]:
    return [(hunk.change, hunk.old, hunk.new) for hunk in change.hunks]


def kinds(old: Text, new: Text) -> list[str]:
    return [hunk.change for hunk in compare(old, new).hunks]


def side(hunks: list[Hunk], *, new: bool) -> list[str]:
    """The blocks of one text, put together again from the hunks of a change."""
    at, text = ("new_at", "new") if new else ("old_at", "old")
    placed = sorted((getattr(hunk, at), getattr(hunk, text)) for hunk in hunks if getattr(hunk, at) is not None)
    return [block for _, blocks in placed for block in blocks.split("\n")]


# --- came, went, stayed -----------------------------------------------------------------------------------------------


def test_an_edited_paragraph_is_marked_word_by_word() -> None:
    """A word that came in is one mark, and ends with its blank."""
    change = compare(paragraphs("It is likely that they act."), paragraphs("It is very likely that they act."))
    (hunk,) = change.hunks
    assert hunk.change == "edited"
    assert hunk.words == (("=", "It is "), ("+", "very "), ("=", "likely that they act."))
    assert change.summary() == {
        "added": 0, "removed": 0, "moved": 0, "edited": 1, "words_added": 1, "words_removed": 0,
    }  # fmt: skip


def test_paragraphs_come_and_go() -> None:
    """What has no partner is added or removed, in its place."""
    old = paragraphs("One stays.", "Two leaves us now.", "Three stays.")
    new = paragraphs("One stays.", "Three stays.", "Four is quite different.")
    assert changes(compare(old, new)) == [
        ("same", "One stays.", "One stays."),
        ("removed", "Two leaves us now.", None),
        ("same", "Three stays.", "Three stays."),
        ("added", None, "Four is quite different."),
    ]


def test_what_went_is_told_before_what_came_in_its_place() -> None:
    assert kinds(paragraphs(REMAIN, BORDER, CYBER), paragraphs(REMAIN, SUPPLY, CYBER)) == [
        "same", "removed", "added", "same",
    ]  # fmt: skip


def test_other_clothes_are_no_change() -> None:
    """Quotes, dashes, soft hyphens, list numbers and the kind of a block do not count."""
    old = [("h2", "1. The “grey” zone"), ("p", "It is well-known.")]
    new = [("p", 'The "grey" zone'), ("p", "It is well‑kno\u00adwn.")]
    change = compare(old, new)
    assert change.empty
    assert not any(change.summary().values())


def test_case_and_a_full_stop_are_changes() -> None:
    """What the judge counts as a change is one here too."""
    assert not compare(paragraphs("It is so"), paragraphs("It is so.")).empty
    assert not compare(paragraphs("the State"), paragraphs("the state")).empty


# --- which became which -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Effective date: February 1, 2024", "Effective date: April 27, 2026"),
        ("Colour", "Color"),
        ("Latvia | 12", "Latvia | 15"),
    ],
)
def test_a_lone_line_is_edited_rather_than_replaced(old: str, new: str) -> None:
    """Between two paragraphs that stay, a date, a spelling or a number that changed is an edit."""
    text = compare(paragraphs(REMAIN, old, BORDER), paragraphs(REMAIN, new, BORDER))
    assert [hunk.change for hunk in text.hunks] == ["same", "edited", "same"]


def test_pairs_keep_their_order_and_are_the_best_ones() -> None:
    """The most alike paragraphs are paired, not the first that are alike enough."""
    old = paragraphs("alpha beta gamma delta")
    new = paragraphs("alpha beta x y", "alpha beta gamma delta epsilon")
    assert kinds(old, new) == ["added", "edited"]


def test_a_paragraph_that_grew_to_several_times_its_length_is_edited() -> None:
    """All of it is still there."""
    assert kinds(paragraphs(REMAIN, BORDER), paragraphs(REMAIN, f"{SUPPLY} {BORDER} {CABLES} {CYBER}")) == [
        "same", "edited",
    ]  # fmt: skip


def test_a_line_keeps_its_label_among_others_that_changed() -> None:
    """Though hardly a word behind the label stayed."""
    old, new = paragraphs("Last updated: 7 January 2019", CABLES), paragraphs("Last updated: November 13th 2025", CYBER)
    assert kinds(old, new) == ["edited", "removed", "added"]


def test_rows_of_a_table_are_paired_by_what_they_are_about() -> None:
    """Not with the rows beside them, which have as many words in common."""
    old = [("row", f"{name} | Analytics | USA") for name in ("Birdie", "Klaus", "Pusher")]
    new = [("row", f"{name} | Behavior analytics | USA") for name in ("Birdie", "Pendo", "Pusher")]
    edited = [(hunk.old, hunk.new) for hunk in compare(old, new).hunks if hunk.change == "edited"]
    assert ("Birdie | Analytics | USA", "Birdie | Behavior analytics | USA") in edited
    assert ("Pusher | Analytics | USA", "Pusher | Behavior analytics | USA") in edited


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2023 | Fraud in payments | high", "2023 | Espionage at sea | low"),
        ("7 | Daily routines", "7 | True and false friends"),
        ("Klaus | Customer support | Estonia", "Hightouch | Customer support | USA"),
        ("2023 | 45 | 3 %", "2023 | 61 | 8 %"),
    ],
)
def test_rows_that_share_a_number_a_year_or_what_many_rows_have_are_two(old: str, new: str) -> None:
    """One went, another came at its place."""
    others = [("row", text) for text in ("Help | Customer support | USA", "2022 | Smuggling | low", "6 | At work")]
    assert kinds([*others, ("row", old)], [*others, ("row", new)]) == [*["same"] * 3, "removed", "added"]


def test_rows_of_figures_are_known_by_the_first() -> None:
    """A year, or a number, with which one row of either text begins, where half of the cells at least are the same."""

    def rows(*texts: str) -> Text:
        return [("row", text) for text in texts]

    assert kinds(rows("2023 | 5", "2024 | 7"), rows("2023 | 6", "2024 | 7")) == ["edited", "same"]
    assert kinds(rows("1 | 5 | 7 %", "2 | 7"), rows("1 | 6 | 7 %", "2 | 7")) == ["edited", "same"]
    assert "edited" not in kinds(rows("2023 | 5", "2023 | 8", "2024 | 7"), rows("2023 | 6", "2024 | 7"))
    one, other = "2023 | 45 | 17 | 3 % | 12", "2023 | 61 | 17 | 8 % | 11"
    assert kinds(rows("2024 | 7", one), rows("2024 | 7", other)) == ["same", "removed", "added"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Child safety | 4,940", "Child safety | 1,233"),
        ("122,375 | Adult content", "Adult content | 7,411"),
        ("3 | Frequency | 10 Hz to 50 kHz", "4 | Frequency | at the point of reference"),
        ("2023 | 45 | 12 | 3 %", "2023 | 47 | 12 | 3 %"),
    ],
)
def test_rows_of_one_label_are_one_whatever_became_of_their_values(old: str, new: str) -> None:
    """Also where its columns changed places."""
    others = [("row", text) for text in ("Fraud | 12", "Hate | 14,000", "2022 | 12 | 10 | 3 %")]
    assert kinds([*others, ("row", old)], [*others, ("row", new)]) == [*["same"] * 3, "edited"]


def test_a_heading_of_one_word_is_split_off_as_any_other() -> None:
    """Where the paragraph began, or ended, with that word."""
    whole = f"Advertisements. {SUPPLY}"
    assert kinds(paragraphs(REMAIN, whole), paragraphs(REMAIN, "7. Advertisements.", SUPPLY)) == ["same", "edited"]
    assert kinds(paragraphs(REMAIN, whole), paragraphs(REMAIN, "Prices.", SUPPLY)) == ["same", "added", "edited"]


# --- moved ------------------------------------------------------------------------------------------------------------


def test_a_paragraph_that_stands_elsewhere_has_moved() -> None:
    """One hunk, at its place now, which knows its place before."""
    change = compare(paragraphs(REMAIN, BORDER, SUPPLY, CYBER), paragraphs(REMAIN, SUPPLY, CYBER, BORDER))
    assert [hunk.change for hunk in change.hunks] == ["same", "same", "same", "moved"]
    moved = change.hunks[-1]
    assert (moved.old, moved.new, moved.old_at, moved.new_at, moved.edited) == (BORDER, BORDER, 2, 4, False)
    assert (change.summary()["moved"], change.summary()["words_added"]) == (1, 0)


def test_a_paragraph_that_moved_and_was_edited_is_both() -> None:
    """Its words are marked at its place now."""
    edited = BORDER.replace("every season", "winter")
    change = compare(paragraphs(REMAIN, BORDER, SUPPLY, CYBER), paragraphs(REMAIN, SUPPLY, CYBER, edited))
    moved = change.hunks[-1]
    assert (moved.change, moved.edited) == ("moved", True)
    assert [text for mark, text in moved.words if mark != "="] == ["every season", "winter"]
    assert (change.summary()["moved"], change.summary()["edited"]) == (1, 0)


def test_a_part_of_a_paragraph_that_goes_elsewhere_alone_has_moved() -> None:
    """It was on the page before: only the rest of the paragraph is gone."""
    whole = f"{SUPPLY} {CABLES} {BORDER}"
    [part] = [
        hunk
        for hunk in compare(paragraphs(REMAIN, CYBER, whole), paragraphs(BORDER, REMAIN, CYBER)).hunks
        if hunk.old == whole
    ]
    assert (part.change, part.new) == ("moved", BORDER)
    assert [mark for mark, _ in part.words] == ["-", "="]


def test_short_lines_that_stand_everywhere_do_not_move() -> None:
    """One of several `Yes` that went and one that came elsewhere have nothing to do with each other."""
    old = paragraphs("Yes", REMAIN, "Yes", BORDER, SUPPLY)
    new = paragraphs("Yes", REMAIN, BORDER, SUPPLY, "Yes")
    assert kinds(old, new) == ["same", "same", "removed", "same", "same", "added"]


def test_a_name_that_goes_from_a_heading_into_a_sentence_was_not_removed() -> None:
    """Between the same neighbours, and elsewhere if it can be no other."""
    name, sentence = (
        "Jean Castel",
        "Jean Castel has handed in the resignation of the whole cabinet to the head of state.",
    )
    there = compare(paragraphs(REMAIN, name, BORDER), paragraphs(REMAIN, SUPPLY, sentence, BORDER)).hunks
    assert [(hunk.change, hunk.old) for hunk in there if hunk.old not in (REMAIN, BORDER)] == [
        ("added", None), ("edited", name)
    ]  # fmt: skip
    moved = compare(paragraphs("dr. Sandor Pinter", REMAIN, BORDER), paragraphs(REMAIN, BORDER, "Sandor Pinter")).hunks
    assert [(hunk.change, hunk.edited) for hunk in moved] == [("same", False), ("same", False), ("moved", True)]


def test_a_name_that_one_of_the_texts_has_once_has_moved() -> None:
    old = paragraphs("Anna Kovacs", REMAIN, BORDER, "Anna Kovacs", SUPPLY)
    new = paragraphs("Maria Rossi", REMAIN, "Anna Kovacs", BORDER, "Peter Lind", SUPPLY)
    assert sorted(one for one in kinds(old, new) if one != "same") == ["added", "added", "moved", "removed"]


# --- split and merged -------------------------------------------------------------------------------------------------


def test_a_paragraph_that_was_split_is_edited() -> None:
    """Its hunk holds all the parts, with line feeds between them, and the border is the only mark."""
    change = compare(paragraphs(REMAIN, f"{BORDER} {SUPPLY} {CABLES}"), paragraphs(REMAIN, BORDER, SUPPLY, CABLES))
    assert [hunk.change for hunk in change.hunks] == ["same", "edited"]
    assert change.hunks[1].new == f"{BORDER}\n{SUPPLY}\n{CABLES}"
    assert [part for part in change.hunks[1].words if part[0] != "="] == [("-", " "), ("+", "\n")] * 2
    assert (change.summary()["words_added"], change.summary()["words_removed"]) == (0, 0)


def test_paragraphs_that_were_merged_are_edited() -> None:
    """Also when their words changed at the same time."""
    change = compare(
        paragraphs(BORDER, SUPPLY, CYBER), paragraphs(f"{BORDER.replace('every', 'each')} {SUPPLY}", CYBER)
    )
    assert [hunk.change for hunk in change.hunks] == ["edited", "same"]
    assert change.hunks[0].old == f"{BORDER}\n{SUPPLY}"
    assert [text for mark, text in change.hunks[0].words if mark != "="] == ["every", "each", "\n", " "]


def test_a_new_paragraph_beside_an_edited_one_is_no_split() -> None:
    """It has to be made of words that the old one had."""
    assert kinds(paragraphs(BORDER), paragraphs(BORDER.replace("every", "each"), CYBER)) == ["edited", "added"]


# --- properties -------------------------------------------------------------------------------------------------------

SENTENCE = st.sampled_from([REMAIN, BORDER, SUPPLY, CABLES, CYBER, "Yes", "a", "•", "中国不是威胁"])
BLOCK = st.one_of(
    st.text("abc de.", min_size=1, max_size=12),
    st.lists(SENTENCE, min_size=1, max_size=3).map(" ".join),
    st.builds(lambda text, cut: text[cut:], SENTENCE, st.integers(0, 40)),
)
BLOCKS = st.lists(st.tuples(st.sampled_from(["p", "li", "row"]), BLOCK), max_size=8)


@given(BLOCKS, BLOCKS)
def test_applying_a_change_to_the_old_text_gives_the_new_one(old: Text, new: Text) -> None:
    """Hunks hold every block of both texts, each once, in the order of their places, and in that of the new text."""
    hunks = list(compare(old, new).hunks)
    assert side(hunks, new=False) == [text for _, text in old]
    assert side(hunks, new=True) == [text for _, text in new]
    places = [hunk.new_at for hunk in hunks if hunk.new_at]
    assert places == sorted(places)
    stayed = [hunk.old_at for hunk in hunks if hunk.old_at and hunk.change != "moved"]
    assert stayed == sorted(stayed)


@given(BLOCKS, BLOCKS)
def test_the_words_of_a_hunk_are_both_its_texts_to_the_letter(old: Text, new: Text) -> None:
    """In every kind of hunk."""
    for hunk in compare(old, new).hunks:
        assert "".join(text for mark, text in hunk.words if mark in "=-") == (hunk.old or "")
        assert "".join(text for mark, text in hunk.words if mark in "=+") == (hunk.new or "")


@given(BLOCKS, BLOCKS)
def test_a_change_is_empty_exactly_when_the_blocks_have_the_same_words(old: Text, new: Text) -> None:
    """So what the judge calls a change (other words in the whole text) never has an empty diff."""
    same = [words.plain(text) for _, text in old] == [words.plain(text) for _, text in new]
    assert compare(old, new).empty is same


@given(BLOCKS)
def test_a_text_does_not_differ_from_itself(text: Text) -> None:
    assert compare(text, text).empty
    assert all(mark == "=" for hunk in compare(text, text).hunks for mark, _ in hunk.words)


@settings(deadline=None)  # a machine that others use, too, is now and then slow
@given(st.randoms(use_true_random=False))
def test_applying_holds_for_texts_that_were_edited_moved_split_and_merged(chance: random.Random) -> None:
    """Many at once, in one gap."""
    sentences = [REMAIN, BORDER, SUPPLY, CABLES, CYBER]
    old = [" ".join(chance.sample(sentences, chance.randint(1, 3))) for _ in range(6)]
    new = []
    for text in chance.sample(old, len(old)):
        edited = " ".join("changed" if chance.random() < 0.15 else word for word in text.split())
        new += edited.split(". ") if chance.random() < 0.3 else [edited]
    hunks = list(compare(paragraphs(*old), paragraphs(*new)).hunks)
    assert side(hunks, new=False) == old
    assert side(hunks, new=True) == new
    assert [hunk.new_at for hunk in hunks if hunk.new_at] == sorted(hunk.new_at for hunk in hunks if hunk.new_at)


# --- time -------------------------------------------------------------------------------------------------------------


def test_when_the_time_is_over_the_change_is_coarse_and_says_so() -> None:
    """What is then compared is still both texts to the letter."""
    old, new = paragraphs(REMAIN, BORDER, CYBER), paragraphs(REMAIN, BORDER.replace("every", "each"), CYBER)
    coarse = compare(old, new, late=lambda: True)
    assert coarse.coarse
    assert side(list(coarse.hunks), new=True) == [text for _, text in new]
    assert not coarse.empty
    assert not compare(old, new).coarse
    assert not compare(old, old, late=lambda: True).coarse


def test_a_pair_that_came_too_late_is_marked_by_its_ends() -> None:
    """Words are no longer looked for between them."""
    old, new = paragraphs("one two three four five six"), paragraphs("one 2 three four 5 six")
    looked = []

    def late() -> bool:
        looked.append(1)
        return len(looked) > 1

    (hunk,) = compare(old, new, late=late).hunks
    assert hunk.words == (("=", "one "), ("-", "two three four five"), ("+", "2 three four 5"), ("=", " six"))


def test_many_long_paragraphs_are_compared_without_looking_at_all_pairs() -> None:
    """190 rewritten ones against 190 (some moved) take a fraction of the seconds that all pairs would take."""
    chance = random.Random(5)
    vocabulary = [f"word{number}" for number in range(2000)]
    old = [" ".join(chance.choices(vocabulary, k=200)) for _ in range(190)]
    new = [" ".join(word if chance.random() < 0.9 else "other" for word in text.split()) for text in old]
    new[10], new[150] = new[150], new[10]
    change = compare(paragraphs(*old), paragraphs(*new))
    assert (change.summary()["edited"], change.summary()["moved"], change.summary()["added"]) == (188, 2, 0)
    assert not change.coarse
