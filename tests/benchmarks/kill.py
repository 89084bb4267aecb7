"""Kill `run` and `import` at random moments, and see what is left: `python tests/benchmarks/kill.py --times 100`.

Each time a process is killed (SIGKILL) at some moment after it has put something on record. Afterwards the archive has
to open and to be whole; in the end what was left undone is done by an undisturbed process, and the history has to be
that of an archive that was never disturbed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from helpers import HTML, SENTENCES, check_presence, check_whole, command, environment, html, pagewitness, warc
from loopback import Loopback, Reply

from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import open_archive
from pagewitness.archive.views import history

PAGES = 16
LIKELY = "An attack on the port is likely."


def text(page: int, edition: int) -> bytes:
    """What a page says in an edition: every other page changes with each."""
    last = LIKELY if edition % 2 or page % 2 else LIKELY.replace("likely", "unlikely")
    return html(f"Assessment {page}", [*SENTENCES, last], topic=f"region {page}")


def records(origin: str, editions: int) -> list[dict[str, Any]]:
    """A crawl of all pages, once a month."""
    return [
        {
            "url": f"{origin}/{page}",
            "at": f"2023-{edition:02}-01T00:00:{page:02}Z",
            "body": text(page, edition),
            "id": f"<urn:uuid:{edition}-{page}>",
        }
        for edition in range(1, editions + 1)
        for page in range(PAGES)
    ]


@dataclass
class Trial:
    """One command, killed again and again on one archive.

    Attributes:
        found: how often a kill left what behind.
    """

    arguments: list[str]
    archive: Path
    chance: random.Random
    found: Counter[str] = field(default_factory=Counter)

    def kill_once(self) -> bool:
        """Kill the command at a random moment after its first new visit; False when it ended before."""
        before = self._count()
        process = subprocess.Popen(
            command(self.archive, *self.arguments), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert process.stderr is not None
        wanted = before + self.chance.choice([1, 1, 2, 5])
        with process.stderr:
            while process.poll() is None and self._count() < wanted:
                time.sleep(0.002)
            # Often at once, within the writing; at times later, within cleaning.
            time.sleep(self.chance.choice([0.0, 0.005, 0.05, 0.6]) * self.chance.random())
            process.kill()
            killed = process.wait() != 0
            assert killed or self._unfinished() == 0, process.stderr.read()
        self.found["killed" if killed else "ended before"] += 1
        self._look()
        return killed

    def _look(self) -> None:
        with open_archive(str(self.archive)) as db:
            check_whole(db)
            if db.value("select count(*) from fold_queue"):
                self.found["visits not yet in the history"] += 1
            if db.value("select count(*) from hosts where claimed_by is not null"):
                self.found["lease of the dead"] += 1

    def finish(self) -> list[Any]:
        """Let it end undisturbed; the history that comes of it."""
        done = pagewitness(self.archive, *self.arguments)
        assert done.returncode == 0, done
        return histories(self.archive)

    def _count(self) -> int:
        with closing(sqlite3.connect(self.archive, timeout=60)) as connection:
            count: int = connection.execute("select count(*) from visits").fetchone()[0]
            return count

    def _unfinished(self) -> int:
        with closing(sqlite3.connect(self.archive, timeout=60)) as connection:
            count: int = connection.execute("select count(*) from fold_queue").fetchone()[0]
            return count


def histories(archive: Path) -> list[Any]:
    """The revisions of every page with their blocks; imported visits with their verdicts (a killed run repeats some)."""
    found = []
    with open_archive(str(archive)) as db:
        check_whole(db)
        assert db.value("select count(*) from fold_queue") == 0
        assert db.value("select count(*) from hosts where claimed_by is not null") == 0
        for row in db.rows("select id from pages order by url"):
            page = evidence.page(db, row[0])
            check_presence(db, page)
            revisions = [
                (one.number, one.cause, one.digest, one.title, [block.text for block in history.blocks_of(db, one)])
                for one in history.revisions(db, page)
            ]
            visits = [
                (one["visited_at"], one["outcome"], one["verdict"], one["reason"], one["number"])
                for one in history.visits(db, page)
                if one["writer"] == "import"
            ]
            found.append((page.url, page.title, revisions, visits))
    return found


def prepared(folder: Path, origin: str) -> tuple[Path, Path]:
    """An archive that follows all pages and knows their first edition, and a WARC of two further ones."""
    archive, first, more = folder / "archive.db", folder / "first.warc.gz", folder / "more.warc.gz"
    first.write_bytes(warc(records(origin, 1)))
    more.write_bytes(warc(records(origin, 3)[PAGES:]))
    assert pagewitness(archive, "import", str(first)).returncode == 0
    with open_archive(str(archive)) as db:
        from pagewitness.archive.store import agenda

        agenda.follow(db, [f"{origin}/{page}" for page in range(PAGES)], None, 86400, "2024-01-01T00:00:00.000000Z")
    return archive, more


def trials(times: int, seed: int, folder: Path) -> dict[str, Counter[str]]:
    """Kill each of both commands so many times, beginning again whenever one has done its work.

    Returns:
        what was found, by command.

    Raises:
        AssertionError: an archive was not whole, or its history another.
    """
    chance = random.Random(seed)
    with Loopback({f"/{page}": Reply(200, text(page, 4), HTML) for page in range(PAGES)}) as server:
        archive, more = prepared(folder, server.origin)
        found = {}
        for arguments in (["run"], ["import", str(more)]):
            name = arguments[0]
            undisturbed = Trial(arguments, copied(archive, folder / f"{name}.db"), chance).finish()
            found[name] = Counter[str]()
            while found[name]["killed"] < times:
                trial = Trial(arguments, copied(archive, folder / f"{name}-killed.db"), chance)
                while trial.found["killed"] + found[name]["killed"] < times and trial.kill_once():
                    pass
                assert trial.finish() == undisturbed
                found[name] += trial.found + Counter({"histories compared": 1})
        return found


def copied(archive: Path, to: Path) -> Path:
    """A copy of an archive that nobody has open."""
    for suffix in ("", "-wal", "-shm"):
        to.with_name(to.name + suffix).unlink(missing_ok=True)
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    shutil.copyfile(archive, to)
    return to


def main() -> None:
    """Print the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100, help="how often each command is killed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        for name, found in trials(options.times, options.seed, Path(folder)).items():
            print(
                f"{name}: "
                + ", ".join(f"{count} {what}" for what, count in found.items())
                + "; every archive was whole"
            )


if __name__ == "__main__":
    main()
