"""`pagewitness blame`: since when each paragraph stands."""

from __future__ import annotations

import textwrap
from dataclasses import asdict

import click

from pagewitness.archive.cli import Invocation, echo, json_option, pass_invocation, print_json, safe, width


@click.command()
@click.argument("page", metavar="URL[@N|@DATE]")
@json_option
@pass_invocation
def command(invocation: Invocation, page: str, as_json: bool) -> None:
    """Each paragraph of a page, and since when it stands.

    After @ stand N, first, last (the highest number), or a date: 2024, 2024-03, 2024-03-07, a full time, 30d or 6h
    ago. Without it the text is the one in force now.
    """
    from pagewitness.archive import history, selection, times

    with invocation.open() as db:
        found, revision = selection.of(db, page, None, times.now())
        rows = history.blame(db, found, revision)
    if as_json:
        for row in rows:
            print_json({key: value for key, value in asdict(row).items() if key != "page" or value is not None})
        return
    last, before = None, None
    for row in rows:
        where = f"p. {row.page} " if row.page and (last is None or row.page != before) else ""
        before = row.page
        since = f"{times.short(row.first_seen)} r{row.first_revision}"
        margin = click.style(f"{'' if since == last else since:<22}", fg="yellow")
        lines = textwrap.wrap(where + safe(row.text), max(20, width() - 24)) or [""]
        echo(margin + lines[0] + ("" if row.current else click.style("  (gone)", fg="red")))
        for line in lines[1:]:
            echo(" " * 22 + line)
        last = since
