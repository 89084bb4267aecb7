"""`pagewitness add`: follow pages."""

from __future__ import annotations

import click

from pagewitness.archive import times
from pagewitness.archive.cli import Invocation, Listed, nearest_name, pass_invocation
from pagewitness.archive.cli.address_lists import listed_addresses
from pagewitness.archive.cli.terminal import echo, echo_error
from pagewitness.archive.model import Page
from pagewitness.archive.text.columns import safe


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL…|-")
@click.option("--listing", "listings", is_flag=True, help="Also follow the pages that they list.")
@click.option(
    "--browser/--no-browser", default=None, help="Have a browser show them, or none; else as their source says."
)
@click.option("--source", metavar="NAME", help="The publisher; by default the page's host.")
@pass_invocation
def command(
    invocation: Invocation, urls: tuple[str, ...], listings: bool, browser: bool | None, source: str | None
) -> None:
    """Follow pages by address.

    With --listing, each `pagewitness run` also follows the pages that they list: the address may be of a page with a
    list of reports, of an RSS or Atom feed, or of a sitemap. `pagewitness discover` shows which pages these are.

    With --browser, a browser shows the pages, so that their scripts run; that needs the extra `browser`, and Chromium.

    With -, read standard input: one address per line, or CSV with a column `url`. Lines that begin with # are comments.
    A page that you already follow becomes due at once.
    """
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.search import silent_alerts
    from pagewitness.archive.store import agenda, evidence, renderings, sources

    wanted = listed_addresses(urls)
    if source is not None and not source.strip():
        raise QueryError("--source is empty: name a publisher, or omit the option.")
    for one in wanted:
        _check(one, len(wanted) > 1)
    known = invocation.sources()  # before the archive is created: the catalogue may be faulty
    new_archive = invocation.is_new()
    with invocation.open(create=True) as db, silent_alerts.refiling(db):
        sources.know(db, known)
        names = sources.source_names(db)
        if source is not None and source not in names:
            source = invocation.called(source)
        before = {page.id: page for one in wanted if (page := evidence.find_page(db, one.text))}
        texts = [one.text for one in wanted]
        with db.transaction():
            followed = agenda.follow(db, texts, source, invocation.interval, times.now(), listings=listings)
            if browser is not None:
                renderings.show_in_browser(db, [page.id for page, _ in followed], browser)
                followed = [(evidence.page(db, page.id), new) for page, new in followed]
    if new_archive:
        echo(f"Created the archive {safe(str(db.path))}.")
    for page, new in followed:
        changes = _changes(before.get(page.id), page, source)
        echo(f"{'Following' if new else 'Already followed, due now'}: {safe(page.url)}{safe(changes)}")
    if source is not None and source not in names and (near := nearest_name(source, names)):
        echo_error(f"Note: there was no source '{source}' before. Did you mean '{near}'?")
    echo("Next: `pagewitness run` visits them.")


def _changes(before: Page | None, page: Page, source: str | None) -> str:
    """What following a page changed, if the archive had it before: its source and how often it is visited."""
    if before is None:
        return ""
    said = []
    if before.source != page.source:
        said.append(f"source {page.source}, {f'was {before.source}' if before.source else 'had none'}")
    elif source is not None:
        said.append(f"its source is {source} already")
    if before.role is not page.role:
        said.append(f"as a {page.role}, was a {before.role}")
    if before.browser is not page.browser:
        said.append(f"{'in' if page.browser else 'without'} a browser from now on")
    if before.followed and before.interval != page.interval:
        said.append(f"{times.every(page.interval)}, was {times.every(before.interval)}")
    return f" ({'; '.join(said)})" if said else ""


def _check(one: Listed, several: bool) -> None:
    """Raise a QueryError that names the address, and the line that it was read from, if it can't be followed.

    Args:
        several: whether others were given with it: they are not followed then either.
    """
    from pagewitness.archive import addresses
    from pagewitness.archive.errors import QueryError
    from pagewitness.archive.store import evidence

    url = one.text.strip()
    try:
        if any(letter.isspace() for letter in url) and addresses.is_web(url):
            raise QueryError(f"'{url}' has a blank in it: write %20 for a blank, or one address per argument or line.")
        evidence.key_as_typed(url)
        if addresses.names_user(url):
            raise QueryError("An address with a user name or password is never visited: omit them.")
    except QueryError as error:
        raise QueryError(f"{one.where}{error}{' Nothing was added.' if several else ''}") from None
