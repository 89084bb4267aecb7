"""`pagewitness pages`: the pages in the archive and their state."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, json_option, pass_invocation, print_json
from pagewitness.archive.cli.filters import source_option
from pagewitness.archive.cli.terminal import (
    NARROW,
    echo,
    echo_message,
    echo_wrapped,
    paged,
    print_table,
    terminal_columns,
)
from pagewitness.archive.text.columns import safe
from pagewitness.archive.times import short

if TYPE_CHECKING:
    from pagewitness.archive.views.listing import ListedPage


_STATES = (
    "followed", "imported", "unfollowed", "overdue", "failing", "disallowed", "blocked", "suspect", "removed", "moved",
    "learned",
)  # fmt: skip


@click.command()
@source_option
@click.option("--state", metavar="STATE", help="Only pages in this state: failing, removed, unfollowed, …")
@click.option("--kind", type=click.Choice(["html", "pdf", "boilerplate"]), help="Only pages of this kind.")
@json_option
@pass_invocation
@paged()
def command(invocation: Invocation, source: str | None, state: str | None, kind: str | None, as_json: bool) -> None:
    """List pages with their state, last visit and last change.

    Pages with changes that await confirmation are marked `pending`. Below the table are the pages that you should look
    at, with the reason and what you can do about them. Pages that you unfollowed before they had any text are not listed,
    except by --state unfollowed and --json. Lines that a site repeats on its pages are kept as a page too: --kind
    boilerplate lists these.
    """
    from pagewitness.archive import times
    from pagewitness.archive.search import page_filters
    from pagewitness.archive.views import listing, selection

    if state is not None and state not in _STATES:
        raise click.UsageError(f"There is no state '{state}': write one of {', '.join(_STATES)}")
    with invocation.read() as db:
        only = page_filters.allowed(db, source, None, None)
        rows = [row for row in listing.page_rows(db, times.now(), kind, only) if state in (None, row["state"])]
        repeating = selection.sites_with_boilerplate(db)
    if as_json:
        for row in rows:
            print_json(row)
        return
    filtered = source or state or kind
    if not filtered:
        rows = [row for row in rows if row["state"] != "unfollowed" or row["revisions"]]
    if not rows:
        what = " ".join(filter(None, (state, kind, "page")))
        echo(
            f"The archive has no {what}{f' of {safe(source)}' if source else ''}."
            if filtered
            else "You follow no pages, and the archive has none with a text: `pagewitness add URL` follows one."
        )
        return
    there = terminal_columns()
    if there:
        _print_for_terminal(rows, narrow=there < NARROW)
    else:
        _print_for_pipe(rows)
    for row in rows:
        advice = row["question"] or _advice(row)
        if advice or row["state"] in ("failing", "disallowed"):
            echo(f"\n{safe(row['url'])}")
            if row["reason"] and row["reason"] not in (advice or ""):
                echo_wrapped(f"The last visit: {safe(row['reason'])}.", "  ", "  ")
            echo_wrapped(safe(advice or ""), "  ", "  ")
    if repeating and not filtered:
        sites = "1 site has" if repeating == 1 else f"{repeating} sites have"
        echo()
        echo_message(f"{sites} boilerplate: `pagewitness pages --kind boilerplate`.")


def _advice(row: ListedPage) -> str | None:
    """What you can do about a pending change; None if there is no such change."""
    if not row["pending"] or not row["next_visit"] or row["variant"]:
        return None
    url = quote(row["url"])
    return (
        f"A change seen at {short(row['pending'])} is not confirmed yet: `pagewitness run {url}` "
        f"visits the page now, `pagewitness show {url} --at {row['pending']} --raw` prints what it showed."
    )


def _print_for_terminal(rows: list[ListedPage], *, narrow: bool) -> None:
    """Two lines for each page: its title and state, then its address and source."""
    room, count = (10, "REVS") if narrow else (16, "REVISIONS")  # no time of day if the terminal is narrow
    cells = [
        (row["title"] or row["url"], _state(row, narrow), str(row["revisions"]), _changed(row, room, narrow),
         short(row["last_visit"] or "-")[:room])
        for row in rows
    ]  # fmt: skip
    named = [row["source"] if row["source"] and row["source"] not in row["url"] else None for row in rows]
    below = [
        row["url"] + _moved(row) + (f" ({source})" if source else "") for row, source in zip(rows, named, strict=True)
    ]
    print_table(("TITLE", "STATE", count, "LAST CHANGE", "LAST VISIT"), cells, flexible=0, below=below)


def _print_for_pipe(rows: list[ListedPage]) -> None:
    """One line for each page, with whole cells, for grep and other programs."""
    cells = [
        (row["url"], row["source"] or "-", _state(row, False) + _moved(row), str(row["revisions"]), _changed(row, 16, False),
         short(row["last_visit"] or "-"), row["title"] or "-")
        for row in rows
    ]  # fmt: skip
    print_table(("PAGE", "SOURCE", "STATE", "REVISIONS", "LAST CHANGE", "LAST VISIT", "TITLE"), cells, flexible=0)


def _moved(row: ListedPage) -> str:
    """Where the page has moved to."""
    return f" → {row['moved_to']}" if row["moved_to"] else ""


def _state(row: ListedPage, narrow: bool) -> str:
    """The state, with the date of a removal, or a note of another language or of a change that awaits confirmation."""
    if row["state"] == "removed" and not narrow:
        return f"removed since {(row['removed_since'] or '')[:10]}"
    if row["variant"]:
        return f"{row['state']} ({row['variant']})" if narrow else f"{row['state']} (variant: {row['variant']})"
    return f"{row['state']} (pending)" if row["pending"] else str(row["state"])


def _changed(row: ListedPage, room: int, narrow: bool) -> str:
    """The date of the last change, and whether it was a new edition."""
    edition = " edition" if row["last_cause"] == "edition" and not narrow else ""
    return short(row["last_change"] or "-")[:room] + edition
