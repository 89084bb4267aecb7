"""Normalise letters: split ligatures, map the private letters of symbol fonts, and mark the rest as unreadable."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from pagewitness.scraper.clean.lexicon.tables import lexicon_table

UNREADABLE: Final = "\ufffd"
ENDS: Final = re.compile(
    r"[.!?:;…؟؛۔。！？।][\"'”’»)\]⁰¹²³⁴⁵⁶⁷⁸⁹]*$"
)  # of a sentence, or of the introduction to a list
TICKED: Final = "☑"  # a box or a button of a form that is chosen, and one that is not
UNTICKED: Final = "☐"
HYPHEN: Final = "\x02"  # at the end of a line, where PDFium says that a word is cut
_CUT: Final = "\ufffe"  # some versions of PDFium use this instead
_FORMS: Final = (
    "\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufb4f\ufb50-\ufdcf\ufdf0-\ufdfc\ufe70-\ufefc"  # ligatures, Arabic forms
)
_ODD: Final = re.compile(f"[{_FORMS}\ue000-\uf8ff\U000f0000-\U0010fffd\u0000\uffff\ud800-\udfff]")
_HIGH: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOW: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@cache
def _private() -> dict[str, str]:
    return {chr(int(code, 16)): letter for code, letter in lexicon_table("pdf")["private"].items()}


def is_odd(text: str) -> bool:
    """Whether `readable_letters` would change anything in a text."""
    return not text.isascii() and (_CUT in text or _ODD.search(text) is not None)


def readable_letters(text: str) -> str:
    """A word with its ligatures split and its private letters mapped; unknown ones become U+FFFD."""
    return _ODD.sub(_mapped, text.replace(_CUT, HYPHEN)) if not text.isascii() else text


def _mapped(found: re.Match[str]) -> str:
    letter = found[0]
    if "\ufb00" <= letter <= "\ufefc":
        return unicodedata.normalize("NFKC", letter)
    return _private().get(letter, UNREADABLE)


def raised_mark(text: str) -> str:
    """Digits as superscript characters, so that a note's mark is not read as part of a year."""
    return text.translate(_HIGH)


def lowered_mark(text: str) -> str:
    """The opposite of `raised`."""
    return text.translate(_LOW)
