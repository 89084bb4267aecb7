"""A change or a revision as Markdown (pure).

Removed text is in `<del>`, added text in `<ins>`: every Markdown renderer passes them through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from pagewitness.archive.derived import Block, Revision
from pagewitness.archive.diff import Change, Hunk
from pagewitness.archive.diff.marks import readable
from pagewitness.archive.render import pages
from pagewitness.archive.render.chapter_list import chapter_list
from pagewitness.archive.render.folding import (
    USUAL,
    Fold,
    LinesShown,
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


def difference(change: Change, old: Side, new: Side, *, shown: LinesShown = USUAL) -> str:
    """A change as Markdown.

    Args:
        shown: which lines to show.
    """
    ways = directions(change)
    parts = [
        f"# {escaped(new.title or new.url)}",
        escaped(revisions_compared(old, new)),
        "  \n".join(map(escaped, [*summary(change, (old, new)), *pages.said(change, old, new)])),
        *(escaped(said_of(link, new)) for link in new.links),
    ]
    if listed := chapter_list(change, (old, new)):
        parts += ["## Chapters", "\n".join(f"- {escaped(one)}" for one in listed)]
    for one in fold_unchanged(change, shown):
        parts.append(f"*… {one.said} …*" if isinstance(one, Fold) else rendered(one, ways, pages.place(one, old, new)))
    return "\n\n".join(parts) + "\n"


def rendered(hunk: Hunk, ways: dict[int, str], place: str = "") -> str:
    """A line of a change as Markdown. Arguments as for `html.changed`."""
    if hunk.change == "same":
        return _text(hunk.new or "")
    text = marked_markdown(readable(hunk.words))
    return f"**{escaped(capitalised(label(hunk, ways)))}{place}**\n\n" + "\n".join(
        f"> {line}".rstrip() for line in text.split("\n")
    )


def marked_markdown(words: Iterable[tuple[str, str]]) -> str:
    """Marked words as Markdown."""
    return "".join(_marked(mark, piece) for mark, piece in words)


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
