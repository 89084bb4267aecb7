"""Group lines in reading order into paragraphs, list items, headings, captions and table rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from pagewitness.scraper.clean.lexicon.tables import any_of, lexicon_table
from pagewitness.scraper.clean.pdf.document_style import DocumentStyle
from pagewitness.scraper.clean.pdf.glyphs import ENDS
from pagewitness.scraper.clean.pdf.lines import joined_line
from pagewitness.scraper.clean.pdf.page_model import Line
from pagewitness.scraper.clean.pdf.unruled import table_rows

_LOOSE: Final = 1.32  # leadings; a larger gap ends a paragraph
_USUAL: Final = 1.75  # font sizes; the gap that ends a paragraph if the leading is not known
_SIZES: Final = 0.1  # share by which the sizes of a paragraph's lines may differ
_SMALL: Final = 0.82  # largest size of a note's mark, as a share of the note's
_INDENT: Final = 0.8  # font sizes
_NUMBERED: Final = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\(?\d{1,2}(?:\.\d{1,2}){1,3}\.?")
_LEADERS: Final = re.compile(r"\s*(?:\.{4,}|(?:\. ){3,}|…{2,}|·{4,}|_{4,})[\s.…·_]*(\d{1,4}|[ivxlc]{1,6})?$")
_SOME_LEADERS: Final = "....", ". . .", "……", "····", "____"  # leaders contain one of these
_SOLID: Final = frozenset("•◦▪▫‣⁃∙●○■□◆◇►▶➢➤✓✔❖·")
_BOXES: Final = frozenset("☐☑☒")  # say something, and stay
_WIDE: Final = 0.4  # font sizes; a gap this wide after a dash makes it a bullet
_LONGEST_HEADING: Final = 200  # letters
_LARGER: Final = 1.12  # smallest size of a heading, as a multiple of the text's
_LEAST_CONTENTS: Final = 4


@dataclass(slots=True)
class Part:
    """A part of the document that becomes a block.

    Attributes:
        lines: its lines; for a table row those of all cells.
        cells: the lines of each cell of a table row.
        mark: the mark of a footnote.
    """

    kind: str
    lines: list[Line]
    page: int
    size: float
    bold: bool
    cells: list[list[Line]] = field(default_factory=list)
    mark: str = ""
    by: str = ""


def parts_of(region: Sequence[Line], document: DocumentStyle) -> list[Part]:
    """The parts of a region of a page, in reading order.

    Args:
        region: its lines from top to bottom; pieces of one line are next to each other.
        document: the style of the document.
    """
    rows = _rows(region)
    contents = _contents(rows, document)
    table = table_rows(rows, lambda at: at not in contents and _may_be_row(rows[at]))
    right = max((one.right for one in region), default=0.0)
    found: list[Part] = []
    open_: Part | None = None
    for at, row in enumerate(rows):
        one = joined_line(row)
        if at in table:
            open_ = None
            if cells := table[at]:
                every = [line for cell in cells for line in cell]
                found.append(Part("row", every, one.page, one.size, one.bold, cells, by="unruled table"))
            continue
        if at in contents:
            found.append(Part("li", [_entry(row)], one.page, one.size, one.bold, by="contents"))
            open_ = None
            continue
        if (
            found
            and found[-1].by == "contents"
            and at < max(contents)
            and _is_close(found[-1].lines[-1], one, document)
        ):
            found[-1].lines.append(one)  # an entry of two lines
            continue
        if open_ is not None and not _begins(open_, one, right, document):
            open_.lines.append(one)
            continue
        open_ = Part(
            "li" if item(one, open_.lines[-1] if open_ else None) else "p", [one], one.page, one.size, one.bold
        )
        found.append(open_)
    return found


def _rows(region: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for one in sorted(region, key=lambda one: (one.base, one.left)):
        if (
            rows
            and abs(one.base - rows[-1][0].base) <= 0.35 * one.size
            and all(one.left >= other.right - 1 or one.right <= other.left + 1 for other in rows[-1])
        ):
            rows[-1].append(one)
            rows[-1].sort(key=lambda piece: piece.left)  # a piece at the right may be a little higher
        else:
            rows.append([one])
    return rows


def _begins(open_: Part, one: Line, right: float, document: DocumentStyle) -> bool:
    """Whether a line begins a new part."""
    last = open_.lines[-1]
    if (own := _heading(one)) or _heading(last):
        return own != _heading(last)
    distance = one.base - last.base
    leading = document.leading.get(one.size)
    if distance > (_LOOSE * leading if leading else _USUAL * one.size) or distance < -one.size:
        return True
    if abs(one.size - open_.size) > _SIZES * open_.size:
        return True
    if one.bold != last.bold and not _is_in_sentence(last, one, right):
        return len(open_.lines) > 1 or _ends_early(last, one, right)
    if item(one, last):
        return True
    terminal = bool(ENDS.search(last.text))
    goes_on = one.text[:1].islower() or last.text.endswith(",")
    if _ends_early(last, one, right) and (terminal or not goes_on):
        return True
    first = open_.lines[0]
    indented = one.left - last.left > _INDENT * one.size and last.left <= first.left + 1
    return terminal and indented and open_.kind == "p" and len(open_.lines) > 1


def _heading(one: Line) -> int:
    """The number of the heading that a line is tagged as a part of, or 0."""
    tag = one.words[0].tag if one.words else None
    return tag.element if tag and tag.heading else 0


def _is_in_sentence(last: Line, one: Line, right: float) -> bool:
    """Whether a line continues, in lower case, the full line above it, or a list: some words of a sentence may be bold."""
    if last.text.endswith(","):
        return True
    return one.text[:1].islower() and not ENDS.search(last.text) and not _ends_early(last, one, right)


def _is_close(last: Line, one: Line, document: DocumentStyle) -> bool:
    """Whether a line without a number continues the entry of the contents above it."""
    distance = one.base - last.base
    usual = document.leading.get(one.size, _USUAL * one.size)
    return 0 < distance <= _LOOSE * min(usual, 1.3 * one.size) and one.size == last.size and not item(one, None)


def _ends_early(last: Line, one: Line, right: float) -> bool:
    """Whether the first word of the next line would have fitted on the line before it."""
    word = one.words[0]
    return right - last.right > (word.right - word.left) + 0.6 * one.size


# --- what a line is ---------------------------------------------------------------------------------------------------


def item(one: Line, last: Line | None) -> bool:
    """Whether a line begins a list item: with a bullet, or with a number set apart."""
    if len(one.words) < 2:
        return one.text[:1] in _SOLID and len(one.text) > 1
    head, gap = one.words[0].text, one.words[1].left - one.words[0].right
    if one.words[1].glued:
        head = one.text.partition(" ")[0]
    if head in _SOLID or head in _BOXES or (head[:1] in _SOLID and head[:1] != "·"):
        return True
    apart = gap > _WIDE * one.size
    if head in _bullets():
        return apart
    if _NUMBERED.fullmatch(head):
        return apart or last is None or bool(ENDS.search(last.text)) or _follows(head, last.text.partition(" ")[0])
    return False


def _follows(head: str, before: str) -> bool:
    """Whether a number is the next one: "2." after "1."."""
    number, last = re.sub(r"\D", " ", head).split(), re.sub(r"\D", " ", before).split()
    return (
        len(number) == len(last) == 1 and int(number[0]) == int(last[0]) + 1 and _NUMBERED.fullmatch(before) is not None
    )


def unbulleted(text: str) -> str:
    """The text of a list item without its bullet; numbers stay."""
    head, _, rest = text.partition(" ")
    if head in _SOLID or head in _bullets():
        return rest
    return text[1:].lstrip() if text[:1] in _SOLID else text


@cache
def _bullets() -> frozenset[str]:
    return frozenset(lexicon_table("pdf")["lists"]["bullets"])


@cache
def _captions() -> re.Pattern[str]:
    words = any_of(map(re.escape, lexicon_table("pdf")["captions"]["words"]))
    return re.compile(
        rf"(?:{words}\.?\s*(?:[A-Z]\.?)?\d+(?:[.\-–]\d+)*|\d+\s*(?:{words}))\s*[.:–—|-]?(?:\s|$)", re.IGNORECASE
    )


def is_caption(text: str) -> bool:
    """Whether a paragraph is the caption of a figure or a table."""
    return len(text) <= 300 and _captions().match(text) is not None


def is_heading(part: Part, text: str, document: DocumentStyle) -> bool:
    """Whether a paragraph or a numbered item is a heading: larger than the text, or bold and short."""
    words = text.split()
    if part.kind not in ("p", "li") or len(text) > _LONGEST_HEADING or len(part.lines) > 4 or part.by:
        return False
    if text[:1] in _SOLID or not any(letter.isalpha() for letter in text):
        return False
    if part.size >= _LARGER * document.size:
        return len(words) <= 12 or not text.endswith((".", ";", ","))
    if document.bold > 0.4 or not all(one.bold for one in part.lines) or part.size < 0.95 * document.size:
        return False
    return len(text) <= 150 and not text.endswith((".", ",", ";", ":")) and len(words) <= 20


# --- tables without rules, and contents -------------------------------------------------------------------------------


def _contents(rows: Sequence[list[Line]], document: DocumentStyle) -> set[int]:
    """The rows of a table of contents: entries with leaders, or with rising page numbers at the right."""
    found = {at for at, row in enumerate(rows) if _has_leaders(joined_line(row).text)}
    run: list[int] = []
    last = 0
    for at, row in enumerate(rows):
        number = int(row[-1].text) if len(row) > 1 and row[-1].text.isdigit() and len(row[-1].text) < 5 else None
        if number is not None and last <= number <= document.pages + 20:
            run.append(at)
            last = number
            continue
        if number is not None or (run and at - run[-1] > 2):
            found |= set(run) if len(run) >= _LEAST_CONTENTS else set()
            run, last = [], 0
    return found | (set(run) if len(run) >= _LEAST_CONTENTS else set())


def _has_leaders(text: str) -> bool:
    return any(some in text for some in _SOME_LEADERS) and _LEADERS.search(text) is not None


def _entry(row: list[Line]) -> Line:
    """An entry of the contents without its leaders and page number, which are layout."""
    one = joined_line(row[:-1]) if len(row) > 1 and row[-1].text.isdigit() else joined_line(row)
    text = _LEADERS.sub("", one.text)
    one.text = text or one.text
    return one


def _may_be_row(row: Sequence[Line]) -> bool:
    """Whether a line may be a row of a table, and not an item or a field of a form."""
    noted = len(row) > 1 and row[0].size < _SMALL * row[1].size and row[0].text.isdigit()
    return not (noted or item(row[0], None) or _is_mark(row[0]) or (len(row) > 1 and _is_field(row)))


def _is_field(row: Sequence[Line]) -> bool:
    """Whether a row is a label with its value, or with boxes to tick, as in a form."""
    return row[0].text.endswith((":", "：")) and (len(row) == 2 or any(one.text[:1] in _BOXES for one in row[1:]))


def _is_mark(one: Line) -> bool:
    return (
        one.text in _SOLID or one.text in _BOXES or one.text in _bullets() or _NUMBERED.fullmatch(one.text) is not None
    )
