"""Compare two histories of one page, made by two cleaners: what `reclean` changes.

A revision begins at an observation. Two histories of the same visits agree on a revision if both have one that begins at that
observation, with the same text and cause. Otherwise the revision has another *text* or another *cause*, or it is *gone* or
*new*; and the current texts at that observation are compared.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pagewitness.archive.derived import block_range
from pagewitness.archive.diff import Line
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite

Key = tuple[str, int]  # (observed_at, visit_id)


@dataclass(frozen=True, slots=True)
class RevisionKey:
    """A revision of a history.

    Attributes:
        visit: the observation that began it.
        at: the time of that observation.
        digest: of its text.
        blocks: the ids of its blocks.
    """

    visit: int
    at: str
    number: int
    cause: str
    digest: str
    title: str | None
    blocks: tuple[int, ...]


@dataclass(frozen=True)
class History:
    """One history of a page.

    Attributes:
        revisions: its revisions, by the observations that began them.
        transitions: when each revision became current, in order.
        lines: gives the blocks of a revision; of None, the time before the first, an empty list.
    """

    revisions: dict[int, RevisionKey]
    transitions: list[tuple[Key, int]]
    lines: Callable[[RevisionKey | None], list[Line]]

    def current_at(self, key: Key) -> RevisionKey | None:
        """The current revision at an observation."""
        at = bisect_right(self.transitions, key, key=lambda transition: transition[0])
        return self.revisions[self.transitions[at - 1][1]] if at else None


@dataclass(frozen=True, slots=True)
class HistoryDifference:
    """A revision on which two histories do not agree.

    Attributes:
        what: `text`, `cause`, `gone` or `new`.
        revision: as in the new history; as in the old one if it is gone.
        old, new: the current revision of each history at the observation that began it.
    """

    what: str
    revision: RevisionKey
    old: RevisionKey | None
    new: RevisionKey | None


class _Revised(NamedTuple):
    """A `RevisionKey`; its blocks are a JSON list."""

    visit: int
    at: str
    number: int
    cause: str
    digest: str
    title: str | None
    blocks: str


class _Transition(NamedTuple):
    """An observation at which another revision became current."""

    observed_at: str
    visit_id: int
    revision: int


class _Block(NamedTuple):
    id: int
    kind: str
    text: str


class _Line(NamedTuple):
    kind: str
    text: str


def history_of(db: Sqlite, page: Page, *, keep: bool = False) -> History:
    """The history of a page in an archive.

    Args:
        keep: hold its texts in memory (each block once), because the history is about to be rewritten.
    """
    rows = db.all(
        _Revised,
        """select visit_id as visit, captured_at as at, number, cause, digest, title, blocks
           from revisions where page_id = :page""",
        page=page.id,
    )
    revisions = {row.visit: RevisionKey(*row[:-1], tuple(json.loads(row.blocks))) for row in rows}
    transitions = [
        ((row.observed_at, row.visit_id), row.revision)
        for row in db.all(
            _Transition,
            """select observed_at, visit_id, revision from (
                   select observed_at, visit_id, revision, lag(revision) over (order by observed_at, visit_id) as last
                   from credible where page_id = :page)
               where revision is not last order by observed_at, visit_id""",
            page=page.id,
        )
    ]
    return History(revisions, transitions, _kept(db, page) if keep else lambda revision: _looked_up(db, revision))


def differences(old: History, new: History) -> Iterator[HistoryDifference]:
    """The revisions on which two histories of the same visits do not agree, oldest first."""
    begun = {**old.revisions, **new.revisions}
    for visit, revision in sorted(begun.items(), key=lambda one: (one[1].at, one[0])):
        before, after = old.revisions.get(visit), new.revisions.get(visit)
        if before is None or after is None:
            what = "new" if before is None else "gone"
        elif before.digest != after.digest:
            what = "text"
        elif before.cause != after.cause:
            what = "cause"
        else:
            continue
        key = revision.at, visit
        yield HistoryDifference(what, revision, old.current_at(key), new.current_at(key))


def either(old: History, new: History) -> int:
    """The number of revisions in either history or both."""
    return len(old.revisions.keys() | new.revisions.keys())


def _looked_up(db: Sqlite, revision: RevisionKey | None) -> list[Line]:
    rows = db.all(
        _Line,
        "select kind, text from json_each(:ids) join blocks on blocks.id = value order by key",
        ids=json.dumps(revision.blocks if revision else []),
    )
    return list(rows)


def _kept(db: Sqlite, page: Page) -> Callable[[RevisionKey | None], list[Line]]:
    first, last = block_range(page.id)
    sql = "select id, kind, text from blocks where id between :first and :last"
    texts = {row.id: (row.kind, row.text) for row in db.all(_Block, sql, first=first, last=last)}
    return lambda revision: [texts[block] for block in revision.blocks] if revision else []
