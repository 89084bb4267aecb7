"""Hyphens at the ends of lines, and where a title ends."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pdfs import HEIGHT, SENTENCES, column, drawn
from reportlab.pdfgen.canvas import Canvas

from pagewitness.scraper.clean import clean

COMPOUNDS = [
    "The service has a risk-based plan and a user-generated part, and every",
    "well-known third-party tool of it has a risk-",
    "based plan as well; its user-",
    "generated part is run by a third-",
    "party, and what is said of it was fact-",
    "checked by everybody who has to do with the matter in this way or in that.",
]
CUT = [
    "The assessment of the municipalities was published, and it says that the information",
    "of the ministries is not as good as it was thought to be: the assess-",
    "ment of the muni-",
    "cipalities is one, the infor-",
    "mation of the mini-",
    "stries another, and what is cer-",
    "tain is that there is a long way to go for everybody in this matter as in others.",
]


def text(*lines: str) -> str:
    body = drawn(lambda canvas: column(canvas, 60, HEIGHT - 100, lines))
    return " ".join(block.text for block in clean(body, "application/pdf", None).document)


def test_where_lines_cut_no_words_each_hyphen_at_their_ends_was_written() -> None:
    """Three compounds that the document has in the middle of lines say so; `fact-checked` it has nowhere else."""
    found = text(*COMPOUNDS)
    assert "has a risk-based plan as well; its user-generated part is run by a third-party" in found
    assert "fact-checked" in found


def test_where_lines_cut_words_they_are_whole_again() -> None:
    found = text(*CUT)
    assert "the assessment of the municipalities is one, the information of the ministries another" in found
    assert "certain" in found


def test_a_word_whose_end_is_said_later_keeps_hyphen_and_blank() -> None:
    found = text("The report says much about the spreading of mis-", "and disinformation in all of the countries.")
    assert "mis- and disinformation" in found


def titled(parts: Sequence[tuple[float, str]], body: float) -> list[tuple[str, str]]:
    """The kinds and texts of a page with lines in large type, and text below them, by their heights from above."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 20)
        for y, line in parts:
            canvas.drawString(60, HEIGHT - y, line)
        canvas.setFont("Helvetica", 10)
        column(canvas, 60, HEIGHT - body, SENTENCES[:6])

    found = clean(drawn(page), "application/pdf", None)
    return [(block.kind, block.text) for block in found.document if block.kind.startswith("h")]


@pytest.mark.parametrize("heading", ["1 Introduction", "1. Introduction", "II. Introduction", "Introduction"])
def test_a_title_ends_before_the_first_heading_also_where_that_is_as_large(heading: str) -> None:
    """Which is numbered, or nearer to the text than to the title."""
    assert titled([(100, "National threat assessment"), (160, heading)], 190) == [
        ("h1", "National threat assessment"), ("h2", heading),
    ]  # fmt: skip


def test_a_title_of_several_lines_is_one_also_with_its_year_apart() -> None:
    assert titled([(100, "National threat assessment"), (128, "of the Republic"), (200, "2024")], 500) == [
        ("h1", "National threat assessment of the Republic 2024")
    ]
