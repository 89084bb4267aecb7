"""Links of a page's document that lead elsewhere than before, though their words stayed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pagewitness.archive.derived import LinkChange
from pagewitness.archive.fold import link_targets, observing
from pagewitness.archive.model import Page
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.text.words import plain


class _Text(NamedTuple):
    """A revision's number and its lines (a JSON list of ids)."""

    number: int
    blocks: str


def link_changes(db: Sqlite, page: Page) -> list[LinkChange]:
    """The links of a page that were repointed, oldest first."""
    linked = "select 1 from readings where page_id = :page and targets is not null limit 1"
    if not db.value(linked, page=page.id):
        return []
    cleaner = db.value("select cleaner from checkpoints where page_id = :page", page=page.id) or ""
    seen = observing.credible(db, page, cleaner)[::-1]

    @cache
    def links(reading: int) -> dict[link_targets.LinkKey, str]:
        return link_targets.unpacked_links(db.value("select targets from readings where id = :id", id=reading))

    found = link_targets.repointed(links(row.reading_id) for row in seen)
    return list(_in_text(db, [(seen[one.at].observed_at, seen[one.at].revision, one) for one in found]))


def _in_text(db: Sqlite, found: list[tuple[str, int, link_targets.Repointed]]) -> Iterator[LinkChange]:
    """The changes of links whose lines are in the text that was current then."""

    @cache
    def text_of(revision: int) -> tuple[int, frozenset[str]]:
        now = db.one(_Text, "select number, blocks from revisions where visit_id = :id", id=revision)
        assert now is not None
        sql = "select text from blocks where id in (select value from json_each(:ids))"
        return now.number, frozenset(map(plain, db.column(str, sql, ids=now.blocks)))

    for at, revision, one in found:
        line = db.value("select text from lines where id = :id", id=one.key[0])
        number, lines = text_of(revision)
        if plain(line) in lines:
            yield LinkChange(at, number, one.key[1] or line, line, one.before, one.after)


def changed_between(changes: list[LinkChange], since: str, until: str) -> tuple[LinkChange, ...]:
    """The changes after a moment, up to another; the last of each link, with where it led at first.

    Args:
        changes: of a page, oldest first.
        since, until: the two moments.
    """
    found: dict[tuple[str, str], LinkChange] = {}
    for one in changes:
        if since < one.at <= until:
            first = found.get((one.line, one.words))
            found[one.line, one.words] = one if first is None else one.since_then(first)
    return tuple(one for one in found.values() if one.before != one.after)
