"""What `import` says about each file, folder and web archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import counted
from pagewitness.archive.cli.terminal import echo, echo_message
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.store.warc import Records
    from pagewitness.scraper.formats.follow_lists import FollowList
    from pagewitness.scraper.work.following import FollowedNow
    from pagewitness.scraper.work.importing import Imported

MOST_NAMED = 20  # pages that are named one by one

Named = Sequence[tuple[str, str]]


def report_warc(name: str, records: Records, imported: Imported) -> int:
    """Report on a WARC file; returns 1 if it has no records or some of them failed, else 0."""
    from pagewitness.archive.errors import BrokenInput

    failed = [
        *((url, f"skipped, since {why}") for url, why in records.misdated),
        *((url, "skipped, since its bytes do not match the record's digest") for url in records.belied),
    ]
    empty = not records.read and imported.broken is None
    if empty:
        failed.append((name, "it has no records; is it the right file?"))
    list_failures(failed)
    # Otherwise the file is not a WARC, and nothing was imported.
    if not empty and (imported.broken is None or isinstance(imported.broken, BrokenInput)):
        skipped = f"{records.skipped:,} records skipped (images, scripts …)" if records.skipped else ""
        said = [skipped] if skipped else []
        if not (imported.added or imported.known or skipped or failed):
            report_imported(name, imported, ["it has no records of pages"], sign=";")
        else:
            report_imported(name, imported, said)
    return int(bool(failed))


def report_imported(
    name: str, imported: Imported, more: Iterable[str] = (), *, known: int = 0, sign: str = ","
) -> None:
    """Print what an import came to, and which pages have new revisions.

    Args:
        more: clauses at the end of the first line.
        known: how many captures were known without a look at them.
        sign: before these clauses.
    """
    said = f"{safe(name)}: {imported.added:,} added to {counted(imported.pages, 'page')}"
    said += f", {imported.known + known:,} already known" if imported.known + known else ""
    said += f", {counted(imported.revisions, 'new revision')}" if imported.added else ""
    echo("".join([said, *(f"{sign} {clause}" for clause in more)]))
    for url, gained in imported.gained.items():
        echo(click.style(f"  {safe(url)}: {counted(gained, 'new revision')}", fg="green"))
    if others := imported.revisions - sum(imported.gained.values()):
        echo(click.style(f"  other pages: {counted(others, 'new revision')}", fg="green"))


def report_followed(name: str, found: FollowList, done: FollowedNow) -> int:
    """Print which pages of a list are followed now, and what was not taken over; returns the exit code."""
    known = f", {done.known:,} already followed" if done.known else ""
    echo(f"{safe(name)} ({found.program}): {counted(len(done.new), 'new page')} followed{known}")
    for page in done.new[:MOST_NAMED]:
        source = f"  ({page.source})" if page.source else ""
        echo(click.style(f"  + {safe(page.url)}{safe(source)}", fg="green"))
    if len(done.new) > MOST_NAMED:
        echo(click.style(f"  + and {len(done.new) - MOST_NAMED:,} more", fg="green"))
    paused = [url for url, why in found.left_out if why == "is paused"]
    for url in paused:
        echo(f"{'paused':<10} {safe(url)}: not followed; `pagewitness add` follows it")
    failed = [(url, f"left out, since it {why}") for url, why in found.left_out if why != "is paused"]
    list_failures(failed)
    if found.ignored:
        options = ", ".join(f"{key} ({counted(count, 'page')})" for key, count in sorted(found.ignored.items()))
        echo_message(
            f"Not taken over: {options}. Pages are kept whole here, and what changed is found without filters; what a page "
            "needs beyond that is in the settings and in its source's rules."
        )
    return int(bool(failed))


def list_failures(failed: Named) -> None:
    """Print a line for each thing that could not be imported."""
    for name, why in failed:
        echo(click.style(f"{'failed':<10} {safe(name)}: {safe(why)}", fg="red"))


def list_notes(notes: Named) -> None:
    """Print a line for each thing that was assumed."""
    for name, said in notes:
        echo(click.style(f"{'note':<10} {safe(name)}: {safe(said)}", fg="yellow"))
