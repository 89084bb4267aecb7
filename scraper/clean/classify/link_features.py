"""Features of where a block's links lead, in whatever language they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pagewitness.scraper.clean.blocks.pieces import Piece
from pagewitness.scraper.clean.classify.lexical_features import Columns

_FILE: Final = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|csv|zip|rtf|epub)\b", re.IGNORECASE)
_ACTION: Final = re.compile(r"(?:#.*|javascript:.*|mailto:.*|tel:.*|whatsapp:.*|fax:.*)\Z", re.IGNORECASE | re.DOTALL)
_OUT: Final = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_MOST: Final = 20  # links of a block that are looked at
_OF_BLOCK: Final = ("file", "action", "out", "query")


def link_features(pieces: Sequence[Piece]) -> Columns:
    """How many links each block has, and which of them lead to files, into the page, to whole addresses, with a query."""
    import numpy as np

    counts = np.array([float(len(piece.targets)) for piece in pieces])
    found: Columns = {"link_count": np.log1p(counts)}
    shares = np.zeros((len(_OF_BLOCK), len(pieces)))
    for at, piece in enumerate(pieces):
        if piece.targets:
            shares[:, at] = _shares([target for _, target in piece.targets[:_MOST]])
    found |= {f"link_{name}": shares[row] for row, name in enumerate(_OF_BLOCK)}
    found["link_inward"] = np.array([float(piece.inward) for piece in pieces])
    return found


def _shares(targets: Sequence[str]) -> tuple[float, ...]:
    files = sum(_FILE.search(target) is not None for target in targets)
    actions = sum(_ACTION.match(target) is not None for target in targets)
    out = sum(_OUT.match(target) is not None for target in targets)
    queries = sum("?" in target for target in targets)
    return tuple(number / len(targets) for number in (files, actions, out, queries))
