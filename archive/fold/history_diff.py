"""Two histories of one page, as two cleaners give them, compared: what `reclean` says that it changes.

A revision begins at a observation. Two histories of the same visits agree on a revision when both have one that begins at that
observation, with the same text and the same cause. Where they do not, one of four things is said of it: another *text*, another
*cause*, or that it is *gone* or *new*; and how the text in force at that observation differs.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pagewitness.archive.model import Page, block_range
from pagewitness.archive.store.database import Sqlite

Piece = tuple[str, str]  # (kind, text) of a block
Key = tuple[str, int]  # (observed_at, visit_id)


@dataclass(frozen=True, slots=True)
class Stage:
    """A revision of a history.

    Attributes:
        visit: the observation that began it.
        at: when that was.
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
        stages: its revisions, by the observations that began them.
        turns: when which of them came into force, in order.
        pieces: the blocks of a stage; none of None, which stands for the time before the first.
    """

    stages: dict[int, Stage]
    turns: list[tuple[Key, int]]
    pieces: Callable[[Stage | None], list[Piece]]

    def in_force(self, key: Key) -> Stage | None:
        """The revision in force at a observation."""
        at = bisect_right(self.turns, key, key=lambda turn: turn[0])
        return self.stages[self.turns[at - 1][1]] if at else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One revision on which two histories do not agree.

    Attributes:
        what: `text`, `cause`, `gone` or `new`.
        stage: it, as the new history has it; as the old one had it, where it is gone.
        old, new: what was and is in force at the observation that began it.
    """

    what: str
    stage: Stage
    old: Stage | None
    new: Stage | None


def of(db: Sqlite, page: Page, *, keep: bool = False) -> History:
    """The history that an archive has of a page.

    Args:
        keep: hold its texts in memory (each block once), since it is about to be written anew.
    """
    rows = db.rows(
        """select visit_id as visit, captured_at as at, number, cause, digest, title, blocks
           from revisions where page_id = :page""",
        page=page.id,
    )
    stages = {row["visit"]: Stage(**{**dict(row), "blocks": tuple(json.loads(row["blocks"]))}) for row in rows}
    turns = [
        ((row[0], row[1]), row[2])
        for row in db.rows(
            """select observed_at, visit_id, revision from (
                   select observed_at, visit_id, revision, lag(revision) over (order by observed_at, visit_id) as last
                   from credible where page_id = :page)
               where revision is not last order by observed_at, visit_id""",
            page=page.id,
        )
    ]
    return History(stages, turns, _kept(db, page) if keep else lambda stage: _looked_up(db, stage))


def differences(old: History, new: History) -> Iterator[Difference]:
    """The revisions on which two histories of the same visits do not agree, oldest first."""
    begun = {**old.stages, **new.stages}
    for visit, stage in sorted(begun.items(), key=lambda one: (one[1].at, one[0])):
        before, after = old.stages.get(visit), new.stages.get(visit)
        if before is None or after is None:
            what = "new" if before is None else "gone"
        elif before.digest != after.digest:
            what = "text"
        elif before.cause != after.cause:
            what = "cause"
        else:
            continue
        key = stage.at, visit
        yield Difference(what, stage, old.in_force(key), new.in_force(key))


def either(old: History, new: History) -> int:
    """How many revisions one history or the other has."""
    return len(old.stages.keys() | new.stages.keys())


def _looked_up(db: Sqlite, stage: Stage | None) -> list[Piece]:
    rows = db.rows(
        "select kind, text from json_each(:ids) join blocks on blocks.id = value order by key",
        ids=json.dumps(stage.blocks if stage else []),
    )
    return [(row[0], row[1]) for row in rows]


def _kept(db: Sqlite, page: Page) -> Callable[[Stage | None], list[Piece]]:
    first, last = block_range(page.id)
    rows = db.rows("select id, kind, text from blocks where id between :first and :last", first=first, last=last)
    texts = {row[0]: (row[1], row[2]) for row in rows}
    return lambda stage: [texts[block] for block in stage.blocks] if stage else []
