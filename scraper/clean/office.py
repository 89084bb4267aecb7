"""Recognise Office documents and e-books by their bytes. They are archived but not read."""

from __future__ import annotations

from typing import Final

_ZIP: Final = b"PK\x03\x04"
_HEAD: Final = 4096  # bytes searched for the first file names of a ZIP archive
_TAIL: Final = 1 << 17  # bytes searched for its directory, which lists all of them
_PARTS: Final = (
    (b"word/", "a Word document"), (b"xl/", "an Excel workbook"), (b"ppt/", "a PowerPoint presentation"),
    (b"[Content_Types].xml", "an Office document"),
)  # fmt: skip
_TYPES: Final = (
    (b"application/epub+zip", "an e-book (EPUB)"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
)


def office(body: bytes) -> str | None:
    """What kind of Office document or e-book a ZIP archive is, by its file names; None for anything else.

    Args:
        body: the whole file. Nothing is unpacked.
    """
    if not body.startswith(_ZIP):
        return None
    head, names = body[:_HEAD], body[:_HEAD] + body[-_TAIL:]
    if b"mimetype" in head[:64]:
        return next((name for kind, name in _TYPES if kind in head[:200]), None)
    if b"[Content_Types].xml" in names:
        return next(name for part, name in _PARTS if part in names)
    return None
