"""`pagewitness unfollow`: visit pages no more, and keep what they said."""

from __future__ import annotations

import click

from pagewitness.archive.cli import Invocation, echo, listed, pass_invocation, safe


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="URL|SOURCE…|-")
@pass_invocation
def command(invocation: Invocation, pages: tuple[str, ...]) -> None:
    """Visit pages no more, and keep what they said.

    Pages are named by their addresses or parts of them, or by the name of their source for all that is followed of it;
    - reads one a line on standard input. `pagewitness add` and `pagewitness follow` follow them again.
    """
    from pagewitness.archive.store import agenda, sources
    from pagewitness.archive.views import selection

    wanted = listed(pages)
    with invocation.open() as db:
        found = [page for name in wanted for page in sources.named(db, name) or [selection.page(db, name)]]
        agenda.unfollow(db, [page.id for page in found])
    for page in found:
        echo(f"{'Followed no more' if page.followed else 'Not followed anyway'}: {safe(page.url)}")
