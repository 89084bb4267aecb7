"""Join the text of a block: raised, lowered and struck text can be told from the rest, preformatted text has its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from pagewitness.archive.text.raised import lowered, raised
from pagewitness.archive.text.struck import STRUCK
from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.blocks.frames import Frame

_NARROWEST: Final = 40  # letters of the longest line of text that is wrapped
_MOST_LINES: Final = 5_000  # more stay one block
_ITEM: Final = re.compile(r"\s*(?:[-*+•]|\(?\w{1,3}[.)])\s")


def join_written(texts: Sequence[str], frames: Sequence[Frame | None]) -> str:
    """The text of a block.

    Args:
        texts: its pieces of text, with blanks as they are.
        frames: the frame of each; None for a border between cells.
    """
    runs = [("".join(run), struck) for struck, run in _runs(_levelled(texts, frames))]
    said = ""
    for at, (text, struck) in enumerate(runs):
        if struck and text.strip():
            said += _struck(text, said, runs[at + 1][0] if at + 1 < len(runs) else "")
        else:
            said += text
    return said


def _levelled(texts: Sequence[str], frames: Sequence[Frame | None]) -> Iterator[tuple[str, bool]]:
    """The text with raised and lowered characters, in pieces, each with whether it is struck."""
    before = ""
    both = zip(texts, frames, strict=True)
    for (level, struck), run in groupby(both, key=lambda one: (one[1].level, one[1].struck) if one[1] else ("", False)):
        text = "".join(text for text, _ in run)
        if level:
            text = (raised if level == "sup" else lowered)(text, before)
        before = text or before
        yield text, struck


def _runs(pieces: Iterator[tuple[str, bool]]) -> Iterator[tuple[bool, list[str]]]:
    for struck, run in groupby(pieces, key=lambda one: one[1]):
        yield struck, [text for text, _ in run]


def _struck(text: str, before: str, after: str) -> str:
    """Struck text in its marks, with a blank on the side where other text begins at once, unless it is part of a word."""
    own = text.strip()
    starts, ends = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if not starts and not ends and (after[:1].isspace() or not after) and _are_figures(before[-1:], own[:1]):
        starts = " "
    elif not starts and not ends and (before[-1:].isspace() or not before) and _are_figures(own[-1:], after[:1]):
        ends = " "
    return f"{starts}{STRUCK}{own}{STRUCK}{ends}"


def _are_figures(before: str, after: str) -> bool:
    """Whether two letters would be read as parts of one word or figure, and one of them is a digit."""
    return before.isalnum() and after.isalnum() and not (before.isalpha() and after.isalpha())


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of preformatted text; a line that its writer wrapped continues with the next one.

    A line was wrapped if the first word of the next one had no room in it.

    Args:
        text: with line feeds and blanks as they are.

    Returns:
        the lines; none if there is only one, or too many.
    """
    rows = [row.expandtabs(8).rstrip() for row in text.splitlines()]
    room = max(map(len, rows), default=0)
    if not 1 < sum(map(bool, rows)) <= _MOST_LINES:
        return ()
    found: list[list[str]] = [[rows[0]]]
    for row, following in pairwise(rows):
        if _goes_on(row, following, room):
            found[-1].append(following)
        else:
            found.append([following])
    return tuple(filter(None, (normalised(" ".join(one)) for one in found)))


def _goes_on(row: str, following: str, room: int) -> bool:
    words = following.split()
    if room < _NARROWEST or not row or not words or _ITEM.match(following):
        return False
    return len(row) + 1 + len(words[0]) > room
