"""Pages that show something in place of their document: they lead on, or leave the document to scripts or to frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.refresh import LONGEST_WAIT, is_reload, refresh
from pagewitness.archive.text.words import count_words
from pagewitness.scraper.clean.blocks.forwards import BY_SCRIPT
from pagewitness.scraper.clean.lexicon.tables import lexicon_table

OF_THE_TITLE: Final = "title: of the page"  # why a title that the page does not show is in its text
_BY_SCRIPT: Final = "it only leads on, by a script"
_AROUND: Final = frozenset({"nav", "footer", "dialog", "control", "hidden"})
_MOST_WORDS = 150  # of a document that can be such a page's
_FEW = 30  # words beside an empty main part
_LED = 30  # words of a page that a script leads on: many scripts know where to lead readers who do something
_SUMMARY, _TEMPLATE, _TIMES = (
    40,
    100,
    5,
)  # words of a page whose text is left to a script; words of that, and how many times more


class Shell(NamedTuple):
    """What the markup of a page says about where its document is.

    Attributes:
        leads: that the page leads on, in a clause; None if it does not.
        frames: whether it is made of frames.
        empty: whether the element that is to hold the document has nothing in it.
        hidden: the number of words that are left to scripts.
    """

    leads: str | None
    frames: bool
    empty: bool
    hidden: int


def shell_of(root: Any, url: str | None) -> Shell:
    """Look at the markup of a stripped page, before anybody (a voter) changes it.

    Args:
        root: the root element.
        url: the page's address, or None.
    """
    frames = next(root.iter("frameset"), None) is not None
    return Shell(_leads_on(root, url), frames, _is_empty(root), _hidden_words(root))


def instead_of_document(shell: Shell, blocks: Sequence[VisibleBlock]) -> str | None:
    """What a page shows in place of its document, in a clause; None if it shows a document.

    Args:
        shell: what its markup says.
        blocks: its visible blocks, with `document` set.
    """
    document = [block for block in blocks if block.document and block.by != OF_THE_TITLE]
    words = count_words(block.text for block in document)
    if words >= _MOST_WORDS:
        return None
    if shell.leads and (words < _LED or shell.leads != _BY_SCRIPT):
        return shell.leads
    if shell.frames:
        return "its text is in frames, which have addresses of their own"
    if document and all(block.zone in _AROUND for block in document):
        return "only its menu or its footer is shown"
    if shell.empty and count_words(block.text for block in document if block.zone == "main") < _FEW:
        return "its main part is empty without scripts"
    left = words <= _SUMMARY and shell.hidden >= max(_TEMPLATE, _TIMES * words)
    return "its text is left to a script" if left else None


def noscript_words(root: Any) -> int:
    """The number of words that a page shows only if scripts are off."""
    return count_words(" ".join(element.itertext()) for element in root.iter("noscript"))


def _leads_on(root: Any, url: str | None) -> str | None:
    for element in root.iter("meta"):
        if element.get("http-equiv") != "refresh" or next(element.iterancestors("noscript"), None) is not None:
            continue
        content = element.get("content") or ""
        if content == BY_SCRIPT:
            return _BY_SCRIPT
        found = refresh(content)
        to = urljoin(url or "", found.to) if found else ""
        if found and found.wait <= LONGEST_WAIT and not is_reload(url or "", to):
            return f"it only leads on, to {to}"
    return None


def _is_empty(root: Any) -> bool:
    """Whether the element that is to hold the document has nothing in it, or says that a script is at work."""
    mains = list(root.iter("main"))
    if mains and not any(map(_words, mains)):
        return True
    names, tags = lexicon_table("shells")["names"], lexicon_table("shells")["tags"]
    mounts = [one for one in root.iter("div", "section", "main", *tags) if _id(one) in names or one.tag in tags]
    return bool(mounts) and sum(map(_words, mounts)) <= int(lexicon_table("shells")["most_words"])


def _id(element: Any) -> str:
    return (element.get("id") or "").lower()


def _words(element: Any) -> int:
    return count_words(" ".join(element.itertext()).split("\n"))


def _hidden_words(root: Any) -> int:
    """The number of words in templates."""
    marked = (element.get("content") or "0" for element in root.iter("meta") if element.get("name") == "template")
    return sum(map(int, marked)) + count_words(" ".join(element.itertext()) for element in root.iter("template"))
