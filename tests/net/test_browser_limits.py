"""What one page may take in a browser, and what is said where it is missing: tests that start no browser."""

from __future__ import annotations

import dataclasses
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from loopback import network

from pagewitness.archive.model import Answer
from pagewitness.config.settings import defaults
from pagewitness.scraper.net.browser import Browser
from pagewitness.scraper.net.browser_processes import Limits
from pagewitness.scraper.net.browser_traffic import Traffic
from pagewitness.scraper.net.fetch import open_session
from pagewitness.scraper.net.to_show import is_shown


def test_a_page_that_loads_too_much_gets_nothing_more_and_a_large_browser_is_ended() -> None:
    traffic = Traffic(1_000_000)
    ours, theirs = socket.socketpair()
    assert traffic.add(ours)
    traffic.count(1_000_000)
    assert not traffic.too_much
    traffic.count(1)
    assert traffic.too_much
    assert theirs.recv(1) == b""
    assert not traffic.add(ours)
    ours.close()
    theirs.close()
    for seconds, megabytes, loads, said in (
        (60, 99, traffic, "it loads more than [browser] max_bytes allows"),
        (60, 1, Traffic(1), "the browser took more than 1 MB for it ([browser] megabytes)"),
    ):
        with subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
        ) as process:
            with Limits(process.pid, seconds, megabytes, loads) as limits:
                assert process.wait(20) == -signal.SIGKILL
            assert limits.exceeded == said


@pytest.mark.parametrize(
    ("status", "kind", "body", "shows"),
    [
        (200, "text/html; charset=utf-8", b"<p>", True),
        (200, "application/xhtml+xml", b"<p>", True),
        (404, "text/html", b"<p>", False),
        (200, "application/pdf", b"%PDF-1.7", False),
        (200, "text/html", b"%PDF-1.7", False),
        (200, "application/rss+xml", b"<rss>", False),
    ],
)
def test_only_pages_of_html_are_shown(status: int, kind: str, body: bytes, shows: bool) -> None:
    assert is_shown(Answer("https://a.example/", status, (("Content-Type", kind),), body)) is shows


def test_what_is_missing_is_said_with_where_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(defaults().browser, path=str(tmp_path / "chrome"))
    with open_session(network()) as session:
        assert str(Browser(settings, session).lacking()) == (
            f"reading this page needs Chromium, and [browser] path = '{tmp_path}/chrome' is no program: "
            "apt-get install chromium, or set [browser] path."
        )
        monkeypatch.setenv("PATH", str(tmp_path))
        assert "and none is installed" in str(Browser(defaults().browser, session).lacking())
        monkeypatch.setitem(sys.modules, "playwright", None)
        assert "pip install '.[browser]'" in str(Browser(settings, session).lacking())
