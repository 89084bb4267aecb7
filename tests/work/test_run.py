"""A run, from the command line to the history: a real server, real processes, one archive."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from helpers import (
    HTML,
    SENTENCES,
    check_presence,
    check_whole,
    command,
    environment,
    html,
    lines,
    pagewitness,
    read,
    reading,
)
from loopback import Handler, Loopback, Reply, network

from pagewitness.archive import times
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Answer, Outcome, Visit
from pagewitness.archive.search import alerts
from pagewitness.archive.store import agenda, chain, evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.views import history, listing
from pagewitness.scraper.net.fetch import Session, open_session
from pagewitness.scraper.net.robots import Robots
from pagewitness.scraper.work.schedule import Run
from pagewitness.scraper.work.visit import Context, Visited, finish, visit
from pagewitness.scraper.work.workers import Workers

UNLIKELY = html("Assessment", [*SENTENCES, "An attack on the port is unlikely."])
LIKELY = html("Assessment", [*SENTENCES, "An attack on the port is likely."])
ROBOTS = b"User-agent: *\nDisallow: /closed\n"
PATHS = ["/changing", "/etag", "/moved", "/gone", "/flaky", "/broken", "/closed", "/nonce"]


@dataclass
class Site:
    """A server, and what is done with an archive that follows it.

    Attributes:
        edition: what `/changing` says, `/gone` is, and so on.
        failures: how often `/flaky` still fails.
    """

    server: Loopback
    archive: Path
    edition: int = 1
    failures: int = 1
    runs: list[subprocess.CompletedProcess[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.routes |= {
            "/robots.txt": Reply(200, ROBOTS, (("Content-Type", "text/plain"),)),
            "/changing": lambda _: Reply(200, UNLIKELY if self.edition == 1 else LIKELY, HTML),
            "/etag": self._etag,
            "/moved": Reply(301, headers=(("Location", "/target"),)),
            "/target": Reply(200, html("Target"), HTML),
            "/gone": lambda _: Reply(200, html("Gone"), HTML) if self.edition == 1 else Reply(404, html("Not found", []), HTML),
            "/flaky": self._flaky,
            "/broken": Reply(500, b"<p>Oops</p>", (*HTML, ("Retry-After", "0"))),
            "/closed": Reply(200, UNLIKELY, HTML),
            "/nonce": lambda _: Reply(200, html("Nonce").replace(b"<p>", b"<script>%f</script><p>" % time.time(), 1), HTML),
        }  # fmt: skip

    def _etag(self, handler: Handler) -> Reply:
        known = handler.headers.get("If-None-Match") == '"1"'
        return Reply(304) if known else Reply(200, html("Tagged"), (*HTML, ("ETag", '"1"')))

    def _flaky(self, handler: Handler) -> Reply:
        if self.failures:
            self.failures -= 1
            return Reply(503, b"<p>Busy</p>", (*HTML, ("Retry-After", "0")))
        return Reply(200, html("Flaky"), HTML)

    def pw(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return pagewitness(self.archive, *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        self.runs.append(self.pw("run", *arguments))
        return self.runs[-1]

    def verdicts(self, path: str) -> list[tuple[str, int | None, str | None]]:
        """The results of the visits of a page."""
        rows = lines(self.pw("log", "--all", "--json", self.server.url(path)))
        return [(row["outcome"], row["status"], row["verdict"]) for row in rows if "visited_at" in row]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that was visited four times: at first, when nothing was due, after it changed, and unchanged."""
    with Loopback() as server:
        site = Site(server, tmp_path_factory.mktemp("run") / "archive.db")
        site.pw("add", *map(server.url, PATHS))
        site.run()
        site.run()
        site.edition = 2
        site.run("--all")
        site.run("--all")
        yield site


@pytest.mark.parametrize(
    ("path", "visits"),
    [
        ("/changing", [("captured", 200, "first"), ("captured", 200, "changed"), ("captured", 200, "unchanged")]),
        ("/etag", [("captured", 200, "first"), ("not-modified", 304, "unchanged"), ("not-modified", 304, "unchanged")]),
        ("/moved", [("captured", 200, "first"), ("captured", 200, "unchanged"), ("captured", 200, "unchanged")]),
        ("/gone", [("captured", 200, "first"), ("captured", 404, "suspect"), ("captured", 404, "suspect")]),
        ("/flaky", [("captured", 503, "suspect"), ("captured", 200, "first")] + [("captured", 200, "unchanged")] * 2),
        ("/broken", [("captured", 500, "suspect")] * 9),
        ("/closed", [("disallowed", None, None)] * 3),
        ("/nonce", [("captured", 200, "first"), ("captured", 200, "unchanged"), ("captured", 200, "unchanged")]),
    ],
)
def test_every_visit_is_on_record_with_its_verdict(site: Site, path: str, visits: list[Any]) -> None:
    """Also the ones that brought nothing new, and those that were repeated within a run."""
    assert site.verdicts(path) == visits


def test_a_run_says_what_is_new_and_lists_what_failed(site: Site) -> None:
    """And ends with exit code 1 because some pages failed."""
    first = site.runs[0]
    assert first.returncode == 1
    said = first.stdout.decode()
    assert "8 pages visited, 6 new revisions, 2 failed." in said
    [closed] = [line for line in said.splitlines() if "/closed" in line]
    [broken] = [line for line in said.splitlines() if "/broken" in line]
    assert closed.startswith("disallowed")
    assert "robots.txt" in closed
    assert "HTTP status 500" in broken
    assert not [line for line in first.stderr.decode().splitlines() if "pages, " not in line], "progress, at most"


def test_a_removed_page_is_no_failure(tmp_path: Path) -> None:
    """It is listed as removed, and the exit code is 0; a page that never was there is one."""
    with Loopback({"/": Reply(200, html("Here"), HTML)}) as server:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", server.url("/"))
        assert pagewitness(file, "run").returncode == 0
        server.routes["/"] = Reply(404, b"", HTML)
        done = pagewitness(file, "run", "--all")
        assert (done.returncode, b"removed" in done.stdout, b"0 failed, 1 removed." in done.stdout) == (0, True, True)
        pagewitness(file, "add", server.url("/never"))
        done = pagewitness(file, "run", server.url("/never"))
        assert (done.returncode, b"HTTP status 404" in done.stdout) == (1, True)


def test_a_quiet_run_prints_what_is_new_or_wrong_and_nothing_else(tmp_path: Path) -> None:
    """For cron, which mails what is printed: a page that was removed is news once, and no failure."""
    with Loopback({"/": Reply(200, html("Here"), HTML), "/other": Reply(200, UNLIKELY, HTML)}) as server:
        file = tmp_path / "archive.db"

        def quiet() -> tuple[int, list[str]]:
            done = pagewitness(file, "run", "--all", "--quiet")
            assert done.stderr == b""
            return done.returncode, [line.split()[0] for line in done.stdout.decode().splitlines()]

        assert pagewitness(file, "add", server.url("/"), server.url("/other")).returncode == 0
        assert quiet() == (0, ["first", "first", "2"])
        assert quiet() == (0, [])
        done = pagewitness(file, "run", "--quiet")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        server.routes["/"] = Reply(404, b"", HTML)
        assert quiet() == (0, ["removed", "2"])
        assert quiet() == (0, [])
        server.routes["/other"] = Reply(200, LIKELY, HTML)
        assert quiet() == (0, ["changed", "2"])
        server.routes["/other"] = Reply(500, b"", (*HTML, ("Retry-After", "0")))
        assert quiet() == (1, ["failed", "2"])


def test_a_run_in_json_has_an_object_for_each_visit(tmp_path: Path) -> None:
    """With its outcome, status, verdict or state, and revision; with --quiet only for those that are new or wrong."""
    with Loopback({"/": Reply(200, html("Here"), HTML), "/other": Reply(200, UNLIKELY, HTML)}) as server:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", server.url("/"), server.url("/other"))
        first = {row["url"]: row for row in lines(pagewitness(file, "run", "--json"))}
        assert first[server.url("/")] == {
            "url": server.url("/"), "source": server.url("/")[7:-1], "outcome": "captured", "status": 200, "verdict": "first",
            "state": None, "reason": None, "revision": 1, "new_revisions": 1, "failed": False, "moved_to": None, "twin": None,
            "found": [],
        }  # fmt: skip
        assert lines(pagewitness(file, "run", "--json")) == []
        server.routes["/"] = Reply(404, b"", HTML)
        rows = {row["url"]: row for row in lines(pagewitness(file, "run", "--all", "--json"))}
        assert [rows[server.url("/")][key] for key in ("status", "state", "revision", "failed")] == [
            404,
            "removed",
            1,
            False,
        ]
        assert rows[server.url("/other")]["verdict"] == "unchanged"
        with open_archive(str(file)) as db:
            alerts.add_alert(db, "port", '"port is likely"', times.now())
        server.routes["/other"] = Reply(200, LIKELY, HTML)
        visit, alert = lines(pagewitness(file, "run", "--all", "--json", "--quiet"))
        assert (visit["url"], visit["verdict"], visit["revision"]) == (server.url("/other"), "changed", 2)
        assert alert == {"url": server.url("/other"), "outcome": None, "alert": "port", "matches": True}


def test_a_second_run_finds_nothing_due(site: Site) -> None:
    """Exit code 0: no page failed in it."""
    assert (site.runs[1].returncode, site.runs[1].stdout[:14]) == (0, b"No page is due")


def test_run_all_visits_what_is_not_due_too(site: Site) -> None:
    """And says about a change what it is."""
    said = site.runs[2].stdout.decode()
    [changed] = [line for line in said.splitlines() if "/changing" in line]
    assert changed.startswith("changed")
    assert "revision 2" in changed
    assert "8 pages visited, 1 new revision" in said
    assert "/changing" not in site.runs[3].stdout.decode()


def test_a_closed_page_is_never_asked_for(site: Site) -> None:
    """And robots.txt is asked for once a day."""
    assert "/closed" not in site.server.paths
    assert site.server.paths.count("/robots.txt") == 1


def test_robots_is_asked_for_once_its_address_is_allowed(tmp_path: Path) -> None:
    """The first visit is refused by our settings, so nothing is known of the site's rules yet."""
    file = tmp_path / "archive.db"
    with Loopback({"/robots.txt": Reply(200, ROBOTS), "/closed": Reply(200, UNLIKELY, HTML)}) as server:
        pagewitness(file, "add", server.url("/closed"))
        refused = pagewitness(file, "run", env=environment() | {"PAGEWITNESS_NETWORK_ALLOW": ""})
        assert b"not public" in refused.stdout
        allowed = pagewitness(file, "run", "--all")
        assert b"disallowed" in allowed.stdout
        assert server.paths == ["/robots.txt"]


def test_the_states_of_the_pages(site: Site) -> None:
    """As `pages` tells them."""
    rows = {row["url"]: row for row in lines(site.pw("pages", "--json"))}
    states = {path: rows[site.server.url(path)]["state"] for path in PATHS}
    assert states == {
        "/changing": "followed", "/etag": "followed", "/moved": "followed", "/gone": "removed", "/flaky": "followed",
        "/broken": "suspect", "/closed": "disallowed", "/nonce": "followed",
    }  # fmt: skip
    assert rows[site.server.url("/broken")]["failures"] == 3
    assert rows[site.server.url("/flaky")]["failures"] == 0


def test_a_removed_page_keeps_what_it_said(site: Site) -> None:
    """A 404 is no revision."""
    [row] = lines(site.pw("show", site.server.url("/gone"), "--json"))
    assert row["number"] == 1
    assert row["title"] == "Gone"


def test_the_bytes_of_each_answer_are_kept(site: Site) -> None:
    """As they came."""
    assert site.pw("show", site.server.url("/changing") + "@1", "--raw").stdout == UNLIKELY
    assert site.pw("show", site.server.url("/changing") + "@2", "--raw").stdout == LIKELY


def test_a_304_extends_when_the_revision_was_seen(site: Site) -> None:
    """Like any other observation."""
    [revision] = lines(site.pw("log", "--json", site.server.url("/etag")))
    visits = [row for row in lines(site.pw("log", "--all", "--json", site.server.url("/etag"))) if "visited_at" in row]
    assert revision["last_seen_at"] == visits[-1]["visited_at"]


def test_an_archive_after_some_runs_is_whole(site: Site) -> None:
    """The file, its indexes, and the presence of each page; nothing waits, and no host is leased."""
    with open_archive(str(site.archive)) as db:
        check_whole(db)
        for path in PATHS:
            check_presence(db, evidence.known_page(db, site.server.url(path)))
        assert db.value("select count(*) from fold_queue") == 0
        assert db.value("select count(*) from hosts where claimed_by is not null") == 0


# --- by themselves ----------------------------------------------------------------------------------------------------


def test_run_visits_the_pages_that_are_named(tmp_path: Path) -> None:
    """Due or not, and no others."""
    with Loopback({"/one": Reply(200, html("One"), HTML), "/two": Reply(200, html("Two"), HTML)}) as server:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", server.url("/one"), server.url("/two"))
        with open_archive(str(file)) as db:
            db.execute("update pages set due_at = '2099-01-01T00:00:00.000000Z'")
        done = pagewitness(file, "run", "/two")
        assert (done.returncode, b"1 page visited" in done.stdout) == (0, True)
        assert server.paths == ["/robots.txt", "/two"]


def test_run_says_when_something_is_due_again(tmp_path: Path) -> None:
    """And that nothing is followed, where that is so."""
    file = tmp_path / "archive.db"
    with open_archive(str(file), create=True) as db:
        assert b"You follow no pages: `pagewitness add URL`" in pagewitness(file, "run").stdout
        soon = times.later(times.now(), 3600)
        agenda.follow(db, ["https://example.org/"], None, 86400, soon)
    done = pagewitness(file, "run")
    assert (done.returncode, f"No page is due before {times.short(soon)} UTC" in done.stdout.decode()) == (0, True)


def test_a_private_address_is_refused_unless_the_settings_allow_it(tmp_path: Path) -> None:
    """On record as refused, listed, exit code 1; the server hears nothing."""
    with Loopback({"/": Reply(200, html("Private"), HTML)}) as server:
        file = tmp_path / "archive.db"
        strict = environment()
        del strict["PAGEWITNESS_NETWORK_ALLOW"]
        pagewitness(file, "add", server.url("/"))
        done = pagewitness(file, "run", env=strict)
        assert done.returncode == 1
        assert b"refused" in done.stdout
        assert b"[network] allow" in done.stdout
        assert f"`pagewitness run {server.url('/')}` tries again at once".encode() in done.stdout
        assert server.requests == []
        [visit] = lines(pagewitness(file, "log", "--all", "--json", server.url("/")))
        assert (visit["outcome"], visit["verdict"]) == ("refused", None)


def test_ctrl_c_ends_a_run_that_waits_for_a_slow_server(tmp_path: Path) -> None:
    """At once, with one sentence and exit code 130; what was seen is kept, and the next run continues."""
    asked, answer = threading.Event(), threading.Event()

    def slow(handler: Handler) -> Reply:
        asked.set()
        answer.wait(30)
        return Reply(200, html("Slow"), HTML)

    with Loopback({"/a": Reply(200, html("Quick"), HTML), "/b": slow}) as server:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", server.url("/a"), server.url("/b"))
        run = subprocess.Popen(
            command(file, "run"),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert asked.wait(30)
        began = time.monotonic()
        os.killpg(run.pid, signal.SIGINT)
        try:
            _, error = run.communicate(timeout=20)
        finally:
            run.kill()
            answer.set()
        assert time.monotonic() - began < 5
        assert run.returncode == 130
        # On a slow machine there may be progress; there are no errors.
        assert [line for line in error.decode().splitlines() if line and not line.endswith("/s")] == [
            "pagewitness: Interrupted. What was captured so far is kept; the next run continues."
        ]
        with open_archive(str(file)) as db:
            check_whole(db)
            assert db.value("select count(*) from hosts where claimed_by is not null") == 0
            assert db.value("select count(*) from revisions") == 1
        assert b"1 page visited, 1 new revision" in pagewitness(file, "run").stdout


def test_a_damaged_capture_is_listed_and_the_run_goes_on(tmp_path: Path) -> None:
    """Exit code 5; the pages are visited all the same, also the one that it is of."""
    with Loopback({"/one": Reply(200, html("One"), HTML), "/two": Reply(200, html("Two"), HTML)}) as server:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", server.url("/one"), server.url("/two"))
        with open_archive(str(file)) as db:  # as after a kill between keeping and reading, and a bad disk
            page = evidence.known_page(db, server.url("/one"))
            evidence.keep(db, Visit(page, "run", "2024-01-01T00:00:00.000000Z"), Answer(page.url, 200, HTML, UNLIKELY))
            digest = db.value("select digest from bodies")
            db.execute("update frames set data = x'00'")
        done = pagewitness(file, "run")
        assert done.returncode == 5
        assert b"Traceback" not in done.stderr
        assert [line for line in done.stdout.decode().splitlines() if line.startswith("damaged")] == [
            f"damaged    {page.url}: capture 1 is damaged (SHA-256 {digest} expected): restore it from a backup"
        ]
        assert b"2 pages visited, 2 new revisions, 0 failed." in done.stdout


def test_a_run_after_an_upgrade_tells_of_no_difference_but_the_pages_own(tmp_path: Path) -> None:
    """Neither those who subscribe nor alerts; the page's own change is reported as ever."""
    with Loopback({"/same": Reply(200, UNLIKELY, HTML), "/other": Reply(200, LIKELY, HTML)}) as server:
        file = tmp_path / "archive.db"
        pagewitness(file, "add", server.url("/same"), server.url("/other"))
        full = ["# Assessment", *(one.format("Assessment") for one in SENTENCES), "An attack on the port is unlikely."]
        with open_archive(str(file)) as db:  # an older cleaner took but one sentence of the first for the document
            for path, text in (("/same", full[-1:]), ("/other", full)):
                page = evidence.known_page(db, server.url(path))
                capture = evidence.keep(
                    db, Visit(page, "import", "2024-01-01T00:00:00Z"), Answer(page.url, 200, HTML, UNLIKELY)
                )
                assert capture is not None
                read(db, capture, reading(text, cleaner="old"))
                derivation.derive(db, page, "old")
            alerts.add_alert(db, "supply", "chains", times.now())
            alerts.add_alert(db, "port", '"port is likely"', times.now())
        done = pagewitness(file, "run")
        assert done.returncode == 0
        said = [line for line in done.stdout.decode().splitlines() if line.startswith("alert")]
        assert said == ["alert port: 1 new page matches, 0 no longer match."]
        with open_archive(str(file)) as db:
            rows = db.rows(
                "select url, notified_at is not null from notifications join pages on pages.id = page_id where notified_at <> ''"
            )
            assert [tuple(row) for row in rows] == [(server.url("/other"), 1)]
            assert [row["pages"] for row in alerts.all_alerts(db)] == [1, 2]


def test_what_fails_while_an_answer_is_read_leaves_it_kept(
    db: Sqlite, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are safe before anything can fail on them."""
    with Loopback({"/": Reply(200, html("One"), HTML)}) as server, Workers(1, 20, 1024) as workers:
        [(page, _)] = agenda.follow(db, [server.url("/")], None, 86400, times.now())
        monkeypatch.setattr(derivation, "derive", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            visit(Context(db, session, workers), page, Robots(server.origin, times.now(), 404, ""))
    assert [row["outcome"] for row in history.visits(db, page)] == ["captured"]


def test_a_far_text_waits_until_it_is_confirmed(db: Sqlite) -> None:
    """It is looked at again within the hour, and dated when it was first shown."""
    texts = [html("Report"), *[html("Weather", ["Rain falls on the coast until noon, and then the sun returns."])] * 3]
    visited: list[Visited] = []

    def visit() -> tuple[object, str | None]:
        agenda.hasten(db, None, times.now())
        Run(db, session, workers, 0.0, 0, 1, visited.append).go()
        [row] = listing.page_rows(db, times.now())
        return visited[-1].derived.verdict, row["pending"]

    with (
        Loopback({"/": lambda _: Reply(200, texts.pop(0), HTML)}) as server,
        open_session(network()) as session,
        Workers(1, 20, 1024) as workers,
    ):
        [(page, _)] = agenda.follow(db, [server.url("/")], None, 86400, times.now())
        assert visit() == ("first", None)
        verdict, since = visit()
        assert (verdict, since) == ("pending", history.visits(db, page)[1]["visited_at"])
        due = evidence.page(db, page.id).due_at
        assert due is not None
        assert due < times.later(times.now(), 3601)
        assert visit() == ("pending", since)
        assert visit() == ("unchanged", None)
    assert [one.captured_at for one in history.revisions(db, page)][1:] == [since]
    assert [row["verdict"] for row in history.visits(db, page)] == ["first", "changed", "unchanged", "unchanged"]


def test_a_source_has_requests_of_its_own(tmp_path: Path) -> None:
    """Its languages, and the headers and the cookie that the settings name; other pages get none of them."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "cookie").write_text("gate=open\n")
    settings = tmp_path / "settings.toml"
    settings.write_text('[sources.office]\ncookie_file = "cookie"\n[sources.office.headers]\nX-Archive = "ours"\n')
    with (
        Loopback({"/": Reply(200, html("One"), HTML)}) as server,
        Loopback({"/": Reply(200, html("Two"), HTML)}) as other,
    ):
        (tmp_path / "sources" / "own.toml").write_text(
            f'country = "LT"\n[office]\nlanguages = ["lt", "ru"]\n[[office.entries]]\nurl = "{server.url()}"\nverified = true\n'
        )
        file, environ = tmp_path / "archive.db", environment(PAGEWITNESS_SETTINGS=str(settings))
        assert pagewitness(file, "follow", "office", env=environ).returncode == 0
        assert pagewitness(file, "add", other.url(), env=environ).returncode == 0
        done = pagewitness(file, "run", env=environ)
        assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0)
        [page] = [request.headers for request in server.requests if request.path == "/"]
        [foreign] = [request.headers for request in other.requests if request.path == "/"]
    assert (page["Accept-Language"], page["X-Archive"], page["Cookie"]) == (
        "lt, ru;q=0.9, en;q=0.8",
        "ours",
        "gate=open",
    )
    assert foreign["Accept-Language"] is foreign["X-Archive"] is foreign["Cookie"] is None
    shown = pagewitness(file, "config", env=environ).stdout.decode()
    assert "The pages of office are asked for with X-Archive," in shown
    assert "gate=open" not in shown


def test_each_visit_of_a_run_stores_its_request_and_who_answered(tmp_path: Path) -> None:
    """A 200, a 304 and a refused connection: what was sent, to which address; and nothing where nothing was asked."""

    def tagged(handler: Handler) -> Reply:
        known = handler.headers.get("If-None-Match") == '"1"'
        return Reply(304) if known else Reply(200, html("Tagged"), (*HTML, ("ETag", '"1"')))

    robots = Reply(200, b"User-agent: *\nDisallow: /closed\n")
    with Loopback({"/": tagged, "/closed": tagged, "/robots.txt": robots}) as server:
        file, port = tmp_path / "archive.db", server.server_port
        assert pagewitness(file, "add", server.url(), server.url("/closed")).returncode == 0
        for _ in range(2):
            assert b"Traceback" not in pagewitness(file, "run", server.url()).stderr
        pagewitness(file, "run", server.url("/closed"))
    pagewitness(file, "run", server.url())  # its robots.txt is still fresh
    with closing(open_archive(str(file))) as db:
        found = db.rows(
            """select outcome, exchange from visits left join exchanges on exchanges.id = exchange_id
               where writer = 'run' order by visits.id"""
        )
        assert not list(chain.broken(db, "run"))
    outcomes = [row["outcome"] for row in found]
    exchanges = [json.loads(row["exchange"]) if row["exchange"] else None for row in found]
    retries = ["failed"] * (len(found) - 3)
    assert outcomes == ["captured", "not-modified", "disallowed", *retries]
    assert retries
    captured, unchanged, disallowed, *refused = exchanges
    assert disallowed is None
    assert captured
    assert unchanged
    for exchange in (captured, unchanged):
        assert (exchange["address"], exchange["port"], exchange["http_version"]) == ("127.0.0.1", port, "1.1")
        assert "User-Agent" in dict(exchange["request_headers"])
    assert "If-None-Match" not in dict(captured["request_headers"])
    assert dict(unchanged["request_headers"])["If-None-Match"] == '"1"'
    assert refused == [{"method": "GET", "address": "127.0.0.1", "port": port}] * len(retries)


def test_headers_for_a_source_that_there_is_not_are_told(tmp_path: Path) -> None:
    """As are secrets that can't be read: before anything is fetched, exit code 2."""
    settings = tmp_path / "settings.toml"
    with Loopback({"/": Reply(200, html("One"), HTML)}) as server:
        file, environ = tmp_path / "archive.db", environment(PAGEWITNESS_SETTINGS=str(settings))
        settings.write_text("")
        pagewitness(file, "add", server.url(), env=environ)
        for text, said in (
            ('[sources.vsdd.headers]\nX = "1"\n', "[sources.vsdd], but there is no such source; did you mean 'vsd'?"),
            ('[sources.vsd]\ncookie_file = "none"\n', f"{tmp_path / 'none'}, which [sources] names, can't be read"),
            ('[network]\nca_bundle = "none.pem"\n', f"{tmp_path / 'none.pem'}"),
        ):
            settings.write_text(text)
            done = pagewitness(file, "run", env=environ)
            assert (done.returncode, done.stdout) == (2, b"")
            assert said in done.stderr.decode()
            assert len(done.stderr.decode().splitlines()) == 1
        assert server.requests == []


def test_config_never_shows_a_password(tmp_path: Path) -> None:
    """Of a proxy or an archive; and it says what a proxy keeps from being checked."""
    environ = environment(
        PAGEWITNESS_NETWORK_PROXY="http://ann:hush@proxy.example:3128",
        PAGEWITNESS_ARCHIVE_PATH="postgresql://ann:hush@db.example/archive",
    )
    for arguments in (("config",), ("config", "--json")):
        shown = pagewitness("postgresql://ann:hush@db.example/other", *arguments, env=environ).stdout.decode()
        assert "http://…@proxy.example:3128" in shown
        assert "postgresql://…@db.example/other" in shown
        assert "hush" not in shown
    shown = pagewitness(tmp_path / "archive.db", "config", env=environ).stdout.decode()
    assert "checked only if its name can be resolved on this machine" in shown


@pytest.mark.parametrize(("days", "asked"), [(0.0, True), (6.99, True), (7.01, False), (30.0, False)])
def test_once_a_week_a_page_is_asked_for_without_validators(
    db: Sqlite, session: Session, days: float, asked: bool
) -> None:
    """A server may claim for ever that nothing changed: after seven days it has to show the page."""
    validators = (("ETag", '"1"'), ("Last-Modified", "Mon, 02 Nov 2026 10:00:00 GMT"))
    with Loopback({"/": Reply(304)}) as server, Workers(1, 20, 1024) as workers:
        [(page, _)] = agenda.follow(db, [server.url("/")], None, 86400, times.now())
        at = times.later(times.now(), -days * 86400)
        capture = evidence.keep(db, Visit(page, "run", at), Answer(page.url, 200, (*HTML, *validators), UNLIKELY))
        assert capture is not None
        finish(db, workers)
        visited = visit(Context(db, session, workers), page, Robots(server.origin, times.now(), 404, ""))
        [request] = server.requests
    assert (request.headers["If-None-Match"], request.headers["If-Modified-Since"]) == (
        ('"1"', "Mon, 02 Nov 2026 10:00:00 GMT") if asked else (None, None)
    )
    assert visited.outcome is (Outcome.NOT_MODIFIED if asked else Outcome.FAILED)


@pytest.mark.parametrize(
    ("status", "retry_after", "attempt", "pause"),
    [
        (503, None, 0, 2.0),
        (503, None, 1, 4.0),
        (503, None, 2, None),
        (503, "7", 0, 7.0),
        (503, "0", 1, 0.0),
        (503, "30", 0, 30.0),
        (503, "31", 0, None),
        (429, "7", 0, 7.0),
        (404, "7", 0, None),
        (200, "7", 0, None),
    ],
)
def test_the_patience_with_retry_after(
    db: Sqlite, session: Session, status: int, retry_after: str | None, attempt: int, pause: float | None
) -> None:
    """Half a minute at most within a run; what a server asks for counts for statuses that may pass, and for no others."""
    headers = (*HTML, *([("Retry-After", retry_after)] if retry_after else []))
    with Loopback({"/": Reply(status, UNLIKELY, headers)}) as server, Workers(1, 20, 1024) as workers:
        [(page, _)] = agenda.follow(db, [server.url("/")], None, 86400, times.now())
        visited = visit(Context(db, session, workers), page, Robots(server.origin, times.now(), 404, ""))
        run = Run(db, session, workers, 0.0, 2, 1, lambda _: None)
    passing = status in (429, 503)
    assert (visited.passing, visited.wait) == (passing, float(retry_after) if retry_after and passing else None)
    assert run._patience(visited, attempt) == pause
