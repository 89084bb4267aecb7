"""Pages in Debian's Chromium, on loopback: what is recorded of them, and what they can't reach."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast

import pytest
from helpers import SENTENCES
from loopback import Handler, Loopback, Reply, network

from pagewitness.archive import times
from pagewitness.archive.errors import Disallowed, FetchError
from pagewitness.archive.model import Answer
from pagewitness.archive.store import agenda, chain, evidence, renderings
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import history, listing
from pagewitness.config.settings import defaults
from pagewitness.scraper.net.browser import Browser, find_browser
from pagewitness.scraper.net.browser_processes import memory_of
from pagewitness.scraper.net.fetch import Extra, Permit, fetch, open_session
from pagewitness.scraper.net.session import Session
from pagewitness.scraper.net.to_show import ToShow
from pagewitness.scraper.work.schedule import Run
from pagewitness.scraper.work.visit import Visited
from pagewitness.scraper.work.workers import Workers

pytestmark = pytest.mark.skipif(
    (find_spec("playwright") is None or find_browser() is None) and "PAGEWITNESS_TEST_ALL" not in os.environ,
    reason="playwright or Chromium is not installed: pip install '.[browser]', apt-get install chromium",
)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
SCRIPT = (("Content-Type", "text/javascript"),)
MOST_REQUESTS = 30
OURS = ip_network("127.0.0.1/32")  # 127.0.0.2 is somebody else's


def page(body: str, charset: str = "utf-8") -> Reply:
    html = (
        f"<!doctype html><html lang=lt><head><meta charset={charset}><title>T</title></head><body>{body}</body></html>"
    )
    return Reply(body=html.encode(charset), headers=(("Content-Type", "text/html"),))


@pytest.fixture(scope="module")
def browsing() -> Iterator[tuple[Browser, Session]]:
    """One browser for all tests of this module; a second without a request is enough here."""
    settings = dataclasses.replace(defaults().browser, settle=2.0, deadline=40.0, requests=MOST_REQUESTS)
    with open_session(network(allow=(OURS,))) as session, Browser(settings, session) as browser:
        yield browser, session


def shown(
    browsing: tuple[Browser, Session], url: str, *, permit: Permit | None = None, extra: Extra | None = None
) -> Answer:
    browser, session = browsing
    extra = extra or Extra()
    answer = fetch(url, session, extra=extra)
    assert isinstance(answer, Answer)
    return browser.show(ToShow(url, answer, permit, extra))


def dom(answer: Answer) -> str:
    assert answer.rendering is not None
    assert answer.rendering.dom.startswith(b"\xef\xbb\xbf")
    return answer.rendering.dom.decode("utf-8-sig")


def made(answer: Answer) -> dict[str, Any]:
    assert answer.rendering is not None
    return json.loads(answer.rendering.made)  # type: ignore[no-any-return]


def size(answer: Answer) -> tuple[int, int]:
    """Of the picture."""
    assert answer.rendering is not None
    assert answer.rendering.picture is not None
    assert answer.rendering.picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", answer.rendering.picture[16:24])
    return width, height


def test_the_dom_the_picture_and_the_html_as_sent_are_recorded(
    browsing: tuple[Browser, Session], site: Loopback
) -> None:
    site.routes["/"] = page(
        """<noscript>Turn scripts on</noscript><main id=app></main><x-box></x-box><div style="height:1500px"></div><script>
        document.querySelector('x-box').attachShadow({mode: 'open'}).innerHTML = '<p>In the shadow</p>';
        document.cookie = 'seen=1';
        Element.prototype.getHTML = () => 'forged'; Array.prototype.push = () => 0;
        fetch('/api').then(r => r.json()).then(j => { app.innerHTML = '<p>' + j.said + location.hash + '</p>'; });
        document.body.append(Object.assign(new Image(), {src: '/picture.png'}));
        </script>""",
        "windows-1257",
    )
    site.routes["/api"] = Reply(302, headers=(("Location", "/api/2"),))
    site.routes["/api/2"] = Reply(body='{"said": "Grėsmė"}'.encode(), headers=(("Content-Type", "application/json"),))
    answer = shown(browsing, site.url("/#/2026"))
    assert answer.body == site.routes["/"].body  # type: ignore[union-attr]
    assert '<main id="app"><p>Grėsmė#/2026</p></main>' in dom(answer)
    assert '<template shadowrootmode="open"><p>In the shadow</p></template>' in dom(answer)
    assert dom(answer).startswith('<!DOCTYPE html><html lang="lt"><head><meta charset="windows-1257">')
    assert "Turn scripts on" not in dom(answer)
    assert size(answer)[0] == 1280
    assert 1500 < size(answer)[1] < 1800
    assert made(answer)["at_rest"] is True
    assert made(answer)["browser"].startswith("Chromium ")
    assert made(answer)["refused"] == []
    assert site.paths.count("/") == 1  # the browser shows what we fetched, and asks for no other
    agents = {request.path: request.headers["User-Agent"] for request in site.requests}
    assert agents["/api/2"].startswith("Mozilla/5.0 ")
    assert agents["/api/2"].endswith(agents["/"])

    again = shown(browsing, site.url("/#/2026"))
    assert again.rendering is not None
    assert answer.rendering is not None
    assert again.rendering == answer.rendering  # equal pages are equal bytes, which are stored once
    assert [one.headers["Cookie"] for one in site.requests if one.path == "/picture.png"] == ["seen=1", "seen=1"]
    assert all("Cookie" not in one.headers for one in site.requests if one.path == "/")  # none is kept


def test_nothing_of_a_page_reaches_an_address_that_the_guard_refuses(
    browsing: tuple[Browser, Session], site: Loopback
) -> None:
    """By no way that a page has: parts, redirects, frames, windows, prefetches, workers, sockets, WebRTC, names."""
    reached: list[object] = []
    inside = socket.create_server(("127.0.0.2", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))  # allowed, but never by UDP
    threading.Thread(target=_note, args=(inside, reached), daemon=True).start()
    there = f"127.0.0.2:{inside.getsockname()[1]}"
    site.routes["/hop"] = Reply(302, headers=(("Location", f"http://{there}/hop"),))
    site.routes["/worker.js"] = Reply(
        body=f"fetch('http://{there}/w').catch(() => postMessage(1))".encode(), headers=SCRIPT
    )
    site.routes["/"] = page(f"""
        <link rel=preconnect href="http://{there}"><link rel=prefetch href="http://{there}/p">
        <link rel=dns-prefetch href="//inside.example">
        <img src="http://{there}/i"><img src="/hop"><iframe src="http://{there}/f"></iframe><img src="http://inside.example/">
        <p id=done></p><script>
        navigator.sendBeacon('http://{there}/b'); window.open('http://{there}/o');
        new WebSocket('ws://{there}/s');
        const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{udp.getsockname()[1]}'}}]}});
        peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o));
        const worker = new Worker('/worker.js'); worker.onmessage = () => {{ done.textContent += ' worker'; }};
        fetch('http://{there}/x', {{mode: 'no-cors'}}).catch(() => {{ done.textContent += ' fetch'; }});
        navigator.serviceWorker.register('/worker.js').catch(() => 0);
        </script>""")
    answer = shown(browsing, site.url("/"))
    assert "fetch" in dom(answer).partition("<script>")[0]
    assert f"http://{there}/i" in made(answer)["refused"]
    assert "/hop" in site.paths
    udp.setblocking(False)
    with pytest.raises(BlockingIOError):
        udp.recv(1)
    assert reached == []
    inside.close()
    udp.close()


def _note(server: socket.socket, reached: list[object]) -> None:
    while True:
        try:
            reached.append(server.accept()[1])
        except OSError:
            return


def test_a_websocket_to_an_allowed_address_is_let_through(browsing: tuple[Browser, Session], site: Loopback) -> None:
    def upgrade(handler: Handler) -> None:
        import base64
        import hashlib

        key = handler.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()  # noqa: S324 - RFC 6455
        handler.wfile.write(
            f"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode()
            + b"\x81\x05hello"
        )
        time.sleep(0.3)

    site.routes["/socket"] = upgrade
    site.routes["/"] = page(
        f"<p id=p></p><script>new WebSocket('ws://{site.origin[7:]}/socket').onmessage = e => {{ p.textContent = e.data; }}</script>"
    )
    assert "<p id=p>hello</p>".replace("=p", '="p"') in dom(shown(browsing, site.url("/")))


def test_where_a_script_leads_is_fetched_as_a_redirect_is(browsing: tuple[Browser, Session], site: Loopback) -> None:
    site.routes["/"] = page("<script>location = '/en#/top'</script>")
    site.routes["/en"] = Reply(301, headers=(("Location", "/en/"),))
    site.routes["/en/"] = page("<p id=p></p><script>p.textContent = location.href</script>")
    asked: list[str] = []
    answer = shown(browsing, site.url("/"), permit=asked.append)
    assert answer.url == site.url("/en/")
    assert answer.redirects == ((200, site.url("/"), site.url("/en")), (301, site.url("/en"), site.url("/en/")))
    assert answer.body == site.routes["/en/"].body  # type: ignore[union-attr]
    assert f'<p id="p">{site.url("/en/#/top")}</p>' in dom(answer)
    assert asked == [site.url("/en"), site.url("/en/")]


def test_a_script_can_t_lead_where_robots_txt_or_the_guard_forbids_it(
    browsing: tuple[Browser, Session], site: Loopback
) -> None:
    def forbid(url: str) -> None:
        raise Disallowed("no")

    site.routes["/"] = Reply(
        body=b"<p>Here</p><script>setTimeout(() => { location = '/private'; }, 50)</script>",
        headers=(("Content-Disposition", "attachment; filename=a.html"), ("X-Odd", "gr\xfcn")),  # and no Content-Type
    )
    answer = shown(browsing, site.url("/"), permit=forbid)
    assert answer.url == site.url("/")
    assert "<p>Here</p>" in dom(answer)
    assert "/private" not in site.paths


def test_a_page_that_never_rests_is_recorded_as_it_is_after_a_while(
    browsing: tuple[Browser, Session], site: Loopback
) -> None:
    over = threading.Event()
    site.routes["/slow"] = lambda handler: cast(None, over.wait(30))
    site.routes["/"] = page("""<p>Text</p><script>
        alert('stop'); fetch('/slow'); history.pushState({}, '', '/elsewhere');
        addEventListener('beforeunload', e => e.preventDefault());
        for (let i = 0; i < 40; i++) fetch('/' + i);
        setInterval(() => location.reload(), 200);
        </script>""")
    answer = shown(browsing, site.url("/"))
    over.set()
    assert "<p>Text</p>" in dom(answer)
    assert made(answer)["at_rest"] is False
    assert made(answer)["url"] == site.url("/elsewhere")
    assert len([path for path in site.paths if path[1:].isdigit()]) < MOST_REQUESTS


def test_what_takes_too_long_ends_the_browser_and_the_next_page_has_another(
    browsing: tuple[Browser, Session], site: Loopback
) -> None:
    browser, _ = browsing
    usual, over = browser.settings, threading.Event()
    site.routes |= {
        "/": page("<p>Text</p>"),
        # Waiting so, a page does nothing else. (One that counts without end would cost the tests too much.)
        "/forever": page("<script>const x = new XMLHttpRequest(); x.open('GET', '/slow', false); x.send()</script>"),
        "/slow": lambda handler: cast(None, over.wait(30)),
    }
    assert "<p>Text</p>" in dom(shown(browsing, site.url("/")))
    assert browser._engine is not None
    pid, folder = browser._engine.pid, browser._engine.folder.name
    assert list(Path(folder).iterdir()), "its temporary files are there"
    assert memory_of(pid) > 50 << 20
    browser.settings = dataclasses.replace(usual, deadline=2.0)
    try:
        with pytest.raises(FetchError, match=r"/forever: it was not shown within 2 s \(\[browser\] deadline\)\."):
            shown(browsing, site.url("/forever"))
    finally:
        browser.settings = usual
        over.set()
    assert _gone(pid)
    assert not Path(folder).exists()
    assert "<p>Text</p>" in dom(shown(browsing, site.url("/")))


def _gone(pid: int) -> bool:
    """Whether no process is left of a browser's group, zombies included; within a moment."""
    for _ in range(50):
        groups = [
            one.read_text().rpartition(")")[2].split()[2] for one in Path("/proc").glob("[0-9]*/stat") if one.exists()
        ]
        if str(pid) not in groups:
            return True
        time.sleep(0.1)
    return False


def test_cookies_of_a_source_go_to_its_site_only(browsing: tuple[Browser, Session], site: Loopback) -> None:
    site.routes["/"] = page("<script>fetch('/api')</script>")
    with Loopback() as other:
        site.routes["/"] = page(
            f"<script>fetch('/api'); fetch('{other.url('/else')}', {{credentials: 'include'}})</script>"
        )
        shown(browsing, site.url("/"), extra=Extra("lt, en;q=0.5", (("Cookie", "key=1; b=2"), ("X-Key", "3"))))
        asked = {one.path: one.headers for one in (*site.requests, *other.requests)}
    assert asked["/api"]["Cookie"] == "key=1; b=2"
    assert asked["/api"]["Accept-Language"] == "lt"
    assert asked["/api"]["X-Key"] is None
    assert asked["/else"]["X-Key"] is None


def test_the_browser_dies_with_the_program_that_started_it(site: Loopback) -> None:
    site.routes["/"] = page("<script>alert(1)</script>")
    program = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})
import threading, time
from loopback import network
from pagewitness.config.settings import defaults
from pagewitness.scraper.net.browser import Browser, find_browser
from pagewitness.scraper.net.fetch import fetch, open_session
from pagewitness.scraper.net.to_show import ToShow
session = open_session(network()); browser = Browser(defaults().browser, session); url = {site.url("/")!r}
threading.Thread(target=browser.show, args=(ToShow(url, fetch(url, session)),), daemon=True).start()
while browser._engine is None: time.sleep(0.05)
print(browser._engine.pid, flush=True); time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
    assert _gone(pid)


def test_a_run_keeps_what_the_browser_made_and_reads_it(
    browsing: tuple[Browser, Session], site: Loopback, db: Sqlite
) -> None:
    """The history is that of the text that scripts load, while the HTML stays the same."""
    browser, session = browsing
    site.routes["/"] = page(
        "<noscript>Please enable JavaScript</noscript><div id=root></div><script src=/app.js></script>"
    )
    site.routes["/app.js"] = Reply(
        body=b"fetch('/text').then(r => r.text()).then(t => { document.querySelector('#root').innerHTML = t; })",
        headers=SCRIPT,
    )
    agenda.follow(db, [site.url("/")], None, 3600, times.now())
    one = evidence.find_page(db, site.url("/"))
    assert one is not None

    def run(text: str) -> Visited:
        site.routes["/text"] = Reply(
            body=f"<main><article><h1>Ships</h1><p>{text}</p></article></main>".encode(), headers=HTML
        )
        done: list[Visited] = []
        agenda.hasten(db, [one.id], times.now())
        with Workers(1, 20, 384) as workers:
            Run(db, session, workers, 0, 0, 1, done.append, browser=browser).go()
        return done[0]

    first = " ".join(SENTENCES)
    run(first)
    row = next(listing.page_rows(db, times.now()))
    assert (row["state"], row["revisions"]) == ("suspect", 0)
    assert row["question"] == (
        f"Does its text need scripts? `pagewitness add --browser {site.url('/')}` has a browser show it; that needs the "
        "extra `browser`, and Chromium."
    )
    renderings.show_in_browser(db, [one.id], True)
    assert run(first).derived.number == 1
    assert run(first).derived.number == 1
    assert run(f"{first} Two ships left.").derived.number == 2
    assert db.column(int, "select count(*) from renderings") == [3]
    assert db.column(int, "select count(distinct body_id) from captures") == [1]
    assert db.column(int, "select count(distinct dom_id) from renderings") == [2]
    assert next(listing.page_rows(db, times.now()))["question"] is None
    assert list(chain.broken(db, "run")) == []
    assert "Two ships left." in history.blocks_of(db, history.revisions(db, one)[-1])[-1].text
