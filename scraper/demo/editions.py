"""Render the sample site: a function of an address and an edition (pure, except that it reads its own files).

A page is a document (`site/documents/LANGUAGE/NAME.html`, edited as `edits.toml` says) set in the chrome of its edition
(`site/chrome/edition-N.html`, with the words of `words.toml`).
"""

from __future__ import annotations

import html
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any
from urllib.parse import quote

EDITIONS = (1, 2, 3)
# When each edition went online: the Last-Modified of what it changed.
PUBLISHED = {1: "Wed, 05 Mar 2025 07:00:00 GMT", 2: "Wed, 26 Mar 2025 13:30:00 GMT", 3: "Mon, 12 Jan 2026 08:15:00 GMT"}
CHROME = {1: 1, 2: 1, 3: 3}

# The documents by address. The first of a language is its index; the chapters follow it.
PAGES = {
    "/en/assessment/": ("en", "assessment"),
    "/en/assessment/cyber/": ("en", "cyber"),
    "/en/assessment/infrastructure/": ("en", "infrastructure"),
    "/en/assessment/influence/": ("en", "influence"),
    "/en/about/": ("en", "about"),
    "/lt/vertinimas/": ("lt", "assessment"),
    "/lt/vertinimas/kibernetines-operacijos/": ("lt", "cyber"),
    "/lt/vertinimas/infrastruktura/": ("lt", "infrastructure"),
    "/lt/vertinimas/itaka/": ("lt", "influence"),
    "/lt/apie/": ("lt", "about"),
}
ADDRESSES = {document: path for path, document in PAGES.items()}
CHAPTERS = ("cyber", "infrastructure", "influence")

TYPES = {
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}

# How edition 3 changes the markup of a document: other class names, and a box around each heading.
RESTYLED = (
    ("<h2>", '<div class="section-title"><h2>'),
    ("</h2>", "</h2></div>"),
    ('class="lead"', 'class="intro"'),
    ('class="box"', 'class="callout"'),
    ('class="credit"', 'class="credit source"'),
)


@dataclass(frozen=True, slots=True)
class Resource:
    """The resource at an address of the site.

    Attributes:
        body: its bytes (text is UTF-8).
        content_type: with the charset where it is text.
        modified: when it last changed, as an HTTP date (RFC 9110 §5.6.7).
    """

    body: bytes
    content_type: str
    modified: str


def resource(path: str, edition: int, base: str) -> Resource | None:
    """The resource at an address in an edition.

    Args:
        path: the path of the address, without a query.
        edition: 1, 2 or 3.
        base: scheme and host of the server, without a slash at the end; absolute links begin with it.

    Returns:
        the resource, or None if the site has none there.
    """
    if path in PAGES:
        body = demo_page(path, edition, base).encode()
        return Resource(body, "text/html; charset=utf-8", PUBLISHED[_unchanged_since(path, edition, base)])
    if path == "/robots.txt":
        return Resource(
            f"User-agent: *\nDisallow: /admin/\n\nSitemap: {base}/sitemap.xml\n".encode(),
            "text/plain; charset=utf-8",
            PUBLISHED[1],
        )
    if path == "/sitemap.xml":
        return Resource(sitemap(base).encode(), "application/xml; charset=utf-8", PUBLISHED[1])
    return _file(path)


def demo_page(path: str, edition: int, base: str) -> str:
    """The HTML of a page: its document in the chrome of the edition."""
    language, name = PAGES[path]
    other = "lt" if language == "en" else "en"
    text = document(language, name, edition)
    values = words(language, edition) | {
        "title": title_of(text),
        "document": text,
        "language": language,
        "url": base + path,
        "quoted_url": quote(base + path, safe=""),
        "home": ADDRESSES[language, "assessment"],
        "about": ADDRESSES[language, "about"],
        "pdf": f"/files/summary-{language}.pdf",
        "other_language": other,
        "other_name": words(other, edition)["language_name"],
        "other_path": ADDRESSES[other, name],
        "related": _related(language, name, edition),
    }
    return Template(_read("chrome", f"edition-{CHROME[edition]}.html")).substitute(values)


@cache
def document(language: str, name: str, edition: int) -> str:
    """The HTML fragment of a document as an edition has it, from its `h1` to its footnotes."""
    text = _read("documents", language, f"{name}.html").strip()
    for edit in edits():
        if edit["document"] == f"{language}/{name}" and edit["edition"] <= edition:
            text = text.replace(edit["old"], edit["new"])
    for old, new in RESTYLED if CHROME[edition] == 3 else ():
        text = text.replace(old, new)
    return text


def title_of(fragment: str) -> str:
    """The title of a document: the text of its `h1`, still escaped as HTML."""
    found = re.search("<h1>(.*?)</h1>", fragment)
    assert found, "every document begins with an h1"
    return found[1]


def words(language: str, edition: int) -> dict[str, str]:
    """The texts of the chrome in a language, by placeholder."""
    table: dict[str, Any] = _chrome_words()[language]
    common = {key: html.escape(value, quote=True) for key, value in table.items() if isinstance(value, str)}
    later = table.get(f"edition-{CHROME[edition]}", {})
    return common | {key: html.escape(value, quote=True) for key, value in later.items()}


def sitemap(base: str) -> str:
    """The sitemap of the ten pages (sitemaps.org, 0.9)."""
    entries = "".join(f"<url><loc>{base}{path}</loc></url>\n" for path in PAGES)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


@cache
def edits() -> list[dict[str, Any]]:
    """Every edit that a later edition makes: edition, document, what, old, new; in the order in which they apply."""
    found: list[dict[str, Any]] = tomllib.loads(_read("documents", "edits.toml"))["edit"]
    return found


def _related(language: str, name: str, edition: int) -> str:
    """The box of related links: the other chapters, which edition 3 lists in reverse order."""
    others = [chapter for chapter in CHAPTERS if chapter != name]
    if CHROME[edition] == 3:
        others.reverse()
    return "\n".join(
        f'<li><a href="{ADDRESSES[language, other]}">{title_of(document(language, other, edition))}</a></li>'
        for other in others
    )


def _unchanged_since(path: str, edition: int, base: str) -> int:
    """The first edition that shows a page exactly as this one does."""
    while edition > 1 and demo_page(path, edition - 1, base) == demo_page(path, edition, base):
        edition -= 1
    return edition


def _file(path: str) -> Resource | None:
    """A file below `site/` that is served unchanged: the style sheet, a picture, the PDF."""
    match = re.fullmatch(r"/(chrome|images|files)/([\w-]+\.(css|svg|pdf))", path)
    found = match and files(__package__).joinpath("site", match[1], match[2])
    if not match or not found or not found.is_file():
        return None
    return Resource(found.read_bytes(), TYPES[match[3]], PUBLISHED[1])


@cache
def _chrome_words() -> dict[str, Any]:
    return tomllib.loads(_read("chrome", "words.toml"))


@cache
def _read(*parts: str) -> str:
    return files(__package__).joinpath("site", *parts).read_text(encoding="utf-8")
