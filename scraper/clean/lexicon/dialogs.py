"""Recognise the texts of consent dialogs in all languages of the tables: buttons, categories, beginnings of notices."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from pagewitness.scraper.clean.lexicon.phrases import (
    JOINED,
    Phrases,
    begun,
    compiled,
    first_of,
    longest,
    may_begin,
    words_of,
)
from pagewitness.scraper.clean.lexicon.tables import TableEntry, any_of, entries, spelled, without_accents

_LONGEST_BUTTON = 70  # letters
_MOST_SPACES = 7
_KINDS: Final = ("reject", "accept", "settings")
_BEGINS: Final = (
    r"(?<![^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])"  # of a word; some languages are written without spaces
)


@cache
def _of(name: str) -> Phrases:
    return compiled(entry for entry in entries("consent") if entry.table == name)


@lru_cache(maxsize=8192)
def consent_button(label: str) -> str | None:
    """What a button of a consent dialog does.

    Args:
        label: its whole label.

    Returns:
        `accept`, `reject`, `settings`, `more` (information) or `weak` ("OK"); None for any other label.
    """
    entry = button_entry(label)
    return entry.table if entry else None


@lru_cache(maxsize=8192)
def button_entry(label: str) -> TableEntry | None:
    """The entry for the label of a button, such as `accept (lt: sutink-)`; None for any other label."""
    label = " ".join(label.split())
    if not label or label.count(" ") > _MOST_SPACES or len(label) > _longest(label):
        return None
    words = words_of(label)
    if not words:
        return _crosses().get(label)
    whole = _whole(words, "weak") or _whole(words, "more")
    kinds = set().union(*map(_may_begin, words))
    if whole or not kinds:
        return whole
    return next((entry for kind in _KINDS if kind in kinds and (entry := first_of(words, _of(kind)))), None)


@lru_cache(maxsize=32768)
def _may_begin(word: str) -> frozenset[str]:
    """The kinds of label that may begin at or inside a word; few words of a page begin any."""
    return frozenset(kind for kind in _KINDS if JOINED.search(word) or may_begin(word, _of(kind)))


def _longest(label: str) -> int:
    joined = not label.isascii() and JOINED.search(label)
    return _LONGEST_BUTTON // 3 if joined else _LONGEST_BUTTON


@cache
def _crosses() -> dict[str, TableEntry]:
    """Labels without a letter, such as ×."""
    found = (entry for entry in entries("consent") if entry.table == "weak")
    return {text: entry for entry in found for text in spelled(entry.spelling) if not words_of(text)}


def _whole(words: tuple[str, ...], name: str) -> TableEntry | None:
    entry, length = longest(words, 0, _of(name)) if words else (None, 0)
    return entry if length == len(words) else None


@cache
def _about() -> re.Pattern[str]:
    found = (entry for entry in entries("consent") if entry.table == "words")
    texts = {text.removesuffix("-") for entry in found for text in spelled(entry.spelling)}
    # With and without accents, because a long text is only put into lower case.
    alternatives = sorted({re.escape(form) for text in texts for form in (text.lower(), without_accents(text))})
    return re.compile(_BEGINS + any_of(alternatives))


def names_cookies(text: str) -> bool:
    """Whether a text mentions cookies, consent or privacy, in any language of the tables."""
    return bool(_about().search(text.lower()))


@lru_cache(maxsize=2048)
def is_category(label: str) -> bool:
    """Whether a label is only the name of a category of cookies ("Strictly necessary", "Marketing")."""
    return len(label) <= _LONGEST_BUTTON and _whole(words_of(label), "categories") is not None


def notice_entry(text: str) -> TableEntry | None:
    """The entry for a text that begins like the notice of a consent dialog; None for any other text.

    A single word ("Cookies") is a heading, not the beginning of a sentence.
    """
    words = words_of(text)
    entry, length = longest(words, 0, _of("notice")) if words else (None, 0)
    if entry and (length > 1 or len(words) == 1):
        return entry
    return begun(words, 0, _stems("notice")) if words else None


@cache
def _stems(name: str) -> Phrases:
    return Phrases(stems=_of(name).stems)
