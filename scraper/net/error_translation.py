"""What requests, urllib3 and http.client raise, said as our own errors: one sentence each, and whether trying again soon
may help.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, IncompleteRead
from typing import Final

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InvalidHeader,
    LocationValueError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from pagewitness.archive.errors import FetchError, Unreached
from pagewitness.scraper.net.watchdog import Stopped, Watch

_WRAPPERS: Final = (requests.RequestException, MaxRetryError, ProtocolError, SSLError, ProxyError)


@contextmanager
def as_fetch_error(url: str, timeout: float, watch: Watch) -> Iterator[None]:
    """Turn what goes wrong in the block into FetchErrors that name the address.

    Args:
        url: what is being fetched.
        timeout: seconds for one operation, for the sentence.
        watch: once its time is over, that is the reason, whatever broke because of it.

    Raises:
        Stopped: the errand was called off.
        FetchError: instead of every error of requests, urllib3 and http.client, and of a FetchError that does not name the
            address yet.
    """
    try:
        yield
        watch.check()  # a socket that was shut looks like the end of a body without a length
    except FetchError as error:
        raise type(error)(f"{url}: {error}", transient=error.transient) from error
    except (HTTPError, HTTPException, OSError) as error:  # requests' errors are OSErrors
        if watch.stopped:
            raise Stopped from error
        if watch.expired:
            raise FetchError(f"{url}: {watch.reason}") from error
        reason, transient = _said(error, timeout)
        kind = Unreached if isinstance(cause_of(error), NewConnectionError | ConnectTimeoutError) else FetchError
        raise kind(f"{url}: {reason}.", transient=transient) from error


def cause_of(error: BaseException) -> BaseException:
    """The error within those that requests and urllib3 wrap around it."""
    return _unwrapped(error)[-1]


def _unwrapped(error: BaseException) -> list[BaseException]:
    """An error and what it wraps, from the outside in."""
    found = [error]
    while isinstance(error, _WRAPPERS):
        inner: BaseException | None = error.reason if isinstance(error, MaxRetryError) else None
        inner = inner or next((part for part in reversed(error.args) if isinstance(part, BaseException)), None)
        if inner is None or inner in found:
            break
        error = inner
        found.append(error)
    return found


def _said(error: Exception, timeout: float) -> tuple[str, bool]:
    """What happened, and whether it may pass. The order matters: some of these classes are kinds of others."""
    *around, cause = _unwrapped(error)
    if any(isinstance(one, ProxyError) for one in around) or "Tunnel connection failed" in str(cause):
        return f"the proxy of [network] proxy gives no connection ({_cause(cause)})", True
    if isinstance(cause, NameResolutionError):
        return f"its host can't be resolved ({_cause(cause)}); check the spelling", True
    if isinstance(cause, ssl.SSLError):
        return _tls(cause)
    if isinstance(cause, NewConnectionError):
        return f"can't connect ({_cause(cause)})", True
    if isinstance(cause, ConnectTimeoutError | ReadTimeoutError | TimeoutError):
        return f"no answer within {timeout:g} s ([network] timeout)", True
    if isinstance(cause, IncompleteRead) or "ended prematurely" in str(cause):  # urllib3, before a chunk
        return "the answer is cut off before its end (truncated)", True
    if isinstance(cause, InvalidHeader | LocationValueError | requests.exceptions.InvalidHeader):
        return f"the answer can't be read ({_brief(cause)})", False
    if isinstance(cause, requests.exceptions.InvalidURL):
        return f"it can't be asked for ({_brief(cause)})", False
    return f"the connection broke off ({_brief(cause)})", True


def _tls(error: ssl.SSLError) -> tuple[str, bool]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not to be trusted: {error.verify_message}", False
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError):
        return "the connection broke off during the TLS handshake", True
    return f"no TLS connection is possible ({getattr(error, 'reason', None) or error})", False


def _cause(error: BaseException) -> str:
    cause = error.__cause__
    return _brief(getattr(cause, "strerror", None) or cause or error)


def _brief(said: object) -> str:
    """On one line, and not at the length that a server may choose."""
    return " ".join(str(said).split())[:200]
