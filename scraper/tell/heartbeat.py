"""Heartbeats: an address is asked for when a run begins, ends or fails, so that a silent machine is noticed.

The addresses are those of Healthchecks (https://healthchecks.io/docs/http_api/): the address itself, `/start`, `/fail`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from pagewitness.archive.errors import Untold
from pagewitness.config.channels import HeartbeatChannel

if TYPE_CHECKING:
    from pagewitness.scraper.net.session import Session

SECONDS = 5.0


@dataclass
class Pulse:
    """How a run ends: as a failure, if `failed` is set."""

    failed: bool = False


@contextmanager
def heartbeats(channels: Sequence[HeartbeatChannel], session: Session, warn: Callable[[str], None]) -> Iterator[Pulse]:
    """Report that a run begins, and when the block ends, that it ended; with an error, that it failed.

    Args:
        warn: called with a sentence if an address does not answer. That fails no run.
    """
    pulse = Pulse()
    beat(channels, session, "/start", warn)
    try:
        yield pulse
    except BaseException:
        beat(channels, session, "/fail", warn)
        raise
    beat(channels, session, "/fail" if pulse.failed else "", warn)


def beat(channels: Sequence[HeartbeatChannel], session: Session, suffix: str, warn: Callable[[str], None]) -> None:
    """Report that a run ended, or with `/start` or `/fail` that it began or failed. Arguments as for `heartbeats`."""
    from pagewitness.scraper.tell.asking import ask

    for channel in channels:
        try:
            ask(session, _with_suffix(channel.url, suffix), SECONDS)
        except Untold as error:
            warn(f"[notify.{channel.name}] {error}")


def _with_suffix(url: str, suffix: str) -> str:
    """An address with something at the end of its path.

    >>> _with_suffix("https://beat.example/one?rid=2", "/start")
    'https://beat.example/one/start?rid=2'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + suffix)) if suffix else url
