"""`import` of what others made: saved pages and lists, as people have them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import lines
from saved_files import JOBS, OPML, PAGE, TEXT, chromium_html, chromium_mhtml, explorer_mhtml, page, single_file
from terminal import Printed, run_here

from pagewitness.archive.store.database import open_archive
from pagewitness.archive.text.columns import columns

MARCH = 1709802131.0  # 2024-03-07 09:02:11 UTC
Run = Callable[..., Printed]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on an archive of its own, in the folder of the test."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, terminal: bool = False) -> Printed:
        return run_here(monkeypatch, tmp_path / "archive.db", *arguments, columns=80, terminal=terminal)

    return run


def saved(folder: Path) -> None:
    """Pages as browsers and SingleFile save them, one of them from a web archive, and files that are no pages."""
    folder.mkdir()
    likely = page(text=TEXT.replace("mažai ", ""))
    (folder / "a.mhtml").write_bytes(chromium_mhtml(page()))
    (folder / "b 2024-05-01.html").write_text(chromium_html().replace("mažai ", ""), "utf-8")
    (folder / "c.html").write_text(single_file(date="Sat Jun 01 2024 10:22:11 GMT+0200 (CEST)"), "utf-8")
    (folder / "d.mht").write_bytes(explorer_mhtml(page(text=TEXT.replace("€", "EUR")), "https://other.example/x"))
    web = "https://web.archive.org/web/20230501120000/https://office.example/old"
    (folder / "e.htm").write_text(chromium_html(web), "utf-8")
    (folder / "f 2024-07-01.html").write_text(page('<link rel="canonical" href="https://canon.example/r">'), "utf-8")
    (folder / "g 2024-07-01.html").write_text(likely, "utf-8")
    (folder / "h.html").write_text(chromium_html(), "utf-8")
    os.utime(folder / "h.html", (MARCH, MARCH))
    (folder / "i 2099-01-01.html").write_text(chromium_html(), "utf-8")
    (folder / "b 2024-05-01_files").mkdir()
    (folder / "b 2024-05-01_files" / "advert.html").write_text("<p>An advert</p>")
    (folder / "notes.txt").write_text("Mine")


def test_a_folder_of_saved_pages_becomes_captures_with_their_addresses_and_dates(tmp_path: Path, run: Run) -> None:
    """What says neither is listed; what is assumed is said; what a browser saved beside a page is part of it."""
    saved(tmp_path / "saved")
    done = run("import", "saved")
    said = done.out.splitlines()
    assert (done.code, said[:5]) == (1, [
        "note       saved/f 2024-07-01.html: its address is taken from its own canonical link: https://canon.example/r",
        "failed     saved/g 2024-07-01.html: nothing in it says its address: name that with --url",
        "failed     saved/h.html: nothing in it says when it was saved: put the day into its name (2024-03-07), or use --file-dates",
        "failed     saved/i 2099-01-01.html: its date, 2099-01-01 00:00, is in the future",
        "saved: 6 added to 4 pages, 6 new revisions, 1 other file left out",
    ])  # fmt: skip
    rows = [row for row in lines(run("log", PAGE, "--all", "--json").out) if "visited_at" in row]
    assert [(row["visited_at"][:16], row["verdict"], row["reason"]) for row in rows] == [
        ("2024-03-07T09:22", "first",
         "saved as a.mhtml: address from its Snapshot-Content-Location field, date from its Date field"),
        ("2024-05-01T00:00", "changed",
         "saved as b 2024-05-01.html: address from the comment 'saved from url', date from its file name"),
        ("2024-06-01T08:22", "changed", "saved as c.html: address from SingleFile's comment, date from SingleFile's comment"),
    ]  # fmt: skip
    for address, date in (
        ("https://other.example/x", "2024-03-07 09:22"),
        ("https://office.example/old", "2023-05-01 12:00"),
    ):
        shown = run("show", address)
        assert date in run("log", address).out
        assert "Grėsmių vertinimas: ataka prieš uostą mažai tikėtina" in shown.out, "no letter is lost"
    again = run("import", "saved", "--file-dates")
    assert (
        "note       saved/h.html: its date is that of the file, which copying may have changed: 2024-03-07 09:02"
        in again.out
    )
    assert "saved: 1 added to 1 page, 6 already known" in again.out


def test_a_page_that_does_not_say_its_address_gets_it_from_the_user(tmp_path: Path, run: Run) -> None:
    (tmp_path / "report 2024-07-01.html").write_text(page())
    done = run("import", "--url", "https://office.example/report", "report 2024-07-01.html")
    assert (done.code, "1 added to 1 page" in done.out) == (0, True)
    assert run("import", "--url", "office", "report 2024-07-01.html").code == 2
    (tmp_path / "other.html").write_text(page())
    assert "--url gives the address of one saved page" in run("import", "--url", "https://a.example/", ".").error


def test_feeds_and_pages_of_opml_are_followed(tmp_path: Path, run: Run) -> None:
    """A feed leads to new pages; groups are sources; what cannot be followed is listed."""
    (tmp_path / "feeds.opml").write_text(OPML)
    done = run("import", "feeds.opml")
    assert (done.code, done.out.splitlines()) == (1, [
        "feeds.opml (OPML): 5 new pages followed",
        "  + https://office.example/feed.xml  (Services)",
        "  + https://office.example/  (Services)",
        "  + https://bureau.example/atom  (Baltic)",
        "  + https://law.example/act  (Services)",
        "  + https://plain.example/page  (plain.example)",
        "failed     feed:local: left out, since it is not an http or https address",
        "Next: `pagewitness run` visits them.",
    ])  # fmt: skip
    with open_archive("archive.db") as db:
        assert db.mapping(str, str, "select url, role from pages where role <> 'page'") == {
            "https://office.example/feed.xml": "listing",
            "https://bureau.example/atom": "listing",
        }
    assert "0 new pages followed, 5 already followed" in run("import", "feeds.opml", "--source", "Mine").out
    titles = {row["url"]: row["title"] for row in lines(run("pages", "--json").out)}
    assert titles["https://law.example/act"] == "The act"


def test_jobs_are_followed_for_one_source(tmp_path: Path, run: Run) -> None:
    """And what is not taken over is said."""
    (tmp_path / "urls.yaml").write_text(JOBS)
    done = run("import", "urls.yaml", "--source", "Mine")
    assert "urls.yaml (urlwatch or webchanges): 3 new pages followed" in done.out
    assert "Not taken over: a browser (2 pages), cookies (1 page), filter (1 page), max_tries (1 page)." in done.text
    assert {row["source"] for row in lines(run("pages", "--json").out)} == {"Mine"}


def test_a_backup_of_changedetection_is_followed_and_its_html_becomes_captures(tmp_path: Path, run: Run) -> None:
    """Texts that filters left are no evidence; a paused watch is not followed."""
    import json
    import zipfile

    import brotli
    from saved_files import WATCHES

    with zipfile.ZipFile(tmp_path / "backup.zip", "w") as made:
        made.writestr("url-watches.json", json.dumps(WATCHES))
        made.writestr("uuid-1/1709802131.html.br", brotli.compress(page().encode()))
        made.writestr("uuid-1/36ac.txt", "Only the filtered text")
        made.writestr("uuid-3/1709802131.html.br", b"\x00 neither brotli nor HTML")
    done = run("import", "backup.zip")
    assert done.code == 1
    assert "backup.zip (changedetection.io): 3 new pages followed" in done.out
    assert "paused     https://paused.example/: not followed; `pagewitness add` follows it" in done.out
    assert "failed     uuid-3/1709802131.html.br: uuid-3/1709802131.html.br is broken: it is no brotli." in done.out
    assert "Not imported: 1 snapshot of filtered text." in done.text
    rows = {row["url"]: row for row in lines(run("pages", "--json").out)}
    assert rows["https://office.example/assessment"]["last_visit"] == "2024-03-07T09:02:11.000000Z"
    assert (rows["https://office.example/assessment"]["state"], "https://paused.example/" in rows) == (
        "followed",
        False,
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "list.txt",
            b"# mine\nhttps://a.example/\n",
            "is a list of addresses: `pagewitness add - < list.txt` follows them.",
        ),
        ("my list.csv", b"name,url\n", "is a list of addresses: `pagewitness add - < 'my list.csv'` follows them."),
        ("x.json", b'{"a": 1}', "is no file that import can read: import reads WARC files, saved pages"),
        ("x.zip", b"PK\x03\x04 cut off", "is a broken ZIP file: copy it again."),
        ("x.opml", b"<opml><!DOCTYPE a [<!ENTITY a 'b'>]></opml>", "declares entities of XML"),
        ("x.yaml", b"url: [[", "can't be read as YAML"),
    ],
)
def test_a_file_of_no_known_kind_is_one_sentence_and_nothing_is_imported(
    tmp_path: Path, run: Run, name: str, content: bytes, said: str
) -> None:
    """Also nothing of the others."""
    (tmp_path / "good 2024-01-01.html").write_text(chromium_html())
    (tmp_path / name).write_bytes(content)
    done = run("import", "good 2024-01-01.html", name)
    assert (done.code, done.out, done.error.count("\n")) == (2, "", 1)
    assert f"{name} {said}" in done.error
    assert not (tmp_path / "archive.db").exists()


def test_a_saved_page_that_is_too_large_is_listed(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWITNESS_NETWORK_MAX_BYTES", "1000")
    (tmp_path / "large 2024-01-01.html").write_text(chromium_html() + " " * 1000)
    done = run("import", "large 2024-01-01.html")
    assert (done.code, "it is larger than 1000 bytes ([network] max_bytes)" in done.out) == (1, True)


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://web.archive.org/web/20240101000000/http://[x/", "is not an http or https address"),
        ("https://a.example/x y", "is not an http or https address"),
        ("https://me:secret@a.example/", "has a user name or password, which is never sent"),
    ],
)
def test_a_saved_page_whose_address_no_page_can_have_is_listed_and_the_others_are_imported(
    tmp_path: Path, run: Run, address: str, fault: str
) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "a 2024-01-01.html").write_text(page(f'<link rel="canonical" href="{address}">'))
    (tmp_path / "saved" / "b 2024-01-01.html").write_text(chromium_html())
    done = run("import", "saved")
    assert (done.code, done.out.splitlines()[:2], done.error) == (1, [
        f"failed     saved/a 2024-01-01.html: its address {fault}: name another with --url",
        "saved: 1 added to 1 page, 1 new revision",
    ], "")  # fmt: skip
    with open_archive("archive.db") as db:
        assert db.mapping(str, str, "select url, role from pages") == {PAGE: "page"}


def test_addresses_on_standard_input_may_be_csv(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As spreadsheets write it, with comments and empty lines; or one address a line."""
    import io

    text = '\ufeffName;URL\n"A; b";https://a.example/1\n\n# mine\nB;https://a.example/2\nC;\n'
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert run("add", "-").out.splitlines()[1:3] == ["Following: https://a.example/1", "Following: https://a.example/2"]
    monkeypatch.setattr("sys.stdin", io.StringIO("# mine\n\n https://b.example/1 \n"))
    assert "Following: https://b.example/1" in run("add", "-").out
    monkeypatch.setattr("sys.stdin", io.StringIO("name,url\n\nx,nowhere\n"))
    assert "Line 3 of standard input: 'nowhere' is not an http or https address" in run("add", "-").error


@pytest.mark.parametrize("text", ["url,name\nhttps://a.example/,{}\n", "name {},url\nx,https://a.example/\n"])
def test_a_csv_cell_that_is_too_long_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(text.format("x" * 140_000)))
    done = run("add", "-")
    assert (done.code, done.out, done.error.count("\n")) == (2, "", 1)
    assert "Standard input can't be read as CSV (field larger than field limit (131072))" in done.error


def test_what_import_prints_fits_a_terminal(tmp_path: Path, run: Run) -> None:
    """Only lines that name an address, a file or a failure stay whole."""
    (tmp_path / "urls.yaml").write_text(JOBS)
    done = run("import", "urls.yaml", terminal=True)
    wide = [line for line in done.out.splitlines() if columns(line) > 80 and not line.startswith(("failed", "  +"))]
    assert wide == []


def test_a_file_that_begins_with_many_comments_is_told_at_once(tmp_path: Path, run: Run) -> None:
    (tmp_path / "x").write_bytes(b"<!-- -->" * 1000 + b"x")
    assert run("import", "x").code == 2


@pytest.mark.parametrize("option", [("--url", "https://office.example/"), ("--file-dates",), ("--source", "Office")])
def test_options_about_files_do_not_go_with_a_web_archive(run: Run, option: tuple[str, ...]) -> None:
    """They would have no effect."""
    done = run("import", "--memento", "http://127.0.0.1:9", "https://office.example/", *option)
    assert done.code == 2
    assert f"{option[0]} is about files" in " ".join(done.error.split())
