"""A real HTTP server on the loopback interface that answers by script, for tests of what goes online.

with Loopback({"/": Reply(body=b"hello")}) as site:
    fetch(site.url("/"), open_session(network()))
    assert site.paths == ["/"]
"""

from __future__ import annotations

import dataclasses
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from pagewitness.config.settings import Network, defaults

TLS = Path(__file__).parent / "tls"


@dataclass(frozen=True)
class Reply:
    """What a route answers; Content-Length is added unless the headers say how long it is."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Request:
    """What came in: the path with its query, the headers, and the client's port, which tells connections apart."""

    path: str
    headers: Message
    client: int


@dataclass(frozen=True)
class Post:
    """What was posted: the path with its query, the headers and the body."""

    path: str
    headers: Message
    body: bytes


# A callable answers by itself on `handler.wfile` and returns None, after which the connection is closed; or it
# returns a Reply.
Route = Reply | Callable[["Handler"], Reply | None]


class Handler(BaseHTTPRequestHandler):
    """Looks up the path in the routes of its server."""

    protocol_version = "HTTP/1.1"
    server: Loopback

    def do_GET(self) -> None:
        """Log the request and answer it."""
        self.server.requests.append(Request(self.path, self.headers, self.client_address[1]))
        route = self.server.routes.get(self.path, Reply(404))
        reply = route(self) if callable(route) else route
        if reply is None:
            self.close_connection = True
        else:
            self.send(reply)

    def do_POST(self) -> None:
        """Keep what was posted and answer it: 200 where no route says otherwise."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append(Post(self.path, self.headers, body))
        route = self.server.routes.get(self.path, Reply(200))
        reply = route(self) if callable(route) else route
        assert reply is not None
        self.send(reply)

    def send(self, reply: Reply) -> None:
        """Write a whole answer."""
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        known = {name.lower() for name, _ in reply.headers}
        if reply.status != 304 and not known & {"content-length", "transfer-encoding"}:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Loopback(ThreadingHTTPServer):
    """The server; its routes may be changed at any time.

    Attributes:
        requests: what was asked for, in order.
        posts: what was posted.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, routes: Mapping[str, Route] | None = None, *, certificate: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes: dict[str, Route] = dict(routes or {})
        self.requests: list[Request] = []
        self.posts: list[Post] = []
        self._scheme, self._host = "http", "127.0.0.1"
        if certificate is not None:
            self._scheme, self._host = "https", "localhost"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / f"{certificate}.pem")
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def url(self, path: str = "/") -> str:
        """The address of a path."""
        return f"{self.origin}{path}"

    @property
    def origin(self) -> str:
        """`scheme://host:port`."""
        return f"{self._scheme}://{self._host}:{self.server_port}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [request.path for request in self.requests]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none of the server's worries."""

    def __enter__(self) -> Loopback:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


def network(**changes: Any) -> Network:
    """The default settings, with loopback allowed and no pause between visits."""
    local: dict[str, Any] = {"allow": (ip_network("127.0.0.0/8"), ip_network("::1/128")), "delay": 0.0}
    return dataclasses.replace(defaults().network, **local | changes)


def refuse_other_connections(monkeypatch: Any) -> None:
    """Fail the test when anything but loopback is connected to."""
    import socket

    connect = socket.socket.connect

    def checked(self: socket.socket, address: Any) -> None:
        assert str(address[0]).startswith("127.") or address[0] == "::1", f"connected to {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", checked)
