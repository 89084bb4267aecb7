"""Addresses that lead to nothing new: calendars, facets, sessions without end, other forms of a page, the way up."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

FILES: Final = frozenset({"pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf"})
# Names of files that hold no document that we keep.
_OTHER_FILES: Final = frozenset({
    "jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "ico", "bmp", "tif", "tiff", "mp3", "mp4", "m4a", "m4v", "wav", "ogg",
    "webm", "avi", "mov", "mkv", "zip", "gz", "tgz", "bz2", "7z", "rar", "exe", "dmg", "msi", "apk", "iso", "css", "js", "mjs",
    "json", "xml", "rss", "atom", "rdf", "ics", "vcf", "csv", "tsv", "woff", "woff2", "ttf", "eot", "swf", "epub", "mobi", "kml",
    "kmz", "shp",
})  # fmt: skip
_EXTENSION: Final = re.compile(r"\.([a-z0-9]{1,5})$")
_IS_FILE: Final = re.compile(rf"\.(?:{'|'.join(sorted(FILES))})$", re.IGNORECASE)
# A day or a month as the whole end of a path: /2024/05, /2024-05-03/.
_DAY_PATH: Final = re.compile(r"/(?:19|20)\d\d(?:[/-](?:0?[1-9]|1[0-2]))(?:[/-](?:0?[1-9]|[12]\d|3[01]))?/?$")
_DATE_VALUE: Final = re.compile(r"(?:19|20)\d\d(?:-?(?:0[1-9]|1[0-2]))(?:-?(?:0[1-9]|[12]\d|3[01]))?")
_DATE_NAMES: Final = frozenset(
    {"month", "day", "week", "date", "jahr", "monat", "tag", "mois", "jour", "ical", "calendar"}
)
_FACETS: Final = re.compile(
    r"sort(?:_?by|_?order)?|order(?:_?by)?|dir|filter\w*|facet\w*|f|fq|tags?|per_?page|limit|pagesize|size|\w*\[\d*\]|"
    r"(?:f|filter|facet)\w*\[.*\].*",
    re.IGNORECASE,
)
_ID: Final = re.compile(
    r".*(?:id|nr|num|no|guid|oid|key)$|p|n|article|doc|item|node|news|publication|report", re.IGNORECASE
)
_PRINT: Final = re.compile(r"(?:^|/)(?:print(?:able|er|ing|version)?|drucken|imprimer)(?:/|\.\w+$|$)", re.IGNORECASE)
_AMP: Final = re.compile(r"(?:^|/)amp(?:/|\.\w+$|$)|\.amp(?:\.\w+)?$", re.IGNORECASE)
_REPEATS: Final = 3  # times that a part of a path may be there
_MOST_PARTS: Final = 14  # of a path
_MOST_PARAMETERS: Final = 8
_LONGEST: Final = 500  # letters of an address


def is_file(url: str) -> bool:
    """Whether an address names a PDF or an office file, in its path or in a parameter."""
    parts = urlsplit(url)
    return bool(_IS_FILE.search(parts.path)) or any(
        _IS_FILE.search(value) for _, value in parse_qsl(parts.query, keep_blank_values=True)
    )


def form_of(url: str) -> str | None:
    """Which other form of a page an address names: `print` or `amp`; None if it names none."""
    parts = urlsplit(url)
    names = {name.lower(): value.lower() for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    values = set(names.values())
    if (
        _PRINT.search(parts.path)
        or names.get("print", "0") not in ("0", "false", "no")
        or _PRINT.fullmatch(names.get("view", "") or names.get("format", "") or names.get("type", "") or "-")
    ):
        return "print"
    if (
        _AMP.search(parts.path)
        or "amp" in names
        or ("amp" in values and names.keys() & {"output", "outputtype", "format"})
    ):
        return "amp"
    return None


def trap_of(url: str, listing: str) -> str | None:
    """Why an address that a listing links is not the address of a document, in a clause; None if it may be one.

    Args:
        listing: the address of the listing.
    """
    parts, home = urlsplit(url), urlsplit(listing)
    extension = _EXTENSION.search(parts.path.lower())
    if extension and extension[1] in _OTHER_FILES:
        return f"a file of another kind (.{extension[1]})"
    if _carries_address(parts):
        return "it carries another address: a login, or a way to share"
    if len(url) > _LONGEST:
        return "its address is too long"
    if form := form_of(url):
        return "a print version" if form == "print" else "an AMP version"
    names = [part for part in parts.path.lower().split("/") if part]
    if len(names) > _MOST_PARTS or max(Counter(names).values(), default=0) > _REPEATS:
        return "its path repeats itself"
    if _leads_up(parts, home):
        return "it leads up, to a section or the home page"
    if _is_calendar(parts):
        return "a page of a calendar"
    return "a filter or an order of a list" if _is_facet(parts, home) else None


def _carries_address(parts: SplitResult) -> bool:
    """Whether a parameter holds an address or a path, to which the page would lead back."""
    values = [value.strip().lower() for _, value in parse_qsl(parts.query)]
    return any(
        value.startswith(("http://", "https://", "//")) or (value[:1] == "/" and not is_file(value)) for value in values
    )


def _leads_up(parts: SplitResult, home: SplitResult) -> bool:
    here, there = parts.path.rstrip("/"), home.path.rstrip("/")
    return parts.netloc == home.netloc and not parts.query and not parts.fragment and f"{there}/".startswith(f"{here}/")


def _is_calendar(parts: SplitResult) -> bool:
    if _DAY_PATH.search(parts.path):
        return True
    pairs = [(name.lower(), value) for name, value in parse_qsl(parts.query)]
    return any(name in _DATE_NAMES or (_DATE_VALUE.fullmatch(value) and "-" in value) for name, value in pairs)


def _is_facet(parts: SplitResult, home: SplitResult) -> bool:
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if not names:
        return False
    if len(names) > _MOST_PARAMETERS or any(_FACETS.fullmatch(name) for name in names):
        return True
    if (parts.netloc, parts.path.rstrip("/")) != (home.netloc, home.path.rstrip("/")):
        return False
    # On the listing's own path: the parameter that names a document is the one that names the listing, or an id.
    own = {name for name, _ in parse_qsl(home.query, keep_blank_values=True)}
    more = [name for name in names if name not in own]
    return bool(more) and not any(_ID.fullmatch(name) for name in more)
