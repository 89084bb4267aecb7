"""What a run or an import reports about alerts when it ends."""

from __future__ import annotations

from pagewitness.archive import times
from pagewitness.archive.cli import counted
from pagewitness.archive.cli.alert import refusal
from pagewitness.archive.cli.terminal import echo
from pagewitness.archive.search import alerts
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.columns import safe

MOST = 20  # addresses listed for pages that start matching, and for those that stop


def tell_alerts(db: Sqlite) -> None:
    """Record and report which pages start or stop matching each alert."""
    for one in alerts.record(db, times.now()):
        if one.refused:
            echo(f"alert {safe(one.name)}: {refusal(one.refused)}")
        else:
            echo(
                f"alert {safe(one.name)}: {counted(len(one.found), 'new page')} {'matches' if len(one.found) == 1 else 'match'}, "
                f"{len(one.lost)} no longer {'matches' if len(one.lost) == 1 else 'match'}."
            )
            for sign, some in (("+", one.found), ("-", one.lost)):
                for url in some[:MOST]:
                    echo(f"  {sign} {safe(url)}")
                if len(some) > MOST:
                    echo(f"  {sign} and {len(some) - MOST} more: `pagewitness alert {safe(one.name)}` lists them.")
