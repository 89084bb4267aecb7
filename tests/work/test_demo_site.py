"""The sample site: its pages, its three editions, its links and its validators."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup

from pagewitness.archive.text.words import plain
from pagewitness.scraper.demo import editions
from pagewitness.scraper.demo.server import DemoSite, serve

CHAPTERS = [(language, name) for language, name in editions.ADDRESSES if name in editions.CHAPTERS]
OTHERS = [(language, name) for language, name in editions.ADDRESSES if name not in editions.CHAPTERS]
BASE = "http://127.0.0.1"


@pytest.fixture(scope="module")
def running() -> Iterator[DemoSite]:
    with serve() as demo:
        yield demo


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as client:
        client.trust_env = False
        yield client


def words_of(fragment: str) -> str:
    """The words of a document, whatever their markup."""
    return plain(" ".join(BeautifulSoup(fragment, "lxml").stripped_strings))


@pytest.mark.parametrize("edition", editions.EDITIONS)
def test_every_page_answers_and_parses(running: DemoSite, session: requests.Session, edition: int) -> None:
    """Each page is UTF-8 HTML, says its language and its title, and shows that title in its head and its content."""
    running.edition = edition
    assert len(running.pages) == len(editions.PAGES) == 10
    for url, (language, _) in zip(running.pages, editions.PAGES.values(), strict=True):
        answer = session.get(url, timeout=5)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        soup = BeautifulSoup(answer.content, "lxml")
        first, second = (h1.get_text() for h1 in soup.find_all("h1"))
        assert first == second
        assert first in soup.select("title")[0].get_text()
        assert soup.select("html")[0]["lang"] == language
        assert "$" not in answer.text


@pytest.mark.parametrize(("language", "name"), CHAPTERS)
def test_a_chapter_has_all_that_a_document_can_have(language: str, name: str) -> None:
    """400 to 700 words with headings, a list, a table, a figure with its credit, a box and a called footnote."""
    soup = BeautifulSoup(editions.document(language, name, 1), "lxml")
    assert 400 <= len(soup.get_text(" ").split()) <= 700
    for selector in ("h1", "h2", "p.lead", "ul li", "table caption", "figcaption .credit", ".box h3", ".footnotes li"):
        assert soup.select(selector), selector
    assert {a["href"] for a in soup.select("sup a")} == {f"#{li['id']}" for li in soup.select(".footnotes li")}


@pytest.mark.parametrize(
    "edit", editions.edits(), ids=lambda edit: f"{edit['edition']}-{edit['document']}-{edit['what']}"
)
def test_every_edit_finds_its_place(edit: dict[str, str | int]) -> None:
    """What an edit replaces stands exactly once in the document before it."""
    language, name = str(edit["document"]).split("/")
    assert editions.document(language, name, int(edit["edition"]) - 1).count(str(edit["old"])) == 1


@pytest.mark.parametrize(("language", "name"), CHAPTERS)
def test_edition_2_changes_the_words_of_every_chapter(language: str, name: str) -> None:
    """The same kinds of edit are made in both languages, an estimative word among them."""
    assert words_of(editions.document(language, name, 1)) != words_of(editions.document(language, name, 2))
    kinds = [
        [edit["what"] for edit in editions.edits() if edit["document"] == f"{each}/{name}" and edit["edition"] == 2]
        for each in ("en", "lt")
    ]
    assert kinds[0] == kinds[1]
    assert "estimative word" in kinds[0]


@pytest.mark.parametrize(("language", "name"), OTHERS)
def test_edition_2_leaves_the_other_pages_alone(language: str, name: str) -> None:
    path = editions.ADDRESSES[language, name]
    assert editions.demo_page(path, 1, BASE) == editions.demo_page(path, 2, BASE)


@pytest.mark.parametrize(("language", "name"), editions.ADDRESSES)
def test_edition_3_changes_no_word_of_a_document(language: str, name: str) -> None:
    """Its markup and its quotation marks are others; its words are those of edition 2."""
    second, third = (editions.document(language, name, edition) for edition in (2, 3))
    assert second != third
    assert words_of(second) == words_of(third)


@pytest.mark.parametrize("language", ["en", "lt"])
def test_edition_3_changes_the_chrome(language: str) -> None:
    """Banner, download button, cookie dialog, menu and year say something else; class names are others."""
    second, third = (editions.words(language, edition) for edition in (2, 3))
    for key in ("banner", "download", "mandatory", "functional", "statistic", "allow", "careers", "year"):
        assert second[key] != third[key], key
    path = editions.ADDRESSES[language, "cyber"]
    menus = [
        [a["href"] for a in BeautifulSoup(editions.demo_page(path, edition, BASE), "lxml").select("header nav a")]
        for edition in (2, 3)
    ]
    assert menus[0] != menus[1]
    assert sorted(menus[0]) == sorted(menus[1])


@pytest.mark.parametrize("edition", editions.EDITIONS)
def test_the_document_stands_whole_in_its_page(edition: int) -> None:
    for (language, name), path in editions.ADDRESSES.items():
        assert editions.document(language, name, edition) in editions.demo_page(path, edition, BASE)


@pytest.mark.parametrize("edition", editions.EDITIONS)
def test_every_internal_link_resolves(running: DemoSite, session: requests.Session, edition: int) -> None:
    """Pages, pictures, the style sheet, the PDF and the anchors that links point to are all there."""
    running.edition = edition
    anchors: dict[str, set[str]] = {}
    wanted: set[str] = set()
    for url in running.pages:
        soup = BeautifulSoup(session.get(url, timeout=5).content, "lxml")
        ids = [str(tag["id"]) for tag in soup.select("[id]")]
        assert len(ids) == len(set(ids))
        anchors[url] = {"", *ids}
        links = [
            str(tag.get("href") or tag.get("src") or tag.get("action")) for tag in soup.select("[href], [src], form")
        ]
        wanted |= {urljoin(url, link) for link in links if not re.match("mailto:|https:", link)}
    for target in wanted:
        assert target.startswith(running.url), target
        address, fragment = urldefrag(target)
        assert fragment in anchors.get(address, {""}), target
        assert session.get(address, timeout=5).status_code == 200, target


def test_robots_and_sitemap_name_the_pages(running: DemoSite, session: requests.Session) -> None:
    robots = session.get(f"{running.url}/robots.txt", timeout=5).text
    address = robots.split("Sitemap: ")[1].strip()
    tree = ET.fromstring(session.get(address, timeout=5).content)
    assert [element.text for element in tree.iter() if element.tag.endswith("loc")] == running.pages


def test_a_copy_that_still_holds_is_not_sent_again(running: DemoSite, session: requests.Session) -> None:
    """304 for the entity tag or the date; a changed page comes whole; an unchanged one keeps both validators."""
    running.edition = 1
    chapter, index = running.url + editions.ADDRESSES["en", "cyber"], running.pages[0]
    held = {url: session.get(url, timeout=5).headers for url in (chapter, index)}

    def status(url: str, header: str, validator: str) -> int:
        return session.get(url, headers={header: held[url][validator]}, timeout=5).status_code

    again = session.get(chapter, headers={"If-None-Match": f'"other", W/{held[chapter]["ETag"]}'}, timeout=5)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == held[chapter]["ETag"]
    assert status(chapter, "If-Modified-Since", "Last-Modified") == 304
    running.edition = 2
    assert status(chapter, "If-None-Match", "ETag") == 200
    assert status(chapter, "If-Modified-Since", "Last-Modified") == 200
    assert status(index, "If-None-Match", "ETag") == 304
    assert status(index, "If-Modified-Since", "Last-Modified") == 304
    running.edition = 3
    assert status(index, "If-None-Match", "ETag") == 200


def test_one_connection_serves_many_requests(running: DemoSite) -> None:
    """HTTP/1.1 keep-alive, also across HEAD, 302, 304 and 404; nothing outside the site's folders is served."""
    index = "/en/assessment/"
    connection = HTTPConnection(urlsplit(running.url).netloc, timeout=5)
    with closing(connection):

        def ask(method: str, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer, answer.read()

        head, body = ask("HEAD", index)
        assert (head.status, body) == (200, b"")
        first_socket = connection.sock
        assert len(ask("GET", index)[1]) == int(head.headers["Content-Length"])
        assert ask("GET", index, If_None_Match=head.headers["ETag"])[0].status == 304
        assert ask("GET", "/no/such/page")[0].status == 404
        assert ask("GET", "/chrome/../../__init__.py")[0].status == 404
        assert ask("GET", "/")[0].headers["Location"] == index
        assert connection.sock is first_socket


def test_there_are_three_editions(running: DemoSite) -> None:
    with pytest.raises(ValueError, match="choose 1, 2 or 3"):
        running.edition = 4
