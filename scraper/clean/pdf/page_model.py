"""What the modules of this package speak of: a document's pdf_pages, their words and rules (no I/O).

Lengths are in points (1/72 inch), from the upper left corner of the page as it is read: x to the right, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple


class Style(NamedTuple):
    """How a word is set.

    Attributes:
        size: of its letters, in points.
        bold: whether its weight says so.
        angle: in quarters against the text of the page, 0 for upright; -1 for any other.
        hidden: whether it is drawn invisibly.
    """

    size: float
    bold: bool = False
    angle: int = 0
    hidden: bool = False


class Word(NamedTuple):
    """A run of letters without blanks.

    Attributes:
        base: the y of the line that it is on.
        glued: whether it goes on with the word before without a blank (a note's mark, a letter in bold).
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    style: Style
    glued: bool = False


def each_word(*columns: Sequence[Any]) -> Iterator[Word]:
    """Words by their fields, a column of each; a third of the time that `Word(...)` takes for as many."""
    return map(partial(tuple.__new__, Word), zip(*columns, strict=True))


class Rule(NamedTuple):
    """A straight line that is drawn, or a thin rectangle."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page.

    Attributes:
        number: from 1.
        words: in the order in which they are drawn.
        pictures: the share of the page that pictures cover, 0 to 1.
        letters: how many letters it has, blanks and hidden ones too.
        ocr: whether its words were read from its picture.
        damaged: whether it could not be read.
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


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF: its pages, and what it says of itself (Title, Author, CreationDate, ModDate, Producer)."""

    pdf_pages: tuple[PdfPage, ...]
    meta: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Line:
    """Words beside one another that are on one line, without a wide gap where it was cut there.

    Attributes:
        size: of most of its letters.
        bold: whether most of its letters are.
        page: the number of its page.
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
