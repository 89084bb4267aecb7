"""How the commands that read captures list those that are damaged, and those that can't be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import echo, safe
from pagewitness.archive.evidence import Damaged

if TYPE_CHECKING:
    from pagewitness.scraper.reader import Unreadable

EXIT_CODE = 5  # as FixityError's


def list_damaged(found: Iterable[Damaged]) -> bool:
    """A line for each damaged capture, once; whether there are any."""
    once = {one.capture_id: one for one in found}
    for one in once.values():
        said = f"capture {one.capture_id} no longer has the SHA-256 {one.expected}: restore it from a backup"
        echo(click.style(f"{'damaged':<10} {safe(one.url)}: {said}", fg="red"))
    return bool(once)


def list_failed(found: Iterable[Unreadable]) -> bool:
    """A line for each capture that the cleaner could not read; whether there are any."""
    lines = [f"{'failed':<10} {safe(one.url)}: capture {one.capture_id}: {safe(one.reason)}" for one in found]
    for line in lines:
        echo(click.style(line, fg="red"))
    return bool(lines)
