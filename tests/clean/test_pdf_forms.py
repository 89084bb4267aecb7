"""Forms that somebody filled in: values are read at their labels, as a reader sees them."""

from __future__ import annotations

from pdfs import SENTENCES, column, drawn, made, stream_of
from reportlab.pdfgen.canvas import Canvas

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean


def read(body: bytes) -> Reading:
    return clean(body, "application/pdf", None)


def said(body: bytes) -> list[str]:
    return [block.text for block in read(body).document]


def test_values_are_read_behind_their_labels() -> None:
    """Of text, of lists, and of boxes and buttons, chosen or not."""

    def page(canvas: Canvas) -> None:
        form = canvas.acroForm
        column(canvas, 60, 780, SENTENCES[:2])
        canvas.drawString(60, 700, "Operator:")
        form.textfield(name="a", value="North Grid Ltd", x=120, y=694, width=200, height=18)
        canvas.drawString(60, 650, "Sector:")
        form.choice(name="b", value="Energy", options=["Transport", "Energy"], x=120, y=644, width=120, height=18)
        canvas.drawString(60, 600, "Reported:")
        for at, (name, value) in enumerate([("Yes", "y"), ("No", "n")]):
            form.radio(name="r", value=value, selected=value == "n", x=120 + 60 * at, y=598, size=12)
            canvas.drawString(136 + 60 * at, 600, name)
        canvas.drawString(60, 560, "Measures:")
        for at, (name, on) in enumerate([("Backups", True), ("Training", False)]):
            form.checkbox(name=name, checked=on, x=60, y=544 - 16 * at, size=11)
            canvas.drawString(76, 546 - 16 * at, name)

    assert said(drawn(page)) == [
        " ".join(SENTENCES[:2]), "Operator: North Grid Ltd", "Sector: Energy", "Reported: ☐ Yes ☑ No", "Measures:",
        "☑ Backups", "☐ Training",
    ]  # fmt: skip


def test_a_long_value_runs_on_in_its_field() -> None:
    value = "Two substations lost contact for nine hours, and the cause of it is not known as yet."

    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "Summary:")
        canvas.acroForm.textfield(name="a", value=value, x=60, y=620, width=200, height=70, fieldFlags="multiline")
        canvas.drawString(60, 590, "Signed by the operator.")

    assert said(drawn(page)) == ["Summary:", value, "Signed by the operator."]


def test_a_password_and_a_hidden_field_are_not_read() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, 60, 780, SENTENCES[:1])
        canvas.acroForm.textfield(name="a", value="secret", x=60, y=700, width=99, height=18, fieldFlags="password")
        canvas.acroForm.textfield(name="b", value="unseen", x=60, y=670, width=99, height=18, annotationFlags="hidden")

    assert said(drawn(page)) == SENTENCES[:1]


def filled(*fields: bytes, labels: bytes) -> bytes:
    """A page with fields as objects from number 6 on; those of its widgets are its annotations."""
    widgets = b" ".join(b"%d 0 R" % at for at, one in enumerate(fields, 6) if b"/Subtype" in one)
    roots = b" ".join(b"%d 0 R" % at for at, one in enumerate(fields, 6) if b"/T " in one)
    return made(
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [%s] /NeedAppearances true >> >>" % roots,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> "
        b"/Annots [%s] >>" % widgets,
        stream_of(b"BT /F 10 Tf 60 760 Td " + labels + b" ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *fields,
    )


def test_fields_without_an_appearance_show_the_value_of_their_parent() -> None:
    """In any script, and the label of an option instead of its number."""
    body = filled(
        b"<< /FT /Tx /T (a) /V <FEFF0056011700360041> /Kids [8 0 R] >>",
        b"<< /FT /Ch /Ff 131072 /T (b) /Opt [[(1) (Low)] [(2) (High)]] /V (2) /Kids [9 0 R] >>",
        b"<< /Type /Annot /Subtype /Widget /Parent 6 0 R /Rect [110 755 300 772] /F 4 >>",
        b"<< /Type /Annot /Subtype /Widget /Parent 7 0 R /Rect [110 715 300 732] /F 4 >>",
        labels=b"(Name:) Tj 0 -40 Td (Level:) Tj",
    )
    assert said(body) == ["Name: Vė6A", "Level: High"]


def test_text_that_was_typed_on_a_page_is_read_where_it_is() -> None:
    body = filled(
        b"<< /Type /Annot /Subtype /FreeText /Contents (Corrected on 3 May.) /Rect [60 700 300 716] /F 4 >>",
        b"<< /Type /Annot /Subtype /FreeText /Contents (Hidden) /Rect [60 600 300 616] /F 2 >>",
        b"<< /Type /Annot /Subtype /Text /Contents (A remark of the author) /Rect [60 500 80 520] /F 4 >>",
        labels=b"(The outage lasted nine hours.) Tj",
    )
    assert said(body) == ["The outage lasted nine hours.", "Corrected on 3 May."]
