"""The tokens of a text, as a reader sees them: words, numbers, dates, addresses, punctuation (pure).

A token carries the blanks before it, so that the joined tokens are the text to the letter.
Scripts that put no blanks between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) fall back to characters, each
with the marks that belong to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from pagewitness.archive.text import dates, words
from pagewitness.archive.text.scripts import AS_LETTERS

# Unicode blocks with combining marks that Python's \w does not count as parts of a word.
_MARKED = ((0x0300, 0x1200), (0x1700, 0x1D00), (0x1DC0, 0x2100), (0xA600, 0xAC00), (0xFE20, 0xFE30))
_WORDS = re.compile(rf"[{AS_LETTERS}]|[^\W_{AS_LETTERS}]+")
MOST_KNOWN = 1 << 16  # tokens that are remembered
_JOINED = "-‐‑'’.@·"  # joins two halves of one word: e-mail, don't, U.S, vsd.lt, col·laborar


class Token(NamedTuple):
    """One token.

    Attributes:
        gap: the blanks before it.
        core: the token itself; empty only for the end of a text.
        key: what it is compared by: its core without typography.
    """

    gap: str
    core: str
    key: str


@cache
def _pattern() -> re.Pattern[str]:
    """The longest sensible piece first. Built when first used: it asks Unicode for its combining marks."""
    marks = "".join(
        chr(code) for first, end in _MARKED for code in range(first, end) if unicodedata.category(chr(code))[0] == "M"
    )
    letters = f"[^\\W_{AS_LETTERS}]+(?:[{marks}]+[^\\W_{AS_LETTERS}]*)*"
    return re.compile(
        rf"""\s*(?:
          (?>[^\W\d_{AS_LETTERS}]+)(?=[ ,]|[.]\s)                  # most words, found in half the time
        | https?://[^\s<>"]*[^\s<>".,;:!?)'\]]                    # an address
        | {dates.CJK}                                            # 2024年3月7日
        | {dates.STAMP}(?!\w)                                    # 2024-03-07  2024-03-07T10:00Z
        | (?>[$€£¥₽₴]?\d{{1,3}}(?:[ ]\d{{3}})+(?:[.,]\d+)?(?:[ ]?[%‰°])?)(?!\w)   # 12 300
        | (?>[$€£¥₽₴]?\d+(?:[.,:/'’]\d+)*(?:[ ]?[%‰°])?)(?!\w)    # 3.5  1,200  12 %  07.03.2024  $5
        | {letters}(?:[{_JOINED}]{letters})*                      # a word, with what joins its halves
        | [{AS_LETTERS}][{marks}]*                                 # a character that counts as a word
        | [^\s]                                                   # punctuation
        )""",
        re.VERBOSE,
    )


@lru_cache(maxsize=1 << 16)
def key(core: str) -> str:
    """What a token is compared by; one date in different forms has one key."""
    plain = core if core.isascii() else words.undressed(core)
    return dates.dated(plain) if " " in plain or plain[:1].isdigit() else plain


class _Known(dict[str, Token]):
    """A token's text with the blanks before it -> the token; most tokens of a text were seen before."""

    def __missing__(self, text: str) -> Token:
        if len(self) >= MOST_KNOWN:
            self.clear()
        core = text.lstrip()
        self[text] = token = Token(text[: len(text) - len(core)], core, key(core))
        return token


_known = _Known()


def tokenise(text: str) -> list[Token]:
    """The tokens of a text, and after them one with an empty core that carries the blanks at its end.

    >>> [token.core for token in tokenise("Of 1,200 cases, 12 % (3.5) were re-opened by 3 March 2024.")][:-1]
    ['Of', '1,200', 'cases', ',', '12 %', '(', '3.5', ')', 'were', 're-opened', 'by', '3 March 2024', '.']
    """
    found: list[Token] = []
    last = 0
    for start, end in dates.date_places(text):
        before, date = text[last:start], text[start:end]
        found += _split(before)
        found.append(_known[before[len(before.rstrip()) :] + date])
        last = end
    found += _split(text[last:])
    found.append(Token(text[max(last, len(text.rstrip())) :], "", ""))
    return found


def _split(text: str) -> list[Token]:
    return list(map(_known.__getitem__, _pattern().findall(text)))


def joined(some: Iterable[Token]) -> str:
    """The text of some tokens."""
    return "".join([gap + core for gap, core, _ in some])


def is_word(token: Token) -> bool:
    """Whether it is a word or a number rather than punctuation."""
    return says_something(token.core)


def names_month(core: str) -> bool:
    """Whether a token's core is a date that names its month."""
    return " " in core and any(map(str.isalpha, core))


@lru_cache(maxsize=1 << 16)
def says_something(core: str) -> bool:
    """Whether a token's core has a letter or a digit."""
    return any(map(str.isalnum, core))


def keys_of_words(plain: str) -> list[str]:
    """The words of a text (in its `plain` form) as they are compared between blocks: without case and punctuation."""
    return _WORDS.findall(plain.casefold())


class Vocabulary(dict[str, str]):
    """What is compared -> one character for it, for libraries that compare strings; it grows with use.

    Surrogates are left out because not every library accepts them.
    """

    def __missing__(self, key: str) -> str:
        number = len(self)
        character = chr(number if number < 0xD800 else number + 0x800)
        self[key] = character
        return character

    def spell(self, keys: Iterable[str]) -> str:
        """The keys as a string."""
        return "".join(map(self.__getitem__, keys))
