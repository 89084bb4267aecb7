"""From a page's bytes to `log`, `diff`, `show` and `search`: links that lead elsewhere, and characters that mean something."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import answer, archive, day, environment, pagewitness, read

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence
from pagewitness.scraper.clean import clean

LINKS, DOSE, RULES = "https://a.example/reports", "https://a.example/dose", "https://a.example/rules"
LONG = "<p>The office reviews this page every quarter and says what it found about the ports of the region.</p>"


def page(body: str) -> str:
    return f"<!doctype html><html lang=en><title>Ports</title><main><h1>Ports</h1>{LONG}{body}{LONG}</main>"


def linked(name: str, nonce: int) -> str:
    return page(
        f"<p>The whole of it is in the <a href='/f/{name}.pdf?sig=a{nonce}b&expires={nonce}'>Report 2024</a>.</p>"
    )


EDITIONS = {
    LINKS: [linked(name, 17_000 + at) for at, name in enumerate(("first", "first", "revised", "revised"))],
    DOSE: [
        page(f"<p>The dose was 3 × {dose} becquerel, and CO<sub>2</sub> rose.</p>")
        for dose in ("106", "10<sup>6</sup>")
    ],
    RULES: [page(f"<p>{rule}</p>") for rule in ("Report it within 72 hours.", "<s>Report it within 72 hours.</s>")],
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    with archive(folder) as db:
        for url, bodies in EDITIONS.items():
            found = evidence.known_page(db, url)
            for at, body in enumerate(bodies, 1):
                capture = evidence.keep(db, Visit(found, "run", day(at)), answer(body, url=url))
                assert capture is not None
                read(db, capture, replace(clean(body.encode(), "text/html", url), cleaner="c1"))
            derivation.derive(db, found, "c1")
    return folder / "archive.db"


def run(file: Path, *arguments: str) -> str:
    done = pagewitness(file, *arguments, env=environment(COLUMNS="200"))
    assert done.returncode == 0, done
    return done.stdout.decode()


def said(file: Path, *arguments: str) -> Any:
    return [json.loads(line) for line in run(file, *arguments, "--json").splitlines()]


CHANGE = {
    "at": day(3),
    "revision": 1,
    "words": "Report 2024",
    "line": "The whole of it is in the Report 2024.",
    "before": "https://a.example/f/first.pdf",
    "after": "https://a.example/f/revised.pdf",
}
SENTENCE = "“Report 2024” now leads to https://a.example/f/revised.pdf (before: https://a.example/f/first.pdf)"


def test_a_repointed_link_is_an_event_and_no_revision(file: Path) -> None:
    assert [(row["number"], row["links"]) for row in said(file, "log", LINKS)] == [(1, [CHANGE])]
    assert f"2024-01-04 00:00  {SENTENCE}" in run(file, "log", LINKS)
    assert f"2024-01-04 00:00  {SENTENCE}" in run(file, "log", LINKS, "--all")


def test_a_diff_names_the_links_that_lead_elsewhere(file: Path) -> None:
    """Also if no word of the page changed, in every form."""
    assert said(file, "diff", LINKS)[0]["links"] == [CHANGE]
    assert SENTENCE in run(file, "diff", LINKS)
    assert "now leads to https://a.example/f/revised.pdf" in run(file, "diff", LINKS, "--markdown")
    assert 'now leads to <a href="https://a.example/f/revised.pdf">' in run(file, "diff", LINKS, "--html")


def test_raised_figures_are_a_change_that_diff_and_search_tell_apart(file: Path) -> None:
    assert [row["cause"] for row in said(file, "log", DOSE)] == ["first", "change"]
    assert "3 × [-106-]{+10⁶+} becquerel" in run(file, "diff", DOSE)
    assert [hit["current"] for hit in said(file, "search", '"3 × 106"')] == [False]
    assert [hit["current"] for hit in said(file, "search", '"3 × 10⁶"')] == [True]


@pytest.mark.parametrize("query", ["CO2", "CO₂", "co2"])
def test_lowered_figures_are_found_as_plain_ones(file: Path, query: str) -> None:
    hits = said(file, "search", query)
    assert [(hit["url"], [hit["snippet"][start:end] for start, end in hit["marks"]]) for hit in hits] == [
        (DOSE, ["CO₂"])
    ]


def test_struck_text_is_a_change_and_shown_as_struck(file: Path) -> None:
    assert [row["cause"] for row in said(file, "log", RULES)] == ["first", "change"]
    assert "~~Report it within 72 hours.~~" in run(file, "show", RULES)
    assert "<s>Report it within 72 hours.</s>" in run(file, "show", RULES, "--html")
    assert "text struck" in run(file, "diff", RULES)
    assert [hit["url"] for hit in said(file, "search", '"within 72 hours"')] == [RULES]


def test_a_diff_of_links_reads_in_its_direction_and_between_its_moments(file: Path) -> None:
    """Text and links at one and the same moment have no difference."""
    backwards = run(file, "diff", LINKS, "2025", "first")
    assert f"led to {CHANGE['before']} (later: {CHANGE['after']})" in " ".join(backwards.split())
    assert "No difference" not in backwards
    same = run(file, "diff", LINKS, "2025")
    assert "leads to" not in same
    assert "No difference: both are revision 1." in same
