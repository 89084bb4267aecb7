"""What a run or an import says of the alerts when it ends."""

from __future__ import annotations

from pagewitness.archive import alerts, times
from pagewitness.archive.cli import echo, safe
from pagewitness.archive.database import Sqlite


def tell_alerts(db: Sqlite) -> None:
    """Note what newly fits each alert and what fits no more, and say so where there is news."""
    for one in alerts.record(db, times.now()):
        if one.refused:
            echo(f"alert {safe(one.name)}: it could not be looked at ({safe(one.refused)}); remove it and add it anew.")
        else:
            echo(f"alert {safe(one.name)}: {_pages(one.found)} newly, {one.lost} no more.")


def _pages(number: int) -> str:
    return "1 page fits" if number == 1 else f"{number} pages fit"
