"""Append visits, captures and bodies; read them back. What is here is never altered.

Each function that writes is one transaction (or joins the caller's): the bytes, the capture, the visit, its link in the
hash chain and its place in the fold queue are written together or not at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pagewitness.archive import addresses, times
from pagewitness.archive.errors import FixityError, QueryError
from pagewitness.archive.model import Answer, Capture, Outcome, Page, PageRole, Visit
from pagewitness.archive.store import bodies, exchanges, renderings, visit_log
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.large_bodies import one_at_a_time
from pagewitness.archive.store.visit_order import not_before_the_last

_PAGE = """select pages.id, url, key, sources.name as source, kind, pages.title, followed, due_at, interval, failures,
        coalesce(rules, '') as rules, role, parent_id, depth,
        coalesce(pages.browser, sources.browser, 0) as browser, adapted from pages left join sources on sources.id = source_id"""
_CAPTURE = """select captures.id, page_id, captured_at, url, status, headers, body_id, digest, dom_id
    from captures join bodies on bodies.id = body_id left join renderings on capture_id = captures.id"""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A capture whose bytes no longer match their digest.

    Attributes:
        url: its page's address.
        expected: the SHA-256 (hex) that the bytes should have.
    """

    url: str
    capture_id: int
    expected: str


# --- pages ----------------------------------------------------------------------------------------------------------


def pages_where(db: Sqlite, rest: str, **values: object) -> list[Page]:
    """The pages that the rest of a query chooses, from its `where` on. It may name the columns of `pages` and `sources`."""
    found = db.all(Page, f"{_PAGE} {rest}", **values)
    return [
        replace(one, followed=bool(one.followed), role=PageRole(one.role), browser=bool(one.browser)) for one in found
    ]


def find_page(db: Sqlite, url: str) -> Page | None:
    """The page with an address, in any spelling (`addresses.key_of`), or None. Also takes `boilerplate:HOST`."""
    if url.strip().lower().startswith(addresses.BOILERPLATE):
        return _page_with(db, url.strip().lower())
    try:
        key = addresses.key_of(url)
    except ValueError:
        return None
    return _page_with(db, key) or _page_with(db, _by_rules(db, url, key))


def page(db: Sqlite, page_id: int) -> Page:
    """The page with this id."""
    return pages_where(db, "where pages.id = :id", id=page_id)[0]


def key_as_typed(url: str) -> str:
    """The canonical form of an address that somebody typed (`addresses.key_of`). Raises QueryError if it is not an address."""
    try:
        return addresses.key_of(url)
    except ValueError as error:
        raise QueryError(f"{error}.") from None


_KNOWN_PAGE = """
    insert into pages (url, key, host, source_id)
    values (:url, :key, :host, (select source_id from sites where host = :host)) on conflict (key) do nothing"""


def known_page(db: Sqlite, url: str) -> Page:
    """The page with an address, made if it is new (then it is not followed, and has its host's source, if there is one).

    Raises:
        QueryError: it is not an http or https address.
    """
    key = key_as_typed(url)
    if (found := _page_with(db, key)) is not None:
        return found
    key = _by_rules(db, url, key)
    if (found := _page_with(db, key)) is None:
        with db.transaction():
            db.execute(_KNOWN_PAGE, url=url.strip(), key=key, host=addresses.host_in(key))
        found = _page_with(db, key)
    assert found is not None
    return found


def key_by_rules(db: Sqlite, url: str) -> str:
    """The canonical form of an address by the rules of its host's source. Raises ValueError if it is not a web address."""
    return _by_rules(db, url, addresses.key_of(url))


def _by_rules(db: Sqlite, url: str, key: str) -> str:
    """The canonical form of an address by the rules of its host's source, if it has any."""
    if "?" not in key:
        return key
    ignored = db.value("select ignored from sites where host = :host", host=addresses.host_in(key))
    return addresses.key_of(url, json.loads(ignored)) if ignored else key


def boilerplate_page(db: Sqlite, host: str) -> Page:
    """The page that lists the boilerplate of a host, made if it is new; never followed."""
    key = addresses.BOILERPLATE + host
    if (found := _page_with(db, key)) is None:
        db.execute(
            """insert into pages (url, key, host, kind) values (:key, :key, '', 'boilerplate')
               on conflict (key) do nothing""",
            key=key,
        )
        found = _page_with(db, key)
    assert found is not None
    return found


def last_body(db: Sqlite, page_id: int) -> bytes | None:
    """The bytes of a page's last capture; None if it has none. Raises FixityError."""
    last = db.value(
        "select id from captures where page_id = :page order by captured_at desc, id desc limit 1", page=page_id
    )
    return body_of(db, capture(db, last)) if last else None


def body_of(db: Sqlite, capture: Capture) -> bytes:
    """The bytes of a capture. Raises FixityError, which names the page and the time."""
    return _body(db, capture, capture.body_id)


def document_of(db: Sqlite, capture: Capture) -> bytes:
    """The bytes from which a capture is read: the DOM, where a browser showed the page. Raises as `body_of`."""
    return _body(db, capture, capture.read_id)


def _body(db: Sqlite, capture: Capture, body_id: int) -> bytes:
    try:
        return bodies.load_body(db, body_id)
    except FixityError as error:
        subject = f"The capture of {capture.url} from {times.short(capture.captured_at)} UTC (body {body_id})"
        raise FixityError(subject, error.expected, error.found) from error


def _page_with(db: Sqlite, key: str) -> Page | None:
    return next(iter(pages_where(db, "where key = :key", key=key)), None)


# --- writing --------------------------------------------------------------------------------------------------------


def keep(db: Sqlite, visit: Visit, answer: Answer) -> int | None:
    """Store an answer as a capture: its bytes, its headers, how it was obtained, and the visit that brought it.

    Args:
        visit: its `status`, `capture_id` and `exchange` are ignored: they come from the answer. Its `outcome` is
            `captured`; or another, where the page could not be seen though this answer came: then nothing reads it.
        answer: with a `record_id` if it comes from a WARC.

    Returns:
        The capture's id, or None if the archive has this record already.
    """
    digest = bodies.body_digest(answer.body)
    with one_at_a_time(len(answer.body)):
        return _keep(db, visit, answer, digest)


def _keep(db: Sqlite, visit: Visit, answer: Answer, digest: str) -> int | None:
    # Before the transaction, which keeps others waiting.
    new = bodies.pack_new(db, [answer.body, *renderings.bodies_of(answer)])
    with db.transaction():
        if visit.writer == "import" and visit_log.has_record(db, visit, answer, digest):
            return None
        at = not_before_the_last(db, visit)
        kept = bodies.keep_bodies(db, visit.page.id, new)
        capture_id, covered = _keep_capture(db, visit.page, answer, at, digest, kept[0])
        covered += renderings.keep_rendering(db, capture_id, answer.rendering, new[1:], kept[1:])
        reason = visit.reason
        if answer.redirects and visit.outcome is Outcome.CAPTURED:
            redirected = f"after {len(answer.redirects)} redirects, from {answer.url}"
            reason = f"{reason}; {redirected}" if reason else redirected
        made = replace(
            visit,
            at=at,
            status=answer.status if visit.outcome is Outcome.CAPTURED else None,
            reason=reason,
            capture_id=capture_id,
            exchange=answer.exchange,
        )
        visit_log.append(db, made, covered)
    return capture_id


_NOTE = "select 1 from visits where page_id = :page and visited_at = :at and outcome = :outcome"


def note(db: Sqlite, visit: Visit) -> bool:
    """Record a visit without an answer to store: a 304, a refusal, a failure.

    Returns:
        False if the same imported visit is on record already.
    """
    with db.transaction():
        if visit.writer == "import" and db.value(_NOTE, page=visit.page.id, at=visit.at, outcome=visit.outcome):
            return False
        shown = visit.capture_id and db.value("select record_id from captures where id = :id", id=visit.capture_id)
        visit_log.append(db, replace(visit, at=not_before_the_last(db, visit)), [shown] if shown else [])
    return True


_KEEP_CAPTURE = """
    insert into captures (page_id, captured_at, url, status, headers, redirects, body_id, record_id, truncated,
        server_date)
    values (:page, :at, :url, :status, :headers, :redirects, :body, :record, :truncated, :date)
    returning id"""


def _keep_capture(db: Sqlite, page: Page, answer: Answer, at: str, digest: str, body_id: int) -> tuple[int, list[Any]]:
    """Append a capture. Returns its id, and its facts that the chain covers (`chain`)."""
    import uuid  # not for a run in which all answers are 304: it takes 3 ms to load

    headers, date = json.dumps(answer.headers, ensure_ascii=False, separators=(",", ":")), exchanges.server_date(answer)
    redirects, record_id = json.dumps(answer.redirects), answer.record_id or f"<urn:uuid:{uuid.uuid4()}>"
    capture_id: int = db.value(
        _KEEP_CAPTURE,
        page=page.id,
        at=at,
        url=answer.url,
        status=answer.status,
        headers=headers,
        redirects=redirects,
        body=body_id,
        record=record_id,
        truncated=answer.truncated,
        date=date,
    )
    came = [answer.url, answer.status, headers, redirects, digest, record_id, answer.truncated, date]
    return capture_id, [page.id, at, *came]


# --- reading --------------------------------------------------------------------------------------------------------


def capture(db: Sqlite, capture_id: int) -> Capture:
    """The capture with this id."""
    found = capture_where(db, "where captures.id = :id", id=capture_id)
    assert found is not None
    return found


class _Captured(NamedTuple):
    """A `Capture`; its headers are JSON."""

    id: int
    page_id: int
    captured_at: str
    url: str
    status: int
    headers: str
    body_id: int
    digest: str
    dom_id: int | None


def capture_where(db: Sqlite, rest: str, **values: object) -> Capture | None:
    """The first capture that the rest of a query chooses, from its `where` on; None if it finds nothing."""
    row = db.one(_Captured, f"{_CAPTURE} {rest}", **values)
    if row is None:
        return None
    headers = tuple((name, value) for name, value in json.loads(row.headers))
    return Capture(*row[:5], headers, *row[6:])
