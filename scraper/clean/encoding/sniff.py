"""Guess the encoding from the bytes themselves.

General detectors mistake Baltic encodings for those of their neighbours (`tests/benchmarks/encodings.py` measures it).
So we first check the alphabets of the languages that we follow: in the right encoding nearly all letters beyond ASCII
belong to one language's alphabet, small letters follow small letters, and words do not mix scripts. Text that fits no
alphabet (Chinese, Japanese, Arabic …) is left to a library.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Final, NamedTuple

from pagewitness.scraper.clean.lexicon.tables import lexicon_table

_WORD: Final = re.compile(rb"[A-Za-z\x80-\xff]++")
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_LOOKED_AT = 1 << 18  # bytes, beginning with the first one beyond ASCII
_MOST_WORDS = 1_500  # distinct words
_LONGEST_WORD = 80
_LEAST_FITTING = 0.7  # below this score no alphabet fits
_WIDE_LOOKED_AT = 4096
_LEAST_WIDE = 0.08  # of the pairs of bytes: spaces and full stops alone are more
_OF_MARK = 0.8  # weight of quotes and dashes, which have the same bytes in many encodings
_BETTER = 0.2  # the score must exceed that of the declared encoding by this much
_OF_COMMON = 0.1  # weight of common words, which tells apart what letters can't
_SHARE_OF_COMMON = 0.1  # of the words beyond ASCII
_ENOUGH = 12  # letters beyond ASCII needed to overrule a declaration


class EncodingFit(NamedTuple):
    """How well bytes fit an encoding.

    Attributes:
        score: the share of letters beyond ASCII that are in place in one language, minus those out of place; 1 at best.
        letters: the number of letters beyond ASCII.
    """

    score: float
    letters: int


def wide(body: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` if bytes without a byte order mark are in that encoding; None if not."""
    start = body[:_WIDE_LOOKED_AT]
    even, odd, pairs = start[::2].count(0), start[1::2].count(0), max(1, len(start) // 2)
    codec = "utf-16-le" if odd > even else "utf-16-be"
    if max(even, odd) < _LEAST_WIDE * pairs or min(even, odd) > 0.02 * pairs:
        return None
    try:
        text = start[: len(start) & ~3].decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # a pair of surrogates may be cut
            return None
        text = start[: error.start].decode(codec)
    odd_ones = sum(unicodedata.category(letter) in ("Cn", "Co", "Cc") and letter not in "\t\n\r\f" for letter in text)
    return codec if odd_ones <= 0.02 * len(text) else None


def sniffed(body: bytes, language: str | None, declared: str | None) -> tuple[str | None, bool]:
    """Guess the encoding of bytes that are not UTF-8.

    Args:
        body: the page.
        language: the language that the page declares (ISO 639-1), or None.
        declared: the codec that it declares, or None.

    Returns:
        a Python codec, or None if nothing fits; and whether to believe the declaration, which is so unless another
        encoding fits clearly better.
    """
    words = _words(body)
    fits = {codec: _fit(words, codec, language) for codec in (*([declared] if declared else ()), *_codecs())}
    best = max(fits, key=lambda codec: fits[codec].score)  # the first of equals
    if fits[best].score < _LEAST_FITTING:
        guess = _by_library(body)
        return guess, declared is not None
    if declared is None or best == declared:
        return best, declared is not None
    denied = fits[best].score - fits[declared].score > _BETTER and fits[best].letters >= _ENOUGH
    return best, not denied


def _codecs() -> tuple[str, ...]:
    return tuple(lexicon_table("alphabets")["codecs"])


def _words(body: bytes) -> Counter[bytes]:
    """The words with letters beyond ASCII, and how often each occurs."""
    first = _BEYOND_ASCII.search(body)
    start = max(0, first.start() - _LONGEST_WORD) if first else 0
    found: Counter[bytes] = Counter()
    for word in _WORD.finditer(body, start, start + _LOOKED_AT):
        if not word[0].isascii():
            found[word[0][:_LONGEST_WORD]] += 1
            if len(found) >= _MOST_WORDS:
                break
    return found


def _fit(words: Counter[bytes], codec: str, language: str | None) -> EncodingFit:
    """How well words fit an encoding, in the best fitting language."""
    alphabets, marks = _alphabets(), _marks()
    letters: Counter[str] = Counter()
    wrong = 0.0
    said: Counter[str] = Counter()
    for raw, times in words.items():
        word = raw.decode(codec, "replace")
        said[word.lower()] += times
        for at, letter in enumerate(word):
            if letter < "\x80":
                continue
            letters[letter.lower()] += times
            wrong += times * _out_of_place(word, at, letter, marks)
    total = letters.total()
    if not total:
        return EncodingFit(0.0, 0)
    marked = sum(count for letter, count in letters.items() if letter in marks)
    unknown = total - marked
    plain = {
        name: 2 * sum(letters[letter] for letter in alphabet) - unknown + (0.02 * unknown if name == language else 0.0)
        for name, alphabet in alphabets.items()
    }
    most, gain = max(plain.values()), _OF_COMMON * unknown
    best = max(fit + gain * _common_share(said, name) for name, fit in plain.items() if fit >= most - gain)
    return EncodingFit((best + _OF_MARK * marked - wrong) / total, total)


def _common_share(words: Counter[str], language: str) -> float:
    """How common the words are in a language: 1 if as many as in any text are among its commonest.

    The bytes of Hebrew are letters of Russian in another encoding, but no words.
    """
    common = _commonest().get(language, frozenset())
    return min(1.0, sum(times for word, times in words.items() if word in common) / words.total() / _SHARE_OF_COMMON)


@cache
def _commonest() -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in lexicon_table("tongues")["common"].items()}


def _out_of_place(word: str, at: int, letter: str, marks: frozenset[str]) -> float:
    """How wrong a letter is at its place; 0 if not at all."""
    before, after = word[at - 1] if at else "", word[at + 1] if at + 1 < len(word) else ""
    if letter in marks:
        return 1.5 if before.isalpha() and after.isalpha() and letter not in "’\u00ad·´" else 0.0
    if unicodedata.category(letter) in ("Mn", "Nd") or letter == "\u0640":
        return 0.0  # vowel marks, figures
    if not letter.isalpha():
        return 2.0
    # KOI8-R read as windows-1251 gives Cyrillic letters, too, but capitals for small letters.
    wrong = 0.0 if not letter.isupper() else 1.0 if before.islower() else 0.3 if before.isupper() else 0.0
    if letter >= "\u0370" and (("a" <= before.lower() <= "z") or ("a" <= after.lower() <= "z")):
        wrong += 1.0  # Greek or Cyrillic inside a Latin word
    return wrong


@cache
def _alphabets() -> dict[str, frozenset[str]]:
    return {language: frozenset(letters) for language, letters in lexicon_table("alphabets")["letters"].items()}


@cache
def _marks() -> frozenset[str]:
    return frozenset(lexicon_table("alphabets")["marks"])


def _by_library(body: bytes) -> str | None:
    """The guess of a general detector: faust-cchardet if installed, else charset-normalizer."""
    first = _BEYOND_ASCII.search(body)
    sample = body[first.start() if first else 0 :][:_LOOKED_AT]
    try:
        import cchardet
    except ImportError:
        from charset_normalizer import from_bytes

        found = from_bytes(sample).best()
        name = found.encoding if found else None
    else:
        name = cchardet.detect(sample)["encoding"]
    return _codec_of(name)


def _codec_of(name: str | None) -> str | None:
    """The codec of a detector's answer, if browsers know it, so that it is always a character encoding."""
    labels = lexicon_table("encodings")["labels"]
    found = labels.get((name or "").lower().replace("_", "-"))
    if found or not name:
        return str(found) if found else None
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    return codec if codec in labels.values() else None
