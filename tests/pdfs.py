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


def made(*objects: bytes, info: bytes = b"") -> bytes:
    """A PDF of some objects, numbered from 1, the first of them the catalogue; `info` is the body of its dictionary of properties."""
    stream = BytesIO()
    stream.write(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate([*objects, *([b"<< %s >>" % info] if info else [])], 1):
        places.append(stream.tell())
        stream.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = stream.tell()
    stream.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    stream.writelines(b"%010d 00000 n \n" % place for place in places)
    more = b" /Info %d 0 R" % len(places) if info else b""
    stream.write(b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, more, start))
    return stream.getvalue()


def stream_of(content: bytes, more: bytes = b"") -> bytes:
    """The object of a stream."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


Seen = tuple[float, float, float, str]  # x, y and size in points, and the text from left to right as it is seen


def written(
    *pages: Sequence[Seen], more: bytes = b"", catalogue: bytes = b"", objects: Sequence[bytes] = (), info: bytes = b""
) -> bytes:
    """A PDF in any script, as a program writes it that knows nothing of scripts: letters from left to right, half as wide as high.

    Args:
        more: entries of each page, which may name `objects`; the first of these has the number 6 + 2 × the number of pages.
        catalogue: more entries of the catalogue.
    """
    letters = sorted({letter for page in pages for *_, text in page for letter in text})
    code = dict(
        zip(letters, [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0xB0)], strict=False)
    )  # that have glyphs
    known = b"".join(
        b"<%02X> <%s>\n" % (at, letter.encode("utf-16-be").hex().upper().encode()) for letter, at in code.items()
    )
    map_ = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n%d beginbfchar\n%sendbfchar\nendcmap end end" % (len(code), known)
    )  # fmt: skip
    kids = b" ".join(b"%d 0 R" % (6 + 2 * at) for at in range(len(pages)))
    font = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 0 /LastChar 255 /Widths [%s] /ToUnicode 4 0 R "
        b"/FontDescriptor 5 0 R >>" % (b"500 " * 256)
    )
    found = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        font,
        stream_of(map_),
        b"<< /Type /FontDescriptor /FontName /Helvetica /Flags 32 /Ascent 800 /Descent -200 /FontBBox [0 -200 500 800] "
        b"/ItalicAngle 0 /CapHeight 700 /StemV 80 >>",
    ]
    for at, page in enumerate(pages):
        shown = b"".join(
            b"BT /F %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET\n"
            % (size, x, y, b"".join(b"%02X" % code[letter] for letter in text))
            for x, y, size, text in page
        )
        found += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F 3 0 R >> >> %s >>"
            % (7 + 2 * at, more),
            stream_of(shown),
        ]  # fmt: skip
    return made(*found, *objects, info=info)


def at_right(x: float, y: float, size: float, text: str) -> Seen:
    """Text that ends at x."""
    return x - len(text) * size / 2, y, size, text
