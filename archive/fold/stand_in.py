"""Whether a few other words stand where a page's document was: a refusal, a fault, in whatever language (pure).

No table has every wording of "access denied". But such an answer has a structure: nothing of the document is left, not
even its heading, and little has come in its place. A page that says itself that it is withdrawn keeps its heading. A
page that never had a frame around its document is too plain to tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.text.words import tokens

# Words that may stand in for a document, with the share of the document's words that they may be.
_MOST: Final = ((40, 1 / 3), (20, 1 / 2))
_LEFT: Final = 0.1  # share of the document's words in lines that are still there: a date, a label
_FRAME: Final = frozenset({"nav", "footer", "dialog", "control", "hidden"})
_HEADINGS: Final = frozenset({"h1", "h2"})


def is_stand_in(document: Collection[tuple[str, str]], frame: Collection[str], now: Iterable[str]) -> bool:
    """Whether only a few other words are shown in place of a document.

    Args:
        document: its lines, each as (kind, normal form).
        frame: the normal forms of all other lines that the page showed with it.
        now: the normal forms of the lines that it shows now.
    """
    shown, around = set(now), set(frame)
    own = [(kind, form) for kind, form in document if form and form not in around]
    before = _words(form for _, form in own)
    if any(kind in _HEADINGS and form in shown for kind, form in own):
        return False
    left = _words(form for _, form in own if form in shown)
    come = _words(form for form in shown if form not in around)
    few = any(come <= min(words, share * before) for words, share in _MOST)
    return bool(around) and before > 0 and left <= _LEFT * before and few


def stands_in_document(block: VisibleBlock) -> bool:
    """Whether a member stands where a document does, not in a part of the page that is for the frame."""
    return block.zone not in _FRAME


def _words(forms: Iterable[str]) -> int:
    return sum(len(tokens(form)) for form in forms)
