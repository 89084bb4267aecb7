"""The four invariants of presence and membership, checked on an archive: what it says about the past is true.

1. No presence ends at an observation that shows the line.
2. No presence begins although the credible observation before shows the line.
3. What the diff of two neighbouring revisions calls removed or added is not on the other page at that place, nor as often if
   no more than once; and no diff is empty.
4. No revision has the text of the one before, and no unchanged observation another text than its revision. An order, or a
   line beside the text, that the next observation did not confirm is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pagewitness.archive import diff
from pagewitness.archive.fold import boilerplate, pooling
from pagewitness.archive.fold.comparer import Comparer
from pagewitness.archive.fold.comparison import Text
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.reading_view import ReadingView, running_words
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.counters import COUNTED
from pagewitness.archive.text.words import plain, tokens
from pagewitness.archive.views import comparing, history

_CREDIBLE = """
    select observed_at, credible.visit_id, verdict, credible.reason, revision, capture_readings.reading_id as reading
    from credible join capture_readings on capture_readings.capture_id = credible.capture_id and cleaner = :cleaner
    where page_id = :page order by observed_at, credible.visit_id"""


class PageHistory:
    """The history of a page, with all that each observation showed."""

    def __init__(self, db: Sqlite, page: Page) -> None:
        self.db, self.page = db, page
        cleaner = db.value("select cleaner from checkpoints where page_id = :page", page=page.id)
        self._texts = PageTexts(db)
        self._views: dict[int, ReadingView] = {}
        self.observations = db.rows(_CREDIBLE, page=page.id, cleaner=cleaner)
        repeated = boilerplate.repeated_on(db, page)
        membership = pooling.brought_up(db, page.id, cleaner, self._texts, repeated.keys)[0]
        self.comparer = Comparer(self.view, lambda: membership)

    def view(self, reading: int) -> ReadingView:
        if reading not in self._views:
            self._views[reading] = self._texts.view(reading)
        return self._views[reading]

    def presence(self) -> Iterator[tuple[int, str]]:
        """Breaches of the first two invariants."""
        order = {(row["observed_at"], row["visit_id"]): at for at, row in enumerate(self.observations)}
        rows = self.db.rows(
            """select text, since_at, since_visit, until_at, until_visit from presence join blocks on blocks.id = block_id
               where block_id >> 20 = :page""",
            page=self.page.id,
        )
        for row in rows:
            text = row["text"]
            start, end = order[row["since_at"], row["since_visit"]], order.get((row["until_at"], row["until_visit"]))
            if end is not None and self._shows(end, text):
                yield 1, f"{row['until_at'][:16]} {text[:80]}"
            if start and self._shows(start - 1, text):
                yield 2, f"{row['since_at'][:16]} {text[:80]}"

    def _shows(self, at: int, text: str) -> bool:
        return self.view(self.observations[at]["reading"]).shows(text)

    def diffs(self) -> Iterator[tuple[int, str]]:
        """Breaches of the third invariant."""
        for old, new in pairwise(history.revisions(self.db, self.page)):
            change = diff.compare(*(_lines(one) for one in comparing.compared_texts(self.db, old, new)))
            if change.empty:
                yield 3, f"r{new.number} differs in nothing from r{old.number}"
            views = [self.view(self._reading(one.number)).forms for one in (old, new)]
            before, after = (running_words(forms) for forms in views)
            for at, hunk in enumerate(change.hunks):
                text, had, has = (hunk.old, before, after) if hunk.change == "removed" else (hunk.new, after, before)
                form = running_words([plain(text or "")])
                if hunk.change not in ("removed", "added") or not tokens(form):
                    continue
                # A line that both pages show several times, such as "Yes", is judged at its place.
                several = min(had.count(form), has.count(form)) > 1
                if form in _place(change, at) or (not several and 0 < had.count(form) <= has.count(form)):
                    yield 3, f"r{new.number} {hunk.change}: {text}"[:110]

    def _reading(self, number: int) -> int:
        sql = "select reading_id from revisions where page_id = :page and number = :number"
        return int(self.db.value(sql, page=self.page.id, number=number))

    def texts(self) -> Iterator[tuple[int, str]]:
        """Breaches of the fourth invariant."""
        last: Text | None = None
        begun: Text | None = None
        for row in self.observations:
            reading = row["reading"]
            text = self.comparer.following(last, reading) if last else self.comparer.text(reading)
            if row["revision"] == row["visit_id"] or row["verdict"] == "returned":
                text = self.comparer.text(reading, text.inherited._replace(withheld=()))
            same = begun is not None and _words(begun, text.view) == _words(text, begun.view)
            if row["revision"] == row["visit_id"]:
                if same:
                    yield 4, f"{row['observed_at'][:16]} a revision with the text of the one before"
                begun = text
            elif row["verdict"] == "returned":
                begun = text
            elif begun is not None and not same and row["reason"] is None:
                more = set(text.forms) ^ set(begun.forms)
                yield 4, f"{row['observed_at'][:16]} unchanged, but: {sorted(more)[:2]}"[:160]
            if row["reason"] is None:
                last = text


def _words(text: Text, other: ReadingView) -> str:
    """A text as it is compared with what another observation showed."""
    forms = (text.view.shown(other)[at] for at in text.members)
    return running_words(form for form in forms if tokens(form) and not form.startswith(COUNTED))


def _place(change: diff.Change, at: int) -> str:
    """What the other page shows between the same neighbours of a hunk, in words."""
    same = [number for number, hunk in enumerate(change.hunks) if hunk.change == "same"]
    start = max((number for number in same if number < at), default=-1)
    stop = min((number for number in same if number > at), default=len(change.hunks))
    removed = change.hunks[at].change == "removed"
    texts = ((hunk.new if removed else hunk.old) or "" for hunk in change.hunks[start + 1 : stop])
    return running_words([plain(part) for text in texts for part in text.splitlines()])


def _lines(blocks: list[Any]) -> list[diff.Line]:
    return [(block.kind, block.text) for block in blocks]


def breaches(db: Sqlite, page: Page) -> Iterator[tuple[int, str]]:
    """Each breach in the history of a page, with the number of its invariant."""
    found = PageHistory(db, page)
    for check in (found.presence, found.diffs, found.texts):
        yield from check()
