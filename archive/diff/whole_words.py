"""The places of names and numbers in a text, as whole words (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from pagewitness.archive.text import words


def missing_from(some: list[str], text: str) -> list[str]:
    """The names that a text does not have as whole words; for names of several words, case does not count."""
    small = _small(text) if some else ""
    firsts = {name: words.TOKEN.search(_small(name)) for name in some}
    begun: dict[str, list[int]] = {first[0]: [] for first in firsts.values() if first}
    for word in words.TOKEN.finditer(small):
        if (own := begun.get(word[0])) is not None:
            own.append(word.start())

    def occurs(name: str) -> bool:
        first = firsts[name]
        if first is None:
            return name in text
        alone = len(words.tokens(name)) == 1
        sought, within = (name, text) if alone else (_small(name), small)
        return any(occurs_at(at - first.start(), sought, within) for at in begun[first[0]])

    return [name for name in some if not occurs(name)]


def _small(text: str) -> str:
    """A text in small letters that keep their places, without exceptions for final sigma and dotted I."""
    return text.replace("İ", "i").lower().replace("ς", "σ")


def occurrences(part: str, text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) of a part in a text, not in the middle of a word; anything may follow."""
    at = text.find(part)
    while at >= 0:
        if not text[max(0, at - 1) : at].isalnum():
            yield at, at + len(part)
        at = text.find(part, at + 1)


def occurs_at(start: int, part: str, text: str) -> bool:
    """Whether a part is exactly there, and the word does not continue after it."""
    end = start + len(part)
    return text.startswith(part, start) and not text[end : end + 1].isalnum()
