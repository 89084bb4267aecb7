"""Web archives that refuse, or send what is no address: said for the page that it is about; the others are imported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from loopback import Loopback, Reply
from web_archives import Memento, WebArchiveRoutes, web_archive

from pagewitness.archive.store.database import Sqlite
from pagewitness.scraper.net.session import Session
from pagewitness.scraper.work.archive_requests import Asker
from pagewitness.scraper.work.memento_import import MementoRecords, Wish
from pagewitness.scraper.work.web_archive import WebArchive

FIRST, SECOND, THIRD = PAGES = [f"https://office.example/{name}" for name in "abc"]
HELD = [Memento(page, "20240101060000", b"<html><body>A page</body></html>") for page in PAGES]
LISTS = {
    "cdx": "/cdx/search/cdx?url=https%3A%2F%2Foffice.example%2Fb",
    "json": f"/web/timemap/json/{SECOND}",
}


@contextmanager
def records(
    db: Sqlite, session: Session, form: str = "cdx"
) -> Iterator[tuple[MementoRecords, WebArchiveRoutes, Loopback]]:
    """What an archive has of the three pages."""
    with web_archive(HELD, form) as (site, routes):
        archive = WebArchive(f"{site.origin}/web", Asker(db, session, 0.0, 0))
        yield MementoRecords(db, archive, PAGES, Wish()), routes, site


@pytest.mark.parametrize("form", ["cdx", "json"])
@pytest.mark.parametrize(("status", "body"), [(403, b"No"), (200, b"<html>Prove that you are human</html>")])
def test_a_page_whose_list_is_refused_is_not_called_absent(
    db: Sqlite, session: Session, form: str, status: int, body: bytes
) -> None:
    with records(db, session, form) as (found, routes, site):
        routes.always[LISTS[form]] = Reply(status, body)
        assert [one.url for one in found] == [FIRST, THIRD]
        said = f"127.0.0.1:{site.server_port} gives no list of its captures of this page (it answered {status})"
        assert [(page, why.startswith(said)) for page, why in found.failed] == [(SECOND, True)]
        assert found.absent == []


def test_a_list_that_breaks_off_is_not_taken_for_the_whole(db: Sqlite, session: Session) -> None:
    with records(db, session, "json") as (found, routes, site):
        part = f"{site.origin}/web/timemap/json/1/{SECOND}"
        routes.always[LISTS["json"]] = Reply(body=json.dumps({"timemap_index": [{"uri": part}]}).encode())
        routes.always["/web/timemap/json/1/"] = Reply(403)
        assert [one.url for one in found] == [FIRST, THIRD]
        assert ([page for page, _ in found.failed], found.absent) == ([SECOND], [])


@pytest.mark.parametrize(
    ("form", "reply"), [("cdx", Reply(body=b"[]")), ("cdx", Reply(404)), ("json", Reply(404, b"<html>None</html>"))]
)
def test_an_empty_list_and_a_404_are_absence(db: Sqlite, session: Session, form: str, reply: Reply) -> None:
    with records(db, session, form) as (found, routes, _):
        routes.always[LISTS[form]] = reply
        assert [one.url for one in found] == [FIRST, THIRD]
        assert (found.failed, found.absent) == ([], [SECOND])


@pytest.mark.parametrize(
    "original", ["http://[evil/", "https://office.example/ b", "https://me:secret@office.example/b"]
)
def test_a_capture_whose_page_no_page_can_be_is_listed_and_the_others_come(
    db: Sqlite, session: Session, original: str
) -> None:
    with records(db, session) as (found, routes, _):
        rows = [["timestamp", "original"], ["20230101060000", original], ["20240101060000", SECOND]]
        routes.always[LISTS["cdx"]] = Reply(body=json.dumps(rows).encode())
        assert [one.url for one in found] == PAGES
        [(page, why)] = found.failed
        assert (page, why.startswith("skipped, since the address in the list ")) == (
            f"{SECOND} at 2023-01-01 06:00",
            True,
        )


def test_an_address_that_cannot_be_read_fails_for_its_page_only(db: Sqlite, session: Session) -> None:
    """As the next part of a list, as that of a capture, and as where a capture leads."""
    with records(db, session, "json") as (found, routes, _):
        lists = {
            FIRST: {"mementos": {"list": []}, "timemap_index": [{"uri": "http://[evil/"}]},
            SECOND: {"mementos": {"list": [{"uri": f"http://[x/web/20240101060000/{SECOND}"}]}},
        }
        for page, reply in lists.items():
            routes.always[f"/web/timemap/json/{page}"] = Reply(body=json.dumps(reply).encode())
        leads = Reply(302, b"", (("Location", f"http://[evil/web/20240101060000/{THIRD}"),))
        routes.always[f"/web/20240101060000id_/{THIRD}"] = leads
        assert list(found) == []
        assert [(what.partition(" ")[0], why.partition(":")[0]) for what, why in found.failed] == [
            (page, "A web archive names an address that can't be read") for page in PAGES
        ]
