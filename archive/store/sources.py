"""The publishers whose pages are followed: what the catalogue says of them, kept beside their pages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection

from pagewitness.archive import addresses
from pagewitness.archive.model import Page, Source
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

_NOBODYS = ("", "[]")  # the name of a host's source, and what it ignores


_KNOW_SELECT = "select host, name, ignored from sites join sources on sources.id = source_id"

_KNOW_INSERT = """
    insert into sites (host, source_id, ignored)
    select :host, id, :ignored from sources where name = :name"""

_KNOW_UPDATE = """
    update pages set source_id = (select id from sources where name = :name)
    where host = :host and kind <> 'boilerplate'
        and (source_id is null or source_id = (select id from sources where name = :host))"""


def know(db: Sqlite, sources: Collection[Source]) -> None:
    """Bring what the archive knows of publishers up to date; one transaction, and none where nothing is new.

    Pages that have no source, or only their host's name for one, get the source whose host they are on.

    Args:
        sources: all that the catalogue has now, each host with one of them. Those that it has no more lose their rules;
            those that a user named stay as they are.
    """
    known = {row["name"]: row for row in db.rows("select * from sources")}
    sites = {row["host"]: (row["name"], row["ignored"]) for row in db.rows(_KNOW_SELECT)}
    wanted = {host: (source.name, _ignored(source)) for source in sources for host in source.hosts}
    fresh = [source for source in sources if _differs(known.get(source.name), source)]
    names = {source.name for source in sources}
    gone = [name for name, row in known.items() if row["country"] and name not in names]
    if not fresh and not gone and sites == wanted and not _strays(db):
        return
    with db.transaction():
        for source in fresh:
            db.execute(
                """insert into sources (name, title, country, languages, rules)
                   values (:name, :title, :country, :languages, :rules) on conflict (name) do update set
                       title = :title, country = :country, languages = :languages, rules = :rules""",
                **_row(source),
            )
        db.many("update sources set rules = '', country = null where name = :name", ({"name": name} for name in gone))
        db.execute("delete from sites")
        for host, (name, ignored) in wanted.items():
            db.execute(_KNOW_INSERT, host=host, name=name, ignored=ignored)
            db.execute(_KNOW_UPDATE, host=host, name=name)
        for host in wanted.keys() | sites.keys():
            _, ignored = wanted.get(host, _NOBODYS)
            if ignored != sites.get(host, _NOBODYS)[1]:
                _rename(db, host, json.loads(ignored))


def pages(db: Sqlite, name: str) -> dict[int, str]:
    """The addresses of all pages of the source of exactly this name, by their ids."""
    rows = db.rows(
        "select pages.id, url from pages join sources on sources.id = source_id where name = :name order by url",
        name=name,
    )
    return {row[0]: row[1] for row in rows}


def followed(db: Sqlite) -> dict[str, str]:
    """The addresses of all followed pages, by their keys."""
    return {row[0]: row[1] for row in db.rows("select key, url from pages where followed")}


def named(db: Sqlite, name: str) -> list[Page]:
    """The followed pages of the source of exactly this name; none where there is no such source."""
    rows = db.rows(
        """select pages.id from pages join sources on sources.id = source_id
           where name = :name and followed order by url""",
        name=name.strip(),
    )
    return [evidence.page(db, row[0]) for row in rows]


def _strays(db: Sqlite) -> bool:
    """Whether there are pages without a source on hosts that have one."""
    sql = """select 1 from pages join sites on sites.host = pages.host
        where pages.source_id is null and kind <> 'boilerplate' limit 1"""
    return bool(db.value(sql))


_RENAME = "update pages set key = :key where id = :id and not exists (select 1 from pages where key = :key)"


def _rename(db: Sqlite, host: str, ignored: Collection[str]) -> None:
    """Give the pages of a host the keys that its rules ask for; where several would be one, all stay as they are."""
    rows = db.rows("select id, url, key from pages where host = :host and instr(url, '?')", host=host)
    keys = {row["id"]: addresses.key_of(row["url"], ignored) for row in rows}
    times = Counter(keys.values())
    for row in rows:
        if (key := keys[row["id"]]) != row["key"] and times[key] == 1:
            db.execute(_RENAME, id=row["id"], key=key)


def _row(source: Source) -> dict[str, str | None]:
    return {
        "name": source.name,
        "title": source.title,
        "country": source.country,
        "languages": json.dumps(source.languages),
        "rules": source.rules,
    }


def _ignored(source: Source) -> str:
    return json.dumps(source.ignored)


def _differs(row: object, source: Source) -> bool:
    return row is None or any(row[name] != value for name, value in _row(source).items())  # type: ignore[index]
