"""Recognise the marks of notes in a text: raised figures, and links or spans that mean one."""

from __future__ import annotations

import re
from typing import Any, Final

from pagewitness.scraper.clean.blocks.frames import Frame
from pagewitness.scraper.clean.lexicon.signs import NOTES, has_sign

_ENDS: Final = frozenset(".,;:!?…)]\"'”’»“")
_OPEN: Final = frozenset("([{")
_MARK: Final = re.compile(r"\s*[\[(]?(?:\d{1,3}|[a-z]|[ivx]{1,4}|[*†‡§]{1,3})[\])]?\s*")
_BACK: Final = re.compile(r"\s*[\^↩↵⏎⤴↑⇑▲⬆⮌↖⎌]+[\ufe0e\ufe0f]?\s*")
_LONGEST: Final = 12  # letters
_ROLES: Final = frozenset({"doc-noteref", "doc-footnote-ref"})


def begins_note(element: Any, tag: str, before: str, frame: Frame | None) -> bool:
    """Whether an element is the mark of a note, which is no part of the word before it as in m² and 10⁶.

    Args:
        element, tag: a link, a span or a superscript, and its tag.
        before: the text before it in its block.
        frame: of that text.
    """
    if before[-1:] and before[-1:] in _OPEN:
        return False
    if tag == "sup":
        return (
            next(element.iter("a"), None) is not None
            or before[-1:] in _ENDS
            or (frame is not None and _in_link(element))
        )
    if not before[-1:].strip() or frame is None or frame.level:
        return False
    names, role = element.get("class") or "", element.get("role")
    inward = tag == "a" and _leads_to_part(element) and not frame.link
    if not (inward or role in _ROLES or (names and has_sign(names, NOTES))):
        return False
    text = "".join(element.itertext())
    return len(text) <= _LONGEST and _MARK.fullmatch(text) is not None


def _in_link(raised: Any) -> bool:
    """Whether a superscript is all that a link inside the page holds."""
    above = raised.getparent()
    if above is None or above.tag != "a" or not _leads_to_part(above):
        return False
    return len(above) == 1 and not (above.text or "").strip()


def _leads_to_part(link: Any) -> bool:
    """Whether a link leads to a part of a page, maybe of this one by its whole address."""
    return "#" in (link.get("href") or "")


def leads_back(element: Any) -> bool:
    """Whether an element is a link from a note back to its mark: a sign without words.

    Args:
        element: a link.
    """
    if element.get("role") == "doc-backlink":
        return True
    if "#" not in (element.get("href") or "") or element.get("role") == "doc-noteref":
        return False
    text = "".join(element.itertext())
    return len(text) <= _LONGEST and _BACK.fullmatch(text) is not None
