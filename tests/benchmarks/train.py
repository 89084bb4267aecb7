"""Train the cleaner's model, and tell how it does on sites that it was not trained on.

    python tests/benchmarks/train.py FOLDER [--folds 5 --out texts.json] [--write]

FOLDER has `extraction/dev` and `chrome/dev` (see labels.py). `--write` trains on all pages and writes
`scraper/clean/classify/model.json`; a second run writes the same file. `--folds K` trains K times, each time without a K-th of
the sites, reads those with that model, and scores the texts with the folder's own `evaluate.py`s.
Needs LightGBM (`pip install lightgbm==4.7.0`), which the product itself does not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.labels import Page, read_pages, sites, words
from benchmarks.lexicon import Counted
from benchmarks.scoring import score, show

from pagewitness.archive.derived import VisibleBlock
from pagewitness.scraper.clean.classify import scoring
from pagewitness.scraper.clean.classify.decide import decide
from pagewitness.scraper.clean.classify.features import features
from pagewitness.scraper.clean.classify.model import Model, model_of

ROUNDS = 130
PARAMETERS = {
    "objective": "cross_entropy", "learning_rate": 0.1, "num_leaves": 31, "min_data_in_leaf": 40,
    "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "max_depth": 9,
    "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 2, "verbose": -1,
}  # fmt: skip
FILE = Path(__file__).parents[2] / "scraper/clean/classify/model.json"
SEGMENT, CHROME = 0.15, 0.6  # what a block of known segment, and a page of rendered chrome, weigh beside a real page


def weights_of(page: Page) -> Any:
    """What each block weighs: by its share of the page's words, so that pages weigh the same; 0 where tables decide."""
    sizes = np.array([len(words(piece.text)) + 1.0 for piece in page.walk.pieces])
    labels = np.array(page.labels)
    known = labels >= 0
    document = max(30.0, (sizes * (labels > 0.5) * known).sum())
    if page.part == "chrome":
        weights = CHROME * (0.7 * sizes / document + 1.5 / len(sizes))
    elif page.row["source"] == "trafilatura" or page.row["truth"] == "tool-snapshot":
        weights = np.full(len(sizes), SEGMENT)
    else:
        weights = np.minimum(sizes / document, 1.0) + 0.03 / np.sqrt(max(1, known.sum()))
    barred = np.array([bool(piece.by) for piece in page.walk.pieces])
    return weights * known * ~barred


def train(pages: Sequence[Page]) -> dict[str, Any]:
    """A model of some pages, as its file says it (`model.model_of`)."""
    counted = Counted(pages)
    alone, voted, labels, weights, names = [], [], [], [], []
    for site, of_site in sites(pages):
        lexicon = counted.lexicon(without=site)
        for page in of_site:
            names, matrix = features(page.walk, None, page.facts, lexicon)
            alone.append(matrix)
            voted.append(features(page.voted, page.vote, page.facts, lexicon)[1])
            labels.append(page.labels)
            weights.append(weights_of(page))
    lexicon = counted.lexicon()
    return {
        "features": names,
        "lexicon": {"names": dict(sorted(lexicon.names.items())), "words": dict(sorted(lexicon.words.items()))},
        **_forest("alone", alone, labels, weights),
        **_forest("voted", voted, labels, weights),
    }


def _forest(name: str, rows: list[Any], labels: list[Any], weights: list[Any]) -> dict[str, Any]:
    """Trees trained on the blocks of some pages, and how many blocks came to their leaves."""
    import lightgbm

    x, y, w = np.concatenate(rows), np.concatenate(labels), np.concatenate(weights)
    counts = w > 0
    data = lightgbm.Dataset(x[counts], y[counts], weight=w[counts] / w[counts].mean())
    dump = lightgbm.train(PARAMETERS, data, ROUNDS).dump_model()
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


def models_of(pages: Sequence[Page], folds: int) -> list[Model]:
    """A model for each fold, trained without the sites of that fold."""
    found = []
    for fold in range(folds):
        began = time.monotonic()
        found.append(model_of(train([page for page in pages if page.fold(folds) != fold])))
        print(f"fold {fold + 1} of {folds}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return found


def by_folds(pages: Sequence[Page], models: Sequence[Model]) -> dict[str, tuple[VisibleBlock, ...]]:
    """The blocks of each page by its id, decided on by the model of its fold."""
    return {page.row["id"]: blocks_of(page, models[page.fold(len(models))]) for page in pages}


def write(data: dict[str, Any], pages: Sequence[Page]) -> None:
    """Write the model, a tree and a part of the lexicon a line, with what it was trained on."""
    import lightgbm

    digest = hashlib.sha256("".join(page.row["id"] for page in pages).encode()).hexdigest()[:16]
    about = {"pages": len(pages), "data": digest, "lightgbm": lightgbm.__version__, "rounds": ROUNDS}
    alone, voted = (
        ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in data[one]) for one in ("alone", "voted")
    )
    lines = [
        f'"about": {json.dumps(about)}',
        f'"features": {json.dumps(data["features"])}',
        '"lexicon": ' + json.dumps(data["lexicon"], ensure_ascii=False, separators=(",", ":")),
        f'"alone": [\n{alone}\n]',
        f'"voted": [\n{voted}\n]',
        *(
            f'"{name}_covers": {json.dumps(data[f"{name}_covers"], separators=(",", ":"))}'
            for name in ("alone", "voted")
        ),
    ]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--out", type=Path, help="also write the texts of the folds, by the pages' ids, as JSON")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    pages = read_pages(args.folder)
    print(f"{len(pages)} pages, {sum(len(page.labels) for page in pages)} blocks", file=sys.stderr, flush=True)
    if args.folds:
        found = by_folds(pages, models_of(pages, args.folds))
        texts = {page: text_of(blocks) for page, blocks in found.items()}
        show({"folds": score(args.folder, texts)})
        if args.out:
            args.out.write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
    if args.write:
        write(train(pages), pages)


if __name__ == "__main__":
    main()
