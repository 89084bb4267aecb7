"""Office documents and e-books, by their bytes: they are kept, and not read."""

from __future__ import annotations

from typing import Final

_ZIP: Final = b"PK\x03\x04"
_HEAD: Final = 4096  # bytes in which the first names of a ZIP archive stand
_TAIL: Final = 1 << 17  # and those of its directory, which lists all of them
_PARTS: Final = (
    (b"word/", "a Word document"), (b"xl/", "an Excel workbook"), (b"ppt/", "a PowerPoint presentation"),
    (b"[Content_Types].xml", "an Office document"),
)  # fmt: skip
_TYPES: Final = (
    (b"application/epub+zip", "an e-book (EPUB)"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
)


def office(body: bytes) -> str | None:
    """What a body is, if it is an Office document or an e-book: a ZIP archive that says so; None if not.

    Args:
        body: all its bytes. Nothing is unpacked.
    """
    if not body.startswith(_ZIP):
        return None
    head, names = body[:_HEAD], body[:_HEAD] + body[-_TAIL:]
    if b"mimetype" in head[:64]:
        return next((name for kind, name in _TYPES if kind in head[:200]), None)
    if b"[Content_Types].xml" in names:
        return next(name for part, name in _PARTS if part in names)
    return None
