"""When the lines of a page's revisions were visible: their presence, whatever the text of the page was at the time.

A line is present from the first credible observation that shows it to the first one that does not. An observation shows it
as a block, or with its words contiguous in the visible text (`ReadingView.shows`): a new border between blocks is no
absence. So membership, which is our opinion, neither begins nor ends a presence. If the page spells the line otherwise (a date,
a mail address), which is no change of its text, another wording of it comes (`line_store`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from pagewitness.archive.derived import block_range
from pagewitness.archive.fold import observing
from pagewitness.archive.fold.checkpoints import Key
from pagewitness.archive.fold.judgement import Shown
from pagewitness.archive.fold.line_store import LineStore, StoredLine, wording_key
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite

_KNOWN = """
    select id, form, kind, language, text,
        exists (select 1 from presence where block_id = blocks.id and until_at is null) as open
    from blocks where id between :first and :last"""


class _Known(NamedTuple):
    """A line of the page, and whether it is present (0 or 1)."""

    id: int
    form: str
    kind: str
    language: str | None
    text: str
    open: int


class PresenceWriter:
    """Writes the presence of a page's lines, observation after observation.

    Args:
        view: gives a reading, by its id.
        last: the reading of the last credible observation; None if the history is written from its beginning.
        store: keeps the page's lines.
    """

    def __init__(
        self,
        page: Page,
        cleaner: str,
        view: Callable[[int], ReadingView],
        last: int | None,
        store: tuple[Sqlite, LineStore],
    ) -> None:
        self._db, self._store = store
        self._page = page
        self._cleaner = cleaner
        self._view = view
        self._last = last
        self._anew = last is None
        self._seen: list[tuple[Key, int]] = []  # observations, with their readings

    def look(self, shown: Shown) -> None:
        """Take the next credible observation: lines that it shows again come, others go."""
        last, self._last = self._last, shown.reading
        if last not in (None, shown.reading):
            now = self._view(shown.reading)
            before = list(self._open.values())
            for line in before:
                if line.wording not in now.wordings and not now.shows(line.text):
                    self._close(line, shown)
            for wording in now.wordings & self._lines.keys():
                for line in list(self._lines[wording].values()):
                    self.begin(line, shown)
            for line in before:
                if line.id not in self._open:
                    self._reword(line, self._view(last), shown)
        self._seen.append(((shown.at, shown.visit), shown.reading))

    def _reword(self, line: StoredLine, last: ReadingView, shown: Shown) -> None:
        """Begin the wordings that have come in place of a line's; none of a running count, which has another one at each visit."""
        now = self._view(shown.reading)
        for at in now.places_alike(line.text, last):
            block = replace(now.blocks[at], kind=line.kind)
            if wording_key(block.text) not in last.wordings:
                self.begin(self._store.line(block, line.form, line.language), shown)

    def begin(self, line: StoredLine, shown: Shown) -> None:
        """Begin a line's presence at the last observation that was taken, unless it has begun: find its first moment.

        Args:
            line: in this wording.
            shown: that observation.
        """
        if line.id in self._open:
            return
        self._lines[line.wording][line.id] = line
        self._open[line.id] = line
        since = self._since(line.text, shown)
        self._db.execute(
            """insert into presence (block_id, since_visit, since_at) values (:block, :visit, :at)
               on conflict (block_id, since_visit) do update set until_visit = null, until_at = null""",
            block=line.id,
            visit=since[1],
            at=since[0],
        )

    def _since(self, text: str, shown: Shown) -> Key:
        """The first of the observations in a row, back from this one, that show a text."""
        since = shown.at, shown.visit
        for key, reading in self._before(since):
            if not self._view(reading).shows(text):
                break
            since = key
        return since

    def _before(self, key: Key) -> Iterator[tuple[Key, int]]:
        """The credible observations before a key, latest first."""
        for seen, reading in reversed(self._seen):
            if seen < key:
                yield seen, reading
        first = self._seen[0][0] if self._seen else key
        for one in observing.credible(self._db, self._page, self._cleaner, min(first, key)):
            yield (one.observed_at, one.visit_id), one.reading_id

    def _close(self, line: StoredLine, shown: Shown) -> None:
        del self._open[line.id]
        self._db.execute(
            """update presence set until_visit = :visit, until_at = :at where block_id = :block and until_at is null""",
            block=line.id,
            visit=shown.visit,
            at=shown.at,
        )

    @cached_property
    def _lines(self) -> dict[str, dict[int, StoredLine]]:
        """All lines of the page, by their wordings; looked up only if a page shows another reading."""
        found: dict[str, dict[int, StoredLine]] = defaultdict(dict)
        for line, _ in self._rows:
            found[line.wording][line.id] = line
        return found

    @cached_property
    def _open(self) -> dict[int, StoredLine]:
        """The lines that are present."""
        return {line.id: line for line, is_open in self._rows if is_open}

    @cached_property
    def _rows(self) -> list[tuple[StoredLine, bool]]:
        if self._anew:
            return []
        first, last = block_range(self._page.id)
        rows = self._db.all(_Known, _KNOWN, first=first, last=last)
        return [
            (StoredLine(row.id, row.form, wording_key(row.text), row.kind, row.language, row.text), bool(row.open))
            for row in rows
        ]
