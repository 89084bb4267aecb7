"""Connect to the file of an archive: the settings, and what to do if we may only read it."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from pagewitness.archive.errors import NotFound
from pagewitness.archive.store import sqlite_errors, wal
from pagewitness.archive.text import words

_PRAGMAS = (
    "synchronous = normal",
    "foreign_keys = on",
    "recursive_triggers = on",
    "cache_size = -32000",
)


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A file that was opened as one that nobody writes, and its state then."""

    path: Path
    state: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether nobody has begun to write it since. Every write reaches the log before the file."""
        return not wal.size(self.path) and self.state == _state(self.path)


def found(location: str) -> tuple[Path, bool]:
    """The path of an archive, and whether it exists. Raises NotFound if the location can't be a path."""
    try:
        path = Path(location).expanduser()
        return path, path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise NotFound(f"'{location[:80]}' can't be the archive ({error}): name another file.") from None


def how(path: Path) -> tuple[str, Unwritten | None]:
    """How SQLite is to open a file: its URI, and what has to hold while it is read.

    A file is opened only for reading if we may not write it or its folder. In WAL mode SQLite makes files beside it, even
    to read it. We may not be able to make them, and if we are, they could keep the owner from writing. So a file without a
    log beside it is opened as one that nobody writes (`immutable`, sqlite.org/wal.html#readonly). SQLite then takes no
    locks, so what was read is valid only while the file does not change. A log has to be read if there is one.
    """
    uri = path.absolute().as_uri()
    if not path.exists() or (os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)):
        return uri, None
    if wal.size(path):
        return f"{uri}?mode=ro", None
    return f"{uri}?immutable=1", Unwritten(path, _state(path))


def connect(uri: str, busy_seconds: float) -> sqlite3.Connection:
    """A connection for several threads in turn, which begins and commits nothing by itself.

    Raises:
        sqlite3.Error: the file can't be opened.
    """
    connection = sqlite3.connect(
        uri, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = sqlite3.Row
    connection.create_function("fold", 1, words.fold, deterministic=True)
    for pragma in (*_PRAGMAS, *wal.pragmas()):
        connection.execute(f"pragma {pragma}")
    return connection


def use_wal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Let readers work beside a writer. SQLite itself does not wait for others here (two could wait for ever).

    Raises:
        sqlite3.Error: the file was locked all the time, or can't be written.
    """
    end = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
        except sqlite3.Error as error:
            if not sqlite_errors.is_locked(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _state(path: Path) -> tuple[int, ...]:
    """What changes about a file when somebody writes it."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
