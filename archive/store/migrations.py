"""The migrations. Until the first release there is only the baseline; after it, migrations are only added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pagewitness.archive.store import schema
from pagewitness.archive.text import words


def _baseline(database: Any) -> None:
    for statement in schema.statements():
        database.conn.execute(statement)
    database.conn.execute("insert into stemmer (version) values (?)", (words.stemmer_version(),))


MIGRATIONS: dict[str, Callable[[Any], None]] = {"0001_baseline": _baseline}


def apply(database: Any) -> None:
    """Apply the migrations that a database lacks.

    Args:
        database: a `sqlite_utils.Database`; each migration and the record of it are one transaction.
    """
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("pagewitness")
    for name, migrate in MIGRATIONS.items():
        migrations(name=name)(migrate)
    migrations.apply(database)
