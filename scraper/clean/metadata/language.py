"""Guess the language of a text, and of blocks that are in another language than their page."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Final

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.languages import close_languages
from pagewitness.scraper.clean.lexicon.tables import lexicon_table

_LEAST_LETTERS = 60  # shorter texts are not guessed
_MOST_LETTERS = 4_000
_LEAST_WORDS = 8  # shorter blocks have no language of their own
_OFTEN = 5  # the commonest words, checked first
_FIRST = 150  # first letters of a block, usually enough to recognise its language
_LOOKED_AT = 400  # letters, if those are not enough
_LEAST_SHARE = 0.1  # common words among all, at least
_WORD: Final = re.compile(r"[^\W\d_]+")


def guessed_language(text: str) -> str | None:
    """The language of a text by its letters (py3langid), or None if the text is too short."""
    if len(text) < _LEAST_LETTERS:
        return None
    import py3langid

    return str(py3langid.classify(text[:_MOST_LETTERS])[0])


def with_languages(blocks: tuple[VisibleBlock, ...], language: str | None) -> tuple[VisibleBlock, ...]:
    """Set the language of those blocks of the document that are clearly in another language than the page.

    Nearly every block has one of its language's commonest words, so only blocks without any are examined.

    Args:
        language: the page's (ISO 639-1); if it is None, no block gets a language.
    """
    common = _common().get(language or "")
    if not common or language is None:
        return blocks
    same = close_languages(language)
    found = list(blocks)
    often = [f" {word} " for word in lexicon_table("tongues")["common"][language].split()[:_OFTEN]]
    for at, block in enumerate(blocks):
        text = block.text
        if block.document and len(text) > _LEAST_WORDS * 4 and not any(map(text.__contains__, often)):
            first = text[:_FIRST].lower().split()
            if common.isdisjoint(first) and (other := _other(block.text, common)) and other not in same:
                found[at] = replace(block, language=other)
    return tuple(found)


def _other(text: str, common: frozenset[str]) -> str | None:
    """The language of a text without any common words of the page's language; None if it is not clear.

    py3langid finds a language for any text, even for a list of names. So it is asked only if the text has common words.
    """
    words = _WORD.findall(text[:_LOOKED_AT].lower())
    if len(words) < _LEAST_WORDS or not common.isdisjoint(words):
        return None
    fitting = {
        language
        for language, own in _common().items()
        if sum(map(own.__contains__, words)) >= _LEAST_SHARE * len(words)
    }
    if not fitting:
        return None
    language = guessed_language(text[:_LOOKED_AT])
    return language if language in fitting else None


@cache
def _common() -> dict[str, frozenset[str]]:
    """The commonest words by language."""
    return {language: frozenset(words.split()) for language, words in lexicon_table("tongues")["common"].items()}
