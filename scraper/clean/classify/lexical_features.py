"""Features of a visible block's words: likeness to the title, repeats on the page; and the learned weights of class names.

Words of the text have no weights: trees that know them do worse in languages that they don't know, and no better in the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from pagewitness.archive.text.words import tokens
from pagewitness.scraper.clean.blocks.pieces import Piece, Walk
from pagewitness.scraper.clean.lexicon.tables import letters

Columns = dict[str, Any]
_NAME: Final = re.compile(r"[a-z]+|[A-Z][a-z]*")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Learned weights: the log-odds that a block is the document.

    Attributes:
        names: by word of class names and ids.
    """

    names: Mapping[str, float] = field(default_factory=dict)


@lru_cache(maxsize=16384)
def name_words(names: str) -> tuple[str, ...]:
    """The words in an element's classes and id: `entry-content mainText` gives content, entry, main, text."""
    return tuple(sorted({word.lower() for word in _NAME.findall(names) if len(word) > 1}))


def beside_title(walk: Walk, titles: Sequence[str]) -> Columns:
    """The share of a block's words that are in the title, whether it repeats it, and how far after the heading it is."""
    import numpy as np

    pieces = walk.pieces
    known = set(tokens(" ".join(titles[:2]).lower()))
    whole = {letters(title) for title in titles}
    found = walk.short_words
    share = [len([word for word in words if word in known]) / len(words) if words else 0.0 for words in found]
    twin = [bool(words) and _is_twin("".join(words), whole) for words in found]
    gap = np.arange(len(pieces)) - _heading(pieces, twin)
    return {
        "title_share": np.array(share),
        "title_twin": np.array(twin, dtype=np.float64),
        "after_title": np.sign(gap) * np.log1p(np.abs(gap)),
    }


def _is_twin(own: str, whole: set[str]) -> bool:
    return bool(own) and any(known.startswith(own) and 3 * len(own) >= len(known) for known in whole)


def _heading(pieces: Sequence[Piece], twin: Sequence[bool]) -> int:
    """The block that is most likely the page's heading; the first if no block is."""
    heads = [at for at, piece in enumerate(pieces) if piece.kind == "h1"]
    of_title = [at for at in heads if twin[at]]
    of_title = of_title or [at for at, piece in enumerate(pieces) if twin[at] and piece.kind[0] == "h"] or heads
    return next(iter(of_title or [at for at in range(len(pieces)) if twin[at]]), 0)


def repeat_features(walk: Walk) -> Columns:
    """How often a block's text is on the page, and the share of a hidden block that is visible elsewhere."""
    import numpy as np

    times = Counter(piece.text for piece in walk.pieces)
    twins = np.array([min(9, times[piece.text]) for piece in walk.pieces], dtype=np.float64)
    return {"twins": twins, "seen": np.array(walk.seen)}
