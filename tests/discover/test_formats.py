"""Feeds and sitemaps: the addresses in them, and what hostile ones can do (nothing)."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pagewitness.scraper.discover.feeds import is_feed, read_feed
from pagewitness.scraper.discover.sitemaps import Sitemap, is_sitemap, read_sitemap

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Agency</title><link>https://a.example/</link>
<item><title>Sabotage &amp; ports</title><link>/r/2</link><pubDate>Tue, 04 Mar 2025 09:00:00 +0200</pubDate></item>
<item><title>Old</title><link>https://a.example/r/1</link></item>
<item><title>Mail</title><link>mailto:x@a.example</link></item></channel></rss>"""
ATOM = b"""<?xml version='1.0'?><!-- made --><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>
<entry><title>One</title><link rel="self" href="https://a.example/feed/1"/><link href="https://a.example/r/1"/>
<updated>2025-02-03T04:05:06Z</updated></entry></feed>"""
SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://a.example/r/1?a=1&amp;b=2</loc><lastmod>2025-03-04T01:02:03Z</lastmod></url>
<url><loc> https://a.example/r/2 </loc></url><url><loc>ftp://a.example/</loc></url></urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://a.example/s1.xml.gz</loc></sitemap></sitemapindex>"""


def test_the_entries_of_rss_have_addresses_titles_and_dates() -> None:
    assert is_feed(RSS)
    assert read_feed(RSS, "https://a.example/feed") == [
        ("https://a.example/r/2", "Sabotage & ports", "2025-03-04"),
        ("https://a.example/r/1", "Old", None),
    ]


def test_the_entries_of_atom_lead_to_the_page_and_not_to_the_feed() -> None:
    assert is_feed(ATOM)
    assert read_feed(ATOM, "https://a.example/feed") == [("https://a.example/r/1", "One", "2025-02-03")]


def test_a_sitemap_lists_pages_and_an_index_lists_sitemaps() -> None:
    pages = (("https://a.example/r/1?a=1&b=2", "2025-03-04"), ("https://a.example/r/2", None))
    for body in (SITEMAP, gzip.compress(SITEMAP)):
        assert is_sitemap(body)
        assert read_sitemap(body) == Sitemap(pages)
    assert read_sitemap(INDEX) == Sitemap(sitemaps=("https://a.example/s1.xml.gz",))


@pytest.mark.parametrize("body", [b"", b"<html><body>rss</body></html>", b"\x1f\x8bno", b"<svg/>"])
def test_other_bodies_are_neither(body: bytes) -> None:
    assert not is_feed(body)
    assert not is_sitemap(body)


def test_entities_are_never_resolved(tmp_path: Path) -> None:
    """Neither those that read files nor those that grow."""
    secret = tmp_path / "secret"
    secret.write_text("https://a.example/secret")
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    assert read_sitemap(doctype + SITEMAP.partition(b"?>")[2].replace(b"ftp://a.example/", b"&e;")) == Sitemap()
    assert read_feed(doctype + RSS.partition(b"?>")[2].replace(b"Old", b"&e;"), "https://a.example/") == []


def test_a_sitemap_that_grows_when_it_is_decompressed_is_not_read() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (51 << 20), 9)
    assert is_sitemap(bomb)
    assert read_sitemap(bomb) == Sitemap()


def test_what_is_nested_too_deep_or_cut_gives_what_came_before() -> None:
    assert read_sitemap(b"<urlset>" + b"<a>" * 100_000) == Sitemap()
    assert len(read_sitemap(SITEMAP[:-40]).pages) == 2
    assert read_sitemap(b"") == Sitemap()


def test_a_beginning_of_many_comments_is_read_once() -> None:
    """It could be divided into comments in more ways than there is time to try."""
    body = b"<!-- -->" * 1000
    assert not is_feed(body + b"x")
    assert not is_sitemap(body + b"x")
    assert is_feed(b"<!-- -->" * 100 + RSS.partition(b"?>")[2])
