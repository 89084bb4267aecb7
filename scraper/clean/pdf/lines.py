"""Words -> lines: what stands on one base line, cut where gaps are wide; and what is not seen on the page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from pagewitness.scraper.clean.pdf.glyphs import HYPHEN, raised
from pagewitness.scraper.clean.pdf.sheet import Line, Sheet, Word

GAP: Final = 1.5  # sizes of a letter: a wider gap may be that between columns
_SAME_BASE = 0.35  # sizes by which the bases of one line may differ
_RAISED = 0.12  # sizes by which a mark stands above its line
_SMALL = 0.82  # size of a mark, of the line's
_MOST_HIDDEN = 0.8  # share of hidden letters from which they are the page's text (a scan with a layer under it)
_OVERLAP = 0.6
_NO_GAP = 0.02  # sizes: no blank is that narrow
_TWICE = 2.0  # points between a word and itself, drawn once more for its shadow or its weight
_OTHER = 1 << 20  # of slots half a slot lower
_SLOT, _AROUND = 10.0, 2  # points; how many slots around a word are looked for its line
_MARKS: Final = frozenset("0123456789*†‡§,")


def seen(sheet: Sheet) -> tuple[list[Word], dict[str, list[Word]]]:
    """The words of a page that are read, and those that are not, by why."""
    letters = Counter[bool]()
    for word in sheet.words:
        letters[word.style.hidden] += len(word.text)
    layer = letters[True] > _MOST_HIDDEN * letters.total()
    dropped: dict[str, list[Word]] = {}
    words = list[Word]()
    places = dict[tuple[str, int], list[Word]]()  # words by their text and about where they begin
    for word in sheet.words:
        if word.style.hidden and not layer:
            reason = "hidden"
        elif word.style.angle:
            reason = "turned"
        elif not (-1 <= (word.left + word.right) / 2 <= sheet.width + 1 and -1 <= word.base <= sheet.height + 1):
            reason = "hidden: outside the page"
        elif len(word.text) > 1 and any(
            abs(word.base - other.base) < _TWICE and abs(word.left - other.left) < _TWICE
            for other in places.get((word.text, int(word.left // _SLOT)), ())
        ):
            reason = "hidden: drawn twice"
        else:
            for slot in {int((word.left - _TWICE) // _SLOT), int((word.left + _TWICE) // _SLOT)}:
                places.setdefault((word.text, slot), []).append(word)
            words.append(word)
            continue
        dropped.setdefault(reason, []).append(word)
    return words, dropped


def overlapping(words: list[Word]) -> float:
    """The share of a page's words that lie on other words: of two layers of text."""
    rows: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        rows[int(word.base // _SLOT)].append(word)
        rows[int((word.base + _SLOT / 2) // _SLOT) + _OTHER].append(word)
    covered = set[int]()
    for row in rows.values():
        row.sort(key=lambda word: word.left)
        for at, first in enumerate(row):
            for second in row[at + 1 : at + 4]:
                if second.left >= first.right:
                    break
                if _covers(first, second):
                    covered |= {id(first), id(second)}
    return len(covered) / max(1, len(words))


def _covers(first: Word, second: Word) -> bool:
    wide = min(first.right, second.right) - second.left
    high = min(first.bottom, second.bottom) - max(first.top, second.top)
    narrow = min(first.right - first.left, second.right - second.left)
    low = min(first.bottom - first.top, second.bottom - second.top)
    return narrow > 0 and low > 0 and wide > _OVERLAP * narrow and high > _OVERLAP * low


def lines(words: Iterable[Word], page: int) -> list[Line]:
    """The lines of a page or a part of it, from top to bottom; pieces that stand wide apart are lines of their own."""
    made = []
    for row in _rows(_whole(words)):
        row.sort(key=lambda word: word.left)
        part: list[Word] = []
        for word in row:
            if part and word.left - part[-1].right > GAP * max(word.style.size, part[-1].style.size):
                made.append(line(part, page))
                part = []
            part.append(word)
        made.append(line(part, page))
    made.sort(key=lambda one: (one.base, one.left))
    return made


def joined(parts: list[Line]) -> Line:
    """Several pieces of one line as one, from left to right."""
    return parts[0] if len(parts) == 1 else line([word for part in parts for word in part.words], parts[0].page)


def line(words: list[Word], page: int) -> Line:
    """A line of some words, from left to right."""
    sizes, bold = Counter[float](), 0
    for word in words:
        sizes[word.style.size] += len(word.text)
        bold += len(word.text) if word.style.bold else 0
    size = sizes.most_common(1)[0][0]
    base = next(word.base for word in words if word.style.size == size)
    text = "".join(_spelled(words, size, base)).strip()
    return Line(
        words, page, min(word.left for word in words), max(word.right for word in words),
        min(word.top for word in words), max(word.bottom for word in words), base, size,
        bold > 0.8 * sizes.total(), text,
    )  # fmt: skip


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
            and last.style == word.style
            and abs(last.base - word.base) < 0.5
            and (word.glued or abs(word.left - last.right) < _NO_GAP * word.style.size)
        ):
            last = last._replace(
                text=last.text + word.text, right=max(last.right, word.right), top=min(last.top, word.top),
                bottom=max(last.bottom, word.bottom),
            )  # fmt: skip
            continue
        if last is not None:
            yield last
        last = word
    if last is not None:
        yield last


def _rows(words: Iterable[Word]) -> list[list[Word]]:
    """Words by the line on which they stand: neighbours in their height, for a mark stands higher than its line."""
    rows: list[list[Word]] = []
    bases: list[tuple[float, float]] = []
    slots: dict[int, list[int]] = defaultdict(list)
    for word in sorted(words, key=lambda one: (-one.style.size, one.base)):
        base, size, slot = word.base, word.style.size, int(word.base // _SLOT)
        best = None
        for at in (at for near in range(slot - _AROUND, slot + _AROUND + 1) for at in slots.get(near, ())):
            off, tallest = base - bases[at][0], bases[at][1]
            same = abs(off) <= _SAME_BASE * min(size, tallest) or (
                size < _SMALL * tallest and -0.7 * tallest <= off <= 0.3 * tallest and _is_beside(word, rows[at])
            )
            if same and (best is None or abs(off) < abs(base - bases[best][0])):
                best = at
        if best is None:
            slots[slot].append(len(rows))
            rows.append([word])
            bases.append((base, size))
        else:
            rows[best].append(word)
    return rows


def _is_beside(word: Word, row: list[Word]) -> bool:
    """Whether a small word stands close to one of a row: behind it, or before it."""
    near = word.style.size * 1.2
    return any(-1 <= word.left - other.right <= near or -1 <= other.left - word.right <= near for other in row)


def unhyphenated(first: str, second: str, known: frozenset[str]) -> str:
    """Two lines of a paragraph as one text, without the hyphen that the line's end put into a word.

    Args:
        known: the words of the document that stand inside lines, in small letters.
    """
    soft = first.endswith((HYPHEN, "\u00ad"))
    if not soft and not (first.endswith(("-", "‐")) and len(first) > 1 and first[-2].isalpha()):
        return f"{first} {second}"
    head, tail = first[:-1], second.split(" ", 1)[0]
    before = _letters(head.rsplit(" ", 1)[-1], last=True)
    after = _letters(tail, last=False)
    if not before or not after:
        return head + ("-" if not after else "") + second if before else f"{head}- {second}"
    together, apart = (before + after).lower(), f"{before}-{after}".lower()
    compound = not after[0].islower() or before.isupper() or "-" in head.rsplit(" ", 1)[-1]
    compound = compound or {before.lower(), after.lower()} <= known  # "data-driven" has two words, "assess-ments" one
    keeps = apart in known or (together not in known and compound)
    return f"{head}{'-' if keeps else ''}{second}"


def _letters(word: str, last: bool) -> str:
    """The letters at the end, or at the beginning, of a word."""
    kept = []
    for letter in reversed(word) if last else word:
        if not letter.isalpha():
            break
        kept.append(letter)
    return "".join(reversed(kept) if last else kept)
