"""Read the structure tags of a page (ISO 32000-1, 14.8): which of its text is a heading or a cell, and what pictures show."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from pagewitness.scraper.clean.pdf.page_model import Tag
from pagewitness.scraper.clean.pdf.pdfium.calls import address_of, children

_DEEPEST: Final = 40
_MOST: Final = 20_000  # elements of a page
_LONGEST: Final = 4_000  # bytes of a text
_HEADING: Final = re.compile(r"H([1-6])?|Title")
_CELLS: Final = frozenset({"TD", "TH"})


@dataclass(slots=True)
class Tags:
    """The tags of a page.

    Attributes:
        of: by the number of marked content its tag.
        pictures: what pictures show, in words, in order.
    """

    of: dict[int, Tag] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)


def page_tags(page: Any) -> Tags:
    """The tags of a page of a tagged document; none if it has no tree.

    Args:
        page: its PDFium handle.
    """
    import pypdfium2.raw as raw

    tree = raw.FPDF_StructTree_GetForPage(page)
    found = Tags()
    if not tree:
        return found
    try:
        reader = _Reader(raw, found)
        for at in range(max(0, raw.FPDF_StructTree_CountChildren(tree))):
            reader.read(address_of(raw.FPDF_StructTree_GetChildAtIndex(tree, at)), Tag(), 0)
    finally:
        raw.FPDF_StructTree_Close(tree)
    return found


class _Reader:
    """Walks over the elements of a page, and numbers them."""

    def __init__(self, raw: Any, found: Tags) -> None:
        self._raw, self._found, self._count = raw, found, 0

    def read(self, address: int, outer: Tag, depth: int) -> None:
        """Read an element and those in it.

        Args:
            address: the element's; 0 if it has nothing on this page.
            outer: the tag around it.
        """
        if not address or depth > _DEEPEST or self._count > _MOST:
            return
        self._count += 1
        raw = self._raw
        element = ctypes.cast(address, raw.FPDF_STRUCTELEMENT)
        kind = self._text(element, raw.FPDF_StructElement_GetType)
        tag = self._tag(kind, outer)
        inside, contents = children(address, max(0, raw.FPDF_StructElement_CountChildren(element)))
        self._found.of |= dict.fromkeys(contents, tag)
        for child in inside:
            self.read(child, tag, depth + 1)
        if kind == "Figure":
            self._picture(element)

    def _tag(self, kind: str, outer: Tag) -> Tag:
        heading = _HEADING.fullmatch(kind)
        if heading:
            return Tag(f"h{heading[1] or 0}", self._count, outer.table, outer.row, outer.cell)
        if kind == "Table":
            return outer._replace(table=self._count, row=0, cell=0)
        if kind == "TR":
            return outer._replace(row=self._count, cell=0)
        return outer._replace(cell=self._count) if kind in _CELLS else outer

    def _picture(self, element: Any) -> None:
        text = self._text(element, self._raw.FPDF_StructElement_GetAltText)
        # A name of a file, or a word like "Picture 3", describes nothing.
        if len(text.split()) >= 3 and "\\" not in text and text not in self._found.pictures:
            self._found.pictures.append(text)

    @staticmethod
    def _text(element: Any, ask: Callable[[Any, Any, int], int]) -> str:
        size = ask(element, None, 0)
        if not 2 < size <= _LONGEST:
            return ""
        into = ctypes.create_string_buffer(size)
        ask(element, into, size)
        return into.raw[: size - 2].decode("utf-16-le", errors="replace").strip("\0 ")
