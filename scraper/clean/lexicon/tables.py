"""Load the tables beside this module (`*.toml`); each is read once.

Texts that differ by language have a folder with a file for each: `consent/lt.toml`, `controls/lt.toml`. In these files,
and in `controls.toml`, an entry is a line `"spelling" = "an example that it catches"`:

    [this] print (page|article)     words in brackets are optional; one of those in parentheses is required
    sutink-                         the beginning of a word (consent only)
    website of the state of … now   up to six words (controls only)

Case and punctuation are ignored, as are dots and accents that capitals lose (`folded`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from pagewitness.archive.text.words import tokens

WORD: Final = re.compile(r"[^\W_]+(?:_[a-z0-9_]+)?")
_OPTION: Final = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)")
# Capitals lose their accents in Greek, and the dot of i means something else in Turkish.
_FOLDED: Final = str.maketrans("άέήίόύώϊϋΐΰςı", "αεηιουωιυιυσi", "\u0307\u00ad\u200b")


class TableEntry(NamedTuple):
    """An entry of a table with a file for each language.

    Attributes:
        language: such as `lt`; `any` for all.
        table: such as `print`, or `soft.more`.
        spelling: as written in the table.
        example: a text that it catches.
    """

    language: str
    table: str
    spelling: str
    example: str

    def reason(self, words: Iterable[str] = ()) -> str:
        """The entry in short with the words that it caught, such as `print (lt: spausdinti puslapį)`."""
        text = " ".join(words) or self.spelling
        return f"{self.table.removeprefix('soft.')} ({self.language}: {text if len(text) < 70 else text[:68] + '…'})"


@cache
def lexicon_table(name: str) -> dict[str, Any]:
    """One table, as parsed TOML.

    Args:
        name: the file's name without its suffix, such as `icons`, or `consent/lt`.
    """
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))


@cache
def table_languages(kind: str) -> tuple[str, ...]:
    """The languages that a kind of table has files for, English first, because a phrase may belong to several.

    Args:
        kind: `consent` or `controls`.
    """
    names = (file.name.removesuffix(".toml") for file in (files(__package__) / kind).iterdir())
    return tuple(sorted(names, key=lambda name: (name != "en", name)))


@cache
def entries(kind: str) -> tuple[TableEntry, ...]:
    """All entries of a kind, with those of all languages (`controls.toml`) first.

    Args:
        kind: `consent` or `controls`.
    """
    found = [TableEntry("any", *entry) for entry in _entries(lexicon_table(kind).get("any", {}))]
    for language in table_languages(kind):
        found += [TableEntry(language, *entry) for entry in _entries(lexicon_table(f"{kind}/{language}"))]
    return tuple(found)


def _entries(tables: dict[str, Any], above: str = "") -> Iterator[tuple[str, str, str]]:
    for name, inner in tables.items():
        if not isinstance(inner, dict):
            continue
        for spelling, example in inner.items():
            if isinstance(example, str):
                yield above + name, spelling, example
        yield from _entries({key: value for key, value in inner.items() if isinstance(value, dict)}, f"{name}.")


def spelled(spelling: str) -> list[str]:
    """All phrases that a spelling means: `print [this] page` means `print this page` and `print page`."""
    option = _OPTION.search(spelling)
    if option is None:
        return [spelling]
    choices = [*option[1].split("|"), ""] if option[1] is not None else option[2].split("|")
    before, after = spelling[: option.start()], spelling[option.end() :]
    return [whole for choice in choices for whole in spelled(before + choice + after)]


def without_accents(text: str) -> str:
    """A text in lower case, without the dots and accents that capitals lose."""
    return text.lower().translate(_FOLDED)


def letters(text: str) -> str:
    """A text's letters and digits alone, for comparing titles with their repeats."""
    return "".join(tokens(text.lower()))


def any_of(alternatives: Iterable[str]) -> str:
    """A group of a regular expression that matches any of several expressions."""
    return "(?:" + "|".join(alternatives) + ")"
