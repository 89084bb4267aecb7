"""The room that large bodies share: who waits for it, and that all of it comes back."""

from __future__ import annotations

import gzip
import resource
import threading
import time

import pytest
from loopback import Handler, Loopback, Reply, network

from pagewitness.archive.errors import FetchError
from pagewitness.archive.model import Answer
from pagewitness.scraper.net.byte_budget import FREE, ByteBudget
from pagewitness.scraper.net.fetch import Failed, fetch, open_session
from pagewitness.scraper.net.watchdog import Stopped

MB = 1 << 20


def left(budget: ByteBudget) -> bool:
    """Whether all of a budget is there."""
    with budget.share() as share:
        share.reserve(budget.total, lambda: pytest.fail("something was not given back"))
    return True


def test_who_needs_more_than_is_left_waits_until_it_is_given_back() -> None:
    budget, order = ByteBudget(10 * MB), []
    first = budget.share()
    first.reserve(8 * MB)

    def second() -> None:
        with budget.share() as share:
            share.reserve(6 * MB)
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    time.sleep(0.05)
    order.append("first")
    first.shrink(5 * MB)  # 1 MB too much
    time.sleep(0.05)
    assert order == ["first"]
    first.shrink(4 * MB)
    thread.join(5)
    assert order == ["first", "second"]
    first.release()
    assert left(budget)


def test_small_bodies_are_not_counted_and_one_that_is_too_large_gets_everything() -> None:
    budget = ByteBudget(8 * MB)
    with budget.share() as all_of_it, budget.share() as small:
        all_of_it.reserve(100 * MB)
        small.reserve(FREE)
        with pytest.raises(Stopped):
            small.reserve(FREE + 1, stop)
    assert left(budget)


def test_a_body_that_turns_out_small_gives_everything_back() -> None:
    budget = ByteBudget(8 * MB)
    with budget.share() as share:
        share.reserve(8 * MB)
        share.shrink(FREE)
        assert left(budget)


def stop() -> None:
    raise Stopped


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_fetch_that_gets_no_room_in_time_fails_and_may_be_tried_again(site: Loopback, coding: str) -> None:
    body = b"a large body, " * 400_000
    sent = gzip.compress(body, 1) if coding else body
    site.routes["/"] = Reply(200, sent, (("Content-Encoding", coding),) if coding else ())
    site.routes["/small"] = Reply(200, b"small")
    with open_session(network(deadline=0.5)) as session, session.bodies.share() as taken:
        taken.reserve(session.bodies.total)
        failed = fetch(site.url(), session)
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, FetchError)
        assert failed.error.transient
        assert isinstance(fetch(site.url("/small"), session), Answer)
        taken.release()
        answer = fetch(site.url(), session)
        assert isinstance(answer, Answer)
        assert answer.body == body
        assert left(session.bodies)


def test_a_share_that_is_handed_in_holds_the_body_until_it_is_released(site: Loopback) -> None:
    site.routes["/"] = Reply(200, bytes(5 * MB))
    with open_session(network()) as session:
        with session.bodies.share() as share:
            assert isinstance(fetch(site.url(), session, share=share), Answer)
            with session.bodies.share() as other:
                other.reserve(session.bodies.total - 5 * MB)
                with pytest.raises(Stopped):
                    session.bodies.take(1, stop)
        assert left(session.bodies)


def test_a_failure_gives_its_room_back(site: Loopback) -> None:
    def half(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + bytes(6 * MB))

    site.routes["/"] = half
    with open_session(network()) as session:
        assert isinstance(fetch(site.url(), session), Failed)
        assert left(session.bodies)


def test_a_body_is_not_copied_when_it_is_whole(site: Loopback) -> None:
    """40 MB take little more than 40 MB."""
    site.routes["/"] = big
    with open_session(network()) as session:
        fetch(site.url("/nothing"), session)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer = fetch(site.url(), session)
        assert isinstance(answer, Answer)
        assert len(answer.body) == 40 * MB
        # A copy would take 80 MB; what the tests before left in pieces takes some, too.
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 78_000


def big(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (40 * MB))
    for _ in range(40):
        handler.wfile.write(bytes(MB))
