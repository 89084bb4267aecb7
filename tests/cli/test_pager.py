"""What is longer than the terminal goes to a pager, and nothing else does."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest
from helpers import answer, archive, command, day, environment, read, reading

from pagewitness.archive.fold import derivation
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence

PAGE = "https://example.org/long"
PAGER = "sed s/^/paged:/"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a page of forty paragraphs."""
    folder = tmp_path_factory.mktemp("pager")
    with archive(folder) as db:
        page = evidence.known_page(db, PAGE)
        capture = evidence.keep(db, Visit(page, "run", day(0)), answer(url=PAGE))
        assert capture is not None
        read(db, capture, reading([f"Paragraph {number} of a long report." for number in range(40)]))
        derivation.derive(db, page, "c1")
    return folder / "archive.db"


def on_screen(file: Path, *arguments: str, lines: int, pager: str) -> str:
    """What a terminal with so many lines shows."""
    ours, theirs = pty.openpty()
    env = environment(PAGER=pager, LINES=str(lines), COLUMNS="80", NO_COLOR="1", TERM="xterm")
    with subprocess.Popen(command(file, *arguments), env=env, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 1 << 16)
            except OSError:  # the other side is closed
                break
            if not part:
                break
            shown += part
        assert running.wait(60) == 0
    os.close(ours)
    return shown.decode()


def test_a_long_text_is_paged_whole_and_in_order(file: Path) -> None:
    shown = on_screen(file, "show", PAGE, lines=24, pager=PAGER)
    assert [line for line in shown.splitlines() if line.strip() and not line.startswith("paged:")] == []
    assert [f"paged:Paragraph {number} of" in shown for number in range(40)] == [True] * 40


@pytest.mark.parametrize(("lines", "pager"), [(400, PAGER), (24, ""), (24, "cat")], ids=["fits", "no pager", "cat"])
def test_what_fits_or_is_not_to_be_paged_is_printed(file: Path, lines: int, pager: str) -> None:
    shown = on_screen(file, "show", PAGE, lines=lines, pager=pager)
    assert "Paragraph 39" in shown
    assert "paged:" not in shown


def test_a_pipe_gets_the_text_itself(file: Path) -> None:
    done = subprocess.run(
        command(file, "show", PAGE), env=environment(PAGER=PAGER, LINES="5"), capture_output=True, timeout=60
    )
    assert b"Paragraph 39" in done.stdout
    assert b"paged:" not in done.stdout


def test_an_error_is_not_paged(file: Path) -> None:
    done = subprocess.run(
        command(file, "show", "https://example.org/none"), env=environment(PAGER=PAGER), capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (3, b"")
