"""The command line within this process, with its output on a pipe or on a terminal of its own."""

from __future__ import annotations

import io
import os
import pty
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest
from helpers import environment, lines

from pagewitness.scraper.cli import main


@dataclass(frozen=True)
class Printed:
    """What a command printed, and its exit code."""

    code: int
    out: str
    error: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The objects that `--json` printed."""
        return lines(self.out)

    @property
    def text(self) -> str:
        """The output with single blanks, however its lines were wrapped."""
        return " ".join(self.out.split())


def run_here(
    monkeypatch: pytest.MonkeyPatch, archive: Path | None, *arguments: str, columns: int = 100, terminal: bool = False
) -> Printed:
    """Run `pagewitness` in this process.

    Args:
        columns: the width of the terminal.
        terminal: whether standard output is a terminal; otherwise it is a pipe.
    """
    for name, value in environment(NO_COLOR="1", COLUMNS=str(columns)).items():
        monkeypatch.setenv(name, value)
    body, error = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(body, "utf-8")
    place = on_a_terminal(body, redirect_stdout) if terminal else redirect_stdout(out)
    with redirect_stderr(error), place, pytest.raises(SystemExit) as ended:
        main([*(["--archive", str(archive)] if archive else []), *arguments])
    out.flush()
    printed = body.getvalue()
    code = ended.value.code
    return Printed(code if isinstance(code, int) else 0, printed.decode().replace("\r\n", "\n"), error.getvalue())


@contextmanager
def on_a_terminal(out: io.BytesIO, redirect: Callable[[TextIO], AbstractContextManager[Any]]) -> Iterator[None]:
    """Standard output, or standard error (`redirect`), is a terminal; what it shows is copied to `out`."""
    ours, theirs = pty.openpty()

    def copy() -> None:
        while True:
            try:
                shown = os.read(ours, 1 << 16)
            except OSError:  # nobody has the other side open any longer
                return
            if not shown:
                return
            out.write(shown)

    reader = threading.Thread(target=copy)
    reader.start()
    try:
        with open(theirs, "w", encoding="utf-8") as screen, redirect(screen):
            assert screen.isatty()
            yield
    finally:
        reader.join()
        os.close(ours)
