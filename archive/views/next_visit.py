"""When a page is visited next, and why so often, for people."""

from __future__ import annotations

from pagewitness.archive import times
from pagewitness.archive.model import Page
from pagewitness.archive.store import adaptive
from pagewitness.archive.store.database import Sqlite


def next_visit(db: Sqlite, page: Page, now: str) -> tuple[str, str] | None:
    """The time of the next visit as the beginning of a line, and what happens then; None if nobody follows the page."""
    if page.due_at is None:
        return None
    often = times.every(page.pause)
    if page.adapted is not None:
        seen = adaptive.changes_seen(db, page)
        often += f": {_changed(len(seen.changed))} in {seen.visits} visit{'' if seen.visits == 1 else 's'}"
    what = "due since then" if page.due_at < now else "next visit"
    return f"     {times.short(page.due_at)}  ", f"{what} ({often})"


def _changed(count: int) -> str:
    return {0: "no change", 1: "changed once", 2: "changed twice"}.get(count, f"changed {count} times")
