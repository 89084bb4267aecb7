"""Since when each block stands, until when, and what came in its place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from pagewitness.archive.diff.pairing import pair
from pagewitness.archive.fold import boilerplate
from pagewitness.archive.model import Page, Revision, block_range
from pagewitness.archive.store.credible import BEFORE, last
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import history


@dataclass(frozen=True, slots=True)
class Blamed:
    """A block with when it stood.

    Attributes:
        first_seen, last_seen: the first and the last observation of the span (the last one, of those on record).
        first_revision: the number of the revision that brought it.
        current: whether it still stands.
        gone_by: the first credible observation without it; None while it stands.
        replaced_by: what `diff` takes it to have become then (several blocks are joined by line feeds); None while it
            stands, or where nothing came in its place.
        page: the number of the page of a PDF on which it begins; None elsewhere, and for what is gone.
        repeated: whether it is boilerplate, a line that the site repeats: it may be worded otherwise by now.
    """

    kind: str
    text: str
    first_seen: str
    first_revision: int
    last_seen: str
    current: bool
    gone_by: str | None
    replaced_by: str | None
    page: int | None = None
    repeated: bool = False


_SPANS = """select blocks.id, kind, text, since_at as first_seen, number as first_revision, until_at, until_visit,
        coalesce((select max(observed_at) from credible
                  where credible.page_id = :page and (observed_at, visit_id) < (coalesce(until_at, 'Z'), coalesce(until_visit, 0))),
            since_at) as last_seen
    from {source} join presence on block_id = blocks.id and (since_at, since_visit) = (
        select since_at, since_visit from presence where block_id = blocks.id and {chosen}
        order by since_at desc, since_visit desc limit 1)
    join observations as began on began.visit_id = since_visit join revisions on revisions.visit_id = began.revision"""


def blame(db: Sqlite, page: Page, revision: Revision) -> list[Blamed]:
    """The blocks of a revision in reading order, each with the span in which it stood when the revision was last seen.

    So a block of the text in force is current, also where that text has returned.
    """
    source = _SPANS.format(source="json_each(:ids) join blocks on blocks.id = value", chosen="since_at <= :at")
    found = _blamed(db, page, db.rows(
        f"{source} order by key", page=page.id, ids=json.dumps(revision.block_ids), at=revision.last_seen_at
    ))  # fmt: skip
    return [replace(one, page=number) for one, number in zip(found, history.pages(db, revision), strict=True)]


def removed(db: Sqlite, page: Page, revision: Revision) -> list[Blamed]:
    """The blocks that had stood before a revision and are not in it, each with its last span.

    What went last comes first, and what went together in the order in which it stood.
    """
    first, last = block_range(page.id)
    source = _SPANS.format(source="blocks", chosen="until_at <= :at")
    return _blamed(db, page, db.rows(
        f"""{source} where blocks.id between :first and :last and blocks.id not in (select value from json_each(:ids))
            order by until_at desc, until_visit desc""",
        page=page.id, first=first, last=last, ids=json.dumps(revision.block_ids), at=revision.last_seen_at,
    ), in_order=False)  # fmt: skip


def _blamed(db: Sqlite, page: Page, rows: list[Any], *, in_order: bool = True) -> list[Blamed]:
    """Args: in_order: whether the rows are; else those that went at one observation are put in the order of their text."""
    blamed = []
    repeated = boilerplate.covered(db, [row["id"] for row in rows])
    for visit, group in groupby(rows, key=lambda row: None if in_order else row["until_visit"]):
        own = list(group)
        became = {one: _became(db, page, one) for one in {row["until_visit"] for row in own} - {None}}
        if not in_order:
            places = {block: place for place, block in enumerate(became[visit])}
            own.sort(key=lambda row: places[row["id"]])
        blamed += [_one(row, became.get(row["until_visit"], {}), row["id"] in repeated) for row in own]
    return blamed


def _one(row: Any, became: Mapping[int, str | None], repeated: bool) -> Blamed:
    return Blamed(
        row["kind"], row["text"], row["first_seen"], row["first_revision"], row["last_seen"], row["until_at"] is None,
        row["until_at"], became.get(row["id"]), repeated=repeated,
    )  # fmt: skip


def _became(db: Sqlite, page: Page, visit: int) -> dict[int, str | None]:
    """The blocks that stood until the observation of a visit, in order, each with the text that came in its place."""
    after = db.row(
        """select observed_at, blocks from observations join revisions on revisions.visit_id = revision
           where observations.visit_id = :visit""",
        visit=visit,
    )
    before = db.value(
        f"""select blocks from credible join revisions on revisions.visit_id = revision
            where credible.visit_id = ({last(condition=BEFORE)})""",
        page=page.id, at=after["observed_at"], visit=visit,
    )  # fmt: skip
    ids = json.loads(before), json.loads(after["blocks"])
    texts = _texts(db, {*ids[0], *ids[1]})
    old, new = ([texts[one] for one in side] for side in ids)
    became: dict[int, str | None] = dict.fromkeys(ids[0])
    for link in reversed(pair(old, new)):
        became |= dict.fromkeys((ids[0][i] for i in link.old), "\n".join(new[j] for j in link.new))
    return became


def _texts(db: Sqlite, ids: Iterable[int]) -> dict[int, str]:
    rows = db.rows(
        "select blocks.id, text from json_each(:ids) join blocks on blocks.id = value", ids=json.dumps(list(ids))
    )
    return {row[0]: row[1] for row in rows}
