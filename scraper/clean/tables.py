"""The tables of knowledge beside this module (`*.toml`), read once and compiled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """One table, as TOML gives it.

    Args:
        name: the file's name without its ending, such as `consent`.
    """
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))


def strings(*path: str) -> tuple[str, ...]:
    """All strings below a place in a table, such as `strings("controls", "labels")`, languages taken together."""
    here: Any = table(path[0])
    for key in path[1:]:
        here = here[key]
    return tuple(_flat(here))


def _flat(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _flat(inner)
    else:
        for inner in value:
            yield from _flat(inner)


def any_of(alternatives: Iterable[str]) -> str:
    """A regular expression's group that fits any of some expressions."""
    return "(?:" + "|".join(alternatives) + ")"


@cache
def pattern(*path: str) -> re.Pattern[str]:
    """The expressions at a place in a table as one, whatever their case."""
    return re.compile(any_of(strings(*path)), re.IGNORECASE)
