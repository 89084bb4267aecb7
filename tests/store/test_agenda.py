"""The agenda: what is due, who may visit which host, and when a page is due again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
from helpers import day

from pagewitness.archive import times
from pagewitness.archive.errors import QueryError
from pagewitness.archive.model import Page
from pagewitness.archive.store import agenda, due_times, evidence, holders, leases
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.leases import Lease

ONE, TWO, OTHER = "https://one.example/a", "https://one.example/b", "https://other.example/a"
ME = holders.name_of_process()
ELSEWHERE = "another-machine 17 1"
DAY = 86400.0


def follow(db: Sqlite, *urls: str, at: float = 0, interval: float = DAY) -> list[Page]:
    return [page for page, _ in agenda.follow(db, urls, None, interval, day(at))]


def visited(
    db: Sqlite, page: Page, at: float, *, failed: bool = False, pending: bool = False, wait: float | None = None
) -> bool:
    """Visited by whoever holds the page's host."""
    db.execute("insert into hosts (host, claim) select host, 1 from pages where true on conflict (host) do nothing")
    row = db.row("select * from hosts where host = (select host from pages where id = :id)", id=page.id)
    lease = Lease(row["host"], row["claim"], row["robots"], row["free_at"])
    return agenda.record_visit(db, page, day(at), lease, agenda.Result(failed, pending, wait))


def claim(db: Sqlite, at: float, holder: str = ME) -> Lease | None:
    return leases.claim_host(db, day(at), day(at), holder)


# --- following --------------------------------------------------------------------------------------------------------


def test_a_followed_page_is_due_at_once(db: Sqlite) -> None:
    """Its source is its host, unless one is named."""
    [page] = follow(db, ONE)
    assert (page.followed, page.due_at, page.source, page.interval) == (True, day(0), "one.example", DAY)
    [(again, new)] = agenda.follow(db, [ONE], "A Publisher", 60, day(1))
    assert (again.id, new, again.source, again.due_at, again.interval) == (page.id, False, "A Publisher", day(1), 60)
    assert follow(db, ONE)[0].source == "A Publisher"


def test_nothing_is_followed_unless_all_addresses_are_good(db: Sqlite) -> None:
    with pytest.raises(QueryError, match="ftp://bad"):
        follow(db, ONE, "ftp://bad.example/")
    assert db.value("select count(*) from pages") == 0


def test_an_imported_page_takes_the_address_under_which_it_is_followed(db: Sqlite) -> None:
    """A page that is followed already keeps its own."""
    evidence.known_page(db, "http://one.example/a")
    assert follow(db, ONE)[0].url == ONE
    assert follow(db, "http://ONE.example/a")[0].url == ONE


def test_hastened_pages_are_due_now(db: Sqlite) -> None:
    """Some by name, or all that are followed; never one that is not."""
    one, other = follow(db, ONE, OTHER)
    unfollowed = evidence.known_page(db, TWO)
    for page in (one, other):
        visited(db, page, 1)
    assert agenda.due(db, day(1)) == 0
    agenda.hasten(db, [one.id, unfollowed.id], day(1))
    assert agenda.due(db, day(1)) == 1
    agenda.hasten(db, None, day(1))
    assert agenda.due(db, day(1)) == 2
    agenda.hasten(db, None, day(1.5))
    assert agenda.due(db, day(1)) == 2, "what is overdue keeps its place in the queue"


# --- leases -----------------------------------------------------------------------------------------------------------


def test_a_host_is_leased_to_one_at_a_time(db: Sqlite) -> None:
    """The one that has waited longest first; a host that is free again can be leased again."""
    follow(db, OTHER, at=1)
    follow(db, ONE, TWO, at=0)
    first, second = claim(db, 2), claim(db, 2, ELSEWHERE)
    assert first is not None and second is not None  # noqa: PT018
    assert (first.host, second.host) == ("one.example", "other.example")
    assert claim(db, 2) is None
    leases.release(db, first)
    again = claim(db, 2)
    assert again is not None
    assert (again.host, again.claim) == ("one.example", first.claim + 1)


def test_a_host_with_nothing_due_is_not_leased(db: Sqlite) -> None:
    follow(db, ONE, at=5)
    assert claim(db, 4) is None
    assert claim(db, 5) is not None


def test_the_pages_of_a_host_come_in_the_order_in_which_they_were_due(db: Sqlite) -> None:
    """And none that is another host's, or not followed."""
    follow(db, TWO, at=1)
    follow(db, ONE, OTHER, at=0)
    evidence.known_page(db, "https://one.example/unfollowed")
    lease = claim(db, 2)
    assert lease is not None
    seen = []
    while page := agenda.next_page(db, lease, day(2)):
        seen.append(page.url)
        visited(db, page, 2)
    assert seen == ([ONE, TWO] if lease.host == "one.example" else [OTHER])


def test_a_lease_that_was_not_renewed_ends(db: Sqlite) -> None:
    """Another may take the host; who held it finds out, and can no longer write there or give it back."""
    follow(db, ONE)
    mine = claim(db, 1)
    assert mine is not None
    later = times.later(day(1), leases.LEASE_SECONDS + 1)
    theirs = leases.claim_host(db, later, later, ELSEWHERE)
    assert theirs is not None
    assert theirs.claim == mine.claim + 1
    assert not leases.renew(db, mine, later)
    leases.keep_host(db, mine, free_at=day(99), robots="mine")
    leases.release(db, mine)
    assert leases.renew(db, theirs, later)
    assert db.value("select claimed_by from hosts") == ELSEWHERE
    assert db.value("select robots from hosts") is None


def test_a_renewed_lease_holds(db: Sqlite) -> None:
    follow(db, ONE)
    mine = claim(db, 1)
    assert mine is not None
    almost = times.later(day(1), leases.LEASE_SECONDS - 1)
    assert leases.renew(db, mine, almost)
    assert leases.claim_host(db, times.later(almost, 10), times.later(almost, 10), ELSEWHERE) is None


def test_the_lease_of_a_dead_process_is_taken_over_at_once(db: Sqlite) -> None:
    """Known by its machine and process id, and by when the process began: ids are used again."""
    follow(db, ONE)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    theirs = f"{socket.gethostname()} {child.pid} {holders._started(child.pid)}"
    assert claim(db, 1, theirs) is not None
    assert claim(db, 1) is None, "it lives"
    child.communicate(b"\n")
    assert claim(db, 1) is not None


def test_the_lease_of_a_process_whose_id_is_used_again_is_taken_over(db: Sqlite) -> None:
    follow(db, ONE)
    assert claim(db, 1, f"{socket.gethostname()} {os.getpid()} before") is not None
    assert claim(db, 1) is not None


def test_a_process_of_another_machine_is_believed_to_live(db: Sqlite) -> None:
    """Until its lease ends."""
    follow(db, ONE)
    assert claim(db, 1, f"another {2**22 + 1} 1") is not None
    assert claim(db, 1) is None


def test_a_lease_lasts_as_long_as_it_is_asked_for(db: Sqlite) -> None:
    """From its claim, and from each renewal."""
    follow(db, ONE)
    minute = 60 / DAY
    mine = leases.claim_host(db, day(1), day(1), ME, seconds=120)
    assert mine is not None
    assert claim(db, 1 + 1.9 * minute) is None
    assert leases.renew(db, mine, day(1 + 1.9 * minute), seconds=60)
    assert claim(db, 1 + 2.8 * minute) is None
    assert claim(db, 1 + 3 * minute) is not None


def test_a_host_that_was_given_back_can_not_be_renewed(db: Sqlite) -> None:
    """Else nobody could have it until the lease of nobody ends."""
    follow(db, ONE)
    mine = claim(db, 1)
    assert mine is not None
    assert leases.holds(db, mine)
    leases.release(db, mine)
    assert not leases.renew(db, mine, day(1))
    assert claim(db, 1) is not None
    assert not leases.holds(db, mine)


def test_who_lost_a_host_says_nothing_of_its_pages(db: Sqlite) -> None:
    """When they are due again is the next holder's to say, and how often they failed."""
    [page] = follow(db, ONE)
    mine = claim(db, 1)
    assert mine is not None
    leases.release(db, mine)
    theirs = claim(db, 1, ELSEWHERE)
    assert theirs is not None
    assert agenda.record_visit(db, page, day(2), theirs, agenda.Result())
    before = evidence.page(db, page.id)
    assert not agenda.record_visit(db, page, day(5), mine, agenda.Result(failed=True))
    assert evidence.page(db, page.id) == before


def test_hosts_that_had_their_turn_come_last(db: Sqlite) -> None:
    """In the order in which they had it, however long something has been due on them."""
    follow(db, ONE, at=0)
    follow(db, OTHER, at=1)
    third = "https://third.example/"
    follow(db, third, at=2)
    order = []
    for _ in range(3):
        lease = leases.claim_host(db, day(3), day(3), ME, leases.Choice(last=["one.example", "other.example"]))
        assert lease is not None
        order.append(lease.host)
    assert order == ["third.example", "one.example", "other.example"]


def test_it_is_known_whether_a_host_waits(db: Sqlite) -> None:
    """One with something due that nobody holds."""
    follow(db, ONE, at=1)
    assert not leases.host_waits(db, day(0), day(0))
    assert leases.host_waits(db, day(1), day(1))
    assert claim(db, 1) is not None
    assert not leases.host_waits(db, day(1), day(1))


# --- due again --------------------------------------------------------------------------------------------------------


def due_again(
    db: Sqlite, page: Page, *, failed: bool = False, pending: bool = False, wait: float | None = None
) -> float:
    """Seconds after a visit on day 1 at which the page is due again."""
    visited(db, page, 1, failed=failed, pending=pending, wait=wait)
    due = evidence.page(db, page.id).due_at
    assert due is not None
    return (times.moment(due) - times.moment(day(1))).total_seconds()


def test_a_visited_page_is_due_after_its_interval(db: Sqlite) -> None:
    """Or a little earlier or later."""
    [page] = follow(db, ONE)
    assert due_again(db, page) == pytest.approx(DAY, rel=due_times.JITTER)
    assert evidence.page(db, page.id).failures == 0


def test_pages_that_are_visited_together_are_due_at_different_times(db: Sqlite) -> None:
    """By up to a twentieth of the interval earlier or later, always the same for the same page and visit."""
    pages = follow(db, *(f"https://one.example/{number}" for number in range(200)))
    due = [due_again(db, page) for page in pages]
    assert all(0.95 * DAY <= one <= 1.05 * DAY for one in due)
    assert min(due) < 0.96 * DAY < 1.04 * DAY < max(due)
    assert due == [due_again(db, page) for page in pages]
    visited(db, pages[0], 2)
    again = evidence.page(db, pages[0].id).due_at
    assert again is not None
    assert again != times.later(day(2), due[0]), "the next visit shifts it by another amount"


def test_a_run_may_come_a_tenth_of_the_interval_early(db: Sqlite) -> None:
    """A daily run would otherwise find a page due a second later, and visit it every other day."""
    [page] = follow(db, ONE)
    visited(db, page, 1)
    assert agenda.due(db, day(1.89)) == 0
    assert not leases.host_waits(db, day(1.89), day(1.89))
    assert agenda.due(db, day(1.91)) == 1
    lease = claim(db, 1.91)
    assert lease is not None
    found = agenda.next_page(db, lease, day(1.91))
    assert found is not None
    leases.release(db, lease)
    assert agenda.next_due(db) == day(1.9)


@pytest.mark.parametrize("failed", [False, True], ids=["answers", "fails"])
def test_a_daily_run_visits_a_daily_page_every_day(db: Sqlite, failed: bool) -> None:
    """Whatever minute it begins at, and however long visits take; also a page that fails all the time."""
    [page] = follow(db, ONE)
    for number in range(1, 41):
        begins = number + (number % 7) / 200  # up to some minutes later than at the same time of day
        assert agenda.due(db, day(begins)) == 1, f"on day {number}"
        visited(db, evidence.page(db, page.id), begins + 0.01, failed=failed)
        assert agenda.due(db, day(begins + 0.0101)) == 0


def test_a_server_that_asks_for_a_pause_gets_all_of_it(db: Sqlite) -> None:
    [page] = follow(db, ONE)
    visited(db, page, 1, wait=2 * DAY)
    assert agenda.due(db, day(2.99)) == 0
    assert agenda.due(db, day(3)) == 1


def test_what_is_pending_is_looked_at_again_within_the_hour(db: Sqlite) -> None:
    [page] = follow(db, ONE)
    assert due_again(db, page, pending=True) == agenda.RECHECK_SECONDS
    [often] = follow(db, TWO, interval=60)
    assert due_again(db, often, pending=True) == pytest.approx(60, rel=due_times.JITTER)


def test_failures_are_repeated_soon_and_then_ever_more_slowly(db: Sqlite) -> None:
    """Up to the page's interval, however many there are; a good visit forgets them."""
    [page] = follow(db, ONE)
    pauses = [due_again(db, evidence.page(db, page.id), failed=True) for _ in range(12)]
    assert pauses[:3] == [agenda.FAILURE_SECONDS, 2 * agenda.FAILURE_SECONDS, 4 * agenda.FAILURE_SECONDS]
    assert pauses[-1] == pytest.approx(DAY, rel=due_times.JITTER)
    assert evidence.page(db, page.id).failures == 12
    db.execute("update pages set failures = 100000")
    assert due_again(db, evidence.page(db, page.id), failed=True) == pytest.approx(DAY, rel=due_times.JITTER)
    assert due_again(db, evidence.page(db, page.id)) == pytest.approx(DAY, rel=due_times.JITTER)
    assert evidence.page(db, page.id).failures == 0


def test_a_server_that_asks_us_to_stay_away_is_heeded(db: Sqlite) -> None:
    [page] = follow(db, ONE, interval=60)
    assert due_again(db, page, failed=True, wait=7200) == 7200
    assert due_again(db, page, wait=0) == pytest.approx(60, rel=due_times.JITTER)


def test_a_visited_page_is_never_due_at_the_moment_of_its_visit(db: Sqlite) -> None:
    """Else a run would not end."""
    [page] = follow(db, ONE, interval=0)
    assert due_again(db, page) > 0


# --- clocks that were wrong, and Windows ------------------------------------------------------------------------------


def test_a_lease_that_ends_in_years_comes_of_a_wrong_clock_and_keeps_nobody_away(db: Sqlite) -> None:
    """Also if it is another machine's: nobody here can tell whether that one runs."""
    follow(db, ONE)
    assert claim(db, 3650, ELSEWHERE) is not None
    assert leases.host_waits(db, day(1), day(1))
    assert claim(db, 1) is not None


def test_no_process_is_sent_a_signal_on_windows(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """There signal 0 is Ctrl-C: a lease ends by itself, or is given back."""
    follow(db, ONE)
    assert claim(db, 1, ME) is not None
    monkeypatch.setattr(os, "name", "nt")
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("it was sent a signal"))
    assert claim(db, 1, "another") is None
    assert claim(db, 1 + 2 * leases.LEASE_SECONDS / DAY, "another") is not None
