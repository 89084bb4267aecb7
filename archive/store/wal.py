"""Checkpoints of SQLite's write-ahead log: when the log is copied into the archive's file, and by whom.

SQLite before 3.51.3 (3.50.7, 3.44.6) has the WAL-reset bug (sqlite.org/wal.html): if a commit restarts the log at the
very moment at which a checkpoint begins, just after another one was complete, that checkpoint marks pages as copied that
are not, and they are lost. One process that checkpoints is not enough to avoid this: it may make two checkpoints in a row
while another process commits. So a checkpoint here runs only while its process holds the archive's write lock. Then
nobody else can commit, restart the log, or checkpoint; readers continue. The lock is SQLite's own (a lock on the `-shm`
file), which works on every system, and which every program that writes the archive takes.

When the last connection closes, SQLite checkpoints by itself. It holds an exclusive lock on the file itself then, and no
other connection is open, so this is safe, and leaves the archive as one file.

(So no code of a process that has the archive open may open its file, or the files beside it, by itself: closing them
would drop the locks of the whole process, fcntl(2).)
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

FRAMES = 4000
LIMIT = FRAMES * (4096 + 24)  # bytes of the log from which a checkpoint is due: so many pages with their headers
PATIENCE = 4  # times the limit, from which a commit waits for the write lock


def pragmas() -> tuple[str, ...]:
    """For each connection: no automatic checkpoints, and a log that is restarted is truncated, so that its size shows how
    much it holds."""
    return "wal_autocheckpoint = 0", f"journal_size_limit = {LIMIT // 2}", "mmap_size = 0"


class Checkpointer:
    """Keeps the log of one archive short, for one connection to it."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._due = LIMIT

    def committed(self, connection: sqlite3.Connection) -> None:
        """Checkpoint after a commit, if the log has grown enough and nobody else is writing.

        If readers prevent a complete copy, the next attempt waits until the log has grown further.
        """
        grown = size(self._path)
        if grown < LIMIT:
            self._due = LIMIT
        elif grown >= self._due:
            self.run(connection, self._busy_seconds if grown >= PATIENCE * LIMIT else 0.0)
            self._due = grown + LIMIT // 4

    def run(self, connection: sqlite3.Connection, seconds: float) -> bool:
        """Copy as much of the log into the archive's file as its readers allow.

        Args:
            connection: one that is in no transaction.
            seconds: how long to wait for the write lock.

        Returns:
            True if all was copied. A failure is not an error: the log keeps what it has for the next attempt.
        """
        try:
            connection.execute(f"pragma busy_timeout = {int(seconds * 1000)}")
            connection.execute("begin immediate")
        except sqlite3.OperationalError:
            return False
        finally:
            connection.execute(f"pragma busy_timeout = {int(self._busy_seconds * 1000)}")
        try:
            return self._copied()
        except sqlite3.Error:
            return False
        finally:
            if connection.in_transaction:
                connection.execute("rollback")

    def _copied(self) -> bool:
        """Checkpoint on a connection of its own: one in a transaction can't."""
        other = sqlite3.connect(self._path, isolation_level=None, timeout=0.0)
        try:
            for pragma in pragmas():
                other.execute(f"pragma {pragma}")
            other.execute("pragma user_version").fetchone()  # opens the log; without it there is nothing to copy
            busy, frames, copied = other.execute("pragma wal_checkpoint(passive)").fetchone()
            return not busy and frames == copied >= 0
        finally:
            other.close()


def size(path: Path) -> int:
    """The size in bytes of an archive's log; 0 if it has none."""
    try:
        return os.stat(f"{path}-wal").st_size
    except OSError:
        return 0
