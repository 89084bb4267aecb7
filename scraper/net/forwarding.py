"""Where an answer leads on by itself: a Refresh header, or a meta refresh in its first bytes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

from pagewitness.archive.model import Answer
from pagewitness.archive.text.refresh import LONGEST_WAIT, Refresh, is_reload, refresh

_LOOKED_AT: Final = 65536  # bytes
_MAY: Final = re.compile(rb"http-equiv\s*=\s*[\"']?\s*refresh", re.IGNORECASE)
_UNSEEN: Final = frozenset({"noscript", "template"})


def led_to(answer: Answer) -> str | None:
    """The absolute address to which an answer leads its readers on before they can read it; None if it does not.

    An answer that loads itself again leads nowhere.
    """
    if not 200 <= answer.status < 300:
        return None
    head = _Head()
    if _is_html(answer) and _MAY.search(start := answer.body[:_LOOKED_AT]):
        head.feed(start.decode("latin-1"))  # what matters is ASCII
    found = refresh(answer.header("Refresh") or "") or head.found
    if found is None or found.wait > LONGEST_WAIT:
        return None
    try:
        to = urljoin(urljoin(answer.url, head.base), found.to).partition("#")[0]
    except ValueError:
        return None
    return to if to.startswith(("http:", "https:")) and not is_reload(answer.url, to) else None


def _is_html(answer: Answer) -> bool:
    kind = (answer.header("Content-Type") or "text/html").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml")


class _Head(HTMLParser):
    """Finds the first meta refresh that counts with scripts on, and the address that others are relative to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Refresh | None = None
        self.base = ""
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif not self._unseen:
            values = {name: value or "" for name, value in reversed(attrs)}
            if tag == "base":
                self.base = self.base or values.get("href", "")
            elif tag == "meta" and values.get("http-equiv", "").strip().lower() == "refresh":
                self.found = self.found or refresh(values.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
