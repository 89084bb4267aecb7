"""The database: opening, transactions, and what is said when something is wrong with the file."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from helpers import check_whole

from pagewitness.archive.errors import ArchiveError, Busy, NotFound, QueryError, SchemaError
from pagewitness.archive.store import database, evidence, migrations
from pagewitness.archive.store.database import Sqlite, WriteInSnapshot, open_archive


def test_an_archive_is_made_only_when_asked(tmp_path: Path) -> None:
    """Opening to read makes no file, and nothing makes a folder."""
    file = tmp_path / "archive.db"
    with pytest.raises(NotFound, match=r"pagewitness add") as caught:
        open_archive(str(file))
    assert caught.value.exit_code == 3
    with pytest.raises(NotFound, match="doesn't exist"):
        open_archive(str(tmp_path / "folder" / "archive.db"), create=True)
    assert list(tmp_path.iterdir()) == []
    open_archive(str(file), create=True).close()
    with open_archive(str(file)) as again:
        check_whole(again)


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="is a folder"):
        open_archive(str(tmp_path))


@pytest.mark.parametrize("content", [b"no database at all, but long enough to look" * 40, b"\x00" * 4096])
def test_a_file_that_is_no_database_is_reported_and_left_alone(tmp_path: Path, content: bytes) -> None:
    """In a sentence that names the file."""
    file = tmp_path / "notes.txt"
    file.write_bytes(content)
    with pytest.raises(SchemaError, match=r"notes\.txt") as caught:
        open_archive(str(file), create=True)
    assert caught.value.exit_code == 4
    assert file.read_bytes() == content


def test_somebody_elses_database_is_reported_and_left_alone(tmp_path: Path) -> None:
    """It has tables, and none of them says that it is ours."""
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as other:
        other.execute("create table notes (text)")
    other.close()
    before = file.read_bytes()
    with pytest.raises(SchemaError, match="not a pagewitness archive"):
        open_archive(str(file), create=True)
    assert file.read_bytes() == before


def test_an_archive_of_a_newer_version_is_reported(db: Sqlite) -> None:
    """By the name of the migration that this version does not know."""
    db.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values ('pagewitness', '9999_newer', '')"
    )
    with pytest.raises(SchemaError, match=r"newer pagewitness \(9999_newer\): upgrade") as caught:
        open_archive(str(db.path))
    assert caught.value.exit_code == 4


def test_a_postgresql_archive_is_reported_not_to_be_supported() -> None:
    """Without the password in its address."""
    with pytest.raises(ArchiveError, match="PostgreSQL") as caught:
        open_archive("postgresql://ann:s3cret@localhost/x", create=True)
    assert "s3cret" not in str(caught.value)


def test_two_that_begin_one_archive_at_once_make_it_once(tmp_path: Path) -> None:
    """One after the other; both can work on it."""
    file = tmp_path / "archive.db"
    barrier = threading.Barrier(4)

    def begin(_: int) -> int:
        barrier.wait()
        with open_archive(str(file), create=True) as db:
            found: int = db.value("select count(*) from _sqlite_migrations")
            return found

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(begin, range(4))) == [len(migrations.MIGRATIONS)] * 4


def test_a_transaction_is_everything_or_nothing(db: Sqlite) -> None:
    """One inside another joins it."""

    def half() -> None:
        with db.transaction():
            db.execute("insert into sources (name) values ('one')")
            with db.transaction():
                db.execute("insert into sources (name) values ('two')")
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        half()
    assert db.value("select count(*) from sources") == 0
    with db.transaction():
        db.execute("insert into sources (name) values ('three')")
    assert db.value("select name from sources") == "three"


def test_an_inner_transaction_that_fails_leaves_nothing(db: Sqlite) -> None:
    """Though the outer one continues, and is written."""

    def fail() -> None:
        with db.transaction():
            db.execute("insert into sources (name) values ('two')")
            with db.transaction():
                db.execute("insert into sources (name) values ('three')")
            db.execute("insert into sources (name) values ('one')")

    with db.transaction():
        db.execute("insert into sources (name) values ('one')")
        with pytest.raises(ArchiveError, match="UNIQUE"):
            fail()
        db.execute("insert into sources (name) values ('four')")
    assert [row[0] for row in db.rows("select name from sources order by id")] == ["one", "four"]


def test_nothing_is_written_outside_of_a_transaction_that_sqlite_undid(db: Sqlite) -> None:
    """Of some errors SQLite undoes the whole transaction: what follows in it must not be written by itself."""

    def go_on() -> None:
        with db.transaction():
            db.execute("insert into sources (name) values ('one')")
            with pytest.raises(ArchiveError, match="UNIQUE"):
                db.execute("insert or rollback into sources (name) values ('one')")
            db.execute("insert into sources (name) values ('two')")

    with pytest.raises(ArchiveError, match="undone"):
        go_on()
    assert db.value("select count(*) from sources") == 0
    with db.transaction():
        db.execute("insert into sources (name) values ('three')")
    assert db.value("select count(*) from sources") == 1


def test_a_snapshot_shows_one_moment(db: Sqlite) -> None:
    """Whatever others write meanwhile; afterwards the present shows."""
    count = "select count(*) from sources"
    with open_archive(str(db.path)) as reader:
        with reader.snapshot():
            db.execute("insert into sources (name) values ('one')")
            assert reader.value(count) == 0
            with reader.snapshot():
                assert reader.value(count) == 0
        assert reader.value(count) == 1


def test_a_write_inside_a_snapshot_is_a_fault_and_no_loss(db: Sqlite) -> None:
    """It says so at once, and afterwards the archive can be written."""
    with pytest.raises(WriteInSnapshot), db.snapshot():
        db.execute("insert into sources (name) values ('lost')")
    with pytest.raises(WriteInSnapshot), db.snapshot(), db.transaction():
        pass
    with pytest.raises(WriteInSnapshot), db.snapshot():
        evidence.known_page(db, "https://example.org/")
    db.execute("insert into sources (name) values ('kept')")
    assert [row[0] for row in db.rows("select name from sources")] == ["kept"]


def test_rows_come_as_objects_of_a_dataclass(db: Sqlite) -> None:
    """Its fields are the columns, in their order."""

    @dataclass(frozen=True)
    class Named:
        id: int
        name: str

    assert db.one(Named, "select id, name from sources") is None
    db.execute("insert into sources (name) values ('one')")
    assert db.one(Named, "select id, name from sources where name = :name", name="one") == Named(1, "one")
    assert db.all(Named, "select id, name from sources") == [Named(1, "one")]
    for others in ("id, name, title", "name, id", "id, title"):
        with pytest.raises(TypeError, match="Named"):
            db.all(Named, f"select {others} from sources")


def test_rows_come_as_objects_of_a_named_tuple(db: Sqlite) -> None:
    """Its last fields may be missing, if they have a default."""

    class Named(NamedTuple):
        id: int
        name: str
        title: str | None = "none"

    db.execute("insert into sources (name) values ('one')")
    assert db.all(Named, "select id, name from sources") == [Named(1, "one", "none")]
    assert db.all(Named, "select id, name, title from sources") == [Named(1, "one", None)]
    with pytest.raises(TypeError):
        db.all(Named, "select id from sources")


def test_a_column_comes_as_a_list(db: Sqlite) -> None:
    db.many("insert into sources (name) values (:name)", ({"name": name} for name in ("one", "two")))
    assert db.column(str, "select name from sources order by id") == ["one", "two"]
    assert db.column(int, "select id from sources where name = 'three'") == []


def test_threads_write_one_after_the_other(db: Sqlite) -> None:
    """They queue for the one connection, and none gets the message that the file is locked."""

    def write(number: int) -> None:
        for each in range(20):
            with db.transaction():
                count = db.value("select count(*) from sources")
                db.execute("insert into sources (name) values (:name)", name=f"{number} {each} {count}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    assert db.value("select count(distinct substr(name, -3)) from sources") > 1
    assert [int(row[0].split()[2]) for row in db.rows("select name from sources order by id")] == list(range(120))


def test_threads_share_what_was_read(db: Sqlite) -> None:
    """One connection, so that a commit of one thread does not empty the cache of the others."""
    with ThreadPoolExecutor(1) as other:
        other.submit(db.execute, "create temp table known (id integer)").result()
    assert db.value("select count(*) from known") == 0  # temporary tables are a connection's own


def test_a_thread_never_sees_half_a_transaction_of_another(db: Sqlite) -> None:
    """Though they share a connection: it waits."""
    count = "select count(*) from sources"
    with ThreadPoolExecutor(1) as other:
        try:
            with db.transaction():
                db.execute("insert into sources (name) values ('half')")
                seen = other.submit(db.value, count)
                with pytest.raises(TimeoutError):
                    seen.result(timeout=0.05)
                raise KeyError
        except KeyError:
            assert seen.result(timeout=5) == 0


def test_a_lock_held_too_long_is_reported(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """As busy, with exit code 4, and not as SQLite's own words."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with sqlite3.connect(db.path, isolation_level=None) as other:
        other.execute("begin immediate")
        with (
            Sqlite(db.path) as impatient,
            pytest.raises(Busy, match="locked by another process") as caught,
            impatient.transaction(),
        ):
            pass
        assert caught.value.exit_code == 4
        other.execute("rollback")
    other.close()


@pytest.mark.parametrize("words", ["is full", "is locked", "is busy", "not a database", "malformed", "readonly"])
def test_errors_are_reported_by_their_codes_and_not_by_words(db: Sqlite, words: str) -> None:
    """A message that says `full` is no full disk: here it is a trigger's."""
    db.execute(f"create temp trigger refuse before insert on sources begin select raise(abort, 'it {words}'); end")
    with pytest.raises(ArchiveError) as caught:
        db.execute("insert into sources (name) values ('one')")
    assert type(caught.value) is ArchiveError
    assert str(caught.value) == f"{db.path}: it {words}."


def test_a_full_disk_is_reported_and_nothing_is_half_written(db: Sqlite) -> None:
    """SQLite can get no further pages."""
    db.execute("pragma max_page_count = 1")  # SQLite raises it to the pages that there are

    def fill() -> None:
        with db.transaction():
            db.execute("insert into sources (name) values ('one')")
            db.execute("insert into sources (name) values (:name)", name="x" * 1_000_000)

    with pytest.raises(ArchiveError, match="is full: make room"):
        fill()
    assert db.value("select count(*) from sources") == 0


def test_half_a_character_is_blamed_on_the_typist_only_if_it_was_typed(db: Sqlite) -> None:
    """Python keeps bytes of the command line that are no text as U+DC80 to U+DCFF."""
    with pytest.raises(QueryError, match=r"'caf\\udce9' is not text in your terminal's encoding"):
        db.value("select 1 where :name = ''", name="caf\udce9")
    with pytest.raises(ArchiveError, match=r"can't keep 'a \\ud800 page'") as caught:
        db.execute("insert into sources (name) values (:name)", name="a \ud800 page")
    assert not isinstance(caught.value, QueryError)


def test_readers_do_not_wait_for_writers(db: Sqlite) -> None:
    """They see the last commit."""
    with db.transaction():
        db.execute("insert into sources (name) values ('unseen')")
        with open_archive(str(db.path)) as reader:
            assert reader.value("select count(*) from sources") == 0


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    """With the remedy."""
    file = tmp_path / "archive.db"
    open_archive(str(file), create=True).close()
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * 4096 * 40)

    def use() -> None:
        with open_archive(str(file)) as db:
            for table in ("pages", "visits", "captures", "presence"):
                db.rows(f"select * from {table}")

    with pytest.raises(ArchiveError, match="restore it from a backup"):
        use()


def test_every_table_says_what_it_refers_to(db: Sqlite) -> None:
    """Foreign keys are on, and hold."""
    with pytest.raises(ArchiveError, match="FOREIGN KEY"):
        db.execute("insert into lines (page_id, digest, text) values (99, 'x', 'y')")


def test_the_views_can_be_read_by_people(db: Sqlite) -> None:
    """With Datasette or the sqlite-utils command line."""
    for view in ("latest", "revision_text", "changes"):
        assert db.rows(f"select * from {view}") == []
