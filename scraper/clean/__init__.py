"""Turn the bytes of a page into a Reading: its visible blocks, and which of them are the document (pure).

    encoding/  bytes -> text: decode (the declared encoding), sniff (the encoding the bytes suggest), mojibake
    blocks/    text -> visible blocks
               strip    text -> stripped page: drops all that a reading must not depend on; its digest names the reading
               tree     stripped page -> tree; unnest flattens markup that is nested too deep
               prune    finds consent dialogs
               walk     tree -> visible blocks (pieces), with their frames and zones
    metadata/  language, dates, author, agency and links, as the page states them
    classify/  decides which blocks are the document
               features each block in numbers (shape, lexical_features, link_features, containers), and what the first
                        pass makes of its surroundings (second_features)
               model    the probability that a block is the document, in two passes
               scoring  these probabilities, with a vote by trafilatura (votes) if they are uncertain
               decide   applies the tables, then the probabilities, then the title (titles)
    lexicon/   looks up words and names in tables (*.toml; consent/ and controls/ by language): tables, phrases,
               labels, dialogs, icons
    page       a stripped HTML page -> a reading: runs all of these in order
    text       the same for plain text
    pdf/       PDFs (an optional part)
    office     recognises Office documents
    rules      applies the rules of the page's source
    credibility  why a reading is not credible
    explain    why each block was kept or dropped
    cleaner_version  the version under which readings are kept

Everything after `strip` sees only the stripped page and its address. Importing this package does not import
trafilatura or lxml; cleaning does.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from pagewitness.archive.derived import Reading, VisibleBlock
from pagewitness.archive.errors import CleanError
from pagewitness.archive.text.words import digest_of
from pagewitness.scraper.clean.cleaner_version import cleaner_name, html_name, with_rules
from pagewitness.scraper.clean.office import office
from pagewitness.scraper.clean.pdf import is_pdf
from pagewitness.scraper.clean.pdf.ocr import Recogniser

__all__ = ["Known", "clean", "clean_text", "cleaner_name", "html_name", "read_unless_known", "stripped_form"]

# Larger pages take more than 10 s or 500 MB (tests/clean/test_hostile.py). The largest of 1,410 real pages has 19,500 tags.
MOST_PAGE_BYTES: Final = 8 << 20
MOST_RAW_TAGS: Final = 800_000  # including those in scripts and comments
MOST_TAGS: Final = 500_000
MOST_LINES: Final = 100_000  # of plain text
_PLAIN = "text/plain\n"  # begins the stripped form of plain text; the stripped form of HTML begins with a doctype
_OTHER = "application/octet-stream\n"
_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|title|meta|div|p|br|h[1-6]|table|span|a|ul|article|script)\b[^<>]*+>", re.I
)
# Text has at most a few of these in any encoding. UTF-16 and UTF-32 have NULs, which are checked separately.
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x10-\x1a\x1c-\x1f\x7f]")
_LOOKED_AT = 4096
_MOST_CONTROL = 0.02
_BINARY = (
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"RIFF", "a picture or a sound"),
    (b"PK\x03\x04", "a ZIP archive"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document (OLE2)"),
    (b"\x1f\x8b", "a gzip file"), (b"BZh9", "a bzip2 file"), (b"7z\xbc\xaf", "a 7z archive"),
    (b"OggS", "a sound"), (b"ID3", "a sound"), (b"wOF", "a font"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A page whose stripped form has already been read, so it was not read again.

    Attributes:
        page_digest: names the reading.
        encodings: how this body was decoded, as in `Reading`.
    """

    page_digest: str
    encodings: dict[str, str | None] = field(default_factory=dict)


def clean(
    body: bytes, content_type: str | None, url: str | None, rules: str = "", recogniser: Recogniser | None = None
) -> Reading:
    """Read a page.

    Args:
        body: the answer's bytes, after transfer and content decoding.
        content_type: the header of that name, or None.
        url: the page's address, or None.
        rules: of the page's source (`Source.rules`).
        recogniser: as in `read_unless_known`.

    Returns:
        the reading; if it is not credible as the document, `not_credible` says why.

    Raises:
        CleanError: the body can't be read as a page.
    """
    found = read_unless_known(body, content_type, url, (), rules, recogniser)
    assert isinstance(found, Reading)
    return found


def read_unless_known(
    body: bytes,
    content_type: str | None,
    url: str | None,
    known: Collection[str],
    rules: str = "",
    recogniser: Recogniser | None = None,
) -> Reading | Known:
    """Read a page unless its stripped form has already been read.

    Args:
        body, content_type, url, rules: as in `clean`.
        known: digests of stripped pages (`Reading.page_digest`) that need no reading.
        recogniser: reads the scanned pages of a PDF; None to leave them unread.

    Returns:
        the reading, or `Known` if the page is among `known`.

    Raises:
        CleanError: the body can't be read as a page.
    """
    if is_pdf(body, content_type):
        from pagewitness.scraper.clean.pdf import read_pdf

        reading = replace(read_pdf(body, url, recogniser), cleaner=cleaner_name())
        if reading.page_digest in known:
            return Known(reading.page_digest, reading.encodings)
        return _by(rules, reading)
    stripped, encodings = _stripped(body, content_type)
    digest = digest_of(url or "", stripped)
    if digest in known:
        return Known(digest, encodings)
    return _by(rules, _read(stripped, url, digest, encodings, rules))


def clean_text(body: bytes, url: str | None) -> str:
    """The document's text alone, one block per line.

    Args:
        body: a page of HTML, or plain text.
        url: the page's address, or None.
    """
    return "\n".join(block.text for block in clean(body, None, url).document)


def stripped_form(body: bytes, content_type: str | None) -> str:
    """The stripped form of a body, as `clean` reads it. Raises CleanError."""
    return _stripped(body, content_type)[0]


def _stripped(body: bytes, content_type: str | None) -> tuple[str, dict[str, str | None]]:
    """The stripped form of a body, and how the body was decoded. Its first line says what kind of body it was."""
    other = _no_text(body, content_type)
    if other:
        return f"{_OTHER}{other}\n{sha256(body).hexdigest()}", {"declared": None, "sniffed": None, "used": None}
    if len(body) > MOST_PAGE_BYTES:
        raise CleanError(f"the page is larger than the {MOST_PAGE_BYTES:,} bytes that are read")
    from pagewitness.scraper.clean.blocks.strip import strip
    from pagewitness.scraper.clean.encoding.decode import decode

    text, encodings = decode(body, content_type)
    text = text.replace("\0", "")
    if _is_plain(text, content_type):
        return _PLAIN + _bounded(text, "\n", MOST_LINES, "lines"), encodings
    stripped = strip(_bounded(text, "<", MOST_RAW_TAGS, "tags"))
    return _bounded(stripped, "<", MOST_TAGS, "tags"), encodings


def _bounded(text: str, mark: str, most: int, what: str) -> str:
    """The text, if it has at most so many marks. Raises CleanError."""
    if text.count(mark) > most:
        raise CleanError(f"the page has more than the {most:,} {what} that are read")
    return text


def _no_text(body: bytes, content_type: str | None) -> str | None:
    """What kind of file a body is, if it is not text; None for text."""
    kind = (content_type or "").split(";")[0].strip().lower()
    found = office(body) or next((name for mark, name in _BINARY if body.startswith(mark)), None)
    if found is None and (kind.startswith(("image/", "audio/", "video/", "font/")) and kind != "image/svg+xml"):
        found = f"of the type {kind}"
    if found is None and not _is_wide(body, content_type):
        control = len(_CONTROL.findall(body[:_LOOKED_AT]))
        many = control > _MOST_CONTROL * min(len(body), _LOOKED_AT)
        if many or (b"\0" in body[:1024] and body.count(b"\0") * 8 >= len(body)):
            found = "binary"
    return f"{found}, not a page" if found else None


def _is_wide(body: bytes, content_type: str | None) -> bool:
    """Whether a body is in UTF-16 or UTF-32, judged by its byte order mark, its Content-Type, or its letters."""
    if b"\0" not in body[:1024]:
        return False
    from pagewitness.scraper.clean.encoding.sniff import wide

    marked = body.startswith((b"\xff\xfe", b"\xfe\xff")) or "utf-16" in (content_type or "").lower()
    return marked or bool(wide(body))


def _is_plain(text: str, content_type: str | None) -> bool:
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return False
    return not _MARKUP.search(text)


def _by(rules: str, reading: Reading) -> Reading:
    """Apply a source's phrases to a reading, and add the rules to the cleaner's name."""
    if not rules:
        return reading
    from pagewitness.scraper.clean.rules import applied_rules, without_phrases

    return replace(without_phrases(reading, applied_rules(rules)), cleaner=with_rules(reading.cleaner, rules))


def _read(stripped: str, url: str | None, digest: str, encodings: dict[str, str | None], rules: str) -> Reading:
    if stripped.startswith(_OTHER):
        return _empty(digest, encodings, f"it is {stripped.split(chr(10))[1]}")
    if stripped.startswith(_PLAIN):
        return _read_plain(stripped.removeprefix(_PLAIN), digest, encodings)
    from pagewitness.scraper.clean.page import read_page
    from pagewitness.scraper.clean.rules import applied_rules

    return read_page(stripped, url, digest, encodings, applied_rules(rules))


def _read_plain(text: str, digest: str, encodings: dict[str, str | None]) -> Reading:
    from pagewitness.scraper.clean.credibility import not_credible
    from pagewitness.scraper.clean.metadata.meta import guessed_language
    from pagewitness.scraper.clean.text import read_lines

    if not text.strip():
        return _empty(digest, encodings, "it is empty")
    title, blocks = read_lines(text)
    language = guessed_language(_document(blocks))
    return Reading(
        html_name(), digest, title, language, None, None, None, blocks, not_credible(title, blocks), encodings
    )


def _document(blocks: tuple[VisibleBlock, ...]) -> str:
    return "\n".join(block.text for block in blocks if block.document)


def _empty(digest: str, encodings: dict[str, str | None], reason: str) -> Reading:
    return Reading(html_name(), digest, None, None, None, None, None, (), reason, encodings)
