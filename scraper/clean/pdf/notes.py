"""Find footnotes: small lines at the foot of a page that begin with a mark also raised in the text above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pagewitness.scraper.clean.pdf.document_style import DocumentStyle
from pagewitness.scraper.clean.pdf.glyphs import lowered_mark, raised_mark
from pagewitness.scraper.clean.pdf.page_model import Line, Rule
from pagewitness.scraper.clean.pdf.paragraphs import Part

_SMALLER: Final = 0.95  # largest size of a note, as a share of the text's
_MARK: Final = re.compile(r"(?:([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})|(\d{1,3})(?![\d.,)/%-])|([*†‡§]{1,3}))\s*(?=\S)")
_RAISED: Final = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+|(?<=\w)[*†‡§]{1,3}")
_LONGEST_RULE: Final = 0.62  # longest rule above notes, as a share of the page's width


def note_marks(lines: Iterable[Line]) -> set[str]:
    """The raised marks in lines, as plain digits or signs, except for those that begin a line."""
    found = set[str]()
    for one in lines:
        found |= {lowered_mark(mark[0]) for mark in _RAISED.finditer(one.text) if mark.start() > 0}
    return found


def foot(
    region: Sequence[Line], document: DocumentStyle, known: set[str], rules: Sequence[Rule], width: float
) -> list[Line]:
    """The lines of the notes at the foot of a column; empty if there are no notes.

    Args:
        region: the column's lines from top to bottom.
        document: the style of the document.
        known: the marks that the page refers to.
        rules: the rules drawn on the page.
        width: of the page, in points.
    """
    small = len(region)
    while small and region[small - 1].size <= _SMALLER * document.size:
        small -= 1
    tail = region[small:]
    if not tail:
        return []
    above = max((rule.top for rule in rules if _is_separator(rule, tail, width)), default=None)
    if above is not None:
        below = [one for one in tail if one.base > above]
        if below and any(_mark(one, known) for one in below):
            return below
    start = next((at for at, one in enumerate(tail) if _mark(one, known)), None)
    return list(tail[start:]) if start is not None else []


def _is_separator(rule: Rule, tail: Sequence[Line], width: float) -> bool:
    wide = rule.right - rule.left
    return (
        rule.bottom - rule.top <= 3
        and 30 < wide < _LONGEST_RULE * width
        and abs(rule.left - min(one.left for one in tail)) < 12
        and tail[0].top - 30 < rule.top < tail[-1].base
    )


def _mark(one: Line, known: set[str]) -> str | None:
    """The mark at the beginning of a note, or None."""
    found = _MARK.match(one.text)
    if not found:
        return None
    mark = lowered_mark(found[1] or found[2] or found[3])
    return mark if found[1] or mark in known else None


def notes(lines: Sequence[Line], known: set[str]) -> list[Part]:
    """Group lines into notes. Lines before the first mark continue a note of the previous page; their mark is empty."""
    found: list[Part] = []
    for one in lines:
        mark = _mark(one, known)
        if mark is None and found:
            found[-1].lines.append(one)
            continue
        by = f"footnote {mark} of page {one.page}" if mark else ""
        found.append(Part("note", [one], one.page, one.size, False, mark=mark or "", by=by))
    return found


def with_raised_mark(text: str, mark: str) -> str:
    """The text of a note with its mark raised and followed by a space."""
    found = _MARK.match(text)
    if not mark or not found:
        return text
    return f"{raised_mark(mark)} {text[found.end() :]}"
