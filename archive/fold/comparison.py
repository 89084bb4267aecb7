"""Whether the document changed between two observations, by all that both of them showed (pure).

An extractor only says which blocks are the document. A block that is still visible cannot have been removed, and one that
was visible before cannot have been added, whatever the extractor says. So all visible blocks are compared as multisets, in
any order. Edited blocks are paired first. Moving the borders between blocks is no change, and a difference counts only if
its words are gone from, or new to, all that is visible. Boilerplate is masked on both sides.

The judge pairs edited lines by words and punctuation and asks for a likeness above 0.5 (`likeness.most_alike`), while a diff
pairs by words alone and takes 0.5 itself (`pairing`). The two rules stay apart because histories rest on the judge's: to
move its threshold would give archives other revisions, while a diff may pair more generously at no risk.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.diff.likeness import most_alike
from pagewitness.archive.text.counters import COUNTED, counted_forms
from pagewitness.archive.text.words import plain, tokens

_TOKEN: Final = re.compile(r"\w+|[^\w\s]")
# A proxy or a script may hide mail addresses from harvesters in one answer and write them out in the next.
_HIDDEN_MAIL: Final = re.compile(
    r"\[email[^\]\w]{1,3}protected\]"
    r"|[\w.+-]+ ?[\[({] ?(?:at|ät|eta|@) ?[\])}] ?[\w-]+(?:(?:\.| ?[\[({] ?(?:dot|punkt|\.) ?[\])}] ?)[\w-]+)+",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(rf"{_HIDDEN_MAIL.pattern}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_OUTSIDE: Final = frozenset({"nav", "footer", "aside", "header", "dialog", "control", "hidden"})
_LEAST_OF_DOCUMENT = 0.3  # a zone with this share of the document's words is part of it
_NET = 0.5  # share of a block's words that must be new or gone
MOST_LINKED = 0.5
_NOTE = 6  # words that a page shows in place of its main part: "Loading", "Please try again."
_NOTE_SHARE = 0.1  # and at most this share of the words before: few words can rewrite a short document
_MOST_MINOR = 0.5  # if links and labels are more than this share of a document, they count
_LABEL = 3  # words of a paragraph that may be a label


@dataclass(frozen=True)
class ReadingView:
    """A reading prepared for comparison.

    Attributes:
        blocks: its visible blocks.
    """

    blocks: Sequence[VisibleBlock]

    @cached_property
    def normal_forms(self) -> list[str]:
        """The form of each block: `words.plain`, and for a line with a running count the form of `counters`."""
        return counted_forms([plain(block.text) for block in self.blocks], [block.kind for block in self.blocks])

    @cached_property
    def lines(self) -> list[tuple[str, VisibleBlock]]:
        """The blocks, each after its form."""
        return list(zip(self.normal_forms, self.blocks, strict=True))

    @cached_property
    def hides_mail(self) -> bool:
        """Whether it has a hidden mail address."""
        return any(_HIDDEN_MAIL.search(block.text) for block in self.blocks)

    @cached_property
    def masked(self) -> ReadingView:
        """The same view with one mark for every mail address, hidden or not."""
        return ReadingView([replace(block, text=_MAIL.sub("@", block.text)) for block in self.blocks])

    @cached_property
    def visible(self) -> Counter[str]:
        """The forms of all visible blocks."""
        return Counter(filter(None, self.normal_forms))

    @cached_property
    def document(self) -> set[str]:
        """The forms of the blocks that are the document."""
        return {form for form, block in self.lines if block.document}

    @cached_property
    def tokens(self) -> Counter[str]:
        """The words and punctuation of all visible blocks."""
        return Counter(token for form in self.normal_forms for token in _TOKEN.findall(form))

    @cached_property
    def words_of_document(self) -> Counter[str]:
        """The words and punctuation of the document."""
        return Counter(token for form, block in self.lines if block.document for token in _TOKEN.findall(form))

    @cached_property
    def running(self) -> str:
        """All words in order, with a blank around each."""
        return _running(self.normal_forms)

    @cached_property
    def outside(self) -> frozenset[str]:
        """The zones that have hardly any of the document."""
        sizes = Counter[str]()
        for block in self.blocks:
            sizes[block.zone] += len(block.text) if block.document else 0
        return frozenset(zone for zone in _OUTSIDE if sizes[zone] < _LEAST_OF_DOCUMENT * sizes.total())


def kept(text: ReadingView, new: ReadingView) -> float:
    """The share, 0 to 1, of the words of a text's document that another reading shows anywhere."""
    total = text.words_of_document.total()
    return (text.words_of_document & new.tokens).total() / total if total else 1.0


def changed(text: ReadingView, base: ReadingView, new: ReadingView, boilerplate: Set[str] = frozenset()) -> bool:
    """Whether the document differs between two observations.

    Args:
        text: the reading of the current text.
        base: the reading of the last credible observation.
        new: the reading of the observation to be judged.
        boilerplate: lines (`words.plain`) that the site repeats: such a line is neither gone nor new, and what it turned
            into is not new. They can only remove differences, never add one.
    """
    if base.hides_mail != new.hides_mail:
        text, base, new = text.masked, base.masked, new.masked
        boilerplate = {plain(_MAIL.sub("@", line)) for line in boilerplate}
    if base.visible == new.visible:
        return False
    gone = [form for form in (base.visible - new.visible).elements() if form in text.document or form in base.document]
    shown = {form for form, block in new.lines if block.zone not in new.outside}
    come = [form for form in (new.visible - base.visible).elements() if form in shown]
    net_gone, net_come = base.tokens - new.tokens, new.tokens - base.tokens
    pairs, gone, come = paired(gone, come)
    none = Counter[str]()
    minor = {form for view in (base, new) for form in _minor(view)}
    if any(
        _is_edit(old, now, net_gone, none if now in boilerplate else net_come)
        for old, now in pairs
        if old not in boilerplate and (old not in minor or old in text.document)
    ):
        return True
    # A longer text that contains a masked line counts by itself.
    come += [now for old, now in pairs if old in boilerplate]
    gone, come = ([form for form in forms if form not in boilerplate] for forms in (gone, come))
    if any(
        _counts(old, new.running, net_gone) and _counts(now, base.running, net_come)
        for old, now in _replaced(text, base, new, minor.intersection(gone), minor.intersection(come))
    ):
        return True
    return any(_counts(one, new.running, net_gone) for one in gone if one not in minor) or any(
        _counts(one, base.running, net_come) for one in come if one in new.document and one not in minor
    )


def emptied(text: ReadingView, base: ReadingView, new: ReadingView) -> bool:
    """Whether a page shows its frame without its main part: of the document only headings, and hardly any new words.

    Args:
        text, base, new: as for `changed`.
    """
    body = {form for form, block in text.lines if block.document and block.kind[0] != "h"}
    come = sum(one.isalnum() for one in (new.tokens - base.tokens).elements())
    few = min(_NOTE, text.words_of_document.total() * _NOTE_SHARE)
    # A shortened part is in blocks that are new to the page, though all its words were there before.
    rest = {form for form, block in new.lines if block.document and block.kind[0] != "h" and form not in base.visible}
    left = sum(len(tokens(form)) for form in rest)
    return bool(body) and come <= few and left <= few and not any(form in body for form in new.visible)


def _running(texts: Iterable[str]) -> str:
    return " " + " ".join(re.findall(r"\w+", " ".join(texts))) + " "


def _minor(view: ReadingView) -> list[str]:
    """Blocks that alone make no change: links, and labels ("See details"), unless the document is made of them."""
    found = [
        (form, block.document) for form, block in view.lines if block.links > MOST_LINKED or _is_label(form, block)
    ]
    letters = sum(len(form) for form, document in found if document)
    whole = sum(len(form) for form, block in view.lines if block.document)
    return [] if letters > _MOST_MINOR * whole else [form for form, _ in found]


def _is_label(form: str, block: VisibleBlock) -> bool:
    """Whether a block is a label, or a line with a running count."""
    if form.startswith(COUNTED):
        return True
    return block.kind == "p" and len(form.split()) <= _LABEL and form[-1:].isalnum()


def _replaced(
    text: ReadingView, base: ReadingView, new: ReadingView, gone: Set[str], come: Set[str]
) -> Iterator[tuple[str, str]]:
    """Labels of the document replaced by others at the same place, after the same block: a level, a name, a state."""
    if not gone or not come:
        return
    before = {form: last for last, form in _labels(base) if form in gone and form in text.document}
    for last, form in _labels(new):
        if form in come:
            yield from ((old, form) for old, known in before.items() if known == last)


def _labels(view: ReadingView) -> Iterator[tuple[str, str]]:
    """The labels of the document that are not links, each after the form of the block before it."""
    last = ""
    for form, block in view.lines:
        if block.document and block.links <= MOST_LINKED and _is_label(form, block):
            yield last, form
        last = form or last


def paired(gone: list[str], come: list[str]) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """Which lines became which (`diff.likeness`), and the old and the new lines without a partner.

    Args:
        gone, come: the normal forms of lines that only the old, or only the new reading shows.
    """
    places = most_alike(gone, come)
    olds, nows = {at for at, _ in places}, {to for _, to in places}
    alone = [form for at, form in enumerate(gone) if at not in olds]
    return [(gone[at], come[to]) for at, to in places], alone, [form for to, form in enumerate(come) if to not in nows]


def _is_edit(old: str, now: str, net_gone: Counter[str], net_come: Counter[str]) -> bool:
    """Whether a word that differs between two versions of a block differs on the page as a whole."""
    before, after = Counter(_TOKEN.findall(old)), Counter(_TOKEN.findall(now))
    return bool((before - after) & net_gone) or bool((after - before) & net_come)


def _counts(one: str, other: str, net: Counter[str]) -> bool:
    """Whether a block on one side only is new or gone, and not just divided differently."""
    running = _running([one])
    if running.strip() and running in other:
        return False
    own = Counter(_TOKEN.findall(one))
    return (own & net).total() >= _NET * own.total()
