"""robots.txt: who may fetch what, how slowly, and what holds when it can't be had (RFC 9309)."""

from __future__ import annotations

import time

import pytest
from loopback import Handler, Loopback, Reply, network, refuse_other_connections

from pagewitness.scraper.net.fetch import Session, open_session
from pagewitness.scraper.net.robots import NOWHERE, Robots, fetch_robots

ORIGIN = "https://example.org"
NOW = "2026-11-23T10:00:00.000000Z"
RULES = b"""User-agent: *
Disallow: /private
Crawl-delay: 7

User-agent: Pagewitness
Disallow: /drafts
Allow: /drafts/open
Disallow: /*.zip$
"""


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_other_connections(monkeypatch)


def robots(text: str, status: int | None = 200) -> Robots:
    return Robots(ORIGIN, NOW, status, text)


def asked(site: Loopback, session: Session, reply: Reply) -> Robots:
    site.routes["/robots.txt"] = reply
    return fetch_robots(site.origin, session, NOW)


def test_the_rules_for_us_hold(site: Loopback, session: Session) -> None:
    """Our own group, not the one for all; the longest match wins, wildcards count."""
    found = asked(site, session, Reply(200, RULES, (("Content-Type", "text/plain"),)))
    assert (found.origin, found.fetched_at, found.status) == (site.origin, NOW, 200)
    assert found.refusal(site.url("/private/a")) is None
    assert found.refusal(site.url("/drafts/open/a")) is None
    assert found.refusal(site.url("/a.zip?x")) is None
    assert found.refusal(site.url("/a.zip")) is not None
    assert found.refusal(site.url("/drafts/a")) == (
        "the site's robots.txt does not let pagewitness fetch this page; ask the publisher, or unfollow the page."
    )
    assert found.delay is None


def test_without_a_group_of_ours_that_for_all_holds() -> None:
    """With its delay."""
    found = robots("User-agent: *\nDisallow: /\nCrawl-delay: 7\nUser-agent: other\nAllow: /\n")
    assert found.refusal(f"{ORIGIN}/") is not None
    assert found.delay == 7


@pytest.mark.parametrize(
    ("value", "delay"), [("0.5", 0.5), ("60", 60), ("86400", 60), ("0", None), ("-3", None), ("x", None), ("nan", None)]
)
def test_a_crawl_delay_is_capped_at_a_minute(value: str, delay: float | None) -> None:
    """A day between two visits would be a way of saying no; what is no number says nothing."""
    assert robots(f"User-agent: *\nCrawl-delay: {value}\n").delay == delay


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_4xx_allows_all(site: Loopback, session: Session, status: int) -> None:
    """There is no robots.txt (RFC 9309, 2.3.1.3), whatever the error page says."""
    found = asked(site, session, Reply(status, b"User-agent: *\nDisallow: /\n"))
    assert (found.status, found.refusal(site.url()), found.delay) == (status, None, None)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_5xx_disallows_all_for_now(site: Loopback, session: Session, status: int) -> None:
    """And says so, and when it is tried again (RFC 9309, 2.3.1.4)."""
    found = asked(site, session, Reply(status))
    assert found.refusal(site.url()) == (
        f"the site's robots.txt answered {status}, so nothing may be fetched there for now (RFC 9309); "
        "it is asked for again after 2026-11-23 10:10 UTC."
    )
    assert found.delay is None


def test_a_robots_txt_that_hangs_disallows_all_for_now(site: Loopback) -> None:
    """After the deadline, not for ever."""

    def hang(handler: Handler) -> None:
        time.sleep(1)

    site.routes["/robots.txt"] = hang
    with open_session(network(deadline=0.2)) as session:
        found = fetch_robots(site.origin, session, NOW)
    assert found.status is None
    refusal = str(found.refusal(site.url()))
    assert "robots.txt did not answer (no whole answer came within 0.2 s" in refusal
    assert "so nothing may be fetched there for now" in refusal


def test_a_redirect_is_followed(site: Loopback, session: Session) -> None:
    """Its rules hold for the site that was asked (RFC 9309, 2.3.1.2)."""
    site.routes["/rules"] = Reply(200, b"User-agent: *\nDisallow: /no\n")
    found = asked(site, session, Reply(301, b"", (("Location", "/rules"),)))
    assert found.refusal(site.url("/no")) is not None


@pytest.mark.parametrize("location", ["/robots.txt", "http://10.0.0.1/robots.txt", "file:///etc/passwd"])
def test_a_redirect_to_nowhere_is_no_rules(site: Loopback, session: Session, location: str) -> None:
    """In a circle, or to where the address policy forbids; it is asked again soon."""
    found = asked(site, session, Reply(302, b"", (("Location", location),)))
    assert (found.status, found.refusal(site.url())) == (NOWHERE, None)
    assert found.stale("2026-11-23T10:10:00.000000Z")


def test_a_refused_site_is_left_to_the_fetch(site: Loopback) -> None:
    """So that its pages are listed as refused, not as disallowed."""
    with open_session(network(allow=())) as session:
        assert fetch_robots(site.origin, session, NOW).refusal(site.url()) is None
    assert not site.requests


@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><p>User-agent: *\nDisallow: /\n", b"\xef\xbb\xbf\n <html>\nUser-agent: *\nDisallow: /\n", b""],
)
def test_html_is_no_rules(site: Loopback, session: Session, body: bytes) -> None:
    """Many sites answer every address with a page."""
    assert asked(site, session, Reply(200, body)).refusal(site.url()) is None


def test_rules_are_read_whatever_type_they_are_given(site: Loopback, session: Session) -> None:
    """Also with a byte order mark, other line ends and bytes that are no UTF-8."""
    body = b"\xef\xbb\xbfUser-agent: *\r# \xff\0\rDisallow: /no\r"
    found = asked(site, session, Reply(200, body, (("Content-Type", "text/html"),)))
    assert found.refusal(site.url("/no")) is not None
    assert found.refusal(site.url("/yes")) is None


def test_the_first_500_kib_are_read(site: Loopback, session: Session) -> None:
    """Without the line that is cut in two, which would say something else."""
    head = b"User-agent: *\nDisallow: /first\n"
    padding = b"#" * (500 * 1024 - len(head) - 12) + b"\n"
    found = asked(site, session, Reply(200, head + padding + b"Disallow: /abc\nDisallow: /last\n" + b"#" * 5_000_000))
    assert len(found.text) <= 500 * 1024
    assert found.refusal(site.url("/first")) is not None
    assert found.refusal(site.url("/a")) is None
    assert found.refusal(site.url("/last")) is None


def test_it_holds_for_a_day_and_a_failure_for_ten_minutes() -> None:
    """A clock that was set back makes it stale."""
    for status, before, after in (
        (200, "2026-11-24T09:59:59.000000Z", "2026-11-24T10:00:00.000000Z"),
        (404, "2026-11-24T09:59:59.000000Z", "2026-11-24T10:00:00.000000Z"),
        (503, "2026-11-23T10:09:59.000000Z", "2026-11-23T10:10:00.000000Z"),
        (None, "2026-11-23T10:09:59.000000Z", "2026-11-23T10:10:00.000000Z"),
    ):
        assert not robots("", status).stale(before)
        assert robots("", status).stale(after)
        assert robots("", status).stale("2026-11-23T09:59:59.000000Z")


def test_it_can_be_kept_as_text() -> None:
    """And says the same afterwards."""
    for kept in (robots("User-agent: *\nDisallow: /grėsmės\n"), robots("", None), robots("", 404)):
        again = Robots.from_json(kept.to_json())
        assert again == kept
        assert again.refusal(f"{ORIGIN}/gr%C4%97sm%C4%97s") == kept.refusal(f"{ORIGIN}/gr%C4%97sm%C4%97s")


def test_rules_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often they are asked."""
    from protego import Protego

    parsed: list[str] = []
    parse = Protego.parse

    def counting(text: str) -> Protego:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(Protego, "parse", counting)
    found = robots("User-agent: *\nDisallow: /no\n")
    for _ in range(3):
        assert found.refusal(f"{ORIGIN}/no") is not None
        assert found.delay is None
    assert len(parsed) == 1


def test_a_host_that_gives_no_connection_is_not_blamed_on_robots_txt(session: Session) -> None:
    """The reason is the host, in one sentence, also from the archive's record."""
    found = fetch_robots("http://127.0.0.1:1", session, NOW)
    assert found.refusal("http://127.0.0.1:1/a") == "can't connect (Connection refused)."
    assert Robots.from_json(found.to_json()).refusal("http://127.0.0.1:1/a") == found.refusal("http://127.0.0.1:1/a")
