"""Rejoin words that are cut by the end of a line; compounds keep their hyphen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from pagewitness.scraper.clean.lexicon.tables import lexicon_table
from pagewitness.scraper.clean.pdf.glyphs import HYPHEN

_LEAST: Final = 3  # compounds at ends of lines needed to conclude that the document does not cut words
_RARELY: Final = 0.25  # cut words per compound that do not disprove it


@dataclass(frozen=True, slots=True)
class Spelling:
    """The spelling of a document.

    Attributes:
        words: the words inside its lines, in lower case.
        cuts: whether it cuts words at the ends of lines; if not, a hyphen there belongs to the word.
    """

    words: frozenset[str]
    cuts: bool = True


def spelling(words: frozenset[str], neighbours: Iterable[tuple[str, str]]) -> Spelling:
    """Learn the spelling of a document.

    Args:
        words: the words inside its lines, in lower case.
        neighbours: pairs of consecutive lines of its paragraphs.
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
    """Join two lines of a paragraph, without a hyphen that only marks the end of the line."""
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
    # "data-driven" is two words, "assess-ments" is one
    compound = compound or {before.lower(), after.lower()} <= known.words
    keeps = apart in known.words or (together not in known.words and compound)
    return f"{head}{'-' if keeps else ''}{second}"


def is_cut(line: str) -> bool:
    """Whether a line ends with a hyphen after a letter, or with PDFium's mark for one."""
    return line.endswith((HYPHEN, "\u00ad")) or (line.endswith(("-", "‐")) and len(line) > 1 and line[-2].isalpha())


def _around(first: str, second: str) -> tuple[str, str]:
    """The letters before and after the hyphen at a line's end; empty if there is no hyphen."""
    if not is_cut(first):
        return "", ""
    return _letters(first[:-1].rsplit(" ", 1)[-1], last=True), _letters(second.split(" ", 1)[0], last=False)


def _letters(word: str, last: bool) -> str:
    """The letters at the end of a word (`last`), or at its beginning."""
    kept = []
    for letter in reversed(word) if last else word:
        if not letter.isalpha():
            break
        kept.append(letter)
    return "".join(reversed(kept) if last else kept)


@cache
def _joining() -> frozenset[str]:
    return frozenset(lexicon_table("pdf")["hyphens"]["joining"])
