"""The head of an answer: how its lines are read, where reading ends, and what http.client is given of it."""

from __future__ import annotations

import io
from http.client import BadStatusLine, HTTPException, IncompleteRead, LineTooLong

import pytest
from urllib3.exceptions import InvalidHeader

from pagewitness.scraper.net.head import LONGEST_LINE, MOST_HEADER_LINES, MOST_INTERIM, Head, Stream, read_head

OK = b"HTTP/1.1 200 OK\r\n"


def stream(data: bytes) -> Stream:
    return Stream(io.BytesIO(data))  # as raw as a socket's file


def read(data: bytes) -> Head:
    return read_head(stream(data))


def framed(*fields: tuple[str, str], status: int = 200) -> bytes:
    return Head(OK, status, fields).as_bytes()


def test_the_body_begins_where_the_head_ends() -> None:
    """Not a byte more is taken, whatever the ends of the lines."""
    for ends in (b"\r\n", b"\n"):
        source = stream(OK.replace(b"\r\n", ends) + b"A: 1" + ends + ends + b"body")
        assert read_head(source).fields == (("A", "1"),)
        assert source.read(10) == b"body"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"HTTP/1.1 200 OK\r\n", 200),
        (b"HTTP/1.0 404\r\n", 404),
        (b"HTTP/1.1 304 \n", 304),
        (b"HTTP/1.1\t999 x y\r\n", 999),
    ],
)
def test_a_status_line_is_read(line: bytes, status: int) -> None:
    """With or without words."""
    assert (read(line + b"\r\n").status_line, read(line + b"\r\n").status) == (line, status)


@pytest.mark.parametrize(
    "line",
    [
        b"hello\r\n",
        b"HTTP/1.1 20 OK\r\n",
        b"HTTP/1.1 2000 OK\r\n",
        b"HTTP/1.1 OK\r\n",
        b"\r\n",
        b"ICY 200 OK\r\n",
        b"x",
    ],
)
def test_what_is_no_status_line(line: bytes) -> None:
    """Then there is no head: nothing more is read."""
    source = stream(line + b"more")
    with pytest.raises(BadStatusLine):
        read_head(source)


def test_no_answer_is_no_head() -> None:
    """http.client then says that the server closed the connection."""
    assert read(b"") == Head(b"", 0, ())
    assert read(b"").as_bytes() == b""


def test_interim_answers_are_skipped_with_their_fields() -> None:
    """As many as anybody needs, but not without end; a change of protocol is no interim answer."""
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    assert read(hint * MOST_INTERIM + OK + b"A: 1\r\n\r\n").fields == (("A", "1"),)
    with pytest.raises(HTTPException, match="interim"):
        read(hint * (MOST_INTERIM + 1) + OK + b"\r\n")
    with pytest.raises(InvalidHeader, match="another protocol"):
        read(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")


def test_a_head_may_have_so_many_lines_and_no_more() -> None:
    """The empty one counts, as it does for http.client."""
    assert len(read(OK + b"A: 1\r\n" * (MOST_HEADER_LINES - 1) + b"\r\n").fields) == MOST_HEADER_LINES - 1
    with pytest.raises(HTTPException, match="header lines"):
        read(OK + b"A: 1\r\n" * MOST_HEADER_LINES + b"\r\n")


def test_a_line_may_be_so_long_and_no_longer() -> None:
    """With its end."""
    value = b"a" * (LONGEST_LINE - 5)
    assert read(OK + b"A: " + value + b"\r\n\r\n").fields == (("A", value.decode()),)
    for data in (OK + b"A: a" + value + b"\r\n\r\n", b"HTTP/1.1 200 " + value * 2):
        with pytest.raises(LineTooLong):
            read(data)


@pytest.mark.parametrize("data", [OK, OK + b"A: 1\r\n", OK + b"A: 1", b"HTTP/1.1 103 x\r\n"])
def test_a_head_without_an_end_is_cut_off(data: bytes) -> None:
    """Whatever of it came."""
    with pytest.raises(IncompleteRead):
        read(data)


def test_a_folded_field_is_one_line() -> None:
    """Over any number of lines, with a blank or a tab; an empty first line gives no blank."""
    assert read(OK + b"A: 1\r\n 2\r\n\t3\r\nB:\r\n  4\r\n\r\n").fields == (("A", "1 2 3"), ("B", "4"))


def test_the_lines_that_continue_a_skipped_one_are_skipped() -> None:
    """They belong to it, not to the field before."""
    assert read(OK + b"A: 1\r\nno field\r\n 2\r\nB: 3\r\n\r\n").fields == (("A", "1"), ("B", "3"))


def test_each_field_stands_on_a_line_of_its_own() -> None:
    """As http.client wants it; blanks around the value go."""
    assert framed(("A", "1"), ("a", "caf\xe9")) == OK + b"A: 1\r\na: caf\xe9\r\n\r\n"
    assert read(OK + b"A:\t1 \r\n\r\n").fields == (("A", "1"),)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([("Content-Length", "2")], b"Content-Length: 2\r\n"),
        ([("content-length", "2"), ("Content-Length", "2")], b"Content-Length: 2\r\n"),
        ([("Content-Length", "2, 2")], b"Content-Length: 2\r\n"),
        ([("Content-Length", "x")], b"Content-Length: x\r\n"),
        ([("Content-Length", "")], b""),
        ([("Transfer-Encoding", "Chunked")], b"Transfer-Encoding: chunked\r\n"),
        ([("Transfer-Encoding", "identity, chunked"), ("Content-Length", "3")], b"Transfer-Encoding: chunked\r\n"),
        ([("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")], b"Transfer-Encoding: chunked\r\n"),
        ([("Transfer-Encoding", "identity"), ("Content-Length", "3")], b"Content-Length: 3\r\n"),
    ],
)
def test_the_length_is_said_once(fields: list[tuple[str, str]], said: bytes) -> None:
    """Chunks win over a length (RFC 9112, 6.3)."""
    assert framed(*fields) == OK + said + b"\r\n"
    for status in (204, 304):
        assert framed(*fields, status=status) == OK + b"\r\n"


def test_a_length_that_contradicts_itself_is_refused() -> None:
    """As is a coding that we did not ask for."""
    with pytest.raises(InvalidHeader, match="said to be 1 and 2"):
        framed(("Content-Length", "1"), ("Content-Length", "2"))
    with pytest.raises(InvalidHeader, match="Transfer-Encoding is chunked, gzip"):
        framed(("Transfer-Encoding", "gzip, chunked"))


def test_a_stream_reads_nothing_without_a_limit() -> None:
    """Neither a line nor a body; a size below 0 is a chunk that announces itself so."""
    assert stream(b"a\nb").readline() == b"a\n"
    assert stream(b"abc\n").readline(2) == b"ab"
    assert len(stream(b"a" * LONGEST_LINE).readline()) == LONGEST_LINE
    for size in (-1, None, 2 * LONGEST_LINE):
        with pytest.raises(LineTooLong):
            stream(b"a" * (LONGEST_LINE + 1)).readline(size)
    assert stream(b"abc").read(0) == b""
    assert stream(b"abc").read(2) == b"ab"
    for size in (-1, -5, None):
        with pytest.raises(HTTPException, match="less than nothing"):
            stream(b"abc").read(size)
