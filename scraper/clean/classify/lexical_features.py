"""Features of a visible block's words: likeness to the title, learned weights, repeats on the page."""

from __future__ import annotations

import math
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
_MOST_WEIGHED = 12  # words; those of longer blocks are not weighed
_LONGEST_WEIGHED = 160  # letters


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Learned weights: the log-odds that a block is the document.

    Attributes:
        names: by word of class names and ids.
        words: by lower-case word of short blocks.
    """

    names: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)


@lru_cache(maxsize=16384)
def name_words(names: str) -> tuple[str, ...]:
    """The words in an element's classes and id: `entry-content mainText` gives content, entry, main, text."""
    return tuple(sorted({word.lower() for word in _NAME.findall(names) if len(word) > 1}))


def short_words(text: str, words: Sequence[str]) -> Sequence[str]:
    """The words of a block that are weighed; empty for a long block.

    Args:
        text: the block's text.
        words: its words in lower case.
    """
    return words if len(text) < _LONGEST_WEIGHED and len(words) <= _MOST_WEIGHED else ()


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


def weighed(walk: Walk, lexicon: Lexicon) -> Columns:
    """The learned weights of short blocks' words: least, mean (shrunk towards 0 for few words), greatest."""
    import numpy as np

    weight = lexicon.words.get
    least, mean, most = (np.zeros(len(walk.pieces)) for _ in range(3))
    for at, (piece, words) in enumerate(zip(walk.pieces, walk.short_words, strict=True)):
        found = [one for one in map(weight, set(short_words(piece.text, words))) if one is not None]
        if found:
            least[at], most[at], mean[at] = min(found), max(found), math.fsum(found) / (len(found) + 1)
    return {"word_least": least, "word_mean": mean, "word_most": most}


def repeat_features(walk: Walk) -> Columns:
    """How often a block's text is on the page, and the share of a hidden block that is visible elsewhere."""
    import numpy as np

    times = Counter(piece.text for piece in walk.pieces)
    twins = np.array([min(9, times[piece.text]) for piece in walk.pieces], dtype=np.float64)
    return {"twins": twins, "seen": np.array(walk.seen)}
