"""Text for a terminal: how wide it is, wrapped, shortened, and without control characters (pure)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_LETTER = re.compile(r"\x1b\[[\d;]*m|.", re.DOTALL)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)")  # never broken over lines
_BLANK = re.compile(r"\s")
_ATOM = re.compile(r"\n|[^\S\n]+|[^\s]+")


def columns(text: str) -> int:
    """How many columns of a terminal a text takes; our own colour codes take none.

    >>> columns("abc"), columns("威胁"), columns("e\u0301")
    (3, 4, 1)
    """
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    if text.isascii():
        return len(text)
    from wcwidth import wcwidth  # as slow to import as the rest of a command

    return sum(max(0, wcwidth(letter)) for letter in text)


def padded(text: str, size: int) -> str:
    """A text filled up with blanks to a size in columns."""
    return text + " " * max(0, size - columns(text))


def cut(text: str, size: int) -> str:
    """A text shortened to a size in columns, with an ellipsis in the middle: addresses differ at their ends.

    >>> cut("https://example.org/a/very/long/path", 20)
    'https:/…ry/long/path'
    """
    if columns(text) <= size:
        return text
    tail = (size - 1) * 2 // 3
    return f"{_fitting(text, size - 1 - tail)}…{_fitting(text[::-1], tail)[::-1]}"


def clipped(text: str, size: int) -> str:
    """A text shortened to a size in columns, with an ellipsis at its end: for prose, which is read from its beginning.

    >>> clipped("National Cyber Security Centre", 20)
    'National Cyber Secu…'
    """
    return text if columns(text) <= size else f"{_fitting(text, size - 1).rstrip()}…"


def _fitting(text: str, size: int) -> str:
    """The beginning of a text that fits into a size in columns."""
    if text.isascii():
        return text[:size]
    end = 0
    while end < len(text) and columns(text[: end + 1]) <= size:
        end += 1
    return text[:end]


def atoms(text: str) -> Iterator[str]:
    """The parts of a text that are never broken: words, blanks, line feeds, and characters two columns wide."""
    for atom in _ATOM.findall(text):
        if atom.isascii() or columns(atom) <= len(_COLOUR.sub("", atom)):
            yield atom
        else:
            yield from _clusters(atom)


def _clusters(atom: str) -> Iterator[str]:
    """Each character, with the marks that combine with it."""
    held = ""
    for letter in _LETTER.findall(atom):
        if held and columns(letter):
            yield held
            held = ""
        held += letter
    if held:
        yield held


def wrap(text: str, size: int, first: str = "", rest: str = "") -> list[str]:
    """A text in lines no wider than a size in columns; wider words get a line of their own.

    Args:
        first, rest: the prefixes of the first line, and of the others.
    """
    if _MOMENT.search(text):
        whole = _MOMENT.sub("\\1\x7f\\2", text)
        return [line.replace("\x7f", " ") for line in wrap(whole, size, first, rest)]
    if text.isascii() and "\x1b" not in text:
        wrapper = textwrap.TextWrapper(max(1, size), first, rest, break_long_words=False, break_on_hyphens=False)
        return wrapper.wrap(text)
    lines: list[str] = []
    line, room = first, size - columns(first)
    for atom in atoms(_BLANK.sub(" ", text.strip())):
        wide = columns(atom)
        if wide > room and line.strip() and line not in (first, rest):
            lines.append(line.rstrip())
            line, room = rest, size - columns(rest)
        if not atom.isspace() or line not in (first, rest):
            line += atom
            room -= wide
    return [*lines, line.rstrip()] if line.strip() else lines


def fill(text: str, size: int, first: str = "", rest: str = "") -> str:
    """As `wrap`, in one text."""
    return "\n".join(wrap(text, size, first, rest))


def printable(text: str) -> str:
    """Remove control characters that a page could send to a terminal; our own colours stay."""
    return _CONTROLS.sub(lambda control: control[0] if control[0] in "\n\t\x1b" else "", text)


def safe(text: str | None, keep: str = "") -> str:
    """Replace control characters in a page's text with blanks, except those in `keep`."""
    return _CONTROLS.sub(lambda control: control[0] if control[0] in keep else " ", text or "")
