"""A followed listing: what it lists is followed, visited in the same run, and explained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import HTML
from listings import DESIGNS, item, listing, page, serve
from loopback import Loopback, Reply
from terminal import Printed, run_here

Run = Callable[..., Printed]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`pagewitness` in this process, on an archive of its own."""
    return lambda *arguments: run_here(monkeypatch, tmp_path / "archive.db", *arguments)


def followed(run: Run, site: Loopback) -> set[str]:
    """The paths of the pages that are followed."""
    return {row["url"].removeprefix(site.origin) for row in run("pages", "--json").rows if row["state"] == "followed"}


@pytest.mark.parametrize("design", DESIGNS)
def test_what_a_listing_lists_is_followed_and_visited_in_the_same_run(run: Run, site: Loopback, design: str) -> None:
    serve(site, {"/pub/": listing(design, range(5))})
    run("add", "--listing", site.url("/pub/"))
    done = run("run")
    assert done.code == 0
    assert f"found      5 new pages, from {site.url('/pub/')}" in done.out
    assert "6 pages visited" in done.out
    assert followed(run, site) == {"/pub/", *(f"/r/{number}" for number in range(5))}


def test_a_page_that_is_no_listing_leads_to_no_pages(run: Run, site: Loopback) -> None:
    serve(site, {"/pub/": listing("li", range(5))})
    run("add", site.url("/pub/"))
    run("run")
    assert followed(run, site) == {"/pub/"}


def test_a_new_entry_is_followed_and_says_where_it_was_found(run: Run, site: Loopback) -> None:
    serve(site, {"/pub/": listing("article", range(1, 5))})
    run("add", "--listing", site.url("/pub/"), "--source", "Agency")
    run("run")
    serve(site, {"/pub/": listing("article", range(5))})
    assert f"found      {site.url('/r/0')}, from {site.url('/pub/')}" in run("run", "--all").out
    rows = {row["url"]: row for row in run("pages", "--json").rows}
    assert rows[site.url("/r/0")]["found_on"] == site.url("/pub/")
    assert rows[site.url("/r/0")]["source"] == "Agency"
    assert f"Found on {site.url('/pub/')}" in run("log", site.url("/r/0")).out
    assert (rows[site.url("/pub/")]["role"], rows[site.url("/pub/")]["found_on"]) == ("listing", None)


def test_discover_says_what_is_followed_and_why_and_what_is_not(run: Run, site: Loopback) -> None:
    more = '<p>See <a href="https://other.example/report">the report of another agency</a> on threats.</p>'
    serve(site, {"/pub/": listing("li-date", range(4), more)})
    run("add", "--listing", site.url("/pub/"))
    run("run")
    rows = {row["url"]: row for row in run("discover", site.url("/pub/"), "--dry-run", "--json").rows}
    assert rows[site.url("/r/0")]["followed"] is True
    assert (rows[site.url("/news")]["followed"], rows[site.url("/news")]["why"]) == (False, "outside the document")
    assert rows["https://other.example/report"]["why"] == "on another host (other.example)"


def test_a_dry_run_needs_no_archive_and_writes_nothing(run: Run, site: Loopback, tmp_path: Path) -> None:
    serve(site, {"/pub/": listing("div", range(4))})
    rows = run("discover", site.url("/pub/"), "--dry-run", "--json").rows
    assert {row["url"] for row in rows if row["followed"]} == {site.url(f"/r/{number}") for number in range(4)}
    assert not (tmp_path / "archive.db").exists()


def test_discover_follows(run: Run, site: Loopback) -> None:
    serve(site, {"/pub/": listing("dl", range(4))})
    done = run("discover", site.url("/pub/"))
    assert done.code == 0, done
    assert "4 new pages" in done.text
    assert len(run("pages", "--json").rows) == 5


def test_the_newest_are_followed_if_there_are_more_than_the_bound(
    run: Run, site: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGEWITNESS_DISCOVER_MOST", "3")
    serve(site, {"/pub/": listing("li-date", range(6))})
    run("add", "--listing", site.url("/pub/"))
    run("run")
    assert followed(run, site) == {"/pub/", "/r/5", "/r/4", "/r/3"}
    why = {row["url"]: row["why"] for row in run("discover", site.url("/pub/"), "--dry-run", "--json").rows}
    assert "[discover] most" in why[site.url("/r/0")]


def test_a_page_that_somebody_unfollowed_stays_unfollowed(run: Run, site: Loopback) -> None:
    serve(site, {"/pub/": listing("li", range(4))})
    run("add", "--listing", site.url("/pub/"))
    run("run")
    run("unfollow", site.url("/r/1"))
    serve(site, {"/pub/": listing("li", range(5))})
    run("run", "--all")
    assert followed(run, site) == {"/pub/", "/r/0", "/r/2", "/r/3", "/r/4"}


def test_with_more_depth_what_is_listed_is_a_listing_too(
    run: Run, site: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGEWITNESS_DISCOVER_DEPTH", "2")
    years = "".join(item("li", year, f"/pub/{2020 + year}/") for year in range(3))
    inner = {f"/pub/{2020 + year}/": listing("li", range(3 * year, 3 * year + 3)) for year in range(3)}
    serve(site, {"/pub/": page("li", years), **inner})
    run("add", "--listing", site.url("/pub/"))
    run("run")
    assert followed(run, site) == {"/pub/", *inner, *(f"/r/{number}" for number in range(9))}


def test_what_robots_txt_forbids_is_not_followed(run: Run, site: Loopback) -> None:
    serve(site, {"/pub/": listing("li", range(3))})
    site.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /r/1\n", (("Content-Type", "text/plain"),))
    run("add", "--listing", site.url("/pub/"))
    assert run("run").code == 0
    assert followed(run, site) == {"/pub/", "/r/0", "/r/2"}


def test_the_links_of_a_source_decide_where_its_listings_lead(run: Run, site: Loopback, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "own.toml").write_text(
        f'country = "LT"\n[own]\n[[own.entries]]\nurl = "{site.url("/pub/")}"\nrole = "listing"\nverified = true\n'
        '[own.rules]\nlinks = ["/r/*", "files.example/*.pdf"]\n'
    )
    (tmp_path / "settings.toml").write_text("")
    monkeypatch.setenv("PAGEWITNESS_SETTINGS", str(tmp_path / "settings.toml"))
    other = '<li><a href="/other/1">Some other report</a></li><li><a href="https://files.example/a.pdf">A file elsewhere</a></li>'
    serve(site, {"/pub/": page("li", "".join(item("li", number) for number in range(3)) + other)})
    run("follow", "own")
    why = {row["url"]: (row["followed"], row["why"]) for row in run("discover", "own", "--dry-run", "--json").rows}
    assert why[site.url("/r/0")][0]
    assert why[site.url("/other/1")] == (False, "it matches none of the source's link patterns")
    assert why["https://files.example/a.pdf"][0]


def test_a_visit_that_changes_nothing_finds_nothing(run: Run, site: Loopback) -> None:
    serve(site, {"/pub/": listing("li", range(3))})
    run("add", "--listing", site.url("/pub/"))
    run("run")
    assert "found" not in run("run", "--all").out


def test_a_page_that_becomes_a_listing_later_leads_on_at_its_next_visit(run: Run, site: Loopback) -> None:
    serve(site, {"/pub/": listing("li", range(3))})
    run("add", site.url("/pub/"))
    run("run")
    assert "as a listing, was a page" in run("add", "--listing", site.url("/pub/")).text
    assert "3 new pages" in run("run").out


def test_an_error_page_in_place_of_a_listing_says_nothing_of_its_entries(run: Run, site: Loopback) -> None:
    serve(site, {"/pub/": listing("li", range(3))})
    run("add", "--listing", site.url("/pub/"))
    run("run")
    site.routes["/pub/"] = Reply(503, b"<p>Down</p>", (*HTML, ("Retry-After", "0")))
    run("run", site.url("/pub/"))
    rows = run("discover", site.url("/pub/"), "--dry-run", "--json").rows
    assert sum(row["followed"] for row in rows) == 3
