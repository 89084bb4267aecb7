"""Captures that a web archive has of pages, as records to import: asked for one by one, oldest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pagewitness.archive import addresses, times
from pagewitness.archive.errors import FetchError, FixityError, ScraperError
from pagewitness.archive.fold.redirects import Leads, leads
from pagewitness.archive.model import Answer
from pagewitness.archive.store import evidence, known_captures
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.mementos import memento
from pagewitness.archive.store.warc import Recorded
from pagewitness.scraper.formats.capture_lists import Held, stamp_in
from pagewitness.scraper.work.archive_requests import SentAway, address_linked, says_it_is_a_capture
from pagewitness.scraper.work.web_archive import WebArchive

_PARTS: Final = re.compile(
    r"(?:image|audio|video|font)/|text/(?:css|javascript)|application/(?:x-)?(?:javascript|font)"
)
_IN_A_ROW: Final = 3  # failures to answer, after which the archive is left alone


@dataclass(frozen=True, slots=True)
class Wish:
    """Which captures of a page are wanted.

    Attributes:
        since, until: the first and the last moment; None for no bound.
        every: seconds in which one capture is enough; 0 for all.
        limit: how many, the newest; None for all.
    """

    since: str | None = None
    until: str | None = None
    every: float = 0.0
    limit: int | None = None

    def chosen(self, held: Sequence[Held]) -> list[Held]:
        """Those of some captures (oldest first) that are wanted: with `every`, the first of each period."""
        kept: list[Held] = []
        for one in held:
            if not kept or not self.every or one.at >= times.later(kept[-1].at, self.every):
                kept.append(one)
        return kept if self.limit is None else kept[-self.limit :]


class MementoRecords:
    """What a web archive has of pages. Iterating asks it, and yields what is not here yet.

    Attributes:
        name: the archive's host.
        known: how many captures were here already, so that they were not asked for.
        skipped: how many were left out since they are parts of pages (images, scripts …).
        failed: the addresses of pages and captures that could not be had, each with the reason.
        absent: pages without a capture in the archive that is wanted.
        rewritten: whether it gave captures only with links and a bar of its own.
        stopped: why the rest was not asked for; None if all was.
        say: called with a sentence about each page before its captures are asked for.
    """

    def __init__(self, db: Sqlite, archive: WebArchive, pages: Sequence[str], wish: Wish) -> None:
        self._db, self._archive = db, archive
        self.say: Callable[[str], None] = lambda _: None
        self._pages, self._wish = pages, wish
        self.name = archive.name
        self.known = self.skipped = 0
        self.failed: list[tuple[str, str]] = []
        self.absent: list[str] = []
        self.rewritten = False
        self.stopped: ScraperError | None = None
        self._unanswered = 0  # requests in a row

    def __iter__(self) -> Iterator[Recorded]:
        """Yield the captures that are not here yet, page by page."""
        for page in self._pages:
            try:
                held = self._archive.captures_of(page, self._wish.since, self._wish.until)
                self._unanswered = 0
                yield from self._of_page(page, held)
            except SentAway as error:
                self.stopped = error
            except ScraperError as error:
                self._note(page, error)
            if self.stopped is not None:
                return

    def _of_page(self, page: str, held: Sequence[Held]) -> Iterator[Recorded]:
        documents = [one for one in held if not _PARTS.match(one.kind)]
        self.skipped += len(held) - len(documents)
        sound = [one for one in documents if self._is_sound(page, one)]
        chosen = self._wish.chosen(sound)
        if not chosen:
            self.absent += [page] if len(sound) == len(documents) else []
            return
        filed = [(_filed_under(page, one.original), one) for one in chosen]
        new = [not known_captures.has_capture_of(self._db, url, one.at) for url, one in filed]
        asked = len({one.digest or one.at for (_, one), is_new in zip(filed, new, strict=True) if is_new})
        lasts = f", which takes at least {times.lasting(asked * self._archive.asker.delay)}" if asked else ""
        self.say(f"{page}: {self.name} lists {len(held):,} captures; {asked:,} of them are asked for{lasts}.")
        seen: dict[str, tuple[str, str]] = {}  # digest -> page and moment of a capture with these bytes
        for (url, one), is_new in zip(filed, new, strict=True):
            if not is_new:
                self.known += 1
            elif (again := self._again(url, one, seen)) is not None:
                yield again
            elif (record := self._fetched(url, one)) is not None:
                yield record
            if self.stopped is not None:
                return
            if one.digest:
                seen.setdefault(one.digest, (url, one.at))

    def _is_sound(self, page: str, held: Held) -> bool:
        """Whether the address that the list gives for a capture can be kept; one that can't is noted."""
        fault = addresses.fault_in(held.original) if held.original else ""
        if fault:
            said = f"skipped, since the address in the list {fault}"
            self.failed.append((f"{page} at {times.short(held.at)}", said))
        return not fault

    def _again(self, url: str, held: Held, seen: dict[str, tuple[str, str]]) -> Recorded | None:
        """A capture with the same bytes as one that is here, as the archive says: these need not be sent again."""
        if held.digest not in seen or held.status not in (None, 200):
            return None
        page = evidence.find_page(self._db, seen[held.digest][0])
        at = seen[held.digest][1]
        first = page and evidence.capture_where(
            self._db, "where page_id = :page and captured_at >= :at and captured_at < :end and status = 200 limit 1",
            page=page.id, at=at, end=times.later(at, 1),
        )  # fmt: skip
        if not first:
            return None
        try:
            body = evidence.body_of(self._db, first)
        except FixityError:  # then the archive's copy is wanted all the more
            return None
        reason = f"{self.name} says that its bytes are those of {times.short(at)} UTC"
        return Recorded(url, held.at, Answer(held.original or url, 200, first.headers, body), reason=reason)

    def _fetched(self, url: str, held: Held) -> Recorded | None:
        """A capture as the archive gives it; None if it does not, which is noted."""
        try:
            answer = self._asked(held)
            self._unanswered = 0
        except SentAway as error:
            self.stopped = error
            return None
        except ScraperError as error:
            self._note(f"{url} at {times.short(held.at)}", error)
            return None
        shown = memento(answer.url, answer.headers) if says_it_is_a_capture(answer) else None
        if shown is None:
            said = "leads to another moment" if 300 <= answer.status < 400 else f"answered {answer.status} itself"
            self.failed.append((f"{url} at {times.short(held.at)}", f"skipped, since {self.name} {said}"))
            return None
        as_it_was = replace(answer, url=held.original or shown.url, headers=shown.headers)
        return Recorded(url or shown.url, shown.at, as_it_was, reason=f"from {answer.url}")

    def _asked(self, held: Held) -> Answer:
        """The answer to the request for a capture: its raw bytes if the archive gives these. Raises ScraperError."""
        raw = self._archive.raw_address(held)
        if not self.rewritten or not held.address:
            answer = self._archive.asker.ask(raw)
            if (onward := _same_moment(raw, answer)) is not None:
                answer = self._archive.asker.ask(onward)
            if not held.address or raw == held.address or says_it_is_a_capture(answer):
                return answer
        plain = self._archive.asker.ask(held.address)
        self.rewritten = self.rewritten or says_it_is_a_capture(plain)
        return plain

    def _note(self, what: str, error: ScraperError) -> None:
        self.failed.append((what, str(error)))
        self._unanswered += isinstance(error, FetchError) and error.transient
        if self._unanswered >= _IN_A_ROW:
            self.stopped = FetchError(f"{self.name} does not answer: run the same command later for the rest.")


def _same_moment(asked: str, answer: Answer) -> str | None:
    """Where an archive's own redirect leads, if that is the same capture at another address of the archive; else None."""
    if says_it_is_a_capture(answer) or not 300 <= answer.status < 400 or not (to := answer.header("Location")):
        return None
    onward = address_linked(asked, to)
    return onward if stamp_in(asked) and stamp_in(asked) == stamp_in(onward) and onward != asked else None


def _filed_under(page: str, original: str) -> str:
    """The address of the page that a capture is filed under: the one asked for, if only the spelling differs."""
    if not original or not addresses.is_web(original):
        return page
    return page if leads(page, original) is Leads.SAME else original
