"""Large initials, which belong to the word behind them."""

from __future__ import annotations

import pytest
from pdfs import at_right, drawn, written
from reportlab.pdfgen.canvas import Canvas

from pagewitness.scraper.clean import clean

LINES = [
    "of neighbouring states have continued to look",
    "for people who travel often and talk",
    "freely about their work in",
]
AFTER = "the lines below the initial, which begin at the margin again and run on as they did."


def said(body: bytes) -> list[str]:
    return [block.text for block in clean(body, "application/pdf", None).document]


def opened(initial: str, first: str, *, size: float = 34, drop: float = 24, apart: float = 0.0) -> bytes:
    """A page whose text begins with an initial beside three lines."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", size)
        canvas.drawString(60, 700 - drop, initial)
        x = 60 + canvas.stringWidth(initial, "Times-Bold", size) + 3
        canvas.setFont("Helvetica", 10)
        for at, line in enumerate([f"{first} {LINES[0]}", *LINES[1:]]):
            canvas.drawString(x + (apart if not at else 0), 700 - 13 * at, line)
        canvas.drawString(60, 700 - 39, AFTER)

    return drawn(page)


@pytest.mark.parametrize(
    ("initial", "first", "word"),
    [
        ("T", "he services", "The services"), ("W", "e ask services", "We ask services"), ("T", "HE SERVICES", "THE SERVICES"),
        ("\u201cT", "he services", "\u201cThe services"), ("\xc9", "tats services", "\xc9tats services"),
        ("L\u2019", "office des services", "L\u2019office des services"), ("\xd6", "sterreichs Dienste", "\xd6sterreichs Dienste"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("size", "drop"), [(34, 24), (46, 33), (22, 13)])
def test_an_initial_is_joined_with_its_word(initial: str, first: str, word: str, size: float, drop: float) -> None:
    assert said(opened(initial, first, size=size, drop=drop)) == [" ".join([word, *LINES, AFTER])]


def test_an_initial_may_be_a_word_by_itself() -> None:
    """If a space is left behind it, or if the page has both words elsewhere."""
    assert said(opened("A", "year of services", apart=3))[0].startswith("A year of services")
    assert said(opened("A", "travel for people, a work"))[0].startswith("A travel for people")


def test_an_initial_on_the_line_of_its_word_is_joined_too() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 24)
        canvas.drawString(60, 700, "S")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(74, 700, "ince the spring, the services have looked for people who travel often")
        canvas.drawString(60, 687, "and talk freely about their work, as they did in the years before that.")

    assert said(drawn(page)) == [
        "Since the spring, the services have looked for people who travel often and talk freely about their work, as they did "
        "in the years before that."
    ]


def test_an_initial_is_at_the_right_where_text_is() -> None:
    first, second = "\u05d0\u05d9\u05db \u05d9\u05de\u05d9\u05dc", "\u05d3\u05d5\u05e2 \u05d9\u05de\u05d9\u05dc"
    page = [
        at_right(540, 676, 34, "\u05d4"), at_right(520, 700, 10, first), at_right(520, 687, 10, second),
        at_right(520, 674, 10, second),
    ]  # fmt: skip
    assert said(written(page)) == [f"\u05d4{first[::-1]} {second[::-1]} {second[::-1]}"]


def test_a_letter_that_numbers_something_and_a_large_figure_are_no_initials() -> None:
    for letter, text in (("A", "Assess the risks"), ("3", "cases of fraud in the")):
        found = said(opened(letter, text))
        assert not any(one.startswith(f"{letter}{text[:5]}") for one in found)
