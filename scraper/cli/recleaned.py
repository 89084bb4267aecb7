"""The output of `reclean`: for each page the revisions that change, with diffs, and a summary at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click

from pagewitness.archive import diff, times
from pagewitness.archive.cli.terminal import echo, look
from pagewitness.archive.diff import Change
from pagewitness.archive.fold import history_diff
from pagewitness.archive.fold.history_diff import HistoryDifference
from pagewitness.archive.render import terminal
from pagewitness.archive.text.columns import safe
from pagewitness.scraper.cli.reports import list_failed, list_unread
from pagewitness.scraper.work.recleaning import Recleaned

_BUDGET = 2.0  # seconds for comparing two texts word by word
_WHAT = {
    "text": "has different text",
    "cause": "has a different cause",
    "gone": "disappears",
    "new": "is new",
}


@dataclass
class Sum:
    """The summary over all pages.

    Attributes:
        dry: whether it was a dry run.
        readings: captures that were read.
        either: revisions in the history before, after, or both.
        changed: those on which the two histories differ (`history_diff.differences`).
        texts: those that begin at the same observation in both but with different text.
    """

    dry: bool
    pages: int = 0
    readings: int = 0
    before: int = 0
    after: int = 0
    either: int = 0
    changed: int = 0
    texts: int = 0
    failed: int = 0
    waiting: int = 0
    damaged: int = 0

    def add(self, one: Recleaned, found: list[HistoryDifference]) -> None:
        """Add a page to the summary."""
        self.pages += 1
        self.readings += one.readings
        self.before += len(one.before.revisions)
        self.after += len(one.after.revisions)
        self.either += history_diff.either(one.before, one.after)
        self.changed += len(found)
        self.texts += _texts(found)
        self.failed += len(one.failed)
        self.waiting += len(one.waiting)
        self.damaged += len(one.damaged)

    def said(self, cleaner: str) -> str:
        """The summary in two lines; the second says how many revisions change."""
        made = f"{_many(self.readings, 'capture')} of {_many(self.pages, 'page')} read by {cleaner}"
        if not self.readings and not self.damaged and not self.waiting:
            made = f"{cleaner} has already read all captures of {_many(self.pages, 'page')}"
        would = "would change" if self.dry else "changed"
        return f"{made}.\n{self.changed} of {_many(self.either, 'revision')} {would}."

    def as_json(self, cleaner: str) -> dict[str, object]:
        """The last line of `--json`."""
        return {
            "url": None, "pages": self.pages, "readings": self.readings, "revisions_before": self.before,
            "revisions_after": self.after, "texts_changed": self.texts, "revisions": self.either,
            "changed": self.changed, "failed": self.failed, "waiting": self.waiting, "damaged": self.damaged,
            "cleaner": cleaner, "dry_run": self.dry,
        }  # fmt: skip


def as_json(one: Recleaned, found: list[HistoryDifference]) -> dict[str, object]:
    """A page as a line of `--json`."""
    return {
        "url": one.page.url,
        "readings": one.readings,
        "revisions_before": len(one.before.revisions),
        "revisions_after": len(one.after.revisions),
        "texts_changed": _texts(found),
        "changed": [
            {
                "change": difference.what, "number": difference.revision.number, "captured_at": difference.revision.at,
                "summary": change.summary(),
                "hunks": [asdict(hunk) for hunk in change.hunks if hunk.change != "same"],
            }
            for difference, change in _changes(one, found)
        ],
        "failed": [{"capture": failed.capture_id, "reason": failed.reason} for failed in one.failed],
        "waiting": [{"capture": waiting.capture_id, "reason": waiting.reason} for waiting in one.waiting],
        "damaged": [{"capture": damaged.capture_id, "expected": damaged.expected} for damaged in one.damaged],
    }  # fmt: skip


def print_page(one: Recleaned, found: list[HistoryDifference]) -> None:
    """Print a page's changes and unread captures; nothing if it has neither."""
    if found:
        before, after = len(one.before.revisions), len(one.after.revisions)
        title = next((revision.title for revision in reversed(one.after.revisions.values()) if revision.title), None)
        echo(click.style(safe(title or one.page.url), bold=True))
        echo(f"{safe(one.page.url)}, {_many(before, 'revision')} before, {after} after")
        last: tuple[tuple[str, str | None, str | None], ...] | None = None
        for difference, change in _changes(one, found):
            echo(click.style(_headline(difference), bold=True))
            shown = tuple((hunk.change, hunk.old, hunk.new) for hunk in change.hunks if hunk.change != "same")
            if shown and shown == last:
                echo("The same change as above.\n")
            else:
                for line in terminal.hunks(change, look()):
                    echo(line)
                echo()
            last = shown
    list_failed(one.failed)
    list_unread(one.unread, "reclean")


def _headline(one: HistoryDifference) -> str:
    """`revision 2 (2024-02-19 06:00) has different text`"""
    said = f"revision {one.revision.number} ({times.short(one.revision.at)}) {_WHAT[one.what]}"
    if one.what == "cause" and one.old and one.new:
        return f"{said}: {one.new.cause} instead of {one.old.cause}"
    if one.what == "gone":
        return f"{said}: " + (
            f"revision {one.new.number} remains current" if one.new else "the page has no revision yet"
        )
    return said


def _changes(one: Recleaned, found: list[HistoryDifference]) -> Iterator[tuple[HistoryDifference, Change]]:
    """Each difference with the change in the text current at its observation."""
    for difference in found:
        end = time.monotonic() + _BUDGET
        old, new = one.before.lines(difference.old), one.after.lines(difference.new)
        yield difference, diff.compare(old, new, late=lambda end=end: time.monotonic() > end)  # type: ignore[misc]


def _texts(found: list[HistoryDifference]) -> int:
    return sum(one.what == "text" for one in found)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
