"""Recognise by their classes the marks of notes, struck and raised text, and what only says that a section opens (`signs.toml`)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from pagewitness.scraper.clean.lexicon.tables import any_of, lexicon_table

ACCORDIONS: Final = "accordions"
LOWERED: Final = "lowered"
NOTES: Final = "notes"
PRINTED: Final = "printed"
RAISED: Final = "raised"
STRUCK: Final = "struck"
TOGGLES: Final = "toggles"


@lru_cache(maxsize=16384)
def has_sign(classes: str, sign: str) -> bool:
    """Whether one of an element's classes has a meaning.

    Args:
        classes: as written.
        sign: `ACCORDIONS`, `NOTES` or another of these names.
    """
    return any(_known(sign).fullmatch(name) for name in classes.split())


@cache
def _known(sign: str) -> re.Pattern[str]:
    return re.compile(any_of(lexicon_table("signs")[sign]), re.IGNORECASE)
