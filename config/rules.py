"""Rules of a source: optional hints on how to read its pages, checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from pagewitness.config import ConfigError, nearest

KINDS: Final = ("p", "li", "quote", "caption", "pre", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6")
_LONGEST = 300  # letters of a selector or a phrase
_MOST = 100  # of each
_LINK: Final = re.compile(r"(?:https?://)?[^\s/]*/\S*")
_LISTS: Final = ("keep", "strip", "phrases")


@dataclass(frozen=True, slots=True)
class Rules:
    """How to read the pages of a source.

    Attributes:
        keep: CSS selectors; if any of them matches, only what they select is the document.
        strip: CSS selectors of what is not part of the document.
        phrases: whole lines that are not part of the document; case and white space do not matter, and `*` at the end
            matches any ending.
        kinds: for each kind of line, CSS selectors of lines of that kind.
        ignore: parameters in addresses that do not distinguish pages.
        links: patterns of the addresses that its listings lead to, with `*` for anything: a path on the same site, or host
            and path; empty for all addresses of the same site.
    """

    keep: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    kinds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def of_cleaning(self) -> str:
        """The rules that affect reading, as JSON in one form; empty if the source has no such rules."""
        own = {name: value for name, value in asdict(self).items() if name in (*_LISTS, "kinds") and value}
        return json.dumps(own, ensure_ascii=False, sort_keys=True) if own else ""


class Faulty(ConfigError):
    """A value that can't be used, with the path of keys to it below the rules' table."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


def rules_of(table: Mapping[str, Any]) -> Rules:
    """The rules in a table of TOML.

    Raises:
        Faulty: a key is unknown, or a value can't be used; selectors are checked too.
    """
    known = (*_LISTS, "kinds", "ignore", "links")
    for key in table:
        if key not in known:
            raise Faulty((key,), f"rules have no key '{key}'{nearest(key, known)}")
    for number, phrase in enumerate(texts(table, "phrases")):
        if not phrase.removesuffix("*").strip() or len(phrase) > _LONGEST:
            raise Faulty(
                ("phrases", number),
                f"'{phrase[:40]}' is not a phrase: write the words of a line, at most {_LONGEST} letters",
            )
    for key in ("keep", "strip"):
        for number, selector in enumerate(texts(table, key)):
            _check_selector(selector, (key, number))
    for number, pattern in enumerate(texts(table, "links")):
        if not _LINK.fullmatch(pattern) or len(pattern) > _LONGEST:
            raise Faulty(
                ("links", number),
                f"'{pattern[:40]}' is not a pattern of addresses: write a path such as /reports/*, or host and path",
            )
    return Rules(
        **{key: texts(table, key) for key in (*_LISTS, "ignore", "links")},
        kinds=_kinds(table.get("kinds", {})),
    )


def texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts in a table, empty if it is missing. Raises Faulty."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise Faulty((key,), f"'{key}' is not a list of texts")
    if len(value) > _MOST:
        raise Faulty((key,), f"'{key}' has more than {_MOST} entries")
    return tuple(value)


def _kinds(table: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise Faulty(("kinds",), "'kinds' is not a table of kinds, each with its selectors")
    for kind in table:
        if kind not in KINDS:
            raise Faulty(("kinds", kind), f"'{kind}' is not a kind of line; the kinds are {', '.join(KINDS)}")
        try:
            selectors = texts(table, kind)
        except Faulty as error:
            raise Faulty(("kinds", *error.path), str(error)) from None
        for number, selector in enumerate(selectors):
            _check_selector(selector, ("kinds", kind, number))
    return {kind: texts(table, kind) for kind in sorted(table)}


def _check_selector(selector: str, path: tuple[str | int, ...]) -> None:
    """Raise Faulty for a selector that can't be applied: it is tried on an empty page."""
    from cssselect import HTMLTranslator, SelectorError
    from lxml import etree, html

    if len(selector) > _LONGEST:
        raise Faulty(path, f"'{selector[:40]}…' is longer than {_LONGEST} letters: use fewer names")
    try:
        etree.XPath(HTMLTranslator().css_to_xpath(selector))(html.document_fromstring("<p>"))
    except (SelectorError, etree.XPathError, RecursionError) as error:
        said = (str(error) or type(error).__name__).rstrip(".")
        raise Faulty(path, f"'{selector}' is not a supported CSS selector ({said})") from None
