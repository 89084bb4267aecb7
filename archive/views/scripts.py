"""Pages whose text seems to need scripts: the suggestion to show them in a browser."""

from __future__ import annotations

import re
from shlex import quote
from typing import Final, Protocol

# In the reasons why an answer is not credible (scraper/clean/shells.py, credibility.py).
_SEEMS: Final = re.compile(r"script|shows no text|no document was found|only its menu", re.IGNORECASE)


class Showable(Protocol):
    """What matters of a page: whether it is followed, whether a browser shows it, and how many revisions it has."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def followed(self) -> int:
        """Not 0 if it is."""

    @property
    def browser(self) -> int:
        """Not 0 if one shows it."""

    @property
    def revisions(self) -> int:
        """How many."""


def suggest(page: Showable, state: str, reason: str) -> str | None:
    """What to do about a page that has no text and that no browser shows, in two sentences; None if scripts won't help.

    Args:
        state: of the page, as it is listed.
        reason: why its last answer is not credible.
    """
    if state != "suspect" or page.revisions or page.browser or not page.followed or not _SEEMS.search(reason):
        return None
    return (
        f"Does its text need scripts? `pagewitness add --browser {quote(page.url)}` has a browser show it; that needs the "
        "extra `browser`, and Chromium."
    )
