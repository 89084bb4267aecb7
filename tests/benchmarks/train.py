"""Train the cleaner's model, and tell how it does on sites that it was not trained on.

    python tests/benchmarks/train.py FOLDER [--folds 5 --out texts.json] [--write]

FOLDER has `extraction/dev` and `chrome/dev` (see labels.py). `--write` trains on all pages and writes
`scraper/clean/classify/model.json`; a second run writes the same file. `--folds K` trains K times, each time without a K-th of
the sites and without some site software (folds.py), reads those with that model, and scores the texts with the folder's own
`evaluate.py`s. Besides the folder's pages it learns from made ones (made/), which are written each time, always alike.
Needs LightGBM (`pip install lightgbm==4.7.0`), which the product itself does not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.folds import Folds, folds_of
from benchmarks.labels import Page, read_pages, sites, words
from benchmarks.lexicon import Counted
from benchmarks.made.pages import with_made
from benchmarks.scoring import score, show

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean.classify import scoring
from pagewitness.scraper.clean.classify.decide import decide
from pagewitness.scraper.clean.classify.features import features
from pagewitness.scraper.clean.classify.lexical_features import Lexicon
from pagewitness.scraper.clean.classify.model import FORESTS, Model, forest_of, model_of
from pagewitness.scraper.clean.classify.second_features import second_features

ROUNDS = {"alone": 120, "voted": 120, "second": 120}
PARAMETERS = {
    "objective": "cross_entropy", "learning_rate": 0.1, "num_leaves": 31, "min_data_in_leaf": 40,
    "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "max_depth": 9, "max_bin": 127,
    "seed": 1, "deterministic": True, "force_col_wise": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip
FILE = Path(__file__).parents[2] / "scraper/clean/classify/model.json"
# What a block of known segment, a page of rendered chrome and a made one weigh beside a real page.
SEGMENT, CHROME, MADE = 0.15, 0.6, 0.3


def weights_of(page: Page) -> Any:
    """What each block weighs: by its share of the page's words, so that pages weigh the same; 0 where tables decide."""
    sizes = np.array([len(words(piece.text)) + 1.0 for piece in page.walk.pieces])
    labels = np.array(page.labels)
    known = labels >= 0
    document = max(30.0, (sizes * (labels > 0.5) * known).sum())
    if page.part == "made":
        weights = MADE * (0.5 * sizes / document + 1.0 / len(sizes))
    elif page.part == "chrome":
        weights = CHROME * (0.7 * sizes / document + 1.5 / len(sizes))
    elif page.row["source"] == "trafilatura" or page.row["truth"] == "tool-snapshot":
        weights = np.full(len(sizes), SEGMENT)
    else:
        weights = np.minimum(sizes / document, 1.0) + 0.03 / np.sqrt(max(1, known.sum()))
    barred = np.array([bool(piece.by) for piece in page.walk.pieces])
    return weights * known * ~barred


@dataclass(frozen=True)
class Taught:
    """A page as the trees see it: its features without and with a vote, labels and weights of its blocks."""

    page: Page
    alone: Any
    voted: Any
    labels: Any
    weights: Any


def train(pages: Sequence[Page]) -> dict[str, Any]:
    """A model of some pages, as its file says it (`model.model_of`)."""
    real = [page for page in pages if page.part != "made"]
    counted = Counted(real)
    taught = list(_taught(pages, counted))
    names, _ = features(pages[0].walk, None, pages[0].facts, Lexicon())
    lexicon = counted.lexicon()
    chances = _first_chances(taught)
    second = [np.hstack([one.alone, second_features(one.page.walk, chances[one.page.row["id"]])[1]]) for one in taught]
    return {
        "features": names,
        "lexicon": dict(sorted(lexicon.names.items())),
        **_forest("alone", [one.alone for one in taught], taught),
        **_forest("voted", [one.voted for one in taught], taught),
        **_forest("second", second, taught),
    }


def _taught(pages: Sequence[Page], counted: Counted) -> Iterator[Taught]:
    """Pages with their features. Real ones don't know the words of their own site, made ones know none."""
    for site, of_site in sites(pages):
        lexicon = counted.lexicon(without=site)
        for page in of_site:
            known = Lexicon() if page.part == "made" else lexicon
            alone = features(page.walk, None, page.facts, known)[1]
            voted = features(page.voted, page.vote, page.facts, known)[1]
            yield Taught(page, alone, voted, page.labels, weights_of(page))


def _part(name: str, parts: int) -> int:
    """One of so many parts, by chance but always the same for a name."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts


def _first_chances(taught: Sequence[Taught]) -> dict[str, Any]:
    """For each page by its id the chances that the first pass gives it if it has learned from the other half of the sites."""
    found: dict[str, Any] = {}
    for half in (0, 1):
        known = [one for one in taught if _part(one.page.site, 2) != half]
        trees = forest_of(_forest("alone", [one.alone for one in known], known)["alone"])
        found |= {one.page.row["id"]: trees.chances(one.alone) for one in taught if _part(one.page.site, 2) == half}
    return found


def _forest(name: str, rows: list[Any], taught: Sequence[Taught]) -> dict[str, Any]:
    """Trees trained on the blocks of some pages, and how many blocks came to their leaves."""
    import lightgbm

    x, y, w = (
        np.concatenate(rows),
        *(np.concatenate([getattr(one, of) for one in taught]) for of in ("labels", "weights")),
    )
    counts = w > 0
    data = lightgbm.Dataset(x[counts], y[counts], weight=w[counts] / w[counts].mean())
    dump = lightgbm.train(PARAMETERS, data, ROUNDS[name]).dump_model()
    trees = [tree["tree_structure"] for tree in dump["tree_info"]]
    return {name: list(map(_nodes, trees)), f"{name}_covers": list(map(_covers, trees))}


def _covers(root: dict[str, Any]) -> list[int]:
    """How many blocks came to each leaf of a tree, to two figures, in the order of `_nodes`."""
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop(0)
        if "split_feature" in node:
            waiting += [node["left_child"], node["right_child"]]
        else:
            found.append(int(float(f"{max(1, node.get('leaf_count', 1)):.1e}")))
    return found


def _nodes(root: dict[str, Any]) -> list[Any]:
    """A tree as a list of nodes, children behind their parents."""
    found: list[Any] = []
    waiting = [(root, None, 0)]
    while waiting:
        node, parent, side = waiting.pop(0)
        if parent is not None:
            found[parent][2 + side] = len(found)
        if "split_feature" in node:
            found.append([node["split_feature"], round(node["threshold"], 6), 0, 0])
            waiting += [(node["left_child"], len(found) - 1, 0), (node["right_child"], len(found) - 1, 1)]
        else:
            found.append(round(node["leaf_value"], 5))
    return found


def blocks_of(page: Page, model: Model) -> tuple[VisibleBlock, ...]:
    """The blocks of a page, decided on by some model."""
    judged = scoring.score_blocks(page.walk, page.facts, model, lambda: (page.voted, page.vote))
    return decide(judged, page.facts.titles)[1]


def text_of(blocks: Sequence[VisibleBlock]) -> str:
    """The document among blocks, a block a line, as `clean_text` gives it."""
    return "\n".join(block.text for block in blocks if block.document)


def models_of(pages: Sequence[Page], folds: Folds) -> list[Model]:
    """A model for each fold, trained without the pages of that fold."""
    found = []
    for fold in range(folds.count):
        began = time.process_time()
        found.append(model_of(train([page for page in pages if folds.teaches(page, fold)])))
        print(f"fold {fold + 1} of {folds.count}: {time.process_time() - began:.0f} s", file=sys.stderr, flush=True)
    return found


def by_folds(pages: Sequence[Page], models: Sequence[Model], folds: Folds) -> dict[str, tuple[VisibleBlock, ...]]:
    """The blocks of each page by its id, decided on by the model of its fold, or by the only model."""
    single = len(models) == 1
    return {page.row["id"]: blocks_of(page, models[0 if single else folds.tested(page)]) for page in pages}


def write(data: dict[str, Any], pages: Sequence[Page]) -> None:
    """Write the model, a tree and a part of the lexicon a line, with what it was trained on."""
    import lightgbm

    digest = hashlib.sha256("".join(page.row["id"] for page in pages).encode()).hexdigest()[:16]
    about = {"pages": len(pages), "data": digest, "lightgbm": lightgbm.__version__, "rounds": ROUNDS}
    lines = [
        f'"about": {json.dumps(about)}',
        f'"features": {json.dumps(data["features"])}',
        '"lexicon": ' + json.dumps(data["lexicon"], ensure_ascii=False, separators=(",", ":")),
    ]
    for name in FORESTS:
        trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in data[name])
        lines.append(f'"{name}": [\n{trees}\n]')
    lines += [f'"{name}_covers": {json.dumps(data[f"{name}_covers"], separators=(",", ":"))}' for name in FORESTS]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--out", type=Path, help="also write the texts of the folds, by the pages' ids, as JSON")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    pages = with_made(read_pages(args.folder), args.folder)
    print(f"{len(pages)} pages, {sum(len(page.labels) for page in pages)} blocks", file=sys.stderr, flush=True)
    if args.folds:
        folds = folds_of(pages, args.folds)
        found = by_folds(pages, models_of(pages, folds), folds)
        texts = {page: text_of(blocks) for page, blocks in found.items()}
        show({"folds": score(args.folder, texts)})
        if args.out:
            args.out.write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
    if args.write:
        write(train(pages), pages)


if __name__ == "__main__":
    main()
