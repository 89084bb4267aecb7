"""Files, feeds, sitemaps, other languages and other forms of a page."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import HTML, SENTENCES, html
from listings import item, listing, page, serve
from loopback import Loopback, Reply
from terminal import Printed, run_here

Run = Callable[..., Printed]
XML = (("Content-Type", "application/xml"),)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`pagewitness` in this process, on an archive of its own."""
    return lambda *arguments: run_here(monkeypatch, tmp_path / "archive.db", *arguments)


def paths(run: Run, site: Loopback) -> set[str]:
    """The paths of all pages that are followed."""
    return {row["url"].removeprefix(site.origin) for row in run("pages", "--json").rows if row["next_visit"]}


def feed(site: Loopback, *numbers: int) -> bytes:
    """An RSS feed of some reports."""
    items = "".join(
        f"<item><title>Report {number}</title><link>{site.url(f'/r/{number}')}</link></item>" for number in numbers
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Agency</title>{items}</channel></rss>".encode()


def sitemap(*urls: str, name: str = "url") -> bytes:
    """A sitemap, or an index of sitemaps."""
    inner = "".join(f"<{name}><loc>{url}</loc></{name}>" for url in urls)
    around = "urlset" if name == "url" else "sitemapindex"
    return f'<{around} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{around}>'.encode()


def test_the_files_that_a_document_links_are_followed_and_others_are_not(run: Run, site: Loopback) -> None:
    """Those of the menu and the footer are not the document's."""
    text = html("Assessment").replace(
        b"</h1>", b'</h1><p>Read <a href="/files/full%20report.docx">the whole report</a> of the Agency.</p>'
    ).replace(b"</main>", b'</main><footer><p><a href="/terms.docx">Terms of use</a></p></footer>')  # fmt: skip
    site.routes |= {"/a": Reply(200, text, HTML), "/files/full%20report.docx": Reply(200, b"PK\x03\x04" + b"x" * 99)}
    run("add", site.url("/a"))
    done = run("run")
    assert f"found      {site.url('/files/full%20report.docx')}, from {site.url('/a')}" in done.out
    assert paths(run, site) == {"/a", "/files/full%20report.docx"}
    [row] = [row for row in run("pages", "--json").rows if row["url"].endswith("docx")]
    assert row["found_on"] == site.url("/a")


def test_no_files_are_followed_if_the_settings_say_so(
    run: Run, site: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGEWITNESS_DISCOVER_FILES", "0")
    text = html("Assessment").replace(b"</h1>", b'</h1><p>Read <a href="/full.docx">the whole report</a> here.</p>')
    site.routes["/a"] = Reply(200, text, HTML)
    run("add", site.url("/a"))
    run("run")
    assert paths(run, site) == {"/a"}


def test_a_link_that_leads_to_another_file_is_followed_though_no_word_changed(run: Run, site: Loopback) -> None:
    text = html("Assessment").replace(b"</h1>", b'</h1><p>Read <a href="/2024.docx">the whole report</a> here.</p>')
    site.routes |= {
        "/a": Reply(200, text, HTML),
        **{f"/{year}.docx": Reply(200, b"PK\x03\x04") for year in (2024, 2025)},
    }
    run("add", site.url("/a"))
    run("run")
    site.routes["/a"] = Reply(200, text.replace(b"2024.docx", b"2025.docx"), HTML)
    run("run", "--all")
    assert paths(run, site) == {"/a", "/2024.docx", "/2025.docx"}


def test_a_feed_leads_to_pages_and_makes_no_text_of_its_own(run: Run, site: Loopback) -> None:
    serve(site, {})
    site.routes["/feed"] = Reply(200, feed(site, 1, 2), XML)
    run("add", "--listing", site.url("/feed"))
    assert f"found      2 new pages, from {site.url('/feed')}" in run("run").out
    assert paths(run, site) == {"/r/1", "/r/2"}
    site.routes["/feed"] = Reply(200, feed(site, 3, 1, 2), XML)
    assert f"found      {site.url('/r/3')}, from {site.url('/feed')}" in run("run", "--all").out
    assert [row["url"] for row in run("search", "Report", "--json").rows if "feed" in row["url"]] == []
    assert "it leads to pages and has no text" in run("log", site.url("/feed")).text
    assert run("log", site.url("/feed"), "--all", "--json").rows[-1]["outcome"] == "captured"


def test_a_feed_answers_304_like_any_page(run: Run, site: Loopback) -> None:
    serve(site, {})
    seen = []

    def answer(handler: object) -> Reply:
        seen.append(handler.headers.get("If-None-Match"))  # type: ignore[attr-defined]
        return Reply(304) if seen[-1] else Reply(200, feed(site, 1), (*XML, ("ETag", '"1"')))

    site.routes["/feed"] = answer
    run("add", "--listing", site.url("/feed"))
    assert run("run").code == 0
    assert run("run", "--all").code == 0
    assert seen == [None, '"1"']


def test_a_feed_of_the_listing_is_followed_and_one_of_other_things_leads_nowhere(run: Run, site: Loopback) -> None:
    head = ('<link rel="alternate" type="application/rss+xml" href="/feed"><link rel="alternate" '
            'type="application/rss+xml" href="/news.rss">')  # fmt: skip
    serve(site, {"/pub/": listing("li", range(3), head=head)}, 40)
    site.routes |= {
        "/feed": Reply(200, feed(site, 0, 1, 5), XML),
        "/news.rss": Reply(200, feed(site, 2, 20, 21, 22), XML),
    }
    run("add", "--listing", site.url("/pub/"))
    run("run")
    assert paths(run, site) == {"/pub/", "/r/0", "/r/1", "/r/2", "/r/5"}


def test_a_sitemap_leads_to_pages_by_an_index_and_compressed(run: Run, site: Loopback) -> None:
    serve(site, {})
    site.routes |= {
        "/sitemap.xml": Reply(200, sitemap(site.url("/s1.xml.gz"), name="sitemap"), XML),
        "/s1.xml.gz": Reply(200, gzip.compress(sitemap(site.url("/r/1"), site.url("/r/2"), "https://other.example/")),
                            (("Content-Type", "application/gzip"),)),
    }  # fmt: skip
    run("add", "--listing", site.url("/sitemap.xml"))
    run("run")
    assert paths(run, site) == {"/r/1", "/r/2"}


def test_other_languages_are_followed_only_if_the_source_publishes_in_them(
    run: Run, site: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "own.toml").write_text(
        f'country = "LT"\n[own]\nlanguages = ["lt", "en"]\n[[own.entries]]\nurl = "{site.url("/en/a")}"\nverified = true\n'
    )
    (tmp_path / "settings.toml").write_text("")
    monkeypatch.setenv("PAGEWITNESS_SETTINGS", str(tmp_path / "settings.toml"))
    links = "".join(f'<link rel="alternate" hreflang="{one}" href="/{one}/a">' for one in ("lt", "en", "ru"))
    for one in ("lt", "en", "ru"):
        text = html("Assessment", SENTENCES, topic=one).replace(b"</head>", f"{links}</head>".encode())
        site.routes[f"/{one}/a"] = Reply(200, text, HTML)
    run("follow", "own")
    run("run")
    assert paths(run, site) == {"/en/a", "/lt/a"}
    why = {row["url"]: (row["followed"], row["why"]) for row in run("discover", "own", "--dry-run", "--json").rows}
    assert why[site.url("/ru/a")] == (False, "the page in another language (ru)")


def test_print_and_amp_versions_are_not_followed(run: Run, site: Loopback) -> None:
    extra = "".join(
        item("article", 5, f"/r/5{form}").replace("Drone", name)
        for form, name in (("?print=1", "Print drone"), ("/print/", "Printed drone"), ("/amp/", "Quick drone"))
    )
    serve(site, {"/pub/": page("article", "".join(item("article", number) for number in range(4)) + extra)})
    run("add", "--listing", site.url("/pub/"))
    run("run")
    assert paths(run, site) == {"/pub/", *(f"/r/{number}" for number in range(4))}
    why = {row["url"]: row["why"] for row in run("discover", site.url("/pub/"), "--dry-run", "--json").rows}
    assert why[site.url("/r/5?print=1")] == why[site.url("/r/5/print/")] == "a print version"
    assert why[site.url("/r/5/amp/")] == "an AMP version"


def test_a_page_that_says_another_followed_page_is_the_document_is_let_go(run: Run, site: Loopback) -> None:
    twin = html("Sabotage in ports (2)").replace(b"</head>", b'<link rel="canonical" href="/r/2"></head>')
    serve(
        site,
        {"/pub/": page("li", "".join(item("li", n) for n in range(4)) + item("li", 2, "/lite/2")), "/lite/2": twin},
    )
    run("add", "--listing", site.url("/pub/"))
    run("run")
    assert paths(run, site) == {"/pub/", *(f"/r/{number}" for number in range(4))}


def test_an_entry_that_a_feed_gained_is_sent_and_those_from_the_beginning_are_not(
    run: Run, site: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though a feed has no text, and so no observation, of its own."""
    folder = tmp_path / "feeds"
    monkeypatch.setenv("PAGEWITNESS_NOTIFY_ATOM_FOLDER", str(folder))
    site.routes |= {f"/r/{number}": Reply(200, html(f"Report {number}"), HTML) for number in (1, 2)}
    site.routes["/feed"] = Reply(200, feed(site, 1), XML)
    run("add", "--listing", site.url("/feed"))
    run("run")
    assert "Report 1" not in "".join(file.read_text("utf-8") for file in folder.rglob("*.atom"))
    site.routes["/feed"] = Reply(200, feed(site, 2, 1), XML)
    run("run", "--all")
    sent = (folder / "all.atom").read_text("utf-8")
    assert ("Report 2" in sent, "Report 1" in sent) == (True, False)
