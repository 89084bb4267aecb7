"""What a run or an import says of the alerts when it ends."""

from __future__ import annotations

from pagewitness.archive import times
from pagewitness.archive.cli import echo, safe
from pagewitness.archive.cli.alert import refusal
from pagewitness.archive.search import alerts
from pagewitness.archive.store.database import Sqlite

MOST = 20  # addresses that are listed of what came, and of what went


def tell_alerts(db: Sqlite) -> None:
    """Note what newly fits each alert and what fits no more, and say so where there is news."""
    for one in alerts.record(db, times.now()):
        if one.refused:
            echo(f"alert {safe(one.name)}: {refusal(one.refused)}")
        else:
            echo(f"alert {safe(one.name)}: {_pages(len(one.found))} newly, {len(one.lost)} no more.")
            for sign, some in (("+", one.found), ("-", one.lost)):
                for url in some[:MOST]:
                    echo(f"  {sign} {safe(url)}")
                if len(some) > MOST:
                    echo(f"  {sign} {len(some) - MOST} others: `pagewitness alert {safe(one.name)}` lists them.")


def _pages(number: int) -> str:
    return "1 page fits" if number == 1 else f"{number} pages fit"
