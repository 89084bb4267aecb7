"""How the commands that read captures list those that could not be read, and what exit code that is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import echo, safe
from pagewitness.archive.store.evidence import Damaged

if TYPE_CHECKING:
    from pagewitness.scraper.work.reader import Unread, Unreadable

EXIT_CODE = 5  # as FixityError's


def list_unread(found: Iterable[Unread], command: str = "run") -> int:
    """A line for each capture that is damaged or waits to be read, once.

    Args:
        command: the one that tries again.

    Returns:
        the exit code: 5 where any is damaged, else 1 where any waits, 0 for none.
    """
    once = {one.capture_id: one for one in found}
    for one in once.values():
        if isinstance(one, Damaged):
            said = f"capture {one.capture_id} no longer has the SHA-256 {one.expected}: restore it from a backup"
            echo(click.style(f"{'damaged':<10} {safe(one.url)}: {said}", fg="red"))
        else:
            said = f"capture {one.capture_id} is kept, but not read yet: {one.reason}; the next {command} tries again"
            echo(click.style(f"{'unread':<10} {safe(one.url)}: {said}", fg="yellow"))
    return EXIT_CODE if any(isinstance(one, Damaged) for one in once.values()) else int(bool(once))


def list_failed(found: Iterable[Unreadable]) -> None:
    """A line for each capture that the cleaner could not read."""
    for one in found:
        echo(click.style(f"{'failed':<10} {safe(one.url)}: capture {one.capture_id}: {safe(one.reason)}", fg="red"))
