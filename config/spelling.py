"""What somebody may have meant: the nearest of the known words."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def quoted(word: str) -> str:
    """A word as messages show it."""
    return f"'{word}'"


def nearest(word: str, known: Iterable[str], shown: Callable[[str], str] = quoted) -> str:
    """`; did you mean …?` for the known word most like this one, or all of them where none is."""
    from difflib import get_close_matches

    words = list(known)
    near = get_close_matches(word, words, n=1)
    if near:
        return f"; did you mean {shown(near[0])}?"
    return f"; there are {', '.join(map(shown, words))}." if words else "; it has no keys yet."
