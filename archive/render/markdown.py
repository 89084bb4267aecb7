"""A change or a revision as Markdown (pure).

Removed text is in `<del>`, added text in `<ins>`: every Markdown renderer passes them through.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from pagewitness.archive.derived import Block, Revision
from pagewitness.archive.diff import Change, Hunk
from pagewitness.archive.diff.marks import readable
from pagewitness.archive.render import pages
from pagewitness.archive.render.folding import (
    Fold,
    Side,
    capitalised,
    directions,
    fold_unchanged,
    label,
    revisions_compared,
    said_of,
    summary,
)
from pagewitness.archive.text.struck import struck_parts

_SPECIAL = re.compile(r"[\\`*_\[\]<>~|&]")
_AT_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[+-](?=\s)|=+|\d{1,9}(?=[.)]))", re.MULTILINE)
_TAGS = {"+": ("<ins>", "</ins>"), "-": ("<del>", "</del>"), "=": ("", "")}


def difference(change: Change, old: Side, new: Side, *, context: int = 1) -> str:
    """A change as Markdown."""
    ways = directions(change)
    parts = [
        f"# {escaped(new.title or new.url)}",
        escaped(revisions_compared(old, new)),
        "  \n".join(map(escaped, [*summary(change, (old, new)), *pages.said(change, old, new)])),
        *(escaped(said_of(link, new)) for link in new.links),
    ]
    for shown in fold_unchanged(change, context):
        parts.append(
            f"*… {shown.said} …*" if isinstance(shown, Fold) else _rendered(shown, ways, pages.place(shown, old, new))
        )
    return "\n\n".join(parts) + "\n"


def _rendered(hunk: Hunk, ways: dict[int, str], place: str) -> str:
    if hunk.change == "same":
        return _text(hunk.new or "")
    text = "".join(_marked(mark, piece) for mark, piece in readable(hunk.words))
    return f"**{escaped(capitalised(label(hunk, ways)))}{place}**\n\n" + "\n".join(
        f"> {line}".rstrip() for line in text.split("\n")
    )


def _marked(mark: str, text: str) -> str:
    """A piece of text in its tags; no tag spans two paragraphs."""
    before, after = _TAGS[mark]
    if mark == "-":
        return before + escaped(text).replace("\n", " ¶ ") + after
    lines = [before + escaped(line) + after if line else "" for line in text.split("\n")]
    return (f"{before}¶{after}\n\n" if mark == "+" else "\n\n").join(lines)


def _text(text: str) -> str:
    """A line, with struck text as such."""
    return "".join(f"~~{escaped(part)}~~" if struck else escaped(part) for part, struck in struck_parts(text))


def escaped(text: str) -> str:
    """Escape a text so that Markdown shows it unchanged.

    >>> escaped("1. a_b <i>")
    '1\\\\. a\\\\_b \\\\<i\\\\>'
    """
    return _AT_START.sub(_escape_start, _SPECIAL.sub(r"\\\g<0>", text))


def _escape_start(match: re.Match[str]) -> str:
    return match[1] + (f"{match[2]}\\" if match[2].isdigit() else f"\\{match[2]}")


def revision(url: str, shown: Revision, blocks: Sequence[Block], seen: str) -> str:
    """A revision as Markdown (CommonMark, with the tables of GitHub's dialect).

    Args:
        url: of its page.
        shown: the revision.
        blocks: in reading order.
        seen: when it was seen, in words.
    """
    parts = [f"*{escaped(url)}, revision {shown.number}, seen {escaped(seen)}*"]
    page = None
    for (number, kind), group in groupby(blocks, key=lambda block: (block.page, block.kind)):
        if number and number != page:
            page = number
            parts.append(f"*p. {number}*")
        texts = [_text(block.text) for block in group]
        if kind == "row":
            parts.append(_table([block.split(r" \| ") for block in texts]))
        elif kind == "li":
            parts.append("\n".join(f"- {text}" for text in texts))
        else:
            before = "#" * int(kind[1]) + " " if kind[1:].isdigit() else "> " if kind == "quote" else ""
            parts += [before + text for text in texts]
    return "\n\n".join(parts) + "\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])
