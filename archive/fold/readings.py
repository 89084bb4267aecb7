"""Store and look up readings. There is one for each distinct stripped page and cleaner.

A reading is stored under the part of its cleaner's name that affects it (`cleaner_names`): for a PDF the whole name, otherwise
the name without the reader of PDFs. So what another cleaner has read in the same way need not be read again (`adopt`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from pagewitness.archive import cleaner_names, times
from pagewitness.archive.derived import Reading
from pagewitness.archive.fold import layout, link_targets, page_texts
from pagewitness.archive.model import Capture
from pagewitness.archive.store.database import Sqlite

# A condition on captures: their visits saw the page. Others only kept what came, which is not its text (decision 49).
SEEN = """captures.id not in (select capture_id from visits where visits.page_id = captures.page_id
    and capture_id is not null and outcome not in ('captured', 'not-modified'))"""
REMEMBERED = 64  # newest readings of a page; a capture equal to one of them need not be cleaned
# A condition on readings: a cleaner gave it to some capture.
GIVEN = "exists (select 1 from capture_readings where reading_id = readings.id and capture_readings.cleaner = :cleaner)"


_ADOPT = """
    insert into capture_readings (capture_id, cleaner, reading_id, encodings)
    select capture_id, :cleaner, reading_id, encodings from captures
        cross join capture_readings on capture_id = captures.id
        join readings on readings.id = reading_id and readings.cleaner = :html
    where captures.page_id = :page and capture_readings.cleaner <> :cleaner
    on conflict (capture_id, cleaner) do nothing"""


def adopt(db: Sqlite, page_id: int, cleaner: str) -> None:
    """Give a page's captures the readings that this cleaner would only repeat: all but those of PDFs.

    A cleaner made them whose name differs only in its reader of PDFs.
    """
    db.execute(_ADOPT, page=page_id, cleaner=cleaner, html=cleaner_names.of_html(cleaner))


def unread(db: Sqlite, page_id: int, cleaner: str) -> list[int]:
    """The captures of a page that a cleaner has not read, oldest first, after `adopt`.

    One cleaner (that of its checkpoints) has read all of a page's history, so for that cleaner only the queued visits are
    searched. For another cleaner all captures are, once: after that the history is its own (`derivation.derive`).
    """
    made_by = db.value("select cleaner from checkpoints where page_id = :page limit 1", page=page_id)
    if made_by != cleaner:
        adopt(db, page_id, cleaner)
    candidates = "captures where page_id = :page"
    if made_by is None or reads_alike(db, page_id, made_by, cleaner):
        candidates = """captures where id in (
            select capture_id from fold_queue join visits on visits.id = visit_id where fold_queue.page_id = :page)"""
    return db.column(
        int,
        f"""select id from {candidates} and {SEEN} and not exists (
                select 1 from capture_readings where capture_id = captures.id and cleaner = :cleaner)
            order by captured_at, id""",
        page=page_id,
        cleaner=cleaner,
    )


def reads_alike(db: Sqlite, page_id: int, made_by: str, cleaner: str) -> bool:
    """Whether the readings from which one cleaner made a page's history are also another's.

    They are if both read HTML in the same way and the first has read no PDF of the page.
    """
    if made_by == cleaner:
        return True
    html = cleaner_names.of_html(made_by)
    if html != cleaner_names.of_html(cleaner):
        return False
    sql = "select 1 from readings where page_id = :page and cleaner = :cleaner limit 1"
    return made_by == html or not db.value(sql, page=page_id, cleaner=made_by)


def is_read_by(db: Sqlite, capture: Capture, cleaner: str) -> bool:
    """Whether a cleaner has read a capture."""
    sql = "select 1 from capture_readings where capture_id = :capture and cleaner = :cleaner"
    return bool(db.value(sql, capture=capture.id, cleaner=cleaner))


_KNOWN = f"select page_digest from readings where page_id = :page and {GIVEN} order by id desc limit :limit"


def known(db: Sqlite, page_id: int, cleaner: str) -> frozenset[str]:
    """The page digests of a page's newest readings by a cleaner: an equal page need not be cleaned again."""
    return frozenset(db.column(str, _KNOWN, page=page_id, cleaner=cleaner, limit=REMEMBERED))


_READ_AS_BEFORE = """
    select headers, reading_id, encodings from captures
    join capture_readings on capture_id = captures.id and cleaner = :cleaner
    where body_id = :body and page_id = :page and url = :url
        and not exists (select 1 from renderings where capture_id = captures.id)
    order by captures.id desc limit 5"""
_SHOWN_AS_BEFORE = """
    select headers, reading_id, encodings from renderings
    join captures on captures.id = renderings.capture_id
    join capture_readings on capture_readings.capture_id = captures.id and cleaner = :cleaner
    where dom_id = :body and page_id = :page and url = :url order by captures.id desc limit 1"""


class _Before(NamedTuple):
    """An earlier capture: its headers (JSON), its reading, and how it was decoded (JSON)."""

    headers: str
    reading_id: int
    encodings: str


def read_as_before(db: Sqlite, capture: Capture, cleaner: str) -> bool:
    """Give a capture the reading of an earlier one with the same bytes, address and content type; False if no capture has them."""
    where = {"cleaner": cleaner, "body": capture.read_id, "page": capture.page_id, "url": capture.url}
    shown = capture.dom_id is not None
    for row in db.all(_Before, _SHOWN_AS_BEFORE if shown else _READ_AS_BEFORE, **where):
        headers = {name.lower(): value for name, value in reversed(json.loads(row.headers))}
        if shown or headers.get("content-type") == capture.content_type:
            _link(db, capture.id, cleaner, row.reading_id, row.encodings)
            return True
    return False


_LINK_KNOWN = f"select id from readings where page_id = :page and page_digest = :digest and {GIVEN} order by id desc"


def link_known(db: Sqlite, capture: Capture, cleaner: str, page_digest: str, encodings: dict[str, str | None]) -> None:
    """Give a capture its page's reading by a cleaner with this digest (`known`)."""
    found = db.value(_LINK_KNOWN, page=capture.page_id, cleaner=cleaner, digest=page_digest)
    assert found is not None
    _link(db, capture.id, cleaner, found, json.dumps(encodings))


_ADD = "select id from readings where page_id = :page and cleaner = :cleaner and page_digest = :digest"


def add(db: Sqlite, capture: Capture, reading: Reading, cleaner: str | None = None) -> None:
    """Store a reading of a capture; equal readings of a page are stored once.

    Args:
        cleaner: its whole name; None if the reading has that name.
    """
    with db.transaction():
        found = db.value(_ADD, page=capture.page_id, cleaner=reading.cleaner, digest=reading.page_digest)
        reading_id = found or _insert(db, capture.page_id, reading)
        _link(db, capture.id, cleaner or reading.cleaner, reading_id, json.dumps(reading.encodings))


_COUNT_ATTEMPT = """
    insert into read_attempts (capture_id, cleaner, tries) values (:capture, :cleaner, 1)
    on conflict (capture_id, cleaner) do update set tries = tries + 1 returning tries"""


def count_attempt(db: Sqlite, capture: Capture, cleaner: str) -> int:
    """Record a failed attempt to read a capture. Returns the number of attempts so far."""
    with db.transaction():
        tries: int = db.value(_COUNT_ATTEMPT, capture=capture.id, cleaner=cleaner)
    return tries


def missing(db: Sqlite, pages: Mapping[int, str]) -> int:
    """The number of captures of some pages that their cleaners have not read.

    Args:
        pages: ids of pages, each with the name of its cleaner.
    """
    count: int = db.value(
        f"""select count(*) from json_each(:pages) as one join captures on page_id = cast(one.key as integer)
           where {SEEN} and not exists (select 1 from capture_readings join readings on readings.id = reading_id
               where capture_id = captures.id and readings.cleaner in (select value from json_each(one.value)))""",
        pages=json.dumps({page: [cleaner, cleaner_names.of_html(cleaner)] for page, cleaner in pages.items()}),
    )
    return count


def read_by(db: Sqlite, capture_id: int) -> dict[str, str | None]:
    """The cleaners that have read a capture, earliest first, each with the time of its first use here, if known."""
    found: dict[str, str | None] = db.mapping(
        str,
        str,
        """select readings.cleaner, min(since) as since from capture_readings join readings on readings.id = reading_id
               left join cleaners on name = readings.cleaner
           where capture_id = :capture group by readings.cleaner order by since, min(reading_id)""",
        capture=capture_id,
    )
    return found


_READING_OF = """
    select readings.id, readings.cleaner, page_digest, title, language, published, modified, author, not_credible,
        encodings, details from capture_readings join readings on readings.id = reading_id
    where capture_id = :capture and readings.cleaner = :cleaner"""


class _Stored(NamedTuple):
    """A `Reading` without its blocks; the last two are JSON."""

    id: int
    cleaner: str
    page_digest: str
    title: str | None
    language: str | None
    published: str | None
    modified: str | None
    author: str | None
    not_credible: str | None
    encodings: str
    details: str


def reading_of(db: Sqlite, capture_id: int, cleaner: str) -> Reading:
    """The reading that a cleaner gave a capture, which must exist; by the name under which it is stored (`read_by`)."""
    row = db.one(_Stored, _READING_OF, capture=capture_id, cleaner=cleaner)
    assert row is not None
    return Reading(
        *row[1:8],
        blocks=tuple(page_texts.stored_blocks(db, row.id)),
        not_credible=row.not_credible,
        encodings=json.loads(row.encodings),
        details=json.loads(row.details),
    )


_LINK = """
    insert into capture_readings (capture_id, cleaner, reading_id, encodings)
    values (:capture, :cleaner, :reading, :encodings) on conflict (capture_id, cleaner) do nothing"""


def _link(db: Sqlite, capture_id: int, cleaner: str, reading_id: int, encodings: str) -> None:
    db.execute(_LINK, capture=capture_id, cleaner=cleaner, reading=reading_id, encodings=encodings)


_KNOW_CLEANER = "insert into cleaners (name, since) values (:name, :now) on conflict (name) do nothing"

_INSERT = """
    insert into readings (page_id, cleaner, page_digest, title, language, published, modified, author, layout,
        targets, not_credible, details)
    values (:page, :cleaner, :digest, :title, :language, :published, :modified, :author, :layout, :targets, :not_credible,
        :details) returning id"""


def _insert(db: Sqlite, page_id: int, reading: Reading) -> int:
    db.execute(_KNOW_CLEANER, name=reading.cleaner, now=times.now())
    texts = page_texts.keep_lines(db, page_id, [block.text for block in reading.blocks])
    groups = page_texts.keep_groups(db, page_id, {layout.standing_of(block) for block in reading.blocks})
    new: int = db.value(
        _INSERT,
        page=page_id,
        cleaner=reading.cleaner,
        digest=reading.page_digest,
        title=reading.title,
        language=reading.language,
        published=reading.published,
        modified=reading.modified,
        author=reading.author,
        layout=layout.packed(reading.blocks, texts, groups),
        targets=link_targets.packed_links(reading.blocks, texts),
        not_credible=reading.not_credible,
        details=json.dumps(reading.details, ensure_ascii=False, separators=(",", ":")),
    )
    return new
