"""What listings list, and how long: derived from their credible observations, one after another.

The rows of a page are deleted with its history (`history_writer.erase`), so a history that is made again has them made
again. An address is listed from the first observation that has it to the first one that does not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from pagewitness.archive.fold import link_targets
from pagewitness.archive.fold.layout import standing_of
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.model import Page
from pagewitness.archive.store import bodies
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import plain

_FEW: Final = 3  # links that are no list yet


class Sighting(NamedTuple):
    """An observation of a page that lists others: its capture, and what tells it from the one before."""

    observed_at: str
    visit_id: int
    capture_id: int
    reading_id: int
    revision: int

    def mark(self, page: Page) -> str:
        """What `listed` was made from: another reading, text or role makes other rows."""
        return f"{page.role} {self.reading_id} {self.revision}"


class DocumentLink(NamedTuple):
    """A link of a page's document.

    Attributes:
        address: where it leads, without what varies between visits.
        words: its words.
        line: the text of its line.
    """

    address: str
    words: str
    line: str


@dataclass(frozen=True, slots=True)
class ListedAddress:
    """An address that a page lists.

    Attributes:
        key: its canonical form.
        title: the words of the link.
        dated: the date that it is given there (ISO 8601), or None.
    """

    url: str
    key: str
    title: str
    dated: str | None = None


_DOCUMENTS = """
    select observed_at, visit_id, credible.capture_id, reading_id, revision from credible
    join capture_readings on capture_readings.capture_id = credible.capture_id
        and cleaner = (select cleaner from checkpoints where page_id = :page)
    where credible.page_id = :page and (observed_at, visit_id) > (:at, :visit) order by observed_at, visit_id"""

_FILES = """
    select visited_at as observed_at, visits.id as visit_id, captures.id as capture_id, body_id as reading_id, 0 as revision
    from visits join captures on captures.id = visits.capture_id
    where visits.page_id = :page and outcome = 'captured' and captures.status = 200 and truncated is null
        and (visited_at, visits.id) > (:at, :visit) order by visited_at, visits.id"""


class _Upto(NamedTuple):
    observed_at: str
    visit_id: int
    shown: str


def unlisted(db: Sqlite, page: Page) -> list[Sighting]:
    """The observations of a page that `listed` lacks and that show something else than the one before, in order."""
    upto = db.one(_Upto, "select observed_at, visit_id, shown from listed_upto where page_id = :page", page=page.id)
    if upto and upto.shown.partition(" ")[0] != page.role:
        _forget(db, page)
        upto = None
    last = upto or _Upto("", 0, "")
    sql = _FILES if page.role.is_file_of_addresses else _DOCUMENTS
    found, mark = [], last.shown
    for shown in db.all(Sighting, sql, page=page.id, at=last.observed_at, visit=last.visit_id):
        if shown.mark(page) != mark:
            found.append(shown)
            mark = shown.mark(page)
    return found


def last_shown(db: Sqlite, page: Page) -> Sighting | None:
    """The last observation of a page that counts, or None."""
    found = db.all(Sighting, _FILES if page.role.is_file_of_addresses else _DOCUMENTS, page=page.id, at="", visit=0)
    return found[-1] if found else None


def _forget(db: Sqlite, page: Page) -> None:
    """Delete what a page lists, to be made again from its observations."""
    with db.transaction():
        for table in ("listed", "listed_upto"):
            db.execute(f"delete from {table} where page_id = :page", page=page.id)


class _Linked(NamedTuple):
    """The links and the layout of a reading, and the lines of a revision (JSON)."""

    targets: bytes | None
    layout: bytes
    blocks: str


_LINKED = (
    "select targets, layout, blocks from readings, revisions where readings.id = :reading and visit_id = :revision"
)


def document_links(db: Sqlite, shown: Sighting, *, is_list: bool = False) -> Iterator[DocumentLink]:
    """The links of the document that an observation showed, in order.

    They are those of the text that was current then, and those beside them in the same list: a new entry may have to be
    confirmed by the next observation before it belongs to the text.

    Args:
        is_list: whether the page is known to list others. If its text links next to nothing, its entries are the largest
            group of alike links in its main part: pictures with prices may be all that it has.
    """
    row = db.one(_Linked, _LINKED, reading=shown.reading_id, revision=shown.revision)
    if row is None or row.targets is None:
        return
    links = [link_targets.StoredLink(*one) for one in json.loads(bodies.unpack(row.targets))]
    ids = json.dumps(sorted({link.line for link in links}))
    lines = db.mapping(int, str, "select id, text from lines where id in (select value from json_each(:ids))", ids=ids)
    sql = "select text from blocks where id in (select value from json_each(:ids))"
    members = frozenset(map(plain, db.column(str, sql, ids=row.blocks)))
    linking = frozenset(lines.values())
    blocks = [one for one in PageTexts(db).blocks(row.layout) if one.text in linking and not one.signs.barred]
    lists = {standing_of(one) for one in blocks if plain(one.text) in members}
    if is_list and sum(plain(one.text) in members for one in blocks) < _FEW:
        groups = Counter(standing_of(one) for one in blocks if one.signs.main and len(one.text.split()) > 1)
        lists |= {group for group, count in groups.most_common(1) if count >= _FEW}
    belongs = {one.text for one in blocks if standing_of(one) in lists}
    for link in links:
        line = lines[link.line]
        if line in belongs or plain(line) in members:
            yield DocumentLink(link.address, link.words or line, line)


_OPEN = "select key, since_at from listed where page_id = :page and until_at is null"
_END = "update listed set until_at = :at where page_id = :page and key = :key and until_at is null"
_STAYS = """
    update listed set place = :place, title = :title, dated = coalesce(:dated, dated), url = :url
    where page_id = :page and key = :key and until_at is null"""
_BEGIN = """
    insert into listed (page_id, key, since_at, url, title, place, dated)
    values (:page, :key, :at, :url, :title, :place, :dated)"""
_UPTO = """
    insert into listed_upto (page_id, observed_at, visit_id, shown) values (:page, :at, :visit, :shown)
    on conflict (page_id) do update set observed_at = :at, visit_id = :visit, shown = :shown"""


def record_sighting(db: Sqlite, page: Page, shown: Sighting, entries: Sequence[ListedAddress]) -> None:
    """Record what an observation listed, later than all that are recorded.

    Args:
        entries: in the page's order, each key once.
    """
    at = shown.observed_at
    with db.transaction():
        before = db.mapping(str, str, _OPEN, page=page.id)
        now = {entry.key for entry in entries}
        db.many(_END, ({"page": page.id, "key": key, "at": at} for key in before if key not in now))
        for place, entry in enumerate(entries):
            row = {"page": page.id, "key": entry.key, "url": entry.url, "title": entry.title}
            row |= {"place": place, "dated": entry.dated}
            if entry.key in before:
                db.execute(_STAYS, **row)
            else:
                db.execute(_BEGIN, at=at, **row)
        db.execute(_UPTO, page=page.id, at=at, visit=shown.visit_id, shown=shown.mark(page))
