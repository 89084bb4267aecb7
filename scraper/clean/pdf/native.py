"""A PDF's pages as words with their places, by PDFium (through pypdfium2, an optional part).

The one module that touches PDFium. Its text page gives letters in the order in which they are drawn, with blanks where
there are gaps; asking it for each letter's place takes three to six times as long as the text, so only the two ends of a
word are asked for, and what a text object says (size, weight, angle, visibility) once an object. A word whose ends are
of different objects is looked at letter by letter: it may carry a note's mark.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, Final

from pagewitness.archive.errors import CleanError
from pagewitness.scraper.clean.pdf.bullets import bullets
from pagewitness.scraper.clean.pdf.glyphs import readable
from pagewitness.scraper.clean.pdf.sheet import Document, Rule, Sheet, Style, Word

MOST_PAGES: Final = 3_000
MOST_LETTERS: Final = 12_000_000
MOST_ON_A_PAGE: Final = 300_000  # letters; a close-set page of newsprint has 30,000
_MOST_OBJECTS: Final = 20_000  # of a page; more are a drawing, and no table's rules
_MOST_SEGMENTS: Final = 400
_WORD: Final = re.compile(r"[^\s\x00-\x01\x03-\x1f]+")  # \x02 is a hyphen at a line's end
_BOLD: Final = re.compile(r"bold|black|heavy|semibold|demi(?!ng)", re.IGNORECASE)
_BLANK = 0.14  # sizes of a gap that is a blank, where PDFium saw none
_RAISED = 0.15  # sizes by which a letter stands higher than the one before it
_INVISIBLE = 3  # a text's render mode
_THIN = 5.0  # points; a rectangle that is thinner is a rule
_WHITE = 250  # of 255, from which a colour is not seen on paper
_DOT = 1.5, 7.0  # points of the sides of a dot
_LONG = 8.0  # and one that is shorter is none
_BOX = 5  # segments of a rectangle
_FORM_DEPTH = 3
_MOST_PIXELS: Final = 3_400  # of a picture's longer side
_META: Final = ("Title", "Author", "CreationDate", "ModDate", "Producer")
_REASONS: Final = {
    "password": "it is encrypted: a password is needed to read it",
    "security": "it is encrypted in a way that is not read",
}


def read(body: bytes) -> Document:
    """All pages of a PDF.

    Raises:
        CleanError: it is encrypted, damaged, or larger than what is read.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(body)
        with closing(pdf):
            count = len(pdf)
            if not count:
                raise CleanError("the PDF has no pages: it is damaged or not whole")
            if count > MOST_PAGES:
                raise CleanError(f"the PDF has more than the {MOST_PAGES:,} pages that are read")
            sheets, letters = [], 0
            for number in range(1, count + 1):
                sheet = _sheet(pdf, number)
                letters += sheet.letters
                if letters > MOST_LETTERS:
                    raise CleanError(f"the PDF has more than the {MOST_LETTERS:,} letters that are read")
                sheets.append(sheet)
            meta = {key: value for key in _META if (value := pdf.get_metadata_value(key).strip("\0 "))}
            return Document(tuple(sheets), meta)
    except pypdfium2.PdfiumError as error:
        said = str(error).lower()
        reason = next((reason for word, reason in _REASONS.items() if word in said), None)
        raise CleanError(f"the PDF can't be read: {reason or 'it is damaged or not whole'}") from error


def pictures(body: bytes, numbers: Iterable[int], dpi: int) -> Iterator[tuple[int, bytes]]:
    """Pages as they look, in grey: their numbers, and their pictures as PGM; those that can't be drawn are left out."""
    import pypdfium2

    with closing(pypdfium2.PdfDocument(body)) as pdf:
        for number in numbers:
            try:
                with closing(pdf[number - 1]) as page:
                    # A page may say that it is as large as a field: no more points are drawn than an A3 page has.
                    scale = min(dpi / 72, _MOST_PIXELS / max(page.get_size()))
                    with closing(page.render(scale=scale, grayscale=True, may_draw_forms=False)) as drawn:
                        rows = bytes(drawn.buffer)
                        kept = b"".join(rows[at : at + drawn.width] for at in range(0, len(rows), drawn.stride))
                        yield number, b"P5 %d %d 255\n%s" % (drawn.width, drawn.height, kept)
            except pypdfium2.PdfiumError:
                continue


def _sheet(pdf: Any, number: int) -> Sheet:
    """One page; one that is damaged is empty."""
    import pypdfium2

    try:
        page = pdf[number - 1]
    except pypdfium2.PdfiumError:
        return Sheet(number, 1.0, 1.0, (), (), 0.0, damaged=True)
    with closing(page):
        try:
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            return Sheet(number, 1.0, 1.0, (), (), 0.0, damaged=True)
        with closing(text):
            if text.count_chars() > MOST_ON_A_PAGE:
                raise CleanError(f"page {number} of the PDF has more than the {MOST_ON_A_PAGE:,} letters that are read")
            return _Page(page, text, number).sheet()


class _Page:
    """A page under way: what is known of its text objects, and how it is turned."""

    def __init__(self, page: Any, text: Any, number: int) -> None:
        import pypdfium2.raw as raw

        self._raw, self._page, self._text, self._number = raw, page, text.raw, number
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._styles: dict[int | None, Style] = {}
        self._bold: dict[int | None, bool] = {}
        self._parts = tuple(ctypes.c_uint() for _ in range(4))
        self._object = _as_addresses(raw.FPDFText_GetTextObject, 2)
        self._text_at = ctypes.cast(self._text, ctypes.c_void_p)
        self._font = _as_addresses(raw.FPDFTextObj_GetFont, 1)
        self._boxed = raw.FS_RECTF()
        self._box_at = ctypes.byref(self._boxed)
        self._at = ctypes.c_double(), ctypes.c_double()
        self._point_at = tuple(map(ctypes.byref, self._at))
        self._text_at = ctypes.cast(self._text, ctypes.c_void_p)
        self._count = text.count_chars()
        self._letters = text.get_text_range(0, self._count, errors="replace") if self._count else ""

    def sheet(self) -> Sheet:
        words = [word for word in self._words() if word.text]
        turn = _turn(words)
        width, height = self._right - self._left, self._top - self._bottom
        rules, pictures, dots = self._drawn()
        words += bullets(dots, words)
        share = min(1.0, pictures / max(1.0, width * height))
        if turn in (1, 3):
            width, height = height, width
        if not turn:
            left, top = self._left, self._bottom + height
            upright = [
                Word(
                    word[0],
                    word.left - left,
                    top - word.top,
                    word.right - left,
                    top - word.bottom,
                    top - word.base,
                    *word[6:],
                )
                if not word.style.angle % 2
                else self._turned(word, turn, width, height)
                for word in words
            ]
        else:
            upright = [self._turned(word, turn, width, height) for word in words]
        return Sheet(
            self._number, width, height, tuple(upright),
            tuple(self._turned_rule(rule, turn, width, height) for rule in rules), share, letters=self._count,
        )  # fmt: skip

    # --- words --------------------------------------------------------------------------------------------------------

    def _words(self) -> Iterator[Word]:
        letters = self._letters
        if len(letters) != self._count or "\ufffd" in letters:
            get = self._raw.FPDFText_GetUnicode  # letters beyond the first 65,536, or such as have none, shift the rest
            letters = "".join(_letter(get(self._text, at)) for at in range(self._count))
        for found in _WORD.finditer(letters):
            start, end = found.span()
            ends = self._object(self._text_at, start), self._object(self._text_at, end - 1)
            if end - start == 1 or ends[0] == ends[1]:
                yield self._word(found[0], start, end, False)
            else:
                yield from self._pieces(letters, start, end)

    def _pieces(self, letters: str, start: int, end: int) -> Iterator[Word]:
        """A word of several text objects, cut where the style or the height changes, and where there is a blank after all.

        Some programs make an object of each letter: so its font, size and box alone are asked for.
        """
        objects = [self._object(self._text_at, at) for at in range(start, end)]
        borders = [at for at in range(start + 1, end) if objects[at - start] != objects[at - start - 1]]
        boxes = {at: self._box(at) for border in borders for at in (border - 1, border)}
        gaps = {at: boxes[at][0] - boxes[at - 1][1] for at in borders}
        by_letter = len(borders) > max(
            1, (end - start) // 4
        )  # whose places say nothing of blanks: fonts lie about widths
        begin, glued, set_in, style = start, False, self._set_in(objects[0], start), self._style(start)
        for at in borders:
            now = self._set_in(objects[at - start], at)
            apart = not by_letter and not style.angle and gaps[at] > _BLANK * style.size
            raised = now == set_in and not style.angle and abs(boxes[at][2] - boxes[at - 1][2]) > _RAISED * style.size
            if apart or raised or now != set_in:
                yield self._word(letters[begin:at], begin, at, glued)
                begin, glued, set_in, style = at, not apart, now, self._style(at)
        yield self._word(letters[begin:end], begin, end, glued)

    def _set_in(self, of: int | None, at: int) -> tuple[int | None, float]:
        """The font and the nominal size of a letter."""
        return (self._font(of) if of else None), self._raw.FPDFText_GetFontSize(self._text, at)

    def _word(self, text: str, start: int, end: int, glued: bool) -> Word:
        style = self._style(start)
        left, right, bottom, top = self._box(start)
        if end - start > 1:
            other = self._box(end - 1)
            left, right = min(left, other[0]), max(right, other[1])
            bottom, top = min(bottom, other[2]), max(top, other[3])
        self._raw.FPDFText_GetCharOrigin(self._text, start, *self._point_at)
        base = self._at[style.angle % 2 != 1].value
        return Word(readable(text), left, top, right, bottom, base, style, glued)

    def _box(self, at: int) -> tuple[float, float, float, float]:
        box = self._boxed
        self._raw.FPDFText_GetLooseCharBox(self._text, at, self._box_at)
        return box.left, box.right, box.bottom, box.top

    def _style(self, at: int) -> Style:
        of = self._object(self._text_at, at)
        style = self._styles.get(of)
        if style is None:
            style = self._styles[of] = self._looked_up(of, at)
        return style

    def _looked_up(self, address: int | None, at: int) -> Style:
        raw = self._raw
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(self._text, at, ctypes.byref(matrix))
        size = raw.FPDFText_GetFontSize(self._text, at) * (math.hypot(matrix.c, matrix.d) or 1.0)
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) % 360
        quarter = round(angle / 90) % 4 if min(angle % 90, -angle % 90) < 2 else -1
        if not address:
            return Style(round(size, 1), False, quarter)
        of = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
        hidden = raw.FPDFTextObj_GetTextRenderMode(of) == _INVISIBLE or self._is_clear(of)
        return Style(round(size, 1), self._is_bold(of, at), quarter, hidden)

    def _is_bold(self, of: Any, at: int) -> bool:
        raw = self._raw
        key = self._font(ctypes.cast(of, ctypes.c_void_p))
        bold = self._bold.get(key)
        if bold is None:
            font = raw.FPDFTextObj_GetFont(of)
            name = ctypes.create_string_buffer(128)
            raw.FPDFFont_GetBaseFontName(font, name, 128)
            weight = raw.FPDFText_GetFontWeight(self._text, at)
            bold = self._bold[key] = weight >= 600 or bool(_BOLD.search(name.value.decode("latin-1")))
        return bold

    def _is_clear(self, of: Any) -> bool:
        """Whether a text object is drawn in no colour at all."""
        parts = self._parts
        return bool(self._raw.FPDFPageObj_GetFillColor(of, *parts)) and parts[3].value == 0

    # --- what is drawn ------------------------------------------------------------------------------------------------

    def _drawn(self) -> tuple[list[Rule], float, list[Rule]]:
        """The rules of a page, the area of its pictures in square points, and the boxes of its dots."""
        rules, area, dots = list[Rule](), 0.0, list[Rule]()
        raw = self._raw
        for one, inside in self._objects():
            kind = raw.FPDFPageObj_GetType(one)
            if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
                continue
            box = [ctypes.c_float() for _ in range(4)]
            if not raw.FPDFPageObj_GetBounds(one, *map(ctypes.byref, box)):
                continue
            left, bottom, right, top = (side.value for side in box)
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                area += max(0.0, right - left) * max(0.0, top - bottom)
            elif _DOT[0] <= min(right - left, top - bottom) and max(right - left, top - bottom) <= _DOT[1]:
                dots.append(Rule(left, top, right, bottom))
            elif not inside:
                rules += self._rules(one, left, bottom, right, top)
        return rules, area, dots

    def _objects(self) -> Iterator[tuple[Any, bool]]:
        """The paths and pictures of a page, and whether each is inside of a form."""
        raw, page = self._raw, self._page.raw
        count = raw.FPDFPage_CountObjects(page)
        nth, kind = _as_addresses(raw.FPDFPage_GetObject, 2), _as_addresses(raw.FPDFPageObj_GetType, 1, ctypes.c_int)
        at_page = ctypes.cast(page, ctypes.c_void_p)
        inner = _as_addresses(raw.FPDFFormObj_GetObject, 2)
        wanted = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM
        waiting = [(at_page.value, at, 0, nth) for at in range(count)]
        waiting.reverse()
        seen = 0
        while waiting and seen < _MOST_OBJECTS:
            of, at, depth, get = waiting.pop()
            address = get(of, at)
            if not address or (found := kind(address)) not in wanted:
                continue  # text, most of all: some programs make an object of each letter
            seen += 1
            one = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
            if found == raw.FPDF_PAGEOBJ_FORM:
                inside = min(raw.FPDFFormObj_CountObjects(one), _MOST_OBJECTS) if depth < _FORM_DEPTH else 0
                waiting += [(address, place, depth + 1, inner) for place in range(inside)]
            else:
                yield one, depth > 0

    def _rules(self, one: Any, left: float, bottom: float, right: float, top: float) -> list[Rule]:
        """The rules that a path draws: itself where it is thin, the sides of a rectangle, the strokes of a grid."""
        width, height = right - left, top - bottom
        if not self._is_seen(one):
            return []
        if height <= _THIN or width <= _THIN:
            if height > width:
                left = right = (left + right) / 2
            else:
                top = bottom = (top + bottom) / 2
            return [Rule(left, top, right, bottom)] if max(width, height) >= _LONG else []
        count = self._raw.FPDFPath_CountSegments(one)
        if count <= _BOX:
            sides = ((left, top, right, top), (left, bottom, right, bottom), (left, top, left, bottom))
            return [Rule(*side) for side in (*sides, (right, top, right, bottom))]
        return list(self._strokes(one, count)) if count <= _MOST_SEGMENTS else []

    def _is_seen(self, one: Any) -> bool:
        """Whether a path is stroked, or filled with more than white: what is put under a line of text is no cell."""
        raw = self._raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if not raw.FPDFPath_GetDrawMode(one, ctypes.byref(fill), ctypes.byref(stroke)):
            return True
        if stroke.value:
            return True
        if not fill.value:
            return False
        known = raw.FPDFPageObj_GetFillColor(one, *self._parts)
        red, green, blue, alpha = (part.value for part in self._parts)
        return not known or (alpha > 0 and min(red, green, blue) < _WHITE)

    def _strokes(self, one: Any, count: int) -> Iterator[Rule]:
        raw = self._raw
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(one, ctypes.byref(matrix))
        last: tuple[float, float] | None = None
        for at in range(count):
            segment = raw.FPDFPath_GetPathSegment(one, at)
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
            point = (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
            if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO and last is not None:
                wide, high = abs(point[0] - last[0]), abs(point[1] - last[1])
                if min(wide, high) <= _THIN / 2 and max(wide, high) >= _LONG:
                    yield Rule(
                        min(point[0], last[0]), max(point[1], last[1]), max(point[0], last[0]), min(point[1], last[1])
                    )
            last = point

    # --- turned upright -----------------------------------------------------------------------------------------------

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
            left=min(x0, x1), right=max(x0, x1), top=min(y0, y1), bottom=max(y0, y1), base=base,
            style=word.style._replace(angle=(word.style.angle - turn) % 4 if word.style.angle >= 0 else -1),
        )  # fmt: skip

    def _turned_rule(self, rule: Rule, turn: int, width: float, height: float) -> Rule:
        (x0, y0), (x1, y1) = (
            self._point(x, y, turn, width, height) for x, y in ((rule.left, rule.top), (rule.right, rule.bottom))
        )
        return Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _as_addresses(function: Any, count: int, returned: Any = ctypes.c_void_p) -> Any:
    """A function of PDFium that takes, and gives, plain addresses: wrapping each in an object takes longer than the call.

    Args:
        count: of its arguments; the first is an address, the second a number.
        returned: its type.
    """
    address = ctypes.cast(function, ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(returned, *(ctypes.c_void_p, ctypes.c_int)[:count])(address or 0)


def _turn(words: list[Word]) -> int:
    """By how many quarters most of a page's text is turned."""
    counts = [0, 0, 0, 0]
    for word in words:
        if word.style.angle >= 0:
            counts[word.style.angle] += len(word.text)
    return max(range(4), key=lambda quarter: counts[quarter]) if any(counts[1:]) else 0


def _letter(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
