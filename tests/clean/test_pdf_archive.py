"""PDFs in the archive: page numbers in every answer, and no change where only the layout is another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers import environment, html, lines, pagewitness, warc
from loopback import Loopback, Reply
from pdfs import SENTENCES, Piece, report

URL, PAGE = "https://agency.example/files/assessment", "https://agency.example/assessment.html"
FIRST: list[Piece] = [
    ("h1", "National threat assessment"), ("p", SENTENCES[0]), ("h2", "Cyber attacks"), ("p", " ".join(SENTENCES[1:4])),
    ("break",), ("h2", "Espionage"), ("p", " ".join(SENTENCES[4:7])),
]  # fmt: skip
MORE: list[Piece] = [
    *FIRST,
    ("break",),
    ("h2", "Energy"),
    ("p", SENTENCES[7]),
    ("break",),
    ("p", " ".join(SENTENCES[:2])),
]
EDITED: list[Piece] = [
    (kind, *(text.replace("almost certainly", "probably") if isinstance(text, str) else text for text in rest))
    for kind, *rest in MORE
]


def record(url: str, at: int, body: bytes, kind: str = "application/pdf") -> dict[str, Any]:
    return {"url": url, "at": f"2024-01-{at + 1:02}T00:00:00Z", "body": body, "headers": [("Content-Type", kind)]}


def imported(folder: Path, *records: dict[str, Any]) -> Path:
    file = folder / "some.warc.gz"
    file.write_bytes(warc(list(records)))
    done = pagewitness(folder / "archive.db", "import", str(file))
    assert done.returncode == 0, done
    return folder / "archive.db"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report, the same set again in other type and with other metadata, with two pages more, and reworded."""
    again = report(
        FIRST, font="Times-Roman", size=12, margin=50, title="Report", author="Somebody else", header="The State"
    )
    editions = [report(FIRST, header="The State"), again, report(MORE), report(EDITED)]
    return imported(
        tmp_path_factory.mktemp("pdf"), *(record(URL, at, body) for at, body in enumerate(editions)),
        record(PAGE, 5, html("Other", ["It says little of espionage.", *SENTENCES[:2]]), "text/html"),
    )  # fmt: skip


def test_a_report_that_is_only_set_anew_is_unchanged(archive: Path) -> None:
    """Other line breaks, page breaks, fonts, margins, dates and authors."""
    told = lines(pagewitness(archive, "log", "--all", "--json", URL))
    assert [one["verdict"] for one in told if "visited_at" in one] == ["first", "unchanged", "changed", "changed"]


def test_show_says_the_page_of_each_block(archive: Path) -> None:
    blocks = lines(pagewitness(archive, "show", URL, "--json"))[0]["blocks"]
    assert [block["page"] for block in blocks] == [1, 1, 1, 1, 2, 2, 3, 3, 4]
    assert "p. 3\nEnergy" in pagewitness(archive, "show", URL).stdout.decode()
    assert "page" not in lines(pagewitness(archive, "show", PAGE, "--json"))[0]["blocks"][0]


def test_a_diff_says_the_page_and_which_pages_came(archive: Path) -> None:
    told = lines(pagewitness(archive, "diff", URL, "1", "2", "--json"))[0]
    assert (told["pages_added"], told["pages_removed"]) == ([3, 4], [])
    assert [hunk["page"] for hunk in told["hunks"] if hunk["change"] == "added"] == [3, 3, 4]
    assert "2 pages added: p. 3-4." in pagewitness(archive, "diff", URL, "1", "2").stdout.decode()
    assert "2 pages removed: p. 3-4." in pagewitness(archive, "diff", URL, "2", "1").stdout.decode()
    assert "(edited, p. 2)" in pagewitness(archive, "diff", URL, "2", "3").stdout.decode()


def test_html_and_markdown_say_the_page_too(archive: Path) -> None:
    """`show` where it begins, `diff` at each change."""
    shown = {form: pagewitness(archive, "show", URL, f"--{form}").stdout.decode() for form in ("html", "markdown")}
    assert '<p class="page" lang="en">p. 3</p>\n<h2>Energy</h2>' in shown["html"]
    assert "*p. 3*\n\n## Energy" in shown["markdown"]
    assert [shown[form].count("p. 2") for form in shown] == [1, 1]
    changed = {form: pagewitness(archive, "diff", URL, "2", "3", f"--{form}").stdout.decode() for form in shown}
    assert '<p class="what" lang="en">Edited, p. 2</p>' in changed["html"]
    assert "**Edited, p. 2**" in changed["markdown"]
    grown = {form: pagewitness(archive, "diff", URL, "1", "2", f"--{form}").stdout.decode() for form in shown}
    assert all("2 pages added: p. 3-4." in text for text in grown.values())
    assert "p. " not in pagewitness(archive, "show", PAGE, "--html").stdout.decode().partition("<main")[2]


def test_blame_search_and_phrase_say_the_page(archive: Path) -> None:
    rows = lines(pagewitness(archive, "blame", URL, "--json"))
    assert [(row["page"], row["first_revision"]) for row in rows][-3:] == [(3, 2), (3, 2), (4, 2)]
    assert "p. 3 Energy" in pagewitness(archive, "blame", URL).stdout.decode()
    hits = lines(pagewitness(archive, "search", "supply chains", "--json"))
    assert [(hit["url"], hit["kind"], hit["page"]) for hit in hits] == [(URL, "pdf", 3)]
    assert ", p. 3\n" in pagewitness(archive, "search", "supply chains").stdout.decode()
    (stood,) = lines(pagewitness(archive, "phrase", "supply chains", "--json"))
    assert (stood["page"], stood["not_before"] is None) == (3, False)
    assert ", p. 3\n" in pagewitness(archive, "phrase", "supply chains").stdout.decode()


def test_pages_are_found_by_their_kind(archive: Path) -> None:
    assert [hit["url"] for hit in lines(pagewitness(archive, "search", "espionage", "--kind", "pdf", "--json"))] == [
        URL
    ]
    assert [hit["url"] for hit in lines(pagewitness(archive, "search", "espionage", "--kind", "html", "--json"))] == [
        PAGE
    ]


def test_a_block_that_only_moved_to_another_page_is_no_change(tmp_path: Path) -> None:
    moved = [FIRST[0], ("break",), *FIRST[1:]]
    told = imported(tmp_path, record(URL, 0, report(FIRST)), record(URL, 1, report(moved)))
    assert [
        one["verdict"] for one in lines(pagewitness(told, "log", "--all", "--json", URL)) if "visited_at" in one
    ] == [
        "first",
        "unchanged",
    ]


def test_a_report_and_its_html_edition_read_as_one_document(tmp_path: Path) -> None:
    """What differs is what the two do not share."""
    texts = [" ".join(SENTENCES[1:4]), " ".join(SENTENCES[4:7])]
    page = (
        f"<html><body><main><h1>National threat assessment</h1><p>{SENTENCES[0]}</p><h2>Cyber attacks</h2><p>{texts[0]}</p>"
        f"<h2>Espionage</h2><p>{texts[1]}</p></main></body></html>"
    ).encode()
    told = imported(tmp_path, record(URL, 0, report(FIRST, header="The State")), record(PAGE, 0, page, "text/html"))
    change = lines(pagewitness(told, "diff", URL, PAGE, "--json"))[0]
    assert {hunk["change"] for hunk in change["hunks"]} == {"same"}


def test_a_pdf_is_followed_like_any_page(site: Loopback, tmp_path: Path) -> None:
    site.routes |= {"/file": Reply(200, report(FIRST), (("Content-Type", "application/octet-stream"),))}
    archive = tmp_path / "archive.db"
    url = site.url("/file")
    assert pagewitness(archive, "add", url).returncode == 0
    assert pagewitness(archive, "run").returncode == 0
    assert [row["title"] for row in lines(pagewitness(archive, "pages", "--json"))] == ["National threat assessment"]
    assert lines(pagewitness(archive, "search", "espionage", "--json"))[0]["page"] == 2


def test_without_pypdfium2_a_pdf_waits_unread_and_is_read_once_it_is_there(tmp_path: Path) -> None:
    """One sentence says what to install, and nothing is lost."""
    (tmp_path / "hide").mkdir()
    hide = tmp_path / "hide" / "sitecustomize.py"
    hide.write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'pypdfium2' else find(name, package)\n"
    )
    file = tmp_path / "some.warc.gz"
    file.write_bytes(warc([record(URL, 0, report(FIRST))]))
    archive = tmp_path / "archive.db"
    done = pagewitness(archive, "import", str(file), env=environment(PYTHONPATH=str(hide.parent)))
    assert done.returncode == 1
    assert "is kept but not read yet (reading PDFs needs the extra 'pdf': install it from your clone" in " ".join(
        (done.stdout + done.stderr).decode().split()
    )
    assert lines(pagewitness(archive, "search", "espionage", "--json")) == []
    assert pagewitness(archive, "run").returncode == 0
    assert [hit["page"] for hit in lines(pagewitness(archive, "search", "espionage", "--json"))] == [2]
