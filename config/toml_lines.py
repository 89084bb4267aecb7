"""Where in a TOML file a key stands: its line, for messages (tomllib gives values alone)."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line, from 1, on which a key or its table stands; that of the nearest table around it where it stands nowhere.

    Args:
        text: of the file, which is TOML.
        path: the keys from the outside in; numbers for the tables of an array.

    >>> line_of('[a]\\nb = 1\\n[[a.c]]\\nd = 2', ("a", "c", 0, "d"))
    4
    """
    best, found = 0, 1
    here: tuple[str | int, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            names = _names(header[2])
            if header[1] == "[[":
                counts[names] = counts.get(names, -1) + 1
            here = _numbered(names, counts)
            place = here
        elif key := _KEY.match(line):
            place = (*here, *_names(key[1]))
        else:
            continue
        shared = next((at for at, (one, other) in enumerate(zip(place, path, strict=False)) if one != other), None)
        shared = min(len(place), len(path)) if shared is None else shared
        if shared > best:
            best, found = shared, number
    return found


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _numbered(names: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str | int, ...]:
    """The path of a table: those of an array with their numbers."""
    place: list[str | int] = []
    for size in range(1, len(names) + 1):
        place.append(names[size - 1])
        if names[:size] in counts:
            place.append(counts[names[:size]])
    return tuple(place)
