"""The boilerplate of hosts: the lines that are no members on their pages, and the histories made with older boilerplate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pagewitness.archive import cleaner_names
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words


@dataclass(frozen=True)
class Repeated:
    """What the site of a page repeats.

    Attributes:
        digest: of what is no member on the pages of its host; empty if nothing is repeated.
        written: the keys of these lines, each with the ids of the pages on which it may be a member, as JSON.
    """

    page: int
    digest: str = ""
    written: str = field(default="{}", repr=False)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys (`ReadingView.keys`) of the lines that are no members on this page."""
        return frozenset(key for key, but in json.loads(self.written).items() if self.page not in but)


def repeated_on(db: Sqlite, page: Page) -> Repeated:
    """What the site of a page repeats, by the latest boilerplate. (The page that lists boilerplate has no host.)"""
    found = db.one(
        Repeated,
        """select pages.id as page, digest, masked as written from pages
           join boilerplate on boilerplate.host = pages.host where pages.id = :page""",
        page=page.id,
    )
    return found or Repeated(page.id)


_KEEP = """
    insert into boilerplate (host, digest, masked) values (:host, :digest, :masked)
    on conflict (host) do update set digest = :digest, masked = :masked where digest <> :digest"""


def set_lines(db: Sqlite, host: str, lines: Mapping[str, Sequence[int]]) -> None:
    """Set the lines (their keys) that are no members on the pages of a host, each with the ids of the pages that are exempt."""
    masked = json.dumps({line: sorted(lines[line]) for line in sorted(lines)}, ensure_ascii=False)
    digest = words.digest_of(masked)[:32] if lines else ""
    db.execute(_KEEP, host=host, digest=digest, masked=masked)


class _Made(NamedTuple):
    """A page, and the cleaner whose readings its history was made from."""

    page_id: int
    cleaner: str


def stale(db: Sqlite, cleaner: str) -> list[int]:
    """The ids of pages whose history a cleaner, with or without rules of their source, made with other boilerplate than their
    host's latest."""
    rows = db.all(
        _Made,
        """select distinct page_id, cleaner from checkpoints join pages on pages.id = page_id
               left join boilerplate on boilerplate.host = pages.host
           where checkpoints.boilerplate <> coalesce(digest, '') order by page_id""",
    )
    ours = cleaner_names.own(cleaner)
    return [row.page_id for row in rows if cleaner_names.own(row.cleaner) == ours]


_COPY = """
    insert into boilerplate (host, digest, masked) select host, :digest, :masked from pages where id = :page
    on conflict (host) do nothing"""


def copy(db: Sqlite, page: Page, into: Sqlite) -> None:
    """Copy the boilerplate of a page's host to another archive that has the page."""
    repeated = repeated_on(db, page)
    if repeated.digest:
        into.execute(_COPY, page=page.id, digest=repeated.digest, masked=repeated.written)
