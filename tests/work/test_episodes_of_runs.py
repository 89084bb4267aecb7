"""What `run` says about episodes: once when one begins, and once when it ends, with how long it lasted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import HTML, environment, html, pagewitness
from loopback import Loopback, Reply

from pagewitness.archive import times
from pagewitness.archive.model import Answer, Outcome, Visit
from pagewitness.archive.store import agenda, evidence
from pagewitness.archive.store.database import open_archive

FAULT = Reply(500, b"", (*HTML, ("Retry-After", "0")))


@pytest.fixture
def site() -> Iterator[Loopback]:
    with Loopback({"/": Reply(200, html("Here"), HTML)}) as server:
        yield server


def ago(days: float) -> str:
    return times.later(times.now(), -days * 86400)


def failed_before(file: Path, url: str, *days: float) -> None:
    """The page was followed, and these days ago it failed."""
    with open_archive(str(file), create=True) as db:
        [(page, _)] = agenda.follow(db, [url], None, 86400, ago(9))
        for one in days:
            evidence.note(db, Visit(page, "run", ago(one), Outcome.FAILED, reason=f"{url}: no answer."))
        db.execute("update pages set failures = :count where id = :id", count=len(days), id=page.id)


def run(file: Path, *options: str) -> list[str]:
    return pagewitness(file, "run", "--all", *options).stdout.decode().splitlines()


def test_a_page_that_fails_for_the_third_time_is_named_and_not_again_until_it_answers(
    site: Loopback, tmp_path: Path
) -> None:
    file, url = tmp_path / "archive.db", site.url("/")
    failed_before(file, url, 3, 2)
    site.routes["/"] = FAULT
    said = [line for line in run(file, "--quiet") if line.startswith("failing")]
    assert said == [f"failing    {url}: HTTP status 500; all visits since {times.short(ago(3))} failed"]
    assert run(file, "--quiet") == [], "it was said"
    site.routes["/"] = Reply(200, html("Here"), HTML)
    [said_now] = [json.loads(line) for line in run(file, "--quiet", "--json") if '"event"' in line]
    assert (said_now["url"], said_now["event"]) == (url, "answering")
    assert said_now["said"].startswith("it failed for 3 days, since ")


def test_a_report_that_is_overdue_is_named_once(site: Loopback, tmp_path: Path) -> None:
    """By the catalogue file of a user; the page was seen half a year ago, before the month in which it was expected."""
    file, url, folder = tmp_path / "archive.db", site.url("/"), tmp_path / "config" / "pagewitness" / "sources"
    month = times.moment(ago(100)).month
    folder.mkdir(parents=True)
    (folder / "own.toml").write_text(
        f'country = "LT"\n[kss]\n[[kss.series]]\ntitle = {{en = "Threats"}}\nmonths = [{month}]\n'
        f'[[kss.entries]]\nurl = "{url}"\nverified = true\n'
    )
    with open_archive(str(file), create=True) as db:
        [(page, _)] = agenda.follow(db, [url], "kss", 86400, ago(200))
        answer = Answer(url, 200, HTML, html("Here"))
        evidence.keep(db, Visit(page, "run", ago(200)), answer)
    sent = environment(XDG_CONFIG_HOME=str(tmp_path / "config"))
    first, again = (
        pagewitness(file, "run", "--all", "--quiet", env=sent).stdout.decode().splitlines() for _ in range(2)
    )
    assert [line.split(": ")[0].split(None, 1) for line in first if line.startswith("overdue")] == [
        ["overdue", "kss, Threats"]
    ]
    assert again == []
    out = pagewitness(file, "sources", "kss", env=sent).stdout.decode()
    assert "overdue: expected in " in out
