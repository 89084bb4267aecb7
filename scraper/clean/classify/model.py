"""The learned model: boosted regression trees over the blocks' features, in two passes, read from `model.json`.

The first pass judges each block by itself and its surroundings; the second one also sees what the first makes of these
(docs/decisions/0033).

`tests/benchmarks/train.py` trains it; this module evaluates it with NumPy alone, all blocks and trees at once. The file
names its training data and the version of the training program.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pagewitness.scraper.clean.blocks.pieces import Walk
from pagewitness.scraper.clean.classify.features import Facts, features
from pagewitness.scraper.clean.classify.lexical_features import Lexicon
from pagewitness.scraper.clean.classify.second_features import second_features

FORESTS: Final = ("alone", "voted", "second")


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees in memory; the nodes of all trees are numbered consecutively.

    Attributes:
        roots: the number of each tree's first node.
        feature, threshold, value: one entry per node.
        children: of node n, the child at 2n if the feature is not above the threshold, else at 2n + 1; a leaf is its own.
        depth: of the deepest tree.
        cover: how many training blocks reached each leaf (used by `explain`); None if the file does not say.
    """

    roots: Any
    feature: Any
    threshold: Any
    children: Any
    value: Any
    depth: int
    cover: Any = None

    def chances(self, rows: Any) -> Any:
        """The probability that each block is the document, 0 to 1.

        Args:
            rows: the features of each block (`features`), an array of shape (blocks, features).

        Returns:
            an array of shape (blocks,), rounded to four places.
        """
        import numpy as np

        # All blocks go down all trees one level at a time.
        node = np.tile(self.roots, (len(rows), 1))
        values, first = rows.ravel(), (np.arange(len(rows), dtype=np.int32) * rows.shape[1])[:, None]
        for _ in range(self.depth):
            above = values.take(first + self.feature.take(node)) > self.threshold.take(node)
            node = self.children.take(2 * node + above)
        return (1.0 / (1.0 + np.exp(-self.value.take(node).sum(axis=1)))).round(4)


@dataclass(frozen=True, slots=True)
class Model:
    """A model in memory.

    Attributes:
        names: the features that the first pass was trained on, in order.
        lexicon: weights of class names and ids.
        alone: trees of the first pass for pages without a vote.
        voted: trees of the first pass for pages with a vote.
        second: trees of the second pass.
    """

    names: list[str]
    lexicon: Lexicon
    alone: Forest
    voted: Forest
    second: Forest

    def rows(self, walk: Walk, facts: Facts, vote: Sequence[float] | None = None) -> Any:
        """The features of each block for the first pass.

        Args:
            walk, facts: as for `features`.
            vote: the share of each block that the extractor kept, 0 to 1; None if it was not asked.

        Returns:
            an array of shape (blocks, features).
        """
        names, rows = features(walk, vote, facts, self.lexicon)
        assert names == self.names, "the model was trained on other features: train it again"
        return rows

    def chances(self, walk: Walk, rows: Any, first: Any) -> Any:
        """The probability that each block is the document, 0 to 1, by the second pass.

        Args:
            walk: the blocks.
            rows: their features without a vote (`rows`).
            first: their probabilities by the first pass, an array of shape (blocks,).

        Returns:
            an array of shape (blocks,).
        """
        import numpy as np

        return self.second.chances(np.hstack([rows, second_features(walk, first)[1]]))


def model_of(data: dict[str, Any]) -> Model:
    """Build a model from the contents of its file.

    Args:
        data: `features` (names), `lexicon` (weights of names), `alone`, `voted` and `second` (trees), and optionally
            `alone_covers`, `voted_covers` and `second_covers` (see `forest_of`).
    """
    lexicon = Lexicon(data["lexicon"])
    forests = (forest_of(data[name], data.get(f"{name}_covers")) for name in FORESTS)
    return Model(data["features"], lexicon, *forests)


def forest_of(trees: list[list[Any]], covers: list[list[int]] | None = None) -> Forest:
    """Build trees from the contents of a model's file.

    Args:
        trees: each a list of nodes; a node is a number (a leaf's value) or `[feature, threshold, left, right]`.
        covers: for each tree how many training blocks reached each leaf.
    """
    import numpy as np

    sizes = [len(nodes) for nodes in trees]
    roots = np.cumsum([0, *sizes[:-1]], dtype=np.int32)
    feature, threshold, value = (np.zeros(sum(sizes), dtype=kind) for kind in (np.int32, np.float64, np.float64))
    children = np.repeat(np.arange(sum(sizes), dtype=np.int32), 2)
    for root, nodes in zip(roots, trees, strict=True):
        for at, node in enumerate(nodes, int(root)):
            if isinstance(node, list):
                feature[at], threshold[at] = node[:2]
                children[2 * at], children[2 * at + 1] = root + node[2], root + node[3]
            else:
                value[at] = node
    cover = None
    if covers is not None:
        cover = np.zeros(sum(sizes))
        cover[children[::2] == np.arange(sum(sizes))] = np.concatenate(covers)
    return Forest(roots, feature, threshold, children, value, max(map(_depth, trees)), cover)


def _depth(nodes: list[Any]) -> int:
    depth = [0] * len(nodes)
    for at, node in enumerate(nodes):  # a node's children come after it
        if isinstance(node, list):
            depth[int(node[2])] = depth[int(node[3])] = depth[at] + 1
    return max(depth)


@cache
def model() -> Model:
    """The model that comes with this package."""
    return model_of(json.loads(files(__package__).joinpath("model.json").read_bytes()))
