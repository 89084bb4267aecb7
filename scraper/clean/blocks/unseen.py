"""Words that only screen readers speak, within what others see."""

from __future__ import annotations

from typing import Any, Final

_HOLDS: Final = frozenset({"a", "button", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "th", "td", "li", "p", "div"})


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
