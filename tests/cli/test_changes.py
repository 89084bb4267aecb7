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


# --- digest -----------------------------------------------------------------------------------------------------------


def test_a_digest_has_the_changes_by_source_and_the_rest_behind_them(followed: Path) -> None:
    text = said(followed, "digest")
    heads = ["What changed from", "1 change on 1 page, 2 new pages, 1 removed. 6 visits to 2 pages", "HARBOUR OFFICE",
             "[-214-]{+221+}", "NEW PAGES", "REMOVED, MOVED, BLOCKED OR FAILING, AND BACK", "HTTP status 404"]  # fmt: skip
    places = [text.find(head) for head in heads]
    assert -1 not in places
    assert places == sorted(places)
    assert max(map(len, text.splitlines())) <= 80


def test_a_digest_in_markdown_html_and_json(followed: Path) -> None:
    assert "## Harbour Office" in said(followed, "digest", "--markdown")
    assert "<del>214</del><ins>221</ins>" in said(followed, "digest", "--markdown")
    page = said(followed, "digest", "--html")
    assert "<h2>Harbour Office</h2>" in page
    assert not re.search(r"<script|<link|<img|@import|url\(", page)
    [row] = lines(said(followed, "digest", "--json"))
    assert [one["cause"] for one in (*row["changes"], *row["new"], *row["elsewhere"])] == [
        "change",
        "first",
        "first",
        "removed",
    ]
    assert row["changes"][0]["hunks"][0]["change"] == "edited"


def test_a_digest_of_a_quiet_time_says_that_pages_were_watched(followed: Path, tmp_path: Path) -> None:
    assert "Nothing changed. No page was visited in this time." in said(
        followed, "digest", "--until", "2020", "--since", "2019"
    )
    with Loopback(
        {"/": Reply(200, html("Harbour", CALM), HTML), "/down": Reply(500, b"", (*HTML, ("Retry-After", "0")))}
    ) as server:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", server.url("/"), server.url("/down"))
        pagewitness(file, "run")
    text = " ".join(said(file, "digest").split())
    assert "1 page can't be seen as it should be now." in text
    unseen = text[text.index("NOT SEEN AS THEY SHOULD BE") :]
    assert "/down" in unseen
    assert "HTTP status 500" in unseen


def test_a_long_change_is_cut_and_says_how_to_see_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    texts = [[f"The harbour of town {number} has {number + more} cranes, which were counted last year." for number in range(30)]
             for more in (100, 300)]  # fmt: skip
    with Loopback({"/": lambda _: Reply(200, html("Harbours", texts.pop(0)), HTML)}) as server:
        pagewitness(file, "add", server.url("/"))
        pagewitness(file, "run")
        pagewitness(file, "run", "--all")
        assert f"… and 18 more paragraphs: `pagewitness diff {server.url('/')} r1 r2`" in " ".join(
            said(file, "digest").split()
        )


def test_hostile_pages_are_escaped_in_a_digest(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    bad = HOSTILE.replace("<", "&lt;")
    with Loopback({"/": Reply(200, html("x", CALM), HTML)}) as server:
        pagewitness(file, "add", server.url("/"), "--source", "<b>'\"&")
        pagewitness(file, "run")
        server.routes["/"] = Reply(200, html(bad, [f"{CALM[0]} {bad}", CALM[1]]), HTML)
        pagewitness(file, "run", "--all")
    page = said(file, "digest", "--html")
    assert "&lt;b&gt;" in page
    assert page.count("</style>") == 1
    assert not re.search(r"<script|<b>|\x1b", page)
    assert not re.search(r"(?<!\\)<script|\x1b", said(file, "digest", "--markdown"))
    assert "\x1b" not in said(file, "digest")
