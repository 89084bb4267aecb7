"""Who answered in a site's place: firewalls, bot checks and content networks (pure; their signs are in `blockers.toml`).

Such an answer says nothing of the page, whatever its status: a 404 by a firewall removes nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Blocker:
    """One sign of a blocker.

    Attributes:
        name: of the vendor or product.
        statuses: any if it is empty.
        headers: the header fields of the answer, each a name and an expression for the whole value.
        without: the names of header fields that the answer lacks.
        example: an answer with this sign: `status` and `headers`.
    """

    name: str
    statuses: frozenset[int]
    headers: tuple[tuple[str, re.Pattern[str]], ...]
    without: frozenset[str]
    example: dict[str, Any]


@cache
def blockers() -> tuple[Blocker, ...]:
    """All signs, in the order of the table."""
    table = tomllib.loads((files(__package__) / "blockers.toml").read_text("utf-8"))
    return tuple(
        Blocker(
            entry["name"],
            frozenset(entry.get("statuses", ())),
            tuple((name, re.compile(value, re.IGNORECASE)) for name, value in entry["headers"].items()),
            frozenset(entry.get("without", ())),
            entry["example"],
        )
        for entry in table["blockers"]
    )


def blocker_of(status: int, headers: Sequence[Sequence[str]]) -> str | None:
    """The name of who answered in the site's place; None if nobody did, as far as the headers tell.

    Args:
        status: of the answer.
        headers: its fields, as (name, value).
    """
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value.strip())
    for one in blockers():
        if one.statuses and status not in one.statuses:
            continue
        shown = all(any(map(value.fullmatch, values.get(name, ()))) for name, value in one.headers)
        if shown and one.without.isdisjoint(values):
            return one.name
    return None
