"""A temporary archive in which another cleaner can make a page's history, while the real archive stays as it is.

It holds the evidence of a few pages at a time, without the bytes, under the same ids, and is deleted afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pagewitness.archive import cleaner_names
from pagewitness.archive.derived import block_range
from pagewitness.archive.fold import boilerplate
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite, open_archive

_AT_ONCE = 500  # rows
_OURS = "readings.cleaner in (:cleaner, :html)"  # what a cleaner has read, or would read in the same way
# What is copied of a page, in this order: the evidence, and the cleaner's readings of it so far.
_TAKEN = {
    "captures": "select * from captures where page_id = :page",
    "renderings": """select * from renderings
        where capture_id in (select id from captures where page_id = :page)""",
    "bodies": """select id, digest, size, frame_id, offset from bodies
        where id in (select body_id from captures where page_id = :page)
            or id in (select dom_id from renderings join captures on captures.id = capture_id where page_id = :page)""",
    "visits": "select * from visits where page_id = :page",
    "readings": f"select * from readings where page_id = :page and {_OURS}",
    "lines": f"""select * from lines where page_id = :page
        and exists (select 1 from readings where page_id = :page and {_OURS})""",
    "line_groups": f"""select * from line_groups where page_id = :page
        and exists (select 1 from readings where page_id = :page and {_OURS})""",
    "capture_readings": f"""select capture_readings.capture_id, :cleaner as cleaner, reading_id, encodings from captures
        cross join capture_readings on capture_id = captures.id join readings on readings.id = reading_id and {_OURS}
        where captures.page_id = :page""",
}
_OF_PAGES = (
    "notifications",
    "fold_queue",
    "observations",
    "revisions",
    "checkpoints",
    "votes",
    "readings",
    "lines",
    "line_groups",
    "visits",
    "captures",
)


@contextmanager
def temporary_archive() -> Iterator[Sqlite]:
    """An empty archive, deleted at the end."""
    with (
        TemporaryDirectory(prefix="pagewitness-") as folder,
        open_archive(str(Path(folder) / "temporary.db"), create=True) as db,
    ):
        triggers = "select name from sqlite_master where type = 'trigger' and sql like '%append-only%'"
        for name in db.column(str, triggers):
            db.execute(f"drop trigger {name}")
        db.execute("pragma foreign_keys = off")
        db.execute("pragma synchronous = off")
        yield db


_TAKE = "insert into pages (id, url, key, host, kind, title) values (:id, :url, :key, :host, :kind, :title)"


def take(db: Sqlite, page: Page, cleaner: str, into: Sqlite) -> None:
    """Copy the evidence of a page and a cleaner's readings of it; all visits are queued for the fold."""
    with db.snapshot(), into.transaction():
        into.execute(
            _TAKE,
            id=page.id,
            url=page.url,
            key=page.key,
            kind=page.kind,
            title=page.title,
            host=db.value("select host from pages where id = :id", id=page.id),
        )
        boilerplate.copy(db, page, into)
        for table, sql in _TAKEN.items():
            _copy(db, into, table, sql, page, cleaner)
        into.execute(
            """insert into fold_queue (visit_id, page_id)
               select id, page_id from visits where page_id = :page and outcome in ('captured', 'not-modified')""",
            page=page.id,
        )


def drop(db: Sqlite, page: Page) -> None:
    """Delete a page from a temporary archive."""
    first, last = block_range(page.id)
    with db.transaction():
        for table in ("capture_readings", "read_attempts", "renderings"):
            db.execute(
                f"delete from {table} where capture_id in (select id from captures where page_id = :page)", page=page.id
            )
        for table in _OF_PAGES:
            db.execute(f"delete from {table} where page_id = :page", page=page.id)
        db.execute(
            """delete from bodies where not exists (select 1 from captures where body_id = bodies.id)
               and not exists (select 1 from renderings where dom_id = bodies.id)"""
        )
        for table, column in (("presence", "block_id"), ("blocks", "id")):
            db.execute(f"delete from {table} where {column} between :first and :last", first=first, last=last)
        db.execute("delete from pages where id = :page", page=page.id)


def _copy(db: Sqlite, into: Sqlite, table: str, sql: str, page: Page, cleaner: str) -> None:
    key = "capture_id" if table in ("capture_readings", "renderings") else "id"
    last, html = 0, cleaner_names.of_html(cleaner)
    after = f"select * from ({sql}) where {key} > :last order by {key} limit :limit"
    while rows := db.rows(after, page=page.id, cleaner=cleaner, html=html, last=last, limit=_AT_ONCE):
        names = rows[0].keys()
        into.many(
            f"insert or ignore into {table} ({', '.join(names)}) values ({', '.join(f':{name}' for name in names)})",
            (dict(row) for row in rows),
        )
        last = rows[-1][key]
