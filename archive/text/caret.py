"""An error message that shows a line of input with a caret under the fault (pure)."""

from __future__ import annotations

import unicodedata

LENGTH = 76  # columns of the line that is shown


def pointed(sentence: str, text: str, place: int) -> str:
    """A sentence, the input it is about, and a caret under the fault.

    Args:
        sentence: without a full stop.
        text: the input.
        place: the index of the faulty character.


    >>> print(pointed("Here is no letter", "a ++ b", 2))
    Here is no letter:
      a ++ b
        ^
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    start = max(0, place - LENGTH // 2) if len(shown) > LENGTH else 0
    end = start + LENGTH
    before, after = ("…" if start else ""), ("…" if end < len(shown) else "")
    column = sum(map(_columns, before + shown[start:place]))
    return f"{sentence}:\n  {before}{shown[start:end]}{after}\n  {' ' * column}^"


def _columns(letter: str) -> int:
    """How many columns of a terminal a letter takes."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
