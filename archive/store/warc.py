"""WARC (ISO 28500) -> what its records say about pages, streaming."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from typing import Any, BinaryIO

from zstandard import ZstdError

from pagewitness.archive import addresses, times
from pagewitness.archive.errors import BrokenInput, FixityError, InputError
from pagewitness.archive.model import Answer, Outcome
from pagewitness.archive.store import bodies, evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.mementos import Memento, is_replay, memento, original
from pagewitness.archive.store.spilled import Spilled
from pagewitness.archive.store.warc_payloads import UnreadablePayload, belied, payload
from pagewitness.archive.store.warc_streams import NO_WARC, check, opened, reason_of

# Crawls also hold parts of pages (images, scripts …), which are not imported.
_PARTS = re.compile(r"(?:image|audio|video|font)/|text/(?:css|javascript)|application/(?:x-)?(?:javascript|font)")
_KINDS = frozenset({"response", "revisit", "resource", "conversion"})
_ORIGINAL_REVISIT = "identical-payload-digest"
_KEPT = "what came before that is kept."
_NO_ORIGINAL = "a revisit record whose original is not in the archive"
_BELIED = "its bytes are not those that the record's digest names"
_MOST_HELD = 10_000  # revisits before their originals, held until the end of the stream


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a record says about a page.

    Attributes:
        url: the page's address (WARC-Target-URI).
        at: when it was visited (WARC-Date).
        answer: None for a visit without one.
        outcome, reason: of a visit without an answer; a reason may also say where an answer is from.
        capture: the one whose validators a 304 confirmed; None if the record does not name it.
    """

    url: str
    at: str
    answer: Answer | None
    outcome: Outcome = Outcome.CAPTURED
    reason: str | None = None
    capture: int | None = None


class Records:
    """The records of one WARC stream that are about pages.

    Attributes:
        read: the number of records so far, of whatever kind.
        skipped: how many were skipped so far: parts of pages, addresses of other schemes.
        misdated: the addresses of records that were skipped because of their date, and what is wrong with it.
        belied: the addresses of answers whose bytes do not match the record's digest; they become failed visits.
        damaged: originals whose bytes are damaged, so that revisits of them were skipped.
    """

    def __init__(self, db: Sqlite, stream: BinaryIO, name: str, max_bytes: int) -> None:
        self._db = db
        self._stream = stream
        self.name = name
        self._max = max_bytes
        self._held: list[tuple[Any, str, str]] = []
        self._payloads: Spilled  # WARC-Payload-Digest -> our digest of that body, while records are read
        self.read = 0
        self._end = 0  # of the last one
        self.skipped = 0
        self.misdated: list[tuple[str, str]] = []
        self._latest = times.later(times.now(), 86400)  # others' clocks may be a day ahead of ours
        self.belied: list[str] = []
        self.damaged: list[evidence.Damaged] = []

    def __iter__(self) -> Iterator[Recorded]:
        """Yield what the records say, in order.

        Raises:
            InputError: the stream is not a WARC.
            BrokenInput: it ends or breaks in the middle; what came before has been yielded.
        """
        broken = None
        with Spilled() as self._payloads:
            try:
                yield from self._in_order()
            except InputError as error:
                broken = error
            for record, url, at in self._held:
                again = self._revisit(record, url, at)
                yield from [_lost(record, url, at)] if again is None else again
        if broken is not None:
            raise broken

    def _in_order(self) -> Iterator[Recorded]:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed

        # It writes about odd addresses to standard error, which is for our own messages.
        logging.getLogger("warcio.recordloader").setLevel(logging.ERROR)
        given: Any = self._stream
        stream = given if isinstance(given, BufferedReader) else BufferedReader(given)
        check(stream, self.name)
        stream = opened(stream, self.name)
        is_warc = stream.peek(9).startswith(b"WARC/")
        records = ArchiveIterator(stream, arc2warc=True, check_digests=True)
        records.INC_RECORD = ""  # our own message about records longer than stated is below
        try:
            while (record := _next(records)) is not None:
                yield from self._recorded(record)
                records.read_to_end()
                self.read, self._end = self.read + 1, records.offset
            if records.fh.tell() > self._end or records.fh.read(1):  # it takes an incomplete head for the end
                raise EOFError("it ends within a record")
        except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error, ZstdError) as error:
            if not self.read and not is_warc:
                raise InputError(f"{self.name} {NO_WARC}") from error
            reason = reason_of(error)
            raise BrokenInput(f"{self.name} can't be read on as WARC {self._place} ({reason}): {_KEPT}") from error
        if records.err_count:
            longer = (
                "record that is longer than it says"
                if records.err_count == 1
                else "records that are longer than they say"
            )
            raise BrokenInput(f"{self.name} has {records.err_count} {longer}: all but what is too much is kept.")

    @property
    def _place(self) -> str:
        """Where the current record begins."""
        return f"from byte {max(0, self._end):,} on, after {self.read:,} record{'' if self.read == 1 else 's'}"

    def _recorded(self, record: Any) -> Iterator[Recorded]:
        head = record.rec_headers
        url, date = head.get_header("WARC-Target-URI") or "", head.get_header("WARC-Date") or ""
        url = url.strip("<>")
        if head.get_header("WARC-Type") is None or not (head.get_header("Content-Length") or "").strip().isdecimal():
            raise ValueError("a record's head is not whole")
        if record.rec_type not in _KINDS or (record.rec_type == "conversion" and self._has_original(record)):
            self._demand_the_rest(record, url)
            return
        if ":" not in url:  # warcio takes any line of text for the head of an ARC record
            raise ValueError("a record has no address")
        content_type = next((value for name, value in _headers(record) if name.lower() == "content-type"), "")
        if not addresses.is_web(url) or _PARTS.match(content_type.strip().lower()):
            self._demand_the_rest(record, url)
            self.skipped += 1
            return
        at, shown = _stamp(date), memento(url, _headers(record))
        latest = max(at or "", shown.at if shown else "")
        if at is None or latest > self._latest:
            why = f"its date, {latest}, is in the future" if at else f"its WARC-Date '{date}' is not a date"
            self.misdated.append((url, why))
            return
        if shown is not None:
            url, at = shown.url, shown.at
        elif is_replay(url):  # the archive's own answer, which says nothing of the page
            self._demand_the_rest(record, url)
            self.skipped += 1
            return
        if record.rec_type == "revisit":
            yield from self._again(record, url, at)
        else:
            yield from self._answered(record, url, at, shown)

    def _again(self, record: Any, url: str, at: str) -> Iterator[Recorded]:
        """What a `revisit` record says: that an address answered as in another record, which may come later."""
        self._demand_the_rest(record, url)
        if (again := self._revisit(record, url, at)) is not None:
            yield from again
        elif len(self._held) < _MOST_HELD:
            self._held.append((record, url, at))
        else:
            yield _lost(record, url, at)

    def _answered(self, record: Any, url: str, at: str, shown: Memento | None) -> Iterator[Recorded]:
        """An answer, or why it can't be used. `shown`: what it is a web archive's copy of."""
        try:
            read = payload(record, self._max)
        except UnreadablePayload as error:
            self._demand_the_rest(record, url)
            yield Recorded(url, at, None, Outcome.FAILED, str(error))
            return
        body = read.body
        if len(body) > self._max:
            reason = f"larger than {self._max} bytes ([network] max_bytes)"
            yield Recorded(url, at, None, Outcome.FAILED, reason)
            return
        self._demand_the_rest(record, url)
        if belied(record, body):
            self.belied.append(url)
            yield Recorded(url, at, None, Outcome.FAILED, _BELIED)
            return
        if digest := record.rec_headers.get_header("WARC-Payload-Digest"):
            self._payloads[digest] = bodies.body_digest(body)
        answer = self._answer(record, url, body)
        if not read.whole and answer.truncated is None:
            answer = replace(answer, truncated="unspecified")
        yield Recorded(url, at, answer if shown is None else replace(answer, headers=shown.headers))

    def _demand_the_rest(self, record: Any, url: str) -> None:
        """Raise BrokenInput if the stream ends within a record: half a page is not the page."""
        while record.raw_stream.read(65536):
            pass
        if getattr(record.raw_stream, "limit", 0) > 0:
            of = f" of {url}" if url else ""
            raise BrokenInput(f"{self.name} ends within the record{of}, {self._place}: {_KEPT}")

    def _revisit(self, record: Any, url: str, at: str) -> list[Recorded] | None:
        """A revisit: a 304, or the same answer as another record's; None while that record is missing.

        Empty if the original is damaged: once it is restored, importing the file again adds the revisit.
        """
        original = self._original(record, url)
        if _is_304(record):
            named = any(record.rec_headers.get_header(f"WARC-Refers-To{end}") for end in ("", "-Date"))
            if original is None and named:
                return None
            return [Recorded(url, at, None, Outcome.NOT_MODIFIED, None, original)]
        if original is None:
            return None
        capture = evidence.capture(self._db, original)
        try:
            body = evidence.body_of(self._db, capture)
        except FixityError as error:
            self.damaged.append(evidence.Damaged(url, original, error.expected))
            return []
        cut = self._db.value("select truncated from captures where id = :id", id=original)
        answer = replace(self._answer(record, url, body), truncated=cut)
        if not answer.headers:
            answer = replace(answer, status=capture.status, headers=capture.headers)
        return [Recorded(url, at, answer)]

    def _has_original(self, record: Any) -> bool:
        """Whether the archive has what a `conversion` was made from: then that is what the page said."""
        return self._original(record, (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")) is not None

    def _original(self, record: Any, url: str) -> int | None:
        """The capture that a revisit record repeats: by record id, by address and date, or by payload digest."""
        head, db = record.rec_headers, self._db
        found: int | None = db.value(
            "select id from captures where record_id = :record", record=head.get_header("WARC-Refers-To")
        )
        page = evidence.find_page(db, original((head.get_header("WARC-Refers-To-Target-URI") or url).strip("<>")))
        at = _stamp(head.get_header("WARC-Refers-To-Date"))
        if found is None and page is not None and at is not None:
            sql = "select id from captures where page_id = :page and captured_at = :at order by id limit 1"
            found = db.value(sql, page=page.id, at=at)
        if found is None and (digest := self._payloads.get(head.get_header("WARC-Payload-Digest") or "")):
            sql = """select captures.id from bodies join captures on body_id = bodies.id
                     where digest = :digest order by captures.id limit 1"""
            found = db.value(sql, digest=digest)
        return found

    def _answer(self, record: Any, url: str, body: bytes) -> Answer:
        http = record.http_headers
        status = int(http.get_statuscode()) if http and (http.get_statuscode() or "").isdigit() else 200
        head = record.rec_headers
        cut = head.get_header("WARC-Truncated") or None
        return Answer(url, status, _headers(record), body, record_id=head.get_header("WARC-Record-ID"), truncated=cut)


def _headers(record: Any) -> tuple[tuple[str, str], ...]:
    """The headers of a record's answer; of a record without any (a `resource`), the type that the record gives."""
    if record.http_headers:
        return tuple((str(name), str(value)) for name, value in record.http_headers.headers)
    kind = record.rec_headers.get_header("Content-Type") if record.rec_type in ("resource", "conversion") else None
    return (("Content-Type", kind),) if kind else ()


def _next(records: Any) -> Any:
    """The next record, None at the end. Raises ValueError for heads that warcio can't parse."""
    try:
        return next(records, None)
    except (AttributeError, TypeError, IndexError) as error:
        raise ValueError("a record's head is not whole") from error


def _is_304(record: Any) -> bool:
    return _ORIGINAL_REVISIT not in (record.rec_headers.get_header("WARC-Profile") or "")


def _lost(record: Any, url: str, at: str) -> Recorded:
    """A revisit whose original is not in the archive."""
    if _is_304(record):
        return Recorded(url, at, None, Outcome.NOT_MODIFIED)
    return Recorded(url, at, None, Outcome.FAILED, _NO_ORIGINAL)


def _stamp(date: str | None) -> str | None:
    """A WARC date as the archive writes it; None if it is missing or can't be read."""
    try:
        return times.stamp(times.moment(date)) if date else None
    except (ValueError, OverflowError):  # in UTC it may lie before the year 1, or after 9999
        return None
