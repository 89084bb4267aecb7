"""What a browser is to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pagewitness.archive.model import Answer
from pagewitness.scraper.net.fetch import Extra, Permit

_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class ToShow:
    """A page to be shown.

    Attributes:
        url: its address as it is followed, with the fragment that scripts may read.
        answer: what was fetched.
        permit: asked before an address to which a script leads on (`fetch.fetch`).
        extra: what the page's source wants in requests.
    """

    url: str
    answer: Answer
    permit: Permit | None = None
    extra: Extra = field(default_factory=Extra)


def is_shown(answer: Answer) -> bool:
    """Whether a browser shows an answer as a page: HTML, and no error."""
    kind = (answer.header("Content-Type") or "text/html").partition(";")[0].strip().lower()
    return 200 <= answer.status < 300 and kind in _HTML and not answer.body.startswith(b"%PDF")
