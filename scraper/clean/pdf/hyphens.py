"""Words that the end of a line cut, whole again; compounds keep their hyphen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from pagewitness.scraper.clean.lexicon.tables import table
from pagewitness.scraper.clean.pdf.glyphs import HYPHEN

_LEAST: Final = 3  # compounds at the ends of lines, before they say that nothing else is cut there
_RARELY: Final = 0.25  # words that are cut nevertheless, for each of them


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a document writes.

    Attributes:
        words: those that are inside its lines, in small letters.
        cuts: whether the ends of its lines cut words; where not, a hyphen there is one that was written.
    """

    words: frozenset[str]
    cuts: bool = True


def spelling(words: frozenset[str], neighbours: Iterable[tuple[str, str]]) -> Spelling:
    """How a document writes.

    Args:
        words: those that are inside its lines.
        neighbours: lines that follow one another in its paragraphs.
    """
    cut = compounds = 0
    for first, second in neighbours:
        before, after = _around(first, second)
        if before and after:
            apart, together = f"{before}-{after}".lower() in words, (before + after).lower() in words
            cut += together and not apart
            compounds += apart and not together
    return Spelling(words, compounds < _LEAST or cut > _RARELY * compounds)


def unhyphenated(first: str, second: str, known: Spelling) -> str:
    """Two lines of a paragraph as one text, without the hyphen that the line's end put into a word."""
    if not is_cut(first):
        return f"{first} {second}"
    head = first[:-1]
    before, after = _around(first, second)
    if not before or not after:
        return head + ("-" if not after else "") + second if before else f"{head}- {second}"
    together, apart = (before + after).lower(), f"{before}-{after}".lower()
    if apart not in known.words and second.split(" ", 1)[0].lower() in _joining():
        return f"{head}- {second}"  # "dis- and misinformation"
    compound = not known.cuts or not after[0].islower() or before.isupper() or "-" in head.rsplit(" ", 1)[-1]
    # "data-driven" has two words, "assess-ments" one
    compound = compound or {before.lower(), after.lower()} <= known.words
    keeps = apart in known.words or (together not in known.words and compound)
    return f"{head}{'-' if keeps else ''}{second}"


def is_cut(line: str) -> bool:
    """Whether a line ends with a hyphen behind a letter, or with what PDFium takes for one."""
    return line.endswith((HYPHEN, "\u00ad")) or (line.endswith(("-", "‐")) and len(line) > 1 and line[-2].isalpha())


def _around(first: str, second: str) -> tuple[str, str]:
    """The letters before and behind the hyphen at a line's end; nothing where there is none."""
    if not is_cut(first):
        return "", ""
    return _letters(first[:-1].rsplit(" ", 1)[-1], last=True), _letters(second.split(" ", 1)[0], last=False)


def _letters(word: str, last: bool) -> str:
    """The letters at the end, or at the beginning, of a word."""
    kept = []
    for letter in reversed(word) if last else word:
        if not letter.isalpha():
            break
        kept.append(letter)
    return "".join(reversed(kept) if last else kept)


@cache
def _joining() -> frozenset[str]:
    return frozenset(table("pdf")["hyphens"]["joining"])
