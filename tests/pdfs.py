"""PDFs that the tests make: reports as programs export them, and pages drawn word by word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

WIDTH, HEIGHT = A4
SENTENCES = [
    "The national cyber security centre registered more incidents in the second half of the year than ever before.",
    "Most of them were attempts at fraud, and a smaller part was aimed at the networks of public bodies.",
    "Hostile services go on looking for people who travel to the neighbouring countries for work or family.",
    "It is likely that the number of attacks on the energy sector will grow while the war goes on.",
    "The assessment is based on reports of partners, on open sources and on the centre's own observations.",
    "Municipalities are prepared worse than ministries, for they have fewer people who understand networks.",
    "A foreign service is almost certainly behind the campaign that began in the spring of that year.",
    "Supply chains remain the weakest point, since small suppliers rarely keep their systems up to date.",
]

Piece = tuple[
    Any, ...
]  # ("h1", text), ("p", text), ("li", text), ("row", [[cell, …], …], rows repeated on each page?), ("break",)


def report(
    pieces: Sequence[Piece], *, font: str = "Helvetica", size: float = 10, margin: float = 72, header: str = "",
    title: str = "", author: str = "", numbers: bool = True,
) -> bytes:  # fmt: skip
    """A report as a word processor exports it: flowing text, a running header, and page numbers."""
    bold = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold"}[font]
    styles = {
        "p": ParagraphStyle("p", fontName=font, fontSize=size, leading=1.25 * size, spaceAfter=size),
        "li": ParagraphStyle("li", fontName=font, fontSize=size, leading=1.25 * size, leftIndent=18, spaceAfter=4),
        "h1": ParagraphStyle("h1", fontName=bold, fontSize=2.2 * size, leading=2.6 * size, spaceAfter=2 * size),
        "h2": ParagraphStyle(
            "h2", fontName=bold, fontSize=1.4 * size, leading=1.8 * size, spaceAfter=size, spaceBefore=size
        ),
        "h3": ParagraphStyle("h3", fontName=bold, fontSize=size, leading=1.25 * size, spaceAfter=size / 2),
    }
    flow: list[Any] = []
    for kind, *rest in pieces:
        if kind == "break":
            flow.append(PageBreak())
        elif kind == "row":
            cells = [[Paragraph(cell, styles["p"]) for cell in row] for row in rest[0]]
            grid = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")])
            flow += [Table(cells, style=grid, repeatRows=rest[1] if len(rest) > 1 else 0), Spacer(1, size)]
        elif kind == "li":
            flow.append(Paragraph(rest[0], styles["li"], bulletText="•"))
        else:
            flow.append(Paragraph(rest[0], styles[kind]))

    def decorate(canvas: Canvas, _: Any) -> None:
        canvas.setFont(font, 8)
        canvas.drawString(margin, HEIGHT - 36, header)
        if numbers:
            canvas.drawRightString(WIDTH - margin, 30, f"{canvas.getPageNumber()}")

    stream = BytesIO()
    document = SimpleDocTemplate(
        stream,
        pagesize=A4,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=72,
        bottomMargin=72,
        title=title,
        author=author,
    )
    document.build(flow, onFirstPage=decorate, onLaterPages=decorate)
    return stream.getvalue()


def drawn(*pages: Callable[[Canvas], None], **more: Any) -> bytes:
    """A PDF whose pages are drawn by some functions; y counts from the lower edge."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4, **more)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def column(canvas: Canvas, x: float, top: float, lines: Sequence[str], leading: float = 12) -> None:
    """Lines one below the other, the first at a height above the lower edge."""
    for at, line in enumerate(lines):
        canvas.drawString(x, top - at * leading, line)
