"""Find the page and the revision that people name on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from shlex import quote
from urllib.parse import unquote

from pagewitness.archive import addresses, times
from pagewitness.archive.derived import Revision
from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.model import Page
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words
from pagewitness.archive.views import history

_NUMBER = re.compile(r"r?(\d{1,9})", re.IGNORECASE)
_YEARS = range(1900, 2101)  # four digits that are a year and not a number
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")  # whether or not the calendar has it
_CLOCK = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d")  # a date with a time of day
LISTED = 10


def page_named(db: Sqlite, text: str) -> Page:
    """The page that a text names: its address, or a part of an address or title that only one page has.

    Case, diacritics and escapes in addresses do not matter (`words.fold`).

    Raises:
        NotFound: no page matches.
        QueryError: several pages match; the message lists them.
    """
    found = pages_named(db, text)
    if len(found) > 1:
        listed = "".join(f"\n  {one.url}" for one in found[:LISTED]) + ("\n  …" if len(found) > LISTED else "")
        raise QueryError(f"'{text}' matches several pages; name one of them:{listed}")
    return found[0]


def pages_named(db: Sqlite, text: str) -> list[Page]:
    """All pages that a text names: the one with this address, else all that contain it, as for `page_named`.

    Raises:
        NotFound: no page matches.
        QueryError: the text is empty, or names a revision.
    """
    if not text.strip():
        raise QueryError("An empty argument names no page: give its address.")
    if page := evidence.find_page(db, text):
        return [page]
    wanted = words.fold(text.strip())
    found = [one for one in evidence.pages_where(db, "order by url") if _matches(one, wanted)] if wanted else []
    if not found:
        _, at, after = text.rpartition("@")
        if at and is_reference(after):
            show = f"`pagewitness show {quote(text)}` prints the revision"
            raise QueryError(f"'{text}' names a revision, and this takes a page: omit @{after}; {show}.")
        follow = f"`pagewitness add {quote(text.strip())}` follows it, " if addresses.is_web(text) else ""
        raise NotFound(f"No page in the archive matches '{text}'; {follow}`pagewitness pages` lists them.")
    return found


def _matches(page: Page, wanted: str) -> bool:
    """Whether a page's address or title contains a folded text; boilerplate only if the text names it as such."""
    if page.kind == "boilerplate" and not wanted.startswith(addresses.BOILERPLATE):
        return False
    return any(wanted in words.fold(text) for text in _names(page))


def _names(page: Page) -> Iterator[str]:
    yield page.url
    if "%" in page.url:
        yield unquote(page.url)
    yield page.title or ""


def page_at(db: Sqlite, text: str) -> tuple[Page, str | None]:
    """The page and the reference to a revision in `URL` or `URL@N`. Raises NotFound, QueryError."""
    before, at, after = text.rpartition("@")
    if at and is_reference(after) and not evidence.find_page(db, text):
        return page_named(db, before), after
    try:
        return page_named(db, text), None
    except NotFound:
        if before and page_named(db, before):
            if _DAY.fullmatch(after):
                times.period(after, times.LAST)
            raise QueryError(
                f"'{after}' after @ is not a revision: write N, rN, first, last, or a date such as 2024-03-07 or 30d."
            ) from None
        raise


def is_reference(text: str) -> bool:
    """Whether a text names a revision: `N`, `rN`, `first`, `last`, or a date."""
    return text in ("first", "last") or number_in(text) is not None or times.is_date(text)


def number_in(text: str) -> int | None:
    """The number of the revision in `N` or `rN`; None for anything else.

    Four digits that can be a year (1900 to 2100) are a date: write `r2024` for revision 2024.

    >>> number_in("12"), number_in("r2024"), number_in("1002"), number_in("2024")
    (12, 2024, 1002, None)
    """
    found = _NUMBER.fullmatch(text)
    if found is None or (len(text) == 4 and text.isdigit() and int(text) in _YEARS):
        return None
    return int(found[1])


def revision_named(db: Sqlite, page: Page, reference: str, today: str) -> Revision:
    """The revision of a page that a reference names.

    Args:
        reference: `N` or `rN` (`number_in`), `first`, `last` (the highest number, which is not the current revision if
            the page returned to an earlier one), or a date: the revision current at its end (so `2024-03-07` is what
            the page said when that day ended), in the wording of that moment, with `last_seen_at` before another replaced it.
        today: the present moment.

    Raises:
        NotFound: the page has no such revision.
        QueryError: it is not a reference, or a date in the future.
    """
    revisions = history.revisions(db, page)
    if not revisions:
        raise NotFound(f"{page.url} has no revision yet; {_instead(db, page)}.")
    if reference in ("first", "last"):
        return revisions[0 if reference == "first" else -1]
    number = number_in(reference)
    if number is not None:
        if 1 <= number <= len(revisions):
            return revisions[number - 1]
        raise NotFound(f"{page.url} has {_count(len(revisions))}, numbered from 1; there is no revision {number}.")
    _, end = times.past(reference, today)
    found = history.current_at(db, page, end)
    if found is None:
        since = times.short(revisions[0].captured_at)
        raise NotFound(
            f"{page.url} was first captured on {since} UTC: there is no record of what it said {times.when(reference)}."
        )
    seen = history.seen_until(db, page, end)
    one = next(one for one in revisions if one.number == found)
    lines = history.worded(db, one.block_ids, end)
    return replace(one, last_seen_at=seen or one.last_seen_at, block_ids=lines, at=end)


def _instead(db: Sqlite, page: Page) -> str:
    """What to look at on a page that has no revision."""
    url = quote(page.url)
    visits = f"`pagewitness log --all {url}` lists its visits"
    if (capture_id := history.captured_by(db, page, times.LAST)) is None:
        return visits
    at = evidence.capture(db, capture_id).captured_at
    return f"{visits}, `pagewitness show {url} --at {at} --raw` prints the bytes of the last answer"


def page_and_revision(db: Sqlite, text: str, at: str | None, today: str) -> tuple[Page, Revision]:
    """The page and revision in `URL`, `URL@N`, or `URL` with `--at`; without a reference, the current one."""
    found, reference = page_and_reference(db, text, at)
    return found, chosen(db, found, reference, today)


def chosen(db: Sqlite, page: Page, reference: str | None, today: str) -> Revision:
    """The revision that a reference names (`revision_named`); without one, the current one. Raises NotFound, QueryError."""
    return revision_named(db, page, reference, today) if reference else current_revision(db, page)


def page_and_reference(db: Sqlite, text: str, at: str | None) -> tuple[Page, str | None]:
    """The page and the reference in what `page_and_revision` takes. Raises NotFound, QueryError."""
    found, reference = page_at(db, text)
    if at and reference:
        raise QueryError(f"'{text}' already names a revision: omit either @{reference} or --at.")
    return found, reference or at


def end_of_date(reference: str | None, today: str) -> str | None:
    """The end of the date that a reference names; None if it names no date. Raises QueryError for a date in the future."""
    if reference is None or reference in ("first", "last") or number_in(reference) is not None:
        return None
    return times.past(reference, today)[1]


def capture_id_of(db: Sqlite, text: str, at: str | None, today: str) -> int:
    """The id of the capture that the arguments of `page_and_revision` name.

    A full time names the capture taken then, or the last one before, credible or not. Everything else names the capture
    that first showed the revision.

    Raises:
        NotFound, QueryError: as for `page_and_revision`; or nothing was captured by then.
    """
    found, reference = page_at(db, text)
    asked = reference or at or ""
    if (at and reference) or not _CLOCK.match(asked):
        return page_and_revision(db, text, at, today)[1].capture_id
    _, end = times.past(asked, today)
    capture_id = history.captured_by(db, found, end)
    if capture_id is None:
        raise NotFound(f"{found.url} has no capture from {asked} or earlier; `pagewitness log --all` lists its visits.")
    return capture_id


def current_revision(db: Sqlite, page: Page) -> Revision:
    """The current revision. Raises NotFound if the page has none."""
    return revision_named(db, page, times.LAST, times.LAST)


def _count(number: int) -> str:
    return "1 revision" if number == 1 else f"{number} revisions"


def documents(db: Sqlite) -> list[int]:
    """The ids of all pages but boilerplate."""
    return db.column(
        int, "select id from pages where kind <> 'boilerplate' and role not in ('feed', 'sitemap') order by id"
    )


def sites_with_boilerplate(db: Sqlite) -> int:
    """The number of hosts that have boilerplate."""
    count: int = db.value("select count(*) from pages where kind = 'boilerplate'")
    return count
