"""What commands answer where there is nothing, or where a page's history has turns: it is true, and it says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import HTML, answer, archive, day, read, reading
from terminal import Printed, run_here

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import agenda, evidence
from pagewitness.archive.store.database import Sqlite, open_archive

PAGE, OTHER = "https://one.example/assessment", "https://two.example/report"
UNLIKELY = ["# Threats 2024", "The assessment describes how the environment has changed.", "An attack is unlikely."]
LIKELY = [*UNLIKELY[:2], "An attack is likely."]

Run = Callable[..., Printed]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`pagewitness` on the archive of the test, within this process."""
    return lambda *arguments, **how: run_here(monkeypatch, tmp_path / "archive.db", *arguments, **how)


def show(db: Sqlite, url: str, at: float, text: list[str], status: int = 200, **fields: str) -> None:
    """A page shows a text on a day; with a status, or fields of its header."""
    page = evidence.known_page(db, url)
    headers = (*HTML, *fields.items())
    made = answer("|".join(text), status=status, url=url, record_id=f"<urn:{url}:{at}>", headers=headers)
    capture = evidence.keep(db, Visit(page, "run", day(at)), made)
    assert capture is not None
    read(db, capture, reading(text, title="Threats 2024"))
    derivation.derive(db, page, "c1")


@pytest.fixture
def two_pages(tmp_path: Path) -> None:
    """An archive that begins on the second of January, with another source from the eleventh."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], "Nobody", 86400, day(1))
        agenda.follow(db, [OTHER], "Somebody", 86400, day(1))
        show(db, PAGE, 1, UNLIKELY)
        show(db, OTHER, 10, LIKELY)


# --- nothing found ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two_pages")
def test_who_asks_for_a_time_before_the_first_capture_is_given_its_date(run: Run) -> None:
    """Of the archive, or of the pages that are asked for; a later time, and --json, need no such advice."""
    begins = "The archive begins on 2024-01-02 00:00 UTC."
    assert run("search", "attack", "--at", "2023").text == f"No results for attack. {begins}"
    assert run("search", "attack", "--until", "2023-12-31").text == f"No results for attack. {begins}"
    assert run("phrase", "attack", "--until", "2023").text.endswith(begins)
    own = "The archive of the pages that pass the filters begins on 2024-01-11 00:00 UTC."
    assert run("search", "attack", "--at", "2024-01-05", "--source", "Somebody").text.endswith(own)
    assert "begins" not in run("search", "sabotage", "--at", "2024-01-05").text
    assert run("search", "attack", "--at", "2023", "--json").out == ""


@pytest.mark.usefixtures("two_pages")
def test_phrase_says_what_it_searched(run: Run) -> None:
    """Whole words in the texts of this archive; not what pages ever contained."""
    assert run("phrase", "sabotage").text == (
        "No revision in this archive contains the words 'sabotage'; --fuzzy finds similar wordings."
    )
    assert run("phrase", "sabotage", "--source", "Nobody").text.startswith(
        "No revision passes the filters and contains"
    )
    assert run("phrase", "sabotage", "--fuzzy").text == (
        "No revision in this archive contains these or similar words: 'sabotage'."
    )


@pytest.mark.parametrize("bad", ["ftp://one.example/", "https://one.example/a b"])
def test_add_says_that_one_bad_address_keeps_all_out(run: Run, tmp_path: Path, bad: str) -> None:
    """Of several; one alone needs no such words. No archive is made for it."""
    said = run("add", PAGE, bad)
    assert (said.code, said.error.endswith(" Nothing was added.\n")) == (2, True)
    assert not (tmp_path / "archive.db").exists()
    assert "Nothing was added" not in run("add", bad).error


# --- sources ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def named(tmp_path: Path) -> None:
    """An archive with names of one's own beside those of the catalogue."""
    with archive(tmp_path) as db:
        agenda.follow(db, [PAGE], "Office for Ports", 86400, day(1))
        agenda.follow(db, [OTHER], "Harbour Watch", 86400, day(1))
        agenda.follow(db, ["https://three.example/"], None, 86400, day(1))


@pytest.mark.usefixtures("named")
def test_sources_lists_names_of_ones_own(run: Run) -> None:
    """Beside those of the catalogue, with their pages; a host is the source of a page that was given no other."""
    rows = {row["name"]: row for row in run("sources", "--json").rows}
    assert {"vsd", "Office for Ports", "Harbour Watch", "three.example"} <= rows.keys()
    assert [(one["url"], one["followed"]) for one in rows["Harbour Watch"]["entries"]] == [(OTHER, True)]
    assert "Office for Ports" in run("sources").out
    assert run("sources", "harbour", "watch").out.startswith(
        f"Harbour Watch\n  visited every 24 h (your setting)\n  {OTHER}"
    )
    assert "did you mean 'Harbour Watch'?" in run("sources", "harbor", "watch").text


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        ("Ofice for Ports", "did you mean 'Office for Ports'?"),
        ("Harbor", "did you mean 'Harbour Watch'?"),
        (
            "xyzxyz",
            "this archive has pages of Harbour Watch, Office for Ports, three.example; `pagewitness sources` lists",
        ),
    ],
)
def test_a_wrong_source_is_answered_with_names_like_it(run: Run, typed: str, answered: str) -> None:
    said = run("search", "attack", "--source", typed)
    assert said.code == 3
    assert said.error.startswith(f"pagewitness: No source is called '{typed}': {answered}")


# --- behind a wall ----------------------------------------------------------------------------------------------------

WALL = ["# Just a moment", "Checking your browser before you continue."]


@pytest.mark.usefixtures("two_pages")
def test_the_text_of_a_page_behind_a_wall_is_the_last_one_seen(tmp_path: Path, run: Run) -> None:
    """It is not called current: nobody knows. Since the first of the answers that keep us out."""
    with open_archive(str(tmp_path / "archive.db")) as db:
        for at in (2, 3):
            show(db, PAGE, at, WALL, 403, Server="cloudflare")
    assert "the last text seen: blocked since 2024-01-03 00:00" in run("search", "unlikely").text
    assert "current" not in run("search", "unlikely").text
    assert [row["blocked_since"] for row in run("search", "unlikely", "--json").rows] == [day(2)]
    assert (
        "last seen 2024-01-02 00:00; the page has been blocked since 2024-01-03 00:00" in run("phrase", "unlikely").text
    )
    assert (
        "; the page has been blocked since 2024-01-03 00:00, and this is the last text seen" in run("show", PAGE).text
    )
    with open_archive(str(tmp_path / "archive.db")) as db:
        show(db, PAGE, 4, UNLIKELY)
    for arguments in (["search", "unlikely"], ["phrase", "unlikely"], ["show", PAGE]):
        assert "blocked" not in run(*arguments).text
    assert "current" in run("search", "unlikely").text


# --- the future -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("two_pages")
@pytest.mark.parametrize(
    "arguments",
    [
        ["show", f"{PAGE}@2099"], ["show", PAGE, "--at", "2099"], ["show", PAGE, "--at", "2099-01-01T00:00:00Z", "--raw"],
        ["show", PAGE, "--at", "2099", "--cleaner", "list"], ["diff", PAGE, "2099"], ["diff", PAGE, "1", "2099"],
        ["diff", f"{PAGE}@2099", OTHER], ["blame", f"{PAGE}@2099"], ["search", "attack", "--at", "2099"],
        ["search", "attack", "--since", "2099"], ["phrase", "attack", "--since", "2099"],
    ],
)  # fmt: skip
def test_nobody_has_seen_the_future(run: Run, arguments: list[str]) -> None:
    """Wherever a command takes a date."""
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "is in the future: name a time in the past" in done.error


@pytest.mark.usefixtures("two_pages")
def test_dates_that_do_not_exist_or_lie_before_the_first_capture(run: Run) -> None:
    """The message names what is wrong with the date."""
    assert "There is no date 2026-02-30" in run("show", f"{PAGE}@2026-02-30").error
    assert "There is no date 2026-13" in run("search", "attack", "--at", "2026-13").error
    assert "no record of what it said 36500d ago" in run("show", f"{PAGE}@36500d").error
