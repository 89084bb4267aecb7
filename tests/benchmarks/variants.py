"""Small changes in many markups, places, frames and languages: are they found, and is nothing else?

    python tests/benchmarks/variants.py [--sample N] [--seed S] [--list] [--kind NAME] [--command N]

Pages are made (`variants_made.py`, words in `variants.toml`), cleaned and folded in this process. A page that changes is shown
once as it was and twice as it is; one that does not is shown in turns. `--sample` takes so many of all combinations at
random, `--command` lets so many of these go through the installed command, too.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from variants_made import MARKUP, WORDS, Variant, page, variants

from pagewitness.archive.fold.comparer import Comparer
from pagewitness.archive.fold.judge import step
from pagewitness.archive.fold.judgement import Shown, State
from pagewitness.archive.fold.membership import Membership
from pagewitness.archive.fold.reading_view import ReadingView
from pagewitness.archive.fold.votes import Pool
from pagewitness.archive.text.words import plain
from pagewitness.scraper.clean import clean

URL = "https://agency.example/outlook/"


class Case(NamedTuple):
    """A variant in a language and a frame."""

    variant: Variant
    language: str
    frame: str

    @property
    def name(self) -> str:
        return f"{self.variant.kind}: {self.variant.how} [{self.language} {self.frame}]"

    @property
    def shown(self) -> list[bytes]:
        """What its visits show, in order."""
        one = self.variant
        parts = [one.before, one.after, one.after] if one.changed else [one.before, one.after, *one.more, one.before]
        return [page(self.language, self.frame, part) for part in parts]


def cases() -> list[Case]:
    return [
        Case(one, language, frame) for language in WORDS for one in variants(language) for frame in MARKUP["frames"]
    ]


@lru_cache(maxsize=256)
def _view(body: bytes) -> ReadingView:
    made = clean(body, "text/html; charset=utf-8", URL)
    return ReadingView(made.blocks, made.title)


def folded(bodies: Sequence[bytes]) -> tuple[list[str], list[str]]:
    """The causes of the revisions of a page that shows these bodies, a month apart, and the lines of the last text."""
    distinct = list(dict.fromkeys(bodies))
    views, pool = [_view(body) for body in distinct], Pool()
    for view in views:
        pool.add(view)
    membership, causes, state = Membership(pool), list[str](), State()
    comparer = Comparer(views.__getitem__, lambda: membership)
    for at, body in enumerate(bodies):
        when = f"{2020 + at // 12}-{at % 12 + 1:02}-01T00:00:00.000000Z"
        state, judged = step(state, Shown(at, when, at + 1, distinct.index(body), None, "en"), comparer)
        causes += [one.cause.value for one in judged if one.cause]
    last = _view(bodies[-1])
    return causes, [last.blocks[at].text for at in membership.members(last)]


def fault(case: Case) -> str | None:
    """What is wrong with a variant's history; None if nothing is."""
    causes, lines = folded(case.shown)
    if case.variant.changed and len(causes) == 1:
        return "missed"
    if len(causes) > 1 + case.variant.changed:
        return f"spurious: {causes}"
    text = plain(" ".join(lines))
    lacking = [one for one in case.variant.says if plain(one) not in text]
    return f"lacks {lacking}" if lacking else None


def commanded(case: Case, folder: Path) -> list[str]:
    """The causes that the installed command prints for a variant."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    made, archive = io.BytesIO(), folder / "variant.db"
    archive.unlink(missing_ok=True)
    writer = WARCWriter(made, gzip=False)
    for at, body in enumerate(case.shown):
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        date = {"WARC-Date": f"2024-{at + 1:02}-01T00:00:00Z"}
        writer.write_record(
            writer.create_warc_record(
                URL, "response", payload=io.BytesIO(body), http_headers=head, warc_headers_dict=date
            )
        )
    program = [sys.executable, "-m", "pagewitness.scraper", "--archive", str(archive)]
    subprocess.run([*program, "import", "-"], input=made.getvalue(), check=True, capture_output=True)
    log = subprocess.run([*program, "log", URL, "--json"], check=True, capture_output=True, text=True).stdout
    return [json.loads(line)["cause"] for line in log.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0, help="cases, at random; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", default="", help="only kinds that begin so")
    parser.add_argument("--list", action="store_true", help="print each fault")
    parser.add_argument("--command", type=int, default=0, metavar="N", help="cases that go through the command, too")
    given = parser.parse_args()
    chance = random.Random(given.seed)
    made = [case for case in cases() if case.variant.kind.startswith(given.kind)]
    made = chance.sample(made, min(given.sample, len(made))) if given.sample else made
    tried, wrong = Counter[str](), Counter[str]()
    for case in made:
        found = fault(case)
        tried[case.variant.kind] += 1
        wrong[case.variant.kind] += found is not None
        if found and given.list:
            print(f"{case.name}\t{found}", flush=True)
    for kind, count in tried.items():
        print(f"{kind:<24} {count:>6} {wrong[kind]:>6} wrong")
    print(f"{'all':<24} {tried.total():>6} {wrong.total():>6} wrong")
    with tempfile.TemporaryDirectory() as folder:
        chosen = chance.sample(made, min(given.command, len(made)))
        differ = [case.name for case in chosen if commanded(case, Path(folder)) != folded(case.shown)[0]]
    if chosen:
        print(
            f"{len(chosen) - len(differ)} of {len(chosen)} have the same revisions by the command", *differ, sep="\n  "
        )


if __name__ == "__main__":
    main()
