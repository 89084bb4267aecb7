"""Markup to a tree. lxml loses text that is nested too deep, without an error: all of it, or the deepest part."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

_NESTING = "div|span|font|b|i|em|strong|center|section|ul|li|ol|blockquote|table|tr|td|tbody|p|a|form|small|big|u|dl|dd"
_NESTS = re.compile(rf"<(/?)(?:{_NESTING})\b[^>]*+>")
_TAG = re.compile(r"<[^<>]*+>")
_LETTER = re.compile(r"[^\W_]")
_DEEP = 200  # elements that stay open at once; lxml's bound was 254 once, and is 2,048 with `huge_tree`


def parse(stripped: str) -> Any:
    """The root element of a stripped page, or None where there is nothing to parse.

    Where lxml lost text for its depth, the elements that nest are taken out, so that the words stay though their
    structure goes.
    """
    root = _parsed(stripped)
    if root is not None and (not _may_be_deep(stripped) or _is_whole(root, stripped)):
        return root
    return _parsed(_NESTS.sub("<br><br>", stripped)) if _LETTER.search(_TAG.sub("", stripped)) else root


def _parsed(markup: str) -> Any:
    from lxml import etree, html

    try:
        return html.document_fromstring(markup, parser=html.HTMLParser(huge_tree=True, remove_comments=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _may_be_deep(stripped: str) -> bool:
    """Whether so many elements are open at once somewhere, as far as their tags say: an upper bound."""
    if stripped.count("<") < _DEEP:
        return False
    depth = deepest = 0
    for tag in _NESTS.finditer(stripped):
        depth += -1 if tag[1] else 1
        if depth > deepest:
            deepest = depth
    return deepest >= _DEEP


def _is_whole(root: Any, stripped: str) -> bool:
    """Whether hardly a letter of the page is missing from its tree."""
    wanted = len(_LETTER.findall(unescape(_TAG.sub(" ", stripped))))
    return sum(len(_LETTER.findall(text)) for text in root.itertext()) >= 0.99 * wanted
