"""What all renderings of a diff share: which lines to show, the revisions compared, and a summary (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pagewitness.archive import times
from pagewitness.archive.derived import LinkChange
from pagewitness.archive.diff import Change, Hunk
from pagewitness.archive.text.struck import STRUCK

LISTED = 6  # numbers, dates or names that a summary lists, of those removed and of those added


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two revisions compared.

    `edition`: whether it is a later edition of the other; `back_at`: when it became current again, if it is an earlier text
    that returned; `pages`: for a PDF, the page number of each line; `links`: those that lead elsewhere than in the other.
    """

    url: str
    title: str | None
    number: int
    captured_at: str
    edition: bool = False
    back_at: str | None = None
    pages: tuple[int | None, ...] = ()
    links: tuple[LinkChange, ...] = ()

    @property
    def said(self) -> str:
        """`revision 2 (2024-02-19 06:00)`"""
        said = f"revision {self.number} ({times.short(self.captured_at)})"
        said += f", back since {times.short(self.back_at)}" if self.back_at else ""
        return f"{said}, a new edition" if self.edition else said


@dataclass(frozen=True, slots=True)
class Fold:
    """Unchanged lines that are not near a change."""

    hunks: tuple[Hunk, ...]

    @property
    def said(self) -> str:
        """`12 unchanged paragraphs`"""
        count = len(self.hunks)
        return f"{count} unchanged paragraph{'s' if count > 1 else ''}"


@dataclass(frozen=True, slots=True)
class LinesShown:
    """Which lines of a change to show.

    Attributes:
        context: how many unchanged lines before and after each change; the others are folded.
        new_first: only what changed: first what was added, then what was edited, moved and removed.
        summary: no line at all, only the summary.
    """

    context: int = 1
    new_first: bool = False
    summary: bool = False


USUAL = LinesShown()
_NEW_FIRST = {change: place for place, change in enumerate(("added", "edited", "moved", "removed"))}


def fold_unchanged(change: Change, which: LinesShown) -> list[Hunk | Fold]:
    """The hunks of a change to show, with unchanged lines folded except near a change."""
    if which.summary:
        return []
    if which.new_first:
        return [*sorted((one for one in change.hunks if one.change != "same"), key=lambda one: _NEW_FIRST[one.change])]
    context = which.context
    changed = [number for number, hunk in enumerate(change.hunks) if hunk.change != "same"]
    shown: list[Hunk | Fold] = []
    end = 0
    for number in [*changed, len(change.hunks) + context]:
        start = max(end, min(number - context, len(change.hunks)))
        if hidden := change.hunks[end:start]:
            shown.append(Fold(hidden))
        end = min(max(start, number + context + 1), len(change.hunks))
        shown += change.hunks[start:end]
    return shown


def directions(change: Change) -> dict[int, str]:
    """Map `new_at` to `up` or `down` for each hunk that has moved."""
    found, reached = {}, 0
    for hunk in change.hunks:
        if hunk.change == "moved":
            assert hunk.new_at
            found[hunk.new_at] = "up" if (hunk.old_at or 0) > reached else "down"
        elif hunk.old_at is not None:
            reached = hunk.old_at
    return found


def label(hunk: Hunk, ways: dict[int, str]) -> str:
    """What happened to a line, in a word or two: `edited`, `moved up, edited`, `edited, 1 paragraph into 2`."""
    said = hunk.change
    if hunk.change == "moved":
        said = f"moved {ways[hunk.new_at or 0]}" + (", edited" if hunk.edited else "")
    struck = sum((-1) ** at * (text or "").count(STRUCK) for at, text in enumerate((hunk.new, hunk.old)))
    if hunk.edited and struck:
        said += ", text struck" if struck > 0 else ", text no longer struck"
    before, after = (1 + (text or "").count("\n") for text in (hunk.old, hunk.new))
    return said if before == after else f"{said}, {before} paragraph{'s' if before > 1 else ''} into {after}"


def revisions_compared(old: Side, new: Side) -> str:
    """`revision 1 (2024-02-18 06:00) to revision 2 (2024-02-19 06:00)`; with the addresses if they differ."""
    if old.url == new.url:
        return f"{old.said} to {new.said}"
    return f"{old.url}, {old.said} to {new.url}, {new.said}"


def summary(change: Change) -> list[str]:
    """The change in a few sentences: paragraphs and words, then headings, numbers, dates and names that changed."""
    counts = change.summary()
    parts = [f"{counts[name]} {name}" for name in ("edited", "added", "removed", "moved") if counts[name]]
    if not parts:
        return ["No difference."]
    said = [f"Paragraphs: {', '.join(parts)}. Words: +{counts['words_added']} -{counts['words_removed']}."]
    if chapters := _headings(change):
        said.append(chapters)
    for name in ("numbers", "dates", "names"):
        gone, come = getattr(change.touched, name)
        sides = [f"{word} {_listed(things)}" for word, things in (("removed", gone), ("added", come)) if things]
        if sides:
            said.append(f"{name.capitalize()}: {'; '.join(sides)}.")
    return [*said, *_coarse(change)]


def _headings(change: Change) -> str:
    """The headings that were removed, added and edited, in a sentence: what two reports differ in at the first look."""
    found: dict[str, list[str]] = {"removed": [], "added": [], "edited": []}
    for hunk in change.hunks:
        if hunk.kind[:1] == "h" and hunk.kind[1:].isdigit() and hunk.change in found:
            sides = [text.replace("\n", " ¶ ") for text in (hunk.old, hunk.new) if text]
            found[hunk.change].append(" → ".join(sides))
    sides = [f"{what} {_listed(things)}" for what, things in found.items() if things]
    return f"Headings: {'; '.join(sides)}." if sides else ""


def _coarse(change: Change) -> Iterator[str]:
    if change.coarse:
        what = [
            *(["some paragraphs are shown as replaced although they may share words"] if change.replaced else []),
            *(["not all numbers, dates and names were compared"] if change.touched.partial else []),
        ]
        yield f"Coarse: {' and '.join(what)}; a larger --budget compares more closely."


def _listed(things: Sequence[str]) -> str:
    rest = len(things) - LISTED
    return " · ".join(things[:LISTED]) + (f" and {rest} more" if rest > 0 else "")
