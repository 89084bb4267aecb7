"""How well pages are cleaned, and how fast, beside trafilatura, in one run.

    python tests/benchmarks/clean.py FOLDER [--folds 5] [--leaks 10] [--ablation] [--steps] [--worst 10]

FOLDER has `extraction` and `chrome`, each with `dev` and an `evaluate.py` that defines its table (see labels.py). With
`--folds K` each page is read with a model that was trained without its site, its site software and layout (folds.py), or
the markup of its list (made/; needs `pip install lightgbm==4.7.0`); without, by the package's own, which knows these pages.
Printed are both tables, ours beside trafilatura's default; ours on rendered pages in languages that were left out, too;
on made pages how many are whole and how many leak; and the pages a second of both, measured in turns. `--leaks N` lists
what leaks; `--ablation` prints the tables without one part each (needs `--folds`); `--steps` the milliseconds a page by
step; `--worst N` the pages furthest behind trafilatura: what of them was missed and what was too much, the longest of each, and why.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import trafilatura
from benchmarks.folds import Folds, folds_of
from benchmarks.labels import Page, body_of, read_pages, spans, words
from benchmarks.made.pages import with_made
from benchmarks.scoring import made_scores, rows, score, scorer, show
from benchmarks.train import by_folds, models_of, text_of

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean import clean_text
from pagewitness.scraper.clean.classify.model import Model, model

Blocks = Mapping[str, Sequence[VisibleBlock]]
WARM_UP = (
    b"<html><body><article><h1>Ice</h1><p>" + b"A sentence that is long enough. " * 20 + b"</p></article></body></html>"
)
EVERY = 5  # of so many pages one is taken for the steps


def in_turns(folder: Path) -> tuple[dict[str, str], dict[str, float], list[str]]:
    """Read all pages with trafilatura and with the package, in turns.

    Returns:
        trafilatura's texts, the processor seconds of both, and what was raised.
    """
    texts: dict[str, str] = {}
    taken = {"ours": 0.0, "trafilatura": 0.0}
    raised: list[str] = []
    clean_text(WARM_UP, None)
    trafilatura.extract(WARM_UP)
    pages = [(part, row) for part in ("extraction", "chrome") for row in rows(folder, part)]
    for count, (part, row) in enumerate(pages):
        body, url = body_of(folder, part, row), row.get("url")
        for name in ("ours", "trafilatura") if count % 2 else ("trafilatura", "ours"):
            began = time.process_time()
            try:
                found = (
                    clean_text(body, url)
                    if name == "ours"
                    else trafilatura.extract(body, url=url, include_comments=False)
                )
            except Exception as error:  # noqa: BLE001 (a cleaner must not raise: told)
                raised.append(f"{name} {row['id']}: {error!r}"[:200])
                found = ""
            taken[name] += time.process_time() - began
            if name == "trafilatura":
                texts[row["id"]] = found or ""
    return texts, taken, raised


def f1(folder: Path, truth: str, text: str) -> float:
    """The extraction's own measure of one page."""
    precision, recall = (value or 0.0 for value in scorer(folder, "extraction").precision_recall(truth, text))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def show_worst(folder: Path, blocks: Blocks, theirs: Mapping[str, str], count: int) -> None:
    """Print the pages furthest behind trafilatura, and why."""
    full = [row for row in rows(folder, "extraction") if row["text"] and row["truth"] != "tool-snapshot"]
    found = []
    for row in full:
        own = f1(folder, row["text"], text_of(blocks.get(row["id"], ())))
        found.append((own - f1(folder, row["text"], theirs[row["id"]]), own, row))
    for gap, own, row in sorted(found, key=lambda one: one[:2])[:count]:
        print(f"\n{gap:+.3f}  F1 {own:.3f}  {row['id']}  {row['source']}  {row['url']}")
        for said in why(row["text"], blocks.get(row["id"], ())):
            print(f"  {said}")


def why(truth: str, blocks: Sequence[VisibleBlock]) -> list[str]:
    """What of a true text was missed and what was too much: so many words, the longest, and who decided so."""
    known, kept = set(spans(words(truth))), set(spans(words(text_of(blocks))))
    missed = [line for line in truth.split("\n") if _share(line, kept) < 0.5]
    extra = [block for block in blocks if block.document and _share(block.text, known) < 0.5]
    said = []
    if missed:
        longest = max(missed, key=len)
        own = set(spans(words(longest)))
        shown = max(blocks, key=lambda block: len(own & set(spans(words(block.text)))), default=None)
        by = shown.by if shown is not None and own & set(spans(words(shown.text))) else "not among the visible blocks"
        said.append(f"missed {sum(len(words(line)) for line in missed)} words: “{longest[:100]}” [{by}]")
    if extra:
        most = max(extra, key=lambda block: len(block.text))
        said.append(f"too much {sum(len(words(block.text)) for block in extra)} words: “{most.text[:100]}” [{most.by}]")
    return said or ["the words are there, in another order or number"]


def _share(text: str, known: set[tuple[str, ...]]) -> float:
    own = spans(words(text))
    return sum(span in known for span in own) / len(own) if own else 1.0


def show_ablation(
    folder: Path, pages: Sequence[Page], models: Sequence[Model], folds: Folds, whole: Mapping[str, object]
) -> None:
    from benchmarks.ablation import ablations

    print("\nWithout one part each; below the first line, what that does to the figures:")
    names = [name for name in whole if isinstance(whole[name], float) and name not in ("segments_p", "segments_r")]
    print(f"{'':46}" + "".join(f"{name.replace('chrome ', 'c:').replace('_share', '%')[:9]:>10}" for name in names))
    print(f"{'all':46}" + "".join(f"{whole[name]:10.4f}" for name in names))
    for part, blocks in ablations(folder, pages, models, folds):
        found = score(folder, {page: text_of(of_page) for page, of_page in blocks.items()})
        print(f"{part:46}" + "".join(f"{found[name] - whole[name]:+10.4f}" for name in names), flush=True)  # type: ignore[operator]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--leaks", type=int, default=0)
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--worst", type=int, default=0)
    args = parser.parse_args()
    if args.ablation and not args.folds:
        parser.error("--ablation needs --folds: figures of a model that knows the pages say nothing of its parts.")
    pages = with_made(read_pages(args.folder), args.folder)
    folds = folds_of(pages, max(1, args.folds))
    models = models_of(pages, folds) if args.folds else [model()]
    blocks = by_folds(pages, models, folds)
    texts_of_ours = {page: text_of(of_page) for page, of_page in blocks.items()}
    ours = score(args.folder, texts_of_ours)
    texts, taken, raised = in_turns(args.folder)
    theirs = score(args.folder, texts)
    print(f"ours: {f'by {args.folds} folds' if args.folds else 'the package’s own model, which knows these pages'}")
    show({"ours": ours, f"trafilatura {trafilatura.__version__}": theirs})
    if args.folds:
        new = {page.row["id"] for page in pages if page.part == "chrome" and folds.is_new_language(page)}
        languages = score(args.folder, texts_of_ours, new)
        print(
            "in languages that were left out:",
            *(f"{name} {languages[name]:.4f}," for name in languages if name[:6] == "chrome"),
        )
    for kind, found in made_scores(pages, blocks).items():
        print(f"made pages, {kind}: {found}")
    speeds = {name: len(texts) / seconds for name, seconds in taken.items()}
    said = ", ".join(f"{name} {speed:.1f}" for name, speed in speeds.items())
    print(
        f"pages a second of processor time: {said}; ours is {speeds['ours'] / speeds['trafilatura']:.2f} times as fast"
    )
    print(f"raised: {len(raised)} {raised[:3] or ''}")
    for name, found in (("ours", ours), ("trafilatura", theirs)):
        print(f"{name}: {len(found['leaking'])} leaks")
        for page, text in found["leaking"][: args.leaks]:
            print(f"  leak {page}: {text}")
    if args.steps:
        from benchmarks.steps import steps

        every = [(part, row) for part in ("extraction", "chrome") for row in rows(args.folder, part)][::EVERY]
        print(f"\nmilliseconds a page, over {len(every)} pages:")
        for step, milliseconds in steps([body_of(args.folder, part, row) for part, row in every]).items():
            print(f"  {step:16}{milliseconds:7.2f}")
    if args.worst:
        show_worst(args.folder, blocks, texts, args.worst)
    if args.ablation:
        show_ablation(args.folder, pages, models, folds, ours)


if __name__ == "__main__":
    main()
