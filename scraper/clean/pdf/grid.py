"""Find ruled tables: their cells are between the lines drawn on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import Rule, Word

_SNAP: Final = 3.0  # points within which rules count as one
_TOUCH: Final = 4.0  # points within which rules meet
_LEAST: Final = 6.0  # points of a cell's side
_MOST: Final = 1_500  # rules of a page; a page with more is a drawing
_MOST_FIELDS: Final = 4_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its place and its words."""

    left: float
    top: float
    right: float
    bottom: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table.

    Attributes:
        columns: the left edge of the first column, and the right edge of each.
        rows: its cells, including empty ones.
    """

    columns: tuple[float, ...]
    top: float
    bottom: float
    rows: tuple[tuple[Cell, ...], ...]


def tables(rules: Sequence[Rule], words: Sequence[Word], before: Sequence[float] = ()) -> list[Table]:
    """The ruled tables of a page that have at least two columns, from top to bottom.

    Args:
        before: the columns of the table that ends the previous page. A table that continues in these columns may have
            rows of a single cell; any other needs a row of two cells.
    """
    if len(rules) < 4 or len(rules) > _MOST:
        return []
    level = _merged([rule for rule in rules if rule.bottom - rule.top <= _SNAP], True)
    upright = _merged([rule for rule in rules if rule.right - rule.left <= _SNAP], False)
    found = []
    for rows, columns in _components(level, upright):
        made = _table(rows, columns, words)
        if made:
            found.append(made)
    found.sort(key=lambda one: one.top)
    return [one for at, one in enumerate(found) if has_rows(one) or (at == 0 and are_near(one.columns, before))]


def are_near(some: Sequence[float], others: Sequence[float]) -> bool:
    """Whether the columns of two tables, or of two parts of one, are at the same places."""
    return len(some) == len(others) and all(abs(a - b) <= _TOUCH for a, b in zip(some, others, strict=True))


def has_rows(table: Table) -> bool:
    """Whether a table has a row with at least two non-empty cells."""
    return any(sum(bool(cell.words) for cell in row) > 1 for row in table.rows)


def _merged(rules: Iterable[Rule], level: bool) -> list[Rule]:
    """Merge rules that continue one another."""
    found: list[Rule] = []
    for rule in sorted(rules, key=lambda one: (round((one.top if level else one.left) / _SNAP), one.left, one.top)):
        last = found[-1] if found else None
        if (
            last is not None
            and level
            and abs(last.top - rule.top) <= _SNAP
            and _meet(last.left, last.right, rule.left, rule.right)
        ):
            found[-1] = last._replace(left=min(last.left, rule.left), right=max(last.right, rule.right))
        elif (
            last is not None
            and not level
            and abs(last.left - rule.left) <= _SNAP
            and _meet(last.top, last.bottom, rule.top, rule.bottom)
        ):
            found[-1] = last._replace(top=min(last.top, rule.top), bottom=max(last.bottom, rule.bottom))
        else:
            found.append(rule)
    return found


def _meet(start: float, end: float, other_start: float, other_end: float) -> bool:
    return other_start <= end + _TOUCH and start <= other_end + _TOUCH


def _components(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of level and upright rules that are connected, directly or through others."""
    parent = list(range(len(level) + len(upright)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for i, row in enumerate(level):
        for j, column in enumerate(upright):
            if (
                row.left - _TOUCH <= column.left <= row.right + _TOUCH
                and column.top - _TOUCH <= row.top <= column.bottom + _TOUCH
            ):
                parent[root(i)] = root(len(level) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, row in enumerate(level):
        groups.setdefault(root(i), ([], []))[0].append(row)
    for j, column in enumerate(upright):
        groups.setdefault(root(len(level) + j), ([], []))[1].append(column)
    return [group for group in groups.values() if group[0] and len(group[1]) >= 3]


def _table(level: Sequence[Rule], upright: Sequence[Rule], words: Sequence[Word]) -> Table | None:
    xs = _places((rule.left, rule.bottom - rule.top) for rule in upright)
    # A table cut by the end of a page has no rule there, but its upright rules reach it.
    ends = min(rule.top for rule in upright), max(rule.bottom for rule in upright)
    ys = _places([*((rule.top, rule.right - rule.left) for rule in level), *((end, 0.0) for end in ends)])
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > _MOST_FIELDS:
        return None
    cells = _cells(xs, ys, level, upright)
    holds: dict[int, list[Word]] = {}
    for word in words:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        column, row = _slot(xs, x), _slot(ys, y)
        if column is not None and row is not None:
            holds.setdefault(cells[row][column], []).append(word)
    boxes: dict[int, list[int]] = {}
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            box = boxes.setdefault(cell, [column, row, column, row])
            box[:] = [min(box[0], column), min(box[1], row), max(box[2], column), max(box[3], row)]
    _join_shaded(boxes, holds)
    rows: dict[int, list[Cell]] = {}
    for cell, box in sorted(boxes.items(), key=lambda one: (one[1][1], one[1][0])):
        place = xs[box[0]], ys[box[1]], xs[box[2] + 1], ys[box[3] + 1]
        rows.setdefault(box[1], []).append(Cell(*place, tuple(holds.get(cell, ()))))
    return Table(tuple(xs), ys[0], ys[-1], tuple(map(tuple, rows.values()))) if holds else None


def _join_shaded(boxes: dict[int, list[int]], holds: dict[int, list[Word]]) -> None:
    """Join a cell with the empty ones above and below it that are as high together as a cell beside them.

    Programs shade the lines of a paragraph, and so draw rules in the middle of a cell.

    Args:
        boxes: by cell its first column and row, and its last ones; changed in place.
        holds: by cell its words.
    """
    spans = {(box[1], box[3]) for cell, box in boxes.items() if cell in holds and box[3] > box[1]}
    for first, last in sorted(spans, key=lambda span: span[0] - span[1]):
        stacks: dict[tuple[int, int], list[int]] = {}
        for cell, box in boxes.items():
            if first <= box[1] and box[3] <= last:
                stacks.setdefault((box[0], box[2]), []).append(cell)
        for stack in stacks.values():
            height = sum(boxes[cell][3] - boxes[cell][1] + 1 for cell in stack)
            filled = [cell for cell in stack if cell in holds]
            if len(stack) > 1 and len(filled) == 1 and height == last - first + 1:
                for cell in stack:
                    if cell != filled[0]:
                        del boxes[cell]
                boxes[filled[0]][1::2] = [first, last]


def _cells(xs: list[float], ys: list[float], level: Sequence[Rule], upright: Sequence[Rule]) -> list[list[int]]:
    """For each field of the grid the number of its cell: fields without a rule between them are one cell."""
    width, height = len(xs) - 1, len(ys) - 1
    number = [[row * width + column for column in range(width)] for row in range(height)]

    def paint(old: int, new: int) -> None:
        for line in number:
            for column, one in enumerate(line):
                if one == old:
                    line[column] = new

    for row in range(height):
        middle = (ys[row] + ys[row + 1]) / 2
        for column in range(width - 1):
            x = xs[column + 1]
            if not any(abs(rule.left - x) <= _SNAP and rule.top <= middle <= rule.bottom for rule in upright):
                paint(number[row][column + 1], number[row][column])
    for row in range(height - 1):
        y = ys[row + 1]
        for column in range(width):
            middle = (xs[column] + xs[column + 1]) / 2
            if not any(abs(rule.top - y) <= _SNAP and rule.left <= middle <= rule.right for rule in level):
                paint(number[row + 1][column], number[row][column])
    return number


def _places(rules: Iterable[tuple[float, float]]) -> list[float]:
    """The places of rules, given with their lengths: of close ones only the longest counts, as the rest is shading."""
    lengths: dict[float, float] = {}
    for place, length in rules:
        lengths[place] = lengths.get(place, 0.0) + length
    found: list[float] = []
    for place in sorted(lengths, key=lambda one: (-lengths[one], one)):
        if all(abs(place - other) > _LEAST for other in found):
            found.append(place)
    return sorted(found)


def _slot(places: list[float], value: float) -> int | None:
    return next((at for at in range(len(places) - 1) if places[at] <= value < places[at + 1]), None)
