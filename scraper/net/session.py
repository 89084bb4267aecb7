"""A session: requests.Session whose connections go to checked addresses only, within time limits."""

from __future__ import annotations

import ssl
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import version
from typing import Final

import requests
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from pagewitness.config import ConfigError
from pagewitness.config.settings import Network
from pagewitness.scraper.net import content_encoding
from pagewitness.scraper.net.adapter import GuardedAdapter
from pagewitness.scraper.net.byte_budget import ByteBudget
from pagewitness.scraper.net.connections import Connector, Resolve, resolve
from pagewitness.scraper.net.guard import Guard
from pagewitness.scraper.net.watchdog import Watchdog

# Of all large bodies being fetched and stored at once. To store one takes its size up to twice more: its compressed form,
# and SQLite's copy of that.
_BODIES: Final = 96 << 20


class Session(requests.Session):
    """A requests.Session that can only connect to where the guard allows. It keeps no cookies.

    Attributes:
        network: the settings it follows.
        guard: its address policy.
        watchdog: keeps its deadlines.
        connector: finds the addresses that it may connect to.
        adapter: what sends.
        bodies: the room for large bodies in memory.
    """

    def __init__(self, network: Network, resolve: Resolve, trust: tuple[str, ...]) -> None:
        super().__init__()
        self.network, self.guard, self.watchdog = network, Guard(network.allow), Watchdog()
        self.bodies = ByteBudget(_BODIES)
        self.trust_env = False  # neither proxies nor passwords from the environment
        if network.proxy:
            self.proxies = {"http": network.proxy, "https": network.proxy}
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.connector = Connector(self.guard, self.watchdog, resolve)
        self.adapter = GuardedAdapter(self.connector, trust)
        self.adapters.clear()
        self.mount("https://", self.adapter)
        self.mount("http://", self.adapter)
        self.headers = CaseInsensitiveDict(
            {
                "User-Agent": user_agent(network.contact, network.user_agent_suffix),
                "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
                "Accept-Encoding": content_encoding.ACCEPTED,
            }
        )

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where requests would follow a redirect to: nowhere within a fetch, which checks and records each hop itself.

        Otherwise requests would read the whole body of a redirect, whatever its size.
        """
        return None if self.watchdog.current is not None else super().get_redirect_target(resp)

    def browser_name(self, version: str) -> str:
        """The User-Agent of a Chromium of a version: as scripts look for one, with our own name and contact at its end."""
        chrome = f"Chrome/{version.partition('.')[0]}.0.0.0 Safari/537.36"
        own = user_agent(self.network.contact, self.network.user_agent_suffix)
        return f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) {chrome} {own}"

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
        trust: a file with the certificates of the authorities to trust; None for those that come with requests. Those in
            `[network] ca_bundle` are trusted beside them.

    Raises:
        ConfigError: `[network] ca_bundle` can't be read.
    """
    trusted = [trust or DEFAULT_CA_BUNDLE_PATH]
    if network.ca_bundle:
        _check_bundle(network.ca_bundle)
        trusted.append(network.ca_bundle)
    return Session(network, resolve, tuple(trusted))


def _check_bundle(file: str) -> None:
    what = f"[network] ca_bundle = {file!r}"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except ssl.SSLError as error:
        raise ConfigError(f"{what} holds no certificates in PEM format: {error.reason or error}.") from error
    except OSError as error:
        raise ConfigError(f"{what} can't be read: {error.strerror}; name a PEM file.") from error


@cache
def user_agent(contact: str, suffix: str = "") -> str:
    """`pagewitness/VERSION (+contact) suffix`; without a contact and a suffix only the name and version."""
    name = f"pagewitness/{version('pagewitness')}"
    return " ".join([name, *([f"(+{contact})"] if contact else []), *([suffix] if suffix else [])])
