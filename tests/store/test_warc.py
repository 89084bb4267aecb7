"""WARC: what its records say about pages."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO
from typing import Any

import brotli
import pytest
import zstandard
from helpers import HTML, URL, Writer, day, payload_digest, warc

from pagewitness.archive import times
from pagewitness.archive.errors import BrokenInput, InputError
from pagewitness.archive.model import Outcome, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.store.warc import Recorded, Records

AT = "2024-01-02T03:04:05Z"
BIG = 1 << 20
DIGEST = payload_digest(b"<p>hello</p>")


def record(body: bytes = b"<p>hello</p>", **more: Any) -> dict[str, Any]:
    return {"url": URL, "at": AT, "body": body, **more}


def said(db: Sqlite, stream: bytes, most: int = BIG) -> list[Recorded]:
    """What a stream says, each answer put into the archive as an import does."""
    return taken(db, Records(db, BytesIO(stream), "some.warc", most))


def taken(db: Sqlite, records: Records) -> list[Recorded]:
    found = []
    for one in records:
        found.append(one)
        if one.answer is not None:
            evidence.keep(db, Visit(evidence.known_page(db, one.url), "import", one.at), one.answer)
    return found


def broken(db: Sqlite, stream: bytes) -> tuple[list[Recorded], str]:
    """What came before a stream broke, and what is said about that."""
    found: list[Recorded] = []
    with pytest.raises(BrokenInput) as caught:
        found.extend(Records(db, BytesIO(stream), "some.warc", BIG))
    assert "\n" not in str(caught.value)
    return found, str(caught.value)


# --- responses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_a_response_is_an_answer_at_the_date_of_its_record(db: Sqlite, packed: bool) -> None:
    """With its address, status, headers in order, bytes and record id; compressed or not."""
    headers = [("Set-Cookie", "a=1"), ("Content-Type", "text/html"), ("Set-Cookie", "b=2")]
    stream = warc([record(id="<urn:uuid:1>", status="404 Not Found", headers=headers)], gzip=packed)
    [one] = said(db, stream)
    assert (one.url, one.at, one.outcome) == (URL, "2024-01-02T03:04:05.000000Z", Outcome.CAPTURED)
    assert one.answer is not None
    assert (one.answer.status, one.answer.body, one.answer.record_id) == (404, b"<p>hello</p>", "<urn:uuid:1>")
    assert one.answer.headers == tuple(headers)


@pytest.mark.parametrize("at", ["2024-01-02T03:04:05.123456Z", "2024-01-02T05:04:05.123456+02:00"])
def test_a_record_may_be_dated_to_the_microsecond(db: Sqlite, at: str) -> None:
    """In any zone."""
    assert said(db, warc([record(at=at)]))[0].at == "2024-01-02T03:04:05.123456Z"


def test_an_answer_is_kept_after_transfer_and_content_decoding(db: Sqlite) -> None:
    """The headers say how it came."""
    packed = gzip.compress(b"<p>packed</p>")
    chunked = b"5\r\n<p>hi\r\n4\r\n</p>\r\n0\r\n\r\n"
    found = said(
        db,
        warc(
            [
                record(packed, headers=[*HTML, ("Content-Encoding", "gzip")]),
                record(chunked, headers=[*HTML, ("Transfer-Encoding", "chunked")]),
            ]
        ),
    )
    assert [one.answer and one.answer.body for one in found] == [b"<p>packed</p>", b"<p>hi</p>"]
    assert found[0].answer is not None
    assert found[0].answer.header("Content-Encoding") == "gzip"


def test_what_pages_are_made_of_is_passed_over(db: Sqlite) -> None:
    """Pictures, styles, scripts and addresses of other schemes; and counted. What is too large is a failed visit."""
    records = [
        record(headers=[("Content-Type", kind)])
        for kind in ("image/png", "text/css", "application/javascript", "font/woff2")
    ]
    records += [record(b"x" * 101), record(url="dns:example.org"), record(b"kept")]
    found = Records(db, BytesIO(warc(records)), "some.warc", 100)
    assert [one.answer.body if one.answer else one.outcome for one in found] == ["failed", b"kept"]
    assert found.skipped == 5


def test_records_of_other_kinds_say_nothing_of_pages(db: Sqlite) -> None:
    """Information, requests and metadata."""
    stream = BytesIO()
    writer = Writer(stream, gzip=True)
    writer.write_record(writer.create_warcinfo_record("some.warc", {"software": "test"}))
    writer.write_record(writer.create_warc_record(URL, "request", payload=BytesIO(b"GET / HTTP/1.1\r\n\r\n")))
    writer.write_record(writer.create_warc_record(URL, "metadata", payload=BytesIO(b"x: y")))
    assert said(db, stream.getvalue() + warc([record()]))[0].answer is not None


# --- revisits ---------------------------------------------------------------------------------------------------------

SAME, UNCHANGED = "identical-payload-digest", "server-not-modified"


@pytest.mark.parametrize(
    "more",
    [
        {"WARC-Refers-To": "<urn:uuid:1>"},
        {"WARC-Refers-To-Target-URI": URL, "WARC-Refers-To-Date": AT},
        {"WARC-Refers-To-Date": AT},
        {"WARC-Payload-Digest": DIGEST},
    ],
    ids=["by id", "by address and date", "by date", "by digest"],
)
def test_a_revisit_is_the_same_answer_at_another_moment(db: Sqlite, more: dict[str, str]) -> None:
    """With its own date, headers and id, and the bytes of the original."""
    records = [
        record(b"other", at="2024-01-01T00:00:00Z"),
        record(id="<urn:uuid:1>", more={"WARC-Payload-Digest": DIGEST}),
        record(id="<urn:uuid:2>", at="2024-01-03T00:00:00Z", revisit=SAME, more=more, headers=[*HTML, ("ETag", "2")]),
    ]
    again = said(db, warc(records))[2]
    assert again.at == day(2)
    assert again.answer is not None
    assert (again.answer.body, again.answer.record_id) == (b"<p>hello</p>", "<urn:uuid:2>")
    assert again.answer.header("ETag") == "2"


def test_a_revisit_may_refer_to_a_capture_of_an_earlier_import(db: Sqlite) -> None:
    """Under the address that the record names, though the page is known by another spelling."""
    said(db, warc([record(b"other", url=URL.replace("https", "http"), at="2024-01-01T00:00:00Z"), record(b"original")]))
    more = {"WARC-Refers-To-Target-URI": URL, "WARC-Refers-To-Date": AT}
    [again] = said(db, warc([record(at="2024-01-03T00:00:00Z", revisit=SAME, more=more)]))
    assert again.answer is not None
    assert again.answer.body == b"original"


def test_a_revisit_whose_original_is_missing_is_a_failed_visit(db: Sqlite) -> None:
    """On record, with the reason."""
    [one] = said(db, warc([record(revisit=SAME, more={"WARC-Refers-To": "<urn:uuid:9>"})]))
    assert (one.answer, one.outcome) == (None, Outcome.FAILED)
    assert "original" in str(one.reason)


def test_a_revisit_that_the_server_called_not_modified_is_a_visit(db: Sqlite) -> None:
    """That shows again what was there."""
    [one] = said(db, warc([record(revisit=UNCHANGED, status="304 Not Modified")]))
    assert (one.answer, one.outcome) == (None, Outcome.NOT_MODIFIED)


def test_a_revisit_may_come_before_its_original(db: Sqlite) -> None:
    """In one stream records may be in any order."""
    original = record(id="<urn:uuid:1>", more={"WARC-Payload-Digest": DIGEST})
    by_id = record(at="2024-01-03T00:00:00Z", revisit=SAME, more={"WARC-Refers-To": "<urn:uuid:1>"})
    by_digest = record(at="2024-01-04T00:00:00Z", revisit=SAME, more={"WARC-Payload-Digest": DIGEST})
    found = said(db, warc([by_id, by_digest, original]))
    assert sorted((one.at, one.answer and one.answer.body) for one in found) == [
        ("2024-01-02T03:04:05.000000Z", b"<p>hello</p>"), (day(2), b"<p>hello</p>"), (day(3), b"<p>hello</p>")
    ]  # fmt: skip


# --- streams that break -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("cut", [40, 150, 400])
def test_a_stream_that_is_cut_off_is_reported_and_its_half_record_is_not_taken(
    db: Sqlite, packed: bool, cut: int
) -> None:
    """What came before it counts; half a page is not what the page said."""
    noise = "".join(f"<p>{number * 7919 % 1000}</p>" for number in range(300)).encode()
    whole = [warc([record(body)], gzip=packed) for body in (b"one", noise)]
    stream = whole[0] + whole[1][: len(whole[1]) - cut]
    found, error = broken(db, stream)
    assert [one.answer and one.answer.body for one in found] == [b"one"]
    assert "some.warc" in error
    assert "what came before that is kept" in error


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_a_stream_that_ends_anywhere_within_a_record_says_where_it_began(db: Sqlite, packed: bool) -> None:
    """Also in its head, which does not even say how long it is; the blank lines behind it may be missing."""
    first, second = (warc([record(body)], gzip=packed) for body in (b"one", b"<p>two</p>"))
    last = len(second) - (16 if packed else 4)  # of what says anything: blank lines and gzip's own sums follow
    for cut in [*range(1, last - 8, 5), last - 8, last - 1]:
        found, error = broken(db, first + second[:cut])
        assert [one.answer and one.answer.body for one in found] == [b"one"], cut
        assert f"from byte {len(first):,} on, after 1 record" in error, cut
        assert error.endswith("what came before that is kept."), cut


def test_a_stream_that_ends_within_a_record_that_is_no_page_is_reported_too(db: Sqlite) -> None:
    stream = warc([record(b"one"), record(b"body {color: red}", headers=[("Content-Type", "text/css")])], gzip=False)
    found, error = broken(db, stream[:-9])
    assert [one.answer and one.answer.body for one in found] == [b"one"]
    assert "ends within the record of" in error


def test_a_record_that_is_longer_than_it_says_is_reported_and_those_behind_it_are_taken(
    db: Sqlite, capfd: pytest.CaptureFixture[str]
) -> None:
    """By us, in one sentence, and by nobody else."""
    first, second = (warc([record(body)], gzip=False) for body in (b"one", b"two"))
    found, error = broken(db, first[:-4] + b" and more\r\n\r\n" + second)
    assert [one.answer and one.answer.body for one in found] == [b"one", b"two"]
    assert "1 record that is longer than it says" in error
    assert capfd.readouterr().err == ""


NO_WARC = {
    "text": b"no WARC at all\r\n" * 99,
    "lines of six words": b"Dear reader, this is a letter.\n" * 99,
    "text in gzip": gzip.compress(b"Dear reader, this is a letter.\n" * 99),
    "broken gzip": b"\x1f\x8b\x08garbage" * 9,
    "zeros": b"\x00" * 999,
}


@pytest.mark.parametrize("stream", NO_WARC.values(), ids=NO_WARC.keys())
def test_what_is_no_warc_is_reported(db: Sqlite, stream: bytes) -> None:
    """Whatever it is: it is the wrong file."""
    with pytest.raises(InputError, match=r"some\.warc is no WARC file") as told:
        said(db, stream)
    assert told.value.exit_code == 2


def test_an_empty_stream_has_no_records(db: Sqlite) -> None:
    assert said(db, b"") == []


@pytest.mark.parametrize(
    "at", ["yesterday", "2024-13-01T00:00:00Z", "0001-01-01T00:00:00+05:00", "", "2999-11-01T00:00:00Z", "9999-12-31"]
)
def test_a_record_without_a_usable_date_is_passed_over_and_reported(db: Sqlite, at: str) -> None:
    """Those after it are not its fault."""
    records = Records(db, BytesIO(warc([record(b"one"), record(at=at), record(b"three")])), "some.warc", BIG)
    assert [one.answer.body for one in taken(db, records) if one.answer] == [b"one", b"three"]
    [(url, why)] = records.misdated
    assert url == URL
    assert why == f"its WARC-Date '{at}' is not a date" or ("999" in at and why.endswith("is in the future"))


def test_a_capture_of_a_web_archive_from_the_future_is_passed_over_and_reported(db: Sqlite) -> None:
    """The date that counts is the one that the archive gives."""
    replayed = record(b"one") | {"url": f"https://web.archive.org/web/20990101000000id_/{URL}"}
    records = Records(db, BytesIO(warc([replayed])), "some.warc", BIG)
    assert list(records) == []
    assert [why for _, why in records.misdated] == ["its date, 2099-01-01T00:00:00.000000Z, is in the future"]


def test_a_record_may_be_a_day_ahead_of_our_clock(db: Sqlite) -> None:
    """Ours may be slow."""
    records = Records(db, BytesIO(warc([record(at=times.later(times.now(), 80000))])), "some.warc", BIG)
    assert len(list(records)) == 1


def test_an_answer_that_was_cut_off_when_it_was_recorded_says_so(db: Sqlite) -> None:
    """Its bytes are evidence; and a revisit of it is cut off where it was."""
    first = record(b"<p>half of i", id="<urn:1>", more={"WARC-Truncated": "length"})
    again = record(revisit="identical-payload-digest", more={"WARC-Refers-To": "<urn:1>"}, at="2024-02-01T00:00:00Z")
    found = said(db, warc([first, again, record(b"whole", at="2024-03-01T00:00:00Z")]))
    assert [(one.answer.body, one.answer.truncated) for one in found if one.answer] == [
        (b"<p>half of i", "length"), (b"<p>half of i", "length"), (b"whole", None)
    ]  # fmt: skip


def test_a_revisit_whose_original_is_damaged_is_passed_over_and_reported(db: Sqlite) -> None:
    """It comes with the same file once the original is restored."""
    said(db, warc([record(b"one", id="<urn:1>")]))
    digest = db.value("select digest from bodies")
    db.execute("update frames set data = x'00'")
    again = record(revisit="identical-payload-digest", more={"WARC-Refers-To": "<urn:1>"}, at="2024-02-01T00:00:00Z")
    records = Records(db, BytesIO(warc([again, record(b"two", at="2024-03-01T00:00:00Z")])), "some.warc", BIG)
    assert [one.answer.body for one in taken(db, records) if one.answer] == [b"two"]
    assert records.damaged == [evidence.Damaged(URL, 1, digest)]


def test_a_payload_digest_of_the_decoded_body_is_as_good_as_one_of_the_bytes(db: Sqlite) -> None:
    """Programs differ in what they take for the payload; a digest that fits neither belies the record."""
    packed = gzip.compress(b"<p>hello</p>")
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]

    def read(digest: str) -> list[str]:
        made = warc([{"url": URL, "at": AT, "body": packed, "headers": headers}], gzip=False)
        head, mark, rest = made.partition(b"\r\n\r\n")
        kept = [line for line in head.split(b"\r\n") if not line.startswith((b"WARC-Block", b"WARC-Payload"))]
        stream = BytesIO(b"\r\n".join([*kept, b"WARC-Payload-Digest: " + digest.encode()]) + mark + rest)
        return [str(one.outcome) for one in Records(db, stream, "some.warc", 1 << 20)]

    assert read(DIGEST) == read(payload_digest(packed)) == ["captured"]
    assert read(payload_digest(b"another")) == ["failed"]


# --- codings ----------------------------------------------------------------------------------------------------------

PAGE = b"<p>The port of Nida is closed.</p>" * 40
RAW = zlib.compressobj(wbits=-15)


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)


CODED = {
    "gzip": ("gzip", gzip.compress(PAGE)),
    "x-gzip": ("X-GZip", gzip.compress(PAGE)),
    "gzip of two members": ("gzip", gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:])),
    "gzip with rubbish behind it": ("gzip", gzip.compress(PAGE) + b"\0\0\r\n"),
    "twice gzip": ("gzip, gzip", gzip.compress(gzip.compress(PAGE))),
    "deflate": ("deflate", zlib.compress(PAGE)),
    "deflate without a head": ("deflate", RAW.compress(PAGE) + RAW.flush()),
    "zstd": ("zstd", zstd(PAGE)),
    "brotli": ("br", brotli.compress(PAGE)),
    "gzip in brotli": ("gzip, br", brotli.compress(gzip.compress(PAGE))),
    "undone, but named": ("gzip", PAGE),
    "undone, but named as brotli": ("br", PAGE),
    "undone, but named as deflate": ("deflate", PAGE),
    "no coding": ("identity, utf-8", PAGE),
}  # fmt: skip


@pytest.mark.parametrize(("coding", "body"), CODED.values(), ids=CODED)
@pytest.mark.parametrize("in_chunks", [False, True])
def test_the_codings_of_an_answer_are_undone(db: Sqlite, coding: str, body: bytes, in_chunks: bool) -> None:
    headers = [*HTML, ("Content-Encoding", coding)] + [("Transfer-Encoding", "chunked")] * in_chunks
    [one] = said(db, warc([record(chunked(body) if in_chunks else body, headers=headers)]))
    assert one.answer is not None
    assert (one.answer.body, one.answer.truncated) == (PAGE, None)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd", "br"])
def test_a_compressed_body_that_breaks_off_is_kept_as_cut_off(db: Sqlite, coding: str) -> None:
    body = CODED["brotli" if coding == "br" else coding][1]
    [one] = said(db, warc([record(body[:-6], headers=[*HTML, ("Content-Encoding", coding)])]))
    assert one.answer is not None
    assert PAGE.startswith(one.answer.body)
    assert one.answer.truncated == "unspecified"


def test_a_body_that_grows_too_large_is_not_kept(db: Sqlite) -> None:
    for coding, body in (("zstd", zstd(b"\0" * 9_999_999)), ("gzip", gzip.compress(b"\0" * 9_999_999))):
        [one] = said(db, warc([record(body, headers=[*HTML, ("Content-Encoding", coding)])]))
        assert (one.answer, one.outcome) == (None, Outcome.FAILED)


@pytest.mark.parametrize("known", [None, "plain", "packed"])
def test_a_file_may_be_packed_with_zstd_and_begin_with_its_dictionary(db: Sqlite, known: str | None) -> None:
    plain = [
        warc([record(b"one" * 99)], gzip=False),
        warc([record(b"two" * 99, at="2024-02-01T00:00:00Z")], gzip=False),
    ]
    words = zstandard.ZstdCompressionDict((b"".join(plain) * 9)[:9000]) if known else None
    packer = zstandard.ZstdCompressor(dict_data=words)
    stream = b"".join(map(packer.compress, plain))
    if words is not None:
        own = words.as_bytes() if known == "plain" else zstd(words.as_bytes())
        stream = b"\x5d\x2a\x4d\x18" + len(own).to_bytes(4, "little") + own + stream
    assert [one.answer and one.answer.body for one in said(db, stream)] == [b"one" * 99, b"two" * 99]
    assert broken(db, stream[:-20])[1]


# --- records of other kinds, and of web archives ----------------------------------------------------------------------


def of_kind(kind: str, body: bytes, **more: str) -> bytes:
    stream = BytesIO()
    writer = Writer(stream, gzip=True, warc_version="1.1")
    fields = {"WARC-Date": AT, **{name.replace("_", "-"): value for name, value in more.items()}}
    made = writer.create_warc_record(
        URL, kind, payload=BytesIO(body), warc_content_type="text/html; charset=windows-1257", warc_headers_dict=fields
    )
    writer.write_record(made)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["resource", "conversion"])
def test_a_record_without_http_is_an_answer_of_its_type(db: Sqlite, kind: str) -> None:
    [one] = said(db, of_kind(kind, b"<p>hello</p>"))
    assert one.answer is not None
    assert (one.url, one.answer.status, one.answer.body) == (URL, 200, b"<p>hello</p>")
    assert one.answer.header("Content-Type") == "text/html; charset=windows-1257"


def test_what_was_converted_is_not_what_a_page_said_if_that_is_known(db: Sqlite) -> None:
    converted = of_kind("conversion", b"hello", WARC_Refers_To="<urn:uuid:1>")
    assert len(said(db, warc([record(id="<urn:uuid:1>")]) + converted)) == 1


REPLAYED = {
    "raw, by its address": ("https://web.archive.org/web/20230501020304id_/" + URL, []),
    "by its date": ("https://web.archive.org/web/20230501020304/" + URL, [("Memento-Datetime", "Mon, 01 May 2023 02:03:04 GMT")]),
    "an address with one stroke": ("https://web.archive.org/web/20230501020304id_/" + URL.replace("//", "/"), []),
    "by the page's own headers": ("https://archive.example/wayback/20230501020304mp_/" + URL, [("X-Archive-Orig-Server", "own")]),
    "by its link": ("https://archive.example/id/77", [
        ("Memento-Datetime", "Mon, 01 May 2023 02:03:04 GMT"), ("Link", f'<{URL}>; rel="original", <https://a.example/tm>; rel=timemap')]),
}  # fmt: skip


@pytest.mark.parametrize(("url", "more"), REPLAYED.values(), ids=REPLAYED)
def test_a_capture_of_a_web_archive_is_one_of_its_page_and_its_day(
    db: Sqlite, url: str, more: list[tuple[str, str]]
) -> None:
    [one] = said(db, warc([record(url=url, headers=[*HTML, ("Server", "archive"), *more])]))
    assert (one.url, one.at) == (URL, "2023-05-01T02:03:04.000000Z")
    assert one.answer is not None
    assert one.answer.header("Content-Type") == dict(HTML)["Content-Type"]
    assert one.answer.header("Server") == ("own" if "Orig" in str(more) else None)


def test_what_a_web_archive_says_itself_is_of_no_page(db: Sqlite) -> None:
    """That it has no capture, or a nearer one."""
    url = "https://web.archive.org/web/20230501020304/" + URL
    records = Records(
        db, BytesIO(warc([record(url=url, status="404 Not Found"), record(url=url, status="302 Found")])), "a", BIG
    )
    assert taken(db, records) == []
    assert records.skipped == 2
