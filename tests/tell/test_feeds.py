"""Feeds: files that any reader of Atom understands (RFC 4287)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
from helpers import day
from told_worlds import FIRST, SECOND, THIRD, URL, World, world

from pagewitness.archive import times
from pagewitness.archive.diff.listed import ListedChange, SamePage
from pagewitness.archive.diff.notice import notice_of, page_key
from pagewitness.archive.render.feed import ATOM, Feed, as_atom
from pagewitness.archive.search import alerts

SETTINGS = '[notify.atom]\nfolder = "feeds"\nbase = "https://feeds.example/x/"\n'


@pytest.fixture
def told(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, SETTINGS) as made:
        made.begin()
        yield made


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def check_valid(text: bytes) -> ElementTree.Element:
    """Assert what RFC 4287 demands of a feed and its entries."""
    feed = ElementTree.fromstring(text)
    assert feed.tag == f"{{{ATOM}}}feed"
    entries = feed.findall(f"{{{ATOM}}}entry")
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            [found] = element.findall(f"{{{ATOM}}}{name}")
            assert found.text
        assert str(element.findtext(f"{{{ATOM}}}id")).startswith("urn:uuid:")
        updated = str(element.findtext(f"{{{ATOM}}}updated"))
        assert times.moment(updated)
        assert updated.endswith("Z")
    assert feed.find(f"{{{ATOM}}}author/{{{ATOM}}}name") is not None
    for entry in entries:
        [content] = entry.findall(f"{{{ATOM}}}content")
        assert content.get("type") == "html"
        assert not list(content), "HTML is escaped, not a part of the tree"
        assert entry.findall(f"{{{ATOM}}}link[@rel='alternate']")
    ids = [entry.findtext(f"{{{ATOM}}}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    parsed = feedparser.parse(text)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    return feed


def test_there_is_a_feed_of_everything_and_of_each_source_page_and_search(told: World, tmp_path: Path) -> None:
    told.tell()
    assert names(tmp_path / "feeds") == ["all.atom"], "it can be subscribed to before anything changes"
    check_valid((tmp_path / "feeds" / "all.atom").read_bytes())
    told.db.execute("insert into sources (id, name) values (1, 'Ä/..')")
    told.db.execute("update pages set source_id = 1")
    alerts.add_alert(told.db, "likely attack", '"is likely"', day(0))
    told.visit(1, SECOND)
    alerts.record(told.db, times.now())
    told.tell()
    assert names(tmp_path / "feeds") == [
        "all.atom", f"pages/{page_key(URL)}.atom", "searches/likely%20attack.atom", "sources/%C3%84%2F...atom",
    ]  # fmt: skip
    for name in names(tmp_path / "feeds"):
        check_valid((tmp_path / "feeds" / name).read_bytes())
    parsed = feedparser.parse((tmp_path / "feeds" / "all.atom").read_bytes())
    [entry] = parsed.entries
    assert (entry.title, entry.link, entry.updated) == ("Change: Assessment", URL, day(1))
    assert "<ins>" in entry.content[0].value
    assert parsed.feed.links[0].href == "https://feeds.example/x/all.atom"


def test_names_of_any_length_make_files(told: World, tmp_path: Path) -> None:
    """A name that is too long for a file is cut; two that begin alike stay two."""
    name = "Государственная служба специальной связи и защиты "
    told.db.execute("insert into sources (id, name) values (1, :name)", name=name * 2)
    told.db.execute("update pages set source_id = 1")
    for number in range(2):
        alerts.add_alert(told.db, f"{name}{number}", '"is likely"', day(0))
    told.visit(1, SECOND)
    alerts.record(told.db, times.now())
    assert [one.error for one in told.tell()] == [None]
    found = [Path(one) for one in names(tmp_path / "feeds")]
    assert [str(one.parent) for one in found] == [".", "pages", "searches", "searches", "sources"]
    assert max(len(one.name) for one in found) <= 143, "what encrypted folders take"


def test_a_feed_begins_with_the_latest_changes_and_its_identifiers_stay(tmp_path: Path) -> None:
    """Also if the folder is lost."""
    with world(tmp_path, SETTINGS) as made:
        for at, text in enumerate((FIRST, SECOND, THIRD)):
            made.visit(at, text)
        made.tell()
        file = tmp_path / "feeds" / "all.atom"
        first = check_valid(file.read_bytes())
        entries = [one.findtext(f"{{{ATOM}}}updated") for one in first.findall(f"{{{ATOM}}}entry")]
        assert entries == [day(2), day(1)]
        before = file.read_bytes()
        file.unlink()
        made.tell()
        assert file.read_bytes() == before


def test_whatever_a_page_says_the_feed_is_xml() -> None:
    """Control characters, half characters, markup and the ends of markup."""
    page = SamePage("https://example.org/?a=1&b=<2>", "]]> \x00\x0b\ud800 <script>&amp;", "S\x1f", 2, 1, day(1), day(0))
    entry = ListedChange("change", (page,), line=(("+", "a\x08 <b> & \ufffe"),), said="added")
    feed = check_valid(as_atom(Feed("all", "All \x01", [notice_of(entry)])))
    assert "<script>" in str(feed.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}title"))
    content = str(feed.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}content"))
    assert "<script>" not in content


def test_whoever_reads_a_feed_sees_a_whole_one(told: World, tmp_path: Path) -> None:
    told.visit(1, SECOND)
    told.tell()
    file, done = tmp_path / "feeds" / "all.atom", threading.Event()
    seen = 0

    def look() -> None:
        nonlocal seen
        while not done.is_set():
            ElementTree.fromstring(file.read_bytes())
            seen += 1

    reader = threading.Thread(target=look)
    reader.start()
    for at in range(2, 8):
        told.visit(at, THIRD if at % 2 else SECOND)
        told.tell()
    done.set()
    reader.join()
    assert seen > 5
    assert not list(file.parent.rglob("*.tmp"))


def test_a_folder_that_can_not_be_written_is_named_and_nothing_is_lost(told: World, tmp_path: Path) -> None:
    (tmp_path / "feeds").write_text("a file")
    told.visit(1, SECOND)
    [one] = told.tell()
    assert one.error is not None
    assert "feeds/all.atom can't be written" in one.error
    assert one.waiting == 1
    (tmp_path / "feeds").unlink()
    assert [one.sent for one in told.tell(at_once=True)] == [1]
