"""The changes of all pages: which there are, in what order, what each says, and what somebody has not seen yet."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from helpers import SLOWNESS, answer, day, read, reading
from random_histories import random_history

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.diff.listed import ListedChange
from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Answer, Visit
from pagewitness.archive.store import bookmarks, evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import change_events, changes
from pagewitness.archive.views.change_events import Which

SITE = "https://example.org"
TEXT = [f"Paragraph {word} of the yearly assessment describes the harbour, the border and the cables." for word in
        ("one", "two", "three", "four")]  # fmt: skip
LIKELY = "An attack on the port is likely, and 214 incidents were counted."
UNLIKELY = "An attack on the port is unlikely, and 214 incidents were counted."
CHALLENGE = (("Server", "cloudflare"), ("CF-Mitigated", "challenge"))


def visited(
    db: Sqlite, path: str, at: float, text: Sequence[str], *, modified: str | None = None, made: Answer | None = None
) -> None:
    """A page was visited and read."""
    page = evidence.known_page(db, SITE + path)
    capture = evidence.keep(db, Visit(page, "run", day(at)), made or answer(f"{at}", url=SITE + path))
    assert capture is not None
    words = reading(text, title=f"Page {path}")
    read(db, capture, replace(words, modified=modified, page_digest=words.page_digest + str(modified)))
    derivation.derive(db, page, "c1")


def listed(db: Sqlite, which: Which | None = None, limit: int | None = None) -> list[ListedChange]:
    return changes.list_changes(db, which or Which(), limit)[0]


def causes(found: list[ListedChange]) -> list[tuple[str, str]]:
    return [(entry.cause, entry.page.url.removeprefix(SITE)) for entry in found]


# --- what is listed ---------------------------------------------------------------------------------------------------


def test_changes_of_all_pages_newest_first_with_new_pages_as_such(db: Sqlite) -> None:
    visited(db, "/a", 0, [*TEXT, UNLIKELY])
    visited(db, "/b", 1, TEXT)
    visited(db, "/a", 2, [*TEXT, LIKELY])
    found = listed(db)
    assert causes(found) == [("change", "/a"), ("first", "/b"), ("first", "/a")]
    row = found[0].as_json()
    assert row["summary"] == "An attack on the port is [-unlikely-]{+likely+}, and 214 incidents were counted."
    assert (row["number"], row["number_before"], row["words_added"], row["words_removed"]) == (2, 1, 1, 1)
    assert (row["captured_at"], row["not_before"], row["title"]) == (day(2), day(0), "Page /a")
    assert (found[1].words_added, found[1].words_removed, found[1].declared) == (0, 0, False)


def test_a_period_and_pages_restrict_the_list(db: Sqlite) -> None:
    for at in range(4):
        visited(db, "/a", at, [*TEXT, f"The number of incidents is {at + 100} by now, as the office says."])
    visited(db, "/b", 1.5, TEXT)
    assert causes(listed(db, Which(since=day(1), until=day(2)))) == [
        ("change", "/a"),
        ("first", "/b"),
        ("change", "/a"),
    ]
    only = frozenset([evidence.known_page(db, f"{SITE}/b").id])
    assert causes(listed(db, Which(pages=only))) == [("first", "/b")]


def test_a_limit_says_whether_there_are_more(db: Sqlite) -> None:
    for at in range(4):
        visited(db, "/a", at, [*TEXT, f"The number of incidents is {at + 100} by now, as the office says."])
    found, more = changes.list_changes(db, Which(), 2)
    assert ([entry.page.captured_at for entry in found], more) == ([day(3), day(2)], True)
    assert changes.list_changes(db, Which(), 4)[1] is False


def test_a_text_that_returns_is_a_change_from_what_was_shown_before_it(db: Sqlite) -> None:
    for at, line in enumerate((UNLIKELY, LIKELY, UNLIKELY)):
        visited(db, "/a", at, [*TEXT, line])
    row = listed(db)[0].as_json()
    assert (row["cause"], row["number"], row["number_before"]) == ("returned", 1, 2)
    assert "[-likely-]{+unlikely+}" in str(row["summary"])


def test_the_same_edit_on_many_pages_is_one_entry(db: Sqlite) -> None:
    """Whatever else the pages say; another edit is another entry, and so is the same one much later."""
    own = {
        path: f"This page is about the subject {path} and nothing else that matters here."
        for path in ("/a", "/b", "/c", "/d")
    }
    for number, (path, line) in enumerate(own.items()):
        visited(db, path, number / 100, [line, *TEXT, UNLIKELY])
    visited(db, "/a", 1.0, [own["/a"], *TEXT, LIKELY])
    visited(db, "/b", 1.1, [own["/b"], *TEXT, LIKELY])
    visited(db, "/c", 1.2, [own["/c"], *TEXT])
    visited(db, "/d", 20, [own["/d"], *TEXT, LIKELY])
    found = [entry for entry in listed(db) if entry.cause == "change"]
    assert [[page.url.removeprefix(SITE) for page in entry.pages] for entry in found] == [["/d"], ["/c"], ["/b", "/a"]]
    together = changes.list_changes(db, Which(), 3)[0][2]
    assert len(together.pages) == 2, "a page is added that is beyond the limit"
    assert [page["url"] for page in together.as_json()["pages"]] == [f"{SITE}/b", f"{SITE}/a"]


def test_what_was_visible_before_is_not_said_to_be_new(db: Sqlite) -> None:
    """As in a diff: a line that was not taken for the document may have been there all the time."""
    page = evidence.known_page(db, f"{SITE}/a")
    there = "A note beside the text that the reader could see all the time, whatever we thought of it."
    for at, line in ((0, UNLIKELY), (1, LIKELY)):
        capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"{at}", url=page.url))
        assert capture is not None
        made = reading([*TEXT, line])
        read(db, capture, replace(made, blocks=(*made.blocks, VisibleBlock("p", there, document=at == 1))))
        derivation.derive(db, page, "c1")
    [change, _] = listed(db)
    assert (change.words_added, change.words_removed) == (1, 1)


# --- declared ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "lines", "declared"),
    [
        ((None, None), (UNLIKELY, LIKELY), False),
        (("2024-01-01", "2024-01-01"), (UNLIKELY, LIKELY), False),
        (("2024-01-01", "2024-01-03"), (UNLIKELY, LIKELY), True),
        ((None, "2024-01-03"), (UNLIKELY, LIKELY), True),
        (("2024-01-01", None), (UNLIKELY, LIKELY), False),
        ((None, None), (UNLIKELY, "3 January 2024: the likelihood of an attack was corrected."), True),
        ((None, None), (UNLIKELY, "The likelihood of an attack was corrected on 3 January 2024."), True),
        ((None, None), (UNLIKELY, "On 3 January 2024 the port was attacked, as the office says."), False),
        ((None, None), (UNLIKELY, "3 January 2023: the likelihood of an attack was corrected."), False),
        ((None, None), ("3 January 2024: corrected the name of the port.", "3 January 2024: corrected the names of all ports."), False),
    ],
    ids=["no date", "same date", "date moved", "date came", "date went", "note", "note at the end", "event", "old note", "same note"],
)  # fmt: skip
def test_a_change_is_declared_if_the_page_says_when_it_was_made(
    db: Sqlite, dates: tuple[str | None, str | None], lines: tuple[str, str], declared: bool
) -> None:
    visited(db, "/a", 1, [*TEXT, lines[0]], modified=dates[0])
    visited(db, "/a", 2, [*TEXT, lines[1]], modified=dates[1])
    assert listed(db)[0].declared is declared


# --- what changed no words --------------------------------------------------------------------------------------------


def test_removals_and_returns_are_listed_once_each(db: Sqlite) -> None:
    visited(db, "/a", 0, TEXT)
    for at, status in ((1, 404), (2, 410), (3, 404)):
        visited(db, "/a", at, ["Not found."], made=answer("gone", status=status, url=f"{SITE}/a"))
    visited(db, "/a", 4, TEXT)
    found = listed(db)
    assert [(entry.cause, entry.page.captured_at) for entry in found] == [
        ("back", day(4)),
        ("removed", day(1)),
        ("first", day(0)),
    ]
    row = found[1].as_json()
    assert (row["summary"], row["number"], row["not_before"]) == ("HTTP status 404", 1, day(0))


def test_an_address_that_never_had_a_text_was_not_removed(db: Sqlite) -> None:
    visited(db, "/a", 1, ["Not found."], made=answer("gone", status=404, url=f"{SITE}/a"))
    assert listed(db) == []


def test_blocks_begin_and_end(db: Sqlite) -> None:
    visited(db, "/a", 0, TEXT)
    for at in (1, 2):
        visited(db, "/a", at, ["Just a moment"], made=answer("wait", status=403, url=f"{SITE}/a", headers=CHALLENGE))
    visited(db, "/a", 3, TEXT)
    found = listed(db)
    assert [(entry.cause, entry.page.captured_at) for entry in found[:2]] == [
        ("unblocked", day(3)),
        ("blocked", day(1)),
    ]
    assert "2 visits" in found[0].summary


def test_a_move_is_listed_and_its_end_only_if_the_page_is_there_again(db: Sqlite) -> None:
    def through(to: str) -> Answer:
        return Answer(SITE + to, 200, (("Content-Type", "text/html"),), to.encode(), ((301, f"{SITE}/a", SITE + to),))

    visited(db, "/a", 0, TEXT)
    visited(db, "/a", 1, TEXT, made=through("/new"))
    visited(db, "/a", 2, TEXT, made=through("/newer"))
    visited(db, "/a", 3, ["Not found."], made=answer("gone", status=404, url=f"{SITE}/a"))
    assert [entry.cause for entry in listed(db)] == ["removed", "redirected", "redirected", "first"]
    visited(
        db, "/other", 0, TEXT, made=replace(through("/there"), redirects=((301, f"{SITE}/other", f"{SITE}/there"),))
    )
    assert [cause for cause, path in causes(listed(db)) if path == "/other"] == ["first"], "it always redirected"


def test_what_changed_no_words_is_new_once_too(db: Sqlite) -> None:
    visited(db, "/a", 0, TEXT)
    visited(db, "/a", 1, ["Not found."], made=answer("gone", status=404, url=f"{SITE}/a"))
    bookmarks.set_bookmark(db, "ann", bookmarks.here(db, day(1.5)))
    visited(db, "/a", 2, ["Not found."], made=answer("gone", status=404, url=f"{SITE}/a"))
    assert new(db, "ann") == []
    visited(db, "/a", 3, TEXT)
    assert new(db, "ann") == [("back", "/a")]


def test_a_link_that_leads_elsewhere_is_listed_and_new_once_it_is_confirmed(db: Sqlite) -> None:
    page = evidence.known_page(db, f"{SITE}/a")
    first, second = "https://a.example/r.pdf", "https://a.example/r-revised.pdf"
    for at, target in enumerate((first, second, second, first, first)):
        capture = evidence.keep(db, Visit(page, "run", day(at)), answer(f"{at}", url=page.url))
        assert capture is not None
        made = reading([*TEXT, "Read the whole report of the office here."])
        blocks = (*made.blocks[:-1], replace(made.blocks[-1], targets=(("whole report", target),)))
        read(db, capture, replace(made, blocks=blocks, page_digest=target))
        derivation.derive(db, page, "c1")
        expected = [("repointed", "/a")] if at in (2, 4) else [("first", "/a")] if at == 0 else []
        assert new(db, "ann") == expected, f"at {at}"
        bookmarks.set_bookmark(db, "ann", bookmarks.here(db, day(at)))
    found = listed(db, Which(until=day(2)))
    assert [(entry.cause, entry.page.captured_at) for entry in found] == [("repointed", day(1)), ("first", day(0))]
    assert "r-revised.pdf" in found[0].summary


# --- what somebody has not seen ---------------------------------------------------------------------------------------


def new(db: Sqlite, name: str) -> list[tuple[str, str]]:
    seen = bookmarks.bookmark(db, name) or bookmarks.NOTHING_SEEN
    return causes(listed(db, Which(seen=seen)))


def test_each_name_has_a_bookmark_of_its_own(db: Sqlite) -> None:
    visited(db, "/a", 0, [*TEXT, UNLIKELY])
    bookmarks.set_bookmark(db, "ann", bookmarks.here(db, day(0.5)))
    visited(db, "/a", 1, [*TEXT, LIKELY])
    assert new(db, "ann") == [("change", "/a")]
    assert new(db, "bob") == [("change", "/a"), ("first", "/a")]
    bookmarks.set_bookmark(db, "ann", bookmarks.here(db, day(1.5)))
    assert new(db, "ann") == []


def test_what_is_confirmed_after_the_bookmark_is_new_though_it_was_seen_before(db: Sqlite) -> None:
    """A bookmark that was a moment would hide it for ever."""
    weather = [
        "Rain falls on the coast until noon, and then the sun returns.",
        "Nobody knows for how long it will stay.",
    ]
    visited(db, "/a", 0, TEXT)
    visited(db, "/a", 1, weather)
    assert causes(listed(db)) == [("first", "/a")], "not confirmed yet"
    bookmarks.set_bookmark(db, "ann", bookmarks.here(db, day(1.5)))
    visited(db, "/a", 2, weather)
    visited(db, "/a", 3, weather)
    assert listed(db)[0].page.captured_at == day(1)
    assert [cause for cause, _ in new(db, "ann")] == [listed(db)[0].cause]
    bookmarks.set_bookmark(db, "ann", bookmarks.here(db, day(3.5)))
    assert new(db, "ann") == []


def test_what_is_imported_after_the_bookmark_is_new_however_old(db: Sqlite) -> None:
    visited(db, "/a", 10, TEXT)
    bookmarks.set_bookmark(db, "ann", bookmarks.here(db, day(11)))
    visited(db, "/b", 1, TEXT)
    assert new(db, "ann") == [("first", "/b")]


def test_a_bookmark_never_moves_back(db: Sqlite) -> None:
    """Two lists that end in the other order than they began."""
    visited(db, "/a", 0, TEXT)
    early = bookmarks.here(db, day(0))
    visited(db, "/b", 1, TEXT)
    bookmarks.set_bookmark(db, "ann", bookmarks.here(db, day(1)))
    bookmarks.set_bookmark(db, "ann", early)
    assert new(db, "ann") == []


# --- speed ------------------------------------------------------------------------------------------------------------


def test_the_list_is_read_from_its_end(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is older than the entries that are listed is not compared."""
    for at in range(40):
        visited(db, "/a", at * 10, [*TEXT, f"The number of incidents is {at + 100} by now, as the office says."])
    asked: list[int] = []
    edit_of = change_events.edit_of

    def asking(db: Sqlite, event: change_events.TextEvent) -> change_events.Edit:
        asked.append(event.number)
        return edit_of(db, event)

    monkeypatch.setattr(change_events, "edit_of", asking)
    began = time.process_time()
    assert len(listed(db, limit=3)) == 3
    assert len(asked) <= 6
    assert time.process_time() - began < SLOWNESS


# --- random histories -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_whoever_looks_after_each_visit_misses_nothing_and_sees_nothing_twice(db: Sqlite, seed: int) -> None:
    """Every text that became current is listed, never without a difference, and a reader with a bookmark saw each once."""
    page, seen = evidence.known_page(db, f"{SITE}/a"), Counter[str]()
    for at, made in enumerate(random_history(seed, 0.0).readings):
        capture = evidence.keep(db, Visit(page, "run", day(6 * at)), answer(f"{at}", url=page.url))
        assert capture is not None
        read(db, capture, made)
        derivation.derive(db, page, "c1")
        known = bookmarks.bookmark(db, "ann") or bookmarks.NOTHING_SEEN
        seen.update(entry.page.captured_at for entry in listed(db, Which(seen=known)))
        bookmarks.set_bookmark(db, "ann", bookmarks.here(db, day(6 * at)))
    found = listed(db)
    became = "select observed_at from observations where verdict in ('first', 'changed', 'returned')"
    assert sorted(entry.page.captured_at for entry in found) == sorted(db.column(str, became))
    assert seen == Counter({entry.page.captured_at: 1 for entry in found})
    assert all(entry.summary for entry in found)
    assert all(
        entry.words_added or entry.words_removed or entry.cause in ("first", "moved") or entry.said == "moved"
        for entry in found
    )
