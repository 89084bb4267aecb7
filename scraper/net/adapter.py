"""The adapter by which requests sends: whatever goes through it reaches checked addresses only."""

from __future__ import annotations

import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.util import Retry, parse_url

from pagewitness.scraper.net.connections import Connector, Stale, guard_pools
from pagewitness.scraper.net.error_translation import cause_of
from pagewitness.scraper.net.guard import Target, parse_target

HOSTS: Final = 64  # hosts whose connections are kept
_LOOK_UP_SECONDS: Final = 3.0  # behind a proxy, for a name that may be unknown here
_LOOKED_UP: Final = 300.0  # seconds for which such a look-up holds


class AskAgain(Retry):
    """Sends a request again only if a reused connection ended before any answer came."""

    def increment(  # with the parameters of urllib3's
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        *_: Any,
        **__: Any,
    ) -> AskAgain:
        """Allow the request to be sent again, or raise the error."""
        assert error is not None  # no status is a reason to send again
        if method in ("GET", "HEAD") and isinstance(cause_of(error), Stale):
            return self
        raise error


class GuardedAdapter(HTTPAdapter):
    """An adapter for requests that checks each address twice: the URL as written, and every IP address it resolves to.

    A proxy resolves the names of sites itself. The proxy's own address is checked like any other; a site's address is
    checked if its name can also be resolved here.
    """

    def __init__(self, connector: Connector, trust: Sequence[str]) -> None:
        """`trust`: the files with the certificates of the authorities that are trusted."""
        self._connector = connector
        self._trust = trust
        self._looked_up: dict[tuple[str, int], float] = {}
        super().__init__(pool_connections=HOSTS, max_retries=AskAgain(0))

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """One context for all hosts, made when first needed: reading the authorities takes 20 ms. Raises OSError."""
        context = ssl.create_default_context(cafile=self._trust[0])
        for file in self._trust[1:]:
            context.load_verify_locations(file)
        return context

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """Make the pools of connections."""
        super().init_poolmanager(connections, maxsize, block, **options)
        guard_pools(self.poolmanager, self._connector)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """The pools of connections to a proxy."""
        if proxy not in self.proxy_manager:
            if (parts := parse_url(proxy)).scheme == "https":
                options |= {"proxy_ssl_context": self.tls, "proxy_assert_hostname": parts.host}
            guard_pools(super().proxy_manager_for(proxy, **options), self._connector)
        return self.proxy_manager[proxy]

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """The key of a connection: the address as the guard reads it, and for TLS which authorities we trust."""
        scheme, host, port, _ = parse_target(str(request.url))
        trust = {"ssl_context": self.tls, "cert_reqs": "CERT_REQUIRED"} if scheme == "https" else {}
        return {"scheme": scheme, "host": host, "port": port}, trust

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Do nothing: the context of `tls` always checks the certificate."""

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """What is asked for: requests before 2.33 drops a slash where an address has two, and asks for another page."""
        asked = super().request_url(request, proxies)
        return request.path_url if asked.startswith("/") else asked  # the rest goes to a proxy as a whole address

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send a request.

        Raises:
            Refused: the address policy forbids it.
            requests.RequestException: no answer came.
        """
        target = self._connector.guard.check_url(str(request.url))
        if select_proxy(str(request.url), options.get("proxies")):
            self._check_behind_proxy(target)
        return super().send(request, *args, **options)

    def _check_behind_proxy(self, target: Target) -> None:
        """Raise Refused if a site's name resolves, from here, to an address that is not allowed."""
        key, now = (target.host, target.port), time.monotonic()
        if self._looked_up.get(key, now) > now:
            return
        with suppress(OSError, UnicodeError):  # only the proxy knows the name
            self._connector.addresses(*key, self._connector.time_left(_LOOK_UP_SECONDS))
        self._looked_up[key] = now + _LOOKED_UP
