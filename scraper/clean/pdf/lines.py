"""Group words into lines: words on one base line, split at wide gaps."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final

from pagewitness.archive.text.raised import lowered, raised
from pagewitness.archive.text.struck import STRUCK
from pagewitness.scraper.clean.pdf.glyphs import raised_mark
from pagewitness.scraper.clean.pdf.page_model import Line, Word

GAP: Final = 1.5  # font sizes: a wider gap may be between columns
_SAME_BASE = 0.35  # font sizes by which the bases of one line may differ
_RAISED = 0.12  # font sizes by which a mark is above its line
_INDEX = 0.6  # font sizes by which an index is below its line, at most
_LOWERED = 0.06  # font sizes by which an index is below it
_SMALL = 0.82  # largest size of a mark, as a share of the line's
_NO_GAP = 0.02  # font sizes: no space is that narrow
_SLOT, _AROUND = 10.0, 2  # points; number of slots around a word searched for its line
_LEFT: Final = itemgetter(Word._fields.index("left"))
_MARKS: Final = frozenset("0123456789*†‡§,")


def lines_on_page(words: Iterable[Word], page: int) -> list[Line]:
    """The lines of a page or a part of it, from top to bottom; pieces with a wide gap between them are separate lines."""
    made = []
    for row in _rows(_whole(words)):
        row.sort(key=_LEFT)
        part, last = row[:1], row[0]
        for word in row[1:]:
            gap = word.left - last.right
            if gap > GAP * word.style.size and gap > GAP * last.style.size:
                made.append(line(part, page))
                part = []
            part.append(word)
            last = word
        made.append(line(part, page))
    made.sort(key=lambda one: (one.base, one.left))
    return made


def joined_line(parts: list[Line]) -> Line:
    """Join the pieces of one line, from left to right."""
    return parts[0] if len(parts) == 1 else line([word for part in parts for word in part.words], parts[0].page)


def line(words: list[Word], page: int) -> Line:
    """Make a line from words, ordered from left to right."""
    _, lefts, tops, rights, bottoms, _, styles, *_ = zip(*words, strict=True)
    style = styles[0]
    if style.size > 0 and styles.count(style) == len(styles):  # as in nearly all lines
        size, base, bold = style.size, words[0].base, style.bold
        text = "".join([word.text if word.glued else f" {word.text}" for word in words]).strip()
    else:
        sizes, heavy = Counter[float](), 0
        for word in words:
            sizes[word.style.size] += len(word.text)
            heavy += len(word.text) if word.style.bold else 0
        size = sizes.most_common(1)[0][0]
        base = next(word.base for word in words if word.style.size == size)
        bold = heavy > 0.8 * sizes.total()
        text = "".join(_spelled(words, size, base)).strip()
    return Line(words, page, min(lefts), max(rights), min(tops), max(bottoms), base, size, bold, text)


def _spelled(words: list[Word], size: float, base: float) -> Iterator[str]:
    last: Word | None = None
    for word in words:
        text, step = word.text, base - word.base
        is_small = word.style.size < _SMALL * size
        is_mark = is_small and step > _RAISED * size and _MARKS.issuperset(text)
        touches = last is not None and (word.glued or (is_small and word.left - last.right < 0.2 * size))
        goes_on = last is not None and last.style.size < _SMALL * size and abs(word.left - last.right) < 0.1 * size
        if last is not None and not (word.glued or (is_mark and touches) or goes_on):
            yield " "
        if is_mark:
            text = raised_mark(text)
        elif is_small and touches and last is not None and abs(step) > _LOWERED * size:
            text = (raised if step > 0 else lowered)(text, last.text)
        yield text
        last = word


def text_with_marks(one: Line) -> str:
    """The text of a line, with struck text between tildes."""
    if not any(word.style.struck for word in one.words):
        return one.text
    said = ""
    for struck, run in groupby(one.words, key=lambda word: word.style.struck):
        words = list(run)
        text = line(words, one.page).text
        # "~~72~~24" would be read as one figure.
        apart = not words[0].glued or (said.rstrip(STRUCK)[-1:].isalnum() and text[:1].isdigit())
        said += (" " if said and apart else "") + (f"{STRUCK}{text}{STRUCK}" if struck else text)
    return said


def _whole(words: Iterable[Word]) -> Iterator[Word]:
    """Join words whose letters are drawn one by one: glued ones, and those where PDFium saw a space without a gap."""
    last: Word | None = None
    for word in words:
        if (
            last is not None
            and (word.glued or abs(word.left - last.right) < _NO_GAP * word.style.size)
            and last.style == word.style
            and abs(last.base - word.base) < 0.5
        ):
            last = last._replace(
                text=last.text + word.text,
                right=max(last.right, word.right),
                top=min(last.top, word.top),
                bottom=max(last.bottom, word.bottom),
            )
            continue
        if last is not None:
            yield last
        last = word
    if last is not None:
        yield last


def _rows(words: Iterable[Word]) -> list[list[Word]]:
    """Group words by line. Neighbouring heights count, because a mark is higher than its line."""
    rows: list[list[Word]] = []
    bases: list[tuple[float, float]] = []
    slots: dict[int, list[int]] = defaultdict(list)
    exact: dict[float, int] = {}
    same: dict[tuple[float, float], list[Word]] = defaultdict(list)
    for word in words:
        same[-word.style.size, word.base].append(word)
    for (smaller, base), some in sorted(same.items(), key=itemgetter(0)):
        for at, word in enumerate(some):
            if smaller <= 0 and base in exact:
                rows[exact[base]] += some[at:]
                break
            best = _nearest(word, rows, bases, slots)
            if best is None:
                exact.setdefault(base, len(rows))
                slots[int(base // _SLOT)].append(len(rows))
                rows.append([word])
                bases.append((base, -smaller))
            else:
                rows[best].append(word)
    return rows


def _nearest(
    word: Word, rows: list[list[Word]], bases: list[tuple[float, float]], slots: dict[int, list[int]]
) -> int | None:
    """The row that a word belongs to, directly or as a mark: the nearest in height with words at least as large."""
    base, size, slot = word.base, word.style.size, int(word.base // _SLOT)
    best, nearest = None, math.inf
    for near in range(slot - _AROUND, slot + _AROUND + 1):
        for at in slots.get(near, ()):
            off, tallest = base - bases[at][0], bases[at][1]
            far = abs(off)
            if far < nearest and (
                far <= _SAME_BASE * size
                or (size < _SMALL * tallest and -0.7 * tallest <= off <= 0.3 * tallest and _is_beside(word, rows[at]))
                or (size < _SMALL * tallest and 0 < off <= _INDEX * tallest and _touches(word, rows[at]))
            ):
                best, nearest = at, far
    return best


def _touches(word: Word, row: list[Word]) -> bool:
    """Whether a small word is right after a word of a row, without a space."""
    return any(abs(word.left - other.right) <= 0.15 * other.style.size for other in row)


def _is_beside(word: Word, row: list[Word]) -> bool:
    """Whether a small word is right after or before a word of a row."""
    near = word.style.size * 1.2
    return any(-1 <= word.left - other.right <= near or -1 <= other.left - word.right <= near for other in row)
