"""Bytes <-> frames (pure). A frame is a zstd-compressed run of bodies; a body is `size` bytes at `offset` of it."""

from __future__ import annotations

import hashlib
import threading

import zstandard
from zstandard import ZstdError as DamagedFrame

__all__ = ["DamagedFrame", "digest_of", "pack", "unpack"]

LEVEL = 3
_local = threading.local()  # zstandard's contexts may not be shared between threads


def digest_of(body: bytes) -> str:
    """SHA-256 of a body, in hex."""
    return hashlib.sha256(body).hexdigest()


def pack(data: bytes) -> bytes:
    """Compress a run of bytes; the size of the original is written into the frame."""
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=LEVEL)
    packed: bytes = _local.compressor.compress(data)
    return packed


def unpack(frame: bytes) -> bytes:
    """The bytes that `pack` was given. Raises DamagedFrame where the frame is damaged."""
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    data: bytes = _local.decompressor.decompress(frame)
    return data
