"""How often the readings of a page show each of its lines: boilerplate is learned from these counts.

Only credible readings by the cleaner that made the page's history count. The counts are a function of these readings, in
whatever order they came, and stored with their votes (`pooling`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pagewitness.archive.fold import pooling, voters
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.store.database import Sqlite

MOST_PAGES = 64  # of a host that are sampled; a repeated line is on enough of them


@dataclass(frozen=True, slots=True)
class LineCount:
    """How many credible readings of a page show one of its lines; readings of equal pages count once.

    Attributes:
        line: the id of its text.
        shown: the number of readings that show it.
        document: the number of these in which it may be a member: it is document, or in the main part.
        main: the number of these in which it is document in the main text: in the page's main part, or an h1.
        inside: the number of these in which it is in the main part, document or not.
    """

    line: int
    shown: int
    document: int
    main: int
    inside: int = 0

    @property
    def of_readings(self) -> tuple[int, int, int, int]:
        """All of its counts."""
        return self.shown, self.document, self.main, self.inside

    @property
    def is_main(self) -> bool:
        """Whether the line is main text of this page in most readings that show it."""
        return 2 * self.main > self.shown

    @property
    def is_inside(self) -> bool:
        """Whether the line is in the main part of this page in most readings that show it."""
        return 2 * self.inside > self.shown


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of one page, each known by the digest of its plain form.

    Attributes:
        page: its id.
        counts: for all lines in its credible readings.
        now: the lines of the last of these, in order.
        titles: its lines that are an h1.
    """

    page: int
    counts: Mapping[str, LineCount]
    now: tuple[str, ...]
    titles: frozenset[str] = frozenset()

    @property
    def text(self) -> frozenset[str]:
        """The lines of its main text now."""
        return frozenset(key for key in self.now if self.counts[key].is_main)


_HOSTS = """
    select host from (
        select distinct host from readings join pages on pages.id = page_id
        where readings.id > coalesce((select max(reading_id) from boilerplate_cursor where cleaner = :cleaner), 0)
            and kind <> 'boilerplate' and role <> 'pager') as new
    where (select count(*) from pages where pages.host = new.host) >= :pages order by host"""


def hosts(db: Sqlite, cleaner: str, pages: int) -> list[str]:
    """The hosts with at least so many pages that have readings from which boilerplate was not learned yet."""
    return db.column(str, _HOSTS, cleaner=cleaner, pages=pages)


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


class _Sampled(NamedTuple):
    """A page of a host, and when it was first captured."""

    id: int
    key: str
    since: str


def sample(db: Sqlite, host: str) -> list[int]:
    """The ids of the pages of a host that are sampled, those known longest first.

    The choice depends only on addresses, so an added page replaces at most one.
    """
    rows = db.all(
        _Sampled,
        """select id, key, (select min(captured_at) from captures where page_id = pages.id) as since from pages
           where host = :host and kind <> 'boilerplate' and role <> 'pager' and exists (select 1 from readings where page_id = pages.id)""",
        host=host,
    )
    chosen = sorted(rows, key=lambda row: hashlib.sha256(row.key.encode("utf-8", "surrogatepass")).digest())
    return [row.id for row in sorted(chosen[:MOST_PAGES], key=lambda row: (row.since, row.key))]


def others(db: Sqlite, host: str, sampled: Iterable[int]) -> list[int]:
    """The ids of the pages of a host that are not sampled."""
    ids = db.column(
        int,
        """select id from pages where host = :host and kind <> 'boilerplate' and role <> 'pager'
               and exists (select 1 from readings where page_id = pages.id) order by id""",
        host=host,
    )
    known = set(sampled)
    return [page for page in ids if page not in known]


def page_lines(db: Sqlite, page_id: int) -> PageLines:
    """The lines of a page with their counts, by all of its readings."""
    cleaner = db.value("select cleaner from checkpoints where page_id = :page", page=page_id)
    texts = PageTexts(db)
    counts: dict[str, LineCount] = {}
    titles: set[str] = set()
    for (key, group), votes in pooling.pooled(db, page_id, cleaner or "", texts).lines.items():
        is_title = group.kind == "h1"
        main = votes.document if is_title else min(votes.document, votes.main) if group.zone == "main" else 0
        count = LineCount(votes.text, votes.shown, max(votes.document, votes.main), main, votes.main)
        if other := counts.get(key):  # it is at several places
            most = map(max, other.of_readings, count.of_readings)
            count = LineCount(other.line or count.line, *most)
        counts[key] = count
        if is_title:
            titles.add(key)
    return PageLines(page_id, counts, tuple(dict.fromkeys(_last(db, page_id, cleaner, texts))), frozenset(titles))


def line_texts(db: Sqlite, lines: Iterable[int]) -> dict[int, str]:
    """The texts of lines, by their ids."""
    sql = "select id, text from lines where id in (select value from json_each(:ids))"
    return db.mapping(int, str, sql, ids=json.dumps(list(lines)))


def _last(db: Sqlite, page_id: int, cleaner: str | None, texts: PageTexts) -> list[str]:
    """The keys of the lines of the last capture that shows the page, in order."""
    shown = voters.newest(db, page_id, cleaner or "", texts)
    return [key for key in texts.view(shown.reading).keys if key] if shown else []
