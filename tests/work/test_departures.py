"""What a run says about pages that leave their address, are kept from us, or lead on by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import HTML, SENTENCES, html, lines, pagewitness
from loopback import Loopback, Reply

THREATS, WEATHER = html("Threats"), html("Weather", ["Rain falls on the coast until noon, and then the sun returns."])
STUB = b"<html lang=fi><title>Threats</title><meta http-equiv=refresh content='3;URL=/new'><p>Sivu on siirretty."
SCRIPT = b"<html lang=fi><title>Threats</title><script>location.replace('/new')</script><p>Sivu on siirretty."
TO = "Location"
# Where each page is on the second day: the answer, its state, and the beginning of what the run says about it.
LATER = {
    "/same": (Reply(301, headers=((TO, "/new"),)), "moved", "→ {0}/new; the text is the same"),
    "/other": (Reply(301, headers=((TO, "/weather"),)), "moved", "it redirects to another address, {0}/weather; what it said is kept"),
    "/leaflet": (Reply(302, headers=((TO, "/"),)), "removed", "it redirects to the home page, {0}/; what it said is kept"),
    "/reports/threats": (Reply(301, headers=((TO, "/reports"),)), "removed", "it redirects to its section, {0}/reports"),
    "/gone": (Reply(410, b"Gone", HTML), "removed", "HTTP status 410; what it said is kept"),
    "/waf": (Reply(404, b"No", (*HTML, ("Server", "AkamaiGHost"))), "blocked", "HTTP status 404 by Akamai, not by the site"),
    "/challenge": (Reply(202, b"", (*HTML, ("x-amzn-waf-action", "challenge"))), "blocked", "HTTP status 202 by AWS WAF"),
    "/stub": (Reply(200, STUB, HTML), "moved", "→ {0}/new; the text is the same"),
    "/header": (Reply(200, b"Moved", (*HTML, ("Refresh", "0; url=/new"))), "moved", "→ {0}/new; the text is the same"),
    "/script": (Reply(200, SCRIPT, HTML), "suspect", "it only leads on, by a script"),
    "/variant": (Reply(200, html("Grėsmės", ["Lietuvos saugumui kyla grėsmių iš kelių pusių vienu metu."] * 3)
                       .replace(b"lang=en", b"lang=lt"), HTML), "followed", "it is in another language (lt, not en)"),
}  # fmt: skip


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Loopback, Path, str, int]]:
    """A site on its second day: the server, the archive, and what the run printed, with its exit code."""
    routes = {path: Reply(200, THREATS, HTML) for path in LATER}
    routes |= {"/new": Reply(200, THREATS, HTML), "/weather": Reply(200, WEATHER, HTML)}
    routes |= {path: Reply(200, html("Welcome", SENTENCES[:1]), HTML) for path in ("/", "/reports")}
    with Loopback(routes) as server:
        file = tmp_path_factory.mktemp("departures") / "archive.db"
        pagewitness(file, "add", *map(server.url, LATER))
        assert pagewitness(file, "run").returncode == 0
        server.routes |= {path: reply for path, (reply, _, _) in LATER.items()}
        done = pagewitness(file, "run", "--all")
        yield server, file, done.stdout.decode(), done.returncode


def test_a_run_says_what_became_of_each_page(second: tuple[Loopback, Path, str, int]) -> None:
    """None of it is a new text; what is blocked counts as failed."""
    server, _, out, code = second
    said = {line.split()[1].rstrip(":"): line for line in out.splitlines() if server.url("/") in line}
    for path, (_, _, expected) in LATER.items():
        assert expected.format(server.url("")) in said[server.url(path)], path
    assert code == 1
    assert "0 new revisions, 2 failed, 2 of them blocked, 3 removed, 1 moved, 1 in another language, 1 suspect." in (
        " ".join(out.split())
    )


def test_pages_tells_the_same_states(second: tuple[Loopback, Path, str, int]) -> None:
    server, file, _, _ = second
    rows = {row["url"]: row for row in lines(pagewitness(file, "pages", "--json"))}
    assert {path: rows[server.url(path)]["state"] for path in LATER} == {
        path: state for path, (_, state, _) in LATER.items()
    }
    assert rows[server.url("/same")]["moved_to"] == rows[server.url("/stub")]["moved_to"] == server.url("/new")
    assert rows[server.url("/variant")]["variant"] == "lt"
    assert {row["revisions"] for row in rows.values()} == {1}


def test_log_and_show_tell_it_too(second: tuple[Loopback, Path, str, int]) -> None:
    server, file, _, _ = second
    said = {
        path: pagewitness(file, "log", server.url(path)).stdout.decode()
        for path in ("/same", "/other", "/leaflet", "/waf")
    }
    assert f"to {server.url('/new')} (301); its history continues there" in said["/same"]
    assert f"to {server.url('/weather')} (301); another text is there" in said["/other"]
    assert "(current until moved)" in said["/other"]
    assert f"(302 to {server.url('/')})" in said["/leaflet"]
    assert "(HTTP status 404 by Akamai, not by the site): we don't know what the page shows" in said["/waf"]
    shown = " ".join(pagewitness(file, "show", server.url("/other")).stdout.decode().split())
    assert f"the page has moved to {server.url('/weather')} since" in shown
    [variant] = [
        row for row in lines(pagewitness(file, "log", "--all", "--json", server.url("/variant"))) if row.get("state")
    ]
    assert (variant["state"], variant["verdict"]) == ("variant", "pending")


def test_a_run_says_once_that_a_page_is_gone_or_elsewhere(second: tuple[Loopback, Path, str, int]) -> None:
    """From then on the summary counts it. Who keeps us out is named each time: that is a failure."""
    server, file, _, _ = second
    out = pagewitness(file, "run", "--all").stdout.decode()
    named = {path for path in LATER if f"{server.url(path)}:" in out or f"{server.url(path)} " in out}
    assert named == {"/waf", "/challenge", "/script"}
    assert "0 new revisions, 2 failed, 2 of them blocked, 3 removed, 1 moved, 1 in another language, 1 suspect." in out
    server.routes["/other"] = Reply(301, headers=((TO, "/leaflet-of-weather"),))
    server.routes["/leaflet-of-weather"] = Reply(200, WEATHER, HTML)
    out = pagewitness(file, "run", server.url("/other")).stdout.decode()
    assert f"it redirects to another address, {server.url('/leaflet-of-weather')}" in out


def test_a_source_can_be_visited_alone(tmp_path: Path) -> None:
    """By its exact name, all of its followed pages; due or not."""
    with Loopback({f"/{name}": Reply(200, THREATS, HTML) for name in "abc"}) as server:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", "--source", "Harbour Office", server.url("/a"), server.url("/b"))
        pagewitness(file, "add", "--source", "Weather Office", server.url("/c"))
        for _ in range(2):
            assert "2 pages visited" in pagewitness(file, "run", "Harbour Office").stdout.decode()
        assert pagewitness(file, "run", "Harbor Office").returncode == 3
        assert "1 page visited" in pagewitness(file, "run").stdout.decode(), "the other source is still due"


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_to_a_page_that_is_followed_itself_is_said(tmp_path: Path, status: int) -> None:
    """By the run that finds it, once, and by `log`: the same text is captured twice."""
    with Loopback({"/old": Reply(200, THREATS, HTML), "/new": Reply(200, THREATS, HTML)}) as server:
        file, old, new = tmp_path / "archive.db", server.url("/old"), server.url("/new")
        pagewitness(file, "add", old, new)
        assert "too" not in pagewitness(file, "run").stdout.decode()
        server.routes["/old"] = Reply(status, headers=((TO, "/new"),))
        out = pagewitness(file, "run", "--all").stdout.decode()
        assert f"{old} → {new}" in out
        assert f"; you follow {new}, too\n" in out
        assert "too" not in pagewitness(file, "run", "--all").stdout.decode()
        excluded = pagewitness(file, "run", "--all", old)
        assert (excluded.returncode, excluded.stdout) == (2, b"")
        assert b"exclude each other" in excluded.stderr
        assert f"It redirects to {new}, which is followed, too." in " ".join(
            pagewitness(file, "log", old).stdout.decode().split()
        )
        pagewitness(file, "unfollow", new)
        assert "too" not in pagewitness(file, "log", old).stdout.decode()


def test_a_removed_page_that_redirects_to_a_followed_one_is_named_once(tmp_path: Path) -> None:
    """`log` says with which statuses the site said that it is gone."""
    with Loopback({"/news/old": Reply(200, THREATS, HTML), "/": Reply(200, WEATHER, HTML)}) as server:
        file, old, home = tmp_path / "archive.db", server.url("/news/old"), server.url("/")
        pagewitness(file, "add", old, home)
        pagewitness(file, "run")
        server.routes["/news/old"] = Reply(404, b"<p>Not found.</p>", HTML)
        assert f"removed    {old}" in pagewitness(file, "run", "--all").stdout.decode()
        server.routes["/news/old"] = Reply(301, headers=((TO, "/"),))
        assert f"; you follow {home}, too\n" in pagewitness(file, "run", "--all").stdout.decode()
        assert "redirected" not in pagewitness(file, "run", "--all").stdout.decode()
        said = " ".join(pagewitness(file, "log", old).stdout.decode().split())
        assert f"(404, now 301 to {home}, absent in 3 visits" in said
