"""Follow the pages of another program's list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pagewitness.archive.model import Page
from pagewitness.archive.store import agenda, evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.scraper.formats.follow_lists import Followable, FollowList

_AT_ONCE: Final = 500  # pages in one transaction, which keeps others waiting


@dataclass
class FollowedNow:
    """What following a list came to.

    Attributes:
        new: pages that are followed from now on.
        known: how many were followed already; nothing about them changed.
    """

    new: list[Page] = field(default_factory=list)
    known: int = 0


def follow_list(
    db: Sqlite, found: FollowList, source: str | None, called: Callable[[str], str], interval: float, at: str
) -> FollowedNow:
    """Follow the pages of a list that are not followed yet. If it is interrupted, doing it again does the rest.

    Args:
        source: of all pages; None for the group that each has in the list, or else the source that has its host.
        called: gives the catalogue's own name for a source.
        interval: seconds between two visits.
        at: when they are due.
    """
    done = FollowedNow()
    wanted = list(found.wanted.values())
    for start in range(0, len(wanted), _AT_ONCE):
        with db.transaction():
            for one in wanted[start : start + _AT_ONCE]:
                page = evidence.find_page(db, one.url)
                if page is not None and page.followed:
                    done.known += 1
                    continue
                named = source or (called(one.source) if one.source and (page is None or page.source is None) else None)
                [(page, _)] = agenda.follow(db, [one.url], named, interval, at, listings=one.leads)
                _give_title(db, page, one)
                done.new.append(page)
    return done


def _give_title(db: Sqlite, page: Page, one: Followable) -> None:
    """Until its own title is known, a page is called what it was called there."""
    if one.title and page.title is None:
        db.execute("update pages set title = :title where id = :id", title=one.title[:300], id=page.id)
