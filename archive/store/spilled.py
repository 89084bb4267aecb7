"""A mapping that takes little memory, even for a crawl of millions of pages."""

from __future__ import annotations

import sqlite3
from types import TracebackType


class Spilled:
    """Texts by texts, in a temporary SQLite file with a cache of a few megabytes.

    Use it as a context manager: at its end the file is deleted.
    """

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("pragma journal_mode = off")
        self._file.execute("pragma cache_size = -4000")
        self._file.execute("create table held (key text primary key, value text not null) without rowid")

    def __setitem__(self, key: str, value: str) -> None:
        self._file.execute("insert or replace into held values (?, ?)", (key, value))

    def get(self, key: str) -> str | None:
        """The text that belongs to another, or None."""
        found = self._file.execute("select value from held where key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def __enter__(self) -> Spilled:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
