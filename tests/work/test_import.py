"""Import, through the command line: each record enters the history at its own date."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import time
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from crawls import ONE, TWO, record
from helpers import (
    HTML,
    SENTENCES,
    check_presence,
    check_whole,
    command,
    day,
    environment,
    html,
    lines,
    pagewitness,
    payload_digest,
    warc,
)
from stalling import StopsItsChild

from pagewitness.archive.errors import ArchiveError, Busy
from pagewitness.archive.model import Answer, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.store.spilled import Spilled
from pagewitness.archive.store.warc import Recorded, Records
from pagewitness.archive.views import history
from pagewitness.scraper.work import importing
from pagewitness.scraper.work.importing import Imported, Interrupted, take_in
from pagewitness.scraper.work.reader import Delayed
from pagewitness.scraper.work.visit import finish
from pagewitness.scraper.work.workers import Workers

UNLIKELY = html("Assessment", [*SENTENCES, "An attack on the port is unlikely."])
LIKELY = html("Assessment", [*SENTENCES, "An attack on the port is likely."])
OTHER = html("Report", ["The report of the other body describes its own year and nothing else.", *SENTENCES[1:]])


RECORDS = [
    record(ONE, 1, UNLIKELY),
    record(ONE, 2, revisit="identical-payload-digest", more={"WARC-Refers-To": f"<urn:{ONE}:1>"}),
    record(ONE, 3, LIKELY),
    record(ONE, 4, revisit="server-not-modified", status="304 Not Modified"),
    record(ONE, 5, html("Error", ["Service unavailable."]), status="503 Service Unavailable"),
    record(ONE, 6, UNLIKELY),
    record(ONE, 7, revisit="identical-payload-digest", more={"WARC-Payload-Digest": payload_digest(LIKELY)}),
    record(TWO, 1, OTHER),
    record(TWO, 2, OTHER),
]


def log(archive: Path, url: str) -> list[dict[str, Any]]:
    return lines(pagewitness(archive, "log", "--all", "--json", url))


def imported(folder: Path, content: bytes, code: int = 0) -> tuple[Path, str, str]:
    """The archive into which a file was imported, and what the command said."""
    file = folder / "some.warc.gz"
    file.write_bytes(content)
    done = pagewitness(folder / "archive.db", "import", str(file))
    assert done.returncode == code, done
    return folder / "archive.db", done.stdout.decode(), done.stderr.decode()


def take(db: Sqlite, content: bytes, workers: Workers) -> Imported:
    """Import within this process, as the command does."""
    return take_in(db, Records(db, BytesIO(content), "some.warc", 1 << 20), workers, 2, lambda _: None)


def everything(db: Sqlite) -> list[dict[str, Any]]:
    """All visits and revisions of both pages."""
    pages = [evidence.known_page(db, url) for url in (ONE, TWO)]
    return [
        *(dict(row) for page in pages for row in history.visits(db, page)),
        *({"number": one.number, "at": one.captured_at, "last": one.last_seen_at, "digest": one.digest}
          for page in pages for one in history.revisions(db, page)),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of all records, in order."""
    return imported(tmp_path_factory.mktemp("import"), warc(RECORDS))[0]


def test_each_record_enters_the_history_at_its_own_date(archive: Path) -> None:
    """Responses and revisits are captures, what the server called not modified is such a visit."""
    visits = [row for row in log(archive, ONE) if "visited_at" in row]
    assert [(row["visited_at"], row["outcome"], row["verdict"], row["by"]) for row in visits] == [
        (day(1), "captured", "first", "import"),
        (day(2), "captured", "unchanged", "import"),
        (day(3), "captured", "changed", "import"),
        (day(4), "not-modified", "unchanged", "import"),
        (day(5), "captured", "suspect", "import"),
        (day(6), "captured", "returned", "import"),
        (day(7), "captured", "returned", "import"),
    ]
    revisions = [row for row in log(archive, ONE) if "visited_at" not in row]
    assert [(row["number"], row["captured_at"], row["last_seen_at"]) for row in revisions] == [
        (1, day(1), day(6)),
        (2, day(3), day(7)),
    ]


def test_an_imported_page_is_not_followed(archive: Path) -> None:
    """Its state says where it is from."""
    rows = lines(pagewitness(archive, "pages", "--json"))
    assert [(row["url"], row["state"], row["next_visit"]) for row in rows] == [
        (ONE, "imported", None),
        (TWO, "imported", None),
    ]


def test_the_bytes_of_a_record_come_out_as_they_went_in(archive: Path) -> None:
    """Whatever was made of them."""
    assert pagewitness(archive, "show", f"{ONE}@1", "--raw").stdout == UNLIKELY


def test_an_imported_archive_is_whole(archive: Path) -> None:
    """The file, its indexes, and its presence; equal bytes are kept once."""
    with open_archive(str(archive)) as db:
        check_whole(db)
        for url in (ONE, TWO):
            check_presence(db, evidence.known_page(db, url))
        assert db.value("select count(*) from bodies") == 4
        assert db.value("select count(*) from captures") == 8
        assert db.value("select count(*) from fold_queue") == 0


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_records_gives_the_same_log(archive: Path, db: Sqlite, workers: Workers, seed: int) -> None:
    """Shuffled, packed or not, in one file or in two (revisits apart, which need their original)."""
    shuffled = RECORDS.copy()
    random.Random(seed).shuffle(shuffled)
    if seed % 2:
        take(db, warc([one for one in shuffled if one.get("body")][2:], gzip=seed % 3 == 0), workers)
    take(db, warc(shuffled, gzip=seed % 3 == 1), workers)
    with open_archive(str(archive)) as other:
        assert everything(db) == everything(other)
    check_whole(db)


def test_the_same_file_twice_adds_nothing(db: Sqlite, workers: Workers) -> None:
    """And says so."""
    first = take(db, warc(RECORDS), workers)
    assert (first.added, first.known, first.pages) == (len(RECORDS), 0, 2)
    before = everything(db)
    second = take(db, warc(RECORDS), workers)
    assert (second.added, second.known, second.pages) == (0, len(RECORDS), 0)
    assert everything(db) == before


def test_several_files_and_standard_input_are_imported_by_one_command(tmp_path: Path) -> None:
    """Each is listed with what it brought."""
    (tmp_path / "0.warc").write_bytes(warc(RECORDS[:2], gzip=False))
    done = pagewitness(
        tmp_path / "a.db", "import", str(tmp_path / "0.warc"), "-", stdin=warc(RECORDS[:2] + RECORDS[7:8])
    )
    assert done.returncode == 0
    said = done.stdout.decode().splitlines()
    assert [line.partition(": ")[2] for line in said if not line.startswith("  ")] == [
        "2 added to 1 page, 1 new revision", "1 added to 1 page, 2 already known, 1 new revision",
    ]  # fmt: skip
    assert [line for line in said if line.startswith("  ")] == [
        f"  {url}: 1 new revision" for url in (RECORDS[0]["url"], RECORDS[7]["url"])
    ]


def test_a_revisit_without_its_original_is_a_failed_visit(db: Sqlite, workers: Workers) -> None:
    """On record, and no failure of the import."""
    revisit = record(ONE, 2, revisit="identical-payload-digest", more={"WARC-Refers-To": "<urn:elsewhere>"})
    assert take(db, warc([record(ONE, 1, UNLIKELY), revisit]), workers).added == 2
    last = history.visits(db, evidence.known_page(db, ONE))[-1]
    assert (last["outcome"], last["verdict"]) == ("failed", None)
    assert "original" in (last["reason"] or "")


def test_a_file_that_is_cut_off_is_told_and_what_came_before_is_kept(tmp_path: Path) -> None:
    """One sentence says where it broke, exit code 4, and the history is that of the whole records."""
    whole = warc(RECORDS[:2], gzip=False)
    file, said, error = imported(tmp_path, whole + warc([RECORDS[2]], gzip=False)[:-200], code=4)
    assert said == f"{tmp_path / 'some.warc.gz'}: 2 added to 1 page, 1 new revision\n  {ONE}: 1 new revision\n"
    assert error.count("\n") == 1
    assert f"some.warc.gz ends within the record of {ONE}, from byte {len(whole):,} on, after 2 records: " in error
    assert [row["verdict"] for row in log(file, ONE) if "visited_at" in row] == ["first", "unchanged"]
    with open_archive(str(file)) as db:
        check_whole(db)
        assert db.value("select count(*) from fold_queue") == 0


def test_a_file_that_breaks_does_not_keep_others_from_being_imported(tmp_path: Path) -> None:
    (tmp_path / "broken.warc").write_bytes(warc([RECORDS[0], RECORDS[2]], gzip=False)[:-200])
    (tmp_path / "whole.warc").write_bytes(warc([RECORDS[7]], gzip=False))
    files = [str(tmp_path / f"{name}.warc") for name in ("broken", "whole", "broken")]
    done = pagewitness(tmp_path / "archive.db", "import", *files)
    assert (done.returncode, done.stderr.count(b"broken.warc ends within the record"), done.stderr.count(b"\n")) == (
        4,
        2,
        2,
    )
    said = done.stdout.decode().splitlines()
    assert [line.split(": ")[1] for line in said if not line.startswith("  ")] == [
        "1 added to 1 page, 1 new revision", "1 added to 1 page, 1 new revision", "0 added to 0 pages, 1 already known"
    ]  # fmt: skip
    assert {row["url"]: row["revisions"] for row in lines(pagewitness(tmp_path / "archive.db", "pages", "--json"))} == {
        ONE: 1, TWO: 1
    }  # fmt: skip


@pytest.mark.parametrize("content", [b"Dear reader, this is a letter.\n" * 50, b"\x00" * 99], ids=["text", "zeros"])
def test_what_is_no_warc_is_told_before_anything_is_done(tmp_path: Path, content: bytes) -> None:
    """One sentence, exit code 2: it is the wrong file; no archive is made, and nothing of others is imported."""
    (tmp_path / "some.warc").write_bytes(warc(RECORDS[:1], gzip=False))
    (tmp_path / "letter").write_bytes(content)
    done = pagewitness(tmp_path / "archive.db", "import", str(tmp_path / "some.warc"), str(tmp_path / "letter"))
    assert (done.returncode, done.stdout) == (2, b"")
    said = f"pagewitness: {tmp_path / 'letter'} is no file that import can read: import reads WARC files, saved pages "
    assert done.stderr.decode().startswith(said)
    assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "archive.db").exists()


def test_gzip_that_holds_no_warc_is_told_too(tmp_path: Path) -> None:
    _, said, error = imported(tmp_path, gzip.compress(b"Dear reader, this is a letter.\n" * 50), code=2)
    assert (said, error.count("\n")) == ("", 1)
    assert "is no WARC file" in error


def test_a_file_that_is_not_there_is_told_before_anything_is_done(tmp_path: Path) -> None:
    """One sentence, exit code 3, and no archive is made."""
    done = pagewitness(tmp_path / "archive.db", "import", str(tmp_path / "missing.warc"))
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_records_without_a_date_are_listed_and_the_rest_is_imported(tmp_path: Path) -> None:
    """Exit code 1."""
    bad = [RECORDS[2] | {"at": at} for at in ("soon", "2999-01-01T00:00:00Z")]
    archive, said, _ = imported(tmp_path, warc([RECORDS[0], *bad, RECORDS[5]]), code=1)
    assert [line for line in said.splitlines() if line.startswith("failed")] == [
        f"failed     {ONE}: skipped, since its WARC-Date 'soon' is not a date",
        f"failed     {ONE}: skipped, since its date, 2999-01-01T00:00:00.000000Z, is in the future",
    ]
    assert "2 added" in said
    assert len([row for row in log(archive, ONE) if "visited_at" in row]) == 2


def test_an_import_tries_once_to_read_what_does_not_get_on(db: Sqlite) -> None:
    """Its other captures are read; a later run tries again."""
    stream = BytesIO(warc([record(ONE, 1, UNLIKELY), record(ONE, 3, LIKELY), record(ONE, 5, UNLIKELY)]))
    with StopsItsChild(1, 0.2, 512) as stalling:
        stalling.stops = 1
        found = take_in(db, Records(db, stream, "some.warc", 1 << 20), stalling, 0, lambda _: None)
        assert [(type(one), one.capture_id) for one in found.unread] == [(Delayed, 1)]
        assert db.value("select tries from read_attempts") == 1
        assert [row[0] for row in db.rows("select number from revisions order by number")] == [1, 2]
        assert finish(db, stalling) == []
    assert [row[0] for row in db.rows("select captured_at from revisions order by number")] == [day(1), day(3)]


def test_ctrl_c_ends_an_import_at_once_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """With what is kept, in one sentence, and exit code 130: it waits for no record, and derives nothing more."""
    started = subprocess.Popen(
        command(tmp_path / "archive.db", "import", "-"), env=environment(), start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with started:
        assert started.stdin
        long = OTHER + b"<!--" + b"x" * 100_000 + b"-->"  # a stream is read in blocks
        whole = warc([record(ONE, 1, UNLIKELY), record(ONE, 3, LIKELY), record(TWO, 1, long)], gzip=False)
        started.stdin.write(whole[:-40])
        started.stdin.flush()
        end = time.monotonic() + 30
        while _captures(tmp_path / "archive.db") < 2 and time.monotonic() < end:
            time.sleep(0.05)
        began = time.monotonic()
        os.killpg(started.pid, signal.SIGINT)
        out, error = started.communicate(timeout=20)
        assert time.monotonic() - began < 5
    assert (started.returncode, out) == (130, b"")
    assert [line for line in error.decode().splitlines() if line.startswith("pagewitness")] == [
        "pagewitness: Interrupted: 2 records of standard input are in the archive. Import it again for the rest; until then the next run "
        "reads what was kept."
    ]
    archive, said, _ = imported(tmp_path, whole)
    assert "1 added to 1 page, 2 already known" in said
    with open_archive(str(archive)) as db:
        check_whole(db)
        assert [row[0] for row in db.rows("select captured_at from revisions where page_id = 1")] == [day(1), day(3)]


def _captures(file: Path) -> int:
    try:
        with open_archive(str(file)) as db:
            found: int = db.value("select count(*) from captures")
            return found
    except ArchiveError:
        return 0


def test_an_interrupt_waits_for_no_page_that_is_being_read(db: Sqlite) -> None:
    """Its child is killed, though it would have had a hundred seconds."""

    def records(stalling: StopsItsChild) -> Iterator[Recorded]:
        yield from Records(db, BytesIO(warc([record(ONE, 1, UNLIKELY)])), "some.warc", 1 << 20)
        while stalling.stops:
            time.sleep(0.01)
        time.sleep(0.2)
        raise KeyboardInterrupt

    with StopsItsChild(1, 20, 512) as stalling:
        stalling.stops = 1
        began = time.monotonic()
        with pytest.raises(Interrupted) as caught:
            take_in(db, records(stalling), stalling, 1, lambda _: None)
        assert time.monotonic() - began < 15
    assert caught.value.imported.added == 1
    with Workers(1, 20, 1024) as workers:
        assert finish(db, workers) == []
    assert db.value("select count(*) from revisions") == 1


def test_the_error_that_ends_an_import_is_the_one_that_is_told(db: Sqlite, workers: Workers) -> None:
    """Nothing more is derived, where that could fail, too; the next run does it."""

    def records() -> Iterator[Recorded]:
        yield from Records(db, BytesIO(warc([record(ONE, 1, UNLIKELY)])), "some.warc", 1 << 20)
        raise Busy("the first error")

    with pytest.raises(Busy, match="the first error"):
        take_in(db, records(), workers, 0, lambda _: None)
    assert db.value("select count(*) from fold_queue") == 1
    finish(db, workers)
    assert db.value("select count(*) from revisions") == 1


def test_a_crawl_is_imported_in_bounded_memory(db: Sqlite, workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held of pages and payloads does not grow with it, and no revisit is lost by that."""
    monkeypatch.setattr(importing, "CAPTURES_AT_ONCE", 1)
    originals = [record(f"{ONE}/{number}", 1, UNLIKELY + b" " * number) for number in range(12)]
    revisits = [
        record(f"{TWO}/{number}", 2, revisit="identical-payload-digest",
               more={"WARC-Payload-Digest": payload_digest(UNLIKELY + b" " * number)})
        for number in range(12)
    ]  # fmt: skip
    found = take(db, warc([*originals, *revisits]), workers)
    assert (found.added, found.pages) == (24, 24)
    assert db.value("select count(*) from visits where outcome = 'captured'") == 24


def test_spilled_texts_are_found_and_held_outside_of_memory() -> None:
    """A hundred thousand of them take a few megabytes."""
    tracemalloc.start()
    with Spilled() as held:
        for number in range(100_000):
            held[f"sha1:{number:040}"] = f"{number:064x}"
        held["sha1:" + "0" * 40] = "again"
        assert held.get(f"sha1:{77:040}") == f"{77:064x}"
        assert held.get("sha1:" + "0" * 40) == "again"
        assert held.get("sha1:none") is None
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_a_damaged_capture_is_listed_and_all_else_is_imported(tmp_path: Path) -> None:
    """Exit code 5, each time, until it is restored from a backup."""
    file = tmp_path / "archive.db"
    with open_archive(str(file), create=True) as db:  # interrupted: kept, and not yet read
        answer = Answer(ONE, 200, HTML, UNLIKELY, record_id="<urn:early>")
        evidence.keep(db, Visit(evidence.known_page(db, ONE), "import", day(0)), answer)
        [digest, frame] = db.row("select digest, data from bodies join frames on frames.id = frame_id")
        db.execute("update frames set data = x'00'")
    _, said, _ = imported(tmp_path, warc([RECORDS[2], RECORDS[7]]), code=5)
    assert [line for line in said.splitlines() if line.startswith("damaged")] == [
        f"damaged    {ONE}: capture 1 is damaged (SHA-256 {digest} expected): restore it from a backup"
    ]
    assert [row["verdict"] for row in log(file, ONE) if "visited_at" in row] == [None, "first"]
    assert [row["verdict"] for row in log(file, TWO) if "visited_at" in row] == ["first"]
    _, said, _ = imported(tmp_path, warc([RECORDS[7]])[:-30], code=5)  # though the file is broken, which is 4
    assert "damaged " in said
    with open_archive(str(file)) as db:
        db.execute("update frames set data = :data where id = 1", data=frame)
    imported(tmp_path, warc([RECORDS[2]]))
    assert [row["verdict"] for row in log(file, ONE) if "visited_at" in row] == ["first", "changed"]


def test_an_import_under_another_cleaner_loses_nothing(archive: Path, tmp_path: Path, workers: Workers) -> None:
    """After an upgrade the earlier captures are read again with the new ones: the log is as it was."""
    file = tmp_path / "archive.db"
    with open_archive(str(archive)) as db:
        db.execute("vacuum into :file", file=str(file))
    with open_archive(str(file)) as db:
        for table in ("readings", "capture_readings", "checkpoints"):
            db.execute(f"update {table} set cleaner = 'an older one'")
        page = evidence.known_page(db, ONE)
        before = history.visits(db, page)
        take(db, warc([record(ONE, 8, LIKELY)]), workers)
        after = history.visits(db, page)
        assert after[:-1] == before
        assert (after[-1]["visited_at"], after[-1]["verdict"]) == (day(8), "unchanged")


def test_an_answer_with_other_bytes_than_its_digest_names_is_listed_and_not_kept(tmp_path: Path) -> None:
    """A byte that changed on the way is no evidence of what the page said; all else is imported."""
    good = warc([record(ONE, 1, UNLIKELY), record(ONE, 2, LIKELY)], gzip=False)
    at = good.rindex(b"is likely") + 3
    file = tmp_path / "some.warc"
    file.write_bytes(good[:at] + b"lively" + good[at + 6 :])
    done = pagewitness(tmp_path / "archive.db", "import", str(file))
    assert done.returncode == 1
    assert f"failed     {ONE}: skipped, since its bytes do not match the record's digest" in done.stdout.decode()
    visits = lines(pagewitness(tmp_path / "archive.db", "log", ONE, "--all", "--json"))
    assert [one["outcome"] for one in visits if "visited_at" in one] == ["captured", "failed"]


def test_a_file_packed_as_a_whole_is_told_how_to_be_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "some.warc.gz"
    file.write_bytes(gzip.compress(warc([record(ONE, 1, UNLIKELY), record(ONE, 2, LIKELY)], gzip=False)))
    done = pagewitness(tmp_path / "archive.db", "import", str(file))
    assert done.returncode == 4
    assert "packed with gzip as a whole: unpack it first" in done.stderr.decode()


def test_a_text_that_comes_back_after_months_is_marked_as_that_of_its_revision(tmp_path: Path) -> None:
    """It is a change by then, and the reader should know that the words are old."""
    one, other = (html("Report", [*SENTENCES, f"An attack is {how}."]) for how in ("likely", "unlikely"))
    file = tmp_path / "some.warc.gz"
    file.write_bytes(
        warc([
            {"url": "https://one.example/a", "at": f"2024-{month:02}-01T00:00:00Z", "body": body}
            for month, body in ((1, one), (3, other), (6, one), (7, one))
        ])
    )  # fmt: skip
    assert pagewitness(tmp_path / "archive.db", "import", str(file)).returncode == 0
    said = pagewitness(tmp_path / "archive.db", "log", "one.example").stdout.decode().splitlines()
    assert [line.endswith("(same text as revision 1)  (last seen)") for line in said[-3:]] == [False, False, True]
    rows = lines(pagewitness(tmp_path / "archive.db", "log", "one.example", "--json"))
    assert [row["same_text_as"] for row in rows] == [None, None, 1]
