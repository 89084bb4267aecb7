"""Progress on standard error: one line rewritten on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType

_EVERY = (0.1, 10.0)  # seconds between two lines: on a terminal, elsewhere


class Progress:
    """Shows progress. Use it as a context manager.

    Args:
        what: the plural noun for what is counted.
        total: how many there will be, or None if unknown.
        hidden: whether to show nothing.
    """

    def __init__(self, what: str, total: int | None = None, *, hidden: bool = False) -> None:
        self._hidden = hidden
        self._what = what
        self._total = total
        self._terminal = sys.stderr.isatty()
        self._began = self._said = time.monotonic()

    def advance(self, done: int, pages: int | None = None) -> None:
        """Show the progress if enough time has passed since the last line."""
        now = time.monotonic()
        if self._hidden or now - self._said < _EVERY[0 if self._terminal else 1]:
            return
        self._said = now
        self._write(self._line(done, pages, now))

    def clear(self) -> None:
        """Erase the line from the terminal."""
        if self._terminal and not self._hidden:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def _line(self, done: int, pages: int | None, now: float) -> str:
        line = f"{done:,} {self._what}"
        if self._total:
            line = f"{done:,} of {self._total:,} {self._what}"
            line = f"{self._bar(done)} {line}" if self._terminal else line
        elif pages is not None:
            line += f" of {pages:,} pages"
        rate = done / max(now - self._began, 0.001)
        return f"{line}, {rate:.{0 if rate >= 10 else 1}f}/s"

    def _bar(self, done: int) -> str:
        filled = 20 * done // max(1, self._total or 1)
        return "█" * filled + "░" * (20 - filled)

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line}" if self._terminal else f"{line}\n")
        sys.stderr.flush()
