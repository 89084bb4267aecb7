"""The nouns, as frozen dataclasses; no I/O. What each word means is in docs/vocabulary.md.

Times are UTC, ISO 8601 with `Z` and microseconds (`2024-02-19T06:00:00.000000Z`), so that they sort as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

# What `Reading.details` has, and what stands for it where a page does not say.
DETAILS: Final[Mapping[str, Any]] = {
    "agency": None,
    "canonical": None,
    "alternates": [],
    "attachments": [],
    "found": {},
}
BLOCK_BITS = 20  # a block's id carries its page: page_id * 2^20 + n


def block_range(page_id: int) -> tuple[int, int]:
    """The first and the last id that a block of a page may have."""
    return page_id << BLOCK_BITS, (page_id + 1 << BLOCK_BITS) - 1


class Outcome(StrEnum):
    """What came of a visit."""

    CAPTURED = "captured"
    NOT_MODIFIED = "not-modified"
    DISALLOWED = "disallowed"
    REFUSED = "refused"
    FAILED = "failed"


class Verdict(StrEnum):
    """What the judge says of a observation."""

    FIRST = "first"
    CHANGED = "changed"
    PENDING = "pending"
    UNCHANGED = "unchanged"
    RETURNED = "returned"
    SUSPECT = "suspect"

    @property
    def credible(self) -> bool:
        """Neither suspect nor pending: such a observation is the base of the next comparison."""
        return self not in (Verdict.SUSPECT, Verdict.PENDING)


class Cause(StrEnum):
    """Why a revision exists: what the page did."""

    FIRST = "first"
    CHANGE = "change"
    EDITION = "edition"


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher's section that can be followed: what the archive has to know of it.

    Attributes:
        name: by which it is followed, such as `vsd`.
        title: what the publisher is called.
        country: ISO 3166-1 alpha-2, `EU`, or `INT` for other bodies of several countries.
        languages: in which it publishes (ISO 639-1).
        rules: those that alter what is read of its pages, as JSON in one form; empty for none.
        hosts: whose pages are its own.
        ignored: parameters in addresses there that do not tell pages apart.
    """

    name: str
    title: str
    country: str
    languages: tuple[str, ...] = ()
    rules: str = ""
    hosts: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One followed (or imported) address.

    Attributes:
        url: fetched as it was given.
        key: the canonical form by which the page is known (`evidence.key_of`).
        kind: `html`, `pdf` or `boilerplate`.
        followed: whether `run` visits it.
        due_at: when it is to be visited next; None when it is not followed.
        interval: seconds between two visits.
        failures: failed visits in a row.
        rules: of its source (`Source.rules`).
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
class Visit:
    """One attempt to see a page, as it goes on record.

    Attributes:
        page: whose visit it is.
        writer: `run` for a live visit, `import` for one from a WARC, `learn` for boilerplate.
        at: when the page was asked for (its bytes may come up to a minute later); a live visit never lies before its page's
            last live one, whatever the clock does.
        outcome: what came of it.
        status: the HTTP status, where there was one.
        reason: one clause for people, or None.
        capture_id: the capture whose validators a 304 answered; None leaves it to the fold.
        claim: of the lease on the page's host under which the visit was made; None where there was none.
        collector: who made it; None where that is not known.
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


@dataclass(frozen=True, slots=True)
class Exchange:
    """How an answer was asked for and brought: what can't be found out later.

    Attributes:
        method: of the request.
        request_headers: as they were sent, in order; the values of secrets (Cookie, Authorization, Proxy-Authorization and
            the header fields that the settings read from a file) are replaced with `…`.
        address: the IP address that we were connected to: the server's, or the proxy's; None where nobody answered.
        port: of that address.
        http_version: of the answer, such as `1.1`; None without an answer.
        tls_version: such as `TLSv1.3`; None without TLS.
        certificates: the server's, as DER, its own first; then those above it, where Python gives them (from 3.13 on).
    """

    method: str = "GET"
    request_headers: tuple[tuple[str, str], ...] = ()
    address: str | None = None
    port: int | None = None
    http_version: str | None = None
    tls_version: str | None = None
    certificates: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer (any status but 304), after transfer and content decoding.

    Attributes:
        url: the address that answered, after redirects.
        headers: as they came, in order.
        redirects: the hops before it, as (status, from, to).
        record_id: the WARC-Record-ID it was read from, None for a live answer.
        truncated: why it is not whole (WARC-Truncated: `length`, `time`, `disconnect`, `unspecified`); None when it is.
        exchange: how it was asked for and brought; None where nobody recorded that.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    redirects: tuple[tuple[int, str, str], ...] = ()
    record_id: str | None = None
    truncated: str | None = None
    exchange: Exchange | None = None

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
        body_id: where the body lies.
    """

    id: int
    page_id: int
    captured_at: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body_id: int
    digest: str

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case, or None."""
        return header(self.headers, name)

    @property
    def content_type(self) -> str | None:
        """The Content-Type as the server gave it."""
        return self.header("Content-Type")


@dataclass(frozen=True, slots=True)
class VisibleBlock:
    """One block that a page showed.

    Attributes:
        kind: `h1`…`h6`, `p`, `li`, `quote`, `caption`, `row`, `pre`, `dt`, `dd`, `note` (a footnote).
        text: normalised (NFC, white space folded), never empty.
        zone: where it stood: `main`, or `nav`, `footer`, `aside`, `dialog`, `control`, `hidden`, `header`.
        links: the share of its letters that are link text, 0 to 1.
        document: whether it is part of the document.
        by: why it was kept or dropped, for `clean --explain` (a table entry, a vote).
        page: the number, from 1, of the page of a PDF on which it begins; None elsewhere.
        language: its own (ISO 639-1), where it is in another one than its page; None where not.
    """

    kind: str
    text: str
    zone: str = "main"
    links: float = 0.0
    document: bool = True
    by: str = ""
    page: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cleaner makes of one body.

    Attributes:
        page_digest: SHA-256 (hex) of the stripped page and its address; equal digest, equal reading.
        not_credible: why the whole is not credible as the document, in one clause; None when it is.
        encodings: what was `declared`, `sniffed` and `used` to decode the body; `mojibake` where all of it had been
            decoded wrongly before it was sent.
        failed: whether the body could not be read at all; `not_credible` says why.
        details: what else the page says of itself, as JSON has it, each only where it does: `agency`; `canonical`;
            `alternates` [{url, kind, language, found}]; `attachments` [{url, title, kind, found}]; and `found`: of each
            of these, of the title, language, dates and author, where it was found (docs/metadata.md).
    """

    cleaner: str
    page_digest: str
    title: str | None
    language: str | None
    published: str | None
    modified: str | None
    author: str | None
    blocks: tuple[VisibleBlock, ...]
    not_credible: str | None
    encodings: dict[str, str | None] = field(default_factory=dict)
    failed: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> tuple[VisibleBlock, ...]:
        """The blocks that are the document, in reading order."""
        return tuple(block for block in self.blocks if block.document)


@dataclass(frozen=True, slots=True)
class LineCount:
    """What the credible readings of one page say of one of its lines; readings of equal pages count once.

    Attributes:
        line: the id under which its text is kept.
        shown: how many readings show it.
        document: how many of them take it for the document.
        main: how many of them do so in the main text (its zone is `main`, or it is an h1).
    """

    line: int
    shown: int
    document: int
    main: int

    @property
    def is_main(self) -> bool:
        """Whether the line is main text of this page: in most readings that show it."""
        return 2 * self.main > self.shown


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of one page, each known by the digest of its plain form.

    Attributes:
        page: its id.
        counts: of all that its credible readings ever showed.
        now: what the last of them shows, in order.
    """

    page: int
    counts: Mapping[str, LineCount]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """The page's clean text while it stayed the same.

    Attributes:
        number: its rank by time on its page, from 1.
        captured_at: the capture that first showed it.
        last_seen_at: the last credible observation while it was in force.
        words: how many words its text has.
        digest: SHA-256 (hex) of its text.
        block_ids: its blocks in reading order.
    """

    page_id: int
    capture_id: int
    number: int
    cause: str
    captured_at: str
    last_seen_at: str
    title: str | None
    words: int
    digest: str
    block_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a revision.

    Attributes:
        first_seen: since when it stands (the start of its span at this revision).
        page: the number of the page of a PDF on which it begins; None elsewhere.
        repeated: whether it is boilerplate, a line that the site repeats: it may be worded otherwise by now.
    """

    id: int
    kind: str
    text: str
    language: str | None
    first_seen: str
    page: int | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result: a page, its best block, and the time in which it fitted the query.

    Attributes:
        snippet: an excerpt of the best block.
        marks: where the query's words stand in the snippet, as (start, end).
        first_seen, last_seen: the first and the last observation at which the page fitted.
        current: whether it still does, as far as anybody knows: what the page said last is in force until it says another.
        removed_since: since when all answers of the page are 404 or 410, where it still fits; None where they are not.
        revision: the number of the newest revision that fitted.
        same_as: the address of an earlier hit whose best block says the same, or None.
        page: the number of the page of a PDF on which the best block stands in that revision; None elsewhere.
        shown_since: since when the best block stood then, which may be later than the words on the page, or earlier.
        repeated: whether the best block is boilerplate, a line that the site repeats: it may be worded otherwise by now.
        periods: the intervals in which the page fitted, as (since, until); the last one's end is None while it fits.
    """

    page_id: int
    url: str
    title: str | None
    kind: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    first_seen: str
    last_seen: str
    current: bool
    revision: int
    source: str | None
    language: str | None
    same_as: str | None = None
    removed_since: str | None = None
    page: int | None = None
    shown_since: str | None = None
    periods: tuple[tuple[str, str | None], ...] = ()
    repeated: bool = False


Row = Mapping[str, Any]
