"""The command line: what the reading commands say, to people and to programs, and how they end."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import HTML, answer, archive, command, day, environment, pagewitness, read, reading
from terminal import Printed

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Outcome, Visit
from pagewitness.archive.store import agenda, evidence
from pagewitness.archive.text.words import digest_of
from pagewitness.archive.views import listing
from pagewitness.scraper.cli import main

PAGE, GONE, WALL = "https://one.example/assessment", "https://one.example/gone", "https://one.example/wall"
DARK, WAITING, OLD = "https://two.example/dark", "https://two.example/waiting", "https://two.example/old"
CLOSED, FRESH = "https://three.example/closed", "https://three.example/fresh"
STANDING = ["# Threats 2024", "The assessment describes how the environment has changed."]
UNLIKELY, LIKELY = [*STANDING, "An attack is unlikely."], [*STANDING, "An attack is likely."]
FAR = ["Rain falls on the coast until noon, says the forecast, and nobody in the town takes an umbrella along."]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a page in each state."""
    folder = tmp_path_factory.mktemp("archive")
    with archive(folder) as db:
        agenda.follow(db, [PAGE, GONE, WALL, DARK, WAITING, CLOSED, FRESH], None, 86400, day(1))
        db.execute("update pages set due_at = '2099-01-01T00:00:00.000000Z' where url <> :url", url=PAGE)
        seen = [
            (PAGE, 1, UNLIKELY, 200), (PAGE, 2, LIKELY, 200), (PAGE, 3, UNLIKELY, 200), (PAGE, 4, LIKELY, 503),
            (GONE, 1, UNLIKELY, 200), (GONE, 2, ["Not found."], 404), (WALL, 1, UNLIKELY, 200),
            (WAITING, 1, UNLIKELY, 200), (WAITING, 2, FAR, 200), (WAITING, 3, FAR, 200), (OLD, 1, UNLIKELY, 200),
        ]  # fmt: skip
        for url, at, text, status in seen:
            keep(db, url, at, text, status)
        keep(db, WALL, 2, ["Accept cookies."], not_credible="it looks like a consent wall")
        page = evidence.known_page(db, PAGE)
        evidence.note(db, Visit(page, "run", day(5), Outcome.NOT_MODIFIED, status=304, capture_id=3))
        for failures in (1, 2, 3):
            evidence.note(
                db, Visit(evidence.known_page(db, DARK), "run", day(failures), Outcome.FAILED, reason="it is dark")
            )
        db.execute("update pages set failures = 3 where url = :url", url=DARK)
        evidence.note(
            db, Visit(evidence.known_page(db, CLOSED), "run", day(1), Outcome.DISALLOWED, reason="robots.txt")
        )
        for row in db.rows("select id from pages"):
            derivation.derive(db, evidence.page(db, row[0]), "c1")
    return folder / "archive.db"


def keep(db: Any, url: str, at: int, text: list[str], status: int = 200, not_credible: str | None = None) -> None:
    page = evidence.known_page(db, url)
    made = answer("|".join(text), status=status, url=url, record_id=f"<urn:{url}:{at}>", headers=HTML)
    capture = evidence.keep(db, Visit(page, "import" if url == OLD else "run", day(at)), made)
    assert capture is not None
    read(db, capture, reading(text, title="Threats 2024", not_credible=not_credible))


Pagewitness = Callable[..., Printed]


@pytest.fixture
def pw(file: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Pagewitness:
    """`pagewitness` on the archive, within this process."""
    for name, value in environment(NO_COLOR="1", COLUMNS="100").items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, on: Path | None = file) -> Printed:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*(["--archive", str(on)] if on else []), *arguments])
        out, error = capfdbinary.readouterr()
        code = ended.value.code
        return Printed(code if isinstance(code, int) else 0, out.decode("utf-8", "surrogateescape"), error.decode())

    return run


def on_a_terminal(file: Path, *arguments: str, columns: int) -> str:
    """What a command prints on a terminal of its own."""
    ours, theirs = pty.openpty()
    with open(ours, "rb", buffering=0) as screen:
        env = environment(NO_COLOR="1", COLUMNS=str(columns))
        done = subprocess.run(command(file, *arguments), stdout=theirs, stderr=subprocess.PIPE, env=env, timeout=60)
        os.close(theirs)
        assert done.returncode == 0, done.stderr
        return screen.read(65536).decode().replace("\r\n", "\n")


def one_sentence(said: Printed, code: int) -> str:
    """What a command said that could not do it: one sentence, and nothing on standard output."""
    assert said.code == code, said
    assert said.out == ""
    assert said.error.startswith("pagewitness: ")
    assert said.error.count("\n") == 1, said.error
    return said.error


# --- pages ------------------------------------------------------------------------------------------------------------


def test_pages_has_all_its_fields(pw: Pagewitness) -> None:
    """At least those that the contract names."""
    [row] = [row for row in pw("pages", "--json").rows if row["url"] == PAGE]
    assert row["title"] == "Threats 2024"
    assert row["source"] == "one.example"
    assert (row["last_visit"], row["last_change"]) == (day(5), day(3))  # it returned
    assert row["next_visit"] == day(1)
    assert (row["failures"], row["revisions"], row["pending"], row["question"]) == (0, 2, None, None)


@pytest.mark.parametrize(
    ("url", "state", "question"),
    [
        (PAGE, "overdue", False),
        (GONE, "removed", True),
        (WALL, "suspect", True),
        (DARK, "failing", True),
        (WAITING, "followed", False),
        (OLD, "imported", False),
        (CLOSED, "disallowed", False),
        (FRESH, "followed", False),
    ],
)
def test_pages_tells_the_state_of_each(pw: Pagewitness, url: str, state: str, question: bool) -> None:
    """And what a person should look at."""
    [row] = [row for row in pw("pages", "--json").rows if row["url"] == url]
    assert row["state"] == state
    assert bool(row["question"]) == question


def test_pages_tells_since_when_a_page_is_removed(pw: Pagewitness) -> None:
    """To programs and to people."""
    since = {row["url"]: row["removed_since"] for row in pw("pages", "--json").rows}
    assert since[GONE] == day(2)
    assert [url for url, at in since.items() if at] == [GONE]
    assert "removed since 2024-01-03" in pw("pages").out


def test_a_question_says_what_to_do(pw: Pagewitness) -> None:
    """With a command that shows what the page shows instead, and one that gives it up."""
    questions = {row["url"]: row["question"] for row in pw("pages", "--json").rows}
    said = questions[WALL]
    assert said.startswith("Is this the document? it looks like a consent wall, since 2024-01-03 (1 visit). Check with")
    _, look, _, give_up, _ = said.split("`")
    assert give_up == f"pagewitness unfollow {WALL}"
    assert pw(*look.split()[1:]).out == "Accept cookies."
    assert "missing since 2024-01-03" in questions[GONE]


def test_pages_tells_since_when_something_waits(pw: Pagewitness) -> None:
    """For confirmation."""
    rows = {row["url"]: row for row in pw("pages", "--json").rows}
    assert rows[WAITING]["pending"] == day(2)
    assert [url for url, row in rows.items() if row["pending"]] == [WAITING]
    assert rows[OLD]["next_visit"] is None


def test_pages_for_people_fits_their_terminal(file: Path) -> None:
    """There, one column is shortened."""
    out = on_a_terminal(file, "pages", columns=80)
    assert "followed (pending)" in out
    assert max(map(len, out.splitlines()[:9])) <= 80
    assert "\x1b" not in out


def test_pages_cuts_nothing_where_there_is_no_terminal(pw: Pagewitness) -> None:
    """`pagewitness pages | grep` sees whole addresses, whatever the width; and the names that `search --source` takes."""
    said = pw("pages")
    assert said.code == 0
    assert "…" not in said.out
    assert [line.split()[1] for line in said.out.splitlines() if line.startswith(PAGE)] == ["one.example"]
    assert said.out.split()[:2] == ["PAGE", "SOURCE"]


# --- log --------------------------------------------------------------------------------------------------------------


def test_log_lists_the_revisions(pw: Pagewitness) -> None:
    """A return makes none: the earlier one was seen again."""
    rows = pw("log", PAGE, "--json").rows
    assert [(row["number"], row["cause"], row["captured_at"], row["last_seen_at"]) for row in rows] == [
        (1, "first", day(1), day(5)),
        (2, "change", day(2), day(2)),
    ]
    text = "\n".join(one.removeprefix("# ") for one in UNLIKELY)
    assert rows[0] | {"captured_at": 0, "last_seen_at": 0, "cause": 0} == {
        "url": PAGE, "number": 1, "cause": 0, "captured_at": 0, "last_seen_at": 0, "title": "Threats 2024",
        "words": 14, "digest": digest_of(text), "current": True, "removed_since": None, "returned": [day(3)],
        "periods": [{"since": day(1), "until": day(1)}, {"since": day(3), "until": day(5)}],
        "removals": [], "moves": [], "links": [], "blocked_since": None, "blocks": [], "failings": [],
        "same_text_as": None, "passing": None,
    }  # fmt: skip


def test_log_all_lists_every_visit_too(pw: Pagewitness) -> None:
    """Only these lines have visited_at; a visit stands before the revision that it brought."""
    rows = pw("log", "--all", PAGE, "--json").rows
    visits = [row for row in rows if "visited_at" in row]
    assert [row["number"] for row in rows if "visited_at" not in row] == [1, 2]
    assert [(row["outcome"], row["status"], row["verdict"], row["reason"]) for row in visits] == [
        ("captured", 200, "first", None),
        ("captured", 200, "changed", None),
        ("captured", 200, "returned", None),
        ("captured", 503, "suspect", "HTTP status 503"),
        ("not-modified", 304, "unchanged", None),
    ]
    moments = [row.get("visited_at") or row["captured_at"] for row in rows]
    assert moments == sorted(moments)


def test_log_all_tells_why_a_visit_brought_nothing(pw: Pagewitness) -> None:
    rows = pw("log", "--all", DARK, "--json").rows
    assert {(row["outcome"], row["reason"], row["verdict"]) for row in rows} == {("failed", "it is dark", None)}
    assert "failed: it is dark" in pw("log", "--all", DARK).out


def test_log_for_people(pw: Pagewitness) -> None:
    """Title, address, and a line for each revision."""
    out = pw("log", PAGE).out.splitlines()
    assert out[:2] == ["Threats 2024", PAGE]
    assert [line.split()[0] for line in out[3:5]] == ["1", "2"]
    assert "pagewitness run" in pw("log", FRESH).out


def test_log_says_what_is_current_and_what_returned(pw: Pagewitness) -> None:
    """Each period as it was: those of two revisions do not overlap."""
    out = pw("log", PAGE).out.splitlines()[3:]
    assert [line.endswith("(current)") for line in out] == [False, False, True]
    assert ["2024-01-02 00:00 to 2024-01-02 00:00" in out[0], "2024-01-03 00:00 to 2024-01-03 00:00" in out[1]] == [
        True
    ] * 2
    assert out[2] == "     2024-01-04 00:00 to 2024-01-06 00:00  returned to revision 1  (current)"
    assert "captured 200 returned to revision 1" in pw("log", "--all", PAGE).out
    assert "returned" in " ".join(pw("log", "--help").out.split())


def test_log_says_that_a_page_is_gone(pw: Pagewitness) -> None:
    """Since the first of its last answers without it; to people."""
    revision, gone = pw("log", GONE).out.splitlines()[-2:]
    assert gone == "     removed since 2024-01-03 00:00 (404)"
    assert revision.endswith("(current until removed)")
    assert "removed since" not in pw("log", PAGE).out
    assert [(row["number"], row["removed_since"]) for row in pw("log", GONE, "--json").rows] == [(1, day(2))]


def test_log_says_that_a_page_was_gone_and_is_back(pw: Pagewitness, tmp_path: Path) -> None:
    """Between its revisions; what is not credible ends nothing."""
    with archive(tmp_path) as db:
        for at, text, status in [(1, UNLIKELY, 200), (2, ["Not found."], 404), (3, ["Not found."], 410)]:
            keep(db, PAGE, at, text, status)
        keep(db, PAGE, 4, ["Accept cookies."], not_credible="it is a wall")
        keep(db, PAGE, 5, UNLIKELY)
        keep(db, PAGE, 6, LIKELY)
        derivation.derive(db, evidence.known_page(db, PAGE), "c1")
    out = pw("log", PAGE, on=tmp_path / "archive.db").out.splitlines()[3:]
    assert [line.strip() for line in out[1:3]] == [
        "removed since 2024-01-03 00:00 (404, later 410, absent in 2 visits, at most 1 day apart)",
        "back since 2024-01-06 00:00, after 3 days",
    ]
    assert [line.split()[0] for line in out] == ["1", "removed", "back", "2"]
    said = "     removed since 2024-01-03 00:00 (404, later 410, absent in 2 visits, at most 1 day apart)"
    assert {said, "     back since 2024-01-06 00:00, after 3 days"} <= {
        *pw("log", "--all", PAGE, on=tmp_path / "archive.db").out.splitlines()
    }
    then = "; the page was removed from 2024-01-03 00:00 to 2024-01-06 00:00"
    observed_at = {at: pw("show", f"{PAGE}@2024-01-0{at}", on=tmp_path / "archive.db").out.split() for at in (2, 4, 6)}
    assert [at for at, said in observed_at.items() if then in " ".join(said)] == [4]
    rows = pw("log", PAGE, "--json", on=tmp_path / "archive.db").rows
    assert [row["removals"] for row in rows] == [
        [{"since": day(2), "until": day(5), "status": 404, "visits": 2, "longest_gap": 86400.0, "last_status": 410}],
        [],
    ]


def test_log_all_names_the_times_in_which_nobody_looked(pw: Pagewitness, tmp_path: Path) -> None:
    """With the visits that brought nothing; absence of evidence is not evidence of absence."""
    with archive(tmp_path) as db:
        for at in (1, 2, 3, 4):
            keep(db, PAGE, at, UNLIKELY)
        page = evidence.known_page(db, PAGE)
        for at in (5, 6):
            evidence.note(db, Visit(page, "run", day(at), Outcome.FAILED, reason="it is dark"))
        keep(db, PAGE, 9, UNLIKELY)
        derivation.derive(db, page, "c1")
    lines = pw("log", "--all", PAGE, on=tmp_path / "archive.db").out.splitlines()
    said = "     … not observed from 2024-01-05 00:00 to 2024-01-10 00:00 (5 days, 2 visits without a result)"
    assert said in lines
    assert "2024-01-10 00:00  captured" in lines[lines.index(said) + 1]
    then = "; the page was not observed from 2024-01-05 00:00 to 2024-01-10 00:00"
    observed_at = {
        at: pw("show", PAGE, "--at", at, on=tmp_path / "archive.db").out for at in ("2024-01-07", "2024-01-03", "1")
    }
    assert [at for at, said in observed_at.items() if then in " ".join(said.split())] == ["2024-01-07"]
    visits = [row for row in pw("log", "--all", PAGE, "--json", on=tmp_path / "archive.db").rows if "visited_at" in row]
    gap = {"since": day(4), "until": day(9), "seconds": 5 * 86400.0, "visits": 2}
    assert [row["gap"] for row in visits] == [None] * 6 + [gap]


def test_log_says_why_there_is_no_revision(pw: Pagewitness) -> None:
    """Not visited, or visited in vain."""
    assert pw("log", FRESH).out.endswith("Not visited yet: `pagewitness run` visits it.\n")
    assert "No revision yet: no credible text in 3 visits (it is dark). --all lists the visits." in pw("log", DARK).out
    assert pw("log", DARK, "--json").out == ""


def test_log_keeps_a_revision_on_one_line_of_a_terminal(file: Path) -> None:
    """Its title is shortened."""
    assert max(map(len, on_a_terminal(file, "log", PAGE, columns=89).splitlines())) <= 89


def test_log_all_says_where_an_answer_came_from(pw: Pagewitness, tmp_path: Path) -> None:
    """When the page redirected."""
    with archive(tmp_path) as db:
        page, new = evidence.known_page(db, PAGE), "https://one.example/elsewhere"
        moved = replace(answer("<p>Moved.</p>", url=new, headers=HTML), redirects=((301, PAGE, new),))
        capture = evidence.keep(db, Visit(page, "run", day(1)), moved)
        assert capture is not None
        read(db, capture, reading(UNLIKELY))
        derivation.derive(db, page, "c1")
    said = pw("log", "--all", PAGE, on=tmp_path / "archive.db").out
    assert f"captured 200 first → {new}\n" in said
    rows = pw("log", "--all", "--json", PAGE, on=tmp_path / "archive.db").rows
    assert [row.get("came_from") for row in rows] == [new, None]


# --- show -------------------------------------------------------------------------------------------------------------


def shown(said: Printed) -> dict[str, Any]:
    [row] = said.rows
    return row


def test_show_gives_the_current_text(pw: Pagewitness) -> None:
    """With all fields of the contract, and when each block appeared: the last one left and returned."""
    row = shown(pw("show", PAGE, "--json"))
    assert (row["url"], row["number"], row["captured_at"]) == (PAGE, 1, day(1))
    assert (row["title"], row["language"], row["published"]) == ("Threats 2024", "en", None)
    assert row["blocks"] == [
        {"kind": "h2", "text": "Threats 2024", "first_seen": day(1)},
        {"kind": "p", "text": UNLIKELY[1], "first_seen": day(1)},
        {"kind": "p", "text": UNLIKELY[2], "first_seen": day(3)},
    ]


@pytest.mark.parametrize(
    "arguments",
    [[f"{PAGE}@2"], [PAGE, "--at", "2"], [PAGE, "--at", "2024-01-03"], [f"{PAGE}@last"], ["assessment@2024-01-03"]],
)
def test_show_gives_an_earlier_revision(pw: Pagewitness, arguments: list[str]) -> None:
    """By its number, a date, or a word."""
    row = shown(pw("show", *arguments, "--json"))
    assert row["number"] == 2
    assert row["blocks"][2] == {"kind": "p", "text": LIKELY[2], "first_seen": day(2)}


def test_a_text_that_returned_has_two_periods(pw: Pagewitness) -> None:
    """As of a date it was last seen before another came; without one, with another text in between."""
    assert shown(pw("show", f"{PAGE}@2024-01-02", "--json"))["last_seen_at"] == day(1)
    assert "with another text in between" not in pw("show", f"{PAGE}@2024-01-02").out
    assert "2024-01-02 00:00 to 2024-01-06 00:00 UTC, 14 words; with another text in between\n" in pw("show", PAGE).out
    said = "revision 2 (2024-01-03 00:00) to revision 1 (2024-01-02 00:00), back since 2024-01-04 00:00\n"
    assert said in pw("diff", PAGE).out
    assert "back since" not in pw("diff", PAGE, "1", "2").out


def test_show_raw_gives_the_bytes_themselves(pw: Pagewitness, file: Path) -> None:
    """Of the capture that first showed the revision, and nothing else."""
    assert pw("show", f"{PAGE}@2", "--raw").out == "|".join(LIKELY)
    assert pagewitness(file, "show", PAGE, "--raw").stdout == "|".join(UNLIKELY).encode()


def test_show_raw_gives_the_bytes_of_any_visit_by_its_full_time(pw: Pagewitness) -> None:
    """Also of those that the judge does not believe."""
    wall = next(row for row in pw("log", WALL, "--all", "--json").rows if row.get("verdict") == "suspect")
    assert pw("show", WALL, "--raw", "--at", wall["visited_at"]).out == "Accept cookies."
    assert pw("show", f"{WALL}@{wall['visited_at']}", "--raw").out == "Accept cookies."
    assert pw("show", WALL, "--raw").out == "|".join(UNLIKELY)
    one_sentence(pw("show", WALL, "--raw", "--at", "2023-01-01T00:00:00Z"), 3)


def test_show_raw_is_no_object(pw: Pagewitness) -> None:
    assert "exclude each other" in one_sentence(pw("show", PAGE, "--raw", "--json"), 2)


def test_show_has_other_forms(pw: Pagewitness) -> None:
    """One at a time."""
    assert pw("show", PAGE, "--markdown").out.startswith(f"*{PAGE}, revision 1, seen ")
    assert pw("show", PAGE, "--html").out.startswith("<!doctype html>")
    assert "exclude each other" in one_sentence(pw("show", PAGE, "--html", "--json"), 2)
    assert "exclude each other" in one_sentence(pw("show", PAGE, "--markdown", "--raw"), 2)


@pytest.mark.parametrize("name", ["show", "blame"])
def test_the_help_says_what_may_stand_after_an_at_sign(pw: Pagewitness, name: str) -> None:
    said = " ".join(pw(name, "--help").out.split())
    assert "2024-03-07" in said
    assert "last (the highest number)" in said


def test_show_for_people_wraps_at_their_terminal(pw: Pagewitness) -> None:
    out = pw("show", PAGE).out
    assert UNLIKELY[1] in out
    assert "revision 1" in out
    assert max(map(len, out.splitlines())) <= 100


# --- blame ------------------------------------------------------------------------------------------------------------


def test_blame_says_when_each_paragraph_appeared(pw: Pagewitness) -> None:
    """A paragraph that returned counts from its return, in the current revision."""
    rows = pw("blame", PAGE, "--json").rows
    assert [(row["kind"], row["text"]) for row in rows] == [
        ("h2", "Threats 2024"),
        ("p", UNLIKELY[1]),
        ("p", UNLIKELY[2]),
    ]
    assert [(row["first_seen"], row["last_seen"], row["first_revision"], row["current"]) for row in rows] == [
        (day(1), day(5), 1, True),
        (day(1), day(5), 1, True),
        (day(3), day(5), 1, True),
    ]
    gone = pw("blame", f"{PAGE}@2", "--json").rows[2]
    assert (gone["first_seen"], gone["last_seen"], gone["first_revision"], gone["current"]) == (
        day(2),
        day(2),
        2,
        False,
    )
    assert (gone["gone_by"], gone["replaced_by"]) == (day(3), UNLIKELY[2])
    then = pw("blame", f"{PAGE}@2024-01-02", "--json").rows[2]
    assert (then["first_seen"], then["last_seen"], then["gone_by"]) == (day(1), day(1), day(2)), "its first stay"
    said = pw("blame", f"{PAGE}@2").out
    assert "(replaced between 2024-01-03 00:00 and 2024-01-04 00:00)" in said
    assert f"→ {UNLIKELY[2]}" in said


def test_blame_tells_what_is_removed_and_what_came_in_its_place(pw: Pagewitness) -> None:
    """With when it was on the page; a page that lost nothing says so, too."""
    assert pw("blame", f"{PAGE}@2024-01-02", "--removed", "--json").rows == [], "nothing was gone by then"
    (row,) = pw("blame", PAGE, "--removed", "--json").rows
    assert row == {
        "kind": "p", "text": LIKELY[2], "first_seen": day(2), "first_revision": 2, "last_seen": day(2), "current": False,
        "gone_by": day(3), "replaced_by": UNLIKELY[2], "visits": 2, "longest_gap": 2 * 86400,
    }  # fmt: skip
    said = pw("blame", PAGE, "--removed").out
    assert "Removed between 2024-01-03 00:00 and 2024-01-04 00:00" in said
    assert "An attack is [-likely-]{+unlikely+}." in said
    assert pw("blame", WALL, "--removed").out == "No paragraph has been removed.\n"
    assert pw("blame", f"{PAGE}@1", "--removed", "--json").rows == [row]


# --- selecting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["log", "show", "blame"])
def test_a_part_of_an_address_or_title_is_enough(pw: Pagewitness, name: str) -> None:
    assert pw(name, "one.example/assess", "--json").code == 0
    assert pw(name, "ASSESSMENT", "--json").out == pw(name, PAGE, "--json").out


@pytest.mark.parametrize("name", ["log", "show", "blame"])
def test_a_part_that_fits_several_lists_them(pw: Pagewitness, name: str) -> None:
    """With exit code 2."""
    said = pw(name, "two.example")
    assert (said.code, said.out) == (2, "")
    assert all(url in said.error for url in (DARK, WAITING, OLD))
    assert PAGE not in said.error


@pytest.mark.parametrize("name", ["log", "show", "blame"])
def test_an_unknown_page_is_not_found(pw: Pagewitness, name: str) -> None:
    """With exit code 3."""
    assert "nowhere" in one_sentence(pw(name, "nowhere"), 3)


@pytest.mark.parametrize("reference", ["9", "2023"])
def test_an_unknown_revision_is_not_found(pw: Pagewitness, reference: str) -> None:
    one_sentence(pw("show", f"{PAGE}@{reference}"), 3)
    one_sentence(pw("show", PAGE, "--at", reference), 3)


# --- the archive ------------------------------------------------------------------------------------------------------

READING = [["pages"], ["log", "x"], ["show", "x"], ["blame", "x"], ["search", "x"], ["diff", "x"], ["run"]]


@pytest.mark.parametrize("arguments", READING, ids=lambda one: one[0])
def test_where_there_is_no_archive_none_is_made(pw: Pagewitness, tmp_path: Path, arguments: list[str]) -> None:
    """With exit code 3, and what to do."""
    missing = tmp_path / "folder" / "archive.db"
    assert "pagewitness add" in one_sentence(pw(*arguments, on=missing), 3)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_a_newer_version_is_told(pw: Pagewitness, tmp_path: Path) -> None:
    """With exit code 4."""
    with archive(tmp_path) as db:
        db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('pagewitness', '9999', '')"
        )
    assert "newer" in one_sentence(pw("pages", on=tmp_path / "archive.db"), 4)


def test_a_file_that_is_no_archive_is_told(pw: Pagewitness, tmp_path: Path) -> None:
    """With exit code 4."""
    file = tmp_path / "letter.txt"
    file.write_text("Dear reader, " * 100)
    assert "letter.txt" in one_sentence(pw("pages", on=file), 4)
    assert "letter.txt" in one_sentence(pw("add", "https://example.org", on=file), 4)


def test_the_archive_is_named_by_the_option_or_the_environment(
    pw: Pagewitness, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option wins."""
    monkeypatch.setenv("PAGEWITNESS_ARCHIVE", str(file))
    assert len(pw("pages", "--json", on=None).rows) == 8
    monkeypatch.setenv("PAGEWITNESS_ARCHIVE", str(tmp_path / "missing.db"))
    assert pw("pages", on=None).code == 3
    assert len(pw("pages", "--json").rows) == 8


# --- adding -----------------------------------------------------------------------------------------------------------


def test_add_makes_the_archive_and_follows(pw: Pagewitness, tmp_path: Path) -> None:
    """A page that is followed already is due again."""
    new = tmp_path / "archive.db"
    assert "Following: https://example.org/a" in pw("add", "https://example.org/a", "--source", "A Body", on=new).out
    assert "Already followed" in pw("add", "http://EXAMPLE.org/a", on=new).out
    [row] = pw("pages", "--json", on=new).rows
    assert (row["url"], row["source"], row["state"], row["revisions"]) == (
        "https://example.org/a",
        "A Body",
        "followed",
        0,
    )


def test_add_reads_addresses_from_standard_input(tmp_path: Path) -> None:
    """One a line; comments and empty lines do not count."""
    done = pagewitness(
        tmp_path / "a.db", "add", "-", stdin=b"# mine\nhttps://example.org/a\n\n https://example.org/b \n"
    )
    assert done.returncode == 0
    assert done.stdout.decode().count("Following:") == 2


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org/", "http://[::1/"])
def test_add_refuses_what_is_no_address(pw: Pagewitness, tmp_path: Path, url: str) -> None:
    """With exit code 2, and nothing is followed."""
    with archive(tmp_path):
        pass
    one_sentence(pw("add", "https://example.org/good", url, on=tmp_path / "archive.db"), 2)
    assert pw("pages", "--json", on=tmp_path / "archive.db").rows == []


# --- no longer following ------------------------------------------------------------------------------------------------


def test_unfollow_keeps_what_a_page_said_and_add_continues(pw: Pagewitness, tmp_path: Path) -> None:
    """It is then unfollowed, and is not due."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE, OLD], "A Body", 86400, day(1))
        keep(db, PAGE, 1, UNLIKELY)
        derivation.derive(db, evidence.known_page(db, PAGE), "c1")
    on = tmp_path / "archive.db"
    assert pw("unfollow", "assess", on=on).out == f"Unfollowed: {PAGE}\n"
    assert pw("unfollow", PAGE, on=on).out == f"Was not followed: {PAGE}\n"
    [row] = [row for row in pw("pages", "--json", on=on).rows if row["url"] == PAGE]
    assert (row["state"], row["next_visit"], row["revisions"], row["source"]) == ("unfollowed", None, 1, "A Body")
    assert "pagewitness add" in one_sentence(pw("run", PAGE, on=on), 2)
    assert "Following:" in pw("add", PAGE, on=on).out
    [row] = [row for row in pw("pages", "--json", on=on).rows if row["url"] == PAGE]
    assert (row["state"], row["revisions"], row["source"]) == ("followed", 1, "A Body")


def test_nobody_is_asked_about_a_page_that_is_unfollowed(pw: Pagewitness, tmp_path: Path) -> None:
    """To unfollow it was the answer."""
    with archive(tmp_path) as db:
        agenda.follow(db, [GONE], None, 86400, day(1))
        keep(db, GONE, 1, UNLIKELY)
        keep(db, GONE, 2, ["Not found."], 404)
        derivation.derive(db, evidence.known_page(db, GONE), "c1")
    on = tmp_path / "archive.db"
    [before] = pw("pages", "--json", on=on).rows
    pw("unfollow", GONE, on=on)
    [after] = pw("pages", "--json", on=on).rows
    assert [before["state"], after["state"]] == ["removed", "unfollowed"]
    assert before["removed_since"] == after["removed_since"] == day(2)
    assert (bool(before["question"]), after["question"]) == (True, None)


def test_an_empty_address_is_told(pw: Pagewitness, tmp_path: Path) -> None:
    """As what it is."""
    assert "An empty argument names no page" in one_sentence(pw("add", "", on=tmp_path / "new.db"), 2)


def test_unfollow_is_for_all_pages_or_for_none(pw: Pagewitness, tmp_path: Path) -> None:
    """An unknown one is not found."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], None, 86400, day(1))
    on = tmp_path / "archive.db"
    one_sentence(pw("unfollow", PAGE, "https://nowhere.example/", on=on), 3)
    assert [row["next_visit"] for row in pw("pages", "--json", on=on).rows] == [day(1)]
    done = pagewitness(on, "unfollow", "-", stdin=f"# mine\n{PAGE}\n".encode())
    assert done.stdout.decode() == f"Unfollowed: {PAGE}\n"
    assert pagewitness(on, "unfollow", "-", stdin=b"\n").returncode == 2


# --- wrong usage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["serach", "x"], "did you mean 'search'?"),
        (["frobnicate"], "pagewitness --help"),
        (["log"], "log --help"),
        (["log", PAGE, "--nope"], "log --help"),
        (["show", PAGE, "--at"], "pagewitness --help"),
        (["show", f"{PAGE}@1", "--at", "2"], "--at"),
        (["show", PAGE, "--at", "yesterday"], "2024-03-07"),
        (["add"], "add --help"),
        (["run", OLD], "pagewitness add"),
        (["--nope"], "--help"),
        (["log", PAGE, "--jsn"], "Did you mean '--json'?"),
        (["log", "--archive", "x.db", PAGE], "--archive goes before the command: `pagewitness --archive FILE log …`"),
        (["search", "x", "--settings=x.toml"], "--settings goes before the command"),
    ],
)
def test_wrong_usage_is_one_sentence(pw: Pagewitness, arguments: list[str], hint: str) -> None:
    """With exit code 2, and the remedy."""
    assert hint in one_sentence(pw(*arguments), 2)


def test_wrong_settings_are_one_sentence(pw: Pagewitness, monkeypatch: pytest.MonkeyPatch) -> None:
    """With exit code 2."""
    monkeypatch.setenv("PAGEWITNESS_NETWORK_DELAY", "soon")
    assert "PAGEWITNESS_NETWORK_DELAY" in one_sentence(pw("pages"), 2)
    monkeypatch.delenv("PAGEWITNESS_NETWORK_DELAY")
    one_sentence(pw("--settings", "/nowhere/settings.toml", "pages"), 2)


def test_no_command_shows_the_help(pw: Pagewitness) -> None:
    """As wrong usage: on standard error, with exit code 2."""
    said = pw(on=None)
    assert (said.code, said.out) == (2, "")
    assert said.error.startswith("Usage: pagewitness")
    assert all(family in said.error for family in ("Follow", "Read", "Keep", "Look inside"))


# --- output -----------------------------------------------------------------------------------------------------------


def test_a_page_cannot_send_control_characters_to_a_terminal(pw: Pagewitness, tmp_path: Path) -> None:
    """Its text is its own; our terminal is ours."""
    with archive(tmp_path) as db:
        keep(db, PAGE, 1, ["# Threats", "red \x1b[31m bell \x07 and \x9b41m"])
        derivation.derive(db, evidence.known_page(db, PAGE), "c1")
    for arguments in (["show", PAGE], ["blame", PAGE], ["log", PAGE], ["pages"]):
        out = pw(*arguments, on=tmp_path / "archive.db").out
        assert not set(out) & {"\x1b", "\x07", "\x9b"}


def test_a_reader_that_has_seen_enough_ends_it_in_silence(file: Path) -> None:
    """`pagewitness … | head` leaves nothing on standard error."""
    pipe = subprocess.Popen(
        command(file, "pages", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert pipe.stdout is not None and pipe.stderr is not None  # noqa: PT018
    pipe.stdout.close()
    assert pipe.stderr.read() == b""
    pipe.stderr.close()
    assert pipe.wait(30) == 0


def test_the_version_is_told() -> None:
    done = subprocess.run([sys.executable, "-m", "pagewitness.scraper", "--version"], capture_output=True, text=True)
    assert done.stdout.startswith("pagewitness 0.")


def test_config_tells_where_each_setting_comes_from(pw: Pagewitness, file: Path) -> None:
    rows = {row["key"]: row for row in pw("config", "--json").rows}
    assert rows["archive.path"] == {"key": "archive.path", "value": str(file), "origin": "--archive"}
    assert rows["network.delay"]["origin"] == "environment PAGEWITNESS_NETWORK_DELAY"
    assert rows["network.allow"]["value"] == ["127.0.0.0/8"]
    assert rows["schedule.threads"]["origin"] == "default"
    assert json.dumps(rows["network.allow"])


# --- questions, editions and removed pages ----------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "asked"), [(1, False), (6.9, False), (7.1, True)])
def test_what_is_suspect_becomes_a_question_after_a_week(tmp_path: Path, days: float, asked: bool) -> None:
    """So does what is gone: not at once, for most of it passes."""
    with archive(tmp_path) as db:
        agenda.follow(db, [WALL, GONE], None, 86400, day(1))
        for url in (WALL, GONE):
            keep(db, url, 1, UNLIKELY)
        keep(db, WALL, 2, ["Accept cookies."], not_credible="it looks like a consent wall")
        keep(db, GONE, 2, ["Not found."], 404)
        for url in (WALL, GONE):
            derivation.derive(db, evidence.known_page(db, url), "c1")
        rows = list(listing.page_rows(db, day(2 + days)))
        assert {row["state"] for row in rows} == {"suspect", "removed"}
        assert [bool(row["question"]) for row in rows] == [asked, asked]


def test_a_page_whose_texts_never_confirm_each_other_becomes_a_question(tmp_path: Path) -> None:
    """Ten of them, over more than a week."""
    with archive(tmp_path) as db:
        agenda.follow(db, [WAITING], None, 86400, day(1))
        keep(db, WAITING, 1, UNLIKELY)
        for at in range(2, 14):
            keep(db, WAITING, at, [" ".join(f"word{number}of{at}" for number in range(9))])
        derivation.derive(db, evidence.known_page(db, WAITING), "c1")
        [row] = listing.page_rows(db, day(13))
    assert row["pending"] == day(13)
    question = row["question"] or ""
    assert question.startswith("Which text is the document?")
    assert "since 2024-01-03 (12 visits in a row)" in question


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a page that had a new edition, and was removed later."""
    folder = tmp_path_factory.mktemp("editions")
    texts = [
        [
            "# Threat assessment 2023",
            *(f"In case {n} the services of Velmaria paid a sailor for charts." for n in range(9)),
        ],
        [
            "# Threat assessment 2024",
            *(f"Court {n} heard witnesses who spoke of drones over the port." for n in range(9)),
        ],
    ]
    with archive(folder) as db:
        for at, text in enumerate([texts[0], *[texts[1]] * 3], 1):
            keep(db, PAGE, at, text)
        for at in (5, 6):
            keep(db, PAGE, at, ["Gone."], 410)
        derivation.derive(db, evidence.known_page(db, PAGE), "c1")
    return folder / "archive.db"


def test_a_new_edition_is_told_as_one(pw: Pagewitness, editions: Path) -> None:
    """By log, diff and pages; the difference is there all the same."""
    assert [row["cause"] for row in pw("log", PAGE, "--json", on=editions).rows] == ["first", "edition"]
    assert "  edition  " in pw("log", PAGE, on=editions).out
    [row] = pw("pages", "--json", on=editions).rows
    assert (row["last_change"], row["last_cause"]) == (day(2), "edition")
    assert "2024-01-03 00:00 edition" in pw("pages", on=editions).out
    [change] = pw("diff", PAGE, "--json", on=editions).rows
    assert change["edition"] is True
    assert change["summary"]["words_added"] > 50
    assert "to revision 2 (2024-01-03 00:00), a new edition" in pw("diff", PAGE, on=editions).out
    assert "a new edition" in pw("diff", PAGE, "--html", on=editions).out
    assert "a new edition" not in pw("diff", PAGE, "last", "first", on=editions).out


def test_a_hit_on_a_page_that_was_removed_says_so(pw: Pagewitness, editions: Path) -> None:
    """What it said last is current, for nothing else has been said since."""
    [hit] = pw("search", "drones", "--json", on=editions).rows
    assert (hit["current"], hit["removed_since"], hit["last_seen"]) == (True, day(5), day(4))
    assert "the page has been removed since 2024-01-06 00:00" in pw("search", "drones", on=editions).out
    [earlier] = pw("search", "sailor", "--json", on=editions).rows
    assert (earlier["current"], earlier["removed_since"]) == (False, None)


def test_add_refuses_a_list_by_the_line_that_is_wrong(tmp_path: Path) -> None:
    """Nothing of it is followed, and no archive is made."""
    on = tmp_path / "new.db"
    for wrong, said in (
        ("ftp://example.org/", "'ftp://example.org/' is not an http or https address"),
        ("https://example.org/a b", "'https://example.org/a b' has a blank in it: write %20"),
        ("https://u:p@example.org/", "An address with a user name or password is never visited"),
    ):
        text = f"https://example.org/a\n# a comment\n\n{wrong}\nhttps://example.org/b\n"
        done = subprocess.run(command(on, "add", "-"), input=text.encode(), env=environment(), capture_output=True)
        assert done.returncode == 2
        assert done.stderr.decode().startswith(f"pagewitness: Line 4 of standard input: {said}")
        assert done.stderr.count(b"\n") == 1
        assert not on.exists()


def test_what_a_page_says_sends_no_control_characters_to_the_terminal(tmp_path: Path) -> None:
    """Titles, texts and reasons, in any form of output for people."""
    evil = "\x1b]0;owned\x07\x1b[31m\x9b31m"
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], None, 86400, day(1))
        page = evidence.known_page(db, PAGE)
        for at, text, wall in (
            (1, f"likely {evil}", None),
            (2, "unlikely", None),
            (3, "wall", f"redirected to {evil}"),
        ):
            capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"<{at}>", url=PAGE))
            assert capture is not None
            made = reading([f"# Threats {evil}", STANDING[1], text], title=f"Threats {evil}", not_credible=wall)
            read(db, capture, made)
        derivation.derive(db, page, "c1")
    asked = [
        ["pages"], ["log", PAGE, "--all"], ["show", PAGE], ["show", PAGE, "--markdown"], ["show", PAGE, "--html"],
        ["diff", PAGE], ["diff", PAGE, "--markdown"], ["diff", PAGE, "--html"], ["blame", PAGE], ["search", "likely"],
        ["blame", PAGE, "--removed"], ["phrase", "likely"], ["show", PAGE, "--cleaner", "c1"],
    ]  # fmt: skip
    for arguments in asked:
        done = pagewitness(tmp_path / "archive.db", *arguments)
        assert done.returncode == 0, done
        assert not [
            letter for letter in done.stdout.decode() if (letter < " " and letter != "\n") or "\x7f" <= letter <= "\x9f"
        ], arguments
