"""The words of a text as in the full-text index, in any script (pure).

Scripts without blanks between words are cut into overlapping pairs of letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pagewitness.archive.text.raised import LOWERED, RAISED, UNLOWERED, UNRAISED
from pagewitness.archive.text.scripts import UNSPACED
from pagewitness.archive.text.words import SPACED_WORD, fold

_RUN = re.compile(f"[{UNSPACED}]+")
_RAISED = re.compile(f"[{re.escape(RAISED)}]+")
_LOOKED_FOR = re.compile(f"(?P<run>{_RUN.pattern})|{_RAISED.pattern}|{SPACED_WORD.pattern}")
_UNRAISED: dict[int, str | None] = {code: plain if plain.isalnum() else None for code, plain in UNRAISED.items()}
# Full-width letters, half-width kana and lowered figures, one for one.
_WIDTHS = UNLOWERED | {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in range(0xFF01, 0xFFDD)
    if len(unicodedata.normalize("NFKC", chr(code))) == 1
}
_WIDE = re.compile(f"[\uff01-\uffdc{re.escape(LOWERED)}]")
_VOICED = frozenset("\u3099\u309a")  # marks that half-width kana have as letters of their own
_PRIVATE = 0xF0000  # the index takes combining marks for blanks, so they are stored as private letters


def bigrams(text: str) -> str | None:
    """A text for the index of words: runs of letters without blanks as overlapping pairs; None if the text needs no change.

    >>> bigrams("威胁评估 2024")
    ' 威胁 胁评 评估 估  2024'

    So a phrase of pairs is found anywhere, without a dictionary of words, and a single letter is the beginning of a pair.
    Letters of other widths and lowered figures become their common forms; raised figures are words of their own, so that
    10⁶ is not 106.
    """
    common = widths(text)
    if common == text and not _RUN.search(text) and not _RAISED.search(text):
        return None
    common = _RAISED.sub(lambda figures: f" {figures[0].translate(_UNRAISED)} ", common)
    return _RUN.sub(lambda run: f" {' '.join(token for _, _, token in _pairs(run[0], 0))} ", common)


def widths(text: str) -> str:
    """A text with full-width letters, half-width kana and lowered figures in their common forms, one for one."""
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
        elif token := fold(match[0].translate(_UNRAISED)):
            found.append((match.start(), match.end(), token))
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
        elif word := match[0].translate(_UNRAISED):
            found.append((match.start(), word, True))
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
    letters: list[str] = []
    starts: list[int] = []
    for place, one in enumerate(run):
        if one in _VOICED and letters and len(whole := unicodedata.normalize("NFC", letters[-1] + one)) == 1:
            letters[-1] = whole
            continue
        letters.append(chr(_PRIVATE + ord(one)) if unicodedata.category(one)[0] == "M" else one)
        starts.append(place)
    ends = [*starts[1:], len(run)]
    return [
        (at + start, at + ends[min(number + 1, len(ends) - 1)], "".join(letters[number : number + 2]))
        for number, start in enumerate(starts)
    ]
