"""Several processes on one archive at once: nobody gets the message that it is locked, and nothing is done twice."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
from collections import Counter
from pathlib import Path

import pytest
from helpers import HTML, SENTENCES, check_presence, check_whole, command, environment, html, pagewitness, warc
from loopback import Handler, Loopback, Reply, network

from pagewitness.archive import times
from pagewitness.archive.store import agenda, evidence, holders, leases
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.views import history
from pagewitness.scraper.net.fetch import open_session
from pagewitness.scraper.work import schedule
from pagewitness.scraper.work.schedule import Run
from pagewitness.scraper.work.visit import Visited
from pagewitness.scraper.work.workers import Workers

PATHS = [f"/{number}" for number in range(8)]


def page(path: str, edition: str) -> bytes:
    return html(f"Assessment {path}", [*SENTENCES, f"An attack on the port is {edition}."], topic=f"region {path}")


def test_two_runs_and_an_import_work_on_one_archive_at_once(tmp_path: Path) -> None:
    """None of them fails, each page is visited exactly once, and the history is whole."""
    routes = {path: Reply(200, page(path, "likely"), HTML) for path in PATHS}
    with Loopback(routes) as one, Loopback(routes) as two, Loopback(routes) as three:
        file = tmp_path / "archive.db"
        urls = [site.url(path) for site in (one, two, three) for path in PATHS]
        pagewitness(file, "add", *urls)
        old = [
            {"url": url, "at": f"2023-01-01T00:00:{number:02}Z", "body": page(url[-2:], "unlikely")}
            for number, url in enumerate(urls)
        ]
        (tmp_path / "old.warc.gz").write_bytes(warc(old))
        started = [
            subprocess.Popen(
                command(file, *arguments), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for arguments in (["run"], ["run"], ["import", str(tmp_path / "old.warc.gz")])
        ]
        said = [process.communicate(timeout=60) for process in started]
        assert [process.returncode for process in started] == [0] * 3, said
        # On a slow machine there may be progress; there are no errors.
        assert not [error for _, error in said if re.sub(r"^[\d,]+ .*/s\n", "", error, flags=re.MULTILINE)], said
        asked = Counter(site.url(path) for site in (one, two, three) for path in site.paths if path != "/robots.txt")
        assert asked == Counter(urls)
    with open_archive(str(file)) as db:
        check_whole(db)
        assert {tuple(row) for row in db.rows("select writer, count(*) from visits group by page_id, writer")} == {
            ("run", 1), ("import", 1)
        }  # fmt: skip
        assert db.value("select count(*) from fold_queue") == 0
        told = db.rows("select count(notified_at) from notifications group by page_id")
        assert [row[0] for row in told] == [1] * len(urls), "each page has news once"
        for url in urls:
            check_presence(db, evidence.known_page(db, url))
            revisions = history.revisions(db, evidence.known_page(db, url))
            assert [(revision.number, revision.captured_at[:4] == "2023") for revision in revisions] == [
                (1, True),
                (2, False),
            ]


class Site:
    """A server of some pages, and an archive that follows them, for runs within this process."""

    def __init__(self, db: Sqlite, server: Loopback) -> None:
        self.db, self.server = db, server
        self.visited: list[Visited] = []
        agenda.follow(db, [server.url(path) for path in PATHS[:3]], None, 86400, times.now())

    def run(self, db: Sqlite | None = None, threads: int = 2, lease: float = leases.LEASE_SECONDS) -> None:
        with open_session(network()) as session, Workers(1, 20, 1024) as workers:
            Run(db or self.db, session, workers, 0.0, 0, threads, self.visited.append, lease=lease).go()


def test_the_host_of_a_process_that_died_is_visited_at_once(db: Sqlite) -> None:
    """Its lease had minutes to go."""
    with Loopback({path: Reply(404) for path in PATHS}) as server:
        site = Site(db, server)
        dead = subprocess.Popen(["true"])
        dead.wait()
        holder = f"{socket.gethostname()} {dead.pid} 1"
        assert leases.claim_host(db, times.now(), times.now(), holder) is not None
        site.run()
        assert len(site.visited) == 3


def test_a_host_that_is_free_in_years_does_not_hang_a_run(db: Sqlite) -> None:
    """A clock was wrong when that was written down: it is visited after its usual pause."""
    with Loopback({path: Reply(404) for path in PATHS}) as server:
        site = Site(db, server)
        site.run()
        db.execute("update hosts set free_at = '9999-01-01T00:00:00.000000Z'")
        agenda.hasten(db, None, times.now())
        running = threading.Thread(target=site.run, daemon=True)
        running.start()
        running.join(20)
        assert not running.is_alive()
        assert len(site.visited) == 6


def test_the_host_of_a_process_that_lives_is_left_alone(db: Sqlite) -> None:
    """The run ends without waiting for it."""
    with Loopback({path: Reply(404) for path in PATHS}) as server:
        site = Site(db, server)
        assert leases.claim_host(db, times.now(), times.now(), holders.name_of_process()) is not None
        site.run()
        assert site.visited == []
        assert server.requests == []


def test_a_lost_lease_is_noticed(db: Sqlite) -> None:
    """Somebody else took the host while we waited for it: we leave it alone from then on, and do not give it back."""
    taken = threading.Event()

    def taking(_: Handler) -> Reply:
        if not taken.is_set():
            db.execute("update hosts set claim = claim + 1, claimed_by = 'another 1 1'")
            taken.set()
        return Reply(404)

    with Loopback(dict.fromkeys(PATHS, taking)) as server:
        site = Site(db, server)
        site.run()
        assert len([path for path in server.paths if path != "/robots.txt"]) == 1
        assert db.value("select claimed_by from hosts") == "another 1 1"
        assert db.value("select free_at from hosts") == "", "the pace of the host is theirs to say now"


def test_a_visit_may_outlast_its_lease(db: Sqlite) -> None:
    """The lease is renewed while the visit lasts: another process finds nothing to do, and the page is asked for once."""
    asked, answer = threading.Event(), threading.Event()

    def slow(_: Handler) -> Reply:
        asked.set()
        answer.wait(30)
        return Reply(200, page("/0", "likely"), HTML)

    with Loopback(dict.fromkeys(PATHS, slow)) as server:
        site = Site(db, server)
        first = threading.Thread(target=site.run, kwargs={"lease": 0.4})
        first.start()
        assert asked.wait(30)
        with open_archive(str(db.path)) as theirs:
            for _ in range(4):
                threading.Event().wait(0.3)
                site.run(theirs, lease=0.4)
        assert len(server.paths) == 2, "robots.txt and the slow page"
        answer.set()
        first.join(30)
        assert Counter(server.paths) == Counter(["/robots.txt", *PATHS[:3]])
    assert len(site.visited) == 3


def test_a_visit_whose_lease_was_taken_is_kept_but_does_not_count(db: Sqlite) -> None:
    """Its bytes are evidence, at the moment at which it began; the agenda and the report are the next holder's."""
    asked, answer = threading.Event(), threading.Event()

    def first_is_slow(_: Handler) -> Reply:
        if not asked.is_set():
            asked.set()
            answer.wait(30)
            return Reply(200, page("/0", "unlikely"), HTML)
        return Reply(200, page("/0", "likely"), HTML)

    with Loopback({PATHS[0]: first_is_slow}) as server:
        site = Site(db, server)
        db.execute("update pages set followed = url like '%/0'")
        late = threading.Thread(target=site.run, kwargs={"threads": 1})
        late.start()
        assert asked.wait(30)
        db.execute("update hosts set claimed_until = ''")  # as after a long sleep of the machine
        with open_archive(str(db.path)) as theirs:
            site.run(theirs)
        told = db.row("select due_at, failures from pages where followed")
        free_at = db.value("select free_at from hosts")
        answer.set()
        late.join(30)
    assert tuple(db.row("select due_at, failures from pages where followed")) == tuple(told)
    assert db.value("select free_at from hosts") == free_at
    assert len(site.visited) == 1
    revisions = history.revisions(db, site.visited[0].page)
    assert [("unlikely" in history.blocks_of(db, one)[-1].text) for one in revisions] == [True, False], (
        "the text that was fetched first is the older one"
    )
    assert [row["verdict"] for row in history.visits(db, site.visited[0].page)] == ["first", "changed"]


# --- fairness ---------------------------------------------------------------------------------------------------------


CLOSED = {"/robots.txt": Reply(200, b"User-agent: *\nDisallow: /", (("Content-Type", "text/plain"),))}


def test_a_host_gets_a_thread_beside_one_that_always_has_an_answer_at_hand(
    db: Sqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Soon, and not when the fast one has nothing left to say."""
    monkeypatch.setattr(schedule, "QUIET_SECONDS", 1.5)  # there is always something done in between
    visited: list[Visited] = []
    with Loopback(CLOSED) as fast, Loopback(CLOSED) as slow:

        def report(one: Visited) -> None:
            visited.append(one)
            if one.page.url == slow.url("/"):
                db.execute("update pages set followed = 0")  # one page is enough

        many = [fast.url(f"/{number}") for number in range(8000)]
        agenda.follow(db, many, None, 86400, "2024-01-01T00:00:00.000000Z")
        agenda.follow(db, [slow.url("/")], None, 86400, "2024-01-02T00:00:00.000000Z")
        with open_session(network()) as session, Workers(1, 20, 1024) as workers:
            Run(db, session, workers, 0.0, 0, 2, report).go()
    assert 0 < len(visited) < len(many)


def test_hosts_take_turns_where_there_are_more_than_threads(db: Sqlite) -> None:
    """So that each is reached soon, and none is left before all its pages are visited."""
    visited: list[Visited] = []
    with Loopback(CLOSED) as one, Loopback(CLOSED) as two, Loopback(CLOSED) as three:
        origins = [site.origin for site in (one, two, three)]
        for number, origin in enumerate(origins):
            at = times.later("2024-01-01T00:00:00.000000Z", number)
            agenda.follow(db, [origin + path for path in PATHS], None, 86400, at)
        with open_session(network()) as session, Workers(1, 20, 1024) as workers:
            Run(db, session, workers, 0.0, 0, 1, visited.append, turn=0.0).go()
        assert [site.paths for site in (one, two, three)] == [["/robots.txt"]] * 3
    assert [visit.page.url.rpartition("/")[0] for visit in visited] == origins * len(PATHS)
