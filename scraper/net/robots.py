"""robots.txt: what a site lets us fetch, and how slowly (RFC 9309)."""

from __future__ import annotations

import codecs
import json
from dataclasses import asdict, dataclass
from functools import cached_property

from protego import Protego

from pagewitness.archive.errors import Refused, Unreached
from pagewitness.archive.model import Answer
from pagewitness.archive.times import later, moment, short
from pagewitness.scraper.net.fetch import Failed, RedirectError, Session, fetch

AGENT = "pagewitness"
MOST_BYTES_OF_RULES = 500 * 1024  # bytes that are read of it (RFC 9309, 2.5)
FRESH = 86400.0  # seconds for which an answer holds (2.4)
RETRY = 600.0  # seconds after which a site whose robots.txt could not be had is asked again
MAX_DELAY = 60.0  # seconds: the most that a Crawl-delay may slow us down to

NOWHERE = 0  # in place of a status: it redirects in a circle, or to an address that we may not connect to


@dataclass(frozen=True)
class Robots:
    """A site's robots.txt at one time.

    Attributes:
        origin: `scheme://host[:port]`.
        fetched_at: when it was asked for.
        status: the HTTP status; `NOWHERE`; or None when nothing came (no connection, no whole answer).
        text: its rules, "" where it has none.
        error: why there was no answer.
        connected: whether there was a connection to the site.
    """

    origin: str
    fetched_at: str
    status: int | None
    text: str
    error: str | None = None
    connected: bool = True

    def refusal(self, url: str) -> str | None:
        """Why an address of this origin may not be fetched, in one sentence; None if it may."""
        if not self.connected:
            return f"{self.error}."
        if self.unreachable:
            said = f"did not answer ({self.error})" if self.status is None else f"answered {self.status}"
            return (
                f"the site's robots.txt {said}, so nothing may be fetched there for now (RFC 9309); "
                f"it is asked for again after {short(later(self.fetched_at, RETRY))} UTC."
            )
        if self._rules is None or self._rules.can_fetch(url, AGENT):
            return None
        return f"the site's robots.txt does not let {AGENT} fetch this page; ask the publisher, or unfollow the page."

    @property
    def delay(self) -> float | None:
        """The seconds that the site wants between two visits, at most a minute; None where it does not say."""
        asked = self._rules.crawl_delay(AGENT) if self._rules else None
        return min(asked, MAX_DELAY) if asked else None

    def stale(self, now: str) -> bool:
        """Whether it has to be fetched again: after a day, or ten minutes when it could not be had."""
        age = (moment(now) - moment(self.fetched_at)).total_seconds()
        lasts = RETRY if self.unreachable or self.status == NOWHERE else FRESH
        return not 0 <= age < lasts  # a clock that was set back makes it stale, too

    def to_json(self) -> str:
        """As text, for the archive."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Robots:
        """What `to_json` gave."""
        return cls(**json.loads(text))

    @property
    def unreachable(self) -> bool:
        """Whether the site could not give its rules: then nothing may be fetched (RFC 9309, 2.3.1.4)."""
        return self.status is None or self.status >= 500

    @cached_property
    def _rules(self) -> Protego | None:
        return Protego.parse(self.text) if self.text else None


def fetch_robots(origin: str, session: Session, now: str) -> Robots:
    """Ask a site for its robots.txt.

    Args:
        origin: `scheme://host[:port]`, as `guard.Target.origin` gives it.
        session: to fetch with; its deadline holds.
        now: the present moment.

    Returns:
        The rules of a 2xx. No rules for other answers below 500, for HTML, and for a redirect that leads nowhere or to
        where the address policy forbids; a refused page is then refused in its own right. Nothing allowed for a 5xx or
        none at all.
    """
    answer = fetch(f"{origin}/robots.txt", session)
    if isinstance(answer, Answer):
        return Robots(origin, now, answer.status, _rules(answer.body) if 200 <= answer.status < 300 else "")
    if isinstance(answer, Failed) and isinstance(answer.error, RedirectError | Refused):
        return Robots(origin, now, NOWHERE, "")
    said = str(answer.error) if isinstance(answer, Failed) else "304, though nothing was known of it"
    unreached = isinstance(answer, Failed) and isinstance(answer.error, Unreached)
    return Robots(origin, now, None, "", said.removeprefix(f"{origin}/robots.txt: ").rstrip("."), not unreached)


def _rules(body: bytes) -> str:
    """The text of the first 500 KiB, without a line that is cut in two; "" for a page of HTML.

    The Content-Type is no help: some servers send good rules as text/html.
    """
    start = body.removeprefix(codecs.BOM_UTF8)[:MOST_BYTES_OF_RULES]
    if len(body) > MOST_BYTES_OF_RULES:
        start = start[: max(start.rfind(b"\n"), start.rfind(b"\r")) + 1]
    text = start.decode("utf-8", "replace").replace("\0", "")
    return "" if text.lstrip().startswith("<") else text
