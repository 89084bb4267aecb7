"""`application/ld+json`: the few fields of schema.org that a reading uses, in one canonical form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_LINKED_DATA = re.compile(r"<script[^>]*\btype\s*=\s*[\"']?application/ld\+json", re.IGNORECASE)
_CONTENT = re.compile(r"<script[^>]*>(.*?)(?:</script|\Z)", re.IGNORECASE | re.DOTALL)
_FIELDS = ("headline", "datePublished", "dateModified", "inLanguage")
_TYPES = re.compile(r"(?:.*Article|.*Posting|WebPage|Report|CreativeWork|.*Document|Legislation|Dataset)$")
_LONGEST = 200_000
Entry = dict[str, str]


def canonical(script: str) -> str:
    """A script element reduced to the used fields of its linked data; empty for any other script."""
    if not _LINKED_DATA.match(script) or len(script) > _LONGEST:
        return ""
    found = _CONTENT.match(script)
    entries = list(_entries(_parsed(found[1]))) if found else []
    if not entries:
        return ""
    # `<` is written as an escape so that no string in it can end the script.
    text = json.dumps(entries, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def read(text: str | None) -> list[Entry]:
    """The entries of a canonical script's text."""
    found = _parsed(text or "")
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _parsed(text: str) -> Any:
    try:
        return json.loads(text.strip().removeprefix("<!--").removesuffix("-->"), strict=False)
    except (ValueError, RecursionError):
        return None


def _entries(value: Any, depth: int = 0) -> Iterator[Entry]:
    if isinstance(value, list) and depth < 5:
        for inner in value[:50]:
            yield from _entries(inner, depth + 1)
    elif isinstance(value, dict) and depth < 5:
        kinds = value.get("@type")
        named = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
        kind = next((kind for kind in named if isinstance(kind, str)), "")
        entry = _entry(value) if _TYPES.match(kind) else {}
        if entry:
            yield {"@type": kind, **entry}
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _entries(value.get(key), depth + 1)


def _entry(value: dict[str, Any]) -> Entry:
    entry = {key: value[key].strip() for key in _FIELDS if isinstance(value.get(key), str) and value[key].strip()}
    author = _author(value.get("author"))
    return {**entry, "author": author} if author else entry


def _author(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_author, value[:10]))) or None
    name = value.get("name") if isinstance(value, dict) else value
    return name.strip() or None if isinstance(name, str) else None
