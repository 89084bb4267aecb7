"""Words that nobody sees: spoken by screen readers only, printed only, or hidden for good."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final

from pagewitness.scraper.clean.blocks.styles import AWAY
from pagewitness.scraper.clean.lexicon.signs import PRINTED, has_sign

_HOLDS: Final = frozenset({"a", "button", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "th", "td", "li", "p", "div"})

_OPENERS: Final = frozenset({"button", "label", "summary", "select", "dt", "h1", "h2", "h3", "h4", "h5", "h6"})
_WHOLE: Final = ("h1", "main", "article")  # a page may hide itself until its scripts have run
_FOLDS: Final = re.compile(
    r"accordion|collaps|fold|tab|panel|pane|slide|carousel|toggle|toggl|expand|modal|popup|drawer|more|answer|reveal|step|item|filter",
    re.IGNORECASE,
)
_LEVELS: Final = 3  # elements around a hidden one, whose neighbours may show it
_MOST_LOOKED_AT: Final = 30  # elements in a neighbour


def is_for_print(element: Any) -> bool:
    """Whether an element is only printed, by its classes."""
    names = element.get("class")
    return bool(names) and has_sign(names, PRINTED)


def is_never_shown(element: Any) -> bool:
    """Whether an element is hidden and nothing on the page can show it: no button, link or heading is beside it.

    Args:
        element: a block.
    """
    if element.get("style") == AWAY and element.tag not in _OPENERS:
        return True
    hidden = element.get("hidden")
    if (hidden is None or hidden == "until-found") and element.get("style") != "display:none":
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.get("role") or element.get("aria-labelledby") or _FOLDS.search(names):
        return False
    if next(element.iter(*_WHOLE), None) is not None:
        return False
    here = element
    for _ in range(_LEVELS):
        if here is None or here.tag in ("body", "html"):
            break
        if any(one is not None and _may_show(one) for one in (here.getprevious(), here.getnext())):
            return False
        here = here.getparent()
        if here is not None and _FOLDS.search(f"{here.get('class') or ''} {here.get('id') or ''}"):
            return False
    return True


def _may_show(neighbour: Any) -> bool:
    for one in islice(neighbour.iter(), _MOST_LOOKED_AT):
        if one.tag in _OPENERS or one.get("role") in ("button", "tab") or one.get("onclick") is not None:
            return True
        if one.tag == "a" and (one.get("href") or "#").startswith(("#", "javascript:")):
            return True
    return False


def adds_to_shown(element: Any) -> bool:
    """Whether the nearest link or block around a hidden element shows other words, and no sign that it spells out.

    Args:
        element: a hidden inline element.
    """
    before = element.getprevious()
    if before is not None and before.get("aria-hidden") == "true" and not (before.tail or "").strip():
        return False  # it says what the sign before it shows
    holder = element
    while holder.tag not in _HOLDS or holder is element:
        holder = holder.getparent()
        if holder is None:
            return False
    own = "".join(element.itertext())
    shown = "".join(holder.itertext()).replace(own, "", 1)
    return any(map(str.isalnum, shown))
