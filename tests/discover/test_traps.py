"""Further pages of listings, and what leads to no document: each kind with its bound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import HTML, html
from listings import TITLES, item, listing, page, serve
from loopback import Handler, Loopback, Reply
from terminal import Printed, run_here

from pagewitness.archive.store.database import open_archive
from pagewitness.scraper.discover.anchors import read_anchors
from pagewitness.scraper.discover.pagers import pagers
from pagewitness.scraper.discover.traps import trap_of

Run = Callable[..., Printed]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`pagewitness` in this process, on an archive of its own."""
    return lambda *arguments: run_here(monkeypatch, tmp_path / "archive.db", *arguments)


def paths(run: Run, site: Loopback) -> set[str]:
    """The paths of all pages that are followed."""
    return {row["url"].removeprefix(site.origin) for row in run("pages", "--json").rows if row["next_visit"]}


def numbered(form: str, now: int, last: int) -> str:
    """A pager."""
    links = "".join(
        f"<span>{n}</span>" if n == now else f'<a href="{form.format(n)}">{n}</a>' for n in range(1, last + 1)
    )
    return f'<nav class="pager">{links}</nav>'


@pytest.mark.parametrize("form", ["?page={}", "/pub/page/{}/", "/pub/{}", "?start={}0", "/pub?p={}"])
def test_numbered_pages_of_a_listing_are_read_and_are_no_pages_of_their_own(
    run: Run, site: Loopback, form: str
) -> None:
    there = {form.format(n): n for n in (2, 3)}
    parts = {path if path[0] == "/" else f"/pub{path}": n for path, n in there.items()}
    serve(site, {"/pub": listing("li", range(4), numbered(form, 1, 3)),
                 **{path: listing("li", range(4 * n - 4, 4 * n), numbered(form, n, 3)) for path, n in parts.items()}})  # fmt: skip
    run("add", "--listing", site.url("/pub"))
    done = run("run")
    assert done.code == 0
    assert paths(run, site) == {"/pub", *(f"/r/{number}" for number in range(12))}
    assert {row["url"] for row in run("search", "newest first", "--json").rows} == {site.url("/pub")}


def test_the_next_page_is_followed_from_page_to_page_up_to_a_bound(
    run: Run, site: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pager without an end is a trap."""
    monkeypatch.setenv("PAGEWITNESS_DISCOVER_PAGER", "4")

    def part(handler: Handler) -> Reply:
        number = int(handler.path.partition("page=")[2] or 1)
        more = f'<a rel="next" href="/pub?page={number + 1}">Older</a>'
        return Reply(200, listing("li", range(2 * number - 2, 2 * number), more), HTML)

    serve(site, {}, 100)
    site.routes |= {"/pub": part, **{f"/pub?page={number}": part for number in range(2, 50)}}
    run("add", "--listing", site.url("/pub"))
    run("run")
    assert sorted(path for path in site.paths if "page=" in path) == [f"/pub?page={number}" for number in range(2, 6)]


def test_an_entry_that_moves_on_to_the_next_page_is_still_listed(run: Run, site: Loopback, tmp_path: Path) -> None:
    from pagewitness.archive.views import listed_entries

    pager = numbered("?page={}", 1, 2)
    serve(site, {"/pub": listing("article", range(1, 5), pager), "/pub?page=2": listing("article", range(5, 7))})
    run("add", "--listing", site.url("/pub"))
    run("run")
    serve(site, {"/pub": listing("article", range(4), pager), "/pub?page=2": listing("article", range(4, 6))})
    run("run", "--all")
    with open_archive(str(tmp_path / "archive.db")) as db:
        events = [(one.url.removeprefix(site.origin), one.kind) for one in listed_entries.events(db, "")]
    assert events == [("/r/0", "new"), ("/r/6", "unlisted")]


def test_a_listing_that_becomes_shorter_loses_its_last_page(run: Run, site: Loopback, tmp_path: Path) -> None:
    """And may grow again."""
    pager = numbered("?page={}", 1, 2)
    serve(site, {"/pub": listing("article", range(4), pager), "/pub?page=2": listing("article", range(4, 6))})
    run("add", "--listing", site.url("/pub"))
    run("run")
    del site.routes["/pub?page=2"]
    serve(site, {"/pub": listing("article", range(4))})
    run("run", "--all")
    with open_archive(str(tmp_path / "archive.db")) as db:
        assert db.value("select count(*) from pages where role = 'pager' and followed") == 0
        assert db.value("select count(*) from listed where until_at is null") == 4
    serve(site, {"/pub": listing("article", range(4), pager), "/pub?page=2": listing("article", range(4, 6))})
    run("run", "--all")
    with open_archive(str(tmp_path / "archive.db")) as db:
        assert db.value("select count(*) from pages where role = 'pager' and followed") == 1


def test_whoever_unfollows_a_listing_unfollows_its_further_pages(run: Run, site: Loopback, tmp_path: Path) -> None:
    pager = numbered("?page={}", 1, 2)
    serve(site, {"/pub": listing("article", range(4), pager), "/pub?page=2": listing("article", range(4, 6))})
    run("add", "--listing", site.url("/pub"))
    run("run")
    run("unfollow", site.url("/pub"))
    with open_archive(str(tmp_path / "archive.db")) as db:
        assert db.value("select count(*) from pages where role = 'pager' and followed") == 0


def test_what_a_refold_makes_again_is_the_same(run: Run, site: Loopback, tmp_path: Path) -> None:
    from pagewitness.archive.fold import derivation
    from pagewitness.archive.store import evidence
    from pagewitness.scraper.clean import cleaner_name
    from pagewitness.scraper.work.sighting import relist

    serve(site, {"/pub": listing("article", range(1, 5))})
    run("add", "--listing", site.url("/pub"))
    run("run")
    serve(site, {"/pub": listing("article", range(4))})
    run("run", "--all")
    rows = "select key, since_at, until_at, title, place from listed order by key, since_at"
    with open_archive(str(tmp_path / "archive.db")) as db:
        found = evidence.find_page(db, site.url("/pub"))
        assert found is not None
        before = [tuple(row) for row in db.rows(rows)]
        derivation.derive(db, found, cleaner_name(), from_start=True)
        assert db.value("select count(*) from listed") == 0
        relist(db, found)
        assert [tuple(row) for row in db.rows(rows)] == before
        assert len(before) == 5


def test_sessions_in_addresses_are_one_page(run: Run, site: Loopback) -> None:
    visits = iter(range(100))

    def part(handler: Handler) -> Reply:
        name = f"{next(visits):032x}"
        items = "".join(item("li", n, f"/r/{n};jsessionid={name}?PHPSESSID={name}") for n in range(4))
        return Reply(200, page("li", items), HTML)

    serve(site, {})
    site.routes["/pub"] = part
    run("add", "--listing", site.url("/pub"))
    for _ in range(3):
        run("run", "--all")
    assert paths(run, site) == {"/pub", "/r/0", "/r/1", "/r/2", "/r/3"}


def test_a_listing_whose_addresses_differ_at_every_visit_has_a_limit(
    run: Run, site: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGEWITNESS_DISCOVER_MOST", "1")
    visits = iter(range(0, 100, 4))

    def part(handler: Handler) -> Reply:
        at = next(visits)
        return Reply(200, page("article", "".join(item("article", n, f"/x/{at + n}") for n in range(4))), HTML)

    site.routes |= {"/pub": part, **{f"/x/{n}": Reply(200, html(f"Report {n}"), HTML) for n in range(100)}}
    run("add", "--listing", site.url("/pub"))
    for _ in range(12):
        run("run", site.url("/pub"))
    assert len(paths(run, site)) == 11


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/pub/2024/05/", "a page of a calendar"),
        ("/pub/?month=5&year=2031", "a page of a calendar"),
        ("/events/2031-05-03", "a page of a calendar"),
        ("/pub/?topic=cyber", "a filter or an order of a list"),
        ("/pub/all?sort=title", "a filter or an order of a list"),
        ("/pub/x?f[0]=year:2024", "a filter or an order of a list"),
        ("/a/b/a/b/a/b/a/b", "its path repeats itself"),
        ("/i/photo.jpg", "a file of another kind (.jpg)"),
        ("/", "it leads up, to a section or the home page"),
        ("/pub/", "it leads up, to a section or the home page"),
    ],
)
def test_what_is_no_document(path: str, why: str) -> None:
    assert trap_of(f"https://a.example{path}", "https://a.example/pub/") == why


@pytest.mark.parametrize(
    "path", ["/pub/2024/", "/2024/05/sabotage", "/pub/?id=7", "/view.php?docid=12&lang=en", "/pub/report-2024", "/p/1.pdf",
             "/index.php?tx_news[news]=12&tx_news[action]=detail", "/pub/#/reports/1"],
)  # fmt: skip
def test_what_may_be_one(path: str) -> None:
    assert trap_of(f"https://a.example{path}", "https://a.example/pub/") is None


def test_years_of_an_annual_report_are_no_pager() -> None:
    text = "".join(f'<a href="/reports/{year}">{year}</a>' for year in (2023, 2024, 2025))
    assert (
        pagers(
            read_anchors(text, "https://a.example/reports"), "https://a.example/reports", "https://a.example/reports"
        )
        == []
    )


def test_a_calendar_beside_the_list_is_not_followed(run: Run, site: Loopback) -> None:
    days = "".join(f'<td><a href="/pub/day/{day}">{day}</a></td>' for day in range(1, 29))
    serve(site, {"/pub": listing("li", range(4), f"<table><tr>{days}</tr></table>")})
    run("add", "--listing", site.url("/pub"))
    run("run")
    assert paths(run, site) == {"/pub", *(f"/r/{number}" for number in range(4))}


def test_a_page_that_moves_keeps_its_history(run: Run, site: Loopback) -> None:
    serve(site, {"/pub": listing("li", range(3))})
    run("add", "--listing", site.url("/pub"))
    run("run")
    site.routes["/r/1"] = Reply(301, headers=(("Location", "/new/1"),))
    site.routes["/new/1"] = Reply(200, html(f"{TITLES[1]} (1)"), HTML)
    serve(site, {"/pub": page("li", item("li", 0) + item("li", 1, "/new/1") + item("li", 2))}, 0)
    run("run", "--all")
    rows = {row["url"].removeprefix(site.origin): row for row in run("pages", "--json").rows}
    assert rows["/r/1"]["state"] == "moved"
    assert rows["/r/1"]["revisions"] == 1
