"""Fetches one address: redirects by hand, every hop checked, within one deadline; nothing is raised, nothing retried
but what a server did not hear because it gave up a connection that was kept alive.

A `Session` is a requests.Session whose adapter connects to checked addresses only (`connections`). `fetch` hands its
requests to that adapter's connections directly: a request that requests prepares costs many times as much, and every
hop is read by one parser (`guard`) only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPResponse, IncompleteRead
from types import SimpleNamespace
from urllib.parse import quote, urljoin

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar, get_cookie_header
from requests.structures import CaseInsensitiveDict

from pagewitness.archive.errors import FetchError, ScraperError
from pagewitness.archive.model import Answer, Capture, header
from pagewitness.scraper.net import content_encoding
from pagewitness.scraper.net.error_translation import translated
from pagewitness.scraper.net.guard import Target
from pagewitness.scraper.net.session import Session, open_session
from pagewitness.scraper.net.watchdog import Watch

__all__ = ["Failed", "NotModified", "RedirectError", "Session", "fetch", "open_session", "retry_after"]

MAX_REDIRECTS = 10
MAX_RETRY_AFTER = 86400.0  # seconds
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 256 * 1024  # bytes read at once: most pages in one piece, which is never copied again
_CODED = 65536  # the same of a body in a content coding, where a little may make much
# Printable ASCII but for the space: what may stand in a Location; the rest is percent-encoded.
_SAFE = "".join(map(chr, range(0x21, 0x7F)))
_HEADER_TEXT = re.compile(r"[\x20-\x7e\x80-\xff]+")
_FOLD = re.compile(r"[ \t]*[\r\n]+[ \t]*")

Headers = tuple[tuple[str, str], ...]
Permit = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that the capture whose validators were sent still stands (304)."""

    headers: Headers


@dataclass(frozen=True, slots=True)
class Failed:
    """No whole answer came; the error says why, and whether trying again soon may help."""

    error: ScraperError


class RedirectError(FetchError):
    """The redirects lead nowhere: in a circle, or too far."""


def fetch(
    url: str, session: Session, since: Capture | None = None, *, permit: Permit | None = None
) -> Answer | NotModified | Failed:
    """What an address answers now.

    Args:
        url: http or https; a fragment is left out.
        session: its settings give the times (seconds) and the size (bytes) that the whole may take.
        since: a capture whose validators are sent (RFC 9110, 13), on the hop whose address is the capture's only.
        permit: called with the address of every hop after the first before it is asked, and raises a ScraperError to
            stop there: for robots.txt.

    Returns:
        An Answer for every complete answer, whatever its status, but for redirects, which are followed, and for 304.
        NotModified for a 304. Failed for all else: nothing is raised.
    """
    try:
        with session.watchdog.limit(session.network.deadline) as watch:
            return _follow(_defragged(url), session, watch, since, permit)
    except ScraperError as error:
        return Failed(error)


def retry_after(headers: Headers, now: datetime) -> float | None:
    """How long the server asks us to wait (RFC 9110, 10.2.3).

    Args:
        headers: of its answer.
        now: the present moment, with its zone.

    Returns:
        Seconds, from 0 to a day; None where the server says nothing, or nothing that can be read.
    """
    said = (header(headers, "Retry-After") or "").strip()
    if re.fullmatch(r"[-+]?\d{1,300}(?:\.\d*)?", said):
        return _clamped(float(said))
    try:
        return _clamped((parsedate_to_datetime(said).astimezone(now.tzinfo) - now).total_seconds())
    except (ValueError, OverflowError):
        return None


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def _follow(
    url: str, session: Session, watch: Watch, since: Capture | None, permit: Permit | None
) -> Answer | NotModified:
    here = url
    redirects: list[tuple[int, str, str]] = []
    cookies = RequestsCookieJar()
    seen = set()
    while True:
        target = session.guard.check_url(here)
        if redirects and permit is not None:
            permit(here)
        cookie = _cookie(cookies, target)
        if (here, cookie) in seen:  # with a new cookie the same address may answer otherwise
            raise RedirectError(f"{url} redirects in a circle, back to {here}.", transient=False)
        seen.add((here, cookie))
        conditions = _conditions(here, since)
        head = session.asks + "".join(f"{name}: {value}\r\n" for name, value in conditions.items())
        if cookie and _HEADER_TEXT.fullmatch(cookie):
            head += f"Cookie: {cookie}\r\n"
        timeout = session.network.timeout
        with translated(here, timeout, watch), session.adapter.pools.exchange(target, head, timeout) as raw:
            onward = _onward(here, raw)
            if onward is None:
                return _result(here, raw, session, bool(conditions), tuple(redirects))
            _keep_cookies(cookies, target, raw)
            _discard(raw)
        redirects.append((raw.status, here, onward))
        if len(redirects) > MAX_REDIRECTS:
            raise RedirectError(f"{url} redirects more than {MAX_REDIRECTS} times.", transient=False)
        here = onward


def _conditions(url: str, since: Capture | None) -> dict[str, str]:
    """The conditional headers for one hop: none unless the capture came from this very address."""
    if since is None or _defragged(since.url) != url:
        return {}
    found = {"If-None-Match": since.header("ETag"), "If-Modified-Since": since.header("Last-Modified")}
    # An imported capture may have a header that can't be sent.
    return {name: value for name, value in found.items() if value and _HEADER_TEXT.fullmatch(value)}


def _onward(here: str, raw: HTTPResponse) -> str | None:
    """Where a redirect leads; None for what is no redirect."""
    location = raw.headers.get("Location", "").strip() if raw.status in _REDIRECTS else ""
    if not location:
        return None
    # The bytes are read as latin-1, but mostly meant as UTF-8: percent-encoded as they came, they are right either way.
    try:
        return _defragged(urljoin(here, quote(location.encode("latin-1"), safe=_SAFE)))
    except ValueError as error:
        raise FetchError(f"it redirects to '{location}', which is no address ({error}).", transient=False) from error


def _defragged(url: str) -> str:
    return url.partition("#")[0]


def _result(
    here: str, raw: HTTPResponse, session: Session, asked: bool, redirects: tuple[tuple[int, str, str], ...]
) -> Answer | NotModified:
    headers = tuple((name, _FOLD.sub(" ", value)) for name, value in raw.headers.items())
    if raw.status == 304:
        raw.read()
        if not asked:
            raise FetchError("it answers 304 (not modified) though it was not asked for changes.", transient=False)
        return NotModified(headers)
    return Answer(here, raw.status, headers, _body(raw, session), redirects)


def _body(raw: HTTPResponse, session: Session) -> bytes:
    most = session.network.max_bytes
    encoding = ", ".join(raw.headers.get_all("Content-Encoding", ()))
    if not encoding and (raw.length or 0) > most:
        raise FetchError(f"the answer is larger than {most} bytes ([network] max_bytes).", transient=False)
    return content_encoding.body(_chunks(raw, _CODED if encoding else _CHUNK), encoding, most)


def _chunks(raw: HTTPResponse, size: int) -> Iterator[bytes]:
    while chunk := raw.read(size):
        yield chunk
    if raw.length:  # http.client says nothing where the connection ended early
        raise IncompleteRead(b"", raw.length)


def _discard(raw: HTTPResponse) -> None:
    """Read the body of a redirect if it is short, so that the connection can be kept."""
    if raw.length is not None and raw.length <= _CODED:
        with suppress(IncompleteRead):  # where it leads is known already
            for _ in _chunks(raw, _CODED):
                pass


def _keep_cookies(jar: RequestsCookieJar, target: Target, raw: HTTPResponse) -> None:
    if "Set-Cookie" in raw.headers:
        answer = SimpleNamespace(_original_response=raw)  # as much of an answer as it wants to see
        extract_cookies_to_jar(jar, _request(target), answer)  # type: ignore[no-untyped-call]


def _cookie(jar: RequestsCookieJar, target: Target) -> str | None:
    """The Cookie header for a hop: what earlier hops of the same fetch set for its site, and nothing that lasts."""
    if not len(jar):
        return None
    cookie: str | None = get_cookie_header(jar, _request(target))  # type: ignore[no-untyped-call]
    return cookie


def _request(target: Target) -> requests.PreparedRequest:
    """As much of a request as a cookie jar wants to see."""
    request = requests.PreparedRequest()
    request.url, request.headers = target.origin + target.path, CaseInsensitiveDict()
    return request
