"""Apply a source's rules: what to strip, what to keep, the kinds of blocks, and phrases to drop (pure).

Rules see the stripped page. It has only `id`, `class`, `role` and a few other attributes, and each generated part of a
name is replaced by `0`, both there and in selectors.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from pagewitness.archive.derived import Reading, VisibleBlock
from pagewitness.archive.errors import CleanError
from pagewitness.archive.text.words import normalised
from pagewitness.scraper.clean.blocks.frames import KEEP, OUTSIDE, STRIP
from pagewitness.scraper.clean.blocks.prune import is_inside
from pagewitness.scraper.clean.blocks.strip import without_made_up
from pagewitness.scraper.clean.credibility import not_credible

_TAGS: Final = {"quote": "blockquote", "caption": "figcaption"}  # other kinds have the name of their tag


@dataclass(frozen=True)
class Applied:
    """Rules ready to be applied.

    Attributes:
        strip, keep: (selector, compiled XPath).
        kinds: (kind, selector, compiled XPath).
        phrases: (normalised phrase, whether other text may follow it in the block, the phrase as written).
    """

    strip: tuple[tuple[str, Any], ...] = ()
    keep: tuple[tuple[str, Any], ...] = ()
    kinds: tuple[tuple[str, str, Any], ...] = ()
    phrases: tuple[tuple[str, bool, str], ...] = ()


NONE: Final = Applied()


@lru_cache(maxsize=64)
def applied_rules(written: str) -> Applied:
    """Parse the JSON of a source's rules (`Source.rules`); an empty text has no rules."""
    given = json.loads(written) if written else {}
    return Applied(
        strip=tuple((one, _xpath(one)) for one in given.get("strip", ())),
        keep=tuple((one, _xpath(one)) for one in given.get("keep", ())),
        kinds=tuple((kind, one, _xpath(one)) for kind, several in given.get("kinds", {}).items() for one in several),
        phrases=tuple((_form(one.removesuffix("*")), one.endswith("*"), one) for one in given.get("phrases", ())),
    )


def set_kinds(root: Any, rules: Applied) -> None:
    """Rename the elements that the rules give a kind to the tag of that kind, in place."""
    for kind, selector, find in rules.kinds:
        for element in _chosen(find, root, selector):
            element.tag = _TAGS.get(kind, kind)


def rule_marks(root: Any, rules: Applied, consent: dict[Any, str]) -> dict[Any, str]:
    """Elements that are not the document, and those that the rules keep (`KEEP`), each with the reason.

    Args:
        consent: elements that are consent dialogs; what the rules keep does not count as one.
    """
    kept = {element: selector for selector, find in rules.keep for element in _chosen(find, root, selector)}
    found = {element: reason for element, reason in consent.items() if not (kept and is_inside(element, kept))}
    if kept:
        found[root] = OUTSIDE
        found |= {element: f"{KEEP} {selector}" for element, selector in kept.items()}
    for selector, find in rules.strip:
        found |= dict.fromkeys(_chosen(find, root, selector), f"{STRIP} {selector}")
    return found


def _chosen(find: Any, root: Any, selector: str) -> list[Any]:
    from lxml import etree

    try:
        return [one for one in find(root) if isinstance(one.tag, str)]
    except etree.XPathError as error:
        raise CleanError(f"the rule '{selector}' can't be applied ({error})") from None


def unused(root: Any, rules: Applied) -> list[str]:
    """The selectors that match nothing on a page."""
    every = (*rules.strip, *rules.keep, *((selector, find) for _, selector, find in rules.kinds))
    return [selector for selector, find in every if not find(root)]


def without_phrases(reading: Reading, rules: Applied) -> Reading:
    """Mark the blocks that match a phrase of the rules as not the document."""
    if not rules.phrases:
        return reading
    blocks = tuple(_by_phrase(block, rules) for block in reading.blocks)
    return replace(reading, blocks=blocks, not_credible=reading.not_credible or not_credible(reading.title, blocks))


def _by_phrase(block: VisibleBlock, rules: Applied) -> VisibleBlock:
    if not block.document:
        return block
    form = _form(block.text)
    phrases: Iterable[str] = (
        written for phrase, open_, written in rules.phrases if form == phrase or (open_ and form.startswith(phrase))
    )
    phrase = next(iter(phrases), None)
    if phrase is None:
        return block
    signs = replace(block.signs, barred=True)
    return replace(block, document=False, by=f"rule: phrase {phrase}", judged=signs)


def _form(text: str) -> str:
    return normalised(text).casefold()


def _xpath(selector: str) -> Any:
    """A compiled selector; generated parts of its names are replaced, as they are on a stripped page."""
    from cssselect import HTMLTranslator
    from lxml import etree

    class Translator(HTMLTranslator):
        def xpath_class(self, selector: Any) -> Any:
            selector.class_name = without_made_up(selector.class_name)
            return super().xpath_class(selector)

        def xpath_hash(self, selector: Any) -> Any:
            selector.id = without_made_up(selector.id)
            return super().xpath_hash(selector)

    return etree.XPath(Translator().css_to_xpath(selector))
