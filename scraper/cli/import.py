"""`pagewitness import`: captures and lists of pages that other programs made."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import Invocation, pass_invocation

if TYPE_CHECKING:
    from pagewitness.scraper.work.memento_import import Wish


@click.command()
@click.argument("names", nargs=-1, metavar="[FILE|FOLDER|PAGE]…|-")
@click.option(
    "--memento", metavar="ARCHIVE", help="Ask a web archive about the pages named, or about all followed pages."
)
@click.option("--since", metavar="DATE", help="With --memento: captures from this date on.")
@click.option("--until", metavar="DATE", help="With --memento: captures up to this date.")
@click.option("--every", metavar="TIME", help="With --memento: at most one capture in such a time, such as 1d.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help="With --memento: at most so many captures of a page, the newest.",
)
@click.option("--url", metavar="URL", help="The address of a saved page that does not say it.")
@click.option(
    "--file-dates", is_flag=True, help="Date saved pages by the time of their file if nothing else dates them."
)
@click.option("--source", metavar="NAME", help="The publisher of the pages in a list that are followed from now on.")
@pass_invocation
def command(
    invocation: Invocation, /, names: tuple[str, ...], memento: str | None, url: str | None, file_dates: bool,
    source: str | None, **bounds: str | int | None,
) -> int:  # fmt: skip
    """Import captures and lists that other programs made.

    Reads WARC files (- is standard input), pages saved as HTML or MHTML, and folders of such pages. Each page becomes a
    capture with the date when it was captured or saved. Captures already in the archive are not added again.

    The pages in OPML, in a backup of changedetection.io (ZIP or JSON) and in job files of urlwatch and webchanges
    (YAML) are followed from now on. For plain lists of addresses there is `pagewitness add -`.

    With --memento, asks a web archive, such as https://web.archive.org, for its captures of the pages named. To be
    interrupted is no loss: the same command continues.

    Exit code 2: a file is of no known kind; 3: a file can't be read. In either case nothing is imported. Otherwise the
    highest applicable code is returned. 1: something is left out or still unread; it is listed. 4: a file is cut off
    or broken; what came before that is kept. 5: some captures are damaged; they are listed.
    """
    from pagewitness.scraper.cli.import_files import ImportOptions, given_by
    from pagewitness.scraper.cli.import_session import open_import
    from pagewitness.scraper.work.saved_import import Assumed

    wish = _wish(memento, bounds)
    for option, is_given in (
        ("--url", url is not None),
        ("--file-dates", file_dates),
        ("--source", source is not None),
    ):
        if memento is not None and is_given:
            raise click.UsageError(f"{option} is about files: --memento asks a web archive, so leave one of them out")
    if memento is None and not names:
        raise click.UsageError("Missing argument '[FILE|FOLDER]…|-'")
    with ExitStack() as stack:
        if memento is not None and wish is not None:
            from pagewitness.scraper.cli.import_mementos import import_mementos

            session = open_import(invocation, stack)
            session.codes.append(import_mementos(session, memento, names, wish))
            return session.conclude()
        options = ImportOptions(_called(invocation, source), Assumed(_address(url), file_dates))
        given = given_by(names, options, stack)
        session = open_import(invocation, stack)
        session.codes += [one.enter(session, options) for one in given]
        return session.conclude()


def _wish(memento: str | None, bounds: dict[str, str | int | None]) -> Wish | None:
    """Which captures of a web archive are wanted; None without one. Raises UsageError, QueryError."""
    from pagewitness.archive import addresses, times
    from pagewitness.archive.errors import QueryError
    from pagewitness.config.values import parse_duration
    from pagewitness.scraper.work.memento_import import Wish

    if memento is None:
        if given := [f"--{name}" for name, value in bounds.items() if value is not None]:
            raise click.UsageError(f"{given[0]} needs --memento: it is about the captures of a web archive")
        return None
    if not addresses.is_web(memento):
        raise QueryError(f"--memento {memento} is no address: write one such as https://web.archive.org.")
    since, until = times.between(bounds["since"], bounds["until"], times.now())  # type: ignore[arg-type]
    every = bounds["every"]
    try:
        seconds = parse_duration(every) if every is not None else 0.0
    except ValueError:
        raise QueryError(f"--every {every} is no time: write one such as 12h or 1d.") from None
    limit = bounds["limit"]
    return Wish(since, until, seconds, int(limit) if limit is not None else None)


def _address(url: str | None) -> str:
    from pagewitness.archive.store import evidence

    if url is not None:
        evidence.key_as_typed(url)
    return (url or "").strip()


def _called(invocation: Invocation, source: str | None) -> str | None:
    from pagewitness.archive.errors import QueryError

    if source is not None and not source.strip():
        raise QueryError("--source is empty: name a publisher, or omit the option.")
    return invocation.called(source) if source is not None else None
