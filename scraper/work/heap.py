"""Have the C library give the memory of large bodies back to the system."""

from __future__ import annotations

import sys
from typing import Final

_MMAP_THRESHOLD: Final = -3  # M_MMAP_THRESHOLD of mallopt(3)
_BYTES: Final = 1 << 20


def give_back_large_blocks() -> None:
    """Map each block above 1 MiB by itself, so that freeing it returns it to the system.

    Otherwise glibc raises this limit to 32 MiB when the first large block is freed, and then the heap of each thread may
    hold on to 64 MiB. Does nothing without glibc.
    """
    if sys.platform != "linux":
        return
    import ctypes  # not for commands that fetch nothing

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return
    mallopt(_MMAP_THRESHOLD, _BYTES)
