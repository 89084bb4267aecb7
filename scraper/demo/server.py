"""Serve the sample site on a loopback address over HTTP/1.1."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from pagewitness.scraper.demo.editions import EDITIONS, PAGES, resource

HOME = "/en/assessment/"


class DemoSite:
    """A running sample site.

    Attributes:
        url: its base, without a slash at the end.
        pages: the addresses of its pages, absolute.
    """

    def __init__(self, server: ThreadingHTTPServer, edition: int) -> None:
        host, port = server.server_address[:2]
        self.url = f"http://[{host!s}]:{port}" if ":" in str(host) else f"http://{host!s}:{port}"
        self.pages = [self.url + path for path in PAGES]
        self.edition = edition

    @property
    def edition(self) -> int:
        """The edition that the site shows; setting it takes effect with the next request."""
        return self._edition

    @edition.setter
    def edition(self, edition: int) -> None:
        if edition not in EDITIONS:
            raise ValueError(f"there is no edition {edition} of the sample site: choose 1, 2 or 3")
        self._edition = edition


@contextmanager
def serve(edition: int = 1, host: str = "127.0.0.1", port: int = 0) -> Iterator[DemoSite]:
    """Serve the sample site in threads of this process until the block ends.

    Args:
        edition: which edition to show first: 1, 2 or 3.
        host: the address to listen on.
        port: the port; 0 takes a free one.

    Raises:
        ValueError: there is no such edition.
        OSError: the port is taken.
    """
    with _Server((host, port), _Handler) as server:
        server.site = DemoSite(server, edition)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.site
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: DemoSite


class _Handler(BaseHTTPRequestHandler):
    """Answer GET and HEAD, with 304 if the client's validator is current (RFC 9110 §13)."""

    protocol_version = "HTTP/1.1"
    server_version = "pagewitness-demo"
    sys_version = ""
    timeout = 30  # seconds after which an idle connection is closed
    disable_nagle_algorithm = (
        True  # head and body are separate writes; otherwise every answer waits for an acknowledgement
    )
    server: _Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/":
            self._answer(302, {"Location": HOME})
            return
        found = resource(path, self.server.site.edition, self.server.site.url)
        if found is None:
            self._answer(
                404, {"Content-Type": "text/html; charset=utf-8"}, b"<!DOCTYPE html><title>404</title>Not found\n"
            )
            return
        etag = f'"{hashlib.sha256(found.body).hexdigest()[:20]}"'
        validators = {"ETag": etag, "Last-Modified": found.modified, "Cache-Control": "no-cache"}
        if self._still_has(etag, found.modified):
            self._answer(304, validators)
        else:
            self._answer(200, {"Content-Type": found.content_type, **validators}, found.body)

    do_HEAD = do_GET  # noqa: N815, named so by http.server

    def _still_has(self, etag: str, modified: str) -> bool:
        """Whether the client's copy is current; If-None-Match takes precedence (RFC 9110 §13.2.2).

        Dates are compared as text, as nginx does, because the site may go back to an earlier edition.
        """
        tags = self.headers.get("If-None-Match")
        if tags is None:
            return self.headers.get("If-Modified-Since") == modified
        return tags.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: people should read the demo's own output."""
