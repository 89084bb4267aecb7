"""The robots.txt of each site, as a run knows it: asked for when it is needed, and kept while it is fresh."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pagewitness.archive import times
from pagewitness.archive.store import leases
from pagewitness.archive.store import robots as stored
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.leases import Lease
from pagewitness.scraper.net.fetch import Session
from pagewitness.scraper.net.robots import NOWHERE, Robots, fetch_robots
from pagewitness.scraper.work.visit import robots_error


@dataclass
class KnownRobots:
    """The robots.txt of the sites that a run has visited."""

    db: Sqlite
    session: Session
    _of: dict[str, Robots] = field(default_factory=dict)  # by origin

    def rules(self, url: str, lease: Lease) -> Robots:
        """The robots.txt of a leased host, as on record while it is fresh."""
        origin = _origin(url)
        robots = self._of.get(origin)
        if robots is None and lease.robots:
            robots = Robots.from_json(lease.robots)
            robots = None if robots.status == NOWHERE else robots  # what our settings refused, they may allow now
        if robots is None or robots.origin != origin or robots.stale(times.now()):
            robots = self._fetched(origin)
            leases.keep_host(self.db, lease, robots=robots.to_json())
        self._of[origin] = robots
        return robots

    def permit(self, url: str) -> None:
        """Ask the robots.txt of a host that a redirect leads to. Raises Disallowed, or FetchError where the site is down."""
        origin = _origin(url)
        robots = self._of.get(origin)
        if robots is None or robots.stale(times.now()):
            robots = self._of[origin] = self._fetched(origin)
        if (refused := robots_error(robots, url)) is not None:
            raise refused

    def _fetched(self, origin: str) -> Robots:
        """The robots.txt of an origin, asked for now and put on record."""
        robots = fetch_robots(origin, self.session, times.now())
        stored.record_robots(self.db, origin, robots.fetched_at, robots.status, robots.text)
        return robots


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
