"""What a Refresh header, or a meta refresh, says: where a page leads on by itself (pure)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit

LONGEST_WAIT: Final = 10  # seconds; a reader who is led on later than that was meant to read
_REFRESH: Final = re.compile(
    r"""\s*(\d+)(?:\.\d*)?\s*[;,\s]\s*(?:url\s*=\s*)?(?:"([^"]*)|'([^']*)|((?!url\s*=)[^"'\s]\S*))""", re.IGNORECASE
)


class Refresh(NamedTuple):
    """Where a page leads on, and after how many seconds."""

    wait: int
    to: str


def refresh(content: str) -> Refresh | None:
    """What a Refresh header, or the content of a meta refresh, says; None if the page only loads itself again.

    >>> refresh("3;URL='/uusi/uhka-arvio'")
    Refresh(wait=3, to='/uusi/uhka-arvio')
    >>> refresh("300")
    """
    found = _REFRESH.match(content)
    to = (found[2] or found[3] or found[4] or "").strip() if found else ""
    return Refresh(int(found[1]), to) if found and to else None


def is_reload(page: str, to: str) -> bool:
    """Whether an address that a page leads to is its own, perhaps with a query added: then the page is loaded again.

    >>> is_reload("https://a.example/levels", "https://a.example/levels?again"), is_reload("http://a.example/?p=1", "http://a.example/?p=2")
    (True, False)
    """
    own, other = urlsplit(page), urlsplit(to)
    queries = {own.query, other.query}
    return (own.netloc, own.path or "/") == (other.netloc, other.path or "/") and ("" in queries or len(queries) == 1)
