"""Find in the lines near a title what they say about the page's own dates: "Published 3 May 2026", or a date alone.

A line may speak of any date: a deadline, an entry into force, an event. So a date counts only if a known label is right
before it, or if nothing else is in its part of the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean.lexicon.tables import lexicon_table
from pagewitness.scraper.clean.metadata.written_dates import FORM, calendar_day, with_dates

_NEAR = (4, 9)  # blocks before the title and after it
_AT_THE_END = 6  # last blocks of the document
_LONGEST = 160  # letters of a line with a date
_MOST_WORDS = 12  # of such a line without a label for the date
_OF_TEXT = 160  # letters of a block with which the text begins
_LONGEST_LABEL = 40  # letters of a label in a block of its own
_MOST_LINKED = 0.5
_NEVER_ALONE: Final = frozenset({"row", "caption", "dd"})  # kinds of blocks whose dates need a label
_FIRST_YEAR = 1990  # of web pages
_NOT: Final = frozenset({"nav", "footer", "hidden", "dialog"})
_PART: Final = re.compile(r"\s*(?:[|·•;‖>→]|\s[–—-]\s|\n)\s*")
_CLOCK: Final = re.compile(
    r"(?:klo|kl\.?|at|um|à|às|a las|ore|god[zž]\.?|val\.|plkst\.|kell|,)?\s*\d{1,2}[:.h]\d{2}(?::\d{2})?"
    r"\s*(?:[ap]\.?m\.?|uhr|h|utc|gmt|[ce]es?t)?",
    re.IGNORECASE,
)
_SPAN: Final = re.compile(
    r"\d\s*[–—-]\s*\d{1,2}[:.]\d{2}|\d\.?\s*[–—-]\s*\d{4}_|_\d\d\s*[–—-]\s*(?:\d|[^\W\d_]+ \d)|\d:\d{2} ?[–—-]"
)
_BEHIND: Final = re.compile(r"\s*(?:г\.?|года|році|року|р\.|r\.|g\.|god\.|d\.|m\.)?\s*[.,]?\s*")
_OPENS: Final = re.compile(r"[\s(\[]*")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_MOST_BETWEEN = 2  # words between a label and its date
_MOST_BETWEEN_NAMED = 5  # if they name somebody


class FoundDate(NamedTuple):
    """A date in the text: its kind (`published` or `modified`), and whether the text says which."""

    kind: str
    date: str
    labelled: bool


def dates_near_title(blocks: Sequence[VisibleBlock], title: str | None, locale: str | None) -> dict[str, FoundDate]:
    """The dates near the title, and labelled dates at the document's end, by kind.

    Args:
        blocks: all visible blocks, in order.
        title: the document's title, or None.
        locale: of the page, such as `lt` or `en-GB`, or None.
    """
    at = next((at for at, block in enumerate(blocks) if block.text == title and block.document), None)
    start = max(0, at - _NEAR[0]) if at is not None else 0
    end = at + _NEAR[1] if at is not None else _NEAR[1]
    found: dict[str, FoundDate] = {}
    alone: list[tuple[int, str]] = []
    begun = False
    for place, block in enumerate(blocks[start:end], start):
        leads = block.kind[0] == "h" and block.links > _MOST_LINKED  # as the heading of an entry does
        begun = begun or (at is not None and place > at and (len(block.text) > _OF_TEXT or leads))
        if len(block.text) > _LONGEST or block.zone in _NOT or block.text == title:
            continue
        for one in dates_in_line(_with_label(blocks, place), locale):
            if one.labelled:
                found.setdefault(one.kind, one)
            elif not begun and block.zone != "aside" and block.kind not in _NEVER_ALONE:
                alone.append((place, one.date))
    for block in [block for block in blocks if block.document][-_AT_THE_END:]:
        for one in dates_in_line(block.text, locale) if len(block.text) <= _LONGEST else ():
            if one.labelled:
                found.setdefault(one.kind, one)
    own = _own(alone, blocks, at)
    if own and "published" not in found:
        found["published"] = FoundDate("published", own, False)
    return found


def _with_label(blocks: Sequence[VisibleBlock], at: int) -> str:
    """The text of a block after its label, if that is a block or a cell of its own."""
    block = blocks[at]
    if block.kind == "row":
        return block.text.replace(" | ", ": ", 1)
    before = blocks[at - 1] if at else block
    labels = block.kind == "dd" and before.kind == "dt"
    if labels or (
        len(before.text) <= _LONGEST_LABEL and (before.text.endswith((":", "：")) or before.text.lower() in _kinds())
    ):
        return f"{before.text.rstrip(':： ')}: {block.text}"
    return block.text


def _own(alone: Sequence[tuple[int, str]], blocks: Sequence[VisibleBlock], title: int | None) -> str | None:
    """The page's own date among those that are alone in their lines; of several, which a listing has, the one at the title."""
    if len({day for _, day in alone}) == 1:
        return alone[0][1]
    beside = [(place, day) for place, day in alone if title is not None and abs(place - title) == 1]
    if len(beside) != 1:
        return None
    kinds = {blocks[place].kind for place, _ in alone if place != beside[0][0]}
    return None if blocks[beside[0][0]].kind in kinds else beside[0][1]


def dates_in_line(text: str, locale: str | None) -> Iterator[FoundDate]:
    """What a line says about its page's dates.

    Args:
        text: the line.
        locale: as for `dates_near_title`.

    >>> [one.date for one in dates_in_line("Published 3 May 2026 | Deadline: 3 June 2026", "en")]
    ['2026-05-03']
    >>> list(dates_in_line("Expires 3 June 2026", "en")), list(dates_in_line("3–5 May 2026, Oslo", "en"))
    ([], [])
    """
    if not any(map(str.isdigit, text)):
        return
    line = with_dates(text, locale)
    count = len(FORM.findall(line))
    may_be_alone = count == 1 and len(line.split()) <= _MOST_WORDS and not _SPAN.search(line) and "©" not in line
    for part in _PART.split(line) if count else ():
        last = 0
        for found in FORM.finditer(part):
            before, last = part[last : found.start()], found.end()
            day = found[0].replace("_", "-")
            kind = _label(before) or _label_behind(part[found.end() :])
            if int(found[1]) < _FIRST_YEAR or calendar_day(*found.groups()) is None:
                continue
            if kind:
                yield FoundDate(kind, day, True)
            elif may_be_alone and _is_alone(before, part[found.end() :]):
                yield FoundDate("published", day, False)


def _label(before: str) -> str | None:
    """The kind of date that the words right before it mean; None if it is another date."""
    before = before.rpartition(",")[2] if not _LETTERS.search(before.rpartition(",")[0]) else before
    text = _CLOCK.sub(" ", before.lower())
    for found in _labels().finditer(text):
        ahead, between = _LETTERS.findall(text[: found.start()]), _LETTERS.findall(text[found.end() :])
        exact = found[1] in _exact()
        if set(ahead) & _later() or (exact and (ahead or [one for one in between if one not in _weekdays()])):
            continue
        named = between and between[0] in _by()
        if len(ahead) <= 2 and len(between) <= (_MOST_BETWEEN_NAMED if named else _MOST_BETWEEN):
            return _kinds()[found[1]]
    return None


def _label_behind(after: str) -> str | None:
    """The kind of date that the words right after it mean, if there are no others: "3. mai 2026 veröffentlicht"."""
    words = " ".join(_LETTERS.findall(after.lower()))
    return _kinds().get(words) if words not in _exact() else None


def _is_alone(before: str, after: str) -> bool:
    """Whether a part of a line holds nothing but a date, its weekday and a time, or the name of a place or person before it."""
    if _LETTERS.search(_CLOCK.sub("", _BEHIND.sub("", after, count=1))):
        rest = after.lstrip(" ,")
        return bool(rest) and rest.lower().startswith(tuple(f"{one} " for one in _by())) and not before.strip()
    ahead, comma, own = before.rpartition(",")
    if not comma:
        ahead, own = "", before
    words = _LETTERS.findall(own.lower())
    if ":" in before and not _is_byline(before):
        return False
    return not any(one not in _weekdays() for one in words) and (
        not ahead or _is_byline(ahead) or len(ahead.split()) <= 4
    )


def _is_byline(text: str) -> bool:
    return text.lower().lstrip().startswith(tuple(_by()))


@cache
def _kinds() -> dict[str, str]:
    """The kind of date by the label before it."""
    return {label: kind for kind in ("published", "modified") for label in lexicon_table("metadata")[kind]}


@cache
def _exact() -> frozenset[str]:
    """Labels that mean their date only if nothing else is beside them: Date, Stand."""
    return frozenset(lexicon_table("metadata")["exact"])


@cache
def _by() -> tuple[str, ...]:
    return tuple(lexicon_table("metadata")["by"])


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(lexicon_table("datelines")["weekdays"]["names"])


@cache
def _later() -> frozenset[str]:
    return frozenset(lexicon_table("datelines")["later"]["words"])


@cache
def _labels() -> re.Pattern[str]:
    longest_first = sorted(_kinds(), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)")
