"""Read a PDF's pages as words with their places, text upright, by PDFium (through pypdfium2, an optional part)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, Final

from pagewitness.archive.errors import CleanError
from pagewitness.scraper.clean.pdf.page_model import Bookmark, Document, PdfPage, Rule, Word, each_word
from pagewitness.scraper.clean.pdf.pdfium.annotations import Annotations, placed_value, read_annotations, stroke_through
from pagewitness.scraper.clean.pdf.pdfium.bullets import MOST_DOTS, bullets
from pagewitness.scraper.clean.pdf.pdfium.calls import address_of
from pagewitness.scraper.clean.pdf.pdfium.graphics import Drawn
from pagewitness.scraper.clean.pdf.pdfium.letters import PlacedWords, placed_words
from pagewitness.scraper.clean.pdf.pdfium.tags import Tags, page_tags
from pagewitness.scraper.clean.pdf.strikes import with_struck

MOST_PDF_PAGES: Final = 3_000
MOST_LETTERS: Final = 12_000_000
MOST_ON_A_PAGE: Final = 300_000  # letters; a dense newspaper page has 30,000
_MOST_PIXELS: Final = 3_400  # of a picture's longer side
_MOST_BOOKMARKS: Final = 5_000
_DEEPEST: Final = 8  # levels of bookmarks
_META: Final = ("Title", "Author", "CreationDate", "ModDate", "Producer")
_REASONS: Final = {
    "password": "it is encrypted: a password is needed to read it",
    "security": "it is encrypted in a way that is not read",
}


def read_document(body: bytes) -> Document:
    """Read all pages of a PDF.

    Raises:
        CleanError: the PDF is encrypted, damaged or too large.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(body)
        with closing(pdf):
            count = len(pdf)
            if not count:
                raise CleanError("the PDF has no pages: it is damaged or not whole")
            if count > MOST_PDF_PAGES:
                raise CleanError(f"the PDF has more than the {MOST_PDF_PAGES:,} pages that are read")
            form = _form(pdf)
            tagged = bool(pypdfium2.raw.FPDFCatalog_IsTagged(pdf.raw))
            pdf_pages, letters = [], 0
            for number in range(1, count + 1):
                pdf_page = _pdf_page(pdf, number, form, tagged)
                letters += pdf_page.letters
                if letters > MOST_LETTERS:
                    raise CleanError(f"the PDF has more than the {MOST_LETTERS:,} letters that are read")
                pdf_pages.append(pdf_page)
            meta = {key: value for key in _META if (value := pdf.get_metadata_value(key).strip("\0 "))}
            return Document(tuple(pdf_pages), meta, tuple(_outline(pdf)))
    except pypdfium2.PdfiumError as error:
        said = str(error).lower()
        reason = next((reason for word, reason in _REASONS.items() if word in said), None)
        raise CleanError(f"the PDF can't be read: {reason or 'it is damaged or not whole'}") from error


def pictures(body: bytes, numbers: Iterable[int], dpi: int) -> Iterator[tuple[int, bytes]]:
    """Render pages in grey: their numbers and pictures (PGM); pages that can't be rendered are left out."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument(body)) as pdf:
        for number in numbers:
            try:
                with closing(pdf[number - 1]) as page:
                    # A page may claim to be huge, so the picture is no larger than that of an A3 page.
                    scale = min(dpi / 72, _MOST_PIXELS / max(page.get_size()))
                    with closing(page.render(scale=scale, grayscale=True, may_draw_forms=False)) as drawn:
                        rows = bytes(drawn.buffer)
                        kept = b"".join(rows[at : at + drawn.width] for at in range(0, len(rows), drawn.stride))
                        yield number, b"P5 %d %d 255\n%s" % (drawn.width, drawn.height, kept)
            except pypdfium2.PdfiumError:
                continue


def _outline(pdf: Any) -> Iterator[Bookmark]:
    """The bookmarks of a document, in order."""
    import pypdfium2

    try:
        for one in islice(pdf.get_toc(max_depth=_DEEPEST), _MOST_BOOKMARKS):
            target = one.get_dest()
            at = target.get_index() if target else None
            if title := one.get_title().strip():
                yield Bookmark(one.level, title, 0 if at is None else at + 1)
    except pypdfium2.PdfiumError:
        return


def _form(pdf: Any) -> Any:
    """The handle of a document's form, or None."""
    import pypdfium2

    if pdf.get_formtype() == pypdfium2.raw.FORMTYPE_NONE:
        return None
    try:
        pdf.init_forms()
    except pypdfium2.PdfiumError:
        return None
    return pdf.formenv


def _pdf_page(pdf: Any, number: int, form: Any, tagged: bool) -> PdfPage:
    """Read one page; a damaged page is empty."""
    import pypdfium2

    try:
        page = pdf[number - 1]
    except pypdfium2.PdfiumError:
        return PdfPage(number, 1.0, 1.0, (), (), 0.0, damaged=True)
    with closing(page):
        try:
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            return PdfPage(number, 1.0, 1.0, (), (), 0.0, damaged=True)
        with closing(text):
            if text.count_chars() > MOST_ON_A_PAGE:
                raise CleanError(f"page {number} of the PDF has more than the {MOST_ON_A_PAGE:,} letters that are read")
            return _Page(page, text, number, page_tags(page.raw) if tagged else Tags()).pdf_page(form)


class _Page:
    """A page while it is read: its box, and how it is turned."""

    def __init__(self, page: Any, text: Any, number: int, tags: Tags) -> None:
        import pypdfium2.raw as raw

        self._raw, self._tags = raw, tags
        self._page, self._text, self._number = page, address_of(text.raw), number
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._count = text.count_chars()
        self._letters = text.get_text_range(0, self._count, errors="replace") if self._count else ""

    def pdf_page(self, form: Any) -> PdfPage:
        found = self._words()
        turn = _turn(found)
        width, height = self._right - self._left, self._top - self._bottom
        drawn = Drawn(self._page.raw)
        points = list(bullets(drawn.dots, found.each())) if 0 < len(drawn.dots) <= MOST_DOTS else []
        self._hide(found, drawn.grounds)
        shown = Annotations([], [])
        if self._raw.FPDFPage_GetAnnotCount(self._page.raw):
            shown = read_annotations(self._page.raw, form)
        share = min(1.0, drawn.pictures / max(1.0, width * height))
        if turn in (1, 3):
            width, height = height, width
        if turn:
            upright = [self._turned(word, turn, width, height) for word in (*found.each(), *points)]
        else:
            upright = self._upright(found, height)
            upright += [self._level(word, height) for word in points]
        strikes = [self._turned_rule(stroke, turn, width, height) for stroke in drawn.strokes]
        strikes += [stroke_through(self._turned_rule(box, turn, width, height)) for box in shown.struck]
        upright += [
            word
            for rect, value, several in shown.values
            for word in placed_value(value, self._turned_rule(rect, turn, width, height), upright, several)
        ]
        return PdfPage(
            self._number,
            width,
            height,
            tuple(with_struck(upright, strikes)),
            tuple(self._turned_rule(rule, turn, width, height) for rule in drawn.rules),
            share,
            letters=self._count,
            shown=tuple(self._tags.pictures),
        )

    def _hide(self, found: PlacedWords, grounds: Sequence[Rule]) -> None:
        """Mark white words as hidden where nothing is behind them."""
        for at, style in enumerate(found.styles):
            if style.white and not style.hidden:
                left, top, right, bottom = found.sides[at].tolist()
                x, y = (left + right) / 2, (top + bottom) / 2
                if not any(one.left <= x <= one.right and one.bottom <= y <= one.top for one in grounds):
                    found.styles[at] = style._replace(hidden=True)

    def _words(self) -> PlacedWords:
        letters = self._letters
        if len(letters) != self._count or "\ufffd" in letters:
            import pypdfium2.raw as raw

            get, text = raw.FPDFText_GetUnicode, ctypes.cast(self._text, raw.FPDF_TEXTPAGE)
            letters = "".join(_letter(get(text, at)) for at in range(self._count))
            # characters beyond U+FFFF, or without a code, shift the rest
        return placed_words(self._text, letters, self._tags.of)

    # --- turned upright -----------------------------------------------------------------------------------------------

    def _upright(self, found: PlacedWords, height: float) -> list[Word]:
        """The words of a page whose text is already upright."""
        sides = found.sides - self._left
        top = self._bottom + height
        sides[:, 1::2] = top - found.sides[:, 1::2]
        columns = (*sides.T.tolist(), (top - found.bases).tolist())
        upright = list(each_word(found.texts, *columns, found.styles, found.glued, found.tags))
        for at, style in enumerate(found.styles):
            if style.angle % 2:
                upright[at] = self._turned(found.word(at), 0, 0.0, height)
        return upright

    def _level(self, word: Word, height: float) -> Word:
        left, top = self._left, self._bottom + height
        return Word(
            word.text,
            word.left - left,
            top - word.top,
            word.right - left,
            top - word.bottom,
            top - word.base,
            *word[6:],
        )

    def _point(self, x: float, y: float, turn: int, width: float, height: float) -> tuple[float, float]:
        """A point of the page's own space (y upwards) as seen with the text upright (y downwards)."""
        x, y = x - self._left, y - self._bottom
        if turn == 1:
            return y, x
        if turn == 2:
            return width - x, y
        if turn == 3:
            return width - y, height - x
        return x, height - y

    def _turned(self, word: Word, turn: int, width: float, height: float) -> Word:
        (x0, y0), (x1, y1) = (
            self._point(x, y, turn, width, height) for x, y in ((word.left, word.top), (word.right, word.bottom))
        )
        along = (word.base, word.base)
        base = self._point(*along, turn, width, height)[1]
        return word._replace(
            left=min(x0, x1),
            right=max(x0, x1),
            top=min(y0, y1),
            bottom=max(y0, y1),
            base=base,
            style=word.style._replace(angle=(word.style.angle - turn) % 4 if word.style.angle >= 0 else -1),
        )

    def _turned_rule(self, rule: Rule, turn: int, width: float, height: float) -> Rule:
        (x0, y0), (x1, y1) = (
            self._point(x, y, turn, width, height) for x, y in ((rule.left, rule.top), (rule.right, rule.bottom))
        )
        return Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _turn(found: PlacedWords) -> int:
    """By how many quarter turns most of a page's text is turned."""
    if not any(style.angle for style in found.styles):
        return 0
    counts = [0, 0, 0, 0]
    for text, style in zip(found.texts, found.styles, strict=True):
        if style.angle >= 0:
            counts[style.angle] += len(text)
    return max(range(4), key=lambda quarter: counts[quarter]) if any(counts[1:]) else 0


def _letter(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
