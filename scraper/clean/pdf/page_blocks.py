"""Turn the parts of a document into blocks: find their kinds, the levels of headings, and the title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, reduce
from itertools import pairwise
from typing import Final

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.lexicon.tables import any_of, lexicon_table
from pagewitness.scraper.clean.metadata.published_dates import iso_moment
from pagewitness.scraper.clean.metadata.written_dates import calendar_day
from pagewitness.scraper.clean.pdf.document_style import DocumentStyle
from pagewitness.scraper.clean.pdf.glyphs import HYPHEN
from pagewitness.scraper.clean.pdf.hyphens import Spelling, spelling, unhyphenated
from pagewitness.scraper.clean.pdf.notes import with_raised_mark
from pagewitness.scraper.clean.pdf.page_model import Line
from pagewitness.scraper.clean.pdf.pages import Item, Pages
from pagewitness.scraper.clean.pdf.paragraphs import Part, is_caption, is_heading, unbulleted

_FIRST_YEAR: Final = 1980  # earlier file dates come from clocks that were not set
_TITLE_PAGES: Final = 2
_TITLE: Final = 1.3  # smallest size of a title, as a multiple of the text's
_LONGEST_TITLE: Final = 250  # letters
_SAME: Final = 0.06  # share by which the sizes of a title's lines may differ
_LAST_LEVEL: Final = 6
_LEADING: Final = 1.4  # font sizes; assumed for a title of one line
_LOOSE: Final = 1.32  # leadings; a larger gap ends a title
_SECTION: Final = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[IVX]{1,4}[.)])\s+[^\W\d_]{2}")


def document_blocks(pages: Pages) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    """The title and the blocks of a document; its notes come last.

    Returns:
        the title as the pages show it, or None if no heading is large enough; the visible blocks.
    """
    every = [*_parts(pages.items), *pages.notes]
    flows = (flow for part in every for flow in (part.cells or [part.lines]))
    known = spelling(pages.words, ((one.text, after.text) for flow in flows for one, after in pairwise(flow)))
    texts = {id(part): _text(part, known) for part in every}
    headings = [part for part in _parts(pages.items) if is_heading(part, texts[id(part)], pages.style)]
    title = _title(headings, pages)
    levels = _levels([part for part in headings if id(part) not in set(map(id, title))])
    first = id(title[0]) if title else 0
    rest = {id(part) for part in title[1:]}
    title_text = normalised(" ".join(texts[id(part)] for part in title)) or None
    found = []
    for item in pages.items:
        if isinstance(item, VisibleBlock):
            found.append(item)
        elif id(item) == first and title_text:
            found.append(VisibleBlock("h1", title_text, by="title", page=item.page))
        elif id(item) not in rest and texts[id(item)]:
            level = levels.get(id(item))
            kind = level or ("caption" if item.kind == "p" and is_caption(texts[id(item)]) else item.kind)
            text = texts[id(item)] if level or kind != "li" else unbulleted(texts[id(item)])
            if text:
                found.append(VisibleBlock(kind, text, by=item.by or kind, page=item.page))
    found += [
        VisibleBlock("note", texts[id(part)], by=part.by or "footnote", page=part.page)
        for part in pages.notes
        if texts[id(part)]
    ]
    return title_text, tuple(found)


def _parts(items: Sequence[Item]) -> Iterator[Part]:
    return (item for item in items if isinstance(item, Part))


def _text(part: Part, known: Spelling) -> str:
    if part.cells:
        cells = (_flowing(cell, known) for cell in part.cells)
        return " | ".join(cell for cell in cells if cell)
    text = _flowing(part.lines, known)
    return with_raised_mark(text, part.mark) if part.kind == "note" else text


def _flowing(lines: Sequence[Line], known: Spelling) -> str:
    """Join the text of lines."""
    if not lines:
        return ""
    text = reduce(lambda first, second: unhyphenated(first, second, known), (one.text for one in lines))
    return normalised(text.replace(HYPHEN, "-"))


def _title(headings: Sequence[Part], pages: Pages) -> list[Part]:
    """The largest heading of the first pages, with the lines of the same size that follow it."""
    begin = min((item.page for item in pages.items if item.page), default=1)
    behind = {id(part): after for part, after in pairwise(_parts(pages.items))}
    early = [
        part
        for part in headings
        if part.page < begin + _TITLE_PAGES and (id(part) not in behind or behind[id(part)].by != "contents")
    ]
    largest = max((part.size for part in early), default=0.0)
    if largest < _TITLE * pages.style.size:
        return []
    found: list[Part] = []
    first = next(part for part in early if abs(part.size - largest) <= _SAME * largest)
    for item in pages.items:
        if item is first:
            found.append(first)
        elif found and isinstance(item, Part):  # a year in a title is not a heading by itself
            if item.page != first.page or item.by or abs(item.size - largest) > _SAME * largest:
                break
            if _heads_text(item, found[-1], behind.get(id(item)), pages.style):
                break
            found.append(item)
    letters = sum(len(one.text) for part in found for one in part.lines)
    return found if letters <= _LONGEST_TITLE else found[:1]


def _heads_text(part: Part, title: Part, after: Part | None, style: DocumentStyle) -> bool:
    """Whether a part as large as the title above it is the first heading: numbered, or apart from it and close to text."""
    if _SECTION.match(part.lines[0].text):
        return True
    if after is None or after.page != part.page or abs(after.size - style.size) > 0.1 * style.size:
        return False
    above = part.lines[0].base - title.lines[-1].base
    leading = min((two.base - one.base for one, two in pairwise(title.lines)), default=_LEADING * title.size)
    return above > _LOOSE * leading and 0 < after.lines[0].base - part.lines[-1].base < above


def _levels(headings: Sequence[Part]) -> dict[int, str]:
    """The kind of each heading: larger ones rank higher and, among equal sizes, bold ones."""
    styles = sorted({(round(part.size * 2), part.bold) for part in headings}, reverse=True)
    rank = {style: f"h{min(at + 2, _LAST_LEVEL)}" for at, style in enumerate(styles)}
    return {id(part): rank[round(part.size * 2), part.bold] for part in headings}


# --- a PDF's own metadata ---------------------------------------------------------------------------------------------


def own_title(meta: dict[str, str]) -> str | None:
    """The title in the metadata, unless a program made it up."""
    return _unless(meta.get("Title"), "junk")


def own_author(meta: dict[str, str]) -> str | None:
    """The author in the metadata, unless a program made it up."""
    return _unless(meta.get("Author"), "authors")


def _unless(text: str | None, junk: str) -> str | None:
    text = normalised(text or "")
    return text if text and not _junk(junk).search(text) else None


@cache
def _junk(name: str) -> re.Pattern[str]:
    return re.compile(any_of(lexicon_table("pdf")["titles"][name]), re.IGNORECASE)


_DATE: Final = re.compile(r"D:(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?")


def own_date(text: str | None) -> str | None:
    """A date in the metadata (ISO 32000-1, 7.9.4) as ISO 8601; None if it can't be read.

    >>> own_date("D:20240828101500+02'00'")
    '2024-08-28T10:15:00+02:00'
    """
    found = _DATE.match(text or "")
    day = calendar_day(*found.group(1, 2, 3)) if found and int(found[1]) >= _FIRST_YEAR else None
    if not found or not day or not found[4]:
        return day
    zone = "Z" if found[7] else f"{found[8]}:{found[9] or '00'}" if found[8] else ""
    return iso_moment(day, f"{found[4]}:{found[5]}:{found[6] or '00'}", zone)
