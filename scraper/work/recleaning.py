"""Recleaning: make the readings that today's cleaner lacks, and remake the histories from them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace

from pagewitness.archive.fold import derivation, history_diff, readings, scratch_archive
from pagewitness.archive.fold.history_diff import History
from pagewitness.archive.model import Page
from pagewitness.archive.search import silent_alerts
from pagewitness.archive.store import bodies, evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.evidence import Damaged
from pagewitness.scraper.clean import cleaner_name
from pagewitness.scraper.work.reader import Delayed, Reader, Unread, Unreadable, lost
from pagewitness.scraper.work.workers import Workers


@dataclass(frozen=True, slots=True)
class Recleaned:
    """What recleaning made of a page.

    Attributes:
        readings: how many of its captures were read.
        before, after: its history.
        unread: captures that could not be read, now or at all. While one waits, the history stays another cleaner's.
        failed: captures that the cleaner could not read.
    """

    page: Page
    readings: int
    before: History
    after: History
    unread: tuple[Unread, ...] = ()
    failed: tuple[Unreadable, ...] = ()

    @property
    def damaged(self) -> tuple[Damaged, ...]:
        """Captures that could not be read, since their bytes are damaged."""
        return tuple(one for one in self.unread if isinstance(one, Damaged))

    @property
    def waiting(self) -> tuple[Delayed, ...]:
        """Captures whose reading did not get on: they are tried again the next time."""
        return tuple(one for one in self.unread if isinstance(one, Delayed))


def reclean(
    db: Sqlite,
    pages: Iterable[Page],
    workers: Workers,
    ahead: int,
    *,
    dry: bool,
    read: Callable[[], None] = lambda: None,
) -> Generator[Recleaned]:
    """Read the captures of pages that today's cleaner has not read, and make their histories from its readings.

    One page after the other, a few captures ahead. Each reading is kept as soon as it is made: what is interrupted continues
    from there.

    Args:
        ahead: how many captures may be cleaned at once.
        dry: write nothing into the archive: readings and histories are made in a temporary one (`temporary_archive`), which holds
            the pages under way.
        read: called after each capture that is read.

    Yields:
        each page, once it is done. In a dry run its new history can be looked at only until the next one is asked for.
    """
    with (
        scratch_archive.temporary_archive() if dry else nullcontext(db) as into,
        Reader(into, workers, ahead, bodies.body_loader(db)) as reader,
    ):
        work = _Work(db, into, reader)
        for page in pages:
            work.begin(page, read)
            yield from work.done()
        reader.flush()
        yield from work.done()


@dataclass(frozen=True, slots=True)
class _Begun:
    """A page whose captures are being read.

    Attributes:
        captures: how many of them.
        before: its history, where that is known already.
        current: whether there is nothing to be done.
    """

    page: Page
    captures: int
    before: History | None
    current: bool


class _Work:
    """The pages under way."""

    def __init__(self, db: Sqlite, into: Sqlite, reader: Reader) -> None:
        self._db, self._into, self._reader = db, into, reader
        self._dry = into is not db
        self._begun: dict[int, _Begun] = {}

    def begin(self, page: Page, read: Callable[[], None]) -> None:
        """Hand the captures of a page that are unread to the reader."""
        cleaner = cleaner_name(page.rules)
        if derivation.is_current(self._db, page, cleaner):
            self._begun[page.id] = _Begun(page, 0, None, True)
            return
        before = None
        if self._dry:
            with self._db.snapshot():  # others may write the history meanwhile
                before = history_diff.history_of(self._db, page, keep=True)
                scratch_archive.take(self._db, page, cleaner, self._into)
        unread = readings.unread(self._into, page.id, cleaner)
        for capture_id in unread:
            self._reader.read(page, evidence.capture(self._into, capture_id))
            read()
        self._begun[page.id] = _Begun(page, len(unread), before, False)

    def done(self) -> Iterator[Recleaned]:
        """The pages whose captures are all read, with their new histories."""
        for begun in list(self._begun.values()):
            if not self._reader.is_reading(begun.page):
                del self._begun[begun.page.id]
                yield self._made_anew(begun)
                if self._dry and not begun.current:
                    scratch_archive.drop(self._into, begun.page)

    def _made_anew(self, begun: _Begun) -> Recleaned:
        db, into, page = self._db, self._into, begun.page
        if begun.current:
            same = history_diff.history_of(db, page)
            return Recleaned(page, 0, same, same)
        unread, failed = self._reader.taken(page)
        before = begun.before or history_diff.history_of(db, page, keep=True)
        done = Recleaned(page, begun.captures - len(unread), before, before, unread, failed)
        if self._dry and done.waiting:
            return done  # no history is remade until everything is read (`derivation.derive`)
        derivation.derive(into, page, cleaner_name(page.rules), without=lost(unread), quietly=silent_alerts.quietly)
        return replace(done, after=history_diff.history_of(into, page))
