"""Ends what takes too long: one thread for all requests, which shuts the sockets of those whose time is over.

A socket's timeout limits one operation: a server that sends a byte now and then never exceeds it. Shutting the socket
from another thread ends the read at any point.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pagewitness.archive.errors import FetchError

TICK = 0.1  # seconds: how late a deadline may be noticed, and how often the thread looks while anything is under way


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end of a connection, or was asked for one: the server, or the proxy.

    Attributes:
        tls_version: such as `TLSv1.3`; None without TLS.
        certificates: the server's, as DER, its own first, then as many of the others as this Python gives.
    """

    address: str
    port: int
    tls_version: str | None = None
    certificates: tuple[bytes, ...] = ()


class Stopped(KeyboardInterrupt):
    """A fetch was cancelled because the run is ending. Nothing is known about its page, so nothing is recorded."""


class Watch:
    """The time that one errand may take.

    Attributes:
        seconds: how long it may take in all.
        ends: when its time is over, by the monotonic clock.
        expired: whether it was.
        stopped: whether it was called off.
        peer: who it is connected to, or tried to connect to.
        sent: the header fields of the last request, as they were sent.
        received: the header fields of the last answer, as they came.
    """

    __slots__ = ("_sock", "ends", "expired", "peer", "received", "seconds", "sent", "stopped")

    def __init__(self, seconds: float, ends: float) -> None:
        self.seconds, self.ends = seconds, ends
        self.expired = self.stopped = False
        self._sock: Callable[[], socket.socket | None] = _none
        self.peer: Peer | None = None
        self.sent: tuple[tuple[str, str], ...] = ()
        self.received: tuple[tuple[str, str], ...] = ()

    def attach(self, sock: Callable[[], socket.socket | None]) -> None:
        """Set what returns the socket that the errand now depends on. Raises FetchError when its time is already over."""
        self._sock = sock
        self.check()

    def forget(self) -> None:
        """Forget the last hop: another begins."""
        self.peer, self.sent, self.received = None, (), ()

    def leave(self) -> None:
        """The errand is done; its socket may serve another."""
        self._sock = _none

    def left(self) -> float:
        """The seconds that are left. Raises FetchError when the time is over."""
        self.check()
        return self.ends - time.monotonic()

    def check(self) -> None:
        """Raise FetchError when the time is over, or Stopped."""
        if self.stopped:
            raise Stopped
        if self.expired or time.monotonic() >= self.ends:
            self.expired = True
            raise FetchError(self.reason)

    @property
    def reason(self) -> str:
        """What to say when the time is over."""
        return f"no whole answer came within {self.seconds:g} s ([network] deadline)."

    def end(self) -> None:
        """Let go of the errand, for its time is over."""
        self.expired = True
        sock = self._sock()
        if sock is not None:
            with contextlib.suppress(OSError):  # closed or reset in the meantime
                # Not the method of SSLSocket, which drops the TLS state that another thread is using.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _none() -> None:
    """No socket."""


class Watchdog:
    """All watches under way, and the one thread that looks after them."""

    def __init__(self) -> None:
        self._watches: dict[Watch, None] = {}
        self._wanted = threading.Event()
        self._closed = self._stopped = False
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._local = threading.local()

    @property
    def current(self) -> Watch | None:
        """The innermost watch of the calling thread."""
        watch: Watch | None = getattr(self._local, "watch", None)
        return watch

    @contextmanager
    def limit(self, seconds: float) -> Iterator[Watch]:
        """Watch what the calling thread does in the block; within another watch, no longer than that one."""
        outer = self.current
        ends = time.monotonic() + seconds
        watch = Watch(seconds, ends if outer is None else min(ends, outer.ends))
        self._local.watch = watch
        self._watches[watch] = None
        self._wake()
        try:
            watch.stopped = self._stopped
            watch.check()
            yield watch
        finally:
            del self._watches[watch]
            watch.leave()
            self._local.watch = outer

    def stop(self) -> None:
        """Call off everything under way and to come: the threads that wait for a server see Stopped at once."""
        self._stopped = True
        for watch in list(self._watches):
            watch.stopped = True
            watch.end()

    def close(self) -> None:
        """Let the thread end; there must be nothing left to watch."""
        self._closed = True
        self._wanted.set()

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():  # not yet, or lost in a fork
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._look_after, name="watchdog", daemon=True)
                    self._thread.start()
        if not self._wanted.is_set():
            self._wanted.set()

    def _look_after(self) -> None:
        while not self._closed:
            if not self._watches:
                self._wanted.clear()
                if not self._watches and not self._closed:  # who came since has set it, or will
                    self._wanted.wait()
            time.sleep(TICK)
            now = time.monotonic()
            for watch in list(self._watches):
                if now >= watch.ends and not watch.expired:
                    watch.end()
