"""Languages that pages and guessers take for one another (pure)."""

from __future__ import annotations

from typing import Final

_ALIKE: Final = (frozenset({"no", "nb", "nn", "da"}), frozenset({"hr", "bs", "sr", "sh"}), frozenset({"cs", "sk"}))


def close_languages(language: str | None) -> frozenset[str]:
    """The languages (ISO 639-1) that can't be told from one, with itself; none for None."""
    if language is None:
        return frozenset()
    return next((group for group in _ALIKE if language in group), frozenset({language}))
