"""What each rule of the judge is good for, whether order matters, and what a nonce costs.

    python tests/benchmarks/judge.py PACK TRUTH [--archive FILE] [--orders 2] [--bodies 40] [--only rules|orders|nonce]

PACK and TRUTH are those of a folder with `packs.py` and `replay.py` (above PACK's folder, or `--tools FOLDER`), which say
how a history is read and scored. The pack is imported once, through the installed command (`--archive` keeps that archive,
or uses it if it is there), then:

- *rules*: all pages are folded again from the same readings with one rule switched off at a time, and scored;
- *orders*: the captures with their readings enter new archives in random orders (seeded), derived in batches of random
  size, and each history is compared with the first archive's;
- *nonce*: pages are kept, read and folded twice, the second time with only a nonce that differs, in processor time.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pagewitness.archive.fold import comparison, derivation, judge, membership, observing, reading_view, readings
from pagewitness.archive.fold.comparison import Text
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.model import Answer, Visit
from pagewitness.archive.store import bodies, evidence
from pagewitness.archive.store.database import Sqlite, open_archive
from pagewitness.scraper.clean import Known, clean, cleaner_name, read_unless_known

Switch = list[tuple[Any, str, Any]]  # (module, name, what takes its place)
HTML = (("Content-Type", "text/html; charset=utf-8"),)

# Rules of the judge, of the comparison and of membership, and how each is switched off here; the product has no such switches.
RULES: dict[str, Switch] = {
    "all rules": [],
    "not credible is suspect": [(observing, "doubt", lambda *_: None)],
    "returned": [(judge, "_earlier", lambda *_: None)],
    "a frame without its main part": [(comparison, "emptied", lambda *_: False)],
    "far texts are held": [(judge, "CONFIRMATIONS", 1)],
    "another language is held": [(judge, "_is_translated", lambda *_: False)],
    "lines by the way are confirmed": [(Membership, "is_sure", lambda *_: True)],
    "only these are": [(Membership, "is_sure", lambda *_: False)],
    "another order is a change": [(comparison, "_has_moved", lambda *_: False)],
    "compared at the place": [(comparison._Side, "around", lambda side, _: side.shown)],
    "shown less often": [(comparison, "_fewer", lambda side, part, _: list(part))],
    "blocks divided otherwise": [(comparison, "_not_redivided", lambda _, members, there: list(members))],
    "copies of a sentence": [(comparison, "_SENTENCE", 1 << 30)],
    "counters": [(reading_view, "counted_forms", lambda forms, kinds: forms)],
    "hidden mail addresses": [(reading_view.ReadingView, "hides_mail", False)],
    "dates in one form": [("pagewitness.archive.text.words", "dated", lambda text: text)],
    "a line of the text stays in it": [(comparison, "following", lambda _, view, members: Text(view, members))],
    "a visible line enters with a revision": [
        (comparison, "Inherited", lambda carried, withheld: comparison.NOTHING._replace(carried=carried))
    ],
    "a change is confirmed by what is new": [
        (comparison.Difference, "confirms", lambda one, other: bool(one.gone & other.gone or one.come & other.come))
    ],
    "votes are pooled": [(Membership, "members", lambda _, view: marked(view))],
    "mean chance alone": [(Membership, "_is_likely", lambda self, line: self.chance(line) > membership.MEMBER)],
    "the main part is judged apart": [
        (membership, "IN_TEXT", (1.0, 1.0)), (membership, "LINKED", (1.0, 1.0)), (membership, "IN_LIST", 1.0)
    ],
    "siblings decide together": [(membership, "FEW", 1 << 30)],
    "links outside never belong": [(membership, "_is_menu", lambda _: False)],
    "headings of nothing are out": [(Membership, "_empty", frozenset())],
    "lists have a rule of their own": [(Membership, "is_running", True)],
    "texts have a rule of their own": [(Membership, "is_running", False)],
}  # fmt: skip


def marked(view: reading_view.ReadingView) -> tuple[int, ...]:
    """What a reading itself takes for the document."""
    return tuple(at for at, block in enumerate(view.blocks) if block.document and view.forms[at])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--tools", type=Path, help="where packs.py and replay.py are")
    parser.add_argument("--archive", type=Path, help="the archive of the pack; made if it is not there")
    parser.add_argument("--orders", type=int, default=2, help="random orders to try")
    parser.add_argument("--bodies", type=int, default=40, help="pages to measure a nonce on")
    parser.add_argument("--only", choices=["rules", "orders", "nonce"])
    given = parser.parse_args()
    sys.path.insert(0, str(given.tools or given.pack.resolve().parent.parent))
    with tempfile.TemporaryDirectory() as folder:
        archive = given.archive or Path(folder) / "pack.db"
        if given.only != "nonce" and not archive.exists():
            replay = import_module("replay")
            program = [sys.executable, "-m", "pagewitness.scraper"]
            replay.feed(str(given.pack), replay.page_urls(str(given.pack), None), program, str(archive))
        if given.only in (None, "rules"):
            print_rules(archive, given.pack, given.truth, Path(folder))
        if given.only in (None, "orders"):
            print_orders(archive, Path(folder), given.orders)
        if given.only in (None, "nonce"):
            print_nonce(given.pack, Path(folder), given.bodies)


# --- rules ------------------------------------------------------------------------------------------------------------


def print_rules(archive: Path, pack: Path, truth: Path, folder: Path) -> None:
    """Fold with one rule switched off at a time, and print the scores."""
    scored = scorer(pack, truth)
    print(
        f"{'switched off':<36} {'true':>6} {'optional':>9} {'spurious':>9} {'missed':>7} {'editions':>9} {'seconds':>8}"
    )
    for name, switch in RULES.items():
        with copied(archive, folder) as db, off(switch):
            began = time.process_time()
            for page in pages(db):
                derivation.derive(db, page, made_by(db), from_start=True)
            took = time.process_time() - began
            found = scored(db)
        label = name if name == "all rules" else f"- {name}"
        print(f"{label:<36} {found['true']:>6} {found['optional']:>9} {found['spurious']:>9} {found['missed']:>7} "
              f"{found['editions']:>9} {took:>8.1f}", flush=True)  # fmt: skip


def scorer(pack: Path, truth: Path) -> Callable[[Sqlite], Counter[str]]:
    """What scores the revisions of an archive."""
    replay = import_module("replay")
    urls = replay.page_urls(str(pack), None)
    times, events = defaultdict(list), defaultdict(list)
    for capture in replay.read_pack(str(pack), set(urls)):
        times[capture.page].append((capture.at, capture.commit))
    for line in truth.read_text("utf-8").splitlines():
        event = json.loads(line)
        events[event["page"]].append(event)

    def scored(db: Sqlite) -> Counter[str]:
        total = Counter[str]()
        for page, url in urls.items():
            rows = db.rows(
                """select captured_at, cause from revisions join pages on pages.id = page_id
                   where url = :url order by number""",
                url=url,
            )
            found = [(replay.seconds_of(at), cause) for at, cause in rows]
            parts = replay.score(times[page], events[page], found)
            total.update(dict(zip(("true", "optional", "spurious", "missed"), map(len, parts), strict=True)))
            total["editions"] += sum(cause == "edition" for _, cause in found)
        return total

    return scored


@contextmanager
def off(switch: Switch) -> Iterator[None]:
    """Some names stand for something else."""
    with ExitStack() as stack:
        for where, name, other in switch:
            stack.enter_context(patch.object(import_module(where) if isinstance(where, str) else where, name, other))
        yield


@contextmanager
def copied(archive: Path, folder: Path) -> Iterator[Sqlite]:
    """A copy of an archive, for a while."""
    file = folder / "copy.db"
    shutil.copy(archive, file)
    with open_archive(str(file)) as db:
        yield db
    for part in folder.glob("copy.db*"):
        part.unlink()


def pages(db: Sqlite) -> list[Any]:
    return [
        evidence.page(db, row[0]) for row in db.rows("select id from pages where kind <> 'boilerplate' order by id")
    ]


def made_by(db: Sqlite) -> str:
    """The cleaner whose readings the histories are made from."""
    return str(db.value("select cleaner from checkpoints limit 1"))


# --- orders -----------------------------------------------------------------------------------------------------------


def print_orders(archive: Path, folder: Path, orders: int) -> None:
    """Let captures arrive in random orders, and compare what comes of it. Nothing is learned of boilerplate on either side."""
    with copied(archive, folder) as db:
        db.execute("delete from boilerplate")
        for page in pages(db):
            derivation.derive(db, page, made_by(db), from_start=True)
        wanted = histories(db)
        for seed in range(1, orders + 1):
            began = time.monotonic()
            made = shuffled(db, folder / f"order-{seed}.db", random.Random(seed))
            differ = [url for url in wanted if made.get(url) != wanted[url]]
            print(f"order {seed}: {len(wanted) - len(differ)} of {len(wanted)} histories are equal to that of the order of "
                  f"time, {sum(len(one[0]) for one in made.values())} revisions, {time.monotonic() - began:.0f} s",
                  flush=True)  # fmt: skip
            for url in differ:
                print(f"  differs: {url}")


def shuffled(source: Sqlite, file: Path, chance: random.Random) -> dict[str, Any]:
    """The histories of an archive that the captures of another, with their readings, enter in a random order."""
    cleaner = made_by(source)
    rows = [
        tuple(row)
        for row in source.rows(
            "select captures.id, pages.url from captures join pages on pages.id = page_id where kind <> 'boilerplate'"
        )
    ]
    chance.shuffle(rows)
    with open_archive(str(file), create=True) as db:
        touched = {}
        for capture_id, url in rows:
            old, page = evidence.capture(source, capture_id), evidence.known_page(db, url)
            answer = Answer(
                old.url, old.status, old.headers, bodies.load_body(source, old.body_id), record_id=f"<{capture_id}>"
            )
            new = evidence.keep(db, Visit(page, "import", old.captured_at), answer)
            assert new is not None
            (name,) = readings.read_by(source, capture_id)
            readings.add(db, evidence.capture(db, new), readings.reading_of(source, capture_id, name), cleaner)
            touched[page.id] = page
            if chance.random() < 0.02:
                derive_all(db, touched, cleaner)
        derive_all(db, touched, cleaner)
        return histories(db)


def derive_all(db: Sqlite, touched: dict[int, Any], cleaner: str) -> None:
    for page in touched.values():
        derivation.derive(db, page, cleaner)
    touched.clear()


def histories(db: Sqlite) -> dict[str, Any]:
    """By address: the revisions, and the verdict on each capture, with nothing in it that depends on ids."""
    return {
        page.url: (
            [tuple(row) for row in db.rows(
                "select captured_at, number, cause, title, words, digest from revisions where page_id = :id order by number",
                id=page.id)],
            sorted(tuple(row) for row in db.rows(
                """select observed_at, verdict, coalesce(observations.reason, ''), coalesce(number, 0) from observations
                   left join revisions on revisions.visit_id = revision where observations.page_id = :id""", id=page.id)),
        )
        for page in pages(db)
    }  # fmt: skip


# --- a nonce ----------------------------------------------------------------------------------------------------------


def print_nonce(pack: Path, folder: Path, bodies: int) -> None:
    """Take in pages that are new, and pages with nothing new but a nonce."""
    packs = import_module("packs")
    found: dict[bytes, None] = {}
    for count, capture in enumerate(packs.read_pack(str(pack))):
        if count % 17 == 0 and b"<head" in capture.body:
            found[capture.body] = None
        if len(found) == bodies:
            break
    clean(next(iter(found)), None, None)  # what is loaded once is not counted
    took = {"a full cleaning": 0.0, "only a nonce differs": 0.0}
    with open_archive(str(folder / "nonce.db"), create=True) as db:
        for number, body in enumerate(found):
            page = evidence.known_page(db, f"https://pages.example/{number}")
            for day, (kind, nonce) in enumerate(zip(took, (b"a1b2c3d4", b"d4c3b2a1"), strict=True), 1):
                page_bytes = body.replace(b"<head", b'<script nonce="%s">boot("%s")</script><head' % (nonce, nonce), 1)
                began = time.process_time()
                known = take_in(db, page, page_bytes, f"2024-01-{day:02}T00:00:00.000000Z")
                took[kind] += time.process_time() - began
                assert known == (day == 2), "the second time it is known, the first time it is not"
    for kind, seconds in took.items():
        rate = len(found) / seconds
        print(f"{kind:<22} {rate:>8.1f} captures a second of processor time ({1000 / rate:.1f} ms each)")
    print(f"times {took['a full cleaning'] / took['only a nonce differs']:.1f}, over {len(found)} pages of "
          f"{sum(map(len, found)) / len(found) / 1000:.0f} kB")  # fmt: skip


def take_in(db: Sqlite, page: Any, body: bytes, at: str) -> bool:
    """Keep, read and fold one capture, as an import does, in this process; whether its stripped page was known."""
    kept = evidence.keep(db, Visit(page, "run", at), Answer(page.url, 200, HTML, body))
    assert kept is not None
    capture, cleaner = evidence.capture(db, kept), cleaner_name()
    read = read_unless_known(body, capture.content_type, capture.url, readings.known(db, page.id, cleaner))
    if isinstance(read, Known):
        readings.link_known(db, capture, cleaner, read.page_digest, read.encodings)
    else:
        readings.add(db, capture, read, cleaner)
    derivation.derive(db, page, cleaner)
    return isinstance(read, Known)


if __name__ == "__main__":
    main()
