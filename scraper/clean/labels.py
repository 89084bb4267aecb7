"""What short texts are: labels of controls, names of icons, beginnings of breadcrumbs, buttons of consent dialogs."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from pagewitness.scraper.clean.tables import any_of, strings

_WORD: Final = re.compile(r"[^\W_]+(?:_[a-z0-9_]+)?")
LONGEST_LABEL = 90  # letters
_MOST_BREADCRUMB_WORDS = 40
_AFTER_HERE: Final = re.compile(r"\s*(?:[:»›>/|•→\\-]|$)")
_AFTER_TRAIL: Final = re.compile(r"\s*:\s*[•»›>→]")


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(unicodedata.normalize("NFC", text).lower()))


@cache
def _phrases(*path: str) -> dict[str, list[tuple[str, ...]]]:
    """Phrases by their first word, longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in {_words(text) for text in strings(*path)} - {()}:
        found.setdefault(phrase[0], []).append(phrase)
    return {first: sorted(phrases, key=len, reverse=True) for first, phrases in found.items()}


@cache
def _ligatures() -> frozenset[str]:
    return frozenset(strings("icons", "ligatures"))


def is_ligature(word: str) -> bool:
    """Whether a word is the name of a picture in an icon font: `download`, `picture_as_pdf`."""
    return word in _ligatures() or bool(re.fullmatch(r"[a-z]+(?:_[a-z0-9]+)+", word))


@lru_cache(maxsize=4096)
def is_control(text: str, soft: bool = False) -> bool:
    """Whether a text is nothing but labels of controls, each with or without an icon's name before it.

    Args:
        text: a whole block.
        soft: whether words count that a document may hold too (for links, buttons, what stands outside the main part).
    """
    if len(text) > LONGEST_LABEL:
        return False
    return _is_chain(_words(text), soft)


def _is_chain(words: tuple[str, ...], soft: bool) -> bool:
    """Whether some words are a row of labels; an icon's name alone is none unless it has an underscore or is soft."""
    at, labels = 0, 0
    while at < len(words):
        step = _label_at(words, at, soft)
        if not step and is_ligature(words[at]):
            step = 1
            labels -= 0 if soft or "_" in words[at] else 1
        if not step:
            return False
        labels += 1
        at += step
    return labels > 0


def _label_at(words: tuple[str, ...], at: int, soft: bool) -> int:
    """How many words the longest label has that stands there; 0 for none."""
    for path in (("controls", "labels"), ("controls", "soft")) if soft else (("controls", "labels"),):
        for phrase in _phrases(*path).get(words[at], ()):
            if words[at : at + len(phrase)] == phrase:
                return len(phrase)
    return 0


@lru_cache(maxsize=4096)
def is_breadcrumb(text: str) -> bool:
    """Whether a text begins as a breadcrumb does ("You are here:") and then only goes on with names."""
    words = _words(text[:400])
    if not words or len(text) > 400 or len(words) > _MOST_BREADCRUMB_WORDS:
        return False
    for table in ("here", "trail"):
        for phrase in _phrases("controls", table).get(words[0], ()):
            if words[: len(phrase)] == phrase:
                rest = text[_end_of(text, len(phrase)) :]
                return bool((_AFTER_TRAIL if table == "trail" else _AFTER_HERE).match(rest))
    return False


def _end_of(text: str, count: int) -> int:
    """Where the first `count` words of a text end."""
    ends = [found.end() for found in _WORD.finditer(text)]
    return ends[count - 1] if count <= len(ends) else len(text)


@cache
def _button(kind: str) -> re.Pattern[str]:
    stems = [stem.replace(" ", r"\s+") for stem in strings("consent", "labels", kind)]
    return re.compile(rf"(?:^|(?<=[\s,]))(?<!\w){any_of(stems)}", re.IGNORECASE)


@lru_cache(maxsize=8192)
def consent_button(label: str) -> str | None:
    """What a button of a consent dialog does: `accept`, `reject`, `settings` or `weak`; None for any other label."""
    label = " ".join(label.split())
    if not label or len(label) > 70 or label.count(" ") > 7:
        return None
    if label.strip(" .!").lower() in _weak():
        return "weak"
    for kind in ("reject", "accept", "settings"):
        if _button(kind).search(label):
            return kind
    return None


@cache
def _weak() -> frozenset[str]:
    return frozenset(strings("consent", "labels", "weak"))


@cache
def _about() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(strings('consent', 'words', 'stems'))}", re.IGNORECASE)


def names_cookies(text: str) -> bool:
    """Whether a text speaks of cookies, consent or privacy, in any language of the table."""
    return bool(_about().search(text))
