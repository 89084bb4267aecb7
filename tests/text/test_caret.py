"""A sentence with a caret under a place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pagewitness.archive.text.caret import pointed


def test_the_caret_stands_under_the_place() -> None:
    """Also behind letters that are two columns wide, or none."""
    assert pointed("Here", "a ++ b", 2) == "Here:\n  a ++ b\n    ^"
    assert pointed("Here", "威 +", 2) == "Here:\n  威 +\n     ^"
    assert pointed("Here", "e\u0301 +", 3) == "Here:\n  e\u0301 +\n    ^"


@given(st.text(max_size=300), st.integers(0, 300))
def test_any_text_is_shown_in_one_line(text: str, place: int) -> None:
    """Whatever is in it."""
    _, line, caret = pointed("Here", text, min(place, len(text))).split("\n")
    assert len(line) <= 80
    assert caret.strip() == "^"
