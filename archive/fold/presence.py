"""When the lines of a page's revisions were visible: their presence, whatever the text of the page was at the time.

A line is present from the first credible observation that shows it to the first one that does not. An observation shows it
as a block, or with its words contiguous in the visible text (`ReadingView.contains`): a new border between blocks is no
absence. So membership, which is our opinion, neither begins nor ends a presence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from pagewitness.archive.derived import block_range
from pagewitness.archive.fold import observing
from pagewitness.archive.fold.checkpoints import Key
from pagewitness.archive.fold.judgement import Shown
from pagewitness.archive.fold.reading_view import ReadingView, line_key
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import plain

_KNOWN = """
    select id, form, exists (select 1 from presence where block_id = blocks.id and until_at is null) as open
    from blocks where id between :first and :last"""


class _Known(NamedTuple):
    """A line of the page, the key of its form, and whether it is present (0 or 1)."""

    id: int
    form: str
    open: int


class _Worded(NamedTuple):
    """The key of a line's form, and its text."""

    form: str
    text: str


class PresenceWriter:
    """Writes the presence of a page's lines, observation after observation.

    Args:
        view: gives a reading, by its id.
        last: the reading of the last credible observation; None if the history is written from its beginning.
    """

    def __init__(
        self, db: Sqlite, page: Page, cleaner: str, view: Callable[[int], ReadingView], last: int | None
    ) -> None:
        self._db = db
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
            for line in [line for line, form in self._open.items() if form not in now.form_keys]:
                if not now.contains(self._form_of(line)):
                    self._close(line, shown)
            for form in now.form_keys & self._lines.keys():
                for line in self._lines[form] - self._open.keys():
                    self.begin(line, form, shown)
        self._seen.append(((shown.at, shown.visit), shown.reading))

    def begin(self, line: int, form: str, shown: Shown) -> None:
        """Begin a line's presence at the last observation that was taken, unless it has begun: find its first moment.

        Args:
            line: the id of its block.
            form: the key of its form.
            shown: that observation.
        """
        if line in self._open:
            return
        self._lines[form].add(line)
        self._open[line] = form
        since = self._since(self._form_of(line), shown)
        self._db.execute(
            """insert into presence (block_id, since_visit, since_at) values (:block, :visit, :at)
               on conflict (block_id, since_visit) do update set until_visit = null, until_at = null""",
            block=line,
            visit=since[1],
            at=since[0],
        )

    def _since(self, form: str, shown: Shown) -> Key:
        """The first of the observations in a row, back from this one, that show a form."""
        since = shown.at, shown.visit
        for key, reading in self._before(since):
            if not self._view(reading).contains(form):
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

    def _close(self, line: int, shown: Shown) -> None:
        del self._open[line]
        self._db.execute(
            """update presence set until_visit = :visit, until_at = :at where block_id = :block and until_at is null""",
            block=line,
            visit=shown.visit,
            at=shown.at,
        )

    def _form_of(self, line: int) -> str:
        """The form of a line; empty for one with a running count, which only a whole block can show."""
        known = self._db.one(_Worded, "select form, text from blocks where id = :id", id=line)
        assert known is not None
        form = plain(known.text)
        return form if line_key(form) == known.form else ""

    @cached_property
    def _lines(self) -> dict[str, set[int]]:
        """All lines of the page, by the keys of their forms; looked up only if a page shows another reading."""
        found: dict[str, set[int]] = defaultdict(set)
        for row in self._rows:
            found[row.form].add(row.id)
        return found

    @cached_property
    def _open(self) -> dict[int, str]:
        """The lines that are present, with the keys of their forms."""
        return {row.id: row.form for row in self._rows if row.open}

    @cached_property
    def _rows(self) -> list[_Known]:
        first, last = block_range(self._page.id)
        return [] if self._anew else self._db.all(_Known, _KNOWN, first=first, last=last)
