"""An archive that may not be written, or lies in a folder that may not: it is read all the same, and left as it is."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import archive, command, day, environment, lines

from pagewitness.archive.store import agenda
from pagewitness.archive.store.database import open_archive

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="permissions are taken from root as Linux does")
READING = [["pages"], ["reclean", "--dry-run"], ["log", "one", "--all"], ["search", "words"], ["config"]]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """An archive with a page."""
    with archive(tmp_path) as db:
        agenda.follow(db, ["https://example.org/one"], None, 86400, day(1))
    yield tmp_path / "archive.db"
    tmp_path.chmod(0o755)


def without_privileges() -> None:
    """Take from root, in a child, the right to read and write whatever it likes (CAP_DAC_*)."""
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def call(file: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(file, *arguments), env=environment(), capture_output=True, timeout=60, preexec_fn=without_privileges
    )


def lock(file: Path, what: str) -> list[str]:
    """Take the right to write from the archive or from its folder; what is in the folder."""
    for one in file.parent.iterdir():
        one.chmod(0o444 if what == "file" else 0o644)
    file.parent.chmod(0o555 if what == "folder" else 0o755)
    return sorted(os.listdir(file.parent))


@pytest.mark.parametrize("what", ["file", "folder"])
def test_reading_commands_read_it(file: Path, what: str) -> None:
    """And leave nothing beside it."""
    before = lock(file, what)
    for arguments in READING:
        done = call(file, *arguments)
        assert (done.returncode, done.stderr) == (0, b""), arguments
    assert [row["url"] for row in lines(call(file, "pages", "--json"))] == ["https://example.org/one"]
    assert sorted(os.listdir(file.parent)) == before


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_its_writer_has_only_in_the_log_is_read_too(file: Path, what: str) -> None:
    """While somebody else, who may, has it open."""
    with open_archive(str(file)) as db:
        agenda.follow(db, ["https://example.org/two"], None, 86400, day(1))
        assert Path(f"{file}-wal").stat().st_size
        lock(file, what)
        assert len(lines(call(file, "pages", "--json"))) == 2


def test_a_damaged_archive_is_told(file: Path) -> None:
    """Nobody wrote it meanwhile, so it is damaged and not just being written."""
    with file.open("r+b") as writing:
        writing.seek(4096)
        writing.write(b"\xff" * (file.stat().st_size - 4096))
    lock(file, "folder")
    done = call(file, "pages")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (4, b"", 1)
    assert b"restore it from a backup" in done.stderr


READ_WHILE_WRITTEN = """
import sys
from pagewitness.archive.errors import Busy
from pagewitness.archive.store.database import open_archive

db = open_archive(sys.argv[1])
for line in sys.stdin:
    try:
        if line == "snapshot\\n":
            with db.snapshot():
                print(db.value("select count(*) from pages"), flush=True)
                sys.stdin.readline()
                print(db.value("select count(*) from pages"), flush=True)
        else:
            print(db.value("select count(*) from pages"), flush=True)
    except Busy as error:
        print("busy", error.exit_code, flush=True)
"""


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_somebody_writes_meanwhile_is_never_read_half(file: Path, what: str) -> None:
    """SQLite takes no locks on such an archive: so what was read while its owner wrote does not count."""
    lock(file, what)
    reader = subprocess.Popen(
        [sys.executable, "-c", READ_WHILE_WRITTEN, str(file)], env=environment(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=without_privileges,
    )  # fmt: skip

    def ask(what: str) -> str:
        assert reader.stdin
        assert reader.stdout
        print(what, file=reader.stdin, flush=True)
        return reader.stdout.readline().strip()

    with reader:
        assert [ask("read"), ask("snapshot")] == ["1", "1"]
        with open_archive(str(file)) as db:
            agenda.follow(db, ["https://example.org/two"], None, 86400, day(1))
            assert ask("read") == "busy 4"
            assert ask("read") == "2", "opened anew, with the log"
        lock(file, what)
        assert ask("read") == "2"
        assert reader.stdin
        reader.stdin.close()
    assert reader.returncode == 0


@pytest.mark.parametrize("what", ["file", "folder"])
def test_writing_commands_say_why_they_cannot(file: Path, what: str) -> None:
    """With exit code 4, in one sentence."""
    lock(file, what)
    for arguments in (["add", "https://example.org/two"], ["run"], ["unfollow", "one"]):
        done = call(file, *arguments)
        assert (done.returncode, done.stdout) == (4, b""), arguments
        assert done.stderr.count(b"\n") == 1
        assert b"check the permissions of it and its folder" in done.stderr
