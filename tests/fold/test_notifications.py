"""What subscribers are notified of: only what live visits saw, once, and nothing that our own new reading changed."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers import URL, answer, archive, day, read, reading
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagewitness.archive.errors import ArchiveError
from pagewitness.archive.fold import boilerplate, derivation, notifications
from pagewitness.archive.model import Outcome, Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite, open_archive

FIRST, SECOND = "c1", "c2"  # two cleaners
COMMON = [f"Paragraph {number} of the yearly assessment stands as it did before." for number in range(4)]
UNLIKELY, LIKELY = [*COMMON, "An attack is unlikely."], [*COMMON, "An attack is likely."]
FAR = ["Rain falls on the coast until noon; afterwards the sun returns, says nobody in particular."]
TEXTS = [UNLIKELY, LIKELY, FAR]


def see(
    db: Sqlite, page: Page, at: float, texts: dict[str, list[str]], *, writer: str = "run", derive: str | None = FIRST
) -> None:
    """A capture, what some cleaners read in it, and the fold."""
    made = answer(f"body {at}", record_id=f"<urn:{at}>")
    capture = evidence.keep(db, Visit(page, writer, day(at)), made)
    assert capture is not None
    for cleaner, text in texts.items():
        read(db, capture, reading(text, cleaner=cleaner))
    if derive:
        derivation.derive(db, page, derive)


def rows(db: Sqlite) -> list[tuple[str | None, str, str | None]]:
    """What is on record: from and to which moment, and when it was reported."""
    found = db.rows(
        """select old.captured_at, new.captured_at, notified_at from notifications
           left join captures as old on old.id = from_capture join captures as new on new.id = to_capture order by notifications.id"""
    )
    return [(row[0], row[1], row[2]) for row in found]


@pytest.fixture
def page(db: Sqlite) -> Page:
    return evidence.known_page(db, URL)


def test_a_live_visit_tells_what_changed_once(db: Sqlite, page: Page) -> None:
    """As of its own moment; one that shows nothing new tells nothing."""
    for at, text in enumerate((UNLIKELY, UNLIKELY, LIKELY, LIKELY, UNLIKELY)):
        see(db, page, at, {FIRST: text})
        derivation.derive(db, page, FIRST)
    assert rows(db) == [(None, day(0), day(0)), (day(0), day(2), day(2)), (day(2), day(0), day(4))]


def test_an_import_notifies_nobody(db: Sqlite, page: Page) -> None:
    """Not even where it is what is current now; the next live visit tells only what is new to it."""
    see(db, page, 0, {FIRST: UNLIKELY})
    see(db, page, 1, {FIRST: LIKELY}, writer="import")
    see(db, page, 2, {FIRST: LIKELY})
    see(db, page, 0.5, {FIRST: LIKELY}, writer="import")
    see(db, page, 3, {FIRST: UNLIKELY})
    assert rows(db) == [(None, day(0), day(0)), (day(0), day(1), None), (day(0.5), day(0), day(3))]


def test_a_change_that_is_confirmed_is_reported_by_the_visit_that_confirms_it(db: Sqlite, page: Page) -> None:
    """And it says since which capture it has been there."""
    see(db, page, 0, {FIRST: UNLIKELY})
    for at in (1, 2, 3):
        see(db, page, at, {FIRST: FAR})
    assert rows(db) == [(None, day(0), day(0)), (day(0), day(1), day(3))]


def test_a_304_that_confirms_a_change_tells_it(db: Sqlite, page: Page) -> None:
    """Since it is a live visit like any other."""
    see(db, page, 0, {FIRST: UNLIKELY})
    see(db, page, 1, {FIRST: FAR})
    see(db, page, 2, {FIRST: FAR})
    evidence.note(db, Visit(page, "run", day(3), Outcome.NOT_MODIFIED, status=304))
    assert derivation.derive(db, page, FIRST).notified
    assert rows(db)[1:] == [(day(0), day(1), day(3))]


def test_news_of_a_run_that_was_killed_is_reported_though_an_import_comes_first(db: Sqlite, page: Page) -> None:
    """What the import brings is silent, and what the visit saw is reported by whoever folds it in."""
    see(db, page, 0, {FIRST: UNLIKELY})
    see(db, page, 2, {FIRST: LIKELY}, derive=None)
    see(db, page, 1, {FIRST: [*COMMON, "An attack is certain."]}, writer="import")
    assert rows(db) == [(None, day(0), day(0)), (day(0), day(1), None), (day(1), day(2), day(2))]


def test_an_upgrade_notifies_nobody_also_where_it_moves_a_change(db: Sqlite, page: Page) -> None:
    """The new cleaner sees the change later than the old one told it: the next visit does not tell it again."""
    for at, (old, new) in enumerate([(UNLIKELY, UNLIKELY), (LIKELY, UNLIKELY), (LIKELY, LIKELY)]):
        see(db, page, at, {FIRST: old, SECOND: new})
    told = rows(db)
    assert told == [(None, day(0), day(0)), (day(0), day(1), day(1))]
    derivation.derive(db, page, SECOND)
    assert rows(db) == [*told, (day(0), day(2), None)]
    see(db, page, 3, {SECOND: LIKELY}, derive=SECOND)
    assert len(rows(db)) == 3


@pytest.mark.parametrize(("shown", "told"), [(LIKELY, []), (UNLIKELY, [(day(2), day(0), day(3))])])
def test_a_visit_that_finds_an_older_cleaners_history_tells_what_it_saw_alone(
    db: Sqlite, page: Page, shown: list[str], told: list[tuple[str | None, str, str | None]]
) -> None:
    """As if `reclean` had run before it."""
    for at, (old, new) in enumerate([(UNLIKELY, UNLIKELY), (LIKELY, UNLIKELY), (LIKELY, LIKELY)]):
        see(db, page, at, {FIRST: old, SECOND: new})
    see(db, page, 3, {SECOND: shown}, derive=SECOND)
    assert rows(db)[2:] == [(day(0), day(2), None), *told]


def test_a_change_that_is_confirmed_after_an_upgrade_is_reported(db: Sqlite, page: Page) -> None:
    """The upgrade itself is not what confirms it."""
    see(db, page, 0, {FIRST: UNLIKELY, SECOND: UNLIKELY})
    see(db, page, 1, {FIRST: FAR, SECOND: FAR})
    see(db, page, 2, {FIRST: FAR, SECOND: FAR})
    see(db, page, 3, {SECOND: FAR}, derive=SECOND)
    assert rows(db)[1:] == [(day(0), day(1), day(3))]


def test_what_was_notified_of_a_observation_that_an_upgrade_doubts_can_still_change(db: Sqlite, page: Page) -> None:
    """The new cleaner waits for a confirmation where the old one said something else: once confirmed, it is reported."""
    for at, (old, new) in enumerate([(UNLIKELY, FAR), (UNLIKELY, FAR), (UNLIKELY, LIKELY), (LIKELY, LIKELY)]):
        see(db, page, at, {FIRST: old, SECOND: new})
    assert rows(db) == [(None, day(0), day(0)), (day(0), day(3), day(3))]
    see(db, page, 4, {SECOND: LIKELY}, derive=SECOND)
    assert rows(db)[2:] == [(day(0), day(0), None), (day(0), day(2), day(4))]


def test_two_processes_that_fold_at_once_tell_once(tmp_path: Path) -> None:
    """The fold and what it tells are one transaction."""
    with archive(tmp_path) as db:
        page = evidence.known_page(db, URL)
        for at, text in enumerate((UNLIKELY, LIKELY)):
            see(db, page, at, {FIRST: text}, derive=None)
        others = [open_archive(str(tmp_path / "archive.db")) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda other: derivation.derive(other, page, FIRST).notified, others))
        for other in others:
            other.close()
        assert sorted(found) == [False, False, False, True]
        assert rows(db) == [(None, day(1), day(1))]


def test_what_was_notified_can_not_be_altered(db: Sqlite, page: Page) -> None:
    """It is a record, not a view of what is so today."""
    see(db, page, 0, {FIRST: UNLIKELY})
    for sql in ("update notifications set notified_at = null", "delete from notifications"):
        with pytest.raises(ArchiveError, match="append-only"):
            db.execute(sql)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["run", "run", "import", "upgrade"]),
        st.integers(0, 30),  # when an import was captured
        st.sampled_from([0, 0, 0, 1, 1, 1, 2, 2]),
        st.sampled_from([0, 0, 0, 1, 1, 1, 2, 2]),
        st.booleans(),  # whether the cleaner is upgraded right before
    ),
    max_size=12,
)
Seen = list[tuple[float, dict[str, list[str]]]]


def in_force(db: Sqlite) -> str | None:
    """The current revision, by the moment at which it was first shown."""
    at: str | None = db.value(
        """select revisions.captured_at from observations join revisions on revisions.visit_id = revision
           where verdict not in ('suspect', 'pending') order by observed_at desc, observations.visit_id desc limit 1"""
    )
    return at


def would_be_in_force(seen: Seen, cleaner: str) -> str | None:
    """The same in an archive that never had another cleaner."""
    with tempfile.TemporaryDirectory() as folder, archive(Path(folder)) as db:
        page = evidence.known_page(db, URL)
        with db.transaction():
            for at, texts in seen:
                see(db, page, at, texts, writer="import", derive=None)
        derivation.derive(db, page, cleaner)
        return in_force(db)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(STEPS)
def test_a_live_visit_tells_what_it_puts_current_whatever_else_happens(
    steps: list[tuple[str, int, int, int, bool]],
) -> None:
    """In the eyes of today's cleaner: before it another revision was current. Nothing else tells anything."""
    with tempfile.TemporaryDirectory() as folder, archive(Path(folder)) as db:
        page, cleaner, live, seen = evidence.known_page(db, URL), FIRST, 31.0, Seen()
        for number, (what, when, first, second, upgraded) in enumerate(steps):
            before, news = rows(db), False
            if what == "upgrade" or upgraded:
                cleaner = {FIRST: SECOND, SECOND: FIRST}[cleaner]
            if what != "upgrade":
                live += what == "run"
                at = live if what == "run" else when + number / 100
                texts = {FIRST: TEXTS[first], SECOND: TEXTS[second]}
                known = would_be_in_force(seen, cleaner)
                seen.append((at, texts))
                see(db, page, at, texts, writer=what, derive=None)
            derivation.derive(db, page, cleaner)
            if what == "run":
                news = in_force(db) != known
            new = rows(db)[len(before) :]
            assert rows(db)[: len(before)] == before
            assert [row[2] for row in new if row[2]] == [day(live)] * news
        moved = len(rows(db))
        derivation.derive(db, page, cleaner, from_start=True)
        assert len(rows(db)) == moved, "whoever knows what the rows say knows what is in force"


def test_nothing_is_news_before_a_credible_text_and_while_it_stays_the_same(db: Sqlite, page: Page) -> None:
    assert notifications.record_change(db, page, day(0)) is False
    see(db, page, 0, {FIRST: UNLIKELY})
    assert notifications.record_change(db, page, day(1)) is False
    assert rows(db) == [(None, day(0), day(0))]


def test_a_visit_is_reported_once_whatever_becomes_of_the_history(db: Sqlite, page: Page) -> None:
    """Its capture was damaged, and has been restored: what it shows is recorded, and is no news."""
    for at, text in enumerate((UNLIKELY, LIKELY)):
        see(db, page, at, {FIRST: text})
    see(db, page, 2, {FIRST: UNLIKELY}, derive=None)
    with db.transaction():
        db.execute("delete from fold_queue")
        derivation.PageFold(db, page, FIRST, boilerplate.repeated_on(db, page)).resume((day(2), 3))
        assert notifications.record_change(db, page, day(1)) is False
    assert rows(db)[2:] == [(day(1), day(0), None)]


def test_a_live_visit_that_shows_another_text_is_news(db: Sqlite, page: Page) -> None:
    see(db, page, 0, {FIRST: UNLIKELY})
    see(db, page, 1, {FIRST: LIKELY}, derive=None)
    with db.transaction():
        db.execute("delete from fold_queue")
        derivation.PageFold(db, page, FIRST, boilerplate.repeated_on(db, page)).resume((day(1), 2))
        assert notifications.record_change(db, page, day(1)) is True
    assert rows(db)[1:] == [(day(0), day(1), day(1))]
