"""`pagewitness add`: follow pages."""

from __future__ import annotations

import click

from pagewitness.archive.cli import Invocation, echo, listed, pass_invocation, safe


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL…|-")
@click.option("--source", metavar="NAME", help="The publisher; without it the page's host.")
@pass_invocation
def command(invocation: Invocation, urls: tuple[str, ...], source: str | None) -> None:
    """Follow pages: addresses, or - for one a line on standard input.

    A page that is followed already is due again at once.
    """
    from pagewitness.archive import addresses, times
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.store import agenda, evidence, sources

    wanted = listed(urls)
    if source is not None and not source.strip():
        raise QueryError("--source is empty: name a publisher, or leave it out.")
    for url in wanted:
        evidence.key_as_typed(url)
        if addresses.names_user(url):
            raise QueryError("An address with a user name or password is never visited: write it without.")
    known = invocation.sources()  # before anything is made: there may be something wrong with them
    with invocation.open(create=True) as db:
        sources.know(db, known)
        followed = agenda.follow(db, wanted, source, invocation.interval, times.now())
    for page, new in followed:
        echo(f"{'Following' if new else 'Followed already, due again'}: {safe(page.url)}")
    echo("`pagewitness run` visits them.")
