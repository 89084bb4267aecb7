"""An excerpt of a block around the words of a query, and their places in it (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from pagewitness.archive.search.query import Term
from pagewitness.archive.text import index_words, words

LENGTH = 240  # characters

Marks = tuple[tuple[int, int], ...]


def snippet(text: str, language: str | None, wanted: Iterable[tuple[Term, bool]]) -> tuple[str, Marks]:
    """An excerpt and its marks.

    Args:
        text: of the block.
        language: of the block, by which words are stemmed.
        wanted: terms, each with whether other forms match.

    Returns:
        at most about `LENGTH` characters, with ellipses where the block was cut, and the (start, end) of each word found
        in them.
    """
    marks = marks_of(text, language, list(wanted))
    start, end = _window(text, marks)
    before, after = ("…" if start else ""), ("…" if end < len(text) else "")
    shift = len(before) - start
    inside = tuple((one + shift, other + shift) for one, other in marks if start <= one and other <= end)
    return f"{before}{text[start:end]}{after}", inside


def marks_of(text: str, language: str | None, wanted: list[tuple[Term, bool]]) -> list[tuple[int, int]]:
    """The places of terms in a text, as (start, end), in order and without overlaps. Arguments as for `snippet`."""
    tokens = index_words.looked_for(text)
    found: set[tuple[int, int]] = set()
    for term, stemmed in wanted:
        parts, beginning = index_words.sought(term.text)
        for place in range(len(tokens) - len(parts) + 1):
            if _is_at(parts, tokens[place : place + len(parts)], term.prefix or beginning):
                start, end, _ = tokens[place + len(parts) - 1]
                found.add((tokens[place][0], start + 1 if beginning else end))
        if stemmed and not term.quoted and not term.prefix and len(parts) == 1:
            stem = words.stem(words.tokens(term.text)[0], language)
            found.update((start, end) for start, end, _ in tokens if words.stem(text[start:end], language) == stem)
    return _joined(sorted(found))


def _joined(marks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Marks with overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    for start, end in marks:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _is_at(parts: list[str], tokens: list[tuple[int, int, str]], prefix: bool) -> bool:
    """Whether the words of a phrase are these tokens; of a prefix, the last token may be longer."""
    there = [token for _, _, token in tokens]
    last = there[-1].startswith(parts[-1]) if prefix else there[-1] == parts[-1]
    return last and there[:-1] == parts[:-1]


def _window(text: str, marks: list[tuple[int, int]]) -> tuple[int, int]:
    """Where to cut: the window with the most marks, at blanks."""
    if len(text) <= LENGTH:
        return 0, len(text)
    starts = [max(0, mark - LENGTH // 4) for mark, _ in marks] or [0]
    start = max(starts, key=lambda at: (sum(at <= one and other <= at + LENGTH for one, other in marks), -at))
    end = min(len(text), start + LENGTH)
    start = start if start == 0 else text.find(" ", start, start + 30) + 1 or start
    end = end if end == len(text) else max(text.rfind(" ", end - 30, end), 0) or end
    return start, end
