"""What urllib3 and http.client raise, said as our own errors: one sentence each, and whether trying again soon may help."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, IncompleteRead

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InvalidHeader,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
)

from pagewitness.archive.errors import FetchError
from pagewitness.scraper.net.watchdog import Stopped, Watch


@contextmanager
def translated(url: str, timeout: float, watch: Watch) -> Iterator[None]:
    """Turn what goes wrong in the block into FetchErrors that name the address.

    Args:
        url: what is being fetched.
        timeout: seconds for one operation, for the sentence.
        watch: once its time is over, that is the reason, whatever broke because of it.

    Raises:
        Stopped: the errand was called off.
        FetchError: instead of every error of urllib3 and http.client, and of a FetchError that does not name the address yet.
    """
    try:
        yield
        watch.check()  # a socket that was shut looks like the end of a body without a length
    except FetchError as error:
        raise FetchError(f"{url}: {error}", transient=error.transient) from error
    except (HTTPError, HTTPException, OSError) as error:
        if watch.stopped:
            raise Stopped from error
        if watch.expired:
            raise FetchError(f"{url}: {watch.reason}") from error
        reason, transient = _said(error, timeout)
        raise FetchError(f"{url}: {reason}.", transient=transient) from error


def _said(error: Exception, timeout: float) -> tuple[str, bool]:
    """What happened, and whether it may pass. The order matters: some of these classes are kinds of others."""
    if isinstance(error, NameResolutionError):
        return f"its host can't be resolved ({_cause(error)}); check the spelling", True
    if isinstance(error, ssl.SSLError):
        return _tls(error)
    if isinstance(error, NewConnectionError):
        return f"can't connect ({_cause(error)})", True
    if isinstance(error, ConnectTimeoutError | TimeoutError):
        return f"no answer within {timeout:g} s ([network] timeout)", True
    if isinstance(error, IncompleteRead):
        return "the answer is cut off before its end (truncated)", True
    if isinstance(error, InvalidHeader | LocationValueError):
        return f"the answer can't be read ({_brief(error)})", False
    return f"the connection broke off ({_brief(error)})", True


def _tls(error: ssl.SSLError) -> tuple[str, bool]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not to be trusted: {error.verify_message}", False
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError):
        return "the connection broke off during the TLS handshake", True
    return f"no TLS connection is possible ({getattr(error, 'reason', None) or error})", False


def _cause(error: Exception) -> str:
    cause = error.__cause__
    return _brief(getattr(cause, "strerror", None) or cause or error)


def _brief(said: object) -> str:
    """On one line, and not at the length that a server may choose."""
    return " ".join(str(said).split())[:200]
