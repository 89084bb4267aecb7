"""People open an archive with Datasette: every table, every view and a full-text search answer."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from assessments import RECORDS
from helpers import archive, pagewitness, warc

from pagewitness.archive.store import agenda, robots
from pagewitness.archive.store.database import open_archive


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Datasette on an archive with a row in nearly every table; its address on loopback."""
    folder = tmp_path_factory.mktemp("datasette")
    file = folder / "archive.db"
    (folder / "some.warc.gz").write_bytes(warc(RECORDS))
    assert pagewitness(file, "import", str(folder / "some.warc.gz")).returncode == 0
    assert pagewitness(file, "alert", "add", "travellers", "travellers").returncode == 0
    with open_archive(str(file)) as db:
        agenda.follow(db, [RECORDS[0]["url"]], "Ours", 60, "2024-02-01T00:00:00.000000Z")
        robots.record_robots(db, "https://page.example", "2024-02-01T00:00:00.000000Z", 200, "User-agent: *")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "datasette", "serve", str(file), "--host", "127.0.0.1", "--port", str(port)],
            stdout=output, stderr=output,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            urlopen(f"{address}/-/versions.json", timeout=10).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


def get(address: str, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"{address}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def names(kind: str) -> list[str]:
    """The tables or views of an empty archive."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, archive(Path(folder)) as db:
        return [row[0] for row in db.rows("select name from sqlite_master where type = :kind order by name", kind=kind)]


@pytest.mark.parametrize("name", [*names("table"), *names("view")])
def test_every_table_and_view_opens(served: str, name: str) -> None:
    status, page = get(served, f"/archive/{name}")
    assert status == 200, re.sub("<[^>]+>", " ", page)[-600:]


@pytest.mark.parametrize("name", ["readings", "observations", "revisions", "blocks", "checkpoints"])
def test_a_row_opens_with_what_it_refers_to(served: str, name: str) -> None:
    """By the links of its table, in which foreign keys are links, too."""
    _, page = get(served, f"/archive/{name}")
    links = set(re.findall(r'href="(/archive/[a-z_]+/[^"?]+)"', page))
    assert len(links) > 1
    for link in links:
        assert get(served, link)[0] == 200, link


def test_the_views_say_what_people_ask_for(served: str) -> None:
    latest = json.loads(get(served, "/archive/latest.json?_shape=array")[1])
    assert {row["url"]: row["number"] for row in latest} == {
        "https://both.example/assessment": 3, "https://file.example/assessment": 2, "https://page.example/assessment": 2
    }  # fmt: skip
    assert all(row["text"].startswith("Assessment\n") and row["words"] > 20 for row in latest)
    changes = json.loads(get(served, "/archive/changes.json?_shape=array&url=https://page.example/assessment")[1])
    [change] = changes
    assert (change["number_before"], change["number"], change["cause"], change["removed"]) == (1, 2, "change", None)
    assert change["added"] in unescape(get(served, "/archive/latest?url=https://page.example/assessment")[1])


def test_full_text_search_finds_words(served: str) -> None:
    """Datasette offers it by itself where it detects the index."""
    status, page = get(served, "/archive/blocks")
    assert status == 200
    assert 'name="_search"' in page
    rows = json.loads(get(served, f"/archive/blocks.json?_shape=array&_search={quote('assessment')}")[1])
    assert rows
    assert all("ssessment" in row["text"] for row in rows)
