"""Import from web archives: lists in every form, raw bytes, the page's own address, date and status, politely."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from helpers import SENTENCES, check_whole, command, environment, html, pagewitness
from loopback import Loopback, Reply, Route, network
from web_archives import Memento, web_archive

from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.views import history
from pagewitness.archive.views.visited import VisitRow
from pagewitness.scraper.net.session import Session, open_session
from pagewitness.scraper.work.archive_requests import Asker
from pagewitness.scraper.work.importing import Imported, take_in
from pagewitness.scraper.work.memento_import import MementoRecords, Wish
from pagewitness.scraper.work.web_archive import WebArchive
from pagewitness.scraper.work.workers import Workers

PAGE = "https://office.example/assessment"
UNLIKELY = html("Assessment", [*SENTENCES, "An attack on the port is unlikely."])
LIKELY = html("Assessment", [*SENTENCES, "An attack on the port is likely."])
HELD = [
    Memento(PAGE, "20240101060000", UNLIKELY),
    Memento(PAGE, "20240201060000", LIKELY),
    Memento(PAGE, "20240301060000", UNLIKELY.replace(b"unlikely", b"very unlikely")),
]

Take = Callable[..., tuple[MementoRecords, Imported]]


@pytest.fixture
def take(db: Sqlite, session: Session, workers: Workers) -> Take:
    """Imports from an archive within this process, as the command does."""

    def take(url: str, *pages: str, wish: Wish | None = None, retries: int = 2) -> tuple[MementoRecords, Imported]:
        archive = WebArchive(url, Asker(db, session, 0.0, retries))
        records = MementoRecords(db, archive, pages or [PAGE], wish or Wish())
        return records, take_in(db, records, workers, 0, lambda _: None)

    return take


def seen(db: Sqlite, url: str = PAGE) -> list[VisitRow]:
    return history.visits(db, evidence.known_page(db, url))


def replays(paths: list[str]) -> list[str]:
    return [path for path in paths if path.startswith("/web/2")]


@pytest.mark.parametrize(("form", "part"), [("cdx", 2), ("pywb", 1000), ("link", 2), ("json", 2)])
def test_each_form_of_lists_leads_to_the_raw_captures_with_their_own_dates(
    db: Sqlite, take: Take, form: str, part: int
) -> None:
    """A CDX server with resumption keys, pywb's rows, and TimeMaps in several parts."""
    with web_archive(HELD, form, part) as (site, _):
        records, imported = take(f"{site.origin}/web")
        assert (records.failed, records.stopped, imported.added, imported.revisions) == ([], None, 3, 3)
        assert replays(site.paths) == [f"/web/{one.stamp}id_/{PAGE}" for one in HELD]
    assert [(row["visited_at"], row["status"], row["verdict"]) for row in seen(db)] == [
        ("2024-01-01T06:00:00.000000Z", 200, "first"),
        ("2024-02-01T06:00:00.000000Z", 200, "changed"),
        ("2024-03-01T06:00:00.000000Z", 200, "changed"),
    ]
    capture = evidence.capture(db, db.value("select min(id) from captures"))
    assert evidence.body_of(db, capture) == UNLIKELY


def test_the_headers_are_those_of_the_page_and_the_record_says_where_it_is_from(db: Sqlite, take: Take) -> None:
    with web_archive(HELD[:1]) as (site, _):
        take(site.origin)
        [url, headers] = db.row("select url, headers from captures")
        assert (url, "X-Archive" in headers, "the site's own" in headers) == (PAGE, False, True)
        assert db.value("select reason from visits") == f"from {site.origin}/web/20240101060000id_/{PAGE}"
        assert db.value("select count(*) from exchanges") == 1
        check_whole(db)


def test_what_is_imported_already_is_not_asked_for_again(take: Take) -> None:
    with web_archive(HELD[:2]) as (site, routes):
        take(site.origin)
        routes.mementos = HELD
        site.requests.clear()
        records, imported = take(site.origin)
        assert replays(site.paths) == [f"/web/20240301060000id_/{PAGE}"]
        assert (imported.added, records.known) == (1, 2)


def test_equal_bytes_are_asked_for_once_and_still_show_how_long_a_text_was_there(db: Sqlite, take: Take) -> None:
    """The archive's list says that they are equal. That two redirects have no body says nothing."""
    held = [
        HELD[0], Memento(PAGE, "20240105060000", UNLIKELY), Memento(PAGE, "20240109060000", UNLIKELY, status=0), HELD[1],
        *(Memento(f"{PAGE}/old", f"2024010{day}060000", status=301, headers=(("Location", f"https://office.example/{day}"),))
          for day in (1, 2)),
    ]  # fmt: skip
    with web_archive(held) as (site, _):
        take(site.origin, PAGE, f"{PAGE}/old")
        assert [path[5:19] for path in replays(site.paths)] == [
            "20240101060000", "20240201060000", "20240101060000", "20240102060000"
        ]  # fmt: skip
    [first, _] = history.revisions(db, evidence.known_page(db, PAGE))
    assert (first.captured_at[:10], first.last_seen_at[:10]) == ("2024-01-01", "2024-01-09")
    assert "says that its bytes are those of 2024-01-01" in (seen(db)[1]["reason"] or "")


def test_a_redirect_and_a_404_are_what_the_page_did(db: Sqlite, take: Take) -> None:
    """They are captures like others: the page was removed, then its address led elsewhere."""
    held = [
        HELD[0],
        Memento(PAGE, "20240201060000", b"<html><body>Not found</body></html>", status=404),
        Memento(PAGE, "20240301060000", status=301, headers=(("Location", "https://office.example/"),)),
    ]
    with web_archive(held) as (site, _):
        take(site.origin)
        assert len(replays(site.paths)) == 3, "redirects are not followed"
    assert [(row["status"], row["state"]) for row in seen(db)] == [(200, None), (404, "removed"), (301, "removed")]


def test_an_archive_that_is_busy_is_asked_again_when_it_says(take: Take) -> None:
    with web_archive(HELD[:1]) as (site, routes):
        routes.once = {
            "/cdx": Reply(429, headers=(("Retry-After", "0.4"),)),
            "/web/2": Reply(503, headers=(("Retry-After", "0"),)),
        }
        began = time.monotonic()
        records, imported = take(site.origin)
        assert time.monotonic() - began >= 0.4
        assert (records.failed, imported.added, len(site.paths)) == ([], 1, 4)


def test_an_archive_that_asks_for_a_long_pause_gets_it_also_from_the_next_command(take: Take) -> None:
    """What came before is kept; until then it is not asked at all."""
    with web_archive(HELD) as (site, routes):
        routes.always = {f"/web/{HELD[1].stamp}": Reply(429, headers=(("Retry-After", "3600"),))}
        records, imported = take(site.origin)
        assert (imported.added, "asks us to stay away until" in str(records.stopped)) == (1, True)
        site.requests.clear()
        assert "asks us to stay away until" in str(take(site.origin)[0].stopped)
        assert site.paths == []


def test_an_archived_503_is_the_pages_own_and_no_reason_to_wait(db: Sqlite, take: Take) -> None:
    with web_archive([Memento(PAGE, "20240101060000", b"<html>Down</html>", status=503)]) as (site, _):
        assert take(site.origin)[0].failed == []
        assert len(site.paths) == 2
    assert [row["status"] for row in seen(db)] == [503]


def test_an_archive_that_stops_answering_is_left_alone(take: Take) -> None:
    """After three requests in a row."""
    held = [Memento(PAGE, f"202401{day:02}060000", b"%d" % day) for day in range(1, 9)]
    with web_archive(held) as (site, routes):
        routes.always = {"/web/2": Reply(504, headers=(("Retry-After", "0"),))}
        records, _ = take(site.origin, retries=0)
        assert (len(records.failed), len(replays(site.paths))) == (3, 3)
        assert "does not answer: run the same command later for the rest." in str(records.stopped)


def test_only_captures_of_the_period_and_density_asked_for_are_fetched(take: Take) -> None:
    """Pictures never."""
    held = [
        Memento(PAGE, f"202401{day:02}{hour:02}0000", b"%d %d" % (day, hour))
        for day in (1, 2, 3, 4)
        for hour in (6, 18)
    ]
    picture = Memento(PAGE, "20240104030000", b"GIF89a", kind="image/gif")
    wish = Wish("2024-01-02T00:00:00.000000Z", "2024-01-04T23:59:59.999999Z", 86400.0, 2)
    with web_archive([*held, picture]) as (site, _):
        records, _ = take(site.origin, wish=wish)
        assert [path[5:15] for path in replays(site.paths)] == ["2024010306", "2024010406"]
        assert records.skipped == 1
        assert "&from=20240102000000&to=20240104235959" in site.paths[0]


def test_captures_under_another_spelling_are_those_of_the_page(db: Sqlite, take: Take) -> None:
    """As web archives take `www.`, http and a slash at the end for nothing."""
    with web_archive([Memento("http://www.office.example/assessment/", "20240101060000", UNLIKELY)]) as (site, _):
        take(site.origin)
    assert len(seen(db)) == 1
    assert db.value("select url from captures") == "http://www.office.example/assessment/"


def test_an_archive_without_raw_bytes_is_used_with_a_warning(db: Sqlite, take: Take) -> None:
    """Its own bar is not read as the page's text, and it is asked for raw bytes once only."""
    with web_archive(HELD[:2], "link") as (site, routes):
        routes.raw = False
        records, imported = take(f"{site.origin}/web")
        assert (records.rewritten, imported.added, sum("id_/" in path for path in site.paths)) == (True, 2, 1)
    [one, _] = history.revisions(db, evidence.known_page(db, PAGE))
    assert "Wayback bar" not in "".join(block.text for block in history.blocks_of(db, one))


def test_what_is_no_web_archive_is_said(take: Take) -> None:
    with web_archive([], "none") as (site, _):
        [(page, why)] = take(site.origin)[0].failed
        assert (page, "gives no list of its captures (no CDX server, no TimeMap; it answered 404)" in why) == (
            PAGE,
            True,
        )


def test_captures_that_the_archive_does_not_give_are_listed_and_the_rest_is_imported(tmp_path: Path) -> None:
    """A missing one, and one where another moment is nearer. Pages that it does not have are no failure."""
    with web_archive(HELD) as (site, routes):
        pagewitness(tmp_path / "a.db", "add", PAGE, "https://elsewhere.example/report")
        routes.always = {
            f"/web/{HELD[0].stamp}": Reply(404, b"gone"),
            f"/web/{HELD[1].stamp}": Reply(302, headers=(("Location", f"/web/20230101000000id_/{PAGE}"),)),
        }
        done = pagewitness(tmp_path / "a.db", "import", "--memento", site.origin)
        name = f"127.0.0.1:{site.server_port}"
        assert (done.returncode, done.stdout.decode().splitlines()) == (1, [
            f"failed     {PAGE} at 2024-01-01 06:00: skipped, since {name} answered 404 itself",
            f"failed     {PAGE} at 2024-02-01 06:00: skipped, since {name} leads to another moment",
            f"{name}: 1 added to 1 page, 1 new revision",
            f"  {PAGE}: 1 new revision",
            f"absent     https://elsewhere.example/report: {name} has no such capture",
        ])  # fmt: skip
        assert f"{PAGE}: {name} lists 3 captures; 3 of them are asked for" in done.stderr.decode()


def test_an_import_that_is_killed_continues_where_it_was(tmp_path: Path) -> None:
    """kill -9 in the middle: the next command asks only for what is missing, and the archive is whole."""
    held = [Memento(PAGE, f"202401{day:02}060000", UNLIKELY + b"<!-- %d -->" % day) for day in range(1, 7)]
    with web_archive(held) as (site, _):
        arguments = ["import", "--memento", site.origin, PAGE]
        started = subprocess.Popen(
            command(tmp_path / "a.db", *arguments), env=environment(PAGEWITNESS_NETWORK_DELAY="0.3s"),
            stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + 90
        while len(replays(site.paths)) < 3 and time.monotonic() < end:
            time.sleep(0.02)
        started.send_signal(signal.SIGKILL)
        started.wait()
        assert 3 <= len(replays(site.paths)) < len(held)
        assert pagewitness(tmp_path / "a.db", *arguments).returncode == 0
        assert len(replays(site.paths)) <= len(held) + 1, "one may have been on its way"
    with open_archive(str(tmp_path / "a.db")) as db:
        check_whole(db)
        assert db.value("select count(*) from captures") == len(held)
        assert db.value("select count(*) from fold_queue") == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "2024", "x.warc"], "--since needs --memento"),
        (["--memento", "web.archive.org", PAGE], "is no address: write one such as https://web.archive.org"),
        (["--memento", "https://web.archive.org", "--every", "daily", PAGE], "is no time: write one such as 12h or 1d"),
        ([], "Missing argument"),
    ],
)
def test_what_is_mistyped_is_said_before_anything_is_done(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = pagewitness(tmp_path / "a.db", "import", *arguments)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert said in done.stderr.decode()


def test_an_archive_that_moved_is_followed_to_its_new_site(take: Take) -> None:
    """From http to https, for example; also where only its captures did."""
    for held, form in ((HELD[0], "cdx"), (HELD[1], "link")):
        with web_archive([held], form) as (site, routes), Loopback() as old:
            lists: dict[str, Route] = {
                path: Reply(301, headers=(("Location", f"{site.origin}{path}"),))
                for path in [f"/web/timemap/link/{PAGE}", f"/web/{held.stamp}id_/{PAGE}"]
            }
            address = f"/cdx/search/cdx?url={quote(PAGE, safe='')}&output=json&limit=10000&showResumeKey=true"
            old.routes = lists | {address: Reply(301, headers=(("Location", f"{site.origin}{address}"),))}
            routes.origin = old.origin if form == "link" else site.origin
            records, imported = take(f"{old.origin}/web")
            assert (records.failed, imported.added) == ([], 1)
            assert site.paths[-1] == f"/web/{held.stamp}id_/{PAGE}"


def test_the_address_policy_holds_for_web_archives_too(db: Sqlite) -> None:
    """A private address needs `[network] allow`, and is not connected to without."""
    with web_archive(HELD) as (site, _), open_session(network(allow=())) as strict:
        records = MementoRecords(db, WebArchive(site.origin, Asker(db, strict, 0.0, 0)), [PAGE], Wish())
        assert list(records) == []
        assert "[network] allow" in records.failed[0][1]
        assert site.paths == []
