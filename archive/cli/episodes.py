"""A page's episodes as lines of `log`: when it was removed, elsewhere, blocked or failing, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pagewitness.archive.cli.terminal import absent
from pagewitness.archive.model import Row
from pagewitness.archive.text.columns import safe
from pagewitness.archive.times import lasting, seconds_between, short

if TYPE_CHECKING:
    from pagewitness.archive.views.departures import Departures


def episode_lines(left: Departures, url: str) -> Iterator[Row]:
    """Two lines for each episode, one where it began and one where it ended: `captured_at`, `said`, `colour`.

    Args:
        url: of the page.
    """
    yield from _removed_or_moved(left)
    for kept_out in left.blocks:
        seen = f"; {kept_out.visits} visits" if kept_out.visits > 1 else ""
        said = f"blocked since {short(kept_out.since)} ({safe(kept_out.reason)}{seen})"
        said += "" if kept_out.until else ": we don't know what the page shows"
        yield {"captured_at": kept_out.since, "said": said, "colour": "red"}
        if kept_out.until:
            yield _ended("no longer blocked", kept_out.since, kept_out.until)
    for failing in left.failings:
        reason = safe(failing.reason.removeprefix(f"{url}: ").rstrip("."))
        said = f"failing since {short(failing.since)} ({reason}; {failing.visits} visits)"
        yield {"captured_at": failing.since, "said": said, "colour": "red"}
        if failing.until:
            yield _ended("no longer failing", failing.since, failing.until)


def _removed_or_moved(left: Departures) -> Iterator[Row]:
    for one in left.removals:
        how = _answered(one.status, one.to)
        if one.last_status:
            how += f", {'later' if one.until else 'now'} {_answered(one.last_status, one.last_to)}"
        how += f", {absent(one.visits, one.longest_gap)}" if one.visits > 1 else ""
        yield {"captured_at": one.since, "said": f"removed since {short(one.since)} ({how})", "colour": "red"}
        if one.until:
            yield _ended("back", one.since, one.until)
    for move in left.moves:
        what = "its history continues there" if move.continues else "another text is there"
        said = f"moved since {short(move.since)} to {safe(move.to)} ({move.status}); {what}"
        yield {"captured_at": move.since, "said": said, "colour": None if move.continues else "red"}
        if move.until:
            yield {"captured_at": move.until, "said": f"moved no longer since {short(move.until)}", "colour": None}


def _answered(status: int, to: str | None) -> str:
    """The status of an answer, and where it redirected to."""
    return f"{status} to {safe(to)}" if to else str(status)


def _ended(what: str, since: str, until: str) -> Row:
    seconds = seconds_between(since, until)
    return {"captured_at": until, "said": f"{what} since {short(until)}, after {lasting(seconds)}", "colour": "green"}
