"""Boilerplate: what a site repeats is learned between visits, masked in the fold, and kept as a page of its own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from helpers import answer, archive, check_presence, check_whole, day, pagewitness, told, warc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopback import Loopback, Reply

from pagewitness.archive.derived import Reading, Signs, VisibleBlock, block_range
from pagewitness.archive.errors import NotFound, QueryError
from pagewitness.archive.fold import boilerplate, derivation, history_diff, line_counts, readings
from pagewitness.archive.fold.line_counts import LineCount, PageLines
from pagewitness.archive.fold.reading_view import line_key
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.search import facets, find
from pagewitness.archive.search.temporal_match import Filters
from pagewitness.archive.store import database, evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.text import words
from pagewitness.archive.views import blame, history, listing, selection
from pagewitness.scraper.work import repeated_lines
from pagewitness.scraper.work.learning import learn
from pagewitness.scraper.work.repeated_lines import find_repeated as learned

CLEANER = "c1"
HOST = "agency.example"
BADGE, SEVERE = "Current threat level: SUBSTANTIAL", "Current threat level: SEVERE"
CAVEAT = "This chapter reflects what was known on 1 March, and predicts nothing with certainty."
NAMES = ("energy supply", "foreign ports", "border guards", "satellites", "elections")


def text(page: int, risk: str = "low") -> str:
    """The paragraph of a page."""
    return f"The risk to {NAMES[page]} is assessed as {risk} for the whole of the coming year."


def block(line: str, mark: str) -> VisibleBlock:
    """A line as the extractor may take it: `m`ain text, `d`ocument outside of it, or `-` no document (in the header)."""
    return VisibleBlock("p", line, "main" if mark == "m" else "header", 0.0, mark != "-")


class Site:
    """A host whose pages are captured by and by."""

    def __init__(self, db: Sqlite, pages: int = 3) -> None:
        self.db = db
        self.pages = [evidence.known_page(db, f"https://{HOST}/{number}") for number in range(pages)]

    def see(self, page: int, at: float, lines: Sequence[tuple[str, str]], *, writer: str = "run") -> None:
        """A capture of a page, its reading, and the fold; each line is (text, mark)."""
        blocks = tuple(block(*line) for line in lines)
        url = self.pages[page].url
        capture = evidence.keep(self.db, Visit(self.pages[page], writer, day(at)), answer(f"{page} {at}", url=url))
        assert capture is not None
        stripped = words.digest_of(repr(lines))
        made = Reading(CLEANER, stripped, NAMES[page], "en", None, None, None, blocks, None)
        readings.add(self.db, evidence.capture(self.db, capture), made)
        derivation.derive(self.db, self.pages[page], CLEANER)

    def see_all(self, at: float, *lines: tuple[str, str]) -> None:
        """All pages, with their own texts and some lines that they have in common."""
        for page in range(len(self.pages)):
            self.see(page, at + page / 100, [*lines, (text(page), "m")])

    def changes(self, page: int = 0) -> list[str]:
        """When a page changed."""
        return [one.captured_at for one in history.revisions(self.db, self.pages[page])[1:]]

    def list(self) -> list[str]:
        """The lines of the latest list."""
        page = evidence.find_page(self.db, f"boilerplate:{HOST}")
        assert page is not None
        return [one.text for one in history.blocks_of(self.db, history.revisions(self.db, page)[-1])]


@pytest.fixture
def site(db: Sqlite) -> Site:
    return Site(db)


def test_a_banner_before_the_main_part_makes_no_revision_though_the_extractor_takes_it_for_text(db: Sqlite) -> None:
    """Nothing marks the box as a part of the frame, but it is outside of the part of the page that holds the document."""
    pages = [evidence.known_page(db, f"https://{HOST}/{number}") for number in range(3)]

    def see(page: int, at: float, badge: str, chance: float) -> None:
        banner = VisibleBlock("p", badge, judged=Signs(chance, "html/body/div.banner"))
        body = [VisibleBlock("p", text(page), judged=Signs(0.9, "body/main/p", main=True))]
        capture = evidence.keep(db, Visit(pages[page], "run", day(at)), answer(f"{page} {at}", url=pages[page].url))
        assert capture is not None
        made = Reading(CLEANER, words.digest_of(badge, str(page)), "", "en", None, None, None, (banner, *body), None)
        readings.add(db, evidence.capture(db, capture), made)
        derivation.derive(db, pages[page], CLEANER)

    for at, badge in enumerate((BADGE, BADGE, SEVERE, SEVERE)):
        for page in range(3):
            see(page, at + page / 100, badge, 0.4 + page / 5)
        learn(db, CLEANER)
    for number, known in enumerate(pages):
        (revision,) = history.revisions(db, known)
        assert [one.text for one in history.blocks_of(db, revision)] == [text(number)]
    assert find.search(db, "substantial", Filters(kind="boilerplate"))


# --- what is boilerplate -------------------------------------------------------------------------------------------------


def page_lines(page: int, lines: Mapping[str, str], *, gone: Sequence[str] = ()) -> PageLines:
    """The lines of a page as two readings have them, by their marks; the last one lacks some."""
    counts = {line: LineCount(0, 2, 0 if mark == "-" else 2, 2 if mark == "m" else 0) for line, mark in lines.items()}
    return PageLines(page, counts, tuple(line for line in lines if line not in gone))


def test_a_line_outside_the_main_text_of_many_pages_is_boilerplate() -> None:
    pages = [page_lines(page, {"menu": "-", "badge": "d", f"text {page}": "m"}) for page in range(3)]
    assert learned(pages).lines == ("menu", "badge")


def test_a_caveat_in_the_main_text_of_its_first_page_stays() -> None:
    """Whatever the extractor makes of it on the others."""
    pages = [page_lines(0, {"caveat": "m"}), *(page_lines(page, {"caveat": "d"}) for page in range(1, 6))]
    assert learned(pages).lines == ()


def test_a_banner_in_the_header_of_its_first_page_goes_though_a_few_pages_have_it_in_their_main_text() -> None:
    pages = [page_lines(0, {"banner": "d"}), *(page_lines(page, {"banner": "d-m"[page % 3]}) for page in range(1, 6))]
    found = learned(pages)
    assert found.lines == ("banner",)
    assert found.masked == {"banner": (2, 5)}, "there it is their text"


def test_pages_with_one_text_count_once() -> None:
    """A document at two addresses and its version for printing repeat what it says; the site does not."""
    document = {"title": "m", "text": "m", "note": "d"}
    twins = [page_lines(0, document), page_lines(1, document), page_lines(2, {**document, "text": "m", "printed": "m"})]
    rest = [page_lines(page, {f"text {page}": "m", "menu": "-"}) for page in range(3, 6)]
    assert learned([*twins, *rest]).lines == ("menu",)


def test_an_entry_of_a_list_that_names_a_page_repeats_nothing() -> None:
    """The same title in a menu does; in the document and in lists it stays all the same."""

    def listing(page: int) -> PageLines:
        counts = {"title": LineCount(0, 2, 2, 0, inside=2), f"list {page}": LineCount(0, 2, 2, 2)}
        return PageLines(page, counts, tuple(counts))

    document = PageLines(
        9, {"title": LineCount(0, 2, 2, 2), "text": LineCount(0, 2, 2, 2)}, ("title", "text"), frozenset({"title"})
    )
    lists = [listing(page) for page in range(4)]
    assert learned([*lists, document]).lines == ()
    menus = [page_lines(page, {"title": "d", f"text {page}": "m"}) for page in range(10, 14)]
    found = learned([*lists, *menus, document])
    assert found.lines == ("title",)
    assert found.masked == {"title": (0, 1, 2, 3, 9)}


def test_what_is_main_text_on_most_of_its_pages_stays() -> None:
    pages = [page_lines(0, {"caveat": "d"}), *(page_lines(page, {"caveat": "m"}) for page in range(1, 6))]
    assert learned(pages).lines == ()


def test_the_title_of_one_page_in_the_menus_of_all_stays_on_that_page() -> None:
    pages = [page_lines(page, {"Ports": "m" if page == 3 else "d"}) for page in range(5)]
    assert learned(pages).masked == {"Ports": (3,)}


def test_two_pages_teach_nothing() -> None:
    assert learned([page_lines(page, {"menu": "-"}) for page in range(2)]).lines == ()


@pytest.mark.parametrize(
    ("having", "of", "is_furniture"), [(3, 10, True), (3, 11, False), (30, 100, True), (29, 100, False)]
)
def test_a_line_of_a_small_part_of_many_pages_is_no_boilerplate(having: int, of: int, is_furniture: bool) -> None:
    """Three pages of ten are enough, but not of eleven."""
    pages = [page_lines(page, {"menu": "-"} if page < having else {f"other {page}": "m"}) for page in range(of)]
    assert bool(learned(pages).lines) == is_furniture


def test_what_is_never_taken_for_the_document_needs_no_mask() -> None:
    pages = [page_lines(page, {"menu": "-", "badge": "d"}) for page in range(3)]
    assert set(learned(pages).masked) == {"badge"}


def test_what_the_site_no_longer_repeats_stays_masked_and_is_no_line_of_the_list() -> None:
    pages = [page_lines(page, {"new": "d", "old": "d"}, gone=["old"]) for page in range(3)]
    found = learned(pages)
    assert (found.lines, found.former) == (("new",), ("old",))


def test_a_list_is_read_as_it_was_written() -> None:
    """Each line a block of the document, whatever a cleaner would say; former lines are not in it."""
    found = repeated_lines.Boilerplate(("Accept all cookies", "Home > News"), {"Accept all cookies": (), "Print": (4,)})
    body = repeated_lines.written(found)
    assert body == b"Accept all cookies\nHome > News\n\nPrint\n"
    reading = repeated_lines.reading_of_list(body, f"boilerplate:{HOST}", CLEANER)
    assert [one.text for one in reading.document] == ["Accept all cookies", "Home > News"]
    assert repeated_lines.parts(repeated_lines.written(repeated_lines.Boilerplate((), {"Print": ()}))) == (
        [],
        ["Print"],
    )
    assert repeated_lines.parts(repeated_lines.written(repeated_lines.Boilerplate((), {}))) == ([], [])


# --- learning ---------------------------------------------------------------------------------------------------------


def test_learning_takes_a_change_back_that_only_boilerplate_made_and_notifies_nobody(db: Sqlite, site: Site) -> None:
    """And the badge leaves the texts of all pages, for their whole history."""
    site.see_all(0, (BADGE, "d"))
    site.see_all(1, ("Print", "-"))
    assert [site.changes(page) for page in range(3)] == [[day(1)], [day(1.01)], [day(1.02)]]
    news = db.rows("select * from notifications where notified_at is not null")
    assert learn(db, CLEANER) == {page.id for page in site.pages}
    assert [site.changes(page) for page in range(3)] == [[], [], []]
    assert [one.text for one in history.blocks_of(db, history.revisions(db, site.pages[0])[0])] == [text(0)]
    assert db.rows("select * from notifications where notified_at is not null") == news
    for page in site.pages:
        check_presence(db, page)
    check_whole(db)


def test_after_learning_the_next_visits_make_no_change_of_boilerplate_and_all_of_the_document(
    db: Sqlite, site: Site
) -> None:
    site.see_all(0, (BADGE, "d"))
    learn(db, CLEANER)
    site.see_all(1)
    assert site.changes() == []
    site.see(0, 2, [(BADGE, "d"), (text(0, "high"), "m")])
    assert site.changes() == [day(2)]


def test_a_caveat_in_the_main_text_that_changes_is_a_change_on_all_its_pages(db: Sqlite, site: Site) -> None:
    site.see_all(0, (CAVEAT, "m"))
    learn(db, CLEANER)
    site.see_all(1, (CAVEAT.replace("1 March", "1 September"), "m"))
    learn(db, CLEANER)
    assert [len(site.changes(page)) for page in range(3)] == [1, 1, 1]
    assert evidence.find_page(db, f"boilerplate:{HOST}") is None, "nothing was learned"


def test_a_badge_that_changed_is_masked_in_the_years_before_too(db: Sqlite, site: Site) -> None:
    site.see_all(0, (BADGE, "d"))
    site.see_all(100, ("Entirely other words that say nothing about it.", "d"))
    assert len(site.changes()) == 1
    learn(db, CLEANER)
    assert site.changes() == []


def test_learning_again_changes_nothing_and_looks_at_nothing(db: Sqlite, site: Site) -> None:
    site.see_all(0, (BADGE, "d"))
    learn(db, CLEANER)
    before = [
        db.value(f"select count(*) from {table}") for table in ("captures", "visits", "notifications", "revisions")
    ]
    assert learn(db, CLEANER) == set()
    db.execute("delete from boilerplate_cursor")  # as if the last run had been killed before it wrote that down
    assert learn(db, CLEANER) == set()
    assert [
        db.value(f"select count(*) from {table}") for table in ("captures", "visits", "notifications", "revisions")
    ] == before


def test_histories_that_a_killed_run_left_behind_are_rebuilt_by_the_next(db: Sqlite, site: Site) -> None:
    site.see_all(0, (BADGE, "d"))
    site.see_all(1)
    boilerplate.set_lines(db, HOST, {line_key(words.plain(BADGE)): ()})  # the list is written, the histories are not
    assert len(site.changes()) == 1
    assert len(learn(db, CLEANER)) == 3
    assert site.changes() == []


def test_a_visit_that_meets_a_newer_list_tells_its_own_change_and_not_that_of_the_list(db: Sqlite, site: Site) -> None:
    site.see_all(0, (BADGE, "d"))
    site.see_all(1)
    boilerplate.set_lines(db, HOST, {line_key(words.plain(BADGE)): ()})
    before = db.value("select count(*) from notifications where notified_at is not null")
    site.see(0, 2, [(text(0, "high"), "m")])
    assert site.changes() == [day(2)]
    assert db.value("select count(*) from notifications where notified_at is not null") == before + 1


def test_processes_that_learn_at_once_write_one_list(tmp_path: Path) -> None:
    with archive(tmp_path) as db:
        Site(db).see_all(0, (BADGE, "d"))

        def alone(_: int) -> None:
            with open_archive(str(db.path)) as other:
                learn(other, CLEANER)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(alone, range(4)))
        assert db.value("select count(*) from visits where writer = 'learn'") == 1
        check_whole(db)


# --- whenever it is learned -------------------------------------------------------------------------------------------

MARKS = st.sampled_from("md-")
SHOWN = st.lists(st.tuples(st.sampled_from([BADGE, SEVERE, CAVEAT]), MARKS), max_size=3, unique_by=lambda line: line[0])
EVENTS = st.lists(
    st.tuples(st.integers(0, 2), SHOWN, st.sampled_from(["low", "high"]), st.booleans()), min_size=3, max_size=9
)


def world(events: Sequence[tuple[int, list[tuple[str, str]], str, bool]], *, late: bool) -> tuple[object, ...]:
    """What the archive says after some captures of three pages, with learning where the events say so, or only at the end."""
    with tempfile.TemporaryDirectory() as folder, archive(Path(folder)) as db:
        site = Site(db)
        for at, (page, lines, risk, learns) in enumerate(events):
            site.see(page, at, [*lines, (text(page, risk), "m")])
            if learns and not late:
                learn(db, CLEANER)
        learn(db, CLEANER)
        whole = []
        for one in site.pages:
            check_presence(db, one)
            found = told(db, one)
            visited = dict(tuple(row) for row in db.rows("select id, visited_at from visits"))
            whole.append((
                [(row[0], row[3], row[4], visited.get(row[5])) for row in found["observations"]],
                [row[2:] for row in found["revisions"]],
                sorted((row[0], row[2], row[4]) for row in found["presence"]), found["title"],
            ))  # fmt: skip
            first, last = block_range(one.id)
            forms = db.column(str, "select form from blocks where id between :first and :last", first=first, last=last)
            assert boilerplate.repeated_on(db, one).keys.isdisjoint(forms), "it is in no text of the page"
        listed = db.rows("select masked from boilerplate")
        return whole, [tuple(row) for row in listed]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS)
def test_whenever_boilerplate_is_learned_the_history_is_the_same(
    events: list[tuple[int, list[tuple[str, str]], str, bool]],
) -> None:
    """Learning between captures, or only after the last of them."""
    assert world(events, late=False) == world(events, late=True)


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(db: Sqlite, site: Site) -> Page:
    """The boilerplate of a host on which the level rose."""
    for at, line in enumerate((BADGE, SEVERE)):
        site.see_all(at, (line, "d"), ("Publications", "-"))
        learn(db, CLEANER)
    return selection.page_named(db, f"boilerplate:{HOST}")


def test_a_list_is_a_page_with_revisions_and_a_banner_is_evidence(db: Sqlite, page: Page) -> None:
    revisions = history.revisions(db, page)
    assert [one.cause for one in revisions] == ["first", "change"]
    texts = [[one.text for one in history.blocks_of(db, revision)] for revision in revisions]
    assert texts == [[BADGE, "Publications"], [SEVERE, "Publications"]]
    assert [(one.text, one.first_revision) for one in blame.blame(db, page, revisions[1])] == [
        (SEVERE, 2), ("Publications", 1),
    ]  # fmt: skip
    assert history.raw(db, revisions[1].capture_id).decode() == f"{SEVERE}\nPublications\n\n{BADGE}\n"


def test_the_visits_of_a_list_say_that_it_was_learned(db: Sqlite, page: Page) -> None:
    assert [(one["outcome"], one["reason"], one["writer"]) for one in history.visits(db, page)] == [
        ("captured", "learned", "learn")
    ] * 2
    assert (
        db.rows("select notified_at from notifications where page_id = :id and notified_at is not null", id=page.id)
        == []
    )


def test_a_list_of_which_most_lines_are_others_needs_no_confirmation(db: Sqlite, site: Site) -> None:
    site.see_all(0, *((f"Menu entry number {one}", "-") for one in range(5)))
    learn(db, CLEANER)
    site.see_all(1, *((f"Another menu with {one} kinds of fish", "-") for one in range(5)))
    learn(db, CLEANER)
    verdicts = [one["verdict"] for one in history.visits(db, selection.page_named(db, f"boilerplate:{HOST}"))]
    assert verdicts == ["first", "changed"]


def test_boilerplate_is_searched_by_those_who_ask_for_it(db: Sqlite, page: Page) -> None:
    hits = find.search(db, "threat level", Filters(kind="boilerplate"))
    assert [(one.url, one.kind, one.current) for one in hits] == [(page.url, "boilerplate", True)]
    assert find.search(db, "SUBSTANTIAL", Filters(kind="boilerplate"))[0].current is False
    assert find.search(db, "publications") == []
    assert (find.count(db, "publications"), find.current_matches(db, "publications")) == (0, set())
    assert facets.facet(db, "publications", Filters(), "lang") == []


def test_boilerplate_is_listed_by_those_who_ask_for_it_and_never_due(db: Sqlite, page: Page) -> None:
    rows = list(listing.page_rows(db, day(400), "boilerplate"))
    assert [(row["url"], row["state"], row["next_visit"], row["question"]) for row in rows] == [
        (page.url, "learned", None, None)
    ]
    assert {row["kind"] for row in listing.page_rows(db, day(400))} == {"html"}
    assert not page.followed


def test_a_part_of_an_address_names_no_boilerplate(db: Sqlite, page: Page) -> None:
    """What named a page still names it; `boilerplate:` and a part of the host do."""
    assert selection.page_named(db, f"{HOST}/1").url == f"https://{HOST}/1"
    assert selection.page_named(db, "boilerplate:agen") == page
    with pytest.raises(QueryError, match="several pages"):
        selection.page_named(db, HOST)
    with pytest.raises(NotFound):
        selection.page_named(db, "boilerplate of")


def test_a_list_is_read_by_another_cleaner_just_the_same(db: Sqlite, site: Site, page: Page) -> None:
    """An upgrade reads nothing of it through the cleaner."""
    before = history_diff.history_of(db, page, keep=True)
    for one in site.pages:
        for capture in readings.unread(db, one.id, "c2"):
            made = readings.reading_of(db, capture, CLEANER)
            readings.add(db, evidence.capture(db, capture), Reading("c2", made.page_digest, made.title, made.language, None,
                                                                    None, None, made.blocks, None))  # fmt: skip
        derivation.derive(db, one, "c2")
    learn(db, "c2")
    assert list(history_diff.differences(before, history_diff.history_of(db, page))) == []
    assert {row[0] for row in db.rows("select cleaner from checkpoints")} == {"c2"}


def test_the_lines_of_a_list_are_masked_on_no_list(db: Sqlite, page: Page) -> None:
    assert boilerplate.repeated_on(db, page).keys == frozenset()
    assert json.loads(db.value("select masked from boilerplate")).keys() == {line_key(BADGE), line_key(SEVERE)}


# --- from the command line --------------------------------------------------------------------------------------------


def test_runs_imports_and_recleans_learn_and_the_list_can_be_read(tmp_path: Path) -> None:
    """On real pages: a badge in their header, over two runs."""
    file = tmp_path / "archive.db"

    def run(*arguments: str) -> list[dict[str, Any]]:
        """A command that ends well, and the lines of its output that are objects."""
        done = pagewitness(file, *arguments)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]

    with Loopback() as site:
        host = f"127.0.0.1:{site.server_port}"
        for number in range(3):
            site.routes[f"/{number}"] = html(BADGE, text(number))
        run("add", *(site.url(f"/{number}") for number in range(3)))
        run("run")
        (listed,) = run("pages", "--kind", "boilerplate", "--json")
        assert (listed["url"], listed["state"], listed["revisions"]) == (f"boilerplate:{host}", "learned", 1)
        run("alert", "add", "high", "high")
        for number in range(3):
            site.routes[f"/{number}"] = html(SEVERE, text(number, "low" if number else "high"))
        said = pagewitness(file, "run", "--all").stdout.decode().splitlines()
        changed = f"learned    boilerplate:{host}: revision 2 of what the site repeats; `pagewitness diff boilerplate:{host}` shows it"
        assert [line for line in said if "boilerplate" in line] == [changed], "one line, for all pages"
        assert "boilerplate" not in pagewitness(file, "run", "--all").stdout.decode()
    assert [row["found"] for row in run("alert", "--json")] == [1], "learning takes no news away"
    assert [row["cause"] for row in run("log", listed["url"], "--json")] == ["first", "change"]
    (hit,) = run("search", "threat level", "--kind", "boilerplate", "--json")
    assert (hit["url"], hit["kind"]) == (listed["url"], "boilerplate")
    assert [len(run("log", f"http://{host}/{number}", "--json")) for number in range(2)] == [2, 1]
    file.with_name("site.warc").write_bytes(
        warc([
            {"url": f"https://{HOST}/{number}", "at": f"20{number}0-03-01T00:00:00Z", "body": html(BADGE, text(number)).body}
            for number in range(3)
        ])
    )  # fmt: skip
    run("import", str(file.with_name("site.warc")))
    assert [row["url"] for row in run("pages", "--kind", "boilerplate", "--json")] == [
        listed["url"],
        f"boilerplate:{HOST}",
    ]
    run("reclean", "--dry-run")


def html(badge: str, paragraph: str) -> Reply:
    """A page with a badge in its header."""
    name = paragraph.split(" is ")[0]
    page = (
        f"<!doctype html><html lang='en'><head><title>{name}</title></head><body><header><p>{badge}</p></header>"
        f"<main><article><h1>{name}</h1><p>{paragraph} This is said with confidence, after the sources were weighed.</p>"
        "<p>The second paragraph explains at some length what the sources are, and how far they can be relied on.</p>"
        "</article></main></body></html>"
    )
    return Reply(200, page.encode(), (("Content-Type", "text/html"),))


def test_a_line_is_not_masked_where_it_is_main_text_on_any_page_of_a_large_host(db: Sqlite) -> None:
    """Also on one of those pages that are not looked at for what the site repeats."""
    count = line_counts.MOST_PAGES + 16
    pages = [evidence.known_page(db, f"https://large.example/{number}") for number in range(count)]
    badge = "The national threat level is severe."

    def see(number: int, at: float, text: str, zone: str = "aside") -> str | None:
        made = answer(f"{number} {at}", url=pages[number].url, record_id=f"<urn:{number}:{at}>")
        capture = evidence.keep(db, Visit(pages[number], "run", day(at)), made)
        assert capture is not None
        own = (
            VisibleBlock("h1", f"Port {number}"),
            VisibleBlock("p", f"Ferry number {number} leaves the port at noon."),
        )
        shown = (*own, VisibleBlock("p", text, zone))
        readings.add(
            db,
            evidence.capture(db, capture),
            Reading("c1", f"{number} {text}", None, "en", None, None, None, shown, None),
        )
        return derivation.derive(db, pages[number], "c1").verdict

    for number in range(count):
        see(number, number / 1000, badge)
    other = next(at for at, page in enumerate(pages) if page.id not in line_counts.sample(db, "large.example"))
    for at in (1, 2):
        see(other, at, badge + " " * at, "main")
    with db.transaction():
        db.execute("delete from boilerplate_cursor")
    learn(db, "c1")
    assert line_key(words.plain(badge)) in boilerplate.repeated_on(db, pages[0]).keys
    assert see(other, 3, badge.replace("severe", "moderate"), "main") == "changed"


def test_learning_leaves_room_for_writers_and_heeds_what_they_bring(
    db: Sqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No transaction spans the pages of a host; what was read of them meanwhile counts."""
    badge, banner = "The national threat level is severe.", "This site will be closed on Sunday."

    def see(archive: Sqlite, number: int, at: float, *shown: str) -> None:
        page = evidence.known_page(archive, f"https://{HOST}/{number}")
        capture = evidence.keep(archive, Visit(page, "run", day(at)), answer(f"{number} {at}", url=page.url))
        assert capture is not None
        own = [VisibleBlock("h1", f"Port {number}"), *(VisibleBlock("p", text, "aside") for text in shown)]
        made = Reading("c1", f"{number} {at}", None, "en", None, None, None, tuple(own), None)
        readings.add(archive, evidence.capture(archive, capture), made)

    for number in range(4):
        see(db, number, number, badge)
    looked: list[None] = []

    def meanwhile(pages: Sequence[PageLines]) -> repeated_lines.Boilerplate:
        looked.append(None)
        if len(looked) == 1:
            with open_archive(str(db.path)) as other:
                for number in range(4):
                    see(other, number, 10 + number, badge, banner)
        return learned(pages)

    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    for number in range(4):
        derivation.derive(db, evidence.known_page(db, f"https://{HOST}/{number}"), "c1")
    monkeypatch.setattr(repeated_lines, "find_repeated", meanwhile)
    learn(db, "c1")
    listed = evidence.boilerplate_page(db, HOST)
    assert {block.text for block in history.blocks_of(db, history.revisions(db, listed)[-1])} >= {badge, banner}
