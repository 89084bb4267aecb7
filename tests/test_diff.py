"""Two texts -> what changed, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive import words
from pagewitness.archive.diff import Change, compare, word_by_word


def paragraphs(*texts: str) -> list[tuple[str, str]]:
    return [("p", text) for text in texts]


def changes(change: Change) -> list[tuple[str, str | None, str | None]]:
    return [(hunk.change, hunk.old, hunk.new) for hunk in change.hunks]


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


def test_other_clothes_are_no_change() -> None:
    """Quotes, dashes, soft hyphens, list numbers and the kind of a block do not count."""
    old = [("h2", "1. The “grey” zone"), ("p", "It is well-known.")]
    new = [("p", 'The "grey" zone'), ("p", "It is well‑kno\u00adwn.")]
    assert compare(old, new).empty


def test_case_and_a_full_stop_are_changes() -> None:
    """What the judge counts as a change is one here too."""
    assert not compare(paragraphs("It is so"), paragraphs("It is so.")).empty
    assert not compare(paragraphs("the State"), paragraphs("the state")).empty


def test_a_lone_line_is_edited_rather_than_replaced() -> None:
    """Between two paragraphs that stay, a date that changed is an edit."""
    (hunk,) = compare(
        paragraphs("Effective date: February 1, 2024"), paragraphs("Effective date: April 27, 2026")
    ).hunks
    assert hunk.change == "edited"


def test_pairs_keep_their_order_and_are_the_best_ones() -> None:
    """The most alike paragraphs are paired, not the first that will do."""
    old = paragraphs("alpha beta gamma delta")
    new = paragraphs("alpha beta x y", "alpha beta gamma delta epsilon")
    assert [hunk.change for hunk in compare(old, new).hunks] == ["added", "edited"]


def test_the_words_between_two_marks_stay_readable() -> None:
    """Only blanks and punctuation between two changes join them."""
    assert word_by_word("one two three", "four five three") == (("-", "one two"), ("+", "four five"), ("=", " three"))


def test_a_huge_pair_is_replaced_whole() -> None:
    """Two long texts with nothing in common are not compared word by word for ever."""
    old, new = "a " * 3000, "b " * 3000
    assert word_by_word(old, new) == (("-", old), ("+", new))


TEXT = st.text(alphabet="ab .,\n“", max_size=30)
BLOCKS = st.lists(st.tuples(st.sampled_from(["p", "li"]), st.text("abc de.", min_size=1, max_size=12)), max_size=7)


@given(TEXT, TEXT)
def test_the_pieces_are_both_texts_to_the_letter(old: str, new: str) -> None:
    """`=` and `-` are the old text, `=` and `+` the new one."""
    pieces = word_by_word(old, new)
    assert "".join(text for mark, text in pieces if mark in "=-") == old
    assert "".join(text for mark, text in pieces if mark in "=+") == new


@given(BLOCKS, BLOCKS)
def test_applying_a_change_to_the_old_text_gives_the_new_one(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    """Hunks hold every block of both texts in order."""
    hunks = compare(old, new).hunks
    assert [hunk.old for hunk in hunks if hunk.old is not None] == [text for _, text in old]
    assert [hunk.new for hunk in hunks if hunk.new is not None] == [text for _, text in new]


@given(BLOCKS, BLOCKS)
def test_a_change_is_empty_exactly_when_the_blocks_have_the_same_words(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    """An empty diff and a change never go together."""
    same = [words.plain(text) for _, text in old] == [words.plain(text) for _, text in new]
    assert compare(old, new).empty is same
