"""Why an answer is not credible as the document, in one clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.words import count_words
from pagewitness.scraper.clean.lexicon.tables import any_of, lexicon_table

_SEPARATOR = r"(?:\s*[|–—:·•»-]\s*.{0,80})?"


def not_credible(title: str | None, blocks: Sequence[VisibleBlock]) -> str | None:
    """Why a page is not credible as the document; None if it is.

    Args:
        title: the page's title.
        blocks: its visible blocks, with `document` set.
    """
    document = [block.text for block in blocks if block.document]
    shown = [block.text for block in blocks if block.zone != "hidden"]
    if not shown:
        return "it shows no text"
    if count_words(document) < int(lexicon_table("errors")["most_words"]):
        # Text outside the document counts only if there is little of it: menus mention logging in, too.
        wall = _says(title, document, shown)
        if wall:
            return f"it looks like {wall}"
    if not any(block.document and block.by != "title: of the page" for block in blocks):
        return "no document was found in it"
    return None


def _says(title: str | None, document: Sequence[str], shown: Sequence[str]) -> str | None:
    for what, expression in _expressions("title"):
        if title and re.fullmatch(expression + _SEPARATOR, title.strip(), re.IGNORECASE):
            return what
    text = "\n".join(document)
    whole = "\n".join(shown)
    if len(text.split()) < 60 and count_words(shown) < int(lexicon_table("errors")["most_words"]):
        text = whole
    if len(text.split()) > 120:
        return None
    return next((what for what, expression in _expressions("text") if _finds(expression, text)), None)


def _finds(expression: str, text: str) -> bool:
    return bool(re.search(expression, text, re.IGNORECASE | re.MULTILINE))


@cache
def _expressions(part: str) -> tuple[tuple[str, str], ...]:
    return tuple((what, any_of(expressions)) for what, expressions in lexicon_table("errors")[part].items())
