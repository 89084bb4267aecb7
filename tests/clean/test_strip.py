"""The stripped page keeps what readings depend on and nothing else, in linear time."""

from __future__ import annotations

import time

import pytest
from helpers import SLOWNESS
from hypothesis import given
from hypothesis import strategies as st

from pagewitness.scraper.clean import Known, clean, read_unless_known
from pagewitness.scraper.clean.blocks.strip import strip

PAGE = """<!DOCTYPE html><html lang="en"><head><title>A title</title>
<meta name="csrf-token" content="{nonce}"><meta name="author" content="An Office">
<link rel="stylesheet" href="/a-{nonce}.css"><script nonce="{nonce}">let a = "<p>{nonce}</p>";</script>
<style>.c{nonce} {{}}</style></head><body class="page-{nonce} wide" data-request="{nonce}"><!-- {nonce} -->
<a href="/report?token={nonce}#top" onclick="track('{nonce}')">Report</a>
<form><input type="hidden" name="csrf" value="{nonce}"></form>
<div style="width:{nonce}px">One sentence &amp; another.</div><div style="DISPLAY : none">Hidden.</div>
<script type="application/ld+json">{{"@type":"Report","datePublished":"2024-02-19","@id":"{nonce}"}}</script>
</body></html>"""


def test_pages_that_differ_in_nonces_alone_strip_to_the_same() -> None:
    assert strip(PAGE.format(nonce="8f3a90d1")) == strip(PAGE.format(nonce="12345678"))


def test_what_readings_use_stays() -> None:
    stripped = strip(PAGE.format(nonce="8f3a90d1"))
    for kept in (
        '<html lang="en">', '<meta name="author" content="An Office">', '<a href="/report#top">',
        "One sentence &amp; another.", '<div style="display:none">',
        '"datePublished": "2024-02-19"', 'class="page-0 wide"',
    ):  # fmt: skip
        assert kept in stripped
    for gone in ("nonce", "csrf", "8f3a", "track", "data-request", "<!--", "let a", "<link", "<style"):
        assert gone not in stripped


def test_stripping_twice_is_stripping_once() -> None:
    once = strip(PAGE.format(nonce="8f3a90d1"))
    assert strip(once) == once


@given(st.text(alphabet="<>/!-=\"' abcdiv&;#0", max_size=120))
def test_any_markup_can_be_stripped(markup: str) -> None:
    assert strip(markup).startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<p title="a > b">One</p>', "<p>One</p>"),
        ("<p data-x='<b>'>Two</p>", "<p>Two</p>"),
        ("<div Spotter's>Three</div>", "<div>Three</div>"),
        ('<p class="open>Four</p>', "Four</p>"),
        ("<!-- a --><p>Five</p><!-->Six", "<p>Five</p>Six"),
        ("<!--[if IE]><p>Old</p><![endif]--><![if !IE]>New<![endif]>", "New"),
        ("<SCRIPT>if (a</b/) '<p>'</SCRIPT >Seven", "Seven"),
        ("<iframe src=x><p>no</p></iframe>Eight", "Eight"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_tags_end_where_html_says(markup: str, text: str) -> None:
    assert strip(markup).endswith(text)


@pytest.mark.parametrize(
    "piece", ['<a "', "<a b='", '<a b="', "<!--", "<script", "<script>", "<", "</script", "<a b=c ", "a1"]
)
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    began = time.process_time()
    strip(piece * (1_000_000 // len(piece)))
    strip('<p class="' + piece.replace('"', "") * (200_000 // len(piece)) + '">')
    assert time.process_time() - began < 2.0 * SLOWNESS


def test_a_large_page_strips_in_milliseconds() -> None:
    """About 2 ms for 224 kB here; the bound leaves room for slow and busy machines."""
    page = PAGE.format(nonce="1") + "<script>" + "var a = 1 < 2; " * 6_000 + "</script>"
    page += '<div class="card"><a href="/a?b=c">A link</a><p>Some words that a page has.</p></div>' * 1_500
    strip(page)
    began = time.process_time()
    strip(page)
    assert time.process_time() - began < 0.1 * SLOWNESS


def test_a_known_stripped_page_is_not_read_again() -> None:
    first = clean(PAGE.format(nonce="8f3a90d1").encode(), "text/html", "https://a.example/")
    again = read_unless_known(
        PAGE.format(nonce="77777777").encode(), "text/html", "https://a.example/", {first.page_digest}
    )
    assert again == Known(first.page_digest, {"declared": None, "sniffed": "ascii", "used": "utf-8"})


def test_the_address_belongs_to_the_digest() -> None:
    body = PAGE.format(nonce="1").encode()
    assert clean(body, None, "https://a.example/").page_digest != clean(body, None, "https://b.example/").page_digest


def test_plain_text_is_told_from_markup_that_says_the_same() -> None:
    assert clean(b"One line.", "text/plain", None).page_digest != clean(b"One line.", "text/html", None).page_digest


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("/get?id=123&utm_source=mail", "/get?id=123"),
        ("/get?id=123&sig=a8f3&expires=1700000000&X-Amz-Date=20240501T000000Z", "/get?id=123"),
        ("/get;jsessionid=A8F3?la=en", "/get?la=en"),
        ("/get?file=Report 2024 (final).pdf", "/get?file=Report 2024 (final).pdf"),
        ("/law#article-6", "/law#article-6"),
        ("/law#:~:text=ports", "/law"),
        ("/cdn-cgi/l/email-protection#e38a8d858ca38c93868d", "/cdn-cgi/l/email-protection"),
        ("#part", "#"),
    ],
)
def test_a_link_keeps_where_it_leads_without_what_varies(href: str, kept: str) -> None:
    assert f'<a href="{kept}">' in strip(f'<a href="{href}">Report</a>').replace("&amp;", "&")


def test_what_a_web_archive_adds_to_a_page_makes_no_difference() -> None:
    own = '<p>Ice</p><a href="https://office.example/a">Report</a>'
    bar = "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id=wm-ipp-base>7 captures</div><!-- END WAYBACK TOOLBAR INSERT -->"
    replayed = own.replace('href="', 'href="/web/20240501020304/')
    assert strip(bar + replayed) == strip(own)
