"""The whole fold over random histories: each change of the document is found, and nothing else."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from breaches import breaches
from helpers import URL, answer, archive, check_presence, check_whole, day, read, told
from random_histories import random_history

from pagewitness.archive.fold import derivation
from pagewitness.archive.fold.comparer import Comparer
from pagewitness.archive.fold.judge import step
from pagewitness.archive.fold.judgement import Judged, Shown, State
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.fold.votes import Pool
from pagewitness.archive.model import Visit
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite

APART = 6  # days between two observations


def judged(views: list[ReadingView]) -> dict[int, Judged]:
    """The verdict on each observation."""
    pool = Pool()
    for view in views:
        pool.add(view)
    comparer = Comparer(views.__getitem__, lambda: Membership(pool))
    state, found = State(), dict[int, Judged]()
    for at in range(len(views)):
        state, settled = step(state, Shown(at, day(APART * at), at, at, None, "en"), comparer)
        found |= {one.shown.visit: one for one in settled}
    return found


@pytest.mark.parametrize("noise", [0.0, 0.15])
@pytest.mark.parametrize("seed", range(30))
def test_each_change_is_found_and_nothing_else(seed: int, noise: float) -> None:
    """However unsure the model is of each line, and however its opinion changes. A text that comes back soon has returned."""
    history = random_history(seed, noise)
    found = judged([ReadingView(reading.blocks) for reading in history.readings])
    changed = {at for at, one in found.items() if one.verdict in ("changed", "returned")}
    assert changed == set(history.changes), {at: history.changes.get(at) for at in changed ^ set(history.changes)}


def arrive(db: Sqlite, seed: int, order: list[int], folds: set[int]) -> dict[str, object]:
    """The history of a page whose captures arrive in an order, with the fold run after some of them."""
    history, page = random_history(seed, 0.15), evidence.known_page(db, URL)
    for number, at in enumerate(order):
        visit = Visit(page, "import", day(APART * at))
        capture = evidence.keep(db, visit, answer(f"{at}", record_id=f"<urn:{at}>"))
        assert capture is not None
        read(db, capture, history.readings[at])
        if number in folds:
            derivation.derive(db, page, "c1")
    derivation.derive(db, page, "c1")
    check_presence(db, page)
    check_whole(db)
    assert list(breaches(db, page)) == []
    found = told(db, page)
    visited = dict(tuple(row) for row in db.rows("select id, visited_at from visits"))
    return {
        "observations": [(row[0], row[3], row[4], visited.get(row[5])) for row in found["observations"]],
        "revisions": [row[2:] for row in found["revisions"]],
        "presence": sorted((row[0], row[2], row[4]) for row in found["presence"]),
        "blocks": found["blocks"],
    }


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_gives_the_same_history_and_a_true_presence(tmp_path: Path, seed: int) -> None:
    """Also while each new reading may change the membership of lines that were known before."""
    rng, length = Random(seed), len(random_history(seed, 0.15).readings)
    order = list(range(length))
    with archive(tmp_path) as db:
        expected = arrive(db, seed, order, set())
    for _ in range(2):
        rng.shuffle(order)
        with archive(tmp_path) as db:
            assert arrive(db, seed, order, {at for at in order if rng.random() < 0.4}) == expected
    with archive(tmp_path) as db:
        assert arrive(db, seed, list(range(length)), set(range(length))) == expected
