"""What the command line says where a newcomer would stumble: states, mistyped options, and what to do next."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import HTML, answer, archive, day, read, reading
from terminal import Printed, run_here

from pagewitness.archive.errors import QueryError
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Outcome, Visit
from pagewitness.archive.search import alerts
from pagewitness.archive.store import agenda, evidence
from pagewitness.archive.store.database import Sqlite, open_archive

PAGE, LOST = "https://one.example/assessment", "https://one.example/assesment"
TEXT = ["# Threats 2024", "The assessment describes how the environment has changed.", "An attack is unlikely."]

Run = Callable[..., Printed]


def keep(db: Sqlite, url: str, at: float, text: list[str] = TEXT, status: int = 200) -> None:
    """A capture by a run, with its reading; not yet part of the history."""
    body = "|".join(text)
    made = answer(body, status=status, url=url, record_id=f"<urn:{url}:{at}>", headers=HTML)
    capture = evidence.keep(db, Visit(evidence.known_page(db, url), "run", day(at)), made)
    assert capture is not None
    read(db, capture, reading(text, title="Threats 2024"))
    derivation.derive(db, evidence.known_page(db, url), "c1")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`pagewitness` on the archive of the test, within this process."""
    return lambda *arguments, **how: run_here(monkeypatch, tmp_path / "archive.db", *arguments, **how)


# --- states -----------------------------------------------------------------------------------------------------------


def test_an_address_that_was_never_found_is_failing_and_not_removed(tmp_path: Path, run: Run) -> None:
    """`pages`, `log` and `show` agree: what never had a text was never removed."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE, LOST], None, 86400, day(1))
        keep(db, PAGE, 1)
        keep(db, LOST, 1, ["Not found."], 404)
        keep(db, LOST, 2, ["Not found."], 404)
    row = {one["url"]: one for one in run("pages", "--json").rows}[LOST]
    assert (row["state"], row["removed_since"]) == ("failing", None)
    assert row["question"] == (
        "Is this address right? It has never been found: HTTP status 404 since 2024-01-02. "
        f"`pagewitness unfollow {LOST}` stops visiting it."
    )
    said = run("log", LOST).out
    assert "Never found: HTTP status 404 in 2 visits. Is the address right?" in said
    assert "removed" not in said + run("log", LOST, "--all").out


def test_a_removed_page_whose_site_is_down_was_found_once(tmp_path: Path, run: Run) -> None:
    """Nobody is asked whether its address is right."""
    with archive(tmp_path) as db:
        page = agenda.follow(db, [PAGE], None, 86400, day(1))[0][0]
        keep(db, PAGE, 1)
        keep(db, PAGE, 2, ["Not found."], 404)
        evidence.note(db, Visit(page, "run", day(3), Outcome.FAILED, reason="it is dark"))
    [row] = run("pages", "--json").rows
    assert (row["state"], row["removed_since"], row["question"]) == ("failing", day(2), None)


def test_a_page_that_is_found_at_last_was_not_removed_before(tmp_path: Path, run: Run) -> None:
    """Its history begins with its first text."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], None, 86400, day(1))
        keep(db, PAGE, 1, ["Not found."], 404)
        keep(db, PAGE, 2)
    assert "removed" not in run("log", PAGE).out


@pytest.mark.parametrize("visited", [False, True])
def test_a_page_that_is_not_followed_any_more_is_unfollowed(tmp_path: Path, run: Run, visited: bool) -> None:
    """Whether it was ever visited or not; a page from a file is imported until somebody follows it."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], None, 86400, day(1))
        if visited:
            keep(db, PAGE, 1)
    run("unfollow", PAGE)
    assert [row["state"] for row in run("pages", "--json").rows] == ["unfollowed"]


# --- mistyped options -------------------------------------------------------------------------------------------------


@pytest.fixture
def one_page(tmp_path: Path) -> None:
    """An archive with one page."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], "Nobody", 86400, day(1))
        keep(db, PAGE, 1)


@pytest.mark.usefixtures("one_page")
def test_an_exclusion_that_could_be_a_mistyped_option_is_pointed_out(run: Run) -> None:
    """Without spoiling the output; other exclusions are not."""
    said = run("search", "attack", "-gone", "--json")
    assert said.code == 0
    assert said.error == "Note: -gone excludes the word 'gone'. Did you mean --gone?\n"
    assert len(said.rows) == 1
    assert run("search", "attack", "-sabotage").error == ""
    assert run("search", "attack", '-"gone"').error == ""


@pytest.mark.usefixtures("one_page")
@pytest.mark.parametrize("number", [["-n", "3"], ["-n3"]])
def test_a_number_of_results_is_a_limit(run: Run, number: list[str]) -> None:
    """As other programs write it."""
    said = run("search", "attack", *number)
    assert said.code == 2
    assert said.error.startswith("pagewitness: -n would exclude the word n: write --limit 3 for at most 3 results")


@pytest.mark.usefixtures("one_page")
@pytest.mark.parametrize(
    "options",
    [
        ["--html", "--markdown"], ["--raw", "--json"], ["--html", "--json"], ["--raw", "--cleaner=list"],
        ["--markdown", "--cleaner=list"],
    ],
)  # fmt: skip
def test_two_forms_of_show_exclude_each_other(run: Run, options: list[str]) -> None:
    """Whichever came last."""
    said = run("show", PAGE, *options)
    assert (said.code, said.out) == (2, "")
    assert "exclude each other: choose one" in said.error


@pytest.mark.usefixtures("one_page")
def test_blame_lists_no_more_than_its_limit(run: Run) -> None:
    """With --removed and without."""
    assert len(run("blame", PAGE, "--json").rows) == 3
    assert len(run("blame", PAGE, "--json", "--limit", "2").rows) == 2


@pytest.mark.usefixtures("one_page")
def test_a_source_that_is_mistyped_has_a_nearest_name(run: Run) -> None:
    """In a search, and for a page that you add."""
    said = run("search", "attack", "--source", "nobdy")
    assert (said.code, said.error) == (3, "pagewitness: No source is called 'nobdy': did you mean 'Nobody'?\n")
    added = run("add", "https://two.example/", "--source", "Nobdy")
    assert added.code == 0
    assert added.error == "Note: there was no source 'Nobdy' before. Did you mean 'Nobody'?\n"
    assert run("add", "https://two.example/", "--source", "Quite Another Agency").error == ""


# --- following --------------------------------------------------------------------------------------------------------


def test_who_creates_the_archive_is_told_where_it_is(tmp_path: Path, run: Run) -> None:
    """Once, by `add` and by `follow`."""
    file = tmp_path / "archive.db"
    assert run("add", PAGE).out.startswith(f"Created the archive {file}.\n")
    assert run("add", PAGE).out.startswith("Already followed")
    file.unlink()
    assert "Created" not in run("follow", "vsd", "--json").out
    file.unlink()
    assert run("follow", "vsd").out.startswith(f"Created the archive {file}.\n")
    file.unlink()
    file.touch()
    assert run("add", PAGE).out.startswith(f"Created the archive {file}.\n")


@pytest.mark.parametrize("command", [["add", PAGE], ["follow", "vsd"], ["import", "empty.warc"], ["pages"]])
def test_a_mistyped_folder_makes_no_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """Only the folder of the default archive is made."""
    monkeypatch.chdir(tmp_path)
    Path("empty.warc").touch()
    done = run_here(monkeypatch, tmp_path / "mistyped" / "folder" / "archive.db", *command)
    assert (done.code, done.out) == (3, "")
    assert command == ["pages"] or f"The folder {tmp_path}/mistyped/folder doesn't exist" in done.error
    assert not (tmp_path / "mistyped").exists()


def test_the_folder_of_the_default_archive_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "new" / "data"))
    assert run_here(monkeypatch, None, "add", PAGE).code == 0
    assert (tmp_path / "new" / "data" / "pagewitness" / "archive.db").exists()


@pytest.mark.usefixtures("one_page")
def test_add_says_what_it_changes_on_a_page_that_it_knows(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its source, and how often it is visited; or that nothing changes."""
    assert run("add", PAGE).out.startswith(f"Already followed, due now: {PAGE}\n")
    assert f"{PAGE} (its source is Nobody already)\n" in run("add", PAGE, "--source", "Nobody").out
    monkeypatch.setenv("PAGEWITNESS_SCHEDULE_INTERVAL", "12h")
    said = run("add", PAGE, "--source", "Agency").out
    assert f"{PAGE} (source Agency, was Nobody; every 12 h, was every 24 h)\n" in said


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"PK\x03\x04....word/document.xml[Content_Types].xml", "it is a Word document, not a page"),
        (b"", "it is empty"),
    ],
)
def test_clean_fails_where_there_is_nothing_to_print(tmp_path: Path, run: Run, body: bytes, why: str) -> None:
    """With exit code 1, and why."""
    file = tmp_path / "file"
    file.write_bytes(body)
    said = run("clean", str(file))
    assert (said.code, said.out) == (1, "")
    assert said.error == f"pagewitness: There is no text to print in {file}: {why}.\n"


def test_a_file_without_records_is_listed_as_failed(tmp_path: Path, run: Run) -> None:
    """With exit code 1; other files are imported."""
    empty = tmp_path / "empty.warc"
    empty.touch()
    said = run("import", str(empty))
    assert said.code == 1
    assert said.out == f"failed     {empty}: it has no records; is it the right file?\n"


# --- what is not there, and why ---------------------------------------------------------------------------------------


def test_log_says_that_a_capture_is_not_read_yet(tmp_path: Path, run: Run) -> None:
    """It is not the page's fault; `show` names the command that prints its bytes."""
    with archive(tmp_path) as db:
        page = agenda.follow(db, [PAGE], None, 86400, day(1))[0][0]
        evidence.keep(db, Visit(page, "run", day(1)), answer(b"%PDF-1.7", url=PAGE))
    assert "Not read yet: 1 capture is kept. `pagewitness run` reads what it can" in run("log", PAGE).text
    said = run("show", PAGE)
    assert said.code == 3
    assert run(*said.error.split("`")[3].replace("'", "").split()[1:]).out == "%PDF-1.7"


def test_log_all_says_when_the_next_visit_is(tmp_path: Path, run: Run) -> None:
    """And how often the page is visited; `pages --json` has both."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], None, 43200, day(2))
        keep(db, PAGE, 1)
    assert run("log", PAGE, "--all").out.splitlines()[-1] == "     2024-01-03 00:00  due since then (every 12 h)"
    with open_archive(str(tmp_path / "archive.db")) as db:
        db.execute("update pages set due_at = '2099-01-01T00:00:00.000000Z'")
    assert run("log", PAGE, "--all").out.splitlines()[-1] == "     2099-01-01 00:00  next visit (every 12 h)"
    with open_archive(str(tmp_path / "archive.db")) as db:
        db.execute("update pages set due_at = :at", at=day(2))
    [row] = run("pages", "--json").rows
    assert (row["next_visit"], row["interval"]) == (day(2), 43200)


def test_log_all_says_why_a_page_is_visited_so_often(tmp_path: Path, run: Run) -> None:
    """Where its interval is adaptive: how many of its visits saw a change. `pages --json` has the interval that applies."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], None, 86400, day(2))
        keep(db, PAGE, 1)
        db.execute("update pages set adapted = 21600, due_at = '2099-01-01T00:00:00.000000Z'")
    said = run("log", PAGE, "--all").out.splitlines()[-1]
    assert said == "     2099-01-01 00:00  next visit (every 6 h: no change in 1 visit)"
    assert run("pages", "--json").rows[0]["interval"] == 21600


def test_sources_says_how_often_a_page_is_visited(run: Run) -> None:
    """As the catalogue says, or else the settings."""
    assert "visited every 24 h\n" in run("sources", "vsd").out
    assert "(your setting)" in run("sources", "asio").out + run("sources", "mi5").out


def test_times_within_one_minute_are_told_apart(tmp_path: Path, run: Run) -> None:
    """By their seconds: nothing happens between 00:00 and 00:00."""
    second = 1 / 86400
    with archive(tmp_path) as db:
        keep(db, PAGE, 1)
        keep(db, PAGE, 1 + 8 * second, [*TEXT[:2], "An attack is likely."])
    assert "Removed between 2024-01-02 00:00:00 and 2024-01-02 00:00:08" in run("blame", PAGE, "--removed").out
    assert "removed between 2024-01-02 00:00:00 and 2024-01-02 00:00:08" in run("phrase", "attack is unlikely").text


def test_a_damaged_capture_is_named_by_its_page_and_time(tmp_path: Path, run: Run) -> None:
    """With what to do about it."""
    with archive(tmp_path) as db:
        keep(db, PAGE, 1)
        db.execute("update frames set data = x'00'")
    said = run("show", PAGE, "--raw")
    assert said.code == 5
    assert said.error.startswith(f"pagewitness: The capture of {PAGE} from 2024-01-02 00:00 UTC (body 1) is damaged")
    assert "Restore it from a backup" in said.error


def test_pages_says_what_to_do_about_a_change_that_is_not_confirmed(tmp_path: Path, run: Run) -> None:
    """Visit the page, or look at what it showed."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], None, 86400, day(2))
        keep(db, PAGE, 1)
        keep(
            db, PAGE, 2, ["Rain falls on the coast until noon, says the forecast, and nobody takes an umbrella along."]
        )
    said = run("pages").text
    assert f"A change seen at 2024-01-03 00:00 is not confirmed yet: `pagewitness run {PAGE}`" in said
    look = said.split("`")[3]
    assert run(*look.split()[1:]).out.startswith("Rain falls")


# --- commands that can be copied --------------------------------------------------------------------------------------

HOSTILE = "https://one.example/a?x=1&y=$(id);z='"


def test_addresses_in_proposed_commands_are_quoted_for_the_shell(tmp_path: Path, run: Run) -> None:
    """Whoever pastes one runs `pagewitness`, and nothing that the address says."""
    lost, changed = HOSTILE + "lost", HOSTILE + "changed"
    with archive(tmp_path) as db:
        agenda.follow(db, [lost, changed], None, 86400, day(1))
        keep(db, lost, 1, ["Not found."], 404)
        keep(db, changed, 1)
        keep(db, changed, 2, ["# Threats 2024", "Entirely other words are here now.", "Nobody has seen them before."])
    said = run("pages").out + run("show", lost).error
    proposed = re.findall(r"`pagewitness (unfollow|run|show|log --all) ([^`]+)`", " ".join(said.split()))
    assert {command for command, _ in proposed} == {"unfollow", "run", "show", "log --all"}
    for _, arguments in proposed:
        assert arguments.startswith((shlex.quote(lost), shlex.quote(changed)))


def test_names_in_proposed_commands_are_quoted_for_the_shell(tmp_path: Path) -> None:
    with archive(tmp_path) as db:
        alerts.add_alert(db, "two words; $(id)", "attack", day(1))
        with pytest.raises(QueryError, match=re.escape("`pagewitness alert rm 'two words; $(id)'` removes it")):
            alerts.add_alert(db, "two words; $(id)", "attack", day(1))


def test_pages_are_filtered_and_say_why_one_fails(tmp_path: Path, run: Run) -> None:
    """By source and by state; pages that were unfollowed before they had a text are not listed for ever."""
    other, mistyped = "https://two.example/", "https://mistyped.example/"
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], "Harbour Office", 86400, day(1))
        agenda.follow(db, [other, mistyped], "Weather Office", 86400, day(1))
        keep(db, PAGE, 1)
        failed = Visit(evidence.known_page(db, other), "run", day(1), Outcome.FAILED, reason=f"{other}: no answer.")
        evidence.note(db, failed)
    run("unfollow", mistyped)
    assert [row["url"] for row in run("pages", "--source", "harbour", "--json").rows] == [PAGE]
    [row] = run("pages", "--state", "failing", "--json").rows
    assert (row["url"], row["reason"]) == (other, "no answer")
    assert f"{other} The last visit: no answer." in run("pages").text
    assert mistyped not in run("pages").out
    assert [row["url"] for row in run("pages", "--state", "unfollowed", "--json").rows] == [mistyped]
    assert (
        run("pages", "--state", "removed", "--source", "Weather").out == "The archive has no removed page of Weather.\n"
    )
    assert "There is no state 'gone': write one of followed," in run("pages", "--state", "gone").error
