"""Rows as objects: what a query selects is what its type says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypedDict

import pytest

import pagewitness.archive
import pagewitness.scraper
from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True)
class Point:
    """A row as a dataclass."""

    x: int
    y: int
    name: str = ""


class Pair(NamedTuple):
    """A row as a named tuple."""

    x: int
    y: int


class Keyed(TypedDict):
    """A part of a row as a TypedDict."""

    x: int


class Whole(Keyed):
    """A row as a TypedDict."""

    y: int


POINTS = "select 1 as x, 2 as y union all select 3, 4"


def test_rows_come_as_dataclasses_named_tuples_or_dictionaries(db: Sqlite) -> None:
    assert db.all(Point, POINTS) == [Point(1, 2), Point(3, 4)]
    assert db.all(Pair, POINTS) == [Pair(1, 2), Pair(3, 4)]
    assert db.all(Whole, POINTS) == [{"x": 1, "y": 2}, {"x": 3, "y": 4}]
    assert db.one(Pair, f"{POINTS} order by 1 desc") == Pair(3, 4)
    assert db.one(Pair, f"select * from ({POINTS}) where x = :x", x=9) is None


def test_columns_and_pairs_of_columns_need_no_type_of_their_own(db: Sqlite) -> None:
    assert db.column(int, POINTS) == [1, 3]
    assert db.mapping(int, int, POINTS) == {1: 2, 3: 4}


@pytest.mark.parametrize("kind", [Point, Pair, Whole])
@pytest.mark.parametrize("columns", ["1 as y, 2 as x", "1 as x, 2 as z", "1 as x, 2 as y, 'a' as title"])
def test_another_column_than_the_type_has_is_an_error(db: Sqlite, kind: type[object], columns: str) -> None:
    with pytest.raises(TypeError, match=f"{kind.__name__} has the fields"):
        db.all(kind, f"select {columns}")


def test_only_a_copy_of_whole_tables_takes_rows_untyped() -> None:
    """Its columns are those of the table, whichever these are."""
    sources = [
        (path.name, path.read_text(encoding="utf-8"))
        for package in (pagewitness.archive, pagewitness.scraper)
        for path in Path(package.__path__[0]).rglob("*.py")
    ]
    assert {name for name, text in sources if re.search(r"\b(?:db|_db)\.rows?\(", text)} == {"scratch_archive.py"}
