"""Letters that nobody can read are named as such, and are no words of the document."""

from __future__ import annotations

import pytest
from pdfs import SENTENCES, column, drawn, made, stream_of, written
from reportlab.pdfgen.canvas import Canvas

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean

GOOD = [(60.0, 500.0 - 13 * at, 10.0, sentence) for at, sentence in enumerate(SENTENCES[3:7])]


def read(body: bytes) -> Reading:
    return clean(body, "application/pdf", None)


def shifted(text: str, by: int) -> str:
    return "".join(
        chr((ord(one) - base + by) % 26 + base) if one.isalpha() else one
        for one in text
        for base in [ord("a") if one.islower() else ord("A")]
    )


def is_named(found: Reading) -> bool:
    """Whether the page is named as garbled in part, and its good text is all there is."""
    said = " ".join(block.text for block in found.document)
    assert said.replace("\ufffd", "").split() == " ".join(SENTENCES[3:7]).split()
    return found.not_credible is None and found.encodings.get("garbled") == "p. 1"


@pytest.mark.parametrize("by", [3, 10, 17])
@pytest.mark.parametrize("upper", [False, True])
def test_letters_that_a_font_shifts_are_no_words(by: int, upper: bool) -> None:
    def page(canvas: Canvas) -> None:
        lines = [shifted(sentence, by) for sentence in SENTENCES[:2]]
        column(canvas, 60, 700, [line.upper() for line in lines] if upper else lines)
        column(canvas, 60, 500, SENTENCES[3:7])

    assert is_named(read(drawn(page)))


def test_private_letters_are_no_words() -> None:
    odd = [(60.0, 700.0 - 13 * at, 10.0, "".join(chr(0xE100 + ord(one)) if one != " " else one for one in sentence))
           for at, sentence in enumerate(SENTENCES[:2])]  # fmt: skip
    assert is_named(read(written([*odd, *GOOD])))


def test_numbers_of_glyphs_without_a_map_are_no_words() -> None:
    """A font that is set by the numbers of its glyphs, and says nothing about them."""
    numbers = "".join(f"{ord(one) - 29:04X}" for one in SENTENCES[0][:80])
    good = b"".join(
        b"1 0 0 1 60 %d Tm (%s) Tj " % (500 - 13 * at, one.encode()) for at, one in enumerate(SENTENCES[3:7])
    )
    body = made(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R /G 8 0 R >> >> >>",
        stream_of(b"BT /F 8 Tf 1 0 0 1 20 700 Tm <%s> Tj /G 10 Tf %s ET" % (numbers.encode(), good)),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Own /Encoding /Identity-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Own /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        b"/Supplement 0 >> /FontDescriptor 7 0 R /DW 500 >>",
        b"<< /Type /FontDescriptor /FontName /ABCDEF+Own /Flags 4 /FontBBox [0 -200 1000 800] /Ascent 800 /Descent -200 "
        b"/ItalicAngle 0 /CapHeight 700 /StemV 80 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )  # fmt: skip
    assert is_named(read(body))


def test_codes_and_languages_with_few_vowels_are_words() -> None:
    texts = [
        "See best practice PD1, PD2, PG1, PG3, PT1, PT2, PT3, BCLK, XQRT, WTTC, NATO, GDPR, OSCE and the DSA, PE6.1, PE6.3, PE7, PE8, PI4.",
        "Strč prst skrz krk, vlk zmrzl a hrst zrn plná krv, pln skrvrn mlh, hlt drv, smrt trhl vlkrv čtvrt; chrt zhltl hrst drnu zde.",
        "Mae'r gwasanaethau diogelwch yn chwilio am bobl sy'n teithio i'r gwledydd cyfagos ac yn siarad yn rhydd am eu gwaith bob dydd.",
        "Wskutek przedsięwzięć szpiegowskich wzrosło zagrożenie dla przedsiębiorstw; służby ostrzegają przed wszystkimi kontaktami.",
    ]  # fmt: skip
    for text in texts:
        found = read(written([(60, 700 - 13 * at, 8, line) for at, line in enumerate([text, *SENTENCES[3:5]])]))
        assert found.encodings.get("garbled") is None
        assert " ".join(block.text for block in found.document).startswith(text)


def test_white_text_is_read_only_where_it_can_be_seen() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, 60, 700, SENTENCES[3:5])
        canvas.setFillColorRGB(0.1, 0.2, 0.5)
        canvas.rect(55, 640, 300, 20, fill=1, stroke=0)
        canvas.setFillGray(1)
        column(canvas, 60, 646, ["White on blue is seen."])
        column(canvas, 60, 600, ["White on white is not."])

    found = read(drawn(page))
    assert [block.text for block in found.document][-1] == "White on blue is seen."
    assert [(block.text, block.by) for block in found.blocks if not block.document] == [
        ("White on white is not.", "hidden")
    ]
