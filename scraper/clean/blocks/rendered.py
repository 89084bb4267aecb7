"""Give elements the tags of what browsers and screen readers take them for, so that the walk meets HTML only.

Tables, lists and headings may be made of `div` by their roles (WAI-ARIA 1.2), words of a sentence may be buttons or
elements of a library's own, and the label of a tab heads a panel that is far from it.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final

from pagewitness.scraper.clean.blocks.openers import is_read
from pagewitness.scraper.clean.lexicon.icons import INLINE

_ROLES: Final = {
    "table": "table", "grid": "table", "treegrid": "table", "rowgroup": "tbody", "row": "tr", "cell": "td",
    "gridcell": "td", "columnheader": "th", "rowheader": "th", "list": "ul", "listitem": "li", "term": "dt",
    "definition": "dd", "blockquote": "blockquote", "paragraph": "p", "deletion": "del", "insertion": "ins",
    "superscript": "sup", "subscript": "sub", "caption": "caption",
}  # fmt: skip
_PLAIN: Final = frozenset(
    {"div", "span", "section", "article", "b", "i", "em", "strong", "p", "font"}
)  # that a role may rename
_LEVEL: Final = re.compile(r"[1-6]")
_MADE: Final = re.compile(r"<[a-z][\w.]*[-:]")  # an element of somebody's own, as in a stripped page
_BUTTON: Final = re.compile(r"<button|role=\"button")
_LONGEST_TERM: Final = 80  # letters of a button within a sentence
_LONGEST_TAB: Final = 80
_MOST_INSIDE: Final = 200  # elements in a part of a line
_MOST_BUTTONS: Final = 2_000
_MOST_LISTS: Final = 50  # of tabs
_MOST_EMPTY: Final = 3  # elements between a button and the text before it
_SIGN_OF_BLOCK: Final = frozenset({
    "p", "div", "ul", "ol", "li", "table", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre",
    "dl", "main", "header", "footer", "nav", "aside", "form", "template", "figure", "details",
})  # fmt: skip


def render(root: Any, stripped: str) -> None:
    """Rename the elements of a page that are shown as others.

    Args:
        root: its root element, which is changed.
        stripped: its markup, which quickly shows that most pages have nothing to rename.
    """
    if 'role="' in stripped:
        _name_by_roles(root)
    if _MADE.search(stripped):
        _name_made(root)
    if _BUTTON.search(stripped):
        buttons = [*root.iter("button"), *root.xpath("//*[@role='button']")]
        for button in buttons[:_MOST_BUTTONS]:
            if _is_word(button):
                button.tag = "span"
                for name in ("role", "onclick", "href", "aria-expanded"):
                    button.attrib.pop(name, None)
    if 'role="tab"' in stripped or "data-toggle=" in stripped:
        _head_panels(root)


def _name_by_roles(root: Any) -> None:
    for element in root.xpath("//*[@role]"):
        role, tag = element.get("role"), element.tag
        if tag not in _PLAIN:
            continue
        if role == "heading":
            level = element.get("aria-level") or "2"
            element.tag = f"h{level}" if _LEVEL.fullmatch(level) else "h6"
        elif role in _ROLES:
            element.tag = _ROLES[role]


def _name_made(root: Any) -> None:
    """Make elements of somebody's own inline where they are part of a line: they hold no blocks, and text is beside them."""
    for element in root.iter():
        tag = element.tag
        if isinstance(tag, str) and ("-" in tag or ":" in tag):
            around = element.getparent()
            beside = tag.startswith("mjx-") or (around is not None and _has_text_beside(element, around))
            if beside and not _holds_blocks(element):
                element.tag = "span"


def _holds_blocks(element: Any) -> bool:
    inside = list(islice(element.iter(), _MOST_INSIDE))
    return len(inside) == _MOST_INSIDE or any(isinstance(one.tag, str) and one.tag in _SIGN_OF_BLOCK for one in inside)


def _has_text_beside(element: Any, around: Any) -> bool:
    """Whether text of its own line is right before or right after an element."""
    before = element.getprevious()
    said = around.text if before is None else before.tail
    return bool((said or "").strip() or (element.tail or "").strip())


def _is_word(button: Any) -> bool:
    """Whether a button is a word of a sentence, as a term that is explained: text is before it and after it in its line."""
    if not (button.tail or "").strip() or _holds_blocks(button):
        return False
    before, around = button.getprevious(), button.getparent()
    if around is None or around.tag in ("ul", "ol", "form", "nav", "tr"):
        return False
    for _ in range(_MOST_EMPTY):
        if (
            before is None
            or before.tag not in INLINE
            or (before.tail or "").strip()
            or "".join(before.itertext()).strip()
        ):
            break
        before = before.getprevious()
    said = (
        around.text
        if before is None
        else (before.tail or "") or ("".join(before.itertext()) if before.tag in INLINE else "")
    )
    text = "".join(button.itertext()).strip()
    return any(map(str.isalnum, said or "")) and 0 < len(text) <= _LONGEST_TERM and any(map(str.isalnum, button.tail))


def _head_panels(root: Any) -> None:
    """Put the label of each tab before the text of its panel, unless that has it as its heading."""
    lists = root.xpath("//*[@role='tablist'] | //ul[li/a[@data-toggle='tab' or @data-toggle='pill']]")
    for tabs in lists[:_MOST_LISTS]:
        labels = tabs.xpath(".//*[@role='tab'] | .//a[@data-toggle='tab' or @data-toggle='pill']")
        panels = _panels(tabs)
        if len(labels) < 2 or len(labels) != len(panels):
            continue
        for label, panel in zip(labels, panels, strict=True):
            text = " ".join("".join(label.itertext()).split())
            if text and len(text) <= _LONGEST_TAB and is_read(panel):
                _head(panel, text)
                if label.getparent() is not None:
                    label.drop_tree()


def _panels(tabs: Any) -> list[Any]:
    """The panels of a list of tabs: those after it in the nearest element that has any."""
    around = tabs
    for _ in range(4):
        around = around.getparent()
        if around is None:
            return []
        found = around.xpath(".//*[@role='tabpanel' or contains(concat(' ', @class, ' '), ' tab-pane ')]")
        inside = set(found)
        outer = [one for one in found if not any(above in inside for above in one.iterancestors())]
        if outer:
            return outer
    return []


def _head(panel: Any, text: str) -> None:
    first = next(panel.iter("h1", "h2", "h3", "h4", "h5", "h6"), None)
    if first is not None and " ".join("".join(first.itertext()).split()).casefold() == text.casefold():
        return
    heading = panel.makeelement("h3")
    heading.text, heading.tail = text, panel.text
    panel.text = None
    panel.insert(0, heading)
