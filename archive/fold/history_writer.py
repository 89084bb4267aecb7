"""The rows that the fold writes: observations, revisions, lines and presence of one page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pagewitness.archive.derived import Verdict, block_range
from pagewitness.archive.fold.judgement import Judged, State
from pagewitness.archive.fold.line_store import LineStore
from pagewitness.archive.fold.presence import PresenceWriter
from pagewitness.archive.fold.reading_view import ReadingView, line_key
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words

_WRITE_OBSERVATION = """
    insert into observations (visit_id, page_id, observed_at, capture_id, verdict, reason, state, revision)
    values (:visit, :page, :at, :capture, :verdict, :reason, :state, :revision)
    on conflict (visit_id) do update set verdict = :verdict, reason = :reason, state = :state, revision = :revision"""

_SET_KIND = "select encodings from capture_readings where capture_id = :capture and cleaner = :cleaner"

_INSERT_REVISION = """
    insert into revisions (visit_id, page_id, capture_id, captured_at, number, cause, cleaner, reading_id, title,
        words, digest, blocks)
    values (:visit, :page, :capture, :at, :number, :cause, :cleaner, :reading, :title, :words, :digest, :blocks)"""


class _Read(NamedTuple):
    """What a reading says about its page."""

    title: str | None
    language: str | None
    cleaner: str


def erase(db: Sqlite, page: Page) -> None:
    """Delete a page's history, to be written again. Its lines stay until that is done, so that they keep their ids."""
    first, last = block_range(page.id)
    db.execute("delete from presence where block_id between :first and :last", first=first, last=last)
    for table in ("observations", "revisions", "checkpoints", "listed", "listed_upto"):
        db.execute(f"delete from {table} where page_id = :page", page=page.id)


class HistoryWriter:
    """Writes one page's derived rows, for one fold inside one transaction.

    Args:
        view: gives a reading, by its id.
        state: with which the fold begins.

    Attributes:
        moved: whether another text may be current than before.
    """

    def __init__(self, db: Sqlite, page: Page, cleaner: str, view: Callable[[int], ReadingView], state: State) -> None:
        self._db = db
        self._page = page
        self._cleaner = cleaner
        self._view = view
        self._judged: dict[int, Judged] = {}
        self._anew = state.base is None
        last = state.awaited.reading if state.awaited else state.base.reading if state.base else None
        self._lines = LineStore(db, page, whole=self._anew)
        self._presence = PresenceWriter(page, cleaner, view, last, (db, self._lines))
        self._looked: set[int] = {state.awaited.visit} if state.awaited else set()
        self.moved = self._anew

    def enter(self, judged: Iterable[Judged]) -> None:
        """Add verdicts in the order of the fold; a later one on the same observation replaces an earlier one."""
        for one in judged:
            self._judged[one.shown.visit] = one
            if one.verdict.credible and one.shown.visit not in self._looked:
                self._looked.add(one.shown.visit)
                self._presence.look(one.shown)
            if one.cause is not None:
                self._begin(one)
            self.moved |= one.verdict is Verdict.RETURNED

    def close(self) -> None:
        """Write the observations, and the page's title and kind."""
        self._db.many(
            _WRITE_OBSERVATION,
            (
                {
                    "visit": one.shown.visit,
                    "page": self._page.id,
                    "at": one.shown.at,
                    "capture": one.shown.capture,
                    "verdict": one.verdict,
                    "reason": one.reason,
                    "state": one.shown.state,
                    "revision": one.revision,
                }
                for one in self._judged.values()
            ),
        )
        if self._anew:
            first, last = block_range(self._page.id)
            self._db.execute(
                """delete from blocks where id between :first and :last
                   and not exists (select 1 from presence where block_id = blocks.id)""",
                first=first,
                last=last,
            )
        if self.moved:
            self._name_page()
        self._set_kind()

    def _set_kind(self) -> None:
        """A page is a PDF if its last credible capture is one or, without a credible one, if its last capture is."""
        judged = [one for one in self._judged.values() if one.verdict.credible]
        if not judged and not self._db.value("select 1 from revisions where page_id = :page", page=self._page.id):
            judged = list(self._judged.values())
        if not judged or self._page.kind == "boilerplate":
            return
        encodings = self._db.value(
            _SET_KIND,
            capture=max(judged, key=lambda one: (one.shown.at, one.shown.visit)).shown.capture,
            cleaner=self._cleaner,
        )
        kind = "pdf" if encodings and json.loads(encodings).get("format") == "pdf" else "html"
        self._db.execute(
            "update pages set kind = :kind where id = :page and kind <> :kind", kind=kind, page=self._page.id
        )

    def _name_page(self) -> None:
        """A page's title is that of its newest credible observation that has one."""
        self._db.execute(
            """update pages set title = (
                   select revisions.title from credible join revisions on revisions.visit_id = revision
                   where credible.page_id = :page and revisions.title is not null
                   order by observed_at desc, credible.visit_id desc limit 1) where id = :page""",
            page=self._page.id,
        )

    # --- revisions ----------------------------------------------------------------------------------------------------

    def _begin(self, one: Judged) -> None:
        """Begin a revision."""
        self.moved = True
        reading = self._db.one(
            _Read, "select title, language, cleaner from readings where id = :id", id=one.shown.reading
        )
        assert reading is not None
        view = self._view(one.shown.reading)
        lines = []
        for at in one.members:
            block = view.blocks[at]
            form = line_key(view.forms[at] or words.plain(block.text))
            lines.append(self._lines.line(block, form, block.language or reading.language))
            self._presence.begin(lines[-1], one.shown)
        in_order = [line.text for line in lines]
        self._db.execute(
            _INSERT_REVISION,
            visit=one.shown.visit,
            page=self._page.id,
            capture=one.shown.capture,
            at=one.shown.at,
            number=one.number,
            cause=one.cause,
            cleaner=reading.cleaner,
            reading=one.shown.reading,
            title=reading.title,
            words=words.count_words(in_order),
            digest=words.digest_of("\n".join(in_order)),
            blocks=json.dumps([line.id for line in lines]),
        )
