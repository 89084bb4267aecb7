"""What a page says about itself: dates, author, agency, addresses, files, and where each was found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import lines, pagewitness, warc

from pagewitness.archive.derived import Reading
from pagewitness.scraper.clean import clean, stripped_form
from pagewitness.scraper.clean.metadata.published_dates import dates_in, iso_date

URL = "https://office.example/reports/ice?id=7"
SENTENCE = (
    "The ferries of the northern harbours stopped twice because of the ice, and two were brought back to the yard. "
)
TITLE = "Ice in the northern harbours"


def page(
    head: str = "", before: str = "", after: str = "", lang: str = ' lang="en"', text: str = SENTENCE * 3
) -> bytes:
    body = f"<main>{before}<h1>{TITLE}</h1>{after}<p>{text}</p><p>{text}</p></main>"
    return f"<!doctype html><html{lang}><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>".encode()


def read(body: bytes, url: str | None = URL) -> Reading:
    return clean(body, "text/html", url)


def found(reading: Reading) -> dict[str, str]:
    where: dict[str, str] = reading.details["found"]
    return where


LINKED = json.dumps({
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Person", "@id": "#ona", "name": "Ona Onaitė"},
        {"@type": "Organization", "@id": "#office", "name": "Harbour Office"},
        {"@type": "Report", "headline": TITLE, "datePublished": "2024-02-19T06:00:00+0200", "dateModified": "2024-03-01",
         "author": {"@id": "#ona"}, "publisher": {"@id": "#office"}},
    ],
})  # fmt: skip


def test_linked_data_says_who_when_and_for_whom() -> None:
    """Also where it names people elsewhere and only refers to them."""
    reading = read(
        page(f'<script type="application/ld+json">{LINKED}</script><meta name="author" content="Webmaster">')
    )
    assert (reading.published, reading.modified) == ("2024-02-19T06:00:00+02:00", "2024-03-01")
    assert (reading.author, reading.details["agency"]) == ("Ona Onaitė", "Harbour Office")
    assert {key: found(reading)[key] for key in ("published", "modified", "author", "agency")} == dict.fromkeys(
        ("published", "modified", "author", "agency"), "json-ld"
    )
    assert (found(reading)["title"], found(reading)["language"]) == ("heading", "html lang")


@pytest.mark.parametrize(
    ("head", "after", "published", "where"),
    [
        ('<meta property="article:published_time" content="2024-02-19T06:00:00Z">', "", "2024-02-19T06:00:00Z",
         "meta article:published_time"),
        ("", '<span itemprop="datePublished" content="2024-02-19T06:00+02:00">a week ago</span>', "2024-02-19T06:00+02:00",
         "itemprop"),
        ("", '<time datetime="2024-02-19 06:00">19 February</time>', "2024-02-19T06:00", "time"),
        ("", "<p>19 February 2024</p>", "2024-02-19", "text"),
        ("", "<p>Published: February 19th, 2024 | Updated: 1 March 2024</p>", "2024-02-19", "text"),
    ],
)  # fmt: skip
def test_dates_are_found_in_this_order(head: str, after: str, published: str, where: str) -> None:
    reading = read(page(head, after=after))
    assert (reading.published, found(reading)["published"]) == (published, where)


@pytest.mark.parametrize(
    ("lang", "line", "day"),
    [
        ("lt", "Paskelbta 2024 m. kovo 7 d.", "2024-03-07"),
        ("lv", "Publicēts: 2024. gada 7. marts", "2024-03-07"),
        ("et", "Avaldatud 7. märts 2024", "2024-03-07"),
        ("pl", "Data publikacji: 7 marca 2024", "2024-03-07"),
        ("cs", "Publikováno 7. března 2024", "2024-03-07"),
        ("fi", "Julkaistu 7.3.2024", "2024-03-07"),
        ("de", "Veröffentlicht am 07.03.2024", "2024-03-07"),
        ("fr", "Publié le 7 mars 2024", "2024-03-07"),
        ("es", "7 de marzo de 2024", "2024-03-07"),
        ("ru", "Опубликовано 7 марта 2024", "2024-03-07"),
        ("fr", "Publié le 07/03/2024", "2024-03-07"),
        ("en", "Published 07/03/2024", None),
    ],
)  # fmt: skip
def test_a_date_beside_the_title_is_read_in_its_language(lang: str, line: str, day: str | None) -> None:
    """Of figures with slashes nobody knows in English which is the month."""
    assert read(page(after=f"<p>{line}</p>", lang=f' lang="{lang}"')).published == day


def test_what_the_text_says_was_changed_is_no_publication() -> None:
    reading = read(page(after="<p>Last updated: 1 March 2024</p>"))
    assert (reading.published, reading.modified, found(reading)["modified"]) == (None, "2024-03-01", "text")


@pytest.mark.parametrize(
    "line",
    [
        "Deadline: 12 March 2027",
        "Frist: 12. März 2027",
        "Réponses attendues : 12 mars 2027",
        "Enters into force on 12 March 2027",
        "Valid until the end of March 12, 2027",
    ],
)
def test_a_date_of_something_else_is_no_publication(line: str) -> None:
    assert clean(f"<h1>Ice</h1><p>{line}</p><p>{SENTENCE * 2}</p>".encode(), None, None).published is None


@pytest.mark.parametrize(
    "line", ["By Jane Doe, 12 March 2024", "Oslo, 12 March 2024", "By: Jane Doe | 12 March 2024", "12 March 2024"]
)
def test_a_date_in_a_byline_is_one(line: str) -> None:
    assert clean(f"<h1>Ice</h1><p>{line}</p><p>{SENTENCE * 2}</p>".encode(), None, None).published == "2024-03-12"


def test_a_date_in_a_sentence_is_none_of_the_page() -> None:
    """Nor one in the footer, nor those of other articles' cards."""
    foot = '<aside class="related card"><time datetime="2020-01-01">1 January 2020</time></aside>'
    text = "On 4 May 2019 the ferries of the northern harbours stopped for the first time because of the ice. " * 3
    assert read(page(after=foot, text=text)).published is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-02-19T06:00:00.000Z", "2024-02-19T06:00:00Z"),
        ("2024-02-19T06:00:00+0200", "2024-02-19T06:00:00+02:00"),
        ("20240219T060000+0900", "2024-02-19T06:00:00+09:00"),
        ("Mon, 19 Feb 2024 06:00:00 GMT", "2024-02-19T06:00:00Z"),
        ("19.02.2024", "2024-02-19"),
        ("2024-13-01", None),
        ("2024-02-31", None),
        ("2023-02-29", None),
        ("2024-02-29", "2024-02-29"),
        ("20240231", None),
        ("31.02.2024", None),
        ("29 February 2023", None),
        ("2024-02-19T25:99Z", "2024-02-19"),
        ("2024-02-19T24:00:00Z", "2024-02-19"),
        ("2024-02-19T06:00+99:99", "2024-02-19"),
        ("20240219T2599", "2024-02-19"),
        ("Mon, 19 Feb 2024 25:99 GMT", "2024-02-19"),
        ("2024-02-19 6:00", "2024-02-19T06:00"),
        ("soon", None),
        (None, None),
    ],
)
def test_dates_are_one_form_and_keep_their_zone(text: str | None, date: str | None) -> None:
    assert iso_date(text) == date


def test_a_page_has_no_date_that_does_not_exist() -> None:
    head = '<meta property="article:published_time" content="2024-02-31T25:99Z"><meta name="dcterms.modified" content="20230229">'
    found = clean(
        f"<head>{head}</head><h1>Ice</h1><p>29 February 2023</p><p>{'The ferries stopped. ' * 20}</p>".encode(),
        "text/html",
        "https://office.example/2024/02/31/ice",
    )
    assert (found.published, found.modified) == (None, None)


def test_the_days_of_a_text_come_in_order() -> None:
    assert list(dates_in("from 7 March 2024 to 2024-03-09, not 31.02", "en")) == ["2024-03-07", "2024-03-09"]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ('<p class="byline">By <a rel="author" href="/ona">Ona Onaitė</a></p>', "Ona Onaitė"),
        ("<p>By Jane van Dyke and John Smith</p>", "Jane van Dyke, John Smith"),
        ("<p>Von Änne Müller</p>", "Änne Müller"),
        ("<p>Autorius: Jonas Jonaitis</p>", "Jonas Jonaitis"),
        ("<p>By the end of March the ice was gone</p>", None),
        ('<p class="byline">Monday November 18</p>', None),
        ('<div class="comment-author">Some Reader</div>', None),
    ],
)
def test_a_byline_is_a_name_and_nothing_else(line: str, author: str | None) -> None:
    reading = read(page(after=line))
    assert reading.author == author
    assert found(reading).get("author") == ("byline" if author else None)


def test_a_meta_element_that_repeats_the_site_is_no_author_where_a_byline_names_one() -> None:
    head = '<meta name="author" content="Harbour News"><meta property="og:site_name" content="Harbour News">'
    reading = read(page(head, after='<p class="byline">By Ona Onaitė</p>'))
    assert (reading.author, reading.details["agency"]) == ("Ona Onaitė", "Harbour News")
    assert read(page(head)).author == "Harbour News"


FORMS = """<link rel="canonical" href="/reports/ice?id=7&amp;session=8f3a90d1e5">
<link rel="alternate" hreflang="lt" href="/lt/ledas"><link rel="alternate" hreflang="x-default" href="/reports/ice">
<link rel="alternate" media="print" href="/reports/ice/print"><link rel="amphtml" href="https://amp.office.example/ice">
<link rel="alternate" type="application/rss+xml" href="/feed"><link rel="stylesheet" href="/a.css">"""


def test_other_forms_of_a_page_are_known() -> None:
    """By their whole addresses; feeds and styles are no forms of it."""
    details = read(page(FORMS)).details
    assert details["canonical"] == "https://office.example/reports/ice?id=7"
    assert [(one["kind"], one["url"], one.get("language")) for one in details["alternates"]] == [
        ("language", "https://office.example/lt/ledas", "lt"),
        ("language", "https://office.example/reports/ice", "x-default"),
        ("print", "https://office.example/reports/ice/print", None),
        ("amp", "https://amp.office.example/ice", None),
    ]


def test_files_in_the_document_and_beside_it_are_its_attachments() -> None:
    """Those of the site's foot are not; a query that only changes does not make another file."""
    body = page(
        after='<p>See <a href="annex.pdf?x=8f3a90d1">the annex</a> and <a href="/t.xlsx">all tables</a> of it.</p>'
        '<aside><a href="/get?file=ice.epub&amp;token=1">Download</a></aside>'
    ).replace(b"</body>", b'<footer><a href="/terms.pdf">Terms of use</a></footer></body>')
    assert read(body).details["attachments"] == [
        {"url": "https://office.example/reports/annex.pdf", "title": "the annex", "kind": "pdf", "found": "in the document"},
        {"url": "https://office.example/t.xlsx", "title": "all tables", "kind": "office", "found": "in the document"},
        {"url": "https://office.example/get?file=ice.epub", "title": "ice.epub", "kind": "epub",
         "found": "beside the document"},
    ]  # fmt: skip


def test_nonces_make_no_new_reading() -> None:
    """In the addresses of a page's forms, of its files, and of sessions."""
    head = """<link rel="canonical" href="/reports/ice;jsessionid={0}?id=7&ref={0}&token=1"><link rel="amphtml" href="/a?v={0}">
        <link rel="preload" href="/{0}.css"><span itemprop="price" content="{0}"></span>"""
    after = '<p><a href="/a.pdf?sig={0}">The annex</a></p>'
    first, second = (
        stripped_form(page(head.format(one), after=after.format(one)), None) for one in ("8f3a90d1", "b77c12ee")
    )
    assert first == second
    assert "id=7" in first


LT = "Praėjusią žiemą keltai dvi savaites negalėjo įplaukti į šiaurinius uostus, nes ledas buvo storesnis nei įprasta. "


def test_a_block_in_another_language_than_its_page_says_so() -> None:
    reading = read(
        page(after=f"<p>{LT}</p><p>Ona Onaitė, Jonas Jonaitis, Petras Petraitis, Rasa Rasaitė, Vilnius, Kaunas</p>")
    )
    languages = {block.text: block.language for block in reading.document}
    assert languages.pop(LT.strip()) == "lt"
    assert set(languages.values()) == {None}
    assert reading.language == "en"


def test_a_page_that_does_not_say_its_language_is_asked_for_it() -> None:
    reading = read(page(lang="", text=LT * 3))
    assert (reading.language, found(reading)["language"]) == ("lt", "text")


def test_the_command_line_says_date_and_author_in_a_line(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page(f'<script type="application/ld+json">{LINKED}</script>{FORMS}'))
    text = pagewitness(tmp_path / "a.db", "clean", str(file)).stdout.decode()
    assert "published 2024-02-19 06:00 +02:00, modified 2024-03-01 · Ona Onaitė · Harbour Office\n" in text
    said: dict[str, Any] = json.loads(pagewitness(tmp_path / "a.db", "clean", "--json", "--url", URL, str(file)).stdout)
    assert (said["published"], said["author"], said["agency"]) == (
        "2024-02-19T06:00:00+02:00",
        "Ona Onaitė",
        "Harbour Office",
    )
    assert said["canonical"] == "https://office.example/reports/ice?id=7"
    assert [one["kind"] for one in said["alternates"]] == ["language", "language", "print", "amp"]
    assert said["found"]["published"] == "json-ld"


def test_a_changed_date_of_modification_is_on_record_and_no_revision(tmp_path: Path) -> None:
    """Nor is another encoding; `log --all --json` shows both, and `show` the dates of the revision."""
    db, file = tmp_path / "a.db", tmp_path / "a.warc.gz"
    text = page(f'<script type="application/ld+json">{LINKED}</script>{FORMS}', after=f"<p>{LT}</p>")
    later = text.replace(b'"2024-03-01"', b'"2024-03-05"')
    wide = later.decode().encode("cp1257")
    html = (("Content-Type", "text/html; charset=windows-1257"),)
    file.write_bytes(
        warc([
            {"url": URL, "at": "2024-03-01T06:00:00Z", "body": text},
            {"url": URL, "at": "2024-03-05T06:00:00Z", "body": later},
            {"url": URL, "at": "2024-03-06T06:00:00Z", "body": wide, "headers": html},
        ])
    )  # fmt: skip
    assert pagewitness(db, "import", str(file)).returncode == 0
    visits = [row for row in lines(pagewitness(db, "log", URL, "--all", "--json")) if "visited_at" in row]
    assert [row["verdict"] for row in visits] == ["first", "unchanged", "unchanged"]
    assert [row["modified"] for row in visits] == ["2024-03-01", "2024-03-05", "2024-03-05"]
    assert visits[2]["encodings"] == {"declared": "windows-1257", "sniffed": "cp1257", "used": "cp1257"}
    [shown] = lines(pagewitness(db, "show", URL, "--json"))
    assert (shown["published"], shown["author"], shown["agency"]) == (
        "2024-02-19T06:00:00+02:00",
        "Ona Onaitė",
        "Harbour Office",
    )
    assert shown["canonical"] == "https://office.example/reports/ice?id=7"
    assert [block.get("language") for block in shown["blocks"]] == [None, "lt", None, None]
    assert "modified 2024-03-01 · Ona Onaitė" in pagewitness(db, "show", URL).stdout.decode()
    # `keltas` is there as `keltai`: it is found by the stems of the block's own language.
    assert [hit["url"] for hit in lines(pagewitness(db, "search", "keltas", "--json"))] == [URL]
