"""Two texts -> marks that read as an editor would set them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.diff import marks
from pagewitness.archive.diff.marks import Words, readable, replaced, word_by_word


def marked(pieces: Words) -> str:
    """As people know it: [-old-] and {+new+}."""
    signs = {"=": ("", ""), "-": ("[-", "-]"), "+": ("{+", "+}")}
    return "".join(signs[mark][0] + text + signs[mark][1] for mark, text in pieces)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("It is likely.", "It is unlikely.", "It is [-likely-]{+unlikely+}."),
        ("It is likely.", "It is very likely.", "It is {+very +}likely."),
        ("It is.", "It is now.", "It is{+ now+}."),
        ("Up to 3.5 % in 2024.", "Up to 3.7 % in 2024.", "Up to [-3.5 %-]{+3.7 %+} in 2024."),
        ("It cost $1,200 then", "It cost $1,250 then", "It cost [-$1,200-]{+$1,250+} then"),
        ("A re-evaluation", "An evaluation", "[-A re-evaluation-]{+An evaluation+}"),
        ("Firms | 33 | 37 | 68", "Firms | 34 | 37 | 75", "Firms | [-33-]{+34+} | 37 | [-68-]{+75+}"),
        ("中国是威胁", "中国不是威胁", "中国{+不+}是威胁"),
        ("write to dpo@a.org.", "write to help@a.org.", "write to [-dpo@a.org-]{+help@a.org+}."),
        ("1 February 2024", "27 April 2024", "[-1 February 2024-]{+27 April 2024+}"),
        ("", "new", "{+new+}"),
        ("a b", "a, b", "a{+,+} b"),
    ],
)
def test_marks_hold_words_numbers_and_punctuation(old: str, new: str, said: str) -> None:
    """Never a part of one; a full stop that stays is outside."""
    assert marked(word_by_word(old, new)) == said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Engage in paid search, branded bids, or others.",
         "Engage in any paid advertisement such as paid search, paid social ads, branded bids, or others.",
         "Engage in {+any paid advertisement such as +}paid search, {+paid social ads, +}branded bids, or others."),
        ("`Path` is a `b`.", "`x y` `Path` is a `b`.", "{+`x y` +}`Path` is a `b`."),
        ("the old a b c d the end of it", "the end of it", "the [-old a b c d the -]end of it"),
        ("the new end of it", "the very new and the new end of it", "the {+very new and the +}new end of it"),
    ],
)  # fmt: skip
def test_additions_that_are_one_are_shown_as_one(old: str, new: str, said: str) -> None:
    """A word that occurs twice cuts no addition in two, so that what stayed is not shown as replaced."""
    assert marked(word_by_word(old, new)) == said


def test_a_sentence_that_came_in_begins_at_its_beginning() -> None:
    """Though the words would allow it to begin at the full stop before, or at a word that both sentences begin with."""
    old = "We may share data with partners. We store it in Vilnius. Write to us."
    new = "We may share data with partners. We never sell it. We store it in Vilnius. Write to us."
    assert marked(word_by_word(old, new)) == (
        "We may share data with partners. {+We never sell it. +}We store it in Vilnius. Write to us."
    )
    assert marked(word_by_word("It is so.", "It is so. It was so too.")) == "It is so.{+ It was so too.+}"


def test_words_that_agree_by_chance_do_not_cut_a_change_up() -> None:
    """Nobody reads a salad of words."""
    assert word_by_word("one two three", "four five three") == (("-", "one two"), ("+", "four five"), ("=", " three"))
    said = marked(
        word_by_word(
            "The agency of the ministry, which was founded in spring, observes the border.",
            "Several teams of experts, hired for the purpose, observes the border.",
        )
    )
    assert said.count("[-") == 1
    assert said.endswith(" observes the border.")


def test_a_sentence_of_which_little_stayed_is_replaced_and_the_next_one_is_not() -> None:
    """From its first change to its last."""
    old = (
        "You understand that you will not receive any payment for any of the rights granted in Section 4. It is so now."
    )
    new = "You will not receive payment for these rights. It is so today."
    assert marked(word_by_word(old, new)) == (
        "You [-understand that you will not receive any payment for any of the rights granted in Section 4-]"
        "{+will not receive payment for these rights+}. It is so [-now-]{+today+}."
    )


def test_two_texts_with_hardly_a_word_in_common_replace_each_other() -> None:
    old, new = "alpha beta gamma delta epsilon zeta eta the theta", "one two three the four five six seven eight"
    assert word_by_word(old, new) == (("-", old), ("+", new))


def test_one_edit_of_many_in_a_long_sentence_stays_one_word() -> None:
    """What lies between two edits stays, if it is more than a crumb."""
    old = "contacting Support or Premium Support, by changing preferences, or by contacting Support or Premium Support"
    new = old.replace("contacting Support", "contacting us through Support")
    assert marked(word_by_word(old, new)).count("{+us through +}") == 2


def test_a_huge_pair_is_replaced_whole() -> None:
    """Two long texts with nothing in common but their blanks."""
    old, new = ("a " * 3000).strip(), ("b " * 3000).strip()
    assert word_by_word(old, new) == (("-", old), ("+", new))


def test_typography_is_marked_to_the_letter_but_not_shown_to_people() -> None:
    """What people read is the text as it is now."""
    pieces = word_by_word("The “grey” zone", 'The "grey" zones')
    assert marked(pieces) == 'The [-“-]{+"+}grey[-”-]{+"+} [-zone-]{+zones+}'
    assert marked(readable(pieces)) == 'The "grey" [-zone-]{+zones+}'


def test_for_people_blanks_stand_outside_the_marks() -> None:
    assert marked(readable((("=", "is "), ("+", "very "), ("=", "likely")))) == "is {+very+} likely"
    assert marked(readable((("=", "is"), ("-", " not"), ("=", ".")))) == "is [-not-]."


TEXT = st.text(alphabet="ab .,|\n“\"'1%", max_size=30) | st.text(max_size=10)


@given(TEXT, TEXT)
def test_the_pieces_are_both_texts_to_the_letter(old: str, new: str) -> None:
    """`=` and `-` are the old text, `=` and `+` the new one; none is empty, and no two neighbours have one mark."""
    for pieces in (word_by_word(old, new), replaced(old, new)):
        assert "".join(text for mark, text in pieces if mark in "=-") == old
        assert "".join(text for mark, text in pieces if mark in "=+") == new
        assert all(text for _, text in pieces)
        assert all(one[0] != other[0] for one, other in pairwise(pieces))


@given(TEXT)
def test_a_text_and_itself_have_no_marks(text: str) -> None:
    assert all(mark == "=" for mark, _ in word_by_word(text, text))


@pytest.mark.parametrize("long", [0, 200_000])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("a b c d e", "a x c y e", "a [-b c d-]{+x c y+} e"),
        ("a b", "a b c", "a b{+ c+}"),
        ("a be", "a bear", "a [-be-]{+bear+}"),
        ("x", "y", "[-x-]{+y+}"),
        ("a b", "c b", "[-a-]{+c+} b"),
    ],
)
def test_a_replacement_shares_whole_words_at_its_ends(
    monkeypatch: pytest.MonkeyPatch, long: int, old: str, new: str, said: str
) -> None:
    """Whether it looks at tokens or, in long texts, only at letters; there the blank may go with what changed."""
    monkeypatch.setattr(marks, "LONG", long)
    pieces = replaced(old, new)
    assert "".join(text for mark, text in pieces if mark != "+") == old
    assert "".join(text for mark, text in pieces if mark != "-") == new
    if long or old != "a b" or new != "a b c":
        assert marked(pieces) == said


@given(st.text(alphabet="ab ", max_size=12), st.text(alphabet="ab ", max_size=12))
def test_a_long_replacement_is_both_texts_to_the_letter(old: str, new: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "LONG", 0)
        pieces = replaced(old, new)
    assert "".join(text for mark, text in pieces if mark != "+") == old
    assert "".join(text for mark, text in pieces if mark != "-") == new
