"""Find the zone of an element, its part of the page, from its tag, its role and its names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Final

from pagewitness.scraper.clean.blocks.openers import is_read
from pagewitness.scraper.clean.lexicon.tables import any_of, lexicon_table

DOCUMENT: Final = frozenset({"main", "article"})
_CONTROLS: Final = frozenset(["button", "select", "option", "optgroup", "label", "legend", "textarea"])
_ZONES: Final = {"nav": "nav", "footer": "footer", "aside": "aside", "dialog": "dialog", "menu": "nav"}
_ROLES: Final = {
    "navigation": "nav", "contentinfo": "footer", "complementary": "aside", "dialog": "dialog", "alertdialog": "dialog",
    "banner": "header", "search": "control", "button": "control", "menu": "nav", "menubar": "nav", "toolbar": "control",
    "main": "main",
}  # fmt: skip
# Names by which Bootstrap and Tailwind show on large screens what others hide.
_SHOWN: Final = re.compile(
    r"d-(?:sm|md|lg|xl|xxl)-(?!none)\S+|(?:sm|md|lg|xl|2xl):(?:block|flex|grid|inline\S*|table\S*|contents)"
)
_MOST_HIDDEN_ICON = 40  # letters


def zone_of(element: Any, tag: str, attributes: Mapping[str, str], outer: str, in_article: bool) -> str:
    """The zone of an element.

    Args:
        element: examined only if its attributes are not enough.
        tag, attributes: its own.
        outer: the zone of the element around it.
        in_article: whether it is in a `main` or an `article`.
    """
    if outer in ("hidden", "dialog"):
        return outer
    get = attributes.get
    if get("hidden") is not None or get("style") or (get("aria-hidden") == "true" and _is_short(element)):
        return "hidden"
    if tag in ("body", "html", "main", "article"):
        # If the markup leaves a header or a button open, the document is not part of it.
        return "main" if tag in DOCUMENT and outer in ("header", "control") else outer
    named = _of_tag(element, tag, attributes, outer, in_article)
    if named:
        return named
    classes, identity = get("class"), get("id")
    found = zone_named(classes) if classes else None
    found = found or (zone_named(identity) if identity else None)
    if found is None or (found in ("header", "footer") and in_article):
        return outer
    # A name is weak evidence: it does not override the element around it.
    return found if outer == "main" or found == "hidden" else outer


def _of_tag(element: Any, tag: str, attributes: Mapping[str, str], outer: str, in_article: bool) -> str | None:
    role = attributes.get("role")
    if role is not None and role in _ROLES:
        return _ROLES[role]
    if tag in ("nav", "menu") and is_read(element):
        return outer  # it leads nowhere
    if (tag == "legend" and not _asks(element)) or (tag == "textarea" and attributes.get("readonly") is not None):
        return outer
    if tag in _CONTROLS or (tag == "a" and attributes.get("onclick")):
        return "control"
    if tag == "header" and not in_article:
        return "header"
    if tag == "footer" and in_article:
        return outer
    return _ZONES.get(tag)


def _asks(legend: Any) -> bool:
    """Whether the group of fields that a legend names has any, and not only text."""
    around = legend.getparent()
    return around is None or next(around.iter("label", "select", "textarea", "button"), None) is not None


def _is_short(element: Any) -> bool:
    text = ""
    for part in element.itertext():
        text = (text + part).lstrip()
        if len(text.rstrip()) > _MOST_HIDDEN_ICON:
            return False
    return True


@lru_cache(maxsize=16384)
def zone_named(names: str) -> str | None:
    """The zone that the first known name (class or id) means; None if no name is known."""
    each = names.lower().split()
    found = {_zone_of_name(name) for name in each}
    if "hidden" in found and any(map(_SHOWN.fullmatch, each)):
        found.remove("hidden")  # on small screens only
    return next((zone for zone, _ in _zones() if zone in found), None)


@lru_cache(maxsize=16384)
def _zone_of_name(name: str) -> str | None:
    if not _any_zone().fullmatch(name):
        return None  # as for most names
    return next((zone for zone, expression in _zones() if expression.fullmatch(name)), None)


@cache
def _any_zone() -> re.Pattern[str]:
    return re.compile(any_of([name for names in lexicon_table("zones").values() for name in names]), re.IGNORECASE)


@cache
def _zones() -> tuple[tuple[str, re.Pattern[str]], ...]:
    zones = lexicon_table("zones")
    return tuple((zone, re.compile(any_of(names), re.IGNORECASE)) for zone, names in zones.items())
