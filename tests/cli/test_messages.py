"""What the command line says where a newcomer would stumble: states, mistyped options, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import HTML, answer, archive, day, read, reading
from terminal import Printed, run_here

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import agenda, evidence
from pagewitness.archive.store.database import Sqlite

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
