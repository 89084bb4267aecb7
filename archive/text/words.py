"""Normal forms, tokens, folding, stems, and the two equalities (pure).

*Blocks* are equal when their kind, language and text (`normalised`) are. Two texts have the *same words* when their
`plain` forms are: quotes, dashes, hyphenation, compatibility letters, bullets, list numbers and the way of writing a date
may differ, and so may the borders of blocks; case and sentence punctuation may not.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pagewitness.archive.text import raised
from pagewitness.archive.text.dates import dated
from pagewitness.archive.text.scripts import INDIC, KANA_AND_HAN, UNSPACED

# Letters that stay distinct under Unicode decomposition, though people type the plain ones. The generated column
# `blocks.words` (schema_derived.py) has the same table in SQL; a test keeps the two equal.
FOLDED_LETTERS = {
    "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ø": "o", "Ø": "o", "ß": "ss", "ẞ": "ss",
    "þ": "th", "Þ": "th", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe",
}  # fmt: skip
_FOLD = str.maketrans(FOLDED_LETTERS)

# Estimative words carry the weight of an assessment, and English stemming takes *likely* for *like*.
# Never stemmed: found only as themselves.
NEVER_STEMMED = frozenset({
    "almost", "assess", "certain", "certainly", "chance", "chances", "confidence", "confident", "doubtful", "even",
    "impossible", "improbable", "improbably", "likely", "possible", "possibly", "probable", "probably", "remote",
    "roughly", "uncertain", "uncertainty", "unlikely",
    "galbūt", "galimai", "netikėtina", "tikėtina", "tikriausiai",
})  # fmt: skip

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# Zero-width, bidi and soft-hyphen characters: invisible, and often added or omitted.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_MARKS = re.compile("[^\\w\\s\x00-\xac\xae-\u02ff]{31,}+")  # includes combining marks
_FOREIGN = re.compile("[\u0300-\U0010ffff]{31}")  # a quick test: without such a run there is no long run of marks
# In a row, as in Unicode's Stream-Safe Text Format (UAX #15 §13): with more, NFC takes quadratic time.
_MOST_MARKS = 30
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»‹›❝❞〝〞＂\u2033", '"') | dict.fromkeys("‘’‚‛❛❜′`´ʼ", "'"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣－", "-") | {"…": "..."})
_TYPOGRAPHY = {chr(code): plain or "" for code, plain in (_QUOTES | _DASHES).items()}
_TYPOGRAPHIC = re.compile(
    f"[{''.join(map(re.escape, _TYPOGRAPHY))}]"
)  # a text has few; `translate` takes ten times as long
_LIST_MARK = re.compile(r"^(?:[•◦▪▫‣⁃∙●○■□*·]\s*|[-–—]\s+|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]\s+)", re.IGNORECASE)
TOKEN = re.compile(r"[^\W_]+")  # a run of letters and digits

SPACED_LETTER = rf"[^\W_{UNSPACED}{re.escape(raised.RAISED)}]"  # raised figures are words of their own
SPACED_WORD = re.compile(f"{SPACED_LETTER}+")
_COUNTED = re.compile(rf"(?P<two>[{KANA_AND_HAN}]+)|(?P<four>[{INDIC}]+)|[^\W_{KANA_AND_HAN}{INDIC}]+")
_IN_LANGUAGE = "\ue000"  # between a stem and its language; no text has it inside a word


def normalised(text: str) -> str:
    """The form in which a block's text is kept: NFC, no invisible or control characters, white space folded."""
    text = " ".join(text.split())
    if not text.isascii():
        text = stream_safe(text)
        if (
            not text.isprintable() or "\u034f" in text or "\u115f" in text
        ):  # the two invisible ones that count as printable
            text = " ".join(_INVISIBLE.sub("", text).split())
        text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else " ".join(_CONTROL.sub(" ", text).split())


def stream_safe(text: str) -> str:
    """A text without combining marks beyond the first 30 at one letter."""
    return _MARKS.sub(_with_few_marks, text) if not text.isascii() and _FOREIGN.search(text) else text


def _with_few_marks(run: re.Match[str]) -> str:
    marks = [at for at, letter in enumerate(run[0]) if unicodedata.combining(letter)]
    gone = set(marks[_MOST_MARKS:])
    return "".join(letter for at, letter in enumerate(run[0]) if at not in gone) if gone else run[0]


def plain(text: str) -> str:
    """The form in which two texts are equal if they have the same words.

    NFKC (but 10⁶ is not 106), one quote, one dash, nothing invisible, dates in one form, no leading bullet or list number, white space
    folded. Case and sentence punctuation stay.
    """
    return _LIST_MARK.sub("", dated(undressed(text)))


def undressed(text: str) -> str:
    """The form in which two pieces of text are equal if they differ only in typography: `plain`, but with list marks and dates
    as written."""
    if text.isascii():
        return normalised(text)
    text = _TYPOGRAPHIC.sub(lambda sign: _TYPOGRAPHY[sign[0]], normalised(text))
    return _SPACE.sub(" ", _compatible(text)).strip()


def _compatible(text: str) -> str:
    """NFKC, except that raised and lowered figures stay: 10⁶ is not 106."""
    parts = raised.SET.split(text)
    parts[::2] = (unicodedata.normalize("NFKC", part) for part in parts[::2])
    return "".join(parts)


def digest_of(*parts: str) -> str:
    """SHA-256 (hex) of some texts, separated by NUL."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def tokens(text: str) -> list[str]:
    """The words of a text: runs of letters and digits, as written."""
    return TOKEN.findall(text)


def count_words(texts: Iterable[str]) -> int:
    """The number of words in some texts together.

    Scripts that put no blanks between words are counted by their letters, as many as a word has on average: two of Chinese
    and Japanese, four of Thai, Lao, Khmer and Burmese (vowels that are marks included). Korean has blanks.

    >>> count_words(["威胁评估 2024"])
    3
    """
    return sum(len(TOKEN.findall(text)) if text.isascii() else _count(text) for text in texts)


def _count(text: str) -> int:
    total = 0
    for match in _COUNTED.finditer(text):
        letters = {"two": 2, "four": 4}.get(match.lastgroup or "", 0)
        total += -(-len(match[0]) // letters) if letters else 1
    return total


def fold(text: str) -> str:
    """Lower case, without diacritics, and ł đ ø ß þ æ œ as people type them.

    >>> fold("Łódź, grėsmių")
    'lodz, gresmiu'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.translate(_FOLD).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def folded_tokens(text: str) -> list[str]:
    """The words of a text, folded: what search compares."""
    return TOKEN.findall(fold(text))


STEMS = 1  # raise it if a change here (not of snowballstemmer) gives other stems


def stemmer_version() -> str:
    """The version of the stemmer; with another one stems may differ, and the index of stems has to be rebuilt."""
    from importlib.metadata import version

    return f"{STEMS} snowballstemmer-{version('snowballstemmer')}"


@lru_cache(maxsize=64)
def _stemmer(language: str) -> Any:
    name = _STEMMERS.get(language)
    if name is None:
        return None
    import snowballstemmer

    return snowballstemmer.stemmer(name) if name in snowballstemmer.algorithms() else None


@lru_cache(maxsize=65536)
def stem(word: str, language: str | None) -> str:
    """The folded stem of one word in a language (ISO 639-1); a word that has no stemmer is its own stem."""
    lower = word.lower()
    stemmer = None if language is None or lower in NEVER_STEMMED else _stemmer(language)
    stemmed = stemmer.stemWord(lower) if stemmer is not None else lower
    return fold(stemmed) or fold(lower)


def stems(text: str, language: str | None) -> str:
    """The distinct stems of a text, sorted, as one string. Scripts without blanks have none."""
    spaced = SPACED_WORD.findall(text.translate(raised.UNLOWERED))
    return " ".join(sorted({part for word in spaced for part in TOKEN.findall(stem(word, language))}))


def stem_keys(text: str, language: str | None) -> str:
    """The stems of a text, each with its language: what the second index holds.

    So *not*, which in some language is a form of *notes*, does not find English notes.
    """
    return " ".join(stem_key(one, language) for one in stems(text, language).split())


def stem_key(stem: str, language: str | None) -> str:
    """One stem with the language that it was made in."""
    return f"{stem}{_IN_LANGUAGE}{''.join(TOKEN.findall(language or '')).lower()}"
