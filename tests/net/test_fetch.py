"""Fetching: whole answers or a reason, within limits, and never from where we may not connect."""

from __future__ import annotations

import gzip
import os
import random
import resource
import socket
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import RemoteDisconnected
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from helpers import SLOWNESS
from loopback import TLS, Handler, Loopback, Reply, network, refuse_other_connections
from urllib3.exceptions import ProtocolError, ProxyError

from pagewitness.archive.errors import Disallowed, FetchError, Refused
from pagewitness.archive.model import Answer, Capture, Exchange
from pagewitness.scraper.net.adapter import AskAgain
from pagewitness.scraper.net.connections import Stale
from pagewitness.scraper.net.fetch import (
    Extra,
    Failed,
    NotModified,
    RedirectError,
    Session,
    fetch,
    open_session,
    same_site,
)
from pagewitness.scraper.net.guard import parse_target
from pagewitness.scraper.net.retry_after import retry_after

HTML = b"<p>Threats grow.</p>" * 500


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_other_connections(monkeypatch)


def answered(result: object) -> Answer:
    assert isinstance(result, Answer), result
    return result


def failure(result: object, kind: type[Exception] = FetchError) -> Any:
    assert isinstance(result, Failed), result
    assert isinstance(result.error, kind), repr(result.error)
    assert "\n" not in str(result.error)
    return result.error


def capture_of(url: str, *headers: tuple[str, str]) -> Capture:
    return Capture(1, 1, "2026-01-01T00:00:00.000000Z", url, 200, headers, 1, "")


def resolving(*addresses: str) -> Callable[[str, int], list[Any]]:
    """A resolver that always finds these addresses."""

    def found(host: str, port: int) -> list[Any]:
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, port))
            for family, address in zip(families, addresses, strict=True)
        ]

    return found


# Answers


def test_an_answer_is_kept_as_it_came(site: Loopback, session: Session) -> None:
    """Status, body, and the headers in order, those of one name one after the other, in latin-1."""
    headers = (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Name", "caf\xe9"))
    site.routes["/a?b"] = Reply(200, HTML, headers)
    answer = answered(fetch(site.url("/a?b#part"), session))
    assert (answer.url, answer.status, answer.body, answer.redirects) == (site.url("/a?b"), 200, HTML, ())
    assert answer.headers == (*headers, ("Content-Length", str(len(HTML))))
    assert answer.record_id is None


@pytest.mark.parametrize("status", [204, 300, 302, 404, 410, 429, 500, 503])
def test_every_complete_answer_is_an_answer(site: Loopback, session: Session, status: int) -> None:
    """Whatever its status: also a redirect that says no place."""
    body = b"" if status == 204 else b"x"
    site.routes["/"] = Reply(status, body)
    answer = answered(fetch(site.url(), session))
    assert (answer.status, answer.body) == (status, body)


def test_we_say_who_we_are(site: Loopback) -> None:
    """Name, version and contact; and only codings that can be read."""
    site.routes["/"] = Reply()
    with open_session(network(contact="https://example.org/bot")) as session:
        fetch(site.url(), session)
    with open_session(network()) as session:
        fetch(site.url(), session)
    first, second = (request.headers for request in site.requests)
    assert first["User-Agent"].startswith("pagewitness/")
    assert first["User-Agent"].endswith(" (+https://example.org/bot)")
    assert second["User-Agent"].startswith("pagewitness/")
    assert "(" not in second["User-Agent"]
    assert first["Accept-Encoding"] == "gzip, deflate"
    assert first["Host"] == f"127.0.0.1:{site.server_port}"


def test_a_connection_is_kept_for_the_next_fetch(site: Loopback, session: Session) -> None:
    """Also after a redirect and after a 304."""
    site.routes |= {"/": Reply(200, HTML), "/old": Reply(302, b"moved", (("Location", "/"),)), "/same": Reply(304)}
    fetch(site.url(), session)
    fetch(site.url("/old"), session)
    fetch(site.url("/same"), session, capture_of(site.url("/same"), ("ETag", '"1"')))
    fetch(site.url(), session)
    assert len({request.client for request in site.requests}) == 1
    assert len(site.requests) == 5


def test_the_environment_has_no_say(site: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither proxies nor passwords come from there."""
    monkeypatch.setenv("http_proxy", "http://10.0.0.1:3128")
    site.routes["/"] = Reply(200, HTML)
    with open_session(network()) as session:
        assert answered(fetch(site.url(), session)).body == HTML


# Conditional requests


def test_a_capture_gives_the_validators_and_304_is_not_modified(site: Loopback, session: Session) -> None:
    """ETag and Last-Modified as they came (RFC 9110, 13)."""
    site.routes["/"] = Reply(304, b"", (("ETag", 'W/"1"'),))
    since = capture_of(site.url(), ("etag", 'W/"1"'), ("Last-Modified", "Mon, 02 Nov 2026 10:00:00 GMT"))
    result = fetch(site.url(), session, since)
    assert result == NotModified((("ETag", 'W/"1"'),))
    assert site.requests[0].headers["If-None-Match"] == 'W/"1"'
    assert site.requests[0].headers["If-Modified-Since"] == "Mon, 02 Nov 2026 10:00:00 GMT"


def test_validators_go_to_the_address_that_gave_them_only(site: Loopback, session: Session) -> None:
    """The hop whose URL is the capture's, not the one before, nor another."""
    site.routes |= {"/old": Reply(301, b"", (("Location", "/new"),)), "/new": Reply(304), "/other": Reply(200)}
    since = capture_of(site.url("/new"), ("ETag", '"1"'))
    assert isinstance(fetch(site.url("/old"), session, since), NotModified)
    fetch(site.url("/other"), session, since)
    assert [request.headers["If-None-Match"] for request in site.requests] == [None, '"1"', None]


def test_a_304_that_was_not_asked_for_is_a_failure(site: Loopback, session: Session) -> None:
    """There is nothing that it could stand for."""
    site.routes["/"] = Reply(304)
    error = failure(fetch(site.url(), session))
    assert "304" in str(error)
    assert not error.transient


def test_an_imported_header_that_cannot_be_sent_is_left_out(site: Loopback, session: Session) -> None:
    """It would break the request, or smuggle another header into it."""
    site.routes["/"] = Reply(200)
    since = capture_of(site.url(), ("ETag", '"1"\r\nX: y'), ("Last-Modified", "пн"))
    answered(fetch(site.url(), session, since))
    assert site.requests[0].headers["If-None-Match"] is site.requests[0].headers["If-Modified-Since"] is None


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_recorded(site: Loopback, session: Session, status: int) -> None:
    """With status, from and to; the answer's URL is the last."""
    site.routes |= {"/a/b": Reply(status, b"x", (("Location", "../c#top"),)), "/c": Reply(200, HTML)}
    answer = answered(fetch(site.url("/a/b"), session))
    assert answer.url == site.url("/c")
    assert answer.redirects == ((status, site.url("/a/b"), site.url("/c")),)


def test_a_location_is_read_as_it_is_meant(site: Loopback, session: Session) -> None:
    """Raw UTF-8, spaces and surrounding blanks; what is percent-encoded stays so."""
    utf8 = "/grėsmės ir kt%20x".encode().decode("latin-1")
    site.routes |= {"/": Reply(302, b"", (("Location", f" {utf8} "),)), "/gr%C4%97sm%C4%97s%20ir%20kt%20x": Reply(200)}
    assert answered(fetch(site.url(), session)).status == 200


def test_a_redirect_whose_body_is_cut_off_is_followed(site: Loopback, session: Session) -> None:
    """Its head says where it leads."""
    site.routes |= {
        "/": raw(b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 50\r\n\r\nhalf"), "/there": Reply(200, HTML),
    }  # fmt: skip
    assert answered(fetch(site.url(), session)).body == HTML


META = b"<html><head><meta http-equiv='refresh' content='%s'></head><body><p>Sivu on siirretty.</p></body></html>"
MARKUP = (("Content-Type", "text/html; charset=utf-8"),)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, META % b"0;url=there", MARKUP),
        Reply(200, META % b"3; URL=&quot;/there&quot;", MARKUP),
        Reply(200, META % b"10, /there#part", MARKUP),
        Reply(200, b"<base href='/there/'>" + META % b"0;url=../there", MARKUP),
        Reply(200, b"moved", (("Refresh", "0;url=/there"),)),
        Reply(200, b"", (("refresh", "5; URL='/there'"),)),
    ],
)
def test_an_answer_that_leads_on_by_itself_is_followed_like_a_redirect(
    site: Loopback, session: Session, reply: Reply
) -> None:
    """In whatever words it says so."""
    site.routes |= {"/": reply, "/there": Reply(200, HTML)}
    answer = answered(fetch(site.url(), session))
    assert (answer.url, answer.body) == (site.url("/there"), HTML)
    assert answer.redirects == ((200, site.url(), site.url("/there")),)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(200, META % b"300;url=/there", MARKUP), id="after a time for reading"),
        pytest.param(Reply(200, META % b"5", MARKUP), id="to itself"),
        pytest.param(Reply(200, META % b"5;url=/#top", MARKUP), id="to itself by its address"),
        pytest.param(Reply(200, b"<noscript>" + META % b"0;url=/there" + b"</noscript>", MARKUP), id="without scripts"),
        pytest.param(Reply(200, b"<!--" + META % b"0;url=/there" + b"-->", MARKUP), id="in a comment"),
        pytest.param(Reply(200, b"<p>" * 40_000 + META % b"0;url=/there", MARKUP), id="far below"),
        pytest.param(Reply(200, META % b"0;url=/there", (("Content-Type", "text/plain"),)), id="in plain text"),
        pytest.param(Reply(200, META % b"0;url=javascript:go()", MARKUP), id="to a script"),
        pytest.param(Reply(404, META % b"0;url=/there", MARKUP), id="from an error page"),
    ],
)
def test_what_readers_are_to_read_is_the_answer(site: Loopback, session: Session, reply: Reply) -> None:
    site.routes |= {"/": reply, "/there": Reply(200, HTML)}
    assert answered(fetch(site.url(), session)).url == site.url()
    assert site.paths == ["/"]


def test_pages_that_lead_on_in_a_circle_end_with_the_last_of_them(site: Loopback, session: Session) -> None:
    """A show of pages is no failure: each of them was there to be read."""
    site.routes |= {"/": Reply(200, META % b"9;url=/b", MARKUP), "/b": Reply(200, META % b"9;url=/", MARKUP)}
    assert answered(fetch(site.url(), session)).url == site.url("/b")
    assert site.paths == ["/", "/b"]


def test_where_an_answer_leads_is_checked_like_any_hop(site: Loopback, session: Session) -> None:
    """By the guard, and by robots.txt."""
    site.routes |= {
        "/": Reply(200, META % b"0;url=http://10.0.0.1/", MARKUP),
        "/closed": Reply(200, META % b"0;url=/secret", MARKUP),
    }
    failure(fetch(site.url(), session), Refused)

    def permit(url: str) -> None:
        raise Disallowed(f"{url} is closed")

    failure(fetch(site.url("/closed"), session, permit=permit), Disallowed)
    assert "/secret" not in site.paths


def test_ten_redirects_are_followed_and_no_more(site: Loopback, session: Session) -> None:
    """The eleventh ends it."""
    site.routes |= {f"/{n}": Reply(302, b"", (("Location", f"/{n + 1}"),)) for n in range(11)} | {"/11": Reply(200)}
    assert len(answered(fetch(site.url("/1"), session)).redirects) == 10
    error = failure(fetch(site.url("/0"), session), RedirectError)
    assert "more than 10 times" in str(error)
    assert not error.transient


def test_a_circle_of_redirects_is_found(site: Loopback, session: Session) -> None:
    """As soon as it closes."""
    site.routes |= {"/a": Reply(302, b"", (("Location", "/b"),)), "/b": Reply(302, b"", (("Location", "/a"),))}
    error = failure(fetch(site.url("/a"), session), RedirectError)
    assert "in a circle" in str(error)
    assert site.paths == ["/a", "/b"]


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://100.64.0.1/",
        "http://2852039166/",
        "http://0xa9.0xfe.0xa9.0xfe/",
        "http://user@example.org/",
        "http:\\\\10.0.0.1\\",
        "/\\10.0.0.1/",
        "//10.0.0.1/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "data:text/html,x",
        "javascript:alert(1)",
    ],
)
def test_every_hop_is_checked(site: Loopback, session: Session, location: str) -> None:
    """Where a redirect leads is refused as the address itself would be."""
    site.routes["/"] = Reply(302, b"", (("Location", location),))
    failure(fetch(site.url(), session), Refused)
    assert site.paths == ["/"]


@pytest.mark.parametrize("location", ["http://[::1/", "http://exa[mple.org/", "http://[v1.x]:x/"])
def test_a_redirect_to_no_address_is_a_failure(site: Loopback, session: Session, location: str) -> None:
    """Not a traceback."""
    site.routes["/"] = Reply(302, b"", (("Location", location),))
    assert isinstance(fetch(site.url(), session), Failed)


def test_the_caller_permits_each_further_hop(site: Loopback, session: Session) -> None:
    """Before it is asked, with its address; what it raises ends the fetch. The first hop is the caller's own."""
    with Loopback({"/": Reply(200)}) as other:
        site.routes["/"] = Reply(302, b"", (("Location", other.url()),))
        asked: list[str] = []
        answered(fetch(site.url(), session, permit=asked.append))
        assert asked == [other.url()]
        assert len(other.requests) == 1

        def forbid(url: str) -> None:
            raise Disallowed(f"{url} is disallowed.")

        failure(fetch(site.url(), session, permit=forbid), Disallowed)
        assert len(other.requests) == 1


def test_a_permit_may_fetch_itself(site: Loopback, session: Session) -> None:
    """For robots.txt; the fetch that waits for it keeps its own deadline."""
    site.routes |= {"/": Reply(302, b"", (("Location", "/new"),)), "/new": Reply(200, HTML), "/robots.txt": Reply(200)}

    def ask_robots(url: str) -> None:
        answered(fetch(site.url("/robots.txt"), session))

    answer = fetch(site.url(), session, permit=ask_robots)
    assert answered(answer).body == HTML
    assert site.paths == ["/", "/robots.txt", "/new"]


def test_cookies_last_for_one_fetch(site: Loopback, session: Session) -> None:
    """Set by one hop, sent to the next of the same site, also to the same address; gone with the fetch."""

    def gate(handler: Handler) -> Reply:
        if "pass=1" in (handler.headers["Cookie"] or ""):
            return Reply(200, HTML, (("Set-Cookie", "more=2"),))
        return Reply(302, b"", (("Location", "/"), ("Set-Cookie", "pass=1; Path=/")))

    site.routes["/"] = gate
    assert answered(fetch(site.url(), session)).body == HTML
    assert answered(fetch(site.url(), session)).body == HTML
    assert [request.headers["Cookie"] for request in site.requests] == [None, "pass=1", None, "pass=1"]
    assert not session.cookies


def test_cookies_stay_with_their_site(site: Loopback, session: Session) -> None:
    """Another host gets none of them."""
    site.routes["/"] = Reply(302, b"", (("Location", f"http://127.0.0.2:{site.server_port}/x"), ("Set-Cookie", "a=1")))
    with socket.create_server(("127.0.0.2", site.server_port)) as other:
        received: list[bytes] = []

        def serve() -> None:
            client, _ = other.accept()
            with client:
                received.append(client.recv(65536))
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        answered(fetch(site.url(), session))
        thread.join()
    assert b"ookie" not in received[0]


# The address policy


def test_loopback_is_refused_unless_the_settings_allow_it(site: Loopback) -> None:
    """And nothing is connected to."""
    with open_session(network(allow=())) as session:
        error = failure(fetch(site.url(), session), Refused)
        assert "[network] allow" in str(error)
        assert "[network] allow" in str(failure(fetch(f"http://localhost:{site.server_port}/", session), Refused))
    assert not site.requests


@pytest.mark.parametrize(
    "addresses",
    [["10.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["93.184.215.14", "::ffff:169.254.169.254"], ["100.64.0.1"]],
)
def test_a_name_is_refused_if_any_of_its_addresses_is(addresses: list[str]) -> None:
    """Before the first connection, also where another address is public."""
    with open_session(network(), resolve=resolving(*addresses)) as session:
        error = failure(fetch("http://mixed.example/", session), Refused)
    assert "mixed.example resolves to " in str(error)


def test_the_address_that_was_checked_is_connected_to(site: Loopback) -> None:
    """One look-up for a connection: a second, that might answer otherwise, never happens (DNS rebinding)."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    looked_up: list[str] = []

    def rebinding(host: str, port: int) -> list[Any]:
        looked_up.append(host)
        return resolving(*next(answers))(host, port)

    site.routes["/"] = Reply(200, HTML)
    with open_session(network(), resolve=rebinding) as session:
        assert answered(fetch(f"http://rebind.example:{site.server_port}/", session)).body == HTML
        assert looked_up == ["rebind.example"]
        assert site.requests[0].headers["Host"] == f"rebind.example:{site.server_port}"
        session.adapter.poolmanager.clear()
        failure(fetch(f"http://rebind.example:{site.server_port}/", session), Refused)


def test_a_trailing_dot_is_for_the_resolver(site: Loopback) -> None:
    """The server does not see it."""
    looked_up: list[str] = []

    def recording(host: str, port: int) -> list[Any]:
        looked_up.append(host)
        return resolving("127.0.0.1")(host, port)

    site.routes["/"] = Reply(200)
    with open_session(network(), resolve=recording) as session:
        answered(fetch(f"http://enisa.example.:{site.server_port}/", session))
    assert looked_up == ["enisa.example."]
    assert site.requests[0].headers["Host"] == f"enisa.example:{site.server_port}"


def test_the_next_address_is_tried(site: Loopback) -> None:
    """Where one does not answer."""
    site.routes["/"] = Reply(200, HTML)
    with open_session(network(), resolve=resolving("::1", "127.0.0.3", "127.0.0.1")) as session:
        assert answered(fetch(f"http://many.example:{site.server_port}/", session)).body == HTML


def test_whatever_is_sent_by_the_session_is_guarded(site: Loopback) -> None:
    """Also by requests' own methods, which follow redirects by themselves: webhooks, feeds."""
    site.routes["/"] = Reply(302, b"", (("Location", "http://10.0.0.1/"),))
    with open_session(network()) as session, pytest.raises(Refused):
        session.get(site.url())
    with open_session(network()) as session, pytest.raises(requests.exceptions.InvalidSchema):
        session.get("file:///etc/passwd")


# Failures


@pytest.mark.parametrize("url", ["", "x", "http://", "http://[", "http://a b/", "gopher://example.org/", "http://[::1"])
def test_what_is_no_address_is_refused(session: Session, url: str) -> None:
    """Nothing is raised."""
    failure(fetch(url, session), Refused)


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..invalid", f"{'a' * 64}.invalid"])
def test_a_name_that_cannot_be_resolved(host: str) -> None:
    """May be resolved later."""

    def unknown(host: str, port: int) -> list[Any]:
        host.encode("idna")  # as the system's resolver does first
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with open_session(network(), resolve=unknown) as session:
        error = failure(fetch(f"http://{host}/", session))
    assert f"http://{host}/: its host can't be resolved" in str(error)
    assert error.transient


def test_a_resolver_that_hangs_is_given_up(session: Session) -> None:
    """The system's call knows no timeout."""
    release = threading.Event()

    def hanging(host: str, port: int) -> list[Any]:
        release.wait(10)
        return []

    with open_session(network(timeout=0.2), resolve=hanging) as session:
        started = time.monotonic()
        error = failure(fetch("http://slow.example/", session))
    release.set()
    assert time.monotonic() - started < 2 * SLOWNESS
    assert error.transient
    assert "no answer within 0.2 s" in str(error)


def test_nobody_listens(session: Session) -> None:
    """A refused connection may be accepted later."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        error = failure(fetch(url, session))
    assert str(error) == f"{url}: can't connect (Connection refused)."
    assert error.transient


def raw(answer: bytes) -> Callable[[Handler], None]:
    """Whatever bytes, and the end of the connection."""

    def script(handler: Handler) -> None:
        handler.wfile.write(answer)

    return script


def reset(handler: Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()


def half(handler: Handler) -> None:
    handler.send(Reply(200, HTML[:100], (("Content-Length", "10000"),)))


def half_then_reset(handler: Handler) -> None:
    half(handler)
    handler.wfile.flush()
    time.sleep(0.05)
    reset(handler)


def half_a_chunk(handler: Handler) -> None:
    handler.send(Reply(200, b"ff\r\nhalf", (("Transfer-Encoding", "chunked"),)))


def no_last_chunk(handler: Handler) -> None:
    handler.send(Reply(200, b"4\r\nhalf\r\n", (("Transfer-Encoding", "chunked"),)))


def half_gzip(handler: Handler) -> None:
    """Without a length: only the coding tells that the end is missing."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(HTML, mtime=0)[:-9])


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (reset, "the connection broke off"),
        (lambda handler: None, "the connection broke off"),
        (half, "truncated"),
        (half_then_reset, "the connection broke off"),
        (half_a_chunk, "truncated"),
        (no_last_chunk, "truncated"),
        (half_gzip, "truncated"),
    ],
)
def test_half_an_answer_is_none(site: Loopback, session: Session, script: Callable[[Handler], None], said: str) -> None:
    """It may come whole the next time."""
    site.routes["/"] = script
    error = failure(fetch(site.url(), session))
    assert str(error).startswith(f"{site.url()}: ")
    assert said in str(error)
    assert error.transient


def test_more_than_was_announced_is_cut(site: Loopback, session: Session) -> None:
    """What follows the length is no part of this answer, nor of the next."""
    site.routes["/"] = Reply(200, b"whole, and more", (("Content-Length", "5"),))
    assert [answered(fetch(site.url(), session)).body for _ in range(3)] == [b"whole"] * 3


@pytest.mark.parametrize(
    "answer",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"",
    ],
)
def test_what_is_no_http_is_a_failure(site: Loopback, session: Session, answer: bytes) -> None:
    """Also headers without an end, and lengths that contradict each other."""
    site.routes["/"] = raw(answer)
    failure(fetch(site.url(), session))


@pytest.mark.parametrize(
    "lengths", [b"Content-Length: 2\r\nContent-Length: 2\r\n", b"Content-Length: 2, 2\r\n", b"content-length:2\r\n"]
)
def test_a_length_said_twice_is_a_length(site: Loopback, session: Session, lengths: bytes) -> None:
    """RFC 9110, 8.6; without it the server would have to hang up before we knew that this was all."""
    head = b"HTTP/1.1 200 OK\r\n" + lengths + b"\r\n"

    def script(handler: Handler) -> None:
        handler.wfile.write(head + b"ok")
        handler.wfile.flush()
        handler.connection.recv(1)  # hangs up when we do

    site.routes["/"] = script
    started = time.monotonic()
    assert answered(fetch(site.url(), session)).body == b"ok"
    assert time.monotonic() - started < 1 * SLOWNESS


CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"


@pytest.mark.parametrize("coding", [b"chunked ", b"identity, chunked", b"chunked\r\nTransfer-Encoding: chunked"])
def test_chunks_are_found_however_they_are_announced(site: Loopback, session: Session, coding: bytes) -> None:
    """Or their sizes would be taken for a part of the page."""
    site.routes["/"] = raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: " + coding + b"\r\n\r\n" + CHUNKS
    )
    assert answered(fetch(site.url(), session)).body == b"hello"


def test_a_transfer_coding_that_was_not_asked_for_is_a_failure(site: Loopback, session: Session) -> None:
    site.routes["/"] = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS)
    assert "Transfer-Encoding is chunked, gzip" in str(failure(fetch(site.url(), session)))


@pytest.mark.parametrize("size", [b"-1", b"-5"])
def test_a_chunk_of_less_than_nothing_is_a_failure(site: Loopback, size: bytes) -> None:
    """For http.client -1 is all that comes, however much."""
    site.routes["/"] = raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\n" + b"a" * 20_000_000
    )
    with open_session(network(max_bytes=100_000)) as session:
        tracemalloc.start()
        failure(fetch(site.url(), session))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 25_000_000  # 20 MB are the script's own


@pytest.mark.parametrize("hint", [b"102 Processing\r\n\r\n", b"103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"])
def test_an_interim_answer_is_not_the_answer(site: Loopback, session: Session, hint: bytes) -> None:
    """Nor is what follows it taken for the answer to what is asked next (RFC 9110, 15.2)."""

    def script(handler: Handler) -> Reply:
        for _ in range(2):
            handler.wfile.write(b"HTTP/1.1 " + hint)
        time.sleep(0.02)
        return Reply(200, b"whole")

    site.routes |= {"/": script, "/next": Reply(200, b"next")}
    bodies = [answered(fetch(site.url(path), session)).body for path in ("/", "/next", "/")]
    assert bodies == [b"whole", b"next", b"whole"]


def test_a_change_of_protocol_is_a_failure(site: Loopback, session: Session) -> None:
    site.routes["/"] = raw(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
    assert "another protocol" in str(failure(fetch(site.url(), session)))


def test_a_kept_connection_that_closes_while_we_ask_is_no_failure(site: Loopback, session: Session) -> None:
    """A server may give up a connection at any moment; asked on a new one it answers."""
    ports: list[int] = []

    def once_for_each_connection(handler: Handler) -> Reply | None:
        port = handler.client_address[1]
        ports.append(port)
        return None if ports.count(port) > 1 else Reply(200, b"ok")

    site.routes["/"] = once_for_each_connection
    assert [answered(fetch(site.url(), session)).body for _ in range(3)] == [b"ok"] * 3
    assert len(ports) == 5


def test_only_what_does_no_harm_twice_is_asked_again() -> None:
    """And only where a connection that was kept alive gave no answer at all."""
    again, stale = AskAgain(0), ProtocolError("aborted", Stale("closed"))
    assert again.increment("GET", "/", error=stale) is again
    assert again.increment("HEAD", "/", error=stale) is again
    assert again.increment("GET", "/", error=ProxyError("no proxy", Stale("closed"))) is again
    for method, error in (("POST", stale), ("GET", ProtocolError("aborted", RemoteDisconnected("closed")))):
        with pytest.raises(type(error)) as caught:
            again.increment(method, "/", error=error)
        assert caught.value is error


@pytest.mark.parametrize("path", ["//a/b", "/a//b", "///"])
def test_every_slash_of_an_address_is_asked_for(path: str) -> None:
    """What is kept as the page `//a/b` is not another page."""
    lines: list[str] = []

    def asked(handler: Handler) -> Reply:
        lines.append(handler.requestline)  # its path has lost slashes
        return Reply()

    with Loopback(dict.fromkeys((path, f"/{path.lstrip('/')}"), asked)) as site, open_session(network()) as session:
        fetch(site.url(path), session)
    assert lines == [f"GET {path} HTTP/1.1"]


def test_an_ipv6_address_is_written_as_one(session: Session) -> None:
    """In brackets where the port follows; the connection goes to it all the same."""

    class Six(Loopback):
        address_family = socket.AF_INET6

        def __init__(self) -> None:
            ThreadingHTTPServer.__init__(self, ("::1", 0), Handler)
            self.routes, self.requests = {"/": Reply(200, HTML)}, []

    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        server = Six()
    except OSError:
        pytest.skip("no IPv6 here")
    with server as site:
        answer = answered(fetch(f"http://[::1]:{site.server_port}/", session))
        assert answer.body == HTML
        assert answer.exchange is not None
        assert (answer.exchange.address, answer.exchange.port) == ("::1", site.server_port)
        assert site.requests[0].headers["Host"] == f"[::1]:{site.server_port}"


def test_a_new_connection_that_closes_is_a_failure_at_once(site: Loopback, session: Session) -> None:
    site.routes["/"] = lambda handler: None
    failure(fetch(site.url(), session))
    assert len(site.requests) == 1


def test_headers_are_kept_as_they_came(site: Loopback, session: Session) -> None:
    """In their order, repeated ones too; one that goes over two lines (obsolete) becomes one line (RFC 9112, 5.2)."""
    site.routes["/"] = raw(b"HTTP/1.1 200 OK\r\nX-B: 1\r\nX-A: two\r\n  lines\r\nx-b: 3\r\nContent-Length: 0\r\n\r\n")
    headers = answered(fetch(site.url(), session)).headers
    assert headers == (("X-B", "1"), ("X-A", "two lines"), ("x-b", "3"), ("Content-Length", "0"))


@pytest.mark.parametrize(
    "line",
    [
        b"no colon",
        b"Na me: value",
        b"Name : value",
        b": value",
        b"HTTP/1.1 404 Not Found",
        b"HTTP/1.1 404 Not Found: x",
        b"N\xe4me: value",
        b" a continuation of nothing",
        b"Na me: value\r\n that goes on: here",
        b"\0",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_malformed_header_line_is_skipped(site: Loopback, session: Session, line: bytes, first: bool) -> None:
    """As browsers do: the fields behind it hold, above all the length and the place of a redirect."""
    fields = [b"Location: /there", b"Content-Length: 2", b"X-Last: yes"]
    lines = [line, *fields] if first else [b"X-First: yes", line, *fields]
    if first is False and line.startswith(b" "):
        return  # there it continues the first field
    site.routes |= {
        "/": raw(b"HTTP/1.1 302 Found\r\n" + b"\r\n".join(lines) + b"\r\n\r\nok"),
        "/there": Reply(200, HTML),
    }
    answer = answered(fetch(site.url(), session))
    assert (answer.url, answer.body) == (site.url("/there"), HTML)
    site.routes["/"] = raw(b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(lines) + b"\r\n\r\nok, and more")
    answer = answered(fetch(site.url(), session))
    wanted = (("Location", "/there"), ("Content-Length", "2"), ("X-Last", "yes"))
    assert (answer.headers, answer.body) == (wanted if first else (("X-First", "yes"), *wanted), b"ok")


def test_a_bare_carriage_return_makes_no_header(site: Loopback, session: Session) -> None:
    """It is white space within its line (RFC 9112, 2.2)."""
    site.routes["/"] = raw(b"HTTP/1.1 200 OK\r\nX: a\rY: b\0c\r\nContent-Length: 0\r\n\r\n")
    assert answered(fetch(site.url(), session)).headers == (("X", "a Y: b c"), ("Content-Length", "0"))


def test_a_head_that_is_cut_off_is_a_failure(site: Loopback, session: Session) -> None:
    """It may have said how much was to come."""
    site.routes["/"] = raw(b"HTTP/1.1 200 OK\r\nX-A: 1\r\n")
    error = failure(fetch(site.url(), session))
    assert "truncated" in str(error)
    assert error.transient


def test_a_304_has_no_body_whatever_it_announces(site: Loopback) -> None:
    """Nothing is waited for (RFC 9112, 6.3), and the connection serves the next request."""

    def script(handler: Handler) -> None:
        for _ in range(2):
            handler.wfile.write(b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n")
            while handler.rfile.readline().strip():
                pass

    site.routes["/"] = script
    since = capture_of(site.url(), ("ETag", '"1"'))
    with open_session(network(timeout=2)) as session:
        started = time.monotonic()
        assert [type(fetch(site.url(), session, since)) for _ in range(2)] == [NotModified] * 2
        assert time.monotonic() - started < 1 * SLOWNESS
    assert len(site.requests) == 1  # the second came to the same script


def test_chunk_lines_and_trailers_without_an_end_are_a_failure(site: Loopback) -> None:
    """They must not fill the memory until the deadline."""
    for start in (b"", b"1\r\nx\r\n0\r\n"):
        site.routes["/"] = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + start + b"1" * 5_000_000)
        with open_session(network()) as session:
            tracemalloc.start()
            failure(fetch(site.url(), session))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < 8_000_000  # 5 MB are the script's own


def test_many_small_chunks_take_no_more_room_than_their_bytes(site: Loopback, session: Session) -> None:
    """Each by itself would take twenty times as much."""
    chunks = b"2\r\nab\r\n" * 60_000 + b"0\r\n\r\n"
    site.routes["/"] = Reply(200, chunks, (("Transfer-Encoding", "chunked"),))
    tracemalloc.start()
    assert answered(fetch(site.url(), session)).body == b"ab" * 60_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_500_000


def test_endless_interim_answers_are_a_failure(site: Loopback, session: Session) -> None:
    """Nobody has that much to say beforehand."""
    site.routes["/"] = raw(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000)
    assert "interim" in str(failure(fetch(site.url(), session)))


def test_an_old_server_may_leave_out_the_length(site: Loopback, session: Session) -> None:
    """HTTP/1.0: the answer ends with the connection."""
    site.routes["/"] = raw(b"HTTP/1.0 200 OK\r\n\r\n" + HTML)
    assert answered(fetch(site.url(), session)).body == HTML


# Codings and sizes


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(HTML, mtime=0)),
        ("x-gzip", gzip.compress(HTML, mtime=0)),
        ("GZIP", gzip.compress(HTML, mtime=0)),
        ("gzip", gzip.compress(HTML[:99], mtime=0) + gzip.compress(HTML[99:], mtime=0)),
        ("gzip", gzip.compress(HTML, mtime=0) + b"\0\0\0"),
        ("gzip", gzip.compress(HTML, mtime=0) + b"\n"),
        ("deflate", zlib.compress(HTML)),
        ("deflate", raw_deflate(HTML)),
        ("gzip, gzip", gzip.compress(gzip.compress(HTML, mtime=0), mtime=0)),
        ("deflate, gzip", gzip.compress(zlib.compress(HTML), mtime=0)),
        ("identity", HTML),
        ("utf-8", HTML),
        ("", HTML),
    ],
)
def test_content_codings_are_undone(site: Loopback, session: Session, coding: str, body: bytes) -> None:
    """Also several members, padding, bare deflate, and one coding inside another."""
    site.routes["/"] = Reply(200, body, (("Content-Encoding", coding),))
    assert answered(fetch(site.url(), session)).body == HTML


def test_a_chunked_body_is_put_together(site: Loopback, session: Session) -> None:
    """Packed as a whole, cut anywhere, also within the header of the gzip."""
    packed = gzip.compress(HTML, mtime=0) + gzip.compress(b"end", mtime=0)
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in packed) + b"0\r\n\r\n"
    site.routes["/"] = Reply(200, chunks, (("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")))
    assert answered(fetch(site.url(), session)).body == HTML + b"end"


def test_a_large_incompressible_body_comes_whole(site: Loopback, session: Session) -> None:
    """Byte for byte, over many pieces."""
    noise = random.Random(7).randbytes(3_000_000)
    for coding, body in (("gzip", gzip.compress(noise, 1, mtime=0)), ("deflate", raw_deflate(noise)), ("", noise)):
        site.routes["/"] = Reply(200, body, (("Content-Encoding", coding),))
        assert answered(fetch(site.url(), session)).body == noise


def test_an_empty_body_is_not_cut_off(site: Loopback, session: Session) -> None:
    """Though it calls itself gzip."""
    site.routes["/"] = Reply(200, b"", (("Content-Encoding", "gzip"),))
    assert answered(fetch(site.url(), session)).body == b""


@pytest.mark.parametrize(
    ("coding", "body", "said"),
    [
        ("gzip", HTML, "compressed body is broken"),
        ("deflate", b"\xff" * 99, "compressed body is broken"),
        ("br", b"\x0b\x02\x80abc\x03", "encoded as 'br', which was not asked for"),
        ("gzip, zstd", HTML, "encoded as 'zstd', which was not asked for"),
        ("gzip, gzip, gzip, gzip, gzip", HTML, "compressed 5 times over"),
    ],
)
def test_a_wrong_coding_is_a_failure(site: Loopback, session: Session, coding: str, body: bytes, said: str) -> None:
    """Rubbish must not be kept as the document."""
    site.routes["/"] = Reply(200, body, (("Content-Encoding", coding),))
    error = failure(fetch(site.url(), session))
    assert said in str(error)
    assert not error.transient


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_may_not_be_larger_than_the_settings_say(site: Loopback, packed: bool, chunked: bool) -> None:
    """As it is after decoding; exactly so large is allowed."""
    body = gzip.compress(HTML, mtime=0) if packed else HTML
    headers: tuple[tuple[str, str], ...] = (("Content-Encoding", "gzip"),) if packed else ()
    if chunked:
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        headers += (("Transfer-Encoding", "chunked"),)
    site.routes["/"] = Reply(200, body, headers)
    with open_session(network(max_bytes=len(HTML))) as session:
        assert answered(fetch(site.url(), session)).body == HTML
    with open_session(network(max_bytes=len(HTML) - 1)) as session:
        error = failure(fetch(site.url(), session))
    assert "[network] max_bytes" in str(error)
    assert not error.transient


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A gibibyte of zeros as 1 MB of gzip."""
    return gzip.compress(bytes(2**24), mtime=0) * 64


def test_a_bomb_is_stopped_early(site: Loopback, session: Session, bomb: bytes) -> None:
    """1 MB that makes 1 GiB takes less than 50 MB, also where the settings would let much more pass."""
    assert len(bomb) < 1_100_000
    site.routes["/"] = Reply(200, bomb, (("Content-Encoding", "gzip"),))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    error = failure(fetch(site.url(), session))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "decompression bomb" in str(error)
    assert not error.transient
    assert peak < 50e6
    if sys.platform == "linux":  # kilobytes there
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_bomb_in_a_bomb_is_stopped_early(site: Loopback, session: Session, bomb: bytes) -> None:
    """A gibibyte in a kilobyte or two."""
    site.routes["/"] = Reply(200, gzip.compress(bomb, mtime=0), (("Content-Encoding", "gzip, gzip"),))
    tracemalloc.start()
    error = failure(fetch(site.url(), session))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "decompression bomb" in str(error)
    assert peak < 50e6


# Time


def silent(handler: Handler) -> None:
    time.sleep(1)


def dripping(*start: bytes) -> Callable[[Handler], None]:
    """Never later than a socket's timeout, and never done."""

    def script(handler: Handler) -> None:
        for part in start:
            handler.wfile.write(part)
        for _ in range(200):
            handler.wfile.write(b"1")
            time.sleep(0.02)

    return script


def endless_chunks(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(200):
        handler.wfile.write(b"1\r\nx\r\n")
        time.sleep(0.02)


def test_a_silent_server_runs_into_the_timeout(site: Loopback) -> None:
    """Of one operation."""
    site.routes["/"] = silent
    with open_session(network(timeout=0.1)) as session:
        error = failure(fetch(site.url(), session))
    assert "no answer within 0.1 s ([network] timeout)" in str(error)
    assert error.transient


@pytest.mark.parametrize(
    "script",
    [
        dripping(b"HTTP/1.1 200 OK\r\nX: "),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
        dripping(b"HTTP/1.0 200 OK\r\n\r\n"),
        endless_chunks,
        silent,
    ],
)
@pytest.mark.parametrize("certificate", [None, "localhost"])
def test_a_dripping_server_runs_into_the_deadline(script: Callable[[Handler], None], certificate: str | None) -> None:
    """In its headers, in a body with or without a length, in endless chunks; over TLS, too."""
    with (
        Loopback({"/": script}, certificate=certificate) as site,
        open_session(network(timeout=5, deadline=0.3), trust=str(TLS / "localhost.pem")) as session,
    ):
        started = time.monotonic()
        error = failure(fetch(site.url(), session))
        assert time.monotonic() - started < 1 * SLOWNESS
    assert "no whole answer came within 0.3 s ([network] deadline)" in str(error)
    assert error.transient


def test_a_handshake_that_hangs_runs_into_the_deadline() -> None:
    """A server that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server, open_session(network(timeout=5, deadline=0.3)) as session:
        started = time.monotonic()
        error = failure(fetch(f"https://127.0.0.1:{server.getsockname()[1]}/", session))
        assert time.monotonic() - started < 1 * SLOWNESS
    assert error.transient


def test_redirects_share_one_deadline(site: Loopback) -> None:
    """The whole fetch, not each hop."""

    def slow(handler: Handler) -> Reply:
        time.sleep(0.15)
        return Reply(302, b"", (("Location", f"/{len(site.requests)}"),))

    site.routes |= dict.fromkeys(("/", "/1", "/2", "/3", "/4", "/5"), slow)
    with open_session(network(deadline=0.4)) as session:
        error = failure(fetch(site.url(), session))
    assert "deadline" in str(error)


def test_many_fetches_share_one_watchdog(site: Loopback) -> None:
    """Each with its own deadline: the slow end, the quick succeed. The thread ends with the session."""
    before = watchdogs()
    site.routes |= {"/slow": dripping(b"HTTP/1.0 200 OK\r\n\r\n"), "/quick": Reply(200, HTML)}
    results: dict[int, object] = {}
    with open_session(network(deadline=0.4)) as session:

        def run(number: int) -> None:
            results[number] = fetch(site.url("/slow" if number % 2 else "/quick"), session)

        threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(3)
        ours = watchdogs() - before
        assert len(ours) == 1
        assert all(isinstance(results[number], Failed if number % 2 else Answer) for number in range(8))
        assert answered(fetch(site.url("/quick"), session)).body == HTML
    for thread in ours:
        thread.join(2)
        assert not thread.is_alive()


def watchdogs() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "watchdog"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_the_watchdog_works_after_a_fork(site: Loopback) -> None:
    """A child has no thread of its parent's."""
    code = (
        "import os, sys; from loopback import network; from pagewitness.scraper.net.fetch import *;"
        "s = open_session(network(deadline=0.3)); fetch(sys.argv[1] + '/quick', s); s.adapter.poolmanager.clear();"
        "os.fork() == 0 and os._exit(0 if isinstance(fetch(sys.argv[1] + '/slow', s), Failed) else 1);"
        "sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))"
    )
    site.routes |= {"/slow": dripping(b"HTTP/1.0 200 OK\r\n\r\n"), "/quick": Reply(200, HTML)}
    here = Path(__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code, site.origin], cwd=here, timeout=20).returncode == 0


# TLS


def test_a_trusted_certificate_is_checked_by_name() -> None:
    """Though the connection goes to an address: SNI and certificate are those of the name."""
    with (
        Loopback({"/": Reply(200, HTML)}, certificate="localhost") as site,
        open_session(network(), trust=str(TLS / "localhost.pem"), resolve=resolving("127.0.0.1")) as session,
    ):
        assert answered(fetch(site.url(), session)).body == HTML
        assert answered(fetch(site.url(), session)).body == HTML
        assert len({request.client for request in site.requests}) == 1


@pytest.mark.parametrize(
    ("certificate", "trust", "said"),
    [
        ("expired", "expired", "certificate has expired"),
        ("elsewhere", "elsewhere", "'localhost'"),
        ("localhost", "elsewhere", "self-signed certificate"),
    ],
)
def test_a_wrong_certificate_is_a_failure_that_stays(certificate: str, trust: str, said: str) -> None:
    """Expired, of another name, of nobody: nothing is asked for, nothing is kept."""
    with (
        Loopback({"/": Reply(200, HTML)}, certificate=certificate) as site,
        open_session(network(), trust=str(TLS / f"{trust}.pem")) as session,
    ):
        error = failure(fetch(site.url(), session))
        assert not site.requests
    assert "the certificate is not to be trusted" in str(error)
    assert said in str(error)
    assert not error.transient


def test_plain_http_on_a_tls_port_is_a_failure_that_stays(site: Loopback, session: Session) -> None:
    """The sentence says that it is TLS that fails."""
    error = failure(fetch(f"https://127.0.0.1:{site.server_port}/", session))
    assert "TLS" in str(error)
    assert not error.transient


def test_a_downgrade_to_http_is_followed_and_recorded(site: Loopback) -> None:
    """It is the site's choice, and on record."""
    site.routes["/"] = Reply(200, HTML)
    with (
        Loopback({"/": Reply(301, b"", (("Location", site.url()),))}, certificate="localhost") as secure,
        open_session(network(), trust=str(TLS / "localhost.pem")) as session,
    ):
        answer = answered(fetch(secure.url(), session))
        assert answer.redirects == ((301, secure.url(), site.url()),)


# What goes on record beside the answer


def test_the_exchange_is_recorded(site: Loopback, session: Session) -> None:
    """The request as it was sent, who answered and how; of the last hop, where there were several."""
    site.routes |= {"/old": Reply(302, b"", (("Location", "/"),)), "/": Reply(200, HTML)}
    exchange = answered(fetch(site.url("/old"), session)).exchange
    assert exchange is not None
    sent = site.requests[-1].headers
    assert exchange.request_headers == tuple(sent.items())
    assert {"Host", "User-Agent", "Accept", "Accept-Encoding"} <= {name for name, _ in exchange.request_headers}
    assert (exchange.method, exchange.address, exchange.port) == ("GET", "127.0.0.1", site.server_port)
    assert (exchange.http_version, exchange.tls_version, exchange.certificates) == ("1.1", None, ())
    site.routes["/"] = raw(b"HTTP/1.0 200 OK\r\n\r\nx")
    exchange = answered(fetch(site.url(), session)).exchange
    assert exchange is not None
    assert exchange.http_version == "1.0"


def test_the_exchange_of_a_304_and_of_a_failure_is_recorded(site: Loopback, session: Session) -> None:
    """They are visits, too. Where a connection is refused, its address is known; where none was tried, nothing is."""
    site.routes |= {"/": Reply(304), "/half": half}
    result = fetch(site.url(), session, capture_of(site.url(), ("ETag", '"1"')))
    assert isinstance(result, NotModified)
    assert result.exchange is not None
    assert ("If-None-Match", '"1"') in result.exchange.request_headers
    assert result.exchange.http_version == "1.1"
    failed = fetch(site.url("/half"), session)
    assert isinstance(failed, Failed)
    assert failed.exchange is not None
    assert failed.exchange.address == "127.0.0.1"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    refused = fetch(f"http://127.0.0.1:{port}/", session)
    assert isinstance(refused, Failed)
    assert refused.exchange == Exchange(address="127.0.0.1", port=port)
    forbidden = fetch("http://10.0.0.1/", session)
    assert isinstance(forbidden, Failed)
    assert forbidden.exchange is None


def test_the_certificate_is_recorded() -> None:
    """As DER, the site's own first, also on a connection that was kept alive."""
    with (
        Loopback({"/": Reply(200, HTML)}, certificate="localhost") as site,
        open_session(network(), trust=str(TLS / "localhost.pem")) as session,
    ):
        pem = (TLS / "localhost.pem").read_text()
        start, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
        own = ssl.PEM_cert_to_DER_cert(start + pem.split(start)[1].split(end)[0] + end + "\n")
        for _ in range(2):
            exchange = answered(fetch(site.url(), session)).exchange
            assert exchange is not None
            assert exchange.tls_version in ("TLSv1.2", "TLSv1.3")
            assert exchange.certificates[0] == own
        assert len({request.client for request in site.requests}) == 1


def test_secrets_are_sent_and_not_recorded(site: Loopback, session: Session) -> None:
    """Cookies, passwords, and the headers that the settings call secret; others stay readable."""
    site.routes["/"] = Reply(200)
    extra = Extra(
        "lt, en;q=0.8",
        (("X-Open", "1"), ("X-Key", "k"), ("Cookie", "c=1"), ("authorization", "a")),
        frozenset({"x-key"}),
    )
    exchange = answered(fetch(site.url(), session, extra=extra)).exchange
    assert exchange is not None
    sent = site.requests[0].headers
    assert [sent[name] for name in ("Accept-Language", "X-Open", "X-Key", "Cookie", "Authorization")] == [
        "lt, en;q=0.8", "1", "k", "c=1", "a",
    ]  # fmt: skip
    recorded = {name.lower(): value for name, value in exchange.request_headers}
    assert [recorded[name] for name in ("accept-language", "x-open")] == ["lt, en;q=0.8", "1"]
    assert [recorded[name] for name in ("x-key", "cookie", "authorization")] == ["…"] * 3


def test_a_cookie_that_renews_a_login_is_not_recorded(site: Loopback, session: Session) -> None:
    """Captures are handed over as evidence; whoever has this cookie is logged in. A stranger's cookie is worth nothing."""
    site.routes["/"] = Reply(200, HTML, (("Set-Cookie", "pass=secret=; Path=/; HttpOnly"), ("X-Other", "a=1")))
    by_cookie, by_key = Extra("", (("Cookie", "c=1"),)), Extra("", (("X-Key", "k"),), frozenset({"x-key"}))
    kept = [
        [
            value
            for name, value in answered(fetch(site.url(), session, extra=extra)).headers
            if name in ("Set-Cookie", "X-Other")
        ]
        for extra in (by_cookie, by_key, Extra("lt", (("X-Open", "1"),)))
    ]
    assert kept == [["pass=…; Path=/; HttpOnly", "a=1"]] * 2 + [["pass=secret=; Path=/; HttpOnly", "a=1"]]


def test_a_cookie_without_a_name_is_not_recorded_either(site: Loopback, session: Session) -> None:
    """Nor one in the header that browsers have forgotten, where one line may have several."""
    site.routes["/"] = Reply(
        200,
        HTML,
        (("Set-Cookie", "secret; Path=/"), ("Set-Cookie", "secret"), ("Set-Cookie2", "a=secret, b=secret; Path=/")),
    )
    found = answered(fetch(site.url(), session, extra=Extra("", (("Cookie", "c=1"),)))).headers
    kept = [(name, value) for name, value in found if name.lower().startswith("set-")]
    assert kept == [("Set-Cookie", "…; Path=/"), ("Set-Cookie", "…"), ("Set-Cookie2", "a=…; Path=/")]


def test_the_headers_of_a_source_stay_with_its_site(site: Loopback, session: Session) -> None:
    """A redirect to another origin, be it only another port, gets none of them; the language goes everywhere."""
    extra = Extra("lt", (("X-Key", "k"), ("Cookie", "c=1"), ("Authorization", "a")), frozenset({"x-key"}))
    with Loopback({"/": Reply(302, b"", (("Location", site.url("/back")),))}) as other:
        site.routes |= {
            "/": Reply(302, b"", (("Location", "/in"), ("Set-Cookie", "d=2"))),
            "/in": Reply(302, b"", (("Location", other.url()),)),
            "/back": Reply(200),
        }
        answered(fetch(site.url(), session, extra=extra))
        first, inside, back = (request.headers for request in site.requests)
        [outside] = (request.headers for request in other.requests)
    assert (first["X-Key"], first["Cookie"], first["Authorization"]) == ("k", "c=1", "a")
    assert (inside["X-Key"], inside["Cookie"], inside["Authorization"]) == ("k", "c=1; d=2", "a")
    assert outside["X-Key"] is outside["Authorization"] is None
    assert "c=1" not in (outside["Cookie"] or "")
    assert back["X-Key"] == "k"
    assert {headers["Accept-Language"] for headers in (first, inside, outside, back)} == {"lt"}


@pytest.mark.parametrize(
    ("first", "then", "same"),
    [
        ("https://a.example/x", "https://a.example/y", True),
        ("http://a.example/", "https://a.example/", True),
        ("https://a.example/", "http://a.example/", False),
        ("http://a.example/", "https://a.example:8443/", False),
        ("http://a.example:8080/", "https://a.example/", False),
        ("http://a.example/", "http://b.example/", False),
        ("http://a.example/", "https://b.example/", False),
    ],
)
def test_what_is_the_same_site(first: str, then: str, same: bool) -> None:
    """The same origin, or the same host made secure; never the way back."""
    assert same_site(parse_target(then), parse_target(first)) is same


# Retry-After

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (" 1.5 ", 1.5),
        ("-5", 0),
        ("315360000", 86400),
        ("9" * 300, 86400),
        ("Mon, 23 Nov 2026 10:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0),
        ("Mon Nov 23 10:02:00 2026", 120),
        ("Sat, 23 Nov 2036 10:00:00 GMT", 86400),
        ("Monday", None),
        ("Mon, 99 Nov 2026 10:02:00 GMT", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    """Seconds or an HTTP date, from 0 to a day; what can't be read says nothing."""
    assert retry_after((("retry-after", value),) if value is not None else (), NOW) == seconds


# Costs


def test_the_authorities_are_read_for_https_only(site: Loopback) -> None:
    """It takes 20 ms; a run over sites without TLS does without."""
    site.routes["/"] = Reply(200, HTML)
    with open_session(network(), trust="/nowhere/authorities.pem") as session:
        assert answered(fetch(site.url(), session)).body == HTML
        failure(fetch(site.url().replace("http:", "https:"), session))


def test_a_304_is_cheap(site: Loopback, session: Session) -> None:
    """Well under a millisecond of this thread's time, and 2.5 ms on a slow machine: hundreds of pages are asked every day."""
    site.routes["/"] = Reply(304)
    since = capture_of(site.url(), ("ETag", '"1"'))
    assert isinstance(fetch(site.url(), session, since), NotModified)
    best = min(_cost(lambda: fetch(site.url(), session, since), 50) for _ in range(5))
    usual = 0.0004 * 3  # three times the target: the machine is not ours alone
    slower = max(1, _cost(lambda: sum(range(10**6)), 5) / 0.012)
    assert best < min(0.0025, usual * slower) * SLOWNESS


def _cost(call: Callable[[], object], times: int) -> float:
    started = time.thread_time()
    for _ in range(times):
        call()
    return (time.thread_time() - started) / times
