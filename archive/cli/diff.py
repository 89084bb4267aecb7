"""`pagewitness diff`: what changed between two revisions, word by word."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, colours, echo, json_option, pass_invocation, print_json, safe, width
from pagewitness.archive.model import Page, Revision

if TYPE_CHECKING:
    from pagewitness.archive.database import Sqlite
    from pagewitness.archive.diff import Change, Hunk

CONTEXT = 1  # blocks shown on both sides of a change


@click.command()
@click.argument("page", metavar="URL")
@click.argument("old", required=False, metavar="[A")
@click.argument("new", required=False, metavar="[B]]")
@json_option
@pass_invocation
def command(invocation: Invocation, page: str, old: str | None, new: str | None, as_json: bool) -> None:
    """What changed between two revisions, word by word.

    A and B are N, a date, first or last. Without B: from A to the one in force now; without both: the last change.
    """
    from pagewitness.archive import diff, history, selection
    from pagewitness.archive.errors import QueryError

    with invocation.open() as db:
        found, reference = selection.page_at(db, page)
        if reference and new:
            raise QueryError(f"'{page}' names a revision already: leave out one of '{old}' and '{new}'.")
        before, after = _revisions(db, found, reference or old, new if not reference else old)
        change = diff.compare(*([(b.kind, b.text) for b in history.blocks(db, one)] for one in (before, after)))
    if as_json:
        print_json({
            "url": found.url, "old": _named(before), "new": _named(after), "summary": change.summary(),
            "hunks": [asdict(hunk) for hunk in change.hunks],
        })  # fmt: skip
        return
    _print(found, before, after, change)


def _revisions(db: Sqlite, page: Page, old: str | None, new: str | None) -> tuple[Revision, Revision]:
    from pagewitness.archive import history, selection, times
    from pagewitness.archive.errors import NotFound, QueryError

    today = times.now()
    for reference in (old, new):
        if reference and not selection.is_reference(reference):
            raise QueryError(f"'{reference}' is no revision: write N, a date, first or last.")
    after = selection.revision(db, page, new, today) if new else selection.current(db, page)
    if old:
        return selection.revision(db, page, old, today), after
    before = history.before(db, page, after)
    if before is None:
        raise NotFound(f"{page.url} has said only one thing so far: nothing to compare revision {after.number} with.")
    return selection.revision(db, page, str(before), today), after


def _named(revision: Revision) -> dict[str, object]:
    return {"number": revision.number, "captured_at": revision.captured_at}


def _print(page: Page, before: Revision, after: Revision, change: Change) -> None:
    from pagewitness.archive.times import short

    echo(click.style(safe(page.title or page.url), bold=True))
    echo(f"revision {before.number} ({short(before.captured_at)}) to {after.number} ({short(after.captured_at)})")
    echo(_summary(change.summary()) + "\n")
    near = _near(change)
    for number, hunk in enumerate(change.hunks):
        if number in near:
            if number and number - 1 not in near:
                echo(click.style("  …", dim=True))
            echo(_rendered(hunk))


def _near(change: Change) -> set[int]:
    """The hunks to show: what changed, and its neighbours."""
    changed = [number for number, hunk in enumerate(change.hunks) if hunk.change != "same"]
    return {near for number in changed for near in range(number - CONTEXT, number + CONTEXT + 1)}


def _summary(counts: dict[str, int]) -> str:
    parts = [f"{counts[name]} {name}" for name in ("edited", "added", "removed") if counts[name]]
    if not parts:
        return "No difference."
    return f"Paragraphs: {', '.join(parts)}. Words: +{counts['words_added']} -{counts['words_removed']}."


_SIGNS = {"same": " ", "added": "+", "removed": "-", "edited": "~"}
_MARKS = {"+": ("{+", "+}", "green"), "-": ("[-", "-]", "red")}


def _rendered(hunk: Hunk) -> str:
    """A block, wrapped: colours on a terminal, [-old-] and {+new+} elsewhere."""
    sign = _SIGNS[hunk.change]
    if hunk.change != "edited":
        colour = {"added": "green", "removed": "red"}.get(hunk.change)
        text = textwrap.fill(
            safe(hunk.new or hunk.old), width(), initial_indent=f"{sign} ", subsequent_indent=f"{sign} "
        )
        return click.style(text, fg=colour, dim=hunk.change == "same")
    text = "".join(_marked(mark, safe(part)) for mark, part in hunk.words)
    return textwrap.fill(text, width(), initial_indent="~ ", subsequent_indent="~ ", break_long_words=False)


def _marked(mark: str, text: str) -> str:
    if mark == "=":
        return text
    start, end, colour = _MARKS[mark]
    return click.style(text, fg=colour, strikethrough=mark == "-") if colours() else f"{start}{text}{end}"
