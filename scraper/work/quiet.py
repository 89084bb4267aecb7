"""Quiet hours of sources: their pages are not visited then, and become due when the hours end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pagewitness.archive import times
from pagewitness.archive.store import due_times
from pagewitness.config.quiet_hours import QuietHours, quiet_hours

if TYPE_CHECKING:
    from pagewitness.archive.model import Page
    from pagewitness.archive.store.database import Sqlite
    from pagewitness.archive.store.due_times import Due
    from pagewitness.config.publishers import CatalogueSource
    from pagewitness.config.settings import Schedule


@dataclass(frozen=True, slots=True)
class QuietTimes:
    """When which source is not visited.

    Attributes:
        usual: the quiet hours of sources that are not in `of`.
        of: by the name of a source: its own quiet hours, or None if it has none.
    """

    usual: QuietHours | None
    of: Mapping[str, QuietHours | None] = field(default_factory=dict)

    def until(self, source: str | None, at: str) -> str | None:
        """When the quiet hours of a source end in which a moment is, or None if it is in none of them."""
        hours = self.of.get(source or "", self.usual)
        end = hours.until(times.moment(at)) if hours else None
        return times.stamp(end) if end else None

    def put_off(self, db: Sqlite, page: Page) -> bool:
        """Put a page off until the end of its quiet hours, if they are now; returns whether they are."""
        now = times.now()
        if (until := self.until(page.source, now)) is None:
            return False
        if (due := due_times.due_of(db, page.id)) is not None:
            due_times.put_off(db, [_later(due, until)], now)
        return True

    def put_off_all(self, db: Sqlite) -> None:
        """Put off all pages that are due now, or nearly so, and whose quiet hours are now."""
        if not self.usual and not any(self.of.values()):
            return
        now = times.now()
        due_times.put_off(db, list(self._quiet(due_times.due_now(db, now), now)), now)

    def _quiet(self, due: Iterable[Due], now: str) -> Iterator[tuple[Due, str, float]]:
        ends: dict[str | None, str | None] = {}
        for one in due:
            if one.source not in ends:
                ends[one.source] = self.until(one.source, now)
            if (until := ends[one.source]) is not None:
                yield _later(one, until)

    def move_next(self, db: Sqlite, page: Page, at: str) -> None:
        """After a visit: if the page is due in quiet hours, it is due at their end. A run may come as early as before.

        Args:
            at: the moment of the visit.
        """
        if not self.usual and not self.of.get(page.source or ""):
            return
        due = due_times.due_of(db, page.id)
        if due is not None and (until := self.until(page.source, due.due_at)) is not None:
            due_times.put_off(db, [(due, until, due.slack + times.seconds_between(due.due_at, until))], at)


def quiet_times(schedule: Schedule, sources: Iterable[CatalogueSource]) -> QuietTimes:
    """The quiet hours of the settings and of sources. What a source does not say itself, the settings say."""
    own = {
        one.name: quiet_hours(schedule.quiet if one.quiet is None else one.quiet, one.timezone or schedule.timezone)
        for one in sources
        if one.quiet is not None or one.timezone
    }
    return QuietTimes(quiet_hours(schedule.quiet, schedule.timezone), own)


def _later(due: Due, until: str) -> tuple[Due, str, float]:
    """A due page with a due time and slack that let no run come before a moment."""
    then = max(due.due_at, until)
    return due, then, min(due.slack, times.seconds_between(until, then)) if then > until else 0.0
