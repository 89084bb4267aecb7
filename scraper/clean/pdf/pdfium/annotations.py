"""Read what lies on a page: values of form fields, typed notes, and strokes through text.

Annotations are no part of a page's own text. A reader sees them all the same.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from pagewitness.scraper.clean.pdf.direction import RIGHT_TO_LEFT
from pagewitness.scraper.clean.pdf.glyphs import TICKED, UNTICKED
from pagewitness.scraper.clean.pdf.page_model import Rule, Style, Word

_MOST: Final = 5_000  # annotations of a page
_LONGEST: Final = 200_000  # bytes of a value
_MOST_OPTIONS: Final = 1_000
_UNSEEN: Final = 0b100011  # flags: invisible, hidden, not to be seen on a screen
_LINES: Final = 1 << 12  # flags of a text field: of several lines, and a password
_PASSWORD: Final = 1 << 13
_WIDE: Final = 0.5  # font sizes; the width of a letter
_BLANK: Final = 0.28  # font sizes; the width of a space
_STROKE: Final = 0.42  # share of a marked line's height at which its stroke is
_LEADING: Final = 1.2  # font sizes
_DEPTH: Final = 0.25  # font sizes from the lower edge of a field's only line to its base


class Annotations(NamedTuple):
    """What annotations show on a page, in its own space (y upwards).

    Attributes:
        values: of fields, and typed notes: the place of each, its text, and whether it may have several lines.
        struck: the places of lines that are struck.
    """

    values: list[tuple[Rule, str, bool]]
    struck: list[Rule]


def read_annotations(page: Any, form: Any) -> Annotations:
    """What the annotations of a page show.

    Args:
        page: its PDFium handle.
        form: the handle of the document's form, or None.
    """
    import pypdfium2.raw as raw

    found = Annotations([], [])
    for at in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST)):
        annotation = raw.FPDFPage_GetAnnot(page, at)
        if not annotation:
            continue
        try:
            _read(raw, form, annotation, found)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _read(raw: Any, form: Any, annotation: Any, found: Annotations) -> None:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    box = raw.FS_RECTF()
    if raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN or not raw.FPDFAnnot_GetRect(annotation, box):
        return
    rect = Rule(min(box.left, box.right), max(box.top, box.bottom), max(box.left, box.right), min(box.top, box.bottom))
    if kind == raw.FPDF_ANNOT_STRIKEOUT:
        found.struck.extend(_quads(raw, annotation) or [rect])
    elif kind == raw.FPDF_ANNOT_FREETEXT:
        found.values.append((rect, _dictionary_value(raw, annotation, b"Contents"), True))
    elif kind == raw.FPDF_ANNOT_WIDGET and form:
        text, several = _Field(raw, form, annotation).shown()
        found.values.append((rect, text, several))


def _quads(raw: Any, annotation: Any) -> list[Rule]:
    found, points = [], raw.FS_QUADPOINTSF()
    for at in range(min(raw.FPDFAnnot_CountAttachmentPoints(annotation), _MOST)):
        if raw.FPDFAnnot_GetAttachmentPoints(annotation, at, points):
            xs, ys = (points.x1, points.x2, points.x3, points.x4), (points.y1, points.y2, points.y3, points.y4)
            found.append(Rule(min(xs), max(ys), max(xs), min(ys)))
    return found


class _Field:
    """A field of a form, at one of its places."""

    def __init__(self, raw: Any, form: Any, annotation: Any) -> None:
        self._raw, self._form, self._annotation = raw, form, annotation

    def shown(self) -> tuple[str, bool]:
        """What a field shows, and whether in several lines."""
        raw = self._raw
        kind = raw.FPDFAnnot_GetFormFieldType(self._form, self._annotation)
        flags = raw.FPDFAnnot_GetFormFieldFlags(self._form, self._annotation)
        if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
            return (TICKED if raw.FPDFAnnot_IsChecked(self._form, self._annotation) else UNTICKED), False
        if kind in (raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
            return "; ".join(self._chosen()) or self._value(), False
        if kind == raw.FPDF_FORMFIELD_TEXTFIELD and not flags & _PASSWORD:
            return self._value(), bool(flags & _LINES)
        return "", False

    def _value(self) -> str:
        return _string(partial(self._raw.FPDFAnnot_GetFormFieldValue, *self._at))

    def _chosen(self) -> Iterator[str]:
        """The labels of the options that are chosen."""
        raw = self._raw
        for at in range(min(raw.FPDFAnnot_GetOptionCount(*self._at), _MOST_OPTIONS)):
            if raw.FPDFAnnot_IsOptionSelected(*self._at, at):
                yield _string(partial(raw.FPDFAnnot_GetOptionLabel, *self._at, at))

    @property
    def _at(self) -> tuple[Any, Any]:
        return self._form, self._annotation


def _dictionary_value(raw: Any, annotation: Any, key: bytes) -> str:
    return _string(partial(raw.FPDFAnnot_GetStringValue, annotation, key))


def _string(ask: Callable[[Any, int], int]) -> str:
    """A text that PDFium writes in UTF-16; empty if the file has no such text, or if it is too long."""
    size = ask(None, 0)
    if not 2 < size <= _LONGEST:
        return ""
    into = (ctypes.c_ushort * (size // 2 + 1))()
    ask(into, size)
    return bytes(into)[: size - 2].decode("utf-16-le", errors="replace").replace("\0", "").strip()


def stroke_through(box: Rule) -> Rule:
    """The stroke through the small letters of a line that is struck, on an upright page."""
    y = box.bottom - _STROKE * (box.bottom - box.top)
    return box._replace(top=y, bottom=y)


def placed_value(text: str, rect: Rule, words: Sequence[Word], several: bool) -> Iterator[Word]:
    """A value as words in its field: on the base of what is beside it, in the usual size, so that it is no heading.

    Args:
        rect: the field's place on the upright page.
        words: those of the page.
        several: whether the field may have several lines.
    """
    sizes = Counter[float]()
    for word in words:
        sizes[word.style.size] += len(word.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    level = [word.base for word in words if rect.top <= word.base <= rect.bottom + 1 and not word.style.angle]
    lines = [one.split() for one in text.splitlines()] if several else [text.split()]
    low = rect.bottom - _DEPTH * size
    if several:
        room = max(10, int((rect.right - rect.left) / (_WIDE * size)))
        lines = [line for one in lines for line in _wrapped(one, room)]
        base = min(level, default=rect.top + size)
    else:
        base = min(
            level, key=lambda one: abs(one - low), default=rect.bottom - _DEPTH * min(size, rect.bottom - rect.top)
        )
    backwards = RIGHT_TO_LEFT.search(text) is not None
    for line in lines:
        letters = sum(map(len, line)) * _WIDE * size + (len(line) - 1) * _BLANK * size
        scale = min(1.0, max(0.1, (rect.right - rect.left) / letters)) if letters else 1.0
        left = rect.left
        for part in line:
            right = left + len(part) * _WIDE * size * scale
            sides = (rect.left + rect.right - right, rect.left + rect.right - left) if backwards else (left, right)
            yield Word(part, sides[0], base - 0.8 * size, sides[1], base + 0.2 * size, base, Style(size))
            left = right + _BLANK * size
        base += _LEADING * size


def _wrapped(words: Sequence[str], room: int) -> Iterator[list[str]]:
    line, used = list[str](), 0
    for word in words:
        if line and used + 1 + len(word) > room:
            yield line
            line, used = [], 0
        line.append(word)
        used += len(word) + 1
    yield line
