"""What `run` says about episodes after its visits: once when one begins, and once when it ends, with how long it lasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pagewitness.archive.cli import print_json
from pagewitness.archive.cli.terminal import echo
from pagewitness.archive.text.columns import safe

if TYPE_CHECKING:
    from pagewitness.archive.store.bookmarks import SeenSoFar
    from pagewitness.archive.store.database import Sqlite

# The first word of the line of each, and its colour. What a visit itself says (removed, blocked, moved) has its line already.
_SAID = {
    "failing": ("failing", "red"), "answering": ("answers", "green"), "unblocked": ("unblocked", "green"),
    "back": ("back", "green"), "overdue": ("overdue", "red"), "arrived": ("arrived", "green"),
}  # fmt: skip


def report_episodes(db: Sqlite, since: SeenSoFar, *, as_json: bool) -> int:
    """Print a line or an object for each episode that began or ended; returns how many there are.

    Args:
        since: a bookmark from before the visits.
    """
    from pagewitness.archive.store import evidence
    from pagewitness.archive.views import state_events
    from pagewitness.archive.views.change_events import Which

    found = [one for one in state_events.state_events(db, Which(seen=since)) if one.cause in _SAID]
    for one in sorted(found, key=lambda one: one.visit_id):
        url = evidence.page(db, one.page_id).url
        if as_json:
            print_json({"url": url, "outcome": None, "event": one.cause, "said": one.said})
            continue
        word, colour = _SAID[one.cause]
        where = "" if one.cause in ("overdue", "arrived") else f"{safe(url)}: "
        echo(click.style(f"{word:<10} {where}{safe(one.said)}", fg=colour))
    return len(found)
