"""What the words of a visible block say of it, in numbers: its shape, its likeness to the title, its learned words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Protocol

from pagewitness.archive.words import tokens
from pagewitness.scraper.clean.titles import letters
from pagewitness.scraper.clean.votes import spans
from pagewitness.scraper.clean.walk import Piece

Columns = dict[str, Any]
_NAME: Final = re.compile(r"[a-z]+|[A-Z][a-z]*")
_MOST_WEIGHED = 12  # words up to which a block's words are weighed one by one
_LONGEST_WEIGHED = 160  # letters
_HEAD = 400  # letters of a block that are looked at for what may stand anywhere
_DATE: Final = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
_PRICE: Final = re.compile(r"[$€£¥]\s?\d|\d\s?(?:€|EUR|USD|zł|kr)\b")
_SENTENCE: Final = re.compile(r"[.!?…。！？][\"'”’»)\]]*(?:\s|$)")
_END: Final = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
_SHAPE: Final = (
    "letters", "words", "word_length", "commas", "sentences", "ends", "colon", "digits", "capitals", "titled",
    "lower_first", "dated", "price", "mark", "pipe", "question", "at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Learned weights: log-odds of being the document.

    Attributes:
        names: of the words that class names and ids are made of.
        words: of the words of short blocks, in lower case.
    """

    names: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)


@lru_cache(maxsize=16384)
def name_words(names: str) -> tuple[str, ...]:
    """The words that an element's classes and id are made of: `entry-content mainText` gives content, entry, main, text."""
    return tuple(sorted({word.lower() for word in _NAME.findall(names) if len(word) > 1}))


def short_words(text: str) -> tuple[str, ...]:
    """The words of a block that are weighed; none of a long one."""
    if len(text) >= _LONGEST_WEIGHED:
        return ()
    found = tokens(text.lower())
    return tuple(sorted(set(found))) if len(found) <= _MOST_WEIGHED else ()


def shape(pieces: Sequence[Piece]) -> Columns:
    """How blocks are written: length, punctuation, figures, capitals (all counts as logarithms, shares 0 to 1)."""
    import numpy as np

    table = np.array([_shape_of(piece.text) for piece in pieces], dtype=np.float64)
    return dict(zip(_SHAPE, table.T, strict=True))


def _shape_of(text: str) -> tuple[float, ...]:
    words = text.split()
    count = len(words)
    head = text[:_HEAD]
    return (
        math.log1p(len(text)),
        math.log1p(count),
        len(text) / count if count else 0.0,
        sum(map(text.count, ",;،、，")) / (count + 1),
        len(_SENTENCE.findall(text[:2000])),
        _END.search(text[-8:]) is not None,
        text.endswith((":", "：")),
        sum(map(str.isdigit, head)) / len(head),
        sum(map(str.isupper, head)) / len(head),
        sum(word[0].isupper() for word in words[:30]) / max(1, min(30, count)),
        text[0].islower(),
        _DATE.search(head) is not None,
        _PRICE.search(head) is not None,
        any(mark in head for mark in "©®™"),
        sum(map(head.count, "|•·›»→")),
        "?" in text,
        "@" in text or "http" in text,
    )


def beside_title(pieces: Sequence[Piece], titles: Sequence[str]) -> Columns:
    """How much of a block's words the title has, whether it is its twin, and how far behind its heading it stands."""
    import numpy as np

    known = set(tokens(" ".join(titles[:2]).lower()))
    whole = {letters(title) for title in titles}
    found = [tokens(piece.text.lower()) if len(piece.text) < 300 else [] for piece in pieces]
    share = [sum(word in known for word in words) / len(words) if words else 0.0 for words in found]
    twin = [_is_twin("".join(words), whole) for words in found]
    gap = np.arange(len(pieces)) - _heading(pieces, twin)
    return {
        "title_share": np.array(share),
        "title_twin": np.array(twin, dtype=np.float64),
        "after_title": np.sign(gap) * np.log1p(np.abs(gap)),
    }


def _is_twin(own: str, whole: set[str]) -> bool:
    return bool(own) and any(known.startswith(own) and 3 * len(own) >= len(known) for known in whole)


def _heading(pieces: Sequence[Piece], twin: Sequence[bool]) -> int:
    """Which block is likeliest the page's heading; the first where none is."""
    heads = [at for at, piece in enumerate(pieces) if piece.kind == "h1"]
    of_title = [at for at in heads if twin[at]]
    of_title = of_title or [at for at, piece in enumerate(pieces) if twin[at] and piece.kind[0] == "h"] or heads
    return next(iter(of_title or [at for at in range(len(pieces)) if twin[at]]), 0)


def weighed(pieces: Sequence[Piece], lexicon: Lexicon) -> Columns:
    """The learned weights of the words of short blocks: least, mean (towards 0 for few), greatest."""
    import numpy as np

    weights = lexicon.words
    found = [[weights[word] for word in short_words(piece.text) if word in weights] for piece in pieces]
    return {
        "word_least": np.array([min(one, default=0.0) for one in found]),
        "word_mean": np.array([sum(one) / (len(one) + 1) for one in found]),
        "word_most": np.array([max(one, default=0.0) for one in found]),
    }


class Standing(Protocol):
    """A text and where it stands."""

    @property
    def text(self) -> str: ...
    @property
    def zone(self) -> str: ...


def repeated(pieces: Sequence[Standing]) -> Columns:
    """How often a block's text stands on the page, and how much of a hidden block is visible elsewhere."""
    import numpy as np

    times = Counter(piece.text for piece in pieces)
    twins = np.array([min(9, times[piece.text]) for piece in pieces], dtype=np.float64)
    return {"twins": twins, "seen": np.array(shown_elsewhere(pieces))}


def shown_elsewhere(pieces: Sequence[Standing]) -> list[float]:
    """The share of each hidden block that is visible elsewhere on the page, 0 to 1; 0 for those that are not hidden."""
    seen = [0.0] * len(pieces)
    hidden = [at for at, piece in enumerate(pieces) if piece.zone == "hidden"]
    if hidden:
        visible = {span for piece in pieces if piece.zone != "hidden" for span in _spans(piece.text)}
        for at in hidden:
            own = _spans(pieces[at].text)
            seen[at] = sum(span in visible for span in own) / len(own) if own else 0.5
    return seen


def _spans(text: str) -> list[tuple[str, str, str]]:
    return spans(tokens(text.lower()))
