"""An archive to search: as many blocks as asked for, worded like the texts of a folder."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pagewitness.archive.derived import BLOCK_BITS
from pagewitness.archive.store.database import open_archive
from pagewitness.archive.text import index_words, words
from pagewitness.archive.times import later

BLOCKS_A_PAGE = 50
SOURCES = 40
BEGINNING = "2019-01-01T00:00:00.000000Z"
DAYS = 2000
SYLLABLES = ("ka", "ro", "vi", "ten", "mar", "sel", "du", "bo", "lin", "gra", "po", "tis", "wen", "zu", "ha", "fel")


@dataclass(frozen=True)
class Language:
    """Sentences to make paragraphs of, and all their words as often as they occur."""

    sentences: list[str]
    words: list[str]


def languages(folder: Path) -> dict[str, Language]:
    """The texts of a folder: `index.jsonl` with `text` and `lang`, or files `*.txt` (English)."""
    texts: dict[str, list[str]] = defaultdict(list)
    if (folder / "index.jsonl").exists():
        for line in (folder / "index.jsonl").open(encoding="utf-8"):
            entry = json.loads(line)
            texts[entry["lang"]].append(entry["text"] or "")
    for file in folder.rglob("*.txt"):
        texts["en"].append(file.read_text(encoding="utf-8", errors="replace"))
    found = {}
    for language, parts in texts.items():
        sentences = [words.normalised(one) for text in parts for one in re.split(r"(?<=[.!?。])\s+|\n+|(?<=。)", text)]
        sentences = [one for one in sentences if 3 < len(words.tokens(one)) < 80 or len(one) > 20]
        if sentences:
            found[language] = Language(sentences, [word for one in sentences for word in words.tokens(one)])
    return found


def build(file: Path, folder: Path, blocks: int, seed: int = 1) -> None:
    """Make an archive of so many blocks. Pages have one to six revisions over five years; a quarter of the blocks is gone."""
    open_archive(str(file), create=True).close()
    chance = random.Random(seed)
    tongues = languages(folder)
    names, bounds = list(tongues), [0.0]
    for language in tongues.values():
        bounds.append(bounds[-1] + len(language.words) ** 0.7)  # smaller languages are less small than in the folder
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma cache_size = -200000")
    connection.execute("begin")
    connection.executemany(
        "insert into sources (id, name) values (?, ?)", [(n + 1, f"Source {n + 1}") for n in range(SOURCES)]
    )
    connection.execute("insert into pages (id, url, key, host) values (0, '', '', '')")
    connection.execute("insert into frames values (1, 0, x'')")
    connection.execute("insert into bodies values (1, '', 0, 1, 0)")
    for page in range(1, blocks // BLOCKS_A_PAGE + 1):
        name = names[min(bisect(bounds, chance.random() * bounds[-1]) - 1, len(names) - 1)]
        _page(connection, chance, page, name, tongues[name])
        if page % 1000 == 0:
            connection.execute("commit")
            connection.execute("begin")
    connection.execute("delete from pages where id = 0")
    connection.execute("commit")
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()


def _page(connection: sqlite3.Connection, chance: random.Random, page: int, name: str, language: Language) -> None:
    source = int(SOURCES * chance.random() ** 2) + 1
    url = f"https://source{source}.example.org/{page}"
    title = " ".join(chance.choices(language.words, k=6))
    connection.execute(
        "insert into pages (id, url, key, host, source_id, title) values (?, ?, ?, ?, ?, ?)",
        (page, url, url, f"source{source}.example.org", source, title),
    )
    connection.execute(
        """insert into readings (id, page_id, cleaner, page_digest, language, layout)
           values (?, ?, 'c', '', ?, x'')""",
        (page, page, name),
    )
    start = chance.random() * DAYS
    days = sorted({start, *(start + chance.random() * (DAYS - start) for _ in range(chance.randrange(6)))})
    first = (page << 4) + 1
    moments = [later(BEGINNING, day * 86400) for day in days]
    for place, at in enumerate(moments):
        visit = first + place
        connection.execute(
            "insert into captures (id, page_id, captured_at, url, status, headers, body_id) values (?, ?, ?, ?, 200, '[]', 1)",
            (visit, page, at, url),
        )
        connection.execute(
            "insert into visits values (?, ?, '', 'import', ?, 'captured', 200, null, ?, null, null, '')",
            (visit, page, at, visit),
        )
        connection.execute(
            "insert into observations (visit_id, page_id, observed_at, capture_id, verdict, revision) values (?, ?, ?, ?, ?, ?)",
            (visit, page, at, visit, "changed" if place else "first", visit),
        )
    spans = _presence(chance, len(moments))
    for place, at in enumerate(moments):
        visit = first + place
        ids = [
            (page << BLOCK_BITS) + 1 + number
            for number, own in enumerate(spans)
            if any(since <= place and (until is None or place < until) for since, until in own)
        ]
        connection.execute(
            "insert into revisions values (?, ?, ?, ?, ?, ?, 'c', ?, ?, 0, '', ?)",
            (visit, page, visit, at, place + 1, "change" if place else "first", page, title, json.dumps(ids)),
        )
    texts = list(_texts(chance, language, len(spans)))
    connection.executemany(
        "insert into blocks (id, form, kind, language, text, stems, bigrams) values (?, ?, 'p', ?, ?, ?, ?)",
        [
            (
                (page << BLOCK_BITS) + 1 + number,
                str(number),
                name,
                text,
                words.stem_keys(text, name),
                index_words.bigrams(text),
            )
            for number, text in enumerate(texts)
        ],
    )
    connection.executemany(
        "insert into presence values (?, ?, ?, ?, ?)",
        [
            ((page << BLOCK_BITS) + 1 + number, first + since, moments[since],
             None if until is None else first + until, None if until is None else moments[until])
            for number, own in enumerate(spans)
            for since, until in own
        ],
    )  # fmt: skip


def _presence(chance: random.Random, revisions: int) -> list[list[tuple[int, int | None]]]:
    """For each block of a page, from which to which of its revisions it was there."""
    spans: list[list[tuple[int, int | None]]] = []
    for _ in range(BLOCKS_A_PAGE):
        since = 0 if chance.random() < 0.7 else chance.randrange(revisions)
        gone = chance.random() < 0.35 and since + 1 < revisions
        until = chance.randrange(since + 1, revisions) if gone else None
        own = [(since, until)]
        if until is not None and until + 1 < revisions and chance.random() < 0.1:
            own.append((until + 1, None))
        spans.append(own)
    return spans


def _texts(chance: random.Random, language: Language, count: int) -> Iterator[str]:
    for _ in range(count):
        parts = " ".join(chance.choices(language.sentences, k=1 + int(3 * chance.random()))).split(" ")
        for _ in range(1 + len(parts) // 12):
            parts[chance.randrange(len(parts))] = chance.choice(language.words)
        if chance.random() < 0.5:
            parts[chance.randrange(len(parts))] = _name(chance)
        yield words.normalised(" ".join(parts))


def _name(chance: random.Random) -> str:
    """A word that few pages have: there is always one more."""
    number, name = int(200_000 * chance.random() ** 3), ""
    while number or not name:
        number, syllable = divmod(number, len(SYLLABLES))
        name += SYLLABLES[syllable]
    return name.capitalize()
