"""The votes of a page's readings as they are stored: brought up to date with each new reading, never counted twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Set
from typing import Any, NamedTuple

from pagewitness.archive.fold import readings, voters
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.reading_view import Group, Line
from pagewitness.archive.fold.votes import Pool, Votes
from pagewitness.archive.store import bodies
from pagewitness.archive.store.database import Sqlite

_COLUMNS = ("shown", "chance", "document", "barred", "main", "among_text", "text")  # of `Votes`
_TOTALS = ("readings", "letters", "likely")  # of `Pool`

Decided = dict[Line, tuple[bool, bool]]  # whether each line is a member, and whether that is sure

_KEEP = """
    insert into votes (page_id, cleaner, reading_id, left_out, lines) values (:page, :cleaner, :last, :left_out, :lines)
    on conflict (page_id) do update set cleaner = :cleaner, reading_id = :last, left_out = :left_out, lines = :lines"""

_READ = f"select id from readings where page_id = :page and id > :after and {readings.GIVEN} order by id"


class _Counted(NamedTuple):
    """The newest reading of a page that was looked at, and those up to it that have no vote (JSON)."""

    reading_id: int
    left_out: str


def is_counted(db: Sqlite, page_id: int, cleaner: str, readings: Iterable[int]) -> bool:
    """Whether some readings of a page by a cleaner have been counted."""
    last, left_out = _counted(db, page_id, cleaner)
    return all(one <= last and one not in left_out for one in readings)


def _counted(db: Sqlite, page_id: int, cleaner: str) -> tuple[int, frozenset[int]]:
    sql = "select reading_id, left_out from votes where page_id = :page and cleaner = :cleaner"
    found = db.one(_Counted, sql, page=page_id, cleaner=cleaner) or _Counted(0, "[]")
    return found.reading_id, frozenset(json.loads(found.left_out))


def forget(db: Sqlite, page_id: int) -> None:
    """Delete the stored votes of a page: another judge may know its lines by other forms."""
    db.execute("delete from votes where page_id = :page", page=page_id)


def pooled(db: Sqlite, page_id: int, cleaner: str, texts: PageTexts) -> Pool:
    """The votes of all readings of a page by a cleaner; nothing is stored."""
    return _with_new(db, page_id, cleaner, texts).pool


def brought_up(
    db: Sqlite, page_id: int, cleaner: str, texts: PageTexts, boilerplate: Set[str] = frozenset()
) -> tuple[Membership, bool]:
    """The membership of a page's lines, by all of its readings that show it (`voters`).

    Args:
        texts: the page's.
        boilerplate: the keys of lines that its site repeats.

    Returns:
        the membership, and whether it changed for a line that was known before.
    """
    new = _with_new(db, page_id, cleaner, texts)
    membership = Membership(new.pool, boilerplate)
    if new.last is None:
        return membership, False
    decided = {line: (membership.is_member(line), membership.is_sure(line)) for line in new.pool.lines}
    left_out = json.dumps(sorted(new.left_out))
    lines = _written(new.pool, decided)
    db.execute(_KEEP, page=page_id, cleaner=cleaner, last=new.last, left_out=left_out, lines=lines)
    return membership, any(decided.get(line) != known for line, known in new.before.items())


class _Votes(NamedTuple):
    """The votes on a page's lines.

    Attributes:
        before: what was decided by those that are stored.
        last: the newest reading that was looked at; None if nothing is new.
        left_out: the readings up to it that have no vote.
    """

    pool: Pool
    before: Decided
    last: int | None
    left_out: frozenset[int]


def _with_new(db: Sqlite, page_id: int, cleaner: str, texts: PageTexts) -> _Votes:
    pool, before = _stored(db, page_id, cleaner)
    last, left_out = _counted(db, page_id, cleaner)
    new = db.column(int, _READ, page=page_id, after=last, cleaner=cleaner)
    having = {one.reading for one in voters.voters(db, page_id, cleaner, texts, last, left_out)}
    more = having & {*new, *left_out}
    if voters.is_elsewhere(db, page_id):
        known = {*db.column(int, _READ, page=page_id, after=0, cleaner=cleaner)} - {*new} - left_out
        if known - having:
            pool, more = Pool(), having
        left_out = left_out | (known - having)
    for reading in sorted(more):  # one at a time: a page may have ten thousand, of hundreds of lines each
        pool.add(texts.view(reading))
    out = frozenset(left_out | {*new}) - having
    return _Votes(pool, before, max([last, *new]) if new or more else None, out)


def _written(pool: Pool, decided: Decided) -> bytes:
    groups = {group: at for at, group in enumerate(pool.shown)}
    places = {line: at for at, line in enumerate(pool.lines)}
    columns: dict[str, Any] = {name: [getattr(votes, name) for votes in pool.lines.values()] for name in _COLUMNS}
    columns |= {name: getattr(pool, name) for name in _TOTALS}
    columns["groups"] = [[*group, count] for group, count in pool.shown.items()]
    columns["keys"] = "".join(key for key, _ in pool.lines)
    columns["group"] = [groups[group] for _, group in pool.lines]
    columns["below"] = {
        places[line]: [[places[below], count] for below, count in votes.below.items()]
        for line, votes in pool.lines.items()
        if votes.below
    }
    columns["decided"] = [member + 2 * sure for member, sure in decided.values()]
    return bodies.pack(json.dumps(columns, separators=(",", ":")).encode())


def _stored(db: Sqlite, page_id: int, cleaner: str) -> tuple[Pool, Decided]:
    pool = Pool()
    stored = db.value(
        "select lines from votes where page_id = :page and cleaner = :cleaner", page=page_id, cleaner=cleaner
    )
    if stored is None:
        return pool, {}
    columns = json.loads(bodies.unpack(stored))
    for name in _TOTALS:
        setattr(pool, name, columns[name])
    groups = [Group(*group[:-1]) for group in columns["groups"]]
    pool.shown.update({group: row[-1] for group, row in zip(groups, columns["groups"], strict=True)})
    keys = columns["keys"]
    size = len(keys) // max(1, len(columns["group"]))
    lines = [(keys[at * size : (at + 1) * size], groups[group]) for at, group in enumerate(columns["group"])]
    rows = zip(*(columns[name] for name in _COLUMNS), strict=True)
    pool.lines.update((line, Votes(*row)) for line, row in zip(lines, rows, strict=True))
    for at, below in columns["below"].items():
        pool.lines[lines[int(at)]].below = {lines[place]: count for place, count in below}
    return pool, {line: (bool(bits & 1), bool(bits & 2)) for line, bits in zip(lines, columns["decided"], strict=True)}
