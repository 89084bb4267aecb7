"""Connections to checked addresses only: resolve, check every address, connect to exactly the one that was checked.

A name with both a public and a private address is refused as a whole. There is no second look-up that could give another
answer (DNS rebinding). The Host header, SNI and certificate checks use the name, as usual.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http.client import HTTPMessage, HTTPResponse, RemoteDisconnected
from io import BytesIO
from typing import Any, ClassVar, cast

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.ssltransport import SSLTransport

from pagewitness.scraper.net.guard import Guard
from pagewitness.scraper.net.head import HeaderFields, Stream, read_head
from pagewitness.scraper.net.watchdog import Peer, Watchdog

# (family, type, protocol, canonical name, socket address), as `socket.getaddrinfo` gives them.
ResolvedAddress = tuple[Any, Any, int, str, tuple[Any, ...]]
Resolve = Callable[[str, int], Sequence[ResolvedAddress]]


class Stale(RemoteDisconnected):
    """A connection that was kept alive ended before any answer: the request can be sent again on a new one."""


def resolve(host: str, port: int) -> Sequence[ResolvedAddress]:
    """The addresses of a host, by the system's resolver. Raises OSError."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


@dataclass(frozen=True)
class Connector:
    """Finds the addresses that may be connected to, within the time that the watchdog leaves."""

    guard: Guard
    watchdog: Watchdog
    resolve: Resolve

    def addresses(self, host: str, port: int, timeout: float) -> list[str]:
        """The addresses of a host as text, all of them allowed.

        Args:
            host: with its trailing dot, where it has one: without it the resolver would try its search domains.
            timeout: seconds that the look-up may take.

        Raises:
            Refused: an address of the host is not allowed.
            TimeoutError: the look-up took too long.
            OSError, UnicodeError: there is no such name. UnicodeError: one of its labels is empty or too long.
        """
        found = [str(address[0]) for *_, address in _bounded(partial(self.resolve, host, port), host, timeout)]
        for address in found:
            self.guard.check_address(address, host)
        return found

    def connected(self, host: str, port: int, timeout: float) -> socket.socket:
        """A connection to the first address of a host that answers. Arguments and errors as for `addresses`."""
        failure = OSError("the name has no address")
        for address in self.addresses(host, port, timeout):
            try:
                return socket.create_connection((address, port), timeout)
            except OSError as error:
                failure = error
        raise failure

    def time_left(self, timeout: float) -> float:
        """The seconds that one operation may take now. Raises FetchError when the time of the errand is over."""
        watch = self.watchdog.current
        return timeout if watch is None else min(timeout, watch.left())


def _bounded(look_up: Callable[[], Sequence[ResolvedAddress]], host: str, timeout: float) -> Sequence[ResolvedAddress]:
    """A look-up that is given up after so many seconds: `getaddrinfo` knows no timeout, and can't be interrupted."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return look_up()  # nothing to ask anybody
    results: queue.SimpleQueue[Sequence[ResolvedAddress] | OSError | UnicodeError] = queue.SimpleQueue()

    def answer() -> None:
        try:
            results.put(look_up())
        except (OSError, UnicodeError) as error:
            results.put(error)

    threading.Thread(target=answer, name=f"resolve {host}", daemon=True).start()
    try:
        result = results.get(timeout=timeout)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, OSError | UnicodeError):
        raise result
    return result


class _Response(HTTPResponse):
    """An answer of http.client whose head we read ourselves (`head`), and whose lines and reads are limited.

    Attributes:
        fields: the header fields as they came.
    """

    fp: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fp = Stream(self.fp.detach())
        self.fields: HeaderFields = ()

    def begin(self) -> None:
        """Read the head. Raises as `head.read_head` and `head.Head.as_bytes` do."""
        if cast(HTTPMessage | None, self.headers) is not None:
            return  # it was read already
        stream = self.fp
        head = read_head(stream)
        self.fp = BytesIO(head.as_bytes())
        try:
            super().begin()
        finally:
            self.fp = stream
        self.fields = head.fields


class _Guarded(HTTPConnection):
    """A connection that a connector finds the addresses for, and that a watchdog may end.

    Attributes:
        connector: finds the addresses; set in the classes that `pools` makes.
    """

    connector: ClassVar[Connector]

    def __init__(self, host: str, port: int | None = None, **options: Any) -> None:
        super().__init__(host, port, **options)
        self.name = host  # `host` loses the trailing dot
        self.peer: Peer | None = None
        self.response_class = cast(type[HTTPResponse], self._response)
        self._sent: list[tuple[str, str]] = []
        self._received: _Response | None = None
        self._kept = False

    def connect(self) -> None:
        """Connect to the first address of the host that answers.

        Raises:
            Refused: an address of the host is not allowed.
            FetchError: the time of the errand is over.
            NameResolutionError, ConnectTimeoutError, NewConnectionError, ssl.SSLError: as urllib3 raises them.
        """
        timeout = float(self.timeout or 20)
        self._watch(lambda: _plain(self.sock))  # so that a handshake that drips ends, too
        failure: Exception = NewConnectionError(self, "the name has no address")
        addresses = self._addresses(timeout)
        try:
            for address in addresses:
                self.host, self.timeout = address, self.connector.time_left(timeout)
                self._record(Peer(address, self.port))
                try:
                    super().connect()
                except (NewConnectionError, ConnectTimeoutError) as error:
                    failure = error
                else:
                    break
            else:
                raise failure
        finally:
            self.host, self.timeout = self.name, timeout
        self._record(_peer(self.sock))
        self._watch(_always(self.sock))

    def request(self, *args: Any, **options: Any) -> None:
        """Send a request. Raises Stale where a connection that was kept alive is closed by now."""
        self._kept = self.sock is not None
        self._sent.clear()
        if self._kept:
            self._watch(_always(self.sock))
        try:
            super().request(*args, **options)
        except ConnectionResetError as error:
            self._check_stale(error)
            raise
        finally:
            if (watch := self.connector.watchdog.current) is not None:
                watch.sent = () if self.sock is None else tuple(self._sent)

    def putheader(self, header: str | bytes, *values: Any) -> None:
        """Send a header field, and remember it for the record."""
        super().putheader(header, *values)  # type: ignore[arg-type]
        self._sent.append((_text(header), ", ".join(map(_text, values))))

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as urllib3's own
        """Read the head of the answer. Raises Stale where a connection that was kept alive ended before it."""
        try:
            response = super().getresponse()
        except (RemoteDisconnected, ConnectionResetError) as error:
            self._check_stale(error)
            raise
        watch, received = self.connector.watchdog.current, self._received
        if watch is not None and received is not None:
            watch.received = received.fields
        return response

    def _response(self, *args: Any, **options: Any) -> HTTPResponse:
        self._received = _Response(*args, **options)
        return self._received

    def _addresses(self, timeout: float) -> list[str]:
        timeout = self.connector.time_left(timeout)
        try:
            return self.connector.addresses(self.name, self.port, timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self.name} was not resolved within {timeout:g} s") from error
        except (OSError, UnicodeError) as error:
            raise NameResolutionError(self.name, self, socket.gaierror(str(error))) from error

    def _record(self, peer: Peer) -> None:
        """Note who this connection goes to, or tries to."""
        self.peer = peer
        if (watch := self.connector.watchdog.current) is not None:
            watch.peer = peer

    def _watch(self, sock: Callable[[], socket.socket | None]) -> None:
        """Have the errand of this thread depend on this connection. Raises FetchError when its time is over."""
        if (watch := self.connector.watchdog.current) is not None:
            watch.peer = self.peer
            watch.attach(sock)

    def _check_stale(self, error: ConnectionError) -> None:
        """A server may close what was kept alive at any moment, also while we ask (RFC 9112, 9.3.1 and 9.5)."""
        if self._kept:
            raise Stale(str(error)) from error


class _GuardedTls(_Guarded, HTTPSConnection):
    """The same over TLS."""

    def connect(self) -> None:
        """Connect; the certificate is checked for the host's name. Raises as `_Guarded.connect`."""
        if self.proxy is None:  # through a tunnel urllib3 takes the name of the tunnel's end
            self.server_hostname = self.host
        super().connect()


def _always(sock: Any) -> Callable[[], socket.socket | None]:
    """This very socket: the connection lets go of it before the body of a last answer is read."""
    plain = _plain(sock)
    return lambda: plain


def _plain(sock: Any) -> socket.socket | None:
    """The socket itself: for TLS through a proxy that speaks TLS too, urllib3 has an object around it."""
    return sock.socket if isinstance(sock, SSLTransport) else sock


def _text(part: object) -> str:
    return part.decode("latin-1") if isinstance(part, bytes) else str(part)


def _peer(sock: Any) -> Peer:
    """Who is at the other end of a socket."""
    address, port = cast(socket.socket, _plain(sock)).getpeername()[:2]
    if not isinstance(sock, ssl.SSLSocket | SSLTransport):
        return Peer(address, port)
    leaf = sock.getpeercert(binary_form=True)
    chain = getattr(sock, "get_unverified_chain", None)  # from Python 3.13 on
    certificates = tuple(chain()) if chain is not None else ()
    return Peer(address, port, sock.version(), certificates or ((leaf,) if leaf else ()))


def guard_pools(manager: urllib3.PoolManager, connector: Connector) -> None:
    """Have a manager of pools connect through a connector only."""
    plain = type("Guarded", (_Guarded,), {"connector": connector})
    tls = type("GuardedTls", (_GuardedTls,), {"connector": connector})
    manager.pool_classes_by_scheme = {
        "http": type("GuardedPool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("GuardedTlsPool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }
