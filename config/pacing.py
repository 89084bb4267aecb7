"""What a source says about how often its pages are visited: `every`, and what counts where intervals are adaptive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pagewitness.config.rules import Faulty
from pagewitness.config.values import parse_duration

KEYS: Final = ("every", "adaptive", "shortest", "longest", "weight")
_LEAST: Final = 60.0  # seconds; no page is visited more often
_MOST: Final = 366 * 86400.0
_WEIGHTS: Final = (0.01, 100.0)


@dataclass(frozen=True, slots=True)
class Pacing:
    """How often a source's pages are visited; None: as the settings say.

    Attributes:
        every: seconds between two visits.
        adaptive: whether the interval adapts to how often a page changes.
        shortest, longest: between what it does, in seconds.
        weight: how much a change of its pages counts beside one of others.
    """

    every: float | None = None
    adaptive: bool | None = None
    shortest: float | None = None
    longest: float | None = None
    weight: float | None = None

    def as_json(self) -> str:
        """What it says about adaptive intervals, as the archive keeps it; empty for nothing."""
        said = {key: getattr(self, key) for key in KEYS[1:] if getattr(self, key) is not None}
        return json.dumps(said, sort_keys=True) if said else ""


def pacing_of(table: Mapping[str, Any]) -> Pacing:
    """The pacing in a source's table. Raises Faulty."""
    found = Pacing(
        every=_duration(table, "every"),
        adaptive=_switch(table, "adaptive"),
        shortest=_duration(table, "shortest"),
        longest=_duration(table, "longest"),
        weight=_weight(table, "weight"),
    )
    if found.shortest and found.longest and found.shortest > found.longest:
        raise Faulty(("longest",), "longest is shorter than shortest: exchange them")
    return found


def _duration(table: Mapping[str, Any], key: str) -> float | None:
    if key not in table:
        return None
    said = f"{key} = {table[key]!r}"
    try:
        seconds = parse_duration(table[key])
    except ValueError as error:
        raise Faulty((key,), f"{said} is not {error}") from None
    if not _LEAST <= seconds <= _MOST:
        raise Faulty((key,), f"{said} is too {'short' if seconds < _LEAST else 'long'}: from 1m to 366d")
    return seconds


def _switch(table: Mapping[str, Any], key: str) -> bool | None:
    value = table.get(key)
    if value is not None and not isinstance(value, bool):
        raise Faulty((key,), f"{key} = {value!r} is neither true nor false")
    return value


def _weight(table: Mapping[str, Any], key: str) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    least, most = _WEIGHTS
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise Faulty((key,), f"{key} = {value!r} is not a number from {least:g} to {most:g}")
    return float(value)
