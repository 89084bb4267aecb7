"""Saved searches, and what runs notice of them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from helpers import HTML, answer, day, html, lines, pagewitness, read, reading, warc

from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.fold import derivation, readings
from pagewitness.archive.model import Source, Visit
from pagewitness.archive.search import alerts, find, silent_alerts
from pagewitness.archive.search.temporal_match import Filters
from pagewitness.archive.store import agenda, evidence, sources
from pagewitness.archive.store.database import Sqlite, open_archive

STANDING = ["The report has a standing paragraph that does not change at all.", "It is about the sea and its cables."]


def url(name: str) -> str:
    return f"https://example.org/{name}"


def show(db: Sqlite, name: str, number: int, blocks: list[str]) -> None:
    """A page shows a text on a day."""
    agenda.follow(db, [url(name)], None, 86400, day(0))
    page = evidence.known_page(db, url(name))
    capture = evidence.keep(db, Visit(page, "import", day(number)), answer(f"{name} {number}"))
    assert capture is not None
    read(db, capture, reading(blocks, title=name))
    derivation.derive(db, page, "c1")


def test_each_look_notes_what_newly_fits_and_what_fits_no_more(db: Sqlite) -> None:
    """What matched when the alert was added is no news; nothing is reported twice."""
    show(db, "old", 0, ["A threat.", *STANDING])
    show(db, "new", 0, STANDING)
    assert alerts.add_alert(db, "threats", "threat -calm", day(0.5)) == 1
    assert alerts.record(db, day(0.6)) == []
    show(db, "old", 1, STANDING)
    show(db, "new", 1, ["Many threats.", *STANDING])
    assert alerts.record(db, day(1.5)) == [alerts.Noticed("threats", (url("new"),), (url("old"),))]
    assert alerts.record(db, day(1.6)) == []
    show(db, "old", 2, ["A threat.", *STANDING])
    assert alerts.record(db, day(2.5)) == [alerts.Noticed("threats", (url("old"),))]
    told = [(row["title"], row["found_at"], row["lost_at"], row["new"]) for row in alerts.pages_of_alert(db, "threats")]
    assert told == [
        ("old", day(2.5), None, True), ("new", day(1.5), None, True), ("old", day(0.5), day(1.5), False),
    ]  # fmt: skip
    (row,) = alerts.all_alerts(db)
    assert (row["pages"], row["found"], row["lost"], row["last_news"]) == (2, 2, 1, day(2.5))


def reread(db: Sqlite, name: str, number: int, blocks: list[str]) -> None:
    """Let another cleaner read what a page showed on a day, and take the history over once it has read all."""
    page = evidence.known_page(db, f"https://example.org/{name}")
    unread = readings.unread(db, page.id, "c2")
    capture = next(one for one in unread if evidence.capture(db, one).captured_at == day(number))
    read(db, capture, reading(blocks, title=name, cleaner="c2"))
    derivation.derive(db, page, "c2", quietly=silent_alerts.quietly)


def test_what_recleaning_makes_is_no_news_and_news_from_before_stays_news(db: Sqlite) -> None:
    """Also where a history is made again between a visit and the look at the alerts: another process may do that."""
    show(db, "ours", 0, STANDING)
    show(db, "theirs", 0, STANDING)
    show(db, "both", 0, STANDING)
    alerts.add_alert(db, "threats", "threat", day(0.5))
    alerts.add_alert(db, "calm", "-threat standing", day(0.5))
    show(db, "theirs", 1, ["A threat.", *STANDING])
    reread(db, "ours", 0, ["Its threat was hidden from the older cleaner.", *STANDING])
    reread(db, "theirs", 0, STANDING)
    reread(db, "theirs", 1, ["A threat.", *STANDING])
    show(db, "both", 1, ["A threat.", *STANDING])
    reread(db, "both", 0, STANDING)
    reread(db, "both", 1, STANDING)
    assert [(one.name, len(one.found)) for one in alerts.record(db, day(2))] == [("calm", 0), ("threats", 1)]
    page_matches = {row["title"]: row["new"] for row in alerts.pages_of_alert(db, "threats") if not row["lost_at"]}
    assert page_matches == {"ours": False, "theirs": True}


def test_what_was_notified_stays_notified_when_recleaning_undoes_it(db: Sqlite) -> None:
    """Found and lost are counted as they were reported, and nothing is reported again."""
    for name in ("found", "lost"):
        show(db, name, 0, STANDING if name == "found" else ["A threat.", *STANDING])
    alerts.add_alert(db, "threats", "threat", day(0.5))
    show(db, "found", 1, ["A threat.", *STANDING])
    show(db, "lost", 1, STANDING)
    assert alerts.record(db, day(1.5)) == [alerts.Noticed("threats", (url("found"),), (url("lost"),))]
    for name in ("found", "lost"):
        for number in (0, 1):
            reread(db, name, number, STANDING if name == "found" else ["A threat.", *STANDING])
    assert alerts.record(db, day(2)) == []
    (row,) = alerts.all_alerts(db)
    assert (row["pages"], row["found"], row["lost"], row["last_news"]) == (1, 1, 1, day(1.5))


def test_a_query_that_is_no_longer_understood_is_reported_and_stops_no_other(db: Sqlite) -> None:
    """Another version may have saved it."""
    show(db, "old", 0, STANDING)
    alerts.add_alert(db, "older", "cables", day(0.5))
    alerts.add_alert(db, "threats", "threat", day(0.5))
    db.execute("update alerts set query = 'cables (' where name = 'older'")
    show(db, "old", 1, ["A threat.", *STANDING])
    older, threats = alerts.record(db, day(1.5))
    assert older.refused
    assert "never closed" in older.refused
    assert threats == alerts.Noticed("threats", (url("old"),))


def test_a_filter_that_another_version_kept_is_reported_and_stops_nothing_else(db: Sqlite) -> None:
    show(db, "page", 0, STANDING)
    alerts.add_alert(db, "later", "sea", day(0.5))
    alerts.add_alert(db, "threats", "threat", day(0.5))
    db.execute("""update alerts set filters = '{"mood": "calm"}' where name = 'later'""")
    show(db, "page", 1, ["A threat.", *STANDING])
    later, threats = alerts.record(db, day(2))
    assert later.refused == alerts.alert_refusal(db, "later") == "Its filter 'mood' is of another version."
    assert [row["refused"] for row in alerts.all_alerts(db)] == [later.refused, None]
    assert alerts.alert_refusal(db, "threats") is None
    assert threats == alerts.Noticed("threats", (url("page"),))


def test_a_look_that_began_earlier_takes_back_no_news(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two runs that end together: between looking and writing nobody else writes."""
    show(db, "page", 0, STANDING)
    alerts.add_alert(db, "threats", "threat", day(0.5))
    look, others = find.current_matches, []

    def looked(archive: Sqlite, text: str, *, filters: Filters) -> set[int]:
        found = look(archive, text, filters=filters)
        other = sqlite3.connect(db.path, timeout=0)
        try:
            other.execute("begin immediate")
        except sqlite3.OperationalError as error:
            others.append(str(error))
        other.close()
        return found

    monkeypatch.setattr(find, "current_matches", looked)
    alerts.record(db, day(1))
    assert others == ["database is locked"]


def test_filters_are_kept_with_the_query_and_applied_at_each_look(db: Sqlite) -> None:
    """Source, country, language, kind, title: what search knows about the current text."""
    sources.know(db, [Source("Bureau", "Bureau of Inquiries", "LT")])
    asked: dict[str, Any] = {
        "source": "bureau",
        "country": "lt",
        "language": "en",
        "kind": "html",
        "title": "of the sea",
    }
    other: dict[str, Any] = {"source": None, "country": None, "language": "lt", "kind": "pdf", "title": "of the air"}
    for name, value in asked.items():
        alerts.add_alert(db, name, "threat", day(0), Filters(**{name: value}))
    for name, value in other.items():
        alerts.add_alert(db, f"not {name}", "threat", day(0), Filters(**{name: value}))
    alerts.add_alert(db, "all", "threat", day(0), Filters(**asked))
    show(db, "of the sea", 0, ["A threat.", *STANDING])
    db.execute("update pages set source_id = (select id from sources)")
    found = {one.name for one in alerts.record(db, day(1)) if one.found}
    assert found == {*asked, "all", "not source", "not country"}
    assert {row["name"]: row["filters"] for row in alerts.all_alerts(db)}["all"] == asked
    db.execute("update pages set source_id = null")
    assert {one.name for one in alerts.record(db, day(2)) if one.lost} == {"source", "country", "all"}


def test_what_recleaning_makes_is_no_news_of_filtered_alerts_either(db: Sqlite) -> None:
    """The look within the transaction applies the filters: what they keep out was not noticed before, and is not now."""
    show(db, "ours", 0, STANDING)
    alerts.add_alert(db, "here", "threat", day(0.5), Filters(title="ours"))
    alerts.add_alert(db, "elsewhere", "threat", day(0.5), Filters(title="theirs"))
    reread(db, "ours", 0, ["Its threat was hidden from the older cleaner.", *STANDING])
    assert alerts.record(db, day(2)) == []
    assert [[row["title"] for row in alerts.pages_of_alert(db, name)] for name in ("here", "elsewhere")] == [
        ["ours"],
        [],
    ]


def test_an_alert_on_boilerplate_is_the_only_one_that_it_fits(db: Sqlite) -> None:
    """What a site says on all its pages, such as a level of threat, can be watched."""
    show(db, "chrome", 0, ["The level is high."])
    db.execute("update pages set kind = 'boilerplate'")
    assert alerts.add_alert(db, "pages", "level", day(1)) == 0
    assert alerts.add_alert(db, "banner", "level", day(1), Filters(kind="boilerplate")) == 1


def test_a_source_that_no_longer_has_its_name_is_reported_and_stops_nothing_else(db: Sqlite) -> None:
    """As a query that is no longer understood."""
    sources.know(db, [Source("Bureau", "Bureau of Inquiries", "LT")])
    show(db, "page", 0, STANDING)
    alerts.add_alert(db, "bureau", "sea", day(0.5), Filters(source="Bureau"))
    alerts.add_alert(db, "sea", "threat", day(0.5))
    db.execute("update sources set name = 'Office', title = 'Office' where name = 'Bureau'")
    show(db, "page", 1, ["A threat.", *STANDING])
    gone, sea = alerts.record(db, day(2))
    assert (gone.name, gone.refused and "'Bureau'" in gone.refused, sea) == (
        "bureau",
        True,
        alerts.Noticed("sea", (url("page"),)),
    )
    with pytest.raises(QueryError, match="since"):
        alerts.add_alert(db, "past", "sea", day(2), Filters(since=day(1)))


def test_an_alert_is_removed_with_what_it_noticed(db: Sqlite) -> None:
    """And its name is free again."""
    show(db, "page", 0, ["A threat."])
    alerts.add_alert(db, "threats", "threat", day(1))
    alerts.remove(db, "threats")
    assert alerts.all_alerts(db) == []
    assert db.value("select count(*) from alert_pages") == 0
    alerts.add_alert(db, "threats", "sea", day(2))
    (row,) = alerts.all_alerts(db)
    assert (row["query"], row["pages"], row["last_news"]) == ("sea", 0, None)


@pytest.mark.parametrize(("name", "query"), [("a", "(x"), ("add", "x"), ("taken", "x"), (" ", "x")])
def test_malformed_queries_and_names_are_refused(db: Sqlite, name: str, query: str) -> None:
    """Before anything is kept."""
    alerts.add_alert(db, "taken", "x", day(0))
    with pytest.raises(QueryError):
        alerts.add_alert(db, name, query, day(0))
    assert len(alerts.all_alerts(db)) == 1


def test_an_alert_that_is_not_there_is_not_found(db: Sqlite) -> None:
    """In a sentence that names it."""
    with pytest.raises(NotFound, match="threats"):
        alerts.pages_of_alert(db, "threats")
    with pytest.raises(NotFound, match="threats"):
        alerts.remove(db, "threats")


def test_the_command_line(tmp_path: Path) -> None:
    """Add, import, look, remove."""
    archive, file = tmp_path / "archive.db", tmp_path / "pages.warc.gz"
    record = {"url": "https://example.org/a", "body": html("Latvia"), "headers": HTML}
    file.write_bytes(warc([{**record, "at": "2024-01-01T00:00:00Z"}]))
    pagewitness(archive, "add", "https://example.org/unvisited")
    added = pagewitness(archive, "alert", "add", "travel", "travellers", "-calm")
    assert added.stdout.decode() == "Added alert travel: 0 pages match now.\n"
    none = pagewitness(archive, "alert", "travel").stdout.decode()
    assert none == "No page matches 'travel', and none has since it was added.\n"
    wrong = pagewitness(archive, "alert", "add", "other", "--since", "2024", "travellers")
    assert (wrong.returncode, b"An alert takes no --since" in wrong.stderr) == (2, True)
    unknown = pagewitness(archive, "alert", "add", "other", "--source", "Nobody", "travellers")
    assert (unknown.returncode, b"No source is called 'Nobody'" in unknown.stderr) == (3, True)
    assert pagewitness(archive, "alert", "add", "other", "travellers", "--kind=pdf", "--lang", "EN").returncode == 0
    assert pagewitness(archive, "alert", "--kind", "pdf").returncode == 2
    german = pagewitness(archive, "alert", "add", "german", "Reisende", "--lang", "de").stdout.decode()
    assert german == "Added alert german: 0 pages match now.\nNo text is in de. Languages in the archive: none known.\n"
    assert pagewitness(archive, "alert", "rm", "german").returncode == 0
    imported = pagewitness(archive, "import", str(file)).stdout.decode()
    assert imported.endswith(f"alert travel: 1 new page matches, 0 no longer match.\n  + {'https://example.org/a'}\n")
    other, row = lines(pagewitness(archive, "alert", "--json"))
    assert (row["name"], row["query"], row["pages"], row["found"]) == ("travel", "travellers -calm", 1, 1)
    assert (row["filters"], other["filters"], other["pages"]) == ({}, {"language": "en", "kind": "pdf"}, 0)
    assert "other  travellers  --lang en  --kind pdf" in pagewitness(archive, "alert").stdout.decode()
    assert pagewitness(archive, "alert", "rm", "other").returncode == 0
    (page,) = lines(pagewitness(archive, "alert", "travel", "--json"))
    assert (page["url"], page["lost_at"], page["new"]) == ("https://example.org/a", None, True)
    assert "https://example.org/a" in pagewitness(archive, "alert", "travel").stdout.decode()
    with open_archive(str(archive)) as db:
        db.execute("update alerts set query = 'travellers (' where name = 'travel'")
    for said in (pagewitness(archive, "alert"), pagewitness(archive, "alert", "travel")):
        assert "Could not be evaluated; left unchanged: " in said.stdout.decode()
    assert pagewitness(archive, "alert", "rm", "travel").returncode == 0
    assert pagewitness(archive, "alert", "travel").returncode == 3
    assert pagewitness(archive, "alert", "add", "x").returncode == 2
    assert "No alerts" in pagewitness(archive, "alert").stdout.decode()


def test_a_page_that_is_filed_under_another_source_is_no_news(tmp_path: Path) -> None:
    """Nor is one that leaves a source: its text is what it was. What its text says later is news again."""
    file = tmp_path / "archive.db"
    with open_archive(str(file), create=True) as db:
        for name in ("old", "new"):
            show(db, name, 0, ["A threat.", *STANDING])
        agenda.follow(db, [url("old")], "Office", 86400, day(0))
        assert alerts.add_alert(db, "threats", "threat", day(0.5), Filters(source="Office")) == 1
    pagewitness(file, "add", url("new"), "--source", "Office")
    pagewitness(file, "add", url("old"), "--source", "Another")
    with open_archive(str(file)) as db:
        assert alerts.record(db, day(1)) == []
        assert {row["url"] for row in alerts.pages_of_alert(db, "threats") if not row["lost_at"]} == {url("new")}
        show(db, "new", 2, STANDING)
        assert alerts.record(db, day(3)) == [alerts.Noticed("threats", (), (url("new"),))]


def test_a_change_that_came_with_another_source_is_news_all_the_same(tmp_path: Path) -> None:
    """A page whose text began to match before it was filed elsewhere, and was not reported yet."""
    file = tmp_path / "archive.db"
    with open_archive(str(file), create=True) as db:
        show(db, "new", 0, STANDING)
        agenda.follow(db, [url("new")], "Office", 86400, day(0))
        assert alerts.add_alert(db, "threats", "threat", day(0.5), Filters(source="offic")) == 0
        show(db, "new", 1, ["A threat.", *STANDING])
    pagewitness(file, "add", url("new"), "--source", "Office of Ports")
    with open_archive(str(file)) as db:
        assert alerts.record(db, day(2)) == [alerts.Noticed("threats", (url("new"),))]
