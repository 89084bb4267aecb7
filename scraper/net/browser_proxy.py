"""The only way out of a browser: a forward proxy on loopback that connects to checked addresses only.

The browser resolves no name and connects to nothing but this proxy, so our address guard decides about every request:
pages and their parts, redirects, WebSockets, whatever the browser itself wants. TLS goes through unread (CONNECT).
"""

from __future__ import annotations

import re
import selectors
import socket
import socketserver
import threading
from contextlib import suppress
from typing import Final, cast

from pagewitness.archive.errors import Refused
from pagewitness.scraper.net.browser_traffic import Traffic
from pagewitness.scraper.net.connections import Connector
from pagewitness.scraper.net.guard import Target

_PIECE: Final = 65536  # bytes read at once, and the longest head of a request
_IDLE: Final = 120.0  # seconds without a byte after which a connection is given up
_REQUEST: Final = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.[01]\r\n")
# These are about the connection to the proxy, and end here (RFC 9110, 7.6.1).
_HOP: Final = re.compile(rb"(?im)^(?:proxy-[a-z-]+|connection|keep-alive):[^\r\n]*\r\n")


class BrowserProxy:
    """The proxy. It lets requests through only for the page that is being shown.

    Attributes:
        address: `http://127.0.0.1:PORT`.
        traffic: of the page that is being shown; None between two pages.
    """

    def __init__(self, connector: Connector, timeout: float) -> None:
        """`timeout`: seconds for a connection."""
        self.traffic: Traffic | None = None
        self._connector, self._timeout = connector, timeout
        self._server = _Server(("127.0.0.1", 0), _Client, bind_and_activate=True)
        self._server.proxy = self
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="browser proxy", daemon=True
        ).start()

    def close(self) -> None:
        """Let nobody in any more."""
        self._server.shutdown()
        self._server.server_close()

    def serve(self, client: socket.socket) -> None:
        """Serve one connection of the browser."""
        client.settimeout(self._timeout)
        head, rest = _head(client)
        asked, traffic = _REQUEST.match(head), self.traffic
        if asked is None or traffic is None:
            return
        method, wanted = asked[1], asked[2].decode("latin-1")
        tunnel = method == b"CONNECT"
        try:
            target = self._connector.guard.check_url(f"https://{wanted}/" if tunnel else wanted)
            if not traffic.awaits(target):
                client.sendall(_answer(b"403 Forbidden"))
                return
            site = self._connector.connected(target.host, target.port, self._timeout)
        except Refused as error:
            traffic.refuse(wanted.partition("?")[0][:200], str(error))
            client.sendall(_answer(b"403 Forbidden"))
            return
        except (OSError, UnicodeError):
            client.sendall(_answer(b"502 Bad Gateway"))
            return
        with site:
            if tunnel:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                site.sendall(rest)
            else:
                site.sendall(_forwarded(head, asked, target) + rest)
            if traffic.add(client, site):
                _relay(client, site, traffic)
            traffic.drop(client, site)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    proxy: BrowserProxy


class _Client(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Serve the connection; one that breaks off is the browser's or the site's to notice."""
        with suppress(OSError):
            self.server.proxy.serve(self.request)


def _head(client: socket.socket) -> tuple[bytes, bytes]:
    """The head of a request, and what came after it; empty if the browser hangs up."""
    data = b""
    while b"\r\n\r\n" not in data and len(data) < _PIECE:
        piece = client.recv(_PIECE)
        if not piece:
            return b"", b""
        data += piece
    head, end, rest = data.partition(b"\r\n\r\n")
    return (head + end, rest) if end else (b"", b"")


def _forwarded(head: bytes, asked: re.Match[bytes], target: Target) -> bytes:
    """The head as the site gets it; the connection ends with the answer, as the next one may be for another host."""
    fields = _HOP.sub(b"", head[asked.end() :])
    return b"%s %s HTTP/1.1\r\nConnection: close\r\n%s" % (asked[1], target.path.encode("ascii"), fields)


def _answer(status: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status


def _relay(client: socket.socket, site: socket.socket, traffic: Traffic) -> None:
    """Pass on what comes from either side until the site has ended, or both are silent. Raises OSError."""
    other = {client: site, site: client}
    with selectors.DefaultSelector() as waiting:
        for sock in other:
            waiting.register(sock, selectors.EVENT_READ)
        while ready := waiting.select(_IDLE):
            for key, _ in ready:
                sock = cast(socket.socket, key.fileobj)
                piece = sock.recv(_PIECE)
                if not piece and sock is site:
                    return  # whoever asked has the whole answer
                if not piece:
                    waiting.unregister(sock)
                    with suppress(OSError):  # the site has left, too
                        site.shutdown(socket.SHUT_WR)
                    continue
                other[sock].sendall(piece)
                if sock is site:
                    traffic.count(len(piece))
