"""A small HTTP proxy on loopback: CONNECT and requests in absolute form, with a password if it wants one.

It goes wherever its table of hosts says, so that names which nobody here can resolve have a server behind them.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from loopback import TLS


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_CONNECT(self) -> None:
        if not self._noted():
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((self.server.hosts.get(host, host), int(port))) as far:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pump, args=(far, self.connection))
            back.start()
            _pump(self.connection, far)
            back.join()
        self.close_connection = True

    def do_GET(self) -> None:
        if not self._noted():
            return
        parts = urlsplit(self.path)
        with socket.create_connection(
            (self.server.hosts.get(str(parts.hostname), str(parts.hostname)), parts.port or 80)
        ) as far:
            lines = [f"GET {parts.path} HTTP/1.0", f"Host: {parts.netloc}", "Connection: close"]
            far.sendall("\r\n".join([*lines, "", ""]).encode())
            _pump(far, self.connection)
        self.close_connection = True

    def _noted(self) -> bool:
        self.server.requests.append((self.command, self.path, self.headers.get("Proxy-Authorization")))
        if self.server.password and self.headers.get("Proxy-Authorization") != self.server.password:
            self.send_error(407)
            return False
        return True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Proxy(ThreadingHTTPServer):
    """The server.

    Attributes:
        hosts: where it goes for a name.
        password: the value of Proxy-Authorization that it wants; empty for none.
        requests: (method, target, Proxy-Authorization) of each request.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, hosts: Mapping[str, str] | None = None, password: str = "", *, tls: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hosts, self.password = dict(hosts or {}), password
        self.requests: list[tuple[str, str, str | None]] = []
        self.url = f"http{'s' * tls}://{'localhost' if tls else '127.0.0.1'}:{self.server_port}"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / "localhost.pem")
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none of the proxy's worries."""

    def __enter__(self) -> Proxy:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
