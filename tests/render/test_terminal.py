"""Marked text in the lines of a terminal."""

from click import unstyle
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.diff import compare
from pagewitness.archive.render import terminal
from pagewitness.archive.render.terminal import Look, wrapped
from pagewitness.archive.text.columns import columns, cut, wrap


def lines(text: str, size: int) -> list[str]:
    return ["".join(part for _, part in line) for line in wrapped((("=", text),), size)]


def test_lines_break_at_blanks() -> None:
    assert lines("one two three", 8) == ["one two", "three"]
    assert lines("one\ntwo", 8) == ["one", "two"]


def test_wide_characters_take_two_columns_and_break_anywhere() -> None:
    assert lines("威胁评估", 4) == ["威胁", "评估"]
    assert columns("e\u0301威") == 3


def test_marks_go_on_in_the_next_line() -> None:
    assert wrapped((("=", "a "), ("+", "bb cc")), 4) == [[("=", "a "), ("+", "bb")], [("+", "cc")]]


def test_it_is_seen_where_one_paragraph_ends_and_the_next_begins() -> None:
    """Lines are set in from the second on, and a bracket closes before the line of the next paragraph."""
    long, next_ = "One two three four five.", "Six seven eight nine."
    gone = [
        unstyle(line)
        for hunk in compare([("p", long), ("p", next_)], []).hunks
        for line in terminal.lines(hunk, {}, Look(24, False))
    ]
    assert gone == ["- One two three four", "-   five.", "- Six seven eight", "-   nine."]
    (split,) = compare([("p", f"{long} {next_}")], [("p", long), ("p", next_)]).hunks
    assert [unstyle(line) for line in terminal.lines(split, {}, Look(24, False))][1:] == [
        "~ One two three four", "~   five. {+¶+}", "~ Six seven eight", "~   nine.",
    ]  # fmt: skip


@given(st.text("ab 威\n", max_size=40), st.integers(2, 12))
def test_no_line_is_too_wide_and_nothing_but_blanks_is_lost(text: str, size: int) -> None:
    """Except for a word that is wider than a line."""
    found = lines(text, size)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(columns(line) <= size or " " not in line.strip() for line in found)


@given(st.text("ab 威́é-", max_size=60), st.integers(8, 30))
def test_wrapped_text_is_no_wider_than_asked_and_loses_nothing(text: str, size: int) -> None:
    """Unless one word is."""
    found = wrap(text, size, "* ", "  ")
    assert "".join("".join(line[2:] for line in found).split()) == "".join(text.split())
    assert all(columns(line) <= size or " " not in line[2:].strip() for line in found)


def test_colours_take_no_columns_and_are_never_broken() -> None:
    bold = "\x1b[1mlikely\x1b[0m"
    assert columns(bold) == 6
    assert wrap(f"It is {bold} so", 12) == [f"It is {bold}", "so"]
    assert wrap("\x1b[1m威胁\x1b[0m评估", 4) == ["\x1b[1m威胁\x1b[0m", "评估"]


def test_a_moment_is_never_broken() -> None:
    """Whatever is around it."""
    assert wrap("seen 2024-02-19 06:00 and on", 18) == ["seen", "2024-02-19 06:00", "and on"]
    assert wrap("ž 2024-02-19 06:00", 17) == ["ž", "2024-02-19 06:00"]


def test_cut_text_fits_and_keeps_its_end() -> None:
    """Wide characters, combining marks and emoji are as wide as a terminal shows them."""
    assert cut("威胁评估报告", 7) == "威…报告"
    assert columns("🙂") == 2
    assert cut("abc", 3) == "abc"
