"""The write-ahead log: who checkpoints it and when, and that nothing is lost by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from helpers import archive, check_whole
from wal_workers import WRITERS, together

from pagewitness.archive.store import wal
from pagewitness.archive.store.database import Sqlite, open_archive

SECONDS = 2.5
SMALL = 400_000  # bytes


def pages(folder: Path) -> Path:
    """An archive with a page for each writer."""
    with archive(folder) as db:
        for number in range(WRITERS):
            db.execute(
                "insert into pages (url, key, host) values (:name, :name, 'example.org')", name=f"writer{number}"
            )
    return folder / "archive.db"


def test_two_writers_and_one_that_checkpoints_lose_nothing(tmp_path: Path) -> None:
    """Each commit is there afterwards, the file and both full-text indexes are whole, and the log stayed short."""
    file = pages(tmp_path)
    outcome = together(file, SECONDS, SMALL)
    assert min(outcome.written) > 5
    assert min(outcome.checkpoints) > 20, "complete ones are those before which the bug can strike"
    assert outcome.longest < 12 * SMALL
    with open_archive(str(file)) as db:
        check_whole(db)
        found = {row[0]: row[1] for row in db.rows("select id >> 20, count(*) from blocks group by 1 order by 1")}
        assert list(found.values()) == outcome.written
    assert wal.size(file) == 0, "the last connection left the archive as one file"


def test_nobody_checkpoints_but_under_the_write_lock(db: Sqlite) -> None:
    """SQLite itself never does while others are there; and ours lets whoever writes go first."""
    assert (db.value("pragma wal_autocheckpoint"), db.value("pragma mmap_size")) == (0, 0)
    db.execute("insert into sources (name) values ('one')")
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("begin immediate")
    checkpointer = wal.Checkpointer(db.path, 60)
    connection = sqlite3.connect(db.path, isolation_level=None)
    assert not checkpointer.run(connection, 0.0)
    assert connection.execute("pragma busy_timeout").fetchone() == (60_000,)
    other.execute("rollback")
    assert checkpointer.run(connection, 0.0)
    assert not connection.in_transaction
    connection.close()
    other.close()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sqlite]:
    """An archive whose log is to be short."""
    monkeypatch.setattr(wal, "LIMIT", SMALL)
    with archive(tmp_path) as db:
        yield db


def test_the_log_is_kept_short_while_one_process_writes(small: Sqlite) -> None:
    """After so many pages it is copied, started again and cut; also where each statement is its own transaction."""
    sizes = []
    for number in range(600):
        small.execute("insert into sources (name) values (:name)", name=f"{number} {'x' * 3000}")
        sizes.append(wal.size(small.path))
    assert SMALL <= max(sizes) < 1.2 * SMALL
    assert sum(after < before for before, after in pairwise(sizes)) >= 3


def test_a_reader_that_stays_keeps_the_log_growing_but_not_its_writers_waiting(
    small: Sqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every commit tries again; when the reader has gone the log is short again."""
    tries: list[float] = []
    run = wal.Checkpointer.run

    def counted(checkpointer: wal.Checkpointer, connection: sqlite3.Connection, seconds: float) -> object:
        tries.append(seconds)
        return run(checkpointer, connection, seconds)

    monkeypatch.setattr(wal.Checkpointer, "run", counted)
    with open_archive(str(small.path)) as reader, reader.snapshot():
        for number in range(300):
            small.execute("insert into sources (name) values (:name)", name=f"{number} {'x' * 3000}")
        assert reader.value("select count(*) from sources") == 0
        grown = wal.size(small.path)
        assert grown > 2 * SMALL
        assert len(tries) <= 4 * grown / SMALL
    for number in range(60):
        small.execute("insert into sources (name) values (:name)", name=f"again {number} {'x' * 3000}")
    assert wal.size(small.path) < SMALL
