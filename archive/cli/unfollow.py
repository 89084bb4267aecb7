"""`pagewitness unfollow`: stop visiting pages and keep their history."""

from __future__ import annotations

import click

from pagewitness.archive.cli import Invocation, listed, pass_invocation
from pagewitness.archive.cli.terminal import echo
from pagewitness.archive.text.columns import safe


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="URL|SOURCE…|-")
@pass_invocation
def command(invocation: Invocation, pages: tuple[str, ...]) -> None:
    """Stop visiting pages and keep their history.

    Name a page by its address or a part of it, or name a source for all of its pages; - reads one name per line from
    standard input. `pagewitness add` and `pagewitness follow` follow them again.
    """
    from pagewitness.archive.store import agenda, sources
    from pagewitness.archive.views import selection

    wanted = listed(pages)
    with invocation.open() as db:
        found = [
            page
            for name in wanted
            for page in invocation.followed_pages(db, name)
            or sources.pages_of(db, name)
            or [selection.page_named(db, name)]
        ]
        agenda.unfollow(db, [page.id for page in found])
    for page in found:
        echo(f"{'Unfollowed' if page.followed else 'Was not followed'}: {safe(page.url)}")
