"""The texts of a page's lines and their places: stored once, and looked up for its readings."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from pagewitness.archive.derived import VisibleBlock
from pagewitness.archive.fold import layout
from pagewitness.archive.fold.layout import Standing
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words


def keep_groups(db: Sqlite, page_id: int, standings: Collection[Standing]) -> dict[Standing, int]:
    """Store the places of lines on a page. Returns the ids of all places of its lines, old ones included."""
    db.many(
        """insert into line_groups (page_id, kind, zone, path) values (:page, :kind, :zone, :path)
           on conflict (page_id, kind, zone, path) do nothing""",
        ({"page": page_id, **one._asdict()} for one in sorted(standings)),
    )
    rows = db.all(_Group, "select id, kind, zone, path from line_groups where page_id = :page", page=page_id)
    return {Standing(*row[1:]): row.id for row in rows}


def keep_lines(db: Sqlite, page_id: int, texts: Iterable[str]) -> dict[str, int]:
    """Store the texts of lines of a page, each once. Returns their ids."""
    digests = {text: words.digest_of(text)[:32] for text in texts}
    rows = [{"page": page_id, "digest": digest, "text": text} for text, digest in digests.items()]
    db.many(
        "insert into lines (page_id, digest, text) values (:page, :digest, :text) on conflict (page_id, digest) do nothing",
        rows,
    )
    ids = db.mapping(
        str,
        int,
        "select digest, id from lines where page_id = :page and digest in (select value from json_each(:digests))",
        page=page_id,
        digests=json.dumps(list(digests.values())),
    )
    return {text: ids[digest] for text, digest in digests.items()}


def stored_blocks(db: Sqlite, reading_id: int) -> list[VisibleBlock]:
    """The visible blocks of a reading, in order."""
    stored = db.value("select layout from readings where id = :id", id=reading_id)
    assert stored is not None
    return PageTexts(db).blocks(stored)


_ONE_OF = "id in (select value from json_each(:ids))"


class _Group(NamedTuple):
    """A row of `line_groups`: its id, and a `Standing`."""

    id: int
    kind: str
    zone: str
    path: str


class _Laid(NamedTuple):
    """The layout of a reading, and the title of its page."""

    layout: bytes
    title: str | None


class PageTexts:
    """The texts of lines and their places, each looked up once: the readings of a page share most of them."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db
        self._texts: dict[int, str] = {}
        self._groups: dict[int, Standing] = {}

    def blocks(self, stored: bytes) -> list[VisibleBlock]:
        """The blocks of a reading, given its layout."""
        if unknown := _unknown(self._texts, layout.line_ids(stored)):
            sql = f"select id, text from lines where {_ONE_OF}"
            self._texts |= self._db.mapping(int, str, sql, ids=unknown)
        if unknown := _unknown(self._groups, layout.group_ids(stored)):
            sql = f"select id, kind, zone, path from line_groups where {_ONE_OF}"
            self._groups |= {row.id: Standing(*row[1:]) for row in self._db.all(_Group, sql, ids=unknown)}
        return layout.unpacked(stored, self._texts, self._groups)

    def view(self, reading_id: int) -> ReadingView:
        """A reading prepared for comparison."""
        row = self._db.one(_Laid, "select layout, title from readings where id = :id", id=reading_id)
        assert row is not None
        return ReadingView(self.blocks(row.layout), row.title, layout.line_ids(row.layout))


def _unknown(known: Mapping[int, object], ids: Iterable[int]) -> str:
    """The ids that are not known, as JSON; empty if all are."""
    unknown = sorted(set(ids) - known.keys())
    return json.dumps(unknown) if unknown else ""
