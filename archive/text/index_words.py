"""The words of a text as in the full-text index, in any script (pure).

Scripts without blanks between words are cut into overlapping pairs of letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pagewitness.archive.text.scripts import UNSPACED
from pagewitness.archive.text.words import SPACED_WORD, fold

_RUN = re.compile(f"[{UNSPACED}]+")
_LOOKED_FOR = re.compile(f"(?P<run>{_RUN.pattern})|{SPACED_WORD.pattern}")
# Full-width letters and half-width kana, one for one.
_WIDTHS = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in range(0xFF01, 0xFFDD)
    if len(unicodedata.normalize("NFKC", chr(code))) == 1
}
_WIDE = re.compile("[\uff01-\uffdc]")
_PRIVATE = 0xF0000  # the index takes combining marks for blanks, so they are stored as private letters


def bigrams(text: str) -> str | None:
    """A text for the index of words: runs of letters without blanks as overlapping pairs; None if it has no such runs.

    >>> bigrams("威胁评估 2024")
    ' 威胁 胁评 评估 估  2024'

    So a phrase of pairs is found anywhere, without a dictionary of words, and a single letter is the beginning of a pair.
    Letters of other widths become their common forms.
    """
    common = widths(text)
    if common == text and not _RUN.search(text):
        return None
    return _RUN.sub(lambda run: f" {' '.join(token for _, _, token in _pairs(run[0], 0))} ", common)


def widths(text: str) -> str:
    """A text with full-width letters and half-width kana in their common forms; its length stays the same."""
    return text.translate(_WIDTHS) if _WIDE.search(text) else text


def is_unspaced(letter: str) -> bool:
    """Whether a letter is of a script without blanks."""
    return _RUN.match(letter) is not None


def shown(token: str) -> str:
    """A token of `looked_for` with its combining marks restored."""
    return "".join(chr(ord(one) - _PRIVATE) if ord(one) > _PRIVATE else one for one in token)


def looked_for(text: str) -> list[tuple[int, int, str]]:
    """The (start, end, folded form) of a text's words and pairs of letters in the index, in order."""
    found: list[tuple[int, int, str]] = []
    for match in _LOOKED_FOR.finditer(widths(text)):
        if match["run"]:
            found += _pairs(match[0], match.start())
        else:
            found.append((match.start(), match.end(), fold(match[0])))
    return found


def spelt(text: str) -> tuple[str, list[tuple[int, int, int, int]]]:
    """The words of a text for a comparison letter by letter: folded, with one blank between.

    In scripts without blanks each letter is a word, with no blank between.

    Returns:
        the letters; and for each word its start and end in them, and its start and end in the text.

    >>> spelt("Łódź: 威胁")
    ('lodz威胁', [(0, 4, 0, 4), (4, 5, 6, 7), (5, 6, 7, 8)])
    """
    found: list[tuple[int, str, bool]] = []
    for match in _LOOKED_FOR.finditer(widths(text)):
        if match["run"]:
            found += [(match.start() + place, letter, False) for place, letter in enumerate(match[0])]
        else:
            found.append((match.start(), match[0], True))
    # Folding takes the time, so all words are folded at once: it does not cross the end of a line.
    folded = fold("\n".join(word for _, word, _ in found)).split("\n")
    parts: list[str] = []
    places: list[tuple[int, int, int, int]] = []
    at = 0
    for (start, word, spaced), one in zip(found, folded, strict=False):
        if spaced and places:
            parts.append(" ")
            at += 1
        places.append((at, at + len(one), start, start + len(word)))
        parts.append(one)
        at += len(one)
    return "".join(parts), places


@lru_cache(maxsize=256)
def sought(text: str) -> tuple[list[str], bool]:
    """The tokens to search for a phrase, as in `looked_for`, and whether the last one is only a beginning.

    On the page, other letters may follow the last letter of a run: after a pair it need not be searched, and a single
    letter is the beginning of any pair.
    """
    found = looked_for(text)
    if not found or not _RUN.fullmatch(widths(text)[found[-1][0] : found[-1][1]]):
        return [token for _, _, token in found], False
    if len(found) > 1 and found[-2][1] == found[-1][1]:
        return [token for _, _, token in found[:-1]], False
    return [token for _, _, token in found], True


def _pairs(run: str, at: int) -> list[tuple[int, int, str]]:
    letters = [chr(_PRIVATE + ord(one)) if unicodedata.category(one)[0] == "M" else one for one in run]
    return [
        (at + place, at + min(place + 2, len(run)), "".join(letters[place : place + 2])) for place in range(len(run))
    ]
