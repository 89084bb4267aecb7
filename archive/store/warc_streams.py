"""Open a stream of records: plain, in gzip record by record, or in zstd with or without a dictionary.

The dictionary of a file in zstd is in its first frame, which other programs skip
(https://iipc.github.io/warc-specifications/specifications/warc-zstd/).
"""

from __future__ import annotations

from io import BufferedReader, RawIOBase
from typing import Any, Final

import zstandard

from pagewitness.archive.errors import InputError

NO_WARC: Final = "is no WARC file: name one, packed with gzip, zstd, or not."
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_DICTIONARY: Final = b"\x5d\x2a\x4d\x18"
_BEGINNINGS: Final = (b"WARC/", b"filedesc:", b"\x1f\x8b", _ZSTD, _DICTIONARY)  # WARC, ARC, and either packed
_SLICE: Final = 4096  # bytes that are unpacked at once
_LARGEST_DICTIONARY: Final = 32 << 20  # bytes
_LARGEST_WINDOW: Final = 1 << 27  # bytes


def check(stream: Any, name: str) -> None:
    """Look at the first bytes of a stream (a BufferedReader). Raises InputError if they do not begin a WARC."""
    if (start := stream.peek(9)) and not start.startswith(_BEGINNINGS):
        raise InputError(f"{name} {NO_WARC}")


def opened(stream: BufferedReader, name: str) -> BufferedReader:
    """A stream without zstd; others as they are.

    Args:
        stream: at its beginning.
        name: of the file, for errors.

    Raises:
        InputError: its dictionary can't be read.
    """
    start = stream.peek(4)[:4]
    if start not in (_ZSTD, _DICTIONARY):
        return stream
    known = None
    if start == _DICTIONARY:
        stream.read(4)
        size = int.from_bytes(stream.read(4), "little")
        data = stream.read(size) if size <= _LARGEST_DICTIONARY else b""
        try:
            if data.startswith(_ZSTD):
                data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
            known = zstandard.ZstdCompressionDict(data) if size and data else None
        except zstandard.ZstdError:
            known = None
        if known is None:
            raise InputError(f"{name} {NO_WARC}")
    return BufferedReader(_Frames(stream, known))


class _Frames(RawIOBase):
    """The content of frames of zstd, one after another; unlike the package's own reader it tells a frame that breaks off."""

    def __init__(self, stream: BufferedReader, known: Any) -> None:
        self._stream = stream
        self._made = zstandard.ZstdDecompressor(dict_data=known, max_window_size=_LARGEST_WINDOW)
        self._decoder: Any = None
        self._packed, self._plain = b"", b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer. Raises EOFError if the stream ends within a frame, ZstdError if it is broken."""
        while not self._plain:
            self._packed = self._packed or self._stream.read(_SLICE)
            if not self._packed:
                if self._decoder is not None:
                    raise EOFError("it ends within a frame of zstd")
                return 0
            self._decoder = self._decoder or self._made.decompressobj()
            self._plain = self._decoder.decompress(self._packed)
            self._packed = self._decoder.unused_data if self._decoder.eof else b""
            self._decoder = None if self._decoder.eof else self._decoder
        size = min(len(buffer), len(self._plain))
        buffer[:size], self._plain = self._plain[:size], self._plain[size:]
        return size


def reason_of(error: Exception) -> str:
    """What went wrong, in a few printable words."""
    reason = str(error).strip()
    if "non-chunked gzip" in reason:
        return "it was packed with gzip as a whole: unpack it first, or pack it record by record"
    first = reason.splitlines()[0].rstrip(":") if reason else ""
    return first if first and first.isprintable() and len(first) < 200 else type(error).__name__
