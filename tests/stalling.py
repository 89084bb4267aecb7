"""Workers that do not get on, as on a machine that is too busy."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection
from pathlib import Path

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import Known
from pagewitness.scraper.work.workers import Workers


def children(parent: int) -> list[int]:
    """The processes that clean for a parent, oldest first: those that it spawned, and those that its server has forked."""
    started = {process: _command(process) for process in _started_by(parent)}
    servers = [process for process, command in started.items() if b"multiprocessing.forkserver" in command]
    forked = [child for server in servers for child in _started_by(server)]
    spawned = [process for process, command in started.items() if b"spawn_main" in command]
    return sorted(forked + spawned, key=_began)


def _began(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[19])


def _started_by(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


def _command(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


class StopsItsChild(Workers):
    """A pool on a machine that never gives its child the processor, so many times."""

    stops = 0

    def __enter__(self) -> StopsItsChild:
        super().__enter__()
        return self

    def clean(
        self, body: bytes, content_type: str | None, url: str | None, known: Collection[str] = (), rules: str = ""
    ) -> Reading | Known:
        if self.stops:
            self.stops -= 1
            super().clean(b"<h1>Warm</h1>", None, None)
            os.kill(children(os.getpid())[-1], signal.SIGSTOP)
        return super().clean(body, content_type, url, known, rules)
