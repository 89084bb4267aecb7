"""Find sources by what people type: a name in any case, with or without diacritics, hyphens and dots; or words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pagewitness.config import AmbiguousSource, UnknownSource, quoted
from pagewitness.config.publishers import CatalogueSource

# Letters that Unicode does not take apart, as people type them without their marks.
_PLAIN: Final = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"}
)
_MOST_NEAR = 3  # names that an error suggests


def folded(text: str) -> str:
    """A text in small letters without diacritics.

    >>> folded("Þjóðaröryggisráð"), folded("NÚKIB")
    ('thjodaroryggisrad', 'nukib')
    """
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def loose(name: str) -> str:
    """The form in which two spellings of a name are equal: letters and digits only, without case and diacritics.

    >>> loose("E-tjenesten") == loose("etjenesten"), loose("Säpo")
    (True, 'sapo')
    """
    return "".join(letter for letter in folded(name) if letter.isalnum())


def named(sources: Mapping[str, CatalogueSource], typed: str) -> list[CatalogueSource]:
    """The sources that somebody may mean by a name: the one whose own name it is, else all that are called so."""
    wanted = loose(typed)
    if not wanted:
        return []
    own = [source for source in sources.values() if loose(source.name) == wanted]
    return own or [source for source in sources.values() if wanted in map(loose, source.names)]


def source_named(sources: Mapping[str, CatalogueSource], typed: str) -> CatalogueSource:
    """The one source that a name means.

    Raises:
        AmbiguousSource: several are called so; the message lists them.
        UnknownSource: none is; the message suggests similar names, or how to search.
    """
    found = named(sources, typed)
    if not found:
        raise UnknownSource(f"The catalogue has no source '{typed}'{suggestion(sources, typed)}")
    if len(found) > 1:
        lines = (f"{source.name}: {source.title}, {source.country}" for source in found)
        raise AmbiguousSource("\n".join([f"'{typed}' may be any of {len(found)} sources. Name one of them:", *lines]))
    return found[0]


def suggestion(sources: Mapping[str, CatalogueSource], typed: str) -> str:
    """What to try instead of a name that no source has, as the end of a sentence: similar names, or how to search."""
    spellings = {loose(name): source.name for source in sources.values() for name in source.names}
    spellings |= {loose(name): name for name in sources}
    near = dict.fromkeys(spellings[one] for one in get_close_matches(loose(typed), spellings, _MOST_NEAR, 0.7))
    if near:
        return f"; did you mean {' or '.join(map(quoted, near))}?"
    if typed.strip() and (count := len(matching(sources.values(), typed))):
        some = "one that mentions it" if count == 1 else f"the {count} that mention it"
        return f"; `pagewitness sources {typed.strip()}` shows {some}."
    return "; `pagewitness sources` lists them."


def matching(sources: Iterable[CatalogueSource], query: str) -> list[CatalogueSource]:
    """The sources with words that begin with each word of a query, in any case and without diacritics.

    Words of their names, title, country, languages, notes, reports, addresses and file name count.
    """
    words = [re.compile(rf"(?<!\w){re.escape(word)}") for word in folded(query).split()]
    return [source for source in sources if all(word.search(_words_of(source)) for word in words)]


def _words_of(source: CatalogueSource) -> str:
    file = Path(source.file).stem.replace("_", " ")  # our files are named after the country
    parts = [source.name, source.title, *source.names, source.country, file, *source.languages, source.note]
    parts += [f"{' '.join(one.title.values())} {one.note}" for one in source.series]
    parts += [f"{entry.newest} {entry.note}" for entry in source.entries]
    return folded(" ".join(parts))
