"""Decode bytes by the byte order mark, then the Content-Type, then the page's meta element, then the bytes themselves.

This follows the HTML standard (§13.2.3.2 "Determining the character encoding"), with two exceptions
(docs/decisions/0021). Valid UTF-8 beyond ASCII is always UTF-8, because text in other encodings is not valid UTF-8 by
chance. A declared encoding is ignored if its letters fit no language while those of another encoding do.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from pagewitness.scraper.clean.lexicon.tables import lexicon_table

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_UNREAD: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|title|noscript)\b[^>]*>.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL
)
_ELEMENT: Final = re.compile(rb"<(?:meta\s|\?xml\s)[^>]{0,1000}", re.IGNORECASE)
_IN_XML: Final = re.compile(rb"\sencoding\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_IS_TYPE: Final = re.compile(rb"\scontent\s*=", re.IGNORECASE)
_IN_CONTENT: Final = re.compile(rb"(?=.*http-equiv).*?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE | re.DOTALL)
_IN_CHARSET: Final = re.compile(rb"\scharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_OF_DOS: Final = re.compile(r"^(?:ibm|csibm|dos-?|cs?pc|ibm-|cp-?|cspc)(?=\d{3})|^(?=\d{3}$)")
_LANGUAGE = re.compile(rb"<html[^>]{0,500}?\slang\s*=\s*[\"']?([a-zA-Z]{2})", re.IGNORECASE)
_ASCII: Final = bytes(range(128))
_CUT = 4  # one in so many letters beyond ASCII may be broken in a page of UTF-8
_CUT_IF_DENIED = 50  # the same if another encoding is declared
PRESCAN = 4096  # the standard searches 1,024 bytes; real pages have their meta element later


def decode(body: bytes, content_type: str | None) -> tuple[str, dict[str, str | None]]:
    """Decode a page; invalid bytes become U+FFFD.

    Args:
        body: the page, after transfer and content decoding.
        content_type: the header of that name, or None.

    Returns:
        the text, and the encoding as `declared` (the label as given, or None), `sniffed` (guessed from the bytes, or
        None) and `used` (both Python codecs). If the whole page is UTF-8 that was decoded as another encoding before it
        was sent, `mojibake` names that encoding, and the text is repaired.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            marked = body[len(mark) :].decode(codec, "replace")
            return _mended(
                marked,
                marked.encode("utf-8", "replace"),
                {"declared": f"{codec} (byte order mark)", "sniffed": codec, "used": codec},
            )
    labels = _declared(body, content_type)
    label = labels[0] if labels else None
    named = list(dict.fromkeys(filter(None, map(_codec, labels))))
    if body.isascii() and b"\0" not in body:
        plain = next((one for one in named if one.startswith(("iso2022", "hz"))), "utf-8")
        return body.decode(plain, "replace"), {"declared": label, "sniffed": "ascii", "used": plain}
    text, raw = None if b"\0" in body else _as_utf8(body), body
    looks: str | None = "utf-8"
    used = "utf-8"
    if text is None:
        looks, used = _guessed(body, named)
        text = body.decode(used, "replace")
        raw = text.encode("utf-8", "replace")
    return _mended(text, raw, {"declared": label, "sniffed": looks, "used": used})


def _mended(text: str, raw: bytes, encodings: dict[str, str | None]) -> tuple[str, dict[str, str | None]]:
    """The text, repaired if it is mojibake. `raw` is the same text in UTF-8."""
    from pagewitness.scraper.clean.encoding.mojibake import beyond_ascii, undone

    mended, codec = undone(text, beyond_ascii(raw))
    return (mended, {**encodings, "mojibake": codec}) if codec else (text, encodings)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The labels of the encodings that the header and the page declare, in this order."""
    header = _IN_HEADER.search(content_type or "")
    found = [header[1].lower()] if header else []
    for element in _ELEMENT.finditer(_UNREAD.sub(b"", body[:PRESCAN])):
        if element[0].startswith(b"<?"):
            label = _IN_XML.search(element[0])
        elif _IS_TYPE.search(element[0]):
            label = _IN_CONTENT.search(element[0])
        else:
            label = _IN_CHARSET.search(element[0])
        if label:
            page = label[1].decode("ascii", "replace").lower()
            # If its meta element can be found, the page is not UTF-16 (HTML standard: such a label means UTF-8).
            found.append("utf-8" if page.startswith("utf-16") else page)
            break
    return found


def _guessed(body: bytes, declared: list[str]) -> tuple[str | None, str]:
    """Guess the encoding of bytes that are not clearly UTF-8. Returns the guess and the codec to use.

    Args:
        declared: the codecs that were declared, the likeliest first.
    """
    from pagewitness.scraper.clean.encoding import sniff

    wide = sniff.wide(body)
    if wide:
        return wide, wide
    if declared and declared[0].startswith("utf-16"):
        if not _mostly_utf8(body, _CUT):
            return None, declared[0]
        declared = declared[1:]
    if _mostly_utf8(body, _CUT if not declared or declared[0] == "utf-8" else _CUT_IF_DENIED):
        return "utf-8", "utf-8"
    found = _LANGUAGE.search(body[:PRESCAN])
    language = found[1].decode("ascii").lower() if found else None
    # Encodings may differ in a single letter, so a declared one counts; UTF-8 is already ruled out.
    looks: str | None = None
    others = [one for one in declared if one != "utf-8" and not one.startswith("utf-16")]
    for other in others:
        looks, believed = sniff.sniffed(body, language, other)
        if believed:
            return looks, other
    if not others:
        looks, _ = sniff.sniffed(body, language, None)
    return looks, looks or str(lexicon_table("encodings")["languages"].get(language or "", "cp1252"))


def _codec(label: str | None) -> str | None:
    """The codec of a label of the Encoding Standard, by table, so that it is always a character encoding."""
    name = (label or "").strip().replace("_", "-")
    table = lexicon_table("encodings")
    found = table["labels"].get(name) or table["unknown_to_browsers"].get(_OF_DOS.sub("cp", name))
    return str(found) if found else None


def _as_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _mostly_utf8(body: bytes, one_of: int) -> bool:
    """Whether bytes are UTF-8 except for a few broken letters, such as one cut in the middle.

    Args:
        one_of: one in so many letters beyond ASCII may be broken.
    """
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * one_of <= len(text.encode("utf-8").translate(None, _ASCII).decode("utf-8"))
