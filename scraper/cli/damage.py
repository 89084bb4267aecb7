"""How the commands that read captures list those that are damaged."""

from __future__ import annotations

from collections.abc import Iterable

import click

from pagewitness.archive.cli import echo, safe
from pagewitness.archive.evidence import Damaged

EXIT_CODE = 5  # as FixityError's


def list_damaged(found: Iterable[Damaged]) -> bool:
    """A line for each damaged capture, once; whether there are any."""
    once = {one.capture_id: one for one in found}
    for one in once.values():
        said = f"capture {one.capture_id} no longer has the SHA-256 {one.expected}: restore it from a backup"
        echo(click.style(f"{'damaged':<10} {safe(one.url)}: {said}", fg="red"))
    return bool(once)
