"""Content codings of a body: gzip and deflate undone piece by piece, with a cap on what comes out (pure).

Unlike the decoders of urllib3 these tell a stream that was cut off from a whole one, also where no length was given.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

from pagewitness.archive.errors import FetchError

ACCEPTED = "gzip, deflate"
_PIECE = 65536  # bytes decompressed at once
_GZIP, _ZLIB, _RAW = 31, 15, -15  # window bits, as zlib wants them
_MAGIC = b"\x1f\x8b"
_WINDOWS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _ZLIB}
# Compressed in ways that we did not say we read. Other words in Content-Encoding (identity, utf-8) encode nothing.
_UNREADABLE = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip"})
_MOST_CODINGS = 4
# HTML shrinks to a tenth or a twentieth, long tables to a hundredth. Zeros shrink to a thousandth.
_SUSPECT_FROM, _SUSPECT_RATIO = 8 * 2**20, 200


def decoded_body(
    chunks: Iterable[bytes], coding: str, most: int, growing: Callable[[int], None] = lambda size: None
) -> bytes:
    """A whole body, its content codings undone.

    Args:
        chunks: the bytes as they came.
        coding: the Content-Encoding, or "".
        most: the bytes that may come out.
        growing: called with the size (bytes) that the body is about to have, whenever it grows; it may wait, or raise.

    Raises:
        FetchError: it is cut off (transient), broken, in a coding that was not asked for, too large, or a bomb.
    """
    wire = _Counted(chunks)
    pieces: Iterable[bytes] = wire
    for window in reversed(_windows(coding)):
        pieces = _inflated(pieces, window)
    whole = BytesIO()
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise FetchError(f"the answer is larger than {most} bytes ([network] max_bytes).", transient=False)
        if size > _SUSPECT_FROM and size > _SUSPECT_RATIO * wire.count:
            raise FetchError(
                f"the answer is a decompression bomb: {wire.count} bytes already made {size}.", transient=False
            )
        growing(size)
        if size == len(piece):
            whole = BytesIO(piece)  # which copies nothing until there is a second piece
            whole.seek(size)
        else:
            whole.write(piece)
    return whole.getvalue()  # not a copy


class _Counted:
    """Chunks, and how many bytes they were so far."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.count += len(chunk)
            yield chunk


def _windows(coding: str) -> list[int]:
    names = [name for part in coding.split(",") if (name := part.strip().lower())]
    if unreadable := _UNREADABLE.intersection(names):
        raise FetchError(
            f"the answer is encoded as '{', '.join(sorted(unreadable))}', which was not asked for.", transient=False
        )
    windows = [_WINDOWS[name] for name in names if name in _WINDOWS]
    if len(windows) > _MOST_CODINGS:
        raise FetchError(f"the answer is compressed {len(windows)} times over.", transient=False)
    return windows


def _inflated(chunks: Iterable[bytes], window: int) -> Iterator[bytes]:
    """One coding undone, in pieces of at most 64 KiB; a gzip may have several members (RFC 1952)."""
    decoder = None
    waiting = b""  # of a member that has not begun
    members = 0
    for chunk in chunks:
        rest = waiting + chunk
        waiting = b""
        while rest:
            if decoder is None:
                if len(rest) < 2:
                    waiting = rest
                    break
                if members and not (window == _GZIP and rest.startswith(_MAGIC)):
                    return  # padding or rubbish after the end, which browsers overlook as well
                decoder = zlib.decompressobj(_window_of(rest, window))
                members += 1
            yield from _pieces(decoder, rest)
            rest = decoder.unused_data
            if decoder.eof:
                decoder = None
    if decoder is not None or (waiting and not members):
        raise FetchError("the answer is cut off: its compressed body has no end (truncated).")


def _window_of(start: bytes, window: int) -> int:
    """`deflate` should be zlib's format (RFC 9110, 8.4.1.2), but some servers send the bare stream."""
    is_zlib = start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0
    return _RAW if window == _ZLIB and not is_zlib else window


def _pieces(decoder: Any, data: bytes) -> Iterator[bytes]:
    try:
        while not decoder.eof:
            piece = decoder.decompress(data, _PIECE)
            data = decoder.unconsumed_tail
            yield piece
            if not data and len(piece) < _PIECE:  # a full piece may have left more inside
                return
    except zlib.error as error:
        raise FetchError(f"the answer's compressed body is broken ({error}).", transient=False) from error
