"""A few other words in place of a document: a refusal in any language, and not a shorter text."""

from __future__ import annotations

import pytest

from pagewitness.archive.fold.stand_in import is_stand_in

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
