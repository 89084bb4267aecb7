"""The line of a change that says most, and an excerpt of it (pure).

Numbers and dates say more than names, and names more than other words. A line in which only a date differs says least: that is how
pages show that they were changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pagewitness.archive.diff import Change, Hunk, Words
from pagewitness.archive.diff.marks import readable
from pagewitness.archive.diff.touched import touched
from pagewitness.archive.text import words
from pagewitness.archive.text.dates import dated

LOOKED_AT = 200  # changed lines; of a longer change the others are not compared
LENGTH = 240  # characters of an excerpt, about
AROUND = 70  # characters of unchanged text beside a change
DATE_LINE = 4  # words beside its date that a line with nothing but a date may have: Last updated on
_DATE = re.compile(r"\d*_\d\d_\d\d")
_DAY = re.compile(r"(\d{4})_(\d\d)_(\d\d)")
_SIGNS = {"=": ("", ""), "-": ("[-", "-]"), "+": ("{+", "+}")}


def most_telling(change: Change) -> Hunk | None:
    """The changed line that says most; None if nothing changed."""
    changed = [hunk for hunk in change.hunks if hunk.change != "same"][:LOOKED_AT]
    whole = tuple("\n".join(getattr(hunk, side) or "" for hunk in change.hunks) for side in ("old", "new"))
    return max(changed, key=lambda hunk: _weight(hunk, (whole[0], whole[1])), default=None)


def _weight(hunk: Hunk, whole: tuple[str, str]) -> tuple[int, int, int]:
    """How much a line says: what kind of thing changed, how many of these, and how many words."""
    marked = [text for mark, text in hunk.words if mark != "="]
    if not marked or _is_date_line(hunk):
        return 0, 0, len(marked)
    found = touched([(hunk.old or "", hunk.new or "", hunk.words)], whole)
    counts = [len(set(sides[0]) | set(sides[1])) for sides in (found.numbers, found.dates, found.names)]
    rank = 3 if counts[0] or counts[1] else 2 if counts[2] else 1
    return rank, min(sum(counts), 5), min(words.count_words(marked), 40)


def _is_date_line(hunk: Hunk) -> bool:
    """Whether the line differs in a date only, or has little else."""
    old, new = (_DATE.subn("", dated(words.plain(text or ""))) for text in (hunk.old, hunk.new))
    if not old[1] and not new[1]:
        return False
    return words.count_words([old[0] or new[0]]) <= DATE_LINE if not (hunk.old and hunk.new) else old[0] == new[0]


def dated_between(change: Change, since: str, until: str) -> bool:
    """Whether a new line begins or ends with a date from a period, as notes of changes do.

    Args:
        since, until: the first and the last day, such as `2024-03-07`.
    """
    for hunk in change.hunks:
        if hunk.change in ("added", "edited") or hunk.edited:
            new, old = dated(words.plain(hunk.new or "")), dated(words.plain(hunk.old or ""))
            for found in _DAY.finditer(new):
                at_edge = not new[: found.start()].strip(" ([:|-") or not new[found.end() :].strip(" )]:|.-")
                if at_edge and found[0] not in old and since <= "-".join(found.groups()) <= until:
                    return True
    return False


def excerpt(hunk: Hunk) -> Words:
    """The changed words of a line with some of the text around them, in about `LENGTH` characters."""
    pieces = [(mark, text.replace("\n", " ")) for mark, text in readable(hunk.words)]
    return tuple(_shortened(pieces))


def _shortened(pieces: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    room, last = LENGTH, len(pieces) - 1
    for place, (mark, text) in enumerate(pieces):
        if room <= 0:
            yield "=", "…"
            return
        if mark == "=" and len(pieces) > 1:
            text = _end(text) if place == 0 else _beginning(text, AROUND) if place == last else _middle(text)
        else:
            text = _beginning(text, max(room, AROUND))
        room -= len(text)
        yield mark, text


def _beginning(text: str, size: int) -> str:
    if len(text) <= size:
        return text
    return text[: text.rfind(" ", size // 2, size) + 1 or size].rstrip() + "…"


def _end(text: str) -> str:
    if len(text) <= AROUND:
        return text
    start = text.find(" ", len(text) - AROUND)
    return "…" + text[start if 0 <= start < len(text) - 1 else len(text) - AROUND :]


def _middle(text: str) -> str:
    return text if len(text) <= 2 * AROUND else f"{_beginning(text, AROUND)}{_end(text)[1:]}"


def plain_text(pieces: Words) -> str:
    """Marked words as text.

    >>> plain_text((("=", "It is "), ("-", "likely"), ("+", "very unlikely"), ("=", ".")))
    'It is [-likely-]{+very unlikely+}.'
    """
    return "".join(_SIGNS[mark][0] + text + _SIGNS[mark][1] for mark, text in pieces)
