"""Up to where people have seen the changes: a bookmark for each name.

A bookmark is no moment: a capture may be imported years late, and a change that was seen once counts when it is confirmed. So it
keeps the newest visit, and the visits that were not judged for good by then: not in the history yet, to be confirmed, or
unchanged with a reason, which says that the next observation decides.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from pagewitness.archive.store.database import Sqlite


@dataclass(frozen=True, slots=True)
class SeenSoFar:
    """What somebody has seen.

    Attributes:
        visit_id: the newest visit then.
        undecided: visits that were not in the history yet, or not confirmed (JSON: ids).
        seen_at: when it was set.
    """

    visit_id: int
    undecided: str
    seen_at: str

    def is_new(self, visit_id: int) -> bool:
        """Whether what a visit brought came after it."""
        return visit_id > self.visit_id or visit_id in json.loads(self.undecided)


NOTHING_SEEN = SeenSoFar(0, "[]", "")


def bookmark(db: Sqlite, name: str) -> SeenSoFar | None:
    """The bookmark with a name, or None."""
    return db.one(SeenSoFar, "select visit_id, undecided, seen_at from bookmarks where name = :name", name=name)


_UNDECIDED = """
    select visit_id from fold_queue union
    select visit_id from observations where verdict = 'pending' and (observed_at, visit_id) > (
        select coalesce(max(observed_at), ''), coalesce(max(visit_id), 0) from current_revision
        where current_revision.page_id = observations.page_id) union
    select visit_id from observations where verdict = 'unchanged' and reason is not null
        and visit_id = (select visit_id from current_revision where current_revision.page_id = observations.page_id)"""


def here(db: Sqlite, at: str) -> SeenSoFar:
    """A bookmark at what the archive has now.

    Args:
        at: the present moment.
    """
    newest = db.value("select coalesce(max(id), 0) from visits")
    return SeenSoFar(newest, json.dumps(db.column(int, _UNDECIDED)), at)


def set_bookmark(db: Sqlite, name: str, mark: SeenSoFar) -> None:
    """Set the bookmark with a name; it never moves back."""
    db.execute(
        """insert into bookmarks (name, visit_id, undecided, seen_at) values (:name, :visit, :undecided, :at)
           on conflict (name) do update set visit_id = :visit, undecided = :undecided, seen_at = :at
           where visit_id <= :visit""",
        name=name,
        visit=mark.visit_id,
        undecided=mark.undecided,
        at=mark.seen_at,
    )


def bookmark_names(db: Sqlite) -> list[str]:
    """The names of all bookmarks."""
    return db.column(str, "select name from bookmarks order by name")
