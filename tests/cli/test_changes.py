"""`changes` and `digest` on the command line: what is printed in which form, and bookmarks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers import HTML, html, lines, pagewitness
from loopback import Loopback, Reply

CALM = ["The harbour and the border are calm, and 214 incidents were counted there in the whole of last year.",
        "It is unlikely that hostile services will try to recruit travellers at the border in the coming year."]  # fmt: skip
TENSE = [
    "The harbour and the border are calm, and 221 incidents were counted there in the whole of last year.",
    CALM[1],
]
HOSTILE = '</style><script>alert(1)</script> =HYPERLINK("x") \x1b[31mred'


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two pages; one changed, and then the other was removed."""
    file = tmp_path_factory.mktemp("changes") / "archive.db"
    with Loopback(
        {"/a": Reply(200, html("Harbour", CALM), HTML), "/b": Reply(200, html("Border", CALM), HTML)}
    ) as server:
        pagewitness(file, "add", server.url("/a"), server.url("/b"), "--source", "Harbour Office")
        pagewitness(file, "run")
        assert pagewitness(file, "changes", "--seen", "--name", "ann").returncode == 0
        server.routes["/a"] = Reply(200, html("Harbour", TENSE), HTML)
        pagewitness(file, "run", "--all")
        assert pagewitness(file, "changes", "--seen", "--name", "bob").returncode == 0
        server.routes["/b"] = Reply(404, b"", HTML)
        pagewitness(file, "run", "--all")
    return file


def said(file: Path, *arguments: str) -> str:
    done = pagewitness(file, *arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def test_json_has_an_object_for_each_change(followed: Path) -> None:
    removed, changed, *first = lines(said(followed, "changes", "--json"))
    assert [row["cause"] for row in (removed, changed, *first)] == ["removed", "change", "first", "first"]
    contract = {
        "url",
        "title",
        "source",
        "number",
        "cause",
        "captured_at",
        "words_added",
        "words_removed",
        "declared",
        "summary",
    }
    assert all(contract <= row.keys() for row in (removed, changed, *first))
    assert (changed["source"], changed["title"], changed["number"]) == ("Harbour Office", "Harbour", 2)
    assert (changed["words_added"], changed["words_removed"], changed["declared"]) == (1, 1, False)
    assert "[-214-]{+221+}" in changed["summary"]
    assert changed["line"]["words"][1:3] == [["-", "214"], ["+", "221"]]


def test_people_read_what_changed_in_eighty_columns(followed: Path) -> None:
    text = said(followed, "changes")
    assert "change in revision 2 (+1 -1 words, not declared)" in text
    assert "~ The harbour and the border are calm, and [-214-]{+221+} incidents" in text
    assert "new page" in text


def test_csv_has_a_row_for_each_change(followed: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(said(followed, "changes", "--csv"))))
    assert [row["cause"] for row in rows] == ["removed", "change", "first", "first"]
    assert (rows[1]["words_added"], rows[1]["declared"], rows[1]["pages"]) == ("1", "False", "1")


def test_markdown_and_html_mark_words_as_a_diff_does(followed: Path) -> None:
    assert "<del>214</del><ins>221</ins>" in said(followed, "changes", "--markdown")
    page = said(followed, "changes", "--html")
    assert re.search(r"<del>.*214.*</del><ins>.*221", page)
    assert "<script" not in page


def test_filters_and_periods(followed: Path) -> None:
    assert [row["url"][-2:] for row in lines(said(followed, "changes", "--json", "--title", "border"))] == ["/b", "/b"]
    assert len(lines(said(followed, "changes", "--json", "--source", "harbour", "--limit", "1"))) == 1
    assert lines(said(followed, "changes", "--json", "--until", "2020")) == []
    assert len(lines(said(followed, "changes", "--json", "--since", "1h"))) == 4
    assert pagewitness(followed, "changes", "--source", "nobody").returncode == 3
    assert pagewitness(followed, "changes", "--since", "2999").returncode == 2


def test_each_name_sees_what_is_new_to_it(followed: Path) -> None:
    def causes(*more: str) -> Sequence[str]:
        return [row["cause"] for row in lines(said(followed, "changes", "--new", "--json", *more))]

    assert causes("--name", "ann") == ["removed", "change"]
    assert causes("--name", "ann") == ["removed", "change"], "looking changes nothing"
    assert causes("--name", "bob") == ["removed"]
    assert causes("--name", "carol") == ["removed", "change", "first", "first"]
    assert causes("--name", "bob", "--seen") == ["removed"]
    assert causes("--name", "bob") == []
    assert "No changes since" in said(followed, "changes", "--new", "--name", "bob")


def test_a_mistyped_name_is_noticed(followed: Path) -> None:
    assert "Did you mean --name ann?" in said(followed, "changes", "--new", "--name", "anne")


@pytest.mark.parametrize("more", [("--limit", "1"), ("--source", "harbour"), ("--title", "x"), ("--until", "2025")])
def test_what_was_not_listed_does_not_become_seen(followed: Path, more: tuple[str, str]) -> None:
    done = pagewitness(followed, "changes", "--new", "--seen", *more)
    assert (done.returncode, b"leave out" in done.stderr) == (2, True)


def test_an_archive_that_is_missing_is_not_made(tmp_path: Path) -> None:
    for arguments in (("changes",), ("changes", "--seen")):
        assert pagewitness(tmp_path / "none.db", *arguments).returncode == 3
    assert not (tmp_path / "none.db").exists()


def test_hostile_pages_are_escaped(tmp_path: Path) -> None:
    """Nothing of a page is markup, a formula or a command to the terminal."""
    file = tmp_path / "archive.db"
    bad = HOSTILE.replace("&", "&amp;").replace("<", "&lt;")
    with Loopback(
        {"/": Reply(200, html("x", CALM).replace(b"<h1>x</h1>", f"<h1>{bad}</h1>".encode()), HTML)}
    ) as server:
        pagewitness(file, "add", server.url("/"), "--source", "=cmd()")
        pagewitness(file, "run")
        changed = html("x", [f"{CALM[0]} {bad}", CALM[1]])
        server.routes["/"] = Reply(200, changed.replace(b"<title>x", f"<title>={bad}".encode()), HTML)
        pagewitness(file, "run", "--all")
    for form in ("--html", "--markdown", "--csv"):
        text = said(file, "changes", form)
        assert "\x1b" not in text
        assert form == "--csv" or not re.search(r"(?<!\\)<script", text)
    rows = list(csv.DictReader(io.StringIO(said(file, "changes", "--csv"))))
    assert not [cell for row in rows for cell in row.values() if cell and cell[0] in "=+-@"]
    assert "\x1b" not in said(file, "changes")
