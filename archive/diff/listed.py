"""A change as it is listed beside those of other pages (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pagewitness.archive.diff import Change, Words, telling
from pagewitness.archive.model import Row


class SamePage(NamedTuple):
    """A page of an entry.

    Attributes:
        captured_at, not_before: when the change was seen, and the last observation before it.
    """

    url: str
    title: str | None
    source: str | None
    number: int | None
    number_before: int | None
    captured_at: str
    not_before: str | None


class ListedEntry(NamedTuple):
    """An entry of a listing, feed or sitemap that came, moved or went.

    Attributes:
        change: `new`, `moved`, `unlisted` (no longer linked), `vanished` (nor is its page there), or `removed` (the same, if
            an entry of its own says so).
        before: the address to which the same title led before, if it moved.
        page_id: the page of the entry in the archive; None if it has no page.
        is_read: whether that page has a text.
    """

    change: str
    url: str
    title: str
    before: str | None = None
    page_id: int | None = None
    is_read: bool = False

    @property
    def said(self) -> str:
        """What happened to it, in a word or a few."""
        return _CHANGES[self.change]

    def as_json(self) -> Row:
        """The entry as `changes --json` prints it."""
        return {"change": self.change, "url": self.url, "title": self.title, "before": self.before}


_CHANGES = {"new": "new", "moved": "moved", "unlisted": "no longer linked", "vanished": "gone and no longer linked",
            "removed": "gone and no longer linked"}  # fmt: skip
_SEVERAL_AT_ONCE = ("overdue", "arrived", "repointed")  # causes that one visit may bring several times for a page
_NAMED = 3  # entries in a sentence


def said_of_entries(entries: Sequence[ListedEntry]) -> str:
    """Entries as a clause: `2 new: “Annual report”, “A speech”`."""
    said = []
    for what in dict.fromkeys(_CHANGES.values()):
        own = [f"“{one.title or one.url}”" for one in entries if _CHANGES[one.change] == what]
        rest = len(own) - _NAMED
        more = f" and {rest} more" if rest > 0 else ""
        said += [f"{len(own)} {what}: {', '.join(own[:_NAMED])}{more}"] if own else []
    return "; ".join(said)


@dataclass(frozen=True, slots=True)
class ListedChange:
    """A change of a page, or the same change of several.

    Attributes:
        cause: `first`, `change`, `edition`, `moved` or `returned`; or of what changed no words (`StateEvent`).
        pages: those that it is of, the last one first.
        words: of the text; 0 if none became current.
        words_added, words_removed: 0 if no words changed.
        declared: whether the page's own date moved with it, or a new line begins or ends with the date of the change.
        dates: the page's own date before and after; None for none.
        line: the line that says most, or a few words about what happened.
        said: what happened to that line: `edited`, `added`, `removed`, `moved`; empty for what has none.
        coarse: whether time did not allow a full comparison.
        change: the whole comparison, for changes of a text.
        entries: of the page, if it is a listing: those that came, moved or went with it.
        visit_id: of the visit from which the archive knows it; of several pages, of the last one.
    """

    cause: str
    pages: tuple[SamePage, ...]
    words: int = 0
    words_added: int = 0
    words_removed: int = 0
    declared: bool = False
    dates: tuple[str | None, str | None] = (None, None)
    line: Words = ()
    said: str = ""
    coarse: bool = False
    change: Change | None = field(default=None, compare=False, repr=False)
    visit_id: int = 0
    entries: tuple[ListedEntry, ...] = ()

    @property
    def page(self) -> SamePage:
        """The page, or of several the one where it was seen last."""
        return self.pages[0]

    @property
    def key(self) -> str:
        """What tells it from all other entries, also when the list is made again: so that nothing is reported twice."""
        more = f" {self.summary}" if self.cause in _SEVERAL_AT_ONCE else ""
        return f"{self.visit_id} {self.cause} {self.page.url}{more}"

    @property
    def summary(self) -> str:
        """The line that says most as text, with marks: `It is [-likely-]{+very unlikely+}`."""
        text = telling.plain_text(self.line)
        return f"moved: {text}" if self.said == "moved" and all(mark == "=" for mark, _ in self.line) else text

    def as_json(self) -> Row:
        """The entry as `changes --json` prints it."""
        page = self.page
        return {
            "url": page.url, "title": page.title, "source": page.source, "number": page.number, "cause": self.cause,
            "captured_at": page.captured_at, "not_before": page.not_before, "number_before": page.number_before,
            "words": self.words, "words_added": self.words_added, "words_removed": self.words_removed,
            "declared": self.declared, "date_before": self.dates[0], "date": self.dates[1], "summary": self.summary,
            "line": {"change": self.said, "words": [list(piece) for piece in self.line]} if self.said else None,
            "coarse": self.coarse, "pages": [one._asdict() for one in self.pages],
            "entries": [one.as_json() for one in self.entries],
        }  # fmt: skip
