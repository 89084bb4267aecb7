"""Which notices a channel tells: all, or those of some sources, pages and saved searches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pagewitness.archive.diff.notice import Notice
from pagewitness.archive.errors import NotFound, QueryError, Untold
from pagewitness.archive.search import page_filters
from pagewitness.archive.store.database import Sqlite
from pagewitness.config.channels import Channel

_NAMED = """
    select url from pages where url = :name or instr(lower(url), lower(:name)) or instr(lower(title), lower(:name))"""
_URLS = "select url from pages where id in (select value from json_each(:ids))"


def told_by(db: Sqlite, channel: Channel, notices: Iterable[Notice]) -> list[Notice]:
    """The notices that a channel tells; of several pages with the same edit, those that it is about.

    Raises:
        Untold: it is restricted to something that the archive does not have.
    """
    if not channel.is_restricted:
        return list(notices)
    return list(_chosen(notices, _pages(db, channel), _searches(db, channel)))


def _chosen(notices: Iterable[Notice], urls: set[str], searches: set[str]) -> Iterator[Notice]:
    for notice in notices:
        own = tuple(one for one in notice.searches if one[0] in searches)
        pages = tuple(page for page in notice.entry.pages if page.url in urls)
        if pages or own:
            yield replace(notice, entry=replace(notice.entry, pages=pages or notice.entry.pages))


def _searches(db: Sqlite, channel: Channel) -> set[str]:
    known = set(db.column(str, "select name from alerts"))
    for name in channel.searches:
        if name not in known:
            raise Untold(
                f"[notify.{channel.name}] searches: there is no alert '{name}': `pagewitness alert` lists them."
            )
    return set(channel.searches)


def _pages(db: Sqlite, channel: Channel) -> set[str]:
    """The addresses of the pages that a channel is about."""
    found: set[str] = set()
    for source in channel.sources:
        try:
            allowed = page_filters.allowed(db, source, None, None)
        except (NotFound, QueryError) as error:
            raise Untold(f"[notify.{channel.name}] sources: {error}") from error
        found.update(db.column(str, _URLS, ids=page_filters.json_ids(allowed or set())))
    for name in channel.pages:
        urls = db.column(str, _NAMED, name=name)
        urls = [name] if name in urls else urls
        if not urls:
            raise Untold(f"[notify.{channel.name}] pages: no page has '{name}' in its address or title.")
        found.update(urls)
    return found
