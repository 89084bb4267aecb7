"""Turn PDFium's letters into words with their places.

PDFium gives letters in drawing order, with spaces at gaps. Asking for the place of each letter takes three to six times
as long as getting the text. So we ask only for both ends of a word, and for the style of each text object once
(`styles`). A word whose ends are in different objects is examined letter by letter, as it may carry a note's mark
(`borders`). All questions about a page are asked at once (`calls`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np

from pagewitness.scraper.clean.pdf.direction import RIGHT_TO_LEFT
from pagewitness.scraper.clean.pdf.gibberish import without_gibberish
from pagewitness.scraper.clean.pdf.glyphs import is_odd, readable_letters
from pagewitness.scraper.clean.pdf.page_model import Style, Tag, Word, each_word
from pagewitness.scraper.clean.pdf.pdfium.borders import Places, WordSpan, borders, cut_word
from pagewitness.scraper.clean.pdf.pdfium.calls import (
    Addresses,
    Floats,
    are_unmapped,
    boxes,
    content_of,
    objects_of,
    origins,
)
from pagewitness.scraper.clean.pdf.pdfium.styles import Styles

_WORD: Final = re.compile(r"[^\s\x00-\x01\x03-\x1f]+")  # \x02 is a hyphen at a line's end
_LINE: Final = re.compile(r"[^\r\n]+")
_STRIDE = 16  # letters; first step of the search for objects, which is then halved


class PlacedWords(NamedTuple):
    """The words of a page, in the page's own space (y upwards).

    Attributes:
        sides: left, top, right and bottom, one row per word.
        bases: the base of each word, on the axis across its line.
    """

    texts: list[str]
    sides: Floats
    bases: Floats
    styles: list[Style]
    glued: list[bool]
    tags: list[Tag | None]

    def word(self, at: int) -> Word:
        """The word with this number."""
        left, top, right, bottom = self.sides[at].tolist()
        return Word(
            self.texts[at],
            left,
            top,
            right,
            bottom,
            float(self.bases[at]),
            self.styles[at],
            self.glued[at],
            self.tags[at],
        )

    def each(self) -> list[Word]:
        """All words."""
        return list(
            each_word(self.texts, *self.sides.T.tolist(), self.bases.tolist(), self.styles, self.glued, self.tags)
        )


def placed_words(text: int, letters: str, tags: Mapping[int, Tag]) -> PlacedWords:
    """The words of a page.

    Args:
        text: the address of its text page.
        letters: all letters of the page, one for each of PDFium's.
        tags: by the number of marked content its tag.
    """
    spans = np.array(list(_spans(letters)), np.intp).reshape(-1, 2)
    if not len(spans):
        return PlacedWords([], np.zeros((0, 4)), np.zeros(0), [], [], [])
    first, last = _objects(text, (spans - (0, 1)).ravel()).reshape(-1, 2).T
    styles = Styles(text)
    starts, ends = spans.T.tolist()
    pieces: Iterable[WordSpan] = zip(
        starts, ends, first.tolist(), styles.each(first.tolist(), starts), repeat(False), strict=False
    )
    many = first != last
    if many.any():
        found = borders(text, spans[many], first[many], last[many], styles)
        at_each = ((one, found.get(one[0])) for one in pieces)
        pieces = [part for one, at in at_each for part in (cut_word(one, at, styles) if at else (one,))]
    return _placed(text, letters, pieces, styles, tags)


def _spans(letters: str) -> Iterator[tuple[int, int]]:
    """The first letter of each word, and the one behind its last; single letters on lines with right-to-left text.

    PDFium turns around what it takes for right-to-left parts of a line, and mixes up brackets, numbers and Latin words in it.
    """
    if letters.isascii() or not RIGHT_TO_LEFT.search(letters):
        yield from (found.span() for found in _WORD.finditer(letters))
        return
    for line in _LINE.finditer(letters):
        single = RIGHT_TO_LEFT.search(line[0]) is not None
        for found in _WORD.finditer(letters, *line.span()):
            if single:
                yield from ((at, at + 1) for at in range(*found.span()))
            else:
                yield found.span()


def _objects(text: int, at: Places) -> Addresses:
    """The objects of letters in ascending order: PDFium keeps the letters of an object together."""
    found = np.zeros(len(at), np.uint64)

    def ask(places: Places) -> None:
        found[places] = objects_of(text, at[places].tolist())

    last, step = len(at) - 1, _STRIDE
    ask(np.append(np.arange(0, last, step), last))
    while step > 1:
        step //= 2
        middle = np.arange(step, last, 2 * step)
        before, behind = found[middle - step], found[np.minimum(middle + step, last)]
        same = (before == behind) & (before != 0)
        found[middle[same]] = before[same]
        ask(middle[~same])
    return found


def _placed(
    text: int, letters: str, pieces: Iterable[WordSpan], styles: Styles, tags: Mapping[int, Tag]
) -> PlacedWords:
    """Add places to words: a box around both ends, and the origin of the first letter."""
    starts, ends, objects, found, glued = map(list, zip(*pieces, strict=True))
    sides = boxes(text, starts)
    longer = [at for at, (start, end) in enumerate(zip(starts, ends, strict=True)) if end - start > 1]
    behind = boxes(text, [ends[at] - 1 for at in longer])
    own = sides[longer]
    sides[longer] = np.stack(
        [
            np.minimum(own[:, 0], behind[:, 0]),
            np.maximum(own[:, 1], behind[:, 1]),
            np.maximum(own[:, 2], behind[:, 2]),
            np.minimum(own[:, 3], behind[:, 3]),
        ],
        axis=1,
    )
    bases = np.array(styles.bases(objects))
    asked = np.flatnonzero(np.isnan(bases)).tolist()
    across = [int(found[at].angle % 2 != 1) for at in asked]
    bases[asked] = origins(text, [starts[at] for at in asked])[np.arange(len(asked)), across]
    texts = [letters[start:end] for start, end in zip(starts, ends, strict=True)]
    if is_odd(letters):
        texts = list(map(readable_letters, texts))
    texts = without_gibberish(texts, styles.fonts(objects), are_unmapped(text, starts))
    return PlacedWords(texts, sides, bases, found, glued, _tags(objects, tags))


def _tags(objects: list[int], tags: Mapping[int, Tag]) -> list[Tag | None]:
    """The tag of each object."""
    if not tags:
        return [None] * len(objects)
    of = {one: tags.get(content_of(one)) if one else None for one in set(objects)}
    return [of[one] for one in objects]
