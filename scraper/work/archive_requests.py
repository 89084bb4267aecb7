"""Requests to a web archive: one at a time for each host, at our pace and at the archive's, repeated while that may help."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from pagewitness.archive import times
from pagewitness.archive.errors import FetchError
from pagewitness.archive.model import Answer
from pagewitness.archive.store import pace
from pagewitness.archive.store.database import Sqlite
from pagewitness.scraper.net.fetch import Extra, Failed, NotModified, Session, fetch
from pagewitness.scraper.net.retry_after import MAX_RETRY_AFTER, retry_after
from pagewitness.scraper.work.visit import PASSING

LONGEST_WAIT: Final = 600.0  # seconds: an archive that asks for a longer pause is left alone
_BACKOFF: Final = {429: 30.0}  # seconds before the first repetition if the archive names no pause; doubled each time
_OTHER_BACKOFF: Final = 2.0


class SentAway(FetchError):
    """A web archive does not want to be asked for a while."""


class Asker:
    """Asks web archives.

    Attributes:
        delay: seconds between two requests to a host.

    Args:
        retries: how often a request is repeated that failed in a passing way.
    """

    def __init__(self, db: Sqlite, session: Session, delay: float, retries: int) -> None:
        self._db, self._session = db, session
        self.delay, self._retries = delay, retries

    def ask(self, url: str, *, follows: bool = False) -> Answer:
        """What an address of a web archive answers.

        Args:
            follows: whether redirects are followed; a capture may be one.

        robots.txt is not asked: it is about crawlers that find pages by themselves, and these interfaces are for programs
        (docs/decisions/0048).

        Raises:
            SentAway: the archive asks us to stay away for longer than `LONGEST_WAIT`.
            ScraperError: no answer came; or the archive, not the captured site, answered with a passing failure to the end.
        """
        host = urlsplit(address_linked("", url)).netloc
        for attempt in range(self._retries + 1):
            self._wait_for(host)
            answer = fetch(url, self._session, extra=Extra(follows=follows))
            pause = _pause(answer, attempt)
            if pause is None:
                break
            pace.stay_away(self._db, host, times.later(times.now(), max(pause, self.delay)))
        if isinstance(answer, Failed):
            raise answer.error
        if isinstance(answer, NotModified):
            raise FetchError(f"{url} answered 304, though it was not asked for changes.", transient=False)
        if pause is not None:
            raise FetchError(f"{host} answered {answer.status}, also when it was asked again.")
        return answer

    def _wait_for(self, host: str) -> None:
        now = times.now()
        at = pace.reserve(self._db, host, now, self.delay, MAX_RETRY_AFTER)
        left = times.seconds_between(now, at)
        if left > LONGEST_WAIT:
            pace.stay_away(self._db, host, at)
            raise SentAway(f"{host} asks us to stay away until {times.short(at)} UTC: run the same command after that.")
        time.sleep(max(0.0, left))


def address_linked(asked: str, link: str) -> str:
    """The address that a web archive links to. Raises FetchError if nobody can read it."""
    try:
        onward = urljoin(asked, link)
        urlsplit(onward)
    except ValueError as error:
        raise FetchError(f"A web archive names an address that can't be read: {link!r}.", transient=False) from error
    return onward


def says_it_is_a_capture(answer: Answer) -> bool:
    """Whether a web archive presents an answer as one that a site gave, and not as its own (RFC 7089, 2.1.1)."""
    return any(
        name.lower() == "memento-datetime" or name.lower().startswith("x-archive-orig-") for name, _ in answer.headers
    )


def _pause(answer: Answer | Failed | NotModified, attempt: int) -> float | None:
    """After how many seconds a request is repeated; None if it is not."""
    if isinstance(answer, Failed):
        passing = isinstance(answer.error, FetchError) and answer.error.transient
        return _OTHER_BACKOFF * 2**attempt if passing else None
    if isinstance(answer, NotModified) or answer.status not in PASSING or says_it_is_a_capture(answer):
        return None
    asked = retry_after(answer.headers, datetime.now(UTC))
    return asked if asked is not None else _BACKOFF.get(answer.status, _OTHER_BACKOFF) * 2**attempt
