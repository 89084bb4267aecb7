"""What hostile pages cost, and whether equal bytes read the same.

    python tests/benchmarks/hostile.py [FOLDER] [--count 300] [--seed 1] [--made] [--same]

`--made` cleans every page of tests/hostile_pages.py; with FOLDER (pages as `*.html.gz`, at any depth), `--count` pages
of it are mutated and cleaned. All in child processes; listed is what broke a limit (10 s of processor time, 500 MB) or
raised anything but CleanError, with the seed that makes it again, and the worst. `--same` reads the folder forwards,
backwards and twice, in two processes of different hash seeds each, and prints which readings differ.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bounded import Job, Measured, measured
from hostile_pages import MADE, made, mutated

OTHERS = 5  # pages whose pieces are put into a mutated one


def pages_in(folder: Path) -> list[Path]:
    """The pages of a folder, in order."""
    return sorted(folder.rglob("*.html.gz"))


def mutant(pages: Sequence[str], seed: int) -> bytes:
    """The page that a seed makes of some pages."""
    chance = random.Random(seed)
    bodies = [gzip.decompress(Path(page).read_bytes()) for page in chance.sample(pages, min(OTHERS, len(pages)))]
    return mutated(bodies[0], chance, bodies)


def tell(found: Iterable[Measured]) -> bool:
    """Print what broke a limit, the worst and a count; whether nothing broke any."""
    done: list[Measured] = []
    for one in found:
        done.append(one)
        if not one.is_bounded:
            print(f"BROKEN {one.name}: {one.seconds:.1f} s, {one.megabytes} MB, {one.outcome}", flush=True)
    broken = sum(not one.is_bounded for one in done)
    outcomes = Counter(one.outcome.split(":")[0] for one in done)
    print(
        f"{len(done)} pages, {broken} broke a limit; {', '.join(f'{n} {what}' for what, n in outcomes.most_common())}"
    )
    for one in sorted(done, key=lambda one: -one.seconds)[:3]:
        print(f"  slowest {one.seconds:5.1f} s  {one.name}")
    for one in sorted(done, key=lambda one: -one.megabytes)[:3]:
        print(f"  largest {one.megabytes:4} MB  {one.name}")
    return not broken


def read_in_order(folder: Path, order: str) -> Iterator[str]:
    """A line for each page: its name and the digest of its reading."""
    from pagewitness.scraper.clean import clean

    pages = pages_in(folder)
    for page in {"forwards": pages, "backwards": pages[::-1], "twice": [*pages, *pages]}[order]:
        reading = clean(gzip.decompress(page.read_bytes()), None, "https://office.example/")
        yield f"{page.name} {hashlib.sha256(repr(reading).encode()).hexdigest()}"


def compare(folder: Path) -> bool:
    """Print how many readings differ between orders, repetitions and processes; whether none does."""
    found: dict[str, set[str]] = {}
    for order in ("forwards", "backwards", "twice"):
        for seed in ("1", "2"):
            command = [sys.executable, __file__, str(folder), "--order", order]
            env = {**os.environ, "PYTHONHASHSEED": seed}
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
            for line in done.stdout.splitlines():
                name, digest = line.split()
                found.setdefault(name, set()).add(digest)
            print(f"  {order}, hash seed {seed}: {len(done.stdout.splitlines())} readings", flush=True)
    different = sorted(name for name, digests in found.items() if len(digests) > 1)
    print(f"{len(found)} pages, {len(different)} read differently {' '.join(different[:10])}")
    return not different


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="of the first mutant; those of the others follow")
    parser.add_argument("--made", action="store_true")
    parser.add_argument("--same", action="store_true")
    parser.add_argument("--order", choices=("forwards", "backwards", "twice"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.order:
        print("\n".join(read_in_order(args.folder, args.order)))
        return 0
    good = True
    if args.made:
        good &= tell(measured((name, made, (name,)) for name in MADE))
    if args.folder and args.same:
        good &= compare(args.folder)
    elif args.folder:
        pages = [str(page) for page in pages_in(args.folder)]
        seeds = range(args.seed, args.seed + args.count)
        jobs: Iterator[Job] = ((f"seed {seed}", mutant, (pages, seed)) for seed in seeds)
        good &= tell(measured(jobs))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
