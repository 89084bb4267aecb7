"""Turn a PDF into a Reading (pure), with PDFium: the extra `pdf`.

    pdfium/             bytes -> pages: words with their places, rules, pictures (native); only this calls PDFium
                        letters  words and their places     borders  where words of several text objects are cut
                        styles   how words are set          graphics  rules, pictures, dots
                        bullets  dots that are drawn        tags  structure tags
                        annotations  values of forms        calls  PDFium's functions, many calls at once
    page_model          the types that the modules share: pages, words, rules, lines
    glyphs              ligatures, symbol fonts, unreadable letters
    gibberish           letters that no language writes
    strikes             struck text
    unread              pages without a text layer, or with a broken one
    visibility          takes out hidden and turned text
    direction           right-to-left text
    initials            drop caps
    heads               heads of columns that are set upright
    lines               words -> lines
    running             headers, footers, page numbers
    grid                ruled tables
    layout              a page as lines and tables
    headers             header rows that a table repeats on each page
    table_continuation  tables that continue over several pages
    reading_order       columns
    margins             notes in the margin
    look                how the document is set
    paragraphs          lines -> paragraphs, items, rows
    unruled             tables without rules
    notes               footnotes
    pages               runs all of these, page by page
    given_headings      headings that bookmarks and tags name
    page_blocks         parts -> blocks: kinds, levels of headings, title
    hyphens             words cut by the end of a line
    ocr                 the words of scanned pages, if a recogniser is given

The digest of a reading covers its contents (blocks, pages, title, dates), not the file's bytes. A report exported again
with other fonts usually has the same reading; if not, the judge compares the words.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import cache
from importlib.util import find_spec
from typing import Final

from pagewitness.archive.derived import Reading, VisibleBlock
from pagewitness.archive.errors import CleanError
from pagewitness.archive.text.ranges import page_ranges
from pagewitness.archive.text.words import digest_of
from pagewitness.scraper.clean.pdf.ocr import Recogniser
from pagewitness.scraper.clean.pdf.page_model import PdfPage

MOST_PDF_BYTES: Final = 128 << 20
LACKING: Final = "reading PDFs needs the extra 'pdf': install it from your clone with pip install '.[pdf]'"
_SIGNATURE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,1024}%PDF-\d")
_LOOKED_AT = 1024


def is_pdf(body: bytes, content_type: str | None) -> bool:
    """Whether bytes are a PDF: by their beginning, or by a PDF mark a little later if the Content-Type agrees."""
    if _SIGNATURE.match(body):
        return True
    kind = (content_type or "").split(";")[0].strip().lower()
    return kind == "application/pdf" and b"%PDF-" in body[:_LOOKED_AT]


@cache
def is_installed() -> bool:
    """Whether pypdfium2 is installed, so that PDFs can be read."""
    return find_spec("pypdfium2") is not None


def read_pdf(body: bytes, url: str | None, recogniser: Recogniser | None = None) -> Reading:
    """Read a PDF.

    Args:
        body: its bytes.
        url: its address, or None.
        recogniser: reads scanned pages; None to leave them unread. The reading's `encodings` list the pages that it read
            (`ocr`), those that could not be read (`unread`), and those with words that could not (`garbled`).

    Returns:
        the reading, without the cleaner's name; its blocks have page numbers. If most pages can't be read as text, its
        `not_credible` begins with `needs OCR`.

    Raises:
        CleanError: pypdfium2 is not installed; or the PDF is encrypted, damaged or too large.
    """
    if not is_installed():
        raise CleanError(LACKING)
    if len(body) > MOST_PDF_BYTES:
        raise CleanError(f"the PDF is larger than the {MOST_PDF_BYTES:,} bytes that are read")
    with _uncollected():
        return _read(body, url, recogniser)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause garbage collection: reading makes hundreds of thousands of words, all of which stay, without cycles."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _read(body: bytes, url: str | None, recogniser: Recogniser | None) -> Reading:
    from pagewitness.scraper.clean.metadata.meta import guessed_language
    from pagewitness.scraper.clean.pdf import unread as reports
    from pagewitness.scraper.clean.pdf.page_blocks import document_blocks, is_garbled, own_author, own_date, own_title
    from pagewitness.scraper.clean.pdf.pages import read_pages
    from pagewitness.scraper.clean.pdf.pdfium import native
    from pagewitness.scraper.clean.pdf.visibility import visible_words

    document = native.read_document(body)
    visible_on = {pdf_page.number: visible_words(pdf_page) for pdf_page in document.pdf_pages}
    unread = {
        one.number: why for one in document.pdf_pages if (why := reports.unread_reason(one, visible_on[one.number][0]))
    }
    read = _recognised(body, document.pdf_pages, unread, recogniser)
    unread = {number: why for number, why in unread.items() if number not in read and why != reports.PARTLY}
    pdf_pages = [read.get(pdf_page.number) or _readable(pdf_page, unread) for pdf_page in document.pdf_pages]
    visible_on |= {
        pdf_page.number: visible_words(pdf_page)
        for pdf_page in pdf_pages
        if pdf_page.number in read or pdf_page.number in unread
    }
    meta = document.meta
    title, found = document_blocks(read_pages(pdf_pages, visible_on), own_title(meta, url), document.outline)
    not_credible = reports.mostly_unread(document.pdf_pages, unread) or _empty(found)
    damaged = {pdf_page.number for pdf_page in pdf_pages if pdf_page.damaged}
    garbled = sorted({block.page or 0 for block in found if is_garbled(block)})
    how = {"ocr": read.keys(), "unread": sorted(unread.keys() | damaged), "garbled": garbled}
    language = guessed_language("\n".join(block.text for block in found if block.document))
    encodings = {"declared": None, "used": None, "format": "pdf"}
    encodings |= {name: f"p. {page_ranges(pages)}" for name, pages in how.items() if pages}
    reading = Reading(
        "",
        "",
        title,
        language,
        own_date(meta.get("CreationDate")),
        own_date(meta.get("ModDate")),
        own_author(meta),
        found,
        not_credible,
        encodings,
    )
    return replace(reading, page_digest=_digest(reading, url))


def _recognised(
    body: bytes, pdf_pages: Sequence[PdfPage], unread: dict[int, str], recogniser: Recogniser | None
) -> dict[int, PdfPage]:
    """The pages read by the recogniser, by number; empty if there are too many scanned pages."""
    from pagewitness.scraper.clean.pdf import ocr
    from pagewitness.scraper.clean.pdf.pdfium import native

    if recogniser is None or not unread or len(unread) > ocr.MOST_OCR_PAGES:
        return {}
    of = {pdf_page.number: pdf_page for pdf_page in pdf_pages}
    found = {}
    for number, picture in native.pictures(body, unread, ocr.DPI):
        tsv = recogniser(picture)
        if tsv and (pdf_page := ocr.recognised(of[number], tsv)).words:
            found[number] = pdf_page
    return found


def _readable(pdf_page: PdfPage, unread: dict[int, str]) -> PdfPage:
    """The page, without its words if the text layer is broken: nobody could read them."""
    return replace(pdf_page, words=()) if unread.get(pdf_page.number, "").startswith("broken") else pdf_page


def _empty(found: Sequence[VisibleBlock]) -> str | None:
    return None if any(block.document for block in found) else "the PDF shows no text"


def _digest(reading: Reading, url: str | None) -> str:
    """The digest of a reading's contents."""
    how = [reading.encodings.get(name) for name in ("ocr", "unread", "garbled")]
    names = [field.name for field in fields(VisibleBlock)]
    blocks = [{name: getattr(block, name) for name in names} for block in reading.blocks]
    said = [reading.title, reading.published, reading.modified, reading.author, reading.not_credible, how]
    return digest_of(url or "", "application/pdf", json.dumps([said, blocks]))
