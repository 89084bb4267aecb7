"""Turn the parts of a document into blocks: find their kinds, the levels of headings, and the title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, reduce
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.struck import STRUCK
from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.lexicon.tables import any_of, lexicon_table
from pagewitness.scraper.clean.metadata.published_dates import iso_moment
from pagewitness.scraper.clean.metadata.written_dates import calendar_day
from pagewitness.scraper.clean.pdf.document_style import DocumentStyle
from pagewitness.scraper.clean.pdf.gibberish import unspeakable
from pagewitness.scraper.clean.pdf.given_headings import given_levels
from pagewitness.scraper.clean.pdf.glyphs import ENDS, HYPHEN, UNREADABLE
from pagewitness.scraper.clean.pdf.hyphens import Spelling, spelling, unhyphenated
from pagewitness.scraper.clean.pdf.lines import text_with_marks
from pagewitness.scraper.clean.pdf.notes import with_raised_mark
from pagewitness.scraper.clean.pdf.page_model import Bookmark, Line
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
_SHORT: Final = 120  # letters of a title in the type of the text
_PROSE: Final = 50  # letters of a paragraph below a title
_EARLY: Final = 4  # parts of the first page among which its title is
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_GARBLED: Final = "garbled: the font does not say which letters these are"
_UNREAD: Final = re.compile(f"{UNREADABLE}(?:[\\W_]*{UNREADABLE})*")
_WORD: Final = 3  # letters that can't be read, from which they are a word
_GAP: Final = f" {UNREADABLE} "
_SECTION: Final = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[IVX]{1,4}[.)])\s+[^\W\d_]{2}")


def document_blocks(
    pages: Pages, own: str | None = None, outline: Sequence[Bookmark] = ()
) -> tuple[str | None, tuple[VisibleBlock, ...]]:
    """The title and the blocks of a document; its notes come last.

    Args:
        own: the file's own title, if it is one.
        outline: its bookmarks.

    Returns:
        the title as the pages show it if its type is large enough, else the file's own, else how the first page begins; the
        visible blocks.
    """
    every = [*_parts(pages.items), *pages.notes]
    flows = (flow for part in every for flow in (part.cells or [part.lines]))
    known = spelling(pages.words, ((one.text, after.text) for flow in flows for one, after in pairwise(flow)))
    texts = {id(part): _text(part, known) for part in every}
    given = given_levels(list(_parts(pages.items)), texts, outline)
    headings = [
        part for part in _parts(pages.items) if id(part) in given or is_heading(part, texts[id(part)], pages.style)
    ]
    title = _title(headings, pages) or ([] if own else _beginning(headings, pages, texts, given))
    levels = _levels([part for part in headings if id(part) not in set(map(id, title))], given)
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
    return title_text or own, tuple(map(_without_gibberish, found))


def _without_gibberish(block: VisibleBlock) -> VisibleBlock:
    """A block in which what can't be read is one sign, and which is no part of the document if that is most of it."""
    text = block.text
    lost, letters = text.count(UNREADABLE), sum(map(str.isalnum, text))
    if lost > letters or (lost == 0 and block.document and unspeakable(text)):
        return replace(block, text=UNREADABLE, kind="p", zone="hidden", document=False, by=_GARBLED)
    return replace(block, text=_UNREAD.sub(UNREADABLE, text)) if lost >= _WORD else block


def is_garbled(block: VisibleBlock) -> bool:
    """Whether a block has words that can't be read; a bullet or a sign is not enough."""
    return block.by == _GARBLED or (block.document and _GAP in block.text)


def _beginning(
    headings: Sequence[Part], pages: Pages, texts: Mapping[int, str], given: Mapping[int, int]
) -> list[Part]:
    """The first heading of the first page, or what it begins with, if that may be a title; it has the type of the text."""
    parts = list(_parts(pages.items))
    if not parts:
        return []
    first = [part for part in parts if part.page == parts[0].page]
    heads = set(map(id, headings))
    at = next((at for at, part in enumerate(first[:_EARLY]) if id(part) in heads), None)
    if at is not None:
        heading = first[at]
        if any(len(texts[id(part)]) > _SHORT for part in first[:at]):
            return []
        after = parts[parts.index(heading) + 1 :][:1]
        is_one_of_many = sum(level == given.get(id(heading)) for level in given.values()) > 1
        return [] if is_one_of_many or any(part.by == "contents" for part in after) else [heading]
    text = texts[id(first[0])] if first else ""
    is_title = (
        0 < len(text) <= _SHORT
        and len(first) > 1
        and not is_caption(text)
        and not ENDS.search(text)
        and not text.endswith(",")
    )
    is_title = is_title and any(len(texts[id(part)]) >= _PROSE for part in first[1:_EARLY])
    return first[:1] if is_title and first[0].kind == "p" and not first[0].by and _LETTERS.search(text) else []


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
    text = reduce(lambda first, second: _joined(first, second, known), map(text_with_marks, lines))
    return normalised(text.replace(HYPHEN, "-"))


def _joined(first: str, second: str, known: Spelling) -> str:
    """The text of two lines, struck as one if both are struck there."""
    if first.endswith(STRUCK) and second.startswith(STRUCK):
        return unhyphenated(first.removesuffix(STRUCK), second.removeprefix(STRUCK), known)
    return unhyphenated(first, second, known)


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


def _levels(headings: Sequence[Part], given: Mapping[int, int]) -> dict[int, str]:
    """The kind of each heading: as the file gives it; else larger ones rank higher and, among equal sizes, bold ones.

    Args:
        given: by the id of a heading its level, 1 for the highest.
    """
    own = {id(part): given[id(part)] for part in headings if id(part) in given}
    highest = min(own.values(), default=1)
    known = dict[tuple[int, bool], int]()
    for part in headings:
        if id(part) in own:
            style = round(part.size * 2), part.bold
            known[style] = min(known.get(style, _LAST_LEVEL), own[id(part)] - highest + 2)
    rank, last = dict[tuple[int, bool], int](), 1
    for style in sorted({(round(part.size * 2), part.bold) for part in headings}, reverse=True):
        last = rank[style] = known.get(style, last + 1)
    found = dict[int, str]()
    for part in headings:
        level = own[id(part)] - highest + 2 if id(part) in own else rank[round(part.size * 2), part.bold]
        found[id(part)] = f"h{max(2, min(level, _LAST_LEVEL))}"
    return found


# --- a PDF's own metadata ---------------------------------------------------------------------------------------------


def own_title(meta: dict[str, str], url: str | None = None) -> str | None:
    """The title in the metadata, unless a program made it up, or it is the name of the file at `url`."""
    title = _unless(meta.get("Title"), "junk")
    name = unquote((url or "").partition("?")[0].rstrip("/").rpartition("/")[2]).rpartition(".")[0]
    same = title and name and _NO_LETTER.sub("", title.lower()) == _NO_LETTER.sub("", name.lower())
    return None if same and " " not in (title or "") else title


def own_author(meta: dict[str, str]) -> str | None:
    """The author in the metadata, unless a program made it up."""
    return _unless(meta.get("Author"), "authors")


def _unless(text: str | None, junk: str) -> str | None:
    text = normalised(text or "")
    return text if text and not _junk(junk).search(text) else None


@cache
def _junk(name: str) -> re.Pattern[str]:
    return re.compile(any_of(lexicon_table("pdf")["titles"][name]), re.IGNORECASE)


_NO_LETTER: Final = re.compile(r"[\W_]+")
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
