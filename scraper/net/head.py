"""The head of an answer: read line by line as browsers read it, then handed to http.client in a form it can't misread.

http.client stops at the first malformed header line and loses all lines after it; it takes every interim answer except
100 for the final one; and it misses a length or chunked coding that a server announces twice. So we read the head
ourselves, record the fields as they came, and give http.client `Head.as_bytes` to parse.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from http.client import BadStatusLine, HTTPException, IncompleteRead, LineTooLong
from typing import Final

from urllib3.exceptions import InvalidHeader

HeaderFields = tuple[tuple[str, str], ...]

LONGEST_LINE: Final = 65536  # bytes
MOST_HEADER_LINES: Final = 100  # of header fields, with the empty one; http.client's limit, too
MOST_INTERIM: Final = 20  # answers such as 103 (Early Hints) before the answer itself
_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t\r\n]|$)")
_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token (RFC 9110, 5.6.2)
_STRAY: Final = re.compile(rb"[ \t]*[\r\n\0]+[ \t]*")  # a bare CR or NUL within a line (RFC 9112, 2.2)
_FRAMING: Final = frozenset({"content-length", "transfer-encoding"})


class Stream(io.BufferedReader):
    """The bytes from the server. No line may be longer than 64 KiB, and every read has a limit."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line. Raises LineTooLong."""
        if size is not None and 0 <= size <= LONGEST_LINE:
            return super().readline(size)
        line = super().readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise LineTooLong("line of the answer")
        return line

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes. Raises HTTPException for a size below 0, which would read on without a limit."""
        if size is None or size < 0:
            raise HTTPException("the answer announces a chunk of less than nothing")
        return super().read(size)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an answer.

    Attributes:
        status_line: with its end; empty where the server closed the connection instead of answering.
        status: 0 where it did.
        fields: the header fields in their order, as they came; a field that goes over several lines is joined.
    """

    status_line: bytes
    status: int
    fields: HeaderFields

    def as_bytes(self) -> bytes:
        """The head as http.client understands it: each field on one line, and one clear statement of the length.

        Raises:
            InvalidHeader: the body comes in a transfer coding that we did not ask for, or in two different lengths.
        """
        if not self.status_line:
            return b""
        lines = [f"{name}: {value}\r\n" for name, value in self.fields if name.lower() not in _FRAMING]
        framing = "" if self.status in (204, 304) else self._framing()  # these never have a body (RFC 9112, 6.3)
        return self.status_line + "".join([*lines, framing, "\r\n"]).encode("latin-1")

    def _framing(self) -> str:
        codings = {part.lower() for part in self._parts("transfer-encoding")} - {"identity"}
        if codings - {"chunked"}:
            raise InvalidHeader(f"its Transfer-Encoding is {', '.join(sorted(codings))}, which was not asked for")
        if codings:
            return "Transfer-Encoding: chunked\r\n"
        lengths = set(self._parts("content-length"))
        if len(lengths) > 1:
            raise InvalidHeader(f"Content-Length is said to be {' and '.join(sorted(lengths))}")
        return f"Content-Length: {lengths.pop()}\r\n" if lengths else ""

    def _parts(self, wanted: str) -> list[str]:
        """The comma-separated parts of all fields of a name."""
        values = [value for name, value in self.fields if name.lower() == wanted]
        return [part.strip() for value in values for part in value.split(",") if part.strip()]


def read_head(stream: io.BufferedReader) -> Head:
    """Read the head of the final answer; interim answers before it are skipped (RFC 9110, 15.2).

    Raises:
        BadStatusLine: this is not HTTP.
        InvalidHeader: the server changes to another protocol (101).
        LineTooLong, HTTPException: a line is too long, or there are too many.
        IncompleteRead: the connection ended within the head.
    """
    for _ in range(MOST_INTERIM + 1):
        line = _line(stream)
        if not line:
            return Head(b"", 0, ())
        status = _STATUS.match(line)
        if status is None:
            raise BadStatusLine(line[:200].decode("latin-1"))
        fields = tuple(_fields(stream))
        if status[1] == b"101":
            raise InvalidHeader("it changes to another protocol")
        if not status[1].startswith(b"1"):
            return Head(line, int(status[1]), fields)
    raise HTTPException(f"more than {MOST_INTERIM} interim answers")


def _fields(stream: io.BufferedReader) -> list[tuple[str, str]]:
    """The header fields up to the empty line. A line that is no field is skipped, with the lines that continue it."""
    fields: list[tuple[str, str]] = []
    continuing = False
    for _ in range(MOST_HEADER_LINES):
        line = _line(stream)
        if not line:
            raise IncompleteRead(b"")
        if line in (b"\r\n", b"\n"):
            return fields
        text = _STRAY.sub(b" ", line.rstrip(b"\r\n")).strip(b" \t")
        if line[:1] in b" \t":  # the obsolete folding of a field over several lines (RFC 9112, 5.2)
            if continuing:
                name, value = fields[-1]
                fields[-1] = (name, f"{value} {text.decode('latin-1')}".strip())
            continue
        raw, colon, value_bytes = text.partition(b":")
        continuing = bool(colon) and _NAME.fullmatch(raw) is not None
        if continuing:
            fields.append((raw.decode("ascii"), value_bytes.strip(b" \t").decode("latin-1")))
    raise HTTPException(f"more than {MOST_HEADER_LINES} header lines")


def _line(stream: io.BufferedReader) -> bytes:
    line = stream.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise LineTooLong("header line")
    return line
