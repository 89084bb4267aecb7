"""The body of a record: its transfer and content codings undone (RFC 9110, 8.4; RFC 8878; RFC 7932)."""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import zstandard

_PIECE: Final = 65536  # bytes
_SLICE: Final = 2048  # bytes whose content may be a thousand times as large, or more
_MOST_CODINGS: Final = 4
_NAMES: Final = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_DIGEST: Final = re.compile(
    r"(?:sha-?1:(?:[A-Z2-7]{32}|[0-9a-f]{40})|sha-?256:(?:[A-Z2-7]{52}|[0-9a-f]{64}))", re.IGNORECASE
)
_NO_ERRORS: Final = (zlib.error, zstandard.ZstdError)


class UnreadablePayload(Exception):
    """A body is in a coding that can't be undone; says which and why in a clause."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A record's body.

    Attributes:
        body: its bytes, codings undone; if they are more than may be, one more than that.
        whole: whether its compressed stream ends; if not, `body` is what came before it breaks off.
    """

    body: bytes
    whole: bool


def payload(record: Any, most: int) -> Payload:
    """The body of a record.

    Some programs undo the codings and leave their names in the headers. So a coding counts only if the bytes are in it.

    Args:
        record: of warcio.
        most: the bytes that are read; a body has one more if there are more.

    Raises:
        UnreadablePayload: a coding can't be undone.
    """
    http = record.http_headers
    stream = record.raw_stream
    transfer = (http.get_header("Transfer-Encoding") or "").lower().replace(" ", "").split(",") if http else []
    if "chunked" in transfer:
        from warcio.bufferedreaders import ChunkedDataReader

        stream = ChunkedDataReader(stream, decomp_type=None)
    content = (http.get_header("Content-Encoding") or "").lower().replace(" ", "").split(",") if http else []
    names = [_NAMES[name] for name in (*content, *transfer) if name in _NAMES]
    if len(names) > _MOST_CODINGS:
        raise UnreadablePayload(f"its body is compressed {len(names)} times over")
    state = _State()
    pieces: Iterable[bytes] = iter(lambda: stream.read(_PIECE), b"")
    for name in reversed(names):
        pieces = _undone(pieces, name, state)
    return Payload(_joined(pieces, most), state.whole)


class _State:
    """Whether all streams so far were whole."""

    whole = True


def _joined(pieces: Iterable[bytes], most: int) -> bytes:
    """The pieces as one, up to a byte more than there may be."""
    found = bytearray()
    for piece in pieces:
        found += piece
        if len(found) > most:
            del found[most + 1 :]
            break
    return bytes(found)


def _undone(pieces: Iterable[bytes], name: str, state: _State) -> Iterator[bytes]:
    """One coding undone, member by member; the bytes as they are if they are not in it."""
    source = iter(pieces)
    rest = b""
    while len(rest) < 4 and (more := next(source, b"")):
        rest += more
    make = _DECODERS[name](rest)
    begun = False
    while rest and make is not None:
        decoder = make()
        while True:
            try:
                piece, rest, ended = decoder(rest)
            except _NO_ERRORS as error:
                if not begun:
                    make = None  # it is not in this coding
                    break
                raise UnreadablePayload(f"its compressed body is broken ({str(error)[:80]})") from error
            begun = begun or bool(piece)
            yield piece
            if ended:
                break
            if not rest and len(piece) < 16 * _PIECE and not (rest := next(source, b"")):
                state.whole = False
                return
        rest = rest or next(source, b"")
        if make is not None and not _goes_on(name, rest):
            return
    if make is None:
        yield rest
        yield from source


def _goes_on(name: str, rest: bytes) -> bool:
    """Whether another member follows; anything else is padding, which browsers overlook."""
    return rest.startswith({"gzip": _GZIP, "zstd": _ZSTD}.get(name, b"\0never"))


Decoder = Callable[[bytes], tuple[bytes, bytes, bool]]  # bytes -> what they give, what is left of them, whether it ends


def _gzip(start: bytes) -> Callable[[], Decoder] | None:
    return (lambda: _of_zlib(zlib.decompressobj(31))) if start.startswith(_GZIP) else None


def _deflate(start: bytes) -> Callable[[], Decoder] | None:
    """`deflate` should be in zlib's format, but some servers send the bare stream."""
    is_zlib = len(start) > 1 and start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0
    if not is_zlib and start.lstrip()[:1] in (b"<", b"{", b"["):
        return None
    return lambda: _of_zlib(zlib.decompressobj(15 if is_zlib else -15))


def _of_zlib(decoder: Any) -> Decoder:
    def undo(data: bytes) -> tuple[bytes, bytes, bool]:
        piece = decoder.decompress(data, 16 * _PIECE)
        left = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
        return piece, left, decoder.eof

    return undo


def _zstd(start: bytes) -> Callable[[], Decoder] | None:
    if not start.startswith(_ZSTD):
        return None

    def made() -> Decoder:
        decoder = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()

        def undo(data: bytes) -> tuple[bytes, bytes, bool]:
            piece, left = decoder.decompress(data[:_SLICE]), data[_SLICE:]
            return piece, decoder.unused_data + left if decoder.eof else left, decoder.eof

        return undo

    return made


def _brotli(start: bytes) -> Callable[[], Decoder] | None:
    if start.lstrip()[:1] == b"<":  # which begins no stream of text that is worth compressing
        return None
    import brotli

    def made() -> Decoder:
        decoder = brotli.Decompressor()

        def undo(data: bytes) -> tuple[bytes, bytes, bool]:
            try:
                piece = decoder.process(data[:_SLICE])
            except brotli.error as error:
                raise zlib.error(str(error)) from error
            return piece, data[_SLICE:], decoder.is_finished()

        return undo

    return made


_DECODERS: Final = {"gzip": _gzip, "deflate": _deflate, "zstd": _zstd, "br": _brotli}


def belied(record: Any, body: bytes) -> bool:
    """Whether the bytes of a record, read to its end, do not match its digest (ISO 28500, 5.8 and 5.9).

    The block's digest decides. Programs differ on what the payload is (with or without its encodings): if there is only its
    digest, neither may match.
    """
    head, problems = record.rec_headers, record.digest_checker.problems
    if head.get_header("WARC-Block-Digest"):
        return any(reason.startswith("block digest failed") for reason in problems)
    payload = (head.get_header("WARC-Payload-Digest") or "").strip()
    if not any(reason.startswith("payload digest failed") for reason in problems) or not _DIGEST.fullmatch(payload):
        return False
    name, _, value = payload.partition(":")
    digest = hashlib.new(name.lower().replace("-", ""), body).digest()
    return value.lower() not in (digest.hex(), b32encode(digest).decode().rstrip("=").lower())
