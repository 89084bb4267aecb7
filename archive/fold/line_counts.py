"""How often the readings of a page show each of its lines: boilerplate is learned from these counts.

Only credible readings by the cleaner that made the page's history count. The counts are a function of these readings, in
whatever order they came. They are stored, so that learning only reads new readings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from pagewitness.archive.derived import LineCount, PageLines
from pagewitness.archive.fold import readings
from pagewitness.archive.store import bodies
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words

MOST_PAGES = 64  # of a host that are sampled; a repeated line is on enough of them


_HOSTS = """
    select host from (
        select distinct host from readings join pages on pages.id = page_id
        where readings.id > coalesce((select max(reading_id) from boilerplate_cursor where cleaner = :cleaner), 0)
            and kind <> 'boilerplate') as new
    where (select count(*) from pages where pages.host = new.host) >= :pages order by host"""


def hosts(db: Sqlite, cleaner: str, pages: int) -> list[str]:
    """The hosts with at least so many pages that have readings from which boilerplate was not learned yet."""
    rows = db.rows(_HOSTS, cleaner=cleaner, pages=pages)
    return [row[0] for row in rows]


def newest_reading(db: Sqlite) -> int:
    """The id of the newest reading, 0 before the first."""
    found: int = db.value("select coalesce(max(id), 0) from readings")
    return found


def learned(db: Sqlite, cleaner: str, reading_id: int) -> None:
    """Record that boilerplate was learned from all readings up to this one, while a cleaner was in use."""
    with db.transaction():
        last = db.value("select max(reading_id) from boilerplate_cursor where cleaner = :cleaner", cleaner=cleaner)
        if last is None or last < reading_id:
            db.execute("delete from boilerplate_cursor")
            db.execute(
                "insert into boilerplate_cursor (cleaner, reading_id) values (:cleaner, :id)",
                cleaner=cleaner,
                id=reading_id,
            )


def sample(db: Sqlite, host: str) -> list[int]:
    """The ids of the pages of a host that are sampled, those known longest first.

    The choice depends only on addresses, so an added page replaces at most one.
    """
    rows = db.rows(
        """select id, key, (select min(captured_at) from captures where page_id = pages.id) as since from pages
           where host = :host and kind <> 'boilerplate' and exists (select 1 from readings where page_id = pages.id)""",
        host=host,
    )
    chosen = sorted(rows, key=lambda row: hashlib.sha256(row["key"].encode("utf-8", "surrogatepass")).digest())
    return [row["id"] for row in sorted(chosen[:MOST_PAGES], key=lambda row: (row["since"], row["key"]))]


def others(db: Sqlite, host: str, sampled: Iterable[int]) -> list[int]:
    """The ids of the pages of a host that are not sampled."""
    rows = db.rows(
        """select id from pages where host = :host and kind <> 'boilerplate'
               and exists (select 1 from readings where page_id = pages.id) order by id""",
        host=host,
    )
    known = set(sampled)
    return [row[0] for row in rows if row[0] not in known]


def page_lines(db: Sqlite, page_id: int) -> PageLines:
    """The lines of a page with their counts, brought up to date with new readings and stored."""
    cleaner = db.value("select cleaner from checkpoints where page_id = :page limit 1", page=page_id)
    rows = _brought_up(db, page_id, cleaner)
    keys = {row[0]: row[1] for row in rows}
    counts: dict[str, LineCount] = {}
    for line, key, shown, document, main in rows:
        if other := counts.get(key):  # the same words in other typography
            line, shown = other.line, max(shown, other.shown)
            document, main = max(document, other.document), max(main, other.main)
        counts[key] = LineCount(line, shown, document, main)
    return PageLines(
        page_id, counts, tuple(dict.fromkeys(keys[line] for line in _last(db, page_id, cleaner) if line in keys))
    )


def line_texts(db: Sqlite, lines: Iterable[int]) -> dict[int, str]:
    """The texts of lines, by their ids."""
    sql = "select id, text from lines where id in (select value from json_each(:ids))"
    return dict(tuple(row) for row in db.rows(sql, ids=json.dumps(list(lines))))


_BROUGHT_UP = """
    insert into counts (page_id, cleaner, reading_id, lines) values (:page, :cleaner, :last, :lines)
    on conflict (page_id) do update set cleaner = :cleaner, reading_id = :last, lines = :lines"""


def _brought_up(db: Sqlite, page_id: int, cleaner: str | None) -> list[list[Any]]:
    """The rows of `counts.lines`, brought up to date with all readings."""
    kept = db.row(
        "select reading_id, lines from counts where page_id = :page and cleaner = :cleaner",
        page=page_id,
        cleaner=cleaner,
    )
    rows = {row[0]: row for row in json.loads(bodies.unpack(kept["lines"]))} if kept else {}
    new = db.rows(
        f"""select id, layout from readings
            where page_id = :page and id > :last and not_credible is null and {readings.GIVEN} order by id""",
        page=page_id,
        cleaner=cleaner,
        last=kept["reading_id"] if kept else 0,
    )
    if not new:
        return list(rows.values())
    for reading in new:  # one at a time: a page may have ten thousand, of hundreds of blocks each
        layout = json.loads(bodies.unpack(reading["layout"]))
        for line, text in line_texts(db, {block[0] for block in layout if block[0] not in rows}).items():
            rows[line] = [line, words.digest_of(words.plain(text))[:16], 0, 0, 0]
        document = {block[0] for block in layout if block[4]}
        main = {block[0] for block in layout if block[4] and (block[2] == "main" or block[1] == "h1")}
        for line in {block[0] for block in layout}:
            row = rows[line]
            row[2:] = row[2] + 1, row[3] + (line in document), row[4] + (line in main)
    db.execute(
        _BROUGHT_UP,
        page=page_id,
        cleaner=cleaner,
        last=new[-1]["id"],
        lines=bodies.pack(json.dumps(list(rows.values()), separators=(",", ":")).encode()),
    )
    return list(rows.values())


def _last(db: Sqlite, page_id: int, cleaner: str | None) -> list[int]:
    """The lines of the last credible capture, in order."""
    layout = db.value(
        """select layout from captures
               join capture_readings on capture_id = captures.id and capture_readings.cleaner = :cleaner
               join readings on readings.id = reading_id
           where captures.page_id = :page and status < 300 and captures.truncated is null and not_credible is null
           order by captured_at desc, captures.id desc limit 1""",
        page=page_id,
        cleaner=cleaner,
    )
    return [block[0] for block in json.loads(bodies.unpack(layout))] if layout else []
