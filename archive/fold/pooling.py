"""The votes of a page's readings as they are stored: brought up to date with each new reading, never counted twice."""

from __future__ import annotations

import json
from collections.abc import Set
from typing import Any

from pagewitness.archive.fold import readings
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.reading_view import Group, Line
from pagewitness.archive.fold.votes import Pool, Votes
from pagewitness.archive.store import bodies
from pagewitness.archive.store.database import Sqlite

_COLUMNS = ("shown", "chance", "document", "barred", "main", "among_text", "text")  # of `Votes`
_TOTALS = ("readings", "letters", "likely")  # of `Pool`

Decided = dict[Line, tuple[bool, bool]]  # whether each line is a member, and whether that is sure

_NEW = f"""
    select id from readings where page_id = :page and id > :last and not_credible is null and {readings.GIVEN} order by id"""

_KEEP = """
    insert into votes (page_id, cleaner, reading_id, lines) values (:page, :cleaner, :last, :lines)
    on conflict (page_id) do update set cleaner = :cleaner, reading_id = :last, lines = :lines"""


def newest_counted(db: Sqlite, page_id: int, cleaner: str) -> int:
    """The id of the newest reading of a page that is counted; 0 if none by this cleaner is."""
    sql = "select reading_id from votes where page_id = :page and cleaner = :cleaner"
    return int(db.value(sql, page=page_id, cleaner=cleaner) or 0)


def forget(db: Sqlite, page_id: int) -> None:
    """Delete the stored votes of a page: another judge may know its lines by other forms."""
    db.execute("delete from votes where page_id = :page", page=page_id)


def pooled(db: Sqlite, page_id: int, cleaner: str, texts: PageTexts) -> Pool:
    """The votes of all readings of a page by a cleaner; nothing is stored."""
    return _with_new(db, page_id, cleaner, texts)[0]


def brought_up(
    db: Sqlite, page_id: int, cleaner: str, texts: PageTexts, boilerplate: Set[str] = frozenset()
) -> tuple[Membership, bool]:
    """The membership of a page's lines, by all of its readings.

    Args:
        texts: the page's.
        boilerplate: the keys of lines that its site repeats.

    Returns:
        the membership, and whether it changed for a line that was known before.
    """
    pool, before, newest = _with_new(db, page_id, cleaner, texts)
    membership = Membership(pool, boilerplate)
    if newest is None:
        return membership, False
    decided = {line: (membership.is_member(line), membership.is_sure(line)) for line in pool.lines}
    db.execute(_KEEP, page=page_id, cleaner=cleaner, last=newest, lines=_written(pool, decided))
    return membership, any(decided[line] != known for line, known in before.items())


def _with_new(db: Sqlite, page_id: int, cleaner: str, texts: PageTexts) -> tuple[Pool, Decided, int | None]:
    """The votes, what was decided by those that are stored, and the id of the newest reading that was added to these."""
    pool, before = _stored(db, page_id, cleaner)
    last = newest_counted(db, page_id, cleaner)
    new = db.column(int, _NEW, page=page_id, last=last, cleaner=cleaner)
    for reading in new:  # one at a time: a page may have ten thousand, of hundreds of lines each
        pool.add(texts.view(reading))
    return pool, before, new[-1] if new else None


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
