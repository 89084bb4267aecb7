"""An error message that shows a line of input with a caret under the fault (pure)."""

from __future__ import annotations

from pagewitness.archive.text.columns import columns

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
    column = columns(before + shown[start:place])
    return f"{sentence}:\n  {before}{shown[start:end]}{after}\n  {' ' * column}^"
