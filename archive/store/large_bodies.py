"""Store and load large bodies one at a time: each takes several times its size for a moment.

Beside a body there are its compressed form, SQLite's copy of that, and the row that SQLite makes of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LARGE: Final = 4 << 20  # bytes
_PATIENCE: Final = (
    20.0  # seconds: memory is worth waiting for, but not a deadlock with a transaction of the other thread
)
_turn = threading.Lock()


@contextmanager
def one_at_a_time(size: int) -> Iterator[None]:
    """Wait until no other thread stores or loads a large body, where this one (its size in bytes) is large."""
    mine = size > LARGE and _turn.acquire(timeout=_PATIENCE)
    try:
        yield
    finally:
        if mine:
            _turn.release()
