"""The migrations: in which order the tables of `schema` came to be. One that is released is never edited: a new one follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pagewitness.archive.store.schema import (
    ALERTS,
    BOILERPLATE,
    DERIVED,
    DETAILS,
    EVIDENCE,
    FILTERED,
    FOLLOWING,
    NEWEST,
    QUIET,
    SEARCHED,
    SOURCES,
    STALLED,
    TOLD,
    UNSPACED,
    VIEWS,
)
from pagewitness.archive.text import index_words, words

Step = Callable[[Any], None]  # what SQL alone can't say; takes the `sqlite_utils.Database`


def _truncated(database: Any) -> None:
    """Archives that were begun before imports said what was cut off have captures without that column."""
    if not any(row[1] == "truncated" for row in database.conn.execute("pragma table_info(captures)")):
        database.conn.execute("alter table captures add column truncated text")


MIGRATIONS: dict[str, list[str | Step]] = {
    "0001_begin": [*FOLLOWING, *EVIDENCE, *DERIVED, *SEARCHED, *VIEWS],
    "0002_unspaced": [*UNSPACED],
    "0003_alerts": [*ALERTS],
    "0004_truncated": [_truncated],
    "0005_told": [*TOLD],
    "0006_stalled": [*STALLED],
    "0007_furniture": [*BOILERPLATE],
    "0009_details": [*DETAILS],
    "0010_sources": [*SOURCES],
    "0011_quiet": [*QUIET],
    "0012_newest": [*NEWEST],
    "0013_filtered": [*FILTERED],
}


def apply(database: Any) -> None:
    """Apply the migrations that a database lacks.

    Args:
        database: a `sqlite_utils.Database`; each migration and the record of it are one transaction.
    """
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("pagewitness")
    for name, statements in MIGRATIONS.items():
        migrations(name=name)(_runner(statements))
    migrations.apply(database)


def _runner(statements: list[str | Step]) -> Any:
    def run(database: Any) -> None:
        database.conn.create_function("cut_text", 1, index_words.cut)
        database.conn.create_function("stem_keys", 2, words.stem_keys)
        for statement in statements:
            if isinstance(statement, str):
                database.conn.execute(statement)
            else:
                statement(database)

    return run
