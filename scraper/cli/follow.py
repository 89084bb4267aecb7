"""`pagewitness follow`: follow the publishers of the catalogue."""

from __future__ import annotations

import click

from pagewitness.archive.cli import Invocation, echo, listed, pass_invocation, safe


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…|-")
@click.option("--unverified", is_flag=True, help="Also addresses that nobody has seen.")
@pass_invocation
def command(invocation: Invocation, sources: tuple[str, ...], unverified: bool) -> None:
    """Follow publishers of the catalogue by name.

    - reads names from standard input, one a line. `pagewitness sources` lists them. Their addresses are visited as often as
    the catalogue says, or else the settings.
    """
    from pagewitness.archive import agenda, times
    from pagewitness.archive import sources as archived
    from pagewitness.archive.errors import NotFound
    from pagewitness.config import catalogue
    from pagewitness.scraper.cli.known import as_archived, catalogue_of

    known = catalogue_of(invocation.settings)
    wanted = [catalogue.named(known, name) for name in dict.fromkeys(listed(sources))]
    chosen = [(source, [entry.url for entry in source.entries if entry.verified or unverified]) for source in wanted]
    for source, urls in chosen:
        if not urls:
            seen = ", ".join(entry.url for entry in source.entries)
            raise NotFound(
                f"No address of '{source.name}' has been seen by anybody: look at {seen}, and follow it with --unverified."
            )
    with invocation.open(create=True) as db:
        archived.know(db, as_archived(known))
        for source, urls in chosen:
            every = source.every or invocation.interval
            for page, new in agenda.follow(db, urls, source.name, every, times.now()):
                echo(f"{'Following' if new else 'Followed already, due again'}: {safe(page.url)}")
    for source, urls in chosen:
        if left := len(source.entries) - len(urls):
            echo(
                f"{source.name}: {_addresses(left)} nobody has seen {'was' if left == 1 else 'were'} left out (--unverified)."
            )
    echo("`pagewitness run` visits them.")


def _addresses(number: int) -> str:
    return "1 address that" if number == 1 else f"{number} addresses that"
