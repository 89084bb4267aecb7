"""A reader who leaves the output of a command open (`pagewitness log … | less`) holds nobody up."""

from __future__ import annotations

import io
import sqlite3
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from helpers import HTML, answer, archive, day, environment, read, reading

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.search import alerts
from pagewitness.archive.store import evidence
from pagewitness.scraper.cli import main

PAGE = "https://one.example/assessment"
COMMANDS = [
    ["pages"], ["pages", "--json"], ["log", PAGE], ["log", PAGE, "--all", "--json"], ["show", PAGE],
    ["show", PAGE, "--raw"], ["show", PAGE, "--json"], ["show", PAGE, "--html"], ["show", PAGE, "--cleaner", "list"],
    ["show", PAGE, "--cleaner", "c1"], ["diff", PAGE], ["blame", PAGE], ["blame", PAGE, "--removed"],
    ["search", "attack"], ["search", "attack", "--json"], ["search", "attack", "--count"],
    ["search", "attack", "--facet", "lang"], ["phrase", "attack"], ["alert"], ["alert", "attacks"],
]  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a page of two revisions and an alert."""
    folder = tmp_path_factory.mktemp("open")
    with archive(folder) as db:
        page = evidence.known_page(db, PAGE)
        for at, text in ((1, "An attack is unlikely."), (2, "An attack is likely.")):
            capture = evidence.keep(db, Visit(page, "run", day(at)), answer(text, url=PAGE, headers=HTML))
            assert capture is not None
            read(db, capture, reading(["The assessment describes the year that has passed.", text]))
        derivation.derive(db, page, "c1")
        alerts.add_alert(db, "attacks", "attack", day(3))
    return folder / "archive.db"


class Watched(io.BytesIO):
    """An output that records, whenever something is written, whether the whole write-ahead log could be copied then."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self.copied: list[bool] = []

    def write(self, text: object, /) -> int:
        """Write something to the archive, and copy it into its file."""
        db = sqlite3.connect(self._file, isolation_level=None, timeout=0.1)
        db.execute("update pages set failures = failures + 1")
        busy, *_ = db.execute("pragma wal_checkpoint(truncate)").fetchone()
        db.close()
        self.copied.append(not busy)
        return super().write(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_output_is_printed_after_the_snapshot_has_ended(
    file: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the log of a busy archive would grow for as long as somebody looks at a page of text."""
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    out = Watched(file)
    with redirect_stdout(io.TextIOWrapper(out, "utf-8")), pytest.raises(SystemExit) as ended:
        main(["--archive", str(file), *arguments])
    assert not ended.value.code
    assert out.copied
    assert all(out.copied)
