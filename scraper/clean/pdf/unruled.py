"""Find tables without rules: rows whose cells are below one another, and the lines of cells that are wrapped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import Line

_LEAST_ROWS: Final = 3
_ALIGNED: Final = 6.0  # points
_FIGURE: Final = 15  # letters of a figure with its unit, at most
_LEVEL: Final = 0.8  # font sizes; lines nearer to each other are beside each other
_CLOSE: Final = 1.6  # font sizes between the lines of a cell, at most
_APART: Final = (
    1.2  # how many times as far as the lines of a cell its rows are apart, if that tells them from each other
)
_LABEL: Final = 45  # letters of the first cell of rows with other lines between them, at most
_MOST_WRAPPED: Final = 6  # lines between two full rows
_FILLED: Final = 0.6  # share of its column's width that a line fills at least, if the next word had no room in it
_BLANK: Final = 0.3  # font sizes; the space before a word

Row = Sequence[Line]


@dataclass(slots=True)
class _TableRow:
    """A row of a table: the numbers of its lines on the page, and its cells by column."""

    at: list[int]
    cells: dict[int, list[Line]] = field(default_factory=dict)


def table_rows(rows: Sequence[Row], may_be: Callable[[int], bool]) -> dict[int, list[list[Line]]]:
    """The rows of tables without rules.

    Args:
        rows: the lines of a region from top to bottom, each in pieces from left to right.
        may_be: whether a line of several pieces may be a part of a table.

    Returns:
        by the number of a line the cells of the row that begins there, each with its lines; empty for a line that
        continues a row.
    """
    found = dict[int, list[list[Line]]]()
    for run in _runs(rows, may_be):
        whole = run[-1] - run[0] == len(run) - 1
        if whole or median(len(rows[at][0].text) for at in run) <= _LABEL:  # else it is text with holes
            found |= _read(rows, run, may_be)
    return found


def _runs(rows: Sequence[Row], may_be: Callable[[int], bool]) -> list[list[int]]:
    """The lines with several cells that begin or end below one another, at least three with little between them."""
    found, run = list[list[int]](), list[int]()
    for at in range(len(rows)):
        cells = len(rows[at]) > 1 and may_be(at)
        if cells and (not run or _aligned(rows[run[-1]], rows[at])):
            run.append(at)
        elif cells or not run or at - run[-1] > _MOST_WRAPPED or not _is_wrapped(rows, at, run):
            found += [run] if len(run) >= _LEAST_ROWS else []
            run = [at] if cells else []
    return [*found, run] if len(run) >= _LEAST_ROWS else found


def _aligned(before: Row, row: Row) -> bool:
    """Whether two rows have at least two cells that begin, or end, at the same places.

    In text with holes all lines begin and end at the margins; so do rows that end with a figure.
    """
    both = [(a, b) for a in row for b in before if _is_near(a.left, b.left) or _is_near(a.right, b.right)]
    inside = any(
        (_is_near(a.left, b.left) and a is not row[0] and b is not before[0])
        or (_is_near(a.right, b.right) and a is not row[-1] and b is not before[-1])
        for a, b in both
    )
    return len({id(a) for a, _ in both}) > 1 and (inside or len(row[-1].text) <= _FIGURE)


def _is_near(place: float, other: float) -> bool:
    return abs(place - other) < _ALIGNED


def _is_wrapped(rows: Sequence[Row], at: int, run: Sequence[int]) -> bool:
    """Whether a line of one piece may continue a cell of the table: it fits into its column, close to a line of it."""
    one, last = rows[at][0], rows[run[-1]]
    if len(rows[at]) != 1 or rows[at][0].base - rows[at - 1][0].base > 2 * _CLOSE * one.size:
        return False
    under = [cell for cell in last if cell.left - _ALIGNED <= one.right and one.left <= cell.right + _ALIGNED]
    follows = next((cell.left for cell in last if cell.left > one.left + _ALIGNED), None)
    return len(under) <= 1 and (follows is None or one.right < follows)


# --- columns ----------------------------------------------------------------------------------------------------------


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """The left and right edges of a table's columns, from the rows that have the usual number of cells or more."""
    counts = Counter(len(row) for row in rows)
    usual = max(counts, key=lambda count: (counts[count], count))
    edges = list[tuple[float, float]]()
    for left, right in sorted((one.left, one.right) for row in rows if len(row) >= usual for one in row):
        if edges and left <= edges[-1][1]:
            edges[-1] = edges[-1][0], max(edges[-1][1], right)
        else:
            edges.append((left, right))
    return edges


def _column(columns: Sequence[tuple[float, float]], one: Line) -> int | None:
    """The number of the column that a piece of a line is in; None if it is across several."""
    under = [at for at, (left, right) in enumerate(columns) if left < one.right and one.left < right]
    if len(under) > 1:
        return None
    if under:
        return under[0]
    middle = (one.left + one.right) / 2
    return min(range(len(columns)), key=lambda at: abs(sum(columns[at]) / 2 - middle))


# --- rows -------------------------------------------------------------------------------------------------------------


def _read(rows: Sequence[Row], run: Sequence[int], may_be: Callable[[int], bool]) -> dict[int, list[list[Line]]]:
    columns = _columns([rows[at] for at in run])
    start, end = _ends(rows, run, columns, may_be)
    full = set(run)
    usual = median([rows[b][0].base - rows[a][0].base for a, b in pairwise(run)])
    table = list[_TableRow]()
    for at in range(start, end):
        cells = dict[int, list[Line]]()
        for one in rows[at]:
            column = _column(columns, one)
            cells.setdefault(len(columns) + len(cells) if column is None else column, []).append(one)
        if table and len(columns) > 1 and _continues(rows, table[-1], at, cells, usual, columns):
            table[-1].at.append(at)
            for column, lines in cells.items():
                table[-1].cells.setdefault(column, []).extend(lines)
        else:
            table.append(_TableRow([at], cells))
    found = dict[int, list[list[Line]]]()
    for row in table:
        if len(row.at) == 1 and row.at[0] not in full and len(rows[row.at[0]]) == 1:
            continue  # a title between the rows
        found |= {at: list[list[Line]]() for at in row.at}
        single = len(row.at) == 1
        found[row.at[0]] = [[one] for one in rows[row.at[0]]] if single else [row.cells[at] for at in sorted(row.cells)]
    return found


def _ends(
    rows: Sequence[Row], run: Sequence[int], columns: Sequence[tuple[float, float]], may_be: Callable[[int], bool]
) -> tuple[int, int]:
    """The first line of a table, and the one behind its last: heads above its columns, and the end of its last cell."""
    start, end = run[0], run[-1] + 1
    while start and may_be(start - 1) and _is_head(rows[start - 1], rows[start], columns):
        start -= 1
    tail = end
    while tail < len(rows) and tail - end < _MOST_WRAPPED and _is_tail(rows, tail, columns):
        tail += 1
    # Text that follows the table at the same distance is no part of its last cell.
    apart = tail == len(rows) or rows[tail][0].base - rows[tail - 1][0].base > _APART * (
        rows[tail - 1][0].base - rows[tail - 2][0].base
    )
    end = tail if apart else end
    return start, end


def _is_head(row: Row, below: Row, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether the pieces of a line are each above a column, and close to the first row; not only above the first column."""
    places = [_column(columns, one) for one in row]
    distance = below[0].base - row[0].base
    return (
        None not in places
        and len(set(places)) == len(places)
        and places != [0]
        and distance <= (2.5 if len(row) > 1 else _CLOSE) * row[0].size
    )


def _is_tail(rows: Sequence[Row], at: int, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether a line below the last row may continue it: in one column, close to the line above."""
    one = rows[at][0]
    column = _column(columns, one)
    if len(rows[at]) != 1 or column is None or abs(one.left - columns[column][0]) > _ALIGNED:
        return False
    if one.right > (columns[column + 1][0] if column + 1 < len(columns) else columns[column][1] + _ALIGNED):
        return False
    return one.base - rows[at - 1][0].base <= _CLOSE * one.size


def _continues(
    rows: Sequence[Row],
    row: _TableRow,
    at: int,
    cells: dict[int, list[Line]],
    usual: float,
    columns: Sequence[tuple[float, float]],
) -> bool:
    """Whether a line continues a row: it is nearer than rows are to one another, or its words had no room above."""
    one = rows[at][0]
    distance = one.base - rows[at - 1][0].base
    if distance <= _LEVEL * one.size:
        return True
    if distance > _CLOSE * one.size or any(column >= len(columns) for column in cells):
        return False
    before = rows[row.at[0]][0].base - rows[row.at[0] - 1][0].base if row.at[0] else usual
    after = rows[at + 1][0].base - one.base if at + 1 < len(rows) else usual
    shared = [column for column in cells if column in row.cells]
    wraps = bool(shared) and all(_wraps(row.cells[column][-1], cells[column][0], columns[column]) for column in shared)
    if len(cells) < len(row.cells) or not shared:
        return wraps or (usual >= _APART * distance and after >= _APART * distance)
    if len(cells) > len(row.cells):
        return (len(row.cells) == 1 and wraps) or min(before, usual) >= _APART * distance
    words = all(any(map(str.isalpha, lines[0].text)) for lines in cells.values())
    return wraps and words and usual >= _APART * distance


def _wraps(last: Line, one: Line, column: tuple[float, float]) -> bool:
    """Whether a line of a cell continues the one before it: in small letters, or because its first word had no room."""
    if one.text[:1].islower() or last.text.endswith(("-", ",", "/")):
        return True
    word = one.words[0].right - one.words[0].left if one.words else 0.0
    if " " not in last.text or last.right - column[0] < _FILLED * (column[1] - column[0]):
        return False
    return column[1] - last.right < word + _BLANK * one.size and not one.text[:1].isdigit()
