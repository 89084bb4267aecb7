"""Marked text in the lines of a terminal."""

import pytest
from click import unstyle
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.cli import changes
from pagewitness.archive.cli.changes import columns, wrapped
from pagewitness.archive.diff import compare


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


def test_it_is_seen_where_one_paragraph_ends_and_the_next_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are set in from the second on, and a bracket closes before the line of the next paragraph."""
    monkeypatch.setenv("COLUMNS", "24")
    long, next_ = "One two three four five.", "Six seven eight nine."
    gone = [
        unstyle(line) for hunk in compare([("p", long), ("p", next_)], []).hunks for line in changes.lines(hunk, {})
    ]
    assert gone == ["- One two three four", "-   five.", "- Six seven eight", "-   nine."]
    (split,) = compare([("p", f"{long} {next_}")], [("p", long), ("p", next_)]).hunks
    assert [unstyle(line) for line in changes.lines(split, {})][1:] == [
        "~ One two three four", "~   five. {+¶+}", "~ Six seven eight", "~   nine.",
    ]  # fmt: skip


@given(st.text("ab 威\n", max_size=40), st.integers(2, 12))
def test_no_line_is_too_wide_and_nothing_but_blanks_is_lost(text: str, size: int) -> None:
    """But for a word that is wider than a line."""
    found = lines(text, size)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(columns(line) <= size or " " not in line.strip() for line in found)
