"""Raised and lowered figures and letters, which mean something: 10⁶ is not 106 (pure)."""

from __future__ import annotations

import re
from typing import Final

_HIGH: Final = dict(zip("0123456789+-−=()ijkmnpxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱʲᵏᵐⁿᵖˣʸᶻ", strict=True))
_LOW: Final = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
RAISED: Final = "".join(dict.fromkeys(_HIGH.values()))
LOWERED: Final = "".join(dict.fromkeys(_LOW.values()))
# Each as the plain character, one for one.
UNRAISED: Final[dict[int, str]] = {ord(high): plain for plain, high in _HIGH.items() if plain != "−"}
UNLOWERED: Final[dict[int, str]] = {ord(low): plain for plain, low in _LOW.items() if plain != "−"}
SET: Final = re.compile(f"([{re.escape(RAISED + LOWERED)}]+)")
_FIGURES: Final = frozenset("0123456789+-−=()")
_BETWEEN: Final = frozenset(",– ")  # the marks of several notes
_LONGEST: Final = 12  # letters; longer text is only small


def raised(text: str, before: str) -> str:
    """Superscript text in characters.

    Figures and variables are written as superscript characters if there are any, else after ^. What is only letters (the
    1st, Mme, ™) is as plain as it is read.

    Args:
        text: the text.
        before: the text before it, without which it is alone.

    >>> raised("6", "10"), raised("n+1", "2"), raised("st", "the 1"), raised("2/3", "x"), raised("x", "10")
    ('⁶', 'ⁿ⁺¹', 'st', '^(2/3)', 'ˣ')
    >>> raised("1, 2", "the ports"), raised("[5]", "the ports")
    ('¹, ²', '[5]')
    """
    own = text.strip()
    if not own or len(own) > _LONGEST or (own.isalpha() and not (own in _HIGH and before[-1:].isalnum())):
        return text
    if _HIGH.keys() >= set(own) - _BETWEEN and not set(own) <= _BETWEEN:
        return text.replace(own, "".join(_HIGH.get(one, one) for one in own))
    if own[0] in "[{" or own[-1] in "]}":
        return text  # the mark of a note
    return text.replace(own, f"^({own})") if _is_formula(own, before) else text


def lowered(text: str, before: str) -> str:
    """Subscript text in characters, as for `raised`; after _ where a letter has no such character.

    >>> lowered("2", "CO"), lowered("i", "x"), lowered("max", "P"), lowered("A1", "v"), lowered("Source: own", "")
    ('₂', 'ᵢ', 'ₘₐₓ', '_(A1)', 'Source: own')
    """
    own = text.strip()
    if not own or len(own) > _LONGEST or not before[-1:].strip() or " " in own:
        return text
    if _LOW.keys() >= set(own):
        return text.replace(own, "".join(map(_LOW.__getitem__, own)))
    return text.replace(own, f"_({own})") if own.isalnum() or _is_formula(own, before) else text


def _is_formula(text: str, before: str) -> bool:
    """Whether text that has no characters of its own is a part of the word before it."""
    return before[-1:].strip() != "" and " " not in text and any(map(str.isalnum, text)) and not text.isalpha()
