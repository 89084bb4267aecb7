"""Connections and transactions.

All SQL elsewhere has named parameters and goes through these few methods. Another database would need another class with
the same methods, and no other change.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from pagewitness.archive.errors import ArchiveError, Busy, NotFound, SchemaError
from pagewitness.archive.store import connecting, migrations, sqlite_errors, wal
from pagewitness.archive.store.connecting import Unwritten
from pagewitness.archive.store.row_objects import objects

if TYPE_CHECKING:
    import sqlite_utils

BUSY_SECONDS = 60
K = TypeVar("K")
T = TypeVar("T")


class WriteInSnapshot(RuntimeError):
    """A bug in our code: something is written inside a snapshot. Write first, then take the snapshot."""


def open_archive(location: str, *, create: bool = False) -> Sqlite:
    """Open the archive at a location and bring its tables up to date.

    Args:
        location: a file.
        create: make the file if it does not exist.

    Raises:
        NotFound: there is no archive and `create` is false, or its folder does not exist.
        SchemaError: the file is not an archive, or a newer pagewitness made it.
        Busy: another process has locked it for a minute.
    """
    if location.startswith(("postgresql://", "postgres://")):
        raise ArchiveError("Archives on PostgreSQL are not supported yet: name a file, not an address.")
    path, there = connecting.found(location)
    if not there:
        if not create:
            raise NotFound(f"There is no archive at {path}: `pagewitness add URL` begins one, --archive names another.")
        if not path.parent.is_dir():
            raise NotFound(f"The folder {path.parent} doesn't exist: make it, or name an archive in another one.")
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


class Sqlite:
    """One archive in one SQLite file, for any number of threads.

    Other processes may work on the same file: write transactions are short and begin by taking the write lock, readers
    see the last commit (WAL). The threads of a process share one connection and queue for it: with one each, every
    commit would empty the caches of all others (90 reads of the file for a visit).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._shared: sqlite3.Connection | None = None
        self._ours = threading.RLock()  # held throughout a transaction
        self._writing = self._reading = False  # in a transaction, in a snapshot
        self._unwritten: Unwritten | None = None
        self._outdated = False  # whether it was written since, all the same
        self._wal = wal.Checkpointer(path, BUSY_SECONDS)

    # --- asking ---------------------------------------------------------------------------------------------------

    def rows(self, sql: str, /, **values: Any) -> list[Any]:
        """All rows of a query, untyped, as `sqlite3.Row`s: for tables whose columns the caller doesn't know. Else use `all`."""
        return self._asked(sql, values, sqlite3.Cursor.fetchall)

    def row(self, sql: str, /, **values: Any) -> Any:
        """The first row, untyped, or None. See `one`."""
        return self._asked(sql, values, sqlite3.Cursor.fetchone)

    def value(self, sql: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, **values)
        return None if found is None else found[0]

    def all(self, kind: type[T], sql: str, /, **values: Any) -> list[T]:
        """All rows, each as an object of a dataclass or a named tuple; its fields are the columns, in their order."""
        return objects(kind, self.rows(sql, **values))

    def one(self, kind: type[T], sql: str, /, **values: Any) -> T | None:
        """The first row as an object (see `all`), or None."""
        found = self.row(sql, **values)
        return None if found is None else objects(kind, [found])[0]

    def column(self, kind: type[T], sql: str, /, **values: Any) -> list[T]:
        """The first column of all rows, of one type, as the caller knows."""
        return [row[0] for row in self.rows(sql, **values)]

    def mapping(self, key: type[K], value: type[T], sql: str, /, **values: Any) -> dict[K, T]:
        """Rows of two columns as a dictionary, of types that the caller knows."""
        return dict(self.rows(sql, **values))

    # --- writing --------------------------------------------------------------------------------------------------

    def execute(self, sql: str, /, **values: Any) -> int:
        """Run one statement. Returns the number of rows it changed."""
        with self._asking() as connection:
            touched = connection.execute(sql, values).rowcount
            if not connection.in_transaction:
                self._wal.committed(connection)
            return touched

    def many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run one statement for each row."""
        with self._asking() as connection:
            connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A write transaction: all of it is written, or nothing.

        One inside another is part of it: it is written with the outer one, and undone alone if it fails.

        Raises:
            WriteInSnapshot: it is inside a snapshot.
        """
        with self._ours:
            connection = self._connection()
            if self._reading:
                raise WriteInSnapshot(f"A transaction on {self.path} begins inside a snapshot.")
            if self._writing:
                with self._savepoint(connection):
                    yield
                return
            try:
                connection.execute("begin immediate")
                self._writing = True
                try:
                    yield
                finally:
                    self._writing = False
                connection.execute("commit")
                self._wal.committed(connection)
            except BaseException as error:
                # SQLite has rolled back by itself after some errors (a full disk).
                if connection.in_transaction:
                    connection.execute("rollback")
                if isinstance(error, sqlite3.Error):
                    self._translated(error)
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within it, reads see the archive as it was at one moment, whatever others write meanwhile.

        A write inside it raises WriteInSnapshot.
        """
        with self._ours:
            if self._reading or self._writing:
                yield
                return
            with self._asking() as connection:
                connection.execute("begin")
            self._reading = True
            try:
                with self._asking():
                    connection.execute("select 1 from sqlite_master limit 1").fetchone()  # the snapshot begins here
                    connection.execute("pragma query_only = on")
                yield
            finally:
                self._reading = False
                connection.execute("pragma query_only = off")
                connection.execute("rollback")

    def checkpoint(self) -> bool:
        """Copy the write-ahead log into the file (`wal`); True if all of it was. Not for use inside a transaction."""
        with self._ours:
            return self._wal.run(self._connection(), BUSY_SECONDS)

    def migrate(self) -> None:
        """Bring the tables up to date; quick if they are."""
        # In this order: another process may make them in between, in one transaction.
        tables, applied = self.value("select count(*) from sqlite_master"), self._applied()
        if newer := sorted(applied - set(migrations.MIGRATIONS)):
            raise SchemaError(f"{self.path} was made by a newer pagewitness ({newer[-1]}): upgrade this one.")
        if applied == set(migrations.MIGRATIONS):
            return
        if tables and not applied:
            raise SchemaError(f"{self.path} is a database, but not a pagewitness archive: name another file.")
        with self._asking() as connection:
            connecting.use_wal(connection, BUSY_SECONDS)
        with self.transaction():
            # In our own transaction, so that two processes that begin one archive take turns.
            migrations.apply(self.tables())

    def tables(self) -> sqlite_utils.Database:
        """The archive as a sqlite-utils database, for migrations and maintenance."""
        import sqlite_utils

        return sqlite_utils.Database(self._connection(), execute_plugins=False)

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        with self._ours:
            if self._shared is not None:
                self._shared.close()
            self._shared, self._outdated = None, False

    def __enter__(self) -> Sqlite:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _asked(self, sql: str, values: dict[str, Any], taken: Callable[[sqlite3.Cursor], T]) -> T:
        """As `_asking` for one query, without the cost of a context manager: there are many queries."""
        with self._ours:
            try:
                found = taken(self._connection().execute(sql, values))
            except (sqlite3.Error, UnicodeError) as error:
                self._demand_unwritten()
                self._translated(error)
            if self._unwritten is not None:
                self._demand_unwritten()
            return found

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one statement of one thread. SQLite's errors become ours."""
        with self._ours:
            try:
                yield self._connection()
            except (sqlite3.Error, UnicodeError) as error:
                self._demand_unwritten()
                self._translated(error)
            self._demand_unwritten()

    @contextmanager
    def _savepoint(self, connection: sqlite3.Connection) -> Iterator[None]:
        """A part of a transaction that is undone alone if it fails."""
        connection.execute("savepoint part")
        try:
            yield
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback to part")
                connection.execute("release part")
            raise
        connection.execute("release part")

    def _applied(self) -> set[str]:
        if not self.value("select 1 from sqlite_master where name = '_sqlite_migrations'"):
            return set()
        return set(self.column(str, "select name from _sqlite_migrations where migration_set = 'pagewitness'"))

    def _connection(self) -> sqlite3.Connection:
        if self._outdated and not self._reading:
            self.close()
        if self._shared is None:
            self._shared = self._connect()
        elif self._writing and not self._shared.in_transaction:
            # Otherwise the rest would be written without what came before it.
            raise ArchiveError(f"{self.path}: SQLite has undone the transaction after an error: try again.")
        return self._shared

    def _connect(self) -> sqlite3.Connection:
        uri, self._unwritten = connecting.how(self.path)
        try:
            return connecting.connect(uri, BUSY_SECONDS)
        except (sqlite3.Error, UnicodeError) as error:
            self._translated(error)

    def _demand_unwritten(self) -> None:
        """Raise Busy if the archive was opened as one that nobody writes, and somebody has begun to write it."""
        if self._unwritten is not None and not self._unwritten.holds:
            self._outdated = True
            raise Busy(f"{self.path} is being written by its owner, and can't be read meanwhile: try again now.")

    def _translated(self, error: sqlite3.Error | UnicodeError) -> NoReturn:
        """Raise an error of SQLite as one of ours."""
        code = sqlite_errors.primary_code(error) if isinstance(error, sqlite3.Error) else None
        if self._reading and code == sqlite3.SQLITE_READONLY:
            raise WriteInSnapshot(f"Something is written to {self.path} inside a snapshot.") from error
        raise sqlite_errors.translated(error, self.path, BUSY_SECONDS) from error
