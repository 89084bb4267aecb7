"""Words -> lines: what is on one base line, cut where gaps are wide."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Final

from pagewitness.scraper.clean.pdf.glyphs import raised
from pagewitness.scraper.clean.pdf.page_model import Line, Word

GAP: Final = 1.5  # sizes of a letter: a wider gap may be that between columns
_SAME_BASE = 0.35  # sizes by which the bases of one line may differ
_RAISED = 0.12  # sizes by which a mark is above its line
_SMALL = 0.82  # size of a mark, of the line's
_NO_GAP = 0.02  # sizes: no blank is that narrow
_SLOT, _AROUND = 10.0, 2  # points; how many slots around a word are looked for its line
_LEFT: Final = itemgetter(Word._fields.index("left"))
_MARKS: Final = frozenset("0123456789*†‡§,")


def lines(words: Iterable[Word], page: int) -> list[Line]:
    """The lines of a page or a part of it, from top to bottom; pieces that are wide apart are lines of their own."""
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
    """Several pieces of one line as one, from left to right."""
    return parts[0] if len(parts) == 1 else line([word for part in parts for word in part.words], parts[0].page)


def line(words: list[Word], page: int) -> Line:
    """A line of some words, from left to right."""
    _, lefts, tops, rights, bottoms, _, styles, _ = zip(*words, strict=True)
    style = styles[0]
    if style.size > 0 and styles.count(style) == len(styles):  # as nearly all are
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
        is_mark = word.style.size < _SMALL * size and base - word.base > _RAISED * size and _MARKS.issuperset(word.text)
        if last is not None and not (word.glued or (is_mark and word.left - last.right < 0.2 * size)):
            yield " "
        yield raised(word.text) if is_mark else word.text
        last = word


def _whole(words: Iterable[Word]) -> Iterator[Word]:
    """Words whose letters are drawn one by one together: glued, or without any gap where PDFium took one for a blank."""
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
    """Words by the line on which they stand: neighbours in their height, for a mark is higher than its line."""
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
    """The row of words at least as large on which a word is, or to which it is a mark; the nearest in height."""
    base, size, slot = word.base, word.style.size, int(word.base // _SLOT)
    best, nearest = None, math.inf
    for near in range(slot - _AROUND, slot + _AROUND + 1):
        for at in slots.get(near, ()):
            off, tallest = base - bases[at][0], bases[at][1]
            far = abs(off)
            if far < nearest and (
                far <= _SAME_BASE * size
                or (size < _SMALL * tallest and -0.7 * tallest <= off <= 0.3 * tallest and _is_beside(word, rows[at]))
            ):
                best, nearest = at, far
    return best


def _is_beside(word: Word, row: list[Word]) -> bool:
    """Whether a small word is close to one of a row: behind it, or before it."""
    near = word.style.size * 1.2
    return any(-1 <= word.left - other.right <= near or -1 <= other.left - word.right <= near for other in row)
