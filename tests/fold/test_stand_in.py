"""A few other words in place of a document: a refusal in any language, and not a shorter text."""

from __future__ import annotations

import pytest

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.fold.stand_in import is_stand_in, stands_in_document

DOCUMENT = [
    ("h1", "threats 2024"),
    *(("p", f"paragraph {number} of some ten words about the threats of one year") for number in range(8)),
]
FRAME = {"home", "news", "© the ministry"}


@pytest.mark.parametrize(
    ("now", "stands_in"),
    [
        pytest.param({*FRAME, "ligipääs keelatud", "teil puudub õigus seda lehte vaadata"}, True, id="a refusal"),
        pytest.param({"ligipääs keelatud"}, True, id="without the frame"),
        pytest.param({*FRAME, " ".join(["sõna"] * 30)}, True, id="a longer one"),
        pytest.param({*FRAME, " ".join(["sõna"] * 41)}, False, id="a text"),
        pytest.param({*FRAME, "threats 2024", "this page was withdrawn"}, False, id="a notice below the heading"),
        pytest.param({*FRAME, DOCUMENT[1][1], "and little else"}, False, id="a paragraph of the document"),
        pytest.param(FRAME, True, id="nothing"),
    ],
)
def test_little_in_place_of_all_is_no_text(now: set[str], stands_in: bool) -> None:
    assert is_stand_in(DOCUMENT, FRAME, now) is stands_in


def test_a_short_document_may_be_replaced_by_half_of_its_words() -> None:
    short = [("h1", "level"), ("p", " ".join(f"word{number}" for number in range(29)))]
    assert is_stand_in(short, FRAME, {*FRAME, " ".join(["sõna"] * 15)})
    assert not is_stand_in(short, FRAME, {*FRAME, " ".join(["sõna"] * 16)})


def test_without_a_frame_nothing_is_known() -> None:
    assert not is_stand_in(DOCUMENT, (), {"ligipääs keelatud"})
    assert not is_stand_in([], FRAME, FRAME)


def words(number: int) -> str:
    """A line of so many words that are in no document here."""
    return " ".join(f"sõna{at}" for at in range(number))


@pytest.mark.parametrize(
    ("length", "most"), [(400, 40), (120, 40), (90, 30), (60, 20), (42, 20), (30, 15), (2, 1), (1, 0)]
)
def test_forty_words_replace_three_times_as_many_and_twenty_replace_twice_as_many(length: int, most: int) -> None:
    document = [("p", " ".join(f"word{at}" for at in range(length)))]
    assert is_stand_in(document, FRAME, {*FRAME, words(most)})
    assert not is_stand_in(document, FRAME, {*FRAME, words(most + 1)})


@pytest.mark.parametrize(("left", "stands_in"), [(2, True), (3, False)])
def test_a_tenth_of_the_document_may_be_left(left: int, stands_in: bool) -> None:
    """A date, a label: two words of twenty."""
    document = [("p", words(left)), ("p", " ".join(f"word{at}" for at in range(20 - left)))]
    assert is_stand_in(document, FRAME, {*FRAME, words(left)}) is stands_in


@pytest.mark.parametrize("kind", ["h1", "h2"])
def test_a_page_that_keeps_a_heading_says_something_of_its_document(kind: str) -> None:
    document = [(kind, "threats"), *DOCUMENT[1:]]
    assert not is_stand_in(document, FRAME, {*FRAME, "threats"})


def test_a_heading_that_the_menu_has_too_is_not_kept() -> None:
    """The menu of a refusal is that of the page, with the page's name in it."""
    assert is_stand_in(DOCUMENT, {*FRAME, "threats 2024"}, {*FRAME, "threats 2024", "ligipääs keelatud"})


def test_a_member_in_the_frame_is_no_part_of_the_document() -> None:
    for zone in ("nav", "footer", "dialog", "control", "hidden"):
        assert not stands_in_document(VisibleBlock("p", "Home", zone))
    for zone in ("main", "aside", "header"):
        assert stands_in_document(VisibleBlock("p", "Threats", zone))
