"""The archive that the benchmarks search is made by the tables of today."""

from __future__ import annotations

from pathlib import Path

from benchmarks.search_archive import build

from pagewitness.archive.search import find
from pagewitness.archive.store.database import open_archive


def test_a_made_archive_answers(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "one.txt").write_text("The threat to the country has grown this year. Its neighbours say so as well.\n")
    build(tmp_path / "archive.db", texts, blocks=500)
    with open_archive(str(tmp_path / "archive.db")) as db:
        assert db.value("select count(*) from blocks") == 500
        assert find.count(db, "threat") == 10
