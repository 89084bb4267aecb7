"""Answers what the judge asks about texts and readings (`judgement.Comparing`), from an archive."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from pagewitness.archive.fold import comparison, editions, membership, readings
from pagewitness.archive.fold.boilerplate import Repeated
from pagewitness.archive.fold.comparison import ReadingView
from pagewitness.archive.fold.judgement import Text
from pagewitness.archive.fold.stand_in import is_stand_in, stands_in_document
from pagewitness.archive.store.database import Sqlite


class Comparer:
    """Compares the readings of an archive; each is looked up once while it is needed."""

    def __init__(self, db: Sqlite, repeated: Repeated) -> None:
        self._db = db
        self._repeated = repeated
        self._seen = lru_cache(maxsize=128)(lambda reading: ReadingView(readings.stored_blocks(db, reading)))
        self._accepted = lru_cache(maxsize=16)(self._with_accepted)
        self._changed = lru_cache(maxsize=1024)(self._is_changed)

    def kept(self, text: Text, new: int) -> float:
        return comparison.kept(self._view(text), self._seen(new))

    def changed(self, text: Text, base: int, new: int) -> bool:
        return self._changed(text.reading, text.accepted, base, new)

    def emptied(self, text: Text, base: int, new: int) -> bool:
        view, before, shown = self._view(text), self._seen(base), self._seen(new)
        document = [(block.kind, form) for form, block in view.lines if stands_in_document(block)]
        frame = {form for one in (view, before) for form, block in one.lines if not stands_in_document(block)}
        return comparison.emptied(view, before, shown) or is_stand_in(document, frame, shown.normal_forms)

    def edition(self, text: Text, new: int) -> bool:
        return editions.is_edition(
            editions.Titled(self._title(text.reading), self._view(text)),
            editions.Titled(self._title(new), self._seen(new)),
        )

    def accepted(self, text: Text, base: int, new: int) -> tuple[int, ...] | None:
        return membership.accepted(self._view(text), self._seen(base), self._seen(new))

    def _view(self, text: Text) -> ReadingView:
        return self._accepted(text.reading, text.accepted)

    def _with_accepted(self, reading: int, accepted: tuple[int, ...] | None) -> ReadingView:
        seen = self._seen(reading)
        if accepted is None:
            return seen
        marked = set(accepted)
        return ReadingView([replace(block, document=at in marked) for at, block in enumerate(seen.blocks)])

    def _title(self, reading: int) -> str | None:
        title: str | None = self._db.value("select title from readings where id = :id", id=reading)
        return title

    def _is_changed(self, reading: int, accepted: tuple[int, ...] | None, base: int, new: int) -> bool:
        text = self._accepted(reading, accepted)
        return comparison.changed(text, self._seen(base), self._seen(new), self._repeated.lines)


class ListComparer(Comparer):
    """Compares lists of boilerplate: we wrote them, so they are credible and every line that differs counts."""

    def kept(self, text: Text, new: int) -> float:
        return 1.0

    def edition(self, text: Text, new: int) -> bool:
        return False

    def accepted(self, text: Text, base: int, new: int) -> tuple[int, ...] | None:
        return None

    def _is_changed(self, reading: int, accepted: tuple[int, ...] | None, base: int, new: int) -> bool:
        return self._seen(base).document != self._seen(new).document
