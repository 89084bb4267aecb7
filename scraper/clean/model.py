"""The learned model: boosted regression trees over the blocks' features, read from `model.json`.

Trained by `tests/benchmarks/train.py`; evaluated here with NumPy alone, all blocks and trees at a time. The file names
the data that it was trained on and the program's version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pagewitness.scraper.clean.features import Facts, features
from pagewitness.scraper.clean.walk import Walk
from pagewitness.scraper.clean.wording import Lexicon


@dataclass(frozen=True, slots=True)
class Model:
    """A model in memory.

    Attributes:
        names: the features that it was trained on, in order.
        lexicon: weights of names and words.
        roots: the number of each tree's first node.
        feature, threshold, value: of each node, all trees in a row.
        children: of node n at 2n where the feature is not above the threshold, else at 2n + 1; a leaf leads to itself.
        depth: of the deepest tree.
        cover: how many blocks of the training came to each leaf (for `scraper.explain`); None where the file has none.
    """

    names: list[str]
    lexicon: Lexicon
    roots: Any
    feature: Any
    threshold: Any
    children: Any
    value: Any
    depth: int
    cover: Any = None

    def chances(self, walk: Walk, vote: list[float], facts: Facts) -> list[float]:
        """The chance of each block to be the document, 0 to 1.

        Args:
            walk, vote, facts: as for `features`.
        """
        import numpy as np

        if not walk.pieces:
            return []
        names, rows = features(walk, vote, facts, self.lexicon)
        assert names == self.names, "the model was trained on other features: train it again"
        # All blocks and trees walk down a level at a time; nodes of all trees stand in one row.
        node = np.tile(self.roots, (len(rows), 1))
        values, first = rows.ravel(), (np.arange(len(rows)) * rows.shape[1])[:, None]
        for _ in range(self.depth):
            above = values.take(first + self.feature.take(node)) > self.threshold.take(node)
            node = self.children.take(2 * node + above)
        score = self.value.take(node).sum(axis=1)
        chances = (1.0 / (1.0 + np.exp(-score))).round(4)
        return [float(chance) for chance in chances]


def model_of(data: dict[str, Any]) -> Model:
    """A model from what its file says.

    Args:
        data: `features` (names), `lexicon` (names, words), `trees`: each a list of nodes, a node a number (a leaf's
            value) or `[feature, threshold, left, right]`; maybe `covers`: of each tree the blocks that came to its leaves.
    """
    import numpy as np

    trees = data["trees"]
    sizes = [len(nodes) for nodes in trees]
    roots = np.cumsum([0, *sizes[:-1]])
    feature, threshold, value = (np.zeros(sum(sizes), dtype=kind) for kind in (np.int64, np.float64, np.float64))
    children = np.repeat(np.arange(sum(sizes)), 2)
    for root, nodes in zip(roots, trees, strict=True):
        for at, node in enumerate(nodes, int(root)):
            if isinstance(node, list):
                feature[at], threshold[at] = node[:2]
                children[2 * at], children[2 * at + 1] = root + node[2], root + node[3]
            else:
                value[at] = node
    lexicon = Lexicon(data["lexicon"]["names"], data["lexicon"]["words"])
    cover = None
    if "covers" in data:
        cover = np.zeros(sum(sizes))
        cover[children[::2] == np.arange(sum(sizes))] = np.concatenate(data["covers"])
    depth = max(map(_depth, trees))
    return Model(data["features"], lexicon, roots, feature, threshold, children, value, depth, cover)


def _depth(nodes: list[Any]) -> int:
    depth = [0] * len(nodes)
    for at, node in enumerate(nodes):  # a node's children stand behind it
        if isinstance(node, list):
            depth[int(node[2])] = depth[int(node[3])] = depth[at] + 1
    return max(depth)


@cache
def model() -> Model:
    """The model of this package."""
    return model_of(json.loads(files(__package__).joinpath("model.json").read_bytes()))
