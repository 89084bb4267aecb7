"""A reading prepared for comparison: the normal form of each visible line, and the place of each line (pure)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from pagewitness.archive.derived import UNSHOWN, VisibleBlock
from pagewitness.archive.text.counters import counted_forms
from pagewitness.archive.text.words import digest_of, plain, undressed

TOKEN: Final = re.compile(r"\w+|[^\w\s]")
# A proxy or a script may hide mail addresses from harvesters in one answer and write them out in the next.
_HIDDEN_MAIL: Final = re.compile(
    r"\[email[^\]\w]{1,3}protected\]"
    r"|[\w.+-]+ ?[\[({] ?(?:at|ät|eta|@) ?[\])}] ?[\w-]+(?:(?:\.| ?[\[({] ?(?:dot|punkt|\.) ?[\])}] ?)[\w-]+)+",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(rf"{_HIDDEN_MAIL.pattern}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_MAY_HIDE: Final = re.compile(r"@|\[email|[\[({] ?(?:at|ät|eta) ?[\])}]", re.IGNORECASE)  # much quicker to look for
OUTSIDE: Final = frozenset({"nav", "footer", "aside", "header", "dialog", "control", "hidden"})
MOST_LINKED: Final = 0.5

_plain = lru_cache(maxsize=1 << 16)(plain)
_undressed = lru_cache(maxsize=1 << 16)(undressed)


class Group(NamedTuple):
    """Lines that stand alike on a page, such as the items of a list or the cells of a column: they are siblings.

    Attributes:
        kind: of their blocks.
        zone: `main`, or the part of the frame in which they are.
        path: their innermost containers.
        linked: whether they are mostly links.
        inward: whether these lead into the page itself.
    """

    kind: str
    zone: str
    path: str
    linked: bool
    inward: bool


Line = tuple[str, Group]  # the key of a line (`ReadingView.keys`), and its group


@lru_cache(maxsize=1 << 16)
def line_key(form: str) -> str:
    """The key of a line with this form."""
    return digest_of(form)[:16]


class ReadingView:
    """A reading prepared for comparison.

    Attributes:
        blocks: its visible blocks.
        title: of its page.
        texts: the ids of the blocks' texts in the archive; empty outside of one.
    """

    def __init__(self, blocks: Sequence[VisibleBlock], title: str | None = None, texts: Sequence[int] = ()) -> None:
        self.blocks = blocks
        self.title = title
        self.texts = texts

    @cached_property
    def forms(self) -> list[str]:
        """The form of each block: `words.plain`, and for a line with a running count the form of `counters`.

        The title of a page that does not show it is no line of it; its form is empty.
        """
        forms = [_plain(block.text) if block.zone != UNSHOWN else "" for block in self.blocks]
        return counted_forms(forms, [block.kind for block in self.blocks])

    @cached_property
    def hides_mail(self) -> bool:
        """Whether it has a hidden mail address."""
        return any(_MAY_HIDE.search(block.text) and _HIDDEN_MAIL.search(block.text) for block in self.blocks)

    @cached_property
    def masked(self) -> list[str]:
        """The forms with one mark for every mail address, hidden or not."""
        return [_masked(form) for form in self.forms]

    @cached_property
    def keys(self) -> list[str]:
        """The key of each block's line: a digest of its form with mail addresses masked; empty for no line."""
        return [line_key(form) if form else "" for form in self.masked]

    @cached_property
    def lines(self) -> list[Line]:
        """The line of each block: its key and its group."""
        return list(zip(self.keys, self.groups, strict=True))

    def shown(self, other: ReadingView) -> list[str]:
        """The forms by which it is compared with another reading: masked, if only one of them hides mail addresses."""
        return self.masked if self.hides_mail != other.hides_mail else self.forms

    @cached_property
    def groups(self) -> list[Group]:
        """The group of each block."""
        linked = self._linked
        return [
            Group(
                block.kind,
                block.zone if block.zone in OUTSIDE else "main",
                block.signs.path,
                linked[at],
                block.signs.inward and linked[at],
            )
            for at, block in enumerate(self.blocks)
        ]

    @cached_property
    def _linked(self) -> list[bool]:
        """Whether each block is mostly a link, or has one and stands among blocks that mostly are: a date beside it is longer."""
        linked = [block.links > MOST_LINKED for block in self.blocks]
        alike: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for at, block in enumerate(self.blocks):
            alike[block.kind, block.zone, block.signs.path].append(at)
        for places in alike.values():
            if 2 * sum(linked[at] for at in places) > len(places):
                for at in places:
                    linked[at] = self.blocks[at].links > 0
        return linked

    @cached_property
    def unshown(self) -> tuple[int, ...]:
        """The place of a title that the page does not show: it is in its text all the same."""
        return tuple(at for at, block in enumerate(self.blocks) if block.zone == UNSHOWN)

    @cached_property
    def whole(self) -> frozenset[str]:
        """The forms of all blocks, and of a title that is not shown."""
        return frozenset({*filter(None, self.forms), *(_plain(self.blocks[at].text) for at in self.unshown)})

    def places_alike(self, text: str, other: ReadingView) -> list[int]:
        """The places of the blocks that are a line of another reading, however they spell it; no lines with running counts."""
        if self.hides_mail != other.hides_mail:
            return self._places_masked.get(_masked(_plain(text)), [])
        return self._places.get(_plain(text), [])

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        forms = list(self.forms)
        for at in self.unshown:
            forms[at] = _plain(self.blocks[at].text)
        return _places(forms)

    @cached_property
    def _places_masked(self) -> dict[str, list[int]]:
        return _places(self.masked)

    @cached_property
    def wordings(self) -> frozenset[str]:
        """The keys of the blocks' texts as they are worded: only typography makes no difference."""
        return frozenset(line_key(_undressed(block.text)) for block in self.blocks)

    @cached_property
    def tokens(self) -> Counter[str]:
        """The words and punctuation of all visible blocks."""
        return Counter(token for form in self.forms for token in TOKEN.findall(form))

    @cached_property
    def _running(self) -> str:
        """All words and punctuation as they are worded, in order, with a blank around each."""
        return running_words(_undressed(block.text) for block in self.blocks if block.zone != UNSHOWN)

    def shows(self, text: str) -> bool:
        """Whether a text is visible in these words: as a block, or contiguous in the visible text."""
        wording = _undressed(text)
        return line_key(wording) in self.wordings or (bool(wording) and running_words([wording]) in self._running)


def _places(forms: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for at, form in enumerate(forms):
        found[form].append(at)
    return found


@lru_cache(maxsize=1 << 16)
def _masked(form: str) -> str:
    return _plain(_MAIL.sub("@", form)) if _MAY_HIDE.search(form) else form


def running_words(forms: Iterable[str]) -> str:
    """The words and punctuation of some forms in order, with a blank around each."""
    return f" {' '.join(_spaced(form) for form in forms if form)} "


@lru_cache(maxsize=1 << 16)
def _spaced(form: str) -> str:
    return " ".join(TOKEN.findall(form))
