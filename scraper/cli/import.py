"""`pagewitness import`: captures from WARC files."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO

import click

from pagewitness.archive.cli import Invocation, counted, pass_invocation
from pagewitness.archive.cli.terminal import echo, echo_error
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.archive.store.warc import Records
    from pagewitness.scraper.work.importing import Imported
    from pagewitness.scraper.work.workers import Workers


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…|-")
@pass_invocation
def command(invocation: Invocation, files: tuple[str, ...]) -> int:
    """Import captures from WARC files.

    The files may be compressed with gzip or zstd; - reads standard input. Each response becomes a capture dated by its record. Captures
    already in the archive are not added again.

    Exit code 2: a file is not a WARC; 3: a file can't be read. In either case no file is imported. Otherwise the
    highest applicable code is returned. 1: a file has no records, some records have no usable date (none, or one in
    the future) or do not match their digest, or some captures are still unread; they are listed. 4: a file is cut off
    or broken; what came before that is kept. 5: some captures are damaged; they are listed.
    """
    from pagewitness.archive.store.warc import Records
    from pagewitness.archive.store.warc_streams import check
    from pagewitness.scraper.clean import cleaner_name
    from pagewitness.scraper.cli.reports import list_unread, report_alerts
    from pagewitness.scraper.work.learning import learn
    from pagewitness.scraper.work.reader import still_unread
    from pagewitness.scraper.work.visit import finish
    from pagewitness.scraper.work.workers import Workers, cores

    settings = invocation.settings
    with ExitStack() as stack:
        opened = [(name if name != "-" else "standard input", _open(name, stack)) for name in files]
        for name, stream in opened:
            check(stream, name)
        db = stack.enter_context(invocation.open(create=True))
        count = settings.clean.workers or cores()
        workers = stack.enter_context(Workers(count, settings.clean.seconds, settings.clean.megabytes))
        invocation.know(db)
        unread = finish(db, workers)
        codes = [0]
        broken = []
        for name, stream in opened:
            records = Records(db, stream, name, settings.network.max_bytes)
            imported = _take_in(db, records, workers, count + 1)
            unread += [*imported.unread, *records.damaged]
            broken += [imported.broken] if imported.broken else []
            codes.append(_report(name, records, imported))
        report_alerts(db)
        learn(db, cleaner_name())
        codes.append(list_unread(still_unread(db, unread)))
        for error in broken:
            echo_error(f"pagewitness: {error}")
        return max(*codes, *(error.exit_code for error in broken))


def _take_in(db: Sqlite, records: Records, workers: Workers, ahead: int) -> Imported:
    """Import a file and show how far it is; an interrupt is reported, and ends the command with exit code 130."""
    from pagewitness.scraper.cli.progress import Progress
    from pagewitness.scraper.work.importing import Interrupted, take_in

    with Progress("captures") as progress:

        def report(imported: Imported) -> None:
            progress.advance(imported.added + imported.known, imported.pages)

        try:
            return take_in(db, records, workers, ahead, report)
        except Interrupted as stopped:
            progress.clear()
            echo_error(_interrupted(records.name, stopped.imported))
            raise click.exceptions.Exit(130) from None


def _report(name: str, records: Records, imported: Imported) -> int:
    """Report on a file; returns 1 if it has no records or some of them failed, else 0."""
    from pagewitness.archive.errors import BrokenInput

    failed = [
        *(f"{safe(url)}: skipped, since {safe(why)}" for url, why in records.misdated),
        *(f"{safe(url)}: skipped, since its bytes do not match the record's digest" for url in records.belied),
    ]
    empty = not records.read and imported.broken is None
    if empty:
        failed.append(f"{safe(name)}: it has no records; is it the right file?")
    for said in failed:
        echo(click.style(f"{'failed':<10} {said}", fg="red"))
    # Otherwise the file is not a WARC, and nothing was imported.
    if not empty and (imported.broken is None or isinstance(imported.broken, BrokenInput)):
        said = f"{safe(name)}: {imported.added:,} added to {counted(imported.pages, 'page')}"
        said += f", {imported.known:,} already known" if imported.known else ""
        said += f", {counted(imported.revisions, 'new revision')}" if imported.added else ""
        said += f", {records.skipped:,} records skipped (images, scripts …)" if records.skipped else ""
        said += "" if imported.added or imported.known or records.skipped or failed else "; it has no records of pages"
        echo(said)
        for url, gained in imported.gained.items():
            echo(click.style(f"  {safe(url)}: {counted(gained, 'new revision')}", fg="green"))
        if others := imported.revisions - sum(imported.gained.values()):
            echo(click.style(f"  other pages: {counted(others, 'new revision')}", fg="green"))
    return int(bool(failed))


def _interrupted(name: str, imported: Imported) -> str:
    kept = counted(imported.added + imported.known, "record")
    return (
        f"pagewitness: Interrupted: {kept} of {safe(name)} {'is' if kept.startswith('1 ') else 'are'} in the archive. "
        "Import it again for the rest; until then the next run reads what was kept."
    )


def _open(name: str, stack: ExitStack) -> BinaryIO:
    from pagewitness.archive.errors import NotFound

    if name == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(open(name, "rb"))
    except OSError as error:
        raise NotFound(f"{name} can't be read ({error.strerror}): name a WARC file, or - for standard input.") from None
