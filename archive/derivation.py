"""The fold over a page's evidence, and its rows reconciled with it.

What the archive says of a page (showings with their verdicts, revisions, blocks, spans) is a function of its visits and
their readings, whatever the order in which these arrived. `derive` goes on from the last checkpoint before the earliest
visit that the history lacks: it takes back what was written after that checkpoint (`ledger`) and writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pagewitness.archive import comparison, evidence, judge, readings
from pagewitness.archive.comparison import Sight
from pagewitness.archive.database import Sqlite
from pagewitness.archive.judge import Shown, State, Text
from pagewitness.archive.ledger import BEGINNING, Key, Ledger
from pagewitness.archive.model import Capture, Page, Verdict

BETWEEN_CHECKPOINTS = 64  # showings


@dataclass(frozen=True, slots=True)
class Derived:
    """What `derive` came to.

    Attributes:
        verdict, reason: on the page's latest showing; None where it has none.
        number: of the revision in force, None before the first.
        gained: how many revisions the page has more than before.
        pending: whether the history ends with something to be confirmed.
    """

    verdict: Verdict | None
    reason: str | None
    number: int | None
    gained: int
    pending: bool


def derive(db: Sqlite, page: Page, cleaner: str, *, anew: bool = False, without: Collection[int] = ()) -> Derived:
    """Bring a page's history up to its evidence. Idempotent; one transaction.

    Args:
        page: the page.
        cleaner: whose readings count; captures that it has not read wait. A history that another cleaner made stays
            until this one has read all captures of the page, and is then made anew.
        anew: fold from zero, whatever checkpoints there are.
        without: captures that nobody can read, since their bytes are damaged; the history goes on without them, and
            they wait until they are restored.
    """
    with db.transaction():
        before, made_by = _made(db, page)
        waiting = _waiting(db, page, cleaner)
        if made_by not in (None, cleaner):
            # A history is one cleaner's throughout: the new one takes over when it has read everything.
            complete = set(readings.unread(db, page.id, cleaner)) <= set(without)
            anew, waiting = (True, waiting) if complete else (False, [])
            if complete and without:
                _wait_again(db, page, cleaner)
        if anew or waiting:
            _fold(db, page, cleaner, *_restart(db, page, BEGINNING if anew else min(waiting)))
            db.many("delete from unfolded where visit_id = :visit", ({"visit": visit} for _, visit in waiting))
        return _outcome(db, page, before)


def last_credible(db: Sqlite, page: Page) -> Capture | None:
    """The page's last credible capture: the base of the next comparison, and whose validators a request sends."""
    row = db.row(
        f"""{evidence.CAPTURE} where captures.id = (
               select capture_id from showings where page_id = :page and verdict not in ('suspect', 'pending')
               order by shown_at desc, visit_id desc limit 1)""",
        page=page.id,
    )
    return None if row is None else evidence.capture_of(row)


def unfinished(db: Sqlite) -> list[Page]:
    """The pages whose history does not reflect all of their visits (work that was interrupted)."""
    return [evidence.page(db, row[0]) for row in db.rows("select distinct page_id from unfolded")]


# --- the fold -------------------------------------------------------------------------------------------------------


def _fold(db: Sqlite, page: Page, cleaner: str, key: Key, state: State) -> None:
    """Judge all showings after a key, and write what comes of it in place of what was written there."""
    ledger = Ledger(db, page, cleaner)
    waiting = judge.waiting(state)
    ledger.take_back(key, [one.shown for one in waiting])
    ledger.enter(waiting)
    asked = _Asked(db)
    checkpoints: dict[Key, State] = {}
    last: Key | None = None
    for count, shown in enumerate(_showings(db, page, cleaner, key), 1):
        state, judged = judge.step(state, shown, asked)
        ledger.enter(judged)
        if last is not None and (count - 1) % BETWEEN_CHECKPOINTS:
            del checkpoints[last]
        last = shown.at, shown.visit
        checkpoints[last] = state
    ledger.close()
    _keep_checkpoints(db, page, cleaner, checkpoints)


def _showings(db: Sqlite, page: Page, cleaner: str, key: Key) -> Iterator[Shown]:
    """What the page's visits after a key showed, in order; captures that the cleaner has not read are left out."""
    rows = db.rows(
        """select visits.id as visit, visited_at as at, visits.capture_id as capture, captures.status, reading_id,
               sameness, suspicion, truncated
           from visits left join captures on captures.id = visits.capture_id
           left join read_as on read_as.capture_id = captures.id and read_as.cleaner = :cleaner
           left join readings on readings.id = reading_id
           where visits.page_id = :page and outcome in ('captured', 'not-modified')
               and visited_at >= :at and (visited_at, visits.id) > (:at, :visit)
               and (visits.capture_id is null or reading_id is not null)
           order by visited_at, visits.id""",
        page=page.id, cleaner=cleaner, at=key[0], visit=key[1],
    )  # fmt: skip
    for row in rows:
        doubt = row["suspicion"]
        if (row["status"] or 0) >= 300:
            doubt = f"HTTP status {row['status']}"
        elif row["truncated"]:
            doubt = f"truncated ({row['truncated']})"
        yield Shown(row["visit"], row["at"], row["capture"], row["reading_id"] or 0, row["sameness"] or "", doubt)


class _Asked:
    """The readings of an archive, compared with one another; each is looked up once while it is needed."""

    def __init__(self, db: Sqlite) -> None:
        self._seen = lru_cache(maxsize=128)(lambda reading: Sight(readings.blocks(db, reading)))
        self._changed = lru_cache(maxsize=1024)(self._is_changed)

    def kept(self, text: int, new: int) -> float:
        return comparison.kept(self._seen(text), self._seen(new))

    def changed(self, text: int, base: int, new: int) -> bool:
        return self._changed(text, base, new)

    def _is_changed(self, text: int, base: int, new: int) -> bool:
        return comparison.changed(self._seen(text), self._seen(base), self._seen(new))


# --- checkpoints ----------------------------------------------------------------------------------------------------


def _waiting(db: Sqlite, page: Page, cleaner: str) -> list[Key]:
    """The visits that can be folded in and are not."""
    rows = db.rows(
        """select visited_at, visits.id from unfolded join visits on visits.id = visit_id
           where unfolded.page_id = :page and (capture_id is null or exists (
               select 1 from read_as where read_as.capture_id = visits.capture_id and cleaner = :cleaner))""",
        page=page.id, cleaner=cleaner,
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def _wait_again(db: Sqlite, page: Page, cleaner: str) -> None:
    """Put the visits on record as waiting that showed captures which a cleaner has not read."""
    db.execute(
        """insert into unfolded (visit_id, page_id)
           select id, page_id from visits
           where page_id = :page and capture_id is not null and outcome in ('captured', 'not-modified')
               and not exists (select 1 from read_as where read_as.capture_id = visits.capture_id and cleaner = :cleaner)
           on conflict (visit_id) do nothing""",
        page=page.id, cleaner=cleaner,
    )  # fmt: skip


def _restart(db: Sqlite, page: Page, key: Key) -> tuple[Key, State]:
    """The last checkpoint before a key, or the beginning."""
    row = db.row(
        """select shown_at, visit_id, state from checkpoints
           where page_id = :page and (shown_at, visit_id) < (:at, :visit) order by shown_at desc, visit_id desc limit 1""",
        page=page.id, at=key[0], visit=key[1],
    )  # fmt: skip
    return (BEGINNING, State()) if row is None else ((row["shown_at"], row["visit_id"]), _state(row["state"]))


def _made(db: Sqlite, page: Page) -> tuple[int, str | None]:
    """How many revisions there are, and whose readings the history was made from (that of all its checkpoints; or None)."""
    row = db.row(
        """select (select count(*) from revisions where page_id = :page),
               (select cleaner from checkpoints where page_id = :page limit 1)""",
        page=page.id,
    )
    return row[0], row[1]


def _keep_checkpoints(db: Sqlite, page: Page, cleaner: str, checkpoints: dict[Key, State]) -> None:
    if not checkpoints:
        return
    # The last one kept so far is superseded while it stands close behind the one before it.
    latest = db.rows(
        "select shown_at, visit_id from checkpoints where page_id = :page order by shown_at desc, visit_id desc limit 2",
        page=page.id,
    )
    if latest and _showings_between(db, page, tuple(latest[1]) if len(latest) > 1 else BEGINNING) < BETWEEN_CHECKPOINTS:
        db.execute(
            "delete from checkpoints where page_id = :page and shown_at = :at and visit_id = :visit",
            page=page.id, at=latest[0][0], visit=latest[0][1],
        )  # fmt: skip
    db.many(
        """insert into checkpoints (page_id, shown_at, visit_id, cleaner, state)
           values (:page, :at, :visit, :cleaner, :state)""",
        (
            {"page": page.id, "at": at, "visit": visit, "cleaner": cleaner, "state": _written(state)}
            for (at, visit), state in checkpoints.items()
        ),
    )


def _showings_between(db: Sqlite, page: Page, key: Key) -> int:
    """How many showings there are after a key, counted up to the distance of checkpoints."""
    found: int = db.value(
        """select count(*) from (select 1 from showings
               where page_id = :page and shown_at >= :at and (shown_at, visit_id) > (:at, :visit) limit :limit)""",
        page=page.id, at=key[0], visit=key[1], limit=BETWEEN_CHECKPOINTS,
    )  # fmt: skip
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
        }
    )


def _state(text: str) -> State:
    fields = json.loads(text)
    return State(
        text=Text(**fields["text"]) if fields["text"] else None,
        before=tuple(Text(**earlier) for earlier in fields["before"]),
        pending=tuple(Shown(**shown) for shown in fields["pending"]),
        base=fields["base"],
        number=fields["number"],
        base_reading=fields["base_reading"],
    )


# --- what came of it ------------------------------------------------------------------------------------------------


def _outcome(db: Sqlite, page: Page, before: int) -> Derived:
    last = db.row(
        """select verdict, reason, number,
               (select count(*) from revisions where page_id = :page) as revisions,
               (select verdict = 'pending' from showings where page_id = :page and verdict <> 'suspect'
                order by shown_at desc, visit_id desc limit 1) as pending
           from showings left join revisions on revisions.visit_id = revision
           where showings.page_id = :page order by shown_at desc, showings.visit_id desc limit 1""",
        page=page.id,
    )
    if last is None:
        return Derived(None, None, None, 0, False)
    gained = last["revisions"] - before
    return Derived(Verdict(last["verdict"]), last["reason"], last["number"], gained, bool(last["pending"]))
