"""Evidence: appended, never altered, and linked so that an alteration shows."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import pytest
from helpers import URL, answer, check_whole, day

from pagewitness.archive import addresses
from pagewitness.archive.errors import ArchiveError, FixityError, QueryError
from pagewitness.archive.model import Collector, Exchange, Outcome, Page, Source, Visit
from pagewitness.archive.store import bodies, chain, evidence, robots
from pagewitness.archive.store.database import Sqlite


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


def keep(db: Sqlite, page: Page, body: str, at: str, writer: str = "run", record_id: str | None = None) -> int | None:
    return evidence.keep(db, Visit(page, writer, at), answer(body, record_id=record_id))


# --- what is on record ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.CAPTURED])
def test_a_visit_that_brought_nothing_is_on_record(db: Sqlite, page: Page, outcome: Outcome) -> None:
    """Every outcome is a visit, with its status and its reason."""
    assert evidence.note(db, Visit(page, "run", day(1), outcome, status=304, reason="why"))
    [row] = db.rows("select page_id, writer, visited_at, outcome, status, reason, capture_id from visits")
    assert tuple(row) == (page.id, "run", day(1), outcome.value, 304, "why", None)


def test_an_answer_is_a_capture_a_body_and_a_visit(db: Sqlite, page: Page) -> None:
    """The headers are kept as they came, in order and with repetitions."""
    headers = (
        ("ETag", '"1"'),
        ("Set-Cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("Content-Type", "text/html"),
        ("X-Ž", "ą"),
    )
    capture_id = evidence.keep(db, Visit(page, "run", day(1)), answer(b"\x00\xff", headers=headers, status=404))
    assert capture_id is not None
    capture = evidence.capture(db, capture_id)
    assert (capture.status, capture.headers, capture.captured_at, capture.url) == (404, headers, day(1), URL)
    assert bodies.load_body(db, capture.body_id) == b"\x00\xff"
    assert db.value("select outcome from visits where capture_id = :id", id=capture_id) == "captured"
    assert db.value("select count(*) from fold_queue") == 1


def test_equal_bytes_are_kept_once(db: Sqlite, page: Page) -> None:
    """Also those of different pages: a body is known by its digest."""
    other = evidence.known_page(db, "https://example.org/other")
    for number, (where, body) in enumerate([(page, "one"), (page, "one"), (other, "one"), (page, "two"), (page, "")]):
        keep(db, where, body, day(number))
    assert db.value("select count(*) from captures") == 5
    assert db.value("select count(*) from bodies") == db.value("select count(*) from frames") == 3
    assert {bytes(bodies.load_body(db, row[0])) for row in db.rows("select id from bodies")} == {b"one", b"two", b""}


def test_an_answer_is_kept_whole_or_not_at_all(db: Sqlite, page: Page) -> None:
    """What breaks off in the middle leaves nothing behind."""

    def half() -> None:
        with db.transaction():
            keep(db, page, "lost", day(1))
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        half()
    for table in ("captures", "bodies", "frames", "visits", "fold_queue"):
        assert db.value(f"select count(*) from {table}") == 0


@pytest.mark.parametrize(
    "sql",
    [
        "update visits set outcome = 'failed'",
        "delete from visits",
        "update captures set captured_at = '2020-01-01T00:00:00.000000Z'",
        "update captures set headers = '[]'",
        "delete from captures",
        "update bodies set digest = 'x'",
        "update bodies set size = 0",
        "delete from bodies",
        "insert or replace into visits select * from visits",
        "insert or replace into captures select * from captures",
    ],
)
def test_the_database_itself_refuses_to_alter_evidence(db: Sqlite, page: Page, sql: str) -> None:
    """Whoever opens the file, with whatever tool."""
    keep(db, page, "one", day(1))
    with pytest.raises(ArchiveError, match="append-only"):
        db.execute(sql)
    with closing(sqlite3.connect(db.path)) as other:
        other.execute("pragma recursive_triggers = on")
        with pytest.raises(sqlite3.Error, match="append-only"):
            other.execute(sql)
    assert db.value("select count(*) from visits") == db.value("select count(*) from captures") == 1


# --- the chain --------------------------------------------------------------------------------------------------------

EXCHANGE = Exchange(
    request_headers=(("Accept-Language", "lt"), ("Cookie", "…")),
    address="192.0.2.7",
    port=443,
    http_version="1.1",
    tls_version="TLSv1.3",
    certificates=(b"leaf", b"issuer"),
)


def recomputed(db: Sqlite, writer: str) -> list[str]:
    """The chain of a writer, made again from what the rows say, by SQL and hashlib alone."""
    last, chain = "", []
    for row in db.rows(
        """select visits.*, captures.url as answered_by, captures.status as answered, headers, redirects, digest, record_id,
               truncated, exchange, captures.page_id as of_page, captured_at, server_date, software, version, vantage, operator
           from visits left join captures on captures.id = capture_id left join bodies on bodies.id = body_id
           left join collectors on collectors.id = collector_id left join exchanges on exchanges.id = exchange_id
           where writer = :writer order by visits.id""",
        writer=writer,
    ):
        facts = [row["page_id"], row["url"], row["visited_at"], row["outcome"], row["status"], row["reason"]]
        if row["outcome"] == "captured":
            names = ("of_page", "captured_at", "answered_by", "answered", "headers", "redirects", "digest", "record_id")
            facts.append([row[name] for name in (*names, "truncated", "server_date")])
        else:
            facts.append([row["record_id"]] if row["capture_id"] else [])
        who = [row[name] for name in ("software", "version", "vantage", "operator")]
        facts.append(who if row["software"] else None)
        facts.append(row["exchange"])
        last = hashlib.sha256(f"{last}\n{json.dumps(facts, ensure_ascii=False)}".encode()).hexdigest()
        chain.append(last)
    return chain


def stored(db: Sqlite, writer: str) -> list[str]:
    return [row[0] for row in db.rows("select chain from visits where writer = :writer order by id", writer=writer)]


@pytest.fixture
def history(db: Sqlite, page: Page) -> Page:
    """Some visits by both writers."""
    first = keep(db, page, "one", day(1))
    evidence.note(db, Visit(page, "run", day(2), Outcome.NOT_MODIFIED, status=304, capture_id=first))
    keep(db, page, "old", day(-9), "import", "<urn:1>")
    evidence.note(db, Visit(page, "run", day(3), Outcome.FAILED, reason="no answer, says “the network” ą"))
    keep(db, page, "two", day(4))
    evidence.keep(db, Visit(page, "run", day(5)), replace(answer("hal"), truncated="length", exchange=EXCHANGE))
    seen_by = replace(EXCHANGE, address="192.0.2.8")
    evidence.note(db, Visit(page, "run", day(6), Outcome.FAILED, reason="no answer", exchange=seen_by))
    evidence.note(db, Visit(page, "import", day(-8), Outcome.NOT_MODIFIED))
    return page


@pytest.mark.parametrize("writer", ["run", "import"])
def test_each_visit_is_linked_to_the_one_its_writer_appended_before(db: Sqlite, history: Page, writer: str) -> None:
    """A stranger can make the chain again from the rows."""
    assert stored(db, writer) == recomputed(db, writer)
    assert len(set(stored(db, writer))) == len(stored(db, writer))


def test_a_chain_stays_whole_when_a_page_is_followed_under_another_spelling(db: Sqlite, history: Page) -> None:
    """What may change of a page is not in its evidence."""
    from pagewitness.archive.store import agenda

    agenda.follow(db, ["http://EXAMPLE.org/assessment"], None, 60, day(9))
    assert evidence.page(db, history.id).url == "http://EXAMPLE.org/assessment"
    assert stored(db, "run") == recomputed(db, "run")


@pytest.mark.parametrize("writer", ["run", "import"])
def test_a_chain_stays_whole_when_the_catalogue_changes_a_pages_key(db: Sqlite, writer: str) -> None:
    """Before and after: honest evidence must not look forged."""
    from pagewitness.archive.store import sources

    page = evidence.known_page(db, f"{URL}?id=1&tab=2")
    keep(db, page, "one", day(1), writer, "<urn:1>")
    assert not list(chain.broken(db, writer))
    ours = Source("ours", "Ours", "LT", hosts=("example.org",), ignored=("tab",))
    sources.know(db, [ours])
    assert evidence.page(db, page.id).key != page.key
    keep(db, evidence.page(db, page.id), "two", day(2), writer, "<urn:2>")
    assert not list(chain.broken(db, writer))
    assert stored(db, writer) == recomputed(db, writer)


def test_a_visit_that_was_altered_or_taken_out_breaks_the_chain(db: Sqlite, history: Page) -> None:
    """The first shows at itself, the second at the visit after it."""
    ids = [row[0] for row in db.rows("select id from visits where writer = 'run' order by id")]
    db.execute("drop trigger visits_update")
    db.execute("update visits set reason = 'nothing' where id = :id", id=ids[1])
    assert list(chain.broken(db, "run")) == [ids[1]]
    db.execute("drop trigger visits_delete")
    db.execute("delete from fold_queue")
    db.execute("delete from visits where id = :id", id=ids[1])
    assert list(chain.broken(db, "run")) == [ids[2]]
    assert list(chain.broken(db, "import")) == []


def test_an_altered_exchange_breaks_the_chain(db: Sqlite, history: Page) -> None:
    """It is evidence like the rest of a visit."""
    assert not list(chain.broken(db, "run"))
    db.execute("drop trigger exchanges_update")
    db.execute("update exchanges set exchange = replace(exchange, '192.0.2.8', '192.0.2.9')")
    [altered] = [row[0] for row in db.rows("select id from visits where visited_at = :at", at=day(6))]
    assert list(chain.broken(db, "run")) == [altered]


# --- what can never be added later ------------------------------------------------------------------------------------


def test_how_an_answer_was_obtained_is_kept_with_it(db: Sqlite, page: Page) -> None:
    """Without secrets, with our clock and the server's, and with who made the visit."""
    dated = (("Date", "Mon, 01 Jan 2024 06:00:00 GMT"), ("Content-Type", "text/html"))
    made = replace(answer("one", headers=dated), exchange=EXCHANGE)
    who = Collector("pagewitness", "0.1.0", "Vilnius, LT", "the desk")
    for at in (1, 2):
        evidence.keep(db, Visit(page, "run", day(at), collector=who), made)
    elsewhere = replace(who, vantage=None)
    evidence.note(db, Visit(page, "run", day(3), Outcome.FAILED, collector=elsewhere, exchange=EXCHANGE))
    rows = db.rows("select exchange from visits join exchanges on exchanges.id = exchange_id")
    assert [row[0] for row in rows] == [db.value("select exchange from exchanges")] * 3
    leaf, issuer = (hashlib.sha256(one).hexdigest() for one in (b"leaf", b"issuer"))
    assert json.loads(rows[0][0]) == {
        "method": "GET", "request_headers": [["Accept-Language", "lt"], ["Cookie", "…"]], "address": "192.0.2.7",
        "port": 443, "http_version": "1.1", "tls_version": "TLSv1.3", "certificates": [leaf, issuer],
    }  # fmt: skip
    assert db.value("select min(server_date) from captures") == "2024-01-01T06:00:00.000000Z"
    assert [tuple(row) for row in db.rows("select * from certificates")] == [(leaf, b"leaf")]
    seen_by = db.rows(
        "select software, version, vantage, operator from visits join collectors on collectors.id = collector_id"
    )
    assert [row["vantage"] for row in seen_by] == ["Vilnius, LT", "Vilnius, LT", None]
    assert db.value("select count(*) from collectors") == 2
    assert list(chain.broken(db, "run")) == []


@pytest.mark.parametrize("date", ["yesterday", "Mon, 99 Jan 2024 06:00:00 GMT", ""])
def test_a_date_that_cannot_be_read_is_left_out(db: Sqlite, page: Page, date: str) -> None:
    evidence.keep(db, Visit(page, "run", day(1)), answer("one", headers=(("Date", date),)))
    assert db.value("select server_date from captures") is None


@pytest.mark.parametrize("date", ["Mon Jan  1 06:00:00 2024", "Mon, 01 Jan 2024 06:00:00 -0000"])
def test_a_date_without_a_zone_is_utc_wherever_we_are(
    db: Sqlite, page: Page, date: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP knows no local time (RFC 9110, 5.6.7)."""
    with monkeypatch.context() as abroad:
        abroad.setenv("TZ", "America/New_York")
        time.tzset()
        evidence.keep(db, Visit(page, "run", day(1)), answer("one", headers=(("Date", date),)))
    time.tzset()
    assert db.value("select server_date from captures") == "2024-01-01T06:00:00.000000Z"


def test_a_collector_without_a_vantage_is_one_however_that_is_said(db: Sqlite, page: Page) -> None:
    """No text and an empty text."""
    for at, nothing in enumerate((None, "", None)):
        who = Collector("pagewitness", "0.1.0", nothing, nothing)
        evidence.note(db, Visit(page, "run", day(at), Outcome.FAILED, collector=who))
    assert db.value("select count(*) from collectors") == 1
    assert list(chain.broken(db, "run")) == []


def test_every_robots_txt_is_kept_with_its_time(db: Sqlite) -> None:
    """Equal texts once."""
    texts = [(200, "Disallow: /"), (200, ""), (None, ""), (200, "Disallow: /")]
    for at, (status, text) in enumerate(texts):
        robots.record_robots(db, "https://example.org", day(at), status, text)
    rows = db.rows(
        "select fetched_at, status, text from robots left join robots_texts on robots_texts.digest = robots.digest order by id"
    )
    assert [tuple(row) for row in rows] == [(day(at), status, text or None) for at, (status, text) in enumerate(texts)]
    assert db.value("select count(*) from robots_texts") == 1
    for table in ("robots", "robots_texts"):
        with pytest.raises(ArchiveError, match="append-only"):
            db.execute(f"delete from {table}")


@pytest.mark.parametrize(
    ("trigger", "sql"),
    [
        ("visits_update", "update visits set outcome = 'disallowed' where outcome = 'failed'"),
        ("visits_update", "update visits set visited_at = visited_at || '0' where id = 2"),
        ("visits_update", "update visits set capture_id = 3 where id = 2"),
        ("visits_delete", "delete from visits where id = 4"),
        ("captures_update", "update captures set headers = '[]' where id = 1"),
        ("captures_update", "update captures set captured_at = '2020-01-01T00:00:00.000000Z' where id = 1"),
        ("captures_update", "update captures set server_date = '2020-01-01T00:00:00.000000Z' where id = 1"),
        ("captures_update", "update captures set page_id = 2 where id = 1"),
        ("visits_update", "update visits set page_id = 2 where id = 1"),
        ("captures_update", 'update captures set redirects = \'[[301,"a","b"]]\' where id = 1'),
        ("bodies_update", "update bodies set digest = 'ab' where id = 1"),
    ],
)
def test_a_row_that_somebody_altered_all_the_same_shows(db: Sqlite, history: Page, trigger: str, sql: str) -> None:
    """The triggers keep out accidents; the chain shows what was done on purpose."""
    evidence.known_page(db, f"{URL}/another")
    db.execute(f"drop trigger {trigger}")
    db.execute(sql)
    assert list(chain.broken(db, "run")) != []
    assert stored(db, "run") != recomputed(db, "run")


def test_bytes_that_no_longer_match_their_digest_are_reported(db: Sqlite, page: Page) -> None:
    """With the digest that was written down and the one found."""
    first, second = keep(db, page, "one", day(1)), keep(db, page, "two", day(2))
    assert first is not None and second is not None  # noqa: PT018
    db.execute("update frames set data = (select data from frames where id = 2) where id = 1")
    with pytest.raises(FixityError, match="Restore it from a backup") as caught:
        bodies.load_body(db, evidence.capture(db, first).body_id)
    assert caught.value.exit_code == 5
    assert caught.value.expected != caught.value.found
    db.execute("update frames set data = x'00' where id = 2")
    with pytest.raises(FixityError):
        bodies.load_body(db, evidence.capture(db, second).body_id)


# --- time -------------------------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_back_never_puts_a_live_capture_before_its_pages_last(db: Sqlite, page: Page) -> None:
    """The log's order is the order of history for what we saw ourselves."""
    for at in (5, 1, 5, 4):
        keep(db, page, f"at {at}", day(at))
    evidence.note(db, Visit(page, "run", day(2), Outcome.FAILED))
    times = [row[0] for row in db.rows("select visited_at from visits order by id")]
    assert times == sorted(set(times))
    assert times[0] == day(5)
    assert times[-1] < day(5.001)
    captured = [row[0] for row in db.rows("select captured_at from captures order by id")]
    assert captured == times[:-1]


def test_an_import_keeps_the_date_of_its_record(db: Sqlite, page: Page) -> None:
    """However late it comes."""
    keep(db, page, "live", day(5))
    keep(db, page, "old", day(1), "import", "<urn:1>")
    assert [row[0] for row in db.rows("select visited_at from visits order by id")] == [day(5), day(1)]


def test_an_answer_that_came_after_its_lease_was_taken_keeps_its_own_moment(db: Sqlite, page: Page) -> None:
    """Whoever has the host now saw the page since: the late answer is the older one, and did not come back."""
    db.execute("insert into hosts (host, claim) select host, 2 from pages")
    evidence.keep(db, Visit(page, "run", day(2), claim=2), answer("new"))
    evidence.keep(db, Visit(page, "run", day(1), claim=1), answer("old"))
    evidence.note(db, Visit(page, "run", day(1.5), Outcome.FAILED, claim=1))
    evidence.keep(db, Visit(page, "run", day(1), claim=2), answer("newest"))
    captured = [row[0] for row in db.rows("select visited_at from visits order by id")]
    assert captured[:3] == [day(2), day(1), day(1.5)]
    assert captured[3] > day(2), "a clock that jumps back is another matter"


def test_pages_have_clocks_of_their_own(db: Sqlite, page: Page) -> None:
    """Only the same page's visits are kept in order."""
    other = evidence.known_page(db, "https://example.org/other")
    keep(db, page, "one", day(5))
    keep(db, other, "two", day(1))
    assert db.value("select captured_at from captures order by id desc") == day(1)


# --- once -------------------------------------------------------------------------------------------------------------


def test_the_same_record_twice_adds_nothing(db: Sqlite, page: Page) -> None:
    """Known by its WARC-Record-ID, or as the same bytes at the same moment under another one."""
    assert keep(db, page, "one", day(1), "import", "<urn:1>")
    assert keep(db, page, "one", day(1), "import", "<urn:1>") is None
    assert keep(db, page, "one", day(1), "import", "<urn:copied>") is None
    assert keep(db, page, "two", day(1), "import", "<urn:2>")
    assert keep(db, page, "one", day(2), "import", "<urn:3>")
    assert db.value("select count(*) from visits") == db.value("select count(*) from captures") == 3


def test_the_same_visit_of_an_import_twice_adds_nothing(db: Sqlite, page: Page) -> None:
    """A 304 or a failure is known by its page, moment and outcome."""
    assert evidence.note(db, Visit(page, "import", day(1), Outcome.NOT_MODIFIED))
    assert not evidence.note(db, Visit(page, "import", day(1), Outcome.NOT_MODIFIED))
    assert evidence.note(db, Visit(page, "import", day(1), Outcome.FAILED))
    assert evidence.note(db, Visit(page, "import", day(2), Outcome.NOT_MODIFIED))
    assert db.value("select count(*) from visits") == 3


def test_a_live_capture_has_a_record_id_of_its_own(db: Sqlite, page: Page) -> None:
    """So that its export can be imported elsewhere, once."""
    keep(db, page, "one", day(1))
    keep(db, page, "one", day(2))
    ids = [row[0] for row in db.rows("select record_id from captures")]
    assert len(set(ids)) == 2
    assert all(one.startswith("<urn:uuid:") for one in ids)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_a_page_is_one_whatever_the_spelling_of_its_address(db: Sqlite, page: Page) -> None:
    """And keeps the address that it was first given."""
    assert evidence.known_page(db, "HTTP://Example.ORG:80/assessment?utm_source=x#top").id == page.id
    assert page.url == URL
    assert not page.followed
    assert evidence.find_page(db, "https://example.org/unknown") is None
    assert evidence.find_page(db, "no address") is None


def test_the_canonical_form_of_a_new_page_is_made_once(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the dearest part of making its acquaintance."""
    made: list[str] = []
    key_of = addresses.key_of

    def counted(url: str) -> str:
        made.append(url)
        return key_of(url)

    monkeypatch.setattr(addresses, "key_of", counted)
    evidence.known_page(db, URL)
    assert made == [URL]


def test_what_is_no_address_is_reported(db: Sqlite) -> None:
    """In a sentence with the remedy."""
    with pytest.raises(QueryError, match="https://"):
        evidence.known_page(db, "ftp://example.org/x")


def test_redirects_are_kept_with_the_answer(db: Sqlite, page: Page) -> None:
    """Each hop with its status, and the address that answered in the end."""
    hops = ((301, URL, URL + "/new"),)
    evidence.keep(db, Visit(page, "run", day(1)), replace(answer("moved"), url=URL + "/new", redirects=hops))
    assert json.loads(db.value("select redirects from captures")) == [list(hops[0])]
    assert "after 1 redirect" in db.value("select reason from visits")
    check_whole(db)


def test_redirects_are_reported_beside_the_reason_of_a_visit(db: Sqlite) -> None:
    """And alone where there is no other reason."""
    page = evidence.known_page(db, URL)
    redirected = replace(answer("text", url=f"{URL}/new"), redirects=((301, URL, f"{URL}/new"),))
    evidence.keep(db, Visit(page, "run", day(1), reason="asked for by a person"), redirected)
    evidence.keep(db, Visit(page, "run", day(2)), redirected)
    led = f"after 1 redirects, from {URL}/new"
    assert [row[0] for row in db.rows("select reason from visits order by id")] == [
        f"asked for by a person; {led}",
        led,
    ]
