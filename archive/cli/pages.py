"""`pagewitness pages`: what is followed or imported, and how it stands."""

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
    """List the pages: their state, last visit, last change, and what waits.

    What sites repeat over their pages is kept as pages, too: --kind boilerplate lists these.
    """
    from pagewitness.archive import times
    from pagewitness.archive.views import listing

    with invocation.open() as db:
        rows = list(listing.pages(db, times.now(), kind))
        furnished = listing.boilerplate_hosts(db)
    if as_json:
        for row in rows:
            print_json(row)
        return
    if not rows:
        echo(
            f"The archive has no page of kind {kind}."
            if kind
            else "The archive has no page yet: `pagewitness add URL` follows one."
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
    if furnished and kind is None:
        sites = "1 site has" if furnished == 1 else f"{furnished} sites have"
        echo(f"\n{sites} boilerplate: `pagewitness pages --kind boilerplate`.")


def _state(row: Row, narrow: bool) -> str:
    """With what qualifies it: that something waits for confirmation, or since when the page is removed."""
    if row["removed_since"] and not narrow:
        return f"removed since {row['removed_since'][:10]}"
    return f"{row['state']} (pending)" if row["pending"] else str(row["state"])


def _changed(row: Row, room: int, narrow: bool) -> str:
    """When it changed, and whether that was a new edition."""
    from pagewitness.archive import times

    edition = " edition" if row["last_cause"] == "edition" and not narrow else ""
    return times.short(row["last_change"] or "-")[:room] + edition
