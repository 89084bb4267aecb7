"""Footnotes: small lines at a page's foot that begin with a mark which is raised in the text above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pagewitness.scraper.clean.pdf.document_style import DocumentStyle
from pagewitness.scraper.clean.pdf.glyphs import lowered, raised
from pagewitness.scraper.clean.pdf.page_model import Line, Rule
from pagewitness.scraper.clean.pdf.paragraphs import Part

_SMALLER: Final = 0.95  # of the text's size
_MARK: Final = re.compile(r"(?:([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})|(\d{1,3})(?![\d.,)/%-])|([*†‡§]{1,3}))\s*(?=\S)")
_RAISED: Final = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+|(?<=\w)[*†‡§]{1,3}")
_LONGEST_RULE: Final = 0.62  # of the page's width: the line above notes


def note_marks(lines: Iterable[Line]) -> set[str]:
    """The marks that are raised in some lines, as plain figures or signs; not those with which a line begins."""
    found = set[str]()
    for one in lines:
        found |= {lowered(mark[0]) for mark in _RAISED.finditer(one.text) if mark.start() > 0}
    return found


def foot(
    region: Sequence[Line], document: DocumentStyle, known: set[str], rules: Sequence[Rule], width: float
) -> list[Line]:
    """The lines of the notes at the foot of a column; none where there are no notes.

    Args:
        region: the column's lines from top to bottom.
        known: the marks of the page.
        rules: what is drawn on the page, and its width.
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
    """The mark with which a note begins, or None."""
    found = _MARK.match(one.text)
    if not found:
        return None
    mark = lowered(found[1] or found[2] or found[3])
    return mark if found[1] or mark in known else None


def notes(lines: Sequence[Line], known: set[str]) -> list[Part]:
    """Notes from their lines; one that has no mark goes on from the page before, and has an empty one."""
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
    """The text of a note with its mark raised, a blank behind it."""
    found = _MARK.match(text)
    if not mark or not found:
        return text
    return f"{raised(mark)} {text[found.end() :]}"
