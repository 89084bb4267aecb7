"""The language of a text, and of single blocks that are in another one than their page."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Final

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean.lexicon.tables import table

_LEAST_LETTERS = 60  # of a text whose language is guessed
_MOST_LETTERS = 4_000
_LEAST_WORDS = 8  # of a block with a language of its own
_OFTEN = 5  # of the commonest words, which are looked for first
_FIRST = 150  # letters of a block that mostly say it
_LOOKED_AT = 400  # letters where those do not
_LEAST_SHARE = 0.1  # and so many of all
_SAME: Final = (frozenset({"no", "nb", "nn", "da"}), frozenset({"hr", "bs", "sr", "sh"}), frozenset({"cs", "sk"}))
_WORD: Final = re.compile(r"[^\W\d_]+")


def guessed_language(text: str) -> str | None:
    """The language of a text by its letters (py3langid), or None where there is too little to tell."""
    if len(text) < _LEAST_LETTERS:
        return None
    import py3langid

    return str(py3langid.classify(text[:_MOST_LETTERS])[0])


def with_languages(blocks: tuple[VisibleBlock, ...], language: str | None) -> tuple[VisibleBlock, ...]:
    """The blocks, those of the document that are clearly in another language than the page with it.

    Nearly every block has one of its language's commonest words, so only those without any are looked at closer.

    Args:
        language: the page's (ISO 639-1); None where it is unknown, and then no block has one of its own.
    """
    common = _common().get(language or "")
    if not common or language is None:
        return blocks
    same = next((one for one in _SAME if language in one), frozenset({language}))
    found = list(blocks)
    often = [f" {word} " for word in table("tongues")["common"][language].split()[:_OFTEN]]
    for at, block in enumerate(blocks):
        text = block.text
        if block.document and len(text) > _LEAST_WORDS * 4 and not any(map(text.__contains__, often)):
            first = text[:_FIRST].lower().split()
            if common.isdisjoint(first) and (other := _other(block.text, common)) and other not in same:
                found[at] = replace(block, language=other)
    return tuple(found)


def _other(text: str, common: frozenset[str]) -> str | None:
    """The language of a text that has none of the common words of its page's; None where that is not clear.

    A list of names has no common words: py3langid, which has a language for anything, is asked where there are some.
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
    return {language: frozenset(words.split()) for language, words in table("tongues")["common"].items()}
