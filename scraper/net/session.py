"""A session: requests.Session whose connections go to checked addresses only, within time limits."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from pagewitness.config.settings import Network
from pagewitness.scraper.net import content_encoding
from pagewitness.scraper.net.connections import Connector, GuardedAdapter, Resolve, resolve
from pagewitness.scraper.net.guard import Guard
from pagewitness.scraper.net.watchdog import Watchdog


class Session(requests.Session):
    """A requests.Session that can only connect to where the guard allows.

    Attributes:
        network: the settings it follows.
        guard: its address policy.
        watchdog: keeps its deadlines.
        asks: the header fields of every request, each a line with its end.
    """

    def __init__(self, network: Network, resolve: Resolve, trust: str) -> None:
        super().__init__()
        self.network, self.guard, self.watchdog = network, Guard(network.allow), Watchdog()
        self.trust_env = False  # neither proxies nor passwords from the environment
        self.adapter = GuardedAdapter(Connector(self.guard, self.watchdog, resolve), trust)
        self.adapters.clear()
        self.mount("https://", self.adapter)
        self.mount("http://", self.adapter)
        asks = {
            "User-Agent": user_agent(network.contact),
            "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
            "Accept-Encoding": content_encoding.ACCEPTED,
        }
        self.asks = "".join(f"{name}: {value}\r\n" for name, value in asks.items())
        self.headers.update(asks)

    def stop(self) -> None:
        """Call off every fetch that is under way in any thread, and all to come (`watchdog.Stopped`)."""
        self.watchdog.stop()

    def close(self) -> None:
        """Close the connections, and end the thread that watches them."""
        super().close()
        self.watchdog.close()


def open_session(network: Network, *, resolve: Resolve = resolve, trust: str | None = None) -> Session:
    """A session to fetch with, for any number of threads.

    Args:
        network: the settings.
        resolve: finds the addresses of a host, as `socket.getaddrinfo`.
        trust: a file with the certificates of the authorities to trust; None for those that come with requests.
    """
    return Session(network, resolve, trust or DEFAULT_CA_BUNDLE_PATH)


@cache
def user_agent(contact: str) -> str:
    """`pagewitness/VERSION (+contact)`; without a contact only the name and version."""
    name = f"pagewitness/{version('pagewitness')}"
    return f"{name} (+{contact})" if contact else name
