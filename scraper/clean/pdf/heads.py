"""Heads of columns that are set upright: text turned by a quarter, inside a ruled table or above columns without rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from pagewitness.scraper.clean.pdf import grid
from pagewitness.scraper.clean.pdf.lines import lines_on_page
from pagewitness.scraper.clean.pdf.page_model import Line, Rule, Word

_LEADING: Final = 1.35  # font sizes between the lines of one head, at most
_BELOW: Final = 4.0  # font sizes between heads and the first row below them, at most
_LEAST: Final = 2  # heads of a table, and rows below them
_ASIDE: Final = 8.0  # points by which a cell may be beside its head
_LEVEL: Final = 2.2  # font sizes below the lower edge of heads; a name at their left that is so near is in their row

TURNED: Final = "turned"  # the reason why words are dropped


def with_heads(
    words: list[Word], dropped: dict[str, list[Word]], rules: Sequence[Rule]
) -> tuple[list[Word], dict[str, list[Word]]]:
    """The words of a page with the heads of columns that are set upright, and the words that stay out, by reason.

    A head becomes one word at its place, as if it were written level.
    """
    turned = dropped.get(TURNED)
    if not turned:
        return words, dropped
    heads = list(_heads(turned))
    inside = _in_tables(words, [head for head, _ in heads], rules)
    found = [(head, own) for head, own in heads if head in inside]
    found += _above_columns([(head, own) for head, own in heads if head not in inside], words)
    taken = {id(word) for _, own in found for word in own}
    rest = [word for word in turned if id(word) not in taken]
    others = {why: some for why, some in dropped.items() if why != TURNED}
    return [*words, *(head for head, _ in found)], others | ({TURNED: rest} if rest else {})


def _heads(turned: Iterable[Word]) -> Iterator[tuple[Word, list[Word]]]:
    """Turned text as level words at its places, each with its own words; lines close to one another are one head."""
    for angle, some in groupby(sorted(turned, key=lambda word: word.style.angle), key=lambda word: word.style.angle):
        if angle not in (1, 3):
            continue
        own = {_level(word, angle): word for word in some}
        for lines in _joined(lines_on_page(own, 0)):
            words = [word for one in lines for word in one.words]
            sources = [own[word] for word in own if any(_is_in(word, one) for one in lines)]
            yield (
                Word(
                    " ".join(one.text for one in lines),
                    min(word.left for word in sources),
                    min(word.top for word in sources),
                    max(word.right for word in sources),
                    max(word.bottom for word in sources),
                    max(word.bottom for word in sources),
                    words[0].style._replace(angle=0),
                ),
                sources,
            )


def _is_in(word: Word, one: Line) -> bool:
    return word.base <= one.base + word.style.size / 3 and any(
        part.left - 0.1 <= word.left and word.right <= part.right + 0.1 and abs(part.base - word.base) < 1
        for part in one.words
    )


def _level(word: Word, angle: int) -> Word:
    """A turned word in a page that is turned with it."""
    style = word.style._replace(angle=0)
    if angle == 1:
        left, top, right, bottom = -word.bottom, word.left, -word.top, word.right
    else:
        left, top, right, bottom = word.top, -word.right, word.bottom, -word.left
    return word._replace(left=left, top=top, right=right, bottom=bottom, base=bottom, style=style)


def _joined(lines: Iterable[Line]) -> list[list[Line]]:
    found: list[list[Line]] = []
    for one in lines:
        near = next(
            (
                some
                for some in found
                if 0 < one.base - some[-1].base <= _LEADING * one.size
                and one.left < some[-1].right
                and some[-1].left < one.right
            ),
            None,
        )
        if near is None:
            found.append([one])
        else:
            near.append(one)
    return found


def _in_tables(words: list[Word], heads: list[Word], rules: Sequence[Rule]) -> set[Word]:
    """The heads that are in cells of a ruled table which has level words, too."""
    found = set[Word]()
    for table in grid.tables(rules, [*words, *heads]):
        held = {word for row in table.rows for cell in row for word in cell.words}
        if held.difference(heads):
            found |= held.intersection(heads)
    return found


def _above_columns(heads: list[tuple[Word, list[Word]]], words: Sequence[Word]) -> list[tuple[Word, list[Word]]]:
    """The heads that are beside one another above rows, with the base of their row."""
    waiting, found = heads, list[tuple[Word, list[Word]]]()
    while waiting:
        one_head = waiting[0][0]
        band = [one for one in waiting if one[0].top < one_head.bottom and one_head.top < one[0].bottom]
        waiting = [one for one in waiting if one not in band]
        end = max(head.bottom for head, _ in band)
        top = min(head.top for head, _ in band)
        first = min(head.left for head, _ in band)
        near = [word.base for word in words if word.right < first and top < word.base <= end + _LEVEL * word.style.size]
        base = min(near, key=lambda place: abs(place - end), default=end)
        size = band[0][0].style.size
        rows = _rows_below([head for head, _ in band], words, end, size)
        if len(band) >= _LEAST and len(rows) >= _LEAST and rows[0] - end <= _BELOW * size:
            found += [(head._replace(base=base), own) for head, own in band]
    return found


def _rows_below(heads: Sequence[Word], words: Sequence[Word], end: float, size: float) -> list[float]:
    """The bases of the rows below heads which have words below most of them."""
    level = sorted((word for word in words if word.base > end + size / 2), key=lambda word: word.base)
    found = list[float]()
    for base, row in groupby(level, key=lambda word: round(word.base)):
        cells = list(row)
        under = sum(any(_is_under(cell, head) for cell in cells) for head in heads)
        if under >= max(_LEAST, 0.6 * len(heads)):
            found.append(float(base))
        elif found:
            break
    return found


def _is_under(cell: Word, head: Word) -> bool:
    return cell.left - _ASIDE <= head.right and head.left <= cell.right + _ASIDE
