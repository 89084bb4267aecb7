"""Quiet hours: the hours of each day in which a source is not visited, by the clocks of its time zone (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The same hours each day, by the clocks of a zone; if they end before they begin, they last over midnight."""

    begin: time
    end: time
    zone: ZoneInfo

    def until(self, moment: datetime) -> datetime | None:
        """When the hours end in which a moment is, or None if it is in none of them.

        Args:
            moment: with its zone.

        Returns:
            The first moment after it at which the clocks of the zone show no time of these hours, in UTC. On the day on
            which clocks are put forward over the end of the hours, they end with that; on the day on which clocks show the
            end twice, at the first time.
        """
        moment = moment.astimezone(UTC)
        if not self._covers(moment):
            return None
        day = moment.astimezone(self.zone).date()
        ends = [
            datetime.combine(day + timedelta(days=days), self.end, self.zone).replace(fold=fold).astimezone(UTC)
            for days in (0, 1)
            for fold in (0, 1)
        ]
        end = min(one for one in ends if one > moment and not self._covers(one))
        while not self._covers(end - timedelta(minutes=1)):  # clocks are put forward over the end
            end -= timedelta(minutes=1)
        return end

    def _covers(self, moment: datetime) -> bool:
        shown = moment.astimezone(self.zone).time()
        if self.begin < self.end:
            return self.begin <= shown < self.end
        return shown >= self.begin or shown < self.end


def quiet_hours(text: str, zone: str) -> QuietHours | None:
    """The hours that a text such as `22:00-06:00` says; None for an empty one. Raises ValueError, as `checked_hours`.

    Args:
        zone: the time zone whose clocks they are about, such as `Europe/Vilnius`; empty for UTC.

    >>> hours = quiet_hours("22:00-06:00", "Europe/Vilnius")
    >>> hours.until(datetime(2024, 1, 1, 23, tzinfo=UTC)).isoformat()
    '2024-01-02T04:00:00+00:00'
    """
    if (found := _HOURS.fullmatch(checked_hours(text).strip())) is None:
        return None
    begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    return QuietHours(begin, end, _zone(zone or "UTC"))


def checked_hours(text: str) -> str:
    """The text, if it says hours or nothing. The text of a ValueError completes the sentence "… is not …"."""
    found = _HOURS.fullmatch(text.strip())
    if text.strip() and (not found or found.group(1, 2) == found.group(3, 4)):
        raise ValueError("the hours of a day in which no page is visited, such as 22:00-06:00")
    return text


def checked_zone(name: str) -> str:
    """The name, if it is empty or that of a time zone. The text of a ValueError completes the sentence "… is not …"."""
    if name:
        _zone(name)
    return name


def _zone(name: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        raise ValueError("a time zone such as Europe/Vilnius") from None
