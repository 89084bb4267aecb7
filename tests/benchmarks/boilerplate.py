#!/usr/bin/env python3
"""What boilerplate buys, and what learning costs.

    python tests/benchmarks/boilerplate.py [--program PROGRAM] [--pages 30] [--big 1000]

A site of 30 chapters on this machine, visited in nine rounds: a badge with a threat level that rises and falls, a notice
that is another each round, a menu that turns round, a caveat on each chapter, and real changes: three chapters are edited
in the fourth round, and in the seventh the caveat is another on all of them. Printed: revisions that are true, spurious and
missed, for all rounds and for those after the first two; what is masked; then what the end of a run costs where a host has
so many pages. `--program` names another pagewitness, to compare with.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from loopback import Loopback, Reply

WORDS = ["assessment", "border", "report", "threat", "actor", "service", "hostile", "cyber", "energy", "policy", "risk"]
LEVELS = ["SUBSTANTIAL", "SUBSTANTIAL", "SEVERE", "SEVERE", "SUBSTANTIAL", "CRITICAL", "CRITICAL", "SEVERE", "SEVERE"]
NOTICES = [
    "Current focus: sabotage of cables at sea. The service assesses the matter every quarter, together with its partners.",
    "In this issue: how drones came to be used over airports. The authors assess what is known, in the light of the law.",
    "New study: influence on elections is cheap and seldom works. The study describes ten cases, each with its sources.",
]
MENU = ["About the service", "Threat assessments", "Publications", "News", "Careers", "Open data", "Legal basis"]
CAVEAT = (
    "This chapter reflects the information available to the service on 1 {month}, and predicts nothing with certainty."
)
EDITED, CAVEAT_CHANGES, ROUNDS = (3, 6), 6, len(LEVELS)  # (round, every n-th chapter), round, rounds


def chapter(number: int, turn: int) -> bytes:
    """A page as it is in a round."""
    chance = random.Random(number)
    paragraphs = [
        " ".join(chance.choice(WORDS) for _ in range(45)).capitalize() + f" in chapter {number}, section {part}."
        for part in range(1 + number % 5)
    ]
    if turn >= EDITED[0] and number % 10 == EDITED[1]:
        paragraphs[-1] += " An attack is likely within the year."
    badge = f"Current threat level: {LEVELS[turn]}. The service assesses the level every quarter, together with its partners."
    menu = "".join(f"<li><a href='/{n}'>{name}</a></li>" for n, name in enumerate((MENU * 3)[turn : turn + 2]))
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    caveat = CAVEAT.format(month="March" if turn < CAVEAT_CHANGES else "September")
    title = f"Chapter {number} of the assessment"
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body><header><p>{badge}</p></header>"
        f"<nav><ul>{menu}</ul></nav><aside><p>{NOTICES[turn % len(NOTICES)]}</p></aside>"
        f"<article><h1>{title}</h1><p>{caveat}</p>{text}</article>"
        "</body></html>"
    ).encode()


def changes(number: int) -> list[int]:
    """The rounds in which a chapter really changes."""
    return sorted({CAVEAT_CHANGES, *([EDITED[0]] if number % 10 == EDITED[1] else [])})


class Program:
    """A pagewitness on one archive."""

    def __init__(self, program: str, archive: Path) -> None:
        self._command = [program, "--archive", str(archive)]
        self._settings = {"PAGEWITNESS_NETWORK_ALLOW": "127.0.0.0/8", "PAGEWITNESS_NETWORK_DELAY": "0"}

    def __call__(self, *words: str, given: str | None = None) -> str:
        environment = {**os.environ, **self._settings}
        return subprocess.run(
            [*self._command, *words], env=environment, input=given, stdout=subprocess.PIPE, text=True, check=True
        ).stdout


def score(program: str, pages: int, folder: Path) -> None:
    """Visit the chapters round after round, and score the revisions."""
    run = Program(program, folder / "site.db")
    with Loopback() as site:
        urls = [site.url(f"/{number}") for number in range(pages)]
        began = []
        for turn in range(ROUNDS):
            for number in range(pages):
                site.routes[f"/{number}"] = Reply(200, chapter(number, turn), (("Content-Type", "text/html"),))
            began.append(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()))
            run("run", "--all") if turn else (run("add", "-", given="\n".join(urls)), run("run"))
            time.sleep(1.1)
    for since in (0, 2):
        true = spurious = missed = 0
        for number, url in enumerate(urls):
            rows = [json.loads(line) for line in run("log", url, "--json").splitlines()]
            turns = [sum(at <= row["captured_at"] for at in began) - 1 for row in rows if row["cause"] != "first"]
            found, real = {turn for turn in turns if turn > since}, {turn for turn in changes(number) if turn > since}
            true, spurious, missed = true + len(found & real), spurious + len(found - real), missed + len(real - found)
        print(f"{pages} pages, rounds {since + 2} to {ROUNDS}: {true} true, {spurious} spurious, {missed} missed")
    told = _rows(
        folder / "site.db",
        "select count(*) from notifications where notified_at is not null and from_capture is not null",
    )
    print(f"told: {told[0][0]} changes")
    for host, masked in _rows(folder / "site.db", "select host, masked from boilerplate"):
        for line, but in json.loads(masked).items():
            print(f"masked on {host}, but for {len(but)} pages: {line}")


def cost(program: str, pages: int, folder: Path) -> None:
    """What the end of a run costs on a host with many pages: the first, one with nothing new, and one with one page new."""
    run = Program(program, folder / "big.db")
    with Loopback() as site:
        for number in range(pages):
            site.routes[f"/{number}"] = Reply(200, chapter(number, 0), (("Content-Type", "text/html"),))
        run("add", "-", given="\n".join(site.url(f"/{number}") for number in range(pages)))
        run("run")
        _learn(folder / "big.db", "everything is new", anew=True)
        _learn(folder / "big.db", "nothing is new")
        site.routes["/1"] = Reply(200, chapter(1, 6), (("Content-Type", "text/html"),))
        run("run", site.url("/1"))
        _learn(folder / "big.db", "one page is new", upto=1)
        _learn(folder / "big.db", "another line is masked", stale=True)


def _learn(archive: Path, what: str, *, anew: bool = False, upto: int = 0, stale: bool = False) -> None:
    from pagewitness.archive.store.database import open_archive
    from pagewitness.scraper.clean import cleaner_name
    from pagewitness.scraper.work.learning import learn

    with open_archive(str(archive)) as db:
        if anew:
            db.execute("delete from counts")
            db.execute("delete from boilerplate_cursor")
        if upto:
            db.execute("update boilerplate_cursor set reading_id = reading_id - :upto", upto=upto)
        if stale:
            db.execute("update checkpoints set boilerplate = 'another'")
        start, cpu = time.perf_counter(), time.process_time()
        touched = learn(db, cleaner_name())
        print(
            f"learning, {what}: {1000 * (time.perf_counter() - start):.1f} ms "
            f"({1000 * (time.process_time() - cpu):.1f} ms of the processor), {len(touched)} histories made anew"
        )


def _rows(archive: Path, sql: str) -> list[tuple[object, ...]]:
    import sqlite3

    with sqlite3.connect(archive) as connection:
        try:
            return connection.execute(sql).fetchall()
        except sqlite3.OperationalError:
            return []


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(Path(sys.executable).parent / "pagewitness"))
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--big", type=int, default=0, help="pages on one host, to measure what learning costs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        score(given.program, given.pages, Path(folder))
        if given.big:
            cost(given.program, given.big, Path(folder))


if __name__ == "__main__":
    main()
