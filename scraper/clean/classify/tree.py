"""Which blocks of a page are in which elements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pagewitness.scraper.clean.blocks.pieces import Place

_LISTS: Final = frozenset({"ul", "ol", "dl", "table", "tbody", "thead", "tr", "li", "dt", "dd", "td", "th"})


@dataclass(frozen=True)
class Tree:
    """Which blocks are in which elements.

    Attributes:
        places: the number of each block's element; -1 if it is in none.
        elements: in reading order.
    """

    places: Sequence[int]
    elements: Sequence[Place]

    @cached_property
    def ends(self) -> dict[int, tuple[int, int]]:
        """The first and the last block in each element."""
        found: dict[int, tuple[int, int]] = {}
        for at, place in enumerate(self.places):
            for element in self.around(place):
                first = found.get(element, (at, at))[0]
                found[element] = first, at
        return found

    def around(self, place: int) -> Iterator[int]:
        """An element and those around it, innermost first."""
        while place >= 0:
            yield place
            place = self.elements[place].parent

    def shares(self, at: int) -> bool:
        """Whether the block after a block is in the container of that block."""
        place = self.places[at]
        if place < 0 or at + 1 >= len(self.places):
            return False
        return self.elements[place].parent in self.around(self.places[at + 1])

    def container(self, at: int) -> int:
        """The innermost element around a block that holds others, and is no list or table; -1 for a block in no element."""
        for place in self.around(self.places[at]):
            if self.ends[place] != (at, at) and self.elements[place].tag not in _LISTS:
                return place
        return -1

    def tag(self, place: int) -> str:
        """The tag name of an element; empty for -1."""
        return self.elements[place].tag if place >= 0 else ""
