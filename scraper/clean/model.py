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
        feature, threshold, left, right, value: arrays of shape (trees, nodes). A leaf leads to itself; any other node
            goes left where the feature is not above the threshold.
        depth: of the deepest tree.
    """

    names: list[str]
    lexicon: Lexicon
    feature: Any
    threshold: Any
    left: Any
    right: Any
    value: Any
    depth: int

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
        trees = np.arange(len(self.feature))[None, :]
        at = np.zeros((len(rows), len(self.feature)), dtype=np.int64)
        blocks = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            above = rows[blocks, self.feature[trees, at]] > self.threshold[trees, at]
            at = np.where(above, self.right[trees, at], self.left[trees, at])
        score = self.value[trees, at].sum(axis=1)
        return [float(chance) for chance in (1.0 / (1.0 + np.exp(-score))).round(4)]


def model_of(data: dict[str, Any]) -> Model:
    """A model from what its file says.

    Args:
        data: `features` (names), `lexicon` (names, words), `trees`: each a list of nodes, a node a number (a leaf's
            value) or `[feature, threshold, left, right]`.
    """
    import numpy as np

    trees = data["trees"]
    shape = (len(trees), max(map(len, trees)))
    feature, left, right = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    threshold, value = np.zeros(shape), np.zeros(shape)
    for number, nodes in enumerate(trees):
        for at, node in enumerate(nodes):
            if isinstance(node, list):
                feature[number, at], threshold[number, at], left[number, at], right[number, at] = node
            else:
                left[number, at] = right[number, at] = at
                value[number, at] = node
    lexicon = Lexicon(data["lexicon"]["names"], data["lexicon"]["words"])
    depth = max(map(_depth, trees))
    return Model(data["features"], lexicon, feature, threshold, left, right, value, depth)


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
