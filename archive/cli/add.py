"""`pagewitness add`: follow pages."""

from __future__ import annotations

import click

from pagewitness.archive.cli import Invocation, echo, listed, pass_invocation, safe


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL…|-")
@click.option("--source", metavar="NAME", help="The publisher; by default the page's host.")
@pass_invocation
def command(invocation: Invocation, urls: tuple[str, ...], source: str | None) -> None:
    """Follow pages by address.

    With -, read one address per line from standard input. A page that you already follow becomes due at once.
    """
    from pagewitness.archive import addresses, times
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.store import agenda, evidence, sources

    wanted = listed(urls)
    if source is not None and not source.strip():
        raise QueryError("--source is empty: name a publisher, or omit the option.")
    for url in wanted:
        evidence.key_as_typed(url)
        if addresses.names_user(url):
            raise QueryError("An address with a user name or password is never visited: write it without.")
    known = invocation.sources()  # before the archive is created: the catalogue may be faulty
    with invocation.open(create=True) as db:
        sources.know(db, known)
        followed = agenda.follow(db, wanted, source, invocation.interval, times.now())
    for page, new in followed:
        echo(f"{'Following' if new else 'Already followed, due now'}: {safe(page.url)}")
    echo("Next: `pagewitness run` visits them.")
