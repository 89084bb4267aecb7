"""Tell what opens a section of the text, as the heading of an accordion does, from buttons and menus."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from pagewitness.scraper.clean.lexicon import signs
from pagewitness.scraper.clean.lexicon.signs import has_sign

_HEADINGS: Final = tuple(f"h{level}" for level in range(1, 7))
_PANELS: Final = frozenset({"div", "section", "p", "dd", "article", "ul", "ol", "table", "dl", "nav"})
_LEAST_WORDS: Final = 3  # of the text that is opened
_LONGEST: Final = 200  # letters of what opens it
_OPENS: Final = frozenset({"aria-expanded", "aria-controls", "data-toggle"})
_MOST_PIECES: Final = 500  # of text, or links
_MOST_OF_LINK: Final = 20
_LEVELS: Final = 2  # wrappers around an opener, at most


def is_opener(element: Any, tag: str, attributes: dict[str, str], kind: str, in_text: bool) -> bool:
    """Whether an element opens a section: it is in a heading or around one, or right before a text and says that it opens.

    Args:
        element, tag, attributes: the element, its name and its attributes.
        kind: of the block around it.
        in_text: whether it is in the main zone and in no link.
    """
    is_button = tag == "button" or attributes.get("role") in ("button", "tab")
    says = not _OPENS.isdisjoint(attributes)
    if not is_button and not (says and tag == "a"):
        return False
    if kind in _HEADINGS or (tag == "button" and next(element.iter(*_HEADINGS), None) is not None):
        return True
    named = says or has_sign(attributes.get("class", ""), signs.ACCORDIONS)
    return named and in_text and _opens_text(element)


def _opens_text(opener: Any) -> bool:
    """Whether some text follows an element that is alone in its line, and not a menu."""
    if not any(map(str.isalnum, "".join(islice(opener.itertext(), _MOST_OF_LINK))[:_LONGEST])):
        return False
    here = opener
    for _ in range(_LEVELS):
        around = here.getparent()
        if around is None or len(around) != 1 or (around.text or "").strip():
            break
        here = around
    panel = here.getnext()
    return panel is not None and panel.tag in _PANELS and is_read(panel)


def is_read(element: Any) -> bool:
    """Whether an element holds some words, and most are in no link or button; of a large one the beginning counts."""
    text = " ".join(islice(element.itertext(), _MOST_PIECES))
    links = islice(element.iter("a", "button"), _MOST_PIECES)
    linked = sum(len(part) for link in links for part in islice(link.itertext(), _MOST_OF_LINK))
    return len(text.split()) >= _LEAST_WORDS and 2 * linked < len(text)
