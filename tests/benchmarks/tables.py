"""Which entries of the cleaner's tables fire on blocks that are in the true document of a page.

    python tests/benchmarks/tables.py FOLDER

FOLDER has `extraction/dev` and `chrome/dev` (see labels.py). Each line is an entry, how often it fires at all, and a block
that it should not have taken, with its page and how much of it the truth holds. The last line counts.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.labels import read_pages
from benchmarks.train import blocks_of

from pagewitness.scraper.clean.classify.model import model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    fired: Counter[str] = Counter()
    wrong: dict[str, list[str]] = defaultdict(list)
    for page in read_pages(args.folder):
        blocks = blocks_of(page, model())
        own = blocks[len(blocks) - len(page.labels) :]  # the page's title may stand before them
        for block, label in zip(own, page.labels, strict=True):
            if not block.by.startswith(("consent", "control")):
                continue
            fired[block.by] += 1
            if label > 0.5:
                place = f"{page.row['id']} ({label:.2f} {block.zone} {block.kind})"
                wrong[block.by].append(f"{place}: {block.text[:100]!r}")
    for entry, places in sorted(wrong.items(), key=lambda one: -len(one[1])):
        for place in places:
            print(f"{entry}\t{len(places)} of {fired[entry]}\t{place}")
    total = sum(map(len, wrong.values()))
    print(
        f"{total} of {fired.total()} blocks that tables took are in the truth, by {len(wrong)} of {len(fired)} entries"
    )


if __name__ == "__main__":
    main()
