"""Learning boilerplate when a run, an import or a reclean ends: the one place where lists and masks are written.

What is learned is a function of the readings; so whatever was interrupted is made good by the next one, and several
processes that learn at once come to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pagewitness.archive import addresses, cleaner_names, times
from pagewitness.archive.errors import FixityError
from pagewitness.archive.fold import boilerplate, derivation, line_counts, readings
from pagewitness.archive.fold.line_counts import PageLines
from pagewitness.archive.model import Answer, Page, Visit
from pagewitness.archive.search import silent_alerts
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.scraper.clean.cleaner_version import with_rules
from pagewitness.scraper.work import repeated_lines
from pagewitness.scraper.work.repeated_lines import Boilerplate

ROUNDS = 3  # in which a host is looked at while others read its pages

Masked = Mapping[str, Sequence[int]]  # the keys of lines, each with the ids of the pages where it may be a member


def learn(db: Sqlite, cleaner: str) -> set[int]:
    """Learn the boilerplate of all hosts that have new readings, and remake the histories that it affects.

    Args:
        cleaner: today's.

    Returns:
        the ids of the pages whose histories were remade.
    """
    newest = line_counts.newest_reading(db)
    for host in line_counts.hosts(db, cleaner, repeated_lines.LEAST_PAGES):
        _learn(db, host, cleaner)
    line_counts.learned(db, cleaner, newest)
    touched = set(boilerplate.stale(db, cleaner))
    for number in sorted(touched):
        page = evidence.page(db, number)
        derivation.derive(db, page, with_rules(cleaner, page.rules), quietly=silent_alerts.quietly)
    return touched


def _learn(db: Sqlite, host: str, cleaner: str) -> None:
    """Learn the boilerplate of a host: each page's lines are counted in a transaction of its own, so that others can write
    in between, and the list is written in a last one.

    If new readings of the host came in meanwhile, it is learned again. After a few rounds it is written anyway: the process
    that is still reading the host learns it again when it is done.
    """
    for _ in range(ROUNDS):
        newest = _newest(db, host)
        masked, found = _look(db, host)
        with db.transaction():
            if _newest(db, host) == newest:
                _write(db, host, masked, found, cleaner)
                return
    with db.transaction():
        _write(db, host, masked, found, cleaner)


def _look(db: Sqlite, host: str) -> tuple[Masked, Boilerplate]:
    """What the pages of a host repeat now: what is masked, as the fold wants it, and the texts of all lines."""
    sampled = line_counts.sample(db, host)
    pages = [_counted(db, page) for page in sampled]
    learned = repeated_lines.find_repeated(pages)
    if learned.masked:
        # What is masked is so on all pages of the host, so all are asked whose main text it is.
        learned = learned.but(_counted(db, page) for page in line_counts.others(db, host, sampled))
    of = {key: count.line for page in reversed(pages) for key, count in page.counts.items()}
    texts = line_counts.line_texts(db, {of[key] for key in (*learned.lines, *learned.masked)})
    found = learned.named({key: texts[of[key]] for key in (*learned.lines, *learned.masked)})
    return learned.masked, found


def _counted(db: Sqlite, page: int) -> PageLines:
    with db.transaction():
        return line_counts.page_lines(db, page)


def _newest(db: Sqlite, host: str) -> int | None:
    """The id of the newest reading of a host's pages."""
    sql = """select max(readings.id) from pages join readings on page_id = pages.id
        where host = :host and kind <> 'boilerplate'"""
    newest: int | None = db.value(sql, host=host)
    return newest


def _write(db: Sqlite, host: str, masked: Masked, found: Boilerplate, cleaner: str) -> None:
    boilerplate.set_lines(db, host, masked)
    known = evidence.find_page(db, f"{addresses.BOILERPLATE}{host}")
    if known or found.lines:
        _keep(db, known or evidence.boilerplate_page(db, host), found, cleaner)


def _keep(db: Sqlite, page: Page, found: Boilerplate, cleaner: str) -> None:
    """Keep a list as a capture of its page, unless the last one has the same lines."""
    without = [capture for capture in readings.unread(db, page.id, cleaner) if not _read(db, capture, cleaner)]
    if not _is_known(db, page, found):
        headers = (("Content-Type", repeated_lines.CONTENT_TYPE),)
        answer = Answer(page.url, 200, headers, repeated_lines.written(found))
        capture = evidence.keep(db, Visit(page, "learn", times.now(), reason="learned"), answer)
        assert capture is not None
        _read(db, capture, cleaner)
    derivation.derive(db, page, cleaner, without=without)


def _is_known(db: Sqlite, page: Page, found: Boilerplate) -> bool:
    try:
        body = evidence.last_body(db, page.id)
    except FixityError:
        return False
    if body is None:
        return False
    now, former = repeated_lines.parts(body)
    return set(now) == set(found.lines) and set(former) == set(found.former)


def _read(db: Sqlite, capture_id: int, cleaner: str) -> bool:
    """Give a list its reading; False where its bytes are damaged."""
    capture = evidence.capture(db, capture_id)
    try:
        body = evidence.body_of(db, capture)
    except FixityError:
        return False
    readings.add(
        db, capture, repeated_lines.reading_of_list(body, capture.url, cleaner_names.of_html(cleaner)), cleaner
    )
    return True
