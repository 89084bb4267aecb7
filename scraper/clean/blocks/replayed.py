"""Undo what web archives change in the pages that they show: their bar on top, and addresses that lead into them."""

from __future__ import annotations

import re
from typing import Final

_BAR: Final = re.compile(
    r"<!--\s*BEGIN WAYBACK TOOLBAR INSERT\s*-->.*?<!--\s*END WAYBACK TOOLBAR INSERT\s*-->", re.IGNORECASE | re.DOTALL
)
_ADDRESS: Final = re.compile(
    r"(?:https?://[^/]+)?/(?:[^/?#]+/){1,2}?\d{14}(?:[a-z]{2}_)?/(?P<own>https?://.+|mailto:.+)", re.IGNORECASE
)
_MOST: Final = 4  # bars


def without_bar(text: str) -> str:
    """A page without the bar that the Wayback Machine writes into it."""
    return _BAR.sub("", text, count=_MOST) if "WAYBACK TOOLBAR" in text else text


def own_address(href: str) -> str:
    """Where a link leads, without the archive; other links as they are.

    >>> own_address("/web/20240501000000/https://office.example/a"), own_address("/news/20240501000000/")
    ('https://office.example/a', '/news/20240501000000/')
    """
    found = _ADDRESS.fullmatch(href) if "/http" in href or "/mailto:" in href else None
    return found["own"] if found else href
