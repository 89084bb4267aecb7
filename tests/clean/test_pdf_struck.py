"""Struck, raised and lowered text in PDFs is written as in HTML."""

from __future__ import annotations

from pdfs import column, drawn, made, report, stream_of
from reportlab.pdfgen.canvas import Canvas

from pagewitness.scraper.clean import clean


def said(body: bytes) -> list[str]:
    return [block.text for block in clean(body, "application/pdf", None).document]


def test_struck_words_are_between_tildes() -> None:
    """Over lines, in a part of a word, and as a whole paragraph; underlined ones are not struck."""
    long = "the fine of up to EUR 10 000 that this article lays down is imposed on them by the Office without any delay"
    assert said(report([
        ("p", f"Operators report within <strike>72</strike> 24 hours, or <strike>{long}</strike> they are warned."),
        ("p", "<strike>This paragraph has been repealed by the act of 2024, and nothing of it is in force today, as was said.</strike>"),
        ("p", "The <strike>72</strike>24-hour rule is <u>in force</u>."),
    ], numbers=False)) == [
        f"Operators report within ~~72~~ 24 hours, or ~~{long}~~ they are warned.",
        "~~This paragraph has been repealed by the act of 2024, and nothing of it is in force today, as was said.~~",
        "The ~~72~~ 24-hour rule is in force.",
    ]  # fmt: skip


def test_a_stroke_may_be_a_thin_box_and_the_line_of_a_chart_is_none() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, 60, 700, ["nobody has to follow the rule of 2019 any longer, as it is said to be."])
        canvas.rect(60, 702.5, canvas.stringWidth("nobody has", "Helvetica", 10), 0.7, stroke=0, fill=1)
        canvas.line(60, 603, 500, 603)
        column(canvas, 300, 600, ["Share of all"])

    assert said(drawn(page)) == [
        "~~nobody has~~ to follow the rule of 2019 any longer, as it is said to be.",
        "Share of all",
    ]


def test_an_annotation_may_strike_text() -> None:
    body = made(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> "
        b"/Annots [<< /Type /Annot /Subtype /StrikeOut /Rect [60 697 105 710] /QuadPoints [60 710 105 710 60 697 105 697] >>] >>",
        stream_of(b"BT /F 10 Tf 60 700 Td (Article 12 is in force.) Tj ET"), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )  # fmt: skip
    assert said(body) == ["~~Article 12~~ is in force."]


def test_raised_and_lowered_figures_are_characters() -> None:
    assert said(report([
        ("p", "CO<sub>2</sub> and H<sub>2</sub>O rose to 10<super>6</super> tonnes, 10<super>−6</super> of 2<super>n+1</super> in the "
              "1<super>st</super> year, in m<super>2</super>, as is said.<super>12</super>"),
    ], numbers=False)) == ["CO₂ and H₂O rose to 10⁶ tonnes, 10⁻⁶ of 2ⁿ⁺¹ in the 1st year, in m², as is said.¹²"]  # fmt: skip
