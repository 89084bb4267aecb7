"""Whether what an archive says about the past is true: the four invariants of presence and membership, over real histories.

    python tests/benchmarks/invariants.py PACK|ARCHIVE … [--list]

A PACK (`*.pack.zst`) is one of a folder with `packs.py` and `replay.py` (above its folder, or `--tools FOLDER`): it is imported
through the installed command first. `tests/breaches.py` says what the invariants are; printed for each archive, and listed
with `--list`, is how often they are broken.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from breaches import breaches

from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite, open_archive


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("histories", nargs="+", type=Path)
    parser.add_argument("--tools", type=Path, help="where packs.py and replay.py are")
    parser.add_argument("--list", action="store_true", help="print each breach")
    given = parser.parse_args()
    for file in given.histories:
        with tempfile.TemporaryDirectory() as folder:
            archive = file
            if file.suffix == ".zst":
                sys.path.insert(0, str(given.tools or file.resolve().parent.parent))
                replay, archive = import_module("replay"), Path(folder) / "pack.db"
                program = [sys.executable, "-m", "pagewitness.scraper"]
                replay.feed(str(file), replay.page_urls(str(file), None), program, str(archive))
            with open_archive(str(archive)) as db:
                print(file.name, json.dumps(counted(db, listed=given.list)), flush=True)


def counted(db: Sqlite, *, listed: bool) -> dict[str, int]:
    """How often each invariant is broken, and how many presences, revisions and observations there are."""
    found = {str(number): 0 for number in range(1, 5)}
    for table in ("presence", "revisions", "credible"):
        found[table] = db.value(f"select count(*) from {table}")
    for row in db.rows("select id from pages where kind <> 'boilerplate' order by id"):
        page = evidence.page(db, row[0])
        for number, what in breaches(db, page):
            found[str(number)] += 1
            if listed:
                print(f"  {number} {page.url} {what}")
    return found


if __name__ == "__main__":
    main()
