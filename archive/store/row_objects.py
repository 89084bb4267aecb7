"""Rows of a query as objects with typed fields, so that a mistyped column is found before it runs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from sqlite3 import Row
from typing import TypeVar, is_typeddict

T = TypeVar("T")


def objects(kind: type[T], rows: Sequence[Row]) -> list[T]:
    """Rows as objects.

    Args:
        kind: a dataclass, a named tuple (which is faster to make) or a TypedDict. Its fields are the query's columns, in
            their order; the last ones may be missing if they have a default.

    Raises:
        TypeError: the columns are others, or in another order. It is a bug in our code.
    """
    if not rows:
        return []
    columns: tuple[str, ...] = tuple(rows[0].keys())
    fields: tuple[str, ...] = tuple(kind.__annotations__) if is_typeddict(kind) else kind.__match_args__  # type: ignore[attr-defined]
    if columns != fields[: len(columns)]:
        raise TypeError(f"{kind.__name__} has the fields {fields}, but the query the columns {columns}.")
    return [kind(**dict(row)) for row in rows] if is_typeddict(kind) else list(starmap(kind, rows))
