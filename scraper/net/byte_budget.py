"""A limit on the bytes of large bodies that all threads together hold in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

FREE: Final = 4 << 20  # bytes: smaller bodies are not counted
_LOOK_AGAIN: Final = 0.1  # seconds after which a thread that waits for room asks whether it still may


class ByteBudget:
    """So many bytes for bodies larger than `FREE`. Who needs more than are left waits.

    Attributes:
        total: the bytes.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self._left = total
        self._changed = threading.Condition()

    def share(self) -> Share:
        """A share of it, empty at first."""
        return Share(self)

    def take(self, size: int, check: Callable[[], object]) -> None:
        """Take so many bytes; wait until they are there. Raises what `check` raises, which is asked while waiting."""
        with self._changed:
            while self._left < size:
                check()
                self._changed.wait(_LOOK_AGAIN)
            self._left -= size

    def give_back(self, size: int) -> None:
        """Give bytes back."""
        with self._changed:
            self._left += size
            self._changed.notify_all()


class Share:
    """What one body takes of a budget. Use it as a context manager: at the end everything is given back.

    A share is reserved once, for all that the body may need: threads that each hold a part and wait for the rest would
    wait for one another.
    """

    def __init__(self, budget: ByteBudget) -> None:
        self._budget = budget
        self._size = 0

    def reserve(self, size: int, check: Callable[[], object] = lambda: None) -> None:
        """Reserve room for a body; nothing where it is small, or there is room already.

        Args:
            size: bytes it may need. A body larger than the whole budget gets all of it.
            check: asked again and again while there is no room; it raises an error to give up.
        """
        if not self._size and size > FREE:
            size = min(size, self._budget.total)
            self._budget.take(size, check)
            self._size = size

    def shrink(self, size: int) -> None:
        """Give back what is more than the body needs, now that its size (bytes) is known."""
        size = size if size > FREE else 0
        if size < self._size:
            self._budget.give_back(self._size - size)
            self._size = size

    def release(self) -> None:
        """Give everything back."""
        self.shrink(0)

    def __enter__(self) -> Share:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
