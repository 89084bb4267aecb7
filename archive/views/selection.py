"""What people type for a page and for one of its revisions, found in the archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from pagewitness.archive import addresses, times
from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.model import Page, Revision
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words
from pagewitness.archive.views import history

_NUMBER = re.compile(r"\d{1,3}|\d{5,9}")  # four digits are a year
_CLOCK = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d")  # a date with a time of day
LISTED = 10


def page(db: Sqlite, text: str) -> Page:
    """The page that a text names: its address, or a part of an address or title that fits exactly one page.

    Parts are compared folded (`words.fold`): neither case nor diacritics count, and escapes in addresses are undone.

    Raises:
        NotFound: it fits none.
        QueryError: it fits several; the message lists them.
    """
    found = pages(db, text)
    if len(found) > 1:
        listed = "".join(f"\n  {one.url}" for one in found[:LISTED]) + ("\n  …" if len(found) > LISTED else "")
        raise QueryError(f"'{text}' fits several pages; name one of them:{listed}")
    return found[0]


def pages(db: Sqlite, text: str) -> list[Page]:
    """All pages that a text names: one by its whole address, or else those with such a part, as `page` has it.

    Raises:
        NotFound: it fits none.
    """
    if found := evidence.find_page(db, text):
        return [found]
    wanted = words.fold(text.strip())
    rows = [row for row in db.rows(f"{evidence.PAGE} order by url") if wanted and _fits(row, wanted)]
    if not rows:
        raise NotFound(f"No page of the archive fits '{text}': `pagewitness pages` lists them.")
    return [evidence.page_of(row) for row in rows]


def _fits(row: Any, wanted: str) -> bool:
    """Whether a page's address or title has a part (folded). Boilerplate is found only by those who name it as such."""
    if row["kind"] == "boilerplate" and not wanted.startswith(addresses.BOILERPLATE):
        return False
    return any(wanted in words.fold(text) for text in _names(row))


def _names(row: Any) -> Iterator[str]:
    yield row["url"]
    if "%" in row["url"]:
        yield unquote(row["url"])
    yield row["title"] or ""


def page_at(db: Sqlite, text: str) -> tuple[Page, str | None]:
    """The page and the reference to a revision in `URL` or `URL@N`. Raises NotFound, QueryError."""
    before, at, after = text.rpartition("@")
    if at and is_reference(after) and not evidence.find_page(db, text):
        return page(db, before), after
    try:
        return page(db, text), None
    except NotFound:
        if before and page(db, before):
            raise QueryError(
                f"'{after}' behind @ is no revision: write N, first, last, or a date such as 2024-03-07 or 30d."
            ) from None
        raise


def is_reference(text: str) -> bool:
    """Whether a text names a revision: `N`, `first`, `last`, or a date."""
    return text in ("first", "last") or bool(_NUMBER.fullmatch(text)) or times.is_date(text)


def revision(db: Sqlite, page: Page, reference: str, today: str) -> Revision:
    """The revision of a page that a reference names.

    Args:
        reference: `N`, `first`, `last` (the highest number, which is not the text in force where an earlier one has
            returned), or a date: the revision in force at its end (so `2024-03-07` is what the page said when that day
            ended), as last seen before another came into force. Four digits are a year.
        today: the present moment.

    Raises:
        NotFound: the page has no such revision.
        QueryError: it is no reference.
    """
    revisions = history.revisions(db, page)
    if not revisions:
        raise NotFound(
            f"{page.url} has no revision yet: `pagewitness log --all '{page.url}'` shows what was seen of it."
        )
    if reference in ("first", "last"):
        return revisions[0 if reference == "first" else -1]
    if _NUMBER.fullmatch(reference):
        if 1 <= int(reference) <= len(revisions):
            return revisions[int(reference) - 1]
        raise NotFound(f"{page.url} has {_count(len(revisions))}, numbered from 1; there is no {reference}.")
    _, end = times.period(reference, today)
    found = history.in_force(db, page, end)
    if found is None:
        since = times.short(revisions[0].captured_at)
        raise NotFound(f"{page.url} is known only since {since} UTC: what it said at {reference} is not on record.")
    seen = history.seen_until(db, page, end)
    return next(replace(one, last_seen_at=seen or one.last_seen_at) for one in revisions if one.number == found)


def of(db: Sqlite, text: str, at: str | None, today: str) -> tuple[Page, Revision]:
    """The page and revision in `URL`, `URL@N`, or `URL` with `--at`; without a reference the one in force now."""
    found, reference = named(db, text, at)
    return found, chosen(db, found, reference, today)


def chosen(db: Sqlite, page: Page, reference: str | None, today: str) -> Revision:
    """The revision that a reference names (`revision`); without one, the one in force now. Raises NotFound, QueryError."""
    return revision(db, page, reference, today) if reference else current(db, page)


def named(db: Sqlite, text: str, at: str | None) -> tuple[Page, str | None]:
    """The page and the reference in what `of` takes. Raises NotFound, QueryError."""
    found, reference = page_at(db, text)
    if at and reference:
        raise QueryError(f"'{text}' names a revision already: leave out either @{reference} or --at.")
    return found, reference or at


def moment(reference: str | None, today: str) -> str | None:
    """The end of the date that a reference is; None where it is none."""
    if reference is None or reference in ("first", "last") or _NUMBER.fullmatch(reference):
        return None
    return times.period(reference, today)[1]


def capture(db: Sqlite, text: str, at: str | None, today: str) -> int:
    """The id of the capture whose bytes are meant by what `of` takes.

    Of a full time it is the capture taken then, or else the last one before, whatever its verdict: so the bytes of
    suspect captures can be had too. Of everything else it is the one that first showed the revision.

    Raises:
        NotFound, QueryError: as `of`; or nothing was captured by then.
    """
    found, reference = page_at(db, text)
    asked = reference or at or ""
    if (at and reference) or not _CLOCK.match(asked):
        return of(db, text, at, today)[1].capture_id
    _, end = times.period(asked, today)
    capture_id = history.captured_by(db, found, end)
    if capture_id is None:
        raise NotFound(f"{found.url} has no capture from {asked} or before: `pagewitness log --all` lists its visits.")
    return capture_id


def current(db: Sqlite, page: Page) -> Revision:
    """The revision in force now. Raises NotFound when the page has none."""
    return revision(db, page, times.LAST, times.LAST)


def _count(number: int) -> str:
    return "1 revision" if number == 1 else f"{number} revisions"
