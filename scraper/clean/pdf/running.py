"""Find running headers, footers and page numbers: lines at the same place on many pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Final

from pagewitness.scraper.clean.lexicon.tables import any_of, lexicon_table
from pagewitness.scraper.clean.pdf.lines import joined_line
from pagewitness.scraper.clean.pdf.page_model import Line

_EDGE: Final = 4  # lines examined at the top and at the bottom
_MARGIN: Final = 0.16  # of the page's height
_NEAR: Final = 3.0  # points
_LEAST: Final = 3  # pages that must have the line
_SHARE: Final = 0.5  # of the pages; if so many have a line set apart at one place, these lines are running titles
_APART: Final = 1.4  # font sizes; a gap this large sets a line apart
_CLOSE: Final = 3  # pages between two with the same running line
_ROMAN: Final = re.compile(r"[ivxlc]+", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")

EdgePlace = tuple[bool, int]  # whether at the top, and the distance from the page's edge


def running(pages: Sequence[tuple[Sequence[Line], float]]) -> dict[int, str]:
    """Find the lines that are repeated over the pages of a document.

    Args:
        pages: the lines of each page, and its height in points.

    Returns:
        by the id of a line the reason why it is not part of the document.
    """
    edges = [(at, row, place) for at, (lines, height) in enumerate(pages) for row, place in _edge_rows(lines, height)]
    found = {id(one): "page number" for _, row, _ in _numbers(edges, len(pages)) for one in row}
    repeated = _repeated(edges, pages)
    gone = {id(one) for _, row, _ in repeated for one in row}
    for _, row, _ in repeated + _titles(edges, pages, gone):
        found |= {id(one): "running header or footer" for one in row if id(one) not in found}
    return found


Edge = tuple[int, list[Line], EdgePlace]


def _edge_rows(lines: Sequence[Line], height: float) -> list[tuple[list[Line], EdgePlace]]:
    """The first and the last rows of a page, each with its place."""
    rows = _rows([one for one in lines if one.base < _MARGIN * height or one.base > (1 - _MARGIN) * height])
    top = [row for row in rows if row[0].base < _MARGIN * height][:_EDGE]
    bottom = [row for row in rows if row[0].base > (1 - _MARGIN) * height][-_EDGE:]
    return [(row, (True, round(row[0].base / _NEAR))) for row in top] + [
        (row, (False, round((height - row[0].base) / _NEAR))) for row in bottom
    ]


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for one in sorted(lines, key=lambda one: (one.base, one.left)):
        if rows and abs(rows[-1][0].base - one.base) < _NEAR:
            rows[-1].append(one)
        else:
            rows.append([one])
    return rows


def _form(row: list[Line]) -> str:
    return _DIGITS.sub("#", " ".join(one.text for one in row)).lower()


def _repeated(edges: Sequence[Edge], all_pages: Sequence[tuple[Sequence[Line], float]]) -> list[Edge]:
    """Rows with the same words (except numbers) at the same place of several pages; of two pages, both must have them."""
    slots: dict[tuple[bool, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        slots[edge[2][0], _form(edge[1])].append(edge)
    found = []
    for (_, form), same in slots.items():
        if len(form) < 2 and not form.isalnum():
            continue
        by_place = Counter(place[1] for _, _, place in same)
        for edge in same:
            near = sum(by_place[edge[2][1] + off] for off in (-1, 0, 1))
            pages = {page for page, _, place in same if abs(place[1] - edge[2][1]) <= 1}
            both = len(pages) == len(all_pages) == 2 and _is_apart(edge[1], all_pages[edge[0]][0], edge[2][0])
            # What comes again after some pages is the heading of a chapter like others.
            close = any(0 < abs(page - edge[0]) <= _CLOSE for page in pages)
            if (near >= _LEAST and len(pages) >= _LEAST and close) or both:
                found.append(edge)
    return found


def _titles(edges: Sequence[Edge], pages: Sequence[tuple[Sequence[Line], float]], gone: set[int]) -> list[Edge]:
    """Rows with differing words at a place where most pages have a row set apart, such as section titles.

    Args:
        gone: the ids of lines that are repeated, such as one of dashes below the title.
    """
    slots: dict[tuple[bool, int, float], list[Edge]] = defaultdict(list)
    for edge in edges:
        slots[edge[2][0], edge[2][1], edge[1][0].size].append(edge)
    found = []
    for (top, _, _), same in slots.items():
        if len(same) < max(_LEAST, _SHARE * len(pages)):
            continue
        apart = [edge for edge in same if _is_apart(edge[1], _left(pages[edge[0]][0], edge[1], gone), top)]
        repeated = Counter(_form(row) for _, row, _ in apart)
        again = sum(count for count in repeated.values() if count > 1)
        if len(apart) >= 0.8 * len(same) and again >= 0.5 * len(apart):
            found += apart
    return found


def _left(lines: Sequence[Line], row: list[Line], gone: set[int]) -> list[Line]:
    own = set(map(id, row))
    return [one for one in lines if id(one) not in gone or id(one) in own]


def _is_apart(row: list[Line], lines: Sequence[Line], top: bool) -> bool:
    """Whether a row is the first or last of its page, with a gap to the next."""
    own = {id(one) for one in row}
    others = [one for one in lines if id(one) not in own]
    if not others:
        return False
    if top:
        nearest = min(one.top for one in others)
        return nearest - row[0].bottom > _APART * row[0].size
    return row[0].top - max(one.bottom for one in others) > _APART * row[0].size


def _numbers(edges: Sequence[Edge], count: int) -> list[Edge]:
    """Rows that are only a number, if these numbers count the pages."""
    alone = [(edge, number) for edge in edges if (number := _number(joined_line(edge[1]).text)) is not None]
    offsets = Counter(number - edge[0] for edge, number in alone)
    return [edge for edge, number in alone if offsets[number - edge[0]] >= min(_LEAST, max(1, count // 2))]


def _number(text: str) -> int | None:
    """The page number in a row without other words ("12", "Page 12 of 60", "xii", "– 12 –")."""
    rest = _pages_words().sub(" ", text.lower())
    rest = re.sub(r"[^\w]+", " ", rest).strip()
    parts = rest.split()
    if not 1 <= len(parts) <= 2 or not all(part.isdigit() or _ROMAN.fullmatch(part) for part in parts):
        return None
    return int(parts[0]) if parts[0].isdigit() else _roman(parts[0])


@cache
def _pages_words() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(lexicon_table('pdf')['pages']['words'])}(?!\w)\.?")


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[letter] for letter in text.lower()]
    return sum(-one if one < max(values[at:]) else one for at, one in enumerate(values))
