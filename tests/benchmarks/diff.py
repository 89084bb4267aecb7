"""How fast `diff` compares real revisions, and in how many marks, beside `git diff --word-diff` and difflib.

python tests/benchmarks/diff.py ARCHIVE [--difflib SECONDS] [--slowest 10]

Compares each revision of each page of an archive with the one before. Ours: the blocks, aligned, paired and marked, what
they touch and the summary, CPU time.
git: `git diff --no-index --word-diff=porcelain` on the same texts, a line for each block, CPU time of the program.
difflib: `SequenceMatcher(autojunk=False)` over the words of the whole texts, CPU time, given up after some seconds. A mark
is a run of words that went or came. At last 50,000 words of the archive's own text against the same with words replaced, with
a chapter in its middle, and against another 50,000; as the blocks that they are, and as one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import subprocess
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from multiprocessing.connection import Connection
from pathlib import Path

from pagewitness.archive.diff import Line, compare
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.views import history

WORDS = 50_000


@dataclass(frozen=True)
class Measured:
    """One pair of revisions: seconds and marks of each program; None where difflib was given up."""

    name: str
    words: int
    ours: tuple[float, int]
    git: tuple[float, int]
    difflib: tuple[float, int] | None


def pairs(db: Sqlite) -> Iterator[tuple[str, list[Line], list[Line]]]:
    """Each revision and the one before, as blocks."""
    for page in evidence.pages_where(db, "order by url"):
        revisions = history.revisions(db, page)
        texts = [[(block.kind, block.text) for block in history.blocks_of(db, one)] for one in revisions]
        for number in range(1, len(texts)):
            yield f"{page.url[:50]} {number}..{number + 1}", texts[number - 1], texts[number]


def ours(old: Sequence[Line], new: Sequence[Line]) -> tuple[float, int]:
    """Seconds and marks."""
    began = time.process_time()
    change = compare(old, new)
    _ = change.touched, change.summary()
    took = time.process_time() - began
    changed = [hunk.words for hunk in change.hunks if hunk.change != "same"]
    return took, sum(mark != "=" for words in changed for mark, _ in words)


def git(old: Sequence[Line], new: Sequence[Line], folder: Path) -> tuple[float, int]:
    """Seconds and marks."""
    files = [folder / "old.txt", folder / "new.txt"]
    for file, text in zip(files, (old, new), strict=True):
        file.write_text("".join(f"{block}\n" for _, block in text), encoding="utf-8")
    before = os.times()
    done = subprocess.run(
        ["git", "diff", "--no-index", "--word-diff=porcelain", "--unified=0", *map(str, files)],
        capture_output=True, text=True, env={**os.environ, "GIT_CONFIG_NOSYSTEM": "1"},
    )  # fmt: skip
    after = os.times()
    took = after.children_user + after.children_system - before.children_user - before.children_system
    body = done.stdout.splitlines()[4:]
    return took, sum(line[:1] in ("+", "-") for line in body)


def difflib(old: Sequence[Line], new: Sequence[Line], seconds: float) -> tuple[float, int] | None:
    """Seconds and marks, or None where it took too long."""
    ours_end, theirs = multiprocessing.Pipe(duplex=False)
    words = [[word for _, text in side for word in text.split()] for side in (old, new)]
    child = multiprocessing.Process(target=_difflib, args=(*words, theirs))
    child.start()
    try:
        return ours_end.recv() if ours_end.poll(seconds) else None
    finally:
        child.kill()
        child.join()


def _difflib(old: list[str], new: list[str], answer: Connection) -> None:
    began = time.process_time()
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    marks = sum((i2 > i1) + (j2 > j1) for tag, i1, i2, j1, j2 in codes if tag != "equal")
    answer.send((time.process_time() - began, marks))


def long_texts(db: Sqlite, share: float) -> tuple[list[Line], list[Line]]:
    """50,000 words of the archive in their blocks, and the same with a share of the words replaced."""
    chance, old, count = random.Random(1), [], 0
    for row in db.rows("select kind, text from blocks order by id"):
        if count >= WORDS:
            break
        old.append((row["kind"], row["text"]))
        count += len(row["text"].split())
    vocabulary = sorted({word for _, text in old for word in text.split()})
    new = [
        (kind, " ".join(chance.choice(vocabulary) if chance.random() < share else word for word in text.split()))
        for kind, text in old
    ]
    return old, new


def grown_and_other(db: Sqlite) -> Iterator[tuple[str, list[Line], list[Line]]]:
    """50,000 words with 2,500 more in their middle, and beside as many others of the archive, if it has so many."""
    blocks = [(row["kind"], row["text"]) for row in db.rows("select kind, text from blocks order by id")]
    ends = list(accumulate(len(text.split()) for _, text in blocks))
    half, chapter, whole = (bisect_left(ends, words) for words in (WORDS, WORDS + WORDS // 20, 2 * WORDS))
    old, middle = blocks[:half], half // 2
    yield "a chapter came", old, [*old[:middle], *blocks[half:chapter], *old[middle:]]
    if whole < len(blocks):
        yield "another text", old, blocks[half:whole]


def told(name: str, words: int | str, *results: tuple[float, int] | None) -> str:
    """A line of the table."""
    cells = [f"{one[0] * 1000:9.0f} ms {one[1]:6}" if one else f"{'given up':>19}" for one in results]
    return f"{name:<62} {words:>7} {' '.join(cells)}"


def _sum(column: Sequence[tuple[float, int] | None]) -> tuple[float, int] | None:
    finished = [one for one in column if one]
    return (sum(one[0] for one in finished), sum(one[1] for one in finished)) if len(finished) == len(column) else None


def main() -> None:
    """Print the slowest pairs, the sums, and the long texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--difflib", type=float, default=5.0, help="seconds until difflib is given up")
    parser.add_argument("--slowest", type=int, default=10, help="how many pairs to list")
    chosen = parser.parse_args()
    compare([("p", "warm up")], [("p", "warmed up")])
    measured = []
    with open_archive(str(chosen.archive)) as db, tempfile.TemporaryDirectory() as folder:
        for name, old, new in pairs(db):
            words = sum(len(text.split()) for _, text in old + new)
            measured.append(
                Measured(name, words, ours(old, new), git(old, new, Path(folder)), difflib(old, new, chosen.difflib))
            )
        print(f"{'':<62} {'words':>7} {'pagewitness':>19} {'git':>19} {'difflib':>19}   (CPU time, marks)")
        for one in sorted(measured, key=lambda one: -one.ours[0])[: chosen.slowest]:
            print(told(one.name, one.words, one.ours, one.git, one.difflib))
        done = [one for one in measured if one.difflib]
        for name, some in (("all", measured), ("those that difflib finished", done)):
            columns = ([one.ours for one in some], [one.git for one in some], [one.difflib for one in some])
            sums = [_sum(column) for column in columns]
            print(told(f"{len(some)} pairs: {name}", sum(one.words for one in some), *sums))
        long = [(f"{share:.0%} replaced", *long_texts(db, share)) for share in (0.01, 0.05, 0.1, 0.3)]
        for name, old, new in [*long, *grown_and_other(db)]:
            results = ours(old, new), git(old, new, Path(folder))
            print(told(f"50,000 words, {name}, {len(old)} blocks", 2 * WORDS, *results))
            joined = [[("p", " ".join(text for _, text in side))] for side in (old, new)]
            results = ours(*joined), git(*joined, Path(folder))
            print(told(f"50,000 words, {name}, one block", 2 * WORDS, *results))


if __name__ == "__main__":
    main()
