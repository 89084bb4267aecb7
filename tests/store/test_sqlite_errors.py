"""What SQLite reports becomes one of our errors, which says what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pagewitness.archive.errors import ArchiveError, Busy, PagewitnessError, QueryError, SchemaError
from pagewitness.archive.store import sqlite_errors
from pagewitness.archive.store.sqlite_errors import primary_code, translated


def error_of(file: Path, cause: Callable[[sqlite3.Connection], object]) -> sqlite3.Error | UnicodeError:
    """What SQLite, or Python on the way to it, raises on a file."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0.0)) as db:
        try:
            cause(db)
        except (sqlite3.Error, UnicodeError) as error:
            return error
    pytest.fail("nothing was raised")


def filled(file: Path) -> Path:
    with closing(sqlite3.connect(file)) as db:
        db.execute("create table t (x unique)")
        db.executemany("insert into t values (?)", [(f"{number} {'x' * 900}",) for number in range(60)])
        db.commit()
    return file


def test_a_lock_of_another_process(tmp_path: Path) -> None:
    file = filled(tmp_path / "a.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin exclusive")
        error = error_of(file, lambda db: db.execute("select * from t").fetchall())
    assert isinstance(error, sqlite3.Error)
    assert sqlite_errors.is_locked(error)
    said = translated(error, file, 2.5)
    assert isinstance(said, Busy)
    assert str(said) == f"{file} has been locked by another process for 2.5 s: try again later."


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Not a database. " * 200)
    said = translated(error_of(file, lambda db: db.execute("select * from sqlite_schema")), file, 0)
    assert isinstance(said, SchemaError)
    assert str(said) == f"{file} is not a pagewitness archive: name another file."


def test_a_damaged_file(tmp_path: Path) -> None:
    file = filled(tmp_path / "a.db")
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    error = error_of(file, lambda db: db.execute("select count(x) from t").fetchall())
    assert isinstance(error, sqlite3.Error)
    assert primary_code(error) == sqlite3.SQLITE_CORRUPT
    assert "is damaged" in str(translated(error, file, 0))


def test_a_full_disk(tmp_path: Path) -> None:
    file = filled(tmp_path / "a.db")

    def fill(db: sqlite3.Connection) -> None:
        db.execute("pragma max_page_count = 1")
        for number in range(1000, 2000):
            db.execute("insert into t values (?)", (f"{number} {'y' * 900}",))

    said = translated(error_of(file, fill), file, 0)
    assert str(said) == f"The disk of {file} is full: make room; nothing was half-written."


def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    file = filled(tmp_path / "a.db")

    def write(db: sqlite3.Connection) -> None:
        db.execute("pragma query_only = on")
        db.execute("delete from t")

    said = str(translated(error_of(file, write), file, 0))
    assert said.startswith(f"{file} can't be opened or written (")
    assert said.endswith("): check the permissions of it and its folder.")


def test_a_disk_that_fails(tmp_path: Path) -> None:
    """Its extended codes, such as SQLITE_IOERR_READ, count as what they extend."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
    assert primary_code(error) == sqlite3.SQLITE_IOERR
    assert "check its disk, then try again" in str(translated(error, tmp_path / "a.db", 0))


def test_anything_else_is_said_as_sqlite_says_it(tmp_path: Path) -> None:
    file = filled(tmp_path / "a.db")
    error = error_of(file, lambda db: db.execute("insert into t select x from t limit 1"))
    assert type(translated(error, file, 0)) is ArchiveError
    assert str(translated(error, file, 0)) == f"{file}: UNIQUE constraint failed: t.x."


def test_an_error_of_pythons_own_module_has_no_code() -> None:
    error = sqlite3.ProgrammingError("Cannot operate on a closed database")
    assert primary_code(error) is None
    assert not sqlite_errors.is_locked(error)


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("caf\udce9", QueryError, r"'caf\udce9' is not text in your terminal's encoding"),
        ("half \ud800", ArchiveError, r"can't keep 'half \ud800': it holds half a character"),
    ],
)
def test_a_text_with_half_a_character(tmp_path: Path, text: str, kind: type[PagewitnessError], says: str) -> None:
    error = error_of(tmp_path / "a.db", lambda db: db.execute("select ?", (text,)))
    assert isinstance(error, UnicodeEncodeError)
    said = translated(error, tmp_path / "a.db", 0)
    assert type(said) is kind
    assert says in str(said)


def test_a_text_in_the_archive_that_is_no_unicode(tmp_path: Path) -> None:
    with pytest.raises(UnicodeDecodeError) as caught:
        b"\xe9".decode()
    assert "holds a text that is not UTF-8" in str(translated(caught.value, tmp_path / "a.db", 0))
