"""The pages that pass the filters on pages."""

from __future__ import annotations

import json
from collections.abc import Collection
from difflib import get_close_matches
from typing import NamedTuple

from pagewitness.archive.errors import NotFound
from pagewitness.archive.store.credible import CREDIBLE
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text import words

MOST_NAMED = 10  # sources in an error

_ALLOWED = """
    select id, title from pages where (:sources is null or source_id in (select value from json_each(:sources)))
    and (:kind is null or kind = :kind)"""


def allowed(
    db: Sqlite, source: str | None, kind: str | None, title: str | None, country: str | None = None
) -> frozenset[int] | None:
    """The pages that pass the filters on pages; None for all.

    Args:
        source: the name of their source, or else a part of its name or title (case and diacritics do not count).
        kind: `html`, `pdf`, `boilerplate`.
        title: a part of their title, likewise.
        country: of their source, as the catalogue has it (`LT`, `EU`, `INT`; any case).

    Raises:
        NotFound: no source has this name, or none is of this country.
    """
    if source is None and kind is None and title is None and country is None:
        return None
    sources = None if source is None and country is None else _sources(db, source, country)
    titles: dict[int, str | None] = db.mapping(int, str, _ALLOWED, sources=json_ids(sources), kind=kind)
    if title is None:
        return frozenset(titles)
    part = words.fold(title)
    return frozenset(page for page, own in titles.items() if own and part in words.fold(own))


class _Source(NamedTuple):
    id: int
    name: str
    title: str
    country: str | None


def _sources(db: Sqlite, source: str | None, country: str | None) -> list[int]:
    rows = db.all(_Source, "select id, name, coalesce(title, '') as title, country from sources")
    if source is not None:
        name = words.fold(source)
        found = [row for row in rows if name in words.fold(row.name) or name in words.fold(row.title)]
        rows = [row for row in found if name == words.fold(row.name)] or found
        if not rows:
            raise NotFound(f"No source is called '{source}'{_near(source, db)}")
    if country is not None:
        rows = [row for row in rows if row.country == country.upper()]
        if not rows:
            raise NotFound(
                f"No source of this archive is of the country '{country}': `pagewitness sources` shows the codes, such as LT."
            )
    return [row.id for row in rows]


_WITH_PAGES = """
    select id, name, coalesce(title, '') as title, country from sources
    where exists (select 1 from pages where source_id = sources.id) order by name"""


def _near(source: str, db: Sqlite) -> str:
    """What to write in place of a wrong name: those that are like it, whole or in a word, or else some that have pages."""
    rows = db.all(_Source, _WITH_PAGES)
    known = {words.fold(part): row.name for row in rows for part in (*row.title.split(), *row.name.split(), row.title)}
    known |= {words.fold(row.name): row.name for row in rows}
    if near := dict.fromkeys(known[one] for one in get_close_matches(words.fold(source), known, 3)):
        return ": did you mean " + " or ".join(f"'{name}'" for name in near) + "?"
    some = ", ".join(row.name for row in rows[:MOST_NAMED])
    return (
        f": this archive has pages of {some}; `pagewitness sources` lists all names."
        if some
        else ": this archive has no pages yet."
    )


_FIRST = f"""
    select min(observed_at) from observations
    where {CREDIBLE} and (:only is null or page_id in (select value from json_each(:only)))"""


def first_seen(db: Sqlite, pages: Collection[int] | None) -> str | None:
    """The first credible observation of some pages (ids; None for all); None if there was no such observation."""
    first: str | None = db.value(_FIRST, only=json_ids(pages))
    return first


def left_out(db: Sqlite, kind: str | None) -> set[int]:
    """The pages that are found only if their kind is asked for, boilerplate, and those that never are: further pages of listings."""
    hidden = "role = 'pager'" if kind is not None else "kind = 'boilerplate' or role = 'pager'"
    return set(db.column(int, f"select id from pages where {hidden}"))


def languages(db: Sqlite) -> list[str]:
    """The languages of the archive's blocks, with one index lookup for each."""
    return db.column(
        str,
        """with recursive found (language) as (
               select min(language) from blocks
               union all
               select (select min(language) from blocks where language > found.language) from found
               where language is not null)
           select language from found where language is not null""",
    )


def in_language(db: Sqlite, code: str) -> list[str]:
    """The languages of the archive's blocks that a code means, in any case: `pt` includes `pt-BR`."""
    code = code.lower()
    return [one for one in languages(db) if one.lower() == code or one.lower().startswith(f"{code}-")]


def json_ids(some: Collection[int] | Collection[str] | None) -> str | None:
    """Ids or codes as a parameter of SQL, for `json_each`."""
    return None if some is None else json.dumps(list(some))
