"""The publishers whose pages are followed: what the catalogue says of them, kept beside their pages."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from pagewitness.archive import addresses, evidence
from pagewitness.archive.database import Sqlite
from pagewitness.archive.model import Page, Source


def know(db: Sqlite, sources: Iterable[Source]) -> None:
    """Bring what the archive knows of some sources up to date; one transaction, and none where nothing is new.

    Args:
        sources: as the catalogue has them now. Others, which a user named, stay as they are.
    """
    known = {row["name"]: row for row in db.rows("select * from sources")}
    sites = {row["host"]: row["ignored"] for row in db.rows("select host, ignored from sites")}
    fresh = [
        source
        for source in sources
        if _differs(known.get(source.name), source) or any(sites.get(host) != _ignored(source) for host in source.hosts)
    ]
    if not fresh:
        return
    with db.transaction():
        for source in fresh:
            db.execute(
                """insert into sources (name, title, country, languages, rules, scale)
                   values (:name, :title, :country, :languages, :rules, :scale) on conflict (name) do update set
                       title = :title, country = :country, languages = :languages, rules = :rules, scale = :scale""",
                **_row(source),
            )
            for host in source.hosts:
                db.execute(
                    """insert into sites (host, source_id, ignored)
                       select :host, id, :ignored from sources where name = :name
                       on conflict (host) do update set source_id = excluded.source_id, ignored = :ignored""",
                    host=host, name=source.name, ignored=_ignored(source),
                )  # fmt: skip
                _rename(db, host, source.ignored)


def named(db: Sqlite, name: str) -> list[Page]:
    """The followed pages of the source of exactly this name; none where there is no such source."""
    rows = db.rows(
        """select pages.id from pages join sources on sources.id = source_id
           where name = :name and followed order by url""",
        name=name.strip(),
    )
    return [evidence.page(db, row[0]) for row in rows]


def _rename(db: Sqlite, host: str, ignored: Collection[str]) -> None:
    """Give the pages of a host the keys that its rules ask for; where two become one, both stay as they are."""
    rows = db.rows("select id, url, key from pages where host = :host and instr(url, '?')", host=host)
    for row in rows:
        key = addresses.key_of(row["url"], ignored)
        if key != row["key"]:
            db.execute(
                "update pages set key = :key where id = :id and not exists (select 1 from pages where key = :key)",
                id=row["id"], key=key,
            )  # fmt: skip


def _row(source: Source) -> dict[str, str | None]:
    return {
        "name": source.name, "title": source.title, "country": source.country,
        "languages": json.dumps(source.languages), "rules": source.rules, "scale": source.scale,
    }  # fmt: skip


def _ignored(source: Source) -> str:
    return json.dumps(source.ignored)


def _differs(row: object, source: Source) -> bool:
    return row is None or any(row[name] != value for name, value in _row(source).items())  # type: ignore[index]
