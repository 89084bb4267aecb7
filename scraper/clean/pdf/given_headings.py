"""Headings that the file itself names: by its bookmarks, or by its structure tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pagewitness.scraper.clean.pdf.page_model import Bookmark, Line
from pagewitness.scraper.clean.pdf.paragraphs import Part

_LEAST: Final = 2  # bookmarks that name a heading
_SHARE: Final = 0.5  # of the bookmarks that must do so; else they name something else
_MOST: Final = 0.3  # share of the text's letters that may be tagged as headings
_LONGEST: Final = 250  # letters of a heading
_PIECE: Final = re.compile(r"[\W_]+")
_LAST: Final = 6


def given_levels(parts: Sequence[Part], texts: Mapping[int, str], outline: Sequence[Bookmark]) -> dict[int, int]:
    """The levels of headings as the file gives them, 1 for the highest.

    Both are used only if they are plausible: if most bookmarks lead to a paragraph with their words, and if little text is
    tagged as a heading.

    Args:
        parts: those of the document, in order.
        texts: by the id of a part its text.
        outline: the bookmarks of the document.

    Returns:
        by the id of a part its level.
    """
    tagged = _tagged(parts, texts)
    return tagged | _outlined(parts, texts, outline)


def _tagged(parts: Sequence[Part], texts: Mapping[int, str]) -> dict[int, int]:
    found, levels = dict[int, int](), list[int]()
    every = own = 0
    for part in parts:
        every += len(texts[id(part)])
        tag = heading_tag(part.lines[0])
        if tag and part.kind in ("p", "li") and 1 < len(texts[id(part)]) <= _LONGEST:
            own += len(texts[id(part)])
            levels.append(int(tag[1]))
            found[id(part)] = levels[-1]
    if own > _MOST * every:
        return {}
    highest = min((level for level in levels if level), default=1)
    return {one: level - highest + 1 if level else 1 for one, level in found.items()}


def heading_tag(one: Line) -> str:
    """The heading that a line is tagged as, such as h2; empty if the tag is of other text."""
    tag = one.words[0].tag if one.words else None
    return tag.heading if tag else ""


def _outlined(parts: Sequence[Part], texts: Mapping[int, str], outline: Sequence[Bookmark]) -> dict[int, int]:
    on = dict[int, list[tuple[str, Part]]]()
    for part in parts:
        text = texts[id(part)]
        if part.kind in ("p", "li") and len(text) <= _LONGEST and part.by != "contents":
            on.setdefault(part.page, []).append((_plain(text), part))
    found = dict[int, int]()
    named = 0
    for mark in outline:
        title = _plain(mark.title)
        named_part = next(_candidates(on, mark.page, title, found), None) if len(title) > 1 else None
        if named_part is not None:
            named += 1
            found[id(named_part)] = mark.level + 1
    if named < max(_LEAST, _SHARE * len(outline)):
        return {}
    return {one: min(level, _LAST) for one, level in found.items()}


def _candidates(
    on: Mapping[int, list[tuple[str, Part]]], page: int, title: str, found: Mapping[int, int]
) -> Iterator[Part]:
    """The parts with the words of a bookmark, with or without its number, on its page or, for some programs, the next."""
    for number in (page, page + 1):
        for text, part in on.get(number, ()):
            numbered = text.endswith(title) and not re.search(r"[^\W\d_]{3}", text[: -len(title)])
            if id(part) not in found and (text == title or numbered or (title.endswith(text) and len(text) > 12)):
                yield part


def _plain(text: str) -> str:
    return _PIECE.sub("", text).casefold()
