"""A notice: what people learn about one change, in a form that is kept until it is sent (pure)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pagewitness.archive.diff import Change, Hunk
from pagewitness.archive.diff.listed import ListedChange, ListedEntry, SamePage
from pagewitness.archive.diff.telling import excerpt
from pagewitness.archive.model import Row

MOST_HUNKS = 12  # changed lines that a notice has; of more, the rest is counted
LONGEST = 3000  # characters of a line; of a longer one there is an excerpt


@dataclass(frozen=True, slots=True)
class Notice:
    """What people learn about one change.

    Attributes:
        entry: the change as it is listed, without the whole comparison.
        hunks: its first changed lines.
        more: how many there are beside these.
        searches: the alerts that it has to do with, and whether the page matches them now.
    """

    entry: ListedChange
    hunks: tuple[Hunk, ...] = ()
    more: int = 0
    searches: tuple[tuple[str, bool], ...] = ()

    @property
    def key(self) -> str:
        """A UUID that this change of these pages always has (RFC 9562, version 5)."""
        page = self.entry.page
        several = "" if self.entry.said else f" {self.entry.summary}"  # links of a page may lead elsewhere at once
        return str(uuid5(NAMESPACE_URL, f"{page.url} {page.captured_at} {self.entry.cause}{several}"))

    @property
    def change(self) -> Change:
        """The lines that it has, as a comparison."""
        return Change(self.hunks)

    def as_json(self) -> Row:
        """The notice as webhooks send it: docs/be-told.md lists the fields."""
        return {
            "id": self.key, **self.entry.as_json(),
            "hunks": [
                {"change": one.change, "kind": one.kind, "words": [list(piece) for piece in one.words]} for one in self.hunks
            ],
            "more_hunks": self.more,
            "searches": [{"name": name, "matches": matches} for name, matches in self.searches],
        }  # fmt: skip

    def to_text(self) -> str:
        """The notice as the outbox keeps it."""
        return json.dumps(self.as_json(), ensure_ascii=False)


def page_key(url: str) -> str:
    """A UUID that a page always has: its thread of mail, its feed."""
    return str(uuid5(NAMESPACE_URL, url))


def notice_from_text(text: str) -> Notice:
    """The notice that the outbox has kept."""
    kept: dict[str, Any] = json.loads(text)
    line = kept["line"]
    entry = ListedChange(
        kept["cause"], tuple(SamePage(**one) for one in kept["pages"]), kept["words"], kept["words_added"],
        kept["words_removed"], kept["declared"], (kept["date_before"], kept["date"]),
        _words(line["words"]) if line else (("=", kept["summary"]),), line["change"] if line else "", kept["coarse"],
        entries=tuple(ListedEntry(**one) for one in kept["entries"]),
    )  # fmt: skip
    hunks = tuple(_hunk(one["change"], one["kind"], _words(one["words"])) for one in kept["hunks"])
    return Notice(entry, hunks, kept["more_hunks"], tuple((one["name"], one["matches"]) for one in kept["searches"]))


def notice_of(entry: ListedChange, searches: Sequence[tuple[str, bool]] = ()) -> Notice:
    """The notice of a change.

    Args:
        entry: with its comparison, if it has one.
    """
    changed = [hunk for hunk in entry.change.hunks if hunk.change != "same"] if entry.change else []
    shown = tuple(_hunk(hunk.change, hunk.kind, _bounded(hunk)) for hunk in changed[:MOST_HUNKS])
    return Notice(replace(entry, change=None, visit_id=0), shown, len(changed) - len(shown), tuple(searches))


def _bounded(hunk: Hunk) -> tuple[tuple[str, str], ...]:
    return tuple(hunk.words) if sum(len(text) for _, text in hunk.words) <= LONGEST else tuple(excerpt(hunk))


def _hunk(change: str, kind: str, words: tuple[tuple[str, str], ...]) -> Hunk:
    """A changed line with its two texts; its places are not kept."""
    old, new = ("".join(text for mark, text in words if mark in marks) for marks in ("=-", "=+"))
    return Hunk(
        change, kind, None if change == "added" else old, None if change == "removed" else new, words, None, None
    )


def _words(pieces: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((mark, text) for mark, text in pieces)
