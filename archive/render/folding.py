"""What all renderings of a diff share: which lines to show, the revisions compared, and a summary (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pagewitness.archive import times
from pagewitness.archive.derived import LinkChange
from pagewitness.archive.diff import Change, Hunk
from pagewitness.archive.text.columns import cut
from pagewitness.archive.text.struck import STRUCK

QUOTED = 40  # columns of a line that is named as the place of another
LISTED = 6  # numbers, dates or names that a summary lists, of those removed and of those added


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two revisions compared.

    `edition`: whether it is a later edition of the other; `back_at`: when it became current again, if it is an earlier text
    that returned; `pages`: for a PDF, the page number of each line; `links`: those that lead elsewhere than in the other;
    `backwards`: whether it is the earlier one.
    """

    url: str
    title: str | None
    number: int
    captured_at: str
    edition: bool = False
    back_at: str | None = None
    pages: tuple[int | None, ...] = ()
    links: tuple[LinkChange, ...] = ()
    backwards: bool = False

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
    """How each hunk has moved, by its `new_at`: `up` or `down`, and from where to where.

    A name and its office are two lines: so that readers see who has which, a line is shown with the heading above it, and a
    heading with the line below it.
    """
    old = sorted((hunk for hunk in change.hunks if hunk.old_at), key=lambda hunk: hunk.old_at or 0)
    new = [hunk for hunk in change.hunks if hunk.new_at]
    found, reached = {}, 0
    for hunk in change.hunks:
        if hunk.change == "moved":
            assert hunk.new_at
            way = "up" if (hunk.old_at or 0) > reached else "down"
            before = _beside(hunk, [(one, one.old or "") for one in old])
            after = _beside(hunk, [(one, one.new or "") for one in new])
            place = next(
                ((was, now) for was, now in zip(before, after, strict=True) if was and now and was != now), None
            )
            found[hunk.new_at] = f"{way}, from {place[0]} to {place[1]}" if place else way
        elif hunk.old_at is not None:
            reached = hunk.old_at
    return found


def _beside(hunk: Hunk, texts: Sequence[tuple[Hunk, str]]) -> tuple[str, str]:
    """Where a hunk is among the lines of a text: at the line that belongs to it most closely, and at its neighbour; empty for none."""
    at = next(number for number, (one, _) in enumerate(texts) if one is hunk)
    above = [(one.kind, text) for one, text in reversed(texts[:at])]
    if _is_heading(hunk.kind):
        closest = [f"above {_quoted(text)}" for one, text in texts[at + 1 : at + 2] if not _is_heading(one.kind)]
    else:
        closest = [f"under {_quoted(text)}" for kind, text in above if _is_heading(kind)]
    return next(iter(closest), ""), f"behind {_quoted(above[0][1])}" if above else "the beginning"


def _is_heading(kind: str) -> bool:
    return kind == "dt" or kind[0] == "h"


def _quoted(text: str) -> str:
    return f"“{cut(text.replace(chr(10), ' '), QUOTED)}”"


def label(hunk: Hunk, ways: dict[int, str]) -> str:
    """What happened to a line, in a few words: `edited`, `moved up, edited`, `edited, 1 paragraph into 2`."""
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


def said_of(link: LinkChange, new: Side) -> str:
    """A link that leads elsewhere, as a sentence without a full stop, in the direction of the comparison."""
    return f"“{link.words}” led to {link.after} (later: {link.before})" if new.backwards else link.said


def summary(change: Change, sides: tuple[Side, Side] | None = None) -> list[str]:
    """The change in a few sentences: paragraphs and words, then headings, numbers, dates and names that changed.

    Args:
        sides: the two revisions, if links may differ, or both may be one.
    """
    counts = change.summary()
    parts = [f"{counts[name]} {name}" for name in ("edited", "added", "removed", "moved") if counts[name]]
    if not parts:
        if sides and sides[1].links:
            return ["The words are the same."]
        same = sides and (sides[0].url, sides[0].number) == (sides[1].url, sides[1].number)
        return [f"No difference: both are revision {sides[1].number}." if sides and same else "No difference."]
    said = [f"Paragraphs: {', '.join(parts)}. Words: +{counts['words_added']} -{counts['words_removed']}."]
    if chapters := _headings(change):
        said.append(chapters)
    for name in ("numbers", "dates", "names"):
        gone, come = getattr(change.touched, name)
        parts = [f"{word} {_listed(things)}" for word, things in (("removed", gone), ("added", come)) if things]
        if parts:
            said.append(f"{name.capitalize()}: {'; '.join(parts)}.")
    return [*said, *_coarse(change)]


def _headings(change: Change) -> str:
    """The headings that were removed, added and edited, in a sentence: what two reports differ in at the first look."""
    found: dict[str, list[str]] = {"removed": [], "added": [], "edited": []}
    for hunk in change.hunks:
        if hunk.kind[:1] == "h" and hunk.kind[1:].isdigit() and hunk.change in found:
            both = [text.replace("\n", " ¶ ") for text in (hunk.old, hunk.new) if text]
            found[hunk.change].append(" → ".join(both))
    said = [f"{what} {_listed(things)}" for what, things in found.items() if things]
    return f"Headings: {'; '.join(said)}." if said else ""


def capitalised(said: str) -> str:
    """A sentence with a capital at its beginning; names in it stay as they are."""
    return said[:1].upper() + said[1:]


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
