"""`pagewitness diff`: which two revisions, and in which form."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest
from helpers import answer, archive, command, day, environment, pagewitness, read, reading

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import agenda, evidence

PAGE, OTHER, LONE = "https://one.example/threats", "https://one.example/report.pdf", "https://two.example/lone"
END = "Nothing else is known about the matter so far."
TEXTS = [
    ["# Threats", "An attack is unlikely.", "State firms lost 33 million.", END],
    ["# Threats", "An attack is likely.", "State firms lost 33 million.", END],
    ["# Threats", "An attack is very likely.", "State firms lost 35.5 million.", END],
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with three revisions, another one that tells the same as the first of them, and one with a single one."""
    folder = tmp_path_factory.mktemp("archive")
    with archive(folder) as db:
        agenda.follow(db, [PAGE, OTHER, LONE], None, 86400, day(0))
        seen = [(PAGE, at, text) for at, text in enumerate(TEXTS, 1)]
        for url, at, text in [*seen, (OTHER, 9, [*TEXTS[0][:2], TEXTS[2][2]]), (LONE, 1, TEXTS[0])]:
            page = evidence.known_page(db, url)
            capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"{url}{at}", url=url))
            assert capture is not None
            read(db, capture, reading(text, title=f"About {url[-8:]}"))
        for row in db.rows("select id from pages"):
            derivation.derive(db, evidence.page(db, row[0]), "c1")
    return folder / "archive.db"


def run(file: Path, *arguments: str, code: int = 0, **environ: str) -> str:
    done = pagewitness(file, "diff", *arguments, env=environment(COLUMNS="80", **environ))
    assert done.returncode == code, done
    return (done.stderr if code else done.stdout).decode()


def compared(file: Path, *arguments: str) -> tuple[Any, Any]:
    said = json.loads(run(file, *arguments, "--json"))
    return (said["old"]["url"], said["old"]["number"]), (said["new"]["url"], said["new"]["number"])


# --- which two --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "old", "new"),
    [
        ([PAGE], 2, 3),
        ([PAGE, "1"], 1, 3),
        ([PAGE, "1", "2"], 1, 2),
        ([PAGE, "3", "1"], 3, 1),
        ([PAGE, "first", "last"], 1, 3),
        ([PAGE, "2024-01-03", "last"], 2, 3),
        ([f"{PAGE}@1"], 1, 3),
        ([f"{PAGE}@1", "2"], 1, 2),
        ([f"{PAGE}@1", f"{PAGE}@2"], 1, 2),
        ([PAGE, f"{PAGE}@1"], 1, 3),
        ([PAGE, f"{PAGE}@1", f"{PAGE}@2"], 1, 2),
        (["threats", "threats@2"], 2, 3),
    ],
)
def test_two_revisions_of_a_page(file: Path, arguments: list[str], old: int, new: int) -> None:
    """By number, date, word, or address and number."""
    assert compared(file, *arguments) == ((PAGE, old), (PAGE, new))


@pytest.mark.parametrize(
    ("arguments", "old", "new"),
    [
        ([PAGE, OTHER], (PAGE, 3), (OTHER, 1)),
        ([f"{PAGE}@1", OTHER], (PAGE, 1), (OTHER, 1)),
        ([OTHER, f"{PAGE}@2"], (OTHER, 1), (PAGE, 2)),
        (["threats", "report.pdf"], (PAGE, 3), (OTHER, 1)),
        ([LONE, f"{PAGE}@2024-01-02"], (LONE, 1), (PAGE, 1)),
    ],
)
def test_two_pages(file: Path, arguments: list[str], old: tuple[str, int], new: tuple[str, int]) -> None:
    """Where the second argument is no revision of the first page."""
    assert compared(file, *arguments) == (old, new)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([LONE], 3, "only one revision so far"),
        ([PAGE, "9"], 3, "there is no revision 9"),
        ([PAGE, "yesterday"], 3, "'yesterday' is neither a revision (N, rN, a date, first, last) nor a page"),
        ([PAGE, "one.example"], 2, "several pages"),
        ([PAGE, OTHER, "2"], 2, "omit '2'"),
        ([f"{PAGE}@1", "2", "3"], 2, "already names a revision"),
        ([PAGE, "1", "yesterday"], 3, "yesterday"),
        ([PAGE, "1", OTHER], 2, "is not a revision of"),
        ([PAGE, "--json", "--html"], 2, "choose one"),
        ([PAGE, "--context", "-1"], 2, "context"),
    ],
)
def test_what_names_no_two_revisions_is_told(file: Path, arguments: list[str], code: int, told: str) -> None:
    """In a sentence, with the exit code of the contract."""
    said = run(file, *arguments, code=code)
    assert told in said
    assert said.startswith("pagewitness: ")


# --- in which form ----------------------------------------------------------------------------------------------------


def test_json_has_all_fields_of_the_contract(file: Path) -> None:
    """And says whether it is coarse, what it touches, and where each block was."""
    said = json.loads(run(file, PAGE, "1", "3", "--json"))
    assert said["url"] == PAGE
    assert (said["old"]["number"], said["old"]["captured_at"]) == (1, day(1))
    assert (said["new"]["number"], said["new"]["captured_at"]) == (3, day(3))
    assert said["summary"] == {
        "added": 0, "removed": 0, "moved": 0, "edited": 2, "words_added": 3, "words_removed": 2,
    }  # fmt: skip
    assert said["coarse"] is False
    assert said["touched"]["numbers"] == {"removed": ["33"], "added": ["35.5"]}
    assert [hunk["change"] for hunk in said["hunks"]] == ["same", "edited", "edited", "same"]
    assert said["hunks"][1] == {
        "change": "edited", "kind": "p", "old": "An attack is unlikely.", "new": "An attack is very likely.",
        "words": [["=", "An attack is "], ["-", "unlikely"], ["+", "very likely"], ["=", "."]], "old_at": 2, "new_at": 2,
    }  # fmt: skip


def test_without_time_the_change_is_coarse(file: Path) -> None:
    """And says so to programs and to people."""
    assert json.loads(run(file, PAGE, "--json", "--budget", "0"))["coarse"] is True
    assert "Coarse: " in run(file, PAGE, "--budget", "0")


def test_people_get_brackets_where_there_are_no_colours(file: Path) -> None:
    assert run(file, PAGE, "1", "3").splitlines() == [
        "About /threats",
        "revision 1 (2024-01-02 00:00) to revision 3 (2024-01-04 00:00)",
        "Paragraphs: 2 edited. Words: +3 -2.",
        "Numbers: removed 33; added 35.5.",
        "",
        "  Threats",
        "~ An attack is [-unlikely-]{+very likely+}.",
        "~ State firms lost [-33-]{+35.5+} million.",
        "  Nothing else is known about the matter so far.",
    ]


def test_context_says_how_much_of_the_same_is_shown(file: Path) -> None:
    said = run(file, PAGE, "1", "2", "--context", "0")
    assert "  … 1 unchanged paragraph\n~ An attack" in said
    assert said.endswith("  … 2 unchanged paragraphs\n")


def test_two_texts_that_are_the_same_have_no_difference(file: Path) -> None:
    assert "No difference: both are revision 2." in run(file, PAGE, "2", "2")


def test_lines_are_as_wide_as_the_terminal(file: Path) -> None:
    for line in pagewitness(file, "diff", PAGE, env=environment(COLUMNS="30")).stdout.decode().splitlines()[2:]:
        assert len(line) <= 30


def on_a_terminal(file: Path, *arguments: str, **environ: str) -> str:
    """What the command says to a terminal."""
    ours, theirs = pty.openpty()
    kept = {key: value for key, value in environment(COLUMNS="80").items() if key != "NO_COLOR"} | environ
    running = subprocess.Popen(command(file, "diff", *arguments), stdout=theirs, env=kept)
    os.close(theirs)
    said = b""
    with open(ours, "rb", buffering=0) as stream:
        try:
            while read := stream.read(4096):
                said += read
        except OSError:  # how Linux says that the other end is closed
            pass
    assert running.wait() == 0
    return said.decode().replace("\r\n", "\n")


def test_on_a_terminal_colours_and_lines_tell_old_from_new_and_they_do_not_touch(file: Path) -> None:
    """Struck through and underlined as well as red and green."""
    said = on_a_terminal(file, PAGE, "1", "3")
    assert "is \x1b[31m\x1b[9munlikely\x1b[0m \x1b[32m\x1b[4mvery likely\x1b[0m." in said
    assert "[-" not in said


def test_no_color_is_heeded_on_a_terminal(file: Path) -> None:
    said = on_a_terminal(file, PAGE, "1", "3", NO_COLOR="1")
    assert "[-unlikely-]{+very likely+}" in said
    assert "\x1b[31m" not in said


def test_html_and_markdown(file: Path) -> None:
    """Nothing else on standard output."""
    page = run(file, PAGE, "--html")
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    assert "very" in page
    assert run(file, PAGE, "--markdown").startswith("# About /threats\n")


def test_a_summary_has_no_paragraphs(file: Path) -> None:
    """In every form."""
    assert "Words: +2 -1." in run(file, PAGE, "--summary")
    assert "{+" not in run(file, PAGE, "--summary")
    assert "<ins>" not in run(file, PAGE, "--summary", "--html") + run(file, PAGE, "--summary", "--markdown")
    said = json.loads(run(file, PAGE, "--summary", "--json"))
    assert (said["hunks"], said["summary"]["edited"]) == ([], 2)
    assert "exclude each other" in run(file, PAGE, "--summary", "--new-first", code=2)


def test_new_first_has_what_was_added_before_the_rest(file: Path) -> None:
    text = run(file, LONE, OTHER, "--new-first")
    assert "An attack is unlikely." not in text, "unchanged"
    assert text.index("~ State firms") < text.index(f"- {END}")
    hunks = json.loads(run(file, OTHER, LONE, "--new-first", "--json"))["hunks"]
    assert [hunk["change"] for hunk in hunks] == ["added", "edited"]
