"""Bytes to text: the byte order mark, then the Content-Type, then the page's own word, then what its language uses.

As the HTML standard has it (§13.2.3.2 "Determining the character encoding"), with one exception: what is valid UTF-8
beyond ASCII is UTF-8, whatever was declared, because other encodings are not valid UTF-8 by chance.
No detector guesses, so that the text never depends on which library is installed.
"""

from __future__ import annotations

import codecs
import re

from pagewitness.scraper.clean.tables import table

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_IN_PAGE = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LANGUAGE = re.compile(rb"<html[^>]{0,500}?\slang\s*=\s*[\"']?([a-zA-Z]{2})", re.IGNORECASE)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
PRESCAN = 4096  # the standard looks at 1,024 bytes; real pages put their meta later


def decode(body: bytes, content_type: str | None) -> tuple[str, dict[str, str | None]]:
    """Decode a page; bytes that do not fit become U+FFFD.

    Args:
        body: the page, after transfer and content decoding.
        content_type: the header of that name, or None.

    Returns:
        the text, and what was `declared` (a label as given, or None) and what was `used` (a Python codec's name).
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace"), {"declared": f"{codec} (byte order mark)", "used": codec}
    label = _declared(body, content_type)
    codec = _chosen(body, label)
    return body.decode(codec, "replace"), {"declared": label, "used": codec}


def _declared(body: bytes, content_type: str | None) -> str | None:
    header = _IN_HEADER.search(content_type or "")
    if header:
        return header[1].lower()
    page = _IN_PAGE.search(body[:PRESCAN])
    label = page[1].decode("ascii", "replace").lower() if page else None
    # A page that can be searched for its meta is no UTF-16 (HTML standard: such a word means UTF-8).
    return "utf-8" if label and label.startswith("utf-16") else label


def _chosen(body: bytes, label: str | None) -> str:
    codec = _codec(label)
    if codec is not None and codec.startswith("utf-16"):
        return codec
    if not _BEYOND_ASCII.search(body):
        return codec if codec and codec.startswith("iso2022") else "utf-8"
    if _is_utf8(body):
        return "utf-8"
    if codec == "utf-8" and _mostly_utf8(body):
        return "utf-8"
    return codec if codec and codec != "utf-8" else _of_language(body)


def _codec(label: str | None) -> str | None:
    """The codec of a label of the Encoding Standard, by table: never a codec that is no character encoding."""
    found = table("encodings")["labels"].get((label or "").replace("_", "-"))
    return str(found) if found else None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(body: bytes) -> bool:
    """A few broken letters in a page that says it is UTF-8 (a cut in the middle of one) do not make it another."""
    text = body.decode("utf-8", "replace")
    beyond = sum(1 for letter in text if letter > "\x7f")
    return text.count("\ufffd") * 4 <= beyond


def _of_language(body: bytes) -> str:
    found = _LANGUAGE.search(body[:PRESCAN])
    language = found[1].decode("ascii").lower() if found else ""
    return str(table("encodings")["languages"].get(language, "cp1252"))
