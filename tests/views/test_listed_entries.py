"""Entries of listings that came, moved or went, as entries of `changes`: each once, with what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from helpers import answer, day, read, reading

from pagewitness.archive.diff.listed import ListedChange
from pagewitness.archive.fold import derivation, listed
from pagewitness.archive.fold.listed import ListedAddress
from pagewitness.archive.model import Page, PageRole, Visit
from pagewitness.archive.store import agenda, bookmarks, evidence, finds
from pagewitness.archive.store.bookmarks import SeenSoFar
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import changes
from pagewitness.archive.views.change_events import Which

SITE = "https://example.org"
TEXT = [f"Paragraph {word} of the yearly assessment describes the harbour, the border and the cables." for word in
        ("one", "two", "three", "four")]  # fmt: skip


def follow(db: Sqlite, path: str, role: PageRole = PageRole.LISTING) -> Page:
    [(page, _)] = agenda.follow(db, [SITE + path], None, 86400, day(0))
    return finds.set_role(db, page, role)


def visit(db: Sqlite, page: Page, at: float, text: Sequence[str] = TEXT, status: int = 200) -> None:
    capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"{at}", url=page.url, status=status))
    assert capture is not None
    if not page.role.is_file_of_addresses:
        read(db, capture, reading(text, title=page.url))
        derivation.derive(db, page, "c1")


def lists(db: Sqlite, page: Page, at: float, *entries: str, words: str = "") -> None:
    """A visit of a listing that shows these entries: `path` or `path=title`; with other words of its own."""
    visit(db, page, at, [*TEXT, f"The list of reports has this today: {words}."])
    made = []
    for entry in entries:
        path, _, title = entry.partition("=")
        url = f"{SITE}/{path}"
        made.append(ListedAddress(url, evidence.known_page(db, url).key, title or path.upper()))
    shown = listed.last_shown(db, page)
    assert shown is not None
    listed.record_sighting(db, page, shown, made)


def found(db: Sqlite, which: Which | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Of each change but new pages, newest first: its cause and its entries."""
    made = changes.list_changes(db, which or Which(), None)[0]
    return [(one.cause, _entries(one)) for one in made if one.cause != "first"]


def _entries(one: ListedChange) -> list[tuple[str, str]]:
    return [(entry.change, entry.url.removeprefix(f"{SITE}/")) for entry in one.entries]


def test_new_entries_are_one_event_and_what_was_there_at_first_is_none(db: Sqlite) -> None:
    page = follow(db, "/list")
    lists(db, page, 0, "a", "b")
    assert found(db) == []
    lists(db, page, 1, "d", "c", "a", "b")
    assert found(db) == [("listed", [("new", "d"), ("new", "c")])]
    [entry, _] = changes.list_changes(db, Which(), None)[0]
    assert (entry.page.url, entry.page.captured_at, entry.summary) == (f"{SITE}/list", day(1), "2 new: “D”, “C”")
    assert entry.as_json()["entries"] == [
        {"change": "new", "url": f"{SITE}/{path}", "title": path.upper(), "before": None} for path in "dc"
    ]


def test_a_change_of_words_names_the_entries_that_came_with_it(db: Sqlite) -> None:
    page = follow(db, "/list")
    lists(db, page, 0, "a", "b", words="a and b")
    lists(db, page, 1, "a", "b", "c", words="a, b and c")
    assert found(db) == [("change", [("new", "c")])]


def test_an_entry_that_has_become_a_page_is_listed_as_a_new_page(db: Sqlite) -> None:
    page = follow(db, "/list")
    lists(db, page, 0, "a")
    lists(db, page, 1, "a", "b")
    [new] = finds.follow_found(db, page, [finds.Found(f"{SITE}/b")], day(1))
    visit(db, new, 1.1)
    assert found(db) == []
    assert changes.list_changes(db, Which(), None)[0][0].summary.endswith(f" words, found on {SITE}/list")


def test_an_entry_that_leads_elsewhere_has_moved(db: Sqlite) -> None:
    page = follow(db, "/list")
    lists(db, page, 0, "old=Report", "b")
    lists(db, page, 1, "new=Report", "b")
    assert found(db) == [("relisted", [("moved", "new")])]
    [entry, _] = changes.list_changes(db, Which(), None)[0]
    assert entry.entries[0].before is not None
    assert entry.entries[0].before.endswith("/old")


@pytest.mark.parametrize(
    ("role", "after", "expected"),
    [
        (PageRole.LISTING, ["a", "c"], [("unlisted", [("unlisted", "b")])]),
        (PageRole.LISTING, ["d", "a", "b"], [("listed", [("new", "d")])]),
        (PageRole.LISTING, ["d", "a", "c"], [("unlisted", [("unlisted", "b")]), ("listed", [("new", "d")])]),
        (PageRole.FEED, ["a", "c"], []),
    ],
    ids=["from the middle", "pushed off the end", "another one came", "from a feed"],
)
def test_what_new_entries_push_off_the_end_or_what_leaves_a_feed_has_not_gone(
    db: Sqlite, role: PageRole, after: list[str], expected: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    page = follow(db, "/list", role)
    lists(db, page, 0, "a", "b", "c")
    lists(db, page, 1, *after)
    assert sorted(found(db)) == sorted(expected)


@pytest.mark.parametrize(
    ("removed_on", "expected"),
    [
        (1.1, [("vanished", [])]),
        (0.5, [("vanished", [])]),
        (30, [("removed", []), ("unlisted", [("unlisted", "b")])]),
    ],
    ids=["at once", "before", "much later"],
)
def test_an_entry_whose_page_is_gone_has_vanished(
    db: Sqlite, removed_on: float, expected: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    page = follow(db, "/list")
    lists(db, page, 0, "a", "b", "c")
    [report] = finds.follow_found(db, page, [finds.Found(f"{SITE}/b")], day(0))
    visit(db, report, 0.1)
    if removed_on < 1:
        visit(db, report, removed_on, ["Gone."], 404)
    lists(db, page, 1, "a", "c")
    if removed_on > 1:
        visit(db, report, removed_on, ["Gone."], 404)
    assert found(db) == expected
    vanished = [one for one in changes.list_changes(db, Which(), None)[0] if one.cause == "vanished"]
    for one in vanished:
        said = f"HTTP status 404; no longer linked on {SITE}/list since 2024-01-02 00:00"
        assert (one.page.url, one.summary) == (report.url, said)


def test_an_entry_in_a_listing_and_its_feed_is_told_once(db: Sqlite) -> None:
    page, feed = follow(db, "/list"), follow(db, "/feed", PageRole.FEED)
    for at, entries in ((0, "a"), (1, "ab")):
        for one in (feed, page):
            lists(db, one, at + one.id / 100, *entries)
    assert found(db) == [("listed", [("new", "b")])]
    assert changes.list_changes(db, Which(), None)[0][0].page.url == f"{SITE}/list"


def test_entries_are_new_to_somebody_once(db: Sqlite) -> None:
    page = follow(db, "/list")
    told, seen = [], SeenSoFar(0, "[]", "")
    for at, entries in enumerate(("a", "ab", "ab", "abc", "ac")):
        lists(db, page, at, *entries)
        told.append(
            [one.cause for one in changes.list_changes(db, Which(seen=seen), None)[0][::-1] if one.cause != "first"]
        )
        seen = bookmarks.here(db, day(at))
    assert told == [[], ["listed"], [], ["listed"], ["unlisted"]]


def test_a_further_page_of_a_listing_has_no_entries_of_its_own(db: Sqlite) -> None:
    page = follow(db, "/list")
    lists(db, page, 0, "a")
    [part] = finds.follow_found(db, page, [finds.Found(f"{SITE}/list?page=2", PageRole.PAGER)], day(0))
    visit(db, part, 0.1)
    visit(db, part, 1, [*TEXT, "Another line that the further page has today, and had not before."])
    visit(db, part, 2, ["Gone."], 404)
    assert found(db) == []
    assert [one.page.url for one in changes.list_changes(db, Which(), None)[0]] == [page.url]
