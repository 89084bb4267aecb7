"""Recognise short texts: labels of controls, names of icons, beginnings of breadcrumbs, notes on official sites."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from pagewitness.scraper.clean.lexicon.phrases import Phrases, compiled, longest, words_of
from pagewitness.scraper.clean.lexicon.tables import WORD, TableEntry, entries, lexicon_table, without_accents

LONGEST_LABEL = 90  # letters
_LONGEST_NOTE = 420
_MOST_BREADCRUMB_WORDS = 40
_COMPOUND: Final = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")
_AFTER_HERE: Final = re.compile(r"\s*(?:[:：»›>/|•→\\-]|$)")
_AFTER_TRAIL: Final = re.compile(r"\s*[:：]\s*[•»›>→]")
_SIZE: Final = re.compile(r"[(（,]?\s*~?\b\d+(?:[.,]\d+)?\s*(?:[kmgкмг]i?[bбotк]|bytes?|байт)\b[)）]?", re.IGNORECASE)


@cache
def _labels(soft: bool) -> Phrases:
    return compiled(entry for entry in entries("controls") if soft or not is_soft(entry))


def is_soft(entry: TableEntry) -> bool:
    """Whether an entry for a control is a word that a document may also contain."""
    return entry.table == "trail" or entry.table.startswith("soft.")


@cache
def _beginnings(name: str) -> Phrases:
    return compiled(entry for entry in entries("controls") if entry.table == name)


@cache
def _ligatures(compound: bool = False) -> frozenset[str]:
    """Names of icons that are one word; with `compound`, the first words of longer names."""
    names = {name for group in lexicon_table("icons")["ligatures"].values() for name in group["names"]}
    return frozenset(names | set(lexicon_table("icons")["compound"]["begin"])) if compound else frozenset(names)


@lru_cache(maxsize=32768)
def is_ligature(word: str) -> bool:
    """Whether a word is the name of a picture in an icon font: `download`, `picture_as_pdf`."""
    return word in _ligatures() or (bool(_COMPOUND.fullmatch(word)) and word.split("_")[0] in _ligatures(compound=True))


@lru_cache(maxsize=4096)
def control_of(text: str, soft: bool = False) -> str:
    """The entry that makes a text only labels of controls, each with or without an icon's name before it.

    Args:
        text: a whole block.
        soft: whether to count words that a document may also contain (for links, buttons, text outside the main part).

    Returns:
        the entry of the first label, such as `control: print (lt: spausdinti [puslapį])`; empty for any other text.
    """
    if len(text) > _LONGEST_NOTE:
        return ""
    if len(text) > LONGEST_LABEL:
        return _note(text)
    return chain(text, _labels(soft), soft)


def _without_size(text: str) -> str:
    """A label without the size of the file that it links: `PDF (1,2 MB)`."""
    return _SIZE.sub(" ", text) if any(map(str.isdigit, text)) else text


def chain(text: str, known: Phrases, soft: bool) -> str:
    """The first label of a text that is a row of labels; empty for any other text.

    Names of icons have no capitals and occur among labels: "share Share", but not "Social Security". Names of icons alone
    are labels only if one has an underscore, or if there is only one and `soft` is set.
    """
    first = WORD.search(text)
    if first and not first[0][0].isdigit() and not _may_begin(without_accents(first[0]), known):
        return ""  # most texts
    words = words_of(_without_size(text))
    icons = frozenset(word for word in text.split() if is_ligature(word))
    found = _row(words, 0, known, icons, soft)
    return f"control: {found}" if found else ""


def _may_begin(word: str, known: Phrases) -> bool:
    return word in known.whole or not word.isascii() or is_ligature(word)


def _row(words: tuple[str, ...], at: int, known: Phrases, icons: frozenset[str], soft: bool) -> str | None:
    """The first label from a place on; empty if only names of icons follow, None if there is anything else."""
    if at == len(words):
        return ""
    entry, step = longest(words, at, known)
    if entry and _row(words, at + step, known, icons, soft) is not None:
        return entry.reason(words[at : at + step])
    if step == 1 or words[at] not in icons:
        return None
    rest = _row(words, at + 1, known, icons, soft)
    alone = soft and len(words) == 1
    return "icon" if rest == "" and (alone or "_" in words[at]) else rest


def _note(text: str) -> str:
    """The entry for a text that is a longer note ("Share sensitive information only on …")."""
    first = WORD.search(text[:40])
    if not first or first[0].lower() not in _beginnings("official").whole:
        return ""
    words = words_of(text)
    entry, step = longest(words, 0, _beginnings("official"))
    return f"control: {entry.reason(words)}" if step == len(words) and entry else ""


@lru_cache(maxsize=4096)
def breadcrumb_of(text: str) -> str:
    """The entry that makes a text a breadcrumb: it begins like one ("You are here:"), and only names follow.

    Returns:
        the entry, such as `control: here (lt: jūs esate čia)`; empty for any other text.
    """
    if len(text) > 400:
        return ""
    first = WORD.search(text)
    if first is None or (first[0].isascii() and not _may_lead(first[0].lower())):
        return ""  # most texts
    words = words_of(text)
    if not words or len(words) > _MOST_BREADCRUMB_WORDS:
        return ""
    for name, after in (("here", _AFTER_HERE), ("trail", _AFTER_TRAIL)):
        entry, step = longest(words, 0, _beginnings(name))
        if entry:
            return f"control: {entry.reason(words[:step])}" if after.match(text[_end_of(text, step) :]) else ""
    return ""


def _may_lead(word: str) -> bool:
    return word in _beginnings("here").whole or word in _beginnings("trail").whole


def _end_of(text: str, count: int) -> int:
    """Where the first `count` words of a text end."""
    ends = [found.end() for found in WORD.finditer(text)]
    return ends[count - 1] if count <= len(ends) else len(text)
