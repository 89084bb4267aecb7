"""Find the line of a key in a TOML file, for messages (tomllib gives only values)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
# Matches whatever may contain quotation marks: comments, one-line strings, and the marks of longer strings.
_TOKEN = re.compile(r"""#[^\n]*|\"{3}|'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*\'""")
_ENDS = {'"""': re.compile(r'(?:\\.|[^\\])*?"{3,5}', re.DOTALL), "'''": re.compile(r".*?'{3,5}", re.DOTALL)}


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line of a key or table, from 1; if it is missing, the line of the nearest table around it.

    Args:
        text: the text of the file, which is valid TOML.
        path: the keys from the outside in; numbers for the tables of an array.

    >>> line_of('[a]\\nb = 1\\n[[a.c]]\\nd = 2', ("a", "c", 0, "d"))
    4
    """
    best, found = 0, 1
    here: tuple[str | int, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    inside = set(_inside_strings(text))
    for number, line in enumerate(text.split("\n"), 1):
        if number in inside:
            continue
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


def _inside_strings(text: str) -> Iterator[int]:
    """The lines that begin inside a string of several lines."""
    at = 0
    while token := _TOKEN.search(text, at):
        at = token.end()
        if end := _ENDS.get(token[0]):
            closed = end.match(text, at)
            at = closed.end() if closed else len(text)
            first = text.count("\n", 0, token.start()) + 1
            yield from range(first + 1, first + 1 + text.count("\n", token.start(), at))


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
