"""Notes in the margin are apart from the column beside them."""

from __future__ import annotations

import textwrap

import pytest
from pdfs import SENTENCES, column, drawn
from reportlab.pdfgen.canvas import Canvas

from pagewitness.scraper.clean import clean

TEXT = " ".join(SENTENCES)
LINES = textwrap.wrap(TEXT, 62)
NOTES = (2, ["Art. 12(3) of", "the Act on", "ports"]), (8, ["See also", "chapter four"])


def said(body: bytes) -> list[str]:
    return [block.text for block in clean(body, "application/pdf", None).document]


@pytest.mark.parametrize("size", [8, 10])
@pytest.mark.parametrize("right", [True, False])
def test_marginal_notes_are_their_own_paragraphs(size: int, right: bool) -> None:
    """In a smaller type or not, and the text beside them is whole."""

    def page(canvas: Canvas) -> None:
        column(canvas, 60 if right else 190, 730, LINES)
        column(canvas, 60 if right else 190, 722 - 12 * len(LINES), LINES)
        canvas.setFont("Helvetica", size)
        for at, lines in NOTES:
            column(canvas, 430 if right else 60, 730 - 12 * at, lines)

    assert sorted(said(drawn(page))) == sorted([TEXT, TEXT, "Art. 12(3) of the Act on ports", "See also chapter four"])


def test_names_at_the_left_of_paragraphs_and_figures_at_the_right_are_cells() -> None:
    def named(canvas: Canvas) -> None:
        for at, name in enumerate(["Cyber", "Espionage", "Extremism"]):
            column(canvas, 60, 760 - 80 * at, [name])
            column(canvas, 180, 760 - 80 * at, LINES[at * 3 : at * 3 + 4])

    rows = said(drawn(named))
    assert [row.partition(" | ")[0] for row in rows] == ["Cyber", "Espionage", "Extremism"]

    def counted(canvas: Canvas) -> None:
        for at in range(8):
            column(canvas, 60, 760 - 14 * at, [SENTENCES[at][:60]])
            column(canvas, 450, 760 - 14 * at, [str(at * 7 + 3)])

    assert said(drawn(counted))[0] == f"{SENTENCES[0][:60]} | 3".replace("  ", " ")


def test_names_of_one_or_two_paragraphs_come_before_them() -> None:
    """They are too few to be a table."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 10)
        column(canvas, 60, 760, ["Scope"])
        column(canvas, 60, 620, ["Methods", "and sources"])
        canvas.setFont("Helvetica", 10)
        column(canvas, 190, 760, LINES[:8])
        column(canvas, 190, 620, LINES[:8])

    text = " ".join(LINES[:8])
    assert said(drawn(page)) == ["Scope", text, "Methods and sources", text]
