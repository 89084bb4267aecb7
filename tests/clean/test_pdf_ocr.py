"""Pages that are pictures, read by tesseract where it is installed."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from helpers import lines, pagewitness, warc
from pdfs import HEIGHT, SENTENCES, WIDTH, column, drawn, report
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean, cleaner_name
from pagewitness.scraper.clean.pdf.ocr import MOST_OCR_PAGES, recognised, tesseract
from pagewitness.scraper.clean.pdf.page_model import PdfPage
from pagewitness.scraper.work.ocr import recognise
from pagewitness.scraper.work.workers import Workers

URL = "https://agency.example/files/scanned"
installed = pytest.mark.skipif(
    tesseract() is None and "PAGEWITNESS_TEST_ALL" not in os.environ,
    reason="tesseract is not installed: apt-get install tesseract-ocr",
)


def scanned(*pages: bytes) -> bytes:
    """A PDF whose pages are pictures of the pages of others, as a scanner makes them."""
    pictures = [
        page.render(scale=200 / 72).to_pil().convert("L") for one in pages for page in pypdfium2.PdfDocument(one)
    ]
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT))
    for picture in pictures:
        canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


TEXT = report(
    [("h1", "Threat assessment"), ("p", " ".join(SENTENCES[:4])), ("p", " ".join(SENTENCES[4:7]))], numbers=False
)


@pytest.fixture(scope="module")
def scan() -> bytes:
    return scanned(TEXT)


@installed
def test_a_scanned_page_is_read_in_the_worker_and_on_record_as_such(scan: bytes) -> None:
    with Workers(1, seconds=20.0, megabytes=1024) as workers:
        found = workers.clean(scan, None, URL)
    assert isinstance(found, Reading)
    assert found.not_credible is None
    assert found.encodings["ocr"] == "p. 1"
    assert [(block.kind, block.text) for block in found.document] == [
        (block.kind, block.text) for block in clean(TEXT, None, URL).document
    ]


def test_without_a_recogniser_it_needs_ocr(scan: bytes) -> None:
    assert clean(scan, None, URL).not_credible == "needs OCR: no text layer on 1 of 1 pages (p. 1)"
    assert (
        clean(scan, None, URL, recogniser=lambda picture: None).not_credible
        == "needs OCR: no text layer on 1 of 1 pages (p. 1)"
    )


@installed
def test_the_cleaner_is_called_otherwise_where_there_is_a_recogniser() -> None:
    """For it alters text."""
    assert " tesseract-" in cleaner_name()


# Names of languages as tesseract has them; as we have them, a font, and what only those who know their letters read right.
LANGUAGES = {
    "deu": (
        "de",
        None,
        [
            "Der Verfassungsschutz erwartet größere Angriffe auf Häfen und Flüsse.",
            "Die Behörden prüfen die Ausrüstung der Küstenwache regelmäßig.",
        ],
    ),
    "lit": (
        "lt",
        Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),  # the fonts of PDF itself have no ė
        [
            "Žvalgybos tarnybos ieško žmonių, keliaujančių į kaimynines valstybes.",
            "Tikėtina, kad šiemet išpuolių prieš energetikos įmones padaugės.",
        ],
    ),
}


@installed
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scan_in_another_language_is_read_where_tesseract_knows_it(language: str) -> None:
    """With its own letters, and known to be in it."""
    code, font, sentences = LANGUAGES[language]
    found = tesseract()
    everything = "PAGEWITNESS_TEST_ALL" in os.environ
    if not everything and (found is None or language not in found.languages):
        pytest.skip(f"tesseract does not know this language: apt-get install tesseract-ocr-{language}")
    if not everything and font is not None and not font.exists():
        pytest.skip("no font with these letters: apt-get install fonts-dejavu-core")

    def page(canvas: Canvas) -> None:
        if font is not None:
            registerFont(TTFont(font.stem, font))
            canvas.setFont(font.stem, 11)
        column(canvas, 60, HEIGHT - 100, [*sentences, *sentences], leading=20)

    read = clean(scanned(drawn(page)), None, None, recogniser=recognise)
    text = " ".join(block.text for block in read.document)
    assert [text.count(sentence) for sentence in sentences] == [2, 2], text
    assert (read.language, read.encodings["ocr"], read.not_credible) == (code, "p. 1", None)


@installed
def test_show_says_which_pages_were_read_by_ocr(scan: bytes, tmp_path: Path) -> None:
    file = tmp_path / "some.warc.gz"
    file.write_bytes(warc([{"url": URL, "at": "2024-01-01T00:00:00Z", "body": scan}]))
    assert pagewitness(tmp_path / "archive.db", "import", str(file)).returncode == 0
    assert "p. 1 read by OCR" in " ".join(pagewitness(tmp_path / "archive.db", "show", URL).stdout.decode().split())
    assert lines(pagewitness(tmp_path / "archive.db", "show", URL, "--json"))[0]["ocr"] == "p. 1"


def test_show_says_which_pages_could_not_be_read(tmp_path: Path) -> None:
    """A report with one page that is a picture without a word that anybody, or tesseract, could read: that page is named."""
    text = drawn(lambda canvas: column(canvas, 60, HEIGHT - 100, SENTENCES[:3]))
    grey = Image.linear_gradient("L").resize((800, 1100))
    picture = drawn(lambda canvas: canvas.drawImage(ImageReader(grey), 0, 0, WIDTH, HEIGHT))
    mixed, pdf = BytesIO(), pypdfium2.PdfDocument.new()
    for part in (text, picture, text):
        pdf.import_pages(pypdfium2.PdfDocument(part))
    pdf.save(mixed)
    found = clean(mixed.getvalue(), None, None)
    assert (found.not_credible, found.encodings["unread"]) == (None, "p. 2")
    file = tmp_path / "some.warc.gz"
    file.write_bytes(warc([{"url": URL, "at": "2024-01-01T00:00:00Z", "body": mixed.getvalue()}]))
    assert pagewitness(tmp_path / "archive.db", "import", str(file)).returncode == 0
    assert "p. 2 could not be read" in " ".join(
        pagewitness(tmp_path / "archive.db", "show", URL).stdout.decode().split()
    )
    assert lines(pagewitness(tmp_path / "archive.db", "show", URL, "--json"))[0]["unread"] == "p. 2"


def test_only_pages_without_text_are_handed_to_the_recogniser(scan: bytes) -> None:
    asked = []

    def recognise(picture: bytes) -> str:
        asked.append(picture[:2])
        return "level\n" + "\t".join(["4", "1", "1", "1", "1", "0", "100", "200", "900", "30", "-1"]) + "\t\n" + "".join(
            "\t".join(f"5 1 1 1 1 {at} {100 + 90 * at} 200 80 30 {sure} {word}".split()) + "\n"
            for at, (word, sure) in enumerate([("Words", 96), ("of", 91), ("pictures", 90), ("~~", 3)])
        )  # fmt: skip

    both = BytesIO()
    pdf = pypdfium2.PdfDocument.new()
    for part in (scan, drawn(lambda canvas: column(canvas, 60, HEIGHT - 100, SENTENCES[:3]))):
        pdf.import_pages(pypdfium2.PdfDocument(part))
    pdf.save(both)
    found = clean(both.getvalue(), None, None, recogniser=recognise)
    assert asked == [b"P5"]
    assert [(block.text, block.page) for block in found.document] == [
        ("Words of pictures", 1),
        (" ".join(SENTENCES[:3]), 2),
    ]


def words_of(*words: str) -> str:
    """What tesseract says about a line of words."""
    rows = [f"5 1 1 1 1 {at} {100 + 120 * at} 200 110 30 95 {word}".split() for at, word in enumerate(words)]
    head = ["4", "1", "1", "1", "1", "0", "100", "200", "900", "30", "-1", ""]
    return "level\n" + "".join("\t".join(row) + "\n" for row in (head, *rows))


def test_a_layer_of_glyph_soup_is_read_from_its_picture_instead() -> None:
    """And nothing of the soup stays; where nobody reads pictures it needs OCR."""

    def soup(canvas: Canvas) -> None:
        column(canvas, 60, HEIGHT - 100, [text.translate({at: at + 96 for at in range(65, 123)}) for text in SENTENCES])

    body = drawn(soup, soup)
    assert clean(body, None, None).not_credible == "needs OCR: broken text layer on 2 of 2 pages (p. 1-2)"
    assert not clean(body, None, None).document
    found = clean(body, None, None, recogniser=lambda picture: words_of("What", "the", "picture", "says."))
    assert [(block.text, block.page) for block in found.document] == [("What the picture says.", at) for at in (1, 2)]
    assert (found.not_credible, found.encodings["ocr"]) == (None, "p. 1-2")


def test_a_scanned_report_of_more_pages_than_are_read_is_no_revision_and_says_so(tmp_path: Path) -> None:
    """None of it is read: which pages would be must not depend on how fast a machine is."""

    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, WIDTH, HEIGHT)

    asked = []

    def recognise(picture: bytes) -> str:
        asked.append(picture)
        return words_of("Some", "words", "of", "it.")

    found = clean(drawn(*[page] * (MOST_OCR_PAGES + 1)), None, None, recogniser=recognise)
    assert found.not_credible == "needs OCR: no text layer on 101 of 101 pages (p. 1-101)"
    assert (asked, found.document) == ([], ())
    file = tmp_path / "some.warc.gz"
    file.write_bytes(warc([{"url": URL, "at": "2024-01-01T00:00:00Z", "body": drawn(*[page] * (MOST_OCR_PAGES + 1))}]))
    assert pagewitness(tmp_path / "archive.db", "import", str(file)).returncode == 0
    [visit] = lines(pagewitness(tmp_path / "archive.db", "log", URL, "--all", "--json"))
    assert (visit["verdict"], visit["reason"]) == ("suspect", found.not_credible)
    assert len(clean(drawn(page, page), None, None, recogniser=recognise).document) == len(asked) == 2


def test_a_table_of_no_words_is_no_page() -> None:
    """As tesseract answers for an empty picture."""
    assert recognised(PdfPage(1, 595, 842, (), (), 1.0), "level\tpage_num\n1\t1\n").words == ()


def test_a_header_and_a_number_put_on_a_scan_are_no_text_layer(scan: bytes) -> None:
    """Each page of a scanned report is stamped: nobody takes that for its text."""
    stamped = BytesIO()
    canvas = Canvas(stamped, pagesize=(WIDTH, HEIGHT))
    picture = ImageReader(pypdfium2.PdfDocument(scan)[0].render(scale=2).to_pil().convert("L"))
    for number in (1, 2, 3):
        canvas.drawImage(picture, 0, 0, WIDTH, HEIGHT)
        canvas.drawString(60, HEIGHT - 40, "Received by the archive of the agency, copy for the library")
        canvas.drawString(WIDTH / 2, 30, str(number))
        canvas.showPage()
    canvas.save()
    found = clean(stamped.getvalue(), None, None)
    assert found.not_credible == "needs OCR: no text layer on 3 of 3 pages (p. 1-3)"
