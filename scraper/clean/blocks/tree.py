"""Parse markup into a tree. lxml silently loses text that is nested too deep: all of it, or the deepest part."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from pagewitness.scraper.clean.blocks.unnest import VOID, can_be_unnested, unnested

_VOID = "|".join(sorted(VOID))
_NESTS = re.compile(rf"<(/?)(?!/|(?:{_VOID})\b)[a-z][^>]*+>")
# What stays of a page that is too deep: headings and silent elements; then only silent elements; then only breaks.
_HEAD = "html|head|body|title|meta|script|br"
_STRUCTURE = tuple(
    re.compile(rf"(?:</?(?!/|(?:{kept})\b)[a-z][^>]*+>\s*+)++")
    for kept in (
        f"{_HEAD}|template|noscript|textarea|svg|math|h[1-6]",
        f"{_HEAD}|template|noscript|textarea|svg|math",
        _HEAD,
    )
)
_TAG = re.compile(r"<[^<>]*+>")
_LETTER = re.compile(r"[^\W_]")
_OF_HEAD = frozenset({"title", "meta", "link", "script", "style", "base", "noscript", "template", "object"})
_DEEP = 200  # elements open at once; lxml's limit was 254, and is 2,048 with `huge_tree`
_MOST_STEPS = (
    8_000_000  # from all elements to the root: code that looks into every element of such a page would take too long
)


def parse_tree(stripped: str) -> Any:
    """The root element of a stripped page, or None if there is nothing to parse.

    If lxml loses text, or the page is both deep and large, Beautiful Soup takes out the elements that only wrap others.
    If the page is too large for that, all nesting elements are taken out: the words stay, but their structure is lost.
    """
    root = _parsed(stripped)
    if root is not None and (not _may_be_deep(stripped) or (_is_whole(root, stripped) and not _is_far(root))):
        return root
    if not _LETTER.search(_TAG.sub("", stripped)):
        return root
    if can_be_unnested(stripped):
        root = _parsed(unnested(stripped))
        if root is not None and _is_whole(root, stripped) and not _is_far(root):
            return root
    for nests in _STRUCTURE:
        root = _parsed(nests.sub("<br><br>", stripped))
        if root is not None and _is_whole(root, stripped):
            break
    return root


def _parsed(markup: str) -> Any:
    from lxml import etree, html

    parser = etree.HTMLParser(huge_tree=True, remove_comments=True)
    # Use one class for all elements: choosing one for each, as lxml.html does, takes a microsecond every time.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        return _with_body(html.document_fromstring(markup, parser=parser))
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _with_body(root: Any) -> Any:
    """The tree with what is no part of a head in the body: libxml2 leaves `main` and others there, if no tag says `body`."""
    head = root.find("head")
    body = root.find("body")
    first = next((at for at, one in enumerate(head) if one.tag not in _OF_HEAD), None) if head is not None else None
    if head is None or first is None:
        return root
    if body is None:
        body = root.makeelement("body")
        root.append(body)
    moved = list(head[first:])
    body.text, text = None, body.text
    body[:0] = moved
    moved[-1].tail = (moved[-1].tail or "") + (text or "")
    return root


def _may_be_deep(stripped: str) -> bool:
    """Whether, counting tags, too many elements may be open at once somewhere (an upper bound)."""
    if stripped.count("<") < _DEEP:
        return False
    depth = deepest = 0
    for tag in _NESTS.finditer(stripped):
        depth += -1 if tag[1] else 1
        if depth > deepest:
            deepest = depth
    return deepest >= _DEEP


def _is_whole(root: Any, stripped: str) -> bool:
    """Whether the tree has nearly all letters of the page."""
    wanted = len(_LETTER.findall(unescape(_TAG.sub(" ", stripped))))
    return sum(len(_LETTER.findall(text)) for text in root.itertext()) >= 0.99 * wanted


def _is_far(root: Any) -> bool:
    """Whether the steps from all elements to the root add up to too many."""
    from lxml import etree

    steps = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        steps += depth
    return steps > 2 * _MOST_STEPS
