"""Ask trafilatura what it would keep. It only votes: the text of a reading always comes from the page's own blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pagewitness.archive.text.words import tokens
from pagewitness.scraper.clean.blocks.pieces import spans

# Trafilatura drops these, too, but only after checking them several times.
_DROPPED_ANYWAY: Final = ("head", "svg", "template", "button", "select", "input", "label", "nav", "footer", "aside")
_SHORT = 4  # a block of fewer words must be a line of its own in the extractor's text


class Vote:
    """Trafilatura's vote on a page, with tables, without comments, and without `deduplicate`, which remembers pages."""

    def __init__(self, text: str) -> None:
        self._presence = set(spans(_words(text)))
        cells = (cell for line in text.split("\n") for cell in (line, *(line.split("|") if "|" in line else ())))
        self._lines = {" ".join(words) for words in map(_words, cells) if len(words) < _SHORT}

    def share(self, words: Sequence[str]) -> float:
        """The share of a block's words (in lower case) that the extractor kept, 0 to 1."""
        if len(words) < _SHORT:
            return 1.0 if words and " ".join(words) in self._lines else 0.0
        own = spans(words)
        return sum(map(self._presence.__contains__, own)) / len(own)


def _words(text: str) -> list[str]:
    return tokens(text.lower())


def extracted(root: Any, without: Iterable[Any]) -> Vote:
    """Let trafilatura vote.

    Args:
        root: the page's tree; it is used up.
        without: elements to hide from it.
    """
    return Vote(_text(root, without))


def _text(root: Any, without: Iterable[Any]) -> str:
    # Some markup breaks its heuristics. If it fails, the page is read without a vote.
    try:
        for element in (*without, *root.iter(*_DROPPED_ANYWAY)):
            if element.getparent() is not None:
                element.drop_tree()  # raises ValueError if it must join texts with control characters
        return _main_text(root)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return ""


def _main_text(root: Any) -> str:
    """What trafilatura's main extractor finds, without the fallbacks that it tries if that is little.

    They double the time, and without them the vote is as good (docs/decisions/0014).

    """
    from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
    from trafilatura.main_extractor import extract_content
    from trafilatura.settings import Extractor
    from trafilatura.xml import xmltotxt
    from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

    options = Extractor(fast=True, comments=False, tables=True)
    pruned = prune_unwanted_nodes(root, [*RAW_TREE_PRUNE_XPATH, *REMOVE_COMMENTS_AND_LISTS_XPATH])
    body, _ = extract_content(convert_tags(tree_cleaning(pruned, options), options), options)
    return xmltotxt(body, include_formatting=False)
