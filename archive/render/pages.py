"""The pages of a PDF that a change is on (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pagewitness.archive.diff import Change, Hunk
from pagewitness.archive.render.folding import Side
from pagewitness.archive.text.ranges import page_ranges


def page_of_hunk(hunk: Hunk, old: Side, new: Side) -> int | None:
    """The page of a hunk in the new text, else in the old one; None if there are no pages."""
    for at, pages in ((hunk.new_at, new.pages), (hunk.old_at, old.pages)):
        if at is not None and pages:
            return pages[at - 1]
    return None


def pages_added(change: Change, new: Side) -> list[int]:
    """Pages with no text in common with the old revision."""
    return _only("added", ((hunk.change, hunk.new_at, hunk.new) for hunk in change.hunks), new.pages)


def pages_removed(change: Change, old: Side) -> list[int]:
    """Pages with no text left in the new revision."""
    return _only("removed", ((hunk.change, hunk.old_at, hunk.old) for hunk in change.hunks), old.pages)


def _only(change: str, blocks: Iterator[tuple[str, int | None, str | None]], pages: Sequence[int | None]) -> list[int]:
    """Pages on which every line has this change."""
    found: dict[int, bool] = {}
    for what, at, text in blocks:
        for place in range(at, at + 1 + (text or "").count("\n")) if at is not None else ():
            page = pages[place - 1] if place <= len(pages) else None
            if page is not None:
                found[page] = found.get(page, True) and what == change
    return sorted(page for page, only in found.items() if only)


def said(change: Change, old: Side, new: Side) -> list[str]:
    """`2 pages added: p. 4-5.` Nothing unless both texts are of PDFs."""
    if not old.pages or not new.pages:
        return []
    sides = (("added", pages_added(change, new)), ("removed", pages_removed(change, old)))
    return [
        f"{len(found)} page{'s' if len(found) > 1 else ''} {word}: p. {page_ranges(found)}."
        for word, found in sides
        if found
    ]


def place(hunk: Hunk, old: Side, new: Side) -> str:
    """What follows the label of a changed hunk of a PDF: `, p. 12`; empty if it has no page."""
    number = page_of_hunk(hunk, old, new) if hunk.change != "same" and (old.pages or new.pages) else None
    return f", p. {number}" if number else ""
