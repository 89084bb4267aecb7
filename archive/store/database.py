"""Connecting, transactions, and the few words in which databases differ.

All SQL elsewhere is written once, with named parameters, and goes through these few methods. A second database is a
second class with the same methods, and nothing else changes.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from pagewitness.archive.errors import ArchiveError, Busy, NotFound, QueryError, SchemaError
from pagewitness.archive.store import migrations
from pagewitness.archive.text import words

BUSY_SECONDS = 60


def open_archive(location: str, *, create: bool = False) -> Sqlite:
    """Open the archive at a location, its tables up to date.

    Args:
        location: a file.
        create: make the file and its folder where there is none.

    Raises:
        NotFound: there is no archive and `create` is false.
        SchemaError: the file is no archive, or of a newer pagewitness.
        Busy: somebody else has held it for a minute.
    """
    if location.startswith(("postgresql://", "postgres://")):
        raise ArchiveError(f"Archives on PostgreSQL are not supported yet: name a file instead of {location}.")
    path, there = _found(location)
    if not there:
        if not create:
            raise NotFound(f"There is no archive at {path}: `pagewitness add URL` begins one, --archive names another.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"The folder {path.parent} can't be made ({error.strerror}): choose another.") from None
    if not create and path.is_file() and not path.stat().st_size:
        raise NotFound(f"{path} is empty, and no archive yet: `pagewitness add URL` begins one.")
    if path.is_dir():
        raise NotFound(f"{path} is a folder: name the archive's file in it.")
    archive = Sqlite(path)
    try:
        archive.migrate()
    except BaseException:
        archive.close()
        raise
    return archive


def _found(location: str) -> tuple[Path, bool]:
    """The path of an archive, and whether there is something."""
    try:
        path = Path(location).expanduser()
        return path, path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise NotFound(f"'{location[:80]}' can't be the archive ({error}): name another file.") from None


class Sqlite:
    """One archive in one SQLite file, for any number of threads.

    Other processes may work on the same file: write transactions are short and begin by taking the write lock, readers
    see the last commit (WAL). The threads of a process share one connection and queue for it: with one each, every
    commit would throw away the pages that all others have cached (90 reads of the file for a visit).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._shared: sqlite3.Connection | None = None
        self._ours = threading.RLock()  # held throughout a transaction

    # --- asking ---------------------------------------------------------------------------------------------------

    def rows(self, sql: str, /, **values: Any) -> list[Any]:
        """All rows that a query gives."""
        try:
            with self._ours:
                return self._connection().execute(sql, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            self._translated(error)

    def row(self, sql: str, /, **values: Any) -> Any:
        """The first row, or None."""
        try:
            with self._ours:
                return self._connection().execute(sql, values).fetchone()
        except (sqlite3.Error, UnicodeError) as error:
            self._translated(error)

    def value(self, sql: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, **values)
        return None if found is None else found[0]

    # --- writing --------------------------------------------------------------------------------------------------

    def execute(self, sql: str, /, **values: Any) -> int:
        """Run one statement; how many rows it touched."""
        try:
            with self._ours:
                return self._connection().execute(sql, values).rowcount
        except (sqlite3.Error, UnicodeError) as error:
            self._translated(error)

    def many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run one statement for each row."""
        try:
            with self._ours:
                self._connection().executemany(sql, rows)
        except (sqlite3.Error, UnicodeError) as error:
            self._translated(error)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A write transaction: everything in it or nothing. One inside another joins it."""
        with self._ours:
            connection = self._connection()
            if connection.in_transaction:
                yield
                return
            try:
                connection.execute("begin immediate")
                try:
                    yield
                except BaseException:
                    # SQLite has rolled back by itself after some errors (a full disk).
                    if connection.in_transaction:
                        connection.execute("rollback")
                    raise
                connection.execute("commit")
            except sqlite3.Error as error:
                if connection.in_transaction:
                    connection.execute("rollback")
                self._translated(error)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read within is as it was at one moment, whatever others write meanwhile. Nothing is written within."""
        with self._ours:
            connection = self._connection()
            if connection.in_transaction:
                yield
                return
            connection.execute("begin")
            try:
                yield
            finally:
                connection.execute("rollback")

    def migrate(self) -> None:
        """Bring the tables up to date; quick when they are."""
        # In this order: another process may make them in between, all in one transaction.
        tables, applied = self.value("select count(*) from sqlite_master"), self._applied()
        if newer := sorted(applied - set(migrations.MIGRATIONS)):
            raise SchemaError(f"{self.path} was made by a newer pagewitness ({newer[-1]}): upgrade this one.")
        if applied == set(migrations.MIGRATIONS):
            return
        if tables and not applied:
            raise SchemaError(f"{self.path} is a database, but not a pagewitness archive: name another file.")
        self._use_wal()
        with self.transaction():
            # sqlite-utils keeps the record of migrations; ours is the transaction around them, so that two processes
            # that begin one archive at once do it one after the other.
            import sqlite_utils

            migrations.apply(sqlite_utils.Database(self._connection(), execute_plugins=False))

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        with self._ours:
            if self._shared is not None:
                self._shared.close()
            self._shared = None

    def __enter__(self) -> Sqlite:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _use_wal(self) -> None:
        """Let readers work beside a writer. SQLite does not wait for others by itself here (two could wait for ever)."""
        end = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection().execute("pragma journal_mode = wal")
            except sqlite3.Error as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    self._translated(error)
                time.sleep(0.01)
            else:
                return

    def _applied(self) -> set[str]:
        if not self.value("select 1 from sqlite_master where name = '_sqlite_migrations'"):
            return set()
        return {row[0] for row in self.rows("select name from _sqlite_migrations where migration_set = 'pagewitness'")}

    def _connection(self) -> sqlite3.Connection:
        if self._shared is None:
            self._shared = self._connect()
        return self._shared

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self._uri(), uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False,
                cached_statements=256,
            )  # fmt: skip
            connection.row_factory = sqlite3.Row
            connection.create_function("fold", 1, words.fold, deterministic=True)
            for pragma in (
                "synchronous = normal",
                "foreign_keys = on",
                "recursive_triggers = on",
                "cache_size = -32000",
                "wal_autocheckpoint = 4000",
            ):
                connection.execute(f"pragma {pragma}")
        except (sqlite3.Error, UnicodeError) as error:
            self._translated(error)
        return connection

    def _uri(self) -> str:
        """The file as SQLite is to open it: one that we may not write, or whose folder we may not, only for reading.

        SQLite needs files beside one in WAL mode, even to read it, unless it is told that nobody writes (`immutable`).
        That is so while there is no log beside it (sqlite.org/wal.html#readonly); a log that there is has to be read.
        """
        uri = self.path.absolute().as_uri()
        if not self.path.exists() or (
            os.access(self.path, os.W_OK) and os.access(self.path.absolute().parent, os.W_OK)
        ):
            return uri
        log = Path(f"{self.path}-wal")
        return f"{uri}?mode=ro" if log.exists() and log.stat().st_size else f"{uri}?immutable=1"

    def _translated(self, error: sqlite3.Error | UnicodeError) -> NoReturn:
        """Raise what SQLite said as one of our errors."""
        if isinstance(error, UnicodeError):
            raise QueryError("What was typed is not text in the terminal's encoding (UTF-8, as a rule): type it anew.")
        text = str(error)
        if "locked" in text or "busy" in text:
            raise Busy(
                f"{self.path} has been locked by another process for {BUSY_SECONDS} s: try again later."
            ) from error
        if "not a database" in text:
            raise SchemaError(f"{self.path} is not a pagewitness archive: name another file.") from error
        if "malformed" in text or "corrupt" in text:
            if self._uri().endswith("immutable=1"):  # SQLite was told that nobody writes
                raise Busy(
                    f"{self.path} can't be read ({text}): its owner may be writing it. Try again later; if that does not "
                    "help, it is damaged: restore it from a backup."
                ) from error
            raise ArchiveError(f"{self.path} is damaged ({text}): restore it from a backup.") from error
        if "full" in text:
            raise ArchiveError(f"The disk of {self.path} is full: make room; nothing was half-written.") from error
        if "unable to open" in text or "readonly" in text:
            raise ArchiveError(
                f"{self.path} can't be opened or written ({text}): check the permissions of it and its folder."
            ) from error
        raise ArchiveError(f"{self.path}: {text}.") from error
