"""Saved pages: their bytes, address and date in the forms in which browsers and other programs write them."""

from __future__ import annotations

import pytest
from saved_files import PAGE, TEXT, chromium_html, chromium_mhtml, explorer_mhtml, page, single_file

from pagewitness.scraper.formats.mhtml import is_mhtml, read_mhtml
from pagewitness.scraper.formats.saved_pages import LAST_RESORT, date_in_name, read_saved

MARCH = "2024-03-07T09:22:11.000000Z"


def test_mhtml_of_chromium_is_the_page_that_it_names_with_its_bytes_as_sent() -> None:
    data = chromium_mhtml(page())
    assert is_mhtml(data)
    saved = read_mhtml(data)
    assert saved is not None
    assert (saved.url, saved.at, saved.kind) == (PAGE, MARCH, "text/html")
    assert saved.body.decode().strip() == page()
    assert TEXT in saved.body.decode()
    assert (saved.url_from, saved.at_from) == ("its Snapshot-Content-Location field", "its Date field")


def test_mhtml_of_internet_explorer_keeps_its_encoding() -> None:
    """Base64, an old code page, and a time with a zone."""
    saved = read_mhtml(explorer_mhtml(page(text=TEXT.replace("€", "EUR"))))
    assert saved is not None
    assert (saved.url, saved.at, saved.kind) == (PAGE, MARCH, "text/html; charset=windows-1257")
    assert "mažai tikėtina" in saved.body.decode("windows-1257")


def test_mhtml_of_one_part_and_a_folded_address() -> None:
    data = (
        b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Location: https://office.example/a\n /long\n"
        b"Date: soon\n\n<p>A page</p>"
    )
    saved = read_mhtml(data)
    assert saved is not None
    assert (saved.url, saved.at, saved.body) == ("https://office.example/a/long", "", b"<p>A page</p>")


@pytest.mark.parametrize(
    ("text", "url", "at"),
    [
        (chromium_html(), PAGE, ""),
        (single_file(), PAGE, "2024-03-07T08:22:11.000000Z"),
        (
            single_file(date="Tue Oct 17 2023 13:55:34 GMT+0300 (Москва, стандартное время)"),
            PAGE,
            "2023-10-17T10:55:34.000000Z",
        ),
        (single_file(date="Wed Sep 24 2025"), PAGE, "2025-09-24T00:00:00.000000Z"),
        (
            "<!-- Mirrored from office.example/a by HTTrack Website Copier/3.x [XR&CO'2014], Thu, 07 Mar 2024 09:22:11 GMT -->",
            "http://office.example/a",
            MARCH,
        ),
        (
            page('<link href="https://office.example/c?a=1&amp;b=2" rel="canonical">'),
            "https://office.example/c?a=1&b=2",
            "",
        ),
        (page("<meta property='og:url' content='https://office.example/o'>"), "https://office.example/o", ""),
        (page("<link rel=canonical href=/relative>"), "", ""),
        ("<!-- saved from url=(0014)about:internet -->" + page(), "", ""),
        (page(), "", ""),
    ],
)
def test_html_says_where_and_when_it_was_saved(text: str, url: str, at: str) -> None:
    saved = read_saved(text.encode())
    assert (saved.url, saved.at) == (url, at)
    last_resort = bool(url) and any(name in text[:200] for name in ("canonical", "og:url"))
    assert (saved.url_from == LAST_RESORT) is last_resort


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("assessment-2024-03-07.html", "2024-03-07T00:00:00.000000Z"),
        ("2024-03-07T09-22-11 assessment.mhtml", MARCH),
        ("20240307092211.html", MARCH),
        ("2024_03_07 0922.html", "2024-03-07T09:22:00.000000Z"),
        ("2024-13-07.html", ""),
        ("2024-02-30.html", ""),
        ("report 12024030799.html", ""),
        ("report-2024.html", ""),
    ],
)
def test_the_name_of_a_file_may_have_its_date(name: str, at: str) -> None:
    assert date_in_name(name) == at


def test_hostile_mhtml_is_no_page() -> None:
    """Parts inside parts without end, a boundary that never comes, broken base64."""
    deep = b"From: <Saved by Blink>\n"
    deep += b"".join(
        b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
    )
    assert is_mhtml(deep)
    assert read_mhtml(deep) is None
    assert read_mhtml(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\nno part\n" * 100) is None
    many = (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
        + b"--b\nContent-Type: text/html\n\n<p>\n" * 6000
    )
    assert read_mhtml(many) is None
    broken = read_mhtml(explorer_mhtml("<p>x</p>").replace(b"PHA+", b"\xff=!"))
    assert broken is None or isinstance(broken.body, bytes)
    assert read_saved(b"<!--" * 20_000 + b" saved from url=(99999)").url == ""
    assert read_saved(b"<link " * 11_000).url == ""
