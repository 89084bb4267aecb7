"""Two writers and a process that checkpoints on one archive: `python tests/benchmarks/wal.py --seconds 60`.

Afterwards every commit has to be there, and the file and both full-text indexes have to be whole. SQLite before 3.51.3
can lose pages where a commit meets the second of two checkpoints; `pagewitness.archive.store.wal` says how we avoid that.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from helpers import check_whole
from wal_workers import WRITERS, together

from pagewitness.archive.store.database import open_archive


def main() -> None:
    """Run it and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument(
        "--limit", type=int, default=400_000, help="bytes of the log from which writers checkpoint, too"
    )
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "archive.db"
        with open_archive(str(file), create=True) as db:
            for number in range(WRITERS):
                db.execute("insert into pages (url, key, host) values (:n, :n, 'example.org')", n=f"writer{number}")
        outcome = together(file, asked.seconds, asked.limit)
        began = time.monotonic()
        with open_archive(str(file)) as db:
            check_whole(db)
            found = [row[0] for row in db.rows("select count(*) from blocks group by id >> 20 order by id >> 20")]
        assert found == outcome.written, f"{outcome.written} lines were committed, {found} are there"
    made, complete = outcome.checkpoints
    print(f"SQLite {sqlite3.sqlite_version}, {asked.seconds:g} s, {WRITERS} writers and one that checkpoints")
    print(f"  {sum(found):,} lines committed, all there; integrity checks passed in {time.monotonic() - began:.1f} s")
    print(f"  {made:,} checkpoints, {complete:,} of them complete; the log held at most {outcome.longest / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
