"""How fast search answers in a large archive, beside a bare FTS5 query of the same words.

python tests/benchmarks/search.py FOLDER [--blocks 1000000] [--queries 60] [--archive FILE] [--cpu]

The archive (`search_archive`) has blocks worded like the texts of FOLDER, 50 a page, a third of them gone. Each kind of
query is asked with other words each time, after one round that is not counted; the first page of 20 hits with snippets,
presence and addresses, from a text to `Hit`s. The bare query gives the ids and texts of the 20 best blocks by bm25, knows no
pages, times or filters, and so answers a smaller question. Wall time, in
milliseconds; with --cpu the processor's, for a machine that others use too.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from search_archive import SOURCES, build

from pagewitness.archive.derived import block_range
from pagewitness.archive.search import find, phrases
from pagewitness.archive.search.temporal_match import Filters
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.text import words
from pagewitness.archive.times import later

Query = tuple[str, str, Filters]  # ours, FTS5's, and the filters

BARE = """select blocks.id, text from blocks_fts join blocks on blocks.id = blocks_fts.rowid
          where blocks_fts match :q order by rank limit 20"""


class Asker:
    """Words of the archive to ask for, by how common they are."""

    def __init__(self, db: Sqlite, chance: random.Random) -> None:
        self.db, self.chance = db, chance
        self.pages: int = db.value("select count(*) from pages")
        self.blocks: int = db.value("select count(*) from blocks")
        db.execute("create virtual table if not exists temp.vocabulary using fts5vocab(main, blocks_fts, 'col')")
        self.frequent = dict(
            row for row in db.rows("select term, doc from vocabulary where col = 'words' and doc > 1") if row[0].isascii()
        )  # fmt: skip

    def word(self, least: float, most: float) -> str:
        """A word that is in so many blocks."""
        found = [one for one, number in self.frequent.items() if least <= number <= most and not one.isdigit()]
        return self.chance.choice(found)

    def of_page(self, page: int) -> list[list[str]]:
        """The words of the blocks of a page."""
        first, last = block_range(page)
        rows = self.db.rows("select text from blocks where id between :first and :last", first=first, last=last)
        return [words.folded_tokens(row[0]) for row in rows]

    def any_page(self) -> list[list[str]]:
        """The words of the blocks of some page in a script with blanks."""
        while True:
            blocks = self.of_page(self.chance.randint(1, self.pages))
            if len(blocks) > 1 and all(one.isascii() for block in blocks for one in block[:3]):
                return blocks


def kinds(asker: Asker) -> dict[str, Callable[[], Query]]:
    """How to ask, by kind."""
    n, chance = asker.blocks, asker.chance

    def moment() -> str:
        return later("2020-01-01T00:00:00.000000Z", chance.random() * 1500 * 86400)

    def rare() -> str:
        return asker.word(2, n / 20_000 + 2)

    def common() -> str:
        return asker.word(n / 500, n / 100)

    def very() -> str:
        return asker.word(n / 20, n)

    def one(word: str, filters: Filters = find.NO_FILTERS) -> Query:
        return word, f'"{word}"', filters

    def phrase() -> Query:
        block = max(chance.sample(asker.any_page(), 2), key=len)
        start = chance.randrange(max(1, len(block) - 3))
        text = " ".join(block[start : start + 3])
        return f'"{text}"', f'"{text}"', find.NO_FILTERS

    def prefix(*, many: bool) -> Query:
        while True:
            begin = common()[:5]
            if (sum(count for word, count in asker.frequent.items() if word.startswith(begin)) > n / 100) is many:
                return f"{begin}*", f'"{begin}" *', find.NO_FILTERS

    def two() -> Query:
        here, there = chance.sample(asker.any_page(), 2)
        first, second = max(here, key=len), max(there, key=len)
        return f"{first} {second}", f'"{first}" OR "{second}"', find.NO_FILTERS

    def pair(first: str, second: str, sign: str = "") -> Query:
        return f"{first} {sign}{second}", f'"{first}" {"NOT" if sign else "AND"} "{second}"', find.NO_FILTERS

    def period() -> Filters:
        since = moment()
        return Filters(since=since, until=later(since, 30 * 86400))

    return {
        "a rare word": lambda: one(rare()),
        "a common word (0.2–1 % of blocks)": lambda: one(common()),
        "a phrase of three words": phrase,
        "a prefix of five letters (up to 1 %)": lambda: prefix(many=False),
        "a prefix of five letters (over 1 %)": lambda: prefix(many=True),
        "two words of two paragraphs": two,
        "two common words": lambda: pair(common(), common()),
        "a common word without another": lambda: pair(common(), common(), "-"),
        "a common word, --at a date": lambda: one(common(), Filters(at=moment())),
        "… in a month": lambda: one(common(), period()),
        "… --current": lambda: one(common(), Filters(current=True)),
        "… --gone": lambda: one(common(), Filters(current=False)),
        "… of a source": lambda: one(common(), Filters(source=f"Source {chance.randint(1, SOURCES)}")),
        "a very common word (over 5 %)": lambda: one(very()),
        "two very common words": lambda: pair(very(), very()),
        "a very common word, --at a date": lambda: one(very(), Filters(at=moment())),
        "… and --gone": lambda: one(very(), Filters(current=False)),
        "… and of a source": lambda: one(very(), Filters(source=f"Source {chance.randint(1, SOURCES)}")),
    }


def measure(
    db: Sqlite, queries: int, seed: int, clock: Callable[[], float]
) -> Iterator[tuple[str, list[float], list[float], float]]:
    """Each kind with the times of ours and of the bare query, in milliseconds, and the mean number of hits."""
    asker = Asker(db, random.Random(seed))
    for name, ask in kinds(asker).items():
        asked = [ask() for _ in range(queries)]
        ours: list[float] = []
        bare: list[float] = []
        hits = 0
        for text, expression, filters in asked[:3] + asked:
            began = clock()
            hits += len(find.search(db, text, filters))
            between = clock()
            db.rows(BARE, q=f"words : ({expression})")
            ours.append((between - began) * 1000)
            bare.append((clock() - between) * 1000)
        yield name, ours[3:], bare[3:], hits / len(ours)


def phrase_histories(
    db: Sqlite, queries: int, seed: int, clock: Callable[[], float]
) -> Iterator[tuple[str, list[float], float]]:
    """How long the history of a phrase of three to eight words takes, with and without near wordings, and the intervals."""
    asker = Asker(db, random.Random(seed))
    for name, least in (("the history of a phrase", None), ("… and near wordings", 0.8)):
        times, found = [], 0
        for _ in range(queries):
            block = max(asker.any_page(), key=len)
            start = asker.chance.randrange(max(1, len(block) - 8))
            phrase = " ".join(block[start : start + asker.chance.randint(3, 8)])
            began = clock()
            found += len(phrases.phrase_history(db, phrase, least=least))
            times.append((clock() - began) * 1000)
        yield name, times, found / queries


def percentiles(times: list[float]) -> tuple[float, float, float]:
    """p50, p95 and p99."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="texts: index.jsonl with text and lang, or files *.txt")
    parser.add_argument("--blocks", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=60, help="of each kind")
    parser.add_argument(
        "--archive", type=Path, help="one that is there, or is to be kept; else it is made anew and deleted"
    )
    parser.add_argument("--cpu", action="store_true", help="processor time instead of wall time")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = arguments.archive or Path(folder) / "archive.db"
        if not file.exists():
            began = time.perf_counter()
            build(file, arguments.folder, arguments.blocks, arguments.seed)
            print(f"built in {time.perf_counter() - began:.0f} s")
        with open_archive(str(file)) as db:
            report(db, arguments.queries, arguments.seed, time.process_time if arguments.cpu else time.perf_counter)


def report(db: Sqlite, queries: int, seed: int, clock: Callable[[], float]) -> None:
    """Print sizes and times."""
    text = db.value("select sum(length(cast(text as blob))) from blocks") / 1e6
    sizes = [db.value(f"select sum(length(block)) from {index}_data") / 1e6 for index in ("blocks_fts", "blocks_stems")]
    print(f"{db.value('select count(*) from blocks'):,} blocks on {db.value('select count(*) from pages'):,} pages")
    print(
        f"text {text:.0f} MB, index of words {sizes[0]:.0f} MB, of stems {sizes[1]:.0f} MB ({sum(sizes) / text:.2f} of it)"
    )
    print(f"{'':38}{'p50':>8}{'p95':>8}{'p99':>8}   bare p50{'p95':>8}{'p99':>8}{'hits':>7}")
    for name, ours, bare, hits in measure(db, queries, seed, clock):
        cells = (
            "".join(f"{one:8.1f}" for one in percentiles(ours))
            + "   "
            + "".join(f"{one:8.1f}" for one in percentiles(bare))
        )
        print(f"{name:38}{cells}{hits:7.1f}", flush=True)
    for name, times, intervals in phrase_histories(db, queries, seed, clock):
        print(f"{name:38}{''.join(f'{one:8.1f}' for one in percentiles(times))}{'':27}{intervals:7.1f}", flush=True)


if __name__ == "__main__":
    main()
