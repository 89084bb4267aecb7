"""Find a page's links: its canonical address, its versions in other languages and forms, and the files that it links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from posixpath import basename
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.lexicon.labels import control_of

_KINDS: Final = {
    "pdf": "pdf", "epub": "epub",
    **dict.fromkeys(("doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf"), "office"),
}  # fmt: skip
_FILE: Final = re.compile(rf"\.({'|'.join(_KINDS)})$", re.IGNORECASE)
_NAMED: Final = re.compile(r"\.([a-zA-Z]{3,4})[\"?#&]")
_PRINT: Final = re.compile(r"(?:^|[/_.-])print(?:able|version|er)?(?:[/_.-]|$)", re.IGNORECASE)
_OUTSIDE: Final = frozenset({"nav", "footer", "header"})
_BESIDE: Final = frozenset({"main", "aside", "control"})
_MOST = 200
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Links:
    """A page's links to other forms of the document, and to files.

    Attributes:
        canonical: the address that the page calls its own, or None.
        alternates: {url, kind: `language` `print` `amp` `pdf` `epub` `office`, language, found}.
        files: all files that the page links: (url, kind, text of the link, outside), where `outside` says whether the
            link is in the site's navigation, header or footer.
    """

    canonical: str | None = None
    alternates: tuple[dict[str, str], ...] = ()
    files: tuple[tuple[str, str, str, bool], ...] = ()


def read_links(links: Iterable[Any], root: Any, url: str | None, stripped: str) -> Links:
    """Read a page's links to its other forms.

    Args:
        links: the `link` elements of the stripped page.
        root: the root element of the page.
        url: its address; if None, the links stay as they are written.
        stripped: the page's markup, which quickly shows that most pages link no files.
    """
    canonical: str | None = None
    alternates: dict[tuple[str, str, str], dict[str, str]] = {}
    for element in links:
        rel, address = element.get("rel"), _absolute(element.get("href"), url)
        if not address:
            continue
        if rel == "canonical":
            canonical = canonical or address
        elif (kind := _kind_of(element, rel)) and len(alternates) < _MOST:
            language = element.get("hreflang") or ""
            one = {"url": address, "kind": kind, **({"language": language} if language else {}), "found": f"link {rel}"}
            alternates.setdefault((address, kind, language), one)
    files = dict.fromkeys(_files(root.iter("a"), url)) if _may_link_files(stripped) else {}
    for address, kind, _, outside in files:
        if kind == "print" and not outside and len(alternates) < _MOST:
            alternates.setdefault((address, kind, ""), {"url": address, "kind": kind, "found": "link"})
    return Links(canonical, tuple(alternates.values()), tuple(one for one in files if one[1] != "print")[:_MOST])


def _may_link_files(stripped: str) -> bool:
    """Whether a page's markup may link a file or a print version."""
    if any(found[1].lower() in _KINDS for found in _NAMED.finditer(stripped)):
        return True
    return "print" in stripped and any(form in stripped for form in ("/print", "print/", "-print", "print."))


def _kind_of(element: Any, rel: str) -> str | None:
    """The form of the page that a link element leads to."""
    file = _FILE.search(element.get("href"))
    if rel == "amphtml":
        return "amp"
    if file:
        return _KINDS[file[1].lower()]
    if element.get("hreflang"):
        return "language"
    return "print" if "print" in (element.get("media") or "") else None


def _files(anchors: Iterable[Any], url: str | None) -> list[tuple[str, str, str, bool]]:
    """The files and print versions that a page links."""
    found = []
    for element in anchors:
        href = (element.get("href") or "").partition("#")[0]
        kind = _kind_of_file(href)
        if kind is None and "print" in href and _PRINT.search(href):
            kind = "print"
        address = _absolute(href, url) if kind else None
        if kind and address:
            text = normalised(" ".join(element.itertext()))[:_LONGEST_TITLE]
            outside = any(above.tag in _OUTSIDE for above in element.iterancestors())
            found.append((address, kind, text, outside))
    return found


def _kind_of_file(href: str) -> str | None:
    """The kind of file that an address names, in its path or in a parameter."""
    names = (part[-5:].rstrip().rpartition(".")[2].lower() for part in re.split("[?&]", href))
    return next((_KINDS[name] for name in names if name in _KINDS), None)


def attachments(links: Links, blocks: Sequence[VisibleBlock]) -> list[dict[str, str]]:
    """The files linked in the document or beside it, each once.

    Args:
        blocks: all visible blocks, with `document` set.

    Returns:
        {url, title, kind: `pdf` `epub` `office`, found: `in the document` or `beside the document`}.
    """
    found: dict[str, dict[str, str]] = {}
    for address, kind, text, outside in links.files:
        where = _where(text, outside, blocks)
        if where and address not in found:
            title = text if text and not control_of(text, True) else _name_of(address)
            found[address] = {"url": address, "title": title, "kind": kind, "found": f"{where} the document"}
    return list(found.values())


def _where(text: str, outside: bool, blocks: Sequence[VisibleBlock]) -> str:
    """Whether a link is in the document or beside it; empty if it belongs to the site."""
    if not text:
        return "" if outside else "beside"
    holding = [block for block in blocks if text in block.text]
    if any(block.document for block in holding):
        return "in"
    if any(block.zone in _BESIDE for block in holding) or (not holding and not outside):
        return "beside"
    return ""


def base_of(root: Any, url: str | None) -> str | None:
    """The address from which a page's links lead on: its own, unless a `base` element says otherwise."""
    base = next((element.get("href") for element in root.iter("base") if element.get("href")), None)
    return _absolute(base, url) or url


def with_targets(blocks: Sequence[VisibleBlock], base: str | None) -> tuple[VisibleBlock, ...]:
    """The blocks with the addresses to which their links lead, absolute; other links than those of the web are left out.

    Args:
        blocks: with the targets of their links as they are written.
        base: the address from which they lead on (`base_of`); None to leave relative ones as they are.
    """
    return tuple(
        replace(
            block,
            targets=tuple(
                (words, address) for words, target in block.targets if (address := _absolute(target, base)) is not None
            ),
        )
        if block.targets
        else block
        for block in blocks
    )


def _name_of(address: str) -> str:
    """A file's name in its address: from its path, or from the parameter that names it."""
    parts = urlsplit(address)
    return unquote(basename(parts.path if _FILE.search(parts.path) else parts.query.partition("=")[2]))


def _absolute(href: str | None, url: str | None) -> str | None:
    """An absolute web address; None if it is not a web address."""
    href = (href or "").strip()
    if not href or href == "#":
        return None
    try:
        address = urljoin(url, href) if url else href
        return address if urlsplit(address).scheme in ("http", "https", *(() if url else ("",))) else None
    except ValueError:
        return None
