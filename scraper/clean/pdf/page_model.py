"""The types that this package shares: a document's pages, their words, rules and lines (no I/O).

Lengths are in points (1/72 inch), from the top left corner of the page as it is read: x to the right, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple


class Style(NamedTuple):
    """The style of a word.

    Attributes:
        size: of its letters, in points.
        bold: whether its font is bold.
        angle: in quarter turns against the text of the page, 0 for upright; -1 for other angles.
        hidden: whether it is drawn invisibly.
        struck: whether it is struck through.
        white: whether it is as white as paper; then it is hidden, unless something is drawn behind it.
    """

    size: float
    bold: bool = False
    angle: int = 0
    hidden: bool = False
    struck: bool = False
    white: bool = False


class Tag(NamedTuple):
    """What a tagged PDF says about a text.

    Attributes:
        heading: h1 to h6, or h0 for a heading without a level; empty for other text.
        element: the number of the heading.
        table, row, cell: the numbers of the table, the row and the cell that it is in; 0 if it is in none.
    """

    heading: str = ""
    element: int = 0
    table: int = 0
    row: int = 0
    cell: int = 0


class Word(NamedTuple):
    """A run of letters without spaces.

    Attributes:
        base: the y of its base line.
        glued: whether it follows the previous word without a space (a note's mark, a letter in bold).
        tag: what the file says about it, or None.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    style: Style
    glued: bool = False
    tag: Tag | None = None


def each_word(*columns: Sequence[Any]) -> Iterator[Word]:
    """Make words from columns of their fields, in a third of the time of `Word(...)`."""
    return map(partial(tuple.__new__, Word), zip(*columns, strict=True))


class Rule(NamedTuple):
    """A drawn straight line, or a thin rectangle."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page.

    Attributes:
        number: from 1.
        words: in drawing order.
        pictures: the share of the page that pictures cover, 0 to 1.
        letters: the number of letters, including spaces and hidden ones.
        ocr: whether its words were read from its picture.
        damaged: whether it could not be read.
        shown: what its pictures show, in words.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    rules: tuple[Rule, ...]
    pictures: float
    letters: int = 0
    ocr: bool = False
    damaged: bool = False
    shown: tuple[str, ...] = ()


class Bookmark(NamedTuple):
    """An entry of a document's outline.

    Attributes:
        level: from 0.
        page: its number, from 1; 0 if it leads nowhere.
    """

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF: its pages, its metadata (Title, Author, CreationDate, ModDate, Producer), and its bookmarks."""

    pdf_pages: tuple[PdfPage, ...]
    meta: dict[str, str] = field(default_factory=dict)
    outline: tuple[Bookmark, ...] = ()


@dataclass(slots=True)
class Line:
    """Words beside one another on one line, without a wide gap between them.

    Attributes:
        size: of most of its letters, in points.
        bold: whether most of its letters are bold.
        page: the number of its page, from 1.
    """

    words: list[Word]
    page: int
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    base: float = 0.0
    size: float = 0.0
    bold: bool = False
    text: str = ""
