"""Fetches one address: redirects by hand, every hop checked and recorded, within one deadline.

requests sends the request (`session`), and only to checked addresses (`adapter`). We follow redirects ourselves, since
the guard checks each hop and robots.txt may forbid it; we also limit the total time and the size of the body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urljoin

import requests
import urllib3
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import HTTPError

from pagewitness.archive.errors import FetchError, ScraperError
from pagewitness.archive.model import Answer, Capture, Exchange, header
from pagewitness.scraper.net import content_encoding, forwarding
from pagewitness.scraper.net.byte_budget import FREE, Share
from pagewitness.scraper.net.error_translation import as_fetch_error
from pagewitness.scraper.net.guard import Target
from pagewitness.scraper.net.session import Session, open_session
from pagewitness.scraper.net.watchdog import Watch

__all__ = ["Extra", "Failed", "NotModified", "RedirectError", "Session", "fetch", "open_session"]

MAX_REDIRECTS: Final = 10
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 256 * 1024  # bytes read at once: most pages in one piece, which is never copied again
_CODED: Final = 65536  # the same of a body in a content coding, where a little may make much
_SAFE: Final = "".join(map(chr, range(0x21, 0x7F)))  # what a Location may contain; the rest is percent-encoded
_HEADER_TEXT: Final = re.compile(r"[\x20-\x7e\x80-\xff]+")
_COOKIE_VALUE: Final = re.compile(r"\A([^=;]*=)?[^;]*")  # of a Set-Cookie header; a cookie without a name is all value
_SECRET: Final = frozenset({"cookie", "authorization", "proxy-authorization"})

Headers = tuple[tuple[str, str], ...]
Permit = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Extra:
    """What a source wants in the requests for its pages.

    Attributes:
        language: the Accept-Language; empty for none.
        headers: more header fields. They go to the site of the address itself, and to no other that it redirects to.
        secret: the names (in lower case) of those whose values go into no record.
        follows: whether redirects are followed; else a redirect is the answer.
    """

    language: str = ""
    headers: Headers = ()
    secret: frozenset[str] = frozenset()
    follows: bool = True


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that the page is still as in the capture whose validators were sent (304)."""

    headers: Headers
    exchange: Exchange | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """No whole answer came; the error says why, and whether trying again soon may help."""

    error: ScraperError
    exchange: Exchange | None = field(default=None, compare=False)


class RedirectError(FetchError):
    """The redirects lead nowhere: in a circle, or too far."""


def fetch(
    url: str,
    session: Session,
    since: Capture | None = None,
    *,
    permit: Permit | None = None,
    extra: Extra = Extra(),
    share: Share | None = None,
) -> Answer | NotModified | Failed:
    """What an address answers now.

    Args:
        url: http or https; a fragment is left out.
        session: its settings give the times (seconds) and the size (bytes) that the whole may take.
        since: a capture whose validators are sent (RFC 9110, 13), on the hop whose address is the capture's only.
        permit: called with the address of every hop after the first before it is asked, and raises a ScraperError to
            stop there: for robots.txt.
        extra: what the page's source wants in the requests.
        share: of `session.bodies`, for a body that the caller holds on to after the fetch. Without one the room counts as
            free as soon as the fetch ends.

    Returns:
        An Answer for every complete answer, whatever its status, except 304, and except redirects and answers that lead on
        by themselves (`forwarding`), which are followed.
        NotModified for a 304. Failed in every other case: no error is raised.
    """
    try:
        with (
            nullcontext(share) if share else session.bodies.share() as room,
            session.watchdog.limit(session.network.deadline) as watch,
        ):
            errand = _Errand(session, watch, since, permit, extra, room)
            try:
                return errand.follow(_defragged(url))
            except ScraperError as error:
                return Failed(error, errand.exchange())
    except ScraperError as error:  # there was no time left to begin
        return Failed(error)


@dataclass
class _Errand:
    """One fetch under way.

    Attributes:
        redirects: the hops so far, as (status, from, to); status 200 for an answer that leads on by itself.
        room: for the body.
        cookies: what these hops set; they last no longer than the fetch.
    """

    session: Session
    watch: Watch
    since: Capture | None
    permit: Permit | None
    extra: Extra
    room: Share
    redirects: list[tuple[int, str, str]] = field(default_factory=list)
    cookies: RequestsCookieJar = field(default_factory=RequestsCookieJar)

    def follow(self, url: str) -> Answer | NotModified:
        """Ask for an address and follow its redirects. Raises ScraperError."""
        here, timeout = url, self.session.network.timeout
        first = self.session.guard.check_url(url)
        seen: set[tuple[str, str | None]] = set()
        while True:
            self.watch.forget()
            target = self.session.guard.check_url(here)
            if self.redirects and self.permit is not None:
                self.permit(here)
            with as_fetch_error(here, timeout, self.watch):
                request = self._request(here, target, first)
            asked = (here, request.headers.get("Cookie"))
            if asked in seen:  # with a new cookie the same address may answer otherwise
                raise RedirectError(f"{url} redirects in a circle, back to {here}.", transient=False)
            seen.add(asked)
            with as_fetch_error(here, timeout, self.watch), self._sent(request, timeout) as response:
                onward = _onward(here, response.status_code, self.watch.received) if self.extra.follows else None
                if onward is not None:
                    _discard(response.raw)
                elif (onward := self._led_to(result := self._result(here, response))) is None:
                    return result
                self.cookies.update(response.cookies)
            self.redirects.append((response.status_code, here, onward))
            if len(self.redirects) > MAX_REDIRECTS:
                raise RedirectError(f"{url} redirects more than {MAX_REDIRECTS} times.", transient=False)
            here = onward

    def _led_to(self, result: Answer | NotModified) -> str | None:
        """Where an answer leads on; None for one that leads back, or too far: then it is the answer."""
        if not isinstance(result, Answer) or len(self.redirects) >= MAX_REDIRECTS or not self.extra.follows:
            return None
        to = forwarding.led_to(result)
        return None if to is None or any(to in hop[1:] for hop in self.redirects) else to

    def exchange(self, version: int | None = None) -> Exchange | None:
        """The request of the last hop and how it was answered; None where no connection was tried.

        Args:
            version: of HTTP in the answer, as urllib3 writes it: 10 or 11.
        """
        peer = self.watch.peer
        if peer is None:
            return None
        secret = _SECRET | self.extra.secret
        return Exchange(
            request_headers=tuple((name, "…" if name.lower() in secret else value) for name, value in self.watch.sent),
            address=peer.address,
            port=peer.port,
            http_version=f"{version // 10}.{version % 10}" if version else None,
            tls_version=peer.tls_version,
            certificates=peer.certificates,
        )

    def _request(self, here: str, target: Target, first: Target) -> requests.PreparedRequest:
        """The request for one hop."""
        headers = {"Accept-Language": self.extra.language} if self.extra.language else {}
        own = dict(self.extra.headers) if same_site(target, first) else {}
        cookie = next((own.pop(name) for name in list(own) if name.lower() == "cookie"), None)
        headers |= own | _conditions(here, self.since)
        url = target.origin + target.path
        request = self.session.prepare_request(requests.Request("GET", url, headers, cookies=self.cookies))
        request.url = url  # requests would write some characters differently
        cookies = "; ".join(filter(None, (cookie, request.headers.pop("Cookie", None))))
        if _HEADER_TEXT.fullmatch(cookies):
            request.headers["Cookie"] = cookies
        return request

    def _sent(self, request: requests.PreparedRequest, timeout: float) -> requests.Response:
        return self.session.send(request, stream=True, allow_redirects=False, timeout=timeout)

    def _result(self, here: str, response: requests.Response) -> Answer | NotModified:
        raw: urllib3.HTTPResponse = response.raw
        headers, exchange = self._recorded(self.watch.received), self.exchange(raw.version)
        if response.status_code == 304:
            _discard(raw)
            if not _conditions(here, self.since):
                raise FetchError("it answers 304 (not modified) though it was not asked for changes.", transient=False)
            return NotModified(headers, exchange)
        body = self._body(raw, headers)
        return Answer(here, response.status_code, headers, body, tuple(self.redirects), exchange=exchange)

    def _recorded(self, headers: Headers) -> Headers:
        """The headers of an answer as they are kept: where we logged in, a new cookie is as secret as ours."""
        if not self.extra.secret and not any(name.lower() in _SECRET for name, _ in self.extra.headers):
            return headers
        return tuple(
            (name, _COOKIE_VALUE.sub(r"\1…", value) if name.lower() in ("set-cookie", "set-cookie2") else value)
            for name, value in headers
        )

    def _body(self, raw: urllib3.HTTPResponse, headers: Headers) -> bytes:
        """The body of an answer. Raises FetchError where it is too large, or there is no room for it in time."""
        encoding = ", ".join(value for name, value in headers if name.lower() == "content-encoding")
        most = self.session.network.max_bytes
        length = most if encoding else raw.length_remaining or most
        if length > most:
            raise FetchError(f"the answer is larger than {most} bytes ([network] max_bytes).", transient=False)

        def growing(size: int) -> None:
            if size > FREE:
                self.room.reserve(length, self.watch.check)

        body = content_encoding.decoded_body(_pieces(raw, _CODED if encoding else _CHUNK), encoding, most, growing)
        self.room.shrink(len(body))
        return body


def same_site(target: Target, first: Target) -> bool:
    """Whether a hop may have what is meant for the site of the first: of the same origin, or the same host made secure."""
    secured = target.host == first.host and (first.scheme, first.port) == ("http", 80) and target.scheme == "https"
    return target.origin == first.origin or (secured and target.port == 443)


def _conditions(url: str, since: Capture | None) -> dict[str, str]:
    """The conditional headers for one hop: none unless the capture came from this very address."""
    if since is None or _defragged(since.url) != url:
        return {}
    found = {"If-None-Match": since.header("ETag"), "If-Modified-Since": since.header("Last-Modified")}
    # An imported capture may have a header that can't be sent.
    return {name: value for name, value in found.items() if value and _HEADER_TEXT.fullmatch(value)}


def _onward(here: str, status: int, headers: Headers) -> str | None:
    """Where a redirect leads; None for what is no redirect."""
    location = (header(headers, "Location") or "").strip() if status in _REDIRECTS else ""
    if not location:
        return None
    # The bytes are read as latin-1, but mostly meant as UTF-8: percent-encoded as they came, they are right either way.
    try:
        return _defragged(urljoin(here, quote(location.encode("latin-1"), safe=_SAFE)))
    except ValueError as error:
        raise FetchError(f"it redirects to '{location}', which is no address ({error}).", transient=False) from error


def _defragged(url: str) -> str:
    return url.partition("#")[0]


def _pieces(raw: urllib3.HTTPResponse, size: int) -> Iterator[bytes]:
    """A body as it comes, in pieces of about this size: many small ones would take many times their room."""
    held = bytearray()
    for piece in raw.stream(size, decode_content=False):
        if not held and len(piece) >= size:
            yield piece
            continue
        held += piece
        if len(held) >= size:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _discard(raw: urllib3.HTTPResponse) -> None:
    """Read a body that is not needed, if it is short, so that the connection can be reused."""
    if raw.length_remaining is not None and raw.length_remaining <= _CODED:
        with suppress(HTTPError):  # where it leads is known already
            for _ in raw.stream(_CODED, decode_content=False):
                pass
