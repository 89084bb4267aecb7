"""A run whose intervals are adaptive, and what a listing that changed does to its pages: from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import HTML, SENTENCES, html
from listings import listing, serve
from loopback import Loopback, Reply
from terminal import Printed, run_here

from pagewitness.archive import times
from pagewitness.archive.store.database import open_archive

Run = Callable[..., Printed]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`pagewitness` in this process, on an archive of its own."""
    return lambda *arguments: run_here(monkeypatch, tmp_path / "archive.db", *arguments)


def test_a_run_adapts_the_intervals_of_pages_that_it_knows(
    run: Run, site: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pages` and `log --all` say what applies, and why. Switched off, the own intervals are back."""
    for path in ("/busy", "/quiet"):
        site.routes[path] = Reply(200, html("Assessment", SENTENCES), HTML)
    run("add", site.url("/busy"), site.url("/quiet"))
    run("run")
    with open_archive(str(tmp_path / "archive.db")) as db:
        for back in range(1, 15):
            at = times.later(times.now(), -86400 * back)
            for page, verdict in ((1, "changed"), (2, "unchanged")):
                db.execute(
                    """insert into visits (page_id, url, writer, visited_at, outcome, chain)
                       values (:page, '', 'import', :at, 'captured', '')""",
                    page=page, at=at,
                )  # fmt: skip
                db.execute(
                    """insert into observations (visit_id, page_id, observed_at, verdict)
                       select max(id), :page, :at, :verdict from visits""",
                    page=page, at=at, verdict=verdict,
                )  # fmt: skip
    monkeypatch.setenv("PAGEWITNESS_SCHEDULE_ADAPTIVE", "true")
    for _ in range(2):
        run("run", "--all")
    busy, quiet = run("pages", "--json").rows
    assert busy["interval"] < 86400 < quiet["interval"]
    assert busy["next_visit"] < quiet["next_visit"]
    assert "next visit (every " in (said := run("log", site.url("/quiet"), "--all").out.splitlines()[-1])
    assert said.endswith(" h: no change in 17 visits)")
    monkeypatch.setenv("PAGEWITNESS_SCHEDULE_ADAPTIVE", "false")
    run("run", "--all")
    assert [row["interval"] for row in run("pages", "--json").rows] == [86400, 86400]


def test_an_entry_that_left_its_listing_is_due_at_once(
    run: Run, site: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page may be gone, too. The others stay as they are: they were visited a moment ago."""
    monkeypatch.setenv("PAGEWITNESS_SCHEDULE_SHORTEST", "0.001")
    serve(site, {"/pub/": listing("li", range(5))})
    run("add", "--listing", site.url("/pub/"))
    run("run")
    serve(site, {"/pub/": listing("li", range(1, 5))})
    run("run", site.url("/pub/"))
    now = times.now()
    due = {row["url"] for row in run("pages", "--json").rows if row["next_visit"] <= now}
    assert due == {site.url("/r/0")}
