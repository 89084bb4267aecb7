"""Recleaning, through the command line: another cleaner's history is made anew, and it is said what that changes.

The other cleaner is this one with one more entry in a table: its copy runs in processes of its own.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from helpers import (
    HTML,
    SENTENCES,
    answer,
    check_presence,
    check_whole,
    command,
    day,
    environment,
    html,
    lines,
    pagewitness,
    read,
    reading,
    told,
    warc,
)
from stalling import StopsItsChild

from pagewitness import archive, config, scraper
from pagewitness.archive.fold import derivation, readings
from pagewitness.archive.model import Page, Visit
from pagewitness.archive.search import alerts
from pagewitness.archive.store import bodies, evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.scraper.clean import MOST_RAW_TAGS, cleaner_name, html_name
from pagewitness.scraper.clean.cleaner_version import CLEANER
from pagewitness.scraper.work.reader import MOST_TRIES
from pagewitness.scraper.work.recleaning import reclean
from pagewitness.scraper.work.workers import Workers

ONE, TWO = "https://one.example/assessment", "https://two.example/report"
LETTER = "Sign up for the zebra letter"  # what the other cleaner knows to be a control
UNLIKELY, LIKELY = "An attack on the port is unlikely.", "An attack on the port is likely."


def record(url: str, at: int, *sentences: str) -> dict[str, Any]:
    """A record dated so many days after the beginning of 2024."""
    body = html("Assessment", [*SENTENCES, *sentences], topic=url)
    return {"url": url, "at": f"2024-01-{at + 1:02}T00:00:00Z", "body": body, "id": f"<urn:{url}:{at}>"}


RECORDS = [
    record(ONE, 0, UNLIKELY),
    record(ONE, 1, UNLIKELY, LETTER),
    record(ONE, 2, LIKELY, LETTER),
    record(ONE, 3, LIKELY, LETTER),
    record(TWO, 0, UNLIKELY),
    record(TWO, 1, LIKELY),
]


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which the other cleaner runs."""
    folder = tmp_path_factory.mktemp("other")
    for package in (archive, config, scraper):
        name = package.__name__.rpartition(".")[2]
        ignored = shutil.ignore_patterns("__pycache__", "demo")
        shutil.copytree(package.__path__[0], folder / "pagewitness" / name, ignore=ignored)
    table = folder / "pagewitness" / "scraper" / "clean" / "lexicon" / "controls" / "en.toml"
    text = table.read_text(encoding="utf-8")
    assert text.count("\n[newsletter]\n") == 1
    entry = f'\n[newsletter]\n"{LETTER.lower()}" = "{LETTER}"\n'
    table.write_text(text.replace("\n[newsletter]\n", entry), encoding="utf-8")
    version = folder / "pagewitness" / "scraper" / "clean" / "cleaner_version.py"
    text = version.read_text(encoding="utf-8")
    assert f'CLEANER: Final = "{CLEANER}"' in text
    version.write_text(text.replace(f'CLEANER: Final = "{CLEANER}"', 'CLEANER: Final = "other"'))
    return environment(PYTHONPATH=str(folder))


@dataclass
class Archives:
    """An archive read by this cleaner, its copy read by the other and again by this one, and what was said of it.

    Attributes:
        alone: one that only ever knew the other cleaner.
    """

    folder: Path
    env: dict[str, str]
    said: dict[str, subprocess.CompletedProcess[bytes]] = field(default_factory=dict)
    left: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "some.warc").write_bytes(warc(RECORDS, gzip=False))
        for file, env in ((self.ours, environment()), (self.alone, self.env)):
            assert pagewitness(file, "import", str(self.folder / "some.warc"), env=env).returncode == 0
        with open_archive(str(self.ours)) as db:
            alerts.add(db, "letters", "zebra", day(9))
            db.rows("pragma wal_checkpoint(truncate)")
        shutil.copy(self.ours, self.both)
        self.left["before"] = self._files()
        self.reclean("dry", "--dry-run", env=self.env)
        self.left["after a dry run"] = self._files()
        self.reclean("reclean", "--json", "--jobs", "2", env=self.env)
        shutil.copy(self.both, self.recleaned)
        self.reclean("again", "--json", env=self.env)
        self.reclean("back", "--json", env=environment())

    ours = property(lambda self: self.folder / "ours.db")
    alone = property(lambda self: self.folder / "alone.db")
    both = property(lambda self: self.folder / "both.db")
    recleaned = property(lambda self: self.folder / "recleaned.db")

    def reclean(self, name: str, *arguments: str, env: dict[str, str]) -> None:
        self.said[name] = pagewitness(self.both, "reclean", *arguments, env=env)
        assert self.said[name].returncode == 0, self.said[name]

    def text(self, name: str) -> str:
        return self.said[name].stdout.decode()

    def _files(self) -> dict[str, str]:
        return {
            one.name: hashlib.sha256(one.read_bytes()).hexdigest()
            for one in self.folder.iterdir()
            if one.name.startswith("both")
        }


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory, other: dict[str, str]) -> Archives:
    return Archives(tmp_path_factory.mktemp("reclean"), other)


def everything(file: Path) -> list[dict[str, Any]]:
    """All that is derived in an archive, page by page."""
    with open_archive(str(file)) as db:
        check_whole(db)
        pages = [evidence.known_page(db, url) for url in (ONE, TWO)]
        for page in pages:
            check_presence(db, page)
        return [told(db, page) for page in pages]


@pytest.mark.parametrize(("made", "alone"), [("recleaned", "alone"), ("both", "ours")])
def test_the_history_is_that_of_the_second_cleaner_alone(archives: Archives, made: str, alone: str) -> None:
    """In both directions: its revisions, presence, observations and blocks are those of an archive that never had another."""
    found = everything(getattr(archives, made))
    assert found == everything(getattr(archives, alone))
    assert [len(page["revisions"]) for page in found] == [2 if alone == "alone" else 3, 2]


def test_an_upgrade_tells_nobody(archives: Archives) -> None:
    """What is on record of it is silent, and alerts have no news: they only know what fits now."""
    with open_archive(str(archives.both)) as db:
        assert db.value("select count(*) from notifications") >= 2
        assert db.value("select count(*) from notifications where notified_at is not null") == 0
        [alert] = alerts.all_alerts(db)
        assert (alert["pages"], alert["found"], alert["lost"]) == (1, 0, 0)
    with open_archive(str(archives.recleaned)) as db:
        assert alerts.all_alerts(db)[0]["pages"] == 0
        assert alerts.record(db, day(10)) == []


def test_a_dry_run_writes_nothing(archives: Archives) -> None:
    """Not a byte, nor a file beside the archive."""
    assert archives.left["after a dry run"] == archives.left["before"]


def test_it_is_said_which_revisions_change_and_how(archives: Archives) -> None:
    """With the diffs, and each difference once."""
    said = archives.text("dry").splitlines()
    assert said[0] == "Assessment"
    assert said[1] == f"{ONE}, 3 revisions before, 2 after"
    assert said[2] == "revision 2 (2024-01-02 00:00) disappears: revision 1 remains current"
    assert f"- {LETTER}" in said
    assert "revision 2 (2024-01-03 00:00) has different text" in said
    assert "The same change as above." in said
    assert TWO not in archives.text("dry")
    assert "6 captures of 2 pages read by " in " ".join(said[-5:])
    assert said[-1] == "2 of 5 revisions would change."


def test_programs_get_a_line_for_each_page_and_a_sum(archives: Archives) -> None:
    """The sum is the last line and has no address. What a dry run said is so."""
    one, two, total = lines(archives.said["reclean"])
    wanted = ("url", "readings", "revisions_before", "revisions_after", "texts_changed")
    assert [one[name] for name in wanted] == [ONE, 4, 3, 2, 1]
    assert [two[name] for name in wanted] == [TWO, 2, 2, 2, 0]
    assert [total[name] for name in wanted] == [None, 6, 5, 4, 1]
    assert (total["pages"], total["changed"], total["revisions"], total["dry_run"]) == (2, 2, 5, False)
    assert [(each["change"], each["number"], each["captured_at"]) for each in one["changed"]] == [
        ("gone", 2, day(1)),
        ("text", 2, day(2)),
    ]
    assert one["changed"][0]["hunks"][0]["old"] == LETTER


def test_readings_that_there_are_are_not_made_again(archives: Archives) -> None:
    """Neither by a second run nor on the way back: those of both cleaners stay."""
    *_, again = lines(archives.said["again"])
    assert (again["readings"], again["changed"], again["revisions"]) == (0, 0, 4)
    *_, back = lines(archives.said["back"])
    assert (back["readings"], back["changed"], back["revisions_after"]) == (0, 2, 5)


def test_what_another_cleaner_showed_can_be_shown(archives: Archives) -> None:
    """By its name, or enough of it."""
    listed = lines(pagewitness(archives.both, "show", f"{ONE}@2", "--cleaner", "list", "--json"))
    [ours] = [row["cleaner"] for row in listed if row["cleaner"] == html_name()]
    [theirs] = [row["cleaner"] for row in listed if row["cleaner"] != html_name()]
    assert [row["since"] <= "9" for row in listed] == [True, True]
    for name in (theirs, "oth"):
        [shown] = lines(pagewitness(archives.both, "show", f"{ONE}@2", "--cleaner", name, "--json"))
        assert (shown["cleaner"], shown["captured_at"]) == (theirs, day(1))
        assert LETTER not in [block["text"] for block in shown["blocks"]]
    text = pagewitness(archives.both, "show", f"{ONE}@2", "--cleaner", ours).stdout.decode()
    assert f"as read by {ours}" in text
    assert LETTER in text.splitlines()
    unknown = pagewitness(archives.both, "show", f"{ONE}@2", "--cleaner", "2.0")
    assert unknown.returncode == 3
    said = unknown.stderr.decode()
    assert said.startswith("pagewitness: No cleaner named '2.0' has read this capture of ")
    assert ours in said
    assert theirs in said
    several = pagewitness(archives.both, "show", f"{ONE}@2", "--cleaner", "0.")
    assert (several.returncode, b"several" in several.stderr) == (2, True)
    assert pagewitness(archives.both, "show", ONE, "--cleaner", ours, "--raw").returncode == 2


def test_one_that_is_killed_goes_on_where_it_was(tmp_path: Path, workers: Workers) -> None:
    """The archive is whole, and what was read is not read again."""
    texts = [" ".join(f"Part {part} of day {at} tells of cables." for part in range(200)) for at in range(12)]
    file = tmp_path / "archive.db"
    with open_archive(str(file), create=True) as db:
        page = old(db, ONE, *texts)
        before = told(db, page)
        process = subprocess.Popen(command(file, "reclean"), env=environment(), stdout=subprocess.DEVNULL)
        while readings.missing(db, {page.id: cleaner_name()}) > 9:
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.002)
        process.kill()
        process.wait()
        left = readings.missing(db, {page.id: cleaner_name()})
        check_whole(db)
        assert told(db, page) == before
        [found] = reclean(db, [page], workers, 2, dry=False)
        assert 0 < found.readings == left < 12
        after = told(db, page)
    with open_archive(str(tmp_path / "other.db"), create=True) as db:
        page = old(db, ONE, *texts)
        list(reclean(db, [page], workers, 2, dry=False))
        assert told(db, page) == after


# --- one promise at a time, within this process -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """One process that cleans, for all tests."""
    with Workers(1, 20, 1024) as pool:
        yield pool


def old(db: Sqlite, url: str, *texts: str, writer: str = "import") -> Page:
    """A page whose captures an older cleaner has read: it took only their last paragraphs for the document."""
    return read_by_old(db, url, [(html("Assessment", [*SENTENCES, text], topic=url), text) for text in texts], writer)


def too_large(db: Sqlite, url: str) -> Page:
    """A page whose capture an older cleaner has read, and this one won't."""
    return read_by_old(db, url, [(b"<p>" * (MOST_RAW_TAGS + 1), UNLIKELY)])


def read_by_old(db: Sqlite, url: str, bodies: list[tuple[bytes, str]], writer: str = "import") -> Page:
    page = evidence.known_page(db, url)
    for at, (body, text) in enumerate(bodies):
        made = answer(body, url=url, headers=HTML, record_id=f"<urn:{url}:{at}>")
        capture = evidence.keep(db, Visit(page, writer, day(at)), made)
        assert capture is not None
        read(db, capture, reading([text], cleaner="old"))
    derivation.derive(db, page, "old")
    return page


@pytest.mark.parametrize("dry", [True, False])
def test_a_damaged_capture_is_named_and_all_else_is_read(db: Sqlite, workers: Workers, dry: bool) -> None:
    """The history goes on without it."""
    page, whole = old(db, ONE, UNLIKELY, LIKELY), old(db, TWO, UNLIKELY)
    db.execute("update frames set data = x'00' where id = 1")
    before = told(db, page)
    one, two = reclean(db, [page, whole], workers, 2, dry=dry)
    assert ([found.capture_id for found in one.damaged], one.readings, two.damaged) == ([1], 1, ())
    assert [revision.at for revision in one.after.revisions.values()] == [day(1)]
    assert (two.readings, len(two.after.revisions)) == (1, 1)
    assert (told(db, page) == before) is dry
    assert readings.missing(db, dict.fromkeys((page.id, whole.id), cleaner_name())) == (3 if dry else 1)


def test_a_restored_capture_of_which_people_were_notified_is_folded_in_again(db: Sqlite, workers: Workers) -> None:
    """And nobody is notified of it twice; of what comes after it they are."""
    page = old(db, ONE, UNLIKELY, LIKELY, writer="run")
    news = "select notified_at from notifications where notified_at is not null order by id"
    assert [row[0] for row in db.rows(news)] == [day(1)]
    frame = db.row("select id, data from frames order by id desc")
    db.execute("update frames set data = x'00' where id = :id", id=frame["id"])
    [damaged] = reclean(db, [page], workers, 2, dry=False)
    assert [one.at for one in damaged.after.revisions.values()] == [day(0)]
    db.execute("update frames set data = :data where id = :id", id=frame["id"], data=frame["data"])
    [restored] = reclean(db, [page], workers, 2, dry=False)
    assert [one.at for one in restored.after.revisions.values()] == [day(0), day(1)]
    assert [row[0] for row in db.rows(news)] == [day(1)]
    assert db.value("select count(*) from fold_queue") == 0
    first = bodies.load_body(db, evidence.capture(db, 1).body_id)
    capture = evidence.keep(db, Visit(page, "run", day(2)), answer(first, url=ONE, headers=HTML))
    assert capture is not None
    assert readings.read_as_before(db, evidence.capture(db, capture), cleaner_name())
    assert derivation.derive(db, page, cleaner_name()).notified
    assert [row[0] for row in db.rows(news)] == [day(1), day(2)]


@pytest.mark.parametrize("dry", [True, False])
def test_while_a_capture_waits_the_history_stays_as_it_was(db: Sqlite, workers: Workers, dry: bool) -> None:
    """What is read is kept, the capture is named, and the next time it is tried again."""
    page = old(db, ONE, UNLIKELY, LIKELY)
    before = told(db, page)
    with StopsItsChild(1, 0.2, 512) as stalling:
        stalling.stops = 1
        [found] = reclean(db, [page], stalling, 0, dry=dry)
    assert [(one.url, one.capture_id) for one in found.waiting] == [(ONE, 1)]
    assert (found.readings, found.failed, found.damaged) == (1, (), ())
    assert found.after.revisions == found.before.revisions
    assert told(db, page) == before
    assert readings.missing(db, {page.id: cleaner_name()}) == (2 if dry else 1)
    [found] = reclean(db, [page], workers, 2, dry=False)
    assert (found.readings, found.unread, len(found.after.revisions)) == (2 if dry else 1, (), 2)


def test_a_capture_that_never_gets_on_holds_up_no_history_for_ever(db: Sqlite) -> None:
    """After some times it has a reading that says so."""
    page = old(db, ONE, UNLIKELY)
    for _ in range(MOST_TRIES - 1):
        readings.count_attempt(db, evidence.capture(db, 1), cleaner_name())
    with StopsItsChild(1, 0.1, 512) as stalling:
        stalling.stops = 1
        [found] = reclean(db, [page], stalling, 0, dry=False)
    assert found.waiting == ()
    assert [one.reason for one in found.failed] == [
        f"cleaning waited more than 0.5 s for the processor, {MOST_TRIES} times"
    ]
    assert derivation.is_current(db, page, cleaner_name())


def test_a_capture_that_the_cleaner_can_not_read_is_named(db: Sqlite, workers: Workers) -> None:
    """Its reading says why, and is kept like any other."""
    [found] = reclean(db, [too_large(db, ONE)], workers, 2, dry=False)
    assert [(one.url, one.capture_id) for one in found.failed] == [(ONE, 1)]
    assert found.failed[0].reason == f"the page has more than the {MOST_RAW_TAGS:,} tags that are read"
    assert [row["verdict"] for row in db.rows("select verdict from observations")] == ["suspect"]


def test_exit_codes_say_what_could_not_be_read(tmp_path: Path) -> None:
    """1 where the cleaner failed, 5 where bytes are damaged."""
    file = tmp_path / "archive.db"
    with open_archive(str(file), create=True) as db:
        too_large(db, ONE)
    failed = pagewitness(file, "reclean", "--dry-run")
    assert failed.returncode == 1
    assert f"failed     {ONE}: capture 1: the page has more than " in failed.stdout.decode()
    with open_archive(str(file)) as db:
        db.execute("update frames set data = x'00'")
    damaged = pagewitness(file, "reclean", "assessment", "--json")
    assert damaged.returncode == 5
    one, total = lines(damaged)
    assert [each["capture"] for each in one["damaged"]] == [1]
    assert (total["damaged"], total["readings"]) == (1, 0)


@pytest.mark.parametrize("dry", [True, False])
def test_pages_that_are_up_to_date_are_left_alone(db: Sqlite, workers: Workers, dry: bool) -> None:
    """And counted; nothing is read for them."""
    page = old(db, ONE, UNLIKELY, LIKELY)
    list(reclean(db, [page], workers, 2, dry=False))
    db.execute("update frames set data = x'00'")  # nobody looks
    [found] = reclean(db, [page], workers, 2, dry=dry)
    assert (found.readings, found.damaged, found.before is found.after, len(found.after.revisions)) == (0, (), True, 2)


def test_a_dry_run_knows_what_today_s_cleaner_has_read_already(db: Sqlite, workers: Workers) -> None:
    """So that after an interrupted run it reads only the rest."""
    page = old(db, ONE, UNLIKELY, LIKELY)
    [whole] = reclean(db, [page], workers, 2, dry=True)
    capture = evidence.capture(db, 1)
    readings.add(db, capture, workers.read(bodies.load_body(db, capture.body_id), capture.content_type, capture.url))
    [rest] = reclean(db, [page], workers, 2, dry=True)
    assert (whole.readings, rest.readings) == (2, 1)
    assert rest.after.revisions.keys() == whole.after.revisions.keys()
    assert [one.digest for one in rest.after.revisions.values()] == [
        one.digest for one in whole.after.revisions.values()
    ]


def test_two_at_once_do_the_work_once_and_hurt_nobody(tmp_path: Path, archives: Archives) -> None:
    """None is told that the archive is locked; the history is the same."""
    file = tmp_path / "archive.db"
    shutil.copy(archives.ours, file)
    started = [
        subprocess.Popen(command(file, "reclean", "--json"), env=archives.env, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in started:
        process.communicate(timeout=60)
    assert [process.returncode for process in started] == [0, 0]
    assert everything(file) == everything(archives.alone)


def test_a_part_of_addresses_and_a_source_are_all_pages_that_have_it(tmp_path: Path) -> None:
    """So a site can be read again without naming each of its pages."""
    pages = [f"https://{host}.example/{name}" for host in ("one", "two") for name in ("a", "b")]
    file = tmp_path / "some.warc.gz"
    file.write_bytes(warc([{"url": url, "at": "2024-01-01T00:00:00Z", "body": html(url)} for url in pages]))
    archive = tmp_path / "archive.db"
    assert pagewitness(archive, "import", str(file)).returncode == 0
    with open_archive(str(archive)) as db:
        db.execute("insert into sources (name) values ('bureau')")
        db.execute("update pages set source_id = (select max(id) from sources) where url like '%/a'")
    for named, count in (("two.example", 2), ("bureau", 2), ("one.example/a", 1)):
        [*_, total] = lines(pagewitness(archive, "reclean", "--dry-run", "--json", named))
        assert total["pages"] == count, total
