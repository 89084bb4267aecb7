"""Whether what an archive says about the past is true: the four invariants of presence and membership, over real histories.

    python tests/benchmarks/invariants.py PACK|ARCHIVE … [--list]

A PACK (`*.pack.zst`) is one of a folder with `packs.py` and `replay.py` (above its folder, or `--tools FOLDER`): it is imported
through the installed command first. Printed for each, and listed with `--list`:

1. presences that end at an observation that shows the line;
2. presences that begin although the credible observation before shows the line;
3. lines that the diff of two neighbouring revisions calls removed or added although the page shows them as often, and
   empty diffs;
4. revisions with the text of the one before, and unchanged observations with another text than their revision. An
   order, or a line beside the text, that the next observation did not confirm is not counted.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from pagewitness.archive import diff
from pagewitness.archive.fold import boilerplate, pooling
from pagewitness.archive.fold.comparer import Comparer
from pagewitness.archive.fold.comparison import Text
from pagewitness.archive.fold.page_texts import PageTexts
from pagewitness.archive.fold.reading_view import ReadingView, running_words
from pagewitness.archive.model import Page
from pagewitness.archive.store import evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.archive.text.counters import uncounted
from pagewitness.archive.text.words import plain, tokens
from pagewitness.archive.views import comparing, history

_CREDIBLE = """
    select observed_at, credible.visit_id, verdict, credible.reason, revision, capture_readings.reading_id as reading
    from credible join capture_readings on capture_readings.capture_id = credible.capture_id and cleaner = :cleaner
    where page_id = :page order by observed_at, credible.visit_id"""


class PageHistory:
    """The history of a page, with all that each observation showed."""

    def __init__(self, db: Sqlite, page: Page) -> None:
        self.db, self.page = db, page
        cleaner = db.value("select cleaner from checkpoints where page_id = :page", page=page.id)
        self._texts = PageTexts(db)
        self._views: dict[int, ReadingView] = {}
        self.observations = db.rows(_CREDIBLE, page=page.id, cleaner=cleaner)
        repeated = boilerplate.repeated_on(db, page)
        membership = pooling.brought_up(db, page.id, cleaner, self._texts, repeated.keys)[0]
        self.comparer = Comparer(self.view, lambda: membership)

    def view(self, reading: int) -> ReadingView:
        if reading not in self._views:
            self._views[reading] = self._texts.view(reading)
        return self._views[reading]

    def presence(self) -> Iterator[tuple[int, str]]:
        """Breaches of the first two invariants."""
        order = {(row["observed_at"], row["visit_id"]): at for at, row in enumerate(self.observations)}
        rows = self.db.rows(
            """select text, since_at, since_visit, until_at, until_visit from presence join blocks on blocks.id = block_id
               where block_id >> 20 = :page""",
            page=self.page.id,
        )
        for row in rows:
            form = plain(row["text"])
            start, end = order[row["since_at"], row["since_visit"]], order.get((row["until_at"], row["until_visit"]))
            if end is not None and self._shows(end, form):
                yield 1, f"{row['until_at'][:16]} {form[:80]}"
            if start and self._shows(start - 1, form):
                yield 2, f"{row['since_at'][:16]} {form[:80]}"

    def _shows(self, at: int, form: str) -> bool:
        view = self.view(self.observations[at]["reading"])
        return view.contains(form) or uncounted(form) in view.whole

    def diffs(self) -> Iterator[tuple[int, str]]:
        """Breaches of the third invariant."""
        for old, new in pairwise(history.revisions(self.db, self.page)):
            change = diff.compare(*(_lines(one) for one in comparing.compared_texts(self.db, old, new)))
            if change.empty:
                yield 3, f"r{new.number} differs in nothing from r{old.number}"
            views = [self.view(self._reading(one.number)).forms for one in (old, new)]
            before, after = (running_words(forms) for forms in views)
            for hunk in change.hunks:
                text, had, has = (hunk.old, before, after) if hunk.change == "removed" else (hunk.new, after, before)
                form = running_words([plain(text or "")])
                if hunk.change in ("removed", "added") and tokens(form) and 0 < had.count(form) <= has.count(form):
                    yield 3, f"r{new.number} {hunk.change}: {text}"[:110]

    def _reading(self, number: int) -> int:
        sql = "select reading_id from revisions where page_id = :page and number = :number"
        return int(self.db.value(sql, page=self.page.id, number=number))

    def texts(self) -> Iterator[tuple[int, str]]:
        """Breaches of the fourth invariant."""
        last: Text | None = None
        begun: Text | None = None
        for row in self.observations:
            reading = row["reading"]
            text = self.comparer.following(last, reading) if last else self.comparer.text(reading, ())
            if row["revision"] == row["visit_id"]:
                if begun is not None and begun.digest == text.digest:
                    yield 4, f"{row['observed_at'][:16]} a revision with the text of the one before"
                begun = text
            elif row["verdict"] == "returned":
                begun = text
            elif begun is not None and text.digest != begun.digest and row["reason"] is None:
                more = set(text.forms) ^ set(begun.forms)
                yield 4, f"{row['observed_at'][:16]} unchanged, but: {sorted(more)[:2]}"[:160]
            if row["reason"] is None:
                last = text


def _lines(blocks: list[Any]) -> list[diff.Line]:
    return [(block.kind, block.text) for block in blocks]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("histories", nargs="+", type=Path)
    parser.add_argument("--tools", type=Path, help="where packs.py and replay.py are")
    parser.add_argument("--list", action="store_true", help="print each breach")
    given = parser.parse_args()
    for file in given.histories:
        with tempfile.TemporaryDirectory() as folder:
            archive = file
            if file.suffix == ".zst":
                sys.path.insert(0, str(given.tools or file.resolve().parent.parent))
                replay, archive = import_module("replay"), Path(folder) / "pack.db"
                program = [sys.executable, "-m", "pagewitness.scraper"]
                replay.feed(str(file), replay.page_urls(str(file), None), program, str(archive))
            with open_archive(str(archive)) as db:
                print(file.name, json.dumps(breaches(db, listed=given.list)), flush=True)


def breaches(db: Sqlite, *, listed: bool) -> dict[str, int]:
    """How often each invariant is broken, and how many presences, diffs and observations there are."""
    found = {"1": 0, "2": 0, "3": 0, "4": 0, "presences": 0, "revisions": 0, "observations": 0}
    found["presences"] = db.value("select count(*) from presence")
    found["revisions"] = db.value("select count(*) from revisions")
    for row in db.rows("select id from pages where kind <> 'boilerplate' order by id"):
        page = PageHistory(db, evidence.page(db, row[0]))
        found["observations"] += len(page.observations)
        for check in (page.presence, page.diffs, page.texts):
            for number, what in check():
                found[str(number)] += 1
                if listed:
                    print(f"  {number} {page.page.url} {what}")
    return found


if __name__ == "__main__":
    main()
