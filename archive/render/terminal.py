"""A change or a line of a revision for a terminal: wrapped, in colours, or with [-old-] and {+new+} without colours (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from pagewitness.archive.diff import Change, Hunk
from pagewitness.archive.diff.marks import Words, readable
from pagewitness.archive.render import pages
from pagewitness.archive.render.chapter_list import chapter_list
from pagewitness.archive.render.folding import (
    USUAL,
    Fold,
    LinesShown,
    Side,
    directions,
    fold_unchanged,
    label,
    revisions_compared,
    said_of,
    summary,
)
from pagewitness.archive.text.columns import atoms, columns, cut, fill, safe, wrap
from pagewitness.archive.text.struck import STRUCK, struck_parts

_SIGNS = {"same": " ", "added": "+", "removed": "-", "edited": "~", "moved": ">"}
_INDENT = "  "
_BRACKETS = {"+": ("{+", "+}"), "-": ("[-", "-]")}
SHOWN = 3  # lines of an unchanged paragraph
# Not by colour alone: removed text is struck through, added text underlined.
_COLOURS = {"+": ("green", False, True), "-": ("red", True, False)}

Line = list[tuple[str, str]]  # (mark, text)


@dataclass(frozen=True, slots=True)
class Look:
    """What a terminal can show.

    Attributes:
        width: in columns.
        colour: whether it shows colours.
    """

    width: int
    colour: bool


def difference(change: Change, old: Side, new: Side, look: Look, *, shown: LinesShown = USUAL) -> Iterator[str]:
    """The lines of a change: what is compared, the change in a few sentences, and its paragraphs.

    Args:
        shown: which of them.
    """
    yield from (click.style(line, bold=True) for line in _wrapped_text(new.title or new.url, look))
    yield from _wrapped_text(revisions_compared(old, new), look)
    for link in new.links:
        yield from _wrapped_text(said_of(link, new), look)
    yield from hunks(change, look, shown=shown, sides=(old, new))


def hunks(
    change: Change, look: Look, *, shown: LinesShown = USUAL, sides: tuple[Side, Side] | None = None
) -> Iterator[str]:
    """The lines of a change without what is compared.

    Args:
        shown: which paragraphs to show.
        sides: the two revisions, if pages of PDFs are to be shown.
    """
    paged = sides if sides and (sides[0].pages or sides[1].pages) else None
    for sentence in [*summary(change, sides), *(pages.said(change, *paged) if paged else ())]:
        yield from _wrapped_text(sentence, look)
    if listed := chapter_list(change, paged):
        yield from ("", click.style("Chapters:", bold=True))
        yield from (line for one in listed for line in wrap(safe(one), look.width, _INDENT, _INDENT * 2))
    yield ""
    ways = directions(change)
    for one in fold_unchanged(change, shown):
        if isinstance(one, Fold):
            if not change.empty:
                yield click.style(f"  … {one.said}", dim=True)
        else:
            page = pages.page_of_hunk(one, *paged) if paged and one.change != "same" else None
            yield from lines(one, ways, look, page)


def _wrapped_text(text: str, look: Look) -> list[str]:
    return [line[0][1] if line else "" for line in wrapped((("=", safe(text)),), look.width)]


_CLOSE = ("li", "row")  # kinds of lines with no empty line between them


def ends_list(before: str | None, kind: str) -> bool:
    """Whether a list or a table ended before a line of a kind, given the kind of the line before it."""
    return before in _CLOSE and kind != before


def block(kind: str, text: str, look: Look, before: str | None = None) -> str:
    """A line of a revision, wrapped, with an empty line after it if its kind wants one, and before it if a list ended.

    Args:
        before: the kind of the line before it; None for the first.
    """
    if ends_list(before, kind):
        return f"\n{block(kind, text, look)}"
    if kind.startswith("h"):
        return click.style(fill(text, look.width), bold=True) + "\n"
    if kind == "li":
        return fill(text, look.width, "  • ", "    ")
    if kind == "row":
        return fill(text, look.width, "  ", "    ")
    indent = "  " if kind in ("quote", "caption", "dd") else ""
    return fill(text, look.width, indent, indent) + "\n"


def struck(text: str, look: Look) -> str:
    """Lines for a terminal, with struck text as such if it shows colours; else it stays between tildes."""
    if not look.colour or STRUCK not in text:
        return text
    parts = struck_parts(text)
    return "".join(click.style(part, strikethrough=True) if crossed else part for part, crossed in parts)


def marked(text: str, marks: Sequence[tuple[int, int]], look: Look) -> str:
    """A page's text with its matches: bold in colours, in brackets without."""
    before, after = ("\x1b[1m", "\x1b[0m") if look.colour else ("[", "]")
    said, last = "", 0
    for start, end in marks:
        if last <= start < end:
            said += safe(text[last:start]) + before + safe(text[start:end]) + after
            last = end
    return said + safe(text[last:])


def lines(hunk: Hunk, ways: dict[int, str], look: Look, page: int | None = None) -> Iterator[str]:
    """A hunk as the lines of a terminal, each after the sign of what happened to it.

    Args:
        ways: `up` or `down` for lines that moved, by `new_at` (`folding.directions`).
        look: of the terminal.
        page: its page in a PDF; None elsewhere.
    """
    said = label(hunk, ways) + (f", p. {page}" if page else "")
    if hunk.change == "moved" and not hunk.edited:
        text = safe((hunk.new or "").replace("\n", " "))
        yield f"> {cut(text, max(20, look.width - 2))}"
        yield from (click.style(line, dim=True) for line in wrap(f"({safe(said)})", look.width, "    ", "    "))
        return
    sign = _SIGNS[hunk.change] + " "
    if said not in ("same", "added", "removed", "edited"):
        yield sign + click.style(f"({said})", dim=True)
    rows = [row for part in _lines_apart(_pieces(hunk, look)) for row in _hanging(part, look.width - len(sign) - 1)]
    if hunk.change == "same" and len(rows) > SHOWN:
        rows[SHOWN - 1 :] = [[("=", "".join(text for _, text in rows[SHOWN - 1]) + "…")]]
    for line in rows:
        yield (sign + "".join(_styled(hunk, mark, text) for mark, text in line)).rstrip()


def _pieces(hunk: Hunk, look: Look) -> Words:
    """The text to show, without control characters, and with brackets if marks need them."""
    if hunk.change == "same":
        return (("=", safe(hunk.new)),)
    pieces = [(mark, _paragraphs(mark, text)) for mark, text in readable(hunk.words)]
    return tuple(pieces) if hunk.change in ("added", "removed") else tuple(_bracketed(pieces, look))


def _bracketed(pieces: list[tuple[str, str]], look: Look) -> Iterator[tuple[str, str]]:
    """Removed and added text in brackets, or with a blank between them if colours tell them apart."""
    last = ""
    for mark, text in pieces:
        if mark == "=":
            yield mark, text
        elif look.colour:
            if last not in ("", "=", mark):
                yield "=", " "
            yield mark, text
        else:
            # A bracket closes before the line breaks.
            said, end = text.rstrip("\n"), text[len(text.rstrip("\n")) :]
            yield mark, _BRACKETS[mark][0] + said + _BRACKETS[mark][1] + end
        last = mark


def _paragraphs(mark: str, text: str) -> str:
    """Show the ends of paragraphs: an added one breaks the line, a removed one does not."""
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
    """One paragraph in lines, indented from the second on, to show where the next paragraph begins."""
    first, *rest = wrapped(pieces, size - len(_INDENT))
    return [first, *([("=", _INDENT), *line] for line in rest)]


def _lines_apart(pieces: Words) -> Iterator[Words]:
    """The pieces of each paragraph."""
    own: list[tuple[str, str]] = []
    for mark, text in pieces:
        before, *others = text.split("\n")
        own.append((mark, before))
        for other in others:
            yield tuple(own)
            own = [(mark, other)]
    yield tuple(own)


def wrapped(pieces: Words, size: int) -> list[Line]:
    """Marked text in lines of a size in columns, broken at blanks and between characters two columns wide.

    Colour codes are added later, so they are not counted.
    """
    lines: list[Line] = [[]]
    room = size
    for mark, atom in ((mark, atom) for mark, text in pieces for atom in atoms(text)):
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


def _together(line: Line) -> Line:
    whole: Line = []
    for mark, text in line:
        if whole and whole[-1][0] == mark:
            whole[-1] = (mark, whole[-1][1] + text)
        else:
            whole.append((mark, text))
    return whole
