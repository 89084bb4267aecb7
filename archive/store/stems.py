"""The index of stems, rebuilt when the stemmer's version changes: another version may give other stems."""

from __future__ import annotations

from dataclasses import dataclass

from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words

AT_ONCE = 500  # blocks: a write transaction stays short


@dataclass(frozen=True, slots=True)
class _State:
    """The stemmer that made the stems, and the last block that it made them for; `done` is null once all have them."""

    version: str
    done: int | None


@dataclass(frozen=True, slots=True)
class _Block:
    id: int
    text: str
    language: str | None
    stems: str


def _state(db: Sqlite) -> _State:
    state = db.one(_State, "select version, done from stemmer")
    assert state is not None
    return state


def bring_up_to_date(db: Sqlite) -> None:
    """Rebuild the stems of all blocks if another version of the stemmer made them.

    It works in short transactions and, after an interruption, continues from there.
    """
    version = words.stemmer_version()
    state = _state(db)
    if state.version == version and state.done is None:
        return
    while _step(db, version):
        pass


_STEP = "select id, text, language, stems from blocks where id > :done order by id limit :most"


def _step(db: Sqlite, version: str) -> bool:
    """Rebuild the stems of some blocks; True if there may be more."""
    with db.transaction():
        state = _state(db)
        done = state.done if state.version == version else 0
        if done is None:
            return False
        rows = db.all(_Block, _STEP, done=done, most=AT_ONCE)
        made = ({"id": row.id, "old": row.stems, "stems": words.stem_keys(row.text, row.language)} for row in rows)
        db.many("update blocks set stems = :stems where id = :id", (one for one in made if one["stems"] != one["old"]))
        last = rows[-1].id if len(rows) == AT_ONCE else None
        db.execute("update stemmer set version = :version, done = :done", version=version, done=last)
    return last is not None
