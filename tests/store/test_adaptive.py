"""Adaptive intervals: from a page's history to the time of its next visit."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from helpers import answer, day

from pagewitness.archive.model import Outcome, Page, PageRole, Source, Visit
from pagewitness.archive.store import agenda, evidence, finds, sources
from pagewitness.archive.store.adaptive import AdaptiveIntervals, IntervalBounds, changes_seen
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.forward import bring_forward, listed_upto

BUSY, QUIET = "https://one.example/busy", "https://one.example/quiet"
DAY = 86400.0
ON = IntervalBounds(adaptive=True)


def follow(db: Sqlite, *urls: str, interval: float = DAY) -> list[Page]:
    return [page for page, _ in agenda.follow(db, urls, None, interval, day(0))]


def watch(db: Sqlite, page: Page, verdicts: Iterable[str], *, every: float = 1.0) -> None:
    """A visit every so many days, with these verdicts."""
    for at, verdict in enumerate(verdicts):
        evidence.note(db, Visit(page, "run", day(at * every), Outcome.NOT_MODIFIED, 304))
        db.execute(
            "insert into observations (visit_id, page_id, observed_at, verdict) select max(id), :page, :at, :verdict from visits",
            page=page.id, at=day(at * every), verdict=verdict,
        )  # fmt: skip


def intervals(db: Sqlite, pages: Iterable[Page], usual: IntervalBounds = ON) -> list[float]:
    """What two runs make of some pages: the first estimates how often they change, the second shares out the visits."""
    found = []
    for turn in range(2):
        run = AdaptiveIntervals(db, usual, day(100))
        found = [run.adapt(db, evidence.page(db, page.id)).pause for page in pages]
        assert turn or found == [page.interval for page in pages]
    return found


def test_what_was_seen_is_counted_by_its_gaps(db: Sqlite) -> None:
    """What is not credible, or not yet confirmed, is no visit that showed the page: the gap lasts."""
    [page] = follow(db, BUSY)
    watch(db, page, ["first", "unchanged", "changed", "suspect", "pending", "changed", "returned"])
    seen = changes_seen(db, page)
    assert seen.visits == 5
    assert seen.changed == pytest.approx((3 * DAY, DAY))
    assert seen.unchanged == pytest.approx(2 * DAY)


def test_a_page_that_changes_often_is_visited_more_often_and_a_quiet_one_less(db: Sqlite) -> None:
    """As many visits in all as with their own intervals, within the bounds."""
    busy, quiet = follow(db, BUSY, QUIET)
    watch(db, busy, ["first"] + ["changed"] * 14)
    watch(db, quiet, ["first"] + ["unchanged"] * 14)
    often, seldom = intervals(db, [busy, quiet])
    assert often < DAY < seldom <= 3 * DAY
    assert DAY / often + DAY / seldom == pytest.approx(2, rel=0.05)


def test_before_ten_visits_a_page_keeps_its_own_interval(db: Sqlite) -> None:
    busy, quiet = follow(db, BUSY, QUIET)
    watch(db, busy, ["first"] + ["changed"] * 14)
    watch(db, quiet, ["first"] + ["unchanged"] * 8)
    assert intervals(db, [busy, quiet])[1] == DAY
    assert evidence.page(db, quiet.id).adapted is None


def test_nothing_is_adapted_unless_somebody_says_so(db: Sqlite) -> None:
    busy, quiet = follow(db, BUSY, QUIET)
    for page in (busy, quiet):
        watch(db, page, ["first"] + ["changed"] * 14)
    assert intervals(db, [busy, quiet], IntervalBounds()) == [DAY, DAY]


def test_a_source_says_whether_how_far_and_with_what_weight(db: Sqlite) -> None:
    """Of pages that change equally often, those of a weightier source are visited more often."""
    pages = follow(db, BUSY, QUIET, "https://two.example/a", "https://three.example/a")
    pacing = {"two.example": '{"weight": 4}', "three.example": '{"adaptive": false}'}
    sources.know(db, [Source(name, name, "LT", hosts=(name,), pacing=said) for name, said in pacing.items()])
    for page in pages:
        watch(db, page, ["first", *["changed", "unchanged"] * 7])
    one, other, weighty, fixed = intervals(db, pages)
    assert one == other == pytest.approx(2 * weighty, rel=0.05)
    assert fixed == DAY


def test_switched_off_the_pages_have_their_own_intervals_again(db: Sqlite) -> None:
    """And none is due later than that allows."""
    busy, quiet = follow(db, BUSY, QUIET)
    watch(db, busy, ["first"] + ["changed"] * 14)
    watch(db, quiet, ["first"] + ["unchanged"] * 14)
    intervals(db, [busy, quiet])
    db.execute("update pages set due_at = :at where id = :id", at=day(103), id=quiet.id)
    AdaptiveIntervals(db, IntervalBounds(), day(100))
    assert [evidence.page(db, page.id).pause for page in (busy, quiet)] == [DAY, DAY]
    assert evidence.page(db, quiet.id).due_at == day(101)


def test_an_interval_that_is_set_anew_applies_at_once(db: Sqlite) -> None:
    busy, quiet = follow(db, BUSY, QUIET)
    watch(db, busy, ["first"] + ["changed"] * 14)
    watch(db, quiet, ["first"] + ["unchanged"] * 14)
    intervals(db, [busy, quiet])
    assert follow(db, BUSY, interval=7 * DAY)[0].pause == 7 * DAY


# --- what lists others ------------------------------------------------------------------------------------------------


def entry(db: Sqlite, listing: Page, url: str, since: float, until: float | None = None) -> Page:
    """A page that a listing lists for some days, visited on day 10."""
    [page] = follow(db, url)
    db.execute(
        """insert into listed (page_id, key, since_at, until_at, url, title, place)
           values (:page, :key, :since, :until, :url, '', 0)""",
        page=listing.id, key=page.key, since=day(since), until=None if until is None else day(until), url=url,
    )  # fmt: skip
    evidence.note(db, Visit(page, "run", day(10), Outcome.NOT_MODIFIED, 304))
    db.execute("update pages set due_at = :at where id = :id", at=day(11), id=page.id)
    return page


def test_a_feed_has_changed_if_entries_came_or_went(db: Sqlite) -> None:
    [feed] = follow(db, "https://one.example/feed")
    feed = finds.set_role(db, feed, PageRole.FEED)
    for at in range(5):
        evidence.keep(db, Visit(feed, "run", day(at)), answer(f"<rss>{at}</rss>"))
    entry(db, feed, BUSY, 0, 3)
    entry(db, feed, QUIET, 2)
    seen = changes_seen(db, feed)
    assert seen.visits == 5
    assert seen.changed == pytest.approx((DAY, DAY))


def test_a_listing_that_changed_brings_its_pages_forward_once(db: Sqlite) -> None:
    """An entry that left it at once; the others if half of their interval is over; not what was visited within the hour."""
    [listing] = follow(db, "https://one.example/list")
    listing = finds.set_role(db, listing, PageRole.LISTING)
    gone, stays = entry(db, listing, BUSY, 0, 10.3), entry(db, listing, QUIET, 0)

    def due() -> list[str | None]:
        return [evidence.page(db, page.id).due_at for page in (gone, stays)]

    assert bring_forward(db, listing, day(10.3), day(10.3), 3600) == 0
    assert bring_forward(db, listing, day(10), day(10.02), 3600) == 0
    assert bring_forward(db, listing, day(10), day(10.3), 3600) == 1
    assert due() == [day(10.3), day(11)]
    assert bring_forward(db, listing, day(10), day(10.6), 3600) == 1
    assert due() == [day(10.3), day(10.6)]
    assert bring_forward(db, listing, day(10), day(10.9), 3600) == 0


def test_a_page_that_lists_nothing_brings_nothing_forward(db: Sqlite) -> None:
    [page] = follow(db, BUSY)
    assert listed_upto(db, page) is None
