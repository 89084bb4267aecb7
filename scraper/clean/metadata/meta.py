"""What a page says about itself: title, language, dates, author, agency, and where each was found.

What is written for machines (linked data, meta elements, `time`) takes precedence over the document's own lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.blocks import structured
from pagewitness.scraper.clean.metadata import bylines, datelines, marked_dates, published_dates
from pagewitness.scraper.clean.metadata.language import guessed_language
from pagewitness.scraper.clean.metadata.links import Links, attachments, read_links
from pagewitness.scraper.clean.metadata.published_dates import iso_date

__all__ = ["Meta", "guessed_language", "iso_date", "page_details", "read_meta", "with_text"]

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-]+)*", re.IGNORECASE)
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "dcterms.issued", "dc.date.issued", "dc.date",
    "dcterms.date", "dc.date.created", "dcterms.created", "citation_publication_date", "citation_date", "pubdate",
    "publish-date", "publish_date", "publishdate", "date", "created",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
    "lastmod", "modified",
)  # fmt: skip
_AUTHOR = ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator")
_AGENCY = ("og:site_name", "publisher", "citation_publisher")
_PARTS = ("meta", "script", "title", "link", "time")
_THREE_LETTERS = {
    "lit": "lt",
    "lav": "lv",
    "est": "et",
    "eng": "en",
    "deu": "de",
    "fra": "fr",
    "pol": "pl",
    "rus": "ru",
}
_NOBODY = frozenset({"null", "undefined", "none", "admin", "administrator", "root", "unknown", "anonymous", "n/a"})
_WEB = ("http:", "https:", "//", "@")


@dataclass(frozen=True, slots=True)
class Meta:
    """What a page says about itself; None for what it does not say.

    Attributes:
        titles: titles that it gives itself, the likeliest first: og:title, linked data, the title element.
        language: ISO 639-1.
        locale: the language with its region, as `html` has it, if it has one.
        published, modified: ISO 8601, a date or a date and time.
        author: a name, or several.
        agency: who publishes it.
        types: og:type, and the types of linked data.
        links: links to its other forms and to files.
        found: where language, published, modified, author, agency and canonical were found.
    """

    titles: tuple[str, ...]
    language: str | None
    published: str | None
    modified: str | None
    author: str | None
    types: tuple[str, ...] = ()
    agency: str | None = None
    links: Links = field(default_factory=Links)
    locale: str | None = None
    found: dict[str, str] = field(default_factory=dict)


Statement = tuple[str, str | None]  # where it was found, and what it says


def read_meta(root: Any, url: str | None = None, stripped: str = "") -> Meta:
    """Read a page's own statements.

    Args:
        root: the root element of the stripped page.
        url: its address, or None.
        stripped: its markup.
    """
    parts: dict[str, list[Any]] = {tag: [] for tag in _PARTS}
    for element in root.iter(*_PARTS):
        parts[element.tag].append(element)
    named = _named(parts["meta"])
    data = [entry for script in parts["script"] for entry in structured.linked_data(script.text)]
    links = read_links(parts["link"], root, url, stripped)
    said: dict[str, Statement | None] = {
        "language": _first(
            (where, _language(text))
            for where, text in (
                ("html lang", root.get("lang")),
                *((f"meta {key}", named.get(key)) for key in ("content-language", "language")),
                ("json-ld", _from_data(data, "inLanguage")),
                ("meta og:locale", named.get("og:locale")),
            )
        ),
        "published": _first(
            (where, iso_date(text))
            for where, text in _moments(root, parts["time"], named, data, "datePublished", _PUBLISHED)
        ),
        "modified": _first(
            (where, iso_date(text))
            for where, text in _moments(root, parts["time"], named, data, "dateModified", _MODIFIED)
        ),
        "author": _author(named, data, stripped),
        "agency": _first([*_of_names(named, _AGENCY), ("json-ld", _from_data(data, "publisher"))]),
        "canonical": ("link canonical", links.canonical) if links.canonical else None,
    }
    value = {key: one[1] if one else None for key, one in said.items()}
    return Meta(
        _titles(parts["title"], named, data),
        value["language"],
        value["published"],
        value["modified"],
        value["author"],
        tuple(filter(None, (named.get("og:type"), *(entry.get("@type") for entry in data)))),
        value["agency"],
        links,
        _locale(root.get("lang")),
        {key: one[0] for key, one in said.items() if one},
    )


def _named(metas: Iterable[Any]) -> dict[str, str]:
    """The contents of the meta elements by name; the first of each name counts."""
    named: dict[str, str] = {}
    for meta in metas:
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        if name and normalised(meta.get("content") or ""):
            named.setdefault(name.lower(), normalised(meta.get("content")))
    return named


def with_text(meta: Meta, blocks: Sequence[VisibleBlock], title: str | None, url: str | None) -> Meta:
    """Fill in what only the text or the address says.

    Args:
        blocks: all visible blocks, with `document` set.
        title: the document's title, or None.
    """
    found = dict(meta.found)
    language, published, modified, author = meta.language, meta.published, meta.modified, meta.author
    if language is None:
        language = guessed_language("\n".join(block.text for block in blocks if block.document))
        found |= {"language": "text"} if language else {}
    if published is None or modified is None:
        in_text = datelines.dates_near_title(blocks, title, meta.locale or language)
        address = published_dates.in_address(url)
        if published is None and (published := in_text["published"].date if "published" in in_text else address):
            found["published"] = "text" if "published" in in_text else "address"
        if modified is None and "modified" in in_text:
            modified, found["modified"] = in_text["modified"].date, "text"
    if author is None and (author := bylines.author_near_title(blocks, title)):
        found["author"] = "byline"
    return replace(meta, language=language, published=published, modified=modified, author=author, found=found)


def page_details(meta: Meta, blocks: Sequence[VisibleBlock], title: str | None) -> dict[str, Any]:
    """What a reading records about its page in `archive.derived.Reading.details`."""
    found = dict(meta.found)
    if title is not None:
        own = next((block for block in blocks if block.document and block.text == title), None)
        found["title"] = "heading" if own and own.by == "title" else "head"
    parts = {
        "agency": meta.agency,
        "canonical": meta.links.canonical,
        "alternates": list(meta.links.alternates),
        "attachments": attachments(meta.links, blocks),
        "found": dict(sorted(found.items())),
    }
    return {key: value for key, value in parts.items() if value}


def _first(said: Iterable[Statement]) -> Statement | None:
    return next((one for one in said if one[1]), None)


def _moments(
    root: Any,
    times: Sequence[Any],
    named: dict[str, str],
    data: list[structured.LinkedData],
    key: str,
    names: Sequence[str],
) -> Iterable[Statement]:
    """What a page says about when it was published (or modified), the most reliable first."""
    yield "json-ld", marked_dates.in_data(data, key, named.get("og:title"))
    yield from _of_names(named, names)
    yield from marked_dates.in_elements(root, times, key)


def _of_names(named: dict[str, str], names: Sequence[str]) -> list[Statement]:
    return [(f"meta {key}", named[key]) for key in names if key in named]


def _titles(elements: Sequence[Any], named: dict[str, str], data: list[structured.LinkedData]) -> tuple[str, ...]:
    own = normalised("".join(elements[0].itertext())) if elements else ""
    found = (named.get("og:title"), _from_data(data, "headline"), own, named.get("dc.title"), named.get("title"))
    return tuple(dict.fromkeys(normalised(title) for title in found if title and normalised(title)))


def _from_data(data: list[structured.LinkedData], key: str) -> str | None:
    return next((entry[key] for entry in data if entry.get(key)), None)


def _author(named: dict[str, str], data: list[structured.LinkedData], stripped: str) -> Statement | None:
    """The author; the byline counts if the meta element only repeats the site's name."""
    said = [
        (where, normalised(name))
        for where, name in (("json-ld", _from_data(data, "author")), *_of_names(named, _AUTHOR))
        if name and not name.startswith(_WEB) and name.lower() not in _NOBODY
    ]
    site = {normalised(named[key]).lower() for key in _AGENCY if key in named}
    first = next(iter(said), None)
    if first and (first[0] == "json-ld" or first[1].lower() not in site):
        return first
    marked = bylines.marked_author(stripped)
    return ("byline", marked) if marked else first


def _locale(text: str | None) -> str | None:
    """A language with a region, such as `en-GB`; None for anything else."""
    return text.strip() if text and re.fullmatch(r"[a-z]{2}[-_][a-z]{2}", text.strip(), re.IGNORECASE) else None


def _language(text: str | None) -> str | None:
    found = _LANGUAGE.fullmatch((text or "").split(",")[0].strip())
    if not found:
        return None
    code = found[1].lower()
    code = _THREE_LETTERS.get(code, code)
    return code if len(code) == 2 else None
