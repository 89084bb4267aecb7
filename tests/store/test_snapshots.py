"""Readers beside writers: each reading command sees one history, that of one moment, whatever is written meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from helpers import URL, answer, archive, day, read, reading

from pagewitness.archive.cli import Invocation, alert, blame, diff, log, pages, phrase, search, show
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.text import words

DAYS = 6
COMMANDS = {
    module.__name__.rpartition(".")[2]: module.command
    for module in (alert, blame, diff, log, pages, phrase, search, show)
}


def texts(cleaner: str, number: int) -> list[str]:
    """What a cleaner makes of a day's page: the two have no paragraph in common, and not the same number of them."""
    common = [f"The {cleaner} assessment of the harbour describes how trade goes on, part {part}." for part in range(4)]
    return [
        *common,
        *(f"On day {day} the {cleaner} of section {day} was told." for day in range(number + len(cleaner))),
    ]


@contextmanager
def rewritten(file: Path) -> Iterator[None]:
    """While this lasts, the history of the page is written again, by the one and the other cleaner's readings in turn."""
    over = threading.Event()
    errors: list[BaseException] = []

    def write() -> None:
        try:
            with open_archive(str(file)) as db:
                page = evidence.known_page(db, URL)
                while not over.is_set():
                    for cleaner in ("one", "another"):
                        derivation.derive(db, page, cleaner)
        except BaseException as error:
            errors.append(error)
            raise

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()
    assert not errors


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An archive with a page of some revisions, which two cleaners have read."""
    with archive(tmp_path) as db:
        page = evidence.known_page(db, URL)
        for number in range(DAYS):
            capture = evidence.keep(db, Visit(page, "run", day(number)), answer(f"day {number}"))
            assert capture is not None
            for cleaner in ("one", "another"):
                read(db, capture, reading(texts(cleaner, number), cleaner=cleaner))
        derivation.derive(db, page, "another")
    return tmp_path / "archive.db"


def call(file: Path, name: str, *arguments: str) -> Result:
    return CliRunner().invoke(
        COMMANDS[name],
        arguments,
        obj=Invocation(str(file), file.parent, 86400, None, list, str),
        catch_exceptions=False,
    )


def said(done: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_show_gives_a_text_with_its_own_digest_beside_a_writer(file: Path) -> None:
    """And not the words of one history under the number and the digest of another."""
    seen = set()
    with rewritten(file):
        for _ in range(100):
            [shown] = said(call(file, "show", URL, "--json"))
            blocks = [block["text"] for block in shown["blocks"]]  # type: ignore[attr-defined]
            assert words.digest_of("\n".join(blocks)) == shown["digest"]
            seen.add(blocks[0])
    assert len(seen) == 2, "both histories were there to be seen"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("blame", (URL, "--json")), ("diff", (URL, "1", "4", "--json")), ("search", ("section", "--json")),
        ("phrase", ("section 5", "--json")), ("log", (URL, "--json")),
    ],
)  # fmt: skip
def test_what_a_command_says_is_of_one_history_beside_a_writer(
    file: Path, name: str, arguments: tuple[str, ...]
) -> None:
    """It is what the same command says when nobody writes, by the one cleaner or by the other."""
    expected = set()
    with open_archive(str(file)) as db:
        page = evidence.known_page(db, URL)
        for cleaner in ("one", "another"):
            derivation.derive(db, page, cleaner)
            expected.add(call(file, name, *arguments).stdout)
    with rewritten(file):
        found = {call(file, name, *arguments).stdout for _ in range(30)}
    assert found <= expected


def test_a_text_that_comes_again_keeps_its_id_and_no_id_goes_to_another_text(file: Path) -> None:
    """While a history is written again: ids of the one before are not given away."""
    with open_archive(str(file)) as db:
        page = evidence.known_page(db, URL)
        derivation.derive(db, page, "one")
        before = _blocks(db)
        derivation.derive(db, page, "one", from_start=True)
        assert _blocks(db) == before
        derivation.derive(db, page, "another")
        after = _blocks(db)
        assert after
        assert not before.keys() & after.keys()


def _blocks(db: Sqlite) -> dict[int, str]:
    return {row["id"]: row["text"] for row in db.rows("select id, text from blocks")}
