"""What the tests of the archive share: builders of pages, readings and worlds, and the command line run for real."""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forkserver import Starter
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pagewitness.archive.derived import Reading, VisibleBlock
from pagewitness.archive.fold import readings
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.model import Answer, Page
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.text import words

URL = "https://example.org/assessment"
SLOWNESS = 5 if "coverage" in sys.modules else 1  # for limits of time: every line that runs is counted then


# --- moments, answers, readings ---------------------------------------------------------------------------------------


def day(number: float) -> str:
    """A moment: so many days after the beginning of 2024."""
    from pagewitness.archive.times import later

    return later("2024-01-01T00:00:00.000000Z", number * 86400)


def answer(
    body: bytes | str = b"<p>hello</p>",
    *,
    status: int = 200,
    url: str = URL,
    record_id: str | None = None,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),),
) -> Answer:
    """An HTTP answer."""
    return Answer(url, status, headers, body.encode() if isinstance(body, str) else body, record_id=record_id)


def reading(
    blocks: Sequence[str], *, cleaner: str = "c1", title: str | None = None, not_credible: str | None = None,
    language: str | None = "en",
) -> Reading:  # fmt: skip
    """What a cleaner makes of a page with these paragraphs (one that begins with `# ` is a heading)."""
    visible = tuple(
        VisibleBlock("h2", text[2:]) if text.startswith("# ") else VisibleBlock("p", text) for text in blocks
    )
    stripped = words.digest_of("|".join(blocks), title or "", not_credible or "")
    return Reading(cleaner, stripped, title, language, None, None, None, visible, not_credible)


def read(db: Sqlite, capture_id: int, made: Reading, cleaner: str | None = None) -> None:
    """Give a capture a reading; by the cleaner with this whole name, where that is not the reading's."""
    readings.add(db, evidence.capture(db, capture_id), made, cleaner)


@contextmanager
def archive(folder: Path) -> Iterator[Sqlite]:
    """A new archive in a folder: a copy of an empty one, since making the tables takes longer than most tests."""
    file = folder / "archive.db"
    file.write_bytes(_empty())
    with open_archive(str(file)) as db:
        yield db


class _Undone(Exception):
    pass


@contextmanager
def undone(db: Sqlite) -> Iterator[None]:
    """An archive that is afterwards what it was before: for tests that make many worlds."""
    try:
        with db.transaction():
            yield
            raise _Undone
    except _Undone:
        pass


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        open_archive(str(file), create=True).close()
        return file.read_bytes()


# --- what the archive says, in a form that can be compared ------------------------------------------------------------


def told(db: Sqlite, page: Page) -> dict[str, Any]:
    """All that the archive derived of a page, with texts in place of the ids of blocks (which depend on the order)."""
    texts = dict(tuple(row) for row in db.rows("select id, kind || ' ' || text from blocks"))
    observations = db.rows(
        """select observed_at, observations.visit_id, capture_id, verdict, reason, revision from observations
           where page_id = :page order by observed_at, visit_id""",
        page=page.id,
    )
    revisions = db.rows("select * from revisions where page_id = :page order by captured_at, visit_id", page=page.id)
    spans = db.rows(
        "select * from presence where block_id >> 20 = :page order by since_at, since_visit, block_id", page=page.id
    )
    return {
        "observations": [tuple(row) for row in observations],
        "revisions": [
            (row["visit_id"], row["capture_id"], row["captured_at"], row["number"], row["cause"], row["cleaner"],
             row["title"], row["words"], row["digest"], [texts[one] for one in json.loads(row["blocks"])])
            for row in revisions
        ],
        "presence": sorted(
            (texts[row["block_id"]], row["since_visit"], row["since_at"], row["until_visit"] or 0, row["until_at"] or "")
            for row in spans
        ),
        "blocks": sorted(texts.values()),
        "title": db.value("select title from pages where id = :page", page=page.id),
    }  # fmt: skip


def check_whole(db: Sqlite) -> None:
    """Assert that the file and both full-text indexes are whole, and that no row refers to one that is not there."""
    assert db.value("pragma integrity_check") == "ok"
    assert db.rows("pragma foreign_key_check") == []
    for index in ("blocks_fts", "blocks_stems"):
        db.execute(f"insert into {index} ({index}, rank) values ('integrity-check', 1)")


def check_presence(db: Sqlite, page: Page) -> None:
    """Assert that the presence of each line begins where it became visible and ends where it was visible no longer."""
    views = PageTexts(db)
    credible = [
        ((row["observed_at"], row["visit_id"]), views.view(row["reading_id"]))
        for row in db.rows(
            """select observed_at, visit_id, reading_id from credible
               join capture_readings on capture_readings.capture_id = credible.capture_id
                   and cleaner = (select cleaner from checkpoints where checkpoints.page_id = credible.page_id)
               where page_id = :page order by observed_at, visit_id""",
            page=page.id,
        )
    ]
    order = [key for key, _ in credible]
    rows = db.rows(
        """select text, since_at, since_visit, until_at, until_visit from presence join blocks on blocks.id = block_id
           where block_id >> 20 = :page""",
        page=page.id,
    )
    for row in rows:
        text = row["text"]
        start = order.index((row["since_at"], row["since_visit"]))
        end = order.index((row["until_at"], row["until_visit"])) if row["until_at"] else len(order)
        assert start < end, "a presence ends after it begins"
        shown = [view.shows(text) for _, view in credible]
        assert all(shown[start:end]), f"{text} is visible while it is present"
        assert not start or not shown[start - 1], f"{text} was visible before it came"
        assert end == len(order) or not shown[end], f"{text} is visible where it is gone"


# --- pages ------------------------------------------------------------------------------------------------------------

SENTENCES = (
    "The national threat assessment of {0} describes how the security environment has changed over the past year.",
    "It is likely that hostile intelligence services of {0} will continue to recruit travellers at the border.",
    "The resilience of institutions in {0} has improved, though smaller municipalities remain exposed to intrusion.",
    "Supply chains that pass through {0} are examined closely, because disruption would be felt within a few days.",
)


def html(title: str, sentences: Sequence[str] = SENTENCES, *, topic: str | None = None) -> bytes:
    """A plain page with a title and paragraphs."""
    paragraphs = "".join(f"<p>{sentence.format(topic or title)}</p>" for sentence in sentences)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head>"
        f"<body><main><h1>{title}</h1>{paragraphs}</main></body></html>"
    ).encode()


HTML = (("Content-Type", "text/html; charset=utf-8"),)


# --- WARC -------------------------------------------------------------------------------------------------------------


class Writer(WARCWriter):  # type: ignore[misc]
    """A writer of WARC."""

    def _create_temp_file(self) -> BytesIO:
        return BytesIO()  # warcio leaves its own unclosed


def warc(records: Sequence[Mapping[str, Any]], *, gzip: bool = True) -> bytes:
    """A WARC file.

    Args:
        records: each with `url`, `at` (WARC-Date) and `body`; also `status` ("200 OK"), `headers`, `id`; `revisit`
            (the name of a profile), and `more` (further WARC headers).
    """
    stream = BytesIO()
    writer = Writer(stream, gzip=gzip, warc_version="1.1")
    for record in records:
        http = StatusAndHeaders(record.get("status", "200 OK"), list(record.get("headers", HTML)), protocol="HTTP/1.1")
        fields = {"WARC-Date": record["at"], **record.get("more", {})}
        if "id" in record:
            fields["WARC-Record-ID"] = record["id"]
        if profile := record.get("revisit"):
            fields["WARC-Profile"] = f"http://netpreserve.org/warc/1.1/revisit/{profile}"
            fields.setdefault("WARC-Payload-Digest", record.get("digest", "sha1:NONE"))
        kind = "revisit" if record.get("revisit") else "response"
        payload = BytesIO(b"" if record.get("revisit") else record["body"])
        writer.write_record(
            writer.create_warc_record(record["url"], kind, payload=payload, http_headers=http, warc_headers_dict=fields)
        )
    return stream.getvalue()


def payload_digest(body: bytes) -> str:
    """The WARC-Payload-Digest that such a record has."""
    return f"sha1:{base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()}"


# --- the command line, for real ---------------------------------------------------------------------------------------


def environment(**more: str) -> dict[str, str]:
    """An environment in which loopback may be visited and nothing of the user's settings counts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAGEWITNESS_")}
    ours = {
        "PAGEWITNESS_NETWORK_ALLOW": "127.0.0.0/8",
        "PAGEWITNESS_NETWORK_DELAY": "0",
        "PAGEWITNESS_CLEAN_WORKERS": "1",
        "XDG_CONFIG_HOME": "/nowhere",
    }
    return {**kept, **ours, **more}


def command(archive: Path | str, *arguments: str) -> list[str]:
    """The command line of `pagewitness` on an archive."""
    return [sys.executable, "-m", "pagewitness.scraper", "--archive", str(archive), *arguments]


def pagewitness(
    archive: Path | str, *arguments: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `pagewitness` as its own process, to the end."""
    env = dict(env or environment())
    if not hasattr(os, "fork"):
        return subprocess.run(command(archive, *arguments), env=env, input=stdin, capture_output=True, timeout=120)
    return _starter(env.get("PYTHONPATH")).run(["--archive", str(archive), *arguments], env, stdin, 120)


def shell(line: str, folder: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Run a line as a shell does, in a folder; quickly where it is a plain command line of `pagewitness`."""
    name, *arguments = shlex.split(line)
    if name != "pagewitness" or set(line) & set("|&;<>()$`*?[#~=%\\\n") or not hasattr(os, "fork"):
        return subprocess.run(line, shell=True, cwd=folder, env=env, capture_output=True, timeout=120)
    return _starter(env.get("PYTHONPATH")).run(arguments, env, None, 120, folder)


_STARTERS = threading.local()


def _starter(path: str | None) -> Starter:
    """This thread's, so that several commands can run at once; another where PYTHONPATH is, with another version of us."""
    own: dict[str | None, Starter] = _STARTERS.__dict__.setdefault("own", {})
    if path not in own:
        own[path] = Starter(path)
        atexit.register(own[path].close)
    return own[path]


def lines(done: subprocess.CompletedProcess[bytes] | str) -> list[dict[str, Any]]:
    """What `--json` printed."""
    text = done if isinstance(done, str) else done.stdout.decode()
    return [json.loads(line) for line in text.splitlines()]
