"""A change for people at a terminal: as wide as it is, coloured where it takes colour, [-old-] and {+new+} elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import click

from pagewitness.archive.cli import colours, cut, echo, safe, width
from pagewitness.archive.diff import Change, Hunk, pages
from pagewitness.archive.diff.folding import Fold, Side, between, directions, folded, label, summary
from pagewitness.archive.diff.marks import Words, readable

_SIGNS = {"same": " ", "added": "+", "removed": "-", "edited": "~", "moved": ">"}
_INDENT = "  "
_BRACKETS = {"+": ("{+", "+}"), "-": ("[-", "-]")}
SHOWN = 3  # lines of a paragraph that is the same
# Not colour alone: what went is struck through, what came is underlined.
_COLOURS = {"+": ("green", False, True), "-": ("red", True, False)}
_ATOM = re.compile(r"\n|[^\S\n]+|[^\s]+")

Line = list[tuple[str, str]]  # (mark, text)


def print_change(change: Change, old: Side, new: Side, *, context: int) -> None:
    """Print a change: what is compared, the change in a few sentences, and its blocks."""
    echo(click.style(safe(new.title or new.url), bold=True))
    echo(safe(between(old, new)))
    print_hunks(change, context=context, sides=(old, new))


def print_hunks(change: Change, *, context: int, sides: tuple[Side, Side] | None = None) -> None:
    """Print the change in a few sentences, and its blocks, without saying what is compared.

    Args:
        sides: the two texts, where blocks of PDFs are to be shown with their pages.
    """
    paged = sides if sides and (sides[0].pages or sides[1].pages) else None
    for sentence in [*summary(change), *(pages.said(change, *paged) if paged else ())]:
        for line in wrapped((("=", safe(sentence)),), width()):
            echo(line[0][1] if line else "")
    echo()
    ways = directions(change)
    for shown in folded(change, context):
        if isinstance(shown, Fold):
            if not change.empty:
                echo(click.style(f"  … {shown.said}", dim=True))
        else:
            page = pages.page_of(shown, *paged) if paged and shown.change != "same" else None
            for text in lines(shown, ways, page):
                echo(text)


def lines(hunk: Hunk, ways: dict[int, str], page: int | None = None) -> Iterator[str]:
    """A block as the lines of a terminal, each behind the sign of what happened to it.

    Args:
        ways: `up` or `down` for blocks that moved, by `new_at` (`folding.directions`).
        page: the number of the page of a PDF on which it stands; None elsewhere.
    """
    said = label(hunk, ways) + (f", p. {page}" if page else "")
    if hunk.change == "moved" and not hunk.edited:
        text = safe((hunk.new or "").replace("\n", " "))
        yield f"> {said}: " + cut(text, max(20, width() - len(said) - 4))
        return
    sign = _SIGNS[hunk.change] + " "
    if said not in ("same", "added", "removed", "edited"):
        yield sign + click.style(f"({said})", dim=True)
    rows = [row for part in _lines_apart(_pieces(hunk)) for row in _hanging(part, width() - len(sign) - 1)]
    if hunk.change == "same" and len(rows) > SHOWN:
        rows[SHOWN - 1 :] = [[("=", "".join(text for _, text in rows[SHOWN - 1]) + "…")]]
    for line in rows:
        yield (sign + "".join(_styled(hunk, mark, text) for mark, text in line)).rstrip()


def _pieces(hunk: Hunk) -> Words:
    """What is to be read, without the control characters of a page; where marks need brackets, with them."""
    if hunk.change == "same":
        return (("=", safe(hunk.new)),)
    pieces = [(mark, _paragraphs(mark, text)) for mark, text in readable(hunk.words)]
    return tuple(pieces) if hunk.change in ("added", "removed") else tuple(_bracketed(pieces))


def _bracketed(pieces: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What went and what came, in brackets; where colours tell them apart, with a blank between them instead."""
    last = ""
    for mark, text in pieces:
        if mark == "=":
            yield mark, text
        elif colours():
            if last not in ("", "=", mark):
                yield "=", " "
            yield mark, text
        else:
            # A bracket closes before the line breaks.
            said, end = text.rstrip("\n"), text[len(text.rstrip("\n")) :]
            yield mark, _BRACKETS[mark][0] + said + _BRACKETS[mark][1] + end
        last = mark


def _paragraphs(mark: str, text: str) -> str:
    """A text whose ends of paragraphs are seen: one that came breaks the line, one that went does not."""
    return safe(text.replace("\n", {"-": "¶", "+": "¶\n", "=": "\n"}[mark]), keep="\n")


def _styled(hunk: Hunk, mark: str, text: str) -> str:
    if hunk.change == "same":
        return click.style(text, dim=True)
    if mark == "=" or not text.strip():
        return text
    if hunk.change in ("added", "removed"):
        return click.style(text, fg=_COLOURS[mark][0])
    colour, struck, underlined = _COLOURS[mark]
    return click.style(text, fg=colour, strikethrough=struck or None, underline=underlined or None)


# --- wrapping ---------------------------------------------------------------------------------------------------------


def _hanging(pieces: Words, size: int) -> list[Line]:
    """One paragraph in lines, set in from the second on: so it is seen where the next one begins."""
    first, *rest = wrapped(pieces, size - len(_INDENT))
    return [first, *([("=", _INDENT), *line] for line in rest)]


def _lines_apart(pieces: Words) -> Iterator[Words]:
    """The pieces of each paragraph that a text has become."""
    own: list[tuple[str, str]] = []
    for mark, text in pieces:
        before, *others = text.split("\n")
        own.append((mark, before))
        for other in others:
            yield tuple(own)
            own = [(mark, other)]
    yield tuple(own)


def wrapped(pieces: Words, size: int) -> list[Line]:
    """Marked text in lines no wider than a terminal: broken at blanks, and between characters that are twice as wide.

    Colour codes come later, so that they are not counted.
    """
    lines: list[Line] = [[]]
    room = size
    for mark, atom in _atoms(pieces):
        if atom == "\n":
            lines.append([])
            room = size
            continue
        wide = columns(atom)
        if wide > room and lines[-1]:
            lines.append([])
            room = size
        if atom.isspace() and not lines[-1] and len(lines) > 1:
            continue
        lines[-1].append((mark, atom))
        room -= wide
    return [_together(line[:-1] if line and line[-1][1].isspace() else line) for line in lines]


def _atoms(pieces: Words) -> Iterator[tuple[str, str]]:
    """What is not broken, with its mark: words, blanks, wide characters."""
    for mark, text in pieces:
        for atom in _ATOM.findall(text):
            if not atom.isascii() and any(unicodedata.east_asian_width(c) in "WF" for c in atom):
                yield from ((mark, c) for c in atom)
            else:
                yield mark, atom


def _together(line: Line) -> Line:
    whole: Line = []
    for mark, text in line:
        if whole and whole[-1][0] == mark:
            whole[-1] = (mark, whole[-1][1] + text)
        else:
            whole.append((mark, text))
    return whole


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )  # fmt: skip
