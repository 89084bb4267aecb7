"""The publishers whose pages are followed, with what the catalogue says about them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, fields
from typing import NamedTuple

from pagewitness.archive import addresses
from pagewitness.archive.model import Page, ReportSeries, Source
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

_UNKNOWN_SITE = ("", "[]")  # the name of a host's source, and what it ignores


@dataclass(frozen=True, slots=True)
class _Known:
    """What the archive has of a source; `languages`, `links` and `series` as JSON."""

    name: str
    title: str | None
    country: str | None
    languages: str
    rules: str
    links: str
    series: str
    browser: int


@dataclass(frozen=True, slots=True)
class _Site:
    """A host, the source that it belongs to, and the parameters of addresses that this source ignores (JSON)."""

    host: str
    name: str
    ignored: str


@dataclass(frozen=True, slots=True)
class _Keyed:
    id: int
    url: str
    key: str


_COLUMNS = tuple(column.name for column in fields(_Known))
_KNOWN = f"select {', '.join(_COLUMNS)} from sources"
_KEEP = f"""
    insert into sources ({", ".join(_COLUMNS)}) values ({", ".join(f":{name}" for name in _COLUMNS)})
    on conflict (name) do update set {", ".join(f"{name} = :{name}" for name in _COLUMNS if name != "name")}"""
_SITES = "select host, name, ignored from sites join sources on sources.id = source_id"

_INSERT_SITE = """
    insert into sites (host, source_id, ignored)
    select :host, id, :ignored from sources where name = :name"""

_SET_SOURCE = """
    update pages set source_id = (select id from sources where name = :name)
    where host = :host and kind <> 'boilerplate'
        and (source_id is null or source_id = (select id from sources where name = :host))"""


def know(db: Sqlite, sources: Collection[Source]) -> None:
    """Bring the archive's publishers up to date, in one transaction; nothing is written if nothing is new.

    Pages without a source, or with their host's name as source, get the source that has their host.

    Args:
        sources: all sources of the catalogue, each host in one of them. Those no longer in it lose their rules; those that a
            user named stay as they are.
    """
    known = {row.name: row for row in db.all(_Known, _KNOWN)}
    sites = {row.host: (row.name, row.ignored) for row in db.all(_Site, _SITES)}
    wanted = {host: (source.name, _ignored(source)) for source in sources for host in source.hosts}
    fresh = [source for source in sources if known.get(source.name) != _row(source)]
    names = {source.name for source in sources}
    gone = [name for name, row in known.items() if row.country and name not in names]
    if not fresh and not gone and sites == wanted and not _strays(db):
        return
    with db.transaction():
        for source in fresh:
            db.execute(_KEEP, **asdict(_row(source)))
        db.many(
            "update sources set country = null, rules = '', links = '[]', series = '[]', browser = 0 where name = :name",
            ({"name": name} for name in gone),
        )
        db.execute("delete from sites")
        for host, (name, ignored) in wanted.items():
            db.execute(_INSERT_SITE, host=host, name=name, ignored=ignored)
            db.execute(_SET_SOURCE, host=host, name=name)
        for host in wanted.keys() | sites.keys():
            _, ignored = wanted.get(host, _UNKNOWN_SITE)
            if ignored != sites.get(host, _UNKNOWN_SITE)[1]:
                _rename(db, host, json.loads(ignored))


def addresses_of(db: Sqlite, name: str) -> dict[int, str]:
    """The addresses of all pages of the source with exactly this name, by their ids."""
    sql = "select pages.id, url from pages join sources on sources.id = source_id where name = :name order by url"
    return db.mapping(int, str, sql, name=name)


def source_names(db: Sqlite) -> list[str]:
    """The names of all sources."""
    return db.column(str, "select name from sources order by name")


def followed(db: Sqlite) -> dict[str, str]:
    """The addresses of all followed pages, by their keys."""
    return db.mapping(str, str, "select key, url from pages where followed")


def pages_of(db: Sqlite, name: str) -> list[Page]:
    """All pages of the source with exactly this name, followed or not; empty if there is no such source."""
    return evidence.pages_where(db, "where name = :name order by url", name=name.strip())


def followed_pages(db: Sqlite, name: str) -> list[Page]:
    """The followed pages of the source with exactly this name; empty if there is no such source."""
    return evidence.pages_where(db, "where name = :name and followed order by url", name=name.strip())


def link_patterns(db: Sqlite, name: str | None) -> list[str]:
    """The patterns of the addresses that a source's listings lead to; empty for those of the same site."""
    found = db.value("select links from sources where name = :name", name=name or "")
    return json.loads(found) if found else []


def languages_of(db: Sqlite, name: str | None) -> list[str]:
    """The languages that a source publishes in (ISO 639); empty if they are not known."""
    found = db.value("select languages from sources where name = :name", name=name or "")
    return json.loads(found) if found else []


class _Expecting(NamedTuple):
    """A source with a followed page and with reports that are expected in some months (`series`: JSON, as in `sources`)."""

    id: int
    name: str
    series: str


_EXPECTING = """
    select id, name, series from sources where series <> '[]'
        and exists (select 1 from pages where source_id = sources.id and followed) order by name"""


def expecting_sources(db: Sqlite) -> Iterator[tuple[int, str, list[ReportSeries]]]:
    """The sources with a followed page and with reports that are expected: the id and the name of each, and these reports."""
    for row in db.all(_Expecting, _EXPECTING):
        yield row.id, row.name, [ReportSeries(*map(tuple, one)) for one in json.loads(row.series)]


def _strays(db: Sqlite) -> bool:
    """Whether there are pages without a source on hosts that have one."""
    sql = """select 1 from pages join sites on sites.host = pages.host
        where pages.source_id is null and kind <> 'boilerplate' limit 1"""
    return bool(db.value(sql))


_RENAME = "update pages set key = :key where id = :id and not exists (select 1 from pages where key = :key)"


def _rename(db: Sqlite, host: str, ignored: Collection[str]) -> None:
    """Give the pages of a host the keys that follow from its rules; pages that would get the same key keep their own."""
    rows = db.all(_Keyed, "select id, url, key from pages where host = :host and instr(url, '?')", host=host)
    keys = {row.id: addresses.key_of(row.url, ignored) for row in rows}
    uses = Counter(keys.values())
    for row in rows:
        if (key := keys[row.id]) != row.key and uses[key] == 1:
            db.execute(_RENAME, id=row.id, key=key)


def _row(source: Source) -> _Known:
    languages, links = json.dumps(source.languages), json.dumps(source.links)
    series = json.dumps([[one.titles, one.months, one.keys] for one in source.series], ensure_ascii=False)
    return _Known(
        source.name, source.title, source.country, languages, source.rules, links, series, int(source.browser)
    )


def _ignored(source: Source) -> str:
    return json.dumps(source.ignored)
