"""Names of cleaners: what has a say in PDFs alone is no part of the name under which HTML is read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from assessments import BOTH, FILE, PAGE, RECORDS
from helpers import answer, archive, day, environment, lines, pagewitness, read, reading, told, warc
from pdfs import SENTENCES

from pagewitness.archive import cleaner_names
from pagewitness.archive.fold import derivation, readings
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

# --- what is installed, through the command line ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Environments: without optional parts, with pypdfium2, and with a tesseract beside it."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "eng.traineddata").touch()
    (folder / "tesseract").touch()
    no_pdf = "u.find_spec = lambda name, package=None: None if name == 'pypdfium2' else find(name, package)\n"
    no_ocr = "s.which = lambda *names, **more: None\n"
    ocr = (
        f"s.which = lambda *names, **more: {str(folder / 'tesseract')!r}\n"
        f"import pagewitness.scraper.clean.pdf.ocr as o\no._FOLDERS = ({str(folder)!r},)\n"
    )
    found = {}
    for name, program in {"nothing": no_pdf + no_ocr, "pdf": no_ocr, "ocr": ocr}.items():
        (folder / name).mkdir()
        head = "import importlib.util as u, shutil as s\nfind = u.find_spec\n"
        (folder / name / "sitecustomize.py").write_text(head + program)
        found[name] = environment(PYTHONPATH=str(folder / name))
    return found


@pytest.fixture(scope="module")
def said(installed: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An archive to which pypdfium2 and then tesseract come, and what is said about it; `file` is where it is."""
    folder = tmp_path_factory.mktemp("archive")
    file = folder / "archive.db"
    (folder / "some.warc.gz").write_bytes(warc(RECORDS))
    done = pagewitness(file, "import", str(folder / "some.warc.gz"), env=installed["nothing"])
    assert done.returncode == 1, done
    shutil.copy(file, folder / "waiting.db")

    def recleaned(name: str, *options: str) -> dict[str | None, dict[str, Any]]:
        done = pagewitness(file, "reclean", "--json", "--jobs", "1", *options, env=installed[name])
        assert done.returncode == 0, done
        return {line["url"]: line for line in lines(done)}

    return {
        "file": file,
        "waiting": folder / "waiting.db",
        "first": recleaned("pdf"),
        "dry": recleaned("ocr", "--dry-run"),
        "done": recleaned("ocr"),
        "back": recleaned("pdf"),
    }


def counts(lines: dict[str | None, dict[str, Any]]) -> dict[str, int]:
    return {url: line["readings"] for url, line in lines.items() if url}


@pytest.mark.parametrize("when", ["first", "dry", "done"])
def test_what_only_pdfs_are_read_by_makes_only_pdfs_read_again(said: dict[str, Any], when: str) -> None:
    """Also of a page that was now the one and now the other."""
    assert counts(said[when]) == {PAGE: 0, FILE: 2, BOTH: 1}


@pytest.mark.parametrize("when", ["dry", "done", "back"])
def test_what_reads_the_same_changes_no_revision(said: dict[str, Any], when: str) -> None:
    assert [(line["changed"], line["revisions"]) for line in said[when].values() if line["url"] is None] == [(0, 7)]


def test_what_was_read_is_not_read_again(said: dict[str, Any]) -> None:
    """When what was installed is taken away."""
    assert set(counts(said["back"]).values()) == {0}


def test_a_history_has_readings_of_both_kinds(said: dict[str, Any]) -> None:
    for url, verdicts in {
        PAGE: ["first", "changed"],
        FILE: ["first", "changed"],
        BOTH: ["first", "changed", "changed"],
    }.items():
        seen = [
            line for line in lines(pagewitness(said["file"], "log", url, "--all", "--json")) if "visited_at" in line
        ]
        assert [line["verdict"] for line in seen] == verdicts
    assert lines(pagewitness(said["file"], "blame", BOTH, "--json"))[-1]["first_revision"] == 3


def test_without_pypdfium2_a_page_waits_for_its_pdf_alone(said: dict[str, Any]) -> None:
    """What is HTML on it has a history."""
    told = {url: lines(pagewitness(said["waiting"], "log", url, "--json")) for url in (PAGE, BOTH)}
    assert {url: len(revisions) for url, revisions in told.items()} == {PAGE: 2, BOTH: 2}


def test_the_list_of_cleaners_says_which_read_what(said: dict[str, Any]) -> None:
    names = {
        url: [line["cleaner"] for line in lines(pagewitness(said["file"], "show", url, "--cleaner", "list", "--json"))]
        for url in (PAGE, FILE)
    }
    [page], [first, second] = names[PAGE], names[FILE]
    assert first.startswith(f"{page} pdf-")
    assert second.startswith(f"{page} pdf-")
    assert [" tesseract-" in name for name in (first, second)] == [False, True]
    some = second.partition(" tesseract-")[2][:6]
    [shown] = lines(pagewitness(said["file"], "show", FILE, "--cleaner", some, "--json"))
    assert shown["cleaner"] == second


def test_reading_html_loads_nothing_that_has_a_say_in_pdfs_alone() -> None:
    """Or their digest would have to be a part of its name."""
    program = (
        "import sys; from pagewitness.scraper.clean import clean; clean(b'<p>Some words.</p>', None, None);"
        "print(sorted(name for name in sys.modules if '.clean.pdf.' in name))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    harmless = ["ocr", "page_model"]  # which tesseract there is, and what a page of a PDF consists of
    assert found.stdout.strip() == repr([f"pagewitness.scraper.clean.pdf.{name}" for name in harmless])


# --- one promise at a time, within this process -----------------------------------------------------------------------


@pytest.fixture
def db(tmp_path: Path) -> Any:
    with archive(tmp_path) as opened:
        yield opened


def kept(db: Sqlite, page: Page, at: int, text: str, cleaner: str, whole: str | None = None) -> int:
    """A capture with a reading; by a cleaner with this whole name, where that is not the reading's."""
    capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"<p>{text}"))
    assert capture is not None
    read(db, capture, reading([*SENTENCES[:4], text], cleaner=cleaner), whole)
    return capture


def test_a_history_of_html_alone_is_that_of_any_reader_of_pdfs(db: Sqlite) -> None:
    page = evidence.known_page(db, PAGE)
    kept(db, page, 0, "One.", "c")
    derivation.derive(db, page, "c pdf-1")
    for cleaner in ("c", "c pdf-1", "c pdf-2 tesseract"):
        assert derivation.is_current(db, page, cleaner)
        assert readings.unread(db, page.id, cleaner) == []
    assert not derivation.is_current(db, page, "d pdf-1")
    assert readings.unread(db, page.id, "d pdf-1") != []


def test_a_page_that_becomes_a_pdf_later_is_its_readers_from_then_on(db: Sqlite) -> None:
    """However many readers of PDFs there were while it was HTML."""
    page = evidence.known_page(db, PAGE)
    kept(db, page, 0, "One.", "c")
    derivation.derive(db, page, "c pdf-1")
    pdf = kept(db, page, 1, "Two.", "c pdf-2")
    assert derivation.derive(db, page, "c pdf-2").number == 2
    kept(db, page, 2, "Three.", "c", "c pdf-2")
    assert derivation.derive(db, page, "c pdf-2").number == 3
    assert not derivation.is_current(db, page, "c pdf-3")
    assert readings.unread(db, page.id, "c pdf-3") == [pdf]
    assert readings.missing(db, {page.id: "c pdf-3"}) == 1
    before = told(db, page)
    assert derivation.derive(db, page, "c pdf-3").number == 3, "it takes over before it has read all"
    assert told(db, page) == before
    read(db, pdf, reading([*SENTENCES[:4], "Two."], cleaner="c pdf-3"))
    derivation.derive(db, page, "c pdf-3")
    assert [row[0] for row in db.rows("select cleaner from revisions order by number")] == ["c", "c pdf-3", "c"]
    derivation.derive(db, page, "c pdf-2")
    assert told(db, page) == before


def test_names_are_taken_apart_where_they_are_put_together() -> None:
    name = "0.1.0+1f0a9c3d trafilatura-2.3.1"
    whole = cleaner_names.with_part(f"{name} pdf-9c0d1e2f tesseract", "5e6f7a8b")
    assert whole == f"{name} rules-5e6f7a8b pdf-9c0d1e2f tesseract"
    assert cleaner_names.of_html(whole) == f"{name} rules-5e6f7a8b"
    assert {cleaner_names.own(one) for one in (name, whole, cleaner_names.of_html(whole), f"{name} pdf-0")} == {name}
