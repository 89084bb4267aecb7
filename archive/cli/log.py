"""`pagewitness log`: the revisions of a page, and with --all every visit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, echo, json_option, pass_invocation, print_json, safe
from pagewitness.archive.model import Page, Row

if TYPE_CHECKING:
    from pagewitness.archive.database import Sqlite


@click.command()
@click.argument("page", metavar="URL")
@click.option("--all", "everything", is_flag=True, help="Every visit too, with its verdict.")
@json_option
@pass_invocation
def command(invocation: Invocation, page: str, everything: bool, as_json: bool) -> None:
    """The revisions of a page, oldest first: when each was first and last seen."""
    from pagewitness.archive import selection

    with invocation.open() as db:
        found = selection.page(db, page)
        rows = list(_revisions(db, found))
        if everything:
            rows = sorted([*rows, *_visits(db, found)], key=_moment)
    if as_json:
        for row in rows:
            print_json(row)
        return
    _print(found, rows)


def _moment(row: Row) -> tuple[str, bool]:
    return row.get("visited_at") or row["captured_at"], "number" in row


def _revisions(db: Sqlite, page: Page) -> Iterator[Row]:
    from pagewitness.archive import history

    for one in history.revisions(db, page):
        yield {
            "url": page.url,
            "number": one.number,
            "cause": one.cause,
            "captured_at": one.captured_at,
            "last_seen_at": one.last_seen_at,
            "title": one.title,
            "words": one.words,
            "digest": one.digest,
        }


def _visits(db: Sqlite, page: Page) -> Iterator[Row]:
    from pagewitness.archive import history

    for one in history.visits(db, page):
        yield {
            "url": page.url,
            "visited_at": one["visited_at"],
            "outcome": one["outcome"],
            "status": one["status"],
            "verdict": one["verdict"],
            "reason": one["reason"],
            "revision": one["number"],
            "body": one["digest"],
            "bytes": one["size"],
            "by": one["writer"],
        }


def _print(page: Page, rows: list[Row]) -> None:
    from pagewitness.archive.times import short

    echo(click.style(safe(page.title or page.url), bold=True))
    if page.title:
        echo(safe(page.url))
    echo()
    if not rows:
        echo("No visit yet: `pagewitness run` makes one." if page.followed else "No revision: see --all.")
    for row in rows:
        if "visited_at" in row:
            what = " ".join(str(row[key]) for key in ("outcome", "status", "verdict") if row[key])
            echo(
                click.style(
                    f"     {short(row['visited_at'])}  {what}" + (f": {safe(row['reason'])}" if row["reason"] else ""),
                    dim=True,
                )
            )
        else:
            number = click.style(f"{row['number']:>3}", fg="yellow", bold=True)
            seen = f"{short(row['captured_at'])} to {short(row['last_seen_at'])}"
            echo(f"{number}  {seen}  {row['cause']:<7} {row['words']:>6} words  {safe(row['title'])}")
