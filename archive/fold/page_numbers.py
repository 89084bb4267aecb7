"""The page of a PDF on which each block of a revision begins."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pagewitness.archive.fold import page_texts
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words


def page_numbers(db: Sqlite, reading_id: int, ids: Sequence[int]) -> list[int | None]:
    """The page of a PDF on which each of some blocks begins in a reading; None where there are no pages.

    Args:
        ids: of the blocks of the revision made from the reading, in reading order. Their typography may be that of an
            earlier observation.
    """
    sql = "select id, text from blocks where id in (select value from json_each(:ids))"
    texts = db.mapping(int, str, sql, ids=json.dumps(ids))
    shown = page_texts.stored_blocks(db, reading_id)
    forms: dict[int, str] = {}  # only of blocks whose text differs; most are equal

    def form_of(here: int) -> str:
        if here not in forms:
            forms[here] = words.plain(shown[here].text)
        return forms[here]

    found: list[int | None] = []
    at = 0
    for block in ids:
        text, form = texts[block], ""
        place = None
        for here in range(at, len(shown)):
            if shown[here].text != text:
                form = form or words.plain(text)
                if form_of(here) != form:
                    continue
            place = here
            break
        found.append(None if place is None else shown[place].page)
        at = at if place is None else place + 1
    return found
