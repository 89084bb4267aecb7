"""One line that says when a document was published and by whom."""

from __future__ import annotations


def byline(published: str | None, modified: str | None, author: str | None, agency: str | None) -> str:
    """The date and the author in a line; empty where neither is known.

    >>> byline("2024-02-19T06:00:00+02:00", "2024-03-01", "Ona Onaitė", "Harbour Office")
    'published 2024-02-19 06:00 +02:00, modified 2024-03-01 · Ona Onaitė · Harbour Office'
    """
    dates = ", ".join(
        f"{what} {_short(date)}" for what, date in (("published", published), ("modified", modified)) if date
    )
    return " · ".join(dict.fromkeys(part for part in (dates, author, agency) if part))


def _short(date: str) -> str:
    day, _, time = date.partition("T")
    zone = time[5:].lstrip(":0123456789") if time else ""
    return f"{day} {time[:5]} {'UTC' if zone == 'Z' else zone}".strip() if time else day
