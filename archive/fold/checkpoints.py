"""Checkpoints: the fold's state after some observations, from which it can continue."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from pagewitness.archive.fold.history_writer import BEGINNING, Key
from pagewitness.archive.fold.judge import JUDGE
from pagewitness.archive.fold.judgement import Shown, State, Text
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite

BETWEEN = 64  # observations


_RESTART = """
    select observed_at, visit_id, state from checkpoints
    where page_id = :page and (observed_at, visit_id) < (:at, :visit) order by observed_at desc, visit_id desc limit 1"""


def restart(db: Sqlite, page: Page, key: Key) -> tuple[Key, State]:
    """The last checkpoint before a key, or the beginning."""
    row = db.row(_RESTART, page=page.id, at=key[0], visit=key[1])
    return (BEGINNING, State()) if row is None else ((row["observed_at"], row["visit_id"]), _state(row["state"]))


class Made(NamedTuple):
    """What a history was made from; the same for all its checkpoints.

    Attributes:
        revisions: their number.
        cleaner: whose readings it was made from; None if there is no history yet.
        boilerplate: the digest of what was masked.
        judge: the version (`judge.JUDGE`) of the judge that made it.
    """

    revisions: int
    cleaner: str | None
    boilerplate: str
    judge: str | None


def made(db: Sqlite, page: Page) -> Made:
    """What a page's history was made from."""
    row = db.row(
        """select (select count(*) from revisions where page_id = :page), cleaner, coalesce(boilerplate, ''),
               json_extract(state, '$.judge')
           from (select 1) left join (select cleaner, boilerplate, state from checkpoints where page_id = :page limit 1)""",
        page=page.id,
    )
    return Made(*row)


def set_cleaner(db: Sqlite, page: Page, cleaner: str) -> None:
    """Record this cleaner as the one whose readings made a page's history; its readings are the same (`readings.reads_alike`)."""
    db.execute("update checkpoints set cleaner = :cleaner where page_id = :page", page=page.id, cleaner=cleaner)


_DELETE = "delete from checkpoints where page_id = :page and observed_at = :at and visit_id = :visit"

_INSERT = """
    insert into checkpoints (page_id, observed_at, visit_id, cleaner, boilerplate, state)
    values (:page, :at, :visit, :cleaner, :boilerplate, :state)"""


def save_states(db: Sqlite, page: Page, cleaner: str, boilerplate: str, states: dict[Key, State]) -> None:
    """Store states made from a cleaner's readings and boilerplate with this digest."""
    if not states:
        return
    # The last checkpoint is replaced if it is close to the one before it.
    latest = db.rows(
        "select observed_at, visit_id from checkpoints where page_id = :page order by observed_at desc, visit_id desc limit 2",
        page=page.id,
    )
    if latest and _observations_after(db, page, tuple(latest[1]) if len(latest) > 1 else BEGINNING) < BETWEEN:
        db.execute(_DELETE, page=page.id, at=latest[0][0], visit=latest[0][1])
    db.many(
        _INSERT,
        (
            {
                "page": page.id,
                "at": at,
                "visit": visit,
                "cleaner": cleaner,
                "boilerplate": boilerplate,
                "state": _written(state),
            }
            for (at, visit), state in states.items()
        ),
    )


_OBSERVATIONS_AFTER = """
    select count(*) from (select 1 from observations
    where page_id = :page and observed_at >= :at and (observed_at, visit_id) > (:at, :visit) limit :limit)"""


def _observations_after(db: Sqlite, page: Page, key: Key) -> int:
    """The number of observations after a key, counted up to the distance of checkpoints."""
    found: int = db.value(_OBSERVATIONS_AFTER, page=page.id, at=key[0], visit=key[1], limit=BETWEEN)
    return found


def _written(state: State) -> str:
    """A state as JSON (`dataclasses.asdict` would take most of the time of a 304)."""

    def written(part: Text | Shown) -> dict[str, object]:
        return {name: getattr(part, name) for name in part.__slots__}

    text = written(state.text) if state.text else None
    before = [written(earlier) for earlier in state.before]
    pending = [written(shown) for shown in state.pending]
    return json.dumps(
        {
            "text": text,
            "before": before,
            "pending": pending,
            "base": state.base,
            "number": state.number,
            "base_reading": state.base_reading,
            "judge": JUDGE,
        }
    )


def _state(text: str) -> State:
    fields = json.loads(text)
    return State(
        text=_text(fields["text"]) if fields["text"] else None,
        before=tuple(map(_text, fields["before"])),
        pending=tuple(Shown(**shown) for shown in fields["pending"]),
        base=fields["base"],
        number=fields["number"],
        base_reading=fields["base_reading"],
    )


def _text(fields: dict[str, Any]) -> Text:
    accepted = fields.get("accepted")
    return Text(**{**fields, "accepted": None if accepted is None else tuple(accepted)})
