"""Reports that are overdue: from what day to what day, and where that is said."""

from __future__ import annotations

from datetime import datetime

import pytest
from helpers import answer, read, reading

from pagewitness.archive import addresses, times
from pagewitness.archive.fold import derivation, listed
from pagewitness.archive.fold.listed import ListedAddress
from pagewitness.archive.model import Outcome, Page, PageRole, ReportSeries, Source, Visit
from pagewitness.archive.store import agenda, bookmarks, evidence, finds, sources
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import changes, listing, seasons, series
from pagewitness.archive.views.change_events import Which

LANDING, REPORTS = "https://agency.example/threats", "https://agency.example/reports"
TITLES = ("National Threat Assessment", "Grėsmių nacionaliniam saugumui vertinimas")
TEXT = [f"Paragraph {word} of the yearly assessment describes the harbour, the border and the cables." for word in
        ("one", "two", "three", "four")]  # fmt: skip


def on(date: str) -> str:
    return times.stamp(datetime.fromisoformat(f"{date}T06:00:00+00:00"))


def follow(db: Sqlite, url: str, months: tuple[int, ...] = (3,)) -> Page:
    expected = ReportSeries(TITLES, months, (addresses.key_of(LANDING), addresses.key_of(REPORTS)))
    sources.know(db, [Source("agency", "The Agency", "LT", hosts=("agency.example",), series=(expected,))])
    [(page, _)] = agenda.follow(db, [url], "agency", 86400, on("2025-01-01"))
    return page


def visit(db: Sqlite, page: Page, date: str, text: str = "nothing new", title: str = "Threats to the country") -> None:
    """A visit that shows a text; `failed` or `blocked` in place of it sees nothing."""
    if text == "failed":
        evidence.note(db, Visit(page, "run", on(date), Outcome.FAILED, reason="no answer"))
    else:
        status, headers = (
            (403, (("Server", "cloudflare"), ("CF-Mitigated", "challenge"))) if text == "blocked" else (200, ())
        )
        made = answer(text, status=status, url=page.url, headers=headers)
        capture = evidence.keep(db, Visit(page, "run", on(date)), made)
        assert capture is not None
        read(db, capture, reading([*TEXT, f"The office says this: {text}."], title=title))
    derivation.derive(db, page, "c1")


def found(db: Sqlite) -> list[tuple[str, str, str | None]]:
    return [(one.expected, one.since[:10], one.until and one.until[:10]) for one in series.overdue_reports(db)]


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([3], [("March 2025", "2025-01-15", "2025-05-15"), ("March 2026", "2026-01-15", "2026-05-15")]),
        ([2, 3], [("February or March 2025", "2024-12-18", "2025-05-15"), ("February or March 2026", "2025-12-18", "2026-05-15")]),
        ([11, 12, 1], [("November 2025 to January 2026", "2025-09-17", "2026-03-17")]),
        ([8, 11], [("August 2025", "2025-06-17", "2025-10-15"), ("November 2025", "2025-09-17", "2026-01-14")]),
        ([4, 6], [("April 2025", "2025-02-15", "2025-06-01"), ("June 2025", "2025-05-01", "2025-08-14"),
                  ("April 2026", "2026-02-15", "2026-06-01")]),
        (list(range(1, 13)), []),
        ([], []),
    ],
    ids=["a month", "two months", "over the new year", "twice a year", "close together", "all the year", "irregular"],
)  # fmt: skip
def test_a_report_is_due_45_days_after_its_months_or_when_the_next_is_expected(
    months: list[int], expected: list[tuple[str, str, str]]
) -> None:
    made = seasons.seasons(months, on("2025-01-01"), on("2026-06-15"))
    assert [(one.name, one.opens[:10], one.due[:10]) for one in made] == expected


def test_a_report_is_overdue_from_the_first_visit_after_the_grace_until_something_new_comes(db: Sqlite) -> None:
    page = follow(db, LANDING)
    for date in ("2025-02-01", "2025-05-14"):
        visit(db, page, date)
    assert found(db) == []
    visit(db, page, "2025-05-16")
    assert found(db) == [("March 2025", "2025-05-16", None)]
    [overdue] = series.overdue_reports(db)
    assert overdue.said == "agency, National Threat Assessment: expected in March 2025, not seen by 16 May 2025"
    visit(db, page, "2025-06-26", "a new assessment")
    assert found(db) == [("March 2025", "2025-05-16", "2025-06-26")]
    [arrived] = series.overdue_reports(db)
    assert arrived.arrived.startswith(
        "agency, National Threat Assessment: expected in March 2025, arrived after 41 days ("
    )


@pytest.mark.parametrize(
    "visits",
    [
        ["2025-03-10", "2025-05-20"],
        ["2025-02-01", "2025-05-20 failed", "2025-05-21 blocked"],
        ["2025-02-01", "2025-03-20 a new assessment", "2025-05-20 a new assessment"],
        ["2025-02-01", "2025-02-10 an early assessment", "2025-05-20 an early assessment"],
    ],
    ids=["followed too late to know", "not seen since", "in time", "early"],
)
def test_nothing_is_overdue_that_came_or_could_not_be_seen(db: Sqlite, visits: list[str]) -> None:
    page = follow(db, LANDING)
    for one in visits:
        date, _, text = one.partition(" ")
        visit(db, page, date, text or "nothing new")
    assert found(db) == []


def test_a_report_that_never_comes_gives_way_to_the_next(db: Sqlite) -> None:
    page = follow(db, LANDING)
    for date in ("2025-02-01", "2025-05-20", "2026-05-20"):
        visit(db, page, date)
    assert found(db) == [("March 2025", "2025-05-20", None), ("March 2026", "2026-05-20", None)]
    assert [one.lasts for one in series.overdue_reports(db)] == [False, True]


def lists(db: Sqlite, page: Page, date: str, *entries: str) -> None:
    """A visit of a listing shows these entries."""
    visit(db, page, date, " and ".join(entries), title="Publications")
    made = [ListedAddress(f"{REPORTS}/{entry}", f"{REPORTS}/{entry}", entry.replace("-", " ")) for entry in entries]
    shown = listed.last_shown(db, page)
    assert shown is not None
    listed.record_sighting(db, page, shown, made)


def test_where_earlier_reports_are_recognised_only_what_is_called_so_counts(db: Sqlite) -> None:
    page = finds.set_role(db, follow(db, REPORTS), PageRole.LISTING)
    old = "National-threat-assessment-2024"
    lists(db, page, "2025-02-01", old)
    lists(db, page, "2025-03-20", old, "A-speech-of-the-director")
    lists(db, page, "2025-04-20", old, "A-speech-of-the-director", "National-threat-assessment-2019")
    lists(db, page, "2025-05-20", old)
    assert found(db) == [("March 2025", "2025-05-20", None)]
    lists(db, page, "2025-05-30", old, "Threat-Assessment-2025")
    assert found(db) == [("March 2025", "2025-05-20", "2025-05-30")]


def test_where_none_is_recognised_any_new_entry_counts(db: Sqlite) -> None:
    page = finds.set_role(db, follow(db, REPORTS), PageRole.LISTING)
    lists(db, page, "2025-02-01", "paper-14")
    lists(db, page, "2025-03-20", "paper-14", "paper-15")
    lists(db, page, "2025-05-20", "paper-14", "paper-15")
    assert found(db) == []


def test_another_report_of_the_source_is_not_taken_for_it(db: Sqlite) -> None:
    page = finds.set_role(db, follow(db, REPORTS), PageRole.LISTING)
    keys = (addresses.key_of(REPORTS),)
    both = (ReportSeries(("Economic Outlook",), (3,), keys), ReportSeries(TITLES, (3,), keys))
    sources.know(db, [Source("agency", "The Agency", "LT", hosts=("agency.example",), series=both)])
    old, new = "National-threat-assessment-2024", "National-threat-assessment-2025"
    lists(db, page, "2025-02-01", old)
    lists(db, page, "2025-03-20", new, old)
    lists(db, page, "2025-05-20", new, old)
    assert [one.title for one in series.overdue_reports(db)] == ["Economic Outlook"]


def test_pages_that_are_no_entries_of_the_source_say_nothing_of_its_reports(db: Sqlite) -> None:
    page = follow(db, "https://agency.example/press/2025/visit")
    for date in ("2025-02-01", "2025-05-20"):
        visit(db, page, date)
    assert found(db) == []


# --- where it is said -------------------------------------------------------------------------------------------------


def test_an_overdue_report_is_an_entry_of_changes_when_it_begins_and_when_it_arrives(db: Sqlite) -> None:
    page = follow(db, LANDING)
    visit(db, page, "2025-02-01")
    seen, told = bookmarks.here(db, on("2025-02-01")), []
    for date, text in (
        ("2025-05-16", "nothing new"),
        ("2025-05-17", "nothing new"),
        ("2025-06-26", "a new assessment"),
    ):
        visit(db, page, date, text)
        told.append([one.cause for one in changes.list_changes(db, Which(seen=seen), None)[0][::-1]])
        seen = bookmarks.here(db, on(date))
    assert told == [["overdue"], [], ["arrived", "change"]]
    entry = changes.list_changes(db, Which(until=on("2025-05-31")), None)[0][0]
    assert (entry.page.url, entry.page.captured_at, entry.page.not_before) == (
        LANDING,
        on("2025-05-16"),
        on("2025-02-01"),
    )


def test_pages_marks_the_page_where_the_report_would_be(db: Sqlite) -> None:
    page = follow(db, LANDING)
    visit(db, page, "2025-02-01")
    visit(db, page, "2025-05-16")
    agenda.hasten(db, [page.id], on("2025-05-16"))
    [row] = listing.page_rows(db, on("2025-05-16"))
    assert row["state"] == "overdue"
    assert row["reason"] == "agency, National Threat Assessment: expected in March 2025, not seen by 16 May 2025"
    assert str(row["question"]).startswith(f"Did we miss a report? {row['reason']}. ")
