"""Turn a document's pages into its parts in reading order, with dropped blocks between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.pdf import notes, running
from pagewitness.scraper.clean.pdf.direction import as_read, has_right_to_left, mirrored
from pagewitness.scraper.clean.pdf.document_style import DocumentStyle, document_style
from pagewitness.scraper.clean.pdf.glyphs import ENDS, HYPHEN
from pagewitness.scraper.clean.pdf.heads import with_heads
from pagewitness.scraper.clean.pdf.initials import with_initials
from pagewitness.scraper.clean.pdf.layout import PageLayout, PageTable, cell_lines, lay_out, without_unsure
from pagewitness.scraper.clean.pdf.lines import joined_line
from pagewitness.scraper.clean.pdf.page_model import Line, PdfPage
from pagewitness.scraper.clean.pdf.paragraphs import Part, parts_of
from pagewitness.scraper.clean.pdf.reading_order import in_order
from pagewitness.scraper.clean.pdf.table_continuation import PageContent, join_tables
from pagewitness.scraper.clean.pdf.visibility import VisibleWords

_LONG_CELL: Final = 900  # letters; a row with such a cell is only layout, and its cells are read one after the other
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

Item = Part | VisibleBlock


@dataclass(frozen=True, slots=True)
class Pages:
    """The contents of a document's pages.

    Attributes:
        items: its parts in reading order, and between them, as blocks, text that is not part of the document.
        notes: its footnotes, in order.
        style: the style of the document.
        words: the words inside its lines, in lower case; they show how hyphenated words are spelled.
    """

    items: list[Item]
    notes: list[Part]
    style: DocumentStyle
    words: frozenset[str]


def read_pages(pdf_pages: Sequence[PdfPage], visible_on: Mapping[int, VisibleWords]) -> Pages:
    """Put the words of all pages in reading order.

    Args:
        visible_on: by page number the words that are visible, and those that are not.
    """
    pages = list[PageLayout]()
    for pdf_page in pdf_pages:
        words, hidden = visible_on[pdf_page.number]
        if has_right_to_left(words):
            words, turned = as_read(words, pdf_page.width)
            pdf_page = replace(pdf_page, rules=mirrored(pdf_page.rules, pdf_page.width)) if turned else pdf_page
        words, hidden = with_heads(with_initials(words), hidden, pdf_page.rules)
        pages.append(lay_out(pdf_page, words, hidden, pages[-1] if pages else None))
    dropped = running.running([(page.lines, page.pdf_page.height) for page in pages])
    bodies = [[one for one in page.lines if id(one) not in dropped] for page in pages]
    document = document_style([[*body, *cell_lines(page)] for page, body in zip(pages, bodies, strict=True)])
    known = _known(pages)
    contents = [PageContent(page.tables, body, page.pdf_page.height) for page, body in zip(pages, bodies, strict=True)]
    again = join_tables(contents, document.size)
    for page, body in zip(pages, bodies, strict=True):
        body += without_unsure(page)
    items, found = list[Item](), list[Part]()
    for page, body, headers in zip(pages, bodies, again, strict=True):
        apart = [(one, dropped[id(one)]) for one in page.lines if id(one) in dropped]
        apart += [(one, "header of a table again") for one in headers]
        middle = page.pdf_page.height / 2
        items += _blocks((one, why) for one, why in apart if one.base < middle)
        _read(page, body, document, items, found)
        said = normalised(" ".join(one.text for one in body)) if page.pdf_page.shown else ""
        items += [
            VisibleBlock("p", text, "hidden", 0.0, False, "picture in words", page.pdf_page.number)
            for shown in page.pdf_page.shown
            if (text := normalised(shown)) and text not in said
        ]
        items += _blocks((one, why) for one, why in apart if one.base >= middle)
        items += [
            VisibleBlock("p", text, "hidden", 0.0, False, why, page.pdf_page.number)
            for why, words in page.dropped.items()
            if (text := normalised(" ".join(word.text for word in words)))
        ]
    return Pages(items, found, document, known)


def _blocks(apart: Iterable[tuple[Line, str]]) -> Iterator[VisibleBlock]:
    """Make blocks of dropped lines, one per row."""
    rows: list[tuple[list[Line], str]] = []
    for one, why in sorted(apart, key=lambda pair: (round(pair[0].base / 3), pair[0].left)):
        if rows and abs(rows[-1][0][0].base - one.base) < 3 and rows[-1][1] == why:
            rows[-1][0].append(one)
        else:
            rows.append(([one], why))
    for row, why in rows:
        if text := normalised(joined_line(row).text.replace(HYPHEN, "-")):
            yield VisibleBlock("p", text, "header", 0.0, False, why, row[0].page)


def _read(page: PageLayout, body: list[Line], document: DocumentStyle, items: list[Item], found: list[Part]) -> None:
    """Read one page: append its columns and tables to `items` in order, and its notes to `found`."""
    stands = _stand_ins(page)
    standing = {id(stand): at for at, stand in enumerate(stands)}
    known = page.marks
    feet: list[Line] = []
    for region in in_order([*body, *stands]):
        foot = notes.foot(
            [one for one in region if id(one) not in standing],
            document,
            known,
            page.pdf_page.rules,
            page.pdf_page.width,
        )
        feet += foot
        out = set(map(id, foot))
        first = True
        for piece in _between([one for one in region if id(one) not in out], standing):
            made = list(_table(page.tables[piece], document)) if isinstance(piece, int) else parts_of(piece, document)
            _append(items, made, first)
            first = False
    for note in notes.notes(feet, known):
        if not note.mark and found and not ENDS.search(found[-1].lines[-1].text):
            found[-1].lines += note.lines
        else:
            found.append(note)


def _stand_ins(page: PageLayout) -> list[Line]:
    """A placeholder line for each table, at its place."""
    return [
        Line(
            [],
            page.pdf_page.number,
            one.columns[0],
            one.columns[-1],
            one.top,
            one.bottom,
            one.top + 1,
            10.0,
            False,
            "-" * 40,
        )
        for one in page.tables
    ]


def _between(region: Sequence[Line], standing: dict[int, int]) -> Iterator[list[Line] | int]:
    """The lines of a region before each table, then the table's number."""
    part: list[Line] = []
    for one in region:
        if id(one) in standing:
            if part:
                yield part
            part = []
            yield standing[id(one)]
        else:
            part.append(one)
    if part:
        yield part


def _table(table: PageTable, document: DocumentStyle) -> Iterator[Part]:
    for row in table.rows:
        cells = [box.lines for box in row if box.lines]
        letters = max((sum(len(one.text) for one in cell) for cell in cells), default=0)
        if len(cells) > 1 and letters <= _LONG_CELL:
            every = [one for cell in cells for one in cell]
            bold = all(one.bold for one in every)
            yield Part("row", every, every[0].page, every[0].size, bold, cells, by="ruled table")
            continue
        for cell in cells:
            found: list[Part] = []
            for _, some in groupby(cell, key=lambda one: one.page):
                _append(found, parts_of(list(some), document), True)
            yield from found


def _append(items: list[Item] | list[Part], made: list[Part], first: bool) -> None:
    """Append parts to those before; the first part of a region may continue the last one."""
    last = next((one for one in reversed(items) if isinstance(one, Part)), None) if first and made else None
    if last is not None and _goes_on(last, made[0]):
        last.lines += made.pop(0).lines
    items += made


def _goes_on(last: Part, part: Part) -> bool:
    """Whether a paragraph cut by a page or a column continues in the next part."""
    if last.kind not in ("p", "li") or part.kind != "p" or last.by or abs(last.size - part.size) > 0.1 * last.size:
        return False
    end, start = last.lines[-1].text, part.lines[0].text
    if (ENDS.search(end) and not end.endswith((HYPHEN, "-"))) or last.bold != part.bold:
        return False
    return start[:1].islower() or end.endswith((HYPHEN, ",")) or (start[:1] in "(“\"'" and not last.bold)


def _known(pages: Iterable[PageLayout]) -> frozenset[str]:
    found = {
        word.lower()
        for page in pages
        for one in [*page.lines, *cell_lines(page)]
        for word in _TOKEN.findall(one.text.rsplit(" ", 1)[0].partition(" ")[2])
    }
    return frozenset(found.union(*(word.split("-") for word in found if "-" in word)))
