"""Find the block that is the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from pagewitness.scraper.clean.lexicon.tables import letters

_SITE = re.compile(r"\s+[|–—:·•»«/-]+\s+|\s*[|»•]\s*")


class TitleCandidate(Protocol):
    """A block that may be the title."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def zone(self) -> str: ...


def title_block(pieces: Sequence[TitleCandidate], titles: Sequence[str], barred: set[int]) -> int | None:
    """The index of the block that is the page's title, or None.

    Args:
        pieces: the visible blocks.
        titles: titles that the page gives itself, the likeliest first, maybe with the site's name.
        barred: indexes of blocks that cannot be the title.
    """
    heads = [
        at for at, piece in enumerate(pieces) if at not in barred and piece.kind == "h1" and piece.zone != "dialog"
    ]
    for title in titles:
        named = [at for at in heads if _names(title, pieces[at].text)]
        if named:
            return named[0]
    shown = [at for at in heads if pieces[at].zone in ("main", "aside")]
    if len(shown) == 1 and (len(heads) == 1 or pieces[shown[0]].zone == "main"):
        return shown[0]
    for title in titles:
        whole = {letters(title), letters(without_site(title))}
        for at, piece in enumerate(pieces):
            heading = piece.kind[0] == "h" and piece.zone == "main"
            if heading and at not in barred and letters(piece.text) in whole:
                return at
    return shown[0] if shown else None


def _names(title: str, heading: str) -> bool:
    """Whether a heading is the title, apart from the site's name: it has most of the title's words, in order."""
    whole, part = letters(title), letters(heading)
    return bool(part) and (whole == part or (whole.startswith(part) and 3 * len(part) >= len(whole)))


def without_site(title: str) -> str:
    """A title without the site's name before or after a separator: its longest part, or the first of equal ones."""
    parts = [part for part in _SITE.split(title) if part]
    if len(parts) < 2:
        return title
    first = parts[0]
    if 2 * len(first) >= max(map(len, parts)) and len(first.split()) > 1:
        # In `Subject: aspect – Site` the last part is the site.
        return title[: title.rindex(parts[-1])].rstrip(" |–—:·•»«/-")
    return max(parts, key=len)
