"""Compress and read bodies. A frame is a zstd-compressed run of bodies; a body is `size` bytes at `offset` in it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import zstandard
from zstandard import ZstdError as DamagedFrame

from pagewitness.archive.errors import FixityError
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.large_bodies import one_at_a_time

__all__ = ["DamagedFrame", "body_digest", "body_loader", "keep_bodies", "load_body", "pack", "pack_new", "unpack"]

LEVEL = 3
_local = threading.local()  # zstandard's contexts may not be shared between threads


def body_digest(body: bytes) -> str:
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


class PackedBody(NamedTuple):
    """A body that is to be kept.

    Attributes:
        frame: it compressed; None if the archive has it.
    """

    digest: str
    size: int
    frame: bytes | None


_IS_KEPT = "select 1 from bodies where digest = :digest"
_ID_OF = "select id from bodies where digest = :digest"
_KEEP_FRAME = "insert into frames (page_id, data) values (:page, :data) returning id"
_KEEP = "insert into bodies (digest, size, frame_id) values (:digest, :size, :frame) returning id"


def pack_new(db: Sqlite, found: Sequence[bytes]) -> list[PackedBody]:
    """Bodies made ready to be kept, before the transaction, which keeps others waiting."""
    digests = [body_digest(body) for body in found]
    return [
        PackedBody(digest, len(body), None if db.value(_IS_KEPT, digest=digest) else pack(body))
        for digest, body in zip(digests, found, strict=True)
    ]


def keep_bodies(db: Sqlite, page_id: int, found: Sequence[PackedBody]) -> list[int]:
    """Append bodies that the archive does not have yet. Returns the ids of all of them."""
    return [_keep(db, page_id, body) for body in found]


def _keep(db: Sqlite, page_id: int, body: PackedBody) -> int:
    known: int | None = db.value(_ID_OF, digest=body.digest)
    if known is not None:
        return known
    assert body.frame is not None  # no body is ever deleted
    frame_id = db.value(_KEEP_FRAME, page=page_id, data=body.frame)
    new: int = db.value(_KEEP, digest=body.digest, size=body.size, frame=frame_id)
    return new


class _Place(NamedTuple):
    """Where a body is."""

    digest: str
    size: int
    offset: int
    frame_id: int


def load_body(db: Sqlite, body_id: int) -> bytes:
    """The bytes of a body.

    Raises:
        FixityError: they no longer match their digest.
    """
    return body_loader(db)(body_id)


def body_loader(db: Sqlite) -> Callable[[int], bytes]:
    """A function that reads bodies as `load_body` does and keeps the last unpacked frame, for many bodies of one page."""
    held: dict[int, bytes] = {}

    def read(body_id: int) -> bytes:
        at = db.one(_Place, "select digest, size, offset, frame_id from bodies where id = :id", id=body_id)
        assert at is not None
        if at.frame_id not in held:
            held.clear()
            with one_at_a_time(at.size):
                held[at.frame_id] = _unpacked(db, at.frame_id)
        found = held[at.frame_id][at.offset : at.offset + at.size]
        if (digest := body_digest(found)) != at.digest:
            raise FixityError(f"Body {body_id}", at.digest, digest)
        return found

    return read


def _unpacked(db: Sqlite, frame_id: int) -> bytes:
    try:
        return unpack(db.value("select data from frames where id = :id", id=frame_id))
    except DamagedFrame:
        return b""


def body_size(db: Sqlite, body_id: int) -> int:
    """The size of a body in bytes."""
    size: int = db.value("select size from bodies where id = :id", id=body_id)
    return size
