"""Find pages whose text can't be read: without a text layer, or with a broken one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from pagewitness.archive.text.ranges import page_ranges
from pagewitness.scraper.clean.pdf.gibberish import unspeakable
from pagewitness.scraper.clean.pdf.glyphs import UNREADABLE
from pagewitness.scraper.clean.pdf.page_model import PdfPage, Word

PARTLY: Final = "partly broken text layer"
_FEW: Final = 6  # words; fewer are a stamp, not a text layer
_PICTURE: Final = 0.4  # share of the page that a scan covers, at least
_MARGIN: Final = 0.16  # share of the page's height, for headers, footers and stamps
_STAMPED: Final = 40  # words that may be stamped into the margins of a scan
_UNREADABLE: Final = 0.15  # share of letters, at most
_ODD: Final = 0.5  # share of words that no language has, at most
_LEAST: Final = 30  # words needed to judge by their share
_BROKEN: Final = 0.6  # share of letters that can't be read, from which the rest of the page is nothing either
_TWICE: Final = 0.3  # share of words that overlap others, at most
_OVERLAP: Final = 0.6  # share of a word's width and height that is on another
_SLOT: Final = 10.0  # points; words of one height are searched in slots of this size
_MOST: Final = 0.5  # share of unread pages from which the document is not credible
_PLAIN: Final = re.compile(
    r"[\W_]*(?:[^\W\d_]+(?:['’‘.·/&@-][^\W\d_]+)*['’]?|[\d.,:/–-]+|[^\W_]*\d[^\W_]*|https?:\S+|\S+@\S+|\S+\.\S+)?[\W_]*"
)
_MIXED: Final = re.compile(
    r"[a-zß-ÿ][A-ZÀ-Þ]|[\x80-\xbf¿¡÷×¤¦§¨©«¬®±´¶·¸»][^\W\d_]|[^\W\d_][\x80-\xa8\xaa-\xac\xae-\xb6\xb8\xba\xbc-\xbf÷×]"
)


def unread_reason(pdf_page: PdfPage, words: Sequence[Word]) -> str | None:
    """Why a page's text layer can't be used: `no text layer`, `broken text layer`, `two text layers`; None if it can.

    Of a `partly broken text layer`, the rest can be used if the page is not read otherwise.

    Args:
        words: the page's visible words.
    """
    if pdf_page.pictures >= _PICTURE and len(words) < _STAMPED and len(_within(pdf_page, words)) < _FEW:
        return "no text layer"
    if len(words) < _FEW:
        return None
    text = "".join(word.text for word in words)
    if text.count(UNREADABLE) > _UNREADABLE * len(text):
        return "broken text layer" if text.count(UNREADABLE) > _BROKEN * len(text) else PARTLY
    if len(words) >= _LEAST:
        if sum(_is_odd(word.text) for word in words) > _ODD * len(words) or unspeakable(
            " ".join(word.text for word in words)
        ):
            return "broken text layer"
        if _overlapping(words) > _TWICE:
            return "two text layers"
    return None


def _within(pdf_page: PdfPage, words: Sequence[Word]) -> list[Word]:
    """The words outside the margins, because a header and a number may be stamped on a scan."""
    return [word for word in words if _MARGIN * pdf_page.height < word.base < (1 - _MARGIN) * pdf_page.height]


def _overlapping(words: Sequence[Word]) -> float:
    """The share of a page's words that overlap others, as with two layers of text."""
    _, lefts, _, rights, _, bases, *_ = zip(*words, strict=True)
    left, right, base = np.array(lefts), np.array(rights), np.array(bases)
    covered = set[int]()
    for shift in (0.0, _SLOT / 2):  # words of one height share a slot, with borders here or half a slot lower
        slot = np.floor((base + shift) / _SLOT)
        order = np.lexsort((left, slot))
        behind = order[1:]
        meets = (slot[behind] == slot[order[:-1]]) & (left[behind] < right[order[:-1]])
        for at in np.flatnonzero(meets).tolist():
            first = int(order[at])
            for second in order[at + 1 : at + 4].tolist():
                if slot[second] != slot[first] or left[second] >= right[first]:
                    break
                if _covers(words[first], words[second]):
                    covered |= {first, second}
    return len(covered) / len(words)


def _covers(first: Word, second: Word) -> bool:
    wide = min(first.right, second.right) - second.left
    high = min(first.bottom, second.bottom) - max(first.top, second.top)
    narrow = min(first.right - first.left, second.right - second.left)
    low = min(first.bottom - first.top, second.bottom - second.top)
    return narrow > 0 and low > 0 and wide > _OVERLAP * narrow and high > _OVERLAP * low


@lru_cache(maxsize=1 << 13)
def _is_odd(text: str) -> bool:
    """Whether a text is not a word of any language: it has signs among letters, or capitals inside."""
    return _MIXED.search(text) is not None or _PLAIN.fullmatch(text) is None


def mostly_unread(pdf_pages: Sequence[PdfPage], found: dict[int, str]) -> str | None:
    """Why a document is not credible if most of its pages can't be read; None if they can.

    Args:
        found: by page number why its text can't be read (`unread_reason`).
    """
    damaged = [pdf_page.number for pdf_page in pdf_pages if pdf_page.damaged]
    filled = [pdf_page for pdf_page in pdf_pages if pdf_page.letters or pdf_page.pictures >= _PICTURE]
    if found and len(found) >= _MOST * len(filled):
        reasons = " and ".join(sorted(set(found.values())))
        return f"needs OCR: {reasons} on {len(found)} of {len(pdf_pages)} pages (p. {page_ranges(found)})"
    if damaged and len(damaged) >= _MOST * len(pdf_pages):
        return f"{len(damaged)} of {len(pdf_pages)} pages are damaged (p. {page_ranges(damaged)})"
    return None
