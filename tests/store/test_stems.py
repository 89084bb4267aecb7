"""Stems carry their stemmer's version: with another one they are made again, and the words are found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import URL, answer, archive, check_whole, day, html, lines, pagewitness, read, reading, warc

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.search.find import search
from pagewitness.archive.store import evidence, stems
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.text import words

TEXT = ["The assessments mention travellers.", "Agencies publish them.", "Nobody waits for long."]


def fill(db: Sqlite) -> None:
    page = evidence.known_page(db, URL)
    capture = evidence.keep(db, Visit(page, "import", day(1)), answer("one"))
    assert capture is not None
    read(db, capture, reading(TEXT))
    derivation.derive(db, page, "c1")


def forget(db: Sqlite) -> None:
    """As if another stemmer had made the stems."""
    db.execute("update blocks set stems = 'xyz'")
    db.execute("update stemmer set version = 'another'")


@pytest.mark.parametrize("at_once", [1, 2, 3, 500])
def test_stems_of_another_stemmer_are_rebuilt(db: Sqlite, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """However many blocks go into a transaction; nothing is done twice."""
    monkeypatch.setattr(stems, "AT_ONCE", at_once)
    fill(db)
    forget(db)
    assert search(db, "traveller publishing") == []
    stems.bring_up_to_date(db)
    assert [hit.url for hit in search(db, "traveller publishing")] == [URL]
    assert tuple(db.row("select * from stemmer")) == (words.stemmer_version(), None)
    check_whole(db)
    changes = db.value("select total_changes()")
    stems.bring_up_to_date(db)
    assert db.value("select total_changes()") == changes


def test_what_was_interrupted_goes_on_from_there(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """And blocks that came meanwhile are not left out."""
    monkeypatch.setattr(stems, "AT_ONCE", 1)
    fill(db)
    forget(db)
    assert stems._step(db, words.stemmer_version())
    assert db.value("select count(*) from blocks where stems = 'xyz'") == 2
    stems.bring_up_to_date(db)
    assert db.value("select count(*) from blocks where stems = 'xyz'") == 0


def test_a_new_archive_is_up_to_date(db: Sqlite) -> None:
    assert tuple(db.row("select * from stemmer")) == (words.stemmer_version(), None)


def test_the_next_import_rebuilds_them(tmp_path: Path) -> None:
    """Through the command line."""
    with archive(tmp_path) as db:
        fill(db)
        forget(db)
    (tmp_path / "some.warc").write_bytes(
        warc([{"url": URL + "/other", "at": "2024-03-01T00:00:00Z", "body": html("Other")}], gzip=False)
    )
    assert pagewitness(tmp_path / "archive.db", "import", str(tmp_path / "some.warc")).returncode == 0
    with open_archive(str(tmp_path / "archive.db")) as db:
        assert db.value("select version from stemmer") == words.stemmer_version()
    found = lines(pagewitness(tmp_path / "archive.db", "search", "traveller publishing", "--json"))
    assert [hit["url"] for hit in found] == [URL]
