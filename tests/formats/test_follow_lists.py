"""Lists of other programs: OPML, job files of urlwatch and webchanges, watches of changedetection.io."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from saved_files import JOBS, OPML, WATCHES, page

from pagewitness.archive.errors import InputError
from pagewitness.scraper.formats.follow_lists import FollowList
from pagewitness.scraper.formats.job_files import read_jobs
from pagewitness.scraper.formats.opml import is_opml, read_opml
from pagewitness.scraper.formats.watches import FolderFiles, Snapshot, ZipFiles, read_watches, snapshot_body


def rows(found: FollowList) -> list[tuple[str, str, str, bool]]:
    return [(one.url, one.source, one.title, one.leads) for one in found.wanted.values()]


def test_opml_has_feeds_and_pages_in_groups() -> None:
    assert is_opml(OPML.encode())
    found = read_opml(OPML.encode(), "x.opml")
    assert rows(found) == [
        ("https://office.example/feed.xml", "Services", "Office news", True),
        ("https://office.example/", "Services", "Office news", False),
        ("https://bureau.example/atom", "Baltic", "Bureau", True),
        ("https://law.example/act", "Services", "The act", False),
        ("https://plain.example/page", "", "Plain", False),
    ]
    assert found.left_out == [("feed:local", "is not an http or https address")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml><outline text="&a;"/></opml>', "declares entities"),
        ("<opml><body><outline></body></opml>", "can't be read as OPML"),
        ("<opml>" + "<outline text='a'>" * 100 + "</opml>", "too many outlines, or too deep ones"),
    ],
)
def test_hostile_opml_is_refused_in_one_sentence(body: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_opml(body.encode(), "x.opml")


def test_jobs_are_pages_and_what_is_not_taken_over_is_counted() -> None:
    found = read_jobs(JOBS.encode(), "urls.yaml")
    assert rows(found) == [
        ("https://office.example/assessment", "", "Office: assessment", False),
        ("https://scripts.example/", "", "A page with JavaScript", False),
        ("https://bureau.example/report", "", "", False),
    ]
    assert found.left_out == [
        ("What is in my home?", "runs a program"),
        ("https://form.example/search", "sends data (POST), which pages here are not asked with"),
    ]
    assert found.ignored == {"filter": 1, "a browser": 2, "cookies": 1, "max_tries": 1}


def test_jobs_may_be_a_list_and_share_parts() -> None:
    text = "- &base {url: https://a.example/1, timeout: 5}\n- {<<: *base, url: 'https://a.example/2'}\n"
    assert [one.url for one in read_jobs(text.encode(), "x").wanted.values()] == [
        "https://a.example/1",
        "https://a.example/2",
    ]


BOMB = "a: &a {url: https://a.example/}\n" + "".join(
    f"{to}: &{to} [{', '.join([f'*{of}'] * 9)}]\n" for of, to in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BOMB, "nests or repeats its parts too often"),
        ("url: &a [*a]", "nests or repeats its parts too often"),
        ("url: " + "[" * 5000, "can't be read as YAML"),
        ("url: " + "[" * 60 + "]" * 60, "nests or repeats its parts too often"),
        ("url: *unknown", "can't be read as YAML"),
        ("url: 'open", "can't be read as YAML"),
        ("url: !!python/object/apply:os.system ['true']", "can't be read as YAML"),
        ("url: !!bool maybe", "can't be read as YAML"),
        ('timeout: !!int ""', "can't be read as YAML"),
        ('timeout: !!float ""', "can't be read as YAML"),
        ("timeout: !!timestamp x", "can't be read as YAML"),
        ("note: nothing", "has no url"),
        ("url: x\n" + "#" * (1 << 20), "larger than 1 MB"),
        ("a line", "has no jobs"),
    ],
)
def test_hostile_jobs_are_refused_in_one_sentence(body: str, said: str) -> None:
    """Aliases that take all memory, endless nesting, programs."""
    if said == "has no url":
        assert read_jobs(body.encode(), "x").left_out == [("a job", said)]
        return
    with pytest.raises(InputError, match=said):
        read_jobs(body.encode(), "x")


def datastore(folder: Path) -> Path:
    """A data folder of changedetection.io, with the HTML and the text that it keeps."""
    import brotli

    (folder / "url-watches.json").write_text(json.dumps(WATCHES))
    for name in ("uuid-1", "uuid-5"):
        (folder / name).mkdir(parents=True)
    (folder / "uuid-1" / "1709802131.html.br").write_bytes(brotli.compress(page().encode()))
    (folder / "uuid-1" / "1709888531.html.br").write_bytes(page(title="Second").encode())  # where brotli failed
    (folder / "uuid-1" / "36acf2d7c36b9b9.txt").write_text("Only the filtered text")
    (folder / "uuid-1" / "history.txt").write_text("1709802131,36acf2d7c36b9b9.txt\n")
    (folder / "uuid-5" / "0a1b.txt.br").write_bytes(brotli.compress(page(title="Source").encode()))
    (folder / "uuid-5" / "history.txt").write_text("1709802131,/datastore/uuid-5/0a1b.txt.br\n")
    return folder


def zipped(folder: Path, to: Path) -> Path:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        for one in sorted(folder.rglob("*")):
            made.write(one, one.relative_to(folder))
    return to


@pytest.mark.parametrize("packed", [False, True])
def test_watches_are_followed_and_their_html_is_dated(tmp_path: Path, packed: bool) -> None:
    (tmp_path / "data").mkdir()
    folder = datastore(tmp_path / "data")
    files = ZipFiles(str(zipped(folder, tmp_path / "backup.zip"))) if packed else FolderFiles(folder)
    found = read_watches(files, "backup")
    assert rows(found.follows) == [
        ("https://office.example/assessment", "Threats", "Assessment", False),
        ("https://bureau.example/report", "Bureau", "", False),
        ("https://source.example/page", "", "", False),
    ]
    assert [(url, why.split()[1]) for url, why in found.follows.left_out] == [
        ("https://paused.example/", "paused"), ("https://news.example/{% now 'utc' %}", "a")
    ]  # fmt: skip
    assert found.follows.ignored == {"include_filters": 1, "a browser": 1}
    assert [(one.url, one.at[:10], one.file) for one in found.snapshots] == [
        ("https://office.example/assessment", "2024-03-07", "uuid-1/1709802131.html.br"),
        ("https://office.example/assessment", "2024-03-08", "uuid-1/1709888531.html.br"),
        ("https://source.example/page", "2024-03-07", "uuid-5/0a1b.txt.br"),
    ]
    assert found.texts == 1
    assert [b"<title>" in snapshot_body(files, one, 1 << 20) for one in found.snapshots] == [True, True, True]
    with pytest.raises(InputError, match="larger than"):
        snapshot_body(files, found.snapshots[0], 50)


def test_watches_of_newer_versions_have_a_file_each(tmp_path: Path) -> None:
    for name, file, content in [
        ("uuid-1", "watch.json", {"url": "https://office.example/", "tags": ["tag-1"]}),
        ("tag-1", "tag.json", {"title": "Threats", "uuid": "tag-1"}),
    ]:
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(json.dumps(content))
    assert rows(read_watches(FolderFiles(tmp_path), "x").follows) == [("https://office.example/", "Threats", "", False)]


def test_hostile_backups_are_refused_in_one_sentence(tmp_path: Path) -> None:
    """No ZIP, no watches in it, broken JSON, and bombs."""
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(InputError, match="is a broken ZIP file"):
        ZipFiles(str(tmp_path / "no.zip"))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("url-watches.json", b"[" * 100_000)
        made.writestr("../../etc/x.html.br", b"0" * 5_000_000)
    files = ZipFiles(str(tmp_path / "bomb.zip"))
    with pytest.raises(InputError, match="is broken: it is no JSON"):
        read_watches(files, "bomb.zip")
    with pytest.raises(InputError, match="larger than 1000 bytes"):
        files.read("../../etc/x.html.br", 1000)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"is it from changedetection\.io"):
        read_watches(FolderFiles(tmp_path / "empty"), "empty")


def test_a_snapshot_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Else what is behind the cut would seem to be gone from the page."""
    import brotli

    whole = brotli.compress("".join(f"<p>Line {number} of the page" for number in range(500)).encode())
    for length in (len(whole) // 2, len(whole) - 1):
        (tmp_path / "1.html.br").write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"1\.html\.br is broken: it is cut off\."):
            snapshot_body(FolderFiles(tmp_path), Snapshot("https://a.example/", "", "1.html.br"), 1 << 20)


def test_damaged_lzma_in_a_zip_file_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_LZMA) as made:
        made.writestr("url-watches.json", bytes(range(256)) * 40)
    data = bytearray((tmp_path / "x.zip").read_bytes())
    start = 30 + len("url-watches.json") + 4  # behind the local header and the LZMA version
    data[start : start + 5] = b"\xff" * 5
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(InputError, match="can't be read"):
        ZipFiles(str(tmp_path / "x.zip")).read("url-watches.json", 1 << 20)


def test_a_beginning_of_many_comments_is_read_once() -> None:
    assert not is_opml(b"<!-- -->" * 1000 + b"x")
    assert is_opml(b"<?xml version='1.0'?>\n" + b"<!-- -->" * 100 + b"<opml>")
