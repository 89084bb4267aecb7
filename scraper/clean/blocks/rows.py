"""Give each row of a table the labels that span it (`rowspan`), at their place."""

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
        text: its text.
        rows: how many rows below it spans.
    """

    text: str
    rows: int


@dataclass
class Grid:
    """The cells that span rows of the table that is being read."""

    _spans: dict[int, _Span] = field(default_factory=dict)
    _left: int = _MOST_LETTERS

    def begin(self) -> None:
        """A table or a group of its rows begins."""
        self._spans.clear()

    def filled(self, row: Any, texts: Sequence[str]) -> list[str]:
        """The texts of a row's cells, with those that span it from above.

        Args:
            row: the element.
            texts: of its own cells, in order.
        """
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if len(cells) != len(texts):  # broken markup
            return list(texts)
        if not self._spans and not any(cell.get("rowspan") for cell in cells):
            return list(texts)
        found: list[str] = []
        column = 0
        for cell, text in zip(cells, texts, strict=True):
            column = self._above(column, found)
            found.append(text)
            wide, high = _number(cell, "colspan"), _number(cell, "rowspan")
            if high > 1 and len(text) <= _LONGEST_LABEL and column < _WIDEST:
                self._spans[column] = _Span(normalised(text), high)
                for more in range(column + 1, min(column + wide, _WIDEST)):
                    self._spans[more] = _Span("", high)
            column += wide
        self._above(column, found)
        self._step()
        return found

    def passed(self, row: Any) -> None:
        """A row that is no row of data ends: its cells may span the rows below it."""
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if self._spans or any(cell.get("rowspan") for cell in cells):
            left, self._left = self._left, 0
            self.filled(row, [" ".join(cell.itertext()) if cell.get("rowspan") else "" for cell in cells])
            self._left = left

    def _above(self, column: int, found: list[str]) -> int:
        """Take the labels that reach down into a column; returns the next free column."""
        while column in self._spans:
            text = self._spans[column].text
            if text and self._left > 0:
                found.append(text)
                self._left -= len(text)
            column += 1
        return column

    def _step(self) -> None:
        """A row ends."""
        for span in self._spans.values():
            span.rows -= 1
        self._spans = {column: span for column, span in self._spans.items() if span.rows > 0}


def _number(cell: Any, name: str) -> int:
    value = (cell.get(name) or "").strip()
    if value == "0" and name == "rowspan":
        return _WIDEST  # to the end of the group
    return max(1, min(int(value), _WIDEST)) if value.isdecimal() and len(value) < 6 else 1
