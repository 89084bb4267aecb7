"""What the archive says about a page: its revisions, its visits, and the text at a moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from pagewitness.archive.derived import DETAILS, Block, Revision
from pagewitness.archive.fold.page_numbers import page_numbers
from pagewitness.archive.model import Page, Row
from pagewitness.archive.store.credible import AT, OTHER, SHOWS_TEXT, last_credible_sql
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import departures
from pagewitness.archive.views.gaps import Gap, gaps
from pagewitness.archive.views.visited import Redirected, StoredVisit, VisitRow, whereto


class _Revised(NamedTuple):
    """A `Revision`; its lines are a JSON list of ids."""

    page_id: int
    capture_id: int
    number: int
    cause: str
    captured_at: str
    last_seen_at: str
    title: str | None
    words: int
    digest: str
    blocks: str


_REVISED = f"""
    select revisions.page_id, capture_id, number, cause, captured_at,
        coalesce(
            (select max(observed_at) from credible where revision = revisions.visit_id and {SHOWS_TEXT}), captured_at
        ) as last_seen_at,
        title, words, digest, blocks
    from revisions where"""


def revisions(db: Sqlite, page: Page) -> list[Revision]:
    """The revisions of a page, oldest first."""
    rows = db.all(_Revised, f"{_REVISED} page_id = :page order by number", page=page.id)
    return [_revision(row) for row in rows]


def revision_begun_by(db: Sqlite, visit_id: int) -> Revision:
    """The revision that an observation began, by its visit's id."""
    row = db.one(_Revised, f"{_REVISED} visit_id = :visit", visit=visit_id)
    assert row is not None
    return _revision(row)


def _revision(row: _Revised) -> Revision:
    return Revision(*row[:-1], block_ids=tuple(json.loads(row.blocks)))


# The number of the revision that was current at the moment `:at` on the page `:page`.
CURRENT_AT = f"""
    select number from credible join revisions on revisions.visit_id = revision
    where credible.visit_id = ({last_credible_sql(condition=AT)})"""


def current_at(db: Sqlite, page: Page, at: str) -> int | None:
    """The number of the revision that was current at a moment (as far as observed), or None before the first."""
    number: int | None = db.value(CURRENT_AT, page=page.id, at=at)
    return number


_SEEN_UNTIL = f"""
    with here as (select observed_at, visit_id, revision, {SHOWS_TEXT} as shown from credible where page_id = :page),
    now as (select revision from credible where visit_id = ({last_credible_sql(condition=AT)})),
    other as (select observed_at, visit_id from here where observed_at > :at and revision <> (select revision from now)
        order by observed_at, visit_id limit 1)
    select max(observed_at) from here where shown and revision = (select revision from now)
        and (observed_at, visit_id) < (
            coalesce((select observed_at from other), '~'), coalesce((select visit_id from other), 0))"""


def seen_until(db: Sqlite, page: Page, at: str) -> str | None:
    """The last observation of the text current at a moment before another replaced it; None before the first.

    For a text that returned later, this is the end of one of its intervals.
    """
    seen: str | None = db.value(_SEEN_UNTIL, page=page.id, at=at)
    return seen


_INTERRUPTED = f"""
    select 1 from credible join revisions on revisions.visit_id = revision
    where credible.page_id = :page and observed_at > :since and observed_at < :until
        and (number <> :number or not {SHOWS_TEXT})
    limit 1"""


def is_interrupted(db: Sqlite, page: Page, revision: Revision) -> bool:
    """Whether another text, or another order, was seen between the first and the last observation of a revision."""
    since, until = revision.captured_at, revision.last_seen_at
    return bool(db.value(_INTERRUPTED, page=page.id, since=since, until=until, number=revision.number))


_CAPTURED_BY = (
    "select id from captures where page_id = :page and captured_at <= :at order by captured_at desc, id desc limit 1"
)


def captured_by(db: Sqlite, page: Page, at: str) -> int | None:
    """The id of the last capture of a page taken at or before a moment, whatever its verdict; None before the first."""
    capture_id: int | None = db.value(_CAPTURED_BY, page=page.id, at=at)
    return capture_id


class _Returned(NamedTuple):
    observed_at: str
    number: int


def returns(db: Sqlite, page: Page) -> list[tuple[str, int]]:
    """When the page returned to an earlier text, with the number of that revision; oldest first."""
    rows = db.all(
        _Returned,
        """select observed_at, number from observations join revisions on revisions.visit_id = revision
           where observations.page_id = :page and verdict = 'returned' order by observed_at, observations.visit_id""",
        page=page.id,
    )
    return list(rows)


_BEFORE = f"""
    select number from credible join revisions on revisions.visit_id = revision
    where credible.visit_id = ({last_credible_sql(condition=f"{AT} and {OTHER}")})"""


def before(db: Sqlite, page: Page, revision: Revision) -> int | None:
    """The number of the revision that was current before another became current the last time; None for the first.

    It need not be the preceding number: a page may return to an earlier text.
    """
    number: int | None = db.value(_BEFORE, page=page.id, at=revision.last_seen_at, number=revision.number)
    return number


def visits(db: Sqlite, page: Page) -> list[VisitRow]:
    """Every visit of a page, oldest first."""
    cleaner = db.value("select cleaner from checkpoints where page_id = :page limit 1", page=page.id) or ""
    rows = db.all(
        StoredVisit,
        """select visited_at, outcome, coalesce(visits.status, captures.status) as status, verdict, state,
               coalesce(observations.reason, visits.reason) as reason, writer, bodies.digest, size, captures.url,
               revisions.number,
               case when outcome = 'captured' and redirects <> '[]' then captures.url end as came_from,
               redirects, case when captures.status between 300 and 399 then captures.headers end as location,
               readings.published, readings.modified, readings.author, encodings
           from visits left join observations on observations.visit_id = visits.id
           left join captures on captures.id = visits.capture_id left join bodies on bodies.id = body_id
           left join revisions on revisions.visit_id = observations.revision
           left join capture_readings on capture_readings.capture_id = captures.id and capture_readings.cleaner = :cleaner
           left join readings on readings.id = capture_readings.reading_id
           where visits.page_id = :page order by visited_at, visits.id""",
        page=page.id,
        cleaner=cleaner,
    )
    return [_visit(page, row) for row in rows]


def _visit(page: Page, row: StoredVisit) -> VisitRow:
    where = whereto(page.url, Redirected(row["url"], row["status"], row["redirects"], row["location"]))
    return {**row, "to": where.to, "permanent": where.permanent, "hop": where.hop}


def unobserved(page: Page, visits: Sequence[VisitRow], now: str) -> list[Gap]:
    """The periods in which a page was not observed, given its visits (`visits`) and the present moment."""
    seen = [(one["visited_at"], departures.tells(one)) for one in visits]
    return gaps(seen, now if page.followed else None, page.pause if page.followed else None)


_WORDED = """
    select coalesce((
        select other.id from blocks as own join blocks as other
            on other.page_id = own.page_id and other.form = own.form and other.kind = own.kind
        join presence on block_id = other.id
        where own.id = value and since_at <= :at and (until_at is null or until_at > :at)
        order by other.id <> own.id, since_at desc, other.id limit 1), value)
    from json_each(:ids) order by key"""


def worded(db: Sqlite, ids: Sequence[int], at: str) -> tuple[int, ...]:
    """Lines of a revision as the page worded them at a moment, while it was current: each in the wording present then.

    Another spelling of a date, for example, makes no revision. A line with no wording present then (a running count) stays as it is.

    Args:
        ids: of its blocks, in order.
    """
    return tuple(db.column(int, _WORDED, ids=json.dumps(ids), at=at))


_BLOCKS = """
    select blocks.id, kind, text, language,
        (select max(since_at) from presence where block_id = blocks.id and since_at <= :at) as first_seen
    from json_each(:ids) join blocks on blocks.id = value order by key"""


class _Placed(NamedTuple):
    """A block as `_BLOCKS` selects it."""

    id: int
    kind: str
    text: str
    language: str | None
    first_seen: str


def blocks_of(db: Sqlite, revision: Revision) -> list[Block]:
    """The blocks of a revision in reading order, each with the start of its presence at that revision."""
    rows = db.all(_Placed, _BLOCKS, ids=json.dumps(revision.block_ids), at=revision.last_seen_at)
    return [Block(*row, page=number) for row, number in zip(rows, pdf_pages(db, revision), strict=True)]


_PAGES = """
    select reading_id from revisions join pages on pages.id = page_id
    where page_id = :page and number = :number and kind = 'pdf'"""


def pdf_pages(db: Sqlite, revision: Revision) -> list[int | None]:
    """The page of the PDF on which each block of a revision begins, in reading order; None for each block if it is not a PDF."""
    reading = db.value(_PAGES, page=revision.page_id, number=revision.number)
    return [None] * len(revision.block_ids) if reading is None else page_numbers(db, reading, revision.block_ids)


_PAGE_OF = """
    select blocks, reading_id from revisions join pages on pages.id = page_id
    where page_id = :page and number = :number and kind = 'pdf'"""


class _Read(NamedTuple):
    """The lines of a revision (a JSON list of ids), and its reading."""

    blocks: str
    reading_id: int


def pdf_page_of(db: Sqlite, page_id: int, number: int | None, block: int) -> int | None:
    """The page of the PDF on which a block of a revision begins; None if it is not a PDF, or lacks the block."""
    row = db.one(_Read, _PAGE_OF, page=page_id, number=number)
    ids: list[int] = json.loads(row.blocks) if row else []
    return page_numbers(db, row.reading_id, ids)[ids.index(block)] if row and block in ids else None


def raw(db: Sqlite, capture_id: int) -> bytes:
    """The bytes of a capture. Raises FixityError."""
    from pagewitness.archive.store import evidence

    return evidence.body_of(db, evidence.capture(db, capture_id))


_DETAILS = """
    select details, encodings, language, published, modified, author from readings
    join revisions on revisions.reading_id = readings.id
    left join capture_readings on capture_readings.capture_id = revisions.capture_id
        and capture_readings.reading_id = revisions.reading_id
    where revisions.page_id = :page and number = :number"""


class _Details(NamedTuple):
    """What `_DETAILS` selects; the first two are JSON."""

    details: str
    encodings: str | None
    language: str | None
    published: str | None
    modified: str | None
    author: str | None


def reading_details(db: Sqlite, revision: Revision) -> Row:
    """What the reading of a revision says about its page: language, published … and `derived.DETAILS`.

    `ocr`: pages of a PDF read by OCR; `unread`: pages that could not be read; `garbled`: pages with words that could not.
    Each only if there are any.
    """
    row = db.one(_Details, _DETAILS, page=revision.page_id, number=revision.number)
    if row is None:
        return {}
    details, encodings = json.loads(row.details), json.loads(row.encodings or "{}")
    how = {key: encodings[key] for key in ("ocr", "unread", "garbled") if encodings.get(key)}
    about = {"language": row.language, "published": row.published, "modified": row.modified, "author": row.author}
    return about | {key: details.get(key, empty) for key, empty in DETAILS.items()} | how
