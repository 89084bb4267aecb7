"""Where names and numbers stand in a text, as whole words (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from pagewitness.archive.text import words


def standing_not(some: list[str], text: str) -> list[str]:
    """The names that do not stand in a text, as whole words; one of several words stands there in small letters, too."""
    small = _small(text) if some else ""
    firsts = {name: words.TOKEN.search(_small(name)) for name in some}
    begun: dict[str, list[int]] = {first[0]: [] for first in firsts.values() if first}
    for word in words.TOKEN.finditer(small):
        if (own := begun.get(word[0])) is not None:
            own.append(word.start())

    def stands(name: str) -> bool:
        first = firsts[name]
        if first is None:
            return name in text
        alone = len(words.tokens(name)) == 1
        sought, within = (name, text) if alone else (_small(name), small)
        return any(stands_at(at - first.start(), sought, within) for at in begun[first[0]])

    return [name for name in some if not stands(name)]


def _small(text: str) -> str:
    """A text in small letters, each where it was (one letter becomes two), whatever stands behind it (sigma looks)."""
    return text.replace("İ", "i").lower().replace("ς", "σ")


def places(part: str, text: str) -> Iterator[tuple[int, int]]:
    """From where to where a part stands in a text, whatever is behind it, but not in the middle of a word."""
    at = text.find(part)
    while at >= 0:
        if not text[max(0, at - 1) : at].isalnum():
            yield at, at + len(part)
        at = text.find(part, at + 1)


def stands_at(start: int, part: str, text: str) -> bool:
    """Whether a part stands just there, and no word goes on behind it."""
    end = start + len(part)
    return text.startswith(part, start) and not text[end : end + 1].isalnum()
