"""What to follow, and how: settings and the catalogue of sources. It imports no other package of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class ConfigError(Exception):
    """A setting or source can't be used; the message names the file or variable, the key and the nearest spelling."""

    exit_code = 2


class UnknownSource(ConfigError):
    """The catalogue has no source of that name."""

    exit_code = 3


class AmbiguousSource(ConfigError):
    """Several sources of the catalogue are called so."""


def quoted(word: str) -> str:
    """A word in quotes, for messages."""
    return f"'{word}'"


def nearest(word: str, known: Iterable[str], shown: Callable[[str], str] = quoted) -> str:
    """`; did you mean …?` for the known word most like this one; all of them if none is like it."""
    from difflib import get_close_matches

    words = list(known)
    near = get_close_matches(word, words, n=1)
    if near:
        return f"; did you mean {shown(near[0])}?"
    return f"; there are {', '.join(map(shown, words))}." if words else "; it has no keys yet."
