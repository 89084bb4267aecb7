"""Give each row of a table its cells by column: labels that span it (`rowspan`), and a place for each empty cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pagewitness.archive.text.words import normalised

GROUPS: Final = frozenset({"table", "thead", "tbody", "tfoot"})  # no cell spans their borders
_LONGEST_LABEL: Final = 200  # letters; longer text is no label
_MOST_LETTERS: Final = 200_000  # that a page may gain
_WIDEST: Final = 1_000  # columns


@dataclass(slots=True)
class _Span:
    """A cell that continues below.

    Attributes:
        text: its text; None in the columns behind its first.
        rows: how many rows below it spans.
    """

    text: str | None
    rows: int


@dataclass
class Grid:
    """The cells that span rows of the table that is being read."""

    _spans: dict[int, _Span] = field(default_factory=dict)
    _left: int = _MOST_LETTERS
    _used: dict[Any, frozenset[int]] = field(default_factory=dict)
    _last: Any = None  # the row that was read last

    def begin(self) -> None:
        """A table or a group of its rows begins."""
        self._spans.clear()

    def filled(self, row: Any, texts: Sequence[str]) -> list[str]:
        """The texts of a row's cells, with those that span it from above; empty ones keep the places of others.

        A column that is empty in all rows is only a gap.

        Args:
            row: the element.
            texts: of its own cells, in order.
        """
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if len(cells) != len(texts):  # broken markup
            return [text for text in texts if text.strip()]
        self._last = row
        empty = not all(text.strip() for text in texts)
        if not self._spans and not empty and not any(cell.get("rowspan") for cell in cells):
            return list(texts)
        used = self._used_in(row) if empty or self._spans else frozenset[int]()
        found: list[str] = []
        column = 0
        for cell, text in zip(cells, texts, strict=True):
            column = self._above(column, found, used)
            if text.strip() or column in used:
                found.append(text)
            wide, high = _number(cell, "colspan"), _number(cell, "rowspan")
            if high > 1 and column < _WIDEST:
                label = normalised(text)
                self._spans[column] = _Span(label if len(label) <= _LONGEST_LABEL else "", high)
                for more in range(column + 1, min(column + wide, _WIDEST)):
                    self._spans[more] = _Span(None, high)
            column += wide
        self._above(column, found, used)
        self._step()
        while found and not found[-1].strip():
            found.pop()
        return found

    def passed(self, row: Any) -> None:
        """A row ends: if it had no text, its cells may still span the rows below it."""
        if row is self._last:
            return
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if self._spans or any(cell.get("rowspan") for cell in cells):
            left, self._left = self._left, 0
            self.filled(row, [" ".join(cell.itertext()) if cell.get("rowspan") else "" for cell in cells])
            self._left = left

    def _used_in(self, row: Any) -> frozenset[int]:
        """The columns of a row's table that are not empty."""
        table = row.getparent()
        while table is not None and table.tag in GROUPS and table.tag != "table":
            table = table.getparent()
        if table is None:
            return frozenset()
        if table not in self._used:
            self._used[table] = used_columns(table)
        return self._used[table]

    def _above(self, column: int, found: list[str], used: frozenset[int]) -> int:
        """Take the labels that reach down into a column; returns the next free column."""
        while column in self._spans:
            text = self._spans[column].text
            if text is not None and (text or column in used) and self._left >= len(text):
                found.append(text)
                self._left -= len(text)
            column += 1
        return column

    def _step(self) -> None:
        """A row ends."""
        for span in self._spans.values():
            span.rows -= 1
        self._spans = {column: span for column, span in self._spans.items() if span.rows > 0}


def used_columns(table: Any) -> frozenset[int]:
    """The numbers of the columns of a table in which some cell, of one column, shows something."""
    found: set[int] = set()
    for group in (table, *(one for one in table if one.tag in GROUPS)):
        spans: dict[int, int] = {}
        for row in group:
            if row.tag != "tr":
                continue
            column = 0
            for cell in row:
                if cell.tag not in ("td", "th"):
                    continue
                while spans.get(column, 0) > 0:
                    column += 1
                wide = _number(cell, "colspan")
                if wide == 1 and (any(map(str.strip, cell.itertext())) or next(cell.iter("img"), None) is not None):
                    found.add(column)
                for more in range(column, min(column + wide, _WIDEST)):
                    spans[more] = _number(cell, "rowspan")
                column += wide
                if column > _WIDEST:
                    break
            spans = {at: left - 1 for at, left in spans.items() if left > 1}
    return frozenset(found)


def _number(cell: Any, name: str) -> int:
    value = (cell.get(name) or "").strip()
    if value == "0" and name == "rowspan":
        return _WIDEST  # to the end of the group
    return max(1, min(int(value), _WIDEST)) if value.isdecimal() and len(value) < 6 else 1
