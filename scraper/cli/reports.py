"""What run, import and reclean report when they end: alerts, boilerplate, and captures that could not be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from shlex import quote
from typing import TYPE_CHECKING

import click

from pagewitness.archive import times
from pagewitness.archive.cli import counted
from pagewitness.archive.cli.alert import refused_sentence
from pagewitness.archive.cli.terminal import echo
from pagewitness.archive.search import alerts
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.evidence import Damaged
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.scraper.work.reader import Unread, Unreadable

MOST = 20  # addresses listed for pages that start matching, and for those that stop
EXIT_CODE = 5  # that of FixityError


def report_alerts(db: Sqlite) -> None:
    """Record and report which pages start or stop matching each alert."""
    for one in alerts.record(db, times.now()):
        if one.refused:
            echo(f"alert {safe(one.name)}: {refused_sentence(one.refused)}")
        else:
            echo(
                f"alert {safe(one.name)}: {counted(len(one.found), 'new page')} {'matches' if len(one.found) == 1 else 'match'}, "
                f"{len(one.lost)} no longer {'matches' if len(one.lost) == 1 else 'match'}."
            )
            for sign, some in (("+", one.found), ("-", one.lost)):
                for url in some[:MOST]:
                    echo(f"  {sign} {safe(url)}")
                if len(some) > MOST:
                    echo(
                        f"  {sign} and {len(some) - MOST} more: `pagewitness alert {safe(quote(one.name))}` lists them."
                    )


def report_boilerplate(db: Sqlite, before: Mapping[str, int]) -> None:
    """Print one line for each site whose boilerplate has a new revision: the site changed it, or more of it is known.

    Args:
        before: the revisions of its boilerplate (`boilerplate_revisions`) by then.
    """
    for url, number in boilerplate_revisions(db).items():
        if number > before.get(url, number):
            echo(
                click.style(f"{'learned':<10} {safe(url)}: revision {number} of what the site repeats", fg="green")
                + f"; `pagewitness diff {safe(quote(url))}` shows it"
            )


def boilerplate_revisions(db: Sqlite) -> dict[str, int]:
    """The number of the newest revision of each site's boilerplate, by its address."""
    return db.mapping(
        str,
        int,
        """select url, max(number) from pages join revisions on page_id = pages.id
           where kind = 'boilerplate' group by pages.id order by url""",
    )


def list_unread(found: Iterable[Unread], command: str = "run") -> int:
    """Print one line for each capture that is damaged or still unread.

    Args:
        command: the command that will try again.

    Returns:
        the exit code: 5 if any capture is damaged, else 1 if any is unread, else 0.
    """
    once = {one.capture_id: one for one in found}
    for one in once.values():
        if isinstance(one, Damaged):
            said = f"capture {one.capture_id} is damaged (SHA-256 {one.expected} expected): restore it from a backup"
            echo(click.style(f"{'damaged':<10} {safe(one.url)}: {said}", fg="red"))
        else:
            said = f"capture {one.capture_id} is kept but not read yet ({safe(one.reason)}); the next {command} tries again"
            echo(click.style(f"{'unread':<10} {safe(one.url)}: {said}", fg="yellow"))
    return exit_code(once.values())


def exit_code(found: Collection[Unread]) -> int:
    """5 if any of these captures is damaged, else 1 if there are any, else 0."""
    return EXIT_CODE if any(isinstance(one, Damaged) for one in found) else int(bool(found))


def list_failed(found: Iterable[Unreadable]) -> None:
    """Print one line for each capture that the cleaner could not read."""
    for one in found:
        echo(click.style(f"{'failed':<10} {safe(one.url)}: capture {one.capture_id}: {safe(one.reason)}", fg="red"))
