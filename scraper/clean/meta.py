"""What a page says of itself: title, language, dates, author (from meta elements, linked data and `time`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pagewitness.archive.words import normalised
from pagewitness.scraper.clean import structured

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
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
_AUTHOR = ("author", "article:author", "dc.creator", "dcterms.creator")
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


@dataclass(frozen=True, slots=True)
class Meta:
    """What a page says of itself; None where it does not say.

    Attributes:
        titles: what it calls itself, the likeliest first: og:title, linked data, the title element.
        language: ISO 639-1.
        published, modified: ISO 8601, a date or a date and time.
        types: og:type, and the types of linked data.
    """

    titles: tuple[str, ...]
    language: str | None
    published: str | None
    modified: str | None
    author: str | None
    types: tuple[str, ...] = ()


def read_meta(root: Any) -> Meta:
    """Read a page's own statements.

    Args:
        root: the root element of the stripped page.
    """
    named: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        if name and normalised(meta.get("content") or ""):
            named.setdefault(name.lower(), normalised(meta.get("content")))
    data = [entry for script in root.iter("script") for entry in structured.read(script.text)]
    return Meta(
        _titles(root, named, data),
        _language(root.get("lang") or named.get("content-language") or named.get("language")),
        _first_date(_from_data(data, "datePublished"), *(named.get(key) for key in _PUBLISHED), _time(root)),
        _first_date(_from_data(data, "dateModified"), *(named.get(key) for key in _MODIFIED)),
        _author(named, data),
        tuple(filter(None, (named.get("og:type"), *(entry.get("@type") for entry in data)))),
    )


def _titles(root: Any, named: dict[str, str], data: list[structured.Entry]) -> tuple[str, ...]:
    element = next(root.iter("title"), None)
    own = normalised("".join(element.itertext())) if element is not None else ""
    found = (named.get("og:title"), _from_data(data, "headline"), own, named.get("dc.title"), named.get("title"))
    return tuple(dict.fromkeys(normalised(title) for title in found if title and normalised(title)))


def _from_data(data: list[structured.Entry], key: str) -> str | None:
    return next((entry[key] for entry in data if entry.get(key)), None)


def _author(named: dict[str, str], data: list[structured.Entry]) -> str | None:
    found = (_from_data(data, "author"), *(named.get(key) for key in _AUTHOR))
    return next((normalised(name) for name in found if name and not name.startswith(("http:", "https:"))), None)


def _time(root: Any) -> str | None:
    """The moment of a `time` element that says it is the publication."""
    for element in root.iter("time"):
        says = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        if "publish" in says or "pubdate" in says or "entry-date" in says:
            return str(element.get("datetime") or "".join(element.itertext()))
    return None


def _first_date(*texts: str | None) -> str | None:
    return next((date for date in map(iso_date, texts) if date), None)


def iso_date(text: str | None) -> str | None:
    """A date as ISO 8601 (with its time and zone where they are given); None where there is none to read."""
    found = _DATE.search(text or "")
    if found and _is_date(found[1], found[2], found[3]):
        day = f"{found[1]}-{found[2]}-{found[3]}"
        return f"{day}T{found[4]}{found[5] or ''}" if found[4] else day
    found = _DAY_FIRST.search(text or "")
    if found and int(found[2]) <= 12 < int(found[1]) <= 31:
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    return None


def _is_date(year: str, month: str, day: str) -> bool:
    return 1900 <= int(year) <= 2100 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _language(text: str | None) -> str | None:
    found = _LANGUAGE.fullmatch((text or "").split(",")[0].strip())
    if not found:
        return None
    code = found[1].lower()
    code = _THREE_LETTERS.get(code, code)
    return code if len(code) == 2 else None


def guessed_language(text: str) -> str | None:
    """The language of a text by its letters (py3langid), or None where there is too little to tell."""
    if len(text) < 60:
        return None
    import py3langid

    return str(py3langid.classify(text[:4000])[0])
