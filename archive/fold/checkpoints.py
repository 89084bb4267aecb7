"""Checkpoints: the fold's state after the last observation of a page, from which it continues."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from pagewitness.archive.fold.comparison import Inherited
from pagewitness.archive.fold.judge import JUDGE
from pagewitness.archive.fold.judgement import Base, KnownText, Shown, State
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite

Key = tuple[str, int]  # (observed_at, visit_id): the order of history
BEGINNING: Key = ("", 0)


class _Saved(NamedTuple):
    """A checkpoint: the key of an observation, and the state after it (JSON)."""

    observed_at: str
    visit_id: int
    state: str


def restart(db: Sqlite, page: Page) -> tuple[Key, State]:
    """Where the fold of a page stopped: the key of its last observation and the state after it, or the beginning."""
    row = db.one(_Saved, "select observed_at, visit_id, state from checkpoints where page_id = :page", page=page.id)
    return (BEGINNING, State()) if row is None else ((row.observed_at, row.visit_id), _state(row.state))


class Made(NamedTuple):
    """What a history was made from.

    Attributes:
        revisions: their number.
        cleaner: whose readings it was made from; None if there is no history yet.
        boilerplate: the digest of what was no member.
        judge: the version (`judge.JUDGE`) of the judge that made it.
    """

    revisions: int
    cleaner: str | None
    boilerplate: str
    judge: str | None


def made(db: Sqlite, page: Page) -> Made:
    """What a page's history was made from."""
    found = db.one(
        Made,
        """select (select count(*) from revisions where page_id = :page) as revisions, cleaner,
               coalesce(boilerplate, '') as boilerplate, json_extract(state, '$.judge') as judge
           from (select 1) left join (select cleaner, boilerplate, state from checkpoints where page_id = :page)""",
        page=page.id,
    )
    assert found is not None
    return found


def set_cleaner(db: Sqlite, page: Page, cleaner: str) -> None:
    """Record this cleaner as the one whose readings made a page's history; its readings are the same (`readings.reads_alike`)."""
    db.execute("update checkpoints set cleaner = :cleaner where page_id = :page", page=page.id, cleaner=cleaner)
    db.execute("update votes set cleaner = :cleaner where page_id = :page", page=page.id, cleaner=cleaner)


_SAVE = """
    insert into checkpoints (page_id, observed_at, visit_id, cleaner, boilerplate, state)
    values (:page, :at, :visit, :cleaner, :boilerplate, :state)
    on conflict (page_id) do update set observed_at = :at, visit_id = :visit, cleaner = :cleaner,
        boilerplate = :boilerplate, state = :state"""


def save(db: Sqlite, page: Page, key: Key, state: State, made_from: tuple[str, str]) -> None:
    """Store the state after the last observation.

    Args:
        key: of that observation.
        made_from: the cleaner whose readings count, and the digest of the boilerplate.
    """
    cleaner, boilerplate = made_from
    db.execute(
        _SAVE,
        page=page.id,
        at=key[0],
        visit=key[1],
        cleaner=cleaner,
        boilerplate=boilerplate,
        state=_written(state),
    )


def _written(state: State) -> str:
    """A state as JSON (`dataclasses.asdict` would take most of the time of a 304)."""

    def written(part: KnownText | Shown | Base | None) -> dict[str, object] | None:
        return None if part is None else {name: getattr(part, name) for name in part.__slots__}

    return json.dumps(
        {
            "text": written(state.text),
            "before": [written(earlier) for earlier in state.before],
            "pending": [written(shown) for shown in state.pending],
            "base": written(state.base),
            "awaited": written(state.awaited),
            "number": state.number,
            "judge": JUDGE,
        }
    )


def _state(text: str) -> State:
    fields: dict[str, Any] = json.loads(text)
    base = fields["base"]
    return State(
        text=KnownText(**fields["text"]) if fields["text"] else None,
        before=tuple(KnownText(**known) for known in fields["before"]),
        pending=tuple(Shown(**shown) for shown in fields["pending"]),
        base=Base(base["capture"], base["reading"], Inherited(*map(tuple, base["inherited"]))) if base else None,
        awaited=Shown(**fields["awaited"]) if fields["awaited"] else None,
        number=fields["number"],
    )
