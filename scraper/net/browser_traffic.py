"""What a browser may ask for while it shows one page, and what it has loaded so far."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Final

from pagewitness.scraper.net.guard import Target

_PATIENCE: Final = 1.0  # seconds for a request to be announced: it may reach the proxy first
_MOST_REFUSED: Final = 20  # of the hosts that are named in the record


class Traffic:
    """The requests of one page. Only hosts that the page itself asks for are let through.

    A browser also asks its maker for news, and connects ahead to where it may be led: that is none of the page.

    Attributes:
        loaded: bytes that came so far.
        refused: the hosts that something kept it from, each with the reason.
        too_much: whether more came than one page may load.
    """

    def __init__(self, most_bytes: int) -> None:
        """`most_bytes`: how much the page may load in all."""
        self.loaded, self.too_much = 0, False
        self.refused: dict[str, str] = {}
        self._most = most_bytes
        self._expected: set[tuple[str, int]] = set()
        self._sockets: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._over = False

    def expect(self, target: Target) -> None:
        """Let requests to a host through from now on."""
        with self._changed:
            self._expected.add((target.host, target.port))
            self._changed.notify_all()

    def awaits(self, target: Target) -> bool:
        """Whether the page asks for a host; waits a moment for that."""
        place = (target.host, target.port)
        with self._changed:
            self._changed.wait_for(lambda: self._over or place in self._expected, _PATIENCE)
            return not self._over and place in self._expected

    def refuse(self, host: str, reason: str) -> None:
        """Note what the page did not get."""
        with self._changed:
            if len(self.refused) < _MOST_REFUSED:
                self.refused.setdefault(host, reason)

    def add(self, *sockets: socket.socket) -> bool:
        """Take connections into this page's; False once it is over."""
        with self._changed:
            self._sockets.update(sockets)
            return not self._over

    def drop(self, *sockets: socket.socket) -> None:
        """Forget connections that have ended."""
        with self._changed:
            self._sockets.difference_update(sockets)

    def count(self, size: int) -> None:
        """Count bytes that came; ends everything once there are too many."""
        with self._changed:
            self.loaded += size
            self.too_much = self.too_much or self.loaded > self._most
        if self.too_much:
            self.end()

    def end(self) -> None:
        """Let nothing through any more, and end what is under way."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
            for sock in self._sockets:
                with suppress(OSError):  # it may have ended already
                    sock.shutdown(socket.SHUT_RDWR)
