"""Eighty columns are enough: on a terminal no line of a reading command is wider, unless it is nothing but an address."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from helpers import HTML, answer, archive, day, read, reading
from terminal import on_a_terminal, run_here

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Outcome, Visit
from pagewitness.archive.search import alerts
from pagewitness.archive.store import agenda, evidence
from pagewitness.archive.text.columns import columns
from pagewitness.scraper.cli import main

HOST = "https://the-ministry-of-the-interior-and-of-public-administration.example"
PAGE, TWIN, WALL = (f"{HOST}/publications/{name}/national-threat-assessment" for name in ("2024", "twin", "wall"))
GONE, DARK = f"{HOST}/gone", f"{HOST}/dark"
TITLE = (
    "National assessment of the threats to the security of the state and its institutions 2024–2025, 國家安全威脅評估"
)
SOURCE = "The Ministry of the Interior and of Public Administration of a State with a Long Name"
LONG = (
    "The assessment describes how the environment has changed since the services of foreign states began to recruit "
    "travellers, sailors and students, 外國情報機構繼續在邊境招募旅客並利用學生和水手收集有關港口和電網的情報以及其他信息。"
)
OLD = [f"# {TITLE}", LONG, "An attack on the electricity grid is unlikely, and the operators have prepared for one."]
NEW = [*OLD[:2], "An attack on the electricity grid is likely, and the operators have not prepared for one."]
FAR = ["Rain falls on the coast until noon, says the forecast, and nobody in the town takes an umbrella along."]
REASON = "the server did not answer within twenty seconds, though it was asked three times, with a pause after each"
CLEANER = "c1 extractor-2.3.1 charset-normalizer-3.5.2 parser-6.1.3 languages-0.4.0 rules-5e6f7a8b pdfium-5.13.1-0123"

COMMANDS = [
    ["pages"], ["pages", "--kind", "boilerplate"], ["log", PAGE], ["log", PAGE, "--all"], ["log", WALL, "--all"],
    ["log", GONE, "--all"], ["log", DARK], ["log", DARK, "--all"], ["show", PAGE], ["show", f"{PAGE}@1"],
    ["show", PAGE, "--cleaner", "list"], ["show", PAGE, "--cleaner", "c1"], ["diff", PAGE, "1", "2"],
    ["diff", PAGE, TWIN], ["blame", PAGE], ["blame", f"{PAGE}@2"], ["blame", PAGE, "--removed"],
    ["blame", PAGE, "--removed", "--budget", "0"], ["search", "attack"], ["search", "attack", "--limit", "1"],
    ["search", "attack", "--gone"], ["search", "nothing " * 20], ["search", "attack", "--facet", "source"],
    ["search", "nothing", "--lang", "fr"], ["phrase", "attack on the electricity grid"],
    ["phrase", "attack on the grid is likely", "--fuzzy"], ["phrase", "nothing " * 20], ["alert"], ["alert", "grid"],
    ["sources"], ["sources", "lithuania"], ["sources", "vsd"], ["sources", "dsa"], ["config"],
]  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose names, titles, texts and reasons are long."""
    folder = tmp_path_factory.mktemp("wide")
    with archive(folder) as db:
        agenda.follow(db, [PAGE, TWIN, WALL, GONE, DARK], SOURCE, 86400, day(1))
        seen = [
            (PAGE, 1, OLD, 200), (PAGE, 2, NEW, 200), (PAGE, 3, OLD, 200), (PAGE, 40, NEW, 200), (TWIN, 1, NEW, 200),
            (WALL, 1, OLD, 200), (WALL, 2, FAR, 200), (GONE, 1, OLD, 200), (GONE, 2, ["Not found."], 404),
            (GONE, 3, ["Not found."], 404),
        ]  # fmt: skip
        for url, at, text, status in seen:
            page = evidence.known_page(db, url)
            made = answer("|".join(text), status=status, url=url, record_id=f"<urn:{url}:{at}>", headers=HTML)
            capture = evidence.keep(db, Visit(page, "run", day(at)), made)
            assert capture is not None
            read(db, capture, reading(text, title=TITLE, cleaner=CLEANER))
        for at in range(1, 6):
            evidence.note(db, Visit(evidence.known_page(db, DARK), "run", day(at), Outcome.FAILED, reason=REASON))
        for row in db.rows("select id from pages"):
            derivation.derive(db, evidence.page(db, row[0]), CLEANER)
        alerts.add_alert(db, "grid", "attack OR " + " OR ".join(f"electricity{number}" for number in range(20)), day(3))
    return folder / "archive.db"


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda one: " ".join(one)[:40])
def test_every_line_has_at_most_eighty_columns(
    file: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the page says. A path is as long as it is."""
    said = run_here(monkeypatch, file, *arguments, columns=80, terminal=True)
    assert said.code == 0, said.error
    wide = [line for line in said.out.splitlines() if columns(line) > 80 and len(line.split()) > 1]
    wide = [line for line in wide if str(file) not in line]
    assert not wide, "\n".join(wide)


def test_explanations_have_at_most_eighty_columns(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`clean --explain` gives the reason on the same lines as the text."""
    page = tmp_path / "page.html"
    page.write_text(f"<nav><ul><li>{SOURCE}</li></ul></nav><main><h1>{TITLE}</h1><p>{LONG}</p><p>{OLD[2]}</p></main>")
    said = run_here(monkeypatch, file, "clean", str(page), "--explain", columns=80, terminal=True)
    assert "+ An attack" in said.out
    assert [line for line in said.out.splitlines() if columns(line) > 80] == []


def test_errors_are_wrapped_on_a_terminal_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that reads them gets one line."""
    missing = tmp_path / "none.db"
    piped = run_here(monkeypatch, missing, "pages", columns=80).error
    shown = io.BytesIO()
    with on_a_terminal(shown, redirect_stderr), pytest.raises(SystemExit):
        main(["--archive", str(missing), "pages"])
    lines = shown.getvalue().decode().splitlines()
    assert piped.count("\n") == 1
    assert len(lines) > 1
    assert all(columns(line) <= 80 or " " not in line for line in lines)
    assert " ".join(lines).split() == piped.split()


def test_in_a_pipe_texts_are_wrapped_and_what_programs_read_is_not(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS counts for texts; a page, an entry or an error keeps its line, for grep."""
    narrow = {
        name: run_here(monkeypatch, file, *name.split(), columns=40)
        for name in (f"show {PAGE}", f"log {GONE}", "pages")
    }
    assert all(columns(line) <= 40 or " " not in line.strip() for line in narrow[f"show {PAGE}"].out.splitlines())
    [removed] = [line for line in narrow[f"log {GONE}"].out.splitlines() if "removed since" in line]
    assert "absent in 2 visits" in removed
    [row] = [line for line in narrow["pages"].out.splitlines() if line.startswith(f"{GONE} ")]
    assert TITLE in row
