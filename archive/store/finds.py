"""Pages that other pages lead to: followed with the page on which they were found as their parent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pagewitness.archive.model import Page, PageRole
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

_FOLLOW = """
    update pages set followed = 1, due_at = :at, interval = :interval, role = :role, parent_id = :parent, depth = :depth,
        browser = coalesce(browser, (select parents.browser from pages as parents where parents.id = :parent)),
        source_id = coalesce((select id from sources where name = :source), source_id)
    where id = :id and not followed"""


class Found(NamedTuple):
    """A page to follow.

    Attributes:
        url: its address.
        role: what it is followed as.
    """

    url: str
    role: PageRole = PageRole.PAGE


def follow_found(db: Sqlite, parent: Page, found: Iterable[Found], at: str) -> list[Page]:
    """Follow pages that were found on another one, with its source and interval, and in a browser if that one is.

    Pages that are already followed stay as they are, and so do pages that somebody has unfollowed.

    Args:
        parent: the page on which they were found.
        at: when they are due.

    Returns:
        those that are newly followed.
    """
    new = []
    with db.transaction():
        for url, role in found:
            page = evidence.known_page(db, url)
            if page.followed or page.id == parent.id or is_given_up(db, page):
                continue
            depth = parent.depth + role.is_document
            db.execute(
                _FOLLOW, id=page.id, at=at, interval=parent.interval, role=role, parent=parent.id, depth=depth,
                source=parent.source,
            )  # fmt: skip
            new.append(evidence.page(db, page.id))
    return new


def is_given_up(db: Sqlite, page: Page) -> bool:
    """Whether a page was followed once, so that only a person may follow it again."""
    visited = "select 1 from visits where page_id = :page and writer = 'run' limit 1"
    if page.followed or page.role is PageRole.PAGER:
        return False
    return page.parent_id is not None or bool(db.value(visited, page=page.id))


def listing_of(db: Sqlite, page: Page) -> Page:
    """The listing that a page is a further page of; otherwise the page itself."""
    return evidence.page(db, page.parent_id) if page.role is PageRole.PAGER and page.parent_id else page


def followed_from(db: Sqlite, page: Page, role: PageRole) -> list[Page]:
    """The followed pages with a role that were found on a page, oldest first."""
    return evidence.pages_where(
        db, "where parent_id = :page and followed and role = :role order by pages.id", page=page.id, role=role
    )


def number_of_children(db: Sqlite, page: Page) -> int:
    """How many pages that are followed were found on a page, or on its further pages."""
    sql = """select count(*) from pages where followed and role in ('page', 'listing') and (parent_id = :page
        or parent_id in (select id from pages as parts where parts.parent_id = :page and role = 'pager'))"""
    number: int = db.value(sql, page=page.id)
    return number


def listing_pages(db: Sqlite, listing: Page) -> list[Page]:
    """A listing and its further pages that are followed, in order."""
    return [listing, *followed_from(db, listing, PageRole.PAGER)]


def hasten_parts(db: Sqlite, listing: Page, at: str) -> None:
    """Make the further pages of a listing due: what it no longer has may be there now."""
    db.execute(
        "update pages set due_at = :at where parent_id = :page and role = 'pager' and followed and due_at > :at",
        page=listing.id,
        at=at,
    )


def set_role(db: Sqlite, page: Page, role: PageRole) -> Page:
    """Follow a page as something else from now on."""
    db.execute("update pages set role = :role where id = :id", role=role, id=page.id)
    return evidence.page(db, page.id)
