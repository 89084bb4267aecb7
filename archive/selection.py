"""What people type for a page and for one of its revisions, found in the archive."""

from __future__ import annotations

import re

from pagewitness.archive import evidence, history, times
from pagewitness.archive.database import Sqlite
from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.model import Page, Revision

_NUMBER = re.compile(r"\d{1,3}|\d{5,9}")  # four digits are a year
LISTED = 10


def page(db: Sqlite, text: str) -> Page:
    """The page that a text names: its address, or a part of an address or title that fits exactly one page.

    Raises:
        NotFound: it fits none.
        QueryError: it fits several; the message lists them.
    """
    if found := evidence.find_page(db, text):
        return found
    rows = db.rows(
        f"""{evidence.PAGE} where instr(lower(url), lower(:text)) or instr(lower(coalesce(title, '')), lower(:text))
            order by url limit :limit""",
        text=text.strip(), limit=LISTED + 1,
    )  # fmt: skip
    if not rows or not text.strip():
        raise NotFound(f"No page of the archive fits '{text}': `pagewitness pages` lists them.")
    if len(rows) > 1:
        listed = "".join(f"\n  {row['url']}" for row in rows[:LISTED]) + ("\n  …" if len(rows) > LISTED else "")
        raise QueryError(f"'{text}' fits several pages; name one of them:{listed}")
    return evidence.page_of(rows[0])


def page_at(db: Sqlite, text: str) -> tuple[Page, str | None]:
    """The page and the reference to a revision in `URL` or `URL@N`. Raises NotFound, QueryError."""
    before, at, after = text.rpartition("@")
    if at and is_reference(after) and not evidence.find_page(db, text):
        return page(db, before), after
    return page(db, text), None


def is_reference(text: str) -> bool:
    """Whether a text names a revision: `N`, `first`, `last`, or a date."""
    return text in ("first", "last") or bool(_NUMBER.fullmatch(text)) or times.is_date(text)


def revision(db: Sqlite, page: Page, reference: str, today: str) -> Revision:
    """The revision of a page that a reference names.

    Args:
        reference: `N`, `first`, `last`, or a date: the revision in force at its end (so `2024-03-07` is what the page
            said when that day ended). Four digits are a year.
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
        raise NotFound(f"{page.url} was first captured on {since}; nothing is known of it at {reference}.")
    return next(one for one in revisions if one.number == found)


def of(db: Sqlite, text: str, at: str | None, today: str) -> tuple[Page, Revision]:
    """The page and revision in `URL`, `URL@N`, or `URL` with `--at`; without a reference the one in force now."""
    found, reference = page_at(db, text)
    if at and reference:
        raise QueryError(f"'{text}' names a revision already: leave out either @{reference} or --at.")
    if reference or at:
        return found, revision(db, found, reference or at or "last", today)
    return found, current(db, found)


def current(db: Sqlite, page: Page) -> Revision:
    """The revision in force now. Raises NotFound when the page has none."""
    return revision(db, page, times.LAST, times.LAST)


def _count(number: int) -> str:
    return "1 revision" if number == 1 else f"{number} revisions"
