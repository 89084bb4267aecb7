"""Connections to checked addresses only: resolve, check every address, connect to exactly the one that was checked.

A name that resolves to a public and to a private address is refused as a whole, and there is no second look-up in which
it could answer otherwise (DNS rebinding). Host header, SNI and certificate checks go by the name, as ever.

Two ways lead through them: that of requests (`GuardedAdapter`), and `exchange`, a GET in one piece, which takes
half the time and keeps its connections in the same pools.
"""

from __future__ import annotations

import contextlib
import ipaddress
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from http.client import HTTPResponse, RemoteDisconnected
from typing import Any, cast

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, InvalidHeader, NameResolutionError, NewConnectionError

from pagewitness.scraper.net.guard import Guard, Target
from pagewitness.scraper.net.watchdog import Watchdog

# (family, type, protocol, canonical name, socket address), as `socket.getaddrinfo` gives them.
Found = tuple[Any, Any, int, str, tuple[Any, ...]]
Resolve = Callable[[str, int], Sequence[Found]]

HOSTS = 64  # hosts whose connections are kept


def resolve(host: str, port: int) -> Sequence[Found]:
    """The addresses of a host, by the system's resolver. Raises OSError."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


@dataclass(frozen=True)
class Connector:
    """Opens sockets to where the guard allows, within the time that the watchdog leaves."""

    guard: Guard
    watchdog: Watchdog
    resolve: Resolve

    def open(self, connection: HTTPConnection) -> socket.socket:
        """A socket to the host of a connection.

        Raises:
            Refused: an address of the host is not allowed.
            NameResolutionError, ConnectTimeoutError, NewConnectionError: as urllib3 raises them.
        """
        # With its trailing dot, where it has one: without it the resolver would try its search domains.
        host = connection._dns_host
        timeout = self._timeout(connection)
        try:
            found = _bounded(partial(self.resolve, host, connection.port), host, timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, f"{host} was not resolved within {timeout:g} s") from error
        except (OSError, UnicodeError) as error:  # UnicodeError: a label that is empty or too long
            raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
        for *_, address in found:
            self.guard.check_address(str(address[0]), host)
        return self._first_that_answers(connection, found)

    def watch(self, sock: socket.socket | None) -> None:
        """Have the errand of this thread depend on a socket."""
        if (watch := self.watchdog.current) is not None:
            watch.attach(sock)

    def _first_that_answers(self, connection: HTTPConnection, found: Sequence[Found]) -> socket.socket:
        failure: OSError = OSError("the name has no address")
        for family, kind, protocol, _, address in found:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self._timeout(connection))
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(connection, f"no connection within {connection.timeout:g} s") from failure
        raise NewConnectionError(connection, failure.strerror or str(failure)) from failure

    def _timeout(self, connection: HTTPConnection) -> float:
        timeout = float(connection.timeout or 20)
        watch = self.watchdog.current
        return timeout if watch is None else min(timeout, watch.left())


def _bounded(look_up: Callable[[], Sequence[Found]], host: str, timeout: float) -> Sequence[Found]:
    """A look-up that is given up after so many seconds: `getaddrinfo` knows no timeout, and can't be interrupted."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return look_up()  # nothing to ask anybody
    results: queue.SimpleQueue[Sequence[Found] | OSError | UnicodeError] = queue.SimpleQueue()

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


class _Guarded(HTTPConnection):
    """A connection whose sockets are opened and watched by a connector."""

    def __init__(self, connector: Connector, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connector = connector

    def _new_conn(self) -> socket.socket:
        return self._connector.open(self)

    def connect(self) -> None:
        # A TLS handshake in here ends by the socket's timeout, which counts for the whole of it.
        super().connect()
        self._connector.watch(self.sock)

    def request(self, *args: Any, **options: Any) -> None:
        if self.sock is not None:  # kept alive
            self._connector.watch(self.sock)
        super().request(*args, **options)

    def ask(self, path: str, head: str) -> HTTPResponse:
        """Send a GET in one piece, and read the head of the answer (`exchange`)."""
        if self.sock is None:
            self.connect()
        else:  # kept alive
            self._connector.watch(self.sock)
        self.sock.settimeout(cast(float, self.timeout))
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == self.default_port else f":{self.port}"
        with contextlib.suppress(BrokenPipeError):  # it may have answered without hearing us out
            self.sock.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}{port}\r\n{head}\r\n".encode("latin-1"))
        answer = _Answer(self.sock, method="GET")
        try:
            answer.begin()
            _mend_framing(answer)
            _mend_length(answer)
        except BaseException:
            answer.close()
            raise
        return answer

    def ask_again(self, path: str, head: str) -> HTTPResponse:
        """As `ask`, once more on a new connection where the old one was closed before any answer.

        A server may close what was kept alive at any moment, also while we ask; to ask for a page twice does no harm
        (RFC 9112, 9.3.1 and 9.5).
        """
        kept = self.sock is not None
        try:
            return self.ask(path, head)
        except (RemoteDisconnected, ConnectionResetError):
            self.close()
            if not kept:
                raise
        return self.ask(path, head)


class _GuardedTls(_Guarded, HTTPSConnection):
    """The same over TLS."""


class _Answer(HTTPResponse):
    """An answer of http.client, which overlooks interim answers but for 100, and takes sizes of chunks below 0."""

    def begin(self) -> None:
        """Read the head of the answer itself. Raises InvalidHeader for one in another protocol."""
        super().begin()
        while 100 <= self.status < 200:  # RFC 9110, 15.2
            if self.status == 101:
                raise InvalidHeader("it changes to another protocol")
            self.headers = cast(Any, None)  # or it would take itself for read
            super().begin()

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:  # -1 would read on without a limit
            raise ValueError(size)
        return size


def _mend_framing(answer: HTTPResponse) -> None:
    """Find chunks that are announced in more words than one. Raises InvalidHeader for any other transfer coding."""
    given = ",".join(answer.headers.get_all("Transfer-Encoding", ())).lower().split(",")
    codings = {name for part in given if (name := part.strip())} - {"identity"}
    if codings - {"chunked"}:
        raise InvalidHeader(f"its Transfer-Encoding is {', '.join(sorted(codings))}, which was not asked for")
    if codings and not answer.chunked:
        answer.chunked, answer.chunk_left, answer.length = True, None, None


def _mend_length(answer: HTTPResponse) -> None:
    """Read a length that is given more than once, which http.client does not. Raises InvalidHeader where they differ."""
    given = answer.headers.get_all("Content-Length", ())
    if answer.chunked or answer.status in (204, 304) or (len(given) < 2 and "," not in "".join(given)):
        return
    said = {length.strip() for lengths in given for length in lengths.split(",")}
    if len(said) > 1:
        raise InvalidHeader(f"Content-Length is said to be {' and '.join(sorted(said))}")
    if (length := said.pop()).isdecimal():
        answer.length = int(length)


class _Pools(urllib3.PoolManager):
    def __init__(self, connector: Connector, trust: str, **options: Any) -> None:
        super().__init__(**options)
        self._connector = connector
        self._trust = trust

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """One for all hosts, and only where there is one: reading the authorities takes 20 ms."""
        return ssl.create_default_context(cafile=self._trust)

    @contextmanager
    def exchange(self, target: Target, head: str, timeout: float) -> Iterator[HTTPResponse]:
        """Ask for a target; the body is there to be read in the block. The connection is kept where all of it was.

        Args:
            target: as the guard read it.
            head: the header fields but for Host, each a line with its end; nothing in them is checked or encoded.
            timeout: seconds that one operation may take.

        Raises:
            OSError, http.client.HTTPException, urllib3's HTTPError: it did not come to an answer.
        """
        pool = self.connection_from_host(target.host, target.port, target.scheme)
        connection = cast(_Guarded, pool._get_conn())
        connection.timeout = timeout
        answer = None
        try:
            answer = connection.ask_again(target.path, head)
            yield answer
        finally:
            if answer is not None and answer.isclosed() and not answer.will_close:
                pool._put_conn(connection)
            else:
                if answer is not None:
                    answer.close()
                connection.close()

    def _new_pool(self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None) -> Any:
        context = dict(self.connection_pool_kw if request_context is None else request_context)
        if scheme == "https":
            context["ssl_context"] = self._tls
        pool = super()._new_pool(scheme, host, port, context)
        kind = _GuardedTls if scheme == "https" else _Guarded
        pool.ConnectionCls = cast(Any, partial(kind, self._connector))
        return pool


class GuardedAdapter(HTTPAdapter):
    """An adapter for requests that connects through a connector, whatever is sent by it.

    Attributes:
        pools: the connections, by host.
    """

    def __init__(self, connector: Connector, trust: str) -> None:
        """`trust` is the file with the certificates of the authorities that are trusted."""
        self._connector = connector
        self._trust = trust
        super().__init__(pool_connections=HOSTS)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """Make the pools of connections."""
        self.pools = _Pools(
            self._connector, self._trust, num_pools=connections, maxsize=maxsize, block=block, **options
        )
        self.poolmanager = self.pools
