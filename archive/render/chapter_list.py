"""The chapters of a long change, before its paragraphs: which of them changed, and how much (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from pagewitness.archive.diff import CHANGES, Change
from pagewitness.archive.diff.chapters import Chapter, chapters
from pagewitness.archive.render.folding import Side
from pagewitness.archive.render.pages import page_of_hunk

MANY = 12  # changed paragraphs from which a change is shown by chapters first
ABOVE = "Above the first heading"
_MARKS = {"added": " (new)", "removed": " (removed)", "moved": " (moved)"}


def chapter_list(change: Change, sides: tuple[Side, Side] | None = None) -> list[str]:
    """A line for each chapter that changed, then how many did not; empty if the change is short, or all in one chapter.

    Args:
        sides: the two revisions, if pages of PDFs are to be named.
    """
    if sum(hunk.change != "same" for hunk in change.hunks) < MANY:
        return []
    found = chapters(change)
    changed = [one for one in found if one.has_changed]
    return list(_lines(found, changed, sides)) if len(changed) > 1 else []


def _lines(found: list[Chapter], changed: list[Chapter], sides: tuple[Side, Side] | None) -> Iterator[str]:
    for one in changed:
        page = page_of_hunk(one.heading, *sides) if one.heading and sides else None
        counts = Change(one.hunks).summary()
        lines = ", ".join(f"{counts[name]} {name}" for name in CHANGES if counts[name])
        words = f"+{counts['words_added']} -{counts['words_removed']} words"
        where = f", p. {page}" if page else ""
        yield f"{one.title or ABOVE}{_MARKS.get(one.change, '')}: {lines} ({words}){where}"
    if rest := len(found) - len(changed):
        yield f"{rest} chapter{'' if rest == 1 else 's'} unchanged"
