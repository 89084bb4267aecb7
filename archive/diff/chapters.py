"""A long change by chapters: what happened below each heading (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pagewitness.archive.diff import Change, Hunk
from pagewitness.archive.model import Row

_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is below a heading, up to the next one of its level or a higher one.

    Attributes:
        heading: its heading; None for what is above the first one.
        hunks: its lines, the heading included, in order.
    """

    heading: Hunk | None
    hunks: tuple[Hunk, ...]

    @property
    def title(self) -> str | None:
        """The text of its heading, the later one."""
        return (self.heading.new or self.heading.old or "").replace("\n", " ") if self.heading else None

    @property
    def change(self) -> str:
        """What happened to the heading: `same`, `added`, `removed`, `edited` or `moved`."""
        return self.heading.change if self.heading else "same"

    @property
    def has_changed(self) -> bool:
        """Whether anything in it changed."""
        return any(hunk.change != "same" for hunk in self.hunks)

    def as_json(self) -> Row:
        """The chapter as `diff --json` prints it."""
        return {"title": self.title, "change": self.change, **Change(self.hunks).summary()}


def chapters(change: Change) -> list[Chapter]:
    """The chapters of a change in order, those without a change included; empty if there are fewer than two headings.

    A chapter begins with a heading of the highest level that has several, or of a higher one. Lines that were removed belong
    to the removed heading above them; all others to the last heading that the new text has.
    """
    levels = _levels(change)
    if not levels:
        return []
    parts: list[tuple[Hunk | None, list[Hunk]]] = [(None, [])]
    kept = parts[0][1]  # the lines of the last chapter that the new text has
    for hunk in change.hunks:
        if hunk.kind in levels:
            parts.append((hunk, [hunk]))
            kept = parts[-1][1] if hunk.new is not None else kept
        else:
            (kept if hunk.new is not None else parts[-1][1]).append(hunk)
    return [Chapter(heading, tuple(hunks)) for heading, hunks in parts if hunks]


def _levels(change: Change) -> Sequence[str]:
    """The kinds of headings that begin a chapter; none if no level has several."""
    kinds = [hunk.kind for hunk in change.hunks]
    for place, level in enumerate(_LEVELS):
        if kinds.count(level) > 1:
            return _LEVELS[: place + 1]
    return ()
