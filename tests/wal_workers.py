"""Two processes that write an archive and a third that checkpoints, for some seconds: what they did, and what is left.

`tests/store/test_wal.py` runs it for a moment, `tests/benchmarks/wal.py` for a minute.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pagewitness.archive.store import wal
from pagewitness.archive.store.database import Sqlite, open_archive

WRITERS = 2
PAUSE = 0.002  # seconds between two transactions: SQLite's locks go to whoever asks first, and waiting ones sleep


@dataclass(frozen=True)
class Outcome:
    """The result.

    Attributes:
        written: rows that each writer committed, by its own count.
        checkpoints: how many were made, and how many of them were complete.
        longest: the most bytes that the log held.
    """

    written: list[int]
    checkpoints: tuple[int, int]
    longest: int


def together(file: Path, seconds: float, limit: int) -> Outcome:
    """Let them work on an archive at once.

    Args:
        limit: bytes of the log from which writers checkpoint, too.

    Raises:
        CalledProcessError: one of them failed.
    """
    arguments = [sys.executable, __file__, str(file), str(seconds), str(limit)]
    started = [
        subprocess.Popen([*arguments, name], stdout=subprocess.PIPE, text=True)
        for name in ("checkpoint", *(f"writer{number}" for number in range(WRITERS)))
    ]
    longest = 0
    while any(process.poll() is None for process in started):
        longest = max(longest, wal.size(file))
        time.sleep(0.01)
    said = []
    for process in started:
        assert process.stdout
        with process:
            said.append([int(word) for word in process.stdout.read().split()])
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
    return Outcome([count for [count] in said[1:]], (said[0][0], said[0][1]), longest)


def write(db: Sqlite, name: str, end: float) -> int:
    """Write small transactions, some of them undone in part, until a moment; how many lines were committed."""
    count = 0
    while time.monotonic() < end:
        with db.transaction():
            page = db.value("select id from pages where key = :key", key=name)
            for _ in range(1 + count % 7):
                count += 1
                db.execute(
                    """insert into blocks (id, form, kind, text, stems, bigrams)
                       values (:id, :digest, 'p', :text, '', :text)""",
                    id=(page << 20) + count % 1_000_000 + 1, digest=f"{name} {count}", text=f"{name} line {count} " * 9,
                )  # fmt: skip
        time.sleep(PAUSE)
    return count


def checkpoint(db: Sqlite, end: float) -> tuple[int, int]:
    """Checkpoint again and again, until a moment; how often, and how often all was copied."""
    made = complete = 0
    while time.monotonic() < end:
        made += 1
        complete += db.checkpoint()
        time.sleep(PAUSE)
    return made, complete


def main(file: str, seconds: str, limit: str, name: str) -> None:
    """One of the processes."""
    wal.LIMIT = int(limit)
    with open_archive(file) as db:
        end = time.monotonic() + float(seconds)
        print(*(checkpoint(db, end) if name == "checkpoint" else (write(db, name, end),)))


if __name__ == "__main__":
    main(*sys.argv[1:])
