"""`pagewitness blame`: when each paragraph appeared, and what replaced those that were removed."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from itertools import groupby
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, counted, json_option, pass_invocation, print_json
from pagewitness.archive.cli.terminal import absent, echo, echo_message, look, paged, width
from pagewitness.archive.render import terminal
from pagewitness.archive.text.columns import safe, wrap

if TYPE_CHECKING:
    from pagewitness.archive.views.blame import Blamed

MARGIN = 22  # columns
BUDGET = 5.0  # seconds


@click.command()
@click.argument("page", metavar="URL[@N|@DATE]")
@click.option("--removed", is_flag=True, help="List paragraphs that were removed, and what replaced them.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="List at most N paragraphs.")
@click.option("--budget", type=click.FloatRange(0), default=BUDGET, show_default=True, metavar="SECONDS",
              help="With --removed: time for finding what replaced each paragraph.")  # fmt: skip
@json_option
@pass_invocation
@paged()
def command(invocation: Invocation, page: str, removed: bool, limit: int | None, budget: float, as_json: bool) -> None:
    """Show when each paragraph of a page appeared.

    After @ write a revision (N or rN), first, last (the highest number), or a date: 2024, 2024-03, 2024-03-07, a full
    time, 30d or 6h ago. The default is the current revision.
    """
    from pagewitness.archive import times
    from pagewitness.archive.views import blame, selection

    with invocation.read() as db:
        found, revision = selection.page_and_revision(db, page, None, times.now())
        end = time.monotonic() + budget
        rows = (
            blame.removed(db, found, revision, limit, lambda: time.monotonic() > end)
            if removed
            else blame.blame(db, found, revision)[:limit]
        )
    if as_json:
        for row in rows:
            print_json(_fields(row))
    elif removed:
        _print_removed(rows)
    else:
        _print(rows)


def _fields(row: Blamed) -> dict[str, object]:
    """The fields of `--json`; the seldom ones only where they say something."""
    seldom = ("page", "compared") if row.visits else ("page", "compared", "visits", "longest_gap")
    fields = {key: value for key, value in asdict(row).items() if value or key not in seldom}
    if row.compared:
        del fields["compared"]
    else:
        fields["compared"] = False
    return fields


def _print(rows: list[Blamed]) -> None:
    from pagewitness.archive.times import short

    last, before = None, None
    for row in rows:
        where = f"p. {row.page} " if row.page and (last is None or row.page != before) else ""
        before = row.page
        since = f"{short(row.first_seen)} r{row.first_revision}"
        margin = click.style(f"{'' if since == last else since:<{MARGIN}}", fg="yellow")
        lines = wrap(where + safe(row.text), max(20, width() - MARGIN - 2)) or [""]
        echo(margin + lines[0])
        for line in lines[1:]:
            echo(" " * MARGIN + line)
        if row.gone_by:
            for line in wrap(_gone(row), max(20, width() - MARGIN - 2)):
                echo(" " * MARGIN + click.style(line, fg="red"))
            for line in wrap(f"→ {safe(row.replaced_by)}" if row.replaced_by else "", max(20, width() - MARGIN - 2)):
                echo(" " * MARGIN + click.style(line, fg="green"))
        last = since


def _gone(row: Blamed) -> str:
    from pagewitness.archive.times import short_pair

    last, gone = short_pair(row.last_seen, row.gone_by or "")
    return f"({'replaced' if row.replaced_by else 'removed'} between {last} and {gone})"


def _print_removed(rows: list[Blamed]) -> None:
    """Removed paragraphs, most recent first, marked word by word where something replaced them."""
    from pagewitness.archive.diff import Hunk, word_by_word
    from pagewitness.archive.times import short, short_pair

    narrower = replace(look(), width=width() - 2)
    for (last, gone), group in groupby(rows, key=lambda row: (row.last_seen, row.gone_by)):
        own = list(group)
        said = "Removed between {} and {}".format(*short_pair(last, gone or ""))
        for line in wrap(f"{said} ({absent(own[0].visits, own[0].longest_gap)})", width()):
            echo(click.style(line, bold=True))
        since = None
        for row in own:
            new = row.replaced_by
            words = word_by_word(row.text, new) if new else (("-", row.text),)
            hunk = Hunk("edited" if new else "removed", row.kind, row.text, new, words, 1, 1 if new else None)
            if since != row.first_seen:
                since = row.first_seen
                echo(click.style(f"  since {short(since)} r{row.first_revision}", fg="yellow"))
            for line in terminal.lines(hunk, {}, narrower):
                echo(f"  {line}")
        echo()
    if skipped := sum(not row.compared for row in rows):
        echo_message(
            f"The time ran out before {counted(skipped, 'paragraph')} could be compared with what followed; "
            "a larger --budget compares more."
        )
    if not rows:
        echo("No paragraph has been removed.")
