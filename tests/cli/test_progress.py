"""Progress: rarely and shortly where standard error is no terminal, and never on standard output."""

from __future__ import annotations

import os
import pty
import sys
import time

import pytest

from pagewitness.scraper.cli.progress import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock that progress looks at; tests move its hand."""
    hand = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: hand[0])
    return hand


def test_elsewhere_there_is_a_short_line_every_ten_seconds(
    clock: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    """No bar, no control characters; and nothing of a run that is done before."""
    with Progress("pages", 1200) as said:
        for second in range(35):
            clock[0] = float(second)
            said.advance(second * 2)
    out, error = capfd.readouterr()
    assert out == ""
    assert error == "20 of 1,200 pages, 2.0/s\n40 of 1,200 pages, 2.0/s\n60 of 1,200 pages, 2.0/s\n"


def test_what_has_no_total_is_counted(clock: list[float], capfd: pytest.CaptureFixture[str]) -> None:
    with Progress("captures") as said:
        clock[0] = 10.0
        said.advance(5000, 12)
    assert capfd.readouterr().err == "5,000 captures of 12 pages, 500/s\n"


def test_on_a_terminal_the_line_is_written_over_and_wiped(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as terminal, open(ours, "rb", buffering=0) as screen:
        monkeypatch.setattr(sys, "stderr", terminal)
        with Progress("pages", 4) as said:
            clock[0] = 1.0
            said.advance(2)
        assert os.isatty(theirs)
        shown = b""
        while shown.count(b"\x1b[K") < 2 and (more := screen.read(4096)):  # a terminal hands on a part at a time
            shown += more
    assert shown.decode() == "\r\x1b[K██████████░░░░░░░░░░ 2 of 4 pages, 2.0/s\r\x1b[K"
