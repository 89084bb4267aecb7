"""The fold: one history, whatever the order in which evidence and readings arrive."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from helpers import URL, answer, archive, check_presence, check_whole, day, read, reading, told
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagewitness.archive.derived import Reading
from pagewitness.archive.fold import derivation, judge, readings
from pagewitness.archive.model import Answer, Outcome, Page, Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite
from pagewitness.archive.views import history, listing, periods

FIRST, SECOND = "c1", "c2"  # two cleaners

# What the page may say: near texts (a change at once), the same words in other clothes, and far ones (to be confirmed).
COMMON = [f"Paragraph {number} of the yearly assessment stands as it did before." for number in range(4)]
TEXTS: list[list[str]] = [
    ["# Threats", *COMMON, "An attack is unlikely."],
    ["# Threats", *COMMON, "An attack is likely."],
    ["# Threats", *COMMON[:3], "An attack is likely.", "An attack is likely.", COMMON[3]],
    ["# Threats", *COMMON, "An attack is “likely”."],
    ["# Threats", *COMMON, "• An attack is likely."],
    ["# Weather", "Rain falls on the coast until noon; afterwards the sun returns, says nobody in particular."],
    ["# Weather", "Rain falls on the coast until noon; afterwards the sun returns, says everybody in particular."],
    ["# Sport", "Eleven players ran after one ball for ninety minutes while thousands watched and sang loudly."],
]
TITLES = ["Threats", "Threats", None, "Threats now", "Threats", "Weather", None, "Sport"]
CLOSE = 0.01  # days between two visits
LONG = 206  # visits


@dataclass(frozen=True)
class Event:
    """One visit to come: what it shows, how it was answered, and what the second cleaner makes of it.

    Attributes:
        kind: `capture`, `error`, `suspect`, `304` (of the capture before it in time) or `unknown` (a 304 of unknown origin).
        text: the number of a text; for a 304 which of the captures before it, counted back.
        other: the number of the text that the second cleaner reads.
    """

    kind: str
    text: int
    other: int
    gap: float


EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from(["capture"] * 6 + ["error", "suspect", "304", "304", "unknown"]),
        st.integers(0, len(TEXTS) - 1),
        st.integers(0, len(TEXTS) - 1),
        st.sampled_from([CLOSE] * 8 + [40.0]),
    ),
    min_size=1,
    max_size=14,
)


class World:
    """A page whose visits arrive in some order; each is known by its place in time, whatever its ids.

    A 304 that refers to a capture cannot arrive before that capture: it then arrives right after it.
    """

    def __init__(self, db: Sqlite, events: Sequence[Event]) -> None:
        self.db, self.events = db, events
        self.page = evidence.known_page(db, URL)
        self.captures: dict[int, int] = {}  # place -> capture id
        self._held: dict[int, list[int]] = {}
        self.times = []
        at = 0.0
        for event in events:
            at += event.gap
            self.times.append(day(at))

    def arrive(self, place: int, cleaners: Sequence[str] = (FIRST,)) -> None:
        """The visit at this place in time comes to be known, and is read by some cleaners."""
        event = self.events[place]
        if event.kind in ("304", "unknown"):
            source = self._shown_again(place)
            if source is not None and source not in self.captures:
                self._held.setdefault(source, []).append(place)
                return
            capture = None if source is None else self.captures[source]
            evidence.note(
                self.db, Visit(self.page, "import", self.times[place], Outcome.NOT_MODIFIED, capture_id=capture)
            )
            return
        capture = evidence.keep(self.db, Visit(self.page, "import", self.times[place]), self._answer(place))
        assert capture is not None
        self.captures[place] = capture
        for cleaner in cleaners:
            self.read(place, cleaner)
        for held in self._held.pop(place, []):
            self.arrive(held)

    def read(self, place: int, cleaner: str) -> None:
        """A cleaner reads the capture at this place."""
        event = self.events[place]
        text = event.text if cleaner == FIRST else event.other
        doubt = "it is a consent wall" if event.kind == "suspect" else None
        made = reading(TEXTS[text], cleaner=cleaner, title=TITLES[text], not_credible=doubt)
        read(self.db, self.captures[place], made)

    def derive(self, cleaner: str = FIRST, *, from_start: bool = False) -> None:
        """The fold."""
        derivation.derive(self.db, self.page, cleaner, from_start=from_start)

    def history(self) -> dict[str, object]:
        """What the archive says, with the times of visits in place of their ids."""
        found = told(self.db, self.page)
        at = dict(tuple(row) for row in self.db.rows("select id, visited_at from visits"))
        shown = dict(tuple(row) for row in self.db.rows("select id, captured_at from captures"))
        return found | {
            "observations": [(row[0], shown.get(row[2]), *row[3:5], at.get(row[5])) for row in found["observations"]],
            "revisions": [(shown[row[1]], *row[2:]) for row in found["revisions"]],
            "presence": sorted((row[0], row[2], row[4]) for row in found["presence"]),
        }

    def _answer(self, place: int) -> Answer:
        status = 503 if self.events[place].kind == "error" else 200
        return answer(f"body {place}", status=status, record_id=f"<urn:test:{place}>")

    def _shown_again(self, place: int) -> int | None:
        """The place of the capture that a 304 refers to, None where that is unknown."""
        event = self.events[place]
        before = [n for n in range(place) if self.events[n].kind in ("capture", "suspect", "error")]
        return before[-1 - event.text % len(before)] if event.kind == "304" and before else None


def history_in_order(events: Sequence[Event], cleaner: str = FIRST) -> dict[str, object]:
    """The history of a world that arrived in order of time and was folded once, from zero."""
    with tempfile.TemporaryDirectory() as folder, archive(Path(folder)) as db:
        world = World(db, events)
        for place in range(len(events)):
            world.arrive(place, (cleaner,))
        world.derive(cleaner, from_start=True)
        return world.history()


FAST = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@FAST
@given(events=EVENTS, data=st.data())
def test_any_order_of_arrival_gives_the_same_history(events: list[Event], data: st.DataObject) -> None:
    """Visits arrive in any order, with the fold run in between at any time: the history is that of one fold from zero."""
    order = data.draw(st.permutations(range(len(events))))
    folds = data.draw(st.sets(st.integers(0, len(events) - 1)))
    with tempfile.TemporaryDirectory() as folder, archive(Path(folder)) as db:
        world = World(db, events)
        for number, place in enumerate(order):
            world.arrive(place)
            if number in folds:
                world.derive()
        world.derive()
        found = world.history()
        assert found == history_in_order(events)
        world.derive()
        assert world.history() == found, "the fold is idempotent"
        check_presence(db, world.page)
        check_whole(db)
        world.derive(from_start=True)
        assert world.history() == found, "and the same from zero"


@FAST
@given(events=EVENTS, data=st.data())
def test_recleaning_in_any_order_gives_the_history_that_the_new_cleaner_would_always_have_given(
    events: list[Event], data: st.DataObject
) -> None:
    """Captures are read by a second cleaner in any order, before, while and after others still arrive."""
    count = len(events)
    order = data.draw(
        st.permutations([*((place, "arrive") for place in range(count)), *((p, "reclean") for p in range(count))])
    )
    folds = data.draw(st.dictionaries(st.integers(0, 2 * count - 1), st.sampled_from([FIRST, SECOND])))
    with tempfile.TemporaryDirectory() as folder, archive(Path(folder)) as db:
        world = World(db, events)
        for number, (place, what) in enumerate(order):
            if what == "arrive":
                world.arrive(place)
            elif place in world.captures:
                world.read(place, SECOND)
            if number in folds:
                world.derive(folds[number])
        for place in world.captures:
            world.read(place, SECOND)
        world.derive(SECOND)
        found = world.history()
        assert found == history_in_order(events, SECOND)
        check_presence(db, world.page)
        check_whole(db)


def long_world(count: int) -> list[Event]:
    """So many visits that checkpoints matter: runs of one text, returns, walls, and far texts confirmed and refuted."""
    pattern = [0, 0, 1, 1, 3, 1, 5, 5, 5, 6, 5, 7, 6, 0, 0, 0, 0, 2, 7, 7, 2, 4]
    kinds = ["capture"] * 5 + ["304", "capture", "capture", "suspect", "capture", "unknown", "capture", "error"]
    return [
        Event(kinds[n % len(kinds)], pattern[(n // 2) % len(pattern)], pattern[(n // 3) % len(pattern)], CLOSE)
        for n in range(count)
    ]


LATE = [[0], [5], [63], [64, 65], [130, 131, 12], [199, 100, 1], [205]]


@pytest.fixture(scope="module")
def long_history() -> dict[str, object]:
    """The history of the long world, in order and from zero."""
    return history_in_order(long_world(LONG))


@pytest.mark.parametrize("late", LATE, ids=str)
def test_captures_that_come_late_to_a_long_history_find_their_place(
    db: Sqlite, late: list[int], long_history: dict[str, object]
) -> None:
    world = World(db, long_world(LONG))
    with db.transaction():
        for place in range(LONG):
            if place not in late:
                world.arrive(place)
    world.derive()
    for place in late:
        world.arrive(place)
        world.derive()
    assert world.history() == long_history
    world.derive(from_start=True)
    assert world.history() == long_history
    check_presence(db, world.page)
    check_whole(db)


# --- one promise at a time --------------------------------------------------------------------------------------------


def keep(db: Sqlite, page: Page, at: float, made: Reading | None, status: int = 200) -> int:
    """An imported capture, read or not."""
    capture = evidence.keep(
        db, Visit(page, "import", day(at)), answer(f"body {at}", status=status, record_id=f"<urn:{at}>")
    )
    assert capture is not None
    if made is not None:
        read(db, capture, made)
    return capture


def test_a_capture_that_nobody_has_read_waits_and_is_on_record_as_waiting(db: Sqlite) -> None:
    """What an interrupted run left undone is found again."""
    page = evidence.known_page(db, URL)
    capture = keep(db, page, 1, None)
    assert derivation.derive(db, page, FIRST).number is None
    assert [one.id for one in derivation.unfinished(db)] == [page.id]
    read(db, capture, reading(TEXTS[0]))
    assert derivation.derive(db, page, FIRST).number == 1
    assert derivation.unfinished(db) == []


def test_derive_says_what_came_of_it(db: Sqlite) -> None:
    """The verdict on the latest observation, the current revision, how many were gained, and whether something waits."""
    page = evidence.known_page(db, URL)
    keep(db, page, 1, reading(TEXTS[0]))
    keep(db, page, 2, reading(TEXTS[1]))
    found = derivation.derive(db, page, FIRST)
    assert (found.verdict, found.number, found.gained, found.pending) == ("changed", 2, 2, False)
    keep(db, page, 3, reading(TEXTS[5]))
    found = derivation.derive(db, page, FIRST)
    assert (found.verdict, found.number, found.gained, found.pending) == ("pending", 2, 0, True)
    keep(db, page, 4, reading(TEXTS[1], not_credible="it is a consent wall"))
    found = derivation.derive(db, page, FIRST)
    assert (found.verdict, found.reason, found.pending) == ("suspect", "it is a consent wall", True)


def test_a_history_is_made_by_one_cleaner_throughout(db: Sqlite) -> None:
    """The next cleaner takes over when it has read every capture, and until then nothing told is lost."""
    page = evidence.known_page(db, URL)
    captures = [keep(db, page, n, reading(TEXTS[n])) for n in (0, 1)]
    derivation.derive(db, page, FIRST)
    before = told(db, page)
    late = keep(db, page, 2, reading(TEXTS[7], cleaner=SECOND))
    derivation.derive(db, page, SECOND)
    assert told(db, page) == before
    assert [one.id for one in derivation.unfinished(db)] == [page.id]
    for capture in captures:
        read(db, capture, reading(TEXTS[7], cleaner=SECOND))
    derivation.derive(db, page, SECOND)
    assert [(one.number, one.cause) for one in history.revisions(db, page)] == [(1, "first")]
    assert derivation.unfinished(db) == []
    assert readings.unread(db, page.id, FIRST) == [late]


def test_recleaning_is_never_a_cause(db: Sqlite) -> None:
    """Under another cleaner the history reads as if that one had always been there: its causes are what the page did."""
    page = evidence.known_page(db, URL)
    for n in (0, 1, 2):
        read(db, keep(db, page, n, reading(TEXTS[0])), reading(TEXTS[1], cleaner=SECOND))
    derivation.derive(db, page, FIRST)
    derivation.derive(db, page, SECOND)
    assert [(one.number, one.cause, one.captured_at) for one in history.revisions(db, page)] == [(1, "first", day(0))]


def test_the_last_credible_capture_is_neither_suspect_nor_pending(db: Sqlite) -> None:
    """Its validators are what the next request sends."""
    page = evidence.known_page(db, URL)
    assert derivation.last_credible(db, page) is None
    good = keep(db, page, 1, reading(TEXTS[0]))
    keep(db, page, 2, reading(TEXTS[0]), status=500)
    keep(db, page, 3, reading(TEXTS[5]))
    derivation.derive(db, page, FIRST)
    found = derivation.last_credible(db, page)
    assert found is not None
    assert found.id == good


def test_a_page_loses_a_title_that_turns_out_never_to_have_been(db: Sqlite) -> None:
    """A late capture refutes what was confirmed: the page is called again what it was called before."""
    page = evidence.known_page(db, URL)
    keep(db, page, 0, reading(TEXTS[0], title="Threats"))
    for at in (1, 2, 3):
        keep(db, page, at, reading(TEXTS[5], title="Weather"))
    derivation.derive(db, page, FIRST)
    assert evidence.page(db, page.id).title == "Weather"
    keep(db, page, 1.5, reading(TEXTS[0], title="Threats"))
    derivation.derive(db, page, FIRST)
    assert evidence.page(db, page.id).title == "Threats"


def test_another_judge_counts_the_votes_anew(db: Sqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may know lines by other forms; those that the one before counted are of no use to it."""
    page = evidence.known_page(db, URL)
    keep(db, page, 1, reading(TEXTS[0]))
    derivation.derive(db, page, FIRST)
    stored = "select reading_id, left_out, lines from votes where page_id = :page"
    counted = tuple(db.row(stored, page=page.id) or ())
    db.execute("update votes set lines = x'00', reading_id = 1 << 40")
    monkeypatch.setattr(judge, "JUDGE", f"{judge.JUDGE}, another one")
    assert derivation.derive(db, page, FIRST).number == 1
    assert tuple(db.row(stored, page=page.id) or ()) == counted


def test_a_block_stays_worded_as_its_first_observation_had_it(db: Sqlite) -> None:
    """Also while the same words come in other clothes beside a real change."""
    page = evidence.known_page(db, URL)
    keep(db, page, 1, reading(["It is “likely” so.", *COMMON]))
    keep(db, page, 2, reading(['It is "likely" so.', *COMMON, "One more."]))
    derivation.derive(db, page, FIRST)
    last = history.revisions(db, page)[-1]
    assert history.blocks_of(db, last)[0].text == "It is “likely” so."
    assert [block.first_seen for block in history.blocks_of(db, last)] == [day(1)] * 5 + [day(2)]


def test_a_block_that_returns_has_a_second_span(db: Sqlite) -> None:
    """And the time between is in neither: presence are half-open."""
    page = evidence.known_page(db, URL)
    for at, text in enumerate((0, 1, 0)):
        keep(db, page, at, reading(TEXTS[text]))
    derivation.derive(db, page, FIRST)
    spans = db.rows("select text, since_at, until_at from presence join blocks on blocks.id = block_id order by 1, 2")
    found = [tuple(row) for row in spans if row["text"].startswith("An attack")]
    assert found == [
        ("An attack is likely.", day(1), day(2)),
        ("An attack is unlikely.", day(0), day(1)),
        ("An attack is unlikely.", day(2), None),
    ]


def test_a_page_that_is_forever_pending_is_folded_from_where_it_was(db: Sqlite) -> None:
    """A checkpoint holds what waits, too; what comes of it later is the same."""
    page = evidence.known_page(db, URL)
    for at in range(20):
        keep(db, page, at, reading([f"Only{at} the{at} words{at} of{at} one{at} day{at}."]))
        derivation.derive(db, page, FIRST)
    latest = db.row("select observed_at, state from checkpoints order by observed_at desc")
    assert latest["observed_at"] == day(19)
    assert '"pending": [{' in latest["state"]
    found = told(db, page)
    assert [row[3] for row in found["observations"]] == ["first", *["suspect"] * 18, "pending"]
    derivation.derive(db, page, FIRST, from_start=True)
    assert told(db, page) == found


def test_what_was_confirmed_is_taken_back_with_its_revision(db: Sqlite) -> None:
    """A late capture between the observations of a run continues from a checkpoint at which the run was pending."""
    page = evidence.known_page(db, URL)
    for at, text in ((0, 0), (1, 5), (2, 5)):
        keep(db, page, at, reading(TEXTS[text]))
        derivation.derive(db, page, FIRST)
    keep(db, page, 4, reading(TEXTS[5]))
    assert derivation.derive(db, page, FIRST).number == 2
    keep(db, page, 3, reading(TEXTS[0]))
    found = derivation.derive(db, page, FIRST)
    assert (found.verdict, found.number, found.gained) == ("pending", 1, -1)
    assert [row[3] for row in told(db, page)["observations"]] == ["first", "suspect", "suspect", "unchanged", "pending"]
    check_presence(db, page)


def test_a_capture_that_was_cut_off_is_suspect(db: Sqlite) -> None:
    """Whatever its text looks like: half a page does not say that the other half is gone."""
    page = evidence.known_page(db, URL)
    keep(db, page, 0, reading(TEXTS[0]))
    cut = replace(answer("half", record_id="<urn:half>"), truncated="length")
    capture = evidence.keep(db, Visit(page, "import", day(1)), cut)
    assert capture is not None
    read(db, capture, reading(TEXTS[0][:-1]))
    found = derivation.derive(db, page, FIRST)
    assert (found.verdict, found.reason, found.number) == ("suspect", "truncated (length)", 1)


def test_what_is_unread_is_known_without_looking_at_all_captures(db: Sqlite) -> None:
    """Except for another cleaner's, once."""
    page = evidence.known_page(db, URL)
    captures = [keep(db, page, at, reading(TEXTS[0]) if at < 50 else None) for at in range(52)]
    assert readings.unread(db, page.id, FIRST) == captures[50:]
    derivation.derive(db, page, FIRST)
    assert readings.unread(db, page.id, FIRST) == captures[50:]
    asked: list[str] = []
    db._connection().set_trace_callback(asked.append)
    readings.unread(db, page.id, FIRST)
    db._connection().set_trace_callback(None)
    steps = [row["detail"] for row in db.rows(f"explain query plan {asked[-1]}")]
    assert not any("captures_page" in step or step.startswith("SCAN") for step in steps), steps
    assert readings.unread(db, page.id, SECOND) == captures


def test_a_damaged_capture_does_not_hold_up_the_next_cleaner(db: Sqlite) -> None:
    """The history continues without it, and it waits until it is restored."""
    page = evidence.known_page(db, URL)
    captures = [keep(db, page, at, reading(TEXTS[at])) for at in (0, 1)]
    evidence.note(db, Visit(page, "import", day(1.5), Outcome.NOT_MODIFIED, capture_id=captures[1]))
    derivation.derive(db, page, FIRST)
    read(db, captures[0], reading(TEXTS[0], cleaner=SECOND))
    derivation.derive(db, page, SECOND)
    assert [one.number for one in history.revisions(db, page)] == [1, 2], "it might still be read"
    derivation.derive(db, page, SECOND, without=captures[1:])
    assert [(one.number, one.captured_at) for one in history.revisions(db, page)] == [(1, day(0))]
    assert readings.unread(db, page.id, SECOND) == captures[1:]
    assert [one.id for one in derivation.unfinished(db)] == [page.id]
    read(db, captures[1], reading(TEXTS[1], cleaner=SECOND))
    derivation.derive(db, page, SECOND)
    assert [(one.number, one.last_seen_at) for one in history.revisions(db, page)] == [(1, day(0)), (2, day(1.5))]
    assert derivation.unfinished(db) == []


def test_pages_do_not_touch_each_other(db: Sqlite) -> None:
    """The fold of one page leaves the rows of another as they are."""
    one, other = evidence.known_page(db, URL), evidence.known_page(db, URL + "/other")
    for page in (one, other):
        for at in (0, 1):
            made = answer(f"{page.id} {at}", record_id=f"<urn:{page.id}:{at}>")
            capture = evidence.keep(db, Visit(page, "import", day(at)), made)
            assert capture is not None
            read(db, capture, reading(TEXTS[at]))
        derivation.derive(db, page, FIRST)
    before = told(db, other)
    keep(db, one, 0.5, reading(TEXTS[7]))
    derivation.derive(db, one, FIRST)
    derivation.derive(db, one, FIRST, from_start=True)
    assert told(db, other) == before
    check_presence(db, one)
    check_presence(db, other)


# --- an order that awaits confirmation --------------------------------------------------------------------------------

ORDERS = [["# Threats", *COMMON], ["# Threats", COMMON[1], COMMON[0], *COMMON[2:]]]


def test_another_order_is_pending_until_the_next_visit_decides(db: Sqlite) -> None:
    """The page is visited again soon, and the revision is not said to have been seen then."""
    page = evidence.known_page(db, URL)
    for at, order in enumerate((0, 0, 1), 1):
        keep(db, page, at, reading(ORDERS[order]))
    assert derivation.derive(db, page, FIRST).pending
    (one,) = history.revisions(db, page)
    assert one.last_seen_at == history.seen_until(db, page, day(3)) == day(2)
    assert periods.periods(db, page) == {1: [(day(1), day(2))]}
    assert periods.differing_since(db, page, day(3)) == day(3)
    assert periods.differing_since(db, page, day(2)) is None
    (listed,) = listing.page_rows(db, day(4))
    assert listed["pending"] == day(3)
    keep(db, page, 4, reading(ORDERS[1]))
    assert not derivation.derive(db, page, FIRST).pending
    assert [(one.cause, one.captured_at) for one in history.revisions(db, page)] == [
        ("first", day(1)),
        ("moved", day(3)),
    ]


def test_an_order_that_was_not_confirmed_stays_on_record(db: Sqlite) -> None:
    page = evidence.known_page(db, URL)
    for at, order in enumerate((0, 1, 0), 1):
        keep(db, page, at, reading(ORDERS[order]))
    assert not derivation.derive(db, page, FIRST).pending
    (one,) = history.revisions(db, page)
    assert (one.last_seen_at, history.is_interrupted(db, page, one)) == (day(3), True)
    assert periods.passing(db, page) == [(1, 1, day(2))]
    reasons = [row["reason"] for row in db.rows("select reason from observations order by observed_at")]
    assert reasons == [
        None,
        "its order, or a line beside the text, differed, and the next observation did not confirm that",
        None,
    ]
    (listed,) = listing.page_rows(db, day(4))
    assert listed["pending"] is None


def test_a_page_with_another_order_at_each_visit_is_not_visited_again_each_time(db: Sqlite) -> None:
    page = evidence.known_page(db, URL)
    keep(db, page, 0, reading(ORDERS[0]))
    pending = []
    for at in range(1, 5):
        keep(db, page, at, reading(["# Threats", *COMMON[at % 4 :], *COMMON[: at % 4]]))
        pending.append(derivation.derive(db, page, FIRST).pending)
    assert pending[:3] == [True, False, False]
