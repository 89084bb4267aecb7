"""PDFs that can't be read, or that mean harm: a reason in one sentence, in little time and memory."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO

import pytest
from pdfs import HEIGHT, SENTENCES, WIDTH, column, drawn, report
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pagewitness.archive.errors import CleanError
from pagewitness.scraper.clean import clean
from pagewitness.scraper.work.workers import Workers

SMALL = report([("h1", "Assessment"), ("p", SENTENCES[0])])
WHOLE = report([("h1", "Assessment"), ("p", " ".join(SENTENCES))] * 3)


def scan(canvas: Canvas) -> None:
    """A page that is a picture."""
    from PIL import Image

    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, WIDTH, HEIGHT)


def text(canvas: Canvas) -> None:
    column(canvas, 60, HEIGHT - 100, SENTENCES)


def soup(canvas: Canvas) -> None:
    """Text whose font says nothing about its letters: shifted by some codes, as broken subsets are."""
    for at, sentence in enumerate(SENTENCES):
        canvas.drawString(
            60, HEIGHT - 100 - 12 * at, "".join(chr(ord(one) + 96) if one.isalpha() else one for one in sentence)
        )


def twice(canvas: Canvas) -> None:
    """A layer of text over another."""
    text(canvas)
    column(canvas, 61, HEIGHT - 100.5, [sentence.replace("e", "c").replace("t", "l") for sentence in SENTENCES])


def test_pages_that_are_pictures_need_ocr() -> None:
    assert clean(drawn(scan, scan), None, None).not_credible == "needs OCR: no text layer on 2 of 2 pages (p. 1-2)"


def test_a_picture_on_the_cover_is_no_doubt() -> None:
    found = clean(drawn(scan, text, text, text), None, None)
    assert found.not_credible is None
    assert found.document[0].page == 2


@pytest.mark.parametrize(("page", "why"), [(soup, "broken text layer"), (twice, "two text layers")])
def test_a_layer_that_nobody_could_read_needs_ocr(page: object, why: str) -> None:
    found = clean(drawn(page, page), None, None)  # type: ignore[arg-type]
    assert found.not_credible == f"needs OCR: {why} on 2 of 2 pages (p. 1-2)"


def test_a_pdf_without_text_or_pictures_says_so() -> None:
    assert clean(drawn(lambda canvas: None), None, None).not_credible == "the PDF shows no text"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (WHOLE[:300], "the PDF can't be read: it is damaged or not whole"),
        (b"%PDF-1.7\n" + b"\0" * 5_000, "the PDF can't be read: it is damaged or not whole"),
        (b"%PDF-1.7 ...", "the PDF can't be read: it is damaged or not whole"),
    ],
)
def test_what_is_damaged_is_an_error_that_says_so(body: bytes, reason: str) -> None:
    with pytest.raises(CleanError) as caught:
        clean(body, None, None)
    assert str(caught.value) == reason


def test_an_encrypted_pdf_says_that_it_needs_a_password() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    secret = drawn(text, encrypt=StandardEncryption("secret", canPrint=0))
    with pytest.raises(CleanError, match="it is encrypted: a password is needed"):
        clean(secret, None, None)
    opened = drawn(text, encrypt=StandardEncryption("", "owner"))
    assert clean(opened, None, None).document


def test_a_pdf_whose_end_is_cut_off_is_read_as_far_as_it_goes_or_not_at_all() -> None:
    """Whatever is cut: a reading or a CleanError, and no crash."""
    for share in range(1, 20):
        with suppress(CleanError):
            assert clean(WHOLE[: len(WHOLE) * share // 20], None, None).cleaner


# --- in the workers ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """A pool for which only processor time counts, however busy this machine is."""
    with pytest.MonkeyPatch.context() as patch, Workers(1, seconds=1.0, megabytes=450) as pool:
        patch.setattr("pagewitness.scraper.work.child._WALL", 1000)
        yield pool


def made(*objects: bytes) -> bytes:
    """A PDF of some objects, numbered from 1, the first of them the catalogue."""
    stream = BytesIO()
    stream.write(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(stream.tell())
        stream.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = stream.tell()
    stream.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    stream.writelines(b"%010d 00000 n \n" % place for place in places)
    stream.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return stream.getvalue()


def one_page(content: bytes, more: bytes = b"", *, packed: bool = False) -> bytes:
    """A PDF of one page.

    Args:
        content: what draws the page, and a form beside it.
        packed: whether the content is deflated already.
    """
    data = content if packed else zlib.compress(content, 1)
    head = b"<< /Length %d /Filter /FlateDecode >>" % len(data)
    return made(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> %s >> >>" % more,
        head + b"\nstream\n" + data + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        head[:-2] + b" /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 6 0 R >> >> >>\nstream\n"
        + data + b"\nendstream",
    )  # fmt: skip


def repeated(part: bytes, times: int) -> bytes:
    """A part so many times, deflated, without deflating it more than once: every block stands by itself."""
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(times):
        check = zlib.adler32(part, check)
    end = zlib.compressobj(9, wbits=-15).flush()
    return head + block * times + end + check.to_bytes(4)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a page that inflates to 600 MB": lambda: one_page(repeated(b"0 0 m " * 1_000_000, 100), packed=True),
    "400,000 letters on one page": lambda: one_page(b"BT /F 8 Tf 20 20 Td " + b"(abcdefghi ) Tj " * 40_000 + b"ET"),
    "200,000 words, each at its place": lambda: one_page(
        b"BT /F 4 Tf "
        + b"".join(b"1 0 0 1 %d %d Tm (word) Tj " % (at * 7 % 590, at * 13 % 840) for at in range(200_000))
        + b"ET"
    ),
    "400,000 rules": lambda: one_page(
        b"".join(b"%d %d 200 1 re f " % (at % 500, at * 3 % 840) for at in range(400_000))
    ),
    "a grid of 1,400 rules": lambda: one_page(
        b"".join(b"0 %d 595 0.5 re f %d 0 0.5 842 re f " % (at, at) for at in range(842)) + b"BT /F 8 Tf (a) Tj ET"
    ),
    "a form that draws itself": lambda: one_page(b"/X Do " * 10, b"/XObject << /X 6 0 R >>"),
    "a page tree without end": lambda: made(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 9 >>"
    ),
    "100,000,000 pages": lambda: made(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 100000000 >>"
    ),
    "an operand stack": lambda: one_page(b"[" * 500_000 + b"]" * 500_000 + b" TJ"),
}


def test_what_is_packed_once_inflates_to_all_its_parts() -> None:
    assert zlib.decompress(repeated(b"0 0 m ", 100)) == b"0 0 m " * 100


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pdfs_end_in_time_and_in_memory(name: str, workers: Workers) -> None:
    """In a worker with 1 s of processor time and 450 MB: a reading, which may say that it has no text."""
    body = HOSTILE[name]()
    begin = time.process_time()
    found = workers.clean(body, "application/pdf", None)
    assert time.process_time() - begin < 5
    assert found is not None
    good = workers.clean(SMALL, None, None)
    assert not getattr(good, "failed", True)


def test_a_pdf_is_read_in_a_worker_as_it_is_here(workers: Workers) -> None:
    assert workers.clean(WHOLE, None, None) == clean(WHOLE, None, None)


def test_reading_again_gives_the_same_digest() -> None:
    """A reading is a function of the bytes and the address."""
    one, two = clean(WHOLE, None, "https://a.example"), clean(WHOLE, "application/pdf", "https://a.example")
    assert one == two
    assert one.page_digest != clean(WHOLE, None, "https://b.example").page_digest
