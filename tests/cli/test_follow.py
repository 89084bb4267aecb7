"""`follow` and `sources`: what is followed, what is not and why, and what the catalogue knows about a publisher."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import HTML
from loopback import Loopback, Reply
from terminal import Printed, run_here

from pagewitness.archive.text.columns import columns
from pagewitness.config import catalogue
from pagewitness.config.catalogue import load_catalogue

SOURCE = """
country = "LT"

[kastovia]
title = "Security Service of Kastovia (KASTOVIA)"
names = ["KSS", "Kāstovijas dienests"]
languages = ["lt", "en"]
every = "12h"

[[kastovia.series]]
title = {lt = "Grėsmės", en = "Threats"}
months = [1, 9, 10, 11]
note = "PDF"

[[kastovia.entries]]
url = "https://service.example/reports/"
role = "listing"
language = "lt"
verified = true
obstacle = "abroad"
note = "all reports"

[[kastovia.entries]]
url = "https://service.example/press/"
obstacle = "scripts"

[[kastovia.entries]]
url = "https://service.example/feed.xml"
role = "feed"
verified = true

[[kastovia.entries]]
url = "https://service.example/threats/{year}/"
role = "edition"
language = "en"
year = 2025

[walled]
names = ["KSS"]
[[walled.entries]]
url = "https://walled.example/"
obstacle = "wall"

[yearly]
[[yearly.entries]]
url = "https://yearly.example/{year}/"
role = "edition"
year = 2025

[fed]
[[fed.entries]]
url = "https://fed.example/feed"
role = "feed"
verified = true
"""
REPORTS, PRESS, FEED, EDITION = (
    f"https://service.example/{path}" for path in ("reports/", "press/", "feed.xml", "threats/2025/")
)

Run = Callable[..., Printed]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`pagewitness` with a user's own sources."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "own.toml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "settings.toml").write_text("")
    settings = ("--settings", str(tmp_path / "settings.toml"))
    return lambda *arguments, **how: run_here(monkeypatch, tmp_path / "archive.db", *settings, *arguments, **how)


def test_follow_says_what_will_be_visited_how_often_and_what_not(run: Run) -> None:
    """A feed is followed for what it lists, and an edition is foreseen only."""
    assert run("follow", "kastovia", "--dry-run", columns=80).out.splitlines() == [
        "kastovia: Security Service of Kastovia (KASTOVIA)",
        "  Would follow, visited every 12 h:",
        f"  {REPORTS}",
        "      listing (lt): all reports; may be blocked abroad",
        f"  {FEED}",
        "      feed",
        "  Not followed: 1 unverified page (--unverified follows it); 1 edition with an",
        "    address of its own (`pagewitness sources kastovia` shows it).",
        "Dry run: nothing was written.",
    ]
    [row] = run("follow", "kastovia", "--json").rows
    assert (row["followed"], row["interval"], row["obstacles"]) == ([REPORTS, FEED], 43200.0, {REPORTS: "abroad"})
    assert (row["unverified"], row["feeds"], row["editions"]) == ([PRESS], [], [EDITION])
    assert [page["url"] for page in run("pages", "--json").rows] == [REPORTS]


def test_unverified_pages_are_followed_only_if_asked_for_and_marked(run: Run) -> None:
    said = run("follow", "kastovia", "--unverified", columns=80).out.splitlines()
    at = said.index(f"  {PRESS}")
    assert said[at + 1] == "      unverified landing page; needs JavaScript, so a browser must show it"
    assert said[-3].startswith("  Not followed: 1 edition with an address of its own")
    assert {page["url"] for page in run("pages", "--json").rows} == {REPORTS, PRESS}


@pytest.mark.parametrize("typed", ["Kastovia", "kastovijas-dienests", "KĀSTOVIJAS DIENESTS"])
def test_any_name_of_a_publisher_is_followed_and_unfollowed(run: Run, typed: str) -> None:
    assert run("follow", typed).code == 0
    [page] = run("pages", "--json").rows
    assert page["source"] == "kastovia"
    assert run("unfollow", typed).out == f"Unfollowed: {FEED}\nUnfollowed: {REPORTS}\n"


def test_a_page_is_added_under_any_name_of_its_publisher(run: Run) -> None:
    """Unless the archive has a source that is called exactly so."""
    assert run("add", "https://elsewhere.example/1", "--source", "kastovijas dienests").error == ""
    assert run("add", "https://elsewhere.example/2", "--source", "KSS").code == 0
    assert {page["url"][-1]: page["source"] for page in run("pages", "--json").rows} == {"1": "kastovia", "2": "KSS"}


def test_pages_are_visited_and_selected_by_any_name_of_their_publisher(run: Run, site: Loopback) -> None:
    site.routes["/1"] = Reply(200, b"<main><h1>Threats</h1><p>Espionage grew again in the past year.</p></main>", HTML)
    other = "Kastovijas Dienests"
    assert run("add", site.url("/1"), "--source", other).code == 0
    assert run("run", other).code == 0
    for command in (("pages",), ("changes",), ("search", "espionage")):
        [row] = run(*command, "--source", other, "--json").rows
        assert row["url"] == site.url("/1")


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        (
            "kss", 2,
            "pagewitness: 'kss' may be any of 2 sources. Name one of them:\n"
            "kastovia: Security Service of Kastovia (KASTOVIA), LT\nwalled: walled, LT\n",
        ),
        (
            "walled", 3,
            "pagewitness: No page of 'walled' is verified: look at https://walled.example/ (turns programs away), "
            "then follow it with --unverified.\n",
        ),
        (
            "yearly", 3,
            "pagewitness: 'yearly' has no page that stays: each edition has an address of its own. To follow one of "
            "them: `pagewitness add https://yearly.example/2025/ --source yearly`.\n",
        ),
        ("kastovja", 3, "pagewitness: The catalogue has no source 'kastovja'; did you mean 'kastovia'?\n"),
    ],
)  # fmt: skip
def test_who_cannot_be_followed_is_named_with_the_reason(
    run: Run, tmp_path: Path, name: str, code: int, said: str
) -> None:
    """And nothing is followed of the others that were named."""
    done = run("follow", "kastovia", name)
    assert (done.code, done.error) == (code, said)
    assert not (tmp_path / "archive.db").exists()


def test_sources_shows_all_that_is_known_about_one(run: Run) -> None:
    run("follow", "kastovia")
    shown, _, file = run("sources", "kāstovia", columns=80).out.partition("from")
    assert file.endswith("own.toml\n")
    assert shown.splitlines() == [
        "kastovia: Security Service of Kastovia (KASTOVIA)",
        "  also called KSS, Kāstovijas dienests",
        "  country LT; languages lt en; visited every 12 h",
        "Reports:",
        "  Grėsmės / Threats: January, September to November; PDF",
        "Pages:",
        f"  {REPORTS}",
        "      followed; listing (lt): all reports; may be blocked abroad",
        f"  {PRESS}",
        "      unverified landing page; needs JavaScript, so a browser must show it",
        "Feeds:",
        f"  {FEED}",
        "      followed; feed",
        "Editions with addresses of their own, which `pagewitness add` follows:",
        f"  {EDITION}",
        "      edition 2025 (en)",
    ]


def test_sources_lists_pages_that_are_verified_and_followed(run: Run) -> None:
    """The title leaves out the name in brackets, which is in the first column."""
    rows = run("sources", "kss").out.splitlines()
    assert rows[0].split() == ["NAME", "COUNTRY", "PAGES", "LANGUAGES", "PUBLISHER"]
    assert [row.split() for row in rows[1:3]] == [
        ["kastovia", "LT", "1/2", "lt", "en", "Security", "Service", "of", "Kastovia"],
        ["walled", "LT", "0/1", "walled"],
    ]
    run("follow", "kastovia")
    assert run("sources", "kss").out.splitlines()[1].split()[:6] == ["kastovia", "LT", "1/2", "lt", "en", "2"]


def test_sources_as_json_has_all_that_the_file_says(run: Run) -> None:
    [row] = run("sources", "kastovia", "--json").rows
    assert (row["names"], row["country"], row["every"]) == (["KSS", "Kāstovijas dienests"], "LT", 43200.0)
    [series] = row["series"]
    assert series == {
        "title": {"lt": "Grėsmės", "en": "Threats"},
        "months": [1, 9, 10, 11],
        "note": "PDF",
        "overdue": None,
    }
    assert [entry["role"] for entry in row["entries"]] == ["listing", "landing", "feed", "edition"]
    assert row["entries"][0] == {
        "url": REPORTS, "role": "listing", "language": "lt", "verified": True, "obstacle": "abroad",
        "note": "all reports", "year": None, "newest": REPORTS, "followed": False,
    }  # fmt: skip
    assert row["entries"][3]["newest"] == EDITION


def test_a_host_that_is_shared_with_others_is_nobodys(run: Run) -> None:
    """Not every page of a government's site is the publisher's whose report is there."""
    assert run("add", "https://www.gov.uk/government/news/another", "https://www.vsd.lt/another").code == 0
    assert {page["source"] for page in run("pages", "--json").rows} == {"www.gov.uk", "vsd"}


def test_every_publisher_fits_into_eighty_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole list, each publisher in full, and what `follow` would say about it."""
    known = load_catalogue()
    monkeypatch.setattr(catalogue, "load_catalogue", lambda _: known)  # once, not 165 times
    verified = [name for name, one in known.items() if any(entry.verified for entry in one.pages)]
    said = [run("sources", name, columns=80).out for name in known]
    said += [run("sources", columns=80, terminal=True).out, run("follow", *verified, "--dry-run", columns=80).out]
    lines = "".join(said).splitlines()
    assert len(lines) > 2000
    assert [line for line in lines if columns(line) > 80 and len(line.split()) > 1] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("kastovja", "No source matches 'kastovja'; did you mean 'kastovia'?"),
        ("zzzzzzzz", "No source matches 'zzzzzzzz'; `pagewitness sources` lists them."),
    ],
)
def test_sources_suggests_a_name_where_nothing_matches(run: Run, typed: str, said: str) -> None:
    assert run("sources", typed).text == said


def test_what_is_followed_already_is_not_called_left_out(run: Run) -> None:
    """By `--unverified` before, or by its address."""
    run("follow", "kastovia", "--unverified")
    run("add", EDITION)
    [row] = run("follow", "kastovia", "--json").rows
    assert (row["again"], row["unverified"], row["feeds"], row["editions"]) == ([REPORTS, FEED], [], [], [])
    assert "Not followed" not in run("follow", "kastovia").out


def test_a_source_that_only_the_archive_has_is_followed_again_by_name(run: Run) -> None:
    """Its pages, and none before anything is followed; `run` says so."""
    pages = ["https://elsewhere.example/1", "https://elsewhere.example/2"]
    run("add", *pages, "--source", "ORA Tarnovia")
    assert run("unfollow", "ORA Tarnovia").out.splitlines() == [f"Unfollowed: {url}" for url in pages]
    assert run("unfollow", "ORA Tarnovia").out.splitlines() == [f"Was not followed: {url}" for url in pages]
    assert "You follow no pages: `pagewitness add URL`" in run("run").text
    refused = run("run", "ORA Tarnovia")
    assert (refused.code, refused.error) == (
        2, "pagewitness: No page of ORA Tarnovia is followed: `pagewitness follow 'ORA Tarnovia'` follows them again.\n",
    )  # fmt: skip
    assert run("follow", "ora-tarnovia", "--dry-run").out.splitlines() == [
        "ORA Tarnovia", "  Would follow, visited every 24 h:", *(f"  {url}" for url in pages),
        "Dry run: nothing was written.",
    ]  # fmt: skip
    assert run("follow", "ORA Tarnovia").code == 0
    assert {(page["url"], page["state"]) for page in run("pages", "--json").rows} == {
        (url, "followed") for url in pages
    }
    assert {page["source"] for page in run("pages", "--json").rows} == {"ORA Tarnovia"}


def test_run_says_how_to_follow_a_page_that_it_does_not_visit(run: Run) -> None:
    run("add", "https://elsewhere.example/1")
    run("unfollow", "elsewhere.example/1")
    assert "`pagewitness add https://elsewhere.example/1` follows it" in run("run", "elsewhere.example/1").error
    unknown = run("run", "https://elsewhere.example/2")
    assert unknown.code == 3
    assert "`pagewitness add https://elsewhere.example/2` follows it" in unknown.error
