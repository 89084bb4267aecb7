"""How long a server asks us to stay away (pure)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from pagewitness.archive.model import header
from pagewitness.archive.times import http_date

MAX_RETRY_AFTER: Final = 86400.0  # seconds


def retry_after(headers: tuple[tuple[str, str], ...], now: datetime) -> float | None:
    """How long the server asks us to wait (RFC 9110, 10.2.3).

    Args:
        headers: of its answer.
        now: the present moment, with its zone.

    Returns:
        Seconds, from 0 to a day; None where the server says nothing, or nothing that can be read.
    """
    said = (header(headers, "Retry-After") or "").strip()
    if re.fullmatch(r"[-+]?\d{1,300}(?:\.\d*)?", said):
        return _clamped(float(said))
    try:
        return _clamped((http_date(said) - now).total_seconds())
    except (ValueError, OverflowError):
        return None


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)
