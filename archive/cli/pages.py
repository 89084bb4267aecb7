"""`pagewitness pages`: the pages in the archive and their state."""

from __future__ import annotations

import click

from pagewitness.archive.cli import Invocation, columns, echo, json_option, pass_invocation, print_json, table
from pagewitness.archive.model import Row

NARROW = 120  # columns


@click.command()
@click.option("--kind", type=click.Choice(["html", "pdf", "boilerplate"]), help="Only pages of this kind.")
@json_option
@pass_invocation
def command(invocation: Invocation, kind: str | None, as_json: bool) -> None:
    """List pages with their state, last visit and last change.

    Pages with changes that await confirmation are marked, with what you can do about them. Lines that a site repeats
    on its pages are kept as a page too: --kind boilerplate lists these.
    """
    from pagewitness.archive import times
    from pagewitness.archive.views import listing

    with invocation.read() as db:
        rows = list(listing.pages(db, times.now(), kind))
        repeating = listing.sites_with_boilerplate(db)
    if as_json:
        for row in rows:
            print_json(row)
        return
    if not rows:
        echo(
            f"The archive has no {kind} page."
            if kind
            else "The archive has no pages yet: `pagewitness add URL` follows one."
        )
        return
    named = any(row["source"] for row in rows)
    narrow = (columns() or NARROW) < NARROW
    room, count = (10, "REVS") if narrow else (16, "REVISIONS")  # days alone where there is little room
    head = ("PAGE", *(("SOURCE",) if named else ()), "STATE", count, "LAST CHANGE", "LAST VISIT")
    cells = [
        (row["url"], *((row["source"] or "-",) if named else ()), _state(row, narrow),
         str(row["revisions"]), _changed(row, room, narrow), times.short(row["last_visit"] or "-")[:room])
        for row in rows
    ]  # fmt: skip
    table(head, cells, flexible=0)
    for row in rows:
        if row["question"]:
            echo(f"\n{row['url']}\n  {row['question']}")
    if repeating and kind is None:
        sites = "1 site has" if repeating == 1 else f"{repeating} sites have"
        echo(f"\n{sites} boilerplate: `pagewitness pages --kind boilerplate`.")


def _state(row: Row, narrow: bool) -> str:
    """The state, with the date of a removal or a note that a change awaits confirmation."""
    if row["removed_since"] and not narrow:
        return f"removed since {row['removed_since'][:10]}"
    return f"{row['state']} (pending)" if row["pending"] else str(row["state"])


def _changed(row: Row, room: int, narrow: bool) -> str:
    """The date of the last change, and whether it was a new edition."""
    from pagewitness.archive import times

    edition = " edition" if row["last_cause"] == "edition" and not narrow else ""
    return times.short(row["last_change"] or "-")[:room] + edition
