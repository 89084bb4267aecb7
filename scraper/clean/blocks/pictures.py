"""The words of a picture that is used instead of words: a level, a tick in a table, a sign within a sentence.

A photograph only shows what the text tells, so its alternative text is not read. `strip` has already dropped pictures
whose address ends like a photograph's.
"""

from __future__ import annotations

import re
from typing import Any, Final

from pagewitness.scraper.clean.blocks.frames import Frame
from pagewitness.scraper.clean.lexicon.icons import INLINE

_BESIDE: Final = frozenset({"img", "br", "noscript"})
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
_LABELLED: Final = re.compile(r"[^:：]{2,40}[:：]\s?[^:：]{1,40}")
_LONGEST: Final = 120  # letters
_LONGEST_WITHIN: Final = 40
_AFTER_LABEL: Final = frozenset(":：")
_ILLUSTRATES: Final = frozenset({"a", "figure", "button"})


def words_of_picture(picture: Any, around: Frame) -> str:
    """The alternative text of a picture, if it stands in for words; else nothing.

    Alone in a heading or a cell it does, and within a sentence. Alone in a paragraph it may illustrate the text, so there
    it has to be a label and what that says ("Threat level: severe").

    Args:
        picture: an `img` element, or another one with the role of one.
        around: the frame of the element around it.
    """
    text = " ".join((picture.get("alt" if picture.tag == "img" else "aria-label") or "").split())
    if not text or len(text) > _LONGEST or around.zone != "main" or around.link:
        return ""
    if picture.get("aria-hidden") == "true" or picture.get("role") in ("presentation", "none"):
        return ""
    says = around.in_row or around.kind in _HEADINGS or _LABELLED.fullmatch(text)
    if (says and _is_alone(picture)) or (len(text) <= _LONGEST_WITHIN and _is_within_text(picture)):
        return f" {text} "
    return ""


def _is_alone(picture: Any) -> bool:
    """Whether a paragraph, a heading or a cell holds nothing but pictures."""
    if picture.tag not in INLINE and picture.tag != "img":
        return True
    here = picture
    while True:
        above = here.getparent()
        if above is None or _illustrates(above):
            return False
        if above.tag in ("body", "main", "article", "section"):
            return here is picture and not _is_in_line(picture)
        if (above.text or "").strip() or any((one.tail or "").strip() for one in above):
            return False
        if any(one is not here and one.tag not in _BESIDE for one in above):
            return False
        if above.tag not in INLINE:
            return above.getparent() is None or not _illustrates(above.getparent())
        here = above


def _is_in_line(picture: Any) -> bool:
    """Whether text or an inline element is right before or after a picture."""
    before, behind = picture.getprevious(), picture.getnext()
    said = (before.tail if before is not None else picture.getparent().text) or ""
    if said.strip() or (picture.tail or "").strip():
        return True
    return any(one is not None and (one.tag in INLINE or one.tag in _BESIDE) for one in (before, behind))


def _illustrates(around: Any) -> bool:
    """Whether an element makes its pictures illustrations: a link, or a figure with a caption."""
    return around.tag in _ILLUSTRATES and (around.tag != "figure" or next(around.iter("figcaption"), None) is not None)


def is_picture(items: list[tuple[str, str]], element: Any) -> bool:
    """Whether an element that holds no text has the role of a picture.

    Args:
        items: its attributes.
        element: the element.
    """
    return ("role", "img") in items and not any(map(str.isalnum, "".join(element.itertext())))


def _is_within_text(picture: Any) -> bool:
    """Whether text comes right before and right after a picture, or a label before it ("Level:")."""
    before = picture.getprevious()
    said = (before.tail if before is not None else picture.getparent().text) or ""
    if before is not None and not said.strip() and before.tag in INLINE:
        said = "".join(before.itertext())
    return bool(said.strip()) and (bool((picture.tail or "").strip()) or said.rstrip()[-1] in _AFTER_LABEL)
