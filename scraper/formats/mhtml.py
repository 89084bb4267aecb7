"""MHTML (RFC 2557), as Chromium, Edge, Internet Explorer and UnMHT save it: the page's own bytes, its address and its date."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message
from typing import Final

from pagewitness.archive import addresses, times
from pagewitness.scraper.formats.saved_pages import Saved

_FIELD: Final = re.compile(
    rb"(?:^|\n)(?:MIME-Version|Snapshot-Content-Location|Content-Location|From|Date):", re.IGNORECASE
)
_RELATED: Final = re.compile(
    rb"(?:^|\n)Content-Type:\s*(?:multipart/(?:related|mixed|alternative)|text/html)", re.IGNORECASE
)
_LOOKED_AT: Final = 8192
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_MOST_PARTS: Final = 5_000


def is_mhtml(start: bytes) -> bool:
    """Whether a file begins as MHTML does: with the fields of a message."""
    head = start[:_LOOKED_AT].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return b"<html" not in head.lower() and bool(_FIELD.search(head)) and bool(_RELATED.search(head))


def read_mhtml(data: bytes) -> Saved | None:
    """The page in a file of MHTML.

    Its bytes are those of the main part, with quoted-printable and base64 undone. The pictures and styles beside it are
    ignored.

    Returns:
        None if there is no page in it, or if it has thousands of parts.
    """
    if data.count(b"\nContent-Type:") > _MOST_PARTS:
        return None
    try:
        message = message_from_bytes(data)
        part = _main(message)
    except RecursionError:  # parts inside parts, thousands deep
        return None
    body = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(body, bytes) or not body.strip():
        return None
    url, url_from = _address(message, part)
    kind = part.get_content_type()
    charset = part.get_content_charset()
    at = _date(message)
    return Saved(
        body, f"{kind}; charset={charset}" if charset else kind, url, url_from, at, "its Date field" if at else ""
    )


def _main(message: Message) -> Message | None:
    """The part with the page: the one named as the start, else the one with the page's address, else the first page."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start, location = message.get_param("start"), _field(message, "Snapshot-Content-Location")
    named = [part for part in pages if start and _field(part, "Content-ID") == str(start)]
    named += [part for part in pages if location and _field(part, "Content-Location") == location]
    return next(iter([*named, *pages]), None)


def _address(message: Message, part: Message) -> tuple[str, str]:
    for one, name in (
        (message, "Snapshot-Content-Location"),
        (part, "Content-Location"),
        (message, "Content-Location"),
    ):
        if addresses.is_web(url := _field(one, name)):
            return url, f"its {name} field"
    return "", ""


def _date(message: Message) -> str:
    try:
        return times.stamp(times.http_date(_field(message, "Date")))
    except (ValueError, OverflowError, TypeError):
        return ""


def _field(message: Message, name: str) -> str:
    """A field on one line: a long address may be folded."""
    return re.sub(r"\s*[\r\n]\s*", "", str(message.get(name) or "")).strip()
