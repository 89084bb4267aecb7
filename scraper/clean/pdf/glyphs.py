"""Letters as people read them: ligatures apart, the private letters of symbol fonts mapped, the rest named unreadable."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from pagewitness.scraper.clean.lexicon.tables import table

UNREADABLE: Final = "\ufffd"
ENDS: Final = re.compile(r"[.!?:;…][\"'”’»)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$")  # of a sentence, or of what leads to a list
HYPHEN: Final = "\x02"  # at the end of a line, where PDFium says that it cuts a word
_CUT: Final = "\ufffe"  # which it says with this, or with the one above, by its version
_ODD: Final = re.compile("[\ufb00-\ufb06\ue000-\uf8ff\U000f0000-\U0010fffd\u0000\uffff\ud800-\udfff]")
_HIGH: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOW: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@cache
def _private() -> dict[str, str]:
    return {chr(int(code, 16)): letter for code, letter in table("pdf")["private"].items()}


def is_odd(text: str) -> bool:
    """Whether `readable` would change anything in a text."""
    return not text.isascii() and (_CUT in text or _ODD.search(text) is not None)


def readable(text: str) -> str:
    """A word with its ligatures apart and its private letters mapped; what is not known becomes U+FFFD."""
    return _ODD.sub(_mapped, text.replace(_CUT, HYPHEN)) if not text.isascii() else text


def _mapped(found: re.Match[str]) -> str:
    letter = found[0]
    if "\ufb00" <= letter <= "\ufb06":
        return unicodedata.normalize("NFKC", letter)
    return _private().get(letter, UNREADABLE)


def raised(text: str) -> str:
    """Figures that are set high as letters that are: a note's mark is no part of a year."""
    return text.translate(_HIGH)


def lowered(text: str) -> str:
    """The opposite of `raised`."""
    return text.translate(_LOW)
