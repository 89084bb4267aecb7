"""Tell labels that only a style sheet sets apart, as in the tiles of a listing, from parts of a word."""

from __future__ import annotations

from typing import Any, Final

from pagewitness.scraper.clean.lexicon.icons import INLINE

LABELS: Final = frozenset({"a", "span", "small", "time"})
_HOLD: Final = frozenset({"a", "div", "li", "p", "td", "h2", "h3", "h4", "section"})


def is_apart(label: Any) -> bool:
    """Whether an element begins a label of its own right after another one.

    Both have a class or say what they are, they and their like are all that the element around them holds, and no figure,
    drop cap or word in two colours is put together from them.

    Args:
        label: an element of `LABELS`.
    """
    before, around = label.getprevious(), label.getparent()
    if before is None or before.tail or before.tag not in LABELS or around.tag not in _HOLD or _has_text(around):
        return False
    if label.get("class") is None or (before.get("class") is None and before.tag != "time"):
        return False
    last, first = "".join(before.itertext()).rstrip(), "".join(label.itertext()).lstrip()
    if len(last) < 2 or not first or not (last[-1].isalnum() and first[0].isalnum()):
        return False
    return not (last[-1].isdigit() and first[0].isdigit()) and not first[0].islower()


def is_tile(link: Any) -> bool:
    """Whether a link is a block of its own: it holds several labels and is one of several that are alike."""
    names, around = link.get("class"), link.getparent()
    if names is None or len(link) < 2 or around is None or _has_text(link) or _has_text(around):
        return False
    if any(one.tag not in INLINE and one.tag != "img" for one in link):
        return False  # blocks are apart by themselves
    if sum(1 for one in link if "".join(one.itertext()).strip()) < 2:
        return False
    return any(one is not link and one.tag == "a" and one.get("class") == names for one in around)


def _has_text(element: Any) -> bool:
    """Whether an element holds text of its own."""
    return bool((element.text or "").strip()) or any((one.tail or "").strip() for one in element)
