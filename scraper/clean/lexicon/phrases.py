"""Find the tables' phrases in words; entries are compiled so that a lookup is one hash of a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from pagewitness.scraper.clean.lexicon.tables import WORD, TableEntry, spelled, without_accents

FoldedWords = tuple[str, ...]
_OPEN: Final = "…"
_LETTERS = 4  # first letters by which stems are looked up
_MOST_OPEN = 6  # words that "…" stands for
_CHUNK: Final = re.compile(r"(?:\[[^\[\]]*\]|\((?:[^()]|\([^()]*\))*\)|[^\s\[(])+")
JOINED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")  # written without spaces


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an entry: one of several phrases by their first words, maybe optional, or words left open."""

    choices: dict[str, list[FoldedWords]]
    optional: bool = False
    is_open: bool = False


@dataclass(slots=True)
class Phrases:
    """Entries by the first words of their phrases.

    Attributes:
        whole: entries of whole words, as sequences of parts.
        stems: entries by up to four first letters, as words whose last is the beginning of a word.
    """

    whole: dict[str, list[tuple[tuple[_Part, ...], TableEntry]]] = field(default_factory=dict)
    stems: dict[str, list[tuple[FoldedWords, TableEntry]]] = field(default_factory=dict)


def words_of(text: str) -> FoldedWords:
    """The words of a text, in the form in which phrases are looked up."""
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    return tuple(WORD.findall(without_accents(text)))


def compiled(entries: Iterable[TableEntry]) -> Phrases:
    """Prepare entries for lookups. If several mean the same phrase, the first counts."""
    found = Phrases()
    for entry in entries:
        if entry.spelling.endswith("-"):
            for words in dict.fromkeys(words_of(text) for text in spelled(entry.spelling)):
                if words:
                    found.stems.setdefault(words[0][:_LETTERS], []).append((words, entry))
        else:
            parts = _parts(entry.spelling)
            for first in dict.fromkeys(_firsts(parts)):
                found.whole.setdefault(first, []).append((parts, entry))
    return found


@cache
def _parts(spelling: str) -> tuple[_Part, ...]:
    return tuple(_part(chunk) for chunk in _CHUNK.findall(spelling))


def _part(chunk: str) -> _Part:
    if chunk == _OPEN:
        return _Part({}, is_open=True)
    choices: dict[str, list[FoldedWords]] = {}
    optional = False
    for words in dict.fromkeys(words_of(text) for text in spelled(chunk)):
        optional |= not words
        if words:
            choices.setdefault(words[0], []).append(words)
    return _Part(choices, optional)


def _firsts(parts: tuple[_Part, ...]) -> Iterator[str]:
    for part in parts:
        yield from part.choices
        if not part.optional:
            return


def longest(words: FoldedWords, at: int, phrases: Phrases) -> tuple[TableEntry | None, int]:
    """The entry with the longest phrase of whole words at a place, and its number of words."""
    best, found = 0, None
    for parts, entry in phrases.whole.get(words[at], ()):
        end = _end(words, at, parts, 0) - at
        if end > best:
            best, found = end, entry
    return found, best


def _end(words: FoldedWords, at: int, parts: tuple[_Part, ...], number: int) -> int:
    """The end of the longest phrase that matches the parts from `number` on; -1 if none does."""
    if number == len(parts):
        return at
    part = parts[number]
    if part.is_open:
        return max((_end(words, at + count, parts, number + 1) for count in range(1, _MOST_OPEN + 1)), default=-1)
    if at > len(words):
        return -1
    best = _end(words, at, parts, number + 1) if part.optional else -1
    for choice in part.choices.get(words[at], ()) if at < len(words) else ():
        if words[at : at + len(choice)] == choice:
            best = max(best, _end(words, at + len(choice), parts, number + 1))
    return best if best <= len(words) else -1


def may_begin(word: str, phrases: Phrases) -> bool:
    """Whether any entry may begin with a word."""
    return word in phrases.whole or any(word[:letters] in phrases.stems for letters in range(1, _LETTERS + 1))


def begun(words: FoldedWords, at: int, phrases: Phrases) -> TableEntry | None:
    """The entry at a place: one of whole words, or one whose last word is the beginning of the word there."""
    entry, _ = longest(words, at, phrases)
    return entry or _stem(words, at, words[at], phrases)


def _stem(words: FoldedWords, at: int, first: str, phrases: Phrases) -> TableEntry | None:
    for letters in range(_LETTERS, 0, -1):
        for stem, entry in phrases.stems.get(first[:letters], ()):
            if len(stem) == 1:
                if first.startswith(stem[0]):
                    return entry
            elif first == stem[0]:
                rest = words[at + 1 : at + len(stem)]
                if rest[:-1] == stem[1:-1] and rest[-1:] and rest[-1].startswith(stem[-1]):
                    return entry
    return None


def first_of(words: FoldedWords, phrases: Phrases) -> TableEntry | None:
    """The first entry in a sequence of words; in languages without spaces, also inside a word."""
    for at, word in enumerate(words):
        entry = begun(words, at, phrases)
        if entry:
            return entry
        if not word.isascii() and JOINED.search(word):
            for inside in range(1, len(word)):
                entry = _stem(words, at, word[inside:], phrases)
                if entry:
                    return entry
    return None
