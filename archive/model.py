"""The nouns, as frozen dataclasses; no I/O. What each word means is in docs/vocabulary.md.

Times are UTC, ISO 8601 with `Z` and microseconds (`2024-02-19T06:00:00.000000Z`), so that they sort as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

DOM_TYPE: Final = "text/html; charset=utf-8"


class Outcome(StrEnum):
    """The result of a visit."""

    CAPTURED = "captured"
    NOT_MODIFIED = "not-modified"
    DISALLOWED = "disallowed"
    REFUSED = "refused"
    FAILED = "failed"


class PageRole(StrEnum):
    """What a page is followed as."""

    PAGE = "page"
    """A document."""
    LISTING = "listing"
    """A document that lists others, which are followed, too."""
    PAGER = "pager"
    """A further page of a listing."""
    FEED = "feed"
    """RSS or Atom."""
    SITEMAP = "sitemap"
    """The addresses of a site as a file."""

    @property
    def is_document(self) -> bool:
        """Whether its text is kept for readers. The others only lead to documents."""
        return self in (PageRole.PAGE, PageRole.LISTING)

    @property
    def is_file_of_addresses(self) -> bool:
        """Whether its captures are evidence only and never get a reading."""
        return self in (PageRole.FEED, PageRole.SITEMAP)


@dataclass(frozen=True, slots=True)
class ReportSeries:
    """A report that a source publishes again and again.

    Attributes:
        titles: in all languages, the one to show first.
        months: in which a new one is expected, 1 to 12.
        keys: of the addresses where it would be seen (`addresses.key_of`).
    """

    titles: tuple[str, ...]
    months: tuple[int, ...]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher's section that can be followed, as far as the archive needs it.

    Attributes:
        name: by which it is followed, such as `vsd`.
        title: what the publisher is called.
        country: ISO 3166-1 alpha-2, `EU`, or `INT` for other bodies of several countries.
        languages: in which it publishes (ISO 639-1).
        rules: those that change how its pages are read, as canonical JSON; empty for none.
        hosts: the hosts of its pages.
        ignored: parameters in its addresses that do not distinguish pages.
        links: patterns of the addresses that its listings lead to; empty for those of the same site.
        series: its reports that are expected in some months of the year.
        browser: whether a browser shows its pages.
    """

    name: str
    title: str
    country: str
    languages: tuple[str, ...] = ()
    rules: str = ""
    hosts: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    series: tuple[ReportSeries, ...] = ()
    browser: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One followed (or imported) address.

    Attributes:
        url: fetched as it was given.
        key: the canonical form that identifies the page (`addresses.key_of`).
        kind: `html`, `pdf` or `boilerplate`.
        followed: whether `run` visits it.
        due_at: when it is to be visited next; None if it is not followed.
        interval: seconds between two visits.
        failures: failed visits in a row.
        rules: of its source (`Source.rules`).
        role: what it is followed as.
        parent_id: the page on which it was found; None if somebody added it.
        depth: steps from a page that somebody added.
        browser: whether a browser shows it.
    """

    id: int
    url: str
    key: str
    source: str | None
    kind: str
    title: str | None
    followed: bool
    due_at: str | None
    interval: float
    failures: int
    rules: str = ""
    role: PageRole = PageRole.PAGE
    parent_id: int | None = None
    depth: int = 0
    browser: bool = False


@dataclass(frozen=True, slots=True)
class Collector:
    """Who made a visit, and from where.

    Attributes:
        software: such as `pagewitness`.
        version: of the software.
        vantage: where the request left from, as the operator names it, such as `Vilnius, LT`; None if not given.
        operator: who runs the archive; None if not given.
    """

    software: str
    version: str
    vantage: str | None = None
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and how it was answered: what can't be found out later.

    Attributes:
        method: of the request.
        request_headers: as they were sent, in order; empty where no connection was made. The values of secrets (Cookie,
            Authorization, Proxy-Authorization and the header fields that the settings read from a file) are replaced
            with `…`.
        address: the IP address that we connected to, or tried last: the server's, or the proxy's.
        port: of that address.
        http_version: of the answer, such as `1.1`; None without an answer.
        tls_version: such as `TLSv1.3`; None without TLS.
        certificates: the server's, as DER, its own first; then its issuers', if Python gives them (from 3.13 on).
    """

    method: str = "GET"
    request_headers: tuple[tuple[str, str], ...] = ()
    address: str | None = None
    port: int | None = None
    http_version: str | None = None
    tls_version: str | None = None
    certificates: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One attempt to see a page, as recorded.

    Attributes:
        page: whose visit it is.
        writer: `run` for a live visit, `import` for one from a WARC, `learn` for boilerplate.
        at: when the page was asked for (its bytes may come up to a minute later); a live visit never lies before its page's
            last live one, whatever the clock does.
        outcome: its result.
        status: the HTTP status, where there was one.
        reason: one clause for people, or None.
        capture_id: the capture whose validators a 304 answered; None if the fold is to decide.
        claim: of the lease on the page's host under which the visit was made; None if it was made without one.
        collector: who made it; None if unknown.
        exchange: the request and how it was answered; None if that is not recorded.
    """

    page: Page
    writer: str
    at: str
    outcome: Outcome = Outcome.CAPTURED
    status: int | None = None
    reason: str | None = None
    capture_id: int | None = None
    claim: int | None = None
    collector: Collector | None = None
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a browser made of an answer, at one moment after its scripts had run.

    Attributes:
        dom: the DOM as HTML in UTF-8 (with a byte order mark), open shadow roots as declarative ones.
        picture: of the whole page (PNG), or None.
        made: how it was made, as JSON: browser, url, width, height, at_rest, requests, bytes, refused.
    """

    dom: bytes
    picture: bytes | None
    made: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer (any status but 304), after transfer and content decoding.

    Attributes:
        url: the address that answered, after redirects.
        headers: as they came, in order.
        redirects: the hops before it, as (status, from, to).
        record_id: the WARC-Record-ID it was read from, None for a live answer.
        truncated: why it is incomplete (WARC-Truncated: `length`, `time`, `disconnect`, `unspecified`); None if it is complete.
        exchange: how it was obtained; None if that is not recorded.
        rendering: what a browser made of it; None if none was asked.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    redirects: tuple[tuple[int, str, str], ...] = ()
    record_id: str | None = None
    truncated: str | None = None
    exchange: Exchange | None = None
    rendering: Rendering | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case, or None."""
        return header(self.headers, name)


def header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    """The first value of a header, whatever its case, or None."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Capture:
    """One stored answer at one moment: a memento of its page (RFC 7089).

    Attributes:
        digest: SHA-256 of the body (hex).
        body_id: the id of its body.
        dom_id: the id of the body that holds the DOM, where a browser showed it; else None.
    """

    id: int
    page_id: int
    captured_at: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body_id: int
    digest: str
    dom_id: int | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case, or None."""
        return header(self.headers, name)

    @property
    def read_id(self) -> int:
        """The id of the body that is read: the DOM, where a browser showed the page."""
        return self.body_id if self.dom_id is None else self.dom_id

    @property
    def content_type(self) -> str | None:
        """The Content-Type of what is read: as the server gave it, or that of a DOM."""
        return self.header("Content-Type") if self.dom_id is None else DOM_TYPE


Row = Mapping[str, Any]
