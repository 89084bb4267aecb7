"""Standard streams that the caller closed (`pagewitness … <&- >&- 2>&-`, as some daemons do): every command works as before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import HTML, answer, archive, day, environment, read, reading, warc

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import agenda, evidence
from pagewitness.scraper.cli import COMMANDS

PAGE = "https://one.example/assessment"
TEXT = ["# Threats 2024", "The assessment describes how the environment has changed.", "An attack is unlikely."]
# Calls of each command with their exit codes: those that read standard input find it empty.
CALLS: dict[str, list[tuple[list[str], int]]] = {
    "run": [(["run"], 0)],  # before others follow pages that it would visit
    "watch": [(["watch"], 0)],  # ended by SIGTERM
    "add": [(["add", "https://two.example/"], 0), (["add", "-"], 2), (["add", "--browser", "https://two.example/"], 0)],
    "follow": [(["follow", "vsd"], 0), (["follow", "-"], 2)],
    "unfollow": [(["unfollow", PAGE], 0), (["unfollow", "-"], 2)],
    "sources": [(["sources", "vsd"], 0)],
    "pages": [(["pages"], 0), (["pages", "--json"], 0)],
    "search": [(["search", "attack"], 0)],
    "log": [(["log", PAGE, "--all"], 0)],
    "show": [
        (["show", PAGE], 0),
        (["show", PAGE, "--raw"], 0),
        (["show", PAGE, "--html"], 0),
        (["show", PAGE, "--rendered"], 3),
        (["show", PAGE, "--picture", "-"], 3),
        (["show", "nowhere"], 3),
    ],
    "changes": [(["changes"], 0), (["changes", "--json"], 0)],
    "digest": [(["digest"], 0)],
    "discover": [(["discover", "-", "--dry-run"], 2)],
    "diff": [(["diff", PAGE, PAGE], 0)],
    "blame": [(["blame", PAGE], 0)],
    "phrase": [(["phrase", "attack"], 0)],
    "notify": [(["notify"], 0), (["notify", "--test"], 1)],
    "alert": [(["alert"], 0)],
    "import": [(["import", "some.warc.gz"], 0), (["import", "page.html"], 1), (["import", "-"], 1)],
    "reclean": [(["reclean", "--dry-run"], 0), (["reclean", "-"], 2)],
    "clean": [(["clean", "page.html"], 0), (["clean", "-"], 1)],
    "config": [(["config"], 0)],
}
# Each call in a process of its own, forked from one that has imported most of what they need, the cleaner with its model.
FORKING = """
import json, os, signal, sys, threading, time
from pagewitness.scraper.cli import main
import pagewitness.archive.search.find, pagewitness.archive.views.listing, pagewitness.scraper.work.visit
from pagewitness.scraper.clean import clean

clean(b"<h1>Ice</h1><p>The ferries stopped for ice again this winter.</p>", None, None)

def end():  # once it handles the signal
    while signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)

calls, closed = json.load(sys.stdin)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
codes = []
for call in calls:
    if (child := os.fork()) == 0:
        code = 99
        try:
            for number in closed:
                os.close(number)
                setattr(sys, ("stdin", "stdout", "stderr")[number], None)  # as Python starts
            if "watch" in call:
                threading.Thread(target=end, daemon=True).start()
            main(call)
        except SystemExit as ended:
            code = ended.code or 0
        finally:
            os._exit(code)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
json.dump(codes, sys.stdout)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an archive of one page, a WARC and a page."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], None, 86400, day(1))
        db.execute("update pages set due_at = '2099-01-01T00:00:00.000000Z'")
        page = evidence.known_page(db, PAGE)
        capture = evidence.keep(db, Visit(page, "run", day(1)), answer("|".join(TEXT), url=PAGE, headers=HTML))
        assert capture is not None
        read(db, capture, reading(TEXT))
        derivation.derive(db, page, "c1")
    text = "".join(f"<p>{line}</p>" for line in TEXT) * 3
    (tmp_path / "page.html").write_text(f"<!doctype html><title>Threats</title><main>{text}</main>")
    record = {
        "url": "https://three.example/",
        "at": "2024-01-01T00:00:00Z",
        "body": (tmp_path / "page.html").read_bytes(),
    }
    (tmp_path / "some.warc.gz").write_bytes(warc([record]))
    return tmp_path


def test_every_command_works_where_the_standard_streams_are_closed(folder: Path) -> None:
    """It has the exit code that it always has, and nothing is printed into the archive, or as a traceback."""
    assert CALLS.keys() == COMMANDS.keys(), "each command has a call here"
    works_with_closed(folder, [0, 1, 2], [call for of_command in CALLS.values() for call in of_command])


def test_commands_that_print_work_where_only_the_output_is_closed(folder: Path) -> None:
    works_with_closed(folder, [1], [CALLS[name][0] for name in ("pages", "log", "show", "blame", "config")])


def works_with_closed(folder: Path, closed: list[int], calls: list[tuple[list[str], int]]) -> None:
    words = [["--archive", "archive.db", *call] for call, _ in calls]
    done = subprocess.run(
        [sys.executable, "-c", FORKING], cwd=folder, env=environment(), input=json.dumps([words, closed]).encode(),
        capture_output=True, timeout=120,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    codes = json.loads(done.stdout)
    assert dict(zip(map(" ".join, words), codes, strict=True)) == {
        " ".join(line): code for line, (_, code) in zip(words, calls, strict=True)
    }
