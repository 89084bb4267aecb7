"""Find what is drawn on a page besides text: rules of tables, pictures, and dots that may be bullets."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import repeat
from typing import Any, Final

import numpy as np

from pagewitness.scraper.clean.pdf.page_model import Rule
from pagewitness.scraper.clean.pdf.pdfium.calls import WHITE, address_of, calls

_MOST_OBJECTS: Final = 20_000  # of a page; a page with more is a drawing without tables
_MOST_SEGMENTS: Final = 400
_THIN = 5.0  # points; a thinner rectangle is a rule
_DOT = 1.5, 7.0  # points; least and greatest side of a dot
_STROKE = 2.5  # points; a line that strikes text through is thinner, and longer
_LONG = 8.0  # points; a shorter line is not a rule
_BOX = 5  # segments of a rectangle
_FORM_DEPTH = 3


class Drawn:
    """The drawings on a page, in its own space (y upwards).

    Attributes:
        rules: straight lines, of tables and others.
        pictures: the total area of pictures, in square points.
        dots: the boxes of dots that may be bullets.
        strokes: thin level lines, which may strike text through.
        grounds: the boxes of pictures and coloured areas, on which white text can be seen.
    """

    def __init__(self, page: Any) -> None:
        """Examine all objects of a page.

        Args:
            page: its PDFium handle.
        """
        import pypdfium2.raw as raw

        self._raw = raw
        self._parts = tuple(ctypes.c_uint() for _ in range(4))
        self.rules, self.pictures, self.dots = list[Rule](), 0.0, list[Rule]()
        self.strokes, self.grounds = list[Rule](), list[Rule]()
        box = (ctypes.c_float * 4)()
        places = [ctypes.addressof(box) + 4 * at for at in range(4)]
        bounds = calls().bounds
        for address, kind, inside in self._objects(page):
            if not bounds(address, *places):
                continue
            left, bottom, right, top = box
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                self.pictures += max(0.0, right - left) * max(0.0, top - bottom)
                self.grounds.append(Rule(left, top, right, bottom))
            elif kind == raw.FPDF_PAGEOBJ_SHADING:
                self.grounds.append(Rule(left, top, right, bottom))
            elif _DOT[0] <= min(right - left, top - bottom) and max(right - left, top - bottom) <= _DOT[1]:
                self.dots.append(Rule(left, top, right, bottom))
            else:
                path = ctypes.cast(address, raw.FPDF_PAGEOBJECT)
                if min(right - left, top - bottom) > _THIN and self._is_coloured(path):
                    self.grounds.append(Rule(left, top, right, bottom))
                if top - bottom <= _STROKE < right - left and self._is_seen(path):
                    self.strokes.append(Rule(left, top, right, bottom))
                if not inside:
                    self.rules += self._rules(path, left, bottom, right, top)

    def _objects(self, page: Any) -> Iterator[tuple[int, int, bool]]:
        """The paths and pictures of a page: the address and kind of each, and whether it is inside a form."""
        raw, ask = self._raw, calls()
        wanted = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_SHADING

        def found(get: Any, of: int, count: int, depth: int) -> list[tuple[int, int, int]]:
            # Most objects are text: some programs make an object of each letter.
            every = list(map(get, repeat(ctypes.c_void_p(of)), range(count)))
            kinds = np.fromiter(map(ask.kind, every), np.int32, count)
            places = np.flatnonzero(np.isin(kinds, wanted))[:_MOST_OBJECTS]
            return [(every[at], kind, depth) for at, kind in zip(places.tolist(), kinds[places].tolist(), strict=True)]

        waiting = found(ask.page_object, address_of(page), raw.FPDFPage_CountObjects(page), 0)
        waiting.reverse()
        seen = 0
        while waiting and seen < _MOST_OBJECTS:
            address, kind, depth = waiting.pop()
            seen += 1
            if kind != raw.FPDF_PAGEOBJ_FORM:
                yield address, kind, depth > 0
            elif depth < _FORM_DEPTH:
                count = raw.FPDFFormObj_CountObjects(ctypes.cast(address, raw.FPDF_PAGEOBJECT))
                waiting += found(ask.form_object, address, min(count, _MOST_OBJECTS), depth + 1)

    def _rules(self, one: Any, left: float, bottom: float, right: float, top: float) -> list[Rule]:
        """The rules that a path draws: the path itself if thin, the sides of a rectangle, or the strokes of a grid."""
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
        found = list(self._strokes(one, count)) if count <= _MOST_SEGMENTS else []
        self.strokes += [rule for rule in found if rule.top - rule.bottom <= _STROKE]
        return found

    def _is_seen(self, one: Any) -> bool:
        """Whether a path is stroked, or filled with another colour than white: a white box behind text is not a cell."""
        raw = self._raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if not raw.FPDFPath_GetDrawMode(one, ctypes.byref(fill), ctypes.byref(stroke)):
            return True
        if stroke.value:
            return True
        return bool(fill.value) and self._is_dark(one)

    def _is_coloured(self, one: Any) -> bool:
        """Whether a path is filled with another colour than white."""
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        known = self._raw.FPDFPath_GetDrawMode(one, ctypes.byref(fill), ctypes.byref(stroke))
        return bool(known and fill.value) and self._is_dark(one)

    def _is_dark(self, one: Any) -> bool:
        known = self._raw.FPDFPageObj_GetFillColor(one, *self._parts)
        red, green, blue, alpha = (part.value for part in self._parts)
        return not known or (alpha > 0 and min(red, green, blue) < WHITE)

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
