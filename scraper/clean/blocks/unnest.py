"""Flatten markup that is nested too deep for libxml2, with Beautiful Soup, which has no limit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any, Final

from pagewitness.scraper.clean.lexicon.icons import INLINE

if TYPE_CHECKING:
    from bs4 import Tag

VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_ELEMENT: Final = re.compile(r"<(/?)([a-z][^\s/>]*+)[^>]*+>")
_BLANK: Final = re.compile(r"\s*+")
_MOST_TAGS = 50_000  # Beautiful Soup takes 2 kB and 20 µs for each
_MOST_BROKEN = 100  # tags or comments without an end, each of which is looked for up to the end of the page
_MOST_STEPS = (
    20_000_000  # 80 ns for each step from an element up to the root, for each element that follows another: 2 s
)
_LONGEST_RUN = 16  # elements that each hold only the next one; of a longer run each kind stays once
_MOST_KINDS = 40
_DEEP = 200  # levels; below them only elements that hold text themselves stay
_TEXT: Final = frozenset([
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "dt", "dd", "pre", "blockquote", "td", "th", "figcaption", "caption",
    "title", "script",
])  # fmt: skip


def can_be_unnested(stripped: str) -> bool:
    """Whether a stripped page is small enough: Beautiful Soup's time grows with the square of the depth.

    It grows with the square of what is broken, too: tags and comments that begin and never end.
    """
    angles = stripped.count("<")
    if angles > min(_MOST_TAGS, stripped.count(">") + _MOST_BROKEN):
        return False
    if stripped.count("<!--") > stripped.count("-->") + _MOST_BROKEN:
        return False
    around: list[str] = []
    open_: Counter[str] = Counter()
    steps = end = 0
    closes = False
    for tag in _ELEMENT.finditer(stripped):
        name, apart = tag[2], _BLANK.match(stripped, end).end() < tag.start()  # type: ignore[union-attr]
        if apart or (closes and not tag[1]):
            steps += len(around)
        closes, end = bool(tag[1]) or name in VOID, tag.end()
        if tag[1]:
            while open_[name]:
                last = around.pop()
                open_[last] -= 1
                if last == name:
                    break
        elif name not in VOID:
            around.append(name)
            open_[name] += 1
    return steps <= _MOST_STEPS


def unnested(stripped: str) -> str:
    """A stripped page with less nesting and the same text.

    In a run of elements that each hold only the next one, each kind (name and attributes) stays once, at its last place.
    Below the deepest level only elements that hold text themselves stay; the others become borders between blocks.

    Args:
        stripped: a page that `can_be_unnested`.
    """
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PreformattedString

    soup = BeautifulSoup(stripped, "html.parser", multi_valued_attributes=None)
    out: list[str] = ["<!doctype html>"]
    around: list[tuple[Iterator[Any], list[str], int]] = [(iter(soup.contents), [], 0)]
    depth = 0
    while around:
        inside, ends, kept = around[-1]
        node = next(inside, None)
        if node is None:
            around.pop()
            out += ends
            depth -= kept
        elif isinstance(node, Tag):
            run = _run(node)
            starts, ends, kept = _tags(run, depth)
            out += starts
            depth += kept
            around.append((iter(run[-1].contents), ends, kept))
        elif not isinstance(node, PreformattedString):  # a doctype, a comment
            out.append(str(node) if node.parent.name == "script" else escape(node, quote=False))
    return "".join(out)


def _run(element: Tag) -> list[Tag]:
    """An element and those below it, as long as each holds only the next one; a long run is shortened to its kinds."""
    from bs4 import Tag

    run = [element]
    while True:
        inside = [one for one in run[-1].contents if isinstance(one, Tag) or not str(one).isspace()]
        if len(inside) != 1 or not isinstance(inside[0], Tag):
            break
        run.append(inside[0])
    if len(run) <= _LONGEST_RUN:
        return run
    kinds = {(one.name, tuple(sorted(one.attrs.items()))): at for at, one in enumerate(run)}
    return [run[at] for at in sorted(kinds.values())][-_MOST_KINDS:]


def _tags(run: list[Tag], depth: int) -> tuple[list[str], list[str], int]:
    """The start tags of a run of elements, their end tags, and by how much they add to the depth."""
    starts: list[str] = []
    ends: list[str] = []
    for element in run:
        name = element.name
        if depth + len(ends) < _DEEP or name in _TEXT or name in VOID:
            starts.append(_start(element))
            if name not in VOID:
                ends.append(f"</{name}>")
        elif name not in INLINE:
            starts.append("<br><br>")
    return starts, ends[::-1], len(ends)


def _start(element: Tag) -> str:
    return f"<{element.name}" + "".join(f' {key}="{escape(str(value))}"' for key, value in element.attrs.items()) + ">"
