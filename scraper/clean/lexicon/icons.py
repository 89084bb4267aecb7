"""Recognise elements that show no words: scripts, pictures, and names of pictures in icon fonts."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, Final

from pagewitness.scraper.clean.lexicon.labels import is_ligature
from pagewitness.scraper.clean.lexicon.tables import any_of, lexicon_table

SILENT: Final = frozenset([
        "script", "style", "head", "title", "meta", "link", "base", "noscript", "datalist", "desc", "metadata",
])  # fmt: skip
_FALLBACK: Final = frozenset({"audio", "canvas", "object", "video"})  # what they hold is shown if they can't be
_LONGEST_FALLBACK: Final = 2_000  # letters; more is a page whose element never ends
INLINE: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "nobr",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "output",
        "meter",
        "data",
        "progress",
        "slot",
        "svg",
        "text",
        "tspan",
        "textpath",
    ]
)
_ICON_TAGS: Final = frozenset({"mat-icon", "md-icon", "ion-icon", "iconify-icon"})


def is_silent(element: Any, tag: Any) -> bool:
    """Whether an element shows no words."""
    if not isinstance(tag, str) or tag in SILENT:
        return True
    if tag == "svg":
        return element.get("aria-hidden") == "true" or next(element.iter("text", "foreignobject"), None) is None
    if tag == "template":
        return element.get("shadowrootmode") is None
    if tag in _FALLBACK:
        return sum(map(len, element.itertext())) <= _LONGEST_FALLBACK
    if tag not in INLINE and tag not in _ICON_TAGS:
        return False
    return _is_icon(element)


def _is_icon(element: Any) -> bool:
    classes, hidden = element.get("class"), element.get("aria-hidden") == "true"
    if not hidden and not (classes and _names_icon(classes)) and element.tag != "mat-icon":
        return False
    text = "".join(element.itertext()).strip()
    if hidden:
        return len(text) <= 2 or is_ligature(text)
    return " " not in text and (
        is_ligature(text) or len(text) <= 2 or (text.islower() and "material" in (classes or ""))
    )


@lru_cache(maxsize=16384)
def _names_icon(classes: str) -> bool:
    return any(_icons().fullmatch(name) for name in classes.split())


@cache
def _icons() -> re.Pattern[str]:
    return re.compile(any_of(lexicon_table("icons")["classes"]), re.IGNORECASE)
