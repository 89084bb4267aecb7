"""Reduce `application/ld+json` to the few schema.org fields that a reading uses, in a canonical form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

_LINKED_DATA = re.compile(r"<script[^>]*\btype\s*=\s*[\"']?application/ld\+json", re.IGNORECASE)
_CONTENT = re.compile(r"<script[^>]*>(.*?)(?:</script|\Z)", re.IGNORECASE | re.DOTALL)
_FIELDS = ("headline", "datePublished", "dateModified", "inLanguage")
_TYPES = re.compile(r"(?:.*Article|.*Posting|WebPage|Report|CreativeWork|.*Document|Legislation|Dataset)$")
_LONGEST = 200_000
_MOST = 50  # entries of a list
LinkedData = dict[str, str]


def canonical(script: str) -> str:
    """A script element reduced to the linked data in use; empty for any other script."""
    if not _LINKED_DATA.match(script) or len(script) > _LONGEST:
        return ""
    found = _CONTENT.match(script)
    data = _parsed(found[1]) if found else None
    entries = list(_entries(data, _names(data)))
    if not entries:
        return ""
    # `<` is written as an escape so that no string in it can end the script.
    text = json.dumps(entries, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def linked_data(text: str | None) -> list[LinkedData]:
    """The entries of a canonical script's text."""
    found = _parsed(text or "")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _parsed(text: str) -> Any:
    try:
        return json.loads(text.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
    except (ValueError, RecursionError):
        return None


def _names(value: Any) -> dict[str, str]:
    """The names of people and bodies by their @id, under which other places refer to them."""
    graph = value.get("@graph") if isinstance(value, dict) else value
    return {
        one["@id"]: one["name"]
        for one in (graph if isinstance(graph, list) else [])[:_MOST]
        if isinstance(one, dict) and isinstance(one.get("@id"), str) and isinstance(one.get("name"), str)
    }


def _entries(value: Any, names: dict[str, str], depth: int = 0) -> Iterator[LinkedData]:
    if isinstance(value, list) and depth < 5:
        for inner in value[:_MOST]:
            yield from _entries(inner, names, depth + 1)
    elif isinstance(value, dict) and depth < 5:
        kinds = value.get("@type")
        named = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
        kind = next((kind for kind in named if isinstance(kind, str)), "")
        entry = _entry(value, names) if _TYPES.match(kind) else {}
        if entry:
            yield {"@type": kind, **entry}
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _entries(value.get(key), names, depth + 1)


def _entry(value: dict[str, Any], names: dict[str, str]) -> LinkedData:
    entry = {key: value[key].strip() for key in _FIELDS if isinstance(value.get(key), str) and value[key].strip()}
    author, publisher = _name(value.get("author"), names), _name(value.get("publisher"), names)
    # An entry with neither of these does not count, whoever published it.
    if not entry and not _name(value.get("author"), {}):
        return {}
    return entry | ({"author": author} if author else {}) | ({"publisher": publisher} if publisher else {})


def _name(value: Any, names: dict[str, str]) -> str | None:
    """The name of a person or body, or of several."""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, (_name(one, names) for one in value[:10])))) or None
    if isinstance(value, dict):
        value = value.get("name") or names.get(str(value.get("@id")))
        if isinstance(value, list):
            value = next(iter(value), None)
    return unescape(value).strip() or None if isinstance(value, str) else None
